//! Security descriptors in their text form (MS-DTYP section 2.5.1), as `sc sdshow` prints them
//! and `CustomSD` holds them.
//!
//! The text is the state: the provisioning script edits it as text, and its pitfalls come from
//! that. It is parsed when somebody asks for access.

use std::collections::BTreeSet;

use crate::base::Sid;

use super::error::EstateError;
use super::sid;

/// Query status of a service (`LC`).
pub const SERVICE_QUERY_STATUS: u32 = 0x4;
/// Read an event log.
pub const EVENT_LOG_READ: u32 = 0x1;

/// The rights of domain 4.2 row 12: query configuration and status, enumerate dependents,
/// interrogate, user-defined control, read control.
pub const SERVICE_READ_RIGHTS: &str = "CCLCSWLOCRRC";
/// The right of domain 4.2 row 11.
pub const EVENT_LOG_READ_RIGHTS: &str = "0x1";

/// One entry of an access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ace {
    pub allow: bool,
    pub mask: u32,
    pub trustee: Sid,
}

/// The entries of the `D:` part, in order.
///
/// # Errors
/// The text has no `D:` part, or an entry that is not six fields with known rights and trustee.
pub fn parse_dacl(text: &str) -> Result<Vec<Ace>, EstateError> {
    let bad = |reason| EstateError::Sddl {
        text: text.to_owned(),
        reason,
    };
    let (_, dacl) = text.split_once("D:").ok_or(bad("it has no `D:` part"))?;
    let dacl = dacl.split_once("S:").map_or(dacl, |(dacl, _)| dacl);
    let mut aces = Vec::new();
    let mut rest = match dacl.find('(') {
        Some(start) => &dacl[start..],
        None => "",
    };
    while let Some(inner) = rest.strip_prefix('(') {
        let (entry, after) = inner.split_once(')').ok_or(bad("an entry has no `)`"))?;
        aces.push(parse_ace(entry).ok_or(bad("an entry is not `(A;;rights;;;trustee)`"))?);
        rest = after;
    }
    if rest.is_empty() {
        Ok(aces)
    } else {
        Err(bad("something stands between the entries"))
    }
}

fn parse_ace(entry: &str) -> Option<Ace> {
    let mut fields = entry.split(';');
    let allow = match fields.next()? {
        "A" => true,
        "D" => false,
        _ => return None,
    };
    let _flags = fields.next()?;
    let mask = parse_rights(fields.next()?)?;
    let (_object, _inherited) = (fields.next()?, fields.next()?);
    let trustee = parse_trustee(fields.next()?)?;
    fields.next().is_none().then_some(Ace {
        allow,
        mask,
        trustee,
    })
}

fn parse_rights(text: &str) -> Option<u32> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u32::from_str_radix(hex, 16).ok();
    }
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let mut mask = 0;
    for pair in 0..text.len() / 2 {
        mask |= match &text[pair * 2..pair * 2 + 2] {
            "CC" => 0x1,
            "DC" => 0x2,
            "LC" => 0x4,
            "SW" => 0x8,
            "RP" => 0x10,
            "WP" => 0x20,
            "DT" => 0x40,
            "LO" => 0x80,
            "CR" => 0x100,
            "SD" => 0x1_0000,
            "RC" => 0x2_0000,
            "WD" => 0x4_0000,
            "WO" => 0x8_0000,
            "GA" => 0x1000_0000,
            "GX" => 0x2000_0000,
            "GW" => 0x4000_0000,
            "GR" => 0x8000_0000,
            _ => return None,
        };
    }
    Some(mask)
}

fn parse_trustee(text: &str) -> Option<Sid> {
    let known = match text {
        "SY" => sid::LOCAL_SYSTEM,
        "BA" => sid::ADMINISTRATORS,
        "BU" => sid::USERS,
        "BG" => "S-1-5-32-546",
        "SO" => sid::SERVER_OPERATORS,
        "AN" => "S-1-5-7",
        "AU" => sid::AUTHENTICATED_USERS,
        "WD" => sid::EVERYONE,
        "IU" => "S-1-5-4",
        "SU" => "S-1-5-6",
        "LS" => "S-1-5-19",
        "NS" => sid::NETWORK_SERVICE,
        other => return other.parse().ok(),
    };
    known.parse().ok()
}

/// Whether the descriptor grants every bit of `mask` to a holder of `token`. Entries count in
/// order: a bit is decided by the first entry that names it. A text that cannot be parsed grants
/// nothing.
pub fn grants(text: &str, token: &BTreeSet<Sid>, mask: u32) -> bool {
    let Ok(aces) = parse_dacl(text) else {
        return false;
    };
    let mut open = mask;
    for ace in aces.iter().filter(|ace| token.contains(&ace.trustee)) {
        if !ace.allow && ace.mask & open != 0 {
            return false;
        }
        open &= !ace.mask;
    }
    open == 0
}

/// One allowing entry as text.
pub fn allow_ace(rights: &str, trustee: &Sid) -> String {
    format!("(A;;{rights};;;{trustee})")
}

/// `text` with `ace` as the last entry of its `D:` part, as a person appends it.
pub fn append(text: &str, ace: &str) -> String {
    match text
        .find("S:")
        .filter(|&at| at > text.find("D:").unwrap_or(at))
    {
        Some(at) => format!("{}{ace}{}", &text[..at], &text[at..]),
        None => format!("{text}{ace}"),
    }
}

/// `text` with `ace` before the first entry of its `D:` part, as the script inserts it; `None`
/// if there is no entry to put it before.
pub fn insert_first(text: &str, ace: &str) -> Option<String> {
    let dacl = text.find("D:")?;
    let first = dacl + text[dacl..].find('(')?;
    Some(format!("{}{ace}{}", &text[..first], &text[first..]))
}

/// `text` without any allowing entry whose trustee is `trustee`; `None` if there is none.
pub fn without(text: &str, trustee: &Sid) -> Option<String> {
    let end = format!(";{trustee})");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut removed = false;
    while let Some(start) = rest.find('(') {
        let stop = start + rest[start..].find(')')? + 1;
        out.push_str(&rest[..start]);
        let entry = &rest[start..stop];
        if entry.starts_with("(A;") && entry.ends_with(&end) {
            removed = true;
        } else {
            out.push_str(entry);
        }
        rest = &rest[stop..];
    }
    out.push_str(rest);
    removed.then_some(out)
}
