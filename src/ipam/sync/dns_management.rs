//! DNS records through DNS server management, as Windows IPAM writes them (domain 8.7).

use std::net::IpAddr;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::ErrorId;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dnsp::{Record, RecordData, Request, Response};

use super::dns_plan::{DnsPlan, TTL};
use super::servers::{CallError, Failure, Outcome};

const FAULT: ErrorId = ErrorId::IpamMsmDnsRegistrationFailed;

impl Ipam {
    /// Adds the record. Looks at the name first, so that nothing is doubled or shadowed in
    /// silence.
    pub(super) async fn add_by_management(&self, caller: &Caller, plan: &DnsPlan) -> Outcome {
        let server = self.server_address(&plan.push.server, FAULT).await?;
        let held = self.records_at(caller, server, plan).await?;
        if held.iter().any(|record| record.data == plan.data) {
            return Ok("it was there already".to_owned());
        }
        let remark = beside(&held, plan)?;
        let request = Request::AddRecord {
            zone: plan.zone.clone(),
            name: plan.name.clone(),
            ttl: TTL,
            data: plan.data.clone(),
        };
        match self.dns_push(caller, server, request).await {
            Ok(_) => Ok(remark),
            Err(error) => Err(failure(error, plan)),
        }
    }

    /// Deletes the record. The server calls an absent one deleted (domain 8.7).
    pub(super) async fn delete_by_management(&self, caller: &Caller, plan: &DnsPlan) -> Outcome {
        let server = self.server_address(&plan.push.server, FAULT).await?;
        let request = Request::DeleteRecord {
            zone: plan.zone.clone(),
            name: plan.name.clone(),
            data: plan.data.clone(),
        };
        match self.dns_push(caller, server, request).await {
            Ok(_) => Ok(String::new()),
            Err(CallError::Status(Win32Error::DNS_ERROR_RECORD_DOES_NOT_EXIST, _)) => {
                Ok("there was none".to_owned())
            }
            Err(error) => Err(failure(error, plan)),
        }
    }

    async fn records_at(
        &self,
        caller: &Caller,
        server: IpAddr,
        plan: &DnsPlan,
    ) -> Result<Vec<Record>, Failure> {
        let request = Request::EnumRecords {
            zone: plan.zone.clone(),
            name: Some(plan.name.clone()),
        };
        match self.dns_push(caller, server, request).await {
            Ok(Response::Records(records)) => Ok(records),
            Ok(_) => Err(Failure::new(FAULT, "the server's list is no list")),
            Err(error) => Err(failure(error, plan)),
        }
    }
}

/// What else the name holds: a remark where the new record may stand beside it, a failure where it
/// would contradict it. An address has one name, and an alias tolerates nothing beside it.
fn beside(held: &[Record], plan: &DnsPlan) -> Result<String, Failure> {
    let mut addresses = Vec::new();
    for record in held {
        match (&record.data, &plan.data) {
            (RecordData::Cname(target), _) => {
                let detail = format!("`{}` is an alias of `{target}` already", plan.name);
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

fn failure(error: CallError, plan: &DnsPlan) -> Failure {
    let fault = match &error {
        CallError::Status(
            Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST | Win32Error::DNS_ERROR_INVALID_ZONE_TYPE,
            _,
        ) => plan.not_primary,
        _ => FAULT,
    };
    error.into_failure(fault)
}
