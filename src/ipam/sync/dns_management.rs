//! DNS records through DNS server management, as Windows IPAM writes them (domain 8.7).

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::ErrorId;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dnsp::{Record, RecordData, Request, Response};

use super::plan::Plan;
use super::records::{TTL, not_primary};
use super::servers::{CallError, Failure, Outcome};
use super::written::{Entry, Written};

const FAULT: ErrorId = ErrorId::IpamMsmDnsRegistrationFailed;

/// Zone, name and data of a record.
type Parts<'a> = (&'a Fqdn, &'a Fqdn, &'a RecordData);

fn parts(target: &Written) -> Result<Parts<'_>, Failure> {
    match &target.entry {
        Entry::Record { zone, name, data } => Ok((zone, name, data)),
        Entry::Reservation { .. } => Err(Failure::new(FAULT, "a reservation is no DNS record")),
    }
}

impl Ipam {
    /// Adds the record. Looks at the name first, so that nothing is doubled or shadowed in
    /// silence.
    pub(super) async fn add_by_management(
        &self,
        caller: &Caller,
        plan: &Plan,
        wanted: &Written,
    ) -> Outcome {
        let parts = parts(wanted)?;
        let (zone, name, data) = parts;
        let server = self.managed_server(wanted, FAULT).await?;
        let held = self.records_at(caller, server, parts).await?;
        if held.iter().any(|record| record.data == *data) {
            return Ok("it was there already".to_owned());
        }
        let own = |record: &Record| {
            plan.earlier.iter().any(|old| match &old.entry {
                Entry::Record { data, .. } => old.server == wanted.server && *data == record.data,
                Entry::Reservation { .. } => false,
            })
        };
        let others: Vec<Record> = held.into_iter().filter(|record| !own(record)).collect();
        let remark = beside(&others, name, data)?;
        let request = Request::AddRecord {
            zone: zone.clone(),
            name: name.clone(),
            ttl: TTL,
            data: data.clone(),
        };
        match self.dns_push(caller, server, request).await {
            Ok(_) if matches!(data, RecordData::Ptr(_)) => {
                self.stand_alone(caller, server, wanted, &own).await?;
                Ok(remark)
            }
            Ok(_) => Ok(remark),
            Err(CallError::Status(Win32Error::DNS_ERROR_RECORD_ALREADY_EXISTS, error)) => {
                // Somebody was quicker: with this very record, or with one that it contradicts.
                let held = self.records_at(caller, server, parts).await?;
                match held.iter().any(|record| record.data == *data) {
                    true => Ok("it was there already".to_owned()),
                    false => Err(Failure::of_call(FAULT, error)),
                }
            }
            Err(error) => Err(failure(error, data)),
        }
    }

    /// Looks again after a PTR record was added: an address has one name, and the server would
    /// hold two. Of two who added theirs at once, the later sees the other's; whoever sees one
    /// takes his own back.
    async fn stand_alone(
        &self,
        caller: &Caller,
        server: IpAddr,
        wanted: &Written,
        own: &impl Fn(&Record) -> bool,
    ) -> Result<(), Failure> {
        let parts = parts(wanted)?;
        let (_, name, data) = parts;
        let held = self.records_at(caller, server, parts).await;
        let held = held.map_err(|failure| unsettled(failure, "whether it stands alone"))?;
        let others: Vec<Record> = held
            .into_iter()
            .filter(|record| record.data != *data && !own(record))
            .collect();
        let Err(taken) = beside(&others, name, data) else {
            return Ok(());
        };
        match self.delete_by_management(caller, wanted).await {
            Ok(_) => Err(taken),
            Err(failure) => Err(unsettled(failure, &taken.detail)),
        }
    }

    /// Deletes the record. The server calls an absent one deleted (domain 8.7).
    pub(super) async fn delete_by_management(&self, caller: &Caller, target: &Written) -> Outcome {
        let (zone, name, data) = parts(target)?;
        let server = self.managed_server(target, FAULT).await?;
        let request = Request::DeleteRecord {
            zone: zone.clone(),
            name: name.clone(),
            data: data.clone(),
        };
        match self.dns_push(caller, server, request).await {
            Ok(_) => Ok(String::new()),
            Err(CallError::Status(Win32Error::DNS_ERROR_RECORD_DOES_NOT_EXIST, _)) => {
                Ok("there was none".to_owned())
            }
            Err(error) => Err(failure(error, data)),
        }
    }

    async fn records_at(
        &self,
        caller: &Caller,
        server: IpAddr,
        (zone, name, data): Parts<'_>,
    ) -> Result<Vec<Record>, Failure> {
        let request = Request::EnumRecords {
            zone: zone.clone(),
            name: Some(name.clone()),
        };
        match self.dns_push(caller, server, request).await {
            Ok(Response::Records(records)) => Ok(records),
            Ok(_) => Err(Failure::new(FAULT, "the server's list is no list")),
            Err(error) => Err(failure(error, data)),
        }
    }
}

/// What else the name holds: a remark where the new record may stand beside it, a failure where it
/// would contradict it. An address has one name, and an alias tolerates nothing beside it.
fn beside(held: &[Record], name: &Fqdn, wanted: &RecordData) -> Result<String, Failure> {
    let mut addresses = Vec::new();
    for record in held {
        match (&record.data, wanted) {
            (RecordData::Cname(target), _) => {
                let detail = format!("`{name}` is an alias of `{target}` already");
                return Err(Failure::new(FAULT, detail));
            }
            (RecordData::Ptr(other), RecordData::Ptr(_)) => {
                let detail = format!("the address belongs to `{other}` in DNS already");
                return Err(Failure::new(FAULT, detail));
            }
            (RecordData::A(other), _) => addresses.push(other.to_string()),
            (RecordData::Aaaa(other), _) => addresses.push(other.to_string()),
            _ => {}
        }
    }
    if addresses.is_empty() {
        Ok(String::new())
    } else {
        Ok(format!("the name holds {} too", addresses.join(", ")))
    }
}

/// The record was added, and what had to follow failed: it may stay.
fn unsettled(failure: Failure, what: &str) -> Failure {
    Failure {
        detail: format!(
            "{what}: {}; outcome unknown, repeat the action",
            failure.detail
        ),
        unknown: true,
        ..failure
    }
}

fn failure(error: CallError, data: &RecordData) -> Failure {
    let fault = match &error {
        CallError::Status(
            Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST | Win32Error::DNS_ERROR_INVALID_ZONE_TYPE,
            _,
        ) => not_primary(data),
        _ => FAULT,
    };
    error.into_failure(fault)
}
