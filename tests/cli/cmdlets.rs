//! The common parameters of cmdlets and the job cmdlets, misused; two IPAM servers in one run.

use super::{Place, code, err, out};

const TWO_SERVERS: &str = "\
scenario: Two servers
seed: 5
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1: { address: 10.0.0.5, roles: [dhcp], prepared: true }
        dhcp2: { address: 10.0.0.6, roles: [dhcp], prepared: true }
        pc1: { address: 10.0.0.20 }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
        ipam2: { address: 10.0.0.10, roles: [ipam] }
steps:
";

fn scenario(steps: &str) -> String {
    format!("{TWO_SERVERS}{steps}")
}

#[test]
fn common_parameters_that_mean_nothing_are_told_with_their_place() {
    let place = Place::new("cmdlet-misuse");
    let add = |more: &str| format!("  - Add-IpamBlock: {{ NetworkId: 10.0.0.0/16, {more} }}\n");
    let get = |more: &str| format!("  - Get-IpamBlock: {{ {more} }}\n");
    for (name, step, words) in [
        ("case", add("Whatif: true"), "did you mean `WhatIf`?"),
        (
            "what-if",
            add("WhatIf: perhaps"),
            "expected `true` or `false`",
        ),
        ("reads", get("WhatIf: true"), "unknown key `WhatIf`"),
        (
            "confirm",
            add("Confirm: true"),
            "`Confirm` asks, and nobody answers",
        ),
        (
            "answer",
            add("answer: yes"),
            "`answer` has no prompt to answer",
        ),
        (
            "force",
            add("Confirm: true, Force: true, answer: yes"),
            "`answer` has no prompt to answer",
        ),
        (
            "word",
            add("Confirm: true, answer: maybe"),
            "unknown word `maybe`",
        ),
        ("pass", get("PassThru: true"), "unknown key `PassThru`"),
        ("job", add("AsJob: soon"), "expected `true` or `false`"),
        ("limit", add("ThrottleLimit: -1"), "expected a whole number"),
        ("session", add("CimSession: ipma1"), "did you mean `ipam1`?"),
        ("role", add("CimSession: dhcp1"), "has not the role `ipam`"),
        ("from", add("from: nowhere"), "unknown host `nowhere`"),
        (
            "port",
            "  - connect-ipam-server: { server: ipam1, port: 50000 }\n".to_owned(),
            "a console on the server needs no `port`",
        ),
        (
            "alone",
            "  - at-the-same-time: [{ steps: [retrieve-all-server-data] }]\n".to_owned(),
            "one console alone works with nobody at the same time",
        ),
        (
            "nested",
            "  - at-the-same-time: [{ steps: [] }, { server: ipma1, steps: [] }]\n".to_owned(),
            "did you mean `ipam1`?",
        ),
        (
            "wait",
            "  - Wait-Job\n".to_owned(),
            "`Wait-Job` needs arguments",
        ),
        (
            "kept",
            "  - Get-Job: { Id: 1 }\n".to_owned(),
            "unknown key `Id`",
        ),
    ] {
        place.write(&format!("first/{name}.yaml"), scenario(&step));
        let check = place.run(&["check", &format!("scenarios/first/{name}.yaml")]);
        assert_eq!(code(&check), 2, "{name}: {}", err(&check));
        assert!(err(&check).contains(words), "{name}: {}", err(&check));
        assert!(
            err(&check).contains(&format!("first/{name}.yaml:14:")),
            "{name}: the step is on line 14: {}",
            err(&check)
        );
    }
}

#[test]
fn a_job_nobody_receives_and_a_job_there_is_not_are_findings() {
    let place = Place::new("cmdlet-jobs");
    let steps = "  - Invoke-IpamServerProvisioning: { ProvisioningMethod: Manual }
  - Add-IpamBlock: { NetworkId: 10.0.0.0/16, AsJob: true }
  - Receive-Job: { Id: 3 }
";
    place.write("first/one.yaml", scenario(steps));
    let run = place.run(&["run"]);
    assert_eq!(code(&run), 1);
    for words in [
        "there is no job 3",
        "job 1 (Add-IpamBlock) was never received",
    ] {
        assert!(out(&run).contains(words), "{}", out(&run));
    }
}

#[test]
fn a_throttle_limit_of_one_does_one_server_after_the_other() {
    let place = Place::new("cmdlet-throttle");
    let millis = |limit: &str| -> u64 {
        let steps =
            format!("  - Invoke-IpamServerProvisioning: {{ CimSession: [ipam1, ipam2]{limit} }}\n");
        place.write("first/one.yaml", scenario(&steps));
        let run = place.run(&["run", "--format", "json"]);
        let line: serde_json::Value = serde_json::from_str(out(&run).trim()).unwrap();
        line["run"]["steps"][0]["ended"].as_u64().unwrap()
    };
    let (absent, zero) = (millis(""), millis(", ThrottleLimit: 0"));
    let (one, two) = (millis(", ThrottleLimit: 1"), millis(", ThrottleLimit: 2"));
    assert!(absent > 0);
    assert_eq!(
        (zero, two),
        (absent, absent),
        "zero means the default of 32"
    );
    assert_eq!(one, 2 * absent);
}

#[test]
fn two_servers_and_their_jobs_give_equal_bytes_however_many_scenarios_run_at_once() {
    let place = Place::new("cmdlet-equal");
    let steps = "  - Invoke-IpamServerProvisioning: { CimSession: [ipam1, ipam2] }
  - Add-IpamServerInventory:
      Name: dhcp1.corp.example
      ServerType: [DHCP]
      ManageabilityStatus: Managed
      AsJob: true
  - Add-IpamServerInventory:
      Name: dhcp2.corp.example
      ServerType: [DHCP]
      ManageabilityStatus: Managed
      CimSession: ipam2
      AsJob: true
  - Add-IpamDiscoveryDomain: { Name: corp.example, CimSession: [ipam1, ipam2] }
  - advance: 1d
  - Receive-Job: { Id: 2, Wait: true }
  - Receive-Job: { Id: 1, Wait: true }
";
    for number in 0..8 {
        place.write(&format!("first/n{number}.yaml"), scenario(steps));
    }
    let one = place.run(&["run", "-j", "1", "--format", "json"]);
    let many = place.run(&["run", "-j", "8", "--format", "json"]);
    assert_eq!(out(&one), out(&many));
    let runs: Vec<String> = out(&one)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["run"].to_string())
        .collect();
    assert_eq!(runs.len(), 8);
    assert!(runs.iter().all(|run| *run == runs[0]));
    for server in ["ipam1", "ipam2"] {
        assert!(runs[0].contains(&format!("scheduled tasks ran on {server}.corp.example")));
    }
}

#[test]
fn a_silent_management_port_names_all_it_may_come_from_and_a_silent_winrm_only_its_rule() {
    let place = Place::new("cmdlet-silent-port");
    let refusal = |before: &str| -> String {
        let steps = format!(
            "{before}  - connect-ipam-server: {{ server: ipam1, from: pc1 }}
    fails: IpamClientConnectionFailed\n"
        );
        place.write("first/silent.yaml", scenario(&steps));
        out(&place.run(&["run", "--format", "json"]))
    };
    let never_provisioned = refusal("");
    for remedy in [
        "does not answer `pc1.corp.example` on port 48885",
        "enable the firewall rule for the port",
        "connect to the port that Get-IpamConfiguration shows on the server",
        "run Invoke-IpamServerProvisioning if it never ran there",
    ] {
        assert!(never_provisioned.contains(remedy), "{never_provisioned}");
    }
    let rule = "Windows Remote Management (HTTP-In)";
    let walled = refusal(&format!(
        "  - disable-firewall-rule: {{ host: ipam1, rules: [\"{rule}\"] }}\n"
    ));
    let words = format!("on port 5985; enable the firewall rule `{rule}`, or check the network");
    assert!(walled.contains(&words), "{walled}");
}
