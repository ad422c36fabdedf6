//! Access scopes: a tree of labels below `\Global` (domain 9.9).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Characters of the longest label.
const LABEL_MAX: usize = 255;

/// The root's label.
const GLOBAL: &str = "Global";

/// Where a scope is in the tree: `\Global\Europe\Paris`. Paths compare without regard to case.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopePath(Vec<String>);

/// A text that is no path of access scopes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    #[error("`{0}` is no access scope: a path begins with `\\Global`")]
    NotBelowGlobal(String),
    #[error("`{0}` is no label of an access scope: it has 1 to 255 characters, no `/` and no `\\`")]
    Label(String),
}

impl ScopePath {
    /// The root, which everything is in that is in no other scope.
    pub fn global() -> ScopePath {
        ScopePath(vec![GLOBAL.to_owned()])
    }

    /// The scope `label` directly below this one.
    ///
    /// # Errors
    /// For a label that is empty, too long, or has a slash or backslash.
    pub fn child(&self, label: &str) -> Result<ScopePath, ScopeError> {
        let length = label.chars().count();
        if !(1..=LABEL_MAX).contains(&length) || label.contains(['/', '\\']) {
            return Err(ScopeError::Label(label.to_owned()));
        }
        let mut labels = self.0.clone();
        labels.push(label.to_owned());
        Ok(ScopePath(labels))
    }

    /// The scope above; `None` of the root.
    pub fn parent(&self) -> Option<ScopePath> {
        let (_, above) = self.0.split_last()?;
        (!above.is_empty()).then(|| ScopePath(above.to_vec()))
    }

    /// The scope's own label.
    pub fn label(&self) -> &str {
        self.0.last().map_or(GLOBAL, String::as_str)
    }

    pub fn is_global(&self) -> bool {
        self.0.len() == 1
    }

    /// Whether `other` is this scope or lies below it.
    pub fn covers(&self, other: &ScopePath) -> bool {
        let same = |(a, b): (&String, &String)| folded(a) == folded(b);
        self.0.len() <= other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

fn folded(label: &str) -> String {
    label.to_lowercase()
}

impl PartialEq for ScopePath {
    fn eq(&self, other: &ScopePath) -> bool {
        self.0.len() == other.0.len() && self.covers(other)
    }
}

impl Eq for ScopePath {}

impl fmt::Display for ScopePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|label| write!(f, "\\{label}"))
    }
}

impl FromStr for ScopePath {
    type Err = ScopeError;

    /// Reads `\Global\Europe`; the first backslash may be left out, as the cmdlet allows.
    fn from_str(text: &str) -> Result<ScopePath, ScopeError> {
        let bare = text.strip_prefix('\\').unwrap_or(text);
        let mut labels = bare.split('\\');
        let root = labels.next().unwrap_or_default();
        if !root.eq_ignore_ascii_case(GLOBAL) {
            return Err(ScopeError::NotBelowGlobal(text.to_owned()));
        }
        labels.try_fold(ScopePath::global(), |path, label| path.child(label))
    }
}

impl TryFrom<String> for ScopePath {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<ScopePath, ScopeError> {
        text.parse()
    }
}

impl From<ScopePath> for String {
    fn from(path: ScopePath) -> String {
        path.to_string()
    }
}

/// A scope of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessScope {
    pub path: ScopePath,
    /// At most 4000 characters.
    pub description: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ScopePath {
        text.parse().unwrap()
    }

    #[test]
    fn a_scope_covers_itself_and_what_lies_below_and_no_sibling() {
        let europe = path(r"\Global\Europe");
        assert!(ScopePath::global().covers(&europe));
        assert!(europe.covers(&path(r"global\EUROPE")));
        assert!(europe.covers(&path(r"\Global\Europe\Paris")));
        assert!(!europe.covers(&ScopePath::global()));
        assert!(!europe.covers(&path(r"\Global\Asia")));
        // A label that begins like another one is another scope.
        assert!(!europe.covers(&path(r"\Global\European Union")));
    }

    #[test]
    fn labels_have_a_length_and_no_slashes() {
        let global = ScopePath::global();
        assert!(global.child(&"x".repeat(255)).is_ok());
        for label in ["", "a/b", "a\\b", &"x".repeat(256)] {
            assert!(global.child(label).is_err(), "{label}");
        }
        for text in [
            "",
            "\\",
            r"\Europe",
            r"\Global\",
            r"\\Global",
            r"\Global\a\\b",
        ] {
            assert!(text.parse::<ScopePath>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_prints_as_it_is_read_and_knows_its_parent() {
        let paris = path(r"Global\Europe\Paris");
        assert_eq!(paris.to_string(), r"\Global\Europe\Paris");
        assert_eq!(paris.parent(), Some(path(r"\Global\Europe")));
        assert_eq!(paris.label(), "Paris");
        assert_eq!(ScopePath::global().parent(), None);
    }
}
