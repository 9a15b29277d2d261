//! Everything that the program is built from, as `cargo metadata` and the lock
//! files say it, without a network.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId, TargetKind};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a component is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Its code, or what it holds, is in the program that is served.
    Program,
    /// It takes part in building the program and is not in it.
    Building,
    /// It is there for tests and tools alone.
    Testing,
}

impl Use {
    /// As it stands in the list.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Building => "building",
            Self::Testing => "testing",
        }
    }
}

/// One thing that others wrote, in one version.
#[derive(Clone, Debug)]
pub struct Component {
    /// The kind of package, as package URLs have it: `cargo` or `npm`.
    pub kind: &'static str,
    pub name: String,
    pub version: String,
    /// The terms, as its makers state them (an SPDX expression, sometimes of an
    /// older form).
    pub licence: Option<String>,
    /// Where it was fetched from; none for what lies in our own folders.
    pub source: Option<String>,
    pub description: Option<String>,
    pub repository: Option<String>,
    /// Where its files are on this computer.
    pub folder: PathBuf,
    /// The sum of the package that was fetched: the algorithm as CycloneDX
    /// calls it, and the sum in hexadecimal.
    pub hash: Option<(&'static str, String)>,
    pub used_for: Use,
    /// Whether it is one of our own.
    pub is_ours: bool,
    /// Whether it encrypts, hashes, signs, deals random numbers or helps to.
    pub is_cryptographic: bool,
    /// The package URLs of what it needs.
    pub needs: BTreeSet<String>,
}

impl Component {
    /// Its package URL, which is its name in the list.
    #[must_use]
    pub fn url(&self) -> String {
        format!("pkg:{}/{}@{}", self.kind, self.name, self.version.replace('+', "%2B"))
    }
}

/// All of them, in the order of their names.
#[derive(Clone, Debug)]
pub struct Components(pub Vec<Component>);

/// The program itself.
pub const PROGRAM: &str = "phb";

/// What of the packages from npm is in the program; the others are for tests.
const FROM_NPM: &str = "nhsuk-frontend";

impl Components {
    /// Reads what the workspace in this folder is built from, for this kind of
    /// computer with Linux.
    ///
    /// # Errors
    /// In words, if cargo cannot say it (such as before everything was fetched)
    /// or a lock file cannot be read.
    pub fn read(root: &Path) -> Result<Self, String> {
        let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let options = ["--locked", "--offline", "--filter-platform", &platform].map(str::to_owned);
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .other_options(options)
            .exec()
            .map_err(|why| format!("cargo metadata: {why}"))?;
        let sums = sums(root)?;
        let uses = uses(&metadata)?;
        let mut all: Vec<Component> = metadata
            .packages
            .iter()
            .filter_map(|package| uses.get(&package.id).map(|used| component(package, *used, &sums)))
            .collect();
        let urls: BTreeMap<&PackageId, String> =
            metadata.packages.iter().map(|p| (&p.id, url_of(p))).collect();
        for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
            let url = urls.get(&node.id).ok_or("a package that is not described")?;
            let needs = node.dependencies.iter().filter_map(|id| urls.get(id).cloned()).collect();
            if let Some(component) = all.iter_mut().find(|c| c.url() == *url) {
                component.needs = needs;
            }
        }
        all.extend(from_npm(root)?);
        all.sort_by(|a, b| (a.kind, &a.name, &a.version).cmp(&(b.kind, &b.name, &b.version)));
        Ok(Self(all))
    }

    /// Those that others wrote.
    pub fn foreign(&self) -> impl Iterator<Item = &Component> {
        self.0.iter().filter(|component| !component.is_ours)
    }
}

fn url_of(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version.to_string().replace('+', "%2B"))
}

fn component(package: &Package, used_for: Use, sums: &BTreeMap<(String, String), String>) -> Component {
    let (name, version) = (package.name.to_string(), package.version.to_string());
    let sum = sums.get(&(name.clone(), version.clone()));
    Component {
        kind: "cargo",
        hash: sum.map(|sum| ("SHA-256", sum.clone())),
        name,
        version,
        licence: package.license.clone(),
        source: package.source.as_ref().map(|source| source.repr.clone()),
        description: package.description.as_ref().map(|text| text.trim().to_owned()),
        repository: package.repository.clone(),
        folder: package.manifest_path.parent().map(|f| f.as_std_path().to_owned()).unwrap_or_default(),
        used_for,
        is_ours: package.source.is_none(),
        is_cryptographic: is_cryptographic(package),
        needs: BTreeSet::new(),
    }
}

/// The words of those who publish packages for what encrypts and the like.
const KEYWORDS: [&str; 12] = [
    "crypto",
    "cryptography",
    "encryption",
    "tls",
    "ssl",
    "password",
    "totp",
    "webauthn",
    "rng",
    "x509",
    "certificate",
    "hmac",
];

/// Those that say nothing of it.
const SILENT: [&str; 6] =
    ["age", "crypto-glue", "getrandom", "tokio-postgres-rustls", "webauthn-attestation-ca", "webpki-roots"];

fn is_cryptographic(package: &Package) -> bool {
    let is_one = |word: &String| KEYWORDS.contains(&word.to_lowercase().as_str());
    package.source.is_some()
        && (package.categories.iter().any(|category| category.starts_with("cryptography"))
            || package.keywords.iter().any(is_one)
            || SILENT.contains(&package.name.as_str()))
}

/// What each package is used for. From the program along what its packages
/// need: that is in it. What only builds it (build scripts and macros, with
/// what they need) is not, and the rest of the workspace is for tests.
fn uses(metadata: &Metadata) -> Result<BTreeMap<PackageId, Use>, String> {
    let resolve = metadata.resolve.as_ref().ok_or("cargo metadata resolved nothing")?;
    let nodes: BTreeMap<&PackageId, &Node> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let is_macro = |id: &PackageId| {
        let package = metadata.packages.iter().find(|package| package.id == *id);
        package.is_some_and(|p| p.targets.iter().any(|t| t.kind.contains(&TargetKind::ProcMacro)))
    };
    let program = metadata.packages.iter().find(|p| p.name == PROGRAM && p.source.is_none());
    let mut waiting = vec![(&program.ok_or("the workspace has no program")?.id, Use::Program)];
    let mut uses = BTreeMap::new();
    while let Some((id, used)) = waiting.pop() {
        if uses.get(id).is_some_and(|known| *known <= used) {
            continue;
        }
        uses.insert(id.clone(), used);
        for need in &nodes.get(id).ok_or("a package that is not resolved")?.deps {
            for how in &need.dep_kinds {
                let of_need = match how.kind {
                    DependencyKind::Normal if used == Use::Program && !is_macro(&need.pkg) => Use::Program,
                    DependencyKind::Normal | DependencyKind::Build => Use::Building.max(used),
                    _ => continue,
                };
                waiting.push((&need.pkg, of_need));
            }
        }
    }
    for node in &resolve.nodes {
        uses.entry(node.id.clone()).or_insert(Use::Testing);
    }
    Ok(uses)
}

/// The sums of what was fetched, by name and version, from `Cargo.lock`.
fn sums(root: &Path) -> Result<BTreeMap<(String, String), String>, String> {
    let text = fs::read_to_string(root.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    let lock: rustsec::Lockfile = text.parse().map_err(|why| format!("Cargo.lock: {why}"))?;
    let with_sum = lock.packages.into_iter().filter_map(|package| {
        let sum = package.checksum?.to_string();
        Some(((package.name.to_string(), package.version.to_string()), sum))
    });
    Ok(with_sum.collect())
}

/// The packages from npm, from `package-lock.json`.
fn from_npm(root: &Path) -> Result<Vec<Component>, String> {
    let path = root.join("package-lock.json");
    let text = fs::read_to_string(&path).map_err(|why| format!("package-lock.json: {why}"))?;
    let lock: serde_json::Value =
        serde_json::from_str(&text).map_err(|why| format!("package-lock.json: {why}"))?;
    let packages = lock["packages"].as_object().ok_or("package-lock.json names no packages")?;
    let mut found = vec![];
    for (path, package) in packages {
        let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        let sum = text("integrity").and_then(|sum| Some(sum.strip_prefix("sha512-")?.to_owned()));
        let sum = sum.and_then(|sum| BASE64_STANDARD.decode(sum).ok());
        found.push(Component {
            kind: "npm",
            name: name.to_owned(),
            version: text("version").ok_or_else(|| format!("{name} has no version"))?,
            licence: text("license"),
            source: text("resolved"),
            description: None,
            repository: None,
            folder: root.join(path),
            hash: sum.map(|sum| ("SHA-512", hex::encode(sum))),
            used_for: if name == FROM_NPM { Use::Program } else { Use::Testing },
            is_ours: false,
            is_cryptographic: false,
            needs: BTreeSet::new(),
        });
    }
    Ok(found)
}
