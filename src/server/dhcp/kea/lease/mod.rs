//! `lease4-*` and `lease6-*`: the leases of the server, shown and changed.
//!
//! An offer that nobody took yet is no lease to Kea, so none is shown. A client has one lease in
//! a subnet here: giving it a second one ends the first.

mod bulk;
mod change;
mod find;
mod parse;
mod show;

pub(super) use bulk::bulk_apply;
pub(super) use change::{add, del, update, wipe};
pub(super) use find::{
    get, get_all, get_by_client_id, get_by_duid, get_by_hostname, get_by_hw_address, get_by_state,
    get_page,
};
pub(super) use parse::context;
