//! What a step acts on and writes to: the laboratory, who is signed in, what was seen so far.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use crate::base::wildcard::{is_pattern, matches_host};
use crate::base::{Fqdn, MacAddress, Sid};
use crate::estate::{EstateError, Host};
use crate::ipam::access::AccessReport;
use crate::ipam::find::FindReport;
use crate::ipam::inventory::ServerFilter;
use crate::ipam::reconcile::OrphanReport;
use crate::ipam::remote::{Channel, ConsoleClient};
use crate::ipam::space::{AddressDetails, RangeKey};
use crate::ipam::store::access_rows::AccessRow;
use crate::ipam::sync::RecordServers;
use crate::ipam::{Caller, Ipam, IpamError};
use crate::lab::Lab;
use crate::lab::observation::{Observation, Table};
use crate::net::Endpoint;
use crate::oracle::Grants;

use futures_util::StreamExt as _;

pub use super::parameter::{optional, parameter};

use super::cmdlet::common::Session;
use super::job::Jobs;
use super::network::{client::ClientLease, client_v6::ClientsV6};
use super::transfer::LastImport;

/// Why a step could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The engine refused, which a scenario may expect.
    #[error(transparent)]
    Refused(#[from] IpamError),
    #[error(transparent)]
    Estate(#[from] EstateError),
    /// What the step asks for cannot be done.
    #[error("{0}")]
    Impossible(String),
}

/// How a step ended. What it saw is on the stage.
pub type StepResult = Result<(), StepError>;

/// The last search for a free address, for *Find Next* and for expectations.
#[derive(Debug, Clone)]
pub struct LastSearch {
    pub range: RangeKey,
    pub allocate: Option<AddressDetails>,
    pub report: FindReport,
}

/// The IPAM server that the console is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    pub server: Fqdn,
    /// The host the console is on; the server itself when there is none.
    pub from: Option<Fqdn>,
}

/// What one script acts on.
pub struct Stage<'a> {
    pub lab: &'a Lab,
    /// Where steps go that name no server; the first IPAM server to begin with.
    pub aim: Aim,
    /// What was started with `AsJob`.
    pub jobs: Jobs<'a>,
    /// Who is signed in when a step does not say.
    pub administrator: String,
    pub last_search: Option<LastSearch>,
    /// How many searches there were.
    pub searches: u64,
    /// What the last comparison with the servers found.
    pub last_orphans: Option<OrphanReport>,
    /// The lists of the address dialog that was last opened.
    pub last_servers: Option<RecordServers>,
    /// What the last `Find-` cmdlet found: addresses, ranges or networks.
    pub last_free: Option<Vec<String>>,
    pub last_import: Option<LastImport>,
    /// How many rows the last query of events found.
    pub last_rows: Option<usize>,
    /// DHCP clients that were given an address, by hardware address.
    pub clients: BTreeMap<MacAddress, ClientLease>,
    /// The same of DHCPv6, by DUID and association.
    pub clients_v6: ClientsV6,
    /// What was granted at the points that were marked, by their names.
    pub marks: BTreeMap<String, Grants>,
    /// Copies of the rows that say who may do what, by the name they were given.
    pub(crate) backups: BTreeMap<String, Vec<AccessRow>>,
    seen: Vec<Observation>,
    errors: Vec<IpamError>,
}

impl<'a> Stage<'a> {
    /// A stage on which `administrator` is signed in: `CORP\domain-admin`.
    pub fn new(lab: &'a Lab, administrator: Option<String>) -> Stage<'a> {
        let administrator = administrator.unwrap_or_else(|| default_administrator(lab));
        Stage {
            lab,
            aim: Aim {
                server: lab.engine_host().clone(),
                from: None,
            },
            jobs: Jobs::default(),
            administrator,
            last_search: None,
            searches: 0,
            last_orphans: None,
            last_servers: None,
            last_free: None,
            last_import: None,
            last_rows: None,
            clients: BTreeMap::new(),
            clients_v6: ClientsV6::new(),
            marks: BTreeMap::new(),
            backups: BTreeMap::new(),
            seen: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// A stage beside this one, for work that goes on at the same time; what is seen on it comes
    /// back with [`Stage::absorb`].
    pub fn side(&self) -> Stage<'a> {
        let mut side = Stage::new(self.lab, Some(self.administrator.clone()));
        side.aim = self.aim.clone();
        side
    }

    /// Keeps a search for *Find Next*, for expectations and for whoever looks on.
    pub fn searched(&mut self, search: LastSearch) {
        self.last_search = Some(search);
        self.searches += 1;
    }

    /// Takes over what was seen and found on a side stage.
    pub fn absorb(&mut self, side: Stage<'a>) {
        self.seen.extend(side.seen);
        self.errors.extend(side.errors);
        if side.last_search.is_some() {
            self.last_search = side.last_search;
            self.searches += side.searches;
        }
        if side.last_free.is_some() {
            self.last_free = side.last_free;
        }
        if side.last_import.is_some() {
            self.last_import = side.last_import;
        }
    }

    /// Does the same for each of `items`, at most `limit` at once, and tells of them in their
    /// order. A refusal of one does not keep the others from being done.
    ///
    /// # Errors
    /// The first that is no refusal.
    pub async fn each<T>(
        &mut self,
        items: Vec<T>,
        limit: usize,
        work: impl AsyncFn(&T, &mut Stage<'a>) -> StepResult,
    ) -> StepResult {
        if let [item] = items.as_slice() {
            return work(item, self).await;
        }
        let pairs: Vec<_> = items.into_iter().map(|item| (item, self.side())).collect();
        let run = async |(item, mut side): (T, Stage<'a>)| {
            let result = work(&item, &mut side).await;
            (side, result)
        };
        let ended = futures_util::stream::iter(pairs)
            .map(&run)
            .buffered(limit.max(1));
        let mut first = Ok(());
        for (side, result) in ended.collect::<Vec<_>>().await {
            self.absorb(side);
            match result {
                Err(StepError::Refused(error)) => self.error(error),
                Err(error) if first.is_ok() => first = Err(error),
                _ => {}
            }
        }
        first
    }

    /// Notes a sentence.
    pub fn say(&mut self, text: impl Into<String>) {
        self.seen.push(Observation::line(text));
    }

    /// Notes a table, unless it has no row.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.seen.push(Observation::Table(table));
        }
    }

    pub fn note(&mut self, seen: Observation) {
        self.seen.push(seen);
    }

    /// Notes an error of a background task, which no one at the console meets.
    pub fn say_error(&mut self, error: &IpamError) {
        self.say(format!("error: {error}"));
    }

    /// Notes a non-terminating error: the step did its work, and told its caller of this.
    pub fn error(&mut self, error: IpamError) {
        self.errors.push(error);
    }

    /// Takes the non-terminating errors since they were last taken.
    pub fn take_errors(&mut self) -> Vec<IpamError> {
        std::mem::take(&mut self.errors)
    }

    /// Holds what the engine found against what the estate says; `since` is how many packets had
    /// been sent before the checks began.
    pub fn judge(&mut self, reports: &[AccessReport], since: u64) {
        let seen = self.lab.judge_on(&self.aim.server, reports, since);
        self.seen.extend(seen);
    }

    /// Takes what was seen since it was last taken.
    pub fn take_seen(&mut self) -> Vec<Observation> {
        std::mem::take(&mut self.seen)
    }

    /// Who acts: the account of `as`, or the signed-in administrator.
    pub fn caller(&self, as_user: Option<&String>) -> Result<Caller, StepError> {
        let account = as_user.unwrap_or(&self.administrator);
        Ok(self.lab.caller(account)?)
    }

    /// A session with the IPAM server the console is connected to.
    ///
    /// # Errors
    /// There is no such account, or the server cannot be reached.
    pub async fn session(&self, as_user: Option<&String>) -> Result<Session, StepError> {
        let aim = self.aim.clone();
        self.session_on(&aim, as_user, Channel::Both).await
    }

    /// A session with one IPAM server, over the network when the console is elsewhere.
    ///
    /// # Errors
    /// As [`Stage::session`]; or the host is no IPAM server.
    pub async fn session_on(
        &self,
        aim: &Aim,
        as_user: Option<&String>,
        channel: Channel,
    ) -> Result<Session, StepError> {
        let caller = self.caller(as_user)?;
        let engine = self.engine(&aim.server)?;
        let connection = match &aim.from {
            Some(from) if *from != aim.server => {
                let client = self.console(from)?;
                Some(client.connect(&caller, &aim.server, channel).await?)
            }
            _ => None,
        };
        let session = Session::new(engine, caller, aim.server.clone());
        Ok(session.over(connection))
    }

    /// The consoles of a host.
    ///
    /// # Errors
    /// It cannot run one.
    pub fn console(&self, host: &Fqdn) -> Result<Rc<ConsoleClient>, StepError> {
        let none = |_| StepError::Impossible(format!("`{host}` cannot run a console"));
        self.lab.console(host).map_err(none)
    }

    /// A session for an expectation, which looks at the engine itself and not through the
    /// network between console and server.
    ///
    /// # Errors
    /// There is no such account.
    pub fn direct(&self) -> Result<Session, StepError> {
        let server = self.aim.server.clone();
        let caller = self.caller(None)?;
        Ok(Session::new(self.engine(&server)?, caller, server))
    }

    /// The engine on a host.
    fn engine(&self, server: &Fqdn) -> Result<Rc<Ipam>, StepError> {
        let none = || {
            StepError::Impossible(format!(
                "`{server}` is no IPAM server: give it the role `ipam`"
            ))
        };
        self.lab.ipam_on(server).ok_or_else(none)
    }

    /// The host a person means by `name`.
    pub fn host(&self, name: &str) -> Result<Fqdn, StepError> {
        Ok(self.lab.host_name(name)?)
    }

    /// The hosts that a name or a pattern stands for.
    pub fn hosts_like(&self, pattern: &str) -> Result<Vec<Fqdn>, StepError> {
        if !is_pattern(pattern) {
            return Ok(vec![self.host(pattern)?]);
        }
        let estate = self.lab.estate();
        let names = estate.hosts().map(|host| &host.fqdn);
        let found: Vec<Fqdn> = names
            .filter(|name| matches_host(pattern, name))
            .cloned()
            .collect();
        match found.is_empty() {
            true => Err(StepError::Impossible(format!("no host is `{pattern}`"))),
            false => Ok(found),
        }
    }

    /// The servers of the inventory that a pattern stands for; a name stands for itself, so that
    /// a server that does not exist reaches the engine.
    pub async fn servers_like(&self, pattern: &str) -> Result<Vec<Fqdn>, StepError> {
        if !is_pattern(pattern) {
            return Ok(vec![self.server(pattern)?]);
        }
        let session = self.direct()?;
        let all = ServerFilter::default();
        let found = session
            .ipam
            .get_ipam_server_inventory(&session.caller, all)
            .await?;
        let names = found.into_iter().map(|server| server.name);
        let found: Vec<Fqdn> = names.filter(|name| matches_host(pattern, name)).collect();
        match found.is_empty() {
            true => Err(StepError::Impossible(format!(
                "no server of the inventory is `{pattern}`"
            ))),
            false => Ok(found),
        }
    }

    /// A server by name as the engine is given it: a host in full, or the name as it stands, so
    /// that a server that does not exist reaches the engine.
    pub fn server(&self, name: &str) -> Result<Fqdn, StepError> {
        match self.lab.host_name(name) {
            Ok(host) => Ok(host),
            Err(_) => parameter(name),
        }
    }

    /// The address of a host, of the family of `like` when it has one.
    pub fn address_of(&self, host: &Fqdn, like: Option<IpAddr>) -> Result<IpAddr, StepError> {
        let estate = self.lab.estate();
        let addresses = estate.host(host).map(|host| host.addresses.as_slice());
        let addresses = addresses.unwrap_or_default();
        let same_family =
            |address: &&IpAddr| like.is_none_or(|like| like.is_ipv4() == address.is_ipv4());
        let found = addresses.iter().find(same_family).or(addresses.first());
        let none = || StepError::Impossible(format!("`{host}` has no address"));
        found.copied().ok_or_else(none)
    }

    /// The security identifier of an account or group, `CORP\name`; bare names are of the domain
    /// of the IPAM server.
    pub fn sid(&self, account: &str) -> Result<Sid, StepError> {
        let estate = self.lab.estate();
        let domain = estate.host(self.lab.engine_host()).and_then(Host::domain);
        Ok(estate.find_principal(account, domain)?.sid.clone())
    }

    /// The network stack of a host; the IPAM server's when none is named.
    pub fn endpoint(&self, host: Option<&String>) -> Result<(Fqdn, Endpoint), StepError> {
        let name = match host {
            Some(name) => self.host(name)?,
            None => self.lab.engine_host().clone(),
        };
        let endpoint = self.lab.network().find_endpoint(name.as_str());
        let unknown = || StepError::Impossible(format!("`{name}` is not on the network"));
        endpoint
            .map(|found| (name.clone(), found))
            .ok_or_else(unknown)
    }
}

/// The administrator every domain has, of the domain of the IPAM server.
fn default_administrator(lab: &Lab) -> String {
    let estate = lab.estate();
    let domain = estate.host(lab.engine_host()).and_then(Host::domain);
    let netbios = domain
        .and_then(|name| estate.domain(name))
        .map(|domain| domain.netbios.clone());
    format!(
        "{}\\{}",
        netbios.unwrap_or_default(),
        crate::estate::build::DOMAIN_ADMIN
    )
}
