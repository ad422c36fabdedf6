//! Two set-ups held against each other: what was taken from one of them is what is reported, and
//! the commands that are printed close it.

use std::collections::BTreeSet;

use ipamlab::base::Fqdn;
use ipamlab::estate::{Need, setting};
use ipamlab::lab;
use ipamlab::oracle::{Difference, Grants, Pairs, Side};
use proptest::prelude::*;

use super::shell::type_all;
use super::world::{SERVERS, applicable, bare, fqdn, group, prepared, settle, take_shipped_grants};

/// A setting on a server.
type Place = (&'static str, &'static str);

/// What of the prepared estate is changed, and what is typed after that.
#[derive(Debug, Clone, Default)]
struct SetUp {
    /// Required settings that are undone.
    without: BTreeSet<Place>,
    /// Alternatives that are made besides.
    with: BTreeSet<Place>,
    typed: Vec<(Fqdn, Vec<String>)>,
}

impl SetUp {
    fn grants(&self) -> Grants {
        let granted = lab::run(prepared(), async |lab| {
            take_shipped_grants(lab);
            let (at, trustee) = (lab.now(), group(lab));
            let of = |id| setting::find(id).unwrap();
            for (server, id) in &self.with {
                let mut estate = lab.estate_mut();
                let made = of(id).apply(&mut estate, &fqdn(server), &trustee, at);
                made.unwrap();
            }
            for (server, id) in &self.without {
                let mut estate = lab.estate_mut();
                // The share goes with the permission on it, so the permission is gone already.
                let gone = *id == "dhcpaudit-share-permission"
                    && self.without.contains(&(server, "dhcpaudit-share"));
                if !gone {
                    let undone = of(id).remove(&mut estate, &fqdn(server), &trustee, at);
                    undone.unwrap();
                }
            }
            settle(lab).await;
            for (host, commands) in &self.typed {
                type_all(lab, host, commands);
            }
            lab.grants().unwrap()
        });
        granted.unwrap()
    }

    /// What it does not grant, by domain 4.2 alone.
    fn lacks(&self) -> BTreeSet<Place> {
        let lacks = |server, id| self.without.contains(&(server, id));
        let has_extra = |server, id| self.with.contains(&(server, id));
        let mut all = BTreeSet::new();
        for (server, id) in &self.without {
            // An administrator of the machine has what these grant (row 7).
            let administrator =
                matches!(*server, "dns1" | "both1") && !lacks(server, "dns-administrators");
            let granted = match *id {
                "dhcp-users" => administrator || has_extra(server, "dhcp-administrators"),
                "event-log-readers" | "dns-event-log-acl" | "dhcp-service-acl"
                | "dns-service-acl" => administrator,
                "dns-acl" => has_extra(server, "dns-admins"),
                "dhcpaudit-share-permission" => lacks(server, "dhcpaudit-share"),
                _ => false,
            };
            if !granted {
                all.insert((*server, *id));
            }
        }
        all
    }
}

/// Every required setting of every server, and every alternative that nothing else implies.
fn places() -> (Vec<Place>, Vec<Place>) {
    let listed = lab::run(prepared(), async |lab| {
        let of = |server| {
            let settings = applicable(lab, server).into_iter();
            settings.map(move |setting| (setting.need, (server, setting.id)))
        };
        let all = SERVERS.iter().flat_map(|(server, _)| of(*server));
        all.collect::<Vec<_>>()
    });
    let (required, others): (Vec<_>, Vec<_>) = listed
        .unwrap()
        .into_iter()
        .partition(|(need, _)| *need == Need::Required);
    let others = others.into_iter().map(|(_, place)| place);
    (
        required.into_iter().map(|(_, place)| place).collect(),
        // An administrator of `both1` administers DHCP by being one.
        others.filter(|(server, _)| *server != "both1").collect(),
    )
}

fn between(a: &SetUp, b: &SetUp) -> Difference {
    Difference::between(&a.grants(), &b.grants(), &Pairs::new())
}

/// What is reported as missing on a side.
fn reported(difference: &Difference, side: Side) -> BTreeSet<(String, String)> {
    let servers = difference.servers.iter();
    let gaps = servers.flat_map(|server| server.gaps.iter().map(move |gap| (server, gap)));
    gaps.filter(|(_, gap)| gap.missing_on == side)
        .map(|(server, gap)| (server.server.to_string(), gap.id.clone()))
        .collect()
}

fn named(places: impl IntoIterator<Item = Place>) -> BTreeSet<(String, String)> {
    let places = places.into_iter();
    places
        .map(|(server, id)| (fqdn(server).to_string(), id.to_owned()))
        .collect()
}

/// The set-up after what was printed for its side was typed; with `take_away`, what is more than
/// needed is taken away on the side that has it.
fn mended(set_up: &SetUp, difference: &Difference, side: Side, take_away: bool) -> SetUp {
    let mut after = set_up.clone();
    for server in &difference.servers {
        let commands = server.gaps.iter().filter_map(|gap| {
            let taken = take_away && !gap.or_take_away.is_empty();
            match (gap.missing_on == side, taken) {
                (true, false) => Some(gap.commands.clone()),
                (false, true) => Some(gap.or_take_away.clone()),
                _ => None,
            }
        });
        let typed = commands.map(|commands| (server.server.clone(), commands));
        after.typed.extend(typed);
    }
    after
}

fn only_first(first: &BTreeSet<Place>, second: &BTreeSet<Place>) -> BTreeSet<Place> {
    first.difference(second).copied().collect()
}

/// Holds the comparison of two set-ups against what was changed in them.
fn hold(a: &SetUp, b: &SetUp) {
    let difference = between(a, b);
    let (of_a, of_b) = (a.lacks(), b.lacks());
    let missing_on_a = &only_first(&of_a, &of_b) | &only_first(&b.with, &a.with);
    let missing_on_b = &only_first(&of_b, &of_a) | &only_first(&a.with, &b.with);
    let same = missing_on_a.is_empty() && missing_on_b.is_empty();
    assert_eq!(difference.equivalent, same, "{difference:#?}");
    assert_eq!(reported(&difference, Side::A), named(missing_on_a));
    assert_eq!(reported(&difference, Side::B), named(missing_on_b));
    for gap in difference.gaps() {
        let setting = gap.setting.expect("nothing but settings was changed");
        assert_eq!(gap.more_than_needed, setting.need != Need::Required);
    }
    for take_away in [false, true] {
        let a = mended(a, &difference, Side::A, take_away);
        let b = mended(b, &difference, Side::B, take_away);
        let left = between(&a, &b);
        assert!(left.equivalent, "{left:#?}\nafter\n{difference:#?}");
    }
}

fn some_of(places: Vec<Place>, at_most: usize) -> impl Strategy<Value = BTreeSet<Place>> {
    let most = at_most.min(places.len());
    let some = prop::sample::subsequence(places, 0..=most);
    some.prop_map(|places| places.into_iter().collect())
}

fn set_ups() -> impl Strategy<Value = (SetUp, SetUp)> {
    let (required, others) = places();
    let one = move || {
        let chosen = (some_of(required.clone(), 12), some_of(others.clone(), 2));
        chosen.prop_map(|(without, with)| SetUp {
            without,
            with,
            typed: Vec::new(),
        })
    };
    (one(), one())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_was_taken_from_either_side_is_reported_and_what_is_printed_closes_it(
        (a, b) in set_ups(),
    ) {
        hold(&a, &b);
    }
}

#[test]
fn every_setting_taken_alone_is_reported_alone_on_its_side() {
    let (required, others) = places();
    let whole = SetUp::default();
    for place in required {
        let without = BTreeSet::from([place]);
        let less = SetUp {
            without,
            ..SetUp::default()
        };
        hold(&whole, &less);
    }
    for place in others {
        let with = BTreeSet::from([place]);
        let more = SetUp {
            with,
            ..SetUp::default()
        };
        hold(&more, &whole);
    }
}

#[test]
fn what_the_computer_account_is_granted_itself_equals_what_its_group_is_granted() {
    let by_account = lab::run(bare(), async |lab| {
        take_shipped_grants(lab);
        let account = {
            let estate = lab.estate();
            let found = estate.find_principal("CORP\\ipam1$", None);
            found.unwrap().sid.clone()
        };
        let at = lab.now();
        for (server, _) in SERVERS {
            for setting in applicable(lab, server) {
                if setting.need == Need::Required {
                    let mut estate = lab.estate_mut();
                    let made = setting.apply(&mut estate, &fqdn(server), &account, at);
                    made.unwrap();
                }
            }
        }
        settle(lab).await;
        lab.grants().unwrap()
    });
    let by_group = SetUp::default().grants();
    let difference = Difference::between(&by_account.unwrap(), &by_group, &Pairs::new());
    assert!(difference.equivalent, "{difference:#?}");
}

#[test]
fn an_account_outside_the_group_that_has_everything_lacks_one_membership() {
    let outside = lab::run(prepared(), async |lab| {
        take_shipped_grants(lab);
        settle(lab).await;
        let (group, at) = (group(lab), lab.now());
        let account = {
            let estate = lab.estate();
            let found = estate.find_principal("CORP\\ipam1$", None);
            found.unwrap().sid.clone()
        };
        let mut estate = lab.estate_mut();
        estate
            .remove_domain_group_member(&group, &account, at)
            .unwrap();
        drop(estate);
        let before = lab.grants().unwrap();
        let typed = before.account_lacks["group-membership"].commands.clone();
        let dc1 = fqdn("dc1");
        type_all(lab, &dc1, &typed);
        (before, lab.grants().unwrap())
    });
    let (before, after) = outside.unwrap();
    let whole = SetUp::default().grants();
    let difference = Difference::between(&before, &whole, &Pairs::new());
    let gaps: Vec<&str> = difference.gaps().map(|gap| gap.id.as_str()).collect();
    assert_eq!(gaps, ["group-membership"], "{difference:#?}");
    assert_eq!(difference.account.len(), 1);
    let left = Difference::between(&after, &whole, &Pairs::new());
    assert!(left.equivalent, "{left:#?}");
}

#[test]
fn an_administrator_of_everything_grants_more_and_says_through_what() {
    let broad = lab::run(prepared(), async |lab| {
        take_shipped_grants(lab);
        let (admins, account) = {
            let estate = lab.estate();
            let sid = |name| estate.find_principal(name, None).unwrap().sid.clone();
            (sid("CORP\\Domain Admins"), sid("CORP\\ipam1$"))
        };
        let at = lab.now();
        let joined = lab
            .estate_mut()
            .add_domain_group_member(&admins, &account, at);
        joined.unwrap();
        settle(lab).await;
        lab.grants().unwrap()
    });
    let whole = SetUp::default().grants();
    let difference = Difference::between(&broad.unwrap(), &whole, &Pairs::new());
    let told: Vec<(&str, &str, Option<&str>)> = difference
        .servers
        .iter()
        .flat_map(|server| server.gaps.iter().map(move |gap| (server, gap)))
        .map(|(server, gap)| {
            (
                server.server.as_str(),
                gap.id.as_str(),
                gap.through.as_deref(),
            )
        })
        .collect();
    let through = Some("CORP\\Domain Admins");
    let wanted = [
        ("dc1.corp.example", "administrators", through),
        ("dhcp1.corp.example", "administrators", through),
        ("nps1.corp.example", "administrators", through),
    ];
    assert_eq!(told, wanted);
    assert!(
        difference
            .gaps()
            .all(|gap| gap.more_than_needed && gap.missing_on == Side::B)
    );
}

#[test]
fn servers_that_one_side_has_not_are_named_unless_they_are_paired() {
    let grants = SetUp::default().grants();
    let mut fewer = grants.clone();
    let moved = fewer.servers.remove(&fqdn("nps1")).unwrap();
    fewer.servers.insert(fqdn("nps9"), moved);
    let difference = Difference::between(&grants, &fewer, &Pairs::new());
    assert!(!difference.equivalent);
    assert_eq!(difference.only_in_a, [fqdn("nps1")]);
    assert_eq!(difference.only_in_b, [fqdn("nps9")]);
    let pairs = Pairs::from([(fqdn("nps1"), fqdn("nps9"))]);
    assert!(Difference::between(&grants, &fewer, &pairs).equivalent);
}
