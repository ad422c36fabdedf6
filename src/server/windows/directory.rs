//! The directory: whom a controller answers, and what of the forest it holds.

use crate::base::Fqdn;
use crate::estate::Estate;
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::{Request, Response};

use super::context::Context;
use super::{directory_read, directory_write, port};

/// Anyone who can log on may read.
pub(super) fn answer(context: &Context<'_>, request: Request) -> Result<Response, Win32Error> {
    let caller = context.caller()?;
    let view = View::of(context)?;
    match request.is_write() {
        false => directory_read::answer(context, &view, request),
        // The global catalog is a copy of other controllers' data.
        true if view.is_catalog => Err(Win32Error::ERROR_DS_UNWILLING_TO_PERFORM),
        true => directory_write::answer(context, &view, &caller, request),
    }
}

/// What a controller has at hand.
pub(super) struct View {
    /// The controller's own domain.
    pub domain: Fqdn,
    pub forest: Fqdn,
    /// Asked as global catalog, which holds every object of the forest.
    pub is_catalog: bool,
}

impl View {
    fn of(context: &Context<'_>) -> Result<View, Win32Error> {
        let estate = context.estate.borrow();
        let own = context.host_in(&estate)?.domain();
        let domain = own
            .and_then(|domain| estate.domain(domain))
            .ok_or(Win32Error::ERROR_NO_SUCH_DOMAIN)?;
        Ok(View {
            domain: domain.name.clone(),
            forest: domain.forest.clone(),
            is_catalog: context.port == port::GLOBAL_CATALOG,
        })
    }

    /// Whether objects of `domain` are held here.
    ///
    /// # Errors
    /// `ERROR_DS_REFERRAL` for another domain the controller knows of, `ERROR_NO_SUCH_DOMAIN`
    /// for one it does not.
    pub(super) fn holds(&self, estate: &Estate, domain: &Fqdn) -> Result<(), Win32Error> {
        let known = estate
            .domain(domain)
            .ok_or(Win32Error::ERROR_NO_SUCH_DOMAIN)?;
        let in_catalog = self.is_catalog && known.forest == self.forest;
        if known.name == self.domain || in_catalog {
            return Ok(());
        }
        match estate.trusts_forest(&self.forest, &known.forest) {
            true => Err(Win32Error::ERROR_DS_REFERRAL),
            false => Err(Win32Error::ERROR_NO_SUCH_DOMAIN),
        }
    }
}
