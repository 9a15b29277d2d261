//! What a route says of itself: who may call it, how often, with what.

use crate::state::Web;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
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

/// The table, while it is being filled: what was declared, and what answers.
#[derive(Default)]
pub struct Routes {
    pub all: Vec<(Declared, MethodRouter<Web>)>,
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

    /// A form with files: its handler takes an `Upload`.
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
        self.all.push((declared, on(filter, handler)));
    }
}
