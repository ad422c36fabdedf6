//! `Set-IpamAccessScope`, and the objects it takes (domain 9.9).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::rbac::{Object, ObjectScope, ScopeChange};
use crate::ipam::space::{AddressSpaceName, AddressSpaceQuery};
use crate::ipam::{ErrorId, IpamError};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::objects::{BlockObject, RangeObject, SubnetObject};
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepError, StepResult, parameter};

/// A scope of a DHCP server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct DhcpScopeObject {
    pub server_name: String,
    /// Its network: `10.0.1.0/24`.
    pub scope_id: String,
}

/// A DNS zone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct DnsZoneObject {
    pub zone_name: String,
    /// The server it is reached through, when several host it.
    pub server_name: Option<String>,
}

/// The records of one name and type in a DNS zone.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct DnsRecordObject {
    pub zone_name: String,
    /// The name in full.
    pub record_name: String,
    /// `A`, `AAAA` or `PTR`.
    pub record_type: String,
    pub server_name: Option<String>,
}

/// One object that can be in an access scope. Exactly one is named, where a script pipes it in.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AccessObject {
    pub ipam_address_space: Option<String>,
    pub ipam_block: Option<BlockObject>,
    pub ipam_subnet: Option<SubnetObject>,
    pub ipam_range: Option<RangeObject>,
    pub ipam_dhcp_server: Option<String>,
    pub ipam_dhcp_scope: Option<DhcpScopeObject>,
    pub ipam_dns_server: Option<String>,
    pub ipam_dns_zone: Option<DnsZoneObject>,
    pub ipam_dns_resource_record: Option<DnsRecordObject>,
}

impl AccessObject {
    pub fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.ipam_dhcp_server)
            .hosts(&self.ipam_dns_server);
        if let Some(scope) = &self.ipam_dhcp_scope {
            to.host(&scope.server_name).prefix(Some(&scope.scope_id));
        }
        if let Some(zone) = &self.ipam_dns_zone {
            to.hosts(&zone.server_name);
        }
        if let Some(record) = &self.ipam_dns_resource_record {
            to.hosts(&record.server_name);
        }
    }

    /// The object that is meant.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for none or several, `IpamApiObjectNotFound` for an unknown range.
    pub async fn object(&self, stage: &Stage<'_>, session: &Session) -> Result<Object, StepError> {
        let server = |name: &Option<String>| match name {
            Some(name) => stage.server(name).map(Some),
            None => Ok(None),
        };
        let mut objects = Vec::new();
        if let Some(name) = &self.ipam_address_space {
            objects.push(address_space(session, name).await?);
        }
        if let Some(block) = &self.ipam_block {
            objects.push(Object::Block(block.key()?));
        }
        if let Some(subnet) = &self.ipam_subnet {
            objects.push(Object::Subnet(subnet.key(session).await?));
        }
        if let Some(range) = &self.ipam_range {
            let (key, network_id) = (range.key(session).await?, parameter(&range.network_id)?);
            objects.push(Object::Range { key, network_id });
        }
        if let Some(name) = &self.ipam_dhcp_server {
            objects.push(Object::DhcpServer(stage.server(name)?));
        }
        if let Some(scope) = &self.ipam_dhcp_scope {
            objects.push(Object::DhcpScope {
                server: stage.server(&scope.server_name)?,
                scope: parameter(&scope.scope_id)?,
            });
        }
        if let Some(name) = &self.ipam_dns_server {
            objects.push(Object::DnsServer(stage.server(name)?));
        }
        if let Some(zone) = &self.ipam_dns_zone {
            objects.push(Object::DnsZone {
                server: server(&zone.server_name)?,
                zone: parameter(&zone.zone_name)?,
            });
        }
        if let Some(record) = &self.ipam_dns_resource_record {
            objects.push(Object::DnsRecord {
                server: server(&record.server_name)?,
                zone: parameter(&record.zone_name)?,
                name: parameter(&record.record_name)?,
                kind: record.record_type.to_ascii_uppercase(),
            });
        }
        match objects.pop() {
            Some(object) if objects.is_empty() => Ok(object),
            _ => Err(refused("name exactly one object, such as `IpamRange`")),
        }
    }
}

/// The address space of this name, in its stored spelling.
async fn address_space(session: &Session, name: &str) -> Result<Object, StepError> {
    let query = AddressSpaceQuery {
        names: vec![name.to_owned()],
        ..AddressSpaceQuery::default()
    };
    let found = session.ipam.get_ipam_address_space(&session.caller, &query);
    let mut found = found.await?;
    let name = match (found.pop(), found.is_empty()) {
        (Some(only), true) => only.name,
        _ => AddressSpaceName::new(name),
    };
    Ok(Object::AddressSpace(name))
}

fn refused(message: &str) -> StepError {
    IpamError::new(ErrorId::IpamApiInvalidParameter, message).into()
}

cmdlet! {
    #[derive(Default)]
    pub struct SetIpamAccessScope: changes, PassThru {
        pub ipam_address_space: Option<String>,
        pub ipam_block: Option<BlockObject>,
        pub ipam_subnet: Option<SubnetObject>,
        pub ipam_range: Option<RangeObject>,
        pub ipam_dhcp_server: Option<String>,
        pub ipam_dhcp_scope: Option<DhcpScopeObject>,
        pub ipam_dns_server: Option<String>,
        pub ipam_dns_zone: Option<DnsZoneObject>,
        pub ipam_dns_resource_record: Option<DnsRecordObject>,
        /// `\Global\Europe`.
        pub access_scope_path: Option<String>,
        /// The parent's scope again.
        #[serde(default)]
        pub is_inherited_access_scope: bool,
    }
}

impl SetIpamAccessScope {
    fn object(&self) -> AccessObject {
        AccessObject {
            ipam_address_space: self.ipam_address_space.clone(),
            ipam_block: self.ipam_block.clone(),
            ipam_subnet: self.ipam_subnet.clone(),
            ipam_range: self.ipam_range.clone(),
            ipam_dhcp_server: self.ipam_dhcp_server.clone(),
            ipam_dhcp_scope: self.ipam_dhcp_scope.clone(),
            ipam_dns_server: self.ipam_dns_server.clone(),
            ipam_dns_zone: self.ipam_dns_zone.clone(),
            ipam_dns_resource_record: self.ipam_dns_resource_record.clone(),
        }
    }

    fn change(&self) -> Result<ScopeChange, StepError> {
        match (&self.access_scope_path, self.is_inherited_access_scope) {
            (Some(path), false) => parameter(path).map(ScopeChange::Path),
            (None, true) => Ok(ScopeChange::Inherited),
            _ => Err(refused(
                "give either AccessScopePath or IsInheritedAccessScope",
            )),
        }
    }
}

impl Cmdlet for SetIpamAccessScope {
    fn target(&self) -> String {
        let path = self.access_scope_path.as_deref();
        path.unwrap_or("the parent's access scope").to_owned()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.ipam_dhcp_server)
            .hosts(&self.ipam_dns_server);
        if let Some(scope) = &self.ipam_dhcp_scope {
            to.host(&scope.server_name).prefix(Some(&scope.scope_id));
        }
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let object = self.object().object(stage, session).await?;
        let change = self.change()?;
        let set = session
            .ipam
            .set_ipam_access_scope(&session.caller, &object, change);
        let now = set.await?;
        session.returned(stage, object_scope(&object, &now));
        Ok(())
    }
}

/// Where one object is.
pub fn object_scope(object: &Object, now: &ObjectScope) -> Table {
    let mut table = Table::new("access scope", &["object", "access scope", "inherited"]);
    let inherited = if now.inherited { "yes" } else { "no" };
    table.row(vec![
        object.to_string(),
        now.path.to_string(),
        inherited.to_owned(),
    ]);
    table
}
