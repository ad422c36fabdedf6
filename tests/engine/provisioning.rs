//! `Invoke-IpamServerProvisioning`, the gates before and after it, and who may do what.

use ipamlab::ipam::ErrorId;
use ipamlab::ipam::configuration::{ConfigurationChange, ProvisioningMethod};
use ipamlab::ipam::engine::ProvisioningState;
use ipamlab::ipam::inventory::{NewServer, ServerFilter, ServerRole};
use ipamlab::ipam::provision::{IPAM_GROUPS, ProvisioningStep, ServerProvisioning};

use super::world::*;

fn manual() -> ServerProvisioning {
    ServerProvisioning::default()
}

#[test]
fn provisioning_creates_the_five_groups_and_no_gpo() {
    in_corp(async |lab, boss| {
        let provisioning = ServerProvisioning {
            provisioning_method: ProvisioningMethod::Automatic,
            gpo_prefix: Some("LAB".into()),
            ..ServerProvisioning::default()
        };
        let ipam = lab.ipam();
        let report = ipam
            .invoke_ipam_server_provisioning(&boss, provisioning)
            .await
            .unwrap();
        let created = report
            .steps
            .iter()
            .filter(|step| matches!(step, ProvisioningStep::LocalGroup { created: true, .. }));
        assert_eq!(created.count(), 5);
        let estate = lab.estate();
        for group in IPAM_GROUPS {
            estate
                .local_group_or_err(&fqdn("ipam1.corp.example"), group.name())
                .unwrap();
        }
        let corp = estate.domain(&fqdn("corp.example")).unwrap();
        assert!(corp.gpo("LAB_DHCP").is_none(), "no GPO is created here");
    });
}

#[test]
fn provisioning_records_method_thresholds_and_tasks() {
    provisioned(ProvisioningMethod::Automatic, async |lab, boss| {
        let ipam = lab.ipam();
        let configuration = ipam.get_ipam_configuration(&boss).await.unwrap();
        assert_eq!(configuration.port, 48885);
        assert_eq!(
            configuration.provisioning_method,
            ProvisioningMethod::Automatic
        );
        assert_eq!(configuration.gpo_prefix.as_deref(), Some("LAB"));
        assert_eq!(configuration.minimum_utilization_threshold, 20);
        assert_eq!(configuration.maximum_utilization_threshold, 80);
        assert_eq!(configuration.expiry_alert_threshold_days, 10);
        assert_eq!(ipam.get_scheduled_tasks(&boss).await.unwrap().len(), 7);
    });
}

#[test]
fn a_second_provisioning_is_refused() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let again = ipam.invoke_ipam_server_provisioning(&boss, manual()).await;
        let expected = ErrorId::IpamApiErrorIpamAlreadyProvisioned;
        assert_eq!(refusal(again), expected);
    });
}

#[test]
fn two_provisionings_at_once_do_not_both_run() {
    in_corp(async |lab, boss| {
        let ipam = lab.ipam();
        let (first, second) = futures_util::future::join(
            ipam.invoke_ipam_server_provisioning(&boss, manual()),
            ipam.invoke_ipam_server_provisioning(&boss, manual()),
        )
        .await;
        first.unwrap();
        assert_eq!(
            refusal(second),
            ErrorId::IpamApiProvisioningAlreadyInProgress
        );
    });
}

#[test]
fn only_a_local_administrator_provisions() {
    in_corp(async |lab, _| {
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let ipam = lab.ipam();
        let refused = ipam.invoke_ipam_server_provisioning(&clerk, manual()).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
        assert_eq!(ipam.provisioning_state(), ProvisioningState::NotProvisioned);
    });
}

#[test]
fn prefix_and_method_must_fit() {
    in_corp(async |lab, boss| {
        for (method, prefix) in [
            (ProvisioningMethod::Manual, Some("LAB".to_owned())),
            (ProvisioningMethod::Automatic, None),
            (ProvisioningMethod::Automatic, Some(String::new())),
            (ProvisioningMethod::Automatic, Some("x".repeat(241))),
        ] {
            let provisioning = ServerProvisioning {
                provisioning_method: method,
                gpo_prefix: prefix,
                ..ServerProvisioning::default()
            };
            let ipam = lab.ipam();
            let refused = ipam.invoke_ipam_server_provisioning(&boss, provisioning);
            assert_eq!(refusal(refused.await), ErrorId::IpamApiInvalidGpoPrefix);
        }
    });
}

#[test]
fn nothing_else_is_allowed_before_provisioning() {
    in_corp(async |lab, boss| {
        let ipam = lab.ipam();
        let expected = ErrorId::IpamApiCallsAreNotAllowedUntilProvisioningIsDone;
        assert_eq!(refusal(ipam.get_ipam_configuration(&boss).await), expected);
        assert_eq!(
            refusal(ipam.start_server_discovery(&boss, None).await),
            expected
        );
        let filter = ServerFilter::default();
        assert_eq!(
            refusal(ipam.get_ipam_server_inventory(&boss, filter).await),
            expected
        );
        assert_eq!(ipam.next_due(), None);
    });
}

#[test]
fn local_groups_decide_who_may_do_what() {
    provisioned(ProvisioningMethod::Manual, async |lab, _| {
        let ipam = lab.ipam();
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let stranger = ipam.get_ipam_configuration(&clerk).await;
        assert_eq!(refusal(stranger), ErrorId::IpamApiGetServerPortAccessDenied);

        join_group(lab, "CORP\\clerk", "IPAM Users");
        ipam.get_ipam_configuration(&clerk).await.unwrap();
        let server = NewServer::new(fqdn("nps1.corp.example"), &[ServerRole::Nps]);
        let refused = ipam.add_ipam_server_inventory(&clerk, server.clone()).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
        let refused = ipam.retrieve_all_server_data(&clerk).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);

        join_group(lab, "CORP\\clerk", "IPAM MSM Administrators");
        ipam.add_ipam_server_inventory(&clerk, server)
            .await
            .unwrap();
        ipam.retrieve_all_server_data(&clerk).await.unwrap();
        let change = ConfigurationChange::ProvisioningMethod {
            provisioning_method: ProvisioningMethod::Manual,
            gpo_prefix: None,
        };
        let refused = ipam.set_ipam_configuration(&clerk, change).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
        let refused = ipam
            .get_ipam_ip_address_audit_event(&clerk, &any_user("boss"))
            .await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
    });
}

#[test]
fn an_account_that_cannot_log_on_is_denied() {
    provisioned(ProvisioningMethod::Manual, async |lab, mut boss| {
        boss.secret = "wrong".into();
        let refused = lab.ipam().get_ipam_configuration(&boss).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiGetServerPortAccessDenied);
    });
}

#[test]
fn the_method_can_be_changed_by_the_cmdlet() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        let change = ConfigurationChange::ProvisioningMethod {
            provisioning_method: ProvisioningMethod::Automatic,
            gpo_prefix: Some("OPS".into()),
        };
        let ipam = lab.ipam();
        ipam.set_ipam_configuration(&boss, change).await.unwrap();
        let configuration = ipam.get_ipam_configuration(&boss).await.unwrap();
        assert_eq!(configuration.gpo_prefix.as_deref(), Some("OPS"));
        let bad = ConfigurationChange::ProvisioningMethod {
            provisioning_method: ProvisioningMethod::Automatic,
            gpo_prefix: None,
        };
        let refused = ipam.set_ipam_configuration(&boss, bad).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidGpoPrefix);
    });
}
