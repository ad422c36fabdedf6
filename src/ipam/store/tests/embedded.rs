//! Over a file.

fn scratch(name: &str) -> super::Scratch {
    super::Scratch::file(name)
}

#[path = "behaviour.rs"]
mod behaviour;
