//! Questions to the directory: domains, controllers, computer accounts, authorised DHCP servers.
//!
//! Reads go to the controllers that the host's resolver found, the next one when one cannot be
//! reached. Writes go to a controller of the domain they are meant for (see [`crate::ipam::gpo`]).

use std::net::IpAddr;

use crate::base::{Fqdn, Sid};
use crate::wire::windows::directory::{
    AuthorizedDhcpServer, ComputerEntry, DomainEntry, Request, Response,
};
use crate::wire::windows::{Interface, Win32Error, frame};

use super::caller::Caller;
use super::engine::Ipam;
use super::remote::{RemoteError, Stage};

/// The answer was of another kind than the question: the call as such failed.
pub(crate) fn unexpected_reply() -> RemoteError {
    RemoteError::at(Stage::Call, Win32Error::RPC_S_CALL_FAILED)
}

/// Whether nothing answered at the address, so that another address is worth a try.
pub(crate) fn is_unreachable(error: &RemoteError) -> bool {
    matches!(error.stage, Stage::Connect | Stage::EndpointMapper)
        && matches!(
            error.error,
            Win32Error::RPC_S_SERVER_UNAVAILABLE | Win32Error::ERROR_BAD_NETPATH
        )
}

/// Turns "there is no such object" into `None`.
fn absent<T>(result: Result<T, RemoteError>) -> Result<Option<T>, RemoteError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT => Ok(None),
        Err(error) => Err(error),
    }
}

impl Ipam {
    /// One directory call to one controller.
    pub(crate) async fn directory_at(
        &self,
        caller: &Caller,
        controller: IpAddr,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let request = frame::Request::Directory(request);
        match self
            .remote
            .call(caller, controller, interface, request)
            .await?
        {
            frame::Response::Directory(response) => Ok(response),
            _ => Err(unexpected_reply()),
        }
    }

    /// The same to the first of the host's controllers that can be reached.
    async fn directory(
        &self,
        caller: &Caller,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let mut last = RemoteError::at(Stage::Connect, Win32Error::ERROR_NO_SUCH_DOMAIN);
        for controller in &self.options.controllers {
            let asked = self.directory_at(caller, *controller, interface, request.clone());
            match asked.await {
                Err(error) if is_unreachable(&error) => last = error,
                ended => return ended,
            }
        }
        Err(last)
    }

    /// Domains of the own forest and of forests trusted both ways.
    pub(crate) async fn domains(&self, caller: &Caller) -> Result<Vec<DomainEntry>, RemoteError> {
        match self
            .directory(caller, Interface::Directory, Request::EnumDomains)
            .await?
        {
            Response::Domains(domains) => Ok(domains),
            _ => Err(unexpected_reply()),
        }
    }

    /// Controllers of a domain, ordered by name.
    pub(crate) async fn controllers(
        &self,
        caller: &Caller,
        domain: &Fqdn,
    ) -> Result<Vec<ComputerEntry>, RemoteError> {
        let request = Request::EnumControllers {
            domain: domain.clone(),
        };
        match self
            .directory(caller, Interface::Directory, request)
            .await?
        {
            Response::Computers(mut computers) => {
                computers.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(computers)
            }
            _ => Err(unexpected_reply()),
        }
    }

    /// A computer account anywhere in the forest or in one trusted both ways, from the global
    /// catalog of its forest.
    pub(crate) async fn computer(
        &self,
        caller: &Caller,
        name: &Fqdn,
    ) -> Result<Option<ComputerEntry>, RemoteError> {
        let request = Request::FindComputer { name: name.clone() };
        let found = self.directory(caller, Interface::GlobalCatalog, request);
        match absent(found.await)? {
            None => self.computer_of_trusted_forest(caller, name).await,
            Some(Response::Computer(computer)) => Ok(Some(computer)),
            Some(_) => Err(unexpected_reply()),
        }
    }

    /// The same for a name that lies in a domain of another forest.
    async fn computer_of_trusted_forest(
        &self,
        caller: &Caller,
        name: &Fqdn,
    ) -> Result<Option<ComputerEntry>, RemoteError> {
        let own = self.options.server.parent();
        if own.as_ref().is_some_and(|domain| name.is_within(domain)) {
            return Ok(None);
        }
        let domains = self.domains(caller).await?;
        let forest_of = |wanted: &Fqdn| {
            let entry = domains.iter().find(|entry| entry.name == *wanted);
            entry.map(|entry| entry.forest.clone())
        };
        let holder = domains
            .iter()
            .filter(|entry| name.is_within(&entry.name))
            .max_by_key(|entry| entry.name.as_str().len());
        let Some(holder) =
            holder.filter(|entry| Some(&entry.forest) != own.as_ref().and_then(forest_of).as_ref())
        else {
            return Ok(None);
        };
        let controller = self.controller_of(caller, &holder.name).await?;
        let request = Request::FindComputer { name: name.clone() };
        let found = self.directory_at(caller, controller, Interface::GlobalCatalog, request);
        match absent(found.await)? {
            None => Ok(None),
            Some(Response::Computer(computer)) => Ok(Some(computer)),
            Some(_) => Err(unexpected_reply()),
        }
    }

    /// The SID and down-level name of a user or group, by name.
    pub(crate) async fn principal(
        &self,
        caller: &Caller,
        account: &str,
    ) -> Result<(Sid, String), RemoteError> {
        let request = Request::FindPrincipal {
            account: account.to_owned(),
        };
        match self
            .directory(caller, Interface::Directory, request)
            .await?
        {
            Response::Principal { sid, name } => Ok((sid, name)),
            _ => Err(unexpected_reply()),
        }
    }

    /// Whether the domain of a computer that the global catalog lists still has its account: the
    /// catalog lags behind deletions.
    pub(crate) async fn computer_in_domain(
        &self,
        caller: &Caller,
        computer: &ComputerEntry,
    ) -> Result<bool, RemoteError> {
        let controller = self.controller_of(caller, &computer.domain).await?;
        let request = Request::FindComputer {
            name: computer.name.clone(),
        };
        let found = self.directory_at(caller, controller, Interface::Directory, request);
        Ok(absent(found.await)?.is_some())
    }

    /// The DHCP servers that a forest authorises, asked of one of its controllers.
    pub(crate) async fn authorized_dhcp_servers(
        &self,
        caller: &Caller,
        controller: Option<IpAddr>,
    ) -> Result<Vec<AuthorizedDhcpServer>, RemoteError> {
        let request = Request::EnumAuthorizedDhcpServers;
        let answer = match controller {
            Some(address) => {
                self.directory_at(caller, address, Interface::Directory, request)
                    .await?
            }
            None => {
                self.directory(caller, Interface::Directory, request)
                    .await?
            }
        };
        match answer {
            Response::DhcpServers(servers) => Ok(servers),
            _ => Err(unexpected_reply()),
        }
    }

    /// The address of a controller of `domain`: one of the host's own for its own domain, else
    /// the first controller that the directory lists and DNS resolves.
    pub(crate) async fn controller_of(
        &self,
        caller: &Caller,
        domain: &Fqdn,
    ) -> Result<IpAddr, RemoteError> {
        let unknown = RemoteError::at(Stage::Connect, Win32Error::ERROR_NO_SUCH_DOMAIN);
        if self.options.server.parent().as_ref() == Some(domain)
            && let Some(first) = self.options.controllers.first()
        {
            return Ok(*first);
        }
        for controller in self.controllers(caller, domain).await? {
            if let Some(address) = self.addresses_of(&controller.name).await.first() {
                return Ok(*address);
            }
        }
        Err(unknown)
    }

    /// What a name resolves to, as far as this host can talk to it; IPv4 first.
    pub(crate) async fn addresses_of(&self, name: &Fqdn) -> Vec<IpAddr> {
        let mut addresses = self.resolver.lookup_host(name).await;
        addresses.sort();
        addresses.dedup();
        addresses
    }

    /// The address at which this host reaches itself.
    pub(crate) fn own_address(&self) -> IpAddr {
        let towards = self.options.dns_server;
        self.endpoint
            .address_towards(towards)
            .unwrap_or(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST))
    }
}
