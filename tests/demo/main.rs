//! The player: what its screens show, what changes do, and what it leaves behind.

mod changes;
mod frames;
mod properties;
#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod scripts;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ipamlab::demo::script::{self, Stopped};
use ipamlab::demo::view::Theme;
use ipamlab::demo::{Backstage, Input, Key, Player, Saved, Shot, frame, shoot};
use ipamlab::scenario::{Diagnostic, Scenario};

/// Runs scenarios as the program does, and keeps files in memory.
#[derive(Default)]
struct Wings {
    files: RefCell<BTreeMap<String, String>>,
}

impl Backstage for Wings {
    fn shoot(&self, scenario: Scenario, _: &str, steps: usize) -> Result<Shot, Vec<Diagnostic>> {
        shoot(scenario, steps, &|| false)
            .map_err(|error| vec![Diagnostic::error(None, error.to_string())])
    }

    fn save(&self, file: &str, text: &str, replace: bool) -> Result<Saved, String> {
        let mut files = self.files.borrow_mut();
        if files.contains_key(file) && !replace {
            return Ok(Saved::Exists);
        }
        files.insert(file.to_owned(), text.to_owned());
        Ok(Saved::Written)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(root().join("scenarios").join(name)).expect("a shipped scenario")
}

/// A small scenario that does not change with the shipped ones.
const SMALL: &str = "\
scenario: A firewall shuts the DHCP server off
because: nothing lets the call in any more
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1: { address: 10.0.0.5, roles: [dhcp], prepared: true }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
  - Invoke-IpamServerProvisioning: { ProvisioningMethod: Manual }
  - Add-IpamServerInventory: { Name: dhcp1.corp.example, ServerType: [DHCP] }
  - note: now the access is looked at
  - refresh-server-access-status: [dhcp1]
  - expect: { server: dhcp1, access: Unblocked }
";

fn small(wings: &Wings) -> Player<'_> {
    Player::open("small.yaml", SMALL.to_owned(), wings).expect("it runs")
}

fn press(player: &mut Player<'_>, keys: &str) {
    for name in keys.split_whitespace() {
        let key = Key::named(name).unwrap_or_else(|| panic!("`{name}` is a key"));
        player.update(Input::Key(key));
    }
}

fn text(player: &Player<'_>) -> String {
    frame::text(&frame::draw(player, Theme::plain_text()))
}

/// Plays commands and returns the frames.
fn play(player: &mut Player<'_>, commands: &str) -> Result<Vec<String>, Stopped> {
    let commands = script::parse(commands).expect("the script is right");
    let mut frames = Vec::new();
    let theme = Theme::plain_text();
    script::run(player, &commands, (theme, &|| false), &mut |_, screen| {
        frames.push(frame::text(screen))
    })?;
    Ok(frames)
}

fn ipamlab() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ipamlab"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("IPAMLAB_") || name == "NO_COLOR" {
            command.env_remove(&*name);
        }
    }
    command.current_dir(root());
    command
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).expect("a file of the project")
}
