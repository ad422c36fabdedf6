//! How a registration went, as the audit log tells it (domain 8.8).

use std::net::IpAddr;

use crate::wire::dns::Rcode;

/// What there is to log about one registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub address: IpAddr,
    /// The complete name.
    pub name: String,
    /// The client as the log writes it.
    pub client: Vec<u8>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 30: an update was asked for.
    Requested,
    /// 31: a DNS server refused it, or kept silent.
    Failed(RegistrationError),
    /// 32
    Succeeded,
    /// 34: the queue is full and the request is lost.
    QueueFull,
    /// 35: no DNS server could be asked.
    NotSent(RegistrationError),
}

impl Outcome {
    /// Event id, description and the number in the column `DnsRegError`.
    pub fn line(self) -> (u16, &'static str, u32) {
        match self {
            Outcome::Requested => (30, "DNS Update Request", 0),
            Outcome::Failed(error) => (31, "DNS Update Failed", error.code()),
            Outcome::Succeeded => (32, "DNS Update Successful", 0),
            Outcome::QueueFull => (34, "DNS Update Request Queue Full", 0),
            Outcome::NotSent(error) => (35, "DNS Update Request Failed", error.code()),
        }
    }
}

/// Why a registration failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistrationError {
    /// Nobody answered in time.
    TimedOut,
    /// No DNS server asked has a zone for the name.
    NoZone,
    /// The server answered with this code.
    Refused(Rcode),
    /// The signature of the answer is wrong, or there is none.
    Untrusted,
}

impl RegistrationError {
    /// Windows' number: 9000 and the response code, or that of a time-out, a missing zone, a bad
    /// signature.
    pub fn code(self) -> u32 {
        match self {
            RegistrationError::TimedOut => 1460,
            RegistrationError::NoZone => 9601,
            RegistrationError::Refused(rcode) => 9000 + u32::from(rcode.0),
            RegistrationError::Untrusted => 9016,
        }
    }

    /// Whether it may go better in a while.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            RegistrationError::TimedOut | RegistrationError::Refused(Rcode::SERVFAIL)
        )
    }
}
