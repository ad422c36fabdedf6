//! Over a server.

fn scratch(name: &str) -> super::Scratch {
    super::Scratch::server(name)
}

// The same tests on purpose: `scratch` is another one.
#[allow(clippy::duplicate_mod)]
#[path = "behaviour.rs"]
mod behaviour;
