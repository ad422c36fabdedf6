//! ipamlab is a laboratory for IP address management.
//!
//! A scenario describes a Windows estate and a list of steps. The laboratory builds the estate in
//! memory, with DHCP and DNS servers that speak the real protocols byte for byte, runs an IPAM
//! engine against it and records what happened.
//!
//! Rows may import from the rows above them and never from those below; `tests/tidy.rs` holds
//! the code to it.
//!
//! | module | what it is |
//! |---|---|
//! | [`base`] | time, seeded randomness, names and identifiers, limits |
//! | [`addr`] | address arithmetic: prefixes, ranges, gaps |
//! | [`wire`] | DNS, DHCP and Windows remote calls as readable types over bytes |
//! | [`net`] | the one seam: simulated network or real sockets; faults; capture |
//! | [`estate`] | ground truth: forest, groups, GPOs, firewalls, shares, services |
//! | [`server`] | the fakes: DNS, DHCP and the Windows remote interfaces |
//! | [`ipam`] | the engine, which sees the estate only through [`net`] |
//! | [`oracle`] | what every check must say, derived from the estate alone |
//! | [`lab`] | composes one run |
//! | [`step`] | the verbs of a scenario |
//! | [`scenario`] | the YAML language |
//! | [`report`] | observations in, text out |
//! | [`demo`] | the player: a run to step through, change and compare |
//! | [`cli`] | commands, arguments, exit codes |

pub mod addr;
pub mod base;
pub mod cli;
pub mod demo;
pub mod estate;
pub mod ipam;
pub mod lab;
pub mod net;
pub mod oracle;
pub mod report;
pub mod scenario;
pub mod server;
pub mod step;
pub mod wire;
