//! Searches in the directory.

use crate::base::Fqdn;
use crate::estate::Estate;
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::{ComputerEntry, GpoProperties, Request, Response};

use super::context::Context;
use super::directory::View;

const ABSENT: Win32Error = Win32Error::ERROR_DS_NO_SUCH_OBJECT;

pub(super) fn answer(
    context: &Context<'_>,
    view: &View,
    request: Request,
) -> Result<Response, Win32Error> {
    let estate = context.estate.borrow();
    match request {
        Request::EnumDomains => Ok(Response::Domains(estate.domains_known_in(&view.forest))),
        Request::EnumControllers { domain } => controllers(&estate, view, &domain),
        Request::EnumAuthorizedDhcpServers => Ok(Response::DhcpServers(
            estate.authorised_dhcp_servers(&view.forest),
        )),
        Request::FindComputer { name } => {
            let found = computer(context, &estate, view, &name).ok_or(ABSENT)?;
            Ok(Response::Computer(found))
        }
        Request::FindPrincipal { account } => principal(&estate, view, &account),
        Request::FindGroup { domain, name } => {
            view.holds(&estate, &domain)?;
            group(&estate, &domain, &name)
        }
        Request::FindGpo { domain, name } => {
            view.holds(&estate, &domain)?;
            let home = estate.domain(&domain).ok_or(ABSENT)?;
            let gpo = home.gpo(&name).ok_or(ABSENT)?;
            Ok(Response::Gpo {
                name: gpo.name.clone(),
                filter: gpo.filter.iter().cloned().collect(),
                linked: gpo.is_linked_to_root(),
                properties: GpoProperties {
                    id: gpo.guid.clone(),
                    owner: estate.name_of(&gpo.owner),
                    version: gpo.version,
                    created: gpo.created.as_millisecond(),
                    modified: gpo.modified.as_millisecond(),
                },
            })
        }
        _ => Err(Win32Error::ERROR_INVALID_PARAMETER),
    }
}

/// The configuration partition names the controllers of every domain of the forest; those of a
/// trusted forest are found by way of the trust.
fn controllers(estate: &Estate, view: &View, domain: &Fqdn) -> Result<Response, Win32Error> {
    let known = estate.domains_known_in(&view.forest);
    if !known.iter().any(|entry| entry.name == *domain) {
        return Err(Win32Error::ERROR_NO_SUCH_DOMAIN);
    }
    let entries = estate
        .controllers(domain)
        .filter_map(|host| estate.computer_entry(host));
    Ok(Response::Computers(entries.collect()))
}

fn computer(
    context: &Context<'_>,
    estate: &Estate,
    view: &View,
    name: &Fqdn,
) -> Option<ComputerEntry> {
    let host = estate.host(name)?;
    let entry = estate.computer_entry(host)?;
    let held = match view.is_catalog {
        true => entry.forest == view.forest && estate.is_in_catalog(host, context.at),
        false => entry.domain == view.domain && estate.has_account(host),
    };
    // It answers to the name it is asked for by, which may be a further one.
    held.then(|| ComputerEntry {
        name: name.clone(),
        ..entry
    })
}

/// By name in the controller's own domain, in its forest, or in a forest it trusts.
fn principal(estate: &Estate, view: &View, account: &str) -> Result<Response, Win32Error> {
    let found = estate
        .find_principal(account, Some(&view.domain))
        .map_err(|_| ABSENT)?;
    let home = estate.domain(&found.domain).ok_or(ABSENT)?;
    match estate.trusts_forest(&view.forest, &home.forest) {
        true => Ok(Response::Principal {
            sid: found.sid.clone(),
            name: found.down_level(),
        }),
        false => Err(ABSENT),
    }
}

fn group(estate: &Estate, domain: &Fqdn, name: &str) -> Result<Response, Win32Error> {
    let found = estate
        .find_principal(name, Some(domain))
        .ok()
        .filter(|found| found.domain == *domain)
        .ok_or(ABSENT)?;
    let members = found.members().ok_or(ABSENT)?;
    Ok(Response::Group {
        sid: found.sid.clone(),
        members: members.iter().cloned().collect(),
    })
}
