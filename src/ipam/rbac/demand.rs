//! What an operation of the engine asks of its caller.

use super::object::Object;
use super::operation::{Action, Operation, OperationGroup};
use super::right::Right;

/// Everything that must be permitted before an operation of the engine goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Given by local groups alone.
    Right(Right),
    /// Each of these on its object.
    Operations(Vec<(Operation, Object)>),
}

impl Demand {
    pub(crate) fn on(action: Action, group: OperationGroup, object: Object) -> Demand {
        Demand::Operations(vec![(Operation(action, group), object)])
    }
}

impl From<Right> for Demand {
    fn from(right: Right) -> Demand {
        Demand::Right(right)
    }
}
