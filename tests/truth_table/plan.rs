//! Tables cut into pieces, and two threads that take one piece after the other.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ipamlab::estate::{Role, Setting};

use super::ground::on_prepared;

/// The cores that a continuous integration machine has.
const WORKERS: usize = 2;

/// Evaluations of one laboratory. Its capture of packets grows with each.
const PIECE: usize = 512;

/// What is left out, one combination after the other; each differs little from the one before.
pub type Absences = fn(&[&'static Setting], &BTreeSet<Role>) -> Vec<BTreeSet<&'static str>>;

/// Every subset of `settings`, each differing from the one before in one setting (Gray code), the
/// last setting least often.
pub fn subsets(settings: &[&'static Setting]) -> Vec<BTreeSet<&'static str>> {
    (0..1_usize << settings.len())
        .map(|number| {
            let code = number ^ (number >> 1);
            let chosen = settings.iter().enumerate();
            chosen
                .filter(|(place, _)| code & (1 << place) != 0)
                .map(|(_, setting)| setting.id)
                .collect()
        })
        .collect()
}

/// Holds every combination on every kind of server; gives how many there were of each.
pub fn hold_all(servers: &[&[Role]], absences: Absences) -> Vec<usize> {
    let tables: Vec<Vec<BTreeSet<&str>>> = servers
        .iter()
        .map(|roles| {
            on_prepared(roles, async |ground| {
                absences(&ground.required, &ground.roles)
            })
        })
        .collect();
    let pieces: Vec<(&[Role], &[BTreeSet<&'static str>])> = servers
        .iter()
        .zip(&tables)
        .flat_map(|(roles, table)| table.chunks(PIECE).map(move |piece| (*roles, piece)))
        .collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((roles, piece)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                    hold_piece(roles, piece);
                }
            });
        }
    });
    tables.iter().map(Vec::len).collect()
}

fn hold_piece(roles: &[Role], piece: &[BTreeSet<&'static str>]) {
    on_prepared(roles, async |ground| {
        for absent in piece {
            ground.leave_out(absent).await;
            ground.hold().await;
        }
    });
}
