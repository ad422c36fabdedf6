//! One run while it goes on.

use std::cell::{Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::{Fqdn, Moment};
use crate::estate::spec::DEFAULT_PASSWORD;
use crate::estate::{Estate, EstateError};
use crate::ipam::remote::ConsoleClient;
use crate::ipam::{Caller, Ipam, IpamOptions, IpamResult};
use crate::net::Network;
use crate::server::dhcp::DhcpServer;
use crate::server::dns::DnsServer;

use super::build::LabError;
use super::clients::ClientFleet;
use super::engines;
use super::host_task::{HostTask, HostTaskRun};
use super::life::Watch;
use super::observation::{Observation, RunRecord};
use super::recorder::{Recorder, summarise};
use super::spec::LabSpec;
use super::truth;

/// The account that every Windows machine has of its own.
const LOCAL_ADMINISTRATOR: &str = "Administrator";

/// A DHCP server as laboratory and management interface share it.
pub type SharedDhcp = Rc<RefCell<DhcpServer>>;
/// A DNS server as laboratory and management interface share it.
pub type SharedDns = Arc<Mutex<DnsServer>>;

/// An IPAM server: its engine, and how to open it again after its host restarted.
pub(super) struct Engine {
    pub options: IpamOptions,
    pub ipam: RefCell<Rc<Ipam>>,
}

/// A running laboratory: everything a step may act on.
pub struct Lab {
    pub(super) spec: LabSpec,
    pub(super) network: Network,
    pub(super) estate: Rc<RefCell<Estate>>,
    pub(super) dhcp: BTreeMap<Fqdn, SharedDhcp>,
    pub(super) dns: BTreeMap<Fqdn, SharedDns>,
    /// The IPAM servers, the first one first.
    pub(super) engines: Vec<Engine>,
    /// The consoles of the hosts somebody has worked at.
    pub(super) consoles: RefCell<BTreeMap<Fqdn, Rc<ConsoleClient>>>,
    pub(super) recorder: RefCell<Recorder>,
    /// Tasks that scripts registered on hosts, and their runs since they were last told.
    pub(super) host_tasks: RefCell<Vec<HostTask>>,
    pub(super) host_task_runs: RefCell<Vec<HostTaskRun>>,
    /// Fleets of DHCP clients, by name.
    pub(super) fleets: RefCell<BTreeMap<String, Rc<RefCell<ClientFleet>>>>,
    /// The watch over leases and their records, once somebody wants one.
    pub(super) life: RefCell<Option<Watch>>,
}

impl Drop for Lab {
    /// Opens a ring: the estate shows the audit folders, these tell the time by the network, and
    /// services on the network act on the estate. Closed, it would keep every run in memory.
    fn drop(&mut self) {
        if let Ok(mut estate) = self.estate.try_borrow_mut() {
            estate.forget_folder_contents();
            estate.forget_pool_listeners();
        }
    }
}

impl Lab {
    pub fn network(&self) -> &Network {
        &self.network
    }

    pub fn now(&self) -> Moment {
        self.network.now()
    }

    /// The ground truth, with everything done that is due by now.
    pub fn estate(&self) -> Ref<'_, Estate> {
        self.estate.borrow_mut().settle(self.now());
        self.estate.borrow()
    }

    /// The ground truth, to change it as an administrator at the machine would.
    pub fn estate_mut(&self) -> RefMut<'_, Estate> {
        let mut estate = self.estate.borrow_mut();
        estate.settle(self.now());
        estate
    }

    fn first(&self) -> &Engine {
        let first = self.engines.first();
        first.expect("a laboratory without an IPAM server is not built")
    }

    pub(super) fn engine_on(&self, host: &Fqdn) -> Option<&Engine> {
        let mut engines = self.engines.iter();
        engines.find(|engine| engine.options.server == *host)
    }

    /// The engine; the first one where there are several.
    pub fn ipam(&self) -> Rc<Ipam> {
        Rc::clone(&self.first().ipam.borrow())
    }

    /// The engine on a host, if it is an IPAM server.
    pub fn ipam_on(&self, host: &Fqdn) -> Option<Rc<Ipam>> {
        let engine = self.engine_on(host)?;
        Some(Rc::clone(&engine.ipam.borrow()))
    }

    /// Every engine, the first one first.
    pub fn ipams(&self) -> Vec<Rc<Ipam>> {
        let engines = self.engines.iter();
        engines.map(|one| Rc::clone(&one.ipam.borrow())).collect()
    }

    /// The consoles of a host, as people sit at them.
    ///
    /// # Errors
    /// There is no such host, or no domain has a controller it could log on at.
    pub fn console(&self, host: &Fqdn) -> Result<Rc<ConsoleClient>, LabError> {
        if let Some(known) = self.consoles.borrow().get(host) {
            return Ok(Rc::clone(known));
        }
        let surroundings = engines::surroundings(&self.estate.borrow(), host);
        let (controllers, dns_server) = surroundings.ok_or(LabError::NoEngineHost)?;
        let endpoint = self.network.find_endpoint(host.as_str());
        let endpoint = endpoint.ok_or(LabError::NoEngineHost)?;
        let client = Rc::new(ConsoleClient::new(
            host.clone(),
            endpoint,
            controllers,
            dns_server,
            self.spec.seed,
        ));
        let mut consoles = self.consoles.borrow_mut();
        consoles.insert(host.clone(), Rc::clone(&client));
        Ok(client)
    }

    /// The host the first engine runs on.
    pub fn engine_host(&self) -> &Fqdn {
        &self.first().options.server
    }

    /// The DNS server of the network interface of the first engine's host.
    pub fn resolver(&self) -> IpAddr {
        self.first().options.dns_server
    }

    /// Discards the log-on sessions of an engine, as `klist purge` on its host does. Nothing
    /// happens where none runs.
    pub fn purge_tickets_on(&self, host: &Fqdn) {
        if let Some(ipam) = self.ipam_on(host) {
            ipam.remote().purge_tickets();
        }
    }

    /// Discards the log-on sessions of the first engine.
    pub fn purge_tickets(&self) {
        self.ipam().remote().purge_tickets();
    }

    pub fn spec(&self) -> &LabSpec {
        &self.spec
    }

    /// The full name of the host a person means.
    ///
    /// # Errors
    /// As [`Estate::find_host`].
    pub fn host_name(&self, name: &str) -> Result<Fqdn, EstateError> {
        self.estate
            .borrow()
            .find_host(name)
            .map(|host| host.fqdn.clone())
    }

    /// The hosts with a DHCP server, in the order of their names.
    pub fn dhcp_servers(&self) -> impl Iterator<Item = &Fqdn> {
        self.dhcp.keys()
    }

    /// The DHCP server on a host, if it has the role.
    pub fn dhcp(&self, host: &Fqdn) -> Option<RefMut<'_, DhcpServer>> {
        self.dhcp.get(host).map(|server| server.borrow_mut())
    }

    /// The DNS server on a host, if it has the role.
    pub fn dns(&self, host: &Fqdn) -> Option<MutexGuard<'_, DnsServer>> {
        // A core is never left half changed, so a poisoned lock is as good as another.
        let mut server = self
            .dns
            .get(host)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        server.settle(self.now());
        Some(server)
    }

    /// An account of the estate as the engine's caller, with its secret.
    ///
    /// `HOST\Administrator` is the local account every Windows machine has. No domain knows it,
    /// so whatever asks a controller about it is refused (domain D5).
    ///
    /// # Errors
    /// There is no such account.
    pub fn caller(&self, account: &str) -> Result<Caller, EstateError> {
        let estate = self.estate.borrow();
        if let Some((host, user)) = account.split_once('\\')
            && user.eq_ignore_ascii_case(LOCAL_ADMINISTRATOR)
            && estate.find_domain(host).is_err()
            && estate.find_host(host).is_ok()
            && let Ok(account) = account.parse()
        {
            return Ok(Caller {
                account,
                secret: DEFAULT_PASSWORD.to_owned(),
            });
        }
        let domain = estate
            .host(self.engine_host())
            .and_then(|host| host.domain());
        let principal = estate.find_principal(account, domain)?;
        Ok(Caller {
            account: principal.account.clone(),
            secret: principal.password().unwrap_or_default().to_owned(),
        })
    }

    /// Reopens every engine from its store, as after a crash or a restart of its host. An engine
    /// whose database is in memory begins anew.
    ///
    /// # Errors
    /// When a store cannot be opened.
    pub fn reopen_engine(&self) -> IpamResult<()> {
        for engine in &self.engines {
            let endpoint = self.network.endpoint(engine.options.server.as_str());
            let opened = Ipam::open(engine.options.clone(), endpoint)?;
            engine.ipam.replace(Rc::new(opened));
        }
        Ok(())
    }

    /// Where steps are written down.
    pub fn recorder(&self) -> RefMut<'_, Recorder> {
        self.recorder.borrow_mut()
    }

    /// Ends the run: what must hold at its end is checked, and the record is made.
    pub fn finish(&self, interrupted: bool) -> RunRecord {
        let mut end = Vec::new();
        // A run that was cut short never reached the faults of its later steps.
        if !interrupted {
            end.extend(self.idle_faults());
        }
        end.extend(truth::invariants(&self.estate()));
        let packets = summarise(&self.network);
        self.recorder
            .take()
            .finish(&self.spec, end, packets, interrupted)
    }

    /// Faults that were declared, are not optional and changed nothing.
    fn idle_faults(&self) -> Vec<Observation> {
        let mut seen = Vec::new();
        for fault in self.network.faults() {
            match (fault.fired, fault.optional) {
                (0, false) => seen.push(Observation::Finding {
                    what: format!("fault `{}` ({}) never fired", fault.name, fault.kind),
                    detail: vec![
                        "widen its scope, remove it, or mark it `optional: true`".to_owned(),
                    ],
                }),
                (0, true) => seen.push(Observation::line(format!(
                    "fault {} ({}) did not fire",
                    fault.name, fault.kind
                ))),
                (times, _) => seen.push(Observation::line(format!(
                    "fault {} ({}) fired {times} time{}",
                    fault.name,
                    fault.kind,
                    if times == 1 { "" } else { "s" }
                ))),
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::estate::Role;
    use crate::lab::{self, LabSpec};

    #[test]
    fn nothing_of_a_run_stays_in_memory() {
        let spec = LabSpec::domain("corp.example")
            .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
            .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
            .host("ipam1", "10.0.0.9", &[Role::Ipam]);
        let estate = lab::run(spec, async |lab| Rc::downgrade(&lab.estate));
        assert!(estate.unwrap().upgrade().is_none());
    }
}
