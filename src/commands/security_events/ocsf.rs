//! A security event in the fields of the Open Cybersecurity Schema Framework.

use domain::security::{Kind, Outcome};
use serde_json::{Map, Value, json};
use store::security::Written;

/// The version of OCSF that these are the fields of (<https://schema.ocsf.io>).
const VERSION: &str = "1.3.0";

/// The class of an event, and its activity in that class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Class {
    category: u32,
    class: u32,
    activity: u32,
}

const fn class(class: u32, activity: u32) -> Class {
    Class { category: class / 1_000, class, activity }
}

/// "Other", where a class has no activity for it.
const OTHER: u32 = 99;

fn class_of(kind: Kind, detail: &str) -> Class {
    const ACCOUNT: u32 = 3_001;
    const AUTHENTICATION: u32 = 3_002;
    const ENTITY: u32 = 3_004;
    const ACCESS: u32 = 3_005;
    const WEB: u32 = 6_001;
    match (kind, detail) {
        (Kind::SignedIn | Kind::SignInFailed, _) => class(AUTHENTICATION, 1),
        (Kind::SignedOut | Kind::SessionEnded | Kind::SessionRanOut, _) => class(AUTHENTICATION, 2),
        (
            Kind::PassphraseRight
            | Kind::ToldToWait
            | Kind::StepGiven
            | Kind::StepFailed
            | Kind::LinkUsed
            | Kind::LinkFailed,
            _,
        ) => class(AUTHENTICATION, OTHER),
        (Kind::StepSetUp, _) => class(ACCOUNT, 10),
        (Kind::StepTakenAway, _) => class(ACCOUNT, 11),
        (Kind::PassphraseChanged, "link-asked-for") => class(ACCOUNT, 4),
        (Kind::PassphraseChanged, _) => class(ACCOUNT, 3),
        (Kind::AccountChanged, "opened") => class(ACCOUNT, 1),
        (Kind::AccountChanged, "reopened") => class(ACCOUNT, 2),
        (Kind::AccountChanged, "closed") => class(ACCOUNT, 5),
        (Kind::AccountChanged | Kind::StepLost, _) => class(ACCOUNT, OTHER),
        (Kind::PostGiven, _) => class(ACCESS, 1),
        (Kind::PostEnded, _) => class(ACCESS, 2),
        (Kind::PostProposed | Kind::PostAnswered, _) => class(ACCESS, OTHER),
        (Kind::BodyChanged, "added") => class(ENTITY, 1),
        (Kind::BodyChanged | Kind::RulesChanged, _) => class(ENTITY, 3),
        (Kind::TakenOut | Kind::LogTakenOut, _) => class(WEB, 7),
        (Kind::UploadRefused, _) => class(WEB, 6),
        (Kind::LogRemoved, _) => class(WEB, 4),
        (Kind::LogRead | Kind::Hidden, _) => class(WEB, 2),
        (Kind::Refused | Kind::FormForged | Kind::FormStale | Kind::TooOften, _) => class(WEB, OTHER),
    }
}

/// Low where something was refused or did not work, else for information.
fn severity(outcome: Outcome) -> u32 {
    if outcome == Outcome::Done { 1 } else { 2 }
}

/// The event as it is written: what is not known is left out.
pub fn event(written: &Written) -> Value {
    let event = &written.event;
    let Class { category, class, activity } = class_of(event.kind, &event.detail);
    let id = |account: Option<domain::AccountId>| account.map(|id| json!({ "uid": id.to_string() }));
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut all = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        all.extend(value.map(|value| (name.to_owned(), value)));
    };
    set(
        "metadata",
        Some(json!({
            "version": VERSION,
            "uid": format!("{}:{}", written.log, written.seq),
            "event_code": event.kind.into_str(),
            "product": { "name": "OpenPHB", "version": env!("CARGO_PKG_VERSION") },
        })),
    );
    set("category_uid", Some(category.into()));
    set("class_uid", Some(class.into()));
    set("activity_id", Some(activity.into()));
    set("type_uid", Some((class * 100 + activity).into()));
    set("severity_id", Some(severity(event.outcome).into()));
    set("status_id", Some(if event.outcome == Outcome::Done { 1 } else { 2 }.into()));
    set("status_detail", Some(event.outcome.into_str().into()));
    set("message", Some(event.kind.words().into()));
    set("time", Some(event.at.as_millisecond().into()));
    set("count", Some(event.times.into()));
    if event.times > 1 {
        set("start_time", Some(event.at.as_millisecond().into()));
        set("end_time", Some(event.last_at.as_millisecond().into()));
    }
    set("user", id(event.about.or(event.account)));
    set("actor", id(event.account).map(|user| json!({ "user": user })));
    // A network under the key of the installation: a name for it, and no address.
    set("src_endpoint", text(&event.network).map(|network| json!({ "subnet_uid": network })));
    let mut request = Map::new();
    request.extend(text(&event.reference).map(|uid| ("uid".into(), uid.into())));
    request.extend(text(&event.browser).map(|agent| ("user_agent".into(), agent.into())));
    request.extend(text(&event.reached).map(|path| ("url".into(), json!({ "path": path }))));
    set("http_request", (!request.is_empty()).then(|| request.into()));
    let areas: Vec<&str> = event.areas.split_whitespace().collect();
    let mut unmapped = Map::new();
    unmapped.extend(text(&event.detail).map(|detail| ("detail".into(), detail.into())));
    unmapped.extend(event.case.map(|case| ("case".into(), case.to_string().into())));
    if !areas.is_empty() {
        unmapped.insert("areas".into(), areas.into());
    }
    set("unmapped", (!unmapped.is_empty()).then(|| unmapped.into()));
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    #[test]
    fn every_kind_has_a_class_and_an_activity_of_it() {
        for kind in Kind::VARIANTS {
            let Class { category, class, activity } = class_of(*kind, "");
            assert_eq!(category, class / 1_000, "{kind:?}");
            let most = match class {
                3_001 => 11,
                3_002 => 2,
                3_004 => 3,
                3_005 => 2,
                6_001 => 8,
                other => panic!("{kind:?}: {other}"),
            };
            assert!((1..=most).contains(&activity) || activity == OTHER, "{kind:?}: {activity}");
        }
        assert_eq!(class_of(Kind::AccountChanged, "closed"), class(3_001, 5));
        assert_eq!(class_of(Kind::SignedIn, "passphrase"), class(3_002, 1));
    }
}
