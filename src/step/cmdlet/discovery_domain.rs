//! `Add-`, `Set-`, `Get-` and `Remove-IpamDiscoveryDomain` (domain 3.1).

use crate::ipam::discovery::{DiscoveryDomain, DiscoveryDomainChange};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult, parameter};
use crate::step::tables;

cmdlet! {
    pub struct AddIpamDiscoveryDomain: changes, PassThru {
        pub name: String,
        /// All three are true by default.
        pub discover_dc: Option<bool>,
        pub discover_dns: Option<bool>,
        pub discover_dhcp: Option<bool>,
    }
}

impl Cmdlet for AddIpamDiscoveryDomain {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let domain = DiscoveryDomain {
            name: parameter(&self.name)?,
            discover_dc: self.discover_dc.unwrap_or(true),
            discover_dns: self.discover_dns.unwrap_or(true),
            discover_dhcp: self.discover_dhcp.unwrap_or(true),
        };
        let ipam = &session.ipam;
        let added = ipam
            .add_ipam_discovery_domain(&session.caller, domain)
            .await?;
        session.returned(stage, tables::discovery_domains(&[added]));
        Ok(())
    }
}

cmdlet! {
    pub struct SetIpamDiscoveryDomain: changes, PassThru {
        pub name: String,
        /// What is not given stays as it is.
        pub discover_dc: Option<bool>,
        pub discover_dns: Option<bool>,
        pub discover_dhcp: Option<bool>,
    }
}

impl Cmdlet for SetIpamDiscoveryDomain {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let change = DiscoveryDomainChange {
            name: parameter(&self.name)?,
            discover_dc: self.discover_dc,
            discover_dns: self.discover_dns,
            discover_dhcp: self.discover_dhcp,
        };
        let ipam = &session.ipam;
        let changed = ipam
            .set_ipam_discovery_domain(&session.caller, change)
            .await?;
        session.returned(stage, tables::discovery_domains(&[changed]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamDiscoveryDomain: reads {}
}

impl Cmdlet for GetIpamDiscoveryDomain {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let found = session
            .ipam
            .get_ipam_discovery_domain(&session.caller)
            .await?;
        stage.table(tables::discovery_domains(&found));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamDiscoveryDomain: changes, PassThru {
        pub name: String,
    }
}

impl Cmdlet for RemoveIpamDiscoveryDomain {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let name = parameter(&self.name)?;
        session
            .ipam
            .remove_ipam_discovery_domain(&session.caller, &name)
            .await?;
        stage.say(format!("{name} is no longer searched"));
        let mut removed = Table::new("", &["Name"]);
        removed.row(vec![name.to_string()]);
        session.handed_on(stage, &removed);
        Ok(())
    }
}
