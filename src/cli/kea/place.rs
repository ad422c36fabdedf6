//! Where a channel is to be, as the command line says: `[HOST][/SERVICE]=WHERE`, or only WHERE.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::server::dhcp::kea::KeaService;

/// The server that a channel is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// `None` for the only one there is.
    pub host: Option<String>,
    pub service: KeaService,
}

/// A UNIX socket to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketPlace {
    pub whose: Whose,
    pub path: PathBuf,
}

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpPlace {
    pub whose: Whose,
    pub address: SocketAddr,
}

impl SocketPlace {
    pub(super) fn parse(text: &str) -> Result<SocketPlace, String> {
        let (whose, path) = split(text)?;
        match path {
            "" => Err(format!(
                "`{text}` has no path: write `dhcp1=/tmp/dhcp1.sock`"
            )),
            path => Ok(SocketPlace {
                whose,
                path: path.into(),
            }),
        }
    }
}

impl HttpPlace {
    pub(super) fn parse(text: &str) -> Result<HttpPlace, String> {
        let (whose, place) = split(text)?;
        let on_loopback = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let address = place.parse::<u16>().map(on_loopback);
        let address = address.or_else(|_| place.parse::<SocketAddr>());
        let address = address.map_err(|_| {
            format!(
                "`{place}` is no port and no address with one: write `8000` or `127.0.0.1:8000`"
            )
        })?;
        Ok(HttpPlace { whose, address })
    }
}

/// What stands before the first `=` is a server only if it reads as one, so that a path may hold
/// that sign.
///
/// # Errors
/// A host with a service that Kea has not.
fn split(text: &str) -> Result<(Whose, &str), String> {
    let only = Whose {
        host: None,
        service: KeaService::Dhcp4,
    };
    let Some((before, place)) = text.split_once('=') else {
        return Ok((only, text));
    };
    let (host, service) = match before.split_once('/') {
        None => (before, Some(KeaService::Dhcp4)),
        Some((host, service)) => {
            let known = service.parse().ok();
            // A path has its slashes wherever; a host has one service behind it.
            let is_host = !host.is_empty() && !host.starts_with('.') && !service.contains('/');
            if known.is_none() && is_host {
                return Err(format!(
                    "`{service}` is no service of Kea: write `{host}/dhcp4=…` or \
                     `{host}/dhcp6=…`, or `./{text}` for a path"
                ));
            }
            (host, known)
        }
    };
    match service {
        Some(service) => {
            let host = Some(host.to_owned()).filter(|host| !host.is_empty());
            Ok((Whose { host, service }, place))
        }
        None => Ok((only, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(text: &str) -> (Option<String>, String, String) {
        let place = SocketPlace::parse(text).unwrap();
        let (host, service) = (place.whose.host, place.whose.service.to_string());
        (host, service, place.path.display().to_string())
    }

    #[test]
    fn a_place_is_for_a_host_and_a_service_or_for_the_only_server() {
        let of = |host: Option<&str>, service: &str, path: &str| {
            (host.map(str::to_owned), service.to_owned(), path.to_owned())
        };
        assert_eq!(socket("/tmp/k"), of(None, "dhcp4", "/tmp/k"));
        assert_eq!(socket("/dhcp6=/tmp/k"), of(None, "dhcp6", "/tmp/k"));
        assert_eq!(socket("dhcp1=k"), of(Some("dhcp1"), "dhcp4", "k"));
        let long = "dhcp1.corp.example/dhcp6=/tmp/k";
        assert_eq!(
            socket(long),
            of(Some("dhcp1.corp.example"), "dhcp6", "/tmp/k")
        );
        assert_eq!(socket("/tmp/a=b"), of(None, "dhcp4", "/tmp/a=b"));
        assert_eq!(
            socket("dhcp1=/tmp/a=b"),
            of(Some("dhcp1"), "dhcp4", "/tmp/a=b")
        );
    }

    #[test]
    fn a_port_alone_is_one_of_this_machine() {
        let address = |text| HttpPlace::parse(text).unwrap().address.to_string();
        assert_eq!(address("8000"), "127.0.0.1:8000");
        assert_eq!(address("[::1]:8000"), "[::1]:8000");
        assert_eq!(address("dhcp1/dhcp6=127.0.0.2:0"), "127.0.0.2:0");
        for wrong in ["", "70000", "host:80", "dhcp1=", "dhcp1/dhcp5=80"] {
            let told = HttpPlace::parse(wrong).unwrap_err();
            let words = match wrong {
                "dhcp1/dhcp5=80" => "write `dhcp1/dhcp4=…` or `dhcp1/dhcp6=…`",
                _ => "write `8000`",
            };
            assert!(told.contains(words), "{told}");
        }
        assert!(SocketPlace::parse("dhcp1=").is_err());
        assert!(SocketPlace::parse("").is_err());
        let told = SocketPlace::parse("dhcp1/dhcp9=/tmp/k").unwrap_err();
        assert!(told.contains("`dhcp9` is no service of Kea"), "{told}");
        // What reads as a path stays one.
        assert_eq!(
            socket("./a/b=c"),
            (None, "dhcp4".to_owned(), "./a/b=c".to_owned())
        );
    }
}
