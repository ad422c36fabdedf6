//! Tests of the network as its users see it.

mod kit;
mod ping;
mod tcp;
mod udp;
