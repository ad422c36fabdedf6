//! The cmdlets of the address space, behind the gate of who may call them.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, Operation, OperationGroup, Right};
use crate::wire::windows::dhcpm::ScopeInfo;
use crate::wire::windows::dnsp::ZoneInfo;

use super::{
    Address, AddressChange, AddressKey, AddressQuery, Block, BlockKey, DiscoveredRanges,
    NewAddress, NewBlock, NewRange, Range, RangeKey, RangeQuery,
};
use super::{addresses, blocks, blocks_within, discovered, range_network, ranges};

impl Ipam {
    /// `Add-IpamBlock`.
    pub async fn add_ipam_block(&self, caller: &Caller, block: NewBlock) -> IpamResult<Block> {
        let object = Object::Block(block.key());
        let demand = Demand::on(Action::Add, OperationGroup::Block, object);
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let added = blocks::add(tx, &block)?;
            let done = format!("added the block {}", added.key.network_id);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamBlock`: every block, by start address, larger ones first.
    pub async fn get_ipam_block(&self, caller: &Caller) -> IpamResult<Vec<Block>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(blocks::list)
    }

    /// `Remove-IpamBlock`; its ranges become unmapped or map to another block. Gives the blocks
    /// removed, with `delete_associated_sub_blocks` also the ones inside it.
    pub async fn remove_ipam_block(
        &self,
        caller: &Caller,
        key: &BlockKey,
        delete_associated_sub_blocks: bool,
    ) -> IpamResult<Vec<BlockKey>> {
        let gone = match delete_associated_sub_blocks {
            true => self.store.read(|tx| blocks_within(tx, key))?,
            false => Vec::new(),
        };
        let gone = std::iter::once(key.clone()).chain(gone.into_iter().filter(|sub| sub != key));
        let delete = Operation(Action::Delete, OperationGroup::Block);
        let demand = gone.map(|key| (delete, Object::Block(key))).collect();
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let removed = blocks::remove(tx, key, delete_associated_sub_blocks)?;
            for block in &removed {
                let done = format!("removed the block {}", block.network_id);
                self.changed(tx, caller, Category::AddressSpace, done)?;
            }
            Ok(removed)
        })
    }

    /// `Add-IpamRange`.
    pub async fn add_ipam_range(&self, caller: &Caller, range: NewRange) -> IpamResult<Range> {
        let demand = Demand::on(Action::Add, OperationGroup::Range, range.object());
        self.authorize(caller, demand).await?;
        self.store.transaction(|tx| {
            let added = ranges::add(tx, range)?;
            let done = format!("added the range {}", added.key);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamRange`: the ranges that match, by start address.
    pub async fn get_ipam_range(
        &self,
        caller: &Caller,
        query: &RangeQuery,
    ) -> IpamResult<Vec<Range>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| ranges::list(tx, query))
    }

    /// `Remove-IpamRange`; addresses become unmapped or, if asked for, are deleted with it. Gives
    /// the addresses deleted.
    pub async fn remove_ipam_range(
        &self,
        caller: &Caller,
        key: &RangeKey,
        delete_mapped_addresses: bool,
    ) -> IpamResult<Vec<AddressKey>> {
        let object = self.range_object(key)?;
        let mut demand = vec![(
            Operation(Action::Delete, OperationGroup::Range),
            object.clone(),
        )];
        if delete_mapped_addresses {
            demand.push((Operation(Action::Delete, OperationGroup::Address), object));
        }
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let removed = ranges::remove(tx, key, delete_mapped_addresses)?;
            let done = format!("removed the range {key}");
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(removed)
        })
    }

    /// `Add-IpamAddress`. Stores only; no server is touched.
    pub async fn add_ipam_address(
        &self,
        caller: &Caller,
        address: NewAddress,
    ) -> IpamResult<Address> {
        let key = AddressKey {
            address_space: address.address_space.clone(),
            ip_address: address.ip_address,
            owner: address.owner.clone(),
        };
        self.authorize_address(caller, Action::Add, &key).await?;
        self.store.transaction(|tx| {
            let added = addresses::add(tx, address)?;
            self.note_expiry(tx, &added.key, added.details.expiry_date)?;
            let done = format!("added the address {}", added.key);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(added)
        })
    }

    /// `Get-IpamAddress`: the records that match, by address and owner.
    pub async fn get_ipam_address(
        &self,
        caller: &Caller,
        query: &AddressQuery,
    ) -> IpamResult<Vec<Address>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| addresses::list(tx, query))
    }

    /// `Set-IpamAddress`. Stores only; no server is touched.
    pub async fn set_ipam_address(
        &self,
        caller: &Caller,
        key: &AddressKey,
        changes: Vec<AddressChange>,
    ) -> IpamResult<Address> {
        self.authorize_address(caller, Action::Edit, key).await?;
        self.store.transaction(|tx| {
            let after = addresses::set(tx, key, changes)?;
            self.note_expiry(tx, key, after.details.expiry_date)?;
            let done = format!("changed the address {key}");
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(after)
        })
    }

    /// `Remove-IpamAddress`: deletes the record only; what it put on servers stays there.
    pub async fn remove_ipam_address(&self, caller: &Caller, key: &AddressKey) -> IpamResult<()> {
        self.authorize_address(caller, Action::Delete, key).await?;
        self.store.transaction(|tx| {
            addresses::remove(tx, key)?;
            let done = format!("removed the address {key}");
            self.changed(tx, caller, Category::AddressSpace, done)
        })
    }

    /// Whether `caller` may do this with the record of an address, where its range is.
    async fn authorize_address(
        &self,
        caller: &Caller,
        action: Action,
        key: &AddressKey,
    ) -> IpamResult<()> {
        let object = Object::Address(key.clone());
        let demand = Demand::on(action, OperationGroup::Address, object);
        self.authorize(caller, demand).await.map(drop)
    }

    /// A range as an object of access; one that is not stored is where its addresses would be.
    pub(in crate::ipam) fn range_object(&self, key: &RangeKey) -> IpamResult<Object> {
        let stored = self.store.read(|tx| range_network(tx, key))?;
        let whole = IpNet::from(key.span.first());
        Ok(Object::Range {
            key: key.clone(),
            network_id: stored.unwrap_or(whole),
        })
    }

    /// The scopes just collected from a DHCP server become its ranges: `MS DHCP` and the server's
    /// name. Scopes that are gone take their range with them.
    pub(crate) fn upsert_discovered_ranges(
        &self,
        server: &Fqdn,
        scopes: Vec<ScopeInfo>,
    ) -> IpamResult<DiscoveredRanges> {
        self.store
            .transaction(|tx| discovered::ranges_of(tx, server, scopes))
    }

    /// How many addresses of its scopes a DHCP server has just counted as used.
    pub(crate) fn update_ranges_in_use(
        &self,
        server: &Fqdn,
        scopes: &[ScopeInfo],
    ) -> IpamResult<()> {
        self.store
            .transaction(|tx| discovered::in_use_of(tx, server, scopes))
    }

    /// The zones just collected from a DNS server.
    pub(crate) fn upsert_discovered_zones(
        &self,
        server: &Fqdn,
        zones: Vec<ZoneInfo>,
    ) -> IpamResult<()> {
        self.store
            .transaction(|tx| discovered::zones_of(tx, server, zones))
    }
}
