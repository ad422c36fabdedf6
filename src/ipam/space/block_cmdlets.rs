//! The cmdlets of blocks, behind the gate of who may call them.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Demand, Object, Operation, OperationGroup, Right};

use super::{Block, BlockChange, BlockKey, BlockQuery, NewBlock};
use super::{block_edit, blocks, blocks_within, spaces};

impl Ipam {
    /// `Add-IpamBlock`.
    pub async fn add_ipam_block(&self, caller: &Caller, mut block: NewBlock) -> IpamResult<Block> {
        block.address_space = self.spelled(&block.address_space)?;
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

    /// `Get-IpamBlock`: the blocks that match, by start address, larger ones first.
    pub async fn get_ipam_block(
        &self,
        caller: &Caller,
        query: &BlockQuery,
    ) -> IpamResult<Vec<Block>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| blocks::list(tx, query))
    }

    /// `Set-IpamBlock`. A block that moves is edited where it is and where it goes.
    pub async fn set_ipam_block(
        &self,
        caller: &Caller,
        key: &BlockKey,
        changes: Vec<BlockChange>,
    ) -> IpamResult<Block> {
        let key = &self.spelled_block(key)?;
        let goes = self.store.read(|tx| block_edit::goes(tx, key, &changes))?;
        let edit = Operation(Action::Edit, OperationGroup::Block);
        let places = [Some(key.clone()), goes.filter(|goes| goes != key)];
        let places = places.into_iter().flatten();
        let demand = places.map(|key| (edit, Object::Block(key))).collect();
        self.authorize(caller, Demand::Operations(demand)).await?;
        self.store.transaction(|tx| {
            let changed = block_edit::set(tx, key, changes)?;
            let done = match changed.key == *key {
                true => format!("changed the block {}", key.span),
                false => format!("changed the block {} to {}", key.span, changed.key.span),
            };
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(changed)
        })
    }

    /// `Remove-IpamBlock`; its ranges become unmapped or map to another block. Gives the blocks
    /// removed, with `delete_associated_sub_blocks` also the ones inside it.
    pub async fn remove_ipam_block(
        &self,
        caller: &Caller,
        key: &BlockKey,
        delete_associated_sub_blocks: bool,
    ) -> IpamResult<Vec<BlockKey>> {
        let key = &self.spelled_block(key)?;
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

    /// The key with the stored spelling of its address space.
    fn spelled_block(&self, key: &BlockKey) -> IpamResult<BlockKey> {
        let mut key = key.clone();
        self.store.read(|tx| spaces::spell_block(tx, &mut key))?;
        Ok(key)
    }
}
