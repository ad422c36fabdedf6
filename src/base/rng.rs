//! Seeded randomness as a tree: one child stream for every named purpose.
//!
//! A stream depends on the seed and its own label only, so adding a host or a draw in one place
//! leaves every other stream's numbers alone.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The generator every draw of a run comes from.
pub type Stream = ChaCha8Rng;

/// The seed of a run, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of the part called `label`.
    pub fn child(self, label: &str) -> Seed {
        // FNV-1a over the label, then one SplitMix64 round so that close labels do not give close
        // seeds. Stability across versions matters here, secrecy does not.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.0;
        for byte in label.bytes() {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Seed(hash ^ (hash >> 31))
    }

    /// The stream of draws for the purpose called `label`.
    pub fn stream(self, label: &str) -> Stream {
        ChaCha8Rng::seed_from_u64(self.child(label).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng as _;

    #[test]
    fn a_label_decides_its_stream_alone() {
        let draw = |seed: u64, label: &str| Seed(seed).stream(label).next_u64();
        assert_eq!(draw(7, "link"), draw(7, "link"));
        assert_ne!(draw(7, "link"), draw(8, "link"));
        assert_ne!(draw(7, "link-a"), draw(7, "link-b"));
    }
}
