//! The cmdlets of the address space, behind the gate of who may call them.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::wire::windows::dhcpm::ScopeInfo;
use crate::wire::windows::dnsp::ZoneInfo;

use super::{
    Address, AddressChange, AddressKey, AddressQuery, Block, BlockKey, DiscoveredRanges,
    NewAddress, NewBlock, NewRange, Range, RangeKey, RangeQuery,
};

impl Ipam {
    /// `Add-IpamBlock`.
    pub async fn add_ipam_block(&self, _caller: &Caller, _block: NewBlock) -> IpamResult<Block> {
        todo!()
    }

    /// `Get-IpamBlock`: every block, by start address, larger ones first.
    pub async fn get_ipam_block(&self, _caller: &Caller) -> IpamResult<Vec<Block>> {
        todo!()
    }

    /// `Remove-IpamBlock`; its ranges become unmapped or map to another block. Gives the blocks
    /// removed, with `delete_associated_sub_blocks` also the ones inside it.
    pub async fn remove_ipam_block(
        &self,
        _caller: &Caller,
        _key: &BlockKey,
        _delete_associated_sub_blocks: bool,
    ) -> IpamResult<Vec<BlockKey>> {
        todo!()
    }

    /// `Add-IpamRange`.
    pub async fn add_ipam_range(&self, _caller: &Caller, _range: NewRange) -> IpamResult<Range> {
        todo!()
    }

    /// `Get-IpamRange`: the ranges that match, by start address.
    pub async fn get_ipam_range(
        &self,
        _caller: &Caller,
        _query: &RangeQuery,
    ) -> IpamResult<Vec<Range>> {
        todo!()
    }

    /// `Remove-IpamRange`; addresses become unmapped or, if asked for, are deleted with it. Gives
    /// the addresses deleted.
    pub async fn remove_ipam_range(
        &self,
        _caller: &Caller,
        _key: &RangeKey,
        _delete_mapped_addresses: bool,
    ) -> IpamResult<Vec<AddressKey>> {
        todo!()
    }

    /// `Add-IpamAddress`. Stores only; no server is touched.
    pub async fn add_ipam_address(
        &self,
        _caller: &Caller,
        _address: NewAddress,
    ) -> IpamResult<Address> {
        todo!()
    }

    /// `Get-IpamAddress`: the records that match, by address and owner.
    pub async fn get_ipam_address(
        &self,
        _caller: &Caller,
        _query: &AddressQuery,
    ) -> IpamResult<Vec<Address>> {
        todo!()
    }

    /// `Set-IpamAddress`. Stores only; no server is touched.
    pub async fn set_ipam_address(
        &self,
        _caller: &Caller,
        _key: &AddressKey,
        _changes: Vec<AddressChange>,
    ) -> IpamResult<Address> {
        todo!()
    }

    /// `Remove-IpamAddress`: deletes the record only; what it put on servers stays there.
    pub async fn remove_ipam_address(&self, _caller: &Caller, _key: &AddressKey) -> IpamResult<()> {
        todo!()
    }

    /// The scopes just collected from a DHCP server become its ranges: `MS DHCP` and the server's
    /// name. Scopes of `families` that are gone take their range with them.
    pub(crate) fn upsert_discovered_ranges(
        &self,
        _server: &Fqdn,
        _scopes: Vec<ScopeInfo>,
    ) -> IpamResult<DiscoveredRanges> {
        todo!()
    }

    /// The zones just collected from a DNS server.
    pub(crate) fn upsert_discovered_zones(
        &self,
        _server: &Fqdn,
        _zones: Vec<ZoneInfo>,
    ) -> IpamResult<()> {
        todo!()
    }
}
