//! Every conflict of the sources that touches provisioning or the address space is decided in the
//! README and shown by a scenario.

use std::collections::BTreeMap;
use std::path::Path;

use super::{covered, told};

/// Conflicts of the sources (domain 12) that touch provisioning or the address space. Each is a
/// switch or a decision of the README, and a scenario shows it.
const CONFLICTS: &[u32] = &[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
    28, 29,
];

/// Conflicts without a scenario, and what the product lacks for one.
const CONFLICTS_NOT_YET: &[(u32, &str)] = &[];

#[test]
fn every_conflict_that_touches_provisioning_is_decided_and_shown() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("the README is beside the manifest");
    let scenarios = told();
    let covered = covered(&scenarios);
    let reasons: BTreeMap<u32, &str> = CONFLICTS_NOT_YET.iter().copied().collect();
    let mut problems = Vec::new();
    for conflict in CONFLICTS {
        let id = format!("domain:12.{conflict}");
        match (covered.contains(id.as_str()), reasons.get(conflict)) {
            (false, None) => problems.push(format!("{id}: no scenario shows it")),
            (true, Some(why)) => problems.push(format!("{id} is shown, not `{why}`")),
            (true, None) if !readme.contains(&format!("\n| 12.{conflict} |")) => {
                problems.push(format!("{id}: the README's table of decisions lacks it"));
            }
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
