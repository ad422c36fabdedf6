//! Logical groups and the views of the address space (domain 5.11, 9.3).
//!
//! A group sorts all objects of one kind by the values of one or more multivalue fields; the order
//! of the fields is the order of the levels of its tree. Nothing is put into a group by hand: what
//! is where follows from what the objects carry, whenever it is asked for. An object without a
//! value for a field is in a level of its own, and one with two values in two, so that no object is
//! missing anywhere and every level counts what is in it.
//!
//! It knows fields and values through [`crate::ipam::fields`] and does not change any object.
//!
//! Start from [`LogicalGroup`] and [`Level`]; `cmdlets` lists the operations.

pub mod cmdlets;
pub(in crate::ipam) mod edit;
pub mod group;
pub mod level;
mod members;
pub mod part;
mod rows;
#[cfg(test)]
mod tests;
pub mod view;

pub use group::{GroupKind, LogicalGroup};
pub use level::{Level, Member};
pub(in crate::ipam) use members::members;
pub use part::GroupPart;
pub(in crate::ipam) use rows::{DDL, group_by, key_of, places_of, range_groups};
pub use view::{CurrentView, Detail};
