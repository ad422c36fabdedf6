//! Security identifiers: the well-known ones, and how those of an estate are made.

use rand::Rng as _;

use crate::base::{Seed, Sid};

/// A well-known SID by its text.
pub fn well_known(text: &'static str) -> Sid {
    text.parse()
        .expect("well-known identifiers are well formed")
}

/// `Everyone`.
pub const EVERYONE: &str = "S-1-1-0";
/// `Authenticated Users`.
pub const AUTHENTICATED_USERS: &str = "S-1-5-11";
/// `SYSTEM`.
pub const LOCAL_SYSTEM: &str = "S-1-5-18";
/// `Network Service`: on the machine itself what the computer account is on the wire.
pub const NETWORK_SERVICE: &str = "S-1-5-20";
/// `BUILTIN\Administrators`.
pub const ADMINISTRATORS: &str = "S-1-5-32-544";
/// `BUILTIN\Users`.
pub const USERS: &str = "S-1-5-32-545";
/// `BUILTIN\Server Operators`, which MS-DNSP calls System Operators.
pub const SERVER_OPERATORS: &str = "S-1-5-32-549";
/// `BUILTIN\Event Log Readers` (domain 4.2 row 9).
pub const EVENT_LOG_READERS: &str = "S-1-5-32-573";

/// Last parts of the SIDs every domain has.
pub mod rid {
    pub const DOMAIN_ADMINS: u32 = 512;
    pub const DOMAIN_USERS: u32 = 513;
    pub const DOMAIN_COMPUTERS: u32 = 515;
    pub const DOMAIN_CONTROLLERS: u32 = 516;
    pub const ENTERPRISE_ADMINS: u32 = 519;
    /// The first one a domain gives out itself; DnsAdmins gets it, as on a fresh domain.
    pub const FIRST_FREE: u32 = 1101;
    /// The first one a member server gives out to its local groups.
    pub const FIRST_LOCAL: u32 = 1001;
}

/// The authority of a domain or machine: `S-1-5-21-a-b-c`, and the next identifier it gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidAuthority {
    prefix: String,
    next: u32,
}

impl SidAuthority {
    /// The authority called `label`; equal seeds and labels give equal identifiers.
    pub fn new(seed: Seed, label: &str, next: u32) -> SidAuthority {
        let mut stream = seed.stream(&format!("sid/{label}"));
        let mut part = || stream.next_u32();
        SidAuthority {
            prefix: format!("S-1-5-21-{}-{}-{}", part(), part(), part()),
            next,
        }
    }

    /// The authority's own SID.
    pub fn own(&self) -> Sid {
        self.prefix
            .parse()
            .expect("a made identifier is well formed")
    }

    /// The SID with this last part.
    pub fn with_rid(&self, rid: u32) -> Sid {
        format!("{}-{rid}", self.prefix)
            .parse()
            .expect("a made identifier is well formed")
    }

    /// The next SID nobody has. `taken` says which ones were given out by hand.
    pub fn allocate(&mut self, taken: impl Fn(&Sid) -> bool) -> Sid {
        loop {
            let sid = self.with_rid(self.next);
            self.next = self.next.saturating_add(1);
            if !taken(&sid) {
                return sid;
            }
        }
    }
}

/// A GUID for the object called `label`, in the registry's form without braces.
pub fn guid(seed: Seed, label: &str) -> String {
    let mut stream = seed.stream(&format!("guid/{label}"));
    let (high, low) = (stream.next_u64(), stream.next_u64());
    // Version 4 and the RFC 9562 variant, so that tools accept it.
    let (high, low) = (
        (high & 0xffff_ffff_ffff_0fff) | 0x4000,
        (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000,
    );
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
