//! What goes to standard output as a whole.

use std::io::{self, Write as _};

use super::exit::Exit;

/// Prints a text and ends with `then`. What cannot be written is told, and no success; a reader
/// that closed the pipe wants no more, and that is none of our business.
pub fn print(text: impl AsRef<[u8]>, then: Exit) -> Exit {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_ref()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell!("error: the text could not be written: {error}");
            Exit::Usage
        }
        _ => then,
    }
}
