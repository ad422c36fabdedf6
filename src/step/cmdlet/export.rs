//! `Export-IpamAddress`, `Export-IpamRange` and `Export-IpamSubnet` (domain 6.4).

use crate::ipam::transfer::{ExportAddresses, ExportObjects, Vocabulary};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::inventory::Family;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepResult, optional};
use crate::step::transfer::{Desk, counted, output, written};

cmdlet! {
    /// Writes the records of a family to a file, hands them on, or both.
    pub struct ExportIpamAddress: reads {
        pub address_family: Family,
        /// The file, on the host the cmdlet is run on.
        pub path: Option<String>,
        /// Hands the records on.
        #[serde(default)]
        pub pass_thru: bool,
        /// Writes over a file that is there.
        #[serde(default)]
        pub force: bool,
    }
}

impl Cmdlet for ExportIpamAddress {
    fn target(&self) -> String {
        self.path.clone().unwrap_or_default()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        output(self.path.as_ref(), self.pass_thru, to);
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let export = ExportAddresses {
            address_family: Some(self.address_family.family()),
            names: Vocabulary::Property,
            ..ExportAddresses::default()
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let mut csv = Vec::new();
        let (ipam, caller) = (&session.ipam, &session.caller);
        let rows = ipam.export_ipam_address(caller, &export, &mut csv).await?;
        let to = (self.path.as_deref(), self.force, self.pass_thru);
        written(
            &desk,
            to,
            csv,
            &counted(rows, "address", "addresses"),
            stage,
        )
    }
}

cmdlet! {
    /// Writes the ranges of a family to a file, hands them on, or both.
    pub struct ExportIpamRange: reads {
        pub address_family: Family,
        /// The file, on the host the cmdlet is run on.
        pub path: Option<String>,
        /// Hands the ranges on.
        #[serde(default)]
        pub pass_thru: bool,
        /// Writes over a file that is there.
        #[serde(default)]
        pub force: bool,
    }
}

impl Cmdlet for ExportIpamRange {
    fn target(&self) -> String {
        self.path.clone().unwrap_or_default()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        output(self.path.as_ref(), self.pass_thru, to);
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let export = ExportObjects {
            address_family: Some(self.address_family.family()),
            names: Vocabulary::Property,
            ..ExportObjects::default()
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let mut csv = Vec::new();
        let (ipam, caller) = (&session.ipam, &session.caller);
        let rows = ipam.export_ipam_range(caller, &export, &mut csv).await?;
        let to = (self.path.as_deref(), self.force, self.pass_thru);
        written(&desk, to, csv, &counted(rows, "range", "ranges"), stage)
    }
}

cmdlet! {
    /// Writes the subnets of a family to a file, hands them on, or both.
    pub struct ExportIpamSubnet: reads {
        pub address_family: Family,
        /// Only subnets of this type.
        pub network_type: Option<String>,
        /// The file, on the host the cmdlet is run on.
        pub path: Option<String>,
        /// Hands the subnets on.
        #[serde(default)]
        pub pass_thru: bool,
        /// Writes over a file that is there.
        #[serde(default)]
        pub force: bool,
    }
}

impl Cmdlet for ExportIpamSubnet {
    fn target(&self) -> String {
        self.path.clone().unwrap_or_default()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        output(self.path.as_ref(), self.pass_thru, to);
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let export = ExportObjects {
            address_family: Some(self.address_family.family()),
            network_type: optional(self.network_type.as_ref())?,
            names: Vocabulary::Property,
            ..ExportObjects::default()
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let mut csv = Vec::new();
        let (ipam, caller) = (&session.ipam, &session.caller);
        let rows = ipam.export_ipam_subnet(caller, &export, &mut csv).await?;
        let to = (self.path.as_deref(), self.force, self.pass_thru);
        written(&desk, to, csv, &counted(rows, "subnet", "subnets"), stage)
    }
}
