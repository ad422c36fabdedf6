//! Addresses as database keys.

use std::net::{IpAddr, Ipv6Addr};

/// Sixteen bytes, big-endian, IPv4 as `::ffff:a.b.c.d`: the byte order of keys is the order of
/// addresses, so that a range of addresses is a range of keys.
pub fn key_of_address(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// The address behind a key.
pub fn address_of_key(key: [u8; 16]) -> IpAddr {
    let v6 = Ipv6Addr::from(key);
    match v6.to_ipv4_mapped() {
        Some(v4) => IpAddr::V4(v4),
        None => IpAddr::V6(v6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_addresses_do_and_convert_both_ways() {
        let texts = [
            "9.255.255.255",
            "10.0.0.0",
            "10.0.0.255",
            "10.0.1.0",
            "2001:db8::1",
        ];
        let addresses: Vec<IpAddr> = texts.iter().map(|text| text.parse().unwrap()).collect();
        let keys: Vec<[u8; 16]> = addresses.iter().map(|a| key_of_address(*a)).collect();
        assert!(keys.is_sorted());
        for (address, key) in addresses.iter().zip(keys) {
            assert_eq!(address_of_key(key), *address);
        }
    }
}
