//! Channels opened before anything is served, and kept open together.

use std::io;
use std::net::SocketAddr;

use futures_util::future::join_all;
use tokio::net::TcpListener;

use super::place::Whose;
use super::{Endpoint, KeaArgs, Servers, http};
use crate::base::Fqdn;
use crate::lab::Lab;
use crate::server::dhcp::kea::KeaService;

/// Why a channel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    #[error("no host has the role `dhcp`, so there is nobody to answer Kea's commands")]
    NoServer,
    #[error("there are several DHCP servers, so name one: `{0}=…`, of {1}")]
    Several(String, String),
    #[error("`{0}` is no DHCP server of the scenario; there are {1}")]
    NoSuchServer(String, String),
    #[error("`{0}` is there already, in use or no socket: name another path")]
    Exists(String),
    #[error("the socket `{0}` cannot be made: {1}")]
    Socket(String, io::Error),
    #[error("`{0}` cannot be had: {1}; choose another port")]
    Http(SocketAddr, io::Error),
    #[cfg(not(unix))]
    #[error("this system has no UNIX sockets for `{0}`; use `--kea-http`")]
    NoSockets(String),
}

/// Every channel of one `serve`. Dropping it closes them and removes the sockets.
pub struct Channels {
    #[cfg(unix)]
    sockets: Vec<super::unix::Socket>,
    listeners: Vec<(Endpoint, SocketAddr, TcpListener)>,
}

impl Channels {
    /// Opens all of them, or none.
    pub async fn open(lab: &Lab, args: &KeaArgs) -> Result<Channels, ChannelError> {
        let mut channels = Channels {
            #[cfg(unix)]
            sockets: Vec::new(),
            listeners: Vec::new(),
        };
        for place in &args.kea_socket {
            let endpoint = endpoint(lab, &place.whose)?;
            #[cfg(unix)]
            channels
                .sockets
                .push(super::unix::Socket::make(endpoint, &place.path)?);
            #[cfg(not(unix))]
            return Err(ChannelError::NoSockets(format!(
                "{} on {}",
                place.path.display(),
                endpoint.host
            )));
        }
        for place in &args.kea_http {
            let endpoint = endpoint(lab, &place.whose)?;
            let failed = |error| ChannelError::Http(place.address, error);
            let listener = TcpListener::bind(place.address).await.map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            channels.listeners.push((endpoint, address, listener));
        }
        Ok(channels)
    }

    /// What `serve` prints: where each channel is, and a line that can be pasted into a shell.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        #[cfg(unix)]
        for socket in &self.sockets {
            let (to, path) = (&socket.endpoint, socket.path.display());
            lines.push(format!(
                "# {} answers Kea's {} commands on {path}",
                to.host, to.service
            ));
            let command = r#"echo '{ "command": "list-commands" }'"#;
            lines.push(format!("{command} | socat UNIX:{path} -,ignoreeof"));
        }
        for (to, address, _) in &self.listeners {
            lines.push(format!(
                "# {} answers Kea's {} commands at http://{address}/",
                to.host, to.service
            ));
            let (host, port) = (address.ip(), address.port());
            let options = format!("--host {host} --port {port} --service {}", to.service);
            lines.push(format!("kea-shell {options} list-commands < /dev/null"));
            if !address.ip().is_loopback() {
                lines.push(format!(
                    "# {address} can be reached from elsewhere, and nobody is asked who they are"
                ));
            }
        }
        lines
    }

    /// Answers commands for ever.
    pub async fn serve(&self, lab: &Lab) {
        let servers = Servers(lab);
        let http = self
            .listeners
            .iter()
            .map(|(endpoint, _, listener)| http::serve(listener, endpoint, servers));
        #[cfg(unix)]
        let sockets = self.sockets.iter().map(|socket| socket.serve(servers));
        #[cfg(not(unix))]
        let sockets = std::iter::empty::<std::future::Ready<()>>();
        futures_util::future::join(join_all(http), join_all(sockets)).await;
        std::future::pending().await
    }
}

fn endpoint(lab: &Lab, whose: &Whose) -> Result<Endpoint, ChannelError> {
    let servers: Vec<Fqdn> = lab.dhcp_servers().cloned().collect();
    let names: Vec<String> = servers.iter().map(ToString::to_string).collect();
    let names = names.join(", ");
    let service: KeaService = whose.service;
    let host = match (&whose.host, servers.as_slice()) {
        (_, []) => return Err(ChannelError::NoServer),
        (Some(host), _) => lab
            .host_name(host)
            .ok()
            .filter(|host| servers.contains(host))
            .ok_or_else(|| ChannelError::NoSuchServer(host.clone(), names))?,
        (None, [only]) => only.clone(),
        (None, [first, ..]) => {
            return Err(ChannelError::Several(first.to_string(), names));
        }
    };
    Ok(Endpoint { host, service })
}
