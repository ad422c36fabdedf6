//! Option 81, Client FQDN (RFC 4702): who registers a client's name in DNS, and which name.
//!
//! The codec refuses the ASCII form that older clients still send, so the option travels raw and
//! is read here, in either encoding.

use crate::wire::dns::DnsName;

/// The option, of a client or of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFqdn {
    /// S: the server shall (or, in an answer, does) register the A record.
    pub server_updates: bool,
    /// O: the server overrode what the client asked for. A client sends zero.
    pub overridden: bool,
    /// E: the name is in DNS encoding, without compression, and not in deprecated ASCII.
    pub encoded: bool,
    /// N: the server shall not (or does not) update DNS at all.
    pub no_updates: bool,
    /// As written, without a final dot: `pc1` or `pc1.corp.example`. Empty when the client leaves
    /// the name to the server.
    pub name: String,
}

const S: u8 = 0b0001;
const O: u8 = 0b0010;
const E: u8 = 0b0100;
const N: u8 = 0b1000;

/// What stands in the two fields that once carried response codes (RFC 4702 section 2.2).
const RCODE: u8 = 255;

impl ClientFqdn {
    /// What a client sends that asks the server to register its A record, or not.
    pub fn request(name: &str, server_updates: bool) -> ClientFqdn {
        ClientFqdn {
            server_updates,
            overridden: false,
            encoded: true,
            no_updates: false,
            name: name.to_owned(),
        }
    }

    /// Reads the option's value. `None` when it is too short, or a name in DNS encoding is cut.
    /// The bits that must be zero are ignored (section 2.1).
    pub fn parse(value: &[u8]) -> Option<ClientFqdn> {
        let [flags, _, _, name @ ..] = value else {
            return None;
        };
        let encoded = flags & E != 0;
        let name = match encoded {
            true => labels(name)?,
            false => String::from_utf8_lossy(name)
                .trim_end_matches(['\0', '.'])
                .to_owned(),
        };
        Some(ClientFqdn {
            server_updates: flags & S != 0,
            overridden: flags & O != 0,
            encoded,
            no_updates: flags & N != 0,
            name,
        })
    }

    /// The option's value. A name with a dot is complete and gets its root label; a single label
    /// is partial and gets none (section 2.3.1). A name that DNS cannot hold is left out.
    pub fn encode(&self) -> Vec<u8> {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = bit(self.server_updates, S)
            | bit(self.overridden, O)
            | bit(self.encoded, E)
            | bit(self.no_updates, N);
        // The second field of an answer is 255 and of a request 0; both are ignored (section 2.2).
        let mut value = vec![flags, RCODE, RCODE];
        if !self.encoded {
            value.extend_from_slice(self.name.as_bytes());
            return value;
        }
        if let Ok(name) = self.name.parse::<DnsName>()
            && !name.is_root()
        {
            let wire = name.wire();
            let partial = !self.name.contains('.');
            value.extend_from_slice(&wire[..wire.len() - usize::from(partial)]);
        }
        value
    }

    /// The flags by their letters, as a transcript shows them: `S`, `SO`, `N`, `-` for none.
    pub fn letters(&self) -> String {
        let letters = [
            (self.server_updates, 'S'),
            (self.overridden, 'O'),
            (self.no_updates, 'N'),
        ];
        let set: String = letters
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, letter)| *letter)
            .collect();
        match set.is_empty() {
            true => "-".to_owned(),
            false => set,
        }
    }
}

/// A name in DNS encoding, with or without its root label.
fn labels(mut bytes: &[u8]) -> Option<String> {
    let mut name = String::new();
    while let Some((length, rest)) = bytes.split_first() {
        if *length == 0 {
            break;
        }
        let label = rest.get(..usize::from(*length))?;
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&String::from_utf8_lossy(label));
        bytes = &rest[label.len()..];
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_flags_survives_the_wire() {
        for bits in 0..16_u8 {
            let option = ClientFqdn {
                server_updates: bits & S != 0,
                overridden: bits & O != 0,
                encoded: bits & E != 0,
                no_updates: bits & N != 0,
                name: "pc1.corp.example".to_owned(),
            };
            assert_eq!(option.encode()[0], bits);
            assert_eq!(ClientFqdn::parse(&option.encode()), Some(option));
        }
    }

    #[test]
    fn a_complete_name_ends_with_the_root_label_and_a_partial_one_does_not() {
        let full = ClientFqdn::request("pc1.corp.example", true).encode();
        assert_eq!(full, b"\x05\xff\xff\x03pc1\x04corp\x07example\x00");
        let partial = ClientFqdn::request("pc1", false).encode();
        assert_eq!(partial, b"\x04\xff\xff\x03pc1");
        assert_eq!(ClientFqdn::parse(&partial).unwrap().name, "pc1");
        let none = ClientFqdn::request("", false).encode();
        assert_eq!(none, [4, 255, 255]);
        assert_eq!(ClientFqdn::parse(&none).unwrap().name, "");
    }

    #[test]
    fn a_cut_option_is_no_option() {
        assert_eq!(ClientFqdn::parse(&[1, 0]), None);
        assert_eq!(ClientFqdn::parse(&[E, 0, 0, 9, b'a']), None);
        let ascii = ClientFqdn::parse(b"\x01\x00\x00pc1.corp.example\x00").unwrap();
        assert_eq!(ascii.name, "pc1.corp.example");
        assert!(ascii.server_updates && !ascii.encoded);
    }
}
