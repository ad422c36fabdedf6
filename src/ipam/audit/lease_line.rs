//! A line of a DHCP audit log as an event (domain 8.8).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::base::Fqdn;

use super::event::{AuditEvent, AuditEventType, AuditServerType};

/// The lease event that `line` tells of; `None` for every line that tells of something else,
/// such as a refused request, and for one that cannot be read.
pub(crate) fn lease_of(server: &Fqdn, line: &str) -> Option<AuditEvent> {
    let fields: Vec<&str> = line.split(',').collect();
    let field = |place: usize| fields.get(place).map_or("", |text| text.trim());
    let id: u32 = field(0).parse().ok()?;
    // The two formats have their clients in different columns.
    let client = if id >= FIRST_V6 { 8 } else { 6 };
    Some(AuditEvent {
        at: instant(field(1), field(2))?,
        kind: kind_of(id)?,
        address: field(4).parse().ok(),
        client_id: field(client).to_owned(),
        host_name: field(5).to_owned(),
        user_name: String::new(),
        user_domain: String::new(),
        user_forest: String::new(),
        server: server.clone(),
        server_type: AuditServerType::Dhcp,
    })
}

/// From here on ids are those of the IPv6 log.
const FIRST_V6: u32 = 11_000;

/// The event type of a log id. The IPv4 ones are matched in domain 9.8; of the IPv6 ones, those
/// whose meaning in the log's own legend is the same.
fn kind_of(id: u32) -> Option<AuditEventType> {
    Some(match id {
        10 | 11_002 => AuditEventType::NewLease,
        11 | 11_004 | 11_005 => AuditEventType::RenewLease,
        12 | 11_007 => AuditEventType::ReleaseLease,
        16 | 11_016 => AuditEventType::DeleteLease,
        17 | 18 | 11_018 | 11_019 => AuditEventType::LeaseExpired,
        20 => AuditEventType::BootpLease,
        21 => AuditEventType::BootpDynamicLease,
        11_008 => AuditEventType::StatelessInfoRequest,
        _ => return None,
    })
}

/// `MM/DD/YY` and `HH:MM:SS`. The log has no time zone; the estate's local time is UTC.
fn instant(day: &str, clock: &str) -> Option<Timestamp> {
    let numbers = |text: &str, separator: char| -> Option<[i16; 3]> {
        let parts: Vec<i16> = text
            .split(separator)
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        parts.try_into().ok()
    };
    let [month, day, year] = numbers(day, '/')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let small = |number: i16| i8::try_from(number).ok();
    if !(0..100).contains(&year) {
        return None;
    }
    let date = Date::new(2000 + year, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    let at = DateTime::from_parts(date, time).to_zoned(TimeZone::UTC);
    at.ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server() -> Fqdn {
        "dhcp1.corp.example".parse().unwrap()
    }

    #[test]
    fn a_lease_line_of_either_family_gives_its_event() {
        let line = "10,03/09/25,07:42:10,Assign,10.66.9.44,LAPTOP17,0015AB3F22D1,,1483920021,6,,,";
        let event = lease_of(&server(), line).unwrap();
        assert_eq!(event.kind, AuditEventType::NewLease);
        assert_eq!(event.at, "2025-03-09T07:42:10Z".parse().unwrap());
        assert_eq!(event.address, Some("10.66.9.44".parse().unwrap()));
        assert_eq!(
            (&*event.host_name, &*event.client_id),
            ("LAPTOP17", "0015AB3F22D1")
        );
        let line = "11007,03/09/25,07:42:10,DHCPV6 Release,2001:db8::7,host,0,14,0001AA,,,,";
        let event = lease_of(&server(), line).unwrap();
        assert_eq!(event.kind, AuditEventType::ReleaseLease);
        assert_eq!(event.client_id, "0001AA");
    }

    #[test]
    fn lines_that_tell_of_no_lease_and_broken_ones_are_no_events() {
        for line in [
            "15,03/09/25,12:01:03,NACK,10.66.9.51,,0015AB3F2299,,1483920023,6,,,",
            "00,03/09/25,00:00:01,Started,,,,,0,6,,,",
            "10,13/40/25,07:42:10,Assign,10.66.9.44,LAPTOP17,0015AB3F22D1",
            "10,03/09/-5,07:42:10,Assign,10.66.9.44,LAPTOP17,0015AB3F22D1",
            "",
        ] {
            assert_eq!(lease_of(&server(), line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "[0-9/:,A-Za-z.-]{0,80}") {
            let _ = lease_of(&server(), &line);
        }
    }
}
