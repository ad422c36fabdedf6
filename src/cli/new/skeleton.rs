//! The text of a new scenario.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Method;
use crate::base::Fqdn;

/// Everything a skeleton depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    title: String,
    because: String,
    domain: Fqdn,
    dhcp: Vec<String>,
    dns: Vec<String>,
    method: Method,
}

/// So many servers of a kind have addresses of their own in the skeleton.
const SERVERS_MAX: usize = 99;

impl Answers {
    /// # Errors
    /// When a server's name is none, is given twice or is one of the skeleton's own hosts, or when
    /// there are too many.
    pub fn new(
        title: String,
        because: String,
        domain: Fqdn,
        dhcp: &[String],
        dns: &[String],
        method: Method,
    ) -> Result<Answers, String> {
        let mut seen = BTreeSet::from(["dc1".to_owned(), "ipam1".to_owned()]);
        let mut hosts = |names: &[String]| -> Result<Vec<String>, String> {
            if names.len() > SERVERS_MAX {
                return Err(format!(
                    "{} servers of one kind: write at most {SERVERS_MAX}, or a fleet by hand",
                    names.len()
                ));
            }
            for name in names {
                let full = format!("{name}.{domain}").parse::<Fqdn>();
                if name.contains('.') || full.is_err() {
                    return Err(format!(
                        "`{name}` is no short name of a host: write `dhcp1`"
                    ));
                }
                if !seen.insert(name.to_lowercase()) {
                    return Err(format!("the host `{name}` is there already: name another"));
                }
            }
            Ok(names.iter().map(|name| name.to_lowercase()).collect())
        };
        let (dhcp, dns) = (hosts(dhcp)?, hosts(dns)?);
        Ok(Answers {
            title,
            because,
            domain,
            dhcp,
            dns,
            method,
        })
    }

    /// The same, prepared in this way.
    pub fn by(self, method: Method) -> Answers {
        Answers { method, ..self }
    }

    fn servers(&self) -> Vec<String> {
        let servers = self.dhcp.iter().chain(&self.dns).cloned();
        std::iter::once("dc1".to_owned()).chain(servers).collect()
    }
}

/// A scenario that runs as it is, and is to be changed.
pub fn text(answers: &Answers) -> String {
    let mut text = String::new();
    head(&mut text, answers).expect("writing to a string does not fail");
    steps(&mut text, answers).expect("writing to a string does not fail");
    text
}

/// A scalar of YAML whatever it holds: JSON's strings are YAML's.
fn quoted(words: &str) -> String {
    serde_json::Value::from(words).to_string()
}

fn head(text: &mut String, answers: &Answers) -> std::fmt::Result {
    writeln!(text, "scenario: {}", quoted(&answers.title))?;
    writeln!(text, "because: {}", quoted(&answers.because))?;
    writeln!(text, "seed: 1")?;
    writeln!(
        text,
        "\nestate:\n  domains:\n    {}:\n      hosts:",
        answers.domain
    )?;
    let prepared = match answers.method {
        Method::Prepared => ", prepared: true",
        Method::Gpo | Method::Manual => "",
    };
    writeln!(
        text,
        "        dc1: {{ address: 10.0.0.1, roles: [dc, dns]{prepared} }}"
    )?;
    writeln!(
        text,
        "        ipam1: {{ address: 10.0.0.9, roles: [ipam] }}"
    )?;
    for (number, name) in (1..).zip(&answers.dhcp) {
        writeln!(text, "        {name}:")?;
        writeln!(text, "          address: 10.0.0.{}", 10 + number)?;
        writeln!(text, "          roles: [dhcp]")?;
        if !prepared.is_empty() {
            writeln!(text, "          prepared: true")?;
        }
        writeln!(text, "          scopes:")?;
        let net = format!("10.0.{number}");
        writeln!(
            text,
            "            {net}.0/24: {{ range: {net}.10-{net}.250 }}"
        )?;
    }
    for (number, name) in (1..).zip(&answers.dns) {
        let address = 110 + number;
        writeln!(
            text,
            "        {name}: {{ address: 10.0.0.{address}, roles: [dns]{prepared} }}"
        )?;
    }
    Ok(())
}

fn steps(text: &mut String, answers: &Answers) -> std::fmt::Result {
    let domain = &answers.domain;
    let servers = answers.servers().join(", ");
    let full: Vec<String> = answers
        .servers()
        .iter()
        .map(|name| format!("{name}.{domain}"))
        .collect();
    writeln!(text, "\nsteps:")?;
    let (method, prefix) = match answers.method {
        Method::Gpo => ("Automatic", ", GpoPrefix: IPAM"),
        Method::Manual | Method::Prepared => ("Manual", ""),
    };
    writeln!(
        text,
        "  - Invoke-IpamServerProvisioning: {{ ProvisioningMethod: {method}{prefix} }}"
    )?;
    writeln!(text, "  - Add-IpamDiscoveryDomain: {{ Name: {domain} }}")?;
    if answers.method == Method::Gpo {
        writeln!(
            text,
            "  - Invoke-IpamGpoProvisioning: {{ Domain: {domain}, GpoPrefixName: IPAM }}"
        )?;
    }
    writeln!(text, "  - start-server-discovery")?;
    for name in &full {
        writeln!(
            text,
            "  - Set-IpamServerInventory: {{ Name: {name}, ManageabilityStatus: Managed }}"
        )?;
    }
    if answers.method == Method::Gpo {
        // Policy refreshes within two hours; a service learns of new groups when it starts.
        writeln!(text, "  - advance: 2h")?;
        for name in &answers.dhcp {
            writeln!(
                text,
                "  - restart-service: {{ host: {name}, service: DHCPServer }}"
            )?;
        }
    }
    writeln!(text, "  - refresh-server-access-status: [{servers}]")?;
    let status = match answers.method {
        Method::Manual => "Blocked",
        Method::Gpo | Method::Prepared => "Unblocked",
    };
    writeln!(text, "  - note: from here on it is yours")?;
    for name in &full {
        writeln!(text, "  - expect: {{ server: {name}, access: {status} }}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(dhcp: &[&str], dns: &[&str], method: Method) -> Result<Answers, String> {
        let names = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let title = "A \"title\": with # all that YAML minds".to_owned();
        let domain = "lab.example".parse().expect("a domain");
        Answers::new(
            title,
            "- why".to_owned(),
            domain,
            &names(dhcp),
            &names(dns),
            method,
        )
    }

    #[test]
    fn a_skeleton_of_every_kind_loads_without_a_diagnostic() {
        for method in [Method::Gpo, Method::Manual, Method::Prepared] {
            let names: Vec<String> = (1..=SERVERS_MAX).map(|n| format!("s{n}")).collect();
            let many: Vec<&str> = names.iter().map(String::as_str).collect();
            for (dhcp, dns) in [
                (&["dhcp1"][..], &["ns1", "ns2"][..]),
                (&[], &[]),
                (&many, &[]),
            ] {
                let text = text(&answers(dhcp, dns, method).unwrap());
                let loaded = crate::scenario::load::load_text(text.clone());
                let told: Vec<&str> = loaded
                    .diagnostics
                    .iter()
                    .map(|found| found.message.as_str())
                    .collect();
                assert_eq!(told, Vec::<&str>::new(), "{text}");
                let title = loaded.scenario.expect("it is a scenario").lab.title;
                assert_eq!(title, "A \"title\": with # all that YAML minds");
            }
        }
    }

    #[test]
    fn names_that_cannot_be_are_refused_by_name() {
        for (dhcp, dns, word) in [
            (&["dhcp1.corp"][..], &[][..], "`dhcp1.corp`"),
            (&["a b"], &[], "`a b`"),
            (&["DC1"], &[], "`DC1`"),
            (&["x"], &["X"], "`X`"),
        ] {
            let refused = answers(dhcp, dns, Method::Gpo).unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
