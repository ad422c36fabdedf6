//! The audit log of domain 8.8, line by line.

use crate::support::*;

fn lines(text: &str) -> Vec<&str> {
    let after_header = text.lines().skip_while(|line| !line.starts_with("ID,"));
    after_header.skip(1).collect()
}

#[test]
fn the_audit_log_has_windows_columns_line_by_line() {
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1).with_host_name("LAP,TOP");
    let discover = pc
        .discover(None)
        .with(ipamlab::wire::dhcp::v4::DhcpOption::VendorClass(
            b"MSFT 5.0".to_vec(),
        ));
    bench.dora_with(&mut pc, &discover).expect("lease");
    bench.advance(60);
    let renew = pc.renew().expect("lease");
    bench.ask_as("10.0.1.10:68", SERVER, &renew);
    let release = pc.release().expect("lease");
    bench.ask_as("10.0.1.10:68", SERVER, &release);
    bench.ask(&client(2).reboot(v4("10.3.3.3"))).expect("nak");
    bench.event(ipamlab::net::Event::Stopped { crashed: false });
    let text = bench.audit("DhcpSrvLog-Mon.log");
    let header = "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name,\
        TransactionID,QResult,Probationtime,CorrelationID,Dhcid,VendorClass(Hex),\
        VendorClass(ASCII),UserClass(Hex),UserClass(ASCII),RelayAgentInformation,DnsRegError\r\n";
    assert!(text.contains(header));
    let skipped = text
        .lines()
        .take_while(|line| !line.starts_with("ID,"))
        .count();
    assert!((25..=40).contains(&skipped), "legend of {skipped} lines");
    let xid = 1 << 16;
    assert_eq!(
        lines(&text),
        [
            "00,03/02/26,08:00:00,Started,,,,,0,6,,,,,,,,,0".to_owned(),
            "55,03/02/26,08:00:00,Authorized(servicing),,corp.example,,,0,6,,,,,,,,,0".to_owned(),
            format!(
                "10,03/02/26,08:00:00,Assign,10.0.1.10,LAP_TOP,020000000001,,{},6,,,,,,,,,0",
                xid + 1
            ),
            format!(
                "11,03/02/26,08:01:00,Renew,10.0.1.10,LAP_TOP,020000000001,,{},6,,,,,,,,,0",
                xid + 2
            ),
            format!(
                "12,03/02/26,08:01:00,Release,10.0.1.10,LAP_TOP,020000000001,,{},6,,,,,,,,,0",
                xid + 3
            ),
            format!(
                "15,03/02/26,08:01:00,NACK,10.3.3.3,,020000000002,,{},6,,,,,,,,,0",
                (2 << 16) + 1
            ),
            "01,03/02/26,08:01:00,Stopped,,,,,0,6,,,,,,,,,0".to_owned(),
        ]
    );
    assert!(
        lines(&text)
            .iter()
            .all(|line| line.matches(',').count() == 18)
    );
}

#[test]
fn a_vendor_class_and_relay_information_are_logged_in_hexadecimal() {
    use ipamlab::wire::dhcp::v4::DhcpOption;
    let mut bench = Bench::new(config(scope()));
    let mut pc = client(1);
    let reboot = pc
        .reboot(v4("10.3.3.3"))
        .with(DhcpOption::VendorClass(b"MSFT 5.0".to_vec()))
        .with(DhcpOption::RelayAgent(vec![1, 1, 7]));
    bench.ask(&reboot).expect("nak");
    let text = bench.audit("DhcpSrvLog-Mon.log");
    assert!(
        text.ends_with(",6,,,,0x4D53465420352E30,MSFT 5.0,,,0x010107,0\r\n"),
        "{text}"
    );
}

#[test]
fn each_weekday_has_its_file_and_next_week_overwrites_it() {
    let mut bench = Bench::new(config(scope()));
    bench.dora(&mut client(1)).expect("lease");
    // Expiry and the removal after the grace period carry their own times, looked at later.
    bench.advance(16 * 3600);
    let monday = bench.audit("DhcpSrvLog-Mon.log");
    assert!(monday.contains("17,03/02/26,09:00:00,Expired,10.0.1.10"));
    assert!(monday.contains("16,03/02/26,13:00:00,Deleted,10.0.1.10"));
    bench.ask(&client(2).reboot(v4("10.3.3.3"))).expect("nak");
    assert!(lines(&bench.audit("DhcpSrvLog-Tue.log"))[0].starts_with("15,03/03/26,00:00:00,NACK"));
    assert_eq!(bench.audit("DhcpSrvLog-Mon.log"), monday);
    assert_eq!(bench.audit("DhcpSrvLog-Wed.log"), "");
    bench.advance(6 * 24 * 3600);
    let next_monday = bench.audit("DhcpSrvLog-Mon.log");
    assert!(
        lines(&next_monday).is_empty(),
        "a new file with its header only"
    );
    assert!(next_monday.contains("\r\nID,Date,Time"));
}

#[test]
fn the_ipv6_log_has_its_own_columns() {
    let mut bench = Bench::new(config_v6(scope_v6()));
    let mut pc = client_v6(1);
    bench.lease_v6(&mut pc).expect("lease");
    let text = bench.audit("DhcpV6SrvLog-Mon.log");
    assert!(text.contains(
        "\r\nID,Date,Time,Description,IPv6 Address,Host Name,Error Code,Duid Length,\
         Duid Bytes(Hex),User Name,Dhcid,Subnet Prefix\r\n"
    ));
    let lines = lines(&text);
    let time = "03/02/26,08:00:00";
    let rest = "10,00030001020000000001,,,2001:db8:1::/64";
    assert_eq!(
        lines[2..],
        [
            format!("11000,{time},DHCPV6 Solicit,,,0,{rest}"),
            format!("11001,{time},DHCPV6 Advertise,2001:db8:1::1,,0,{rest}"),
            format!("11002,{time},DHCPV6 Request,2001:db8:1::1,,0,{rest}"),
        ]
    );
    assert!(lines.iter().all(|line| line.matches(',').count() == 11));
}
