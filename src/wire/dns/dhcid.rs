//! The DHCID record (RFC 4701): whose name it is, without saying who that is.
//!
//! Name protection rests on it (RFC 4703 section 5): whoever updates a name must know the client
//! that it was first registered for.

use super::data::Data;
use super::kind::RecordType;
use super::name::DnsName;

/// What a client is identified by (RFC 4701 section 3.3), as the record counts the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DhcidSource<'a> {
    /// Hardware type and address of a DHCPv4 client without an identifier: type 1 is Ethernet.
    Hardware { kind: u8, address: &'a [u8] },
    /// The value of option 61 of DHCPv4.
    ClientId(&'a [u8]),
    /// The DUID of DHCPv6, or that of a DHCPv4 identifier made as RFC 4361 says.
    Duid(&'a [u8]),
}

/// SHA-256, the one digest there is (RFC 4701 section 3.4).
const SHA256: u8 = 1;

impl DhcidSource<'_> {
    /// The record of this client for `name`. The name counts in canonical form, lower case
    /// (RFC 4701 section 3.5).
    pub fn record(self, name: &DnsName) -> Data {
        let mut input = Vec::with_capacity(64);
        let kind: u16 = match self {
            DhcidSource::Hardware { kind, address } => {
                input.push(kind);
                input.extend_from_slice(address);
                0
            }
            DhcidSource::ClientId(id) => {
                input.extend_from_slice(id);
                1
            }
            DhcidSource::Duid(duid) => {
                input.extend_from_slice(duid);
                2
            }
        };
        // The lengths of labels are below the letters, so lower case leaves them alone.
        input.extend(name.wire().iter().map(u8::to_ascii_lowercase));
        let digest = ring::digest::digest(&ring::digest::SHA256, &input);
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.push(SHA256);
        bytes.extend_from_slice(digest.as_ref());
        Data::Other {
            kind: RecordType::DHCID,
            bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base64(data: &Data) -> String {
        match data {
            Data::Other { bytes, .. } => data_encoding::BASE64.encode(bytes),
            other => panic!("no DHCID: {other:?}"),
        }
    }

    /// RFC 4701 section 3.6.
    #[test]
    fn the_examples_of_the_rfc_come_out() {
        let name = |text: &str| text.parse::<DnsName>().unwrap();
        let duid = [
            0x00, 0x01, 0x00, 0x06, 0x41, 0x2d, 0xf1, 0x66, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
        ];
        assert_eq!(
            base64(&DhcidSource::Duid(&duid).record(&name("chi6.example.com"))),
            "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="
        );
        let id = [0x01, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c];
        assert_eq!(
            base64(&DhcidSource::ClientId(&id).record(&name("chi.example.com"))),
            "AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdWL3b/NaiUDlW2No="
        );
        let hardware = DhcidSource::Hardware {
            kind: 1,
            address: &[1, 2, 3, 4, 5, 6],
        };
        assert_eq!(
            base64(&hardware.record(&name("client.example.com"))),
            "AAABxLmlskllE0MVjd57zHcWmEH3pCQ6VytcKD//7es/deY="
        );
    }

    #[test]
    fn the_name_counts_without_regard_to_case() {
        let record = |name: &str| DhcidSource::ClientId(&[1, 2]).record(&name.parse().unwrap());
        assert_eq!(record("PC1.Corp.Example"), record("pc1.corp.example"));
        assert_ne!(record("pc1.corp.example"), record("pc2.corp.example"));
    }
}
