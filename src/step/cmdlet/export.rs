//! `Export-IpamAddress`, `Export-IpamRange` and `Export-IpamSubnet` (domain 6.4).

use crate::ipam::IpamResult;
use crate::ipam::space::AddressQuery;
use crate::ipam::space::words::NetworkType;
use crate::ipam::transfer::{ExportAddresses, ExportObjects, Vocabulary};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::inventory::Family;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepResult, optional};
use crate::step::transfer::{Desk, counted, output, written};

/// A cmdlet whose objects go into a file, to whoever comes next, or both.
macro_rules! export {
    (
        $(#[$doc:meta])* $name:ident, $one:literal, $many:literal,
        |$cmdlet:ident, $run:ident| $rows:expr
    ) => {
        cmdlet! {
            $(#[$doc])*
            pub struct $name: reads {
                pub address_family: Family,
                /// Only objects of this type: NonVirtualized, Provider or Customer.
                pub network_type: Option<String>,
                /// The file, on the host the cmdlet is run on.
                pub path: Option<String>,
                /// Hands the objects on.
                #[serde(default)]
                pub pass_thru: bool,
                /// Writes over a file that is there.
                #[serde(default)]
                pub force: bool,
            }
        }

        impl Cmdlet for $name {
            fn target(&self) -> String {
                self.path.clone().unwrap_or_default()
            }

            fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
                output(self.path.as_ref(), self.pass_thru, to);
            }

            async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
                let desk = Desk::of(session, self.from.as_ref(), stage)?;
                let $cmdlet = Chosen {
                    address_family: self.address_family,
                    network_type: optional(self.network_type.as_ref())?,
                };
                let mut $run = Run { session, csv: Vec::new() };
                let rows = $rows?;
                let to = (self.path.as_deref(), self.force, self.pass_thru);
                written(&desk, to, $run.csv, &counted(rows, $one, $many), stage)
            }
        }
    };
}

/// What a cmdlet is asked for.
struct Chosen {
    address_family: Family,
    network_type: Option<NetworkType>,
}

/// An export under way.
struct Run<'a> {
    session: &'a Session,
    csv: Vec<u8>,
}

impl Chosen {
    fn addresses(self) -> ExportAddresses {
        ExportAddresses {
            address_family: Some(self.address_family.family()),
            query: AddressQuery {
                network_type: self.network_type,
                ..AddressQuery::default()
            },
            names: Vocabulary::Property,
            ..ExportAddresses::default()
        }
    }

    fn objects(self) -> ExportObjects {
        ExportObjects {
            address_family: Some(self.address_family.family()),
            network_type: self.network_type,
            names: Vocabulary::Property,
            ..ExportObjects::default()
        }
    }
}

impl Run<'_> {
    async fn addresses(&mut self, export: &ExportAddresses) -> IpamResult<u64> {
        let (ipam, caller) = (&self.session.ipam, &self.session.caller);
        ipam.export_ipam_address(caller, export, &mut self.csv)
            .await
    }

    async fn ranges(&mut self, export: &ExportObjects) -> IpamResult<u64> {
        let (ipam, caller) = (&self.session.ipam, &self.session.caller);
        ipam.export_ipam_range(caller, export, &mut self.csv).await
    }

    async fn subnets(&mut self, export: &ExportObjects) -> IpamResult<u64> {
        let (ipam, caller) = (&self.session.ipam, &self.session.caller);
        ipam.export_ipam_subnet(caller, export, &mut self.csv).await
    }
}

export! {
    /// Writes the records of a family to a file, hands them on, or both.
    ExportIpamAddress, "address", "addresses", |chosen, run| {
        run.addresses(&chosen.addresses()).await
    }
}

export! {
    /// Writes the ranges of a family to a file, hands them on, or both.
    ExportIpamRange, "range", "ranges", |chosen, run| run.ranges(&chosen.objects()).await
}

export! {
    /// Writes the subnets of a family to a file, hands them on, or both.
    ExportIpamSubnet, "subnet", "subnets", |chosen, run| run.subnets(&chosen.objects()).await
}
