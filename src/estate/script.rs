//! The provisioning script of the IPAM GPOs, step by step with its log (domain 4.5).

use std::collections::BTreeMap;

use crate::base::{Fqdn, Sid};
use crate::wire::windows::directory::{GpoScript, ScriptTarget};

use super::defaults::group;
use super::estate::Estate;
use super::registry::{DHCP_LOG_FILE_PATH, DNS_CUSTOM_SD};
use super::sddl;
use super::service::name;
use super::share::{DHCP_AUDIT_SHARE, Share};
use super::sid;

/// What happens to the remaining role steps when one fails (domain 12.25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The rest of the role steps is skipped, as a PowerShell trap would have it.
    #[default]
    Stop,
    Continue,
}

/// How scripts run in this estate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptRules {
    pub on_failure: OnFailure,
    /// Steps that fail on a host, for whatever reason outside the model.
    pub(super) failing: BTreeMap<Fqdn, Vec<ScriptStep>>,
}

/// One step of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScriptStep {
    EventLogReaders,
    AuditShare,
    DhcpAdministrators,
    DhcpServiceAcl,
    DnsCustomSd,
    DnsGroup,
    DnsServiceAcl,
}

impl ScriptStep {
    pub const ALL: [ScriptStep; 7] = [
        ScriptStep::EventLogReaders,
        ScriptStep::AuditShare,
        ScriptStep::DhcpAdministrators,
        ScriptStep::DhcpServiceAcl,
        ScriptStep::DnsCustomSd,
        ScriptStep::DnsGroup,
        ScriptStep::DnsServiceAcl,
    ];

    /// The command the step is about, as its log begins the line.
    fn command(self) -> &'static str {
        match self {
            ScriptStep::EventLogReaders => "net localgroup \"Event Log Readers\" /add",
            ScriptStep::AuditShare => "net share dhcpaudit",
            ScriptStep::DhcpAdministrators => "net localgroup \"DHCP Administrators\" /add",
            ScriptStep::DhcpServiceAcl => "sc sdset dhcpserver",
            ScriptStep::DnsCustomSd => "set CustomSD",
            ScriptStep::DnsGroup => "net localgroup \"DnsAdmins\" /add",
            ScriptStep::DnsServiceAcl => "sc sdset dns",
        }
    }
}

/// The log a target writes, in `%windir%\temp`.
pub fn log_file(target: ScriptTarget) -> &'static str {
    match target {
        ScriptTarget::Dhcp => "ipamdhcplog.txt",
        ScriptTarget::Dns => "ipamdnslog.txt",
        ScriptTarget::DcNps => "ipamdcnpslog.txt",
    }
}

/// Role steps of a target, in the script's order. Event Log Readers comes before them.
pub fn role_steps(target: ScriptTarget) -> &'static [ScriptStep] {
    match target {
        ScriptTarget::Dhcp => &[
            ScriptStep::AuditShare,
            ScriptStep::DhcpAdministrators,
            ScriptStep::DhcpServiceAcl,
        ],
        ScriptTarget::Dns => &[
            ScriptStep::DnsCustomSd,
            ScriptStep::DnsGroup,
            ScriptStep::DnsServiceAcl,
        ],
        ScriptTarget::DcNps => &[],
    }
}

/// What one step said.
struct StepLog {
    lines: Vec<String>,
    failed: bool,
}

impl StepLog {
    fn done(command: impl Into<String>, result: &str) -> StepLog {
        StepLog {
            lines: vec![command.into(), result.to_owned()],
            failed: false,
        }
    }

    fn failed(command: impl Into<String>, result: impl Into<String>) -> StepLog {
        StepLog {
            lines: vec![command.into(), result.into()],
            failed: true,
        }
    }
}

impl Estate {
    /// What happens after a failing step (domain 12.25).
    pub fn set_script_failure_mode(&mut self, on_failure: OnFailure) {
        self.script_rules.on_failure = on_failure;
    }

    /// Makes a step of the script fail on a host from now on, or work again.
    pub fn set_script_step_failing(&mut self, host: &Fqdn, step: ScriptStep, failing: bool) {
        let steps = self.script_rules.failing.entry(host.clone()).or_default();
        steps.retain(|known| *known != step);
        if failing {
            steps.push(step);
        }
        self.touch_machine(host);
    }

    /// The script's log on a host, line by line; `None` if it never ran there for the target.
    pub fn script_log(&self, host: &Fqdn, target: ScriptTarget) -> Option<&[String]> {
        let logs = &self.hosts.get(host)?.policy.script_logs;
        logs.get(log_file(target)).map(Vec::as_slice)
    }

    pub(super) fn run_script(&mut self, host: &Fqdn, script: &GpoScript) {
        let mut log = Vec::new();
        // Its failure is ignored (domain 4.5), which is how A8 comes about.
        log.extend(
            self.run_step(host, ScriptStep::EventLogReaders, script)
                .lines,
        );
        for &step in role_steps(script.target) {
            let result = self.run_step(host, step, script);
            log.extend(result.lines);
            if result.failed && self.script_rules.on_failure == OnFailure::Stop {
                log.push("remaining steps are skipped".to_owned());
                break;
            }
        }
        if let Some(host) = self.hosts.get_mut(host) {
            host.policy.script_logs.insert(log_file(script.target), log);
        }
    }

    fn run_step(&mut self, host: &Fqdn, step: ScriptStep, script: &GpoScript) -> StepLog {
        let failing = self.script_rules.failing.get(host);
        if failing.is_some_and(|steps| steps.contains(&step)) {
            return StepLog::failed(step.command(), "exit code 1: the command failed");
        }
        match step {
            ScriptStep::EventLogReaders => {
                self.net_localgroup(host, group::EVENT_LOG_READERS, script)
            }
            ScriptStep::DhcpAdministrators => {
                self.net_localgroup(host, group::DHCP_ADMINISTRATORS, script)
            }
            ScriptStep::DnsGroup => self.dns_group_step(host, script),
            ScriptStep::AuditShare => self.share_step(host, script),
            ScriptStep::DnsCustomSd => self.custom_sd_step(host, script),
            ScriptStep::DhcpServiceAcl => self.service_acl_step(host, name::DHCP_SERVER, script),
            ScriptStep::DnsServiceAcl => self.service_acl_step(host, name::DNS, script),
        }
    }

    fn net_localgroup(&mut self, host: &Fqdn, group: &str, script: &GpoScript) -> StepLog {
        let command = format!(
            "net localgroup \"{group}\" /add \"{}\"",
            script.grantee_name
        );
        let known = self.local_group_or_err(host, group);
        if known.is_ok_and(|g| g.members.contains(&script.grantee)) {
            return StepLog::done(command, "exit code 2: already a member");
        }
        match self.join_local_group(host, group, &script.grantee) {
            Ok(()) => StepLog::done(command, "exit code 0"),
            Err(error) => StepLog::failed(command, format!("exit code 1: {error}")),
        }
    }

    /// DnsAdmins where the server is a controller, else the local Administrators (domain 4.2
    /// rows 7 and 8).
    fn dns_group_step(&mut self, host: &Fqdn, script: &GpoScript) -> StepLog {
        let machine = self.hosts.get(host);
        let controlled = machine
            .filter(|h| h.is_controller())
            .and_then(|h| h.domain());
        let Some(domain) = controlled.cloned() else {
            return self.net_localgroup(host, group::ADMINISTRATORS, script);
        };
        let command = format!(
            "net localgroup \"DnsAdmins\" /add \"{}\"",
            script.grantee_name
        );
        let Ok(dns_admins) = self.find_principal(group::DNS_ADMINS, Some(&domain)) else {
            return StepLog::failed(command, "exit code 1: there is no such group");
        };
        let known = dns_admins.members();
        if known.is_some_and(|members| members.contains(&script.grantee)) {
            return StepLog::done(command, "exit code 2: already a member");
        }
        let dns_admins: Sid = dns_admins.sid.clone();
        match self.join_group(&dns_admins, &script.grantee) {
            Ok(()) => StepLog::done(command, "exit code 0"),
            Err(error) => StepLog::failed(command, format!("exit code 1: {error}")),
        }
    }

    fn share_step(&mut self, name: &Fqdn, script: &GpoScript) -> StepLog {
        let Some(host) = self.hosts.get_mut(name) else {
            return StepLog::failed("net share", "no host");
        };
        let folder = host.registry.get(DHCP_LOG_FILE_PATH).unwrap_or_default();
        if folder.trim().is_empty() {
            // Domain 4.5: an empty value skips the step, which is how A7 comes about.
            return StepLog::done("DhcpLogFilePath is empty", "share step skipped");
        }
        let folder = folder.to_owned();
        let mut log = StepLog::done(
            format!(
                "net share {DHCP_AUDIT_SHARE}=\"{folder}\" /grant:\"{},read\"",
                script.grantee_name
            ),
            "exit code 0",
        );
        let made = Share {
            name: DHCP_AUDIT_SHARE.to_owned(),
            path: folder,
            readers: [script.grantee.clone()].into(),
        };
        match host.shares.get_mut(DHCP_AUDIT_SHARE) {
            None => {
                host.shares.insert(DHCP_AUDIT_SHARE.to_owned(), made);
            }
            Some(share) => {
                // The existing share is accepted wherever it points: the pitfall behind the
                // stale path of A6.
                log.lines[1] = "exit code 2: already shared".to_owned();
                if share.readers.insert(script.grantee.clone()) {
                    log.lines
                        .push("read access (0x1200A9) added to the share".to_owned());
                }
            }
        }
        log
    }

    fn custom_sd_step(&mut self, name: &Fqdn, script: &GpoScript) -> StepLog {
        let ace = sddl::allow_ace(sddl::EVENT_LOG_READ_RIGHTS, &script.grantee);
        let Some(host) = self.hosts.get_mut(name) else {
            return StepLog::failed("CustomSD", "no host");
        };
        let Some(old) = host.registry.get(DNS_CUSTOM_SD).map(str::to_owned) else {
            return StepLog::failed("read CustomSD", "the value does not exist");
        };
        match add_ace(&old, &ace, &script.grantee) {
            AddAce::Present => StepLog::done("read CustomSD", "the SID is present"),
            AddAce::New(text) => {
                let line = format!("set CustomSD to {text}");
                host.registry.set(DNS_CUSTOM_SD, text);
                StepLog::done(line, "exit code 0")
            }
            AddAce::NoPlace => StepLog::failed("read CustomSD", "it has no entry to insert before"),
        }
    }

    fn service_acl_step(&mut self, name: &Fqdn, service: &str, script: &GpoScript) -> StepLog {
        let ace = sddl::allow_ace(sddl::SERVICE_READ_RIGHTS, &script.grantee);
        let service_name = service.to_ascii_lowercase();
        let found = self
            .hosts
            .get_mut(name)
            .and_then(|h| h.service_mut(service));
        let Some(service) = found else {
            let command = format!("sc sdshow {service_name}");
            return StepLog::failed(command, "exit code 1060: the service does not exist");
        };
        match add_ace(&service.sddl, &ace, &script.grantee) {
            AddAce::Present => {
                StepLog::done(format!("sc sdshow {service_name}"), "the SID is present")
            }
            AddAce::New(text) => {
                let line = format!("sc sdset {service_name} \"{text}\"");
                service.sddl = text.into();
                StepLog::done(line, "exit code 0")
            }
            AddAce::NoPlace => StepLog::failed(
                format!("sc sdshow {service_name}"),
                "it has no entry to insert before",
            ),
        }
    }
}

enum AddAce {
    Present,
    New(String),
    NoPlace,
}

/// The script's own test for presence is a search for the SID as text, so an entry for `...-1106`
/// hides that `...-110` has none (domain 4.5, pitfalls).
fn add_ace(old: &str, ace: &str, grantee: &Sid) -> AddAce {
    if old.contains(grantee.as_str()) {
        return AddAce::Present;
    }
    match sddl::insert_first(old, ace) {
        Some(text) => AddAce::New(text),
        None => AddAce::NoPlace,
    }
}

/// The identity used where IPAM runs on the managed host itself (domain 3.2): Network Service.
pub fn local_identity() -> Sid {
    sid::well_known(sid::NETWORK_SERVICE)
}
