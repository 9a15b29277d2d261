//! Separation of duties: posts that one account may not hold together in one
//! area, and why. What an installation allows all the same is its own setting.
//!
//! The aim is that no one person can both decide and pay, choose who decides
//! or pays and be one of them, or check what they did themselves.

use crate::access::Post;
use std::fmt;
use std::str::FromStr;
use strum::VariantArray;

/// Why one account may not hold both posts in an area; none where it may.
/// Whoever looks after accounts and rules sees no case and moves no money, so
/// these two go together.
#[must_use]
pub fn why_apart(one: Post, other: Post) -> Option<&'static str> {
    use Post as P;
    let (one, other) = if one <= other { (one, other) } else { (other, one) };
    if one == other {
        return None;
    }
    match (one, other) {
        (P::FrameworkOwner, P::Administrator) => None,
        (_, P::Auditor) => Some("an auditor checks what others do, and so does nothing else here"),
        (P::Practitioner, P::Commissioner) => Some("nobody decides on what they have asked for themselves"),
        (P::Practitioner | P::Commissioner, P::Finance) => Some("nobody both decides and pays"),
        (_, P::ThirdParty) | (P::ThirdParty, _) => {
            Some("nobody both holds people’s money and decides on it, pays it or looks after the accounts")
        }
        (P::Practitioner | P::Commissioner, P::FrameworkOwner) => {
            Some("nobody sets the limits that they decide under")
        }
        (P::Finance, P::FrameworkOwner) => Some("nobody sets the rules of the money that they pay"),
        (P::Practitioner, P::Administrator) => {
            Some("nobody looks after the accounts of a service and works in its cases")
        }
        (P::Commissioner | P::Finance, P::Administrator) => {
            Some("nobody chooses who decides and pays, and is one of them")
        }
        // In the order of the posts nothing else can stand here.
        _ => None,
    }
}

/// Pairs of posts that an installation lets one account hold all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together(pub Vec<Pair>);

/// Two posts, in the order of [`Post`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair(Post, Post);

impl Pair {
    #[must_use]
    pub fn of(one: Post, other: Post) -> Self {
        if one <= other { Self(one, other) } else { Self(other, one) }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.0.into_str(), self.1.into_str())
    }
}

impl FromStr for Pair {
    type Err = String;

    /// Reads `finance+commissioner`, in either order.
    fn from_str(text: &str) -> Result<Self, String> {
        let posts = text.split_once('+').map(|(one, other)| (one.trim().parse(), other.trim().parse()));
        match posts {
            Some((Ok(one), Ok(other))) if one != other => Ok(Self::of(one, other)),
            _ => {
                let keys: Vec<&str> = Post::VARIANTS.iter().map(|post| post.into_str()).collect();
                Err(format!(
                    "{text:?} is not two posts with a plus between them, like finance+commissioner; the posts are {}",
                    keys.join(", ")
                ))
            }
        }
    }
}

impl Together {
    /// A post among those that somebody holds which they may not hold together
    /// with another one, and why.
    #[must_use]
    pub fn clash(&self, held: &[Post], new: Post) -> Option<(Post, &'static str)> {
        let apart = |post: &Post| why_apart(*post, new).filter(|_| !self.0.contains(&Pair::of(*post, new)));
        held.iter().find_map(|post| apart(post).map(|why| (*post, why)))
    }

    /// The pairs that somebody holds and may not.
    #[must_use]
    pub fn clashes(&self, held: &[Post]) -> Vec<(Pair, &'static str)> {
        let mut found = vec![];
        for (at, post) in held.iter().enumerate() {
            for other in &held[at + 1..] {
                found.extend(self.clash(&[*other], *post).map(|(_, why)| (Pair::of(*post, *other), why)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every rule that holds: the two posts and why they are apart.
    #[must_use]
    pub fn rules(&self) -> Vec<((Post, Post), &'static str)> {
        let mut rules = vec![];
        for (at, one) in Post::VARIANTS.iter().enumerate() {
            for other in &Post::VARIANTS[at + 1..] {
                rules.extend(self.clash(&[*other], *one).map(|(_, why)| ((*one, *other), why)));
            }
        }
        rules
    }
}

impl Pair {
    /// The two posts.
    #[must_use]
    pub fn posts(self) -> (Post, Post) {
        (self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_and_rules_go_together() {
        let mut together = vec![];
        for &one in Post::VARIANTS {
            for &other in Post::VARIANTS {
                assert_eq!(why_apart(one, other), why_apart(other, one), "{one:?} {other:?}");
                if one < other && why_apart(one, other).is_none() {
                    together.push(Pair::of(one, other));
                }
            }
        }
        assert_eq!(together, [Pair::of(Post::FrameworkOwner, Post::Administrator)]);
    }

    #[test]
    fn a_setting_lets_one_pair_be_held_and_no_other() {
        let strict = Together::default();
        assert_eq!(
            strict.clash(&[Post::Finance], Post::Commissioner).map(|(post, _)| post),
            Some(Post::Finance)
        );
        let allowed = Together(vec!["commissioner+finance".parse().expect("a pair")]);
        assert_eq!(allowed.clash(&[Post::Finance], Post::Commissioner), None);
        assert!(allowed.clash(&[Post::Finance], Post::Administrator).is_some());
        assert_eq!(strict.clashes(&[Post::Finance, Post::Auditor, Post::Commissioner]).len(), 3);
        assert_eq!(allowed.clashes(&[Post::Finance, Post::Commissioner]), []);
        assert_eq!(strict.rules().len(), allowed.rules().len() + 1);
    }

    #[test]
    fn what_is_not_a_pair_is_said() {
        for text in ["", "finance", "finance+", "finance+finance", "finance+emperor", "finance, commissioner"]
        {
            let why = text.parse::<Pair>().expect_err(text);
            assert!(why.contains("framework-owner"), "{why}");
        }
        assert_eq!(
            " finance + auditor ".parse::<Pair>().map(|p| p.to_string()),
            Ok("finance+auditor".into())
        );
    }
}
