//! Which addresses are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Where the client may go beyond the public internet.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Loopback, also without TLS. For development and tests.
    pub allows_loopback: bool,
    /// Private networks that the operator vouches for.
    pub allowed: Vec<IpNet>,
    /// The ports that may be connected to, where not all may. Loopback that is allowed is
    /// allowed on every port.
    pub ports: Option<Vec<u16>>,
}

/// IANA special-purpose ranges (RFC 6890) that are not, or not only, global.
const V4: [([u8; 4], u8); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

/// The same for IPv6, but for the ranges that carry an IPv4 address: those are
/// judged by the address they carry.
const V6: [([u16; 8], u8); 8] = [
    ([0, 0, 0, 0, 0, 0, 0, 0], 96),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 9),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

impl Policy {
    /// Whether this address may be connected to.
    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        let address = match address {
            IpAddr::V6(v6) => carried(v6).map_or(address, IpAddr::V4),
            IpAddr::V4(_) => address,
        };
        is_public(address)
            || (self.allows_loopback && address.is_loopback())
            || self.allowed.iter().any(|net| net.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !V4
            .iter()
            .any(|(net, prefix)| Ipv4Net::new_assert(Ipv4Addr::from(*net), *prefix).contains(&v4)),
        IpAddr::V6(v6) => !V6
            .iter()
            .any(|(net, prefix)| Ipv6Net::new_assert(Ipv6Addr::from(*net), *prefix).contains(&v6)),
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped (RFC 4291), NAT64 (RFC
/// 6052) and 6to4 (RFC 3056).
fn carried(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(of(high, low))
        }
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(address: &str) -> bool {
        Policy::default().allows(address.parse().unwrap())
    }

    #[test]
    fn the_public_internet_is_allowed() {
        for address in
            ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::1.1.1.1", "::ffff:8.8.8.8"]
        {
            assert!(allows(address), "{address}");
        }
    }

    #[test]
    fn no_disguise_makes_a_private_address_public() {
        for address in [
            "0.0.0.0",
            "127.0.0.1",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::",
            "2001::1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!allows(address), "{address}");
        }
    }

    #[test]
    fn an_operator_can_vouch_for_a_network() {
        let policy = Policy { allowed: vec!["10.8.0.0/16".parse().unwrap()], ..Policy::default() };
        assert!(policy.allows("10.8.1.1".parse().unwrap()));
        assert!(!policy.allows("10.9.1.1".parse().unwrap()));
    }
}
