//! Types printed commands on a host of a laboratory, as an administrator would.
//!
//! It knows the commands that remedies consist of, and panics at anything else, so that a text
//! that no shell takes is not taken here.

use ipamlab::base::{Fqdn, Sid};
use ipamlab::lab::Lab;

/// Types commands on `host`, one after the other.
pub fn type_all(lab: &Lab, host: &Fqdn, commands: &[String]) {
    for line in commands {
        for command in line.split(" && ") {
            type_one(lab, host, command);
        }
    }
}

/// The words of a command; quotes hold blanks together and are no part of a word.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    assert!(!quoted, "an open quote: {command}");
    words
}

fn type_one(lab: &Lab, host: &Fqdn, command: &str) {
    let words = words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        [
            "netsh",
            "advfirewall",
            "firewall",
            "set",
            "rule",
            rule,
            "new",
            enable,
        ] => firewall(lab, host, rule, enable),
        ["net", "localgroup", group, change, member] => {
            member_of(lab, host, group, change, member);
            true
        }
        ["net", "share", ref rest @ ..] => share(lab, host, rest),
        ["icacls", folder, change, whom] => folder_access(lab, host, folder, change, whom),
        ["dsacls", object, ref rest @ ..] => dns_object(lab, object, rest),
        ["sc", "sdset", service, list] => {
            let at = lab.now();
            let set = lab.estate_mut().set_service_sddl(host, service, list, at);
            set.unwrap();
            true
        }
        [
            "reg",
            "add",
            key,
            "/v",
            value,
            "/t",
            "REG_SZ",
            "/d",
            text,
            "/f",
        ] => {
            let (value, at) = (format!("{key}\\{value}"), lab.now());
            let set = lab.estate_mut().set_registry(host, &value, text, at);
            set.unwrap();
            true
        }
        _ => cmdlet(lab, host, &words),
    };
    assert!(done, "no command that changes anything: {command}");
}

/// The cmdlets among the commands.
fn cmdlet(lab: &Lab, host: &Fqdn, words: &[&str]) -> bool {
    match *words {
        [
            "Grant-SmbShareAccess",
            "-Name",
            name,
            "-AccountName",
            who,
            "-AccessRight",
            "Read",
            "-Force",
        ] => {
            let (who, at) = (sid(lab, who), lab.now());
            lab.estate_mut().grant_share(host, name, &who, at).unwrap()
        }
        [
            "Revoke-SmbShareAccess",
            "-Name",
            name,
            "-AccountName",
            who,
            "-Force",
        ] => {
            let (who, at) = (sid(lab, who), lab.now());
            lab.estate_mut().revoke_share(host, name, &who, at).unwrap();
            true
        }
        ["Restart-Service", service] => {
            lab.restart_service(host, service).unwrap();
            true
        }
        ["Add-ADGroupMember", "-Identity", group, "-Members", member] => {
            let (group, member) = (sid(lab, group), sid(lab, member));
            let at = lab.now();
            let mut estate = lab.estate_mut();
            estate.add_domain_group_member(&group, &member, at).unwrap();
            true
        }
        ["klist", "purge", "-li", "0x3e4"] => {
            lab.purge_tickets();
            true
        }
        _ => false,
    }
}

fn sid(lab: &Lab, account: &str) -> Sid {
    let estate = lab.estate();
    let home = estate
        .host(lab.engine_host())
        .and_then(|host| host.domain());
    estate.find_principal(account, home).unwrap().sid.clone()
}

fn firewall(lab: &Lab, host: &Fqdn, rule: &str, enable: &str) -> bool {
    let rule = rule.strip_prefix("name=").expect("a rule by its name");
    let at = lab.now();
    let mut estate = lab.estate_mut();
    match enable {
        "enable=yes" => estate.enable_firewall_rule(host, rule, at).unwrap(),
        "enable=no" => estate.disable_firewall_rule(host, rule, at).unwrap(),
        _ => false,
    }
}

/// A local group of the host, or on a controller a group of its domain.
fn member_of(lab: &Lab, host: &Fqdn, group: &str, change: &str, member: &str) {
    let (member, at) = (sid(lab, member), lab.now());
    let local = lab.estate().local_group_or_err(host, group).is_ok();
    let of_domain = (!local).then(|| sid(lab, group));
    let mut estate = lab.estate_mut();
    let changed = match (of_domain, change) {
        (None, "/add") => estate.add_local_group_member(host, group, &member, at),
        (None, "/delete") => estate.remove_local_group_member(host, group, &member, at),
        (Some(group), "/add") => estate.add_domain_group_member(&group, &member, at),
        (Some(group), "/delete") => estate.remove_domain_group_member(&group, &member, at),
        _ => panic!("net localgroup takes no {change}"),
    };
    changed.unwrap();
}

fn share(lab: &Lab, host: &Fqdn, words: &[&str]) -> bool {
    let at = lab.now();
    match words {
        [name, "/delete"] => {
            lab.estate_mut().remove_share(host, name, at).unwrap();
        }
        [made, grant] => {
            let (name, folder) = made.split_once('=').expect("name=folder");
            let grant = grant.strip_prefix("/grant:").expect("a grant");
            let who = sid(lab, grant.strip_suffix(",read").expect("read access"));
            let mut estate = lab.estate_mut();
            estate.add_share(host, name, folder, at).unwrap();
            estate.grant_share(host, name, &who, at).unwrap();
        }
        _ => return false,
    }
    true
}

fn folder_access(lab: &Lab, host: &Fqdn, folder: &str, change: &str, whom: &str) -> bool {
    let at = lab.now();
    match change {
        "/grant" => {
            let who = sid(
                lab,
                whom.strip_suffix(":(OI)(CI)R").expect("inherited read"),
            );
            lab.estate_mut().grant_ntfs(host, folder, &who, at).unwrap()
        }
        "/remove:g" => {
            let who = sid(lab, whom);
            lab.estate_mut()
                .revoke_ntfs(host, folder, &who, at)
                .unwrap();
            true
        }
        _ => false,
    }
}

fn dns_object(lab: &Lab, object: &str, words: &[&str]) -> bool {
    let at = lab.now();
    let domain = object
        .strip_prefix("CN=MicrosoftDNS,CN=System,DC=")
        .expect("the object of a domain");
    let domain: Fqdn = domain.replace(",DC=", ".").parse().unwrap();
    match words {
        ["/I:T", "/G", grant] => {
            let who = sid(lab, grant.strip_suffix(":RPGE").expect("row 5's rights"));
            let mut estate = lab.estate_mut();
            estate.grant_dns_read(&domain, &who, at).unwrap()
        }
        ["/R", who] => {
            let who = sid(lab, who);
            let mut estate = lab.estate_mut();
            estate.revoke_dns_read(&domain, &who, at).unwrap();
            true
        }
        _ => false,
    }
}
