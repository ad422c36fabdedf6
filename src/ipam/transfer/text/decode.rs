//! Bytes of a file as UTF-8, whatever the program that saved it wrote.

use std::io::{self, Read};

use super::marks::UNDECODABLE;

/// How many bytes are asked of a file at once.
const CHUNK: usize = 64 * 1024;

/// How the characters of a file are written, by its byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// Also a file without a mark.
    Utf8,
    /// What PowerShell 5 calls `Unicode`.
    Utf16Le,
    Utf16Be,
}

/// Reads a file piece by piece; the pieces together are its text as UTF-8 without a mark.
///
/// What cannot be decoded becomes the mark [`UNDECODABLE`], so that the row it is in is refused
/// and the others are not. UTF-8 is passed on unread: the reader of the rows looks at it anyway.
pub struct Decoder<R> {
    from: R,
    encoding: Option<Encoding>,
    /// Bytes read and not decoded yet: at most those of one unit.
    rest: Vec<u8>,
    /// The first half of a character outside the basic plane.
    high: Option<u16>,
}

impl<R: Read> Decoder<R> {
    pub fn new(from: R) -> Decoder<R> {
        Decoder {
            from,
            encoding: None,
            rest: Vec::new(),
            high: None,
        }
    }

    /// Puts the next piece in the place of what `text` holds; an empty piece is the end.
    pub fn next(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        text.clear();
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.begin()?,
        };
        while text.is_empty() {
            let mut raw = std::mem::take(&mut self.rest);
            let ended = self.read(&mut raw)? == 0;
            match encoding {
                Encoding::Utf8 => text.append(&mut raw),
                Encoding::Utf16Le => self.wide(&raw, u16::from_le_bytes, text),
                Encoding::Utf16Be => self.wide(&raw, u16::from_be_bytes, text),
            }
            if ended {
                // Half a unit, or half a character, at the end of the file.
                let unfinished = !self.rest.is_empty() || self.high.is_some();
                if unfinished {
                    text.push(UNDECODABLE);
                }
                self.rest.clear();
                self.high = None;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Looks for a mark in the first bytes.
    fn begin(&mut self) -> io::Result<Encoding> {
        let mut first = Vec::new();
        while first.len() < 3 && self.read(&mut first)? > 0 {}
        let (encoding, mark) = match first.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
            [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
            _ => (Encoding::Utf8, 0),
        };
        self.rest = first.split_off(mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }

    fn read(&mut self, to: &mut Vec<u8>) -> io::Result<usize> {
        let before = to.len();
        to.resize(before + CHUNK, 0);
        loop {
            match self.from.read(&mut to[before..]) {
                Ok(count) => {
                    to.truncate(before + count);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    to.truncate(before);
                    return Err(error);
                }
            }
        }
    }

    fn wide(&mut self, raw: &[u8], unit: fn([u8; 2]) -> u16, text: &mut Vec<u8>) {
        let pairs = raw.chunks_exact(2);
        self.rest = pairs.remainder().to_vec();
        for pair in pairs {
            self.unit(unit([pair[0], pair[1]]), text);
        }
    }

    fn unit(&mut self, unit: u16, text: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(letter)) = char::decode_utf16([high, unit]).next() {
                return push(letter, text);
            }
            text.push(UNDECODABLE);
        }
        match char::decode_utf16([unit]).next() {
            Some(Ok(letter)) => push(letter, text),
            _ if (0xd800..0xdc00).contains(&unit) => self.high = Some(unit),
            _ => text.push(UNDECODABLE),
        }
    }
}

fn push(letter: char, text: &mut Vec<u8>) {
    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}
