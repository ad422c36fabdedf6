//! CSV as people write it, made into CSV as RFC 4180 describes it.
//!
//! - A field may be quoted with straight or with typographic quotes; what was opened with one
//!   kind may hold the other as data.
//! - Spaces around a field, quoted or not, are no data. Spaces within quotes are.
//! - Lines end with CR LF, LF or CR. Within quotes an end of line is data.
//! - An empty line stays a line, so that the lines of the result are those of the file.

use std::io::{self, Read};

use super::decode::Decoder;
use super::marks::{AFTER_QUOTE, TOO_LONG, UNDECODABLE};

/// Longest field that is passed on, in bytes. The longest value that anything takes is 4,000
/// characters; what is beyond this is dropped and marked, so that a quote that is never closed
/// does not gather the rest of the file in memory.
pub const MAX_FIELD: usize = 64 * 1024;
/// Most fields of a row that are passed on.
const MAX_FIELDS: usize = 4096;

/// Where in a row the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before a field; spaces here are none of it.
    Start,
    /// In a field without quotes, after so many spaces that may be none of it.
    Bare { spaces: usize },
    /// Between straight quotes.
    Straight,
    /// At a straight quote that closes the field, or is the first half of a doubled one.
    StraightQuote,
    /// Between typographic quotes.
    Curly,
    /// At a quote that closes the field if only spaces follow before the comma.
    CurlyQuote { quote: Quote, spaces: usize },
    /// After the closing quote.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Straight,
    /// By the last byte of its three in UTF-8.
    Curly(u8),
}

/// A file as plain CSV in UTF-8.
pub struct Dialect<R> {
    from: Decoder<R>,
    piece: Vec<u8>,
    /// Of `piece`: how much is read.
    read: usize,
    ready: Vec<u8>,
    /// Of `ready`: how much was handed on.
    handed: usize,
    ended: bool,
    at: At,
    /// Bytes of the field so far.
    length: usize,
    /// Fields of the row so far, the present one excluded.
    fields: usize,
    /// Whether the last byte was a CR, whose LF is the same end of line.
    after_cr: bool,
    /// Ends of line handed on so far.
    lines: u64,
    /// The line that the present row begins on, from 1.
    row_line: u64,
    unclosed: Option<u64>,
}

impl<R: Read> Dialect<R> {
    pub fn new(from: R) -> Dialect<R> {
        Dialect {
            from: Decoder::new(from),
            piece: Vec::new(),
            read: 0,
            ready: Vec::new(),
            handed: 0,
            ended: false,
            at: At::Start,
            length: 0,
            fields: 0,
            after_cr: false,
            lines: 0,
            row_line: 1,
            unclosed: None,
        }
    }

    /// The line of the row in which a quote was opened that nothing closes, known once the end of
    /// the file was read.
    pub fn unclosed(&self) -> Option<u64> {
        self.unclosed
    }

    fn convert(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.handed = 0;
        while self.ready.is_empty() && !self.ended {
            let mut piece = std::mem::take(&mut self.piece);
            // What was not read yet is the beginning of a quote that the piece cut in two.
            let rest = piece.split_off(self.read);
            self.from.next(&mut piece)?;
            self.ended = piece.is_empty();
            if !rest.is_empty() {
                piece.splice(0..0, rest);
            }
            self.read = 0;
            self.go_through(&piece);
            self.piece = piece;
            if self.ended {
                self.finish();
            }
        }
        Ok(())
    }

    fn go_through(&mut self, piece: &[u8]) {
        while let Some(&byte) = piece.get(self.read) {
            let rest = &piece[self.read..];
            match byte {
                b'\n' if std::mem::take(&mut self.after_cr) => self.read += 1,
                0xe2 => match curly(rest) {
                    // Perhaps; the next piece will say.
                    None if rest.len() < 3 && !self.ended => return,
                    None => self.data(rest),
                    Some(quote) => {
                        self.read += 3;
                        self.quote(Quote::Curly(quote));
                    }
                },
                b'"' => {
                    self.read += 1;
                    self.quote(Quote::Straight);
                }
                b',' | b'\r' | b'\n' | b' ' | b'\t' => {
                    self.read += 1;
                    self.mark(byte);
                }
                _ => self.data(rest),
            }
        }
    }

    /// Bytes that mean themselves everywhere: as many as `rest` begins with, at least one.
    fn data(&mut self, rest: &[u8]) {
        self.after_cr = false;
        let special = |byte: &u8| matches!(byte, b',' | b'\r' | b'\n' | b' ' | b'\t' | b'"' | 0xe2);
        let count = 1 + rest[1..].iter().position(special).unwrap_or(rest.len() - 1);
        self.read += count;
        self.settle();
        match self.at {
            At::Start => self.at = At::Bare { spaces: 0 },
            At::Closed => self.stray(),
            _ => {}
        }
        self.put(&rest[..count]);
    }

    /// Decides about a quote or about spaces, now that something follows that is neither.
    fn settle(&mut self) {
        match self.at {
            At::Bare { spaces } => {
                self.put_spaces(spaces);
                self.at = At::Bare { spaces: 0 };
            }
            At::StraightQuote => {
                self.ready.push(b'"');
                self.at = At::Closed;
            }
            At::CurlyQuote { quote, spaces } => {
                match quote {
                    Quote::Straight => self.put(b"\"\""),
                    Quote::Curly(last) => self.put(&[0xe2, 0x80, last]),
                }
                self.put_spaces(spaces);
                self.at = At::Curly;
            }
            At::Start | At::Straight | At::Curly | At::Closed => {}
        }
    }

    fn quote(&mut self, quote: Quote) {
        self.after_cr = false;
        match (self.at, quote) {
            (At::Start, _) => {
                self.ready.push(b'"');
                self.at = match quote {
                    Quote::Straight => At::Straight,
                    Quote::Curly(_) => At::Curly,
                };
            }
            (At::Straight, Quote::Straight) => self.at = At::StraightQuote,
            (At::StraightQuote, Quote::Straight) => {
                self.put(b"\"\"");
                self.at = At::Straight;
            }
            (At::Curly, _) => self.at = At::CurlyQuote { quote, spaces: 0 },
            (At::CurlyQuote { .. }, _) => {
                self.settle();
                self.at = At::CurlyQuote { quote, spaces: 0 };
            }
            (At::Bare { .. } | At::Straight | At::StraightQuote | At::Closed, _) => {
                self.settle();
                if self.at == At::Closed {
                    self.stray();
                }
                match quote {
                    // A parser takes a quote within a bare field as it stands.
                    Quote::Straight => self.put(b"\""),
                    Quote::Curly(last) => self.put(&[0xe2, 0x80, last]),
                }
            }
        }
    }

    /// A comma, an end of line or a space.
    fn mark(&mut self, byte: u8) {
        self.after_cr = false;
        match (self.at, byte) {
            (At::Straight | At::Curly, _) => return self.put(&[byte]),
            (At::Start | At::Closed, b' ' | b'\t') => return,
            (At::Bare { spaces }, b' ' | b'\t') => {
                self.at = At::Bare { spaces: spaces + 1 };
                return;
            }
            (At::CurlyQuote { quote, spaces }, b' ' | b'\t') => {
                let spaces = spaces + 1;
                self.at = At::CurlyQuote { quote, spaces };
                return;
            }
            (At::StraightQuote, b' ' | b'\t') => return self.settle(),
            (At::StraightQuote | At::CurlyQuote { .. }, _) => self.ready.push(b'"'),
            (At::Start | At::Bare { .. } | At::Closed, _) => {}
        }
        match byte {
            b',' => self.next_field(),
            _ => {
                self.after_cr = byte == b'\r';
                self.end_row();
            }
        }
    }

    fn next_field(&mut self) {
        self.fields += 1;
        self.length = 0;
        self.at = At::Start;
        if self.fields < MAX_FIELDS {
            self.ready.push(b',');
        }
    }

    fn end_row(&mut self) {
        if self.at == At::Start && self.fields == 0 {
            // The parser would pass over an empty line without counting it.
            self.ready.extend_from_slice(b"\"\"");
        }
        self.ready.push(b'\n');
        self.lines += 1;
        self.row_line = self.lines + 1;
        (self.fields, self.length, self.at) = (0, 0, At::Start);
    }

    fn finish(&mut self) {
        match self.at {
            At::Straight | At::Curly => {
                self.unclosed = Some(self.row_line);
                self.ready.push(b'"');
            }
            At::StraightQuote | At::CurlyQuote { .. } => self.ready.push(b'"'),
            At::Start | At::Bare { .. } | At::Closed => {}
        }
    }

    /// Text after a closing quote belongs to nothing.
    fn stray(&mut self) {
        self.ready.push(AFTER_QUOTE);
        self.at = At::Bare { spaces: 0 };
    }

    fn put_spaces(&mut self, count: usize) {
        // One more than fits is enough to mark the field.
        for _ in 0..count.min(MAX_FIELD + 1) {
            self.put(b" ");
        }
    }

    /// Data of the field, as much of it as is passed on.
    fn put(&mut self, bytes: &[u8]) {
        let before = self.length;
        self.length += bytes.len();
        if self.fields >= MAX_FIELDS || before > MAX_FIELD {
            return;
        }
        let from = self.ready.len();
        if self.length > MAX_FIELD {
            self.ready.push(TOO_LONG);
            return;
        }
        self.ready.extend_from_slice(bytes);
        for byte in &mut self.ready[from..] {
            match *byte {
                b'\n' => self.lines += 1,
                // No text has such a byte; the marks are ours alone.
                TOO_LONG.. => *byte = UNDECODABLE,
                _ => {}
            }
        }
    }
}

/// The last byte of a typographic double quote that `rest` begins with: “ ” „ ‟.
fn curly(rest: &[u8]) -> Option<u8> {
    match rest {
        [0xe2, 0x80, last @ 0x9c..=0x9f, ..] => Some(*last),
        _ => None,
    }
}

impl<R: Read> Read for Dialect<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.handed == self.ready.len() {
            self.convert()?;
        }
        let ready = &self.ready[self.handed..];
        let count = ready.len().min(to.len());
        to[..count].copy_from_slice(&ready[..count]);
        self.handed += count;
        Ok(count)
    }
}
