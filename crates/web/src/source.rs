//! Where a request comes from, for counting: one function for everyone.

use crate::Web;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Where a request came from: the address of the computer, or what our own
/// proxy says it is. Of IPv6 it is the network (/64), since whoever has one
/// address of it has all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(pub String);

impl Source {
    /// The source of a request with these headers, from this peer. Behind a
    /// proxy it is the last address of the last `X-Forwarded-For` line: that is
    /// the one which our proxy wrote, and anyone can write the others. What is
    /// not an address there counts as the proxy itself.
    #[must_use]
    pub fn of(headers: &HeaderMap, peer: Option<IpAddr>, behind_proxy: bool) -> Self {
        let forwarded = if behind_proxy { forwarded(headers) } else { None };
        Self(forwarded.or(peer).map_or_else(String::new, network))
    }

    /// The same for the parts of a request.
    #[must_use]
    pub fn of_parts(headers: &HeaderMap, extensions: &axum::http::Extensions, behind_proxy: bool) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        Self::of(headers, peer, behind_proxy)
    }
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim();
    // Some proxies add the port.
    let with_port = || last.parse::<SocketAddr>().map(|address| address.ip());
    let bare = last.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(last);
    bare.parse::<IpAddr>().or_else(|_| with_port()).ok()
}

/// An address as it is counted.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl FromRequestParts<Web> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Self::of_parts(&parts.headers, &parts.extensions, web.app.settings.behind_proxy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str], behind_proxy: bool) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        Source::of(&headers, Some("10.0.0.1".parse().expect("an address")), behind_proxy).0
    }

    #[test]
    fn it_is_the_last_address_of_the_last_line_and_only_behind_our_proxy() {
        assert_eq!(of(&["192.0.2.9"], false), "10.0.0.1", "nobody's word is taken without a proxy");
        assert_eq!(of(&[], true), "10.0.0.1");
        assert_eq!(of(&["192.0.2.9"], true), "192.0.2.9");
        assert_eq!(of(&["1.1.1.1, 192.0.2.9"], true), "192.0.2.9");
        // A proxy that adds a line of its own: what the client wrote is first.
        assert_eq!(of(&["1.1.1.1", "192.0.2.9"], true), "192.0.2.9");
        assert_eq!(of(&["1.1.1.1, 2.2.2.2", "3.3.3.3 , 192.0.2.9 "], true), "192.0.2.9");
        assert_eq!(of(&["192.0.2.9:4711"], true), "192.0.2.9");
    }

    #[test]
    fn what_is_no_address_counts_as_the_proxy() {
        for odd in ["", "unknown", "192.0.2.9,", "192.0.2.999", "_hidden", "1.1.1.1 2.2.2.2", "évil"] {
            let mut headers = HeaderMap::new();
            let value = axum::http::HeaderValue::from_bytes(odd.as_bytes()).expect("a header");
            headers.append("x-forwarded-for", value);
            let peer = Some("10.0.0.1".parse().expect("an address"));
            assert_eq!(Source::of(&headers, peer, true).0, "10.0.0.1", "{odd}");
        }
    }

    #[test]
    fn addresses_of_one_network_are_one_source() {
        let one = of(&["2001:db8:1:2:aaaa::1"], true);
        assert_eq!(one, "2001:db8:1:2::/64");
        assert_eq!(of(&["[2001:db8:1:2:ffff:1:2:3]"], true), one);
        assert_eq!(of(&["[2001:db8:1:2::7]:443"], true), one);
        assert_ne!(of(&["2001:db8:1:3::1"], true), one);
        assert_eq!(of(&["::ffff:192.0.2.9"], true), "192.0.2.9", "the same computer, written as IPv6");
    }
}
