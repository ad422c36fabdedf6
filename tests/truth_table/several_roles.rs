//! Servers of several roles: every combination of the settings that their roles share, with none,
//! one and every two of the others left out.

use std::collections::BTreeSet;

use ipamlab::estate::setting::Where;
use ipamlab::estate::{Role, Setting};

use super::plan::{hold_all, subsets};
use Role::{Dhcp, Dns, DomainController as Dc, Nps};

const SERVERS: [&[Role]; 11] = [
    &[Dhcp, Dns],
    &[Dhcp, Dc],
    &[Dhcp, Nps],
    &[Dns, Dc],
    &[Dns, Nps],
    &[Dc, Nps],
    &[Dhcp, Dns, Dc],
    &[Dhcp, Dns, Nps],
    &[Dhcp, Dc, Nps],
    &[Dns, Dc, Nps],
    &[Dhcp, Dns, Dc, Nps],
];

fn is_shared(setting: &Setting, roles: &BTreeSet<Role>) -> bool {
    match setting.place {
        Where::Any(any) => any.iter().filter(|role| roles.contains(role)).count() > 1,
        Where::DirectoryDns | Where::StandaloneDns => false,
    }
}

/// None, one and every two of `settings`.
fn up_to_two(settings: &[&'static Setting]) -> Vec<BTreeSet<&'static str>> {
    let mut chosen = vec![BTreeSet::new()];
    // The slowly switched ones are last, so they are in the outer loop.
    for (place, outer) in settings.iter().enumerate() {
        chosen.push(BTreeSet::from([outer.id]));
        for inner in &settings[..place] {
            chosen.push(BTreeSet::from([outer.id, inner.id]));
        }
    }
    chosen
}

fn shared_and_pairs(
    required: &[&'static Setting],
    roles: &BTreeSet<Role>,
) -> Vec<BTreeSet<&'static str>> {
    let (shared, others): (Vec<_>, Vec<_>) = required
        .iter()
        .copied()
        .partition(|setting| is_shared(setting, roles));
    let mut table = Vec::new();
    let shared = subsets(&shared);
    for others in up_to_two(&others) {
        table.extend(shared.iter().map(|shared| shared | &others));
    }
    table
}

#[test]
fn every_combination_of_shared_settings_with_every_pair_of_the_others() {
    let held = hold_all(&SERVERS, shared_and_pairs);
    let table =
        |shared: u32, others: usize| 2_usize.pow(shared) * (1 + others + others * (others - 1) / 2);
    let wanted = [
        table(5, 14),
        table(3, 11),
        table(3, 11),
        table(3, 7),
        table(3, 7),
        8,
        table(5, 14),
        table(5, 14),
        table(3, 11),
        table(3, 7),
        table(5, 14),
    ];
    assert_eq!(held, wanted);
}
