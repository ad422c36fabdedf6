//! The list of every key, and what the marks mean.

use crate::demo::keys::{DialogKey, KEYS, MENU_KEYS, PAGE_KEYS, PROMPT_KEYS, QUESTION_KEYS};

/// The list as lines.
pub fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    let row = |keys: &str, does: &str| format!("  {keys:<14}{does}");
    lines.extend(
        KEYS.iter()
            .map(|binding| row(&binding.keys_shown(), binding.does)),
    );
    let dialogs: [(&str, &[DialogKey]); 4] = [
        ("while typing", PROMPT_KEYS),
        ("in a menu", MENU_KEYS),
        ("on a page like this", PAGE_KEYS),
        ("at a question", QUESTION_KEYS),
    ];
    for (place, keys) in dialogs {
        lines.push(String::new());
        lines.push(place.to_owned());
        lines.extend(
            keys.iter()
                .map(|(keys, does)| row(&super::super::key::shown(keys), does)),
        );
    }
    lines.push(String::new());
    lines.push("marks".to_owned());
    for (mark, means) in [
        (">", "the step stood at, the item chosen"),
        ("+", "a step that was inserted"),
        ("=", "went as expected"),
        ("!", "a finding: not as expected"),
        ("x", "refused, as expected"),
        (".", "nothing was judged"),
        ("~", "has not run after the change: r runs on"),
    ] {
        lines.push(row(mark, means));
    }
    lines
}
