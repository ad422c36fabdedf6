//! Files behind a share: share permission, folder, permission on the disk, file, in that order.

use std::collections::BTreeSet;

use crate::base::Sid;
use crate::estate::Share;
use crate::wire::windows::Win32Error;
use crate::wire::windows::smb::{FileEntry, Request, Response};

use super::context::Context;
use super::local_files;

/// Bytes one read may ask for: the largest read that SMB 3 negotiates.
const READ_BYTES_MAX: usize = 8 * 1024 * 1024;

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    match request {
        Request::List { share } => {
            let folder = open(context, share)?;
            let files = match contents(context) {
                Some(contents) => contents
                    .list(&folder.path)
                    .ok_or(Win32Error::ERROR_PATH_NOT_FOUND)?,
                None => Vec::new(),
            };
            let entry = |(name, size)| FileEntry { name, size };
            Ok(Response::Files(files.into_iter().map(entry).collect()))
        }
        Request::Read {
            share,
            file,
            offset,
            max,
        } => {
            let folder = open(context, share)?;
            let text = contents(context)
                .and_then(|contents| contents.read(&folder.path, file))
                .ok_or(Win32Error::ERROR_FILE_NOT_FOUND)?;
            part(&text, *offset, *max)
        }
        Request::ListFolder { path } => local_files::list(context, path),
        Request::ReadFile { path, file } => local_files::read(context, path, file),
        Request::WriteFile { path, file, text } => local_files::write(context, (path, file), text),
    }
}

fn contents(context: &Context<'_>) -> Option<std::rc::Rc<dyn crate::estate::FolderContents>> {
    context.estate.borrow().folder_contents(context.host)
}

/// The share, if the caller may read the folder behind it (domain 4.3: both permissions apply).
fn open(context: &Context<'_>, name: &str) -> Result<Share, Win32Error> {
    let caller = context.caller()?;
    let estate = context.estate.borrow();
    let host = context.host_in(&estate)?;
    let share = host.share(name).ok_or(Win32Error::ERROR_BAD_NET_NAME)?;
    let permit = |readers: &BTreeSet<Sid>| match caller.is_any_of(readers) {
        true => Ok(()),
        false => Err(Win32Error::ERROR_ACCESS_DENIED),
    };
    permit(&share.readers)?;
    // A share made on a folder that has moved since leads nowhere (A6).
    let readers = host
        .ntfs_readers(&share.path)
        .ok_or(Win32Error::ERROR_PATH_NOT_FOUND)?;
    permit(readers)?;
    Ok(share.clone())
}

/// At most `max` bytes from `offset`, but whole characters and at least one.
fn part(text: &str, offset: u64, max: u32) -> Result<Response, Win32Error> {
    let start = usize::try_from(offset).map_or(text.len(), |start| start.min(text.len()));
    let rest = text
        .get(start..)
        .ok_or(Win32Error::ERROR_INVALID_PARAMETER)?;
    let max = usize::try_from(max)
        .unwrap_or(usize::MAX)
        .min(READ_BYTES_MAX);
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let mut end = max.max(first).min(rest.len());
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    Ok(Response::Content {
        text: rest[..end].to_owned(),
        end_of_file: end == rest.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, offset: u64, max: u32) -> Result<(String, bool), Win32Error> {
        match part(text, offset, max)? {
            Response::Content { text, end_of_file } => Ok((text, end_of_file)),
            Response::Files(_) | Response::Written => unreachable!("a read gives content"),
        }
    }

    #[test]
    fn a_read_gives_whole_characters_and_always_gets_on() {
        assert_eq!(read("a\u{20ac}b", 0, 3), Ok(("a".to_owned(), false)));
        assert_eq!(read("a\u{20ac}b", 1, 1), Ok(("\u{20ac}".to_owned(), false)));
        assert_eq!(read("a\u{20ac}b", 4, 0), Ok(("b".to_owned(), true)));
        assert_eq!(
            read("a\u{20ac}b", 2, 9),
            Err(Win32Error::ERROR_INVALID_PARAMETER)
        );
        assert_eq!(read("", 0, 9), Ok((String::new(), true)));
    }
}
