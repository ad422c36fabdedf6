//! A console on another host: how it connects to an IPAM server (domain 1.3, 2.5, P12).
//!
//! Deviation: only the opening of a session crosses the network. What is asked in it then reaches
//! the engine directly, because encoding every cmdlet would add nothing an administrator sees.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::base::{Fqdn, Seed};
use crate::ipam::caller::Caller;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::provision::DEFAULT_PORT;
use crate::ipam::resolver::Resolver;
use crate::net::{ConnectError, Endpoint, TcpStream};
use crate::wire::windows::{Call, Interface, Request, Win32Error, ipam, wmi};

use super::client::{CONNECT_TIMEOUT, RemoteClient, converse};
use super::error::{RemoteError, Stage};

/// The consoles of one host.
pub struct ConsoleClient {
    host: Fqdn,
    endpoint: Endpoint,
    remote: RemoteClient,
    resolver: Resolver,
    /// The ports of servers that were connected to on another than the default one. A server
    /// whose port changes since is not found there.
    ports: RefCell<BTreeMap<Fqdn, u16>>,
}

/// An open session; it ends when this is dropped.
pub struct Connection {
    _stream: TcpStream,
}

/// What a session needs of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Remote management alone: for what sets the server up and moves its port.
    RemoteManagement,
    /// The management port too: for everything else.
    Both,
}

/// Where remote management listens (domain 1.3).
const WS_MANAGEMENT: u16 = 5985;

impl ConsoleClient {
    /// The consoles of `host`, which logs on at `controllers` and resolves names at `dns_server`.
    pub fn new(
        host: Fqdn,
        endpoint: Endpoint,
        controllers: Vec<IpAddr>,
        dns_server: IpAddr,
        seed: Seed,
    ) -> ConsoleClient {
        let draws = seed.child("console").stream(host.as_str());
        ConsoleClient {
            remote: RemoteClient::new(endpoint.clone(), controllers),
            resolver: Resolver::new(endpoint.clone(), dns_server, draws),
            host,
            endpoint,
            ports: RefCell::default(),
        }
    }

    /// The remote calls of the host, for a script that talks to others than the IPAM server.
    pub(in crate::ipam) fn remote(&self) -> &RemoteClient {
        &self.remote
    }

    pub(in crate::ipam) fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// Connects to `server` on `port` from now on.
    pub fn set_port(&self, server: &Fqdn, port: u16) {
        self.ports.borrow_mut().insert(server.clone(), port);
    }

    /// Signs everyone off: who connects next logs on anew, with the groups of that time.
    pub fn sign_off(&self) {
        self.remote.purge_tickets();
    }

    /// Opens a session with an IPAM server: remote management first and then, for `channel`
    /// both, the management port.
    ///
    /// # Errors
    /// Each cause of P12 in its own words, with what to do about it.
    pub async fn connect(
        &self,
        caller: &Caller,
        server: &Fqdn,
        channel: Channel,
    ) -> IpamResult<Connection> {
        let found = self.resolver.lookup_host(server).await;
        let address = found.first().copied().ok_or_else(|| {
            failed(format!(
                "`{}` cannot resolve `{server}`; check its DNS server and the server's name",
                self.host
            ))
        })?;
        let request = Request::Wmi(wmi::Request::OpenSession);
        let at = SocketAddr::new(address, WS_MANAGEMENT);
        let opened = self.open(caller, at, Interface::Wmi, request).await;
        let remote =
            opened.map_err(|refused| refused.told(self, caller, server, &WINRM, WS_MANAGEMENT))?;
        if channel == Channel::RemoteManagement {
            return Ok(Connection { _stream: remote });
        }
        let port = self.ports.borrow().get(server).copied();
        let port = port.unwrap_or(DEFAULT_PORT);
        let request = Request::IpamServer(ipam::Request::Connect);
        let at = SocketAddr::new(address, port);
        let opened = self.open(caller, at, Interface::IpamServer, request).await;
        let management =
            opened.map_err(|refused| refused.told(self, caller, server, &IPAM, port))?;
        Ok(Connection {
            _stream: management,
        })
    }

    async fn open(
        &self,
        caller: &Caller,
        to: SocketAddr,
        interface: Interface,
        request: Request,
    ) -> Result<TcpStream, Refused> {
        let ticket = self.remote.ticket(caller).await.map_err(Refused::Call)?;
        let connected = self.endpoint.connect(to, CONNECT_TIMEOUT).await;
        let mut stream = connected.map_err(Refused::Connect)?;
        let call = Call {
            ticket: Some(ticket),
            request,
        };
        let answered = converse(&self.endpoint, &mut stream, interface, &call).await;
        answered.map(|_| stream).map_err(Refused::Call)
    }
}

/// What one of the two services needs, for the words of a refusal.
struct Needs {
    what: &'static str,
    service: &'static str,
    rule: &'static str,
    groups: &'static str,
    /// What else a port without a listener may come from, with what to do about it.
    otherwise: &'static str,
}

const WINRM: Needs = Needs {
    what: "remote management",
    service: "`WinRM`",
    rule: "`Windows Remote Management (HTTP-In)`",
    groups: "WinRMRemoteWMIUsers__ or Administrators",
    otherwise: "",
};

const IPAM: Needs = Needs {
    what: "IPAM",
    service: "`WAS`",
    rule: "for the port",
    groups: "IPAM Users, another IPAM group or Administrators",
    // Provisioning opens the port and moving it deletes the rule of the one before, so that
    // both look like a firewall in the way.
    otherwise: ", or connect to the port that Get-IpamConfiguration shows on the server, \
                or run Invoke-IpamServerProvisioning if it never ran there",
};

enum Refused {
    Connect(ConnectError),
    Call(RemoteError),
}

fn failed(message: String) -> IpamError {
    IpamError::new(ErrorId::IpamClientConnectionFailed, message)
}

impl Refused {
    fn told(
        self,
        client: &ConsoleClient,
        caller: &Caller,
        server: &Fqdn,
        needs: &Needs,
        port: u16,
    ) -> IpamError {
        let (host, account) = (&client.host, &caller.account);
        let Needs {
            what,
            service,
            rule,
            groups,
            otherwise,
        } = needs;
        match self {
            Refused::Connect(ConnectError::Refused) => failed(format!(
                "`{server}` refuses `{host}` on port {port}: nothing listens there; \
                 start the service {service}{otherwise}"
            )),
            Refused::Connect(_) => failed(format!(
                "`{server}` does not answer `{host}` on port {port}; \
                 enable the firewall rule {rule}{otherwise}, or check the network"
            )),
            Refused::Call(error) if error.stage == Stage::LogOn => IpamError::new(
                ErrorId::IpamClientLogOnFailed,
                format!(
                    "`{account}` cannot log on from `{host}`: {error}; \
                     sign in with a domain account, local accounts are never accepted"
                ),
            ),
            Refused::Call(error) if error.error == Win32Error::ERROR_ACCESS_DENIED => {
                IpamError::new(
                    ErrorId::IpamApiAccessDenied,
                    format!(
                        "`{account}` may not use {what} on `{server}` from `{host}`; \
                         that takes membership of {groups} there"
                    ),
                )
            }
            Refused::Call(error) => failed(format!(
                "`{server}` broke off with `{host}` on port {port}: {error}; \
                 start the service {service}"
            )),
        }
    }
}
