//! Alice's walk (000:229-255): from her husband reading about it, through all
//! six stages, to a carer replaced because she said so; as each of the people
//! in it, in a real browser.

mod beginning;
mod living;
mod planning;

use crate::site::on_both;

#[test]
fn alice_goes_through_all_six_stages() {
    on_both(|site| async move {
        let site = beginning::contact(site).await;
        let site = beginning::offer(site).await;
        let site = beginning::invited(site).await;
        let site = planning::needs_and_money(site).await;
        let site = planning::plan(site).await;
        let site = living::signed_off(site).await;
        let site = living::organised(site).await;
        let site = living::living(site).await;
        let site = living::reviewed(site).await;
        living::history(site).await
    });
}
