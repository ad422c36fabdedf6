//! Who may do what: local groups, roles, access scopes and policies (domain 2.5, 9.9).
//!
//! Every operation of the engine passes one gate, [`Ipam::authorize`](crate::ipam::Ipam), with
//! what it demands: a [`Right`], which only the local groups of the IPAM server give, or
//! [`Operation`]s on [`Object`]s. An operation is given everywhere by the local groups that the
//! reference table names, and by a policy of the caller or of one of its groups that joins a role
//! having the operation with an access scope at or above the object's. Policies only add.
//!
//! Two decisions where the sources are silent. Whoever a policy names may read, because nobody
//! can work on what the console does not show; access scopes restrict what is done to an object
//! and not who sees it. And a deletion never gives anybody a right: see
//! [`remove_access_scope`](crate::ipam::Ipam::remove_access_scope).

mod defaults;
mod demand;
mod gate;
mod grant;
mod object;
mod object_scope;
mod operation;
mod permit;
mod policy;
mod policy_edit;
mod right;
mod role;
mod role_edit;
mod rows;
mod scope;
mod scope_edit;

pub(crate) use defaults::create_default_roles;
pub(crate) use demand::Demand;
pub use object::Object;
pub use object_scope::{ObjectScope, ScopeChange};
pub(crate) use object_scope::{forget_object, move_object};
pub use operation::{Action, Operation, OperationGroup, UnknownOperation, operations_of};
pub(crate) use permit::Permit;
pub use policy::{AccessPolicy, Grant, NewPolicy};
pub use right::Right;
pub use role::{AccessRole, BuiltInRole, RoleChange};
pub use scope::{AccessScope, ScopePath};
pub use scope_edit::RemovedScopes;
