//! While the command runs: routes that follow the estate, pings, the relay agent, the end.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use futures_util::future::join;
use nix::net::if_::if_nametoindex;
use tokio::io::AsyncBufReadExt as _;
use tokio::signal::unix::{SignalKind, signal};

use super::dialogue::{Order, Report, say};
use super::iproute;
use crate::lab::Lab;
use crate::lab::walk_in::relay::{RelayV4, RelayV6};
use crate::lab::walk_in::{ESTATE_INTERFACE, Link, Opening};

/// How often the kernel's routes are brought up to what the estate has become.
const KEEP_UP: Duration = Duration::from_secs(1);

/// Starts the command and serves until it has ended.
pub async fn attend(
    lab: &Lab,
    link: &Link,
    mut door: Door,
    connection: &UnixStream,
) -> Result<Report, String> {
    let text = |error: io::Error| error.to_string();
    // The command has the terminal: what is pressed there is for it, and this process outlives it.
    let _interrupt = signal(SignalKind::interrupt()).map_err(text)?;
    let _quit = signal(SignalKind::quit()).map_err(text)?;
    let relays = relay_for(lab, link).map_err(text)?;
    say(connection, &Order::Go).map_err(text)?;
    let connection = connection.try_clone().map_err(text)?;
    connection.set_nonblocking(true).map_err(text)?;
    let connection = tokio::net::UnixStream::from_std(connection).map_err(text)?;
    let mut lines = tokio::io::BufReader::new(connection).lines();
    let keeping = async {
        loop {
            tokio::time::sleep(KEEP_UP).await;
            if let Err(why) = door.keep_up(lab, link) {
                tell!("note: the hosts are reached as they were before: {why}");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        biased;
        line = lines.next_line() => match line {
            Ok(Some(line)) => serde_json::from_str(&line).map_err(|error| error.to_string()),
            Ok(None) => Err("the lab's inner process was killed".to_owned()),
            Err(error) => Err(text(error)),
        },
        () = relays => Err("the relay agent has lost its sockets".to_owned()),
        () = keeping => Err("the estate is not kept up".to_owned()),
    }
}

/// What is open at the moment.
pub struct Door {
    open: Opening,
}

impl Door {
    /// Answers pings from now on, and opens what is open now.
    pub fn open(lab: &Lab, link: &Link) -> Result<Door, String> {
        let network = lab.network();
        network
            .answer_kernel_pings()
            .map_err(|error| format!("raw sockets are refused: {error}"))?;
        let mut door = Door {
            open: Opening::default(),
        };
        door.keep_up(lab, link)?;
        Ok(door)
    }

    /// Opens and closes what has changed since.
    pub fn keep_up(&mut self, lab: &Lab, link: &Link) -> Result<(), String> {
        let now = Opening::of(lab.network(), link);
        let (v4, v6) = now.since(&self.open);
        iproute::batch("-4", &v4)?;
        iproute::batch("-6", &v6)?;
        self.open = now;
        Ok(())
    }
}

/// The relay agents of the link, in front of the DHCP servers that there are. Never ends where
/// there are none.
fn relay_for(lab: &Lab, link: &Link) -> io::Result<impl Future<Output = ()> + use<>> {
    let (mut servers_v4, mut servers_v6) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    for binding in lab.network().bindings() {
        let at = binding.simulated;
        if binding.real != at || !known.insert((binding.host, at.port())) {
            continue;
        }
        match (at.ip(), at.port()) {
            (IpAddr::V4(address), 67) => servers_v4.push(address),
            (IpAddr::V6(address), 547) => servers_v6.push(address),
            _ => {}
        }
    }
    let v4 = match link.v4.map(|leg| leg.gateway) {
        Some(IpAddr::V4(gateway)) if !servers_v4.is_empty() => Some(RelayV4::open(gateway)?),
        _ => None,
    };
    let v6 = match link.v6.map(|leg| leg.gateway) {
        Some(IpAddr::V6(gateway)) if !servers_v6.is_empty() => {
            let index = if_nametoindex(ESTATE_INTERFACE)?;
            Some(RelayV6::open(gateway, index)?)
        }
        _ => None,
    };
    Ok(async move {
        let v4 = async {
            match v4 {
                Some(relay) => relay.run(&servers_v4).await,
                None => std::future::pending().await,
            }
        };
        let v6 = async {
            match v6 {
                Some(relay) => relay.run(&servers_v6).await,
                None => std::future::pending().await,
            }
        };
        join(v4, v6).await;
    })
}
