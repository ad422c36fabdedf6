//! Bytes that stand for what is wrong with a piece of a file.
//!
//! None of them occurs in UTF-8, so no text can be mistaken for one, and they travel with the
//! field they are about through the CSV parser.

/// A character that the file's encoding does not have.
pub const UNDECODABLE: u8 = 0xff;
/// Text between the closing quote of a field and the comma.
pub const AFTER_QUOTE: u8 = 0xfe;
/// The rest of a field that is longer than any value.
pub const TOO_LONG: u8 = 0xfd;
