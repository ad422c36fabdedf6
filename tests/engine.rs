//! The engine against a whole estate, over the simulated network: provisioning, discovery,
//! inventory, Group Policy, access checks, collection, tasks and who may do what.

#[path = "engine/access.rs"]
mod access;
#[path = "engine/collection.rs"]
mod collection;
#[path = "engine/configuration.rs"]
mod configuration;
#[path = "engine/crash.rs"]
mod crash;
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
#[path = "engine/lease_import.rs"]
mod lease_import;
#[path = "engine/provisioning.rs"]
mod provisioning;
#[path = "engine/provisioning_cut_off.rs"]
mod provisioning_cut_off;
#[path = "engine/scale.rs"]
mod scale;
#[path = "engine/tasks.rs"]
mod tasks;
#[path = "engine/tracking.rs"]
mod tracking;
#[path = "engine/world.rs"]
mod world;

use std::path::PathBuf;

use ipamlab::ipam::store::Database;

/// A database in a file of the test's own.
struct Scratch {
    database: Database,
    folder: PathBuf,
}

fn scratch(name: &str) -> Scratch {
    let folder = std::env::temp_dir().join(format!("ipamlab-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
    Scratch {
        database: Database::File(folder.join("ipam.db")),
        folder,
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
