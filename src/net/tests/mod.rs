//! Tests of the network as its users see it.

mod faults;
mod gate;
mod kit;
mod parity;
mod ping;
mod properties;
mod real;
mod running;
mod tcp;
mod udp;
