//! Every route of the site, in one table, and the site itself.

use crate::error_page::ErrorPage;
use crate::routes::{Declared, Door, Routes};
use crate::state::Web;
use crate::{
    account, admin, agreement, budget, costs, documents, enquiry, everything, finance, help, history, home,
    money, needs, notes, offer, operate, overview, payments, people, plan, public, questions, reviews,
    rights, sign_in, signoff, team,
};
use crate::{assets, guard, session};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::middleware;
use axum::response::Response;

/// The whole table. One line for each noun; each module declares its own.
fn routes() -> Routes {
    let mut routes = Routes::default();
    routes.get("/assets/{name}", Door::Anyone, asset);
    account::declare(&mut routes);
    admin::declare(&mut routes);
    agreement::declare(&mut routes);
    budget::declare(&mut routes);
    costs::declare(&mut routes);
    #[cfg(feature = "demo")]
    crate::demo::declare(&mut routes);
    documents::declare(&mut routes);
    enquiry::declare(&mut routes);
    everything::declare(&mut routes);
    rights::declare(&mut routes);
    finance::declare(&mut routes);
    help::declare(&mut routes);
    history::declare(&mut routes);
    home::declare(&mut routes);
    money::declare(&mut routes);
    needs::declare(&mut routes);
    notes::declare(&mut routes);
    offer::declare(&mut routes);
    operate::declare(&mut routes);
    overview::declare(&mut routes);
    payments::declare(&mut routes);
    people::declare(&mut routes);
    plan::declare(&mut routes);
    public::declare(&mut routes);
    questions::declare(&mut routes);
    reviews::declare(&mut routes);
    sign_in::declare(&mut routes);
    signoff::declare(&mut routes);
    team::declare(&mut routes);
    routes
}

/// What was declared of every route.
#[must_use]
pub fn declared() -> Vec<Declared> {
    routes().all.into_iter().map(|(declared, _)| declared).collect()
}

/// The site: behind each door what was declared there.
pub fn router(web: Web) -> Router {
    let guarded = routes().all.into_iter().fold(Router::new(), |router, (at, answers)| {
        let path = at.path;
        let at_the_door = middleware::from_fn(move |request, next| guard::guard(at.clone(), request, next));
        router.route(path, answers.layer(at_the_door))
    });
    guarded
        .fallback(no_such_page)
        .layer(middleware::from_fn_with_state(web.clone(), session::around))
        .with_state(web)
}

/// No route has this path.
async fn no_such_page() -> ErrorPage {
    ErrorPage::Hidden
}

async fn asset(State(web): State<Web>, name: Path<String>, headers: HeaderMap) -> Response {
    assets::serve_with_logo(web.look.logo.as_ref(), name, headers).await
}
