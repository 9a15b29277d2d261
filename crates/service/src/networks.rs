//! The networks that a request comes from, wider and wider.
//!
//! Whoever has one address often has many: 256 of them are one rented /24, and
//! with IPv6 any household has a /56 and anybody can rent a /32. So what one
//! source may do is counted for the networks around it too.

use std::net::{Ipv4Addr, Ipv6Addr};

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
