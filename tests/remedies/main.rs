//! What is printed as a remedy, typed: every command and every step does what it says, and no
//! more.

mod commands;
mod compared;
mod explained;
mod shell;
mod steps;
mod world;
