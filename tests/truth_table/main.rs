//! The truth table of access: every combination of settings through the engine over the simulated
//! network, through the oracle, and through the plain reading of domain 4.2 that [`model`] is. No
//! two of the three may disagree.

mod audit_logs;
mod conditions;
mod evidence;
mod ground;
mod impostor;
mod kept;
mod model;
mod multiple_addresses;
mod omissions;
mod plan;
mod several_roles;
mod single_role;
