//! Rows held for later, one behind the other in one piece of memory.
//!
//! Rows that go in by their place in the database are visited in any order. What belongs to one is
//! therefore close together, its field ends before its text, so that a visit fetches it once.

use super::sheet::Row;

/// Rows in the order in which they were pushed.
#[derive(Default)]
pub struct KeptRows {
    /// Of each row the end of every field, counted from the start of the text, then the text.
    bytes: Vec<u8>,
    rows: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    line: u64,
    begin: usize,
    fields: usize,
}

/// The fields of one kept row.
#[derive(Clone, Copy)]
pub(super) struct KeptFields<'a> {
    ends: &'a [u8],
    text: &'a [u8],
}

/// Bytes of a field's end.
const END: usize = size_of::<usize>();

impl KeptRows {
    pub fn push(&mut self, row: &Row<'_>) {
        let fields = row.fields();
        self.rows.push(Place {
            line: row.line,
            begin: self.bytes.len(),
            fields: fields.clone().count(),
        });
        let mut end = 0;
        for field in fields.clone() {
            end += field.len();
            self.bytes.extend_from_slice(&usize::to_ne_bytes(end));
        }
        for field in fields {
            self.bytes.extend_from_slice(field);
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes that the fields take.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// # Panics
    /// When there are no more than `index` rows.
    pub fn get(&self, index: usize) -> Row<'_> {
        let place = self.rows[index];
        let (ends, text) = self.bytes[place.begin..].split_at(place.fields * END);
        Row::of_kept(place.line, KeptFields { ends, text })
    }

    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<'a> KeptFields<'a> {
    fn end(self, index: usize) -> Option<usize> {
        let end = self.ends.get(index * END..)?.first_chunk()?;
        Some(usize::from_ne_bytes(*end))
    }

    pub(super) fn get(self, index: usize) -> Option<&'a [u8]> {
        let begin = match index.checked_sub(1) {
            Some(before) => self.end(before)?,
            None => 0,
        };
        self.text.get(begin..self.end(index)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sheet::{Next, Sheet};
    use super::*;

    proptest! {
        #[test]
        fn a_kept_row_says_what_the_row_said(
            rows in prop::collection::vec(prop::collection::vec("[a-z]{0,9}", 4), 0..30),
        ) {
            let lines = rows.iter().map(|row| format!("x{}\n", row.join(",")));
            let file: String = std::iter::once("a,b,c,d\n".to_owned()).chain(lines).collect();
            let mut sheet = Sheet::open("rows.csv", file.as_bytes()).unwrap();
            let mut kept = KeptRows::default();
            while let Next::Row(row) = sheet.next().unwrap() {
                kept.push(&row);
            }
            prop_assert_eq!(kept.len(), rows.len());
            for (index, row) in rows.iter().enumerate().rev() {
                let held = kept.get(index);
                prop_assert_eq!(held.line, index as u64 + 2);
                prop_assert_eq!(held.text(0), Ok(&*format!("x{}", row[0])));
                for (field, text) in row.iter().enumerate().skip(1) {
                    prop_assert_eq!(held.text(field), Ok(&**text));
                }
                prop_assert_eq!(held.text(4), Ok(""));
            }
        }
    }
}
