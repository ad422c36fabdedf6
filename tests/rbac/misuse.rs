//! What a person is told who misuses a step about access control.

use ipamlab::lab;
use ipamlab::report::console;
use ipamlab::scenario::load_text;
use ipamlab::step::{Play, play};

const WORLD: &str = "scenario: Misuse of a step about access control
covers: [domain:9.9]
estate:
  domains:
    corp.example:
      users: { x: {} }
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
";

/// What is wrong with the one step, and what the user must be told.
const MISUSES: &[(&str, &str)] = &[
    (
        "add-access-role: { name: X, operations: [fly] }",
        "`fly` is no operation",
    ),
    (
        "edit-access-role: { name: X, operations: [] }",
        "is not provisioned",
    ),
    ("remove-access-role: { name: X }", "is not provisioned"),
    ("add-access-scope: { label: A/B }", "is not provisioned"),
    (
        "add-access-scope: { parent: \\Europe, label: A }",
        "a path begins with `\\Global`",
    ),
    (
        "edit-access-scope: { path: \\Global, description: all }",
        "is not provisioned",
    ),
    (
        "remove-access-scope: { path: Europe }",
        "a path begins with `\\Global`",
    ),
    (
        "add-access-policy: { account: CORP\\x, gives: [{ role: R, scope: X }] }",
        "a path begins with `\\Global`",
    ),
    (
        "edit-access-policy: { account: CORP\\x, gives: [] }",
        "is not provisioned",
    ),
    (
        "remove-access-policy: { account: CORP\\x }",
        "is not provisioned",
    ),
    (
        "show-access-control: { of: { IpamDhcpServer: dhcp7 } }",
        "unknown host `dhcp7`",
    ),
    (
        "Set-IpamAccessScope: { IpamDnsServer: dc1 }",
        "give either AccessScopePath or IsInheritedAccessScope",
    ),
    (
        "Set-IpamAccessScope: { IsInheritedAccessScope: true }",
        "name exactly one object",
    ),
];

/// What is wrong with a scenario of the step: its diagnostics, or else the findings of its run.
fn wrong_with(step: &str) -> String {
    let mut loaded = load_text(format!("{WORLD}  - {step}\n"));
    loaded.build_estate();
    let Some(scenario) = loaded.scenario else {
        let told = loaded.diagnostics.iter().map(|found| found.message.clone());
        return told.collect::<Vec<String>>().join("\n");
    };
    let script = Play {
        steps: &scenario.steps,
        administrator: None,
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let record = lab::run(scenario.lab, async |lab| play(lab, script).await);
    let record = record.expect("the estate can be built");
    console::findings(console::Style::Plain, &record, &[]).join("\n")
}

#[test]
fn a_step_that_cannot_be_carried_out_says_why() {
    for (step, wanted) in MISUSES {
        let wrong = wrong_with(step);
        assert!(wrong.contains(wanted), "{step}: {wrong}");
    }
}
