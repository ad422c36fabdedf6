//! What a lease is besides who has which address until when. No protocol decision rests on it;
//! control channels show it and set it.

use serde_json::{Map, Value};

use super::Millis;
use crate::base::MacAddress;
use crate::wire::dhcp::v4::Message;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in super::super) struct Details {
    /// When the client was last heard.
    pub since: Millis,
    /// How long the lease was given for, counted from then; `u32::MAX` is for ever.
    pub seconds: u32,
    /// IPv6 only.
    pub preferred_seconds: u32,
    pub hardware: Option<MacAddress>,
    /// The client identifier as it was sent; empty when there was none.
    pub client_id: Vec<u8>,
    /// Whether the name is said to be in DNS, forward and reverse.
    pub in_forward: bool,
    pub in_reverse: bool,
    /// What an administrator noted beside the lease.
    pub context: Option<Box<Map<String, Value>>>,
}

impl Details {
    pub fn lasting(since: Millis, seconds: u32) -> Details {
        Details {
            since,
            seconds,
            preferred_seconds: seconds,
            ..Details::default()
        }
    }

    pub fn preferred_for(mut self, seconds: u32) -> Details {
        self.preferred_seconds = seconds;
        self
    }

    /// Of a lease that `message` asked for.
    pub fn of_v4(message: &Message, since: Millis, seconds: u32) -> Details {
        Details {
            hardware: message.hardware.mac(),
            client_id: message.client_id().map(<[u8]>::to_vec).unwrap_or_default(),
            ..Details::lasting(since, seconds)
        }
    }
}
