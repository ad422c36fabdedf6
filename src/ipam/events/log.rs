//! Writing and reading the channels.

use crate::base::AccountName;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, events};

use super::channel::{Category, Channel, IpamEvent};

impl Ipam {
    /// Writes one record in a transaction of its own. Whoever logs does not fail because the log
    /// cannot be written.
    pub(crate) fn log(
        &self,
        channel: Channel,
        who: &AccountName,
        category: Category,
        message: impl Into<String>,
    ) {
        let message = message.into();
        // The operation itself is done, and its caller has been told so.
        let _ = self
            .store
            .transaction(|tx| self.log_in(tx, channel, who, category, message));
    }

    /// Writes one record as part of the change it tells of: both are there, or neither is. A
    /// disabled channel takes nothing.
    pub(crate) fn log_in(
        &self,
        tx: &Tx<'_>,
        channel: Channel,
        who: &AccountName,
        category: Category,
        message: impl Into<String>,
    ) -> IpamResult<()> {
        if !events::is_enabled(tx, channel)? {
            return Ok(());
        }
        let event = IpamEvent {
            record: 0,
            at: self.wall(),
            user: who.clone(),
            category,
            message: message.into(),
        };
        events::append(tx, channel, &event)
    }

    /// [`Ipam::log_in`] for what the caller changed in what the server holds.
    pub(crate) fn changed(
        &self,
        tx: &Tx<'_>,
        caller: &Caller,
        category: Category,
        what: String,
    ) -> IpamResult<()> {
        self.log_in(
            tx,
            Channel::ConfigurationChange,
            &caller.account,
            category,
            what,
        )
    }

    /// The records of a channel, oldest first, as Event Viewer shows them.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_event_log(
        &self,
        caller: &Caller,
        channel: Channel,
    ) -> IpamResult<Vec<IpamEvent>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| events::records(tx, channel))
    }

    /// Enables or disables a channel, as `wevtutil set-log` does. What it holds stays.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but local administrators of the IPAM server.
    pub async fn set_event_log_enabled(
        &self,
        caller: &Caller,
        channel: Channel,
        enabled: bool,
    ) -> IpamResult<()> {
        self.authorize(caller, Right::Configure).await?;
        self.store
            .transaction(|tx| events::set_enabled(tx, channel, enabled))
    }
}
