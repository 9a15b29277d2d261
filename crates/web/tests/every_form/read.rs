//! Forms as they stand on a page, and the route that each one is sent to.

use axum::http::Method;
use scraper::{ElementRef, Html, Selector};
use std::sync::OnceLock;
use web::routes::Declared;
use web::site;

/// What somebody can do with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Hidden,
    Text,
    Long,
    Email,
    Money,
    Number,
    Date,
    Secret,
    Radio,
    Check,
    Select,
    File,
    /// A button that says by its value what is done.
    Button,
}

impl Kind {
    /// Whether it is typed and shown again as it was typed.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Text | Self::Long | Self::Email | Self::Money | Self::Number | Self::Date)
    }

    pub fn is_choice(self) -> bool {
        matches!(self, Self::Radio | Self::Check | Self::Select)
    }
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    /// What it holds as the page comes: its text, or what is chosen in it.
    pub held: Vec<String>,
    /// What can be chosen in it.
    pub offered: Vec<String>,
}

/// One form of one page, as one person has it before them.
#[derive(Clone, Debug)]
pub struct Form {
    /// The declared path of its route.
    pub route: &'static str,
    pub action: String,
    pub page: String,
    /// Which of the readers has it before them.
    pub reader: usize,
    pub has_files: bool,
    pub fields: Vec<Field>,
    /// The secret of a code app, where the page has one to be set up.
    pub secret: Option<Vec<u8>>,
    /// What a new passkey is asked for, where the form takes one.
    pub asked: Option<String>,
}

impl Form {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn has_words(&self) -> bool {
        self.fields.iter().any(|field| field.kind == Kind::Long)
    }

    /// What makes two forms of one route different: the fields they have, but
    /// for those of which there are as many as there are things.
    pub fn signature(&self) -> String {
        let all = self.fields.iter().filter(|f| !has_id(&f.name));
        let mut names: Vec<String> = all.map(|f| format!("{}:{:?}", f.name, f.kind)).collect();
        names.sort();
        format!("{} {}", self.route, names.join(" "))
    }
}

fn has_id(name: &str) -> bool {
    let id = name.split_once('-').map_or("", |(_, rest)| rest);
    id.len() >= 32 && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// The declared path that an address belongs to.
pub fn route_of(method: &Method, address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |declared: &str| {
        let mut all = declared.split('/');
        let same = parts.iter().all(|part| all.next().is_some_and(|d| d.starts_with('{') || d == *part));
        same && all.next().is_none()
    };
    let literal = |declared: &str| declared.split('/').filter(|d| !d.starts_with('{')).count();
    static DECLARED: OnceLock<Vec<Declared>> = OnceLock::new();
    let declared = DECLARED.get_or_init(site::declared);
    let found = declared.iter().filter(|r| r.method == *method && fits(r.path));
    found.max_by_key(|r| literal(r.path)).map(|r| r.path)
}

pub fn css(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

/// Every form of a page that is sent to be acted on.
pub fn forms(html: &str, page: &str, reader: usize) -> Vec<Form> {
    forms_and_links(html, page, reader).0
}

/// The forms of a page, and where its links lead.
pub fn forms_and_links(html: &str, page: &str, reader: usize) -> (Vec<Form>, Vec<String>) {
    let document = Html::parse_document(html);
    let (sent_to, link) = (css("form[method=post]"), css("a[href]"));
    let with_secret = |form: Form| {
        if form.route != "/account/second-factor" {
            return form;
        }
        let shown = document.select(&css("code.phb-secret")).next();
        let secret = shown.map(|code| testkit::world::secret_typed(&code.text().collect::<String>()));
        Form { secret, ..form }
    };
    let forms = document.select(&sent_to).map(|form| with_secret(one(form, page, reader))).collect();
    let links = document.select(&link).filter_map(|a| a.value().attr("href")).map(str::to_owned).collect();
    (forms, links)
}

fn one(form: ElementRef<'_>, page: &str, reader: usize) -> Form {
    let own = page.split(['?', '#']).next().unwrap_or_default();
    let action = form.value().attr("action").unwrap_or(own).to_owned();
    let route = route_of(&Method::POST, &action).unwrap_or_else(|| panic!("{page}: no route for {action}"));
    let has_files = form.value().attr("enctype") == Some("multipart/form-data");
    let asked = form.select(&css("[data-phb-passkey=make]")).next();
    let asked = asked.and_then(|place| place.value().attr("data-phb-asked")).map(str::to_owned);
    Form {
        route,
        action,
        page: page.to_owned(),
        reader,
        has_files,
        fields: fields(form),
        secret: None,
        asked,
    }
}

/// The fields of a form, in the order of the page; what is chosen from is one.
pub fn fields(form: ElementRef<'_>) -> Vec<Field> {
    let mut all: Vec<Field> = vec![];
    for element in form.select(&css("input, textarea, select, button")) {
        let attr = |name: &str| element.value().attr(name).unwrap_or_default();
        let name = attr("name").to_owned();
        if name.is_empty() || name == "csrf" {
            continue;
        }
        let kind = kind_of(element, &name);
        let (value, text) = (attr("value").to_owned(), element.text().collect::<String>());
        let (held, offered) = match kind {
            Kind::Radio | Kind::Check => {
                let checked = element.value().attr("checked").is_some();
                (if checked { vec![value.clone()] } else { vec![] }, vec![value])
            }
            Kind::Select => options(element),
            Kind::Button => (vec![], vec![value]),
            // The line end right after the tag is not part of it; the parser
            // has left it out.
            Kind::Long => (vec![text], vec![]),
            _ => (vec![value], vec![]),
        };
        match all.iter_mut().find(|field| field.name == name) {
            Some(field) => {
                field.held.extend(held);
                field.offered.extend(offered);
            }
            None => all.push(Field { name, kind, held, offered }),
        }
    }
    all
}

fn kind_of(element: ElementRef<'_>, name: &str) -> Kind {
    let attr = |name: &str| element.value().attr(name).unwrap_or_default();
    let is_part = ["-day", "-month", "-year"].iter().any(|part| name.ends_with(part));
    match (element.value().name(), attr("type"), attr("inputmode")) {
        ("textarea", ..) => Kind::Long,
        ("select", ..) => Kind::Select,
        ("button", ..) => Kind::Button,
        (_, "hidden", _) => Kind::Hidden,
        (_, "radio", _) => Kind::Radio,
        (_, "checkbox", _) => Kind::Check,
        (_, "file", _) => Kind::File,
        (_, "password", _) => Kind::Secret,
        (_, "email", _) | (_, "text", _) if attr("type") == "email" || name == "email" => Kind::Email,
        _ if attr("autocomplete") == "one-time-code" => Kind::Secret,
        (_, _, "decimal") => Kind::Money,
        (_, _, "numeric") if is_part => Kind::Date,
        (_, _, "numeric") => Kind::Number,
        _ => Kind::Text,
    }
}

fn options(select: ElementRef<'_>) -> (Vec<String>, Vec<String>) {
    let (mut held, mut offered) = (vec![], vec![]);
    for option in select.select(&css("option")) {
        let value = option.value().attr("value").unwrap_or_default().to_owned();
        if option.value().attr("selected").is_some() {
            held.push(value.clone());
        }
        offered.push(value);
    }
    // A browser sends the first where none is chosen.
    if held.is_empty() {
        held.extend(offered.first().cloned());
    }
    (held, offered)
}
