//! What names and values may look like (domain 9.2).

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::built_in::fold;

/// User-defined fields of one server at most.
pub(super) const FIELDS_MAX: usize = 128;
const NAME: std::ops::RangeInclusive<usize> = 2..=255;
const VALUE: std::ops::RangeInclusive<usize> = 1..=255;
/// Characters of the longest text of a free-form field; a description has as many.
const TEXT_MAX: usize = 4000;

/// The columns that address space objects and servers have anyway, as views and files name them.
/// A field of such a name could not be told from the column.
const COLUMNS: &[&str] = &[
    "Access Scope",
    "Address Category",
    "Address Space",
    "Address State",
    "Asset Tag",
    "Assigned Addresses",
    "Assignment Date",
    "Assignment Type",
    "Associated Reverse Lookup Zone",
    "Block",
    "Client ID",
    "Connection Specific DNS Suffix",
    "Custom Configuration",
    "Description",
    "Device Name",
    "DHCP Reservation Sync",
    "DHCP Scope Name",
    "DHCP Server Name",
    "DNS Host Record Sync",
    "DNS PTR Record Sync",
    "DNS Servers",
    "DNS Suffixes",
    "Domain Name",
    "Duplicate",
    "DUID",
    "End IP Address",
    "Exclusion Ranges",
    "Expiry Date",
    "Expiry Status",
    "Forward Lookup Primary Server",
    "Forward Lookup Zone",
    "Gateway",
    "IAID",
    "IP Address",
    "IP Range",
    "IPAM Access Status",
    "Last Assigned Date",
    "Last Reclaim Run Time",
    "MAC Address",
    "Manageability Status",
    "Name",
    "Network",
    "Network ID",
    "Network Type",
    "Overlapping",
    "Owner",
    "Percentage Assigned",
    "Percentage Utilized",
    "Prefix Length",
    "Reservation Description",
    "Reservation Name",
    "Reservation Scope Details",
    "Reservation Scope Name",
    "Reservation Server",
    "Reservation Server Name",
    "Reservation Type",
    "Reserved Address",
    "Reverse Lookup Primary Server",
    "Reverse Lookup Zone",
    "RIR Received Date",
    "Serial Number",
    "Server Name",
    "Server Type",
    "Start IP Address",
    "Subnet Name",
    "Total Addresses",
    "Utilization",
    "Utilization Calculation",
    "Utilized Addresses",
    "VIP",
    "Virtual Subnet ID",
    "VLAN ID",
    "WINS Servers",
];

/// A name for a field: two to 255 characters that a custom configuration can hold, and no column.
pub(super) fn check_name(name: &str) -> IpamResult<()> {
    length("name of a custom field", name, NAME)?;
    if name.contains('=') {
        return Err(IpamError::parameter(format!(
            "`{name}` holds a character that a custom configuration `name=value;name=value` \
             cannot: leave out `=`"
        )));
    }
    characters(name)?;
    let wanted = fold(name);
    if let Some(column) = COLUMNS.iter().find(|column| fold(column) == wanted) {
        return Err(IpamError::new(
            ErrorId::IpamApiCustomFieldNameReserved,
            format!("`{name}` is the column `{column}`: choose another name"),
        ));
    }
    Ok(())
}

/// A value for a multivalue field.
pub(super) fn check_value(value: &str) -> IpamResult<()> {
    length("custom value", value, VALUE)?;
    characters(value)
}

/// A text for a free-form field.
pub(super) fn check_text(text: &str) -> IpamResult<()> {
    length("text of a custom field", text, 1..=TEXT_MAX)?;
    characters(text)
}

fn characters(value: &str) -> IpamResult<()> {
    if value.contains(';') || value.chars().any(char::is_control) {
        return Err(IpamError::parameter(format!(
            "`{value}` holds a character that a custom configuration `name=value;name=value` \
             cannot: leave out `;` and control characters"
        )));
    }
    if value.trim() != value {
        return Err(IpamError::parameter(format!(
            "`{value}` begins or ends with a space: leave it out"
        )));
    }
    Ok(())
}

fn length(what: &str, text: &str, allowed: std::ops::RangeInclusive<usize>) -> IpamResult<()> {
    let length = text.chars().count();
    if allowed.contains(&length) {
        return Ok(());
    }
    Err(IpamError::parameter(format!(
        "the {what} has {length} characters; {} to {} are allowed",
        allowed.start(),
        allowed.end()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_in_any_spelling_is_no_name_for_a_field() {
        for column in ["IP Address", "ipaddress", "Start-IP-address", "OWNER"] {
            let refused = check_name(column).unwrap_err();
            assert_eq!(
                refused.id,
                ErrorId::IpamApiCustomFieldNameReserved,
                "{column}"
            );
        }
        assert_eq!(check_name("Building"), Ok(()));
        for wrong in ["B", &"b".repeat(256), "a=b", "a;b", "a\tb", " ab"] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "a;b", " a", &"b".repeat(256)] {
            assert!(check_value(wrong).is_err(), "{wrong}");
        }
        assert_eq!(check_value("a=b:c"), Ok(()));
    }
}
