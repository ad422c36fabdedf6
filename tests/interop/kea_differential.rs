//! The same commands to a real Kea, Debian's 2.2, and to the simulated server: the same answers.
//!
//! Kea runs without a network interface and with a folder of its own. Compared are the result
//! code, the text and the arguments. Of an answer with 1 or 4 the text is not: errors are in this
//! project's words, except where tools compare them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ipamlab::base::{Moment, SimTime};
use ipamlab::net::{Event, Outbox, Service as _};
use ipamlab::server::dhcp::kea::KeaService;
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig};
use serde_json::{Value, json};

use crate::served::{have, sh, text};

/// In which answers the two are known to differ, and why that is meant to be. That they do is
/// checked too, so that no line of the table outlives its difference.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "conflict",
        "Kea 3.0 answers a contradiction with 4, Kea 2.2 with 1",
    ),
    (
        "lenient",
        "2.2 takes an empty identifier, which 3.0 and this server refuse",
    ),
    ("list", "each has commands that the other has not"),
    ("newer", "3.0 has the command, 2.2 has not"),
    ("no-prefixes", "no prefixes are leased here"),
    (
        "one-each",
        "a client has one lease in a subnet here, so a second one ends the first",
    ),
    ("overlap", "the scopes of a Windows server do not overlap"),
    ("sentence", "2.2 says more than 3.0 does"),
    ("version", "this server follows Kea 3.0"),
];

/// What both are asked, with the known differences.
const COMMANDS: &str = include_str!("kea_commands.txt");

/// Bytes that are no command, to either socket.
const NONSENSE: &[&str] = &[
    "{}",
    "[]",
    "nonsense",
    "5",
    "\"text\"",
    "{\"command\": 1}",
    "{\"command\": bad}",
    "{\"command\": \"list-commands\", \"x\": 1}",
    "[{\"command\": \"list-commands\"}]",
];

/// A running Kea, ended with the value, and its folder with it.
struct Kea {
    child: Child,
    folder: PathBuf,
}

impl Kea {
    /// Starts a daemon with what `config` makes of its socket and the folder of its hooks.
    fn start(daemon: &str, config: impl Fn(&Path, &str) -> Value) -> Option<Kea> {
        if !have(daemon, &format!("{daemon}-server")) {
            return None;
        }
        let version = text(&sh(&format!("{daemon} -v")));
        if !version.starts_with("2.2.") {
            eprintln!(
                "skipped: the table is of Kea 2.2, and this is {}",
                version.trim()
            );
            return None;
        }
        let hooks = text(&sh("ls -d /usr/lib/*/kea/hooks")).trim().to_owned();
        let name = format!("ipamlab-{daemon}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a temporary folder");
        let file = folder.join("config.json");
        let socket = folder.join("socket");
        fs::write(&file, config(&socket, &hooks).to_string()).expect("written");
        let child = Command::new(daemon)
            .args(["-p", "12067", "-P", "12068", "-c"])
            .arg(&file)
            .env("KEA_LOCKFILE_DIR", &folder)
            .env("KEA_PIDFILE_DIR", &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is installed");
        let kea = Kea { child, folder };
        for _ in 0..500 {
            if UnixStream::connect(&socket).is_ok() {
                return Some(kea);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{daemon} does not open its socket");
    }

    fn ask(&self, command: &str) -> Value {
        let mut stream = UnixStream::connect(self.folder.join("socket")).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time-out");
        stream.write_all(command.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        serde_json::from_str(&answer).expect("JSON")
    }
}

impl Drop for Kea {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn config_v4(socket: &Path, hooks: &str) -> Value {
    json!({ "Dhcp4": {
        "control-socket": { "socket-type": "unix", "socket-name": socket },
        "interfaces-config": { "interfaces": [] },
        "lease-database": { "type": "memfile", "persist": false },
        "valid-lifetime": 691_200,
        "hooks-libraries": [
            { "library": format!("{hooks}/libdhcp_lease_cmds.so") },
            { "library": format!("{hooks}/libdhcp_stat_cmds.so") },
        ],
        "subnet4": [
            {
                "id": 1, "subnet": "10.20.0.0/16", "relay": { "ip-addresses": ["127.0.0.1"] },
                "option-data": [{ "name": "routers", "data": "10.20.0.1" }],
                "pools": [
                    { "pool": "10.20.1.0-10.20.15.250" }, { "pool": "10.20.16.0/24" },
                ],
                "reservations": [{
                    "hw-address": "02:00:00:00:00:01", "ip-address": "10.20.200.5",
                    "hostname": "printer",
                }],
            },
            {
                "id": 2, "subnet": "10.30.0.0/24", "valid-lifetime": 600,
                "pools": [{ "pool": "10.30.0.2-10.30.0.20" }],
            },
        ],
        "loggers": [{
            "name": "kea-dhcp4", "severity": "FATAL", "output_options": [{ "output": "stderr" }],
        }],
    } })
}

fn config_v6(socket: &Path, hooks: &str) -> Value {
    json!({ "Dhcp6": {
        "control-socket": { "socket-type": "unix", "socket-name": socket },
        "data-directory": socket.parent(),
        "interfaces-config": { "interfaces": [] },
        "lease-database": { "type": "memfile", "persist": false },
        "valid-lifetime": 7200, "preferred-lifetime": 7200,
        "hooks-libraries": [{ "library": format!("{hooks}/libdhcp_lease_cmds.so") }],
        "subnet6": [{
            "id": 1, "subnet": "2001:db8:1::/64",
            "pools": [{ "pool": "2001:db8:1::10-2001:db8:1::ffff" }],
        }],
        "loggers": [{
            "name": "kea-dhcp6", "severity": "FATAL", "output_options": [{ "output": "stderr" }],
        }],
    } })
}

/// The simulated server, given the same configuration over its own channel.
struct Fake {
    server: DhcpServer,
    service: KeaService,
}

impl Fake {
    fn new(service: KeaService, config: &Value) -> Fake {
        let addresses = ["192.0.2.1", "2001:db8::1"].map(|a| a.parse().expect("address"));
        let config_of_windows = DhcpServerConfig::new(addresses.to_vec());
        let mut server = DhcpServer::new(config_of_windows).expect("a good set-up");
        server.handle(now(), Event::Started, &mut Outbox::default());
        let mut fake = Fake { server, service };
        let set = json!({ "command": "config-set", "arguments": config });
        let answer = fake.ask(&set.to_string());
        assert_eq!(answer["result"], 0, "{answer}");
        fake
    }

    fn ask(&mut self, command: &str) -> Value {
        let command = command.as_bytes();
        self.server.control(self.service, command, now()).to_json()
    }
}

fn now() -> Moment {
    Moment::of("2026-03-02T08:00:00Z".parse().expect("start"), SimTime(5))
}

/// What is not compared: times of the day, and the words of errors.
fn normalised(mut answer: Value) -> Value {
    if [json!(1), json!(4)].contains(&answer["result"])
        && let Some(map) = answer.as_object_mut()
    {
        map.remove("text");
    }
    without_times(&mut answer);
    answer
}

fn without_times(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["cltt", "timestamp"] {
                map.entry(key).and_modify(|time| *time = json!("a time"));
            }
            map.values_mut().for_each(without_times);
        }
        // Of a statistic the newest sample counts, which comes first; its time does not.
        Value::Array(list) => {
            let is_sample = |v: &Value| {
                v.as_array()
                    .is_some_and(|s| s.len() == 2 && s[1].is_string())
            };
            if !list.is_empty() && list.iter().all(is_sample) {
                list.truncate(1);
                list[0][1] = json!("a time");
            }
            list.iter_mut().for_each(without_times);
        }
        _ => {}
    }
}

/// The commands of a family, each with the known difference of its answers, if there is one.
fn commands(family: &str) -> Vec<(Option<&'static str>, String)> {
    let lines = COMMANDS.lines().filter(|line| !line.starts_with('#'));
    let words = lines.map(|line| line.splitn(4, ' ').collect::<Vec<&str>>());
    let of_family = words.filter(|words| words[0] == family);
    of_family
        .map(|words| {
            let arguments = words
                .get(3)
                .map(|arguments| format!(r#", "arguments": {arguments}"#));
            let arguments = arguments.unwrap_or_default();
            let whole = format!(r#"{{ "command": "{}"{arguments} }}"#, words[2]);
            let why = DIFFERENCES.iter().find(|(name, _)| *name == words[1]);
            assert!(
                why.is_some() || words[1] == "=",
                "no such difference: {}",
                words[1]
            );
            (why.map(|(_, why)| *why), whole)
        })
        .collect()
}

fn compare(kea: &Kea, fake: &mut Fake, family: &str) {
    let mut wrong = Vec::new();
    for (difference, whole) in commands(family) {
        let real = normalised(kea.ask(&whole));
        let ours = normalised(fake.ask(&whole));
        match difference {
            None if real != ours => {
                wrong.push(format!("{whole}\n  Kea: {real}\n  we:  {ours}"));
            }
            Some(why) if real == ours => {
                wrong.push(format!(
                    "{whole}\n  both: {real}\n  listed as different: {why}"
                ));
            }
            _ => {}
        }
    }
    for text in NONSENSE {
        let (real, ours) = (kea.ask(text), fake.ask(text));
        if real["result"] != 1 || ours["result"] != 1 {
            wrong.push(format!("{text}\n  Kea: {real}\n  we:  {ours}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What both show of a subnet, from the whole configuration.
fn subnets(config: &Value, root: &str, key: &str) -> Vec<Value> {
    let subnets = config["arguments"][root][key].as_array().expect("subnets");
    let of = |subnet: &Value| {
        let pools = subnet["pools"].as_array().expect("pools").iter();
        let pools: Vec<&Value> = pools.map(|pool| &pool["pool"]).collect();
        let options = subnet["option-data"].as_array().expect("options").iter();
        let options: Vec<Value> = options
            .map(|option| {
                json!([
                    option["code"],
                    option["name"],
                    option["data"],
                    option["space"]
                ])
            })
            .collect();
        json!({
            "id": subnet["id"], "subnet": subnet["subnet"], "pools": pools, "options": options,
            "valid-lifetime": subnet["valid-lifetime"], "relay": subnet["relay"],
            "reservations": subnet["reservations"],
        })
    };
    subnets.iter().map(of).collect()
}

#[test]
fn kea_and_the_simulated_server_answer_ipv4_commands_alike() {
    let Some(kea) = Kea::start("kea-dhcp4", config_v4) else {
        return;
    };
    let get = r#"{ "command": "config-get" }"#;
    let config = config_v4(Path::new("/unused"), "/unused");
    let mut fake = Fake::new(KeaService::Dhcp4, &config);
    let (real, ours) = (kea.ask(get), fake.ask(get));
    assert_eq!(
        subnets(&real, "Dhcp4", "subnet4"),
        subnets(&ours, "Dhcp4", "subnet4")
    );
    compare(&kea, &mut fake, "v4");
    // What Kea shows of itself the simulated server takes, and Kea takes it back.
    let set = json!({ "command": "config-set", "arguments": real["arguments"] });
    let answers = (kea.ask(&set.to_string()), fake.ask(&set.to_string()));
    assert_eq!(
        (&answers.0["result"], &answers.1["result"]),
        (&json!(0), &json!(0)),
        "{answers:?}"
    );
    assert_eq!(
        subnets(&kea.ask(get), "Dhcp4", "subnet4"),
        subnets(&fake.ask(get), "Dhcp4", "subnet4")
    );
}

#[test]
fn kea_and_the_simulated_server_answer_ipv6_commands_alike() {
    let Some(kea) = Kea::start("kea-dhcp6", config_v6) else {
        return;
    };
    let config = config_v6(Path::new("/unused/socket"), "/unused");
    let mut fake = Fake::new(KeaService::Dhcp6, &config);
    let get = r#"{ "command": "config-get" }"#;
    let (real, ours) = (kea.ask(get), fake.ask(get));
    assert_eq!(
        subnets(&real, "Dhcp6", "subnet6"),
        subnets(&ours, "Dhcp6", "subnet6")
    );
    compare(&kea, &mut fake, "v6");
}
