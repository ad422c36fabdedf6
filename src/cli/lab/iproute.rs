//! `ip` of iproute2, which knows every kernel's way of making interfaces, routes and rules.

use std::ffi::OsString;
use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

/// Where administrators' tools are; an ordinary user's path often leaves these out.
const ADMINISTRATIVE: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// The path of this process with the folders of administrators' tools at its end.
pub fn wide_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    for folder in ADMINISTRATIVE {
        if !folders.iter().any(|known| known.as_os_str() == folder) {
            folders.push(folder.into());
        }
    }
    std::env::join_paths(folders).unwrap_or(path)
}

/// Runs `ip -batch` over the lines, of the family `-4` or `-6`.
///
/// # Errors
/// A sentence that names the line which the kernel refused, or the missing tool.
pub fn batch(family: &str, lines: &[String]) -> Result<(), String> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut ip = Command::new("ip")
        .args([family, "-batch", "-"])
        .env("PATH", wide_path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => "`ip` is not installed (package iproute2)".to_owned(),
            _ => format!("`ip` cannot be run: {error}"),
        })?;
    let mut text = lines.join("\n");
    text.push('\n');
    if let Some(mut stdin) = ip.stdin.take() {
        // An early end of `ip` shows in its exit code.
        let _ = stdin.write_all(text.as_bytes());
    }
    let output = ip.wait_with_output();
    let output = output.map_err(|error| format!("`ip` cannot be waited for: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(complaint(lines, &String::from_utf8_lossy(&output.stderr)))
}

/// What `ip` complained of first, with the line that it names by its number.
fn complaint(lines: &[String], told: &str) -> String {
    let failed = told.lines().find_map(|line| {
        let number = line.strip_prefix("Command failed -:")?;
        let number: usize = number.trim().parse().ok()?;
        lines.get(number.checked_sub(1)?)
    });
    let reason = told.lines().next().unwrap_or("no reason given");
    let reason = reason.trim_start_matches("RTNETLINK answers: ");
    match failed {
        Some(line) => format!("`ip {line}`: {reason}"),
        None => format!("`ip`: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_names_the_line_and_the_reason() {
        let lines = ["link set lo up", "rule add nonsense"].map(str::to_owned);
        let told = "RTNETLINK answers: Operation not permitted\nCommand failed -:2\n";
        let complaint = complaint(&lines, told);
        assert_eq!(complaint, "`ip rule add nonsense`: Operation not permitted");
        assert_eq!(super::complaint(&lines, ""), "`ip`: no reason given");
    }
}
