//! *Export* of what a search of the node *IP Address Tracking* found (domain 6.4, 9.8).

use std::io::Write;

use crate::ipam::audit::{AuditEvent, AuditQuery};
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

use super::export::Sink;
use super::value::{put_all, put_one};

/// A column, and what an event has in it.
type Column = (&'static str, fn(&AuditEvent, &mut String));

const COLUMNS: &[Column] = &[
    ("Event time", |event, to| put_one(&event.at, to)),
    ("Event type", |event, to| put_one(&event.kind, to)),
    ("IP address", |event, to| put_all(event.address, to)),
    ("Client ID", |event, to| to.push_str(&event.client_id)),
    ("Host name", |event, to| to.push_str(&event.host_name)),
    ("User name", |event, to| to.push_str(&event.user_name)),
    ("User domain", |event, to| to.push_str(&event.user_domain)),
    ("User forest", |event, to| to.push_str(&event.user_forest)),
    ("Server name", |event, to| put_one(&event.server, to)),
    ("Server type", |event, to| put_one(&event.server_type, to)),
];

impl Ipam {
    /// Writes what a search for tracked events finds; how many rows, and whether there are more
    /// than a search shows.
    ///
    /// # Errors
    /// Those of [`Ipam::get_ipam_ip_address_audit_event`]; `IpamApiExportFailed` when `to` takes
    /// no more.
    pub async fn export_ipam_ip_address_audit_event(
        &self,
        caller: &Caller,
        query: &AuditQuery,
        to: &mut dyn Write,
    ) -> IpamResult<(u64, bool)> {
        let found = self.get_ipam_ip_address_audit_event(caller, query).await?;
        let mut sink = Sink::new(to);
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        sink.names(&names)?;
        for event in &found.rows {
            for (_, show) in COLUMNS {
                sink.field(|to| show(event, to))?;
            }
            sink.end_row()?;
        }
        Ok((sink.finish()?, found.partial))
    }
}
