//! What control commands set and neither clients nor Windows calls know of.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use super::service::KeaService;
use crate::addr::Family;
use crate::base::Moment;
use crate::server::dhcp::scope::Scopes;
use crate::wire::windows::dhcpm::{Reservation, ReservedClient};

/// The number of a subnet. 0 is none.
pub(super) type SubnetId = u32;

/// Kea's largest subnet number.
pub(super) const SUBNET_ID_MAX: SubnetId = u32::MAX - 1;

/// Who asked for silence: `user`, or a number of the asker's own.
pub(super) type Origin = i64;

/// The state of the control channel of one server.
#[derive(Debug, Clone, Default)]
pub struct ControlState {
    ids: BTreeMap<IpNet, SubnetId>,
    by_id: BTreeMap<(Family, SubnetId), IpNet>,
    /// The generation of the scopes that the numbers are of.
    numbered: Option<u64>,
    /// Milliseconds since 1970 at which each asker's silence ends.
    silence: BTreeMap<(Family, Origin), i64>,
    /// What was noted beside a reservation, for as long as it is that client's.
    notes: BTreeMap<IpAddr, (ReservedClient, Map<String, Value>)>,
    /// Parameters of subnets that are kept and shown only.
    extras: BTreeMap<IpNet, Map<String, Value>>,
    /// What statistics showed when they were last reset.
    baselines: BTreeMap<(KeaService, String), i128>,
    /// Global parameters of the last configuration that only `config-get` looks at.
    pub(super) globals: BTreeMap<KeaService, Map<String, Value>>,
    /// Milliseconds since 1970 of the server's start, and of its last configuration.
    pub(super) started: Option<i64>,
    pub(super) configured: BTreeMap<KeaService, i64>,
}

impl ControlState {
    /// The server starts, and ends every silence: it was a state of the process.
    pub(in super::super) fn note_start(&mut self, at: Moment) {
        self.started = Some(at.wall.as_millisecond());
        self.silence.clear();
    }

    /// Whether clients of `family` hear nothing at `now`.
    pub(in super::super) fn is_silent(&self, family: Family, now: i64) -> bool {
        !self.silence.is_empty() && self.silent_for(family, now).next().is_some()
    }

    /// Whose silence lasts at `now`.
    pub(super) fn silent_for(&self, family: Family, now: i64) -> impl Iterator<Item = Origin> + '_ {
        self.silence
            .iter()
            .filter(move |((of, _), until)| *of == family && **until > now)
            .map(|((_, origin), _)| *origin)
    }

    pub(super) fn silence(&mut self, family: Family, origin: Origin, until: i64) {
        self.silence.insert((family, origin), until);
    }

    pub(super) fn end_silence(&mut self, family: Family, origin: Origin) {
        self.silence.remove(&(family, origin));
    }

    /// Gives every subnet that has none the next free number, in the order of `scopes`, and
    /// forgets those that are gone.
    pub(super) fn number(&mut self, scopes: &Scopes) {
        if self.numbered == Some(scopes.generation()) {
            return;
        }
        self.numbered = Some(scopes.generation());
        let known = self.ids.keys().copied();
        let gone: Vec<IpNet> = known.filter(|id| scopes.get(*id).is_none()).collect();
        for subnet in gone {
            self.forget(subnet);
        }
        for scope in scopes.iter() {
            if !self.ids.contains_key(&scope.id) {
                let id = self.next_id(Family::of(scope.id.addr()));
                self.set_id(scope.id, id);
            }
        }
    }

    /// One above the largest number in use, or the lowest that is free once that one is taken.
    pub(super) fn next_id(&self, family: Family) -> SubnetId {
        let used = self.by_id.range((family, 0)..=(family, SUBNET_ID_MAX));
        let last = used.last().map_or(0, |((_, id), _)| *id);
        match last < SUBNET_ID_MAX {
            true => last + 1,
            false => (1..SUBNET_ID_MAX)
                .find(|id| !self.by_id.contains_key(&(family, *id)))
                .unwrap_or(SUBNET_ID_MAX),
        }
    }

    pub(super) fn set_id(&mut self, subnet: IpNet, id: SubnetId) {
        self.forget(subnet);
        self.ids.insert(subnet, id);
        self.by_id.insert((Family::of(subnet.addr()), id), subnet);
    }

    pub(super) fn forget(&mut self, subnet: IpNet) {
        if let Some(id) = self.ids.remove(&subnet) {
            self.by_id.remove(&(Family::of(subnet.addr()), id));
        }
        self.extras.remove(&subnet);
    }

    /// The number of a subnet; 0 for one that is unknown.
    pub(super) fn id_of(&self, subnet: IpNet) -> SubnetId {
        self.ids.get(&subnet).copied().unwrap_or(0)
    }

    pub(super) fn subnet(&self, family: Family, id: SubnetId) -> Option<IpNet> {
        self.by_id.get(&(family, id)).copied()
    }

    /// The subnets of a family in the order of their numbers.
    pub(super) fn numbered(&self, family: Family) -> impl Iterator<Item = (SubnetId, IpNet)> + '_ {
        let of_family = self.by_id.range((family, 0)..=(family, SUBNET_ID_MAX));
        of_family.map(|((_, id), subnet)| (*id, *subnet))
    }

    /// What a statistic had counted when it was last reset.
    pub(super) fn baseline(&self, service: KeaService, name: &str) -> i128 {
        let name = (service, name.to_owned());
        self.baselines.get(&name).copied().unwrap_or(0)
    }

    pub(super) fn set_baseline(&mut self, service: KeaService, name: String, value: i128) {
        self.baselines.insert((service, name), value);
    }

    pub(super) fn set_extras(&mut self, subnet: IpNet, extras: Map<String, Value>) {
        match extras.is_empty() {
            true => self.extras.remove(&subnet),
            false => self.extras.insert(subnet, extras),
        };
    }

    pub(super) fn extras(&self, subnet: IpNet) -> Option<&Map<String, Value>> {
        self.extras.get(&subnet)
    }

    pub(super) fn note(
        &mut self,
        address: IpAddr,
        client: ReservedClient,
        note: Map<String, Value>,
    ) {
        if !note.is_empty() {
            self.notes.insert(address, (client, note));
        }
    }

    pub(super) fn drop_note(&mut self, address: IpAddr) {
        self.notes.remove(&address);
    }

    /// What was noted beside a reservation.
    pub(super) fn context_of(&self, reservation: &Reservation) -> Option<&Map<String, Value>> {
        let (client, note) = self.notes.get(&reservation.address)?;
        (*client == reservation.client).then_some(note)
    }

    /// Forgets every subnet of a family and what was noted of its reservations.
    pub(super) fn forget_all(&mut self, family: Family) {
        let other = |subnet: &IpNet| Family::of(subnet.addr()) != family;
        self.ids.retain(|subnet, _| other(subnet));
        self.by_id.retain(|(of, _), _| *of != family);
        self.extras.retain(|subnet, _| other(subnet));
        self.notes
            .retain(|address, _| Family::of(*address) != family);
    }
}
