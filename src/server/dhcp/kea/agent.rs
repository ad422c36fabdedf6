//! Commands over HTTP: a list of answers, one from each service that a command names.

use serde_json::Value;

use super::answer::{Answer, Failure};
use super::service::KeaService;
use crate::base::Moment;
use crate::server::dhcp::DhcpServer;

impl DhcpServer {
    /// Answers a command that arrived over HTTP: each service in its `service` list, in that
    /// order, or `service` where there is no list. Kea's control agent, and Kea 3.0's own HTTP
    /// socket, both put the answers in a list, however few they are.
    pub fn control_agent(&mut self, service: KeaService, command: &Value, at: Moment) -> Value {
        let answers = match named(service, command) {
            Ok(named) => named
                .into_iter()
                .map(|service| match service {
                    Ok(service) => self.control_value(service, command, at),
                    Err(failure) => failure.into(),
                })
                .collect(),
            Err(failure) => vec![Answer::from(failure)],
        };
        Value::Array(answers.iter().map(Answer::to_json).collect())
    }
}

/// As many services as Kea has: two of DHCP, one of dynamic DNS, and the agent. Each answers whole,
/// so a longer list would keep the server from everybody else.
const NAMED_MAX: usize = 4;

/// The services of a command, each of which may be one that this server is not.
fn named(
    service: KeaService,
    command: &Value,
) -> Result<Vec<Result<KeaService, Failure>>, Failure> {
    let list = match command.get("service") {
        None => return Ok(vec![Ok(service)]),
        Some(Value::Array(list)) if list.is_empty() => return Ok(vec![Ok(service)]),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Failure::error("service value must be a list")),
    };
    if list.len() > NAMED_MAX {
        let text = format!("more than {NAMED_MAX} services are named: name each once");
        return Err(Failure::error(text));
    }
    list.iter()
        .map(|name| match name {
            Value::String(name) => Ok(name.parse().map_err(|_| {
                let text = format!("unsupported service '{name}', expected 'dhcp4' or 'dhcp6'");
                Failure::error(text)
            })),
            _ => Err(Failure::error("service name must be a string")),
        })
        .collect()
}
