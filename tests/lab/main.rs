//! The laboratory itself: what it switches, judges, reports and places.

mod control;
mod judging;
mod life;
mod world;
mod zones;
