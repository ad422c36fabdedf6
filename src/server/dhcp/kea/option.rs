//! `option-data`: DHCP options by Kea's names and in its text form (RFC 2132).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value, json};

use super::answer::Failure;
use super::args::{Args, address, hex};
use crate::addr::Family;
use crate::wire::dhcp::v4::{DhcpOption, code};

/// What the bytes of an option are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Address,
    Addresses,
    Text,
    U8,
    U16,
    U32,
}

/// The options that are known by a name. Others are given by their code, in hexadecimal.
const NAMED: &[(u8, &str, Kind)] = &[
    (code::ROUTERS, "routers", Kind::Addresses),
    (4, "time-servers", Kind::Addresses),
    (code::DNS_SERVERS, "domain-name-servers", Kind::Addresses),
    (7, "log-servers", Kind::Addresses),
    (9, "lpr-servers", Kind::Addresses),
    (code::HOST_NAME, "host-name", Kind::Text),
    (code::DOMAIN_NAME, "domain-name", Kind::Text),
    (17, "root-path", Kind::Text),
    (23, "default-ip-ttl", Kind::U8),
    (26, "interface-mtu", Kind::U16),
    (28, "broadcast-address", Kind::Address),
    (40, "nis-domain", Kind::Text),
    (41, "nis-servers", Kind::Addresses),
    (42, "ntp-servers", Kind::Addresses),
    (44, "netbios-name-servers", Kind::Addresses),
    (46, "netbios-node-type", Kind::U8),
    (2, "time-offset", Kind::U32),
    (66, "tftp-server-name", Kind::Text),
    (67, "boot-file-name", Kind::Text),
    (69, "smtp-server", Kind::Addresses),
    (100, "pcode", Kind::Text),
    (101, "tcode", Kind::Text),
    (114, "v4-captive-portal", Kind::Text),
];

/// What the server puts into its answers itself.
const OWN: [u8; 12] = [0, 1, 50, 51, 52, 53, 54, 55, 58, 59, 82, 255];

const KEYS: [&str; 8] = [
    "name",
    "code",
    "space",
    "data",
    "csv-format",
    "always-send",
    "never-send",
    "user-context",
];

/// The options of IPv6, of which this server has two.
const DNS_SERVERS_V6: (u16, &str) = (23, "dns-servers");
const DOMAIN_SEARCH_V6: (u16, &str) = (24, "domain-search");

/// One IPv4 option.
pub(super) fn parse_v4(value: &Value) -> Result<DhcpOption, Failure> {
    let args = checked(value, "dhcp4")?;
    let named = args.text("name")?;
    let number = args.number("code")?;
    let known = NAMED.iter().find(|(code, name, _)| {
        number.is_none_or(|number| number == u32::from(*code))
            && named.is_none_or(|named| named == *name)
    });
    let known = known.filter(|_| number.is_some() || named.is_some());
    let code = match (known, number) {
        (Some((code, ..)), _) => *code,
        (None, Some(number)) => u8::try_from(number)
            .map_err(|_| Failure::error(format!("there is no DHCPv4 option {number}")))?,
        (None, None) => {
            let named = named.unwrap_or_default();
            return Err(Failure::error(format!(
                "no DHCPv4 option is named '{named}' here; give its 'code' and hexadecimal 'data'"
            )));
        }
    };
    if OWN.contains(&code) {
        return Err(Failure::error(format!(
            "option {code} is what the server itself puts into its answers"
        )));
    }
    let data = args.text("data")?.unwrap_or_default();
    let kind = known.map(|(_, _, kind)| *kind);
    let bytes = match (args.boolean("csv-format")?, kind) {
        (None | Some(true), Some(kind)) => bytes_of(kind, code, data)?,
        (Some(true), None) => {
            return Err(Failure::error(format!(
                "option {code} has no text form here; give 'csv-format' false"
            )));
        }
        (_, _) => hex("data", data)?,
    };
    if bytes.len() > usize::from(u8::MAX) {
        return Err(Failure::error(format!("option {code} is above 255 bytes")));
    }
    Ok(option(code, bytes))
}

fn checked<'a>(value: &'a Value, space: &str) -> Result<Args<'a>, Failure> {
    let args = Args::from_value(value, "an entry of 'option-data'")?;
    args.only("'option-data'", &KEYS)?;
    if args.text("space")?.is_some_and(|given| given != space) {
        return Err(Failure::error(format!("the only option space is {space}")));
    }
    for key in ["always-send", "never-send"] {
        if args.boolean(key)? == Some(true) {
            return Err(Failure::error(format!(
                "this server sends what a client asks for, so '{key}' must be false"
            )));
        }
    }
    Ok(args)
}

fn option(code: u8, bytes: Vec<u8>) -> DhcpOption {
    let text = || String::from_utf8_lossy(&bytes).into_owned();
    match code {
        code::ROUTERS => DhcpOption::Routers(addresses(&bytes)),
        code::DNS_SERVERS => DhcpOption::DnsServers(addresses(&bytes)),
        code::HOST_NAME => DhcpOption::HostName(text()),
        code::DOMAIN_NAME => DhcpOption::DomainName(text()),
        code => DhcpOption::Other { code, bytes },
    }
}

fn addresses(bytes: &[u8]) -> Vec<Ipv4Addr> {
    let fours = bytes.chunks_exact(4);
    fours
        .map(|four| Ipv4Addr::new(four[0], four[1], four[2], four[3]))
        .collect()
}

fn bytes_of(kind: Kind, code: u8, data: &str) -> Result<Vec<u8>, Failure> {
    let wrong = |what: &str| Failure::error(format!("option {code}: '{data}' is not {what}"));
    let words = || {
        data.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
    };
    let bytes: Vec<u8> = match kind {
        Kind::Address | Kind::Addresses => {
            let mut bytes = Vec::new();
            for word in words() {
                let address: Ipv4Addr = word.parse().map_err(|_| wrong("a list of addresses"))?;
                bytes.extend(address.octets());
            }
            bytes
        }
        Kind::Text => data.as_bytes().to_vec(),
        Kind::U8 => vec![
            data.trim()
                .parse()
                .map_err(|_| wrong("between 0 and 255"))?,
        ],
        Kind::U16 => {
            let number = data.trim().parse::<u16>();
            let number = number.map_err(|_| wrong("between 0 and 65535"))?;
            number.to_be_bytes().to_vec()
        }
        Kind::U32 => {
            let number = data.trim().parse::<u32>();
            let number = number.map_err(|_| wrong("between 0 and 4294967295"))?;
            number.to_be_bytes().to_vec()
        }
    };
    let right = match kind {
        Kind::Address => bytes.len() == 4,
        _ => !bytes.is_empty(),
    };
    match right {
        true => Ok(bytes),
        false => Err(wrong("a value")),
    }
}

/// The options that Kea has a form for, in the order they were given.
pub(super) fn show_v4(options: &[DhcpOption]) -> Vec<Value> {
    options.iter().filter_map(show_one).collect()
}

fn show_one(option: &DhcpOption) -> Option<Value> {
    let code = option.code();
    let join = |list: &[Ipv4Addr]| {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        list.join(", ")
    };
    let known = NAMED.iter().find(|(known, ..)| *known == code);
    let data = match option {
        DhcpOption::Routers(list) | DhcpOption::DnsServers(list) => Some(join(list)),
        DhcpOption::HostName(text) | DhcpOption::DomainName(text) => Some(text.clone()),
        DhcpOption::Other { bytes, .. } => known.and_then(|(_, _, kind)| text_of(*kind, bytes)),
        _ => return None,
    };
    let bytes = match option {
        DhcpOption::Other { bytes, .. } => bytes.as_slice(),
        _ => &[],
    };
    let in_words = data.is_some();
    let data = data.unwrap_or_else(|| bytes.iter().map(|byte| format!("{byte:02X}")).collect());
    let mut shown = described(u16::from(code), "dhcp4", &data, in_words);
    if let Some((_, name, _)) = known {
        shown.insert("name".to_owned(), json!(name));
    }
    Some(Value::Object(shown))
}

fn text_of(kind: Kind, bytes: &[u8]) -> Option<String> {
    Some(match kind {
        Kind::Address | Kind::Addresses if bytes.len().is_multiple_of(4) => {
            let list: Vec<String> = addresses(bytes).iter().map(ToString::to_string).collect();
            list.join(", ")
        }
        Kind::Address | Kind::Addresses => return None,
        Kind::Text => std::str::from_utf8(bytes).ok()?.to_owned(),
        Kind::U8 => u8::from_be_bytes(bytes.try_into().ok()?).to_string(),
        Kind::U16 => u16::from_be_bytes(bytes.try_into().ok()?).to_string(),
        Kind::U32 => u32::from_be_bytes(bytes.try_into().ok()?).to_string(),
    })
}

fn described(code: u16, space: &str, data: &str, csv: bool) -> Map<String, Value> {
    let shown = json!({
        "code": code, "space": space, "data": data, "csv-format": csv,
        "always-send": false, "never-send": false,
    });
    match shown {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The IPv6 options of a subnet, or of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OptionsV6 {
    pub dns_servers: Vec<Ipv6Addr>,
    pub dns_domain: Option<String>,
}

pub(super) fn parse_v6(list: &[Value]) -> Result<OptionsV6, Failure> {
    let mut options = OptionsV6::default();
    for value in list {
        let args = checked(value, "dhcp6")?;
        let (name, code) = (args.text("name")?, args.number("code")?);
        let is = |(number, word): (u16, &str)| {
            (name.is_some() || code.is_some())
                && name.is_none_or(|name| name == word)
                && code.is_none_or(|code| code == u32::from(number))
        };
        let data = args.text("data")?.unwrap_or_default();
        if args.boolean("csv-format")? == Some(false) {
            return Err(Failure::error("IPv6 options are given as text here"));
        }
        let mut words = data.split(',').map(str::trim);
        if is(DNS_SERVERS_V6) {
            for word in words {
                if let IpAddr::V6(address) = address(word, Family::V6)? {
                    options.dns_servers.push(address);
                }
            }
        } else if is(DOMAIN_SEARCH_V6) {
            options.dns_domain = words
                .next()
                .map(|word| word.trim_end_matches('.').to_owned());
            if words.next().is_some() {
                return Err(Failure::error("this server gives one search domain"));
            }
        } else {
            return Err(Failure::error(
                "the DHCPv6 options of this server are 'dns-servers' and 'domain-search'",
            ));
        }
    }
    Ok(options)
}

pub(super) fn show_v6(dns_servers: &[Ipv6Addr], dns_domain: Option<&str>) -> Vec<Value> {
    let mut shown = Vec::new();
    let mut push = |(code, name): (u16, &str), data: &str| {
        let mut option = described(code, "dhcp6", data, true);
        option.insert("name".to_owned(), json!(name));
        shown.push(Value::Object(option));
    };
    if !dns_servers.is_empty() {
        let list: Vec<String> = dns_servers.iter().map(ToString::to_string).collect();
        push(DNS_SERVERS_V6, &list.join(", "));
    }
    if let Some(domain) = dns_domain {
        push(DOMAIN_SEARCH_V6, domain);
    }
    shown
}
