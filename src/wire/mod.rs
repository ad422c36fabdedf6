//! Messages as readable types over bytes. The only module that names the DNS and DHCP codec
//! crates, and the place that guards their pitfalls.

pub mod dhcp;
pub mod dns;
pub mod windows;
