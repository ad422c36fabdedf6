//! Checks that several kinds of object share, and how a refusal is worded.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::addr::{AddressRange, Family};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;

/// A refusal for a parameter.
pub(in crate::ipam) fn invalid<T>(message: String) -> IpamResult<T> {
    Err(IpamError::new(ErrorId::IpamApiInvalidParameter, message))
}

/// A refusal with its own identifier.
pub(in crate::ipam) fn refuse<T>(id: ErrorId, message: String) -> IpamResult<T> {
    Err(IpamError::new(id, message))
}

/// The object `what` does not exist.
pub(in crate::ipam) fn not_found(what: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiObjectNotFound,
        format!("{what} is not in the IPAM database"),
    )
}

/// Text no longer than the product takes.
pub(super) fn length(field: &str, text: &str, max: usize) -> IpamResult<()> {
    let count = text.chars().count();
    if count > max {
        return invalid(format!(
            "{field} has {count} characters: at most {max} are allowed"
        ));
    }
    Ok(())
}

/// The network id must be a network: no bit set behind its prefix length, which is no longer than
/// the release takes (domain 5.2, 12.13).
pub(super) fn network(tx: &Tx<'_>, network: IpNet) -> IpamResult<()> {
    if network.trunc() != network {
        return invalid(format!(
            "`{network}` has host bits set: write it as `{}`",
            network.trunc()
        ));
    }
    if network.prefix_len() == 0 {
        return invalid(format!(
            "the prefix length of `{network}` is zero: it must be at least 1"
        ));
    }
    let generation = tx.rules().generation;
    let longest = generation.longest_prefix(Family::of(network.addr()));
    if network.prefix_len() > longest {
        return invalid(format!(
            "the prefix length of `{network}` is more than the {longest} of {generation}"
        ));
    }
    Ok(())
}

/// The bounds given, or `default`; both or neither, in order and inside the network.
pub(super) fn bounds(
    network: IpNet,
    start: Option<IpAddr>,
    end: Option<IpAddr>,
    default: AddressRange,
) -> IpamResult<AddressRange> {
    let (start, end) = match (start, end) {
        (None, None) => return Ok(default),
        (Some(start), Some(end)) => (start, end),
        _ => return invalid("give the start and the end address together, or neither".to_owned()),
    };
    let span = AddressRange::new(start, end).or_else(|error| invalid(error.to_string()))?;
    if !AddressRange::of_prefix(network).contains_range(&span) {
        return invalid(format!("`{span}` is not within the network `{network}`"));
    }
    Ok(span)
}
