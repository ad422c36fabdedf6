//! Rows that are blocks, and rows that are subnets (domain 6.2).

use crate::addr::Family;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{Action, Object};
use crate::ipam::space::bulk_ranges::{self, Stored};
use crate::ipam::space::subnet::{NewSubnet, SubnetKey};
use crate::ipam::space::{AddressSpaceName, NewBlock};
use crate::ipam::store::Tx;

use super::column::{Header, Target};
use super::context::Context;
use super::custom;
use super::failure::RowFailure;
use super::import::{Change, ImportSummary, Loader};
use super::kinds::block::{self, BlockField, BlockKeyText};
use super::kinds::subnet::{self, SubnetField, SubnetKeyText};
use super::rows::Wrong;
use super::sheet::Row;
use super::value::Unfit;

impl From<Stored> for Change {
    fn from(stored: Stored) -> Change {
        match stored {
            Stored::Added => Change::Added,
            Stored::Replaced => Change::Updated,
            Stored::Unchanged => Change::Unchanged,
        }
    }
}

fn action(exists: bool) -> Action {
    match exists {
        true => Action::Edit,
        false => Action::Add,
    }
}

fn not_of(family: Option<Family>, network: ipnet::IpNet) -> Result<(), Unfit> {
    let own = Family::of(network.addr());
    match family.filter(|wanted| *wanted != own) {
        None => Ok(()),
        Some(wanted) => Err(Unfit::new(format!(
            "`{network}` is {own}, and {wanted} is imported: import it as {own}"
        ))),
    }
}

/// Stores rows as blocks.
pub(super) struct BlockLoader<'a> {
    pub context: Context<'a>,
    pub header: Header<BlockField>,
    pub family: Option<Family>,
    pub file: String,
}

impl BlockLoader<'_> {
    fn store(&self, tx: &Tx<'_>, row: &Row<'_>) -> Result<Change, Wrong> {
        let mut text = BlockKeyText::default();
        self.header.each(row, |target, value| match target {
            Target::Field(field) => block::key(*field, value, &mut text),
            Target::Custom(_) => Ok(()),
        })?;
        let of_network = |unfit| self.header.wrong(BlockField::Network, unfit);
        let network = text
            .network
            .ok_or_else(|| of_network(Unfit::new("has no network")))?;
        not_of(self.family, network).map_err(of_network)?;
        let mut new = NewBlock::new(network);
        (new.start_ip_address, new.end_ip_address) = (text.start, text.end);
        if !text.address_space.is_empty() {
            new.address_space = AddressSpaceName::new(text.address_space);
        }
        let object = Object::Block(new.key());
        let stored = bulk_ranges::put_block(tx, new, |details, exists| {
            self.context.check(tx, action(exists), || object)?;
            self.header.each(row, |target, value| match target {
                Target::Field(field) => block::put(*field, value, details),
                Target::Custom(_) => Ok(()),
            })
        });
        stored.map(Change::from)
    }
}

impl Loader for BlockLoader<'_> {
    fn take(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> IpamResult<Result<Change, RowFailure>> {
        self.header.settled(row, self.store(tx, row))
    }

    fn end_batch(&mut self, tx: &Tx<'_>, batch: &ImportSummary) -> IpamResult<()> {
        self.context.imported(tx, "blocks", &self.file, batch)
    }
}

/// Stores rows as subnets.
pub(super) struct SubnetLoader<'a> {
    pub context: Context<'a>,
    pub header: Header<SubnetField>,
    pub family: Option<Family>,
    pub file: String,
}

impl SubnetLoader<'_> {
    fn store(&self, tx: &Tx<'_>, row: &Row<'_>) -> Result<Change, Wrong> {
        let mut text = SubnetKeyText::default();
        self.header.each(row, |target, value| match target {
            Target::Field(field) => subnet::key(*field, value, &mut text),
            Target::Custom(_) => Ok(()),
        })?;
        let of_network = |unfit| self.header.wrong(SubnetField::Network, unfit);
        let network = text
            .network
            .ok_or_else(|| of_network(Unfit::new("has no network")))?;
        not_of(self.family, network).map_err(of_network)?;
        let mut new = NewSubnet::new("", network);
        new.network_type = text.network_type;
        new.address_space = match (text.provider.as_str(), text.customer.as_str()) {
            ("", "") => AddressSpaceName::default(),
            (space, "") | ("", space) => AddressSpaceName::new(space),
            (provider, customer) => {
                let words = format!(
                    "the row names two address spaces, `{provider}` and `{customer}`: a subnet is \
                     in one"
                );
                return Err(Wrong::whole(Unfit::new(words)));
            }
        };
        let key: SubnetKey = new.key();
        let stored = bulk_ranges::put_subnet(tx, new, |details, exists| {
            self.context
                .check(tx, action(exists), || Object::Subnet(key))?;
            self.header.each(row, |target, value| match target {
                Target::Field(field) => subnet::put(*field, value, details),
                Target::Custom(field) => {
                    custom::put(field, value, &mut details.custom);
                    Ok(())
                }
            })
        });
        stored.map(Change::from)
    }
}

impl Loader for SubnetLoader<'_> {
    fn take(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> IpamResult<Result<Change, RowFailure>> {
        self.header.settled(row, self.store(tx, row))
    }

    fn end_batch(&mut self, tx: &Tx<'_>, batch: &ImportSummary) -> IpamResult<()> {
        self.context.imported(tx, "subnets", &self.file, batch)
    }
}
