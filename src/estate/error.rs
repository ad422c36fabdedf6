//! Every way in which an estate, or a change to one, cannot mean anything.

use crate::base::Fqdn;

/// The nearest known name, as the end of a message; empty when nothing is near.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint(Option<String>);

impl Hint {
    /// The name among `known` that a person most likely meant by `name`.
    pub fn nearest<T: AsRef<str>>(name: &str, known: impl IntoIterator<Item = T>) -> Hint {
        let wanted = name.to_lowercase();
        let best = known
            .into_iter()
            .map(|k| {
                let near = strsim::jaro_winkler(&wanted, &k.as_ref().to_lowercase());
                (near, k.as_ref().to_owned())
            })
            .filter(|(near, _)| *near > 0.75)
            .max_by(|(a, x), (b, y)| a.total_cmp(b).then_with(|| y.cmp(x)));
        Hint(best.map(|(_, name)| name))
    }

    /// The name itself.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// Why an estate cannot be built or changed as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstateError {
    #[error("there is no host `{name}`{hint}")]
    UnknownHost { name: String, hint: Hint },
    #[error("host name `{name}` is not unique: {candidates}; write it in full")]
    AmbiguousHost { name: String, candidates: String },
    #[error("there is no domain `{name}`{hint}")]
    UnknownDomain { name: String, hint: Hint },
    #[error("there is no account or group `{name}`{hint}")]
    UnknownPrincipal { name: String, hint: Hint },
    #[error("`{host}` has no local group `{name}`{hint}")]
    UnknownLocalGroup {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` has no inbound firewall rule `{name}`{hint}")]
    UnknownFirewallRule {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` has no service `{name}`{hint}")]
    UnknownService {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` has no share `{name}`{hint}")]
    UnknownShare {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` has no registry value `{name}`{hint}")]
    UnknownRegistryValue {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` has no event log channel `{name}`{hint}")]
    UnknownChannel {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{host}` runs no SQL Server; give it the role `sql`")]
    NoSqlServer { host: Fqdn },
    #[error("SQL Server on `{host}` has no login `{name}`{hint}")]
    UnknownSqlLogin {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("SQL Server on `{host}` has no database `{name}`{hint}")]
    UnknownSqlDatabase {
        host: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("domain `{domain}` has no Group Policy object `{name}`{hint}")]
    UnknownGpo {
        domain: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("domain `{domain}` has no organisational unit `{name}`{hint}")]
    UnknownOu {
        domain: Fqdn,
        name: String,
        hint: Hint,
    },
    #[error("`{name}` is no group and can have no members")]
    NotAGroup { name: String },
    #[error("`{name}` exists already in `{place}`")]
    AlreadyExists { name: String, place: String },
    #[error("`{member}` is a member of `{group}` already")]
    AlreadyMember { member: String, group: String },
    #[error("`{member}` is not a member of `{group}`")]
    NotAMember { member: String, group: String },
    #[error("`{trustee}` is not granted access to `{object}`")]
    NotGranted { trustee: String, object: String },
    #[error("group membership runs in a circle: {}; take one of them out", .path.join(" -> "))]
    GroupCycle { path: Vec<String> },
    #[error("{scope} group `{group}` cannot hold `{member}`: {rule}")]
    GroupScope {
        scope: &'static str,
        group: String,
        member: String,
        rule: &'static str,
    },
    #[error("`{host}` belongs to no domain, so it has no accounts of one; name a domain host")]
    NotInADomain { host: Fqdn },
    #[error("host name `{name}` is used twice; give each host its own")]
    DuplicateHost { name: String },
    #[error("domain `{name}` is written twice; merge the two")]
    DuplicateDomain { name: String },
    #[error("address `{address}` belongs to `{first}` and `{second}`; give each host its own")]
    DuplicateAddress {
        address: std::net::IpAddr,
        first: String,
        second: String,
    },
    #[error("`{host}` has role `{role}`, which {reason}")]
    ImpossibleRole {
        host: String,
        role: String,
        reason: &'static str,
    },
    #[error("`{text}` is not a security descriptor: {reason}")]
    Sddl { text: String, reason: &'static str },
    #[error("`{host}` is switched off; start it first")]
    HostDown { host: Fqdn },
    #[error("domain `{domain}` has no object CN=MicrosoftDNS; none of its controllers runs DNS")]
    NoMicrosoftDns { domain: Fqdn },
    #[error("no controller of `{domain}` is up, so policy cannot be processed; start one first")]
    NoController { domain: Fqdn },
    #[error("{0}")]
    Name(#[from] crate::base::ParseIdError),
    #[error("`{value}` is out of bounds: {rule}")]
    OutOfBounds { value: String, rule: &'static str },
    #[error("{what} changes nothing: it is so already")]
    NoChange { what: String },
}
