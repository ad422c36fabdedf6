//! The zone store against a plain list of its records, and its counters.

use proptest::prelude::*;

use super::zone::{Origin, Place, ZoneData};
use crate::wire::dns::{Data, DnsName, Rdata, RecordType, common_labels};

fn name(text: &str) -> DnsName {
    text.parse().unwrap()
}

/// One change to a zone.
#[derive(Debug, Clone)]
enum Change {
    Add(DnsName, Rdata),
    Remove(DnsName, Rdata),
    RemoveSet(DnsName, RecordType),
    RemoveName(DnsName),
}

fn owner() -> impl Strategy<Value = DnsName> {
    let label = prop::sample::select(vec!["a", "b", "*", "\\000", "\\001"]);
    prop::collection::vec(label, 0..4).prop_map(|labels| {
        let text = labels
            .iter()
            .map(|label| format!("{label}."))
            .collect::<String>();
        name(&(text + "z.example"))
    })
}

fn rdata() -> impl Strategy<Value = Rdata> {
    prop_oneof![
        (0_u8..3).prop_map(|last| Data::A([10, 0, 0, last].into()).encode()),
        Just(Data::Ns(name("ns.z.example")).encode()),
        Just(Data::Cname(name("a.z.example")).encode()),
        Just(Data::text("x").encode()),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (owner(), rdata()).prop_map(|(owner, rdata)| Change::Add(owner, rdata)),
        2 => (owner(), rdata()).prop_map(|(owner, rdata)| Change::Remove(owner, rdata)),
        1 => (owner(), rdata()).prop_map(|(owner, rdata)| Change::RemoveSet(owner, rdata.kind())),
        1 => owner().prop_map(Change::RemoveName),
    ]
}

/// What the store should hold, kept as a list.
#[derive(Default)]
struct Model(Vec<(DnsName, Rdata)>);

impl Model {
    fn retain(&mut self, keep: impl Fn(&DnsName, &Rdata) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|(owner, rdata)| keep(owner, rdata));
        before != self.0.len()
    }

    fn change(&mut self, change: &Change) -> bool {
        match change {
            Change::Add(owner, rdata) => {
                if self.0.contains(&(owner.clone(), rdata.clone())) {
                    return false;
                }
                self.0.push((owner.clone(), rdata.clone()));
                true
            }
            Change::Remove(owner, rdata) => {
                self.retain(|held, data| held != owner || data != rdata)
            }
            Change::RemoveSet(owner, kind) => {
                self.retain(|held, data| held != owner || data.kind() != *kind)
            }
            Change::RemoveName(owner) => self.retain(|held, _| held != owner),
        }
    }

    fn names_where(&self, wanted: impl Fn(&DnsName, &Rdata) -> bool) -> usize {
        let mut names: Vec<&DnsName> = self
            .0
            .iter()
            .filter(|(owner, rdata)| wanted(owner, rdata))
            .map(|(owner, _)| owner)
            .collect();
        names.sort();
        names.dedup();
        names.len()
    }
}

fn apply(zone: &mut ZoneData, change: &Change) -> bool {
    match change {
        Change::Add(owner, rdata) => zone.add(owner, 60, rdata.clone(), Origin::Static),
        Change::Remove(owner, rdata) => zone.remove(owner, rdata),
        Change::RemoveSet(owner, kind) => zone.remove_sets(owner, |held| held == *kind),
        Change::RemoveName(owner) => zone.remove_sets(owner, |_| true),
    }
}

proptest! {
    #[test]
    fn the_store_agrees_with_a_list_about_every_name(
        changes in prop::collection::vec(change(), 0..30),
        asked in prop::collection::vec(owner(), 8),
    ) {
        let apex = name("z.example");
        let mut zone = ZoneData::empty(apex.clone());
        let mut model = Model::default();
        for change in &changes {
            prop_assert_eq!(apply(&mut zone, change), model.change(change), "{:?}", change);
        }
        let cuts = model.names_where(|owner, data| data.kind() == RecordType::NS && *owner != apex);
        prop_assert_eq!(zone.has_cuts(), cuts > 0);
        let wild = model.names_where(|owner, _| owner.is_wildcard());
        prop_assert_eq!(zone.has_wildcards(), wild > 0);
        prop_assert_eq!(zone.len(), model.names_where(|_, _| true));
        for owner in asked {
            let key = owner.key();
            let relative = zone.relative(key.as_bytes()).unwrap();
            let held = model.0.iter().any(|(name, _)| *name == owner);
            let below = model.0.iter().any(|(name, _)| name.is_within(&owner));
            match zone.place(relative) {
                Place::Node(node) => prop_assert!(held && node.name == owner),
                Place::EmptyNonTerminal => prop_assert!(below && !held),
                Place::Absent { encloser } => {
                    prop_assert!(!below);
                    let best = model.0.iter().map(|(name, _)| {
                        let other = name.key();
                        common_labels(zone.relative(other.as_bytes()).unwrap(), relative)
                    });
                    if zone.has_wildcards() {
                        prop_assert_eq!(encloser, best.max().unwrap_or(0));
                    }
                }
            }
        }
    }
}

#[test]
fn a_serial_advances_and_is_never_zero() {
    let mut zone = super::ZoneConfig::primary(name("z.example"))
        .build()
        .unwrap();
    zone.bump_serial();
    assert_eq!(zone.serial(), 2);
    let (ttl, soa) = zone.negative_soa().unwrap();
    assert_eq!((ttl, soa.kind()), (3600, RecordType::SOA));
    let mut empty = ZoneData::empty(name("z.example"));
    empty.bump_serial();
    assert!(!empty.is_loaded() && empty.is_empty());
}

#[test]
fn names_outside_the_zone_change_nothing() {
    let mut zone = super::ZoneConfig::primary(name("z.example"))
        .build()
        .unwrap();
    let address = Data::A([10, 0, 0, 1].into()).encode();
    assert!(!zone.add(&name("a.example"), 60, address.clone(), Origin::Static));
    assert!(!zone.remove(&name("az.example"), &address));
    assert_eq!(zone.len(), 1);
}
