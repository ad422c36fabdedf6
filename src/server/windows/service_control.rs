//! Service control: the state of a service, to whom its access list shows it.

use crate::estate::sddl;
use crate::wire::windows::Win32Error;
use crate::wire::windows::scm::{Request, Response};

use super::context::Context;

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    let Request::QueryStatus { service } = request;
    let caller = context.caller()?;
    let estate = context.estate.borrow();
    let found = context
        .host_in(&estate)?
        .service(service)
        .ok_or(Win32Error::ERROR_SERVICE_DOES_NOT_EXIST)?;
    // Domain 4.2 row 12.
    match sddl::grants(&found.sddl, &caller.token, sddl::SERVICE_QUERY_STATUS) {
        true => Ok(Response::Status(found.state)),
        false => Err(Win32Error::ERROR_ACCESS_DENIED),
    }
}
