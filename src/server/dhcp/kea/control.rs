//! One command: read, found, carried out, answered.

use serde_json::Value;

use super::answer::{Answer, Failure, ResultCode};
use super::args::kind;
use super::registry::{Call, command};
use super::service::KeaService;
use crate::base::Moment;
use crate::server::dhcp::DhcpServer;

/// What a command may hold beside its name.
const KEYS: [&str; 4] = ["command", "arguments", "service", "remote-address"];

impl DhcpServer {
    /// Answers a command that arrived on a channel of `service`, as text. Whatever the bytes are,
    /// there is an answer.
    pub fn control(&mut self, service: KeaService, command: &[u8], at: Moment) -> Answer {
        match serde_json::from_slice::<Value>(command) {
            Ok(command) => self.control_value(service, &command, at),
            Err(error) => Answer::error(format!("the command is not JSON: {error}")),
        }
    }

    /// The same for a command that was read already. A `service` in it is not looked at.
    pub fn control_value(&mut self, service: KeaService, command: &Value, at: Moment) -> Answer {
        self.settle(at);
        if !self.running {
            return Answer::error("the DHCP service is stopped");
        }
        self.answer_control(service, command, at)
            .unwrap_or_else(Answer::from)
    }

    fn answer_control(
        &mut self,
        service: KeaService,
        whole: &Value,
        at: Moment,
    ) -> Result<Answer, Failure> {
        let name = command_name(whole)?;
        let Some(command) = command(name) else {
            let text = format!("'{name}' command not supported.");
            return Ok(Answer::new(ResultCode::Unsupported, text));
        };
        let family = command.family.unwrap_or(service.family());
        self.control.number(&self.scopes);
        let mut call = Call {
            server: self,
            name: command.name,
            service,
            family,
            arguments: whole.get("arguments"),
            at,
        };
        (command.run)(&mut call)
    }
}

fn command_name(whole: &Value) -> Result<&str, Failure> {
    let malformed = |text: String| Failure::error(format!("not a command: {text}"));
    let Value::Object(map) = whole else {
        return Err(malformed(format!("it must be a map, not {}", kind(whole))));
    };
    if let Some(key) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(malformed(format!("unsupported parameter '{key}'")));
    }
    match map.get("command") {
        Some(Value::String(name)) => Ok(name),
        Some(other) => Err(malformed(format!(
            "'command' must be a string, not {}",
            kind(other)
        ))),
        None => Err(malformed("it has no 'command'".to_owned())),
    }
}
