//! Puts the style sheets, scripts and icons into the program: hashed in their
//! names, compressed once, embedded. Stops with the command to run if the
//! design system has not been fetched.

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const DESIGN_SYSTEM: &str = "node_modules/nhsuk-frontend/dist/nhsuk";
const ICONS: [&str; 4] = ["arrow-down", "arrow-up-down", "arrow-up", "cross"];

/// The blues of the NHS's own identity, its green and its cool greys, each with
/// the colour of ours that takes its place. Contrast stays as good or better;
/// `docs/adr/0005` has the ratios.
const COLOURS: [(&str, &str); 22] = [
    ("#003087", "#123f3c"),
    ("#005eb8", "#1f5f5b"),
    ("#004b93", "#184c49"),
    ("#0055a6", "#1b5652"),
    ("#002f5c", "#0f3230"),
    ("#003d78", "#133f3c"),
    ("#337ec6", "#4b8a85"),
    ("#c7dcef", "#cfe4e1"),
    ("#d9e7f4", "#e1eeec"),
    ("#ccdff1", "#d3e6e3"),
    ("#edf4fa", "#eef5f4"),
    ("#669ed4", "#7fb0ac"),
    ("#004281", "#16453f"),
    ("#00478a", "#174a46"),
    ("#007f3b", "#1f6b4a"),
    ("#00662f", "#18563b"),
    ("#00401e", "#0e3524"),
    ("#7c2855", "#0f3230"),
    ("#f0f4f5", "#f8f6f2"),
    ("#d8dde0", "#e0ddd5"),
    ("#e0e4e6", "#ebe8e1"),
    ("#4c6272", "#4f5d66"),
];

struct Made {
    name: &'static str,
    hashed: String,
    content_type: &'static str,
}

fn main() {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = here.join("../..");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let own = here.join("assets");
    let theirs = root.join(DESIGN_SYSTEM);
    println!("cargo::rerun-if-changed={}", own.display());
    println!("cargo::rerun-if-changed={}", root.join("package-lock.json").display());
    println!("cargo::rerun-if-changed={}", theirs.join("nhsuk-frontend.min.css").display());
    if !theirs.join("nhsuk-frontend.min.css").exists() {
        println!("cargo::error=The design system is not here yet. Run: make assets");
        std::process::exit(1);
    }

    let icons: Vec<Made> = ICONS
        .iter()
        .map(|icon| {
            let name: &'static str = format!("{icon}.svg").leak();
            let text = read(&theirs.join(format!("assets/images/nhsuk-icon-{icon}.svg")));
            embed(&out, name, "image/svg+xml", text.as_bytes())
        })
        .collect();
    let mut css = design_system_css(&read(&theirs.join("nhsuk-frontend.min.css")), &icons);
    for sheet in ["identity.css", "pictures.css", "plan.css", "staff.css", "print.css"] {
        css.push('\n');
        css.push_str(&read(&own.join(sheet)));
    }
    let js = without_source_map(&read(&theirs.join("nhsuk-frontend.min.js")));
    let module = embed(&out, "nhsuk.js", "text/javascript; charset=utf-8", js.as_bytes());
    let start = read(&own.join("start.js")).replace("nhsuk.js", &module.hashed);
    let mut all = vec![
        embed(&out, "main.css", "text/css; charset=utf-8", css.as_bytes()),
        embed(&out, "start.js", "text/javascript; charset=utf-8", start.as_bytes()),
        embed(&out, "ready.js", "text/javascript; charset=utf-8", read(&own.join("ready.js")).as_bytes()),
        embed(&out, "passkey.js", "text/javascript; charset=utf-8", read(&own.join("passkey.js")).as_bytes()),
        embed(&out, "favicon.svg", "image/svg+xml", read(&own.join("favicon.svg")).as_bytes()),
        module,
    ];
    all.extend(icons);
    fs::write(out.join("assets.rs"), list(&all)).expect("the build folder can be written");
}

/// The design system's style sheet without the fonts that only the NHS may
/// use and without addresses on other machines.
fn design_system_css(css: &str, icons: &[Made]) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("@font-face{") {
        text.push_str(&rest[..start]);
        let end = rest[start..].find('}').expect("a rule ends");
        rest = &rest[start + end + 1..];
    }
    text.push_str(rest);
    text = text.replace("Frutiger W01,arial,sans-serif", "var(--phb-font,arial,sans-serif)");
    for icon in icons {
        let stem = icon.name.trim_end_matches(".svg");
        let theirs = format!("/assets/images/nhsuk-icon-{stem}.svg");
        text = text.replace(&theirs, &format!("/assets/{}", icon.hashed));
    }
    for (theirs, ours) in COLOURS {
        text = text.replace(theirs, ours);
    }
    let text = without_source_map(&text);
    for stranger in ["https://", "Frutiger", "/assets/images/"] {
        if text.contains(stranger) {
            println!(
                "cargo::error=The design system's style sheet has {stranger} in it: teach build.rs about it"
            );
            std::process::exit(1);
        }
    }
    text
}

fn without_source_map(text: &str) -> String {
    let cut = text.rfind("/*# sourceMappingURL").or_else(|| text.rfind("//# sourceMappingURL"));
    text[..cut.unwrap_or(text.len())].to_owned()
}

fn embed(out: &Path, name: &'static str, content_type: &'static str, bytes: &[u8]) -> Made {
    let hash = Sha256::digest(bytes);
    let mut short = String::new();
    for byte in &hash[..6] {
        write!(short, "{byte:02x}").expect("writing to a string");
    }
    let (stem, ending) = name.rsplit_once('.').expect("an asset's name has an ending");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("writing to memory");
    fs::write(out.join(name), bytes).expect("the build folder can be written");
    fs::write(out.join(format!("{name}.gz")), gzip.finish().expect("writing to memory"))
        .expect("the build folder can be written");
    Made { name, hashed: format!("{stem}-{short}.{ending}"), content_type }
}

fn list(all: &[Made]) -> String {
    let mut text = format!("static ASSETS: [Asset; {}] = [\n", all.len());
    for asset in all {
        let (name, hashed, kind) = (asset.name, &asset.hashed, asset.content_type);
        writeln!(
            text,
            "Asset {{ name: {name:?}, hashed: {hashed:?}, content_type: {kind:?}, \
             plain: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\")), \
             gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.gz\")) }},"
        )
        .expect("writing to a string");
    }
    text.push_str("];\n");
    write!(text, "static URLS: [&str; {}] = [", all.len()).expect("writing to a string");
    for asset in all {
        write!(text, "\"/assets/{}\",", asset.hashed).expect("writing to a string");
    }
    text.push_str("];\n");
    text
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| {
        println!("cargo::error=Cannot read {}: {error}. Run: make assets", path.display());
        std::process::exit(1)
    })
}
