//! Where the engine is held against the estate, and what the end of a run reports.

use ipamlab::ipam::access::AccessStatus;
use ipamlab::lab::observation::Observation;
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer};

use super::world::*;

fn fault(name: &str, kind: FaultKind) -> FaultSpec {
    FaultSpec {
        name: name.into(),
        scope: FaultScope::default(),
        limit: Limit::default(),
        optional: false,
        kind,
    }
}

/// Everything lost that this address sends or receives.
fn lost(name: &str, address: &str) -> FaultSpec {
    let chance = Chance::ALWAYS;
    let mut fault = fault(name, FaultKind::Loss { chance });
    fault.scope.host = Some(Peer::parse(address));
    fault
}

#[test]
fn a_service_that_stops_on_the_network_alone_is_a_disagreement() {
    in_lab(spec(), async |lab, admin| {
        let (_, seen) = check(lab, &admin).await;
        assert_eq!(seen, []);
        assert!(lab.network().stop_service(DHCP, "dhcpserver"));
        let (report, seen) = check(lab, &admin).await;
        assert_eq!(report.overall, AccessStatus::Blocked);
        let [Observation::Finding { what, .. }] = seen.as_slice() else {
            panic!("{seen:?}");
        };
        let wanted = "dhcp1.corp.example: DHCP RPC: \
                      the engine says Blocked, the estate says Unblocked";
        assert_eq!(what, wanted);
    });
}

#[test]
fn a_setting_that_the_estate_alone_knows_of_is_a_disagreement_about_availability() {
    in_lab(spec(), async |lab, admin| {
        let (reports, _) = check(lab, &admin).await;
        lab.stop_service(&fqdn(DHCP), "DHCPServer").unwrap();
        // The report is older than what it is held against.
        let seen = lab.judge(&[reports], lab.network().packets_sent());
        let said = |word: &str| {
            let mut findings = seen.iter().filter(|seen| seen.is_finding());
            findings.any(|finding| format!("{finding:?}").contains(word))
        };
        assert!(
            said("the engine says Running, the estate says Stopped"),
            "{seen:?}"
        );
        assert!(said("missing: service-not-running: DHCPServer"), "{seen:?}");
    });
}

#[test]
fn a_server_whose_packets_a_fault_took_is_not_judged() {
    let mut spec = spec();
    spec.faults.push(lost("line", "10.0.0.5"));
    in_lab(spec, async |lab, admin| {
        let (report, seen) = check(lab, &admin).await;
        assert_eq!(report.overall, AccessStatus::Blocked);
        let line = "dhcp1.corp.example: not compared with the estate, a fault interfered";
        assert_eq!(seen, [Observation::line(line)]);
    });
}

#[test]
fn a_fault_elsewhere_does_not_keep_a_server_from_being_judged() {
    let mut spec = spec();
    spec.faults.push(lost("elsewhere", "10.0.0.200"));
    in_lab(spec, async |lab, admin| {
        assert!(lab.network().stop_service(DHCP, "dhcpserver"));
        let (_, seen) = check(lab, &admin).await;
        assert_eq!(seen.iter().filter(|seen| seen.is_finding()).count(), 1);
    });
}

#[test]
fn a_declared_stop_that_the_estate_does_not_know_of_is_not_judged() {
    let mut spec = spec();
    let (host, program) = (DHCP.into(), "dhcpserver".into());
    let kind = FaultKind::ServiceStopped { host, program };
    spec.faults.push(fault("stopped", kind));
    in_lab(spec, async |lab, admin| {
        let (_, seen) = check(lab, &admin).await;
        assert_eq!(seen.len(), 1);
        assert!(!seen[0].is_finding(), "{seen:?}");
    });
}

#[test]
fn a_fault_that_never_fired_fails_the_run_unless_it_is_optional() {
    let mut spec = spec();
    spec.faults.push(lost("idle", "10.0.0.200"));
    let mut optional = lost("optional", "10.0.0.201");
    optional.optional = true;
    spec.faults.push(optional);
    spec.faults.push(lost("busy", "10.0.0.5"));
    in_lab(spec, async |lab, admin| {
        check(lab, &admin).await;
        let interrupted = lab.finish(true);
        assert_eq!(interrupted.findings().count(), 0, "it never got so far");
        let record = lab.finish(false);
        let findings: Vec<_> = record.findings().collect();
        let [Observation::Finding { what, .. }] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!(what, "fault `idle` (loss) never fired");
        let lines: Vec<String> = record.end.iter().map(|seen| format!("{seen:?}")).collect();
        let says = |word: &str| lines.iter().any(|line| line.contains(word));
        assert!(says("fault optional (loss) did not fire"), "{lines:?}");
        assert!(says("fault busy (loss) fired"), "{lines:?}");
    });
}
