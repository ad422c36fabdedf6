//! Tests of the network as its users see it.

mod kit;
mod parity;
mod ping;
mod real;
mod tcp;
mod udp;
