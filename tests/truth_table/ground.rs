//! One laboratory with one server under test, whose settings are switched and switched back.

use std::collections::BTreeSet;
use std::time::Duration;

use ipamlab::base::{Fqdn, Sid};
use ipamlab::estate::setting::{self, Kind, Need};
use ipamlab::estate::share::DHCP_AUDIT_SHARE;
use ipamlab::estate::{Os, Purpose, Role, Setting, sid};
use ipamlab::ipam::Caller;
use ipamlab::ipam::access::{AccessReport, AccessStatus, Availability, CheckKind};
use ipamlab::ipam::inventory::{NewServer, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::lab::{self, Lab, LabSpec};
use ipamlab::net::CaptureMode;
use ipamlab::oracle;

use super::model::{self, Lacks};

/// How often a DNS service reads the directory's access list again (domain 4.3).
pub const POLLING: Duration = Duration::from_secs(180);

/// A folder that is on no disk, for shares that were made before the log moved (A6).
const STALE: &str = "C:\\logs-of-old";

const TARGET: &str = "target.corp.example";

/// The server under test and what of it is absent.
pub struct Ground<'a> {
    pub lab: &'a Lab,
    pub admin: Caller,
    pub name: Fqdn,
    pub roles: BTreeSet<Role>,
    pub required: Vec<&'static Setting>,
    pub grantee: Sid,
    absent: BTreeSet<&'static str>,
}

/// What engine and oracle say at one instant.
pub struct Verdicts {
    pub report: AccessReport,
    pub expected: oracle::Expected,
    disagreements: Vec<lab::observation::Observation>,
}

pub fn spec(roles: &[Role]) -> LabSpec {
    LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("ipam1", "10.0.0.9", &[Role::Ipam])
        .host("target", "10.0.0.5", roles)
        .prepared("target")
}

/// The same with another operating system on the server.
pub fn spec_of(roles: &[Role], os: Os) -> LabSpec {
    let mut spec = spec(roles);
    let target = spec.estate.domains[0].hosts.last_mut();
    target.expect("written above").os = os;
    spec
}

/// Runs `work` on a server of `roles` on which every setting is made.
pub fn on_prepared<T>(roles: &[Role], work: impl AsyncFnOnce(&mut Ground<'_>) -> T) -> T {
    on_prepared_in(spec(roles), roles, work)
}

pub fn on_prepared_in<T>(
    spec: LabSpec,
    roles: &[Role],
    work: impl AsyncFnOnce(&mut Ground<'_>) -> T,
) -> T {
    let outcome = lab::run(spec, async |lab| {
        let mut ground = Ground::new(lab, roles).await;
        work(&mut ground).await
    });
    outcome.expect("the laboratory can be put together")
}

fn server_role(role: Role) -> ServerRole {
    match role {
        Role::DomainController => ServerRole::Dc,
        Role::Dns => ServerRole::Dns,
        Role::Dhcp => ServerRole::Dhcp,
        Role::Nps => ServerRole::Nps,
        Role::Ipam | Role::Sql => unreachable!("no server is managed in this role"),
    }
}

/// The required settings of a host of the domain with these roles, quickly switched ones first.
pub fn required(lab: &Lab, name: &Fqdn, roles: &BTreeSet<Role>) -> Vec<&'static Setting> {
    let estate = lab.estate();
    let host = estate.host(name).expect("it is in the estate");
    let mut settings: Vec<_> = setting::applicable(host, roles)
        .filter(|setting| setting.need == Need::Required)
        .collect();
    settings.sort_by_key(|setting| is_slow(setting));
    settings
}

/// Whether something must happen after switching it before it counts.
fn is_slow(setting: &Setting) -> u8 {
    match setting.kind {
        Kind::DnsAcl => 2,
        Kind::LocalGroup(_) => 1,
        _ => 0,
    }
}

impl<'a> Ground<'a> {
    async fn new(lab: &'a Lab, roles: &[Role]) -> Ground<'a> {
        let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").unwrap());
        let provisioning = ServerProvisioning::default();
        ipam.invoke_ipam_server_provisioning(&admin, provisioning)
            .await
            .unwrap();
        let name: Fqdn = TARGET.parse().unwrap();
        let managed: Vec<ServerRole> = roles.iter().copied().map(server_role).collect();
        let server = NewServer::new(name.clone(), &managed);
        ipam.add_ipam_server_inventory(&admin, server)
            .await
            .unwrap();
        let roles: BTreeSet<Role> = roles.iter().copied().collect();
        let domain = "corp.example".parse().unwrap();
        let grantee = {
            let estate = lab.estate();
            let group = estate.find_principal("IPAMUG", Some(&domain)).unwrap();
            group.sid.clone()
        };
        let ground = Ground {
            lab,
            admin,
            required: required(lab, &name, &roles),
            name,
            roles,
            grantee,
            absent: BTreeSet::new(),
        };
        ground.take_shipped_grants();
        lab.network().set_capture(CaptureMode::Counters);
        lab.network().advance(POLLING).await;
        ground
    }

    /// On the log folder everyone may read as shipped; without that, row 3's permission decides.
    fn take_shipped_grants(&self) {
        if !self.roles.contains(&Role::Dhcp) {
            return;
        }
        let at = self.lab.now();
        let mut estate = self.lab.estate_mut();
        let folder = estate
            .host(&self.name)
            .unwrap()
            .dhcp_log_folder()
            .to_owned();
        for shipped in [sid::ADMINISTRATORS, sid::USERS] {
            let shipped = sid::well_known(shipped);
            estate
                .revoke_ntfs(&self.name, &folder, &shipped, at)
                .unwrap();
        }
    }

    /// Makes a setting, required or not, that [`Ground::leave_out`] does not know of.
    pub fn apply(&self, id: &str) {
        let at = self.lab.now();
        let mut estate = self.lab.estate_mut();
        let setting = setting::find(id).expect("a setting of the table");
        let applied = setting.apply(&mut estate, &self.name, &self.grantee, at);
        applied.unwrap_or_else(|error| panic!("applying {id}: {error}"));
    }

    /// Has the engine log on while its computer is not in the group, which it joins again.
    pub async fn log_on_outside_the_group(&self) {
        let computer = {
            let estate = self.lab.estate();
            let host = estate.host(self.lab.engine_host()).unwrap();
            let membership = host.membership.as_ref();
            membership.expect("it is in the domain").sid.clone()
        };
        let at = self.lab.now();
        let left = {
            let mut estate = self.lab.estate_mut();
            estate.remove_domain_group_member(&self.grantee, &computer, at)
        };
        left.unwrap();
        self.lab.purge_tickets();
        self.ask().await;
        let at = self.lab.now();
        let mut estate = self.lab.estate_mut();
        let joined = estate.add_domain_group_member(&self.grantee, &computer, at);
        joined.unwrap();
    }

    /// Makes every required setting but those, undoing what is too much, and waits until it
    /// counts.
    pub async fn leave_out(&mut self, absent: &BTreeSet<&'static str>) {
        let slowest = self.put_without_waiting(absent);
        if slowest.contains(&1) && self.roles.contains(&Role::Dhcp) {
            self.lab.restart_service(&self.name, "DHCPServer").unwrap();
        }
        if slowest.contains(&2) {
            self.lab.network().advance(POLLING).await;
        }
    }

    /// The same without waiting. Gives how slowly that begins to count.
    pub fn put_without_waiting(&mut self, absent: &BTreeSet<&'static str>) -> BTreeSet<u8> {
        let switched: Vec<&'static Setting> = self
            .required
            .iter()
            .copied()
            .filter(|s| absent.contains(s.id) != self.absent.contains(s.id))
            .collect();
        self.absent.clone_from(absent);
        for setting in &switched {
            self.switch(setting);
        }
        switched.iter().map(|setting| is_slow(setting)).collect()
    }

    /// Brings one setting to what `absent` says, without waiting for anything.
    fn switch(&self, setting: &Setting) {
        if matches!(setting.kind, Kind::AuditShare | Kind::SharePermission) {
            return self.remake_share();
        }
        let (at, name) = (self.lab.now(), &self.name);
        let mut estate = self.lab.estate_mut();
        let switched = match self.absent.contains(setting.id) {
            true => setting.remove(&mut estate, name, &self.grantee, at),
            false => setting.apply(&mut estate, name, &self.grantee, at),
        };
        switched.unwrap_or_else(|error| panic!("switching {}: {error}", setting.id));
    }

    /// Share and permission on it, each with or without the other: a permission without the
    /// share on the log folder is one on a share that was made elsewhere (A6).
    fn remake_share(&self) {
        let at = self.lab.now();
        let mut estate = self.lab.estate_mut();
        let host = estate.host(&self.name).unwrap();
        let folder = host.dhcp_log_folder().to_owned();
        if host.share(DHCP_AUDIT_SHARE).is_some() {
            let gone = estate.remove_share(&self.name, DHCP_AUDIT_SHARE, at);
            gone.unwrap();
        }
        let has = |id| !self.absent.contains(id);
        let path = match (has("dhcpaudit-share"), has("dhcpaudit-share-permission")) {
            (true, _) => &folder,
            (false, true) => STALE,
            (false, false) => return,
        };
        estate
            .add_share(&self.name, DHCP_AUDIT_SHARE, path, at)
            .unwrap();
        if has("dhcpaudit-share-permission") {
            estate
                .grant_share(&self.name, DHCP_AUDIT_SHARE, &self.grantee, at)
                .unwrap();
        }
    }

    /// Asks the engine and the oracle.
    pub async fn ask(&self) -> Verdicts {
        let since = self.lab.network().packets_sent();
        let names = [self.name.clone()];
        let ipam = self.lab.ipam();
        let mut reports = ipam
            .refresh_server_access_status(&self.admin, &names)
            .await
            .unwrap();
        let expected = self.lab.expected_access(&self.name, &self.roles);
        Verdicts {
            disagreements: self.lab.judge(&reports, since),
            report: reports.pop().expect("one server was asked about"),
            expected: expected.expect("it is in the estate"),
        }
    }

    /// Asks both and holds the answers against each other and against the model.
    pub async fn hold(&self) -> Verdicts {
        let verdicts = self.ask().await;
        let wanted = model::lacks(&self.required, &self.absent, &self.roles);
        verdicts.hold(&wanted, &self.roles, &format!("without {:?}", self.absent));
        verdicts
    }
}

impl Verdicts {
    /// Panics unless engine and oracle agree, on exactly these lacks.
    pub fn hold(&self, wanted: &Lacks, roles: &BTreeSet<Role>, when: &str) {
        assert_eq!(self.disagreements, [], "{roles:?} {when}");
        assert_eq!(&self.lacks(), wanted, "the oracle on {roles:?} {when}");
        let applicable = model::checked(roles);
        let purposes = [
            (CheckKind::DhcpRpc, Purpose::DhcpRpc),
            (CheckKind::DhcpAuditShare, Purpose::DhcpAuditShare),
            (CheckKind::DnsRpc, Purpose::DnsRpc),
            (CheckKind::EventLog, Purpose::EventLog),
        ];
        let mut overall = AccessStatus::Unblocked;
        for (kind, purpose) in purposes {
            let blocked = wanted.contains_key(&purpose);
            let status = match (applicable.contains(&purpose), blocked) {
                (false, _) => AccessStatus::NotApplicable,
                (true, true) => AccessStatus::Blocked,
                (true, false) => AccessStatus::Unblocked,
            };
            if blocked {
                overall = AccessStatus::Blocked;
            }
            let found = &self.report.checks[&kind];
            assert_eq!(
                found.status, status,
                "{kind} of {roles:?} {when}: {found:?}"
            );
        }
        assert_eq!(self.report.overall, overall, "{roles:?} {when}");
    }

    /// Asserts what the engine shows of the monitored service of a role.
    pub fn available(&self, role: ServerRole, wanted: Availability) {
        assert_eq!(self.report.availability.get(&role), Some(&wanted));
    }

    /// What the oracle misses, by purpose.
    pub fn lacks(&self) -> Lacks {
        let mut lacks = Lacks::new();
        for (purpose, verdict) in self.expected.checks() {
            if verdict.is_blocked() {
                let ids = verdict.missing().iter().map(|missing| missing.id());
                lacks.insert(purpose, ids.collect());
            }
        }
        for shown in [
            &self.expected.dhcp_availability,
            &self.expected.dns_availability,
        ] {
            if let oracle::Availability::NotReachable { missing, .. } = shown {
                let known = lacks.entry(Purpose::ServiceMonitoring).or_default();
                known.extend(missing.iter().map(|missing| missing.id()));
            }
        }
        lacks
    }
}
