//! Programs that nobody here wrote, against what this project serves, and the reverse.
//!
//! Where a program is not installed its test says so and passes; with `IPAMLAB_REQUIRE_TOOLS=1`,
//! as CI sets it, the test fails instead.

mod bind_sync;
mod bind_transfer;
#[cfg(unix)]
#[path = "../dhcp/support/mod.rs"]
mod dhcp_support;
mod dig_and_nsupdate;
#[path = "../dns/support/mod.rs"]
mod dns_support;
#[cfg(unix)]
mod kea_ddns;
#[cfg(unix)]
mod kea_differential;
#[cfg(unix)]
mod kea_shell;
mod perfdhcp;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod served;
#[path = "../space/support/mod.rs"]
mod space_support;
