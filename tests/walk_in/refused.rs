//! Machines that refuse namespaces, all or some.
//!
//! The refusal is the kernel's own: inside a user namespace of the test the limits of namespaces
//! are lowered, which nobody outside sees.

use std::process::Output;

use crate::walker::{PROGRAM, SCENARIO, Walker, sh, text};

/// Runs a lab in a user namespace after the given lines of shell.
fn lab_after(lines: &str, with: &str) -> Output {
    let lab = format!("{with} '{PROGRAM}' lab '{SCENARIO}' -- echo inside");
    sh(&format!(
        "unshare --user --map-root-user sh -c \"{lines} {lab}\""
    ))
}

/// One line that names the cause and the way out, and nothing of the command.
fn refuses(output: &Output, cause: &str) {
    let told = text(output);
    assert_eq!(output.status.code(), Some(125), "{told}");
    assert_eq!(told.lines().count(), 1, "one line:\n{told}");
    assert!(
        told.starts_with("error: ") && told.contains(cause),
        "{told}"
    );
    let instead = format!("`ipamlab serve {SCENARIO}` keeps its servers up on loopback sockets");
    assert!(told.contains(&instead), "{told}");
}

#[test]
fn a_machine_without_network_namespaces_says_so_and_points_to_serve() {
    if Walker::all().is_empty() {
        return;
    }
    let none = "echo 0 > /proc/sys/user/max_net_namespaces;";
    refuses(
        &lab_after(none, ""),
        "this machine refuses network namespaces (ENOSPC",
    );
}

#[test]
fn an_ordinary_user_without_user_namespaces_is_told_the_same() {
    if Walker::all().is_empty() {
        return;
    }
    let none = "echo 0 > /proc/sys/user/max_user_namespaces;";
    let powerless = "setpriv --bounding-set=-all --inh-caps=-all";
    let output = lab_after(none, powerless);
    refuses(&output, "this machine refuses network namespaces (ENOSPC");
}

#[test]
fn a_lab_that_is_refused_half_way_is_taken_down_again() {
    if Walker::all().is_empty() {
        return;
    }
    // The first namespace is the estate's, the second would be the walker's.
    let one = "echo 1 > /proc/sys/user/max_net_namespaces;";
    refuses(
        &lab_after(one, ""),
        "this machine refuses network namespaces (ENOSPC",
    );
    // Twice, so that the first has given back what it had.
    refuses(&lab_after(one, "true;"), "refuses network namespaces");
}

#[test]
fn what_the_kernel_refuses_of_the_cable_is_named_and_nothing_of_it_is_left() {
    let Some(walker) = Walker::all().pop() else {
        return;
    };
    let folder = std::env::temp_dir().join(format!("ipamlab-no-veth-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let tool = folder.join("ip");
    // As iproute2 complains on a kernel without virtual interfaces.
    let complaint = "#!/bin/sh\ncat >/dev/null\necho 'Error: Unknown device type.' >&2\n\
                     echo 'Command failed -:2' >&2\nexit 1\n";
    std::fs::write(&tool, complaint).unwrap();
    assert!(
        sh(&format!(
            "chmod 755 '{}' '{}'",
            folder.display(),
            tool.display()
        ))
        .status
        .success()
    );
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = walker
        .command(&[], "echo inside")
        .env("PATH", path)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    refuses(
        &output,
        "the lab could not be finished, nothing of it is left: \
         `ip link add name estate0 type veth peer name lab0 netns 1`: Error: Unknown device type.",
    );
}
