//! What a shell and `man` know of the command line, made from the definition clap reads it by.

use std::io;
use std::path::PathBuf;

use clap::{Args as ClapArgs, CommandFactory as _};
use clap_complete::Shell;

use super::args::Args;
use super::exit::Exit;
use super::out;

pub const COMPLETIONS_EXAMPLES: &str = "Examples:
  ipamlab completions bash > /etc/bash_completion.d/ipamlab
  ipamlab completions zsh > ~/.zfunc/_ipamlab
  ipamlab completions fish > ~/.config/fish/completions/ipamlab.fish";

pub const MAN_EXAMPLES: &str = "Examples:
  ipamlab man | man -l -
  ipamlab man --dir /usr/local/share/man/man1";

#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// Write one page a command into this folder instead
    #[arg(long, value_name = "DIR", env = "IPAMLAB_MAN_DIR")]
    pub dir: Option<PathBuf>,
}

pub fn completions(args: &CompletionsArgs) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "ipamlab", &mut text);
    out::print(text, Exit::AsExpected)
}

pub fn man(args: &ManArgs) -> Exit {
    let Some(folder) = &args.dir else {
        let mut text = Vec::new();
        return match clap_mangen::Man::new(Args::command()).render(&mut text) {
            Ok(()) => out::print(text, Exit::AsExpected),
            Err(error) => failed("the manual page cannot be made", &error),
        };
    };
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Args::command(), folder));
    match written {
        Ok(()) => Exit::AsExpected,
        Err(error) => failed(&format!("cannot write into `{}`", folder.display()), &error),
    }
}

fn failed(what: &str, error: &io::Error) -> Exit {
    tell!("error: {what}: {error}");
    Exit::Usage
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use crate::cli::args::Args;

    #[test]
    fn every_flag_is_also_an_environment_variable_of_ipamlab() {
        let mut without = Vec::new();
        let mut root = Args::command();
        root.build();
        for command in root.get_subcommands() {
            for flag in command.get_arguments() {
                let Some(long) = flag.get_long() else {
                    continue;
                };
                if ["help", "version"].contains(&long) {
                    continue;
                }
                let name = flag
                    .get_env()
                    .map(|name| name.to_string_lossy().into_owned());
                let fits = name.is_some_and(|name| name.starts_with("IPAMLAB_"));
                if !fits {
                    without.push(format!("{} --{long}", command.get_name()));
                }
            }
        }
        assert_eq!(without, Vec::<String>::new());
    }

    #[test]
    fn one_variable_means_the_same_flag_everywhere() {
        let mut meanings = std::collections::BTreeMap::new();
        let mut root = Args::command();
        root.build();
        for command in root.get_subcommands() {
            for flag in command.get_arguments() {
                let (Some(long), Some(name)) = (flag.get_long(), flag.get_env()) else {
                    continue;
                };
                let meaning = (long.to_owned(), flag.get_possible_values().len());
                let known = meanings.entry(name.to_owned()).or_insert(meaning.clone());
                assert_eq!(*known, meaning, "{} {name:?}", command.get_name());
            }
        }
    }
}
