//! DUIDs by hand: the codec's helper writes a 16-byte link-layer address where a MAC has 6.

use crate::base::{Duid, MacAddress};

/// DUID-LL of an Ethernet address (RFC 8415 section 11.4).
pub fn link_layer(mac: MacAddress) -> Duid {
    let mut bytes = vec![0, 3, 0, 1];
    bytes.extend_from_slice(&mac.0);
    Duid(bytes)
}

/// DUID-LLT: an Ethernet address and the time the DUID was made, in seconds since the year 2000
/// (RFC 8415 section 11.2).
pub fn link_layer_time(mac: MacAddress, seconds_since_2000: u32) -> Duid {
    let mut bytes = vec![0, 1, 0, 1];
    bytes.extend_from_slice(&seconds_since_2000.to_be_bytes());
    bytes.extend_from_slice(&mac.0);
    Duid(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_layer_duid_of_a_mac_has_ten_bytes() {
        let mac: MacAddress = "02-00-00-00-00-07".parse().unwrap();
        assert_eq!(link_layer(mac).to_string(), "00030001020000000007");
        assert_eq!(
            link_layer_time(mac, 1).to_string(),
            "0001000100000001020000000007"
        );
    }
}
