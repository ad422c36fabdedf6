//! How links, units, enforcement, blocking and filters compose: random trees against the rule
//! said the other way round, by who wins instead of by who comes last.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::*;
use super::policies::{admin, computer, corp_name};
use super::*;

/// The places a GPO can be linked to, from the root down to the innermost unit.
const UNITS: [&str; 3] = ["Outer", "Outer/Middle", "Outer/Middle/Inner"];
const PLACES: usize = UNITS.len() + 1;
const GROUP: &str = "DHCP Users";

#[derive(Debug, Clone)]
struct Linked {
    place: usize,
    enabled: bool,
    enforced: bool,
    order: u32,
}

#[derive(Debug, Clone)]
struct Policy {
    filtered_in: bool,
    denied: bool,
    version_zero: bool,
    links: Vec<Linked>,
}

impl Policy {
    fn may_apply(&self) -> bool {
        self.filtered_in && !self.denied && !self.version_zero
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let often = prop::bool::weighted(0.8);
    let rarely = || prop::bool::weighted(0.15);
    let link = (0..PLACES, often, prop::bool::weighted(0.3), 0u32..4);
    let linked = link.prop_map(|(place, enabled, enforced, order)| Linked {
        place,
        enabled,
        enforced,
        order,
    });
    let links = prop::collection::vec(linked, 0..4);
    (prop::bool::weighted(0.8), rarely(), rarely(), links).prop_map(
        |(filtered_in, denied, version_zero, links)| Policy {
            filtered_in,
            denied,
            version_zero,
            links,
        },
    )
}

fn target(place: usize) -> LinkTarget {
    match place {
        0 => LinkTarget::DomainRoot,
        unit => LinkTarget::Ou(UNITS[unit - 1].to_owned()),
    }
}

fn name(index: usize) -> String {
    format!("GPO{index}")
}

/// The one member that a GPO leaves in the restricted group.
fn marker(index: usize) -> Sid {
    format!("S-1-5-21-9-9-9-{}", 2000 + index).parse().unwrap()
}

/// The estate with `policies`, its DHCP server `depth` units deep.
fn world(blocks: [bool; 3], depth: usize, policies: &[Policy]) -> Estate {
    let mut spec = corp();
    let domain = &mut spec.domains[0];
    domain.ous = UNITS
        .iter()
        .zip(blocks)
        .map(|(name, blocks_inheritance)| OuSpec {
            name: (*name).to_owned(),
            blocks_inheritance,
        })
        .collect();
    domain.hosts[1].ou = depth.checked_sub(1).map(|unit| UNITS[unit].to_lowercase());
    let mut estate = built(&spec);
    let (corp, owner) = (corp_name(), admin(&estate));
    let account = computer(&estate, "dhcp1");
    let everybody = sid::well_known(sid::AUTHENTICATED_USERS);
    for (index, policy) in policies.iter().enumerate() {
        let name = name(index);
        estate.create_gpo(&corp, &name, &owner, at(0)).unwrap();
        let settings = GpoSettings {
            restricted_groups: BTreeMap::from([(GROUP.to_owned(), [marker(index)].into())]),
            ..GpoSettings::default()
        };
        estate.import_gpo(&corp, &name, settings, at(0)).unwrap();
        for link in &policy.links {
            let switches = Link {
                enabled: link.enabled,
                enforced: link.enforced,
                order: link.order,
            };
            let place = target(link.place);
            estate
                .link_gpo(&corp, &name, place, switches, at(0))
                .unwrap();
        }
        if !policy.filtered_in {
            let edited = estate.set_gpo_filter(&corp, &name, &everybody, false, at(0));
            edited.unwrap();
        }
        if policy.denied {
            let edited = estate.set_gpo_deny(&corp, &name, &account, true, at(0));
            edited.unwrap();
        }
        if policy.version_zero {
            let edited = estate.set_gpo_versions(&corp, &name, 0, 2, at(0));
            edited.unwrap();
        }
    }
    estate
}

/// Every link on the way to the server, as the estate keeps it: place, order, GPO.
fn links_on_the_way(estate: &Estate, depth: usize) -> Vec<(usize, Link, usize)> {
    let domain = estate.domain(&corp_name()).unwrap();
    let mut found = Vec::new();
    for gpo in domain.gpos() {
        let index = gpo.name.trim_start_matches("GPO").parse().unwrap();
        for place in 0..=depth {
            let key = match target(place) {
                LinkTarget::Ou(ou) => LinkTarget::Ou(ou.to_lowercase()),
                root => root,
            };
            if let Some(link) = gpo.links.get(&key) {
                found.push((place, *link, index));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(256)
    })]

    #[test]
    fn the_nearest_link_wins_and_the_highest_enforced_one_beats_it(
        blocks in any::<[bool; 3]>(),
        depth in 0..PLACES,
        policies in prop::collection::vec(policy(), 1..6),
    ) {
        let mut estate = world(blocks, depth, &policies);
        let dhcp1 = fqdn("dhcp1.corp.example");
        let before = estate.local_group_or_err(&dhcp1, GROUP).unwrap().members.clone();
        estate.gpupdate(&dhcp1, at(1)).unwrap();

        let on_the_way = links_on_the_way(&estate, depth);
        let shield = (1..=depth).rev().find(|unit| blocks[unit - 1]).unwrap_or(0);
        let effective: Vec<_> = on_the_way
            .iter()
            .filter(|(place, link, index)| {
                let passes = link.enforced || *place >= shield;
                link.enabled && passes && policies[*index].may_apply()
            })
            .collect();
        let enforced = effective.iter().filter(|(_, link, _)| link.enforced);
        let highest = enforced.min_by_key(|(place, link, _)| (*place, link.order));
        let nearest = effective
            .iter()
            .min_by_key(|(place, link, _)| (PLACES - place, link.order));
        let winner = highest.or(nearest).map(|(_, _, index)| *index);

        let policy = &estate.host(&dhcp1).unwrap().policy;
        prop_assert_eq!(policy.applied.last().cloned(), winner.map(name));
        let members = &estate.local_group_or_err(&dhcp1, GROUP).unwrap().members;
        let left = winner.map_or(before, |index| [marker(index)].into());
        prop_assert_eq!(members, &left);

        let applied: BTreeSet<String> = policy.applied.iter().cloned().collect();
        let wanted: BTreeSet<String> = effective.iter().map(|(_, _, index)| name(*index)).collect();
        prop_assert_eq!(&applied, &wanted);
        prop_assert_eq!(applied.len(), policy.applied.len(), "one is processed twice");
        let told: BTreeSet<String> = policy.filtered_out.keys().cloned().collect();
        let names = |links: &[(usize, Link, usize)]| -> BTreeSet<String> {
            links.iter().map(|(_, _, index)| name(*index)).collect()
        };
        let linked = names(&on_the_way);
        prop_assert_eq!(told, &linked - &applied);
    }

    #[test]
    fn links_of_a_place_keep_the_order_they_are_given(
        edits in prop::collection::vec((0usize..5, 0u32..7), 1..12),
    ) {
        let bare = Policy {
            filtered_in: true,
            denied: false,
            version_zero: false,
            links: Vec::new(),
        };
        let mut estate = world([false; 3], 0, &vec![bare; 5]);
        let mut model: Vec<usize> = Vec::new();
        for (gpo, order) in edits {
            let link = Link { order, ..Link::default() };
            let root = LinkTarget::DomainRoot;
            estate.link_gpo(&corp_name(), &name(gpo), root, link, at(0)).unwrap();
            let known = model.iter().position(|known| *known == gpo);
            model.retain(|known| *known != gpo);
            let place = match (order, known) {
                (0, known) => known.unwrap_or(model.len()),
                (wanted, _) => (wanted as usize - 1).min(model.len()),
            };
            model.insert(place, gpo);
        }
        let mut kept = links_on_the_way(&estate, 0);
        kept.sort_by_key(|(_, link, _)| link.order);
        let orders: Vec<u32> = kept.iter().map(|(_, link, _)| link.order).collect();
        let gpos: Vec<usize> = kept.into_iter().map(|(_, _, gpo)| gpo).collect();
        prop_assert_eq!(&gpos, &model);
        prop_assert_eq!(orders, (1..=model.len() as u32).collect::<Vec<_>>());
    }
}

#[test]
fn without_a_controller_gpupdate_says_so_and_changes_nothing() {
    let mut estate = built(&corp());
    estate.shut_down(&fqdn("dc1.corp.example"), at(0)).unwrap();
    let refused = estate.gpupdate(&fqdn("dhcp1.corp.example"), at(1));
    let domain = corp_name();
    assert_eq!(refused, Err(EstateError::NoController { domain }));
}

#[test]
fn a_unit_inside_one_that_does_not_exist_is_refused() {
    let mut spec = corp();
    spec.domains[0].ous.push(OuSpec {
        name: "Servers/DHCP".to_owned(),
        blocks_inheritance: false,
    });
    let errors = Estate::build(&spec, Seed(7)).unwrap_err();
    assert!(errors[0].to_string().contains("`Servers`"), "{errors:?}");
}
