//! Taking objects along when a field or value gets another name: what they carry is stored with
//! them by name, so that a record reads the same wherever it is seen.

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::space::{AddressDetails, AddressState, DeviceType, SubnetDetails};
use crate::ipam::space::{addresses, ranges, spaces, subnets};
use crate::ipam::store::{Tx, servers};

use super::assignment::{Holder, holders};
use super::built_in::BuiltInField;
use super::custom_values::CustomValues;
use super::rows::{FieldRow, ValueRow};

/// Renames a field on every object that carries it.
pub(super) fn field(tx: &Tx<'_>, field: &FieldRow, new_name: &str) -> IpamResult<()> {
    for holder in holders(tx, field.id, None, None)? {
        edit(tx, &holder, |custom| {
            custom.rename_field(&field.name, new_name)
        })?;
    }
    Ok(())
}

/// Respells a value on every object that carries it, be it as a custom field or as a column.
pub(super) fn value(
    tx: &Tx<'_>,
    field: &FieldRow,
    value: &ValueRow,
    new_value: &str,
) -> IpamResult<()> {
    for holder in holders(tx, field.id, Some(value.id), None)? {
        match (&holder, field.built_in) {
            (Holder::Address(key), Some(column)) if column.is_column() => {
                addresses::respell(tx, key, |details| respell(details, column, new_value))?;
                continue;
            }
            (Holder::Subnet(key), Some(column)) => {
                subnets::respell(tx, key, |details| {
                    respell_subnet(details, column, &value.value, new_value);
                })?;
            }
            _ => {}
        }
        edit(tx, &holder, |custom| {
            custom.rename_value(&field.name, &value.value, new_value);
        })?;
    }
    Ok(())
}

fn respell(details: &mut AddressDetails, column: BuiltInField, new_value: &str) {
    match column {
        BuiltInField::DeviceType => {
            details.device_type = DeviceType::Custom(new_value.to_owned());
        }
        BuiltInField::IpAddressState => {
            details.ip_address_state = AddressState::Custom(new_value.to_owned());
        }
        // The others are part of what identifies a record; their values are never respelled.
        _ => {}
    }
}

fn respell_subnet(details: &mut SubnetDetails, column: BuiltInField, from: &str, to: &str) {
    let word = match column {
        BuiltInField::VmmLogicalNetwork => &mut details.vmm_logical_network,
        BuiltInField::NetworkSite => &mut details.network_site,
        _ => return,
    };
    if word == from {
        to.clone_into(word);
    }
}

/// Changes what an object carries. The index knows fields and values by number, so it stays.
fn edit(tx: &Tx<'_>, holder: &Holder, change: impl FnOnce(&mut CustomValues)) -> IpamResult<()> {
    match holder {
        Holder::Address(key) => addresses::respell(tx, key, |details| change(&mut details.custom)),
        Holder::Range(key) => ranges::respell(tx, key, |details| change(&mut details.custom)),
        Holder::Subnet(key) => subnets::respell(tx, key, |details| change(&mut details.custom)),
        Holder::AddressSpace(name) => {
            spaces::respell(tx, name, |details| change(&mut details.custom))
        }
        Holder::Server(name) => server(tx, name, change),
    }
}

fn server(tx: &Tx<'_>, name: &Fqdn, change: impl FnOnce(&mut CustomValues)) -> IpamResult<()> {
    let Some(mut server) = servers::server(tx, name)? else {
        return Ok(());
    };
    change(&mut server.custom_configuration);
    servers::put_custom_configuration(tx, name, &server.custom_configuration)
}
