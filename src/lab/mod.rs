//! Composes one run: estate, network, servers, engine, calendar, observations.
//!
//! It knows neither YAML nor printing. A run begins with a [`LabSpec`] and [`run`]; what comes out
//! is an [`observation::RunRecord`]. The engine in it is given an endpoint and nothing else: what
//! it learns of the estate comes over the network.
//!
//! A Rust test needs ten lines:
//!
//! ```
//! use ipamlab::estate::Role;
//! use ipamlab::ipam::{access::AccessStatus, inventory::*, provision::ServerProvisioning};
//! use ipamlab::lab::{self, LabSpec};
//!
//! let spec = LabSpec::domain("corp.example")
//!     .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
//!     .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
//!     .host("ipam1", "10.0.0.9", &[Role::Ipam])
//!     .prepared("dhcp1");
//! lab::run(spec, async |lab| {
//!     let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").unwrap());
//!     ipam.invoke_ipam_server_provisioning(&admin, ServerProvisioning::default()).await.unwrap();
//!     let name = lab.host_name("dhcp1").unwrap();
//!     let server = NewServer::new(name.clone(), &[ServerRole::Dhcp]);
//!     ipam.add_ipam_server_inventory(&admin, server).await.unwrap();
//!     let reports = ipam.refresh_server_access_status(&admin, &[name]).await.unwrap();
//!     assert_eq!(reports[0].overall, AccessStatus::Unblocked);
//! })
//! .unwrap();
//! ```

mod admission;
mod build;
mod calendar;
pub mod clients;
mod control;
mod engines;
mod fleets;
mod folder;
mod host_task;
pub mod life;
pub mod observation;
mod packet_words;
mod pool;
mod prepare;
mod recorder;
mod running;
pub mod scene;
mod secondary;
mod serve;
mod spec;
pub mod trace;
mod truth;
pub mod walk_in;
mod zones;

pub use build::{LabError, run};
pub use host_task::{HostTask, HostTaskRun, LeaseImportCall};
pub use recorder::Recorder;
pub use running::{Lab, SharedDhcp, SharedDns};
pub use serve::serve;
pub use spec::{DEFAULT_START, DeviceSpec, DnsSpec, EngineSpec, LabSpec};
