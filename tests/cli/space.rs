//! The cmdlets of blocks, subnets, ranges and address spaces, misused.

use super::{Place, code, err, out};

const ONE_SERVER: &str = "\
scenario: One server
engine: { generation: 2016 }
estate:
  domains:
    corp.example:
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
";

#[test]
fn parameters_that_no_cmdlet_has_are_told_with_the_one_that_was_meant() {
    let place = Place::new("space-misuse");
    for (name, step, words) in [
        (
            "block",
            "Set-IpamBlock: { NetworkId: 10.0.0.0/8, NewNetwork: 10.1.0.0/16 }",
            "did you mean `NewNetworkId`?",
        ),
        (
            "range",
            "Set-IpamRange: { Description: floor 1 }",
            "nothing says which range is meant",
        ),
        (
            "gone",
            "Remove-IpamRange: { ManagedByService: VMM }",
            "nothing says which range is meant",
        ),
        (
            "subnet",
            "Add-IpamSubnet: { NetworkId: 10.0.1.0/24 }",
            "the key `Name` is missing",
        ),
        (
            "vlan",
            "Add-IpamSubnet: { Name: x, NetworkId: 10.0.1.0/24, VlanId: [70000] }",
            "70000",
        ),
        (
            "associated",
            "Remove-IpamSubnet: { NetworkId: 10.0.1.0/24, DeleteAssociatedRange: true }",
            "did you mean `DeleteAssociatedRanges`?",
        ),
        (
            "space",
            "Set-IpamAddressSpace: { Name: x, VMNetwork: y }",
            "did you mean `VmNetwork`?",
        ),
        ("family", "Get-IpamRange: { AddressFamily: IPv5 }", "IPv5"),
        (
            "expectation",
            "expect: { subnet: { network: 10.0.1.0/24, vlan: 7 } }",
            "did you mean `vlans`?",
        ),
    ] {
        place.write(
            &format!("first/{name}.yaml"),
            format!("{ONE_SERVER}  - {step}\n"),
        );
        let check = place.run(&["check", &format!("scenarios/first/{name}.yaml")]);
        assert_eq!(code(&check), 2, "{name}: {}", err(&check));
        assert!(err(&check).contains(words), "{name}: {}", err(&check));
        let line = format!("first/{name}.yaml:10:");
        assert!(err(&check).contains(&line), "{name}: {}", err(&check));
    }
}

#[test]
fn a_generation_that_there_never_was_is_told() {
    let place = Place::new("space-generation");
    let wrong = ONE_SERVER.replace("2016", "2008");
    place.write("first/old.yaml", format!("{wrong}  - Get-IpamBlock\n"));
    let check = place.run(&["check"]);
    assert_eq!(code(&check), 2, "{}", err(&check));
    assert!(err(&check).contains("2008"), "{}", err(&check));
}

#[test]
fn refusals_nobody_expected_are_findings_with_their_identifier() {
    let place = Place::new("space-refused");
    let steps = "  - Invoke-IpamServerProvisioning: { ProvisioningMethod: Manual }
  - Add-IpamRange: { NetworkId: 10.0.1.0/24 }
  - Add-IpamAddressSpace: { Name: Contoso, Tenant: Contoso }
  - Remove-IpamAddressSpace: { Name: Default }
  - expect: { range: { network: 10.0.1.0/24 } }
";
    place.write("first/one.yaml", format!("{ONE_SERVER}{steps}"));
    let run = place.run(&["run"]);
    assert_eq!(code(&run), 1);
    for words in [
        "IpamApiSubnetDoesNotExistForRange",
        "IpamApiInvalidParameter",
        "IpamApiCannotUpdateOrDeleteDefaultAddressSpace",
        "there is no range of `10.0.1.0/24`",
    ] {
        assert!(out(&run).contains(words), "{words}: {}", out(&run));
    }
}
