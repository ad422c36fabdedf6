//! `lease6-bulk-apply`: many leases stored and removed with one command.

use serde_json::{Map, Value, json};

use super::super::answer::{Answer, Failure, Outcome, ResultCode};
use super::super::args::{Args, colons};
use super::super::registry::Call;
use super::change::{apply, remove};
use super::find::wanted;
use super::parse::described;
use crate::wire::windows::dhcpm::ReservedClient;

/// Everything is read before anything is done; what then fails is listed.
pub(crate) fn bulk_apply(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let (deleted, leases) = (args.list("deleted-leases")?, args.list("leases")?);
    if deleted.is_none() && leases.is_none() {
        return Err(Failure::error(
            "there is neither 'deleted-leases' nor 'leases'",
        ));
    }
    let mut going = Vec::new();
    for value in deleted.unwrap_or_default() {
        let args = Args::from_value(value, "an entry of 'deleted-leases'")?;
        going.push((value, wanted(call, args)?));
    }
    let mut coming = Vec::new();
    for value in leases.unwrap_or_default() {
        let args = Args::from_value(value, "an entry of 'leases'")?;
        let mut lease = described(call, args)?;
        lease.force_create = true;
        coming.push(lease);
    }
    let mut done = 0_u64;
    for (_, place) in &going {
        let removed = place.is_some_and(|(subnet, address)| remove(call, subnet, address));
        done += u64::from(removed);
    }
    let mut failed = Vec::new();
    for lease in coming {
        let (address, client) = (lease.address, lease.binding.client.clone());
        match apply(call, lease) {
            Ok(_) => done += 1,
            Err(failure) => failed.push(json!({
                "type": "IA_NA",
                "ip-address": address,
                "duid": match &client {
                    ReservedClient::V6 { duid, .. } => colons(&duid.0),
                    _ => String::new(),
                },
                "result": failure.result as u8,
                "error-message": failure.text,
            })),
        }
    }
    let result = match done {
        0 => ResultCode::Empty,
        _ => ResultCode::Success,
    };
    let answer = Answer::new(
        result,
        format!("Bulk apply of {done} IPv6 leases completed."),
    );
    let mut arguments = Map::new();
    if !failed.is_empty() {
        arguments.insert("failed-leases".to_owned(), Value::Array(failed));
    }
    Ok(match arguments.is_empty() {
        true => answer,
        false => answer.with(Value::Object(arguments)),
    })
}
