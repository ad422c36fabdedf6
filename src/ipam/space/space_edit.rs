//! Adding, changing and removing address spaces: every rule of domain 5.4.

use crate::addr::Family;
use crate::base::wildcard::matches;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::fields::check_assignment;
use crate::ipam::store::{Tx, rename};
use crate::ipam::usage;

use super::address_space::{
    AddressSpace, AddressSpaceChange, AddressSpaceKind, AddressSpaceQuery, CustomerNetwork,
    NewAddressSpace,
};
use super::range::Range;
use super::rules::{invalid, length, refuse};
use super::spaces::{self, AddressSpaceName, SpaceDetails, StoredSpace};
use super::utilization::Utilization;
use super::{carried, ranges};

/// What lies in address spaces: table and what it holds.
const INSIDE: &[(&str, &str)] = &[
    ("ip_block", "blocks"),
    ("ip_subnet", "subnets"),
    ("ip_range", "ranges"),
    ("ip_address", "addresses"),
];

/// `Add-IpamAddressSpace` after the gate.
pub(super) fn add(tx: &Tx<'_>, new: NewAddressSpace) -> IpamResult<AddressSpace> {
    spaces::need_subnets(tx, "further address spaces")?;
    let name = free_name(tx, &new.name)?;
    let stored = StoredSpace {
        name,
        details: SpaceDetails {
            kind: checked(tx, new.kind)?,
            owner: new.owner,
            description: new.description,
            custom: check_assignment(tx, &new.custom)?,
        },
    };
    texts(&stored.details)?;
    spaces::put(tx, &stored)?;
    carried::keep_space(tx, &stored.name, &stored.details.custom)?;
    Ok(shown(stored, &[]))
}

/// A name that nothing else has.
fn free_name(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<AddressSpaceName> {
    let name = AddressSpaceName::new(name.as_str().trim());
    if name.as_str().is_empty() {
        return invalid("an address space needs a name".to_owned());
    }
    length("the name of the address space", name.as_str(), 255)?;
    if let Some(other) = spaces::find(tx, &name)? {
        return refuse(
            ErrorId::IpamApiAddressSpaceExists,
            format!("there is an address space `{}` already", other.name),
        );
    }
    Ok(name)
}

/// A customer space belongs to one provider space; it takes that one's spelling.
fn checked(tx: &Tx<'_>, kind: AddressSpaceKind) -> IpamResult<AddressSpaceKind> {
    let AddressSpaceKind::Customer(mut network) = kind else {
        return Ok(AddressSpaceKind::Provider);
    };
    let over = spaces::get(tx, &network.associated_provider_address_space)?;
    if over.details.kind != AddressSpaceKind::Provider {
        return invalid(format!(
            "`{}` is a customer address space: name a provider address space to be over",
            over.name
        ));
    }
    network.associated_provider_address_space = over.name;
    Ok(AddressSpaceKind::Customer(network))
}

fn texts(details: &SpaceDetails) -> IpamResult<()> {
    length("owner", &details.owner, 255)?;
    length("description", &details.description, 4000)?;
    if let Some(network) = details.kind.customer() {
        length("tenant", &network.tenant, 255)?;
        length("VM network", &network.vm_network, 255)?;
    }
    Ok(())
}

/// `Set-IpamAddressSpace` after the gate. Renaming takes along everything that is inside.
pub(super) fn set(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
    change: AddressSpaceChange,
) -> IpamResult<AddressSpace> {
    let mut stored = spaces::get(tx, name)?;
    if change == AddressSpaceChange::default() {
        return invalid(format!("nothing is to be changed of `{}`", stored.name));
    }
    stored.details.kind = changed_kind(tx, &stored, &change)?;
    if let Some(owner) = change.owner {
        stored.details.owner = owner;
    }
    if let Some(description) = change.description {
        stored.details.description = description;
    }
    let custom = change.custom_configuration;
    stored.details.custom = custom.apply(tx, &stored.details.custom)?;
    texts(&stored.details)?;
    spaces::put(tx, &stored)?;
    carried::keep_space(tx, &stored.name, &stored.details.custom)?;
    if let Some(new_name) = change.new_name {
        stored = renamed(tx, stored, &new_name)?;
    }
    let ranges = ranges::in_space(tx, &stored.name)?;
    Ok(shown(stored, &ranges))
}

fn changed_kind(
    tx: &Tx<'_>,
    stored: &StoredSpace,
    change: &AddressSpaceChange,
) -> IpamResult<AddressSpaceKind> {
    let of_customers = change.associated_provider_address_space.is_some()
        || change.isolation_method.is_some()
        || change.tenant.is_some()
        || change.vm_network.is_some();
    let Some(network) = stored.details.kind.customer() else {
        if of_customers {
            return invalid(format!(
                "`{}` is a provider address space: it has no provider, isolation method, tenant \
                 or VM network",
                stored.name
            ));
        }
        return Ok(AddressSpaceKind::Provider);
    };
    let change = change.clone();
    let over = change.associated_provider_address_space;
    let over = over.unwrap_or_else(|| network.associated_provider_address_space.clone());
    let network = CustomerNetwork {
        associated_provider_address_space: over,
        isolation_method: change.isolation_method.unwrap_or(network.isolation_method),
        tenant: change.tenant.unwrap_or_else(|| network.tenant.clone()),
        vm_network: change
            .vm_network
            .unwrap_or_else(|| network.vm_network.clone()),
    };
    checked(tx, AddressSpaceKind::Customer(network))
}

/// Gives a space another name, in every table that says in which space a row lies.
fn renamed(
    tx: &Tx<'_>,
    mut stored: StoredSpace,
    new_name: &AddressSpaceName,
) -> IpamResult<StoredSpace> {
    if stored.name.is_default() {
        return refuse(
            ErrorId::IpamApiCannotUpdateOrDeleteDefaultAddressSpace,
            format!("`{}` is built in and keeps its name", stored.name),
        );
    }
    // Another spelling of the same name is not taken by somebody else.
    let new_name = match new_name.folded() == stored.name.folded() {
        true => AddressSpaceName::new(new_name.as_str().trim()),
        false => free_name(tx, new_name)?,
    };
    let old_name = std::mem::replace(&mut stored.name, new_name.clone());
    super::place::move_access_scopes(tx, &old_name, &new_name)?;
    usage::move_space(tx, &old_name, &new_name)?;
    rename::in_column(tx, "space", old_name.as_str(), new_name.as_str())?;
    spaces::delete(tx, &old_name)?;
    spaces::put(tx, &stored)?;
    for mut other in spaces::all(tx)? {
        if let AddressSpaceKind::Customer(network) = &mut other.details.kind
            && network.associated_provider_address_space == old_name
        {
            network.associated_provider_address_space = new_name.clone();
            spaces::put(tx, &other)?;
        }
    }
    Ok(stored)
}

/// `Remove-IpamAddressSpace` after the gate. Nothing may be in it, and no customer over it.
pub(super) fn remove(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<AddressSpace> {
    let stored = spaces::get(tx, name)?;
    if stored.name.is_default() {
        return refuse(
            ErrorId::IpamApiCannotUpdateOrDeleteDefaultAddressSpace,
            format!("`{}` is built in and cannot be removed", stored.name),
        );
    }
    for (table, what) in INSIDE {
        let sql = format!("SELECT 1 FROM {table} WHERE space = ?1 LIMIT 1");
        let any = tx.query_one(&sql, [stored.name.as_str()], |_| Ok(()))?;
        if any.is_some() {
            return in_use(format!("`{}` has {what}: remove them first", stored.name));
        }
    }
    for other in spaces::all(tx)? {
        let network = other.details.kind.customer();
        if network.is_some_and(|own| own.associated_provider_address_space == stored.name) {
            return in_use(format!(
                "the customer address space `{}` is over `{}`",
                other.name, stored.name
            ));
        }
    }
    spaces::delete(tx, &stored.name)?;
    carried::forget_space(tx, &stored.name)?;
    Ok(shown(stored, &[]))
}

fn in_use<T>(message: String) -> IpamResult<T> {
    refuse(ErrorId::IpamApiAddressSpaceInUse, message)
}

/// `Get-IpamAddressSpace` after the gate.
pub(super) fn list(tx: &Tx<'_>, query: &AddressSpaceQuery) -> IpamResult<Vec<AddressSpace>> {
    let over = query.mapping_to_provider.as_ref();
    let over = over.map(|name| spaces::canonical(tx, name)).transpose()?;
    let mut listed = Vec::new();
    for space in spaces::all(tx)? {
        let name = space.name.as_str();
        let named = query.names.is_empty() || query.names.iter().any(|like| matches(like, name));
        let word = space.details.kind.word();
        let types = &query.types;
        let typed = types.is_empty() || types.iter().any(|kind| kind.eq_ignore_ascii_case(word));
        let network = space.details.kind.customer();
        let mapped = over.as_ref().is_none_or(|over| {
            network.is_some_and(|own| own.associated_provider_address_space == *over)
        });
        if named && typed && mapped {
            let ranges = ranges::in_space(tx, &space.name)?;
            listed.push(shown(space, &ranges));
        }
    }
    Ok(listed)
}

fn shown(stored: StoredSpace, ranges: &[Range]) -> AddressSpace {
    let of = |family| -> Utilization {
        let own = ranges
            .iter()
            .filter(|range| range.key.span.family() == family);
        own.fold(Utilization::default(), |sum, range| Utilization {
            total: sum.total.saturating_add(range.utilization.total),
            assigned: sum.assigned.saturating_add(range.utilization.assigned),
            utilized: sum.utilized.saturating_add(range.utilization.utilized),
        })
    };
    AddressSpace {
        ipv4: of(Family::V4),
        ipv6: of(Family::V6),
        name: stored.name,
        kind: stored.details.kind,
        owner: stored.details.owner,
        description: stored.details.description,
        custom: stored.details.custom,
    }
}
