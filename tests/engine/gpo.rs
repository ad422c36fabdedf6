//! `Invoke-IpamGpoProvisioning`: its steps, its rollback, its refusals.

use ipamlab::base::Sid;
use ipamlab::ipam::Caller;
use ipamlab::ipam::ErrorId;
use ipamlab::ipam::configuration::ProvisioningMethod::Automatic;
use ipamlab::ipam::gpo::{GpoProvisioning, GpoProvisioningStep as Step, StepOutcome};
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerReport, ServerRole};
use ipamlab::lab::Lab;

use super::world::*;

const GPOS: [&str; 3] = ["LAB_DNS", "LAB_DC_NPS", "LAB_DHCP"];
const DHCP: &str = "dhcp1.corp.example";

/// The names of the domain's GPOs that begin with a prefix.
fn gpos(lab: &Lab, prefix: &str) -> Vec<String> {
    let estate = lab.estate();
    let domain = estate.domain(&corp_domain()).unwrap();
    let names = domain.gpos().map(|gpo| gpo.name.clone());
    names.filter(|name| name.starts_with(prefix)).collect()
}

fn has_group(lab: &Lab) -> bool {
    lab.estate().find_principal("CORP\\IPAMUG", None).is_ok()
}

async fn add(lab: &Lab, boss: &Caller, server: NewServer) -> ServerReport {
    lab.ipam()
        .add_ipam_server_inventory(boss, server)
        .await
        .unwrap()
}

#[test]
fn the_ten_steps_leave_three_linked_gpos_with_empty_filters() {
    provisioned(Automatic, async |lab, boss| {
        let mut provisioning = GpoProvisioning::new(corp_domain(), "LAB");
        provisioning.delegated_gpo_user = vec!["CORP\\delegate".into()];
        let ipam = lab.ipam();
        let report = ipam
            .invoke_ipam_gpo_provisioning(&boss, provisioning)
            .await
            .unwrap();
        assert_eq!(report.refusal, None, "{report:#?}");
        let mut steps: Vec<Step> = report.entries.iter().map(|entry| entry.step).collect();
        steps.dedup();
        let all = [
            Step::ValidateDomain,
            Step::PrepareGroup,
            Step::CreateGpos,
            Step::ImportGpos,
            Step::LinkGpos,
            Step::EmptyFilters,
            Step::DelegateGpos,
            Step::DelegateToGroup,
            Step::GrantDnsRead,
            Step::PurgeTickets,
        ];
        assert_eq!(steps, all);
        let done = |entry: &ipamlab::ipam::gpo::StepEntry| entry.outcome == StepOutcome::Done;
        assert!(report.entries.iter().all(done), "{report:#?}");
        let estate = lab.estate();
        let domain = estate.domain(&corp_domain()).unwrap();
        let group = estate
            .find_principal("CORP\\IPAMUG", None)
            .unwrap()
            .sid
            .clone();
        let delegate = estate
            .find_principal("CORP\\delegate", None)
            .unwrap()
            .sid
            .clone();
        for name in GPOS {
            let gpo = domain.gpo(name).unwrap();
            assert!(gpo.is_linked_to_root());
            assert!(gpo.filter.is_empty(), "{:?}", gpo.filter);
            assert!(gpo.delegates.contains(&group) && gpo.delegates.contains(&delegate));
            assert!(gpo.version > 0);
        }
        let readers: Vec<Sid> = domain
            .dns_acl()
            .unwrap()
            .current()
            .iter()
            .cloned()
            .collect();
        assert!(readers.contains(&group));
    });
}

#[test]
fn a_second_run_is_refused_and_leaves_the_first_ones_objects() {
    provisioned(Automatic, async |lab, boss| {
        run_cmdlet(lab, &boss, "LAB").await;
        let second = run_cmdlet(lab, &boss, "LAB").await;
        let refusal = second.refusal.unwrap();
        assert_eq!(refusal.id, ErrorId::IpamApiErrorGpoOperationFailed);
        assert!(refusal.message.contains("LAB_DNS"), "{refusal}");
        assert_eq!(gpos(lab, "LAB").len(), 3);
        assert!(has_group(lab));
    });
}

#[test]
fn a_failure_half_way_undoes_what_this_run_created() {
    provisioned(Automatic, async |lab, boss| {
        // The last of the three names is taken, so two GPOs and the group have to go again.
        let now = lab.now();
        let owner = account_sid(lab, ADMIN);
        let taken = lab
            .estate_mut()
            .create_gpo(&corp_domain(), "LAB_DHCP", &owner, now);
        taken.unwrap();
        let report = run_cmdlet(lab, &boss, "LAB").await;
        assert_eq!(
            report.refusal.unwrap().id,
            ErrorId::IpamApiErrorGpoOperationFailed
        );
        let undone: Vec<&str> = report
            .entries
            .iter()
            .filter(|entry| entry.step == Step::Rollback && entry.outcome == StepOutcome::Done)
            .map(|entry| entry.object.as_str())
            .collect();
        assert_eq!(undone, ["LAB_DC_NPS", "LAB_DNS", "CORP\\IPAMUG"]);
        assert_eq!(gpos(lab, "LAB"), ["LAB_DHCP"]);
        assert!(!has_group(lab));
    });
}

#[test]
fn whoever_is_no_domain_admin_creates_nothing() {
    provisioned(Automatic, async |lab, _| {
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let report = run_cmdlet(lab, &clerk, "LAB").await;
        let refusal = report.refusal.unwrap();
        assert_eq!(refusal.id, ErrorId::IpamApiErrorGpoOperationFailed);
        assert_eq!(gpos(lab, "LAB"), Vec::<String>::new());
        assert!(!has_group(lab));
    });
}

#[test]
fn domain_server_name_prefix_and_delegates_are_checked_before_anything_is_created() {
    provisioned(Automatic, async |lab, boss| {
        let ipam = lab.ipam();
        let good = GpoProvisioning::new(corp_domain(), "LAB");
        let empty = GpoProvisioning::new(corp_domain(), "");
        let refused = ipam.invoke_ipam_gpo_provisioning(&boss, empty).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidGpoPrefix);
        let bare = GpoProvisioning {
            ipam_server_fqdn: Some("ipam1".into()),
            ..good.clone()
        };
        let refused = ipam.invoke_ipam_gpo_provisioning(&boss, bare).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiInvalidParameter);
        for (bad, id) in [
            (
                GpoProvisioning::new(fqdn("elsewhere.example"), "LAB"),
                ErrorId::IpamApiErrorGpoGenericFailure,
            ),
            (
                GpoProvisioning {
                    ipam_server_fqdn: Some("ghost.corp.example".into()),
                    ..good.clone()
                },
                ErrorId::IpamApiServerNotFoundInDC,
            ),
            (
                GpoProvisioning {
                    domain_controller: Some(fqdn("files.corp.example")),
                    ..good.clone()
                },
                ErrorId::IpamApiErrorGpoGenericFailure,
            ),
            (
                GpoProvisioning {
                    delegated_gpo_group: vec!["CORP\\nobody".into()],
                    ..good
                },
                ErrorId::IpamApiErrorGpoOperationFailed,
            ),
        ] {
            let report = ipam.invoke_ipam_gpo_provisioning(&boss, bad).await.unwrap();
            assert_eq!(report.refusal.as_ref().unwrap().id, id, "{report:#?}");
            assert_eq!(gpos(lab, "LAB"), Vec::<String>::new());
            assert!(!has_group(lab));
        }
    });
}

#[test]
fn another_prefix_is_created_with_a_warning() {
    provisioned(Automatic, async |lab, boss| {
        let report = run_cmdlet(lab, &boss, "OPS").await;
        assert_eq!(report.refusal, None);
        assert!(matches!(report.entries[0].outcome, StepOutcome::Warning(_)));
        assert_eq!(gpos(lab, "OPS").len(), 3);
        let server = NewServer {
            manageability_status: ManageabilityStatus::Managed,
            ..NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])
        };
        let added = add(lab, &boss, server).await;
        assert_eq!(added.errors[0].id, ErrorId::IpamApiErrorGpoOperationFailed);
    });
}

#[test]
fn a_domain_without_dns_in_its_directory_gets_a_warning() {
    let mut corp = corp();
    corp.microsoft_dns = Some(false);
    provisioned_in(spec(vec![corp]), Automatic, async |lab, boss| {
        let report = run_cmdlet(lab, &boss, "LAB").await;
        assert_eq!(report.refusal, None);
        let grant = report
            .entries
            .iter()
            .find(|entry| entry.step == Step::GrantDnsRead)
            .unwrap();
        assert!(matches!(grant.outcome, StepOutcome::Warning(_)));
    });
}
