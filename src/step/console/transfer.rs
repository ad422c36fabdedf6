//! Import and export in the console: *TASKS* > *Import* and *TASKS* > *Export* (domain 6).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::groups::GroupPart;
use crate::ipam::space::AddressQuery;
use crate::ipam::transfer::{
    Additions, Entry, ExportAddresses, ExportObjects, ImportAddresses, ImportObjects, ImportRanges,
    Vocabulary,
};
use crate::step::cmdlet::audit_event::GetIpamIpAddressAuditEvent;
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::inventory::Family;
use crate::step::cmdlet::range::owner;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, optional};
use crate::step::transfer::{self, Desk};

/// Imports IP addresses from a file of the host that the console is on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportIpAddresses {
    /// The file; in the user's documents when it has no folder.
    pub file: String,
    /// The family chosen in the lower pane; IPv4 by default, as the console has it.
    pub address_family: Option<Family>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ImportIpAddresses {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let family = self.address_family.unwrap_or(Family::IPv4);
        let import = ImportAddresses {
            entry: Entry::Console,
            address_family: Some(family.family()),
            add: Additions::default(),
            update: None,
        };
        let desk = Desk::of(&session, None, stage)?;
        transfer::import(&desk, &self.file, None, stage, async |file| {
            let ipam = &session.ipam;
            ipam.import_ipam_address(&session.caller, &import, file)
                .await
        })
        .await
    }
}

/// Imports ranges from a file of the host that the console is on; none is deleted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportIpAddressRanges {
    /// The file; in the user's documents when it has no folder.
    pub file: String,
    /// The family chosen in the lower pane; IPv4 by default, as the console has it.
    pub address_family: Option<Family>,
    /// The box *Automatically create IP address subnet*.
    #[serde(default)]
    pub create_subnets: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ImportIpAddressRanges {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let import = ImportRanges {
            entry: Entry::Console,
            address_family: Some(self.address_family.unwrap_or(Family::IPv4).family()),
            create_subnet_if_not_found: self.create_subnets,
            ..ImportRanges::default()
        };
        import_ranges(&import, &self.file, self.as_user.as_ref(), stage).await
    }
}

/// Makes the ranges of one owner those of a file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportAndUpdateIpAddressRanges {
    /// The file; in the user's documents when it has no folder.
    pub file: String,
    pub managed_by_service: String,
    pub service_instance: String,
    /// The family chosen in the lower pane; IPv4 by default, as the console has it.
    pub address_family: Option<Family>,
    /// The box *Automatically create IP address subnet*.
    #[serde(default)]
    pub create_subnets: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ImportAndUpdateIpAddressRanges {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (service, instance) = (&self.managed_by_service, &self.service_instance);
        let import = ImportRanges {
            entry: Entry::Console,
            address_family: Some(self.address_family.unwrap_or(Family::IPv4).family()),
            create_subnet_if_not_found: self.create_subnets,
            update: Some(owner(Some(service), Some(instance))?),
            ..ImportRanges::default()
        };
        import_ranges(&import, &self.file, self.as_user.as_ref(), stage).await
    }
}

async fn import_ranges(
    import: &ImportRanges,
    file: &str,
    as_user: Option<&String>,
    stage: &mut Stage<'_>,
) -> StepResult {
    let session = stage.session(as_user).await?;
    let desk = Desk::of(&session, None, stage)?;
    transfer::import(&desk, file, None, stage, async |file| {
        let ipam = &session.ipam;
        ipam.import_ipam_range(&session.caller, import, file).await
    })
    .await
}

/// Imports blocks from a file of the host that the console is on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportIpAddressBlocks {
    /// The file; in the user's documents when it has no folder.
    pub file: String,
    /// The family chosen in the lower pane; IPv4 by default, as the console has it.
    pub address_family: Option<Family>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ImportIpAddressBlocks {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let import = ImportObjects {
            address_family: Some(self.address_family.unwrap_or(Family::IPv4).family()),
        };
        let desk = Desk::of(&session, None, stage)?;
        transfer::import(&desk, &self.file, None, stage, async |file| {
            let ipam = &session.ipam;
            ipam.import_ipam_block(&session.caller, &import, file).await
        })
        .await
    }
}

/// A view of the console that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Also the node *IP Address Inventory*.
    IpAddresses,
    /// Also the node *IP Address Range Groups*.
    IpAddressRanges,
    IpAddressBlocks,
    /// What a search of the node *IP Address Tracking* finds.
    IpAddressTracking,
}

/// Exports what a view shows, under the console's names.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Export {
    pub view: View,
    /// The file; in the user's documents when it has no folder. One of that name is written over,
    /// as the dialog asks.
    pub file: String,
    /// The family chosen in the lower pane; IPv4 by default, as the console has it.
    pub address_family: Option<Family>,
    /// The view's filter: the owner of addresses or ranges; everything by default.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    /// A group of the node *IP Address Range Groups* or *IP Address Inventory*.
    pub group: Option<String>,
    /// The level of the group, by the values that lead to it, `(no value)` for none; the whole
    /// group by default.
    #[serde(default)]
    pub level: Vec<String>,
    /// Of tracking: what is searched for.
    pub search: Option<Box<GetIpamIpAddressAuditEvent>>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for Export {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
        if (self.view == View::IpAddressTracking) != self.search.is_some() {
            let remedy = "give `search` with the view `ip-address-tracking`, and with no other";
            to.problem("view", "tracking shows what a search finds", remedy);
        }
        let groups = matches!(self.view, View::IpAddresses | View::IpAddressRanges);
        if self.group.is_some() && !groups {
            let remedy = "remove `group`, or choose addresses or ranges";
            to.problem("group", "this view has no groups", remedy);
        }
        if !self.level.is_empty() && self.group.is_none() {
            to.problem("level", "a level is of a group", "name the `group` too");
        }
        if self.managed_by_service.is_some() != self.service_instance.is_some() {
            let remedy = "give both, or neither";
            to.problem("view", "an owner is a service and an instance", remedy);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let desk = Desk::of(&session, None, stage)?;
        let address_family = Some(self.address_family.unwrap_or(Family::IPv4).family());
        let names = Vocabulary::Console;
        let (service, instance) = (
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        );
        let objects = ExportObjects {
            address_family,
            names,
            owner: service.map(|_| owner(service, instance)).transpose()?,
            group: self.part(),
            ..ExportObjects::default()
        };
        let (ipam, caller, mut csv) = (&session.ipam, &session.caller, Vec::new());
        let rows = match self.view {
            View::IpAddresses => {
                let export = ExportAddresses {
                    address_family,
                    names,
                    group: self.part(),
                    query: AddressQuery {
                        managed_by_service: optional(service)?,
                        service_instance: instance.cloned(),
                        ..AddressQuery::default()
                    },
                };
                ipam.export_ipam_address(caller, &export, &mut csv).await?
            }
            View::IpAddressRanges => ipam.export_ipam_range(caller, &objects, &mut csv).await?,
            View::IpAddressBlocks => ipam.export_ipam_block(caller, &objects, &mut csv).await?,
            View::IpAddressTracking => self.tracked(&session, &mut csv, stage).await?,
        };
        let to = (Some(self.file.as_str()), true, false);
        transfer::written(
            &desk,
            to,
            csv,
            &transfer::counted(rows, "row", "rows"),
            stage,
        )
    }
}

impl Export {
    fn part(&self) -> Option<GroupPart> {
        let group = self.group.clone()?;
        let levels = self.level.clone();
        Some(GroupPart { group, levels })
    }

    /// What the search finds.
    async fn tracked(
        &self,
        session: &Session,
        csv: &mut Vec<u8>,
        stage: &mut Stage<'_>,
    ) -> Result<u64, StepError> {
        let Some(search) = &self.search else {
            return Ok(0);
        };
        let (query, ipam) = (search.query()?, &session.ipam);
        let export = ipam.export_ipam_ip_address_audit_event(&session.caller, &query, csv);
        let (rows, partial) = export.await?;
        if partial {
            stage.say("warning: there are more than a search shows");
        }
        Ok(rows)
    }
}
