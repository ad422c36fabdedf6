//! What a step names, so that a scenario can be checked before it is run.

/// A name in a step that must mean something in the estate or the faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention<'a> {
    /// A host, by short name or in full.
    Host(&'a str),
    /// Hosts, by a name or by a pattern such as `dhcp*`.
    Hosts(&'a str),
    /// A domain by its DNS name.
    Domain(&'a str),
    /// An account or group of a domain: `CORP\name`.
    Account(&'a str),
    /// A DHCP server, by short name or in full, and perhaps one of its scopes.
    DhcpServer(&'a str),
    /// A DNS server, by short name or in full.
    DnsServer(&'a str),
    /// A fault by its name.
    Fault(&'a str),
    /// A calendar date.
    Date(&'a str),
    /// An address or a range of them: `10.0.1.5` or `10.0.1.10-10.0.1.20`.
    Addresses(&'a str),
    /// A prefix: `10.0.1.0/24`.
    Prefix(&'a str),
    /// A secret, which no transcript may show.
    Secret(&'a str),
    /// A host with the role `ipam`, by short name or in full.
    IpamServer(&'a str),
    /// Arguments that cannot stand together; the word is where to look.
    Problem {
        word: &'static str,
        message: &'static str,
        remedy: &'static str,
    },
}

/// Collects what a step names.
#[derive(Debug, Default)]
pub struct Mentions<'a>(pub Vec<Mention<'a>>);

impl<'a> Mentions<'a> {
    pub fn host(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::Host(name));
        self
    }
    pub fn hosts(&mut self, names: impl IntoIterator<Item = &'a String>) -> &mut Self {
        self.0
            .extend(names.into_iter().map(|name| Mention::Host(name)));
        self
    }
    pub fn host_pattern(&mut self, pattern: &'a str) -> &mut Self {
        self.0.push(Mention::Hosts(pattern));
        self
    }
    pub fn domain(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::Domain(name));
        self
    }
    pub fn account(&mut self, name: Option<&'a String>) -> &mut Self {
        self.0.extend(name.map(|name| Mention::Account(name)));
        self
    }
    pub fn dhcp_server(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::DhcpServer(name));
        self
    }
    pub fn dns_server(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::DnsServer(name));
        self
    }
    pub fn ipam_server(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::IpamServer(name));
        self
    }
    pub fn problem(
        &mut self,
        word: &'static str,
        message: &'static str,
        remedy: &'static str,
    ) -> &mut Self {
        self.0.push(Mention::Problem {
            word,
            message,
            remedy,
        });
        self
    }
    pub fn fault(&mut self, name: &'a str) -> &mut Self {
        self.0.push(Mention::Fault(name));
        self
    }
    pub fn date(&mut self, date: Option<&'a String>) -> &mut Self {
        self.0.extend(date.map(|date| Mention::Date(date)));
        self
    }
    pub fn addresses(&mut self, addresses: impl IntoIterator<Item = &'a String>) -> &mut Self {
        let addresses = addresses.into_iter();
        self.0
            .extend(addresses.map(|text| Mention::Addresses(text)));
        self
    }
    /// A secret: it is left out of the step's words in a transcript.
    pub fn secret(&mut self, secret: Option<&'a String>) -> &mut Self {
        self.0.extend(secret.map(|secret| Mention::Secret(secret)));
        self
    }
    pub fn prefix(&mut self, prefix: Option<&'a String>) -> &mut Self {
        self.0.extend(prefix.map(|prefix| Mention::Prefix(prefix)));
        self
    }
}
