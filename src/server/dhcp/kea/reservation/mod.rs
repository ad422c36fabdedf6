//! `reservation-*`: the reservations of the server, shown and changed, each in logarithmic time.
//!
//! There is one store here, so every `operation-target` means it. A reservation has an address and
//! a host name; what else Kea keeps for a host (options, classes, boot parameters, prefixes) this
//! server cannot give a client, and a command that asks for it is refused.

mod change;
mod find;
mod parse;
mod show;

pub(super) use change::{ACTOR, add, del, insert, update};
pub(super) use find::{get, get_all, get_by_address, get_by_hostname, get_by_id, get_page};
pub(super) use parse::{Host, host};
pub(super) use show::shown;
