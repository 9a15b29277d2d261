//! A real browser: Debian's Chromium through its WebDriver.
//!
//! Pages are driven as a person would: by the words on them. The driver runs
//! in a process group of its own, which is killed as a group, and each browser
//! has a new profile, so that a test that fails leaves nothing behind.
//!
//! Each command to a browser costs milliseconds, and each key some more. So what
//! can be asked in one script is, and a text is typed as one word.

mod barriers;
mod driver;

use base64::Engine as _;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How long to wait for something to be on a page: long, for busy machines.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one window.
pub struct Browser {
    client: Client,
    driver: Child,
    profile: Option<tempfile::TempDir>,
    base: String,
    axe: String,
    /// How wide the window is; nought until it is told.
    wide: AtomicU32,
    /// Whether the pages' own scripts run.
    scripts: AtomicBool,
}

impl Browser {
    /// Starts a browser that opens paths below `base` (`http://127.0.0.1:…`).
    pub async fn start(base: &str, axe_script: &Path) -> Self {
        let (driver, port) = driver::start();
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        let mut capabilities = Capabilities::new();
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-features=Translate,OptimizationHints,MediaRouter",
            "--window-size=1280,1000",
        ];
        let mut arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the browser starts: Debian's chromium and chromium-driver are needed");
        let axe = std::fs::read_to_string(axe_script)
            .unwrap_or_else(|e| panic!("{}: {e}. Run: make assets", axe_script.display()));
        Self {
            client,
            driver,
            profile: Some(profile),
            base: base.to_owned(),
            axe,
            wide: AtomicU32::new(0),
            scripts: AtomicBool::new(true),
        }
    }

    /// Ends the browser and everything it started.
    pub async fn stop(mut self) {
        let _ = self.client.clone().close().await;
        self.kill();
    }

    fn kill(&mut self) {
        driver::kill(&mut self.driver);
        self.profile.take();
    }

    // ---- where

    /// Opens a path of the site.
    pub async fn open(&self, path: &str) {
        let address = if path.contains("://") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.goto(&address).await.unwrap_or_else(|e| panic!("{path} does not open: {e}"));
    }

    /// The path of the page that is open.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.path().to_owned()
    }

    /// Presses the browser's "Back".
    pub async fn back(&self) {
        self.client.back().await.expect("there is a page before");
    }

    /// Forgets who is signed in, here and on the server.
    pub async fn forget(&self) {
        self.client.delete_all_cookies().await.expect("cookies can be forgotten");
    }

    /// A window as wide as a telephone (360) or a desk (1280).
    pub async fn width(&self, pixels: u32) {
        if self.wide.swap(pixels, Relaxed) == pixels {
            return;
        }
        let metrics =
            json!({ "width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        if self.scripts.load(Relaxed) {
            self.come_to_rest().await;
        }
    }

    /// Waits until the page is the same for some pictures in a row: the menu
    /// moves what has no room any more a moment after it is told.
    async fn come_to_rest(&self) {
        let script = "const done = arguments[arguments.length - 1];
            let last = '', same = 0;
            const look = () => {
                const e = document.documentElement;
                const now = [e.clientWidth, e.scrollWidth, e.scrollHeight, e.querySelectorAll('[hidden]').length,
                    e.querySelectorAll('header li').length].join();
                same = now === last ? same + 1 : 0;
                last = now;
                if (same < 4) requestAnimationFrame(look); else done();
            };
            requestAnimationFrame(look);";
        self.client.execute_async(script, vec![]).await.expect("the page comes to rest");
    }

    /// Turns the pages' own scripts on or off.
    pub async fn scripts(&self, on: bool) {
        self.scripts.store(on, Relaxed);
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
    }

    // ---- what is there

    /// All the words on the page; asked again where a new page came meanwhile.
    pub async fn words(&self) -> String {
        let started = Instant::now();
        loop {
            // As the browser itself puts what is shown into words: what WebDriver
            // does instead asks of each element whether it can be seen.
            match self.client.execute("return document.body && document.body.innerText;", vec![]).await {
                Ok(Value::String(words)) => return words,
                Ok(_) | Err(_) if started.elapsed() <= PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                other => panic!("no words on {}: {other:?}", self.path().await),
            }
        }
    }

    /// Waits until the page has these words; says what was there if not.
    pub async fn see(&self, words: &str) {
        let started = Instant::now();
        loop {
            let there = self.words().await;
            if flat(&there).contains(&flat(words)) {
                return;
            }
            if started.elapsed() > PATIENCE {
                let path = self.path().await;
                self.shot("not-seen").await;
                panic!("“{words}” is not on {path}:\n{there}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The page has not got these words.
    pub async fn not_see(&self, words: &str) {
        let there = self.words().await;
        assert!(!flat(&there).contains(&flat(words)), "“{words}” is on {}:\n{there}", self.path().await);
    }

    // ---- what a person does

    /// Follows the link with these words.
    pub async fn follow(&self, words: &str) {
        let link = self.find_by_words("a", words).await;
        self.leave_by(link).await;
    }

    /// Presses the button with these words.
    pub async fn press(&self, words: &str) {
        let button = self.find_by_words("button", words).await;
        self.leave_by(button).await;
    }

    /// Opens what is folded away under these words.
    pub async fn unfold(&self, words: &str) {
        let summary = self.find_by_words("summary", words).await;
        self.click(summary).await;
    }

    /// Types into the field with this label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        self.type_into(self.field(label).await, label, text).await;
    }

    /// Types into the field with this name, where a label stands twice.
    pub async fn fill_named(&self, name: &str, text: &str) {
        self.type_into(self.named(name).await, name, text).await;
    }

    /// Fills in the three boxes of a date.
    pub async fn fill_date(&self, name: &str, day: &str, month: &str, year: &str) {
        for (part, text) in [("day", day), ("month", month), ("year", year)] {
            self.fill_named(&format!("{name}-{part}"), text).await;
        }
    }

    /// Chooses the radio button or ticks the box with this label.
    pub async fn choose(&self, label: &str) {
        let found = self.find_by_words("label", label).await;
        self.click(found).await;
    }

    /// Chooses the radio button or ticks the box with this name and value.
    pub async fn choose_value(&self, name: &str, value: &str) {
        let css = format!("input[name='{name}'][value='{value}']");
        let script = "const input = document.querySelector(arguments[0]);
            return input && document.querySelector(`label[for='${input.id}']`);";
        let label = self.there(script, vec![css.clone().into()], &css).await;
        self.click(label).await;
    }

    /// Picks the option that begins with these words, of the list with this label.
    pub async fn pick(&self, label: &str, option: &str) {
        self.pick_of(self.field(label).await, option).await;
    }

    /// The same for the list with this name.
    pub async fn pick_named(&self, name: &str, option: &str) {
        self.pick_of(self.named(name).await, option).await;
    }

    async fn pick_of(&self, list: Element, option: &str) {
        let path = format!(".//option[starts-with(normalize-space(.),{})]", xpath_text(option));
        let found = list.find(Locator::XPath(&path)).await;
        let found = found.unwrap_or_else(|e| panic!("no option {option}: {e}"));
        found.click().await.expect("the option can be chosen");
    }

    /// Gives a file to the field with this name.
    pub async fn give_file(&self, name: &str, file: &Path) {
        let path = file.canonicalize().expect("the file is there");
        let field = self.named(name).await;
        field.send_keys(&path.display().to_string()).await.expect("the file is taken");
    }

    /// Presses a key, as someone without a mouse does: "\u{E004}" is Tab,
    /// "\u{E007}" Enter, " " space.
    pub async fn key(&self, key: &str) {
        let active = self.client.active_element().await.expect("something has the focus");
        active.send_keys(key).await.expect("the key is pressed");
    }

    /// The words of what has the focus.
    pub async fn focused(&self) -> String {
        let active = self.client.active_element().await.expect("something has the focus");
        active.text().await.unwrap_or_default()
    }

    /// The name of the field that has the focus; empty where it has none.
    pub async fn focused_field(&self) -> String {
        let active = self.client.active_element().await.expect("something has the focus");
        active.attr("name").await.ok().flatten().unwrap_or_default()
    }

    /// A picture of the whole page, in `target/screenshots`.
    pub async fn shot(&self, name: &str) -> PathBuf {
        let options = json!({ "format": "png", "captureBeyondViewport": true });
        let shot = self.cdp("Page.captureScreenshot", options).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{name}.png"));
        let data = shot["data"].as_str().unwrap_or_default();
        let bytes = base64::engine::general_purpose::STANDARD.decode(data).expect("a picture");
        std::fs::write(&file, bytes).expect("the picture is written");
        file
    }

    // ---- by hand

    async fn named(&self, name: &str) -> Element {
        self.wait_for(Locator::Css(&format!("[name='{name}']"))).await
    }

    async fn field(&self, label: &str) -> Element {
        let label = self.find_by_words("label", label).await;
        let id = label.attr("for").await.expect("an attribute").expect("a label is for something");
        self.wait_for(Locator::Id(&id)).await
    }

    async fn find_by_words(&self, tag: &str, words: &str) -> Element {
        // What is in the main part first; exact words first, then words within:
        // «Agree» must not find «Disagree».
        let script = "const [tag, words] = arguments;
            for (const scope of ['//main', '']) {
                for (const test of [`normalize-space(.)=${words}`, `starts-with(normalize-space(.),${words})`,
                        `contains(normalize-space(.),${words})`]) {
                    const found = document.evaluate(`${scope}//${tag}[${test}]`, document, null,
                        XPathResult.FIRST_ORDERED_NODE_TYPE, null);
                    if (found.singleNodeValue) return found.singleNodeValue;
                }
            }
            return null;";
        let arguments = vec![tag.into(), xpath_text(words).into()];
        self.there(script, arguments, &format!("{tag} that says “{words}”")).await
    }

    /// Asks a script for an element until it gives one.
    async fn there(&self, script: &str, arguments: Vec<Value>, what: &str) -> Element {
        let started = Instant::now();
        loop {
            let found = self.client.execute(script, arguments.clone()).await;
            if let Some(id) = found.ok().as_ref().and_then(|found| found[ELEMENT].as_str()) {
                return Element::from_element_id(self.client.clone(), id.to_owned().into());
            }
            if started.elapsed() > PATIENCE {
                self.shot("not-found").await;
                panic!("no {what} on {}:\n{}", self.path().await, self.words().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn wait_for(&self, what: Locator<'_>) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(what).await;
        match found {
            Ok(element) => element,
            Err(e) => panic!("{what:?} is not on {}: {e}\n{}", self.path().await, self.words().await),
        }
    }

    /// Types in place of what stands in a field, as one word: without a key for
    /// each letter, which [`Browser::key`] is for.
    async fn type_into(&self, field: Element, name: &str, text: &str) {
        if text.is_empty() {
            return field.clear().await.expect("the field can be emptied");
        }
        let script = "const field = arguments[0];
            field.scrollIntoView({block: 'center', behavior: 'instant'});
            if (!field.checkVisibility({visibilityProperty: true}) || field.matches(':disabled, :read-only')) return false;
            field.focus();
            field.select();
            return document.activeElement === field;";
        let ready = self.client.execute(script, vec![argument(&field)]).await;
        let ready = ready.unwrap_or_else(|e| panic!("cannot type into {name}: {e}"));
        assert_eq!(ready, Value::Bool(true), "cannot type into {name}: it is hidden or closed");
        self.cdp("Input.insertText", json!({ "text": text })).await;
    }

    /// Brings an element into view and presses the mouse in the middle of it;
    /// nothing else may lie there.
    async fn click(&self, element: Element) {
        let script = "const e = arguments[0];
            e.scrollIntoView({block: 'center', behavior: 'instant'});
            const box = e.getClientRects()[0];
            if (!box) return 'it is not shown';
            const x = (Math.max(0, box.left) + Math.min(innerWidth, box.right)) / 2;
            const y = (Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2;
            const top = document.elementFromPoint(x, y);
            return e.contains(top) ? [x, y] : `this lies over it: ${top && top.outerHTML.slice(0, 200)}`;";
        let place = self.client.execute(script, vec![argument(&element)]).await;
        let place = place.unwrap_or_else(|e| panic!("cannot be pressed: {e}"));
        let [Some(x), Some(y)] = [place[0].as_f64(), place[1].as_f64()] else {
            panic!("{place} and so cannot be pressed");
        };
        let mouse = MouseActions::new("mouse".into())
            .then(PointerAction::MoveTo { duration: None, x, y })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap_or_else(|e| panic!("cannot be pressed: {e}"));
    }

    /// Presses something that usually leads to another page, and waits for it:
    /// what is asked next must not be asked of the page that is going away.
    async fn leave_by(&self, element: Element) {
        let into_view = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});";
        let _ = self.client.execute(into_view, vec![argument(&element)]).await;
        // The driver's own click ends when the next page is there.
        element.click().await.unwrap_or_else(|e| panic!("cannot be pressed: {e}"));
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(2) {
            if element.tag_name().await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Gives the browser a phone of its own for passkeys: always there, and
    /// its owner always says yes.
    pub async fn passkeys(&self) {
        self.cdp("WebAuthn.enable", json!({})).await;
        let options = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        self.cdp("WebAuthn.addVirtualAuthenticator", json!({ "options": options })).await;
    }

    async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let answer = self.client.issue_cmd(Cdp { command: command.to_owned(), parameters }).await;
        answer.unwrap_or_else(|e| panic!("{command}: {e}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if self.profile.is_some() {
            self.kill();
        }
    }
}

/// How WebDriver names an element among values.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

fn argument(element: &Element) -> Value {
    serde_json::to_value(element).expect("an element can be named")
}

/// Words with every run of white space as one space.
fn flat(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as XPath writes it, whatever quotation marks are in it.
fn xpath_text(text: &str) -> String {
    if !text.contains('"') {
        return format!("\"{text}\"");
    }
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({})", parts.join(", '\"', "))
}

/// A command of Chromium's own protocol, which WebDriver passes on.
#[derive(Debug)]
struct Cdp {
    command: String,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}
