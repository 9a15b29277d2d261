//! Whose words something is: whom a page offers is whom the rule lets. A voice
//! that is offered and then refused for who it is was asked for in vain.

use super::fill::sensible;
use super::found;
use super::judge::is_taken;
use std::collections::{BTreeMap, BTreeSet};
use web::voice::FIELD;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_offered_as_a_voice_who_is_refused_for_who_they_are() {
    let found = found().await;
    let mut met = BTreeSet::new();
    let (mut wrong, mut whole) = (vec![], BTreeMap::<&str, bool>::new());
    for form in &found.all {
        let Some(voice) = form.field(FIELD).filter(|field| field.kind.is_choice()) else { continue };
        let reader = &found.readers[form.reader].name;
        if !met.insert((form.route, reader, voice.offered.len())) {
            continue;
        }
        let (mut thawed, mut all_are_taken) = (found.frozen.thaw().await, true);
        for offered in &voice.offered {
            let good = sensible(form, found.now()).but(FIELD, &[offered]);
            let page = good.by(&found.client(&thawed.world, form), form).await;
            let blamed = page.attributes(".nhsuk-error-summary a", "href").contains(&format!("#{FIELD}"));
            if blamed || page.status == 403 {
                wrong.push(format!("{} on {} as {reader}: {}", form.route, form.page, page.main()));
            }
            if is_taken(form, &page) {
                thawed = found.frozen.thaw().await;
            } else {
                all_are_taken = false;
            }
        }
        *whole.entry(form.route).or_default() |= all_are_taken;
    }
    assert!(wrong.is_empty(), "{} voices are refused\n{}", wrong.len(), wrong.join("\n"));
    let masked: Vec<_> = whole.iter().filter(|(_, taken)| !**taken).map(|(route, _)| *route).collect();
    assert!(masked.is_empty(), "nowhere is each voice taken, so that nothing is shown: {masked:?}");
    assert!(whole.len() > 10, "voices are asked for in few places: {whole:?}");
}
