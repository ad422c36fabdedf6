//! Event log records and audit log lines, read from where the last run stopped.
//!
//! What is read and how far it was read is written in one transaction, so that a run cut off
//! anywhere loses nothing and doubles nothing.

use crate::ipam::access::{AUDIT_SHARE, Probe, is_audit_log};
use crate::ipam::audit::{AuditEvent, lease_of, logon_of};
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::ipam::store::collected::{self, Bookmark};
use crate::ipam::store::{Tx, tracking};
use crate::wire::windows::eventlog::EventRecord;
use crate::wire::windows::smb::{FileEntry, Request as SmbRequest, Response as SmbResponse};
use crate::wire::windows::{Interface, Request, Response, eventlog};

/// Records asked for in one call.
const RECORDS_PER_CALL: u32 = 1000;

/// Bytes of a file asked for in one call.
const BYTES_PER_CALL: u32 = 64 * 1024;

/// New configuration events of `channel`; how many.
pub(super) async fn collect_events(
    probe: Probe<'_>,
    channel: &str,
) -> Result<IpamResult<usize>, RemoteError> {
    let server = &probe.server.name;
    read_channel(probe, channel, |tx, records| {
        collected::add_events(tx, server, channel, records)
    })
    .await
}

/// New log-ons of `channel`; how many records were read, log-ons or not.
pub(super) async fn collect_logons(
    probe: Probe<'_>,
    channel: &str,
) -> Result<IpamResult<usize>, RemoteError> {
    let server = probe.server;
    let wanted = &probe.ipam.options.logon_events;
    read_channel(probe, channel, |tx, records| {
        let logons = records
            .iter()
            .filter(|record| wanted.contains(&record.event));
        let events: Vec<AuditEvent> = logons
            .filter_map(|record| logon_of(server, record))
            .collect();
        let Some(last) = records.iter().map(|record| record.record).max() else {
            return Ok(());
        };
        let mark = Bookmark {
            position: last,
            anchor: String::new(),
        };
        tracking::add(tx, &server.name, channel, &events, &mark)
    })
    .await
}

/// New records of a channel, a page at a time, each stored with its bookmark; how many.
async fn read_channel(
    probe: Probe<'_>,
    channel: &str,
    keep: impl Fn(&Tx<'_>, &[EventRecord]) -> IpamResult<()>,
) -> Result<IpamResult<usize>, RemoteError> {
    let server = &probe.server.name;
    let store = &probe.ipam.store;
    let mark = match store.read(|tx| collected::bookmark(tx, server, channel)) {
        Ok(mark) => mark,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut after = mark.position;
    let mut count = 0;
    loop {
        let request = Request::EventLog(eventlog::Request::Read {
            channel: channel.to_owned(),
            after,
            max: RECORDS_PER_CALL,
        });
        let records: Vec<EventRecord> = probe
            .ask(Interface::EventLog, request, |reply| match reply {
                Response::EventLog(eventlog::Response::Records(records)) => Some(records),
                _ => None,
            })
            .await?;
        let stored = store.transaction(|tx| keep(tx, &records));
        if let Err(refused) = stored {
            return Ok(Err(refused));
        }
        count += records.len();
        let last = records.iter().map(|record| record.record).max();
        match last {
            Some(last) if last > after && records.len() >= RECORDS_PER_CALL as usize => {
                after = last;
            }
            _ => return Ok(Ok(count)),
        }
    }
}

/// New lease events of every audit log in the share; how many lines were read, of leases or not.
pub(super) async fn collect_audit_lines(
    probe: Probe<'_>,
) -> Result<IpamResult<usize>, RemoteError> {
    let request = Request::Smb(SmbRequest::List {
        share: AUDIT_SHARE.to_owned(),
    });
    let mut files = probe
        .ask(Interface::Smb, request, |reply| match reply {
            Response::Smb(SmbResponse::Files(files)) => Some(files),
            _ => None,
        })
        .await?;
    files.retain(is_audit_log);
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut count = 0;
    for file in &files {
        match collect_file(probe, file).await? {
            Ok(lines) => count += lines,
            Err(refused) => return Ok(Err(refused)),
        }
    }
    Ok(Ok(count))
}

/// New lines of one file.
///
/// A file is written anew every week (domain 8.8), so the bookmark keeps the last line that was
/// read: where that line is no longer in its place, the file is another one and is read from its
/// start.
async fn collect_file(
    probe: Probe<'_>,
    file: &FileEntry,
) -> Result<IpamResult<usize>, RemoteError> {
    let server = &probe.server.name;
    let store = &probe.ipam.store;
    let mark = match store.read(|tx| collected::bookmark(tx, server, &file.name)) {
        Ok(mark) => mark,
        Err(refused) => return Ok(Err(refused)),
    };
    let anchored = mark.position - (mark.anchor.len() as u64).min(mark.position);
    let mut text = String::new();
    if file.size >= mark.position {
        text = read_from(&probe, &file.name, anchored).await?;
    }
    let start = match text.strip_prefix(mark.anchor.as_str()) {
        Some(rest) if file.size >= mark.position => {
            text = rest.to_owned();
            mark.position
        }
        _ => {
            text = read_from(&probe, &file.name, 0).await?;
            0
        }
    };
    let (lines, next) = whole_lines(&text, start, &mark);
    let leases: Vec<AuditEvent> = lines
        .iter()
        .filter_map(|line| lease_of(server, line))
        .collect();
    let stored = store.transaction(|tx| tracking::add(tx, server, &file.name, &leases, &next));
    Ok(stored.map(|()| lines.len()))
}

/// The rest of a file from `offset`.
async fn read_from(probe: &Probe<'_>, file: &str, mut offset: u64) -> Result<String, RemoteError> {
    let mut text = String::new();
    loop {
        let request = Request::Smb(SmbRequest::Read {
            share: AUDIT_SHARE.to_owned(),
            file: file.to_owned(),
            offset,
            max: BYTES_PER_CALL,
        });
        let (part, end) = probe
            .ask(Interface::Smb, request, |reply| match reply {
                Response::Smb(SmbResponse::Content { text, end_of_file }) => {
                    Some((text, end_of_file))
                }
                _ => None,
            })
            .await?;
        offset += part.len() as u64;
        // A server that sends nothing and promises more would be asked for ever.
        let done = end || part.is_empty();
        text.push_str(&part);
        if done {
            return Ok(text);
        }
    }
}

/// The event lines of `text`, which begins at byte `start` of the file, and the bookmark after
/// the last whole line. The legend before the first event is no data (domain 8.8).
fn whole_lines(text: &str, start: u64, before: &Bookmark) -> (Vec<String>, Bookmark) {
    let end = text.rfind('\n').map_or(0, |at| at + 1);
    let whole = &text[..end];
    let lines: Vec<String> = whole
        .lines()
        .filter(|line| is_event(line))
        .map(str::to_owned)
        .collect();
    let anchor = match whole.split_inclusive('\n').next_back() {
        Some(last) => last.to_owned(),
        None if start == 0 => String::new(),
        None => before.anchor.clone(),
    };
    let next = Bookmark {
        position: start + end as u64,
        anchor,
    };
    (lines, next)
}

/// Whether a line is an event: an id, then a date.
fn is_event(line: &str) -> bool {
    let mut fields = line.split(',');
    let id = fields.next().unwrap_or_default();
    let date = fields.next().unwrap_or_default();
    !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_digit())
        && date.len() == 8
        && date.bytes().filter(|byte| *byte == b'/').count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "10,03/09/25,07:42:10,Assign,10.66.9.44,LAPTOP17,0015AB3F22D1,,1,6,,,\r\n";

    #[test]
    fn the_legend_is_no_data_and_a_half_written_line_waits() {
        let text = format!("\t\tMicrosoft DHCP\r\n10\tA new lease.\r\nID,Date,Time\r\n{LINE}11,03");
        let (lines, next) = whole_lines(&text, 0, &Bookmark::default());
        assert_eq!(lines, [LINE.trim_end()]);
        assert_eq!(next.position as usize, text.len() - "11,03".len());
        assert_eq!(next.anchor, LINE);
    }

    #[test]
    fn reading_nothing_new_leaves_the_bookmark_where_it_is() {
        let before = Bookmark {
            position: 700,
            anchor: LINE.to_owned(),
        };
        let (lines, next) = whole_lines("", 700, &before);
        assert!(lines.is_empty());
        assert_eq!(next, before);
    }
}
