//! Settings: from a file, the environment and options, the later winning.
//! `docs/settings.md` is the table of all of them; a test keeps it true.

use crate::failure::Failure;
use domain::duties::{Pair, Together};
use jiff::SignedDuration;
use serde::Deserialize;
use service::Settings;
use service::settings::{Amount, MB, Most};
use std::path::{Path, PathBuf};
use store::keys::Keys;
use web::assets::Logo;
use web::look::{Font, Look};

/// What may go over a network so that others on the way can read it, since
/// whoever runs the service says so in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clear {
    /// Letters to the mail server
    Mail,
    /// What is said to a PostgreSQL database
    Database,
    /// The site itself, with passphrases and everything else
    Site,
    /// Files on their way to the virus scanner
    Scanner,
}

/// The settings as they are given. Everything may be left out.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// A file of settings (TOML); options and the environment win over it
    #[arg(long, env = "PHB_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where everything is kept: a file, or postgres://user:passphrase@host/database
    #[arg(long, env = "PHB_DATABASE", value_name = "WHERE", hide_env_values = true)]
    pub database: Option<String>,
    /// The file with the key that the database is written with; phb new-key makes one
    #[arg(long, env = "PHB_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// A command that prints that key, where it is kept elsewhere
    #[arg(long, env = "PHB_KEY_COMMAND", value_name = "COMMAND", hide_env_values = true)]
    pub key_command: Option<String>,
    /// The address and port to answer on
    #[arg(long, env = "PHB_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The address that people type, which links in emails begin with
    #[arg(long, env = "PHB_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// The mail server: smtp://user:passphrase@host:587?tls=required or smtps://…
    #[arg(long, env = "PHB_SMTP", value_name = "URL", hide_env_values = true)]
    pub smtp: Option<String>,
    /// Who emails are from: Name <address>
    #[arg(long, env = "PHB_MAIL_FROM", value_name = "SENDER")]
    pub mail_from: Option<String>,
    /// The virus scanner that looks at each file first: unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; with none files are kept unseen
    #[arg(long, env = "PHB_SCANNER", value_name = "ADDRESS")]
    pub scanner: Option<String>,
    /// What may go over a network unencrypted, if you say so: mail, database, site, scanner
    #[arg(long, env = "PHB_IN_THE_CLEAR", value_delimiter = ',', value_name = "WHAT")]
    pub in_the_clear: Option<Vec<Clear>>,
    /// Requests come through a proxy of yours that sets X-Forwarded-For
    #[arg(long, env = "PHB_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub behind_proxy: Option<bool>,
    /// What whoever reads /metrics has to send: Authorization: Bearer <token>; 32 characters or more; with none it is closed
    #[arg(long, env = "PHB_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Let anyone read /metrics, without a token
    #[arg(long, env = "PHB_OPEN_METRICS", num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub open_metrics: Option<bool>,
    /// How many days a copy of everything that is held about somebody is kept for them
    #[arg(long, env = "PHB_COPIES_KEPT_DAYS")]
    pub copies_kept_days: Option<u16>,
    /// The file that says what was destroyed, on another disk than the database: it is destroyed again where a backup brings it back
    #[arg(long, env = "PHB_DISPOSALS_FILE", value_name = "FILE")]
    pub disposals_file: Option<PathBuf>,
    /// How many minutes it is from one seal of the record to the next
    #[arg(long, env = "PHB_SEAL_EVERY", value_name = "MINUTES")]
    pub seal_every: Option<u32>,
    /// For how many days security events are kept; 180 or more
    #[arg(long, env = "PHB_SECURITY_DAYS", value_name = "DAYS")]
    pub security_days: Option<u32>,
    /// In how many places one account may be signed in at once; the oldest sign-in ends
    #[arg(long, env = "PHB_SIGN_INS", value_name = "PLACES")]
    pub sign_ins: Option<u32>,
    /// Where an area has had one administrator for 14 days, let them do alone what takes two; every page's footer says so
    #[arg(long, env = "PHB_ONE_ADMINISTRATOR", num_args = 0..=1, default_missing_value = "true", value_name = "true|false")]
    pub one_administrator: Option<bool>,
    /// Pairs of posts that one person may have in an area all the same, like finance+commissioner
    #[arg(long, env = "PHB_POSTS_TOGETHER", value_delimiter = ',', value_name = "POST+POST")]
    pub posts_together: Option<Vec<String>>,
    /// How many MB of files one account may add on one day
    #[arg(long, env = "PHB_FILES_A_DAY", value_name = "MB")]
    pub files_a_day: Option<u32>,
    /// How many payments of bank statements one account may add on one day
    #[arg(long, env = "PHB_PAYMENTS_A_DAY", value_name = "PAYMENTS")]
    pub payments_a_day: Option<u32>,
    /// How many MB of files one case may hold
    #[arg(long, env = "PHB_FILES_IN_A_CASE", value_name = "MB")]
    pub files_in_a_case: Option<u32>,
    /// How many payments of bank statements one case may hold
    #[arg(long, env = "PHB_PAYMENTS_IN_A_CASE", value_name = "PAYMENTS")]
    pub payments_in_a_case: Option<u32>,
    /// The name over every page
    #[arg(long, env = "PHB_SERVICE_NAME", value_name = "NAME")]
    pub service_name: Option<String>,
    /// Who runs the service
    #[arg(long, env = "PHB_ORGANISATION_NAME", value_name = "NAME")]
    pub organisation_name: Option<String>,
    /// A picture beside that name: a file of an SVG that only draws, or of a PNG, up to 100 KB
    #[arg(long, env = "PHB_LOGO", value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// The font of the pages: arial, verdana or system
    #[arg(long, env = "PHB_FONT", value_name = "FONT")]
    pub font: Option<String>,
    /// What goes into the log: error, warn, info, debug, or a filter of tracing's
    #[arg(long, env = "PHB_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
}

/// The settings as they count.
#[derive(Clone, Debug)]
pub struct Config {
    pub database: String,
    /// The keys that the database is written with; there may be none.
    pub keys: Keys,
    pub listen: String,
    pub settings: Settings,
    pub look: Look,
    /// What may be read on the way, as somebody said.
    pub in_the_clear: Vec<Clear>,
    /// The file of the logo; [`Config::with_logo`] reads it.
    pub logo: Option<PathBuf>,
    /// Cookies are only sent over https.
    pub secure: bool,
    pub log: String,
}

impl Options {
    /// Reads the file, if there is one, and puts defaults where nothing is said.
    pub fn settle(self, default_database: &str) -> Result<Config, Failure> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let database = self.database.or(file.database).unwrap_or_else(|| default_database.into());
        let (key_file, key_command) = match (self.key_file, self.key_command) {
            (None, None) => (file.key_file, file.key_command),
            said => said,
        };
        let keys = keys(&database, key_file.as_deref(), key_command.as_deref())?;
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".into());
        let base_url = self.base_url.or(file.base_url).unwrap_or_else(|| format!("http://{listen}"));
        let defaults = Look::default();
        let font = match self.font.or(file.font) {
            Some(name) => name.parse::<Font>().map_err(Failure)?,
            None => defaults.font,
        };
        let service_name = self.service_name.or(file.service_name).unwrap_or(defaults.service_name);
        let organisation_name =
            self.organisation_name.or(file.organisation_name).unwrap_or(defaults.organisation_name);
        let base_url = base_url.trim_end_matches('/').to_owned();
        let has_host = url::Url::parse(&base_url).is_ok_and(|url| url.has_host());
        if !has_host || !["http://", "https://"].iter().any(|scheme| base_url.starts_with(scheme)) {
            return Err(Failure(format!(
                "base-url must begin with https:// or http:// and the name of the site, and is {base_url}"
            )));
        }
        let seal_every = self.seal_every.or(file.seal_every).unwrap_or(60);
        if seal_every == 0 {
            return Err(Failure("seal-every must be a minute or more".into()));
        }
        let security_days = self.security_days.or(file.security_days).unwrap_or(730);
        if security_days < 180 {
            return Err(Failure("security-days must be 180 or more".into()));
        }
        let sign_ins = self.sign_ins.or(file.sign_ins).unwrap_or(10);
        if sign_ins == 0 {
            return Err(Failure("sign-ins must be 1 or more".into()));
        }
        let copies_kept_days = self.copies_kept_days.or(file.copies_kept_days).unwrap_or(14);
        if !(1..=90).contains(&copies_kept_days) {
            return Err(Failure("copies-kept-days must be from 1 to 90".into()));
        }
        let in_the_clear = self.in_the_clear.or(file.in_the_clear).unwrap_or_default();
        let metrics_token = self.metrics_token.or(file.metrics_token);
        if metrics_token.as_ref().is_some_and(|token| token.chars().count() < 32) {
            return Err(Failure("metrics-token must be 32 characters or longer".into()));
        }
        let one_administrator = self.one_administrator.or(file.one_administrator).unwrap_or(false);
        let pairs = self.posts_together.or(file.posts_together).unwrap_or_default();
        let posts_together: Vec<Pair> = pairs
            .iter()
            .map(|pair| pair.parse().map_err(|why| Failure(format!("posts-together: {why}"))))
            .collect::<Result<_, _>>()?;
        let most = Most::default();
        let bytes = |mb: Option<u32>, else_bytes| mb.map_or(else_bytes, |mb| u64::from(mb) * MB);
        let lines = |number: Option<u32>, else_lines| number.map_or(else_lines, u64::from);
        let most = Most {
            in_a_day: Amount {
                bytes: bytes(self.files_a_day.or(file.files_a_day), most.in_a_day.bytes),
                lines: lines(self.payments_a_day.or(file.payments_a_day), most.in_a_day.lines),
            },
            in_a_case: Amount {
                bytes: bytes(self.files_in_a_case.or(file.files_in_a_case), most.in_a_case.bytes),
                lines: lines(self.payments_in_a_case.or(file.payments_in_a_case), most.in_a_case.lines),
            },
        };
        let scanner =
            self.scanner.or(file.scanner).map(|address| address.parse().map_err(Failure)).transpose()?;
        Ok(Config {
            database,
            keys,
            listen,
            secure: base_url.starts_with("https://"),
            log: self.log.or(file.log).unwrap_or_else(|| "info".into()),
            look: Look { service_name, organisation_name, font, one_administrator, ..Look::default() },
            logo: self.logo.or(file.logo),
            settings: Settings {
                base_url,
                mail_from: self.mail_from.or(file.mail_from).unwrap_or_else(|| Settings::default().mail_from),
                smtp: self.smtp.or(file.smtp),
                mail_in_the_clear: in_the_clear.contains(&Clear::Mail),
                scanner,
                behind_proxy: self.behind_proxy.or(file.behind_proxy).unwrap_or(false),
                metrics_token,
                open_metrics: self.open_metrics.or(file.open_metrics).unwrap_or(false),
                seal_every: SignedDuration::from_mins(seal_every.into()),
                security_days,
                sign_ins,
                copies_kept_days: copies_kept_days.into(),
                disposals_file: self.disposals_file.or(file.disposals_file),
                one_administrator,
                posts_together: Together(posts_together),
                most,
                ..Settings::default()
            },
            in_the_clear,
        })
    }
}

impl Config {
    /// Refuses settings by which what people say to the site, to the database or
    /// by letter can be read on the way, unless that is allowed in words. Gives
    /// what to warn of, where it is.
    pub fn check_clear(&self) -> Result<Vec<String>, Failure> {
        let mut warnings = vec![];
        let mut warn =
            |what: &str| warnings.push(format!("{what} can be read on the way: in-the-clear is set"));
        if check_database(&self.database, &self.in_the_clear)? {
            warn("what is said to the database");
        }
        if let Some(url) = &self.settings.smtp
            && service::mail::check_address(url, self.settings.mail_in_the_clear).map_err(Failure)?
        {
            warn("letters on their way to the mail server");
        }
        if self.settings.scanner.as_ref().is_some_and(service::scanner::Scanner::is_elsewhere) {
            if !self.in_the_clear.contains(&Clear::Scanner) {
                return Err(Failure(
                    "files would go to the virus scanner unencrypted: run one on this computer, or a tunnel to it. \
                     If nobody can read what goes there, say so: in-the-clear = scanner"
                        .into(),
                ));
            }
            warn("files on their way to the virus scanner");
        }
        if self.site_is_clear() {
            if !self.in_the_clear.contains(&Clear::Site) {
                return Err(Failure(format!(
                    "the site would be unencrypted for other computers (base-url is {}, and it listens on {}): \
                     put a web server with a certificate in front and give base-url as https://…, see \
                     docs/operations.md. If nobody can read what goes there, say so: in-the-clear = site",
                    self.settings.base_url, self.listen
                )));
            }
            warn("everything that people do on the site");
        }
        Ok(warnings)
    }

    /// Whether the site is for other computers, and not over https.
    fn site_is_clear(&self) -> bool {
        let here = |url: &str| {
            let url = url::Url::parse(url);
            url.is_ok_and(|url| match url.host() {
                Some(url::Host::Domain(name)) => name == "localhost",
                Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
                Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
                None => false,
            })
        };
        let stays_here = here(&self.settings.base_url) && here(&format!("http://{}", self.listen));
        !(self.secure || stays_here)
    }

    /// With the logo in the look, for the commands that show pages.
    pub fn with_logo(mut self) -> Result<Self, Failure> {
        if let Some(path) = &self.logo {
            let cannot = |what: &str| format!("the logo {} cannot be {what}", path.display());
            let bytes = std::fs::read(path).map_err(|why| Failure::because(&cannot("read"), why))?;
            let logo = Logo::of(bytes).map_err(|why| Failure::because(&cannot("used"), why))?;
            self.look.logo = Some(logo);
        }
        Ok(self)
    }
}

/// Refuses a database's address by which what is said to it can be read on the
/// way, unless that is allowed; whether it can.
pub fn check_database(url: &str, allowed: &[Clear]) -> Result<bool, Failure> {
    let clear = store::guard::goes_in_the_clear(url)
        .map_err(|why| Failure::because("the database cannot be opened", why))?;
    if clear && !allowed.contains(&Clear::Database) {
        return Err(Failure(
            "what is said to the database could be read on the way: add sslmode=verify-full to its address. \
             If nobody can read what goes there, say so: in-the-clear = database"
                .into(),
        ));
    }
    Ok(clear)
}

/// The keys of a database: from a file, from what a command prints, or from the
/// file beside it that has its name and `.key`. None where nothing is said and
/// there is no such file.
pub fn keys(database: &str, file: Option<&Path>, command: Option<&str>) -> Result<Keys, Failure> {
    let read = match (file, command) {
        (Some(_), Some(_)) => {
            return Err(Failure("give key-file or key-command, not both: which of them counts?".into()));
        }
        (Some(file), None) => Keys::from_file(file),
        (None, Some(command)) => Keys::from_command(command),
        (None, None) => match key_beside(database).filter(|file| file.exists()) {
            Some(file) => Keys::from_file(&file),
            None => return Ok(Keys::default()),
        },
    };
    read.map_err(|why| Failure(why.to_string()))
}

/// Where a key is looked for beside a SQLite file.
pub fn key_beside(database: &str) -> Option<PathBuf> {
    let path = database.strip_prefix("sqlite:").unwrap_or(database);
    (!path.starts_with("postgres")).then(|| PathBuf::from(format!("{path}.key")))
}

fn read(path: &Path) -> Result<Options, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|why| Failure::because(&format!("the settings file {name} cannot be read"), why))?;
    toml::from_str(&text)
        .map_err(|why| Failure::because(&format!("the settings file {name} has a mistake"), why))
}

/// Starts the log: one JSON object a line, on standard error.
pub fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|why| Failure::because("the log setting cannot be used", why))?;
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|why| Failure::because("the log cannot be started", why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args as _, Command};

    #[test]
    fn options_win_over_the_file_and_the_file_over_defaults() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("phb.toml");
        std::fs::write(
            &path,
            "listen = \"0.0.0.0:80\"\nfont = \"verdana\"\nbase_url = \"https://phb.example/\"\n",
        )
        .expect("it is written");
        let options =
            Options { config: Some(path), listen: Some("127.0.0.1:9".into()), ..Options::default() };
        let config = options.settle("phb.db").expect("it can be read");
        assert_eq!(config.listen, "127.0.0.1:9");
        assert_eq!(config.look.font, Font::Verdana);
        assert_eq!(config.settings.base_url, "https://phb.example");
        assert_eq!((config.database.as_str(), config.secure), ("phb.db", true));
        assert!(!config.settings.demo, "serving is never a demonstration");
        assert_eq!(config.settings.hashing, service::secrets::Hashing::Strong);
    }

    #[test]
    fn mistakes_in_the_file_are_said() {
        let folder = tempfile::tempdir().expect("a folder");
        for (text, says) in [
            ("lissten = \"x\"", "lissten"),
            ("demo = true", "demo"),
            ("font = \"comic\"", "comic"),
            ("seal_every = 0", "a minute or more"),
            ("security_days = 90", "180 or more"),
            ("sign_ins = 0", "1 or more"),
            ("copies_kept_days = 0", "from 1 to 90"),
            ("metrics_token = \"short\"", "32 characters"),
            ("posts_together = [\"finance+emperor\"]", "finance+emperor"),
            ("= 3", "mistake"),
        ] {
            let path = folder.path().join("phb.toml");
            std::fs::write(&path, text).expect("it is written");
            let options = Options { config: Some(path), ..Options::default() };
            let failure = options.settle("phb.db").expect_err("it is refused").to_string();
            assert!(failure.contains(says), "{failure}");
        }
        let missing = Options { config: Some("/nowhere/phb.toml".into()), ..Options::default() };
        assert!(
            missing.settle("phb.db").expect_err("it is refused").to_string().contains("/nowhere/phb.toml")
        );
    }

    #[test]
    fn a_logo_is_read_and_a_file_that_cannot_be_one_is_named_with_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let with = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("it is written");
            Options { logo: Some(path), ..Options::default() }.settle("phb.db").expect("it settles")
        };
        let good = with("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").with_logo();
        let logo = good.expect("it is a logo").look.logo.expect("it is in the look");
        assert!(logo.url().starts_with("/assets/logo-") && logo.url().ends_with(".svg"), "{}", logo.url());
        for (name, bytes, why) in [
            ("script.svg", &b"<svg><script>a()</script></svg>"[..], "a <script>"),
            ("letter.png", b"Dear all", "neither an SVG nor a PNG"),
            ("half.png", b"\x89PNG\r\n\x1a\n", "part of it is missing"),
        ] {
            let config = with(name, bytes);
            let failure = config.with_logo().expect_err("it is refused").to_string();
            assert!(failure.contains(name) && failure.contains(why), "{failure}");
        }
        let missing = Options { logo: Some("/nowhere/logo.svg".into()), ..Options::default() };
        let config = missing.settle("phb.db").expect("commands without pages do not need it");
        let failure = config.with_logo().expect_err("it is refused").to_string();
        assert!(failure.contains("the logo /nowhere/logo.svg cannot be read"), "{failure}");
    }

    fn settled(file: &str) -> Config {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("phb.toml");
        std::fs::write(&path, file).expect("it is written");
        Options { config: Some(path), ..Options::default() }.settle("phb.db").expect("it settles")
    }

    #[test]
    fn what_could_be_read_on_the_way_is_refused_unless_it_is_said_in_words() {
        for (file, what) in [
            ("smtp = \"smtp://mail.example.org\"", "mail"),
            ("smtp = \"smtp://mail.example.org?tls=opportunistic\"", "mail"),
            ("database = \"postgres://phb@db.example.org/phb\"", "database"),
            ("database = \"postgres://phb@db.example.org/phb?sslmode=prefer\"", "database"),
            ("base_url = \"http://budgets.example.org\"", "site"),
            ("scanner = \"tcp://scanner.example.org:3310\"", "scanner"),
            ("listen = \"0.0.0.0:80\"", "site"),
            ("listen = \"0.0.0.0:80\"\nbase_url = \"http://localhost\"", "site"),
            ("base_url = \"http://localhost.example.org\"", "site"),
        ] {
            let failure = settled(file).check_clear().expect_err(file).to_string();
            assert!(failure.contains(&format!("in-the-clear = {what}")), "{file}: {failure}");
            let others: Vec<&str> =
                ["mail", "database", "site", "scanner"].into_iter().filter(|w| *w != what).collect();
            let wrong = format!("{file}\nin_the_clear = {others:?}");
            assert!(settled(&wrong).check_clear().is_err(), "{wrong}");
            let said = format!("{file}\nin_the_clear = [\"{what}\"]");
            assert_eq!(settled(&said).check_clear().expect(&said).len(), 1, "{said}: it is warned of");
        }
    }

    #[test]
    fn what_nobody_can_read_on_the_way_needs_no_words() {
        for file in [
            "",
            "base_url = \"https://budgets.example.org\"\nlisten = \"0.0.0.0:8080\"",
            "listen = \"[::1]:8080\"",
            "smtp = \"smtps://mail.example.org\"",
            "smtp = \"smtp://mail.example.org:587?tls=required\"",
            "smtp = \"smtp://localhost:25\"",
            "scanner = \"tcp://[::1]:3310\"",
            "scanner = \"unix:/run/clamav/clamd.ctl\"",
            "database = \"postgres://phb@db.example.org/phb?sslmode=verify-full\"",
            "database = \"postgres:///phb?host=/run/postgresql\"",
        ] {
            assert_eq!(settled(file).check_clear().expect(file), [""; 0], "{file}");
        }
    }

    /// `UPDATE_SETTINGS=1` writes the table anew.
    #[test]
    fn the_table_of_settings_is_true() {
        let command = Options::augment_args(Command::new("phb"));
        let mut text = String::from(
            "# Settings\n\nEach can be given as an option, in the environment, or in a file (TOML) that `--config` names; an option wins over the environment, and that over the file. A test keeps this table true.\n\n| Option | Environment | In the file | What it is |\n|---|---|---|---|\n",
        );
        for arg in command.get_arguments() {
            let name = arg.get_id().as_str();
            let env = arg.get_env().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
            let in_file = if name == "config" { "".to_owned() } else { format!("`{name}`") };
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
            let option = name.replace('_', "-");
            text.push_str(&format!("| `--{option}` | `{env}` | {in_file} | {help} |\n"));
        }
        text.push_str(
            "\nWhat is not said: the database is `phb.db` (for `phb demo`, `demo.db`) in the folder you are in; it listens on `127.0.0.1:8080`; the base URL is that address; without a mail server, letters stay in the outbox; the key is looked for beside a database that is a file, under its name with `.key` (`phb demo` makes one there), and without a key nothing is signed; the log is `info`; the record is sealed every 60 minutes; security events are kept for 730 days; an account is signed in in 10 places at most; a copy of everything is kept for 14 days; an account adds 200 MB of files and 60,000 payments a day at most, and a case holds 2,000 MB and 400,000 payments at most; `/metrics` is closed. Cookies are marked for https alone when the base URL begins with `https://`, so give the real one. An address of the site, the mail server or the database by which what is said can be read on a network is refused, unless `in_the_clear` says in words which of them may be (`in_the_clear = [\"mail\", \"database\", \"site\"]`, or with commas as an option); each start then warns of it. There is no setting that turns the demonstration on: only the command `phb demo` makes one.\n",
        );
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
        if std::env::var_os("UPDATE_SETTINGS").is_some() {
            std::fs::write(path, &text).expect("the table can be written");
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == text,
            "docs/settings.md is out of date: UPDATE_SETTINGS=1 cargo test -p phb settings"
        );
    }
}
