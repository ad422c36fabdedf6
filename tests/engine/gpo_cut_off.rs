//! `Invoke-IpamGpoProvisioning` cut off at every millisecond: by the end of the controller, for
//! good or for a moment, and by the end of the engine.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::{Either, select};
use ipamlab::ipam::Caller;
use ipamlab::ipam::configuration::ProvisioningMethod::Automatic;
use ipamlab::ipam::gpo::{
    GpoProvisioning, GpoProvisioningReport, GpoProvisioningStep as Step, StepOutcome,
};
use ipamlab::lab::Lab;

use super::world::*;

const DC: &str = "dc1.corp.example";
const GPOS: [&str; 3] = ["LAB_DC_NPS", "LAB_DHCP", "LAB_DNS"];
const GROUP: &str = "CORP\\IPAMUG";

/// What there is of the cmdlet's objects, by the names its report uses.
fn objects(lab: &Lab) -> BTreeSet<String> {
    let estate = lab.estate();
    let domain = estate.domain(&fqdn("corp.example")).unwrap();
    let gpos = domain.gpos().map(|gpo| gpo.name.clone());
    let group = estate.find_principal(GROUP, None).ok();
    gpos.chain(group.map(|_| GROUP.to_owned())).collect()
}

fn delete(lab: &Lab, object: &str) {
    let now = lab.now();
    let mut estate = lab.estate_mut();
    if object != GROUP {
        estate
            .delete_gpo(&fqdn("corp.example"), object, now)
            .unwrap();
        return;
    }
    let group = estate.find_principal(GROUP, None).unwrap().sid.clone();
    estate.delete_domain_group(&group, now).unwrap();
}

fn cmdlet() -> GpoProvisioning {
    GpoProvisioning {
        delegated_gpo_user: vec!["CORP\\delegate".into()],
        ..GpoProvisioning::new(fqdn("corp.example"), "LAB")
    }
}

async fn run(lab: &Lab, boss: &Caller) -> GpoProvisioningReport {
    let ipam = lab.ipam();
    let report = ipam.invoke_ipam_gpo_provisioning(boss, cmdlet()).await;
    report.expect("nothing is wrong with the parameters")
}

/// Everything is there, and as ten whole steps leave it.
fn assert_complete(lab: &Lab, at: &str) {
    let estate = lab.estate();
    let domain = estate.domain(&fqdn("corp.example")).unwrap();
    let group = estate.find_principal(GROUP, None).expect(at).sid.clone();
    for name in GPOS {
        let gpo = domain.gpo(name).unwrap_or_else(|| panic!("{name} {at}"));
        assert!(
            gpo.version > 0 && gpo.is_linked_to_root() && gpo.filter.is_empty(),
            "{at}"
        );
        assert_eq!(gpo.delegates.len(), 2, "{at}");
        assert!(gpo.delegates.contains(&group), "{at}");
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Outage {
    /// The controller loses its connections and is back at once.
    Short,
    /// The controller is away while the cmdlet undoes what it did.
    Long,
}

/// Takes the controller away after `millis`; the step that failed, or `None` when the cmdlet was
/// over by then.
fn controller_lost(outage: Outage, millis: u64) -> Option<Step> {
    provisioned(Automatic, async |lab, boss| {
        let at = format!("{outage:?} outage at {millis} ms");
        let report = {
            let work = std::pin::pin!(run(lab, &boss));
            let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
            match select(work, pause).await {
                Either::Left(_) => return None,
                Either::Right((_, work)) => {
                    match outage {
                        Outage::Short => {
                            let pause = Some(Duration::from_millis(1));
                            lab.network().crash_host(DC, pause);
                        }
                        Outage::Long => {
                            lab.network().set_host_up(DC, false);
                        }
                    }
                    work.await
                }
            }
        };
        lab.network().set_host_up(DC, true);
        let failed = report.entries.iter();
        let failed = failed
            .filter(|entry| entry.step != Step::Rollback)
            .find(|entry| !matches!(entry.outcome, StepOutcome::Done | StepOutcome::Skipped(_)));
        let Some(refusal) = &report.refusal else {
            // Step 9 only warns, and step 10 asks nobody.
            assert_complete(lab, &at);
            return Some(failed.map_or(Step::PurgeTickets, |entry| entry.step));
        };
        let undone = report.entries.iter();
        let named: BTreeSet<String> = undone
            .filter(|entry| entry.step == Step::Rollback)
            .filter(|entry| matches!(entry.outcome, StepOutcome::Failed(_)))
            .map(|entry| entry.object.clone())
            .collect();
        let left = objects(lab);
        assert!(left.is_subset(&named), "{at}: {left:?} {named:?}");
        for name in &named {
            assert!(refusal.message.contains(name.as_str()), "{at}: {refusal}");
        }
        if outage == Outage::Short {
            assert_eq!(left, BTreeSet::new(), "{at}: {report:#?}");
        }
        left.iter().for_each(|object| delete(lab, object));
        let again = run(lab, &boss).await;
        assert_eq!(again.refusal, None, "{at}");
        assert_complete(lab, &at);
        failed.map(|entry| entry.step)
    })
}

#[test]
fn a_controller_lost_at_any_moment_leaves_nothing_that_is_not_named() {
    for outage in [Outage::Short, Outage::Long] {
        let mut failed_at = BTreeSet::new();
        for millis in 0..2000 {
            match controller_lost(outage, millis) {
                Some(step) => failed_at.insert(step),
                None => break,
            };
        }
        for step in [
            Step::ValidateDomain,
            Step::PrepareGroup,
            Step::CreateGpos,
            Step::ImportGpos,
            Step::LinkGpos,
            Step::EmptyFilters,
            Step::DelegateGpos,
            Step::DelegateToGroup,
            Step::GrantDnsRead,
        ] {
            assert!(failed_at.contains(&step), "{outage:?}: {step} never failed");
        }
    }
}

/// Ends the engine after `millis`; whether the cmdlet was still under way.
fn engine_lost(millis: u64) -> bool {
    provisioned(Automatic, async |lab, boss| {
        {
            let work = std::pin::pin!(run(lab, &boss));
            let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
            if let Either::Left(_) = select(work, pause).await {
                return false;
            }
        }
        // What was on its way arrives.
        lab.network().advance(Duration::from_secs(1)).await;
        for left in (0..=GPOS.len()).rev() {
            let report = run(lab, &boss).await;
            let Some(refusal) = report.refusal else { break };
            assert!(left > 0, "at {millis} ms: {refusal}");
            let named = GPOS.iter().find(|name| refusal.message.contains(**name));
            delete(lab, named.unwrap_or_else(|| panic!("{refusal}")));
        }
        assert_complete(lab, &format!("engine ended at {millis} ms"));
        true
    })
}

#[test]
fn after_an_engine_that_ended_half_way_each_run_names_what_is_in_its_way() {
    let mut millis = 0;
    while engine_lost(millis) {
        millis += 1;
        assert!(millis < 2000, "the cmdlet is over within two seconds");
    }
    assert!(millis > 40, "ten steps take many round trips: {millis} ms");
}

#[test]
fn a_group_that_was_there_before_stays_and_is_told_with_its_new_member() {
    provisioned(Automatic, async |lab, boss| {
        let now = lab.now();
        let owner = account_sid(lab, ADMIN);
        {
            let mut estate = lab.estate_mut();
            let universal = ipamlab::wire::windows::directory::GroupScope::Universal;
            let corp = fqdn("corp.example");
            estate
                .create_domain_group(&corp, "IPAMUG", universal, now)
                .unwrap();
            estate.create_gpo(&corp, "LAB_DHCP", &owner, now).unwrap();
        }
        let report = run(lab, &boss).await;
        assert!(report.refusal.is_some());
        let last = report.entries.last().unwrap();
        assert_eq!((last.step, last.object.as_str()), (Step::Rollback, GROUP));
        let StepOutcome::Skipped(why) = &last.outcome else {
            panic!("{last:?}");
        };
        assert!(why.contains("ipam1.corp.example"), "{why}");
        assert_eq!(
            objects(lab),
            ["LAB_DHCP".to_owned(), GROUP.to_owned()].into()
        );
    });
}
