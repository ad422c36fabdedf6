//! Adding, changing and removing servers by hand.

use ipamlab::estate::Os;
use ipamlab::ipam::ErrorId;
use ipamlab::ipam::access::AccessStatus;
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::fields::CustomChange;
use ipamlab::ipam::fields::cmdlets::NewCustomField;
use ipamlab::ipam::inventory::{
    ManageabilityStatus, NewServer, RecommendedAction, ServerChange, ServerFilter, ServerRole,
};
use ipamlab::lab::Lab;

use super::world::*;

const NPS: &str = "nps1.corp.example";

fn nps() -> NewServer {
    NewServer::new(fqdn(NPS), &[ServerRole::Nps])
}

#[test]
fn a_server_added_by_hand_is_not_checked_until_discovery_runs() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let report = ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        let server = report.server;
        assert_eq!(server.access(), AccessStatus::NotChecked);
        assert_eq!(
            server.recommended_action(),
            RecommendedAction::SetManageabilityStatus
        );
        assert_eq!(server.os.name, "Windows Server 2019");
        assert_eq!(
            server.addresses,
            ["10.0.0.7".parse::<std::net::IpAddr>().unwrap()]
        );
        assert_eq!(server.domain, fqdn("corp.example"));
        ipam.start_server_discovery(&boss, None).await.unwrap();
        let filter = ServerFilter {
            server_type: vec![ServerRole::Nps],
            ..ServerFilter::default()
        };
        let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
        assert_eq!(found[0].access(), AccessStatus::Blocked);
    });
}

/// The refusal of adding `server` in the usual estate.
fn refused(server: NewServer) -> ErrorId {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        refusal(ipam.add_ipam_server_inventory(&boss, server).await)
    })
}

#[test]
fn a_manual_add_is_verified() {
    let unknown = NewServer::new(fqdn("ghost.corp.example"), &[ServerRole::Nps]);
    assert_eq!(
        refused(unknown),
        ErrorId::IpamApiServerNotFoundInGlobalCatalog
    );
    let roles = ErrorId::IpamApiServerRoleCollectionInvalid;
    assert_eq!(refused(NewServer::new(fqdn(NPS), &[])), roles);
    let twice = [ServerRole::Nps, ServerRole::Nps];
    assert_eq!(refused(NewServer::new(fqdn(NPS), &twice)), roles);
    let owner = NewServer {
        owner: "o".repeat(256),
        ..nps()
    };
    assert_eq!(refused(owner), ErrorId::IpamApiInvalidParameter);
    let forest = NewServer {
        forest_name: Some(fqdn("partner.example")),
        ..nps()
    };
    assert_eq!(
        refused(forest),
        ErrorId::IpamApiServerNotFoundInGlobalCatalog
    );
}

#[test]
fn a_server_enters_the_inventory_once() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        let again = ipam.add_ipam_server_inventory(&boss, nps()).await;
        assert_eq!(refusal(again), ErrorId::IpamApiServerAlreadyInDB);
        let bare = NewServer::new(fqdn("nps1"), &[ServerRole::Nps]);
        let again = ipam.add_ipam_server_inventory(&boss, bare).await;
        assert_eq!(refusal(again), ErrorId::IpamApiServerAlreadyInDB);
    });
}

#[test]
fn a_server_older_than_2008_is_refused() {
    let mut corp = corp();
    corp.hosts[3].os = Os::WindowsServer2003;
    provisioned_in(spec(vec![corp]), Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let added = ipam.add_ipam_server_inventory(&boss, nps()).await;
        assert_eq!(refusal(added), ErrorId::IpamApiOSNotSupported);
    });
}

#[test]
fn a_server_whose_name_does_not_resolve_is_refused() {
    let mut spec = spec(vec![corp()]);
    spec.engine.resolver = Some("10.0.0.200".parse().unwrap());
    provisioned_in(spec, Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let added = ipam.add_ipam_server_inventory(&boss, nps()).await;
        assert_eq!(refusal(added), ErrorId::IpamApiAddressResolutionFailed);
    });
}

#[test]
fn nothing_is_added_while_no_controller_answers() {
    provisioned(Manual, async |lab, boss| {
        // The tickets are held already; only the directory is out of reach.
        let dc = fqdn("dc1.corp.example");
        lab.stop_service(&dc, "NTDS").unwrap();
        lab.network().stop_service(dc.as_str(), "lsass");
        let ipam = lab.ipam();
        let added = ipam.add_ipam_server_inventory(&boss, nps()).await;
        assert_eq!(refusal(added), ErrorId::IpamApiDirectoryQueryFailed);
    });
}

async fn change(lab: &Lab, name: &str, change: ServerChange) -> ErrorId {
    let boss = lab.caller(ADMIN).unwrap();
    let ipam = lab.ipam();
    refusal(
        ipam.set_ipam_server_inventory(&boss, &fqdn(name), change)
            .await,
    )
}

#[test]
fn changes_are_validated() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        let nothing = ServerChange::default();
        assert_eq!(
            change(lab, "ghost.corp.example", nothing.clone()).await,
            ErrorId::IpamApiObjectNotFound
        );
        let no_role = ServerChange {
            server_type: Some(Vec::new()),
            ..nothing.clone()
        };
        assert_eq!(
            change(lab, NPS, no_role).await,
            ErrorId::IpamApiServerRoleCollectionInvalid
        );
        let other = ServerChange {
            new_name: Some(fqdn("files.corp.example")),
            ..nothing.clone()
        };
        assert_eq!(
            change(lab, NPS, other).await,
            ErrorId::IpamApiGuidDoesntMatch
        );
        let field = ServerChange {
            custom_configuration: CustomChange {
                remove: CustomChange::removals("Site"),
                ..CustomChange::default()
            },
            ..nothing
        };
        assert_eq!(
            change(lab, NPS, field).await,
            ErrorId::IpamApiObjectNotFound
        );
    });
}

#[test]
fn owner_description_and_custom_configuration_change_nothing_else() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        ipam.start_server_discovery(&boss, None).await.unwrap();
        let site = NewCustomField {
            name: "Site".into(),
            ..NewCustomField::default()
        };
        ipam.add_ipam_custom_field(&boss, &site).await.unwrap();
        let change = ServerChange {
            owner: Some("Network team".into()),
            description: Some("RADIUS".into()),
            custom_configuration: CustomChange {
                add: "site=Berlin".parse().unwrap(),
                ..CustomChange::default()
            },
            ..ServerChange::default()
        };
        let report = ipam
            .set_ipam_server_inventory(&boss, &fqdn(NPS), change)
            .await
            .unwrap();
        let filter = ServerFilter {
            name: Some(fqdn("nps1")),
            ..ServerFilter::default()
        };
        let stored = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
        assert_eq!(stored, std::slice::from_ref(&report.server));
        assert_eq!(report.server.owner, "Network team");
        assert_eq!(report.server.custom_configuration.get("Site"), ["Berlin"]);
        assert_eq!(
            report.server.access(),
            AccessStatus::Blocked,
            "the checks stand"
        );
    });
}

#[test]
fn the_recommended_action_follows_manageability_and_access() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        let managed = set_status(lab, &boss, NPS, ManageabilityStatus::Managed).await;
        assert_eq!(
            managed.server.recommended_action(),
            RecommendedAction::UnblockIpamAccess
        );
        assert_eq!(managed.gpo_edits, [], "the method is Manual");
        prepare(lab, NPS, None);
        let names = [fqdn(NPS)];
        let open = ipam
            .refresh_server_access_status(&boss, &names)
            .await
            .unwrap();
        assert_eq!(
            open[0].recommended_action,
            RecommendedAction::IpamAccessUnblocked
        );
        let unmanaged = set_status(lab, &boss, NPS, ManageabilityStatus::Unmanaged).await;
        assert_eq!(
            unmanaged.server.recommended_action(),
            RecommendedAction::None
        );
    });
}

#[test]
fn removing_an_unknown_server_removes_nothing() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, nps()).await.unwrap();
        let names = [fqdn(NPS), fqdn("ghost.corp.example")];
        let refused = ipam.remove_ipam_server_inventory(&boss, &names).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiObjectNotFound);
        let removed = ipam
            .remove_ipam_server_inventory(&boss, &names[..1])
            .await
            .unwrap();
        assert_eq!(removed[0].name, names[0]);
        let left = ipam
            .get_ipam_server_inventory(&boss, ServerFilter::default())
            .await;
        assert_eq!(left.unwrap(), []);
    });
}
