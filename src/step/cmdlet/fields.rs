//! Custom fields as the cmdlets take them: one text of `Name=Value` pairs between semicolons.

use crate::ipam::{ErrorId, IpamError};
use crate::step::stage::StepError;

/// The pairs of `-CustomConfiguration` and `-AddCustomConfiguration`.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, StepError> {
    parts(text)
        .map(|part| {
            let pair = part.split_once('=');
            let (name, value) = pair
                .filter(|(name, _)| !name.trim().is_empty())
                .ok_or_else(|| {
                    let message = format!("`{part}` is no custom field; write it as `Name=Value`");
                    StepError::from(IpamError::new(ErrorId::IpamApiInvalidParameter, message))
                })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// The names of `-RemoveCustomConfiguration`.
pub fn names(text: &str) -> Vec<String> {
    parts(text).map(str::to_owned).collect()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_lie_between_semicolons_and_a_value_may_hold_an_equals_sign() {
        let read = pairs(" Site = London ;Rack=3;;Note=a=b;").unwrap();
        let wanted = [("Site", "London"), ("Rack", "3"), ("Note", "a=b")];
        let wanted = wanted.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read, wanted);
        assert!(pairs("London").is_err());
        assert!(pairs("=London").is_err());
        assert_eq!(names("Site; Rack"), ["Site", "Rack"]);
    }
}
