//! Addresses as names: `in-addr.arpa` (RFC 1035 section 3.5) and `ip6.arpa` (RFC 3596 section 2.5).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::name::DnsName;

/// The reverse name of one address, or of a prefix on an octet or nibble boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReverseName {
    /// The address, with zeros after `bits`.
    pub address: IpAddr,
    /// How many leading bits the name spells out: 32 or 128 for a host.
    pub bits: u8,
}

impl ReverseName {
    /// The name of the host at `address`.
    pub fn of(address: IpAddr) -> ReverseName {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        ReverseName { address, bits }
    }

    /// The reverse zone of a prefix as Windows tools name it: the boundary at or after `bits`, an
    /// octet for IPv4 and a nibble for IPv6 (domain 8.7).
    pub fn zone_of(address: IpAddr, bits: u8) -> ReverseName {
        match address {
            IpAddr::V4(v4) => {
                let bits = bits.min(32).next_multiple_of(8);
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                let address = IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask));
                ReverseName { address, bits }
            }
            IpAddr::V6(v6) => {
                let bits = bits.min(128).next_multiple_of(4);
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                let address = IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask));
                ReverseName { address, bits }
            }
        }
    }

    /// As a domain name.
    pub fn name(self) -> DnsName {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(72);
        match self.address {
            IpAddr::V4(v4) => {
                let octets = &v4.octets()[..usize::from(self.bits.div_ceil(8)).min(4)];
                for octet in octets.iter().rev() {
                    let _ = write!(text, "{octet}.");
                }
                text.push_str("in-addr.arpa");
            }
            IpAddr::V6(v6) => {
                let value = u128::from(v6);
                for nibble in (0..usize::from(self.bits.div_ceil(4)).min(32)).rev() {
                    let _ = write!(text, "{:x}.", (value >> (124 - 4 * nibble)) & 15);
                }
                text.push_str("ip6.arpa");
            }
        }
        text.parse().expect("digits and fixed labels make a name")
    }

    /// Reads a reverse name, of a host or of a prefix; `None` for any other name.
    pub fn parse(name: &DnsName) -> Option<ReverseName> {
        let labels: Vec<&[u8]> = name.labels().collect();
        let (digits, suffix) = labels.split_at_checked(labels.len().checked_sub(2)?)?;
        if !suffix[1].eq_ignore_ascii_case(b"arpa") {
            return None;
        }
        if suffix[0].eq_ignore_ascii_case(b"in-addr") && digits.len() <= 4 {
            let mut octets = [0_u8; 4];
            for (slot, label) in octets.iter_mut().zip(digits.iter().rev()) {
                *slot = octet(label)?;
            }
            let bits = digits.len() as u8 * 8;
            let address = IpAddr::from(octets);
            return Some(ReverseName { address, bits });
        }
        if suffix[0].eq_ignore_ascii_case(b"ip6") && digits.len() <= 32 {
            let mut value = 0_u128;
            for (index, label) in digits.iter().rev().enumerate() {
                let [digit] = label else { return None };
                let nibble = char::from(*digit).to_digit(16)?;
                value |= u128::from(nibble) << (124 - 4 * index);
            }
            let bits = digits.len() as u8 * 4;
            let address = IpAddr::from(Ipv6Addr::from(value));
            return Some(ReverseName { address, bits });
        }
        None
    }
}

/// A decimal octet without leading zeros: `01` is another name than `1`.
fn octet(label: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(label).ok()?;
    let value: u8 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_convert_both_ways() {
        for (address, text) in [
            ("10.66.8.31", "31.8.66.10.in-addr.arpa"),
            (
                "2001:db8::1",
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ),
        ] {
            let address: IpAddr = address.parse().unwrap();
            let name = ReverseName::of(address).name();
            assert_eq!(name.to_string(), text);
            assert_eq!(ReverseName::parse(&name), Some(ReverseName::of(address)));
        }
    }

    #[test]
    fn a_prefix_between_octets_uses_the_longer_octet() {
        let zone = |address: &str, bits| {
            ReverseName::zone_of(address.parse().unwrap(), bits)
                .name()
                .to_string()
        };
        assert_eq!(zone("10.20.0.0", 15), "20.10.in-addr.arpa");
        assert_eq!(zone("10.66.8.31", 24), "8.66.10.in-addr.arpa");
        assert_eq!(zone("10.66.8.31", 25), "31.8.66.10.in-addr.arpa");
        assert_eq!(zone("2001:db8::", 30), "8.b.d.0.1.0.0.2.ip6.arpa");
        assert_eq!(zone("10.0.0.0", 0), "in-addr.arpa");
    }

    #[test]
    fn other_names_are_not_reverse_names() {
        for text in [
            "arpa",
            "256.10.in-addr.arpa",
            "01.10.in-addr.arpa",
            "xx.ip6.arpa",
            "a.b.c",
            "1.2.3.4.5.in-addr.arpa",
        ] {
            assert_eq!(ReverseName::parse(&text.parse().unwrap()), None, "{text}");
        }
    }
}
