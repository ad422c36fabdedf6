//! Every command, with what it is made for and with nonsense.

mod configuration;
mod daemon;
mod kit;
mod leases;
mod nonsense;
mod reservations;
mod subnets;
