//! `lab` as scripts meet it before anything is built; `tests/walk_in` goes inside.

use super::{Place, code, err, good};

#[test]
fn a_place_that_cannot_be_taken_is_named_before_anything_is_built() {
    let place = Place::new("lab-place");
    place.write("first/good.yaml", good("Good", "a"));
    for (address, told) in [
        (
            "10.0.0.1/24",
            "error: `10.0.0.1` is the address of a host or device",
        ),
        (
            "10.0.3.0/24",
            "error: `10.0.3.0/24` cannot be the address of a client",
        ),
        (
            "10.0.3.7/24,10.0.3.8/24",
            "error: `10.0.3.8/24` is a second address",
        ),
        ("10.0.3.7/32", "error: `10.0.3.7/32` has no room"),
    ] {
        // By the flag and by its variable.
        let lab = ["lab", "scenarios/first/good.yaml"];
        let flag = place.run(&[&lab[..], &["--address", address, "--", "true"]].concat());
        assert_eq!(code(&flag), 2, "{}", err(&flag));
        assert!(err(&flag).starts_with(told), "{}", err(&flag));
        let mut variable = place.command();
        variable.args(lab).args(["--", "true"]);
        let variable = variable.env("IPAMLAB_ADDRESS", address).output().unwrap();
        assert_eq!((code(&variable), err(&variable)), (2, err(&flag)));
    }
    let nonsense = place.run(&["lab", "a.yaml", "--address", "somewhere"]);
    assert_eq!(code(&nonsense), 2);
    assert!(
        err(&nonsense).contains("invalid value 'somewhere'"),
        "{}",
        err(&nonsense)
    );
}

#[test]
fn a_scenario_that_cannot_be_read_is_no_lab() {
    let place = Place::new("lab-broken");
    place.write("first/broken.yaml", "scenario: [\n");
    for file in ["scenarios/first/broken.yaml", "missing.yaml"] {
        let lab = place.run(&["lab", file, "--", "true"]);
        assert_eq!(code(&lab), 2, "{}", err(&lab));
        assert!(err(&lab).contains(file), "{}", err(&lab));
    }
}
