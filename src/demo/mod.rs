//! The player: a run to step through, change and compare, on a terminal or unattended.
//!
//! A run is deterministic, so playing is cheap: the scenario runs once, its record and its film
//! are kept, and forward, back and jump only move a cursor. A changed fact is a step put into the
//! text of the scenario; that branch runs anew from the start, beside the original, which stays.
//!
//! Three parts that know little of each other: [`Player`] is the model, [`Player::update`] takes
//! a key and changes it, [`view`] draws it. A terminal and a [`script`] both go through these, so
//! what a script shows is what a person sees. How a scenario is run and a file is written is
//! asked of a [`Backstage`].

mod backstage;
mod branch;
mod cast;
mod change;
mod compare;
mod dialog;
pub mod frame;
pub mod key;
pub mod keys;
mod menu;
mod player;
pub mod script;
mod update;
pub mod view;

pub use backstage::{Backstage, Saved, Shot, shoot};
pub use cast::Cast;
pub use dialog::Dialog;
pub use key::{Action, Binding, Key};
pub use keys::KEYS;
pub use player::{Ending, Input, Pane, Player};
