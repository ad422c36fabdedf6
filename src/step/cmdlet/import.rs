//! `Import-IpamAddress`, `Import-IpamRange` and `Import-IpamSubnet` (domain 6.3).

use crate::ipam::space::{AddressSpaceName, RangeQuery};
use crate::ipam::transfer::{Additions, Entry, ImportAddresses, ImportObjects, ImportRanges};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::range::owner;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepError, StepResult, optional};
use crate::step::transfer::{self, Desk};

cmdlet! {
    /// Adds the records of a file and updates those that are there. With the parameters of a range
    /// it also deletes the records of that range that the file does not have.
    pub struct ImportIpamAddress: changes {
        /// The file, on the host the cmdlet is run on; in the user's documents without a folder.
        pub path: String,
        /// Rows of the other family are errors.
        pub address_family: Family,
        /// The folder of the error report; the user's documents by default.
        pub error_path: Option<String>,
        /// The range to make equal to the file: its network,
        pub network_id: Option<String>,
        /// its owner,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        /// and its bounds, where several ranges have that network.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        /// The network type of the range; any by default.
        pub network_type: Option<String>,
        /// The address space of the range; `Default` by default.
        pub address_space: Option<String>,
    }
}

impl ImportIpamAddress {
    /// Import-and-update, when its parameters are given.
    fn update(&self) -> Result<Option<RangeQuery>, StepError> {
        if self.network_id.is_none() {
            return Ok(None);
        }
        let space = self.address_space.as_deref().unwrap_or("Default");
        Ok(Some(RangeQuery {
            network_id: optional(self.network_id.as_ref())?,
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            network_type: optional(self.network_type.as_ref())?,
            address_space: Some(AddressSpaceName::new(space)),
            ..RangeQuery::default()
        }))
    }
}

impl Cmdlet for ImportIpamAddress {
    fn target(&self) -> String {
        self.path.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        let set = [
            &self.network_id,
            &self.managed_by_service,
            &self.service_instance,
        ];
        let given = set.iter().filter(|one| one.is_some()).count();
        let more = [
            &self.start_ip_address,
            &self.end_ip_address,
            &self.network_type,
            &self.address_space,
        ];
        if given == 3 || (given == 0 && more.iter().all(|one| one.is_none())) {
            return;
        }
        to.problem(
            "Path",
            "the parameters of import-and-update belong together",
            "give `NetworkId`, `ManagedByService` and `ServiceInstance`, or none of them",
        );
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let import = ImportAddresses {
            entry: Entry::Cmdlet,
            address_family: Some(self.address_family.family()),
            add: Additions::default(),
            update: self.update()?,
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let report_in = self.error_path.as_deref();
        transfer::import(&desk, &self.path, report_in, stage, async |file| {
            let ipam = &session.ipam;
            ipam.import_ipam_address(&session.caller, &import, file)
                .await
        })
        .await
    }
}

cmdlet! {
    /// Adds the ranges of a file and updates those that are there. With an owner it also deletes
    /// the ranges of that owner that the file does not have.
    pub struct ImportIpamRange: changes {
        /// The file, on the host the cmdlet is run on; in the user's documents without a folder.
        pub path: String,
        /// Rows of the other family are errors.
        pub address_family: Family,
        /// The folder of the error report; the user's documents by default.
        pub error_path: Option<String>,
        /// Makes the subnet of a range where there is none.
        #[serde(default)]
        pub create_subnet_if_not_found: bool,
        /// The owner whose ranges are made equal to the file.
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        /// Adds a service that is no value of the field yet.
        #[serde(default)]
        pub add_managed_by_service: bool,
        /// Adds a service instance that is no value of the field yet.
        #[serde(default)]
        pub add_service_instance: bool,
        /// Ranges that are deleted take their addresses with them.
        #[serde(default)]
        pub delete_mapped_addresses: bool,
    }
}

impl Cmdlet for ImportIpamRange {
    fn target(&self) -> String {
        self.path.clone()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        let owner = [&self.managed_by_service, &self.service_instance];
        let given = owner.iter().filter(|one| one.is_some()).count();
        let more = self.add_managed_by_service
            || self.add_service_instance
            || self.delete_mapped_addresses;
        if given == 2 || (given == 0 && !more) {
            return;
        }
        to.problem(
            "Path",
            "the parameters of import-and-update belong together",
            "give `ManagedByService` and `ServiceInstance`, or none of the others",
        );
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let (service, instance) = (
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        );
        let import = ImportRanges {
            entry: Entry::Cmdlet,
            address_family: Some(self.address_family.family()),
            add: Additions {
                managed_by_service: self.add_managed_by_service,
                service_instance: self.add_service_instance,
            },
            create_subnet_if_not_found: self.create_subnet_if_not_found,
            update: service.map(|_| owner(service, instance)).transpose()?,
            delete_mapped_addresses: self.delete_mapped_addresses,
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let report_in = self.error_path.as_deref();
        transfer::import(&desk, &self.path, report_in, stage, async |file| {
            let ipam = &session.ipam;
            ipam.import_ipam_range(&session.caller, &import, file).await
        })
        .await
    }
}

/// Where the error report of subnets goes.
const SYSTEM_TEMP: &str = r"C:\Windows\Temp";

cmdlet! {
    /// Adds the subnets of a file and updates those that are there.
    pub struct ImportIpamSubnet: changes {
        /// The file, on the host the cmdlet is run on; in the user's documents without a folder.
        pub path: String,
        /// Rows of the other family are errors.
        pub address_family: Family,
        /// The folder of the error report; `C:\Windows\Temp` by default.
        pub error_path: Option<String>,
    }
}

impl Cmdlet for ImportIpamSubnet {
    fn target(&self) -> String {
        self.path.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let import = ImportObjects {
            address_family: Some(self.address_family.family()),
        };
        let desk = Desk::of(session, self.from.as_ref(), stage)?;
        let report_in = self.error_path.as_deref().or(Some(SYSTEM_TEMP));
        transfer::import(&desk, &self.path, report_in, stage, async |file| {
            let ipam = &session.ipam;
            ipam.import_ipam_subnet(&session.caller, &import, file)
                .await
        })
        .await
    }
}
