//! Identity and access lists: is the caller believed, and is it granted?

use std::collections::BTreeSet;

use crate::base::Sid;
use crate::base::time::millis;
use crate::estate::dns_acl::last_poll;
use crate::estate::registry::DNS_CUSTOM_SD;
use crate::estate::service::{DhcpGroups, name};
use crate::estate::share::DHCP_AUDIT_SHARE;
use crate::estate::{Role, Setting, Ticket, sddl, setting, sid};

use super::access::{Findings, Question, Stage, grantee};
use super::missing::Missing;

/// The caller has a ticket and the server believes it.
pub(super) fn identity(question: &Question<'_>, found: &mut Findings) {
    let Some(ticket) = question.ticket else {
        return found.add(Stage::Identity, Missing::NoTicket);
    };
    if !question
        .estate
        .accepts_tickets_of(question.server, &ticket.forest)
    {
        let server = question.server;
        let home = server.domain().and_then(|d| question.estate.domain(d));
        let trusting = home.map_or("a workgroup".to_owned(), |d| d.forest.to_string());
        let trusted = ticket.forest.clone();
        found.add(Stage::Identity, Missing::NoTrust { trusting, trusted });
    }
}

/// Three views of who the caller is: as its ticket says, as a new one would, and as the group
/// that is meant to be granted everything.
struct Views {
    now: BTreeSet<Sid>,
    renewed: BTreeSet<Sid>,
    group: BTreeSet<Sid>,
    group_sid: Sid,
    account: Sid,
}

impl Views {
    fn of(question: &Question<'_>) -> Option<Views> {
        let (estate, server) = (question.estate, question.server);
        let ticket = question.ticket?;
        let renewed = estate.would_carry(&ticket.account);
        let token = |ticket: &Ticket| estate.token_on(server, ticket);
        let group_sid = grantee(estate, ticket);
        Some(Views {
            now: token(ticket),
            renewed: renewed.as_ref().map(token).unwrap_or_default(),
            group: estate.token_through(server, &group_sid),
            group_sid,
            account: ticket.sid.clone(),
        })
    }

    /// Says what is missing where `granted` does not hold for the ticket: a new ticket, the
    /// membership in the granted group, or else the setting itself.
    fn require(
        &self,
        granted: impl Fn(&BTreeSet<Sid>) -> bool,
        setting: &'static str,
        found: &mut Findings,
    ) {
        if granted(&self.now) {
            return;
        }
        let missing = if granted(&self.renewed) {
            Missing::TicketRenewal
        } else if granted(&self.group) && self.group_sid != self.account {
            Missing::GroupMembership {
                group: self.group_sid.clone(),
                account: self.account.clone(),
            }
        } else {
            Missing::Setting(known(setting))
        };
        found.add(Stage::AccessList, missing);
    }
}

fn known(id: &'static str) -> &'static Setting {
    setting::find(id).expect("the oracle names settings of the table")
}

pub(super) fn is_administrator(token: &BTreeSet<Sid>) -> bool {
    token.contains(&sid::well_known(sid::ADMINISTRATORS))
}

/// Domain 4.2 row 1: either DHCP group, as the service loaded it.
pub(super) fn dhcp_groups(question: &Question<'_>, found: &mut Findings) {
    let Some(views) = Views::of(question) else {
        return;
    };
    let server = question.server;
    let service = server.service(name::DHCP_SERVER);
    let Some(loaded) = service.and_then(|service| service.startup_groups.clone()) else {
        return;
    };
    let member = |groups: &DhcpGroups, token: &BTreeSet<Sid>| {
        is_administrator(token)
            || !groups.users.is_disjoint(token)
            || !groups.administrators.is_disjoint(token)
    };
    if member(&loaded, &views.now) {
        return;
    }
    let present = question.estate.dhcp_groups_now(server);
    let renewal_alone = member(&loaded, &views.renewed);
    let granted_now = |token: &BTreeSet<Sid>| member(&present, token);
    if !renewal_alone && (granted_now(&views.now) || granted_now(&views.renewed)) {
        found.add(
            Stage::AccessList,
            Missing::ServiceRestart(name::DHCP_SERVER),
        );
    }
    let judged = |token: &BTreeSet<Sid>| member(&loaded, token) || granted_now(token);
    views.require(judged, "dhcp-users", found);
}

/// Domain 4.2 row 3: share permission, folder permission, and a share on the folder that is
/// written to.
pub(super) fn audit_share(question: &Question<'_>, found: &mut Findings) {
    let server = question.server;
    let present = |id: &'static str| {
        known(id).is_present(question.estate, server, &sid::well_known(sid::EVERYONE))
    };
    let Some(share) = server
        .share(DHCP_AUDIT_SHARE)
        .filter(|_| present("dhcpaudit-share"))
    else {
        return found.add(Stage::Existence, Missing::Setting(known("dhcpaudit-share")));
    };
    let Some(views) = Views::of(question) else {
        return;
    };
    let reads = |token: &BTreeSet<Sid>| !share.readers.is_disjoint(token);
    views.require(reads, "dhcpaudit-share-permission", found);
    let folder = server.ntfs_readers(&share.path);
    let reads = |token: &BTreeSet<Sid>| folder.is_some_and(|readers| !readers.is_disjoint(token));
    views.require(reads, "dhcpaudit-folder-permission", found);
}

/// Domain 4.2 rows 5, 7 and 8: the directory's list as last polled, or DnsAdmins, on a controller;
/// the machine's administrators elsewhere.
pub(super) fn dns_server(question: &Question<'_>, found: &mut Findings) {
    let Some(views) = Views::of(question) else {
        return;
    };
    let (estate, server) = (question.estate, question.server);
    if !server.has_role(Role::Dns) {
        return;
    }
    if !server.dns_is_directory_integrated() {
        let operators = sid::well_known(sid::SERVER_OPERATORS);
        let granted = |t: &BTreeSet<Sid>| is_administrator(t) || t.contains(&operators);
        return views.require(granted, "dns-administrators", found);
    }
    let home = server.domain();
    let dns_admins = estate
        .find_principal(crate::estate::defaults::group::DNS_ADMINS, home)
        .map(|group| group.sid.clone());
    let by_group = |token: &BTreeSet<Sid>| {
        is_administrator(token) || dns_admins.as_ref().is_ok_and(|group| token.contains(group))
    };
    let acl = home.and_then(|domain| estate.domain(domain)?.dns_acl());
    let service = server.service(name::DNS);
    let Some((acl, service)) = acl.zip(service) else {
        // Without the object there is no list to be on (P5).
        return views.require(by_group, "dns-admins", found);
    };
    let polled = last_poll(service.started, server.ds_polling_interval, question.at.sim);
    let loaded = acl.as_of(polled);
    let reads = |token: &BTreeSet<Sid>| by_group(token) || !loaded.is_disjoint(token);
    if reads(&views.now) {
        return;
    }
    let will_read = |token: &BTreeSet<Sid>| by_group(token) || !acl.current().is_disjoint(token);
    if !reads(&views.renewed) && (will_read(&views.now) || will_read(&views.renewed)) {
        let next = polled.0 + millis(server.ds_polling_interval);
        let wait = std::time::Duration::from_millis(next.saturating_sub(question.at.sim.0));
        found.add(Stage::AccessList, Missing::DnsPolling { wait });
    }
    let judged = |token: &BTreeSet<Sid>| reads(token) || will_read(token);
    views.require(judged, "dns-acl", found);
}

/// Domain 4.2 rows 9 and 11.
pub(super) fn event_log(question: &Question<'_>, found: &mut Findings) {
    let Some(views) = Views::of(question) else {
        return;
    };
    let readers = sid::well_known(sid::EVENT_LOG_READERS);
    let granted = |token: &BTreeSet<Sid>| is_administrator(token) || token.contains(&readers);
    views.require(granted, "event-log-readers", found);
    let server = question.server;
    if question.roles.contains(&Role::Dns) && server.has_role(Role::Dns) {
        let text = server.registry.get(DNS_CUSTOM_SD);
        let granted = |token: &BTreeSet<Sid>| {
            text.is_some_and(|text| sddl::grants(text, token, sddl::EVENT_LOG_READ))
        };
        views.require(granted, "dns-event-log-acl", found);
    }
}

/// Domain 4.2 row 12.
pub(super) fn service(question: &Question<'_>, service: &'static str, found: &mut Findings) {
    let Some(views) = Views::of(question) else {
        return;
    };
    let setting = match service {
        name::DHCP_SERVER => "dhcp-service-acl",
        _ => "dns-service-acl",
    };
    let list = question.server.service(service).map(|s| s.sddl.as_ref());
    let granted = |token: &BTreeSet<Sid>| {
        list.is_some_and(|list| sddl::grants(list, token, sddl::SERVICE_QUERY_STATUS))
    };
    views.require(granted, setting, found);
}
