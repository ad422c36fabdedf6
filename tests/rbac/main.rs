//! Who may do what: every operation of the engine against every local group, every built-in role
//! and every place a policy can give it for, over the simulated network; and proof that no
//! operation forgets to ask.

mod expected;
mod matrix;
mod misuse;
mod operations;
mod policies;
mod scopes;
mod source;
mod world;
