//! One HTML file that shows what ran: verdicts for every reader, and for those with a browser
//! that runs scripts each scenario to be stepped through.
//!
//! The file asks for nothing: no server, no other file. What a script draws is kept beside each
//! scenario as a packed [`Reel`] and opened only when somebody looks at it, so that a page of
//! thousands of scenarios stays light. Equal runs give equal bytes: nothing here knows the clock,
//! the machine or who wrote the page.

mod command;
mod merge;
mod packets;
mod page;
mod reel;
mod sides;
mod view;

pub use page::Page;
pub use reel::Reel;
