//! Gateways of a range: an address with a metric (domain 5.5).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A gateway and what it costs to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gateway {
    pub address: IpAddr,
    /// 1 to 9999; `None` is *Automatic*.
    pub metric: Option<u16>,
}

impl Gateway {
    /// A gateway whose metric the client finds by itself, as those of DHCP scopes are.
    pub fn automatic(address: IpAddr) -> Gateway {
        Gateway {
            address,
            metric: None,
        }
    }
}

/// A text that is no gateway.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no gateway: write `10.0.1.1/20` with a metric of 1 to 9999, or `/Automatic`")]
pub struct BadGateway(String);

impl FromStr for Gateway {
    type Err = BadGateway;

    /// Takes the console's `/` and the cmdlets' `\`; an address alone has the metric *Automatic*.
    fn from_str(text: &str) -> Result<Gateway, BadGateway> {
        let wrong = || BadGateway(text.to_owned());
        let (address, metric) = match text.split_once(['/', '\\']) {
            Some((address, metric)) => (address, metric.trim()),
            None => (text, "Automatic"),
        };
        let metric = match metric.eq_ignore_ascii_case("Automatic") {
            true => None,
            false => Some(metric.parse().map_err(|_| wrong())?),
        };
        if metric.is_some_and(|metric| !(1..=9999).contains(&metric)) {
            return Err(wrong());
        }
        Ok(Gateway {
            address: address.trim().parse().map_err(|_| wrong())?,
            metric,
        })
    }
}

impl fmt::Display for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.metric {
            Some(metric) => write!(f, "{}/{metric}", self.address),
            None => write!(f, "{}/Automatic", self.address),
        }
    }
}

impl TryFrom<String> for Gateway {
    type Error = BadGateway;
    fn try_from(text: String) -> Result<Gateway, BadGateway> {
        text.parse()
    }
}

impl From<Gateway> for String {
    fn from(gateway: Gateway) -> String {
        gateway.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_has_a_metric_between_1_and_9999_or_an_automatic_one() {
        let read = |text: &str| text.parse::<Gateway>().map(|gateway| gateway.to_string());
        assert_eq!(read("10.0.1.1/20").as_deref(), Ok("10.0.1.1/20"));
        assert_eq!(read(r"10.0.1.1\9999").as_deref(), Ok("10.0.1.1/9999"));
        assert_eq!(
            read("10.0.1.1/automatic").as_deref(),
            Ok("10.0.1.1/Automatic")
        );
        assert_eq!(read("fe80::1").as_deref(), Ok("fe80::1/Automatic"));
        for wrong in ["10.0.1.1/0", "10.0.1.1/10000", "10.0.1.1/", "gw/1", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
