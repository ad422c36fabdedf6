//! Real tools inside `ipamlab lab`, as root and as an ordinary user.
//!
//! Everything happens in namespaces that the program makes. Where the machine refuses them, or a
//! tool is not installed, a test says so and passes; with `IPAMLAB_REQUIRE_TOOLS=1`, as CI sets
//! it, the test fails instead.
#![cfg(target_os = "linux")]

mod dhcp;
mod ending;
mod looking;
mod refused;
mod walker;
