//! Engines over the server: one that crashes, and two at once.

use ipamlab::ipam::ErrorId;
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::inventory::{NewServer, ServerFilter, ServerRole};
use ipamlab::ipam::store::Database;

use super::empty;
use world::*;

// The engine's own tests on purpose, with another `scratch`.
#[path = "../engine/crash.rs"]
mod crash;
#[allow(dead_code, reason = "the engine's tests use the rest")]
#[path = "../engine/world.rs"]
mod world;

struct Scratch {
    database: Database,
}

/// An empty database on the server; in memory where there is none.
fn scratch(_: &str) -> Scratch {
    let database = empty().map(|(database, _)| database).unwrap_or_default();
    Scratch { database }
}

#[test]
fn of_two_engines_that_add_the_same_server_one_is_refused_and_both_see_it() {
    let Some((database, _)) = empty() else { return };
    let estate = || {
        let mut spec = spec(vec![corp()]);
        spec.engine.database = database.clone();
        spec
    };
    let nps = fqdn("nps1.corp.example");
    // The first engine provisions; the second, in a run of its own, finds that done.
    provisioned_in(estate(), Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let server = || NewServer::new(nps.clone(), &[ServerRole::Nps]);
        let added = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let run = ipamlab::lab::run(estate(), async |lab| {
                    let boss = lab.caller(ADMIN).unwrap();
                    let ipam = lab.ipam();
                    let added = ipam.add_ipam_server_inventory(&boss, server()).await;
                    added.map(drop).map_err(|error| error.id)
                });
                run.expect("the estate is good")
            });
            other.join().expect("the other engine ends")
        });
        assert_eq!(added, Ok(()));
        let again = ipam.add_ipam_server_inventory(&boss, server()).await;
        assert_eq!(again.unwrap_err().id, ErrorId::IpamApiServerAlreadyInDB);
        let filter = ServerFilter::default();
        let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
        assert_eq!(found.len(), 1);
    });
}
