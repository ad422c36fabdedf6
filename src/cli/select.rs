//! From what the command line names to scenario files, in a stable order.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::args::{Partition, Selection, default_folder};
use crate::base::Seed;

/// Why nothing can be chosen.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    #[error("`{}` does not exist, neither here nor below `{}`", .path.display(), .below.display())]
    Missing { path: PathBuf, below: PathBuf },
    #[error("`{}` cannot be read: {cause}", .path.display())]
    Unreadable {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error("no scenario matches `{0}`")]
    NoMatch(String),
}

/// Every scenario file that is meant, sorted by path.
///
/// # Errors
/// A path that does not exist, or a word that no scenario's path contains.
pub fn files(selection: &Selection) -> Result<Vec<PathBuf>, SelectError> {
    let is_path = |word: &&String| Path::new(word).exists() || looks_like_path(word);
    let place = |word: &&String| here_or_below(Path::new(word));
    let (paths, words): (Vec<&String>, Vec<&String>) =
        selection.which.iter().partition(|word| is_path(word));
    let mut roots: Vec<PathBuf> = paths.iter().map(place).collect();
    if roots.is_empty() {
        roots.push(default_folder());
    }
    let mut found = BTreeSet::new();
    for root in roots {
        if root.is_dir() {
            below(&root, &mut found)?;
        } else if root.exists() {
            found.insert(root);
        } else {
            let below = default_folder();
            return Err(SelectError::Missing { path: root, below });
        }
    }
    if words.is_empty() {
        return Ok(found.into_iter().collect());
    }
    let contains = |path: &Path, word: &str| path.to_string_lossy().contains(word);
    if let Some(word) = words
        .iter()
        .find(|word| !found.iter().any(|path| contains(path, word)))
    {
        return Err(SelectError::NoMatch((*word).clone()));
    }
    Ok(found
        .into_iter()
        .filter(|path| words.iter().any(|word| contains(path, word)))
        .collect())
}

/// The path itself, or the same below the folder of scenarios where there is nothing else of that
/// name.
fn here_or_below(path: &Path) -> PathBuf {
    let below = default_folder().join(path);
    match !path.exists() && below.exists() {
        true => below,
        false => path.to_owned(),
    }
}

/// A word that was meant as a path, so that a misspelt path is not taken for a filter.
fn looks_like_path(word: &str) -> bool {
    word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with('/')
}

fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), SelectError> {
    let unreadable = |cause| SelectError::Unreadable {
        path: folder.to_owned(),
        cause,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        // A link to a folder is not followed: it may lead back up.
        if path.is_dir() && !path.is_symlink() {
            below(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
        {
            found.insert(path);
        }
    }
    Ok(())
}

/// Whether a scenario has one of the tags that were asked for.
pub fn has_tag(selection: &Selection, tags: &[String]) -> bool {
    selection.tag.is_empty() || selection.tag.iter().any(|tag| tags.contains(tag))
}

/// The files of one part. A file's part depends on its path alone.
pub fn partition(files: Vec<PathBuf>, partition: Option<Partition>) -> Vec<PathBuf> {
    let Some(Partition { part, of }) = partition else {
        return files;
    };
    let belongs = |path: &PathBuf| {
        let name = path.to_string_lossy().replace('\\', "/");
        Seed(0).child(&name).0 % of == part - 1
    };
    files.into_iter().filter(belongs).collect()
}
