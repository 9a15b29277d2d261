//! What one installation looks like: its names, its logo, its font.

use crate::assets::Logo;
use service::demonstration::MadeUp;
use strum::EnumString;

/// The font of the pages. Only fonts that a computer has: nothing is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "kebab-case", parse_err_ty = String, parse_err_fn = not_a_font)]
pub enum Font {
    #[default]
    Arial,
    Verdana,
    /// Whatever the computer itself uses.
    System,
}

fn not_a_font(text: &str) -> String {
    format!("{text} is not a font that we have: use arial, verdana or system")
}

impl Font {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Arial => "phb-font-arial",
            Self::Verdana => "phb-font-verdana",
            Self::System => "phb-font-system",
        }
    }
}

/// What one installation says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub service_name: String,
    /// Empty where the service has no organisation to name.
    pub organisation_name: String,
    /// The organisation's own picture.
    pub logo: Option<Logo>,
    pub font: Font,
    /// Whether this is the demonstration: every page says so.
    pub demo: bool,
    /// Whom one can sign in as there.
    pub made_up: &'static [MadeUp],
    /// Whether one administrator is enough to give posts: every page says so.
    pub one_administrator: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            service_name: "Personal health budgets".into(),
            organisation_name: String::new(),
            logo: None,
            font: Font::Arial,
            demo: false,
            made_up: &[],
            one_administrator: false,
        }
    }
}
