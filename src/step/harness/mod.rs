//! Steps of the harness itself: time, notes, expectations.

pub mod advance;
pub mod expect;
mod verify;
