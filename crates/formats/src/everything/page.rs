//! A paper as one page that opens without a network: its style and its pictures
//! are inside, there is no script, and whatever reads it aloud finds headings, a
//! table of contents and tables with names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::paper::{Block, Checked, Paper};
use std::fmt::Write as _;

/// A picture that stands at the end of the page.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// What it is, in words: for whoever does not see it, too.
    pub words: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

/// On a narrow screen and on paper nothing is cut off: a table becomes a list there,
/// in which each cell says of which column it is.
const STYLE: &str = "
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { font: 1.125rem/1.6 Arial, Helvetica, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { margin-top: 3rem; border-top: 2px solid; padding-top: 1rem; line-height: 1.25; }
h3 { margin-top: 2rem; line-height: 1.3; } h4 { margin-bottom: .25rem; }
h1, h2, h3, h4 { overflow-wrap: break-word; hyphens: auto; }
a { color: LinkText; } a:focus-visible { outline: 3px solid; outline-offset: 2px; }
nav ol { padding-left: 1.75rem; } nav li { margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.5rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid; }
td.words { min-width: 6em; }
.number { text-align: right; } td.number { white-space: nowrap; } th { overflow-wrap: break-word; }
dl { margin: 0 0 1rem; } dt { font-weight: bold; } dd { margin: 0 0 .5rem; }
.words { white-space: pre-wrap; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 4px solid; }
.box { border: 2px solid; padding: 0 1rem; margin: 1.5rem 0; }
img { max-width: 100%; height: auto; } figure { margin: 1.5rem 0; }
@media screen and (max-width: 40em) {
  h1 { font-size: 1.6rem; } h2 { font-size: 1.35rem; margin-top: 2rem; }
  ul, ol { padding-left: 1.25rem; }
  table, caption, tbody, tr, td { display: block; width: auto; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tr { border-top: 2px solid; padding: .5rem 0; }
  td, td.words { border: 0; padding: .15rem 0; min-width: 0; } td:empty { display: none; }
  td::before { content: attr(data-column) ': '; font-weight: bold; }
  .number { text-align: left; }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10.5pt; line-height: 1.4; }
  h1 { font-size: 20pt; } h2 { font-size: 15pt; margin-top: 8mm; } h3 { font-size: 12pt; margin-top: 5mm; }
  h2, h3, h4, caption, dt { break-after: avoid; } caption { break-inside: avoid; }
  nav { break-after: page; } nav a { color: inherit; text-decoration: none; }
  td.words { min-width: 0; }
  tr, dd, li, figure, .box { break-inside: avoid; }
  thead { display: table-header-group; break-after: avoid; }
  p, li, dd { orphans: 3; widows: 3; }
  img { max-height: 200mm; }
}
";

/// The page. The title is heading 1; a heading of the paper is one level below.
#[must_use]
pub fn page(paper: &Paper, pictures: &[Picture<'_>]) -> String {
    let mut page = Page { html: String::with_capacity(64 * 1024), headings: 0 };
    page.head(paper);
    page.contents(paper, !pictures.is_empty());
    page.html.push_str("<main>");
    for block in &paper.blocks {
        page.block(block);
    }
    if !pictures.is_empty() {
        page.heading(1, PICTURES);
        pictures.iter().for_each(|picture| page.picture(picture));
    }
    page.html.push_str("</main><footer><p>");
    page.text(&paper.footer);
    page.html.push_str("</p></footer></body></html>\n");
    page.html
}

const PICTURES: &str = "Pictures that were added";

struct Page {
    html: String,
    /// How many headings of the first level there were.
    headings: usize,
}

impl Page {
    /// Text that somebody typed is letters and nothing else.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                c => self.html.push(c),
            }
        }
    }

    /// Words in a tag.
    fn tag(&mut self, name: &str, attributes: &str, text: &str) {
        let space = if attributes.is_empty() { "" } else { " " };
        let _ = write!(self.html, "<{name}{space}{attributes}>");
        self.text(text);
        let _ = write!(self.html, "</{name}>");
    }

    fn head(&mut self, paper: &Paper) {
        self.html.push_str("<!DOCTYPE html>\n<html lang=\"");
        self.text(&paper.language);
        self.html.push_str(
            "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        );
        self.tag("title", "", &paper.title);
        let _ = write!(self.html, "<style>{STYLE}</style></head><body><header>");
        self.tag("p", "", &format!("{} {}", paper.organisation, paper.reference));
        self.tag("h1", "", &paper.title);
        self.tag("p", "", &paper.as_of);
        if let Some(intro) = &paper.intro {
            self.paragraphs(intro);
        }
        self.html.push_str("</header>\n");
    }

    fn contents(&mut self, paper: &Paper, has_pictures: bool) {
        let headings = paper.blocks.iter().filter_map(|block| match block {
            Block::Heading(1, words) => Some(words.as_str()),
            _ => None,
        });
        let all: Vec<&str> = headings.chain(has_pictures.then_some(PICTURES)).collect();
        self.html.push_str("<nav aria-labelledby=\"contents\"><h2 id=\"contents\">What is in here</h2><ol>");
        for (number, words) in (1..).zip(all) {
            let _ = write!(self.html, "<li><a href=\"#part-{number}\">");
            self.text(words);
            self.html.push_str("</a></li>");
        }
        self.html.push_str("</ol></nav>\n");
    }

    fn heading(&mut self, level: u8, words: &str) {
        if level == 1 {
            self.headings += 1;
            let id = format!("id=\"part-{}\"", self.headings);
            self.tag("h2", &id, words);
        } else {
            self.tag(if level == 2 { "h3" } else { "h4" }, "", words);
        }
        self.html.push('\n');
    }

    fn paragraphs(&mut self, text: &str) {
        for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            self.tag("p", "class=\"words\" dir=\"auto\"", paragraph);
        }
    }

    fn list<'a>(&mut self, all: impl IntoIterator<Item = &'a str>) {
        self.html.push_str("<ul>");
        all.into_iter().for_each(|words| self.tag("li", "class=\"words\" dir=\"auto\"", words));
        self.html.push_str("</ul>\n");
    }

    fn facts<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) {
        self.html.push_str("<dl>");
        for (label, value) in pairs {
            self.tag("dt", "", label);
            self.tag("dd", "class=\"words\" dir=\"auto\"", value);
        }
        self.html.push_str("</dl>\n");
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(level, words) => self.heading(*level, words),
            Block::Paragraph(text) => self.paragraphs(text),
            Block::Quote { words, who } => {
                self.html.push_str("<blockquote>");
                self.paragraphs(words);
                if !who.is_empty() {
                    self.tag("p", "", who);
                }
                self.html.push_str("</blockquote>\n");
            }
            Block::Facts(pairs) => {
                self.facts(pairs.iter().map(|(label, value)| (label.as_str(), value.as_str())));
            }
            Block::Table { .. } => self.table(block),
            Block::Checklist(all) => {
                let said = |Checked { done, what, note }: &Checked| {
                    let done = if *done { "Done" } else { "Not done" };
                    let note = if note.is_empty() { String::new() } else { format!(". {note}") };
                    format!("{done}: {what}{note}")
                };
                let all: Vec<String> = all.iter().map(said).collect();
                self.list(all.iter().map(String::as_str));
            }
            Block::Bullets(all) | Block::Signatures(all) => self.list(all.iter().map(String::as_str)),
            Block::MoneyBar { title, parts } => {
                self.tag("p", "", title);
                let all: Vec<String> =
                    parts.iter().map(|(name, pence)| format!("{name}: {}", domain::Pence(*pence))).collect();
                self.list(all.iter().map(String::as_str));
            }
            Block::Stages(all) => {
                let said = |(name, done): &(String, bool)| {
                    if *done { format!("{name} (done)") } else { name.clone() }
                };
                let all: Vec<String> = all.iter().map(said).collect();
                self.list(all.iter().map(String::as_str));
            }
            Block::Callout { title, body } => {
                self.html.push_str("<div class=\"box\"><p><strong>");
                self.text(title);
                self.html.push_str("</strong></p>");
                self.paragraphs(body);
                self.html.push_str("</div>\n");
            }
            Block::PageBreak => {}
        }
    }

    fn table(&mut self, block: &Block) {
        let Block::Table { caption, head, rows, numeric, total } = block else { return };
        let class = |at: usize| {
            if numeric.contains(&at) { "class=\"number\"" } else { "class=\"words\" dir=\"auto\"" }
        };
        // What is laid out as a list stays a table for whoever hears it.
        self.html.push_str("<table role=\"table\">");
        self.tag("caption", "", caption);
        self.html.push_str("<thead role=\"rowgroup\"><tr role=\"row\">");
        for (at, name) in head.iter().enumerate() {
            let number = if numeric.contains(&at) { " class=\"number\"" } else { "" };
            self.tag("th", &format!("role=\"columnheader\" scope=\"col\"{number}"), name);
        }
        self.html.push_str("</tr></thead><tbody role=\"rowgroup\">");
        for row in rows.iter().chain(total) {
            self.html.push_str("<tr role=\"row\">");
            for (at, column) in head.iter().enumerate() {
                let _ = write!(self.html, "<td role=\"cell\" {} data-column=\"", class(at));
                self.text(column);
                self.html.push_str("\">");
                self.text(row.get(at).map_or("", String::as_str));
                self.html.push_str("</td>");
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody></table>\n");
    }

    fn picture(&mut self, picture: &Picture<'_>) {
        let _ = write!(self.html, "<figure><img alt=\"");
        self.text(picture.words);
        self.html.push_str("\" src=\"data:");
        self.text(picture.media_type);
        let _ = write!(self.html, ";base64,{}\"><figcaption>", STANDARD.encode(picture.bytes));
        self.text(picture.words);
        self.html.push_str("</figcaption></figure>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(blocks: Vec<Block>) -> Paper {
        Paper {
            title: "All of it".into(),
            organisation: "Vale".into(),
            reference: "MV-1".into(),
            as_of: "Today".into(),
            language: "en-GB".into(),
            intro: None,
            blocks,
            footer: "The end".into(),
            date: (2026, 3, 2),
        }
    }

    #[test]
    fn what_somebody_typed_is_letters_and_not_markup() {
        let typed = "<script>alert(1)</script> \" ' & <img src=x onerror=y>";
        let blocks = vec![
            Block::Heading(1, typed.into()),
            Block::Paragraph(typed.into()),
            Block::Quote { words: typed.into(), who: typed.into() },
            Block::Facts(vec![(typed.into(), typed.into())]),
            Block::Callout { title: typed.into(), body: typed.into() },
            Block::Bullets(vec![typed.into()]),
            Block::Table {
                caption: typed.into(),
                head: vec![typed.into()],
                rows: vec![vec![typed.into()]],
                numeric: vec![],
                total: None,
            },
        ];
        let picture = Picture { words: typed, media_type: "image/png", bytes: &[1] };
        let html = page(&paper(blocks), &[picture]);
        assert!(!html.contains("<script") && !html.contains("<img src=x"), "{html}");
        assert_eq!(html.matches("<img").count(), 1);
    }

    #[test]
    fn it_asks_nothing_of_anybody_and_leads_to_each_part() {
        let picture = Picture { words: "A receipt", media_type: "image/png", bytes: &[1, 2, 3] };
        let html =
            page(&paper(vec![Block::Heading(1, "One".into()), Block::Heading(2, "More".into())]), &[picture]);
        assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"));
        for part in ["part-1", "part-2"] {
            assert_eq!(html.matches(part).count(), 2, "{part} is led to, once");
        }
        assert!(html.contains("src=\"data:image/png;base64,AQID\"") && html.contains("alt=\"A receipt\""));
        assert!(html.contains("<h2 id=\"part-1\">One</h2>") && html.contains("<h3>More</h3>"));
    }

    /// On a telephone each cell says of which column it is, and stays one for whoever
    /// hears the page; nothing is scrolled to the side.
    #[test]
    fn a_table_is_a_list_where_there_is_no_room_for_it() {
        let table = Block::Table {
            caption: "Money".into(),
            head: vec!["Day".into(), "How \"much\"".into()],
            rows: vec![vec!["2 March".into(), "£95.00".into()], vec!["3 March".into()]],
            numeric: vec![1],
            total: None,
        };
        let html = page(&paper(vec![table]), &[]);
        assert_eq!(html.matches("<td ").count(), 4);
        assert_eq!(html.matches("data-column=\"Day\"").count(), 2);
        assert_eq!(html.matches("data-column=\"How &quot;much&quot;\"").count(), 2);
        assert_eq!(html.matches("role=\"cell\"").count(), 4);
        assert!(!html.contains("tabindex") && !html.contains("overflow-x"), "nothing scrolls by itself");
        for rule in [
            "@media screen and (max-width: 40em)",
            "attr(data-column)",
            "@page { size: A4",
            "overflow-wrap: anywhere",
        ] {
            assert!(html.contains(rule), "{rule}");
        }
    }
}
