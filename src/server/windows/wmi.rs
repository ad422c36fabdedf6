//! Management of the host itself: made firewall rules and the application pool, by local
//! Administrators.

use crate::estate::defaults::group;
use crate::estate::service::name;
use crate::estate::{InboundRule, Ports, RuleAction, sid};
use crate::net::Transport;
use crate::wire::windows::Win32Error;
use crate::wire::windows::wmi::{FirewallRule, Request, Response};

use super::context::Context;
use super::refusal::win32;
use super::surface::takes_calls;

pub(super) fn answer(context: &Context<'_>, request: Request) -> Result<Response, Win32Error> {
    if matches!(request, Request::OpenSession) {
        let own = |name: &str| name.eq_ignore_ascii_case(group::REMOTE_MANAGEMENT_USERS);
        return context.permit(own).map(|()| Response::Done);
    }
    if !context.caller()?.is_in(sid::ADMINISTRATORS) {
        return Err(Win32Error::ERROR_ACCESS_DENIED);
    }
    match request {
        // Answered above.
        Request::OpenSession => Ok(Response::Done),
        Request::FirewallRules { prefix } => firewall_rules(context, &prefix),
        Request::CreateFirewallRule(rule) => change(context, |estate, at| {
            estate.add_firewall_rule(context.host, made(rule), at)
        }),
        Request::EnableFirewallRule { name } => change(context, |estate, at| {
            let enabled = estate.enable_firewall_rule(context.host, &name, at);
            enabled.map(drop)
        }),
        Request::DeleteFirewallRule { name } => change(context, |estate, at| {
            estate.remove_firewall_rule(context.host, &name, at)
        }),
        Request::IsPortTaken { port } => {
            let pool = context.estate.borrow().pool_listener(context.host);
            let pool = pool.ok_or(Win32Error::ERROR_SERVICE_DOES_NOT_EXIST)?;
            Ok(Response::IsPortTaken(pool.is_taken(port)))
        }
        Request::BindPool { port } => change(context, |estate, at| {
            estate.bind_pool(context.host, port, at)
        }),
        Request::RestartPool => restart_pool(context),
    }
}

fn change(
    context: &Context<'_>,
    work: impl FnOnce(
        &mut crate::estate::Estate,
        crate::base::Moment,
    ) -> Result<(), crate::estate::EstateError>,
) -> Result<Response, Win32Error> {
    work(&mut context.estate.borrow_mut(), context.at)
        .map(|()| Response::Done)
        .map_err(|error| win32(&error))
}

fn firewall_rules(context: &Context<'_>, prefix: &str) -> Result<Response, Win32Error> {
    let estate = context.estate.borrow();
    let rules = context.host_in(&estate)?.firewall.made().iter();
    let own = rules.filter(|rule| rule.name.starts_with(prefix));
    let told = own.filter_map(|rule| {
        let Ports::List(ports) = &rule.ports else {
            return None;
        };
        Some(FirewallRule {
            name: rule.name.clone(),
            port: *ports.first()?,
            program: rule.program.clone().unwrap_or_default(),
            enabled: rule.enabled,
        })
    });
    Ok(Response::FirewallRules(told.collect()))
}

fn made(rule: FirewallRule) -> InboundRule {
    InboundRule {
        name: rule.name,
        enabled: rule.enabled,
        action: RuleAction::Allow,
        transport: Transport::Tcp,
        ports: Ports::List(vec![rule.port]),
        program: Some(rule.program),
        policy: None,
    }
}

fn restart_pool(context: &Context<'_>) -> Result<Response, Win32Error> {
    let (pool, port) = {
        let estate = context.estate.borrow();
        let host = context.host_in(&estate)?;
        if !takes_calls(host, name::PROCESS_ACTIVATION) {
            return Err(Win32Error::ERROR_SERVICE_NOT_ACTIVE);
        }
        (estate.pool_listener(context.host), host.pool_port)
    };
    // A pool that is bound to nothing has never been set up.
    let (pool, port) = pool
        .zip(port)
        .ok_or(Win32Error::ERROR_SERVICE_DOES_NOT_EXIST)?;
    match pool.restart(port) {
        true => Ok(Response::Done),
        false => Err(Win32Error::WSAEADDRINUSE),
    }
}
