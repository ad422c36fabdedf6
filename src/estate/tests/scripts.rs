//! The provisioning script, step by step.

use crate::wire::windows::directory::{GpoScript, ScriptTarget};

use super::super::registry::{DHCP_LOG_FILE_PATH, DNS_CUSTOM_SD};
use super::super::script::{OnFailure, ScriptStep};
use super::*;

fn script(target: ScriptTarget, grantee: &Sid) -> GpoScript {
    GpoScript {
        target,
        grantee: grantee.clone(),
        grantee_name: "CORP\\IPAMUG".to_owned(),
    }
}

fn ground() -> (Estate, Sid) {
    let mut estate = built(&corp());
    let ipamug = add_ipamug(&mut estate, at(0));
    (estate, ipamug)
}

fn members(estate: &Estate, host: &str, group: &str) -> Vec<Sid> {
    let group = estate.local_group_or_err(&fqdn(host), group).unwrap();
    group.members.iter().cloned().collect()
}

#[test]
fn the_dhcp_script_grants_group_share_and_service() {
    let (mut estate, ipamug) = ground();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    for group in ["Event Log Readers", "DHCP Administrators"] {
        assert!(members(&estate, "dhcp1.corp.example", group).contains(&ipamug));
    }
    let host = estate.host(&dhcp1).unwrap();
    let share = host.share("DHCPAUDIT").unwrap();
    assert_eq!(share.path, r"%windir%\system32\dhcp");
    assert!(share.readers.contains(&ipamug));
    let sddl = &host.service("DHCPServer").unwrap().sddl;
    assert!(sddl.starts_with(&format!("D:(A;;CCLCSWLOCRRC;;;{ipamug})(")));
    let log = estate.script_log(&dhcp1, ScriptTarget::Dhcp).unwrap();
    assert_eq!(
        log,
        [
            "net localgroup \"Event Log Readers\" /add \"CORP\\IPAMUG\"",
            "exit code 0",
            "net share dhcpaudit=\"%windir%\\system32\\dhcp\" /grant:\"CORP\\IPAMUG,read\"",
            "exit code 0",
            "net localgroup \"DHCP Administrators\" /add \"CORP\\IPAMUG\"",
            "exit code 0",
            &format!("sc sdset dhcpserver \"{sddl}\""),
            "exit code 0",
        ]
    );
}

#[test]
fn running_a_script_again_changes_nothing() {
    for (host, target) in [
        ("dhcp1.corp.example", ScriptTarget::Dhcp),
        ("ns9.corp.example", ScriptTarget::Dns),
        ("dc1.corp.example", ScriptTarget::Dns),
        ("nps1.corp.example", ScriptTarget::DcNps),
    ] {
        let (mut estate, ipamug) = ground();
        let script = script(target, &ipamug);
        let before = estate.clone();
        estate.run_script(&fqdn(host), &script);
        assert_ne!(estate, before, "{host}");
        estate.run_script(&fqdn(host), &script);
        let once = estate.clone();
        estate.run_script(&fqdn(host), &script);
        assert_eq!(estate, once, "{host}");
        let log = estate.script_log(&fqdn(host), target).unwrap();
        assert!(
            log.iter()
                .any(|line| line == "exit code 2: already a member")
        );
    }
}

#[test]
fn the_dns_script_goes_by_whether_the_server_is_a_controller() {
    let (mut estate, ipamug) = ground();
    for host in ["dc1.corp.example", "ns9.corp.example"] {
        estate.run_script(&fqdn(host), &script(ScriptTarget::Dns, &ipamug));
        let custom = estate
            .host(&fqdn(host))
            .unwrap()
            .registry
            .get(DNS_CUSTOM_SD)
            .unwrap();
        assert!(
            custom.contains(&format!("D:(A;;0x1;;;{ipamug})(D;;")),
            "inserted first"
        );
    }
    let dns_admins = estate.find_principal("CORP\\DnsAdmins", None).unwrap();
    assert!(dns_admins.members().unwrap().contains(&ipamug));
    let administrators = |host| members(&estate, host, "Administrators").contains(&ipamug);
    assert!(administrators("ns9.corp.example") && !administrators("dc1.corp.example"));
}

#[test]
fn an_empty_log_path_skips_the_share_step_alone() {
    let (mut estate, ipamug) = ground();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate
        .set_registry(&dhcp1, "DhcpLogFilePath", "", at(0))
        .unwrap();
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    assert!(estate.host(&dhcp1).unwrap().share("dhcpaudit").is_none());
    assert!(members(&estate, "dhcp1.corp.example", "DHCP Administrators").contains(&ipamug));
    let log = estate.script_log(&dhcp1, ScriptTarget::Dhcp).unwrap();
    assert!(log.contains(&"share step skipped".to_owned()));
}

#[test]
fn a_share_elsewhere_is_accepted_silently() {
    let (mut estate, ipamug) = ground();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate
        .add_share(&dhcp1, "dhcpaudit", r"D:\old", at(0))
        .unwrap();
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    let share = estate.host(&dhcp1).unwrap().share("dhcpaudit").unwrap();
    assert_eq!(share.path, r"D:\old");
    assert!(share.readers.contains(&ipamug));
}

#[test]
fn a_longer_sid_in_the_list_hides_a_shorter_one() {
    let mut spec = corp();
    let universal = crate::wire::windows::directory::GroupScope::Universal;
    for (name, rid) in [("Short", 7110), ("Long", 71106)] {
        let mut group = GroupSpec::new(name, universal);
        group.rid = Some(rid);
        spec.domains[0].groups.push(group);
    }
    let mut estate = built(&spec);
    let sid = |name: &str| estate.find_principal(name, None).unwrap().sid.clone();
    let (short, long) = (sid("CORP\\Short"), sid("CORP\\Long"));
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate
        .grant_service_access(&dhcp1, "DHCPServer", &long, at(0))
        .unwrap();
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &short));
    let sddl = &estate
        .host(&dhcp1)
        .unwrap()
        .service("DHCPServer")
        .unwrap()
        .sddl;
    assert!(!sddl.contains(&format!(";{short})")));
    let log = estate.script_log(&dhcp1, ScriptTarget::Dhcp).unwrap();
    assert_eq!(log.last().unwrap(), "the SID is present");
}

#[test]
fn a_failing_role_step_stops_the_rest_or_not_by_mode() {
    for (mode, rest) in [(OnFailure::Stop, false), (OnFailure::Continue, true)] {
        let (mut estate, ipamug) = ground();
        estate.set_script_failure_mode(mode);
        let ns9 = fqdn("ns9.corp.example");
        // Without the value there is nothing to insert the entry into.
        estate.delete_registry(&ns9, "CustomSD", at(0)).unwrap();
        estate.run_script(&ns9, &script(ScriptTarget::Dns, &ipamug));
        let administrators = members(&estate, "ns9.corp.example", "Administrators");
        assert_eq!(administrators.contains(&ipamug), rest);
    }
}

#[test]
fn the_first_step_may_fail_without_stopping_the_others() {
    let (mut estate, ipamug) = ground();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate.set_script_step_failing(&dhcp1, ScriptStep::EventLogReaders, true);
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    assert!(!members(&estate, "dhcp1.corp.example", "Event Log Readers").contains(&ipamug));
    assert!(members(&estate, "dhcp1.corp.example", "DHCP Administrators").contains(&ipamug));
    estate.set_script_step_failing(&dhcp1, ScriptStep::EventLogReaders, false);
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    assert!(members(&estate, "dhcp1.corp.example", "Event Log Readers").contains(&ipamug));
}

#[test]
fn every_step_belongs_to_a_script() {
    use super::super::script::role_steps;
    let targets = [ScriptTarget::Dhcp, ScriptTarget::Dns, ScriptTarget::DcNps];
    for step in ScriptStep::ALL {
        let first = step == ScriptStep::EventLogReaders;
        let listed = targets.iter().any(|t| role_steps(*t).contains(&step));
        assert!(first != listed, "{step:?}");
    }
}

#[test]
fn moving_the_log_leaves_the_share_behind() {
    let (mut estate, ipamug) = ground();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate.run_script(&dhcp1, &script(ScriptTarget::Dhcp, &ipamug));
    estate
        .set_dhcp_log_path(&dhcp1, r"D:\dhcplog", at(1))
        .unwrap();
    let host = estate.host(&dhcp1).unwrap();
    assert_eq!(host.registry.get(DHCP_LOG_FILE_PATH), Some(r"D:\dhcplog"));
    assert_eq!(
        host.share("dhcpaudit").unwrap().path,
        r"%windir%\system32\dhcp"
    );
    assert!(host.ntfs_readers(r"d:\DHCPLOG\").is_some());
    assert!(host.ntfs_readers(r"C:\Windows\system32\dhcp").is_none());
}
