//! No operation forgets the gate: the source is read for the operations there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::operations::OPERATIONS;

/// Operations with a caller that the matrix cannot call, and why.
const NOT_IN_THE_MATRIX: &[(&str, &str)] = &[
    (
        "invoke_ipam_server_provisioning",
        "comes before there is anything to be a member of; see scenarios/provisioning",
    ),
    (
        "set_ipam_configuration",
        "local administrators only, checked in tests/engine",
    ),
    (
        "invoke_ipam_gpo_provisioning",
        "the directory decides: it acts on domains, not on the IPAM server (domain 4.6)",
    ),
];

/// Of these, the one that asks no gate of IPAM's.
const WITHOUT_GATE: &[&str] = &["invoke_ipam_gpo_provisioning"];

struct Function {
    public: bool,
    has_caller: bool,
    body: String,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The methods of `impl Ipam`, wherever they are, by name.
fn methods() -> BTreeMap<String, Function> {
    let mut files = Vec::new();
    rust_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ipam"),
        &mut files,
    );
    let mut found = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for block in text.split("\nimpl Ipam {\n").skip(1) {
            let block = block.split("\n}\n").next().unwrap();
            // rustfmt ends a method with its brace in the fourth column.
            for method in block.split("\n    }\n") {
                let Some(at) = method.find("async fn ") else {
                    continue;
                };
                let head = &method[at + "async fn ".len()..];
                let name = head.split(['(', '<']).next().unwrap();
                let signature = head.split('{').next().unwrap();
                let before = &method[..at];
                let function = Function {
                    public: before.ends_with("pub "),
                    has_caller: signature.contains("caller: &Caller"),
                    body: head.to_owned(),
                };
                found.insert(name.to_owned(), function);
            }
        }
    }
    found
}

/// The methods that ask the gate, themselves or through another method.
fn gated(methods: &BTreeMap<String, Function>) -> BTreeSet<&str> {
    let mut gated: BTreeSet<&str> = ["authorize", "require"].into();
    loop {
        let more: Vec<&str> = methods
            .iter()
            .filter(|(name, _)| !gated.contains(name.as_str()))
            .filter(|(_, method)| {
                let asks = |name: &str| method.body.contains(&format!("self.{name}("));
                gated.iter().copied().any(asks)
            })
            .map(|(name, _)| name.as_str())
            .collect();
        if more.is_empty() {
            return gated;
        }
        gated.extend(more);
    }
}

fn operations(methods: &BTreeMap<String, Function>) -> BTreeSet<&str> {
    let public = methods
        .iter()
        .filter(|(_, method)| method.public && method.has_caller);
    public.map(|(name, _)| name.as_str()).collect()
}

#[test]
fn every_operation_is_listed_with_what_it_needs() {
    let methods = methods();
    let there = operations(&methods);
    let called = OPERATIONS.iter().map(|operation| operation.name);
    let excused = NOT_IN_THE_MATRIX.iter().map(|(name, _)| *name);
    let listed: BTreeSet<&str> = called.chain(excused).collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&there).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "list in tests/rbac/operations.rs what each needs: {missing:?}; no longer there: {stale:?}"
    );
    assert_eq!(listed.len(), OPERATIONS.len() + NOT_IN_THE_MATRIX.len());
}

#[test]
fn every_operation_asks_the_gate() {
    let methods = methods();
    let gated = gated(&methods);
    let there = operations(&methods);
    let open: Vec<&str> = there.difference(&gated).copied().collect();
    assert_eq!(open, WITHOUT_GATE);
}

#[test]
fn a_public_method_without_a_caller_acts_for_the_server_itself() {
    let methods = methods();
    let nobody: Vec<&str> = methods
        .iter()
        .filter(|(_, method)| method.public && !method.has_caller)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(nobody, ["run_due_tasks"]);
}
