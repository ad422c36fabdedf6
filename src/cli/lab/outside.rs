//! The outer process: the estate's end of the cable, its servers, and the command's end.

use std::io::{self, BufReader, ErrorKind};
use std::net::IpAddr;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use super::args::LabArgs;
use super::attend::{Door, attend};
use super::dialogue::{Order, Report, Room, hear, meeting_place, say};
use super::{inside, iproute, namespaces, refuse, table};
use crate::cli::Exit;
use crate::estate::Estate;
use crate::lab::observation::StepRecord;
use crate::lab::walk_in::{ESTATE_INTERFACE, Link, Opening};
use crate::lab::{self, Lab, LabSpec};
use crate::net::RealOptions;
use crate::report::transcript;
use crate::scenario::Scenario;
use crate::step::{Play, play};

/// The walker's end of the cable.
pub const CLIENT_INTERFACE: &str = "lab0";

/// How long the inner process may take to build its side.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the inner process is looked for while it starts.
const LOOK: Duration = Duration::from_millis(5);

/// Serves the estate around the command and ends with its code.
pub fn run(args: &LabArgs) -> ExitCode {
    let scenario = match crate::cli::usable(&args.scenario) {
        Ok(scenario) => scenario,
        Err(exit) => return exit.into(),
    };
    let link = match plan(&scenario.lab, args) {
        Ok(link) => link,
        Err(why) => {
            tell!("error: {why}");
            return Exit::Usage.into();
        }
    };
    let inner = match build(args, &scenario.lab, &link) {
        Ok(inner) => inner,
        Err(why) => return refuse(args, &why).into(),
    };
    serve(args, scenario, &link, inner)
}

fn plan(spec: &LabSpec, args: &LabArgs) -> Result<Link, String> {
    let estate = Estate::build(&spec.estate, spec.seed.child("estate"))
        .map_err(|errors| lab::LabError::Estate(errors).to_string())?;
    Link::plan(spec, &estate, &args.address).map_err(|error| error.to_string())
}

/// The inner process, killed with the value if it has not ended by itself.
struct Inner {
    child: Child,
    connection: UnixStream,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes the namespaces and the cable between them.
fn build(args: &LabArgs, spec: &LabSpec, link: &Link) -> Result<Inner, String> {
    namespaces::leave().map_err(|error| error.to_string())?;
    let mut inner = start(args).map_err(|error| format!("the lab cannot be started: {error}"))?;
    let half = |why: String| format!("the lab could not be finished, nothing of it is left: {why}");
    match inner.hear() {
        Ok(Report::Ready) => {}
        Ok(Report::Refused { why }) => return Err(why),
        other => return Err(half(unexpected(other))),
    }
    wire(link).map_err(half)?;
    let room = room(spec, link);
    let built = inner.say(&Order::Build(room)).and_then(|()| inner.hear());
    match built {
        Ok(Report::Built { notes }) => {
            notes.iter().for_each(|note| tell!("note: {note}"));
            Ok(inner)
        }
        Ok(Report::Refused { why }) => Err(half(why)),
        other => Err(half(unexpected(other))),
    }
}

fn unexpected(heard: io::Result<Report>) -> String {
    match heard {
        Ok(report) => format!("its inner process said {report:?}"),
        Err(error) => format!("its inner process is gone ({error})"),
    }
}

fn start(args: &LabArgs) -> io::Result<Inner> {
    let listener = UnixListener::bind_addr(&meeting_place()?)?;
    listener.set_nonblocking(true)?;
    let child = Command::new(std::env::current_exe()?)
        .arg0(inside::NAME)
        .args(args.command())
        .envs(args.prompt())
        .spawn()?;
    let mut child = Some(child);
    let connection = loop {
        match listener.accept() {
            Ok((connection, _)) => break Ok(connection),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => break Err(error),
        }
        if let Some(Ok(Some(status))) = child.as_mut().map(Child::try_wait) {
            break Err(io::Error::other(format!(
                "its inner process ended with {status}"
            )));
        }
        std::thread::sleep(LOOK);
    };
    let child = child.take().ok_or(ErrorKind::NotFound)?;
    let connection = connection?;
    connection.set_nonblocking(false)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(Inner { child, connection })
}

impl Inner {
    fn say(&self, order: &Order) -> io::Result<()> {
        say(&self.connection, order)
    }

    /// The next report. Each is asked for, so none is read ahead and lost.
    fn hear(&mut self) -> io::Result<Report> {
        hear(&mut BufReader::new(self.connection.try_clone()?))
    }
}

/// Lays the cable and sets up the estate's end. The inner process is number 1 of the namespace of
/// processes that `ip` runs in too.
fn wire(link: &Link) -> Result<(), String> {
    let mut v4 = vec![
        "link set lo up".to_owned(),
        format!("link add name {ESTATE_INTERFACE} type veth peer name {CLIENT_INTERFACE} netns 1"),
    ];
    namespaces::set(&[
        ("ipv4/icmp_echo_ignore_all", "1"),
        ("ipv6/icmp/echo_ignore_all", "1"),
        // A machine's own hardening of its ARP and sources comes along, and is not the estate's.
        ("ipv4/conf/all/rp_filter", "0"),
        ("ipv4/conf/default/rp_filter", "0"),
        ("ipv4/conf/all/arp_ignore", "0"),
        ("ipv4/conf/default/arp_ignore", "0"),
        // Hosts that are down have sockets too, which wait for their address.
        ("ipv4/ip_nonlocal_bind", "1"),
        ("ipv6/ip_nonlocal_bind", "1"),
        ("ipv4/ip_unprivileged_port_start", "0"),
        ("ipv6/conf/all/accept_dad", "0"),
        ("ipv6/conf/default/accept_dad", "0"),
        ("ipv6/conf/default/accept_ra", "0"),
    ])?;
    v4.push(format!("link set {ESTATE_INTERFACE} up"));
    let mut v6 = Vec::new();
    for (leg, lines) in [(link.v4, &mut v4), (link.v6, &mut v6)] {
        let Some(leg) = leg else {
            continue;
        };
        lines.extend(Opening::base());
        let gateway = leg.gateway;
        lines.push(format!(
            "addr add {gateway} dev {ESTATE_INTERFACE}{}",
            doubtless(gateway)
        ));
        // Whatever address the walker takes later is on the cable.
        lines.push(format!("route add default dev {ESTATE_INTERFACE}"));
    }
    iproute::batch("-4", &v4)?;
    iproute::batch("-6", &v6)
}

/// The walker's side. Everything is behind the gateway, so that what is silent is silent: on a
/// link of one's own the kernel would say that nobody answers.
fn room(spec: &LabSpec, link: &Link) -> Room {
    let mut ip_v4 = vec![
        "link set lo up".to_owned(),
        format!("link set {CLIENT_INTERFACE} up"),
    ];
    let mut ip_v6 = Vec::new();
    for (leg, lines) in [(link.v4, &mut ip_v4), (link.v6, &mut ip_v6)] {
        let Some(leg) = leg else {
            continue;
        };
        let (client, gateway) = (leg.client, leg.gateway);
        let no_doubt = doubtless(gateway);
        lines.push(format!(
            "addr add {client} dev {CLIENT_INTERFACE} noprefixroute{no_doubt}"
        ));
        lines.push(format!("route add {gateway} dev {CLIENT_INTERFACE}"));
        lines.push(format!(
            "route add default via {gateway} dev {CLIENT_INTERFACE}"
        ));
    }
    Room {
        ip_v4,
        ip_v6,
        resolver: table::resolver(spec, link),
    }
}

/// No second of doubt whether somebody else has an IPv6 address.
fn doubtless(address: IpAddr) -> &'static str {
    match address {
        IpAddr::V4(_) => "",
        IpAddr::V6(_) => " nodad",
    }
}

fn serve(args: &LabArgs, scenario: Scenario, link: &Link, inner: Inner) -> ExitCode {
    let mut spec = scenario.lab.clone();
    if !spec.faults.is_empty() {
        tell!("note: faults exist on the simulated network only and are left out");
        spec.faults.clear();
    }
    link.keep_free(&mut spec);
    spec.start = crate::cli::serve::machine_time();
    let served = lab::serve(spec, RealOptions::in_place(), async |lab| {
        let mut door = Door::open(lab, link)?;
        if args.steps {
            play_steps(lab, &scenario).await;
            door.keep_up(lab, link)?;
        }
        if !args.quiet {
            table::lines(lab, link)
                .iter()
                .for_each(|line| tell!("{line}"));
        }
        attend(lab, link, door, &inner.connection).await
    });
    let told = match served {
        Ok(told) => told,
        Err(error) => Err(error.to_string()),
    };
    match told {
        Ok(Report::Ended { code }) => code.into(),
        Ok(Report::CannotStart { code, why }) => {
            tell!("error: {why}");
            code.into()
        }
        Ok(Report::Refused { why }) | Err(why) => refuse(args, &why).into(),
        other => refuse(args, &unexpected(other.map_err(io::Error::other))).into(),
    }
}

async fn play_steps(lab: &Lab, scenario: &Scenario) {
    let mut watch = |step: &StepRecord| {
        tell!("{}", transcript::step(step).trim());
    };
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &|| false,
        watch: &mut watch,
        film: None,
    };
    play(lab, script).await;
}
