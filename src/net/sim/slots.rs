//! A table of reusable slots whose keys go stale when the slot is given away again.
//!
//! Events in the schedule name sockets, pings and connections by key; an event that outlives its
//! owner must find nothing rather than the slot's next tenant.

/// Names one tenancy of one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    index: u32,
    tenancy: u32,
}

impl Key {
    /// The key as one number, for [`crate::net::ConnId`].
    pub(super) fn to_bits(self) -> u64 {
        u64::from(self.tenancy) << 32 | u64::from(self.index)
    }

    pub(super) fn from_bits(bits: u64) -> Key {
        Key {
            index: (bits & 0xffff_ffff) as u32,
            tenancy: (bits >> 32) as u32,
        }
    }
}

#[derive(Debug)]
struct Slot<T> {
    tenancy: u32,
    value: Option<T>,
}

#[derive(Debug)]
pub(super) struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    pub(super) fn new() -> Self {
        Slots {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(super) fn insert(&mut self, value: T) -> Key {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.value = Some(value);
            return Key {
                index,
                tenancy: slot.tenancy,
            };
        }
        let index = u32::try_from(self.slots.len()).expect("fewer than 4 billion open slots");
        self.slots.push(Slot {
            tenancy: 0,
            value: Some(value),
        });
        Key { index, tenancy: 0 }
    }

    pub(super) fn get(&self, key: Key) -> Option<&T> {
        let slot = self.slots.get(key.index as usize)?;
        if slot.tenancy == key.tenancy {
            slot.value.as_ref()
        } else {
            None
        }
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let slot = self.slots.get_mut(key.index as usize)?;
        if slot.tenancy == key.tenancy {
            slot.value.as_mut()
        } else {
            None
        }
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slots.get_mut(key.index as usize)?;
        if slot.tenancy != key.tenancy {
            return None;
        }
        let value = slot.value.take()?;
        slot.tenancy = slot.tenancy.wrapping_add(1);
        self.free.push(key.index);
        Some(value)
    }

    /// The keys in use, in slot order.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| slot.value.is_some())
            .map(|(index, slot)| Key {
                index: index as u32,
                tenancy: slot.tenancy,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_not_open_the_next_tenants_slot() {
        let mut slots = Slots::new();
        let first = slots.insert("first");
        assert_eq!(slots.remove(first), Some("first"));
        let second = slots.insert("second");
        assert_eq!(slots.get(first), None);
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.get(second), Some(&"second"));
        assert_eq!(Key::from_bits(second.to_bits()), second);
        assert_eq!(slots.keys(), [second]);
    }
}
