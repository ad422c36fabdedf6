//! Where engine and oracle are held against each other.

use crate::estate::Estate;

use super::observation::Observation;

/// What must hold of the estate at any time, as findings where it does not.
pub(super) fn invariants(_estate: &Estate) -> Vec<Observation> {
    Vec::new()
}
