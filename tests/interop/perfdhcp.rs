//! perfdhcp, which nobody here wrote, against the server on loopback sockets.
//!
//! Where it is not installed the test says so and passes; `IPAMLAB_REQUIRE_TOOLS=1` makes that a
//! failure.
#![allow(clippy::disallowed_methods)] // Real sockets run on the real clock.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::process::{Command, Output};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Instant;

use ipamlab::base::{Moment, SimTime};
use ipamlab::net::Service;
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig, ScopeConfig, ScopeV6Config, serve_on};

fn server() -> DhcpServer {
    let range = "10.20.1.0-10.20.15.250".parse().expect("range");
    let scope = ScopeConfig::new("10.20.0.0/16".parse().expect("prefix"), range)
        .via_relay("127.0.0.1".parse().expect("address"));
    let scope_v6 = ScopeV6Config::new("2001:db8:7::/64".parse().expect("prefix"))
        .via_link("::1".parse().expect("address"));
    let addresses = ["127.0.0.1", "::1"].map(|text| text.parse().expect("address"));
    let config = DhcpServerConfig::new(addresses.to_vec())
        .with_scope(scope)
        .with_scope_v6(scope_v6);
    DhcpServer::new(config).expect("a good set-up")
}

/// Serves on a free port of `host` from a thread of its own, for the rest of the test.
fn serve(host: &'static str) -> SocketAddr {
    let (tell, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let socket = tokio::net::UdpSocket::bind((host, 0))
                .await
                .expect("a port");
            tell.send(socket.local_addr().expect("bound"))
                .expect("heard");
            let service: Rc<RefCell<dyn Service>> = Rc::new(RefCell::new(server()));
            let start = Instant::now();
            let now = move || {
                let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                Moment::of(
                    "2026-03-02T08:00:00Z".parse().expect("start"),
                    SimTime(millis),
                )
            };
            serve_on(socket, service, now)
                .await
                .expect("the socket stays");
        });
    });
    hear.recv().expect("the server starts")
}

/// A port nobody has just now, for the tool to listen on.
fn free_port(host: &str) -> String {
    let socket = std::net::UdpSocket::bind((host, 0)).expect("a port");
    socket.local_addr().expect("bound").port().to_string()
}

/// Runs perfdhcp; `None` when it is not installed.
fn perfdhcp(host: &'static str, arguments: &[&str]) -> Option<String> {
    let server = serve(host);
    let output = Command::new("perfdhcp")
        .args(["-l", host, "-L", &free_port(host)])
        .args(["-N", &server.port().to_string()])
        .args(arguments)
        .arg(host)
        .output();
    match output {
        Ok(output) => Some(checked(&output)),
        Err(error) => {
            let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
            assert!(!required, "perfdhcp cannot run: {error}");
            println!("skipped: perfdhcp cannot run ({error}); package kea-admin has it");
            None
        }
    }
}

fn checked(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    // 0: every exchange completed; 3: some were never answered.
    assert_eq!(output.status.code(), Some(0), "{text}\n{errors}");
    text
}

/// The numbers after `label` in the report, one for each kind of exchange.
fn counts(report: &str, label: &str) -> Vec<u64> {
    report
        .lines()
        .filter_map(|line| line.trim().strip_prefix(label))
        .filter_map(|rest| rest.trim().split(' ').next()?.parse().ok())
        .collect()
}

fn assert_complete(report: &str, exchanges: usize, at_least: u64) {
    let received = counts(report, "received packets:");
    assert_eq!(received.len(), exchanges, "{report}");
    assert!(received.iter().all(|count| *count >= at_least), "{report}");
    assert!(
        counts(report, "drops:").iter().all(|count| *count == 0),
        "{report}"
    );
}

#[test]
fn perfdhcp_completes_dora_without_a_drop() {
    let arguments = ["-4", "-R", "500", "-r", "300", "-n", "300", "-W", "500000"];
    if let Some(report) = perfdhcp("127.0.0.1", &arguments) {
        assert_complete(&report, 2, 300);
    }
}

#[test]
fn perfdhcp_completes_solicit_to_reply_without_a_drop() {
    let arguments = ["-6", "-R", "500", "-r", "300", "-n", "300", "-W", "500000"];
    if let Some(report) = perfdhcp("::1", &arguments) {
        assert_complete(&report, 2, 300);
    }
}

#[test]
fn perfdhcp_completes_solicit_to_reply_through_a_relay() {
    let arguments = [
        "-6", "-A", "1", "-R", "500", "-r", "300", "-n", "300", "-W", "500000",
    ];
    if let Some(report) = perfdhcp("::1", &arguments) {
        assert_complete(&report, 2, 300);
    }
}

#[test]
fn perfdhcp_renews_and_releases_ipv6_leases() {
    let arguments = [
        "-6", "-R", "500", "-r", "200", "-n", "300", "-f", "100", "-F", "50", "-W", "500000",
    ];
    if let Some(report) = perfdhcp("::1", &arguments) {
        assert!(report.contains("RENEW-REPLY"), "{report}");
        assert_complete(&report, 4, 50);
    }
}
