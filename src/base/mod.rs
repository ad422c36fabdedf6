//! What every other module may use: time, seeded randomness, names, limits, files.

pub mod id;
pub mod limits;
pub mod rng;
pub mod time;
pub mod whole_file;
pub mod wildcard;

pub use id::{AccountName, ClientId, Duid, Fqdn, HostName, MacAddress, ParseIdError, Sid};
pub use rng::{Seed, Stream};
pub use time::{Moment, SimTime};
