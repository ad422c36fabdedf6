//! Every interleaving of allocators that work at the same time, against the fakes.
//!
//! An *actor* is a program over the real engine. It is stopped wherever others can get in
//! between: at each remote call that reads or writes what they share, before the call reaches the
//! server and after it was answered, while it waits for pings, and where a person thinks. The
//! explorer plays every order of their steps, each from a fresh world, and judges every end.
//! Start from [`explorer`].

mod actors;
mod desk;
mod explorer;
mod graph;
mod judge;
mod play;
#[path = "../space/support/mod.rs"]
mod support;
mod watch;
mod world;

mod counting;
mod faulty;
mod one_server;
mod repeated;
mod same_record;
mod two_servers;
