//! Where one JSON text ends in a stream of bytes. Kea's socket has no other frame: a client sends
//! a command and waits, without closing its side.

/// What is known after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// The text goes on.
    More,
    /// The text ends after this many bytes of the stream.
    Complete(usize),
    /// No command begins with this byte.
    Wrong(u8),
}

/// Looks at each byte once, whatever the pieces are.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    seen: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Feed {
    /// Takes the next piece of the stream. After anything but [`Fed::More`] no piece may follow.
    pub fn push(&mut self, piece: &[u8]) -> Fed {
        for byte in piece {
            self.seen += 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'{' | b'[' => self.depth += 1,
                _ if self.depth == 0 && byte.is_ascii_whitespace() => {}
                _ if self.depth == 0 => return Fed::Wrong(*byte),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Fed::Complete(self.seen);
                    }
                }
                b'"' => self.in_string = true,
                _ => {}
            }
        }
        Fed::More
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(pieces: &[&str]) -> Fed {
        let mut feed = Feed::default();
        let fed = pieces.iter().map(|piece| feed.push(piece.as_bytes()));
        fed.last().expect("there is a piece")
    }

    #[test]
    fn a_text_ends_where_its_first_bracket_closes() {
        assert_eq!(fed(&["{}"]), Fed::Complete(2));
        assert_eq!(fed(&[" \n{\"a\": [1, {}]} and more"]), Fed::Complete(16));
        assert_eq!(fed(&["[1, ", "2", "]"]), Fed::Complete(6));
        assert_eq!(fed(&["{\"a\": {}"]), Fed::More);
        assert_eq!(fed(&["  "]), Fed::More);
    }

    #[test]
    fn brackets_and_quotes_inside_strings_are_text() {
        assert_eq!(fed(&[r#"{"a}": "\"}"#, r#"\\"}"#]), Fed::Complete(15));
        assert_eq!(fed(&[r#"{"a\"#, r#""}"#]), Fed::More);
    }

    #[test]
    fn what_begins_no_command_is_said_at_once() {
        assert_eq!(fed(&["nonsense"]), Fed::Wrong(b'n'));
        assert_eq!(fed(&["5"]), Fed::Wrong(b'5'));
        assert_eq!(fed(&["}"]), Fed::Wrong(b'}'));
        assert_eq!(fed(&["\"{\""]), Fed::Wrong(b'"'));
    }
}
