//! What a crash leaves behind, in whatever database `scratch` makes.

use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::engine::ProvisioningState;
use ipamlab::ipam::inventory::{NewServer, ServerFilter, ServerRole};

use super::scratch;
use super::world::*;

#[test]
fn a_crash_between_any_two_statements_of_an_add_leaves_all_of_it_or_nothing() {
    let mut outcomes = Vec::new();
    for statements in 0..40 {
        let place = scratch(&format!("engine-{statements}"));
        let mut spec = spec(vec![corp()]);
        spec.engine.database = place.database.clone();
        let complete = provisioned_in(spec, Manual, async |lab, boss| {
            let server = NewServer::new(fqdn("nps1.corp.example"), &[ServerRole::Nps]);
            let ipam = lab.ipam();
            ipam.store().faults().fail_after(Some(statements));
            let added = ipam.add_ipam_server_inventory(&boss, server).await;
            drop(ipam);
            lab.reopen_engine().unwrap();
            let ipam = lab.ipam();
            assert_eq!(ipam.provisioning_state(), ProvisioningState::Provisioned);
            let filter = ServerFilter::default();
            let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
            assert_eq!(found.len(), usize::from(added.is_ok()));
            for server in &found {
                assert_eq!(server.checks.len(), 4, "the record is whole");
            }
            added.is_ok()
        });
        outcomes.push(complete);
    }
    assert!(outcomes.contains(&true) && outcomes.contains(&false));
    assert!(outcomes.is_sorted(), "more statements never lose the row");
}
