//! The flags of `serve` that open control channels, and the environment in their place. What
//! travels over the channels is tested in `tests/interop`.

use super::{Place, code, err, out};

const TWO_SERVERS: &str = "\
scenario: Two DHCP servers
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1: { address: 10.0.0.5, roles: [dhcp] }
        dhcp2: { address: 10.0.0.6, roles: [dhcp] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
  - dns-query: { name: dc1.corp.example }
";

#[test]
fn of_several_servers_one_is_named() {
    let place = Place::new("kea-several");
    place.write("first/two.yaml", TWO_SERVERS);
    let serve = |flags: &[&str]| {
        let output = place.run(&[&["serve", "scenarios/first/two.yaml"], flags].concat());
        assert_eq!(code(&output), 2, "{}", err(&output));
        assert_eq!(out(&output), "", "nothing is served");
        err(&output)
    };
    let told = serve(&["--kea-socket", "kea.sock"]);
    let words = "name one: `dhcp1.corp.example=…`, of dhcp1.corp.example, dhcp2.corp.example";
    assert!(told.contains(words), "{told}");
    let told = serve(&["--kea-http", "dhcp3=8000"]);
    assert!(told.contains("`dhcp3` is no DHCP server"), "{told}");
    let told = serve(&["--kea-socket", "dhcp2/dhcp6=no/such/folder/kea.sock"]);
    assert!(
        told.contains("the socket `no/such/folder/kea.sock` cannot be made"),
        "{told}"
    );
    assert!(!place.0.join("kea.sock").exists());
    let told = serve(&["--kea-socket", "dhcp1/dhcp9=kea.sock"]);
    let words = "`dhcp9` is no service of Kea: write `dhcp1/dhcp4=…` or `dhcp1/dhcp6=…`";
    assert!(told.contains(words), "{told}");
}

/// A server that was killed leaves its socket behind; one that lives keeps it.
#[test]
#[cfg(unix)]
fn a_socket_that_nobody_listens_on_any_more_is_replaced() {
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::net::UnixListener;
    use std::process::Stdio;

    let place = Place::new("kea-stale");
    place.write("first/two.yaml", TWO_SERVERS);
    let path = place.0.join("kea.sock");
    let flag = "--kea-socket=dhcp1=kea.sock";
    let taken = UnixListener::bind(&path).unwrap();
    let told = place.run(&["serve", "scenarios/first/two.yaml", flag]);
    assert_eq!(code(&told), 2);
    assert!(err(&told).contains("in use or no socket"), "{}", err(&told));
    drop(taken);
    assert!(path.exists(), "nobody listens, and the file is there");
    let mut command = place.command();
    let command = command.args(["serve", "scenarios/first/two.yaml", flag]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines
        .map_while(Result::ok)
        .any(|line| line.starts_with("# ready"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ready);
    // A file that is no socket is somebody's.
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "mine").unwrap();
    assert_eq!(
        code(&place.run(&["serve", "scenarios/first/two.yaml", flag])),
        2
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn the_environment_may_say_where_channels_are() {
    let place = Place::new("kea-environment");
    place.write("first/two.yaml", TWO_SERVERS);
    for (name, value, words) in [
        (
            "IPAMLAB_KEA_SOCKET",
            "dhcp1=a.sock,dhcp9=b.sock",
            "`dhcp9` is no DHCP server",
        ),
        ("IPAMLAB_KEA_HTTP", "dhcp1=nonsense", "write `8000`"),
    ] {
        let mut command = place.command();
        command
            .args(["serve", "scenarios/first/two.yaml"])
            .env(name, value);
        let output = command.output().unwrap();
        assert_eq!(code(&output), 2, "{}", err(&output));
        assert!(err(&output).contains(words), "{}", err(&output));
    }
    assert!(
        !place.0.join("a.sock").exists(),
        "it is removed when the next one fails"
    );
}
