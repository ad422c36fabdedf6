//! What may be open in front of the run: something typed, a menu, a page, a question.

use super::key::Key;
use super::keys::{DialogKey, MENU_KEYS, PAGE_KEYS, PROMPT_KEYS, QUESTION_KEYS};
use super::menu::Menu;

/// A dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    Prompt(Prompt),
    Menu(Menu),
    Page(Page),
    /// A file of this name is there: shall it be replaced?
    Replace {
        file: String,
    },
}

impl Dialog {
    /// The keys it obeys.
    pub fn keys(&self) -> &'static [DialogKey] {
        match self {
            Dialog::Prompt(_) => PROMPT_KEYS,
            Dialog::Menu(_) => MENU_KEYS,
            Dialog::Page(_) => PAGE_KEYS,
            Dialog::Replace { .. } => QUESTION_KEYS,
        }
    }
}

/// What a typed line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Insert,
    Jump,
    Write,
}

/// Longest line that can be typed; a step in flow style is far shorter.
const TYPED_MAX: usize = 2000;

/// A line that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub text: String,
    /// Characters before the caret.
    pub caret: usize,
    /// What was wrong with the line when it was last taken.
    pub problem: Vec<String>,
}

impl Prompt {
    pub fn new(purpose: Purpose, text: impl Into<String>) -> Prompt {
        let text = text.into();
        Prompt {
            purpose,
            caret: text.chars().count(),
            text,
            problem: Vec::new(),
        }
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn offset(&self) -> usize {
        let mut places = self.text.char_indices();
        places.nth(self.caret).map_or(self.text.len(), |(at, _)| at)
    }

    /// Edits the line; says whether the key is one of an editor.
    pub fn edit(&mut self, key: Key) -> bool {
        match key {
            Key::Char(one) if !one.is_control() && self.length() < TYPED_MAX => {
                self.text.insert(self.offset(), one);
                self.caret += 1;
            }
            Key::Left => self.caret = self.caret.saturating_sub(1),
            Key::Right => self.caret = (self.caret + 1).min(self.length()),
            Key::Home => self.caret = 0,
            Key::End => self.caret = self.length(),
            Key::Backspace if self.caret > 0 => {
                self.caret -= 1;
                self.text.remove(self.offset());
            }
            Key::Delete if self.caret < self.length() => {
                self.text.remove(self.offset());
            }
            _ => return false,
        }
        true
    }
}

/// Text to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub title: String,
    pub lines: Vec<String>,
    /// First line shown.
    pub scroll: usize,
}

impl Page {
    pub fn new(title: impl Into<String>, lines: Vec<String>) -> Page {
        Page {
            title: title.into(),
            lines,
            scroll: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_where_the_caret_is() {
        let mut prompt = Prompt::new(Purpose::Insert, "gö");
        for key in [
            Key::Left,
            Key::Char('a'),
            Key::End,
            Key::Char('!'),
            Key::Home,
            Key::Delete,
        ] {
            assert!(prompt.edit(key), "{key}");
        }
        assert_eq!((prompt.text.as_str(), prompt.caret), ("aö!", 0));
        assert!(
            !prompt.edit(Key::Backspace),
            "there is nothing before the caret"
        );
        assert!(!prompt.edit(Key::Tab));
        prompt.edit(Key::End);
        prompt.edit(Key::Backspace);
        assert_eq!(prompt.text, "aö");
    }
}
