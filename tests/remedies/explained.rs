//! `ipamlab explain`: one omission is named alone, with both remedies.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ipamlab::estate::{Kind, Need, SETTINGS};
use ipamlab::lab;

use super::steps::{scenario, steps_of};
use super::world::{SERVERS, applicable, prepared};

/// The lines that `explain` prints.
fn explain(file: &Path, server: &str, after: Option<usize>) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ipamlab"));
    command.arg("explain").arg(file).args(["--server", server]);
    if let Some(after) = after {
        command.args(["--after", &after.to_string()]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn missing(lines: &[String]) -> Vec<&str> {
    let names = lines
        .iter()
        .filter_map(|line| line.strip_prefix("    missing "));
    names.collect()
}

/// Servers that are asked, with how IPAM is told of them.
const ASKED: [(&str, &str); 4] = [
    ("dc1", "DC, DNS"),
    ("dhcp1", "DHCP"),
    ("dns1", "DNS"),
    ("nps1", "NPS"),
];

#[test]
fn every_single_omission_is_explained_alone_with_its_command_and_its_policy() {
    let file = std::env::temp_dir().join(format!("ipamlab-explain-{}.yaml", std::process::id()));
    let mut named = BTreeSet::new();
    for (server, roles) in ASKED {
        assert!(SERVERS.iter().any(|(known, _)| *known == server));
        let settings = lab::run(prepared(), async |lab| applicable(lab, server));
        for setting in settings.unwrap() {
            if setting.need != Need::Required {
                continue;
            }
            let [_, undo] = steps_of(setting, server);
            let mut steps = vec![
                "Invoke-IpamServerProvisioning: {}".to_owned(),
                format!(
                    "Add-IpamServerInventory: {{ Name: {server}.corp.example, \
                     ServerType: [{roles}], ManageabilityStatus: Managed }}"
                ),
            ];
            if setting.kind == Kind::FolderPermission {
                // As shipped every user reads the folder.
                let users = "account: \"BUILTIN\\\\Users\"";
                steps.push(format!(
                    "revoke-folder-access: {{ host: {server}, {users} }}"
                ));
            }
            steps.push(undo);
            if setting.id == "dhcp-users" {
                steps.push(format!(
                    "restart-service: {{ host: {server}, service: DHCPServer }}"
                ));
            }
            steps.push("advance: 4m".to_owned());
            steps.push(format!("refresh-server-access-status: [{server}]"));
            fs::write(&file, scenario(&steps)).unwrap();
            let lines = explain(&file, server, None);
            let told = missing(&lines);
            if told.is_empty() {
                // Row 7 stands in for it; other servers prove it.
                assert_eq!(server, "dns1", "{}: {lines:#?}", setting.id);
                continue;
            }
            let wanted = format!("{} ({})", setting.describe(), setting.id);
            assert_eq!(told, [wanted.as_str()], "{server}");
            let at = lines.iter().position(|line| line.ends_with(&wanted));
            let (command, policy) = (&lines[at.unwrap() + 1], &lines[at.unwrap() + 2]);
            assert!(command.starts_with("      "), "{command}");
            assert!(policy.starts_with("    or by policy: "), "{policy}");
            named.insert(setting.id);
        }
    }
    let _ = fs::remove_file(&file);
    for setting in SETTINGS {
        let required = setting.need == Need::Required;
        assert!(!required || named.contains(setting.id), "{}", setting.id);
    }
}

fn shipped(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("scenarios/provisioning").join(name)
}

/// A shipped scenario, how far it is played, the server, a missing setting, and what Group Policy
/// lacks.
const BY_POLICY: [(&str, usize, &str, &str, &str); 9] = [
    (
        "unlinked-gpo.yaml",
        7,
        "nps1",
        "event-log-readers",
        "New-GPLink -Name \"LAB_DC_NPS\" -Target \"DC=corp,DC=example\": it is not linked",
    ),
    (
        "unlinked-gpo.yaml",
        13,
        "nps1",
        "event-log-rpc",
        "edit `LAB_DC_NPS`: it is empty or of an unknown version, so it is not applied",
    ),
    (
        "policy-not-refreshed.yaml",
        6,
        "nps1",
        "event-log-readers",
        "gpupdate /force: `LAB_DC_NPS` waits for the next policy refresh",
    ),
    (
        "script-step-fails.yaml",
        9,
        "dc1",
        "event-log-readers",
        "see ipamdnslog.txt: exit code 1: the command failed",
    ),
    (
        "filter-by-hand.yaml",
        7,
        "nps1",
        "event-log-rpc",
        "Set-GPPermission -Name \"LAB_DC_NPS\" -TargetName \"nps1$\" -TargetType Computer",
    ),
    (
        "blocked-inheritance.yaml",
        6,
        "nps1",
        "event-log-rpc",
        "-Enforced Yes: unit `servers` blocks inheritance",
    ),
    (
        "restricted-groups.yaml",
        8,
        "dhcp1",
        "dhcp-users",
        "take `DHCP Administrators` out of the restricted groups of `Baseline`",
    ),
    (
        "manual-flow.yaml",
        7,
        "dhcp1",
        "dhcp-users",
        "Invoke-IpamGpoProvisioning -Domain corp.example -GpoPrefixName <prefix>: no GPO holds it",
    ),
    (
        "manual-flow.yaml",
        7,
        "dc1",
        "dns-acl",
        "in no GPO: Invoke-IpamGpoProvisioning -Domain corp.example -GpoPrefixName <prefix> \
         writes it",
    ),
];

#[test]
fn what_group_policy_lacks_is_told_beside_the_command() {
    for (name, after, server, id, wanted) in BY_POLICY {
        let lines = explain(&shipped(name), server, Some(after));
        let ends = format!("({id})");
        let at = lines.iter().position(|line| line.ends_with(&ends));
        let at = at.unwrap_or_else(|| panic!("{name} does not miss {id}: {lines:#?}"));
        let policy = &lines[at + 2];
        assert!(
            policy.contains(wanted),
            "{name}: {policy}\nis not\n{wanted}"
        );
    }
}
