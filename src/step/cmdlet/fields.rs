//! Custom fields as the cmdlets take them: one text of `Name=Value` pairs between semicolons.

use crate::ipam::fields::{CustomChange, CustomValues};
use crate::step::stage::{StepError, parameter};

/// `-CustomConfiguration`.
pub fn values(text: Option<&String>) -> Result<CustomValues, StepError> {
    text.map_or_else(|| Ok(CustomValues::default()), |text| parameter(text))
}

/// `-AddCustomConfiguration` and `-RemoveCustomConfiguration`.
pub fn change(add: Option<&String>, remove: Option<&String>) -> Result<CustomChange, StepError> {
    let remove = remove.map_or("", String::as_str);
    Ok(CustomChange {
        remove: CustomChange::removals(remove),
        add: values(add)?,
    })
}
