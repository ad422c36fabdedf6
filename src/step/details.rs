//! The fields of an address record, which three steps write alike.

/// The fields given, over the dialog's defaults.
macro_rules! details {
    ($stage:expr, $given:expr) => {{
        use $crate::step::stage::{optional, parameter};
        let (stage, given) = (&*$stage, $given);
        let server = |name: &Option<String>| match name {
            Some(name) if !name.is_empty() => stage.server(name).map(Some),
            _ => Ok(None),
        };
        let mut details = $crate::ipam::space::AddressDetails::default();
        if let Some(kind) = &given.device_type {
            details.device_type = parameter(kind)?;
        }
        details.device_name = given.device_name.clone().unwrap_or_default();
        details.description = given.description.clone().unwrap_or_default();
        details.mac_address = optional(given.mac_address.as_ref())?;
        details.reservation_server = server(&given.reservation_server)?;
        details.reservation_name = given.reservation_name.clone().unwrap_or_default();
        details.reservation_type = optional(given.reservation_type.as_ref())?;
        details.reservation_description = given.reservation_description.clone().unwrap_or_default();
        details.client_id = optional(given.client_id.as_ref())?;
        details.duid = optional(given.duid.as_ref())?;
        details.iaid = given.iaid;
        details.forward_lookup_zone = optional(given.forward_lookup_zone.as_ref())?;
        details.forward_lookup_primary_server = server(&given.forward_lookup_primary_server)?;
        details.reverse_lookup_zone = optional(given.reverse_lookup_zone.as_ref())?;
        details.reverse_lookup_primary_server = server(&given.reverse_lookup_primary_server)?;
        details
    }};
}

/// One change for every field given; the empty text clears a field.
macro_rules! changes {
    ($stage:expr, $given:expr) => {{
        use $crate::ipam::space::AddressChange as Change;
        use $crate::step::stage::{optional, parameter};
        let (stage, given) = (&*$stage, $given);
        let server = |name: &String| match name.as_str() {
            "" => Ok(None),
            name => stage.server(name).map(Some),
        };
        let mut changes = Vec::new();
        macro_rules! each {
            ($reading:expr; $field:ident => $change:ident) => {
                if let Some(text) = &given.$field {
                    changes.push(Change::$change($reading(text)?));
                }
            };
        }
        each!(|text: &String| parameter(text); device_type => DeviceType);
        each!(|text: &String| parameter(text); ip_address_state => IpAddressState);
        each!(|text: &String| parameter(text); assignment_type => AssignmentType);
        let words = |text: &String| Ok::<_, $crate::step::stage::StepError>(text.clone());
        each!(words; device_name => DeviceName);
        each!(words; description => Description);
        each!(words; owner => Owner);
        each!(words; asset_tag => AssetTag);
        each!(words; serial_number => SerialNumber);
        each!(words; reservation_name => ReservationName);
        each!(words; reservation_description => ReservationDescription);
        each!(|text| optional(Some(text)); mac_address => MacAddress);
        each!(|text| optional(Some(text)); assignment_date => AssignmentDate);
        each!(|text| optional(Some(text)); expiry_date => ExpiryDate);
        each!(|text| optional(Some(text)); reservation_type => ReservationType);
        each!(|text| optional(Some(text)); client_id => ClientId);
        each!(|text| optional(Some(text)); duid => Duid);
        each!(|text| optional(Some(text)); forward_lookup_zone => ForwardLookupZone);
        each!(|text| optional(Some(text)); reverse_lookup_zone => ReverseLookupZone);
        each!(server; reservation_server => ReservationServer);
        each!(server; forward_lookup_primary_server => ForwardLookupPrimaryServer);
        each!(server; reverse_lookup_primary_server => ReverseLookupPrimaryServer);
        if let Some(iaid) = given.iaid {
            changes.push(Change::Iaid(Some(iaid)));
        }
        changes
    }};
}

pub(super) use {changes, details};
