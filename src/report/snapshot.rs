//! Snapshot files in insta's format, so that `ipamlab run`, `cargo test` and `cargo insta review`
//! read and write the same ones.
//!
//! insta itself is a development dependency: its macros run `cargo metadata`, which a user's
//! machine need not have. The format is small: a YAML header between two `---` lines, then the
//! text.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use crate::base::whole_file;

/// How a transcript compares with its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    Same,
    /// There is no snapshot yet.
    New,
    /// They differ; the lines of a unified difference, each starting with ` `, `-`, `+` or `@`.
    Changed(Vec<String>),
}

/// The snapshot file of a scenario: `scenarios/dns/ptr.yaml` has `snapshots/dns__ptr.snap`.
///
/// `below` is the scenario's path below the scenario folder.
pub fn path_of(snapshots: &Path, below: &Path) -> PathBuf {
    let name = below.with_extension("");
    let name = name.to_string_lossy().replace(['/', '\\'], "__");
    snapshots.join(format!("{name}.snap"))
}

/// Compares a transcript with the snapshot at `path`, ignoring blank lines at the end as insta
/// does.
pub fn compare(path: &Path, transcript: &str) -> io::Result<Comparison> {
    let stored = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Comparison::New),
        Err(error) => return Err(error),
    };
    let stored = contents(&stored);
    if stored.trim_end() == transcript.trim_end() {
        return Ok(Comparison::Same);
    }
    Ok(Comparison::Changed(difference(stored, transcript)))
}

/// Writes a snapshot, whole or not at all.
///
/// `input` is the scenario's path as insta's header names it, relative to the package.
pub fn write(path: &Path, input: &Path, transcript: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let input = input.to_string_lossy().replace('\\', "/");
    let text = format!(
        "---\nsource: tests/scenarios.rs\ninput_file: {input}\n---\n{}\n",
        transcript.trim_end()
    );
    whole_file::replace(path, |to| to.write_all(text.as_bytes()))
}

/// The text after the header.
fn contents(file: &str) -> &str {
    let Some(rest) = file.strip_prefix("---\n") else {
        return file;
    };
    match rest.split_once("\n---\n") {
        Some((_, text)) => text,
        None => file,
    }
}

/// A unified difference from the stored text to the new one with two lines of context.
fn difference(stored: &str, found: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(stored.trim_end(), found.trim_end());
    let mut lines = Vec::new();
    for group in diff.grouped_ops(2) {
        if let Some(first) = group.first() {
            lines.push(format!("@ line {}", first.new_range().start + 1));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push(format!("{sign}{}", change.value().trim_end_matches('\n')));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("ipamlab-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn what_is_written_compares_as_the_same_until_it_changes() {
        let folder = scratch("snapshot");
        let path = path_of(&folder, Path::new("dns/ptr.yaml"));
        assert_eq!(path, folder.join("dns__ptr.snap"));
        assert_eq!(compare(&path, "a\n").unwrap(), Comparison::New);
        write(&path, Path::new("scenarios/dns/ptr.yaml"), "a\nb\n").unwrap();
        assert_eq!(compare(&path, "a\nb\n\n").unwrap(), Comparison::Same);
        let changed = compare(&path, "a\nc\n").unwrap();
        assert_eq!(
            changed,
            Comparison::Changed(vec![
                "@ line 1".into(),
                " a".into(),
                "-b".into(),
                "+c".into()
            ])
        );
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "no half-written neighbour is left"
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn insta_reads_what_is_written() {
        let folder = scratch("insta");
        let path = folder.join("one.snap");
        write(&path, Path::new("scenarios/one.yaml"), "text\n").unwrap();
        let read = insta::Snapshot::from_file(&path).unwrap();
        assert_eq!(read.metadata().input_file(), Some("scenarios/one.yaml"));
        let insta::internals::SnapshotContents::Text(text) = read.contents() else {
            panic!("a transcript is text");
        };
        assert_eq!(text.to_string().trim_end(), "text");
        fs::remove_dir_all(&folder).unwrap();
    }
}
