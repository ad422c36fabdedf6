//! Option 39, Client FQDN (RFC 4704): option 81 of DHCPv4 in the terms of DHCPv6.
//!
//! The flags mean the same, N has another bit, and a name is always in DNS encoding.

use super::super::v4::ClientFqdn;
use super::message::{Message, code, read_names};
use crate::wire::dns::DnsName;

const S: u8 = 0b001;
const O: u8 = 0b010;
const N: u8 = 0b100;

impl Message {
    /// Who registers the client's name, and which name. `None` without the option, and for one
    /// whose name is cut. The bits that must be zero are ignored (RFC 4704 section 4.1).
    pub fn client_fqdn(&self) -> Option<ClientFqdn> {
        let (flags, labels) = self.other(code::CLIENT_FQDN)?.split_first()?;
        let name = read_names(labels)?.into_iter().next().unwrap_or_default();
        Some(ClientFqdn {
            server_updates: flags & S != 0,
            overridden: flags & O != 0,
            encoded: true,
            no_updates: flags & N != 0,
            name,
        })
    }

    /// The name in it, empty when there is none.
    pub fn client_name(&self) -> String {
        self.client_fqdn().map(|fqdn| fqdn.name).unwrap_or_default()
    }

    /// Adds the option. A name with a dot is complete and gets its root label; a single label is
    /// partial and gets none (section 4.2). A name that DNS cannot hold is left out.
    pub fn set_client_fqdn(&mut self, fqdn: &ClientFqdn) {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = bit(fqdn.server_updates, S) | bit(fqdn.overridden, O) | bit(fqdn.no_updates, N);
        let mut value = vec![flags];
        if let Ok(name) = fqdn.name.parse::<DnsName>()
            && !name.is_root()
        {
            let wire = name.wire();
            let partial = !fqdn.name.contains('.');
            value.extend_from_slice(&wire[..wire.len() - usize::from(partial)]);
        }
        self.others
            .retain(|(number, _)| *number != code::CLIENT_FQDN);
        self.others.push((code::CLIENT_FQDN, value));
    }
}

#[cfg(test)]
mod tests {
    use super::super::MessageType;
    use super::*;

    fn bytes_of(fqdn: &ClientFqdn) -> Vec<u8> {
        let mut message = Message::new(MessageType::Request, 1);
        message.set_client_fqdn(fqdn);
        assert_eq!(message.client_fqdn().as_ref(), Some(fqdn));
        message.other(code::CLIENT_FQDN).unwrap().to_vec()
    }

    #[test]
    fn every_combination_of_flags_survives_the_wire_and_n_is_the_third_bit() {
        for bits in 0..8_u8 {
            let fqdn = ClientFqdn {
                server_updates: bits & 1 != 0,
                overridden: bits & 2 != 0,
                encoded: true,
                no_updates: bits & 4 != 0,
                name: "pc1.corp.example".to_owned(),
            };
            assert_eq!(bytes_of(&fqdn)[0], bits);
        }
    }

    #[test]
    fn a_complete_name_ends_with_the_root_label_and_a_partial_one_does_not() {
        let full = bytes_of(&ClientFqdn::request("pc1.corp.example", true));
        assert_eq!(full, b"\x01\x03pc1\x04corp\x07example\x00");
        assert_eq!(bytes_of(&ClientFqdn::request("pc1", false)), b"\x00\x03pc1");
        assert_eq!(bytes_of(&ClientFqdn::request("", false)), [0]);
    }

    #[test]
    fn a_cut_option_is_no_option_and_a_second_one_replaces_the_first() {
        let mut message = Message::new(MessageType::Request, 1);
        for cut in [vec![], vec![1, 9, b'a']] {
            message.others = vec![(code::CLIENT_FQDN, cut)];
            assert_eq!(message.client_fqdn(), None);
            assert_eq!(message.client_name(), "");
        }
        message.set_client_fqdn(&ClientFqdn::request("pc1", true));
        assert_eq!(
            (message.others.len(), message.client_name().as_str()),
            (1, "pc1")
        );
    }
}
