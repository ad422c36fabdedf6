//! Tickets: one a caller, kept until purged.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Shared};

use crate::base::AccountName;
use crate::ipam::caller::Caller;
use crate::net::Endpoint;
use crate::wire::windows::{
    Call, Interface, Request, Response, TicketHandle, Win32Error, kerberos,
};

use super::client::exchange;
use super::error::{RemoteError, Stage};
use super::port::KERBEROS;

/// A log-on under way or done. Everyone who needs the ticket meanwhile waits for the same one, so
/// a thousand calls that start together log on once, and fail together if no controller answers.
type LogOn = Shared<LocalBoxFuture<'static, Result<TicketHandle, RemoteError>>>;

/// The tickets of one host's callers.
pub(super) struct Tickets {
    controllers: Rc<[IpAddr]>,
    /// By account and secret, so that a wrong secret never profits from a good log-on.
    held: RefCell<BTreeMap<(AccountName, String), LogOn>>,
}

impl Tickets {
    pub(super) fn new(controllers: Vec<IpAddr>) -> Tickets {
        Tickets {
            controllers: controllers.into(),
            held: RefCell::default(),
        }
    }

    pub(super) fn purge(&self) {
        self.held.borrow_mut().clear();
    }

    /// The ticket the caller holds now, without asking anybody.
    pub(super) fn held_by(&self, caller: &Caller) -> Option<TicketHandle> {
        let key = (caller.account.clone(), caller.secret.clone());
        self.held.borrow().get(&key)?.peek()?.as_ref().ok().copied()
    }

    /// The caller's ticket, from the cache or a controller.
    pub(super) async fn of(
        &self,
        endpoint: &Endpoint,
        caller: &Caller,
    ) -> Result<TicketHandle, RemoteError> {
        let key = (caller.account.clone(), caller.secret.clone());
        let log_on = {
            let mut held = self.held.borrow_mut();
            let start = || {
                let (endpoint, controllers) = (endpoint.clone(), self.controllers.clone());
                let caller = caller.clone();
                async move { log_on(&endpoint, &controllers, &caller).await }
                    .boxed_local()
                    .shared()
            };
            held.entry(key.clone()).or_insert_with(start).clone()
        };
        let outcome = log_on.clone().await;
        if outcome.is_err() {
            // A failure is not kept; but another caller may have begun anew in the meantime.
            let mut held = self.held.borrow_mut();
            if held.get(&key).is_some_and(|now| now.ptr_eq(&log_on)) {
                held.remove(&key);
            }
        }
        outcome
    }
}

/// Logs on at the first controller that answers. Only a controller that cannot be asked makes it
/// try the next: all of a domain know the same secrets.
async fn log_on(
    endpoint: &Endpoint,
    controllers: &[IpAddr],
    caller: &Caller,
) -> Result<TicketHandle, RemoteError> {
    let call = Call {
        ticket: None,
        request: Request::Kerberos(kerberos::Request::LogOn {
            account: caller.account.clone(),
            secret: caller.secret.clone(),
        }),
    };
    for controller in controllers {
        let interface = Interface::Kerberos;
        match exchange(endpoint, *controller, KERBEROS, interface, &call).await {
            Ok(Response::Kerberos(kerberos::Response::LoggedOn(ticket))) => return Ok(ticket),
            Ok(_) => {}
            Err(failure) if failure.stage == Stage::Connect || failure.outcome_unknown => {}
            Err(failure) => return Err(RemoteError::at(Stage::LogOn, failure.error)),
        }
    }
    Err(RemoteError::at(
        Stage::LogOn,
        Win32Error::RPC_S_SERVER_UNAVAILABLE,
    ))
}
