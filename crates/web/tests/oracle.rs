//! Our components give the HTML of the design system's own templates.
//!
//! Each case is rendered twice: by the package's Nunjucks macros, run by node
//! from `tests/oracle/render.mjs`, and by our function. Both are parsed and
//! written out again with attributes in order and white space settled, and
//! must then be the same.

#[path = "oracle/cases.rs"]
mod cases;

use scraper::{ElementRef, Html, Node};
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn every_component_is_as_the_design_system_has_it() {
    let cases = cases::all();
    let theirs = render_theirs(&cases);
    assert_eq!(theirs.len(), cases.len(), "node answered every case");
    let mut different = Vec::new();
    for (case, theirs) in cases.iter().zip(&theirs) {
        // The template says "NHS" of any logo; ours stands beside the
        // organisation's name, which says it already.
        let theirs = theirs.replace("alt=\"NHS\"", "alt=\"\"");
        let (ours, theirs) = (settled(&case.ours.0), settled(&theirs));
        if ours != theirs {
            different.push(format!("== {}\n-- theirs\n{theirs}\n-- ours\n{ours}", case.name));
        }
    }
    assert!(different.is_empty(), "{} of {} differ\n{}", different.len(), cases.len(), different.join("\n"));
}

/// The comparison itself can fail: a changed class, a missing element, another
/// text and another order of elements are all noticed.
#[test]
fn the_comparison_notices_differences() {
    let base = settled(r#"<p class="a" id="b">one <b>two</b></p>"#);
    assert_eq!(base, settled("<p id=\"b\"\n class=\"a\">\n  one <b>two</b>\n</p>"));
    for other in [
        r#"<p class="c" id="b">one <b>two</b></p>"#,
        r#"<p class="a" id="b">one two</p>"#,
        r#"<p class="a" id="b">one <b>three</b></p>"#,
        r#"<p class="a" id="b"><b>two</b> one</p>"#,
        r#"<p class="a" id="b">one<b>two</b></p>"#,
        r#"<p class="a" id="b" hidden>one <b>two</b></p>"#,
    ] {
        assert_ne!(base, settled(other), "{other}");
    }
}

fn render_theirs(cases: &[cases::Case]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/render.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed: the README lists it");
    let mut lines = String::new();
    for case in cases {
        lines.push_str(&case.theirs.to_string());
        lines.push('\n');
    }
    node.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("node reads");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "the templates could not be rendered");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The HTML with attributes in order, one element a line, white space settled.
fn settled(html: &str) -> String {
    let fragment = Html::parse_fragment(html);
    let mut text = String::new();
    write_children(fragment.root_element(), 0, &mut text);
    text
}

fn write_children(element: ElementRef<'_>, depth: usize, text: &mut String) {
    let children: Vec<_> = element.children().collect();
    let indent = "  ".repeat(depth);
    for (i, child) in children.iter().enumerate() {
        match child.value() {
            Node::Text(words) if element.value().name() == "textarea" => {
                text.push_str(&format!("{indent}“{}”\n", &**words));
            }
            Node::Text(words) => {
                let inner = words.split_whitespace().collect::<Vec<_>>().join(" ");
                if inner.is_empty() {
                    continue;
                }
                let is_inline = |j: Option<usize>| {
                    let name = j.and_then(|j| children.get(j)?.value().as_element()).map(|e| e.name());
                    matches!(name, Some("a" | "b" | "span" | "strong"))
                };
                let lead = &words[..words.len() - words.trim_start().len()];
                let trail = &words[words.trim_end().len()..];
                let first = edge(element, lead, i == 0, is_inline(i.checked_sub(1)));
                let last = edge(element, trail, i + 1 == children.len(), is_inline(Some(i + 1)));
                text.push_str(&format!("{indent}“{first}{inner}{last}”\n"));
            }
            Node::Element(inner) => {
                let mut attributes: Vec<String> =
                    inner.attrs().map(|(name, value)| format!(" {name}={value:?}")).collect();
                attributes.sort();
                text.push_str(&format!("{indent}<{}{}>\n", inner.name(), attributes.concat()));
                if let Some(inner) = ElementRef::wrap(*child) {
                    write_children(inner, depth + 1, text);
                }
            }
            _ => {}
        }
    }
}

/// White space that a reader would notice: beside inline elements, or typed on
/// purpose at the edge of a span. Line ends at edges are how templates are
/// laid out.
fn edge(element: ElementRef<'_>, space: &str, at_edge: bool, beside_inline: bool) -> &'static str {
    let on_purpose = at_edge && element.value().name() == "span" && !space.contains('\n');
    if !space.is_empty() && (beside_inline || on_purpose) { "_" } else { "" }
}
