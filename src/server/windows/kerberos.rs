//! Log-on at a domain controller.

use crate::base::AccountName;
use crate::estate::eventlog::channel;
use crate::wire::windows::Win32Error;
use crate::wire::windows::kerberos::{Request, Response};

use super::context::Context;
use super::event_log::append_event;

/// Security event: a log-on ticket was asked for and given.
const TICKET_GRANTED: u32 = 4768;

pub(super) fn answer(context: &Context<'_>, request: Request) -> Result<Response, Win32Error> {
    match request {
        Request::LogOn { account, secret } => log_on(context, &account, &secret),
        Request::WhoAmI => who_am_i(context),
    }
}

fn log_on(
    context: &Context<'_>,
    account: &AccountName,
    secret: &str,
) -> Result<Response, Win32Error> {
    let mut estate = context.estate.borrow_mut();
    let host = context.host_in(&estate)?;
    // A controller speaks for its own forest and passes on to those it trusts.
    let known = estate
        .principals()
        .named(account)
        .and_then(|principal| estate.domain(&principal.domain))
        .is_some_and(|domain| estate.accepts_tickets_of(host, &domain.forest));
    if !known {
        return Err(Win32Error::ERROR_LOGON_FAILURE);
    }
    let ticket = estate.log_on(account, secret, context.at)?;
    let data = vec![
        account.name().to_owned(),
        account.domain().to_owned(),
        context.peer.to_string(),
    ];
    let (host, at) = (context.host, context.at);
    append_event(
        &mut estate,
        host,
        channel::SECURITY,
        TICKET_GRANTED,
        data,
        at,
    );
    Ok(Response::LoggedOn(ticket))
}

fn who_am_i(context: &Context<'_>) -> Result<Response, Win32Error> {
    let estate = context.estate.borrow();
    let handle = context.ticket.ok_or(Win32Error::ERROR_ACCESS_DENIED)?;
    let ticket = estate
        .ticket(handle)
        .ok_or(Win32Error::ERROR_LOGON_FAILURE)?;
    Ok(Response::Caller {
        account: ticket.account.clone(),
        sid: ticket.sid.clone(),
        groups: ticket.groups.iter().cloned().collect(),
    })
}
