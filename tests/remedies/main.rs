//! What is printed as a remedy, typed: every command and every step does what it says, and no
//! more.

mod compared;
mod shell;
mod world;
