//! What clients do, and where the two servers are meant to differ.

use ipamlab::wire::dhcp::v4::ClientFqdn;

/// What a client does.
#[derive(Clone)]
pub enum Does {
    /// Leases `10.0.1.<last>`.
    Lease(u8),
    /// Renews, under this option 81 from now on if there is one.
    Renew(Option<ClientFqdn>),
    Release,
}

pub struct Step {
    pub title: &'static str,
    /// Last byte of the client's hardware address.
    pub client: u8,
    pub fqdn: Option<ClientFqdn>,
    pub host_name: &'static str,
    pub client_id: &'static [u8],
    pub does: Does,
    /// Why the two are meant to differ from here on, if they are. That they do is checked too.
    pub differs: Option<&'static str>,
    /// The same where neither minds whose a name is.
    pub differs_unprotected: Option<&'static str>,
}

fn step(title: &'static str, client: u8, does: Does) -> Step {
    Step {
        title,
        client,
        fqdn: None,
        host_name: "",
        client_id: &[],
        does,
        differs: None,
        differs_unprotected: None,
    }
}

/// A client that leases the address of its own number, with this option 81.
fn asks(title: &'static str, client: u8, fqdn: ClientFqdn) -> Step {
    Step {
        fqdn: Some(fqdn),
        ..step(title, client, Does::Lease(client))
    }
}

fn flags(name: &str, server_updates: bool, no_updates: bool) -> ClientFqdn {
    ClientFqdn {
        no_updates,
        ..ClientFqdn::request(name, server_updates)
    }
}

/// Everything that is played, in order.
pub fn steps() -> Vec<Step> {
    let mut all = names();
    all.extend(claims());
    all.extend(changes());
    all
}

fn s(name: &str) -> ClientFqdn {
    ClientFqdn::request(name, true)
}

/// Option 81 in all its forms, and what stands in for it.
fn names() -> Vec<Step> {
    let ascii = ClientFqdn {
        encoded: false,
        ..s("pc14.corp.example")
    };
    let overridden = ClientFqdn {
        overridden: true,
        ..s("pc15.corp.example")
    };
    vec![
        asks(
            "S with a complete name: both records",
            10,
            s("pc10.corp.example"),
        ),
        asks("S with a label: the suffix is added", 11, s("pc11")),
        asks(
            "neither S nor N: the PTR record only",
            12,
            flags("pc12.corp.example", false, false),
        ),
        asks("N: nothing", 13, flags("pc13.corp.example", false, true)),
        asks("a name in deprecated ASCII", 14, ascii),
        asks("O, which only a server sets", 15, overridden),
        asks("capitals", 16, s("PC16.Corp.Example")),
        Step {
            host_name: "pc17",
            ..step("no option 81 but a host name", 17, Does::Lease(17))
        },
        step("no name at all", 18, Does::Lease(18)),
        Step {
            differs: Some(
                "Kea makes a name of the address; Windows registers none it was not given",
            ),
            ..asks("S with an empty name", 19, s(""))
        },
        Step {
            differs: Some("Kea drops the message; this server goes by the N and says so by O"),
            ..asks(
                "S and N, which exclude each other",
                27,
                flags("pc27", true, true),
            )
        },
        Step {
            differs: Some("Kea takes the underscore out; Windows registers names as they are"),
            ..asks("a name with an underscore", 28, s("pc_28"))
        },
        asks(
            "a name of no zone that is served",
            20,
            s("pc20.elsewhere.example"),
        ),
    ]
}

/// Names that are somebody's already, and how a client is told from another.
fn claims() -> Vec<Step> {
    vec![
        asks("a name that another client has", 21, s("pc10.corp.example")),
        asks(
            "a name that an administrator made",
            22,
            s("static.corp.example"),
        ),
        Step {
            client_id: &[1, 2, 0, 0, 0, 0, 23],
            ..asks(
                "a client identifier that is the hardware address",
                23,
                s("pc23"),
            )
        },
        Step {
            client_id: &[0, b'l', b'a', b'p'],
            ..asks("a client identifier of letters", 24, s("pc24"))
        },
        Step {
            client_id: &[255, 0, 0, 0, 7, 0, 3, 0, 1, 2, 0, 0, 0, 0, 25],
            ..asks(
                "a client identifier that holds a DUID (RFC 4361)",
                25,
                s("pc25"),
            )
        },
    ]
}

/// Renewals and releases.
fn changes() -> Vec<Step> {
    vec![
        Step {
            differs_unprotected: Some(
                "Windows registers anew with every renewal and so takes the name back; Kea only \
                 what changed",
            ),
            ..step("a renewal under the same name", 10, Does::Renew(None))
        },
        step(
            "a renewal under another name",
            11,
            Does::Renew(Some(s("renamed"))),
        ),
        step("a release takes both records back", 10, Does::Release),
        step("a release takes the PTR record back", 12, Does::Release),
        step(
            "a release of a client that had registered nothing",
            13,
            Does::Release,
        ),
        step(
            "a release of a client that did not get the name",
            22,
            Does::Release,
        ),
        asks(
            "the name that was given up is free",
            26,
            s("pc10.corp.example"),
        ),
        Step {
            differs_unprotected: Some(
                "Kea deletes the name with every address; this server its client's own",
            ),
            ..step(
                "a release of a client whose name another one has",
                21,
                Does::Release,
            )
        },
    ]
}
