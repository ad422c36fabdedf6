//! One call: ticket, port, connection, request, reply.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::base::Moment;
use crate::ipam::caller::Caller;
use crate::net::{Endpoint, TcpStream};
use crate::wire::windows::{
    Call, FrameBuffer, Interface, Reply, Request, Response, TicketHandle, Win32Error, encode_call,
    epm,
};

use super::error::{RemoteError, Stage};
use super::logon::Tickets;
use super::port::{ENDPOINT_MAPPER, PortOf, port_of, unreachable};

/// How long to wait for a connection. Windows takes 21 s over its three SYNs; a check of hundreds
/// of servers has decided long before.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for the whole of a reply, from the moment the request is sent.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Calls remote interfaces from one host. Any number of calls may be under way at once.
///
/// Every call has its own connection. Deviation: Windows keeps associations open for a while; a
/// connection of an earlier call would hide that a firewall or a service has changed since.
pub struct RemoteClient {
    endpoint: Endpoint,
    tickets: Tickets,
}

impl RemoteClient {
    /// A client on the host of `endpoint`, which logs on at `controllers`, nearest first.
    pub fn new(endpoint: Endpoint, controllers: Vec<IpAddr>) -> RemoteClient {
        RemoteClient {
            endpoint,
            tickets: Tickets::new(controllers),
        }
    }

    /// Calls `interface` at `server` as `caller`, logging on first if there is no ticket.
    ///
    /// # Errors
    /// The Win32 status and the stage it came from. A server that cannot be connected to gives
    /// `RPC_S_SERVER_UNAVAILABLE`, or `ERROR_BAD_NETPATH` for SMB and what travels over it.
    pub async fn call(
        &self,
        caller: &Caller,
        server: IpAddr,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let ticket = self.tickets.of(&self.endpoint, caller).await?;
        let port = match port_of(interface) {
            PortOf::WellKnown(port) => port,
            PortOf::Dynamic => self.look_up(ticket, server, interface).await?,
        };
        let call = Call {
            ticket: Some(ticket),
            request,
        };
        exchange(&self.endpoint, server, port, interface, &call).await
    }

    /// Calls `interface` at a port that the client was told, such as a moved management port.
    ///
    /// # Errors
    /// As [`RemoteClient::call`].
    pub async fn call_at(
        &self,
        caller: &Caller,
        server: SocketAddr,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        self.call_port(Some(caller), server, interface, request)
            .await
    }

    /// The same, perhaps without a caller: then the request itself says who asks.
    ///
    /// # Errors
    /// As [`RemoteClient::call`].
    pub async fn call_port(
        &self,
        caller: Option<&Caller>,
        server: SocketAddr,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let ticket = match caller {
            Some(caller) => Some(self.tickets.of(&self.endpoint, caller).await?),
            None => None,
        };
        let call = Call { ticket, request };
        exchange(&self.endpoint, server.ip(), server.port(), interface, &call).await
    }

    /// The ticket of a caller, who logs on if there is none.
    ///
    /// # Errors
    /// No controller answers, or the account or secret is wrong.
    pub(super) async fn ticket(&self, caller: &Caller) -> Result<TicketHandle, RemoteError> {
        self.tickets.of(&self.endpoint, caller).await
    }

    /// The ticket a caller holds now, as `klist` shows it; `None` before its first call.
    pub fn ticket_of(&self, caller: &Caller) -> Option<TicketHandle> {
        self.tickets.held_by(caller)
    }

    /// Forgets every ticket, as `klist purge` or a restart of the host does: the next call of each
    /// caller logs on again and carries the groups of that time (domain 4.1).
    pub fn purge_tickets(&self) {
        self.tickets.purge();
    }

    async fn look_up(
        &self,
        ticket: TicketHandle,
        server: IpAddr,
        interface: Interface,
    ) -> Result<u16, RemoteError> {
        let call = Call {
            ticket: Some(ticket),
            request: Request::EndpointMapper(epm::Request::Map(interface)),
        };
        let mapper = Interface::EndpointMapper;
        match exchange(&self.endpoint, server, ENDPOINT_MAPPER, mapper, &call).await {
            Ok(Response::EndpointMapper(epm::Response::Port(port))) => Ok(port),
            Ok(_) => Err(RemoteError::at(
                Stage::EndpointMapper,
                Win32Error::RPC_S_CALL_FAILED,
            )),
            // Whatever became of the lookup, the call proper was never sent.
            Err(failure) => Err(RemoteError::at(Stage::EndpointMapper, failure.error)),
        }
    }
}

/// Sends one frame on a connection of its own and waits for the reply.
pub(super) async fn exchange(
    endpoint: &Endpoint,
    server: IpAddr,
    port: u16,
    interface: Interface,
    call: &Call,
) -> Result<Response, RemoteError> {
    let to = SocketAddr::new(server, port);
    let mut stream = endpoint
        .connect(to, CONNECT_TIMEOUT)
        .await
        .map_err(|_| RemoteError::at(Stage::Connect, unreachable(interface)))?;
    converse(endpoint, &mut stream, interface, call).await
}

/// Sends one frame on a connection and waits for the reply.
pub(super) async fn converse(
    endpoint: &Endpoint,
    stream: &mut TcpStream,
    interface: Interface,
    call: &Call,
) -> Result<Response, RemoteError> {
    stream
        .write_all(&encode_call(call))
        .await
        .map_err(|_| RemoteError::at(Stage::Connect, unreachable(interface)))?;
    match reply(endpoint, stream).await {
        Some(Ok(response)) => Ok(response),
        Some(Err(error)) => Err(RemoteError::at(Stage::Call, error)),
        None => Err(RemoteError {
            stage: Stage::Call,
            error: Win32Error::RPC_S_CALL_FAILED,
            outcome_unknown: true,
        }),
    }
}

/// The reply, or `None` when the connection ended, the time ran out or the bytes are no reply.
async fn reply(endpoint: &Endpoint, stream: &mut TcpStream) -> Option<Reply> {
    let sent: Moment = endpoint.now();
    let mut received = FrameBuffer::default();
    loop {
        let waited = endpoint.now().sim.since(sent.sim);
        let left = CALL_TIMEOUT
            .checked_sub(waited)
            .filter(|left| !left.is_zero())?;
        let bytes = stream.read(left).await.ok()?;
        if bytes.is_empty() {
            return None;
        }
        received.push(&bytes);
        if let Some(reply) = received.next_frame::<Reply>().ok()? {
            return Some(reply);
        }
    }
}
