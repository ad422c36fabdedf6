//! What a search asks for and what it finds out about every candidate.

use std::fmt;
use std::net::IpAddr;

use super::request_id::RequestId;
use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::space::{AddressDetails, AddressKey, RangeKey};

/// A search in one range, as the console's *Find and Allocate Available IP Address* makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindRequest {
    pub range: RangeKey,
    /// How many available addresses to find: 1 to 1024.
    pub count: usize,
    /// *Find Next*: go on behind this address.
    pub start_after: Option<IpAddr>,
    /// Record the last available address found, with these fields. `None` only looks.
    pub allocate: Option<AddressDetails>,
    /// The name under which the recording may be asked for again.
    pub request: Option<RequestId>,
    pub probing: Probing,
}

/// What a search makes of ping and reverse DNS, criteria 4 and 5 (domain 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Probing {
    /// The console: an address that answers or has a record is not available.
    #[default]
    Decides,
    /// `Find-IpamFreeAddress -TestReachability`: what they say stands beside each address found,
    /// and whoever asked decides.
    Told,
    /// The cmdlet without that switch: nobody is asked.
    Nothing,
}

impl FindRequest {
    /// One address from the start of the range; nothing is recorded.
    pub fn one(range: RangeKey) -> FindRequest {
        FindRequest {
            range,
            count: 1,
            start_after: None,
            allocate: None,
            request: None,
            probing: Probing::Decides,
        }
    }
}

/// Whether an address answered a ping from the IPAM server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PingStatus {
    /// Not tested, because the address was out of the question already.
    Undetected,
    Reply,
    NoReply,
}

/// Whether reverse DNS knows an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PtrStatus {
    /// Not asked, or asked and the DNS server stayed silent.
    Undetected,
    Found(Fqdn),
    /// The answer holds no PTR record, whatever its code.
    NotFound,
}

/// Why an address is not available, in the order of the criteria (domain 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is in the database, under any owner.
    InDatabase,
    /// The range keeps it back as a virtual or reserved address.
    SetAside,
    ReservedOnServer,
    ExcludedOnServer,
    LeasedOnServer,
    AnswersPing,
    HasPtrRecord,
    /// The DNS server did not answer, so nobody knows whether there is a record.
    PtrUnknown,
}

/// What a search concludes about an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Available,
    /// Every criterion that spoke against it, in order; at least one.
    Skipped(Vec<Reason>),
}

/// One address a search looked at, with all evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub address: IpAddr,
    /// Recorded in the database.
    pub database: bool,
    /// Set aside in the range's VIP or reserved addresses.
    pub set_aside: bool,
    /// Reserved on the DHCP server.
    pub reservation: bool,
    /// Excluded on the DHCP server.
    pub exclusion: bool,
    /// Offered, active or declined on the DHCP server.
    pub lease: bool,
    pub ping: PingStatus,
    pub ptr: PtrStatus,
    pub verdict: Verdict,
}

/// A long run of addresses out of the question for the same reasons, told as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    pub span: AddressRange,
    pub reasons: Vec<Reason>,
}

/// Why a search ended before it had found what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The end of the range: fewer are available than asked for; a warning, not an error.
    RangeExhausted,
    /// The DNS server answered none of a whole window of PTR queries; going on would mean to wait
    /// for every address of the range.
    DnsServerSilent,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindReport {
    /// Every address looked at, in order.
    pub candidates: Vec<Candidate>,
    /// Long runs that were hopped over instead of being listed.
    pub passed_over: Vec<PassedOver>,
    /// The last available candidate: what the dialog proposes (domain 7.2).
    pub selected: Option<IpAddr>,
    pub stopped: Option<Stopped>,
    /// The record made, when the request asked for one.
    pub allocated: Option<AddressKey>,
    /// The record was there: an earlier request of the same name made it.
    pub repeated: bool,
    /// The DHCP server that was asked for reservations, exclusions and leases, of a scope.
    pub dhcp_server: Option<Fqdn>,
}

impl FindReport {
    /// A report of nothing looked at yet.
    pub(super) fn empty() -> FindReport {
        FindReport {
            candidates: Vec::new(),
            passed_over: Vec::new(),
            selected: None,
            stopped: None,
            allocated: None,
            repeated: false,
            dhcp_server: None,
        }
    }

    /// An earlier request of the same name got this record.
    pub(super) fn repeat(&mut self, key: AddressKey) {
        self.selected = Some(key.ip_address);
        self.allocated = Some(key);
        self.repeated = true;
    }

    /// The available candidates, in order.
    pub fn available(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.candidates
            .iter()
            .filter(|candidate| candidate.verdict == Verdict::Available)
            .map(|candidate| candidate.address)
    }
}

impl fmt::Display for PingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PingStatus::Undetected => "Undetected",
            PingStatus::Reply => "Reply",
            PingStatus::NoReply => "NoReply",
        })
    }
}

impl fmt::Display for PtrStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PtrStatus::Undetected => f.pad("Undetected"),
            PtrStatus::Found(name) => f.pad(&format!("Found {name}")),
            PtrStatus::NotFound => f.pad("NotFound"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reason::InDatabase => "in the IPAM database",
            Reason::SetAside => "set aside in the range",
            Reason::ReservedOnServer => "reserved on the DHCP server",
            Reason::ExcludedOnServer => "excluded on the DHCP server",
            Reason::LeasedOnServer => "leased on the DHCP server",
            Reason::AnswersPing => "answers ping",
            Reason::HasPtrRecord => "has a PTR record",
            Reason::PtrUnknown => "reverse lookup unanswered",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Available => f.pad("available"),
            Verdict::Skipped(reasons) => {
                let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                f.pad(&format!("skipped: {}", words.join(", ")))
            }
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Stopped::RangeExhausted => "end of the range",
            Stopped::DnsServerSilent => "the DNS server does not answer",
        })
    }
}
