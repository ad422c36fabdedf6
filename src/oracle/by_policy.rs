//! Why Group Policy has not made a setting, and what makes it do so (domain 4.5 to 4.9).

use crate::estate::defaults::group;
use crate::estate::policy::FilteredOut;
use crate::estate::script::{ScriptStep, log_file, role_steps};
use crate::estate::{Domain, Estate, Gpo, Host, Kind, LinkTarget, Role, Setting};
use crate::wire::windows::directory::ScriptTarget;

/// How far a GPO that holds a setting has come on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Unlinked,
    Denied(FilteredOut),
    /// It reaches the host, which has not refreshed its policy since.
    Pending,
    Applied,
}

/// What an administrator does so that Group Policy makes the setting on the host. `None` on a
/// host outside of any domain, which Group Policy does not reach.
pub(super) fn by_policy(estate: &Estate, host: &Host, setting: &Setting) -> Option<String> {
    let domain = estate.domain(host.domain()?)?;
    match setting.kind {
        // The cmdlet writes it once for the domain; no GPO holds it (domain 4.8).
        Kind::DnsAcl => return Some(format!("in no GPO: {} writes it", cmdlet(domain))),
        Kind::FolderPermission => return Some("in no GPO: by hand only".to_owned()),
        _ => {}
    }
    let holders = domain.gpos().filter(|gpo| holds(gpo, host, setting));
    let told = holders.map(|gpo| (gpo, progress(estate, host, gpo)));
    // Of several the one that has come farthest is the one to mend.
    let Some((gpo, progress)) = told.max_by_key(|(_, progress)| rank(*progress)) else {
        return Some(format!("{}: no GPO holds it", cmdlet(domain)));
    };
    let name = &gpo.name;
    Some(match progress {
        Progress::Unlinked => {
            let target = dn(domain);
            format!("New-GPLink -Name \"{name}\" -Target \"{target}\": it is not linked")
        }
        Progress::Denied(reason) => denied(host, domain, gpo, reason),
        Progress::Pending => {
            format!("gpupdate /force: `{name}` waits for the next policy refresh")
        }
        Progress::Applied => applied(domain, host, gpo, setting),
    })
}

fn cmdlet(domain: &Domain) -> String {
    let name = &domain.name;
    format!("Invoke-IpamGpoProvisioning -Domain {name} -GpoPrefixName <prefix>")
}

fn dn(domain: &Domain) -> String {
    domain.distinguished_name()
}

fn rank(progress: Progress) -> u8 {
    match progress {
        Progress::Unlinked => 0,
        Progress::Denied(_) => 1,
        Progress::Pending => 2,
        Progress::Applied => 3,
    }
}

/// Whether the GPO is for a role of the host and makes the setting there.
fn holds(gpo: &Gpo, host: &Host, setting: &Setting) -> bool {
    let target = gpo.contents.script.as_ref().map(|script| script.target);
    let meant = target.is_none_or(|target| match target {
        ScriptTarget::Dhcp => host.has_role(Role::Dhcp),
        ScriptTarget::Dns => host.has_role(Role::Dns),
        ScriptTarget::DcNps => host.is_controller() || host.has_role(Role::Nps),
    });
    let makes = match setting.kind {
        Kind::FirewallRule(rule) => {
            let mut rules = gpo.contents.firewall_rules.iter();
            rules.any(|known| known.eq_ignore_ascii_case(rule))
        }
        _ => step_for(setting).is_some_and(|step| {
            target.is_some_and(|target| {
                step == ScriptStep::EventLogReaders || role_steps(target).contains(&step)
            })
        }),
    };
    meant && makes
}

/// The step of the provisioning script that makes a setting.
fn step_for(setting: &Setting) -> Option<ScriptStep> {
    Some(match setting.id {
        "event-log-readers" => ScriptStep::EventLogReaders,
        // Administrators may read too (domain 12.5).
        "dhcp-users" | "dhcp-administrators" => ScriptStep::DhcpAdministrators,
        "dhcpaudit-share" | "dhcpaudit-share-permission" => ScriptStep::AuditShare,
        "dhcp-service-acl" => ScriptStep::DhcpServiceAcl,
        "dns-event-log-acl" => ScriptStep::DnsCustomSd,
        "dns-administrators" | "dns-admins" => ScriptStep::DnsGroup,
        "dns-service-acl" => ScriptStep::DnsServiceAcl,
        _ => return None,
    })
}

/// How the line of a step begins in the script's log.
fn log_words(step: ScriptStep) -> &'static [&'static str] {
    match step {
        ScriptStep::EventLogReaders => &["net localgroup \"Event Log Readers\""],
        ScriptStep::AuditShare => &["net share", "DhcpLogFilePath"],
        ScriptStep::DhcpAdministrators => &["net localgroup \"DHCP Administrators\""],
        ScriptStep::DhcpServiceAcl => &["sc sdset dhcpserver", "sc sdshow dhcpserver"],
        ScriptStep::DnsCustomSd => &["set CustomSD", "read CustomSD"],
        ScriptStep::DnsGroup => &[
            "net localgroup \"DnsAdmins\"",
            "net localgroup \"Administrators\"",
        ],
        ScriptStep::DnsServiceAcl => &["sc sdset dns", "sc sdshow dns"],
    }
}

fn progress(estate: &Estate, host: &Host, gpo: &Gpo) -> Progress {
    let reached = estate.policies_reaching(host);
    let mut verdicts = reached.iter().filter(|reach| reach.gpo.guid == gpo.guid);
    let Some(first) = verdicts.next() else {
        return Progress::Unlinked;
    };
    match verdicts.fold(first.verdict, |best, next| best.or(next.verdict)) {
        Err(reason) => Progress::Denied(reason),
        Ok(()) if host.policy.applied.contains(&gpo.name) => Progress::Applied,
        Ok(()) => Progress::Pending,
    }
}

fn denied(host: &Host, domain: &Domain, gpo: &Gpo, reason: FilteredOut) -> String {
    let name = &gpo.name;
    let short = host.fqdn.as_str().split('.').next().unwrap_or_default();
    match reason {
        FilteredOut::Security => format!(
            "Set-GPPermission -Name \"{name}\" -TargetName \"{short}$\" -TargetType Computer \
             -PermissionLevel GpoApply: its filter lacks the server, which marking it Managed mends"
        ),
        FilteredOut::NotApplied => {
            format!("edit `{name}`: it is empty or of an unknown version, so it is not applied")
        }
        FilteredOut::DisabledLink => {
            let target = dn(domain);
            format!("Set-GPLink -Name \"{name}\" -Target \"{target}\" -LinkEnabled Yes")
        }
        FilteredOut::BlockedInheritance => {
            let ou = host.membership.as_ref().and_then(|m| m.ou.clone());
            let ou = ou.unwrap_or_default();
            let linked = gpo.links.keys().next();
            let at = match linked {
                Some(LinkTarget::Ou(ou)) => format!("unit {ou}"),
                _ => dn(domain),
            };
            format!(
                "Set-GPLink -Name \"{name}\" -Target \"{at}\" -Enforced Yes: unit `{ou}` blocks \
                 inheritance"
            )
        }
    }
}

/// The local group that the script adds to for a setting.
fn group_of(setting: &Setting) -> Option<&'static str> {
    match (step_for(setting)?, setting.kind) {
        (ScriptStep::DhcpAdministrators, _) => Some(group::DHCP_ADMINISTRATORS),
        (_, Kind::LocalGroup(group)) => Some(group),
        _ => None,
    }
}

/// It was applied and the setting is not there: a step of the script failed, another GPO took it
/// away, or somebody did since.
fn applied(domain: &Domain, host: &Host, gpo: &Gpo, setting: &Setting) -> String {
    let name = &gpo.name;
    if let Some(group) = group_of(setting) {
        let restricting = domain.gpos().find(|other| {
            let mut groups = other.contents.restricted_groups.keys();
            host.policy.applied.contains(&other.name)
                && groups.any(|known| known.eq_ignore_ascii_case(group))
        });
        if let Some(other) = restricting {
            let other = &other.name;
            return format!("take `{group}` out of the restricted groups of `{other}`");
        }
    }
    let script = gpo.contents.script.as_ref().zip(step_for(setting));
    if let Some((script, step)) = script {
        let file = log_file(script.target);
        let log = host.policy.script_logs.get(file);
        let mut log = log.map(Vec::as_slice).unwrap_or_default().iter();
        let ran = log.by_ref().any(|line| {
            let mut begins = log_words(step).iter();
            begins.any(|words| line.starts_with(words))
        });
        let said = log.next().map(String::as_str).unwrap_or_default();
        let succeeded = ["exit code 0", "exit code 2", "the SID is present"];
        if !ran || !succeeded.iter().any(|word| said.starts_with(word)) {
            let said = match ran {
                true => said,
                false => "a step before it failed",
            };
            return format!("mend what the script of `{name}` met, see {file}: {said}");
        }
    }
    format!("gpupdate /force: `{name}` made it, and it was undone since")
}
