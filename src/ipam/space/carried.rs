//! What records of the address space carry of custom fields: read into the stored spelling before
//! a record is checked, and noted where the use of fields and values is known.
//!
//! Whatever stores, changes or deletes a record in another way than [`super::addresses`] and
//! [`super::ranges`] do calls these functions too.

use crate::ipam::error::IpamResult;
use crate::ipam::fields::{self, BuiltInField, CustomValues, Holder};
use crate::ipam::store::Tx;

use super::address::{AddressDetails, AddressKey};
use super::range::{Owner, RangeDetails, RangeKey};
use super::rules::invalid;
use super::spaces::AddressSpaceName;
use super::subnet::{SubnetDetails, SubnetKey};
use super::values::{Field, canonical};

/// Puts a word that an administrator added into its stored spelling.
fn spell(tx: &Tx<'_>, field: Field, word: Option<&mut String>) -> IpamResult<()> {
    if let Some(word) = word {
        *word = canonical(tx, field, word)?;
    }
    Ok(())
}

/// The same for the owner of a record.
pub(in crate::ipam) fn spell_owner(tx: &Tx<'_>, owner: &mut Owner) -> IpamResult<()> {
    let word = owner.managed_by_service.custom_mut();
    spell(tx, Field::ManagedByService, word)
}

/// Everything of an address record that fields and values decide, in its stored spelling.
///
/// # Errors
/// For a field or value that does not exist.
pub(in crate::ipam) fn spell_address(tx: &Tx<'_>, details: &mut AddressDetails) -> IpamResult<()> {
    spell(tx, Field::DeviceType, details.device_type.custom_mut())?;
    let state = details.ip_address_state.custom_mut();
    spell(tx, Field::IpAddressState, state)?;
    details.custom = fields::check_assignment(tx, &details.custom)?;
    Ok(())
}

/// The same for a range.
pub(in crate::ipam) fn spell_range(tx: &Tx<'_>, details: &mut RangeDetails) -> IpamResult<()> {
    details.custom = fields::check_assignment(tx, &details.custom)?;
    Ok(())
}

/// The same for a subnet, whose logical network and network site are columns. They are texts that
/// name something in Virtual Machine Manager: one that is a value of its field is spelled as that.
pub(in crate::ipam) fn spell_subnet(tx: &Tx<'_>, details: &mut SubnetDetails) -> IpamResult<()> {
    details.custom = fields::check_assignment(tx, &details.custom)?;
    for (field, word) in [
        (
            BuiltInField::VmmLogicalNetwork,
            &mut details.vmm_logical_network,
        ),
        (BuiltInField::NetworkSite, &mut details.network_site),
    ] {
        if !details.custom.get(field.name()).is_empty() {
            return invalid(format!(
                "`{}` is no custom configuration of a subnet; set it with the parameter of that \
                 name",
                field.label()
            ));
        }
        if let Some(known) = fields::value_spelled(tx, field, word)? {
            *word = known;
        }
    }
    Ok(())
}

/// The words of a record's columns that an administrator added.
fn words<'a>(
    owner: &'a Owner,
    details: Option<&'a AddressDetails>,
) -> Vec<(BuiltInField, &'a str)> {
    let service = owner.managed_by_service.custom();
    let device = details.and_then(|details| details.device_type.custom());
    let state = details.and_then(|details| details.ip_address_state.custom());
    let words = [
        (BuiltInField::ManagedByService, service),
        (BuiltInField::DeviceType, device),
        (BuiltInField::IpAddressState, state),
    ];
    let added = words.into_iter();
    added
        .filter_map(|(field, word)| word.map(|word| (field, word)))
        .collect()
}

/// Notes what a new address record carries.
pub(in crate::ipam) fn note_address(
    tx: &Tx<'_>,
    key: &AddressKey,
    details: &AddressDetails,
) -> IpamResult<()> {
    let words = words(&key.owner, Some(details));
    if words.is_empty() && details.custom.is_empty() {
        return Ok(());
    }
    fields::note(tx, &Holder::Address(key.clone()), &details.custom, &words)
}

/// Notes what a changed address record carries, unless that is what it carried before.
pub(in crate::ipam) fn keep_address(
    tx: &Tx<'_>,
    key: &AddressKey,
    before: &AddressDetails,
    after: &AddressDetails,
) -> IpamResult<()> {
    let same = before.custom == after.custom
        && before.device_type == after.device_type
        && before.ip_address_state == after.ip_address_state;
    if same {
        return Ok(());
    }
    forget_address(tx, key)?;
    note_address(tx, key, after)
}

/// Notes that an address record is gone.
pub(in crate::ipam) fn forget_address(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<()> {
    fields::forget(tx, &Holder::Address(key.clone()))
}

/// Notes what a range carries that was just stored, new or changed.
pub(in crate::ipam) fn keep_range(
    tx: &Tx<'_>,
    key: &RangeKey,
    details: &RangeDetails,
) -> IpamResult<()> {
    let words = words(&key.owner, None);
    fields::keep(tx, &Holder::Range(key.clone()), &details.custom, &words)
}

/// Notes that a range is gone.
pub(in crate::ipam) fn forget_range(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<()> {
    fields::forget(tx, &Holder::Range(key.clone()))
}

/// Notes what a subnet carries that was just stored, new or changed.
pub(in crate::ipam) fn keep_subnet(
    tx: &Tx<'_>,
    key: &SubnetKey,
    details: &SubnetDetails,
) -> IpamResult<()> {
    let words = [
        (
            BuiltInField::VmmLogicalNetwork,
            details.vmm_logical_network.as_str(),
        ),
        (BuiltInField::NetworkSite, details.network_site.as_str()),
    ];
    let words: Vec<_> = words
        .into_iter()
        .filter(|(_, word)| !word.is_empty())
        .collect();
    fields::keep(tx, &Holder::Subnet(key.clone()), &details.custom, &words)
}

/// Notes what an address space carries that was just stored, new or changed.
pub(super) fn keep_space(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
    custom: &CustomValues,
) -> IpamResult<()> {
    fields::keep(tx, &Holder::AddressSpace(name.clone()), custom, &[])
}

/// Notes that an address space is gone.
pub(super) fn forget_space(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<()> {
    fields::forget(tx, &Holder::AddressSpace(name.clone()))
}

/// Notes that a subnet is gone.
pub(in crate::ipam) fn forget_subnet(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<()> {
    fields::forget(tx, &Holder::Subnet(key.clone()))
}
