//! The fake DHCP server, held to its RFCs and to the Windows rules of domain 8.5 to 8.8.

mod audit;
mod management;
mod properties;
mod registration;
mod registration_v6;
mod relays_and_scopes;
mod rfc2131;
mod rfc8415;
mod scope_edit;
mod support;
mod with_dns;
