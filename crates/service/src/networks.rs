//! The networks that a request comes from, wider and wider, and which of them
//! somebody signed in from lately.
//!
//! Whoever has one address often has many: 256 of them are one rented /24, and
//! with IPv6 any household has a /56 and anybody can rent a /32. So what one
//! source may do is counted for the networks around it too.
//!
//! A network that somebody really signed in from is worth more than one that
//! nobody did: its strangers do not wait behind others'. It says nothing of whom:
//! it holds for every name that is tried from there, known or not. One account
//! makes few networks known in a day, so that nobody makes a rented one theirs.

use crate::App;
use crate::session::{new_token, token_hash};
use crate::tally::Tally;
use domain::dates::later;
use domain::{AccountId, Timestamp};
use std::net::{Ipv4Addr, Ipv6Addr};
use store::accounts::{self, OneTimeLink};
use store::{StoreError, Tx, marks};

/// How wide a network around a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// A /24, or of IPv6 a /56: a house, an office, a street.
    Near,
    /// A /16 or a /48: a company, a town.
    Wide,
    /// Of IPv6 a /32: a provider.
    Widest,
}

/// The networks around a source (an IPv4 address, or a /64 of IPv6), the
/// narrowest first. None around what is not an address.
pub(crate) fn around(source: &str) -> Vec<(Width, String)> {
    if let Ok(four) = source.parse::<Ipv4Addr>() {
        let [a, b, c, _] = four.octets();
        return vec![(Width::Near, format!("{a}.{b}.{c}.0/24")), (Width::Wide, format!("{a}.{b}.0.0/16"))];
    }
    let six = source.strip_suffix("/64").unwrap_or(source).parse::<Ipv6Addr>();
    let Ok([a, b, c, d, ..]) = six.map(|six| six.segments()) else { return vec![] };
    vec![
        (Width::Near, format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)),
        (Width::Wide, format!("{a:x}:{b:x}:{c:x}::/48")),
        (Width::Widest, format!("{a:x}:{b:x}::/32")),
    ]
}

/// For how long it is remembered that somebody signed in from a source: 90 days,
/// of which the last half is renewed by signing in again.
const KNOWN_SECONDS: i64 = 90 * 24 * 60 * 60;
const KNOWN: &str = "known-network";

/// A source under the key of this installation, so that nobody reads addresses
/// in that table, nor finds two that are the same there.
fn hash(key: &str, source: &str) -> [u8; 32] {
    token_hash(&format!("network\0{key}\0{source}"))
}

/// Whether somebody, whoever it was, signed in from a source lately.
pub(crate) fn is_known(tx: &mut Tx<'_>, source: &str, now: Timestamp) -> Result<bool, StoreError> {
    let Some(key) = marks::mark(tx, marks::NETWORKS)? else { return Ok(false) };
    let link = accounts::one_time_link(tx, &hash(&key, source))?;
    Ok(link.is_some_and(|link| link.purpose == KNOWN && link.expires > now))
}

/// How many sources one account makes known in a day; of one /24 or /56 one.
const NEW_IN_A_DAY: u64 = 3;

/// Whether an account may make one more source known today, and counts it. It
/// is counted under the key of this installation, and forgotten in two days.
fn may_be_new(
    app: &App,
    tx: &mut Tx<'_>,
    (account, key): (AccountId, &str),
    source: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let account = account.to_string();
    let all = Tally::of_a_day(&["new networks", key, &account]);
    let networks = around(source);
    let near = networks.first().map_or(source, |(_, network)| network);
    let near = Tally::of_a_day(&["new networks near", key, &account, near]);
    if all.so_far(tx, now)? >= NEW_IN_A_DAY || near.so_far(tx, now)? > 0 {
        return Ok(false);
    }
    all.add(app, tx, now)?;
    near.add(app, tx, now)?;
    Ok(true)
}

/// Remembers that somebody has just signed in from a source; not who. What an
/// account signs in from beyond a few new ones in a day stays unknown.
pub(crate) fn remember(
    app: &App,
    tx: &mut Tx<'_>,
    account: AccountId,
    source: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if source.is_empty() {
        return Ok(());
    }
    let key = match marks::mark(tx, marks::NETWORKS)? {
        Some(key) => key,
        None => {
            let key = new_token();
            marks::set(tx, marks::NETWORKS, &key)?;
            key
        }
    };
    let token_hash = hash(&key, source);
    let was = accounts::one_time_link(tx, &token_hash)?.map(|link| link.expires);
    if was.is_some_and(|expires| expires > later(now, KNOWN_SECONDS / 2)) {
        return Ok(());
    }
    if was.is_none_or(|expires| expires <= now) && !may_be_new(app, tx, (account, &key), source, now)? {
        return Ok(());
    }
    accounts::drop_one_time_link(tx, &token_hash)?;
    let expires = later(now, KNOWN_SECONDS);
    let link = OneTimeLink {
        token_hash,
        purpose: KNOWN.into(),
        account: None,
        body: "{}".into(),
        expires,
        used: None,
    };
    accounts::add_one_time_link(tx, &link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<String> {
        around(source).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn networks_around_an_address() {
        assert_eq!(names("192.0.2.9"), ["192.0.2.0/24", "192.0.0.0/16"]);
        let six = ["2001:db8:1:ab00::/56", "2001:db8:1::/48", "2001:db8::/32"];
        assert_eq!(names("2001:db8:1:abcd::/64"), six);
        assert_eq!(names("2001:db8:1:abff::/64"), six, "a neighbour");
        assert_ne!(names("2001:db8:1:acff::/64")[0], six[0]);
        for odd in ["", "one", "192.0.2", "2001:db8::/x", "/64"] {
            assert_eq!(names(odd), [""; 0], "{odd}");
        }
    }

    #[test]
    fn each_is_wider_than_the_one_before() {
        for source in ["192.0.2.9", "2001:db8::/64"] {
            assert!(around(source).is_sorted_by(|a, b| a.0 < b.0), "{source}");
        }
    }
}
