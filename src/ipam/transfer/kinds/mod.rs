//! What a row of each kind may hold, and how its values are read and written.

pub mod address;
pub mod block;
pub mod range;
pub mod subnet;
