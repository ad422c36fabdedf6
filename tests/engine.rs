//! The engine against a whole estate, over the simulated network: provisioning, discovery,
//! inventory, Group Policy, access checks, collection, tasks and who may do what.

#[path = "engine/access.rs"]
mod access;
#[path = "engine/collection.rs"]
mod collection;
#[path = "engine/discovery.rs"]
mod discovery;
#[path = "engine/filters.rs"]
mod filters;
#[path = "engine/gpo.rs"]
mod gpo;
#[path = "engine/gpo_cut_off.rs"]
mod gpo_cut_off;
#[path = "engine/inventory.rs"]
mod inventory;
#[path = "engine/provisioning.rs"]
mod provisioning;
#[path = "engine/scale.rs"]
mod scale;
#[path = "engine/tasks.rs"]
mod tasks;
#[path = "engine/world.rs"]
mod world;
