//! DNS records through RFC 2136 updates, which any DNS server takes.

use std::net::IpAddr;

use crate::ipam::engine::{Ipam, UpdateKey};
use crate::ipam::error::ErrorId;
use crate::ipam::resolver::{Change, Prerequisite, UpdateOutcome};
use crate::wire::dns::{Rcode, RecordType, TsigAlgorithm, TsigKey};

use super::dns_plan::{DnsPlan, TTL};
use super::push::Action;
use super::report::RecordKind;
use super::servers::{Failure, Outcome};

const FAULT: ErrorId = ErrorId::IpamMsmDnsRegistrationFailed;

impl Ipam {
    /// Adds or deletes the record of `plan` in one update.
    ///
    /// The prerequisites keep the server from writing over what somebody else put there: a host
    /// record is added only beside no alias, a PTR record only where there is none. Deleting names
    /// the exact record, so it can only remove our own.
    pub(super) async fn push_by_update(&self, plan: &DnsPlan, key: Option<&UpdateKey>) -> Outcome {
        let server = self.server_address(&plan.push.server, FAULT).await?;
        let key = key.map(tsig_key).transpose()?;
        let key = key.as_ref();
        let (name, data) = (plan.name.clone(), plan.wire_data());
        if plan.push.action == Action::Delete {
            let change = Change::Delete { name, data };
            let outcome = self
                .resolver
                .update(server, &plan.zone, &[], &[change], key)
                .await;
            return judge(outcome, plan);
        }
        let absent = match plan.push.kind {
            RecordKind::DnsPtrRecord => RecordType::PTR,
            _ => RecordType::CNAME,
        };
        let prerequisite = Prerequisite::RrsetAbsent(name.clone(), absent);
        let change = Change::Add {
            name,
            ttl: TTL,
            data,
        };
        let outcome = self
            .resolver
            .update(server, &plan.zone, &[prerequisite], &[change], key)
            .await;
        match outcome {
            UpdateOutcome::Refused(Rcode::YXRRSET) => self.explain(server, plan, key).await,
            other => judge(other, plan),
        }
    }

    /// The name is taken: by our own record, when an earlier request did its work and its answer
    /// was lost, or by somebody else's. An update without changes asks which.
    async fn explain(&self, server: IpAddr, plan: &DnsPlan, key: Option<&TsigKey>) -> Outcome {
        if plan.push.kind == RecordKind::DnsPtrRecord {
            let ours = Prerequisite::RrsetIs(plan.name.clone(), vec![plan.wire_data()]);
            let outcome = self
                .resolver
                .update(server, &plan.zone, &[ours], &[], key)
                .await;
            match outcome {
                UpdateOutcome::Done => return Ok("it was there already".to_owned()),
                UpdateOutcome::Refused(Rcode::NXRRSET) => {}
                other => return judge(other, plan),
            }
        }
        let held = match plan.push.kind {
            RecordKind::DnsPtrRecord => "a PTR record of somebody else",
            _ => "an alias",
        };
        let detail = format!("`{}` holds {held} already", plan.name);
        Err(Failure::new(FAULT, detail))
    }
}

fn tsig_key(key: &UpdateKey) -> Result<TsigKey, Failure> {
    TsigKey::new((&key.name).into(), TsigAlgorithm::HmacSha256, &key.secret)
        .map_err(|error| Failure::new(FAULT, error.to_string()))
}

fn judge(outcome: UpdateOutcome, plan: &DnsPlan) -> Outcome {
    match outcome {
        UpdateOutcome::Done => Ok(String::new()),
        UpdateOutcome::Refused(rcode @ (Rcode::NOTAUTH | Rcode::NOTZONE)) => Err(Failure::new(
            plan.not_primary,
            format!(
                "`{}` answered {rcode} for `{}`",
                plan.push.server, plan.zone
            ),
        )),
        UpdateOutcome::Refused(rcode) => Err(Failure::new(
            FAULT,
            format!("`{}` answered {rcode}", plan.push.server),
        )),
        UpdateOutcome::BadSignature(why) => Err(Failure::new(FAULT, format!("signature: {why}"))),
        UpdateOutcome::Unknown => Err(Failure::new(
            FAULT,
            format!(
                "`{}` does not answer; outcome unknown, repeat the action",
                plan.push.server
            ),
        )),
    }
}
