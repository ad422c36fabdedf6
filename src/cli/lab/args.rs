//! The words of `lab`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::FalseyValueParser;
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
    #[arg(long, env = "IPAMLAB_STEPS", value_parser = FalseyValueParser::new())]
    pub steps: bool,
    /// Do not tell who is there before the command starts
    #[arg(short, long, env = "IPAMLAB_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,
}

impl LabArgs {
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
