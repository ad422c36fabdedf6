//! A CSV file as a header and rows of text, with the line each row begins on.
//!
//! Refuses what is wrong with a row as a row: too many fields, bytes that are no text. It does not
//! know what a column means.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::failure::RowFailure;
use super::kept::KeptFields;
use super::text::marks::{AFTER_QUOTE, TOO_LONG, UNDECODABLE};
use super::text::{Dialect, MAX_FIELD};

/// A file that is read row by row.
pub struct Sheet<R> {
    /// The file's name, as refusals tell it.
    name: String,
    reader: csv::Reader<Dialect<R>>,
    record: ByteRecord,
    header: Vec<String>,
}

/// What the next line of a file holds.
pub enum Next<'a> {
    Row(Row<'a>),
    /// A row that cannot be read as one.
    Failure(RowFailure),
    End,
}

/// The fields of a row, as many as the header has.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// The line of the file it begins on; the header is on line 1.
    pub line: u64,
    fields: Fields<'a>,
}

#[derive(Clone, Copy)]
enum Fields<'a> {
    /// Until the next row is read.
    Read(&'a ByteRecord),
    Kept(KeptFields<'a>),
}

impl<'a> Fields<'a> {
    fn get(self, index: usize) -> Option<&'a [u8]> {
        match self {
            Fields::Read(record) => record.get(index),
            Fields::Kept(fields) => fields.get(index),
        }
    }
}

impl<'a> Row<'a> {
    pub(super) fn of_kept(line: u64, fields: KeptFields<'a>) -> Row<'a> {
        Row {
            line,
            fields: Fields::Kept(fields),
        }
    }

    /// What was read of each field, text or not.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let fields = self.fields;
        (0..).map_while(move |index| fields.get(index))
    }

    /// The text of a field, or the reason why it is none.
    pub fn text(&self, index: usize) -> Result<&'a str, &'static str> {
        let bytes = self.fields.get(index).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Ok(text),
            Ok(_) => Err("holds a NUL character: save the file as text"),
            Err(_) => Err(unreadable(bytes)),
        }
    }

    /// The text of a field as far as it is one.
    pub fn shown(&self, index: usize) -> String {
        let bytes = self.fields.get(index).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
}

fn unreadable(bytes: &[u8]) -> &'static str {
    if bytes.contains(&TOO_LONG) {
        "is longer than any value may be: close the quote before it, or shorten it"
    } else if bytes.contains(&AFTER_QUOTE) {
        "goes on after its closing quote: double the quotes within it"
    } else if bytes.contains(&UNDECODABLE) || !bytes.is_empty() {
        "holds bytes that are no text: save the file as UTF-8"
    } else {
        "is no text"
    }
}

impl<R: Read> Sheet<R> {
    /// Reads the header of a file.
    ///
    /// # Errors
    /// `IpamApiImportInvalidFile` when the file cannot be read or has no header.
    pub fn open(name: &str, file: R) -> IpamResult<Sheet<R>> {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(Dialect::new(file));
        let mut sheet = Sheet {
            name: name.to_owned(),
            reader,
            record: ByteRecord::new(),
            header: Vec::new(),
        };
        sheet.header = sheet.read_header()?;
        Ok(sheet)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names on line 1, without those of empty columns at the end, which spreadsheets leave.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    fn read_header(&mut self) -> IpamResult<Vec<String>> {
        let no_header = "has no header: line 1 must name the fields";
        if !self.advance()? {
            return Err(self.refuse("is empty: line 1 must name the fields"));
        }
        let mut names = Vec::new();
        for field in &self.record {
            let name = match std::str::from_utf8(field) {
                Ok(name) if name.contains('\0') => {
                    let words = "holds NUL characters: save it as UTF-8, or as UTF-16 with a byte \
                                 order mark";
                    return Err(self.refuse(words));
                }
                Ok(name) => name.to_owned(),
                Err(_) => return Err(self.refuse(&format!("line 1 {}", unreadable(field)))),
            };
            names.push(name);
        }
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.is_empty() {
            return Err(self.refuse(no_header));
        }
        if self.reader.get_ref().unclosed() == Some(1) {
            return Err(self.refuse("opens a quote on line 1 that nothing closes"));
        }
        Ok(names)
    }

    /// The next row that is not empty.
    ///
    /// # Errors
    /// `IpamApiImportInvalidFile` when the file cannot be read on.
    pub fn next(&mut self) -> IpamResult<Next<'_>> {
        loop {
            if !self.advance()? {
                return Ok(Next::End);
            }
            if self.record.iter().any(|field| !field.is_empty()) {
                break;
            }
        }
        let line = self.record.position().map_or(0, csv::Position::line);
        let failure = |reason: String| RowFailure {
            row: line,
            column: String::new(),
            value: String::new(),
            id: ErrorId::IpamApiImportInvalidRow,
            reason,
        };
        if self.reader.get_ref().unclosed() == Some(line) {
            let reason = "a quote is opened and nothing closes it: close it, or double it";
            return Ok(Next::Failure(failure(reason.to_owned())));
        }
        let (fields, wanted) = (self.record.len(), self.header.len());
        let beyond = self.record.iter().skip(wanted);
        if fields < wanted || beyond.into_iter().any(|field| !field.is_empty()) {
            let reason = format!("has {fields} fields where the header has {wanted}");
            return Ok(Next::Failure(failure(reason)));
        }
        let fields = Fields::Read(&self.record);
        Ok(Next::Row(Row { line, fields }))
    }

    fn advance(&mut self) -> IpamResult<bool> {
        let read = self.reader.read_byte_record(&mut self.record);
        read.map_err(|error| self.refuse(&format!("cannot be read: {error}")))
    }

    fn refuse(&self, what: &str) -> IpamError {
        IpamError::new(
            ErrorId::IpamApiImportInvalidFile,
            format!("`{}` {what}", self.name),
        )
    }
}

const _: () = assert!(MAX_FIELD > 4 * 4000, "the longest description fits");
