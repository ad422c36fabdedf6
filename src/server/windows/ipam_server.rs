//! The management port of an IPAM server: remote clients are taken in here.

use crate::wire::windows::Win32Error;
use crate::wire::windows::ipam::{Request, Response};

use super::context::Context;

/// Version of the protocol between client and server (domain 1.3).
const PROTOCOL_VERSION: &str = "6.2";

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    let Request::Connect = request;
    // Domain 2.5: the local groups of IPAM all begin alike, also those of later versions.
    context.permit(|name| name.starts_with("IPAM "))?;
    Ok(Response::Connected {
        server: context.host.to_string(),
        version: PROTOCOL_VERSION.to_owned(),
    })
}
