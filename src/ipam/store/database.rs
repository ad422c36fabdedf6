//! Which database an engine keeps its data in.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where the data of an engine lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Database {
    /// The embedded one, in memory: gone with the engine.
    #[default]
    Memory,
    /// The embedded one, in a file that survives the engine.
    File(PathBuf),
    /// A PostgreSQL server.
    Server(ServerAddress),
}

/// What is expected of a database that is opened (domain 2.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Existing {
    /// A schema is used, and made where there is none.
    #[default]
    Allowed,
    /// The schema is made, and refused where there is one.
    Refused,
    /// The schema is used, and refused where there is none: `UseExistingSchema`.
    Required,
}

/// Beginnings of the address of a PostgreSQL server.
const SCHEMES: &[&str] = &["postgres://", "postgresql://"];

/// The address of a database on a server, with all that is needed to log in there.
///
/// It prints without its password, also in a `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerAddress {
    url: String,
    /// Of another source than the address.
    password: Option<String>,
}

impl ServerAddress {
    /// The address as it was given, secrets included.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "nothing logs in")
    )]
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The password to use when the address holds none.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "nothing logs in")
    )]
    pub(super) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.url.find("://").map_or(0, |at| at + 3);
        let (scheme, rest) = self.url.split_at(at);
        // A password that holds `/`, `?` or `@` unescaped must not show either, so everything up
        // to the last `@` counts as the login. Options may repeat it, so they do not show.
        let (login, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        let user = login.split(':').next().unwrap_or_default();
        let mut place = place.split('?').next().unwrap_or_default();
        if let Some((host, port)) = port_of(place)
            && !port.bytes().all(|byte| byte.is_ascii_digit())
        {
            // A login without its host looks like a host with a strange port.
            place = host;
        }
        let between = if user.is_empty() { "" } else { "@" };
        write!(f, "{scheme}{user}{between}{place}")
    }
}

/// Host and port of what follows the login; the colons in an IPv6 address part nothing.
fn port_of(place: &str) -> Option<(&str, &str)> {
    let host_ends = place.rfind(']').unwrap_or(0);
    let colon = host_ends + place[host_ends..].find(':')?;
    let (host, rest) = place.split_at(colon);
    let port = rest[1..].split('/').next().unwrap_or_default();
    Some((host, port))
}

impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerAddress({self})")
    }
}

impl Database {
    /// The file, when it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Database::File(path) => Some(path),
            Database::Memory | Database::Server(_) => None,
        }
    }

    /// Another database in the same place, with `suffix` after its name.
    #[must_use]
    pub fn beside(&self, suffix: &str) -> Database {
        match self {
            Database::Memory => Database::Memory,
            Database::File(path) => {
                let mut name = path.file_name().unwrap_or_default().to_owned();
                name.push(format!(".{suffix}"));
                Database::File(path.with_file_name(name))
            }
            Database::Server(address) => {
                let login = address.url.rfind('@').unwrap_or(0);
                let end = address.url[login..].find('?');
                let end = end.map_or(address.url.len(), |end| login + end);
                let (name, options) = address.url.split_at(end);
                Database::Server(ServerAddress {
                    url: format!("{name}.{suffix}{options}"),
                    password: address.password.clone(),
                })
            }
        }
    }

    /// The same with a password for a server whose address holds none.
    #[must_use]
    pub fn with_password(self, password: Option<String>) -> Database {
        match self {
            Database::Server(address) => Database::Server(ServerAddress {
                password,
                ..address
            }),
            other => other,
        }
    }
}

/// `postgres://...` is a server, anything else a file.
impl FromStr for Database {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Database, Infallible> {
        Ok(
            match SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
                true => Database::Server(ServerAddress {
                    url: text.to_owned(),
                    password: None,
                }),
                false => Database::File(text.into()),
            },
        )
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Memory => f.write_str("memory"),
            Database::File(path) => path.display().fmt(f),
            Database::Server(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(text: &str) -> Database {
        let Ok(database) = text.parse();
        database
    }

    #[test]
    fn an_address_is_a_server_and_everything_else_a_file() {
        assert!(matches!(database("postgres://h/n"), Database::Server(_)));
        assert!(matches!(database("postgresql://h/n"), Database::Server(_)));
        assert_eq!(database("ipam.db").file(), Some(Path::new("ipam.db")));
    }

    #[test]
    fn a_database_beside_another_differs_in_its_name() {
        assert_eq!(database("/x/a.db").beside("s"), database("/x/a.db.s"));
        let beside = database("postgres://u:p?@h/n?host=/run").beside("s");
        assert_eq!(beside, database("postgres://u:p?@h/n.s?host=/run"));
        assert_eq!(Database::Memory.beside("s"), Database::Memory);
    }

    #[test]
    fn a_password_never_shows() {
        for (text, shown) in [
            ("postgres://u:hunter2@h:5/n", "postgres://u@h:5/n"),
            (
                "postgres://u:hunter2@h/n?password=hunter2",
                "postgres://u@h/n",
            ),
            ("postgres://u:hun/ter2?x@hunter2@h/n", "postgres://u@h/n"),
            ("postgres:///n?host=/run&password=hunter2", "postgres:///n"),
            ("postgresql://h/n", "postgresql://h/n"),
            ("postgres://u:hunter2", "postgres://u"),
            ("postgres://u:hunter2/n", "postgres://u"),
            ("postgres://[::1]:5432/n", "postgres://[::1]:5432/n"),
        ] {
            let given = database(text).with_password(Some("hunter2".to_owned()));
            assert_eq!(given.to_string(), shown);
            assert!(!format!("{given:?}").contains("ter2"), "{given:?}");
        }
    }
}
