//! Event log channels of a host and the records in them.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::wire::windows::eventlog::EventRecord;

/// Channel names.
pub mod channel {
    pub const SYSTEM: &str = "System";
    /// What IPAM reads on domain controllers and NPS servers.
    pub const SECURITY: &str = "Security";
    /// What it reads on DNS servers; guarded by `CustomSD` as well (domain 4.2 row 11).
    pub const DNS_SERVER: &str = "DNS Server";
    /// What it reads on DHCP servers, Windows Server 2008 R2 and later (domain 3.6).
    pub const DHCP_OPERATIONAL: &str = "Microsoft-Windows-Dhcp-Server/Operational";
}

/// Records a channel keeps before the oldest is overwritten.
pub const CHANNEL_CAPACITY: usize = 20_000;

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Channel {
    records: VecDeque<EventRecord>,
    last: u64,
}

impl Channel {
    /// Writes a record and returns its number.
    pub(super) fn append(&mut self, event: u32, at: Timestamp, data: Vec<String>) -> u64 {
        self.last += 1;
        if self.records.len() == CHANNEL_CAPACITY {
            self.records.pop_front();
        }
        self.records.push_back(EventRecord {
            record: self.last,
            event,
            at,
            data,
        });
        self.last
    }

    /// At most `max` records numbered above `after`, oldest first.
    pub fn read(&self, after: u64, max: usize) -> Vec<EventRecord> {
        let start = self
            .records
            .partition_point(|record| record.record <= after);
        self.records.iter().skip(start).take(max).cloned().collect()
    }

    /// The number of the newest record; zero when empty since the start.
    pub fn last_record(&self) -> u64 {
        self.last
    }
}
