//! Every route and who may call it, in one table.

use crate::{
    Web, account, admin, agreement, assets, demo, enquiry, finance, guard, help, home, money, offer, operate,
    payments, people, plan, public, questions, session, sign_in, trouble,
};
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware;
use axum::routing::{MethodFilter, on};
use domain::access::Action;
use service::rate::Rate;

/// Who may call a route. What a case's own policy says is asked again by the
/// use case behind it; the door is what a reader of this table can rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Anyone, signed in or not.
    Anyone,
    /// Anyone who is signed in (and has given a second factor where theirs is required).
    SignedIn,
    /// Someone signed in whose sign-in may still lack its second factor.
    HalfSignedIn,
    /// Whoever may do this on the case in the path.
    Case(Action),
    /// Whoever may do one of these things in some area.
    Area(&'static [Action]),
    /// Only in the demonstration.
    Demo,
}

/// What the form of a route may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Fields,
    /// Fields and files. Its token is inside a body that is read in parts.
    Files,
}

/// One declared route.
#[derive(Clone, Debug)]
pub struct Declared {
    pub method: Method,
    pub path: &'static str,
    pub door: Door,
    pub takes: Takes,
    /// How often; none where nothing is counted.
    pub rate: Option<Rate>,
    /// Whether they have to show again that it is them, behind the door.
    pub proved: bool,
}

/// The table, while it is being filled.
#[derive(Default)]
pub struct Routes {
    router: Router<Web>,
    pub declared: Vec<Declared>,
}

impl Routes {
    pub fn get<H: Handler<T, Web>, T: 'static>(&mut self, path: &'static str, door: Door, handler: H) {
        self.add(MethodFilter::GET, path, (door, Takes::Fields, None), handler);
    }

    /// A page that costs much to make, so that it is counted how often.
    pub fn get_at_most<H: Handler<T, Web>, T: 'static>(
        &mut self,
        rate: Rate,
        path: &'static str,
        door: Door,
        handler: H,
    ) {
        self.add(MethodFilter::GET, path, (door, Takes::Fields, Some(rate)), handler);
    }

    /// A form of somebody signed in. One that anyone may send says how often:
    /// [`Routes::post_at_most`].
    pub fn post<H: Handler<T, Web>, T: 'static>(&mut self, path: &'static str, door: Door, handler: H) {
        self.add(MethodFilter::POST, path, (door, Takes::Fields, Some(Rate::Form)), handler);
    }

    /// A form with a rate of its own.
    pub fn post_at_most<H: Handler<T, Web>, T: 'static>(
        &mut self,
        rate: Rate,
        path: &'static str,
        door: Door,
        handler: H,
    ) {
        self.add(MethodFilter::POST, path, (door, Takes::Fields, Some(rate)), handler);
    }

    /// A page before what could make an account somebody else's: they show
    /// again that it is them, and come back to it.
    pub fn get_proved<H: Handler<T, Web>, T: 'static>(&mut self, path: &'static str, door: Door, handler: H) {
        self.add_proved(MethodFilter::GET, path, (door, Takes::Fields, None, true), handler);
    }

    /// A form that does so. What was typed is kept while they show it.
    pub fn post_proved<H: Handler<T, Web>, T: 'static>(
        &mut self,
        rate: Rate,
        path: &'static str,
        door: Door,
        handler: H,
    ) {
        self.add_proved(MethodFilter::POST, path, (door, Takes::Fields, Some(rate), true), handler);
    }

    /// A form with files: its handler takes an [`crate::upload::Upload`].
    pub fn upload<H: Handler<T, Web>, T: 'static>(&mut self, path: &'static str, door: Door, handler: H) {
        self.add(MethodFilter::POST, path, (door, Takes::Files, Some(Rate::Upload)), handler);
    }

    fn add<H: Handler<T, Web>, T: 'static>(
        &mut self,
        filter: MethodFilter,
        path: &'static str,
        (door, takes, rate): (Door, Takes, Option<Rate>),
        handler: H,
    ) {
        self.add_proved(filter, path, (door, takes, rate, false), handler);
    }

    fn add_proved<H: Handler<T, Web>, T: 'static>(
        &mut self,
        filter: MethodFilter,
        path: &'static str,
        (door, takes, rate, proved): (Door, Takes, Option<Rate>, bool),
        handler: H,
    ) {
        let method = if filter == MethodFilter::GET { Method::GET } else { Method::POST };
        let declared = Declared { method, path, door, takes, rate, proved };
        let at = declared.clone();
        let guarded = on(filter, handler)
            .layer(middleware::from_fn(move |request, next| guard::guard(at.clone(), request, next)));
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, guarded);
        self.declared.push(declared);
    }
}

/// The whole table. One line for each noun; each module declares its own.
#[must_use]
pub fn all() -> Routes {
    let mut routes = Routes::default();
    routes.get("/assets/{name}", Door::Anyone, assets::serve_with_logo);
    agreement::declare(&mut routes);
    finance::declare(&mut routes);
    money::declare(&mut routes);
    payments::declare(&mut routes);
    account::declare(&mut routes);
    admin::declare(&mut routes);
    crate::budget::declare(&mut routes);
    crate::documents::declare(&mut routes);
    crate::history::declare(&mut routes);
    crate::needs::declare(&mut routes);
    crate::notes::declare(&mut routes);
    crate::overview::declare(&mut routes);
    crate::reviews::declare(&mut routes);
    crate::signoff::declare(&mut routes);
    demo::declare(&mut routes);
    enquiry::declare(&mut routes);
    help::declare(&mut routes);
    home::declare(&mut routes);
    offer::declare(&mut routes);
    operate::declare(&mut routes);
    people::declare(&mut routes);
    plan::declare(&mut routes);
    public::declare(&mut routes);
    questions::declare(&mut routes);
    sign_in::declare(&mut routes);
    routes
}

/// The site.
pub fn router(web: Web) -> Router {
    all()
        .router
        .fallback(trouble::no_such_page)
        .layer(middleware::from_fn_with_state(web.clone(), session::around))
        .with_state(web)
}
