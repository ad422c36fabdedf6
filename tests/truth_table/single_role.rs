//! Servers of one role, and DNS on a controller: all 2^n combinations of their n settings.

use ipamlab::estate::Role;

use super::plan::{hold_all, subsets};

fn every_combination_of(roles: &[Role], settings: u32) {
    let held = hold_all(&[roles], |required, _| subsets(required));
    assert_eq!(held, [2_usize.pow(settings)], "{roles:?}");
}

#[test]
fn every_combination_of_the_settings_of_a_dhcp_server() {
    every_combination_of(&[Role::Dhcp], 14);
}

#[test]
fn every_combination_of_the_settings_of_dns_on_a_controller() {
    every_combination_of(&[Role::DomainController, Role::Dns], 10);
}

#[test]
fn every_combination_of_the_settings_of_a_standalone_dns_server() {
    every_combination_of(&[Role::Dns], 10);
}

#[test]
fn every_combination_of_the_settings_of_a_controller_and_of_an_nps_server() {
    let held = hold_all(&[&[Role::DomainController], &[Role::Nps]], |required, _| {
        subsets(required)
    });
    assert_eq!(held, [8, 8]);
}
