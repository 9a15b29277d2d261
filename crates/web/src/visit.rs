//! Who is calling, and what they asked for.

use crate::error_page::ErrorPage;
use crate::form::Form;
use crate::state::Web;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::{Action, Actor};
use domain::case::Case;
use domain::{AccountId, CaseId};
use service::session::Session;
use service::{Allowed, Error, Seen};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is known of a request before its handler runs.
#[derive(Clone, Debug)]
pub struct Visit {
    pub web: Web,
    /// The actor and their session, if the token is good.
    pub signed_in: Option<(Actor, Session)>,
    /// The session is only half: a second factor is still to be given.
    pub lacks_second_factor: bool,
    /// It is asked that their second step be taken away.
    pub removal_asked: bool,
    /// The token that every form of this browser must carry.
    pub csrf: String,
    /// The reference of this request, for the log and the error page.
    pub reference: String,
    asked: Arc<OnceLock<Asked>>,
    /// What the policy allowed at the door, until the handler opens the case.
    allowed: Arc<Mutex<Option<Allowed>>>,
}

/// A request as it can be made again.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The address, with its query where a page was asked for.
    pub path: String,
    /// What was typed; none where a page was asked for.
    pub typed: Option<Form>,
    /// There was a file, which cannot be sent again by us.
    pub had_file: bool,
}

impl Visit {
    /// Somebody of whom nothing is known yet.
    #[must_use]
    pub fn of_nobody(web: Web, reference: String) -> Self {
        Self {
            web,
            signed_in: None,
            lacks_second_factor: false,
            removal_asked: false,
            csrf: String::new(),
            reference,
            asked: Arc::default(),
            allowed: Arc::default(),
        }
    }

    /// Whose request it is, if they are signed in.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.signed_in.as_ref().map(|(actor, _)| actor.account)
    }

    /// Keeps what somebody asked for, or wrote in a form of ours, until it is
    /// answered: no page loses it. The first that is kept stays.
    pub fn keep(&self, asked: Asked) {
        let _ = self.asked.set(asked);
    }

    /// Keeps what the policy allowed for this request, so that whoever opens the
    /// case for the same thing need not ask again.
    pub fn allow(&self, allowed: Allowed) {
        *self.allowed.lock().unwrap_or_else(PoisonError::into_inner) = Some(allowed);
    }

    /// What was allowed, if it was this. It is given once: a second look at the
    /// case is at the case as it is then.
    fn allowed(&self, case: CaseId, action: Action) -> Option<Allowed> {
        let mut allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        allowed.take_if(|allowed| allowed.is_for(case, action))
    }

    /// What was asked for, as far as it was ours and could be read.
    #[must_use]
    pub fn asked(&self) -> Option<&Asked> {
        self.asked.get()
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, ErrorPage> {
        parts.extensions.get::<Self>().cloned().ok_or(ErrorPage::Hidden)
    }
}

/// What every handler has, with the use cases as this request asks them: they
/// write down whence.
#[derive(Clone, Debug)]
pub struct Here(pub Web);

impl FromRequestParts<Web> for Here {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ErrorPage> {
        Ok(Self(Visit::from_request_parts(parts, web).await?.web))
    }
}

/// Whoever is signed in, as a handler has them.
#[derive(Clone, Debug)]
pub struct Me {
    pub actor: Actor,
    pub session: Session,
    pub csrf: String,
    pub visit: Visit,
}

impl FromRequestParts<Web> for Me {
    type Rejection = ErrorPage;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ErrorPage> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let (actor, session) = visit.signed_in.clone().ok_or(ErrorPage::Hidden)?;
        Ok(Self { actor, session, csrf: visit.csrf.clone(), visit })
    }
}

/// The case after what was done to it, or why not.
pub(crate) type Acted = Result<Arc<Case>, Error>;

impl Me {
    #[must_use]
    pub fn web(&self) -> &Web {
        &self.visit.web
    }

    /// Reads a case to show one section of it, as [`Me::open`] hands it on.
    pub(crate) async fn see(
        &self,
        id: CaseId,
        action: Action,
        section: &'static str,
    ) -> Result<Seen, ErrorPage> {
        let app = &self.web().app;
        if let Some(allowed) = self.visit.allowed(id, action)
            && let Some(seen) = app.see_allowed(allowed, section).await?
        {
            return Ok(seen);
        }
        Ok(app.see(&self.actor, id, action, section).await?)
    }

    /// Whether they may do this in some area.
    #[must_use]
    pub fn may_somewhere(&self, action: Action) -> bool {
        self.actor.may_somewhere(&[action])
    }
}
