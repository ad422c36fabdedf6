//! What Managed and Unmanaged do to the security filters of the IPAM GPOs.

use std::time::Duration;

use ipamlab::estate::{DomainSpec, Role};
use ipamlab::ipam::access::AccessStatus;
use ipamlab::ipam::configuration::ProvisioningMethod::Automatic;
use ipamlab::ipam::gpo::{GpoOperation, GpoProvisioning};
use ipamlab::ipam::inventory::{
    ManageabilityStatus, NewServer, ServerChange, ServerFilter, ServerReport, ServerRole,
};
use ipamlab::ipam::{Caller, ErrorId};
use ipamlab::lab::Lab;

use super::world::*;

const GPOS: [&str; 3] = ["LAB_DNS", "LAB_DC_NPS", "LAB_DHCP"];
const DHCP: &str = "dhcp1.corp.example";

fn in_filter(lab: &Lab, gpo: &str, server: &str) -> bool {
    let estate = lab.estate();
    let host = estate.host(&fqdn(server)).unwrap();
    let sid = &host.membership.as_ref().unwrap().sid;
    let domain = estate.domain(&corp_domain()).unwrap();
    domain.gpo(gpo).unwrap().filter.contains(sid)
}

async fn add(lab: &Lab, boss: &Caller, server: NewServer) -> ServerReport {
    lab.ipam()
        .add_ipam_server_inventory(boss, server)
        .await
        .unwrap()
}

fn edits(report: &ServerReport) -> Vec<(&str, GpoOperation)> {
    let edits = report.gpo_edits.iter();
    edits
        .map(|edit| (edit.gpo.as_str(), edit.operation))
        .collect()
}

#[test]
fn managed_joins_the_filters_of_its_roles_and_unmanaged_leaves_them_all() {
    provisioned(Automatic, async |lab, boss| {
        run_cmdlet(lab, &boss, "LAB").await;
        let dc = "dc1.corp.example";
        let roles = [ServerRole::Dc, ServerRole::Dns];
        let added = add(lab, &boss, NewServer::new(fqdn(dc), &roles)).await;
        assert_eq!(edits(&added), [], "Unspecified changes nothing");

        let managed = set_status(lab, &boss, dc, ManageabilityStatus::Managed).await;
        let add = GpoOperation::Add;
        assert_eq!(edits(&managed), [("LAB_DNS", add), ("LAB_DC_NPS", add)]);
        assert_eq!(managed.errors, []);
        assert!(in_filter(lab, "LAB_DNS", dc) && in_filter(lab, "LAB_DC_NPS", dc));
        assert!(!in_filter(lab, "LAB_DHCP", dc));

        let again = set_status(lab, &boss, dc, ManageabilityStatus::Managed).await;
        let nothing = GpoOperation::NoOperation;
        assert_eq!(
            edits(&again),
            [("LAB_DNS", nothing), ("LAB_DC_NPS", nothing)]
        );

        let fewer = ServerChange {
            server_type: Some(vec![ServerRole::Dc]),
            ..ServerChange::default()
        };
        let ipam = lab.ipam();
        let cleared = ipam
            .set_ipam_server_inventory(&boss, &fqdn(dc), fewer)
            .await
            .unwrap();
        let delete = GpoOperation::Delete;
        assert_eq!(
            edits(&cleared),
            [("LAB_DC_NPS", nothing), ("LAB_DNS", delete)]
        );

        let unspecified = set_status(lab, &boss, dc, ManageabilityStatus::Unspecified).await;
        assert_eq!(edits(&unspecified), []);
        assert!(in_filter(lab, "LAB_DC_NPS", dc));

        let unmanaged = set_status(lab, &boss, dc, ManageabilityStatus::Unmanaged).await;
        assert_eq!(
            edits(&unmanaged),
            [
                ("LAB_DNS", nothing),
                ("LAB_DC_NPS", delete),
                ("LAB_DHCP", nothing)
            ]
        );
        assert!(GPOS.iter().all(|gpo| !in_filter(lab, gpo, dc)));
    });
}

#[test]
fn filters_are_edited_with_the_callers_rights() {
    provisioned(Automatic, async |lab, boss| {
        let mut provisioning = GpoProvisioning::new(corp_domain(), "LAB");
        provisioning.delegated_gpo_user = vec!["CORP\\delegate".into()];
        let ipam = lab.ipam();
        ipam.invoke_ipam_gpo_provisioning(&boss, provisioning)
            .await
            .unwrap();
        add(lab, &boss, NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])).await;
        for account in ["CORP\\clerk", "CORP\\delegate"] {
            join_group(lab, account, "IPAM Administrators");
        }
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let failed = set_status(lab, &clerk, DHCP, ManageabilityStatus::Managed).await;
        let error = &failed.errors[0];
        assert_eq!(error.id, ErrorId::IpamApiErrorGpoOperationFailed);
        for name in [DHCP, "LAB_DHCP", "corp.example"] {
            assert!(error.message.contains(name), "{error}");
        }
        assert!(failed.gpo_edits[0].result.is_err());
        assert!(!in_filter(lab, "LAB_DHCP", DHCP));
        // The status holds, which is what A2 finds: Managed and not in the filter.
        let filter = ServerFilter::default();
        let stored = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
        assert_eq!(stored[0].manageability, ManageabilityStatus::Managed);

        let delegate = lab.caller("CORP\\delegate").unwrap();
        let done = set_status(lab, &delegate, DHCP, ManageabilityStatus::Managed).await;
        assert_eq!(done.errors, []);
        assert!(in_filter(lab, "LAB_DHCP", DHCP));
    });
}

#[test]
fn without_gpos_managed_reports_each_missing_one() {
    provisioned(Automatic, async |lab, boss| {
        add(lab, &boss, NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])).await;
        let report = set_status(lab, &boss, DHCP, ManageabilityStatus::Managed).await;
        assert_eq!(report.errors.len(), 1);
        assert_eq!(report.errors[0].id, ErrorId::IpamApiErrorGpoOperationFailed);
        let leave = set_status(lab, &boss, DHCP, ManageabilityStatus::Unmanaged).await;
        assert_eq!(leave.errors, [], "there is nothing to leave");
    });
}

#[test]
fn an_unusable_domain_is_a_generic_failure() {
    let mut lab = DomainSpec::new(fqdn("lab.corp.example"));
    lab = lab
        .host(host(
            "dc2",
            "10.0.2.1",
            &[Role::DomainController, Role::Dns],
        ))
        .host(host("dhcp2", "10.0.2.5", &[Role::Dhcp]));
    provisioned_in(spec(vec![corp(), lab]), Automatic, async |lab, boss| {
        run_cmdlet(lab, &boss, "LAB").await;
        let child = "dhcp2.lab.corp.example";
        add(lab, &boss, NewServer::new(fqdn(child), &[ServerRole::Dhcp])).await;
        let none = set_status(lab, &boss, child, ManageabilityStatus::Managed).await;
        // GPOs exist in the parent domain only (P4).
        assert_eq!(none.errors[0].id, ErrorId::IpamApiErrorGpoOperationFailed);
        assert!(none.errors[0].message.contains("lab.corp.example"));
        lab.set_host_up(&fqdn("dc2.lab.corp.example"), false)
            .unwrap();
        let down = set_status(lab, &boss, child, ManageabilityStatus::Managed).await;
        assert_eq!(down.errors[0].id, ErrorId::IpamApiErrorGpoGenericFailure);
    });
}

#[test]
fn the_whole_flow_opens_a_dhcp_server_after_refresh_and_restart() {
    provisioned(Automatic, async |lab, boss| {
        run_cmdlet(lab, &boss, "LAB").await;
        discover(lab, &boss).await;
        set_status(lab, &boss, DHCP, ManageabilityStatus::Managed).await;
        let ipam = lab.ipam();
        let names = [fqdn(DHCP)];
        let before = ipam.refresh_server_access_status(&boss, &names).await;
        assert_eq!(before.unwrap()[0].overall, AccessStatus::Blocked);
        lab.advance(Duration::from_secs(2 * 3600)).await;
        lab.restart_service(&names[0], "DHCPServer").unwrap();
        let after = ipam
            .refresh_server_access_status(&boss, &names)
            .await
            .unwrap();
        assert_eq!(after[0].overall, AccessStatus::Unblocked, "{after:#?}");
    });
}
