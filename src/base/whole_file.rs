//! Files that are there whole, or as they were: written beside their place, then renamed.
//!
//! A device or a pipe has no place to be renamed to and is written into, as a redirection would.
//! A link stays one: the file it leads to is replaced.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Puts what `fill` writes at `path`, in place of whatever was there.
///
/// # Errors
/// Those of `fill` and of the disk. Then the old file is untouched and no other is left behind.
pub fn replace(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let Some(path) = regular(path)? else {
        let mut to = BufWriter::new(OpenOptions::new().write(true).open(path)?);
        return fill(&mut to).and_then(|()| to.flush());
    };
    let beside = beside(&path);
    let written = File::create(&beside).and_then(|file| {
        let mut to = BufWriter::new(file);
        fill(&mut to)?;
        to.flush()?;
        fs::rename(&beside, &path)
    });
    if written.is_err() {
        // What could not be put in place must not be left lying beside it.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Makes sure that `path` can be replaced, before the work whose result it is to hold.
///
/// # Errors
/// What the disk says.
pub fn prepare(path: &Path) -> io::Result<()> {
    match regular(path)? {
        Some(path) => {
            let beside = beside(&path);
            File::create(&beside).and_then(|_| fs::remove_file(&beside))
        }
        None => OpenOptions::new().write(true).open(path).map(drop),
    }
}

/// The file itself behind any links, if it is one or may become one; `None` for a device or pipe.
fn regular(path: &Path) -> io::Result<Option<PathBuf>> {
    match fs::metadata(path) {
        Ok(known) if known.is_dir() => Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "this is a folder",
        )),
        Ok(known) if known.is_file() => fs::canonicalize(path).map(Some),
        Ok(_) => Ok(None),
        Err(_) => Ok(Some(path.to_owned())),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name: OsString = path.to_owned().into_os_string();
    // Two programs that write the same file must not write into each other's.
    name.push(format!(".{}.writing", std::process::id()));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ipamlab-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn put(path: &Path, text: &str) -> io::Result<()> {
        replace(path, |to| to.write_all(text.as_bytes()))
    }

    #[test]
    fn a_file_is_replaced_whole_or_stays_as_it_was() {
        let folder = folder("whole");
        let path = folder.join("report.html");
        put(&path, "one").unwrap();
        put(&path, "two").unwrap();
        let failed = replace(&path, |to| {
            to.write_all(b"three")?;
            Err(io::Error::other("enough"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "enough");
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let inside = put(&folder, "x").unwrap_err();
        assert_eq!(inside.kind(), io::ErrorKind::IsADirectory);
        assert!(prepare(&folder.join("no/such")).is_err());
        prepare(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let folder = folder("link");
        let (link, file) = (folder.join("link"), folder.join("file"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_device_is_written_into_and_stays_one() {
        use std::os::unix::fs::FileTypeExt as _;
        let full = Path::new("/dev/full");
        prepare(full).unwrap();
        assert_eq!(
            put(full, "x").unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        put(Path::new("/dev/null"), "x").unwrap();
        let device = fs::metadata(full).unwrap().file_type();
        assert!(device.is_char_device());
    }
}
