//! The words of `lab`.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::cli::args::switch;
use clap::Args as ClapArgs;
use ipnet::IpNet;

pub const EXAMPLES: &str = "Examples:
  ipamlab lab mine.yaml                              a shell; its end is the lab's end
  ipamlab lab mine.yaml -- ping -c 1 dc1             one command, by a name of the estate
  ipamlab lab mine.yaml -- nmap -sn 10.0.0.0/24      who answers there
  ipamlab lab mine.yaml --address 10.0.3.77/24       at a place of your choice
Root is not needed: whoever calls is root inside, where the kernel allows that. It ends with the
code of the command, or with 125 where the machine refuses, 126 or 127 where the command cannot
start.";

#[derive(Debug, ClapArgs)]
pub struct LabArgs {
    /// The scenario file
    pub scenario: PathBuf,
    /// What to run there [default: the shell that SHELL names, else /bin/sh]
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
    /// Own address with the prefix of its link, one a family [default: in the first active scope]
    #[arg(
        long,
        value_name = "ADDRESS/BITS",
        env = "IPAMLAB_ADDRESS",
        value_delimiter = ','
    )]
    pub address: Vec<IpNet>,
    /// Play the scenario's steps first; time passes for real in them
    #[arg(long, env = "IPAMLAB_STEPS", value_parser = switch)]
    pub steps: bool,
    /// Do not tell who is there before the command starts
    #[arg(short, long, env = "IPAMLAB_QUIET", value_parser = switch)]
    pub quiet: bool,
}

impl LabArgs {
    /// What makes the prompt of a shell that nobody named say where it is: `[lab walk-in] # `. In
    /// bash the person's own prompt comes behind it; other shells that have one keep it.
    #[cfg(target_os = "linux")]
    pub(super) fn prompt(&self) -> Vec<(&'static str, OsString)> {
        if !self.command.is_empty() {
            return Vec::new();
        }
        let name = self.scenario.file_stem().unwrap_or_default();
        let is_plain = |one: &char| one.is_alphanumeric() || "-_.".contains(*one);
        // Whatever else a file may be called would mean something to the shell.
        let name: String = name.to_string_lossy().chars().filter(is_plain).collect();
        let mark = format!("[lab {name}] ");
        let mut wanted = format!("PS1=\"{mark}${{PS1#\"{mark}\"}}\"");
        if let Some(own) = std::env::var_os("PROMPT_COMMAND").filter(|own| !own.is_empty()) {
            wanted = format!("{}; {wanted}", own.to_string_lossy());
        }
        vec![
            ("PROMPT_COMMAND", wanted.into()),
            ("PS1", format!("{mark}# ").into()),
        ]
    }

    /// The command with its arguments.
    #[cfg(target_os = "linux")]
    pub(super) fn command(&self) -> Vec<OsString> {
        if !self.command.is_empty() {
            return self.command.clone();
        }
        let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty());
        vec![shell.unwrap_or_else(|| "/bin/sh".into())]
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn args(command: &[&str]) -> LabArgs {
        LabArgs {
            scenario: "scenarios/lab/walk-in$(x).yaml".into(),
            command: command.iter().map(OsString::from).collect(),
            address: Vec::new(),
            steps: false,
            quiet: false,
        }
    }

    #[test]
    fn the_prompt_of_a_shell_says_that_it_is_in_a_lab_and_keeps_the_persons_own() {
        assert_eq!(args(&["true"]).prompt(), []);
        let prompt = args(&[]).prompt();
        assert!(prompt.contains(&("PS1", "[lab walk-inx] # ".into())));
        // As bash does it before every prompt, after the person's files have set theirs.
        let script = r#"PS1='own> '; eval "$PROMPT_COMMAND"; eval "$PROMPT_COMMAND"; echo "$PS1""#;
        let mut bash = std::process::Command::new("bash");
        let bash = bash
            .args(["-c", script])
            .env_remove("PROMPT_COMMAND")
            .envs(prompt);
        let shown = bash.output().expect("bash is everywhere that a lab is");
        assert_eq!(
            String::from_utf8_lossy(&shown.stdout),
            "[lab walk-inx] own> \n"
        );
    }
}
