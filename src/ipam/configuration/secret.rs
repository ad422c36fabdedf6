//! The key of the hashes over the access rows: key material that must be a GUID (domain 2.1).

use std::fmt;
use std::str::FromStr;

use rand::Rng as _;

use crate::base::Stream;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};

/// A key. It prints as asterisks wherever it is shown; only the store takes its text.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; 16]);

/// Where the hyphens of a GUID stand (RFC 9562 section 4).
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl SecretKey {
    /// A key that nobody has chosen.
    pub(crate) fn generate(draws: &mut Stream) -> SecretKey {
        let mut bytes = [0; 16];
        draws.fill_bytes(&mut bytes);
        // Version 4 and the RFC 9562 variant, as everything has that makes GUIDs at random.
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        SecretKey(bytes)
    }

    /// The bytes that hashes are keyed with.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text form, for the store alone.
    pub(crate) fn reveal(&self) -> String {
        let mut text = data_encoding::HEXLOWER.encode(&self.0);
        for place in HYPHENS {
            text.insert(place, '-');
        }
        text
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(********)")
    }
}

impl FromStr for SecretKey {
    type Err = IpamError;

    /// A GUID as the tools of Windows write it: 32 digits with or without hyphens, with them also
    /// in braces or parentheses. The refusal does not repeat the text, which may be nearly a key.
    fn from_str(text: &str) -> IpamResult<SecretKey> {
        guid(text.trim()).map(SecretKey).ok_or_else(|| {
            IpamError::new(
                ErrorId::IpamApiErrorSecretKeyIsNotGUID,
                "the key is not a GUID; make one with `New-Guid`",
            )
        })
    }
}

fn guid(text: &str) -> Option<[u8; 16]> {
    let between = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let bare = between('{', '}').or(between('(', ')'));
    let hyphened = bare.unwrap_or(text);
    let digits: String = match hyphened.len() {
        36 => {
            let placed = HYPHENS
                .iter()
                .all(|place| hyphened.as_bytes()[*place] == b'-');
            let rest = hyphened.char_indices();
            let rest = rest.filter(|(at, _)| !HYPHENS.contains(at));
            placed.then(|| rest.map(|(_, c)| c).collect())?
        }
        32 if bare.is_none() => hyphened.to_owned(),
        _ => return None,
    };
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
    bytes.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    const TEXT: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

    #[test]
    fn every_way_windows_writes_a_guid_is_the_same_key() {
        let key: SecretKey = TEXT.parse().unwrap();
        assert_eq!(key.reveal(), TEXT);
        for text in [
            "0F8FAD5B-D9CB-469F-A165-70867728950E",
            "{0f8fad5b-d9cb-469f-a165-70867728950e}",
            "(0f8fad5b-d9cb-469f-a165-70867728950e)",
            "0f8fad5bd9cb469fa16570867728950e",
            " 0f8fad5b-d9cb-469f-a165-70867728950e\n",
        ] {
            assert_eq!(text.parse(), Ok(key.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_guid_is_refused_without_being_repeated() {
        for text in [
            "",
            "hunter2",
            "0f8fad5b-d9cb-469f-a165-70867728950",
            "0f8fad5b-d9cb-469f-a165-70867728950g",
            "0f8fad5bd-9cb-469f-a165-70867728950e",
            "{0f8fad5bd9cb469fa16570867728950e}",
            "{0f8fad5b-d9cb-469f-a165-70867728950e",
            "ääääääääääääääää",
            "äääääääääääääääääää",
        ] {
            let refused = text.parse::<SecretKey>().unwrap_err();
            assert_eq!(refused.id, ErrorId::IpamApiErrorSecretKeyIsNotGUID);
            assert!(
                text.is_empty() || !refused.message.contains(text),
                "{refused}"
            );
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = SecretKey::generate(&mut Seed(1).stream("key"));
        assert_eq!(format!("{key:?}"), "SecretKey(********)");
        assert_eq!(key.reveal().parse(), Ok(key));
    }
}
