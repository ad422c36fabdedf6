//! What the readers before the CSV parser make of a file.

use std::io::Read;

use proptest::prelude::*;

use super::Dialect;
use super::marks::{AFTER_QUOTE, TOO_LONG, UNDECODABLE};

/// A file that is handed out in pieces of at most so many bytes.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(to.len());
        let (now, later) = self.0.split_at(count);
        to[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

fn plain_in(bytes: &[u8], piece: usize) -> (Vec<u8>, Option<u64>) {
    let mut dialect = Dialect::new(Pieces(bytes, piece));
    let mut plain = Vec::new();
    dialect.read_to_end(&mut plain).expect("memory can be read");
    (plain, dialect.unclosed())
}

fn plain(bytes: impl AsRef<[u8]>) -> String {
    let (whole, _) = plain_in(bytes.as_ref(), usize::MAX);
    for piece in 1..8 {
        assert_eq!(
            plain_in(bytes.as_ref(), piece).0,
            whole,
            "in pieces of {piece}"
        );
    }
    String::from_utf8(whole).expect("no marks")
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[test]
fn every_encoding_with_a_mark_is_read_and_utf8_without_one() {
    let text = "Ort,Büro\nköln,\u{1f5a8}\n";
    assert_eq!(plain(text), text);
    assert_eq!(plain(format!("\u{feff}{text}")), text);
    assert_eq!(plain(utf16(text, u16::to_le_bytes)), text);
    assert_eq!(plain(utf16(text, u16::to_be_bytes)), text);
    assert_eq!(plain(""), "");
}

#[test]
fn halves_of_characters_are_marked() {
    let mut cut = utf16("a,b", u16::to_le_bytes);
    cut.pop();
    assert_eq!(plain_in(&cut, 3).0, [b'a', b',', UNDECODABLE]);
    let lone = [0xff, 0xfe, 0x00, 0xd8, b'x', 0];
    assert_eq!(plain_in(&lone, 2).0, [UNDECODABLE, b'x']);
    let low = [0xff, 0xfe, 0x00, 0xdc, 0x00, 0xd8];
    assert_eq!(plain_in(&low, 9).0, [UNDECODABLE, UNDECODABLE]);
}

#[test]
fn lines_end_in_three_ways_and_empty_ones_stay() {
    assert_eq!(plain("a\r\nb\nc\rd"), "a\nb\nc\nd");
    assert_eq!(plain("a\r\n\r\n \t\nb"), "a\n\"\"\n\"\"\nb");
    assert_eq!(plain("\"a\r\nb\rc\"\r"), "\"a\r\nb\rc\"\n");
}

#[test]
fn spaces_around_fields_go_and_within_quotes_stay() {
    assert_eq!(plain(" a b ,\t c\t\r\n"), "a b,c\n");
    assert_eq!(plain("\" a \" , \"b\"\t\n"), "\" a \",\"b\"\n");
    assert_eq!(plain("a,  \n"), "a,\n");
}

#[test]
fn typographic_quotes_quote_like_straight_ones() {
    let seed = "“Network”, “Start IP address”\n„1”,‟b”";
    assert_eq!(plain(seed), "\"Network\",\"Start IP address\"\n\"1\",\"b\"");
    assert_eq!(plain("“a, “b” and c” , d"), "\"a, “b” and c\",d");
    assert_eq!(
        plain("“6\" disk”,“say \"x\"”"),
        "\"6\"\" disk\",\"say \"\"x\"\"\""
    );
    assert_eq!(plain("“closed by\",x"), "\"closed by\",x");
}

#[test]
fn typographic_quotes_within_other_fields_are_data() {
    assert_eq!(plain("\"“a”, b\",x“y”"), "\"“a”, b\",x“y”");
    assert_eq!(
        plain("€ 5,– a"),
        "€ 5,– a",
        "other characters of three bytes"
    );
}

#[test]
fn straight_quotes_are_doubled_in_quotes_and_stand_for_themselves_elsewhere() {
    assert_eq!(plain("\"a\"\"b\",6\" disk"), "\"a\"\"b\",6\" disk");
}

#[test]
fn what_follows_a_closing_quote_is_marked() {
    let expected = [b"\"a\"".as_slice(), &[AFTER_QUOTE], b"b,c"].concat();
    assert_eq!(plain_in(b"\"a\" b,c", 1).0, expected);
}

#[test]
fn a_quote_that_nothing_closes_is_told_with_the_line_of_its_row() {
    assert_eq!(
        plain_in(b"a\n\"b\nc", 2),
        (b"a\n\"b\nc\"".to_vec(), Some(2))
    );
    assert_eq!(plain_in(b"a\n\"b\n\"\nc", 2).1, None);
}

#[test]
fn a_field_beyond_the_limit_is_cut_and_marked_however_long_it_is() {
    let mut file = b"\"".to_vec();
    file.resize(3 * super::MAX_FIELD, b'x');
    file.extend_from_slice(b"\",after\n");
    let (plain, _) = plain_in(&file, 4096);
    assert!(plain.len() < 2 * super::MAX_FIELD, "{}", plain.len());
    assert_eq!(plain.iter().filter(|byte| **byte == TOO_LONG).count(), 1);
    assert!(plain.ends_with(b"\",after\n"));
}

/// Texts made of what the dialect treats specially.
fn awkward() -> impl Strategy<Value = String> {
    let pieces = [
        "\"",
        ",",
        "\r",
        "\n",
        " ",
        "“",
        "”",
        "„",
        "a",
        "é",
        "–",
        "\u{1f5a8}",
        "\t",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_a_csv_writer_quotes_is_read_back_as_it_was(
        rows in prop::collection::vec(prop::collection::vec(awkward(), 2..4), 1..5),
        piece in 1_usize..9,
    ) {
        let mut writer = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .flexible(true)
            .from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let file = writer.into_inner().unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(Dialect::new(Pieces(&file, piece)));
        let read: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn any_bytes_are_read_in_bounded_room_and_alike_in_any_pieces(
        bytes in prop::collection::vec(
            prop_oneof![
                any::<u8>(),
                prop::sample::select(b"\",\r\n \xe2\x80\x9c\x9d\xff\xfe".to_vec()),
            ],
            0..300,
        ),
        piece in 1_usize..9,
    ) {
        let (whole, unclosed) = plain_in(&bytes, usize::MAX);
        prop_assert!(whole.len() <= 4 * bytes.len() + 4);
        prop_assert_eq!(plain_in(&bytes, piece), (whole, unclosed));
    }
}
