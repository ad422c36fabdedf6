//! Arguments of a command: typed looks into a JSON map, each with a message that names the key.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::answer::Failure;
use crate::addr::Family;
use crate::base::{Duid, MacAddress};

/// A JSON map whose keys are read with their types.
#[derive(Debug, Clone, Copy)]
pub(super) struct Args<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Args<'a> {
    /// `value` as a map; `what` names it in the message.
    pub fn from_value(value: &'a Value, what: &str) -> Result<Args<'a>, Failure> {
        match value {
            Value::Object(map) => Ok(Args { map }),
            other => Err(Failure::error(format!(
                "{what} must be a map, not {}",
                kind(other)
            ))),
        }
    }

    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    pub fn len(self) -> usize {
        self.map.len()
    }

    pub fn get(self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    pub fn map(self) -> &'a Map<String, Value> {
        self.map
    }

    /// Refuses keys that are not among `known`; `what` says of what they are.
    pub fn only(self, what: &str, known: &[&str]) -> Result<(), Failure> {
        match self.keys().find(|key| !known.contains(key)) {
            None => Ok(()),
            Some(key) => Err(Failure::error(format!(
                "unsupported parameter '{key}' in {what}"
            ))),
        }
    }

    pub fn text(self, key: &str) -> Result<Option<&'a str>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(key, "a string", other)),
        }
    }

    pub fn boolean(self, key: &str) -> Result<Option<bool>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(other) => Err(wrong(key, "a boolean", other)),
        }
    }

    pub fn integer(self, key: &str) -> Result<Option<i64>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(value @ Value::Number(_)) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(wrong(key, "a whole number", value)),
            },
            Some(other) => Err(wrong(key, "an integer", other)),
        }
    }

    /// A number between 0 and 4294967295.
    pub fn number(self, key: &str) -> Result<Option<u32>, Failure> {
        let Some(number) = self.integer(key)? else {
            return Ok(None);
        };
        match u32::try_from(number) {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Failure::error(format!(
                "'{key}' is {number}, which is not between 0 and 4294967295"
            ))),
        }
    }

    pub fn list(self, key: &str) -> Result<Option<&'a [Value]>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(other) => Err(wrong(key, "a list", other)),
        }
    }

    pub fn section(self, key: &str) -> Result<Option<Args<'a>>, Failure> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => Args::from_value(value, &format!("'{key}'")).map(Some),
        }
    }

    /// An address of `family`.
    pub fn address(self, key: &str, family: Family) -> Result<Option<IpAddr>, Failure> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        address(text, family)
            .map(Some)
            .map_err(|failure| Failure::error(format!("'{key}': {}", failure.text)))
    }
}

/// The value of a key that must be there.
pub(super) fn must<T>(key: &str, value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::error(format!("missing parameter '{key}'")))
}

/// An address of `family` from its text.
pub(super) fn address(text: &str, family: Family) -> Result<IpAddr, Failure> {
    match text.parse::<IpAddr>() {
        Ok(address) if Family::of(address) == family => Ok(address),
        Ok(_) => Err(Failure::error(format!(
            "'{text}' is not an {} address",
            name(family)
        ))),
        Err(_) => Err(Failure::error(format!("'{text}' is no address"))),
    }
}

/// `IPv4` or `IPv6`.
pub(super) fn name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}

fn wrong(key: &str, expected: &str, found: &Value) -> Failure {
    Failure::error(format!("'{key}' must be {expected}, not {}", kind(found)))
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// A hardware address: six bytes with colons between them.
pub(super) fn mac(key: &str, text: &str) -> Result<MacAddress, Failure> {
    let bytes = match text.contains(':') {
        true => hex(key, text)?,
        false => Vec::new(),
    };
    let bytes = <[u8; 6]>::try_from(bytes);
    bytes.map(MacAddress).map_err(|_| {
        Failure::error(format!(
            "'{key}': '{text}' is no hardware address of six bytes like 1a:2b:3c:4d:5e:6f"
        ))
    })
}

/// Bytes from hexadecimal text: with colons or blanks between them, one digit allowed where there
/// are such, or digits alone, with or without `0x`.
pub(super) fn hex(key: &str, text: &str) -> Result<Vec<u8>, Failure> {
    let wrong = || Failure::error(format!("'{key}': '{text}' is not hexadecimal"));
    let separators: &[char] = &[':', ' '];
    let byte = |digits: &str| {
        let good = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        match good {
            true => u8::from_str_radix(digits, 16).map_err(|_| wrong()),
            false => Err(wrong()),
        }
    };
    if text.contains(separators) {
        return text.split(separators).map(byte).collect();
    }
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if !digits.is_ascii() {
        return Err(wrong());
    }
    let (head, rest) = digits.split_at(digits.len() % 2);
    let head = (!head.is_empty()).then_some(head);
    let pairs = (0..rest.len()).step_by(2).map(|at| &rest[at..at + 2]);
    head.into_iter().chain(pairs).map(byte).collect()
}

/// A client identifier, which Kea takes from two bytes on.
pub(super) fn client_id(key: &str, text: &str) -> Result<Vec<u8>, Failure> {
    let bytes = hex(key, text)?;
    match bytes.len() {
        2..=255 => Ok(bytes),
        other => Err(Failure::error(format!(
            "'{key}' has {other} bytes and must have 2 to 255"
        ))),
    }
}

pub(super) fn duid(key: &str, text: &str) -> Result<Duid, Failure> {
    let bytes = hex(key, text)?;
    match bytes.len() {
        3..=65 => Ok(Duid(bytes)),
        other => Err(Failure::error(format!(
            "'{key}' has {other} bytes and must have 3 to 65"
        ))),
    }
}

/// Bytes as `1a:2b:3c`.
pub(super) fn colons(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}
