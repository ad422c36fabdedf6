//! A server with one scope a family, and commands to it.

use serde_json::{Value, json};

use crate::base::{Moment, SimTime};
use crate::net::{Event, Outbox, Service as _};
use crate::server::dhcp::kea::KeaService;
use crate::server::dhcp::{DhcpServer, DhcpServerConfig, ScopeConfig, ScopeV6Config};

pub struct Kit {
    pub server: DhcpServer,
    at: SimTime,
}

impl Kit {
    pub fn new() -> Kit {
        let scope = ScopeConfig::new(
            "10.0.1.0/24".parse().unwrap(),
            "10.0.1.10-10.0.1.20".parse().unwrap(),
        );
        let scope_v6 = ScopeV6Config::new("2001:db8:1::/64".parse().unwrap());
        let addresses = ["10.0.1.1", "2001:db8:1::1"].map(|a| a.parse().unwrap());
        let config = DhcpServerConfig::new(addresses.to_vec())
            .with_scope(scope)
            .with_scope_v6(scope_v6);
        let mut kit = Kit {
            server: DhcpServer::new(config).unwrap(),
            at: SimTime::ZERO,
        };
        let at = kit.now();
        let mut out = Outbox::default();
        kit.server.handle(at, Event::Started, &mut out);
        kit
    }

    pub fn now(&self) -> Moment {
        Moment::of("2026-03-02T08:00:00Z".parse().unwrap(), self.at)
    }

    /// Lets so many seconds pass.
    pub fn wait(&mut self, seconds: u64) {
        self.at = SimTime(self.at.0 + seconds * 1000);
    }

    /// The answer of `service` to these bytes.
    pub fn raw(&mut self, service: KeaService, bytes: &[u8]) -> Value {
        let at = self.now();
        self.server.control(service, bytes, at).to_json()
    }

    /// The answer of the IPv4 service, or of the IPv6 one to a command whose name says so.
    pub fn ask(&mut self, command: &str, arguments: Value) -> Value {
        let service = match command.contains('6') {
            true => KeaService::Dhcp6,
            false => KeaService::Dhcp4,
        };
        self.ask_of(service, command, arguments)
    }

    pub fn ask_of(&mut self, service: KeaService, command: &str, arguments: Value) -> Value {
        let whole = match arguments {
            Value::Null => json!({ "command": command }),
            arguments => json!({ "command": command, "arguments": arguments }),
        };
        self.raw(service, whole.to_string().as_bytes())
    }

    /// The arguments of a successful answer.
    pub fn told(&mut self, command: &str, arguments: Value) -> Value {
        let answer = self.ask(command, arguments.clone());
        assert_eq!(answer["result"], 0, "{command} {arguments}: {answer}");
        answer["arguments"].clone()
    }

    /// Result code and text of an answer.
    pub fn outcome(&mut self, command: &str, arguments: Value) -> (u64, String) {
        let answer = self.ask(command, arguments);
        let text = answer["text"].as_str().unwrap_or_default();
        (answer["result"].as_u64().unwrap(), text.to_owned())
    }

    /// The pools agree with themselves.
    pub fn check(&self) {
        self.server
            .scopes
            .iter()
            .for_each(|scope| scope.pool.check());
    }

    /// Asserts that a command fails with 1 and a text with these words in it.
    pub fn refuses(&mut self, command: &str, arguments: Value, words: &str) {
        let (result, text) = self.outcome(command, arguments.clone());
        assert_eq!(result, 1, "{command} {arguments}: {text}");
        assert!(text.contains(words), "`{words}` is not in `{text}`");
        self.check();
    }
}
