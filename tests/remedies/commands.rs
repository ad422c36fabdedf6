//! The commands as domain 4.4 writes them, and each typed: it changes its setting and no other.

use std::collections::BTreeSet;

use ipamlab::estate::{Kind, Need, SETTINGS, Setting};
use ipamlab::lab::{self, Lab};

use super::shell::type_all;
use super::world::{
    SERVERS, applicable, fqdn, group, prepared, take_shipped_grants, without_row_7,
};

const RULE: &str = "netsh advfirewall firewall set rule name=\"…\" new enable=yes";
const NO_RULE: &str = "netsh advfirewall firewall set rule name=\"…\" new enable=no";
const KEY: &str = "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\DNS Server\" \
                   /v CustomSD /t REG_SZ /d \"…\" /f";

/// How a setting is made and undone; `…` stands for what depends on the estate.
fn written(id: &str) -> [&'static str; 2] {
    match id {
        "dhcp-users" => [
            "net localgroup \"DHCP Users\" /add \"CORP\\IPAMUG\"",
            "net localgroup \"DHCP Users\" /delete \"CORP\\IPAMUG\"",
        ],
        "dhcp-administrators" => [
            "net localgroup \"DHCP Administrators\" /add \"CORP\\IPAMUG\"",
            "net localgroup \"DHCP Administrators\" /delete \"CORP\\IPAMUG\"",
        ],
        "dns-administrators" => [
            "net localgroup \"Administrators\" /add \"CORP\\IPAMUG\"",
            "net localgroup \"Administrators\" /delete \"CORP\\IPAMUG\"",
        ],
        "dns-admins" => [
            "net localgroup \"DnsAdmins\" /add \"CORP\\IPAMUG\"",
            "net localgroup \"DnsAdmins\" /delete \"CORP\\IPAMUG\"",
        ],
        "event-log-readers" => [
            "net localgroup \"Event Log Readers\" /add \"CORP\\IPAMUG\"",
            "net localgroup \"Event Log Readers\" /delete \"CORP\\IPAMUG\"",
        ],
        "dhcpaudit-share" => [
            "net share dhcpaudit=\"%windir%\\system32\\dhcp\" /grant:\"CORP\\IPAMUG,read\"",
            "net share dhcpaudit /delete",
        ],
        "dhcpaudit-share-permission" => [
            "Grant-SmbShareAccess -Name dhcpaudit -AccountName \"CORP\\IPAMUG\" \
             -AccessRight Read -Force",
            "Revoke-SmbShareAccess -Name dhcpaudit -AccountName \"CORP\\IPAMUG\" -Force",
        ],
        "dhcpaudit-folder-permission" => [
            "icacls \"%windir%\\system32\\dhcp\" /grant \"CORP\\IPAMUG:(OI)(CI)R\"",
            "icacls \"%windir%\\system32\\dhcp\" /remove:g \"CORP\\IPAMUG\"",
        ],
        "dns-acl" => [
            "dsacls \"CN=MicrosoftDNS,CN=System,DC=corp,DC=example\" /I:T /G \
             \"CORP\\IPAMUG:RPGE\"",
            "dsacls \"CN=MicrosoftDNS,CN=System,DC=corp,DC=example\" /R \"CORP\\IPAMUG\"",
        ],
        "dns-event-log-acl" => [KEY, KEY],
        "dhcp-service-acl" => ["sc sdset dhcpserver \"D:…\"", "sc sdset dhcpserver \"D:…\""],
        "dns-service-acl" => ["sc sdset dns \"D:…\"", "sc sdset dns \"D:…\""],
        rule => {
            let setting = ipamlab::estate::setting::find(rule).unwrap();
            assert!(matches!(setting.kind, Kind::FirewallRule(_)), "{rule}");
            [RULE, NO_RULE]
        }
    }
}

fn is_written(command: &str, pattern: &str) -> bool {
    match pattern.split_once('…') {
        Some((begins, ends)) => command.starts_with(begins) && command.ends_with(ends),
        None => command == pattern,
    }
}

#[test]
fn every_command_is_as_written_and_typed_it_changes_its_setting_and_no_other() {
    let mut tried = BTreeSet::new();
    for (server, _) in SERVERS {
        let settings = lab::run(prepared(), async |lab| applicable(lab, server));
        for setting in settings.unwrap() {
            let typed = lab::run(prepared(), async |lab| {
                take_shipped_grants(lab);
                without_row_7(lab, server, setting);
                hold(lab, server, setting);
            });
            typed.unwrap();
            tried.insert(setting.id);
        }
    }
    let all: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.id).collect();
    assert_eq!(tried, all);
}

/// Types what undoes the setting and what makes it; an alternative is made first.
fn hold(lab: &Lab, server: &str, setting: &Setting) {
    let (name, trustee) = (fqdn(server), group(lab));
    let made = || {
        let settings = applicable(lab, server);
        let estate = lab.estate();
        let host = estate.host(&name).unwrap();
        let made = settings.into_iter();
        made.filter(|s| s.is_present(&estate, host, &trustee))
            .map(|s| s.id)
            .collect::<BTreeSet<_>>()
    };
    let before = made();
    let [make, undo] = written(setting.id);
    let undo_first = setting.need == Need::Required;
    for undoes in [undo_first, !undo_first] {
        let text = {
            let estate = lab.estate();
            let host = estate.host(&name).unwrap();
            match undoes {
                true => setting.undo_command(&estate, host, &trustee),
                false => setting.command(&estate, host, &trustee),
            }
        };
        let pattern = if undoes { undo } else { make };
        assert!(is_written(&text, pattern), "{text}\nis not\n{pattern}");
        if let Kind::FirewallRule(rule) = setting.kind {
            assert!(text.contains(&format!("\"{rule}\"")), "{text}");
        }
        type_all(lab, &name, &[text]);
        if undoes == undo_first {
            let now = made();
            let changed: BTreeSet<_> = before.symmetric_difference(&now).collect();
            // A permission goes with its share.
            let along = usize::from(setting.kind == Kind::AuditShare);
            assert_eq!(changed.len(), 1 + along, "{}: {changed:?}", setting.id);
            assert!(changed.contains(&setting.id), "{changed:?}");
        }
    }
    assert_eq!(made(), before, "{} is made again", setting.id);
}
