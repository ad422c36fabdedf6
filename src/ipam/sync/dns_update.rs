//! DNS records through RFC 2136 updates, which any DNS server takes.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::engine::{Ipam, UpdateKey};
use crate::ipam::error::ErrorId;
use crate::ipam::resolver::{Change, Prerequisite, UpdateOutcome};
use crate::wire::dns::{Data, Rcode, RecordType, TsigAlgorithm, TsigKey};
use crate::wire::windows::dnsp::RecordData;

use super::plan::Plan;
use super::records::{TTL, not_primary};
use super::servers::{Failure, Outcome};
use super::written::{Entry, Written, wire_data};

const FAULT: ErrorId = ErrorId::IpamMsmDnsRegistrationFailed;

/// One record and where its updates go.
struct Exchange<'a> {
    ipam: &'a Ipam,
    server: IpAddr,
    /// As a person knows it.
    server_name: &'a Fqdn,
    key: Option<TsigKey>,
    zone: &'a Fqdn,
    name: &'a Fqdn,
    data: Data,
    /// The fault when the server turns out not to be primary for the zone.
    not_primary: ErrorId,
}

impl Ipam {
    /// Adds a record in one update.
    ///
    /// The prerequisites keep the server from writing over what somebody else put there: a host
    /// record is added only beside no alias, a PTR record only where there is none but those this
    /// engine wrote for the same address record.
    pub(super) async fn add_by_update(
        &self,
        plan: &Plan,
        wanted: &Written,
        key: Option<&UpdateKey>,
    ) -> Outcome {
        let exchange = self.exchange(wanted, key).await?;
        let is_ptr = matches!(exchange.data, Data::Ptr(_));
        let absent = if is_ptr {
            RecordType::PTR
        } else {
            RecordType::CNAME
        };
        let free = Prerequisite::RrsetAbsent(exchange.name.clone(), absent);
        let taken = match exchange.send(&[free], &[exchange.add()]).await {
            UpdateOutcome::Refused(Rcode::YXRRSET) if is_ptr => {
                exchange.settle(plan, wanted).await?
            }
            UpdateOutcome::Refused(Rcode::YXRRSET) => None,
            other => Some(exchange.judge(other)?),
        };
        taken.ok_or_else(|| {
            let held = match is_ptr {
                true => "a PTR record of somebody else",
                false => "an alias",
            };
            Failure::new(FAULT, format!("`{}` holds {held} already", exchange.name))
        })
    }

    /// Deletes the exact record, so it can only remove our own.
    pub(super) async fn delete_by_update(
        &self,
        target: &Written,
        key: Option<&UpdateKey>,
    ) -> Outcome {
        let exchange = self.exchange(target, key).await?;
        let outcome = exchange.send(&[], &[exchange.delete(&exchange.data)]).await;
        exchange.judge(outcome)
    }

    async fn exchange<'a>(
        &'a self,
        target: &'a Written,
        key: Option<&UpdateKey>,
    ) -> Result<Exchange<'a>, Failure> {
        let foreign = || Failure::new(FAULT, format!("{} is not written by updates", target.entry));
        let Entry::Record { zone, name, data } = &target.entry else {
            return Err(foreign());
        };
        Ok(Exchange {
            ipam: self,
            server: self.resolved(target).await?,
            server_name: &target.server,
            key: key.map(tsig_key).transpose()?,
            zone,
            name,
            data: wire_data(data).ok_or_else(foreign)?,
            not_primary: not_primary(data),
        })
    }
}

impl Exchange<'_> {
    fn add(&self) -> Change {
        Change::Add {
            name: self.name.clone(),
            ttl: TTL,
            data: self.data.clone(),
        }
    }

    fn delete(&self, data: &Data) -> Change {
        Change::Delete {
            name: self.name.clone(),
            data: data.clone(),
        }
    }

    async fn send(&self, prerequisites: &[Prerequisite], changes: &[Change]) -> UpdateOutcome {
        let (resolver, key) = (&self.ipam.resolver, self.key.as_ref());
        resolver
            .update(self.server, self.zone, prerequisites, changes, key)
            .await
    }

    /// The name has a PTR record: our own, when an earlier request did its work and its answer
    /// was lost; one that was written for this address record before it was edited, which gives
    /// way; or somebody else's, which is `None`.
    async fn settle(&self, plan: &Plan, wanted: &Written) -> Result<Option<String>, Failure> {
        let mut is_there = self.holds(&[&self.data]).await?;
        let before = plan.earlier.iter().filter_map(|old| match &old.entry {
            Entry::Record { name, data, .. } if old.server == wanted.server => {
                (name == self.name).then_some(data)
            }
            _ => None,
        });
        for old in before {
            if is_there {
                break;
            }
            if self.replace(old).await? {
                return Ok(Some(format!("replaced {}", target_of(old))));
            }
            // The replacement may have been made by a request whose answer was lost.
            is_there = self.holds(&[&self.data]).await?;
        }
        Ok(is_there.then(|| "it was there already".to_owned()))
    }

    /// Whether the name has exactly these records: an update without changes asks.
    async fn holds(&self, data: &[&Data]) -> Result<bool, Failure> {
        let set = data.iter().map(|data| (*data).clone()).collect();
        let exactly = Prerequisite::RrsetIs(self.name.clone(), set);
        self.met(self.send(&[exactly], &[]).await)
    }

    async fn replace(&self, old: &RecordData) -> Result<bool, Failure> {
        let Some(old) = wire_data(old) else {
            return Ok(false);
        };
        let exactly = Prerequisite::RrsetIs(self.name.clone(), vec![old.clone()]);
        let changes = [self.delete(&old), self.add()];
        self.met(self.send(&[exactly], &changes).await)
    }

    /// Whether the one prerequisite of an update was met.
    fn met(&self, outcome: UpdateOutcome) -> Result<bool, Failure> {
        match outcome {
            UpdateOutcome::Done => Ok(true),
            UpdateOutcome::Refused(Rcode::NXRRSET) => Ok(false),
            other => self.judge(other).map(|_| true),
        }
    }

    fn judge(&self, outcome: UpdateOutcome) -> Outcome {
        let (server, zone) = (self.server_name, self.zone);
        match outcome {
            UpdateOutcome::Done => Ok(String::new()),
            UpdateOutcome::Refused(rcode @ (Rcode::NOTAUTH | Rcode::NOTZONE)) => {
                let detail = format!("`{server}` answered {rcode} for `{zone}`");
                Err(Failure::new(self.not_primary, detail))
            }
            UpdateOutcome::Refused(rcode) => {
                Err(Failure::new(FAULT, format!("`{server}` answered {rcode}")))
            }
            UpdateOutcome::BadSignature(why) => Err(Failure {
                unknown: true,
                ..Failure::new(FAULT, format!("signature: {why}"))
            }),
            UpdateOutcome::Unknown => {
                let detail =
                    format!("`{server}` does not answer; outcome unknown, repeat the action");
                Err(Failure {
                    unknown: true,
                    ..Failure::new(FAULT, detail)
                })
            }
        }
    }
}

fn target_of(data: &RecordData) -> String {
    match data {
        RecordData::Ptr(target) => target.to_string(),
        other => format!("{other:?}"),
    }
}

fn tsig_key(key: &UpdateKey) -> Result<TsigKey, Failure> {
    TsigKey::new((&key.name).into(), TsigAlgorithm::HmacSha256, &key.secret)
        .map_err(|error| Failure::new(FAULT, error.to_string()))
}
