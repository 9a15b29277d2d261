//! How somebody comes to a post: proposed by one administrator, confirmed by
//! another, accepted by themselves.

use super::{Event, Organisation, Proposal};
use crate::access::{Kind, Post};
use crate::known::{known, quoted};
use crate::{AccountId, Author, Line, ProposalId, Refusal, Timestamp};
use strum::VariantArray;

/// For how long a proposal waits for a second administrator, and an offer for
/// its answer: seconds.
pub const STANDS_SECONDS: i64 = 14 * 24 * 60 * 60;

type Decision = Result<Vec<Event>, Refusal>;

impl Proposal {
    /// Whether it has not lapsed: 14 days after it was proposed, or offered,
    /// it counts no more.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        now.as_second() - self.offered.unwrap_or(self.at).as_second() < STANDS_SECONDS
    }

    /// Whether it waits for the person's own answer, rather than for a second
    /// administrator.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.offered.is_some()
    }
}

/// An administrator puts somebody forward. Sent twice, it is one proposal.
pub fn propose(
    body: &Organisation,
    id: ProposalId,
    account: AccountId,
    post: Post,
    now: Timestamp,
) -> Decision {
    let kept = body.proposals.iter().find(|p| p.id == id);
    if !known(kept, |p| (p.account, p.post) == (account, post)).is_new(|p| quoted(p.post.words()))? {
        return Ok(vec![]);
    }
    if let Some(kind) = body.kind.filter(|kind| !kind.has(post)) {
        return Err(Refusal::invalid("post", no_such_post(kind)));
    }
    if body.posts.contains(&(account, post)) {
        return Err(Refusal::already_done("They have this post already"));
    }
    if body.proposals.iter().any(|p| (p.account, p.post) == (account, post) && p.stands(now)) {
        return Err(Refusal::already_done("They have been proposed for this post already, and it waits"));
    }
    Ok(vec![Event::PostProposed { proposal: id, account, post }])
}

/// Why there is no such post in a body, and which there are.
fn no_such_post(kind: Kind) -> String {
    let posts: Vec<&str> =
        Post::VARIANTS.iter().copied().filter(|post| kind.has(*post)).map(Post::words).collect();
    let body = kind.words();
    if posts.is_empty() {
        return format!(
            "There are no posts in this organisation ({body}). The people of a case add those who help them there"
        );
    }
    format!(
        "There is no such post in this organisation ({body}). Choose one that it has ({}), or another organisation",
        posts.join("; ")
    )
}

/// A second administrator agrees. `by` is neither who proposed it nor whoever
/// is to get it.
pub fn confirm(body: &Organisation, id: ProposalId, by: AccountId, now: Timestamp) -> Decision {
    let proposal = standing(body, id, now)?;
    if proposal.is_offered() {
        return Err(Refusal::already_done("This post has been confirmed already"));
    }
    if proposal.by == Author::Account(by) {
        return Err(Refusal::not_allowed(
            "You proposed this yourself. It takes a second administrator to confirm it",
        ));
    }
    if proposal.account == by {
        return Err(Refusal::not_allowed(
            "You cannot confirm a post for yourself. Ask another administrator",
        ));
    }
    Ok(vec![Event::PostConfirmed { proposal: id }])
}

/// Where an installation has said that one administrator is enough, and the
/// area has no second one: the same person confirms what they proposed.
#[must_use]
pub fn confirm_alone(id: ProposalId) -> Vec<Event> {
    vec![Event::PostConfirmed { proposal: id }]
}

/// Another administrator says no, with a reason. What waits for an answer can
/// still be turned down.
pub fn turn_down(body: &Organisation, id: ProposalId, why: Line, now: Timestamp) -> Decision {
    standing(body, id, now)?;
    Ok(vec![Event::PostTurnedDown { proposal: id, why }])
}

/// Whoever proposed it takes it back.
pub fn take_back(body: &Organisation, id: ProposalId, by: AccountId, now: Timestamp) -> Decision {
    if standing(body, id, now)?.by != Author::Account(by) {
        return Err(Refusal::not_allowed("Only whoever proposed it takes it back. You can turn it down"));
    }
    Ok(vec![Event::PostTakenBack { proposal: id }])
}

/// The offer is sent anew, and stands for 14 days from now.
pub fn offer_again(body: &Organisation, id: ProposalId, now: Timestamp) -> Decision {
    if !standing(body, id, now)?.is_offered() {
        return Err(Refusal::not_yet("It is not confirmed yet", "A second administrator confirms it first"));
    }
    Ok(vec![Event::PostOfferedAgain { proposal: id }])
}

/// The person says yes: from now on the post counts.
pub fn accept(body: &Organisation, id: ProposalId, by: AccountId, now: Timestamp) -> Decision {
    let proposal = offered_to(body, id, by, now)?;
    let (account, post) = (proposal.account, proposal.post);
    Ok(vec![Event::PostAccepted { proposal: id }, Event::PostGiven { account, post }])
}

/// The person says no.
pub fn decline(body: &Organisation, id: ProposalId, by: AccountId, now: Timestamp) -> Decision {
    offered_to(body, id, by, now)?;
    Ok(vec![Event::PostDeclined { proposal: id }])
}

/// Ends a post at once.
pub fn end(body: &Organisation, account: AccountId, post: Post) -> Decision {
    if body.posts.contains(&(account, post)) {
        Ok(vec![Event::PostEnded { account, post }])
    } else {
        Err(Refusal::already_done("They do not have this post any more"))
    }
}

fn standing(body: &Organisation, id: ProposalId, now: Timestamp) -> Result<&Proposal, Refusal> {
    body.proposals.iter().find(|p| p.id == id && p.stands(now)).ok_or_else(|| {
        Refusal::already_done(
            "This does not wait any more: it was answered or taken back, or 14 days have gone by",
        )
    })
}

fn offered_to(
    body: &Organisation,
    id: ProposalId,
    to: AccountId,
    now: Timestamp,
) -> Result<&Proposal, Refusal> {
    let proposal = standing(body, id, now)?;
    if proposal.account != to || !proposal.is_offered() {
        return Err(Refusal::not_allowed("This post is not offered to you"));
    }
    Ok(proposal)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
