//! The fake DNS server, held to its RFCs section by section.

mod aging;
mod edns_and_zones;
mod frames;
mod manage;
mod properties;
mod queries;
mod rfc2136;
mod rfc2136_prerequisites;
mod rfc5936;
mod rfc8945;
mod support;
