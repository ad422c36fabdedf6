//! The console's views of utilization: what a block, subnet, range or group is now, and its trend
//! (domain 5.8).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::IpamError;
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::{BlockQuery, RangeQuery, SubnetQuery};
use crate::ipam::usage::{GroupUsage, Trend, TrendPoint, Usage, UsageObject, UtilizationPeriod};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::inventory::Family;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};

/// A block, a subnet, a range or a range group.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Selected {
    /// A block by its network: `10.0.0.0/8`.
    pub block: Option<String>,
    /// A subnet by its network: `10.0.1.0/24`.
    pub subnet: Option<String>,
    /// A range by its network: `10.0.1.0/24`.
    pub range: Option<String>,
    /// Which range of the network, when there are several.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    /// A range group by its name.
    pub group: Option<String>,
    /// With `group`: a level of it, by the values that lead there: `MS DHCP`, `MS DHCP / dhcp1`.
    pub level: Option<String>,
    /// With `group`: the family of the ranges; IPv4 by default.
    pub address_family: Option<Family>,
}

impl Selected {
    pub fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.prefix(self.block.as_ref())
            .prefix(self.subnet.as_ref())
            .prefix(self.range.as_ref());
    }

    /// The blocks, subnets and ranges that are meant; without a criterion all blocks and ranges.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when there is none.
    pub async fn objects(&self, session: &Session) -> Result<Vec<UsageObject>, StepError> {
        let (ipam, caller) = (&session.ipam, &session.caller);
        let mut objects = Vec::new();
        let all = self.block.is_none() && self.subnet.is_none() && self.range.is_none();
        if all || self.block.is_some() {
            let network: Option<ipnet::IpNet> = optional(self.block.as_ref())?;
            let query = BlockQuery::default();
            let blocks = ipam.get_ipam_block(caller, &query).await?.into_iter();
            let blocks = blocks.map(|block| block.key);
            let wanted = blocks.filter(|key| network.is_none_or(|id| id == key.network_id));
            objects.extend(wanted.map(UsageObject::Block));
        }
        if self.subnet.is_some() {
            let query = SubnetQuery {
                network_id: optional(self.subnet.as_ref())?,
                ..SubnetQuery::default()
            };
            let subnets = ipam.get_ipam_subnet(caller, &query).await?.into_iter();
            objects.extend(subnets.map(|subnet| UsageObject::Subnet(subnet.key)));
        }
        if all || self.range.is_some() {
            let query = RangeQuery {
                network_id: optional(self.range.as_ref())?,
                managed_by_service: optional(self.managed_by_service.as_ref())?,
                service_instance: self.service_instance.clone(),
                ..RangeQuery::default()
            };
            let ranges = ipam.get_ipam_range(caller, &query).await?;
            let keys = ranges.into_iter().map(|range| range.key);
            objects.extend(keys.map(UsageObject::Range));
        }
        let named = self.block.as_ref().or(self.subnet.as_ref());
        let named = named.or(self.range.as_ref());
        match (objects.is_empty(), named) {
            (true, Some(name)) => {
                let none = format!("there is no block, subnet or range `{name}` of that owner");
                Err(IpamError::not_found(none).into())
            }
            _ => Ok(objects),
        }
    }

    /// The one that is meant; of a group without `level` the group as a whole.
    ///
    /// # Errors
    /// As [`Selected::objects`] and [`Selected::levels`], and `IpamApiInvalidParameter` when there
    /// are several.
    pub async fn one(&self, session: &Session) -> Result<UsageObject, StepError> {
        if let Some(group) = &self.group {
            let levels = self.levels(group, session).await?.into_iter();
            let mut levels = levels.map(|level| UsageObject::Group(level.object));
            let none = || IpamError::not_found(format!("there is no group `{group}`"));
            return levels.next().ok_or_else(|| none().into());
        }
        let mut objects = self.objects(session).await?;
        match (objects.len(), objects.pop()) {
            (1, Some(only)) => Ok(only),
            (several, _) => {
                let message = format!("{several} objects match; name one, a range with its owner");
                Err(IpamError::parameter(message).into())
            }
        }
    }

    /// The levels of the group that are meant: one, or without `level` all of them.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown group or level.
    pub async fn levels(
        &self,
        group: &str,
        session: &Session,
    ) -> Result<Vec<GroupUsage>, StepError> {
        let family = self
            .address_family
            .map_or(AddressFamily::IPv4, Family::view);
        let (ipam, caller) = (&session.ipam, &session.caller);
        let mut levels = ipam.get_group_utilization(caller, group, family).await?;
        let Some(level) = &self.level else {
            return Ok(levels);
        };
        let root = levels
            .first()
            .map_or_else(String::new, |root| root.level.clone());
        let wanted = format!("{root} / {level}");
        levels.retain(|found| found.level.eq_ignore_ascii_case(&wanted));
        match levels.is_empty() {
            true => Err(IpamError::not_found(format!("`{group}` has no level `{level}`")).into()),
            false => Ok(levels),
        }
    }

    /// What each of them is now.
    ///
    /// # Errors
    /// As [`Selected::objects`].
    pub async fn usages(&self, session: &Session) -> Result<Vec<Usage>, StepError> {
        let objects = self.objects(session).await?;
        let mut usages = session.ipam.get_utilization(&session.caller).await?;
        usages.retain(|usage| objects.contains(&usage.object));
        Ok(usages)
    }
}

/// What to show the utilization of; of all blocks and ranges by default.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowUtilization {
    #[serde(default)]
    pub of: Selected,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowUtilization {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.of.mentions(to);
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let table = match &self.of.group {
            Some(group) => grouped(&self.of.levels(group, &session).await?),
            None => utilization(&self.of.usages(&session).await?),
        };
        stage.table(table);
        Ok(())
    }
}

/// The trend of one block, subnet, range, or level of a range group.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowUtilizationTrend {
    pub of: Selected,
    /// `Current`, `1 day`, `1 week`, `1 month`, `3 months`, `6 months`, `1 year`, `2 years` or
    /// `5 years`.
    pub period: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowUtilizationTrend {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.of.mentions(to);
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let period: UtilizationPeriod = parameter(&self.period)?;
        let session = stage.session(self.as_user.as_ref()).await?;
        let object = self.of.one(&session).await?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let found = ipam.get_utilization_trend(caller, object, period).await?;
        trend(stage, &found);
        Ok(())
    }
}

fn utilization(usages: &[Usage]) -> Table {
    let columns = [
        "object",
        "addresses",
        "assigned",
        "utilized",
        "% assigned",
        "% utilized",
        "status",
    ];
    let mut table = Table::new("utilization", &columns);
    for usage in usages {
        let counted = usage.utilization;
        table.row(vec![
            usage.object.to_string(),
            counted.total.to_string(),
            counted.assigned.to_string(),
            counted.utilized.to_string(),
            format!("{:.2}", counted.percentage_assigned()),
            format!("{:.2}", counted.percentage_utilized()),
            usage.status.to_string(),
        ]);
    }
    table
}

fn grouped(levels: &[GroupUsage]) -> Table {
    let columns = [
        "level",
        "ranges",
        "assigned",
        "utilized",
        "% utilized",
        "status",
    ];
    let mut table = Table::new("utilization", &columns);
    for level in levels {
        let counted = level.utilization;
        table.row(vec![
            level.level.clone(),
            level.ranges.to_string(),
            counted.assigned.to_string(),
            counted.utilized.to_string(),
            format!("{:.2}", counted.percentage_utilized()),
            level.status.to_string(),
        ]);
    }
    table
}

fn trend(stage: &mut Stage<'_>, trend: &Trend) {
    if !trend.object.has_trend() {
        stage.say(format!("{}: trends are kept of IPv4 only", trend.object));
        return;
    }
    let columns = [
        "until",
        "samples",
        "utilized on average",
        "peak",
        "% utilized",
    ];
    let title = format!("{} over {}", trend.object, trend.period);
    let mut table = Table::new(&title, &columns);
    for point in &trend.points {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.2}"));
        table.row(vec![
            point.until.to_string(),
            point.samples.to_string(),
            number(point.average()),
            match point.samples {
                0 => "-".to_owned(),
                _ => point.peak.to_string(),
            },
            number(point.percentage_utilized()),
        ]);
    }
    stage.table(table);
    if trend
        .points
        .iter()
        .all(|point: &TrendPoint| point.samples == 0)
    {
        stage.say("no sample of this period");
    }
}
