//! What every other module may use: time, seeded randomness, names, limits.

pub mod id;
pub mod limits;
pub mod rng;
pub mod time;
pub mod wildcard;

pub use id::{AccountName, ClientId, Duid, Fqdn, HostName, MacAddress, ParseIdError, Sid};
pub use rng::{Seed, Stream};
pub use time::{Moment, SimTime};
