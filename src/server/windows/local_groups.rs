//! Machine-local groups: anyone who can log on may look, local Administrators may change.

use crate::estate::defaults::group;
use crate::estate::{Hardening, sid};
use crate::wire::windows::Win32Error;
use crate::wire::windows::samr::{Request, Response};

use super::context::Context;
use super::refusal::win32;

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    let caller = context.caller()?;
    let is_administrator = caller.is_in(sid::ADMINISTRATORS);
    let mut estate = context.estate.borrow_mut();
    let (host, at) = (context.host, context.at);
    let machine = context.host_in(&estate)?;
    let refused = [
        Hardening::CreateLocalGroups,
        Hardening::ChangeEventLogReaders,
    ]
    .map(|change| (change, machine.refuses(change)));
    let refuses = |change| refused.contains(&(change, true));
    let groups = estate.local_groups(context.host_in(&estate)?);
    match request {
        Request::Members { group } => {
            let group = groups.get(group).ok_or(Win32Error::ERROR_NO_SUCH_ALIAS)?;
            return Ok(Response::Members(group.members.iter().cloned().collect()));
        }
        Request::CallerGroups | Request::CallerToken => {
            let own = groups
                .iter()
                .filter(|(_, group)| caller.token.contains(&group.sid));
            let groups = own.map(|(name, _)| name.to_owned()).collect();
            return Ok(match request {
                Request::CallerToken => Response::Token {
                    groups,
                    sids: caller.token.into_iter().collect(),
                },
                _ => Response::Groups(groups),
            });
        }
        _ if !is_administrator => return Err(Win32Error::ERROR_ACCESS_DENIED),
        Request::Create { .. } if refuses(Hardening::CreateLocalGroups) => {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
        Request::AddMember { group, .. }
            if group.eq_ignore_ascii_case(group::EVENT_LOG_READERS)
                && refuses(Hardening::ChangeEventLogReaders) =>
        {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
        Request::Create { group, description } => estate
            .create_local_group(host, group, description, at)
            .map(drop),
        Request::Delete { group } => estate.delete_local_group(host, group, at),
        Request::AddMember { group, member } => {
            estate.add_local_group_member(host, group, member, at)
        }
        Request::RemoveMember { group, member } => {
            estate.remove_local_group_member(host, group, member, at)
        }
    }
    .map(|()| Response::Done)
    .map_err(|error| win32(&error))
}
