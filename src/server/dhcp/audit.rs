//! The audit log of a Windows DHCP server (domain 8.8): one file a weekday and family.
//!
//! The estate's local time is UTC, so a file starts at midnight UTC. Lines must be written in the
//! order of their times; the server settles its expiries before it handles anything.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// All seven logs may take 70 MB together (domain 8.8), a day its share of them.
const BYTES_PER_DAY: usize = 10 * 1024 * 1024;

const HEADER_V4: &str = "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name,\
    TransactionID,QResult,Probationtime,CorrelationID,Dhcid,VendorClass(Hex),VendorClass(ASCII),\
    UserClass(Hex),UserClass(ASCII),RelayAgentInformation,DnsRegError";

const HEADER_V6: &str = "ID,Date,Time,Description,IPv6 Address,Host Name,Error Code,Duid Length,\
    Duid Bytes(Hex),User Name,Dhcid,Subnet Prefix";

const LEGEND_V4: &[(&str, &str)] = &[
    ("00", "Logging began."),
    ("01", "Logging ended."),
    (
        "02",
        "Logging paused because the disk or the day's share is full.",
    ),
    ("10", "A client got a new lease."),
    ("11", "A client renewed its lease."),
    ("12", "A client gave its lease back."),
    ("13", "An address was found in use on the network."),
    ("14", "A scope had no address left for a request."),
    ("15", "A request was refused."),
    ("16", "A lease was deleted."),
    ("17", "A lease ran out; DNS records were not removed."),
    ("18", "A lease ran out; DNS records were removed."),
    ("20", "A BOOTP client got an address."),
    ("21", "A BOOTP client got an address from the dynamic pool."),
    ("22", "A BOOTP request found no address left."),
    (
        "23",
        "A BOOTP address was deleted after it was found unused.",
    ),
    ("24", "Clean-up of the database began."),
    ("25", "Clean-up statistics."),
    ("30", "A DNS update was asked for."),
    ("31", "A DNS update failed."),
    ("32", "A DNS update succeeded."),
    ("33", "A packet was dropped by a NAP policy."),
    ("34", "A DNS update was dropped because its queue was full."),
    ("35", "A DNS update request failed."),
    ("36", "A packet was left to the failover partner."),
    ("50+", "Checks of the authorisation in the directory."),
];

const LEGEND_V6: &[(&str, &str)] = &[
    ("11000", "Solicit."),
    ("11001", "Advertise."),
    ("11002", "Request."),
    ("11003", "Confirm."),
    ("11004", "Renew."),
    ("11005", "Rebind."),
    ("11006", "Decline."),
    ("11007", "Release."),
    ("11008", "Information request."),
    ("11009", "A scope is full."),
    ("11010", "Logging began."),
    ("11011", "Logging ended."),
    (
        "11012",
        "Logging paused because the disk or the day's share is full.",
    ),
    ("11014", "Bad address."),
    ("11015", "An address was found in use."),
    ("11016", "A client was deleted."),
    ("11018", "A lease ran out."),
    ("11019", "A lease ran out and was deleted."),
    ("1103", "The server is authorised."),
    ("1104", "The server is not authorised."),
];

/// What an IPv4 line says.
#[derive(Debug, Clone, Default)]
pub(super) struct LineV4<'a> {
    pub id: u16,
    pub description: &'a str,
    pub address: Option<std::net::IpAddr>,
    pub host_name: &'a str,
    /// MAC address or client identifier, written without separators.
    pub client: &'a [u8],
    pub xid: u32,
    pub vendor_class: &'a [u8],
    pub user_class: &'a [u8],
    pub relay_agent: &'a [u8],
    /// Windows' number of what went wrong with a registration in DNS.
    pub dns_error: u32,
}

/// What an IPv6 line says.
#[derive(Debug, Clone, Default)]
pub(super) struct LineV6<'a> {
    pub id: u16,
    pub description: &'a str,
    pub address: Option<std::net::IpAddr>,
    pub host_name: &'a str,
    pub error: u32,
    pub duid: &'a [u8],
    pub prefix: Option<ipnet::IpNet>,
}

/// The seven files of one family.
#[derive(Debug, Clone)]
pub struct AuditLog {
    family: crate::addr::Family,
    enabled: bool,
    days: [Option<Day>; 7],
    /// The day written last, to find out when it changes.
    today: Option<Date>,
    /// No day begins before this second.
    quiet_until: i64,
    /// The latest second and its `MM/DD/YY,HH:MM:SS`; a busy server writes many lines in one.
    stamp: (i64, String),
}

#[derive(Debug, Clone)]
struct Day {
    text: String,
    paused: bool,
}

impl AuditLog {
    pub(super) fn new(family: crate::addr::Family, enabled: bool) -> AuditLog {
        AuditLog {
            family,
            enabled,
            days: Default::default(),
            today: None,
            quiet_until: i64::MIN,
            stamp: (i64::MIN, String::new()),
        }
    }

    fn is_v4(&self) -> bool {
        self.family == crate::addr::Family::V4
    }

    /// The files there are, Monday first: name and text.
    pub fn files(&self) -> impl Iterator<Item = (String, &str)> {
        let prefix = match self.is_v4() {
            true => "DhcpSrvLog",
            false => "DhcpV6SrvLog",
        };
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        days.into_iter()
            .zip(&self.days)
            .filter_map(move |(name, day)| {
                let day = day.as_ref()?;
                Some((format!("{prefix}-{name}.log"), day.text.as_str()))
            })
    }

    pub(super) fn v4(&mut self, at: Timestamp, line: &LineV4<'_>) {
        let Some(mut text) = self.begin(at, line.id, line.description) else {
            return;
        };
        push_address(&mut text, line.address);
        text.push(',');
        push_text(&mut text, line.host_name);
        text.push(',');
        push_hex(&mut text, line.client);
        // User name is empty; QResult 6: no quarantine information (domain 8.8).
        let _ = write!(text, ",,{},6,,,,", line.xid);
        push_class(&mut text, line.vendor_class);
        push_class(&mut text, line.user_class);
        if !line.relay_agent.is_empty() {
            text.push_str("0x");
            push_hex(&mut text, line.relay_agent);
        }
        let _ = write!(text, ",{}\r\n", line.dns_error);
        self.end(text);
    }

    pub(super) fn v6(&mut self, at: Timestamp, line: &LineV6<'_>) {
        let Some(mut text) = self.begin(at, line.id, line.description) else {
            return;
        };
        push_address(&mut text, line.address);
        text.push(',');
        push_text(&mut text, line.host_name);
        let _ = write!(text, ",{},", line.error);
        if !line.duid.is_empty() {
            let _ = write!(text, "{}", line.duid.len());
        }
        text.push(',');
        push_hex(&mut text, line.duid);
        text.push_str(",,,");
        if let Some(prefix) = line.prefix {
            let _ = write!(text, "{prefix}");
        }
        text.push_str("\r\n");
        self.end(text);
    }

    /// Starts the files of the days that began since the last line, written to or not.
    pub(super) fn roll(&mut self, at: Timestamp) {
        if at.as_second() < self.quiet_until {
            return;
        }
        let Some(today) = self.today.filter(|_| self.enabled) else {
            return;
        };
        let now = at.to_zoned(TimeZone::UTC).date();
        // After a week every file is new, so older midnights leave no trace.
        let mut day = today.max(now.saturating_sub(jiff::Span::new().days(7)));
        while day < now {
            day = day.saturating_add(jiff::Span::new().days(1));
            self.start_day(day);
        }
        // The estate's days begin at midnight UTC, and 1970 began with one.
        const DAY: i64 = 24 * 3600;
        self.quiet_until = at.as_second().div_euclid(DAY).saturating_add(1) * DAY;
    }

    /// Switches files at midnight and returns the day's text with the line's first columns, or
    /// `None` when nothing may be written.
    fn begin(&mut self, at: Timestamp, id: u16, description: &str) -> Option<String> {
        if !self.enabled {
            return None;
        }
        if self.stamp.0 != at.as_second() {
            let local = at.to_zoned(TimeZone::UTC).datetime();
            self.stamp = (
                at.as_second(),
                local.strftime("%m/%d/%y,%H:%M:%S").to_string(),
            );
            if self.today != Some(local.date()) {
                self.start_day(local.date());
            }
        }
        let day = self.day_mut()?;
        if day.paused {
            return None;
        }
        let mut text = std::mem::take(&mut day.text);
        if text.len() > BYTES_PER_DAY {
            // A size overrun loses what follows (domain 8.8).
            day.paused = true;
            (text, day.text) = (String::new(), text);
            let pause = match self.is_v4() {
                true => format!("02,{},Paused,,,,,0,6,,,,,,,,,0\r\n", self.stamp.1),
                false => format!("11012,{},Paused,,,0,,,,,\r\n", self.stamp.1),
            };
            text.push_str(&pause);
            self.day_mut()?.text.push_str(&text);
            return None;
        }
        let width = if self.is_v4() { 2 } else { 5 };
        let _ = write!(text, "{id:0width$},{},{description},", self.stamp.1);
        Some(text)
    }

    fn end(&mut self, text: String) {
        if let Some(day) = self.day_mut() {
            day.text = text;
        }
    }

    fn day_mut(&mut self) -> Option<&mut Day> {
        let weekday = self.today?.weekday();
        self.days[usize::from(index_of(weekday))].as_mut()
    }

    /// Starts the file of a new day, in place of last week's.
    fn start_day(&mut self, date: Date) {
        self.today = Some(date);
        let (title, legend, header) = match self.is_v4() {
            true => ("DHCP service activity log", LEGEND_V4, HEADER_V4),
            false => ("DHCPv6 service activity log", LEGEND_V6, HEADER_V6),
        };
        let mut text = format!("\t\t{title}\r\n\r\n\r\nEvent ID  Meaning\r\n");
        for (id, meaning) in legend {
            let _ = write!(text, "{id}\t{meaning}\r\n");
        }
        if self.is_v4() {
            text.push_str("\r\nQResult: 0: none, 1: quarantine, 2: drop, 3: probation, ");
            text.push_str("6: no quarantine information.\r\n");
        }
        let _ = write!(text, "\r\n{header}\r\n");
        self.days[usize::from(index_of(date.weekday()))] = Some(Day {
            text,
            paused: false,
        });
    }
}

fn index_of(weekday: Weekday) -> u8 {
    u8::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

fn push_address(text: &mut String, address: Option<std::net::IpAddr>) {
    if let Some(address) = address {
        let _ = write!(text, "{address}");
    }
}

/// Client-chosen text: what would break the columns or the line becomes an underscore.
fn push_text(text: &mut String, value: &str) {
    let clean = |c: char| if c == ',' || c.is_control() { '_' } else { c };
    text.extend(value.chars().map(clean));
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// A class in hexadecimal and as text, with the commas after both.
fn push_class(text: &mut String, class: &[u8]) {
    if !class.is_empty() {
        text.push_str("0x");
        push_hex(text, class);
    }
    text.push(',');
    let readable = |b: &u8| match b {
        b',' => '_',
        b if b.is_ascii_graphic() || *b == b' ' => char::from(*b),
        _ => '_',
    };
    text.extend(class.iter().map(readable));
    text.push(',');
}
