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
