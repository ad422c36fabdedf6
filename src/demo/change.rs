//! How a player changes what happens: dialogs, branches, undo, files.

use std::rc::Rc;

use super::backstage::Saved;
use super::dialog::{Dialog, Page, Prompt, Purpose};
use super::key::Key;
use super::menu::{Choice, Menu, Stage};
use super::player::{Player, Stand};
use crate::scenario::Diagnostic;

impl Player<'_> {
    pub(super) fn ask(&mut self, purpose: Purpose, text: &str) {
        self.playing = false;
        self.dialog = Some(Dialog::Prompt(Prompt::new(purpose, text)));
    }

    /// Asks for what only a branch can have, unless the original is looked at.
    pub(super) fn ask_for_change(&mut self, purpose: Purpose) {
        match purpose {
            _ if self.aside => self.say("this is the original, which stays: o goes to the branch"),
            Purpose::Write if !self.is_branch() => {
                self.say("nothing was changed yet, so there is nothing to write");
            }
            Purpose::Write => {
                let stem = self.file.strip_suffix(".yaml").unwrap_or(&self.file);
                let proposed = format!("{stem}-branch.yaml");
                self.ask(purpose, &proposed);
            }
            Purpose::Insert | Purpose::Jump => self.ask(purpose, ""),
        }
    }

    pub(super) fn open_menu(&mut self) {
        if self.aside {
            self.say("this is the original, which stays: o goes to the branch");
            return;
        }
        self.playing = false;
        self.dialog = Some(Dialog::Menu(Menu::kinds()));
    }

    /// What a dialog makes of a key, and the dialog that is open then.
    pub(super) fn answer(&mut self, dialog: Dialog, key: Key) -> Option<Dialog> {
        match dialog {
            Dialog::Prompt(prompt) => self.typed(prompt, key).map(Dialog::Prompt),
            Dialog::Menu(menu) => self.chosen(menu, key),
            Dialog::Page(page) => scrolled(page, key).map(Dialog::Page),
            Dialog::Replace { file } => match key {
                Key::Char('y') => {
                    self.save(&file, true);
                    None
                }
                Key::Char('n') | Key::Esc => {
                    self.say(format!("`{file}` stays as it is"));
                    None
                }
                _ => Some(Dialog::Replace { file }),
            },
        }
        // A dialog may have opened another.
        .or_else(|| self.dialog.take())
    }

    fn typed(&mut self, mut prompt: Prompt, key: Key) -> Option<Prompt> {
        if key == Key::Esc {
            return None;
        }
        if key != Key::Enter {
            prompt.edit(key);
            return Some(prompt);
        }
        let text = prompt.text.trim().to_owned();
        let taken = match prompt.purpose {
            _ if text.is_empty() => Err(vec!["type something, or leave with Esc".to_owned()]),
            Purpose::Jump => match text.parse() {
                Ok(number) => {
                    self.go(number);
                    Ok(())
                }
                Err(_) => Err(vec![format!("`{text}` is not the number of a step")]),
            },
            Purpose::Insert => self.insert(&text),
            Purpose::Write => {
                self.save(&text, false);
                Ok(())
            }
        };
        match taken {
            Ok(()) => None,
            Err(problem) => Some(Prompt { problem, ..prompt }),
        }
    }

    fn chosen(&mut self, mut menu: Menu, key: Key) -> Option<Dialog> {
        match key {
            Key::Up => menu.step_by(-1),
            Key::Down => menu.step_by(1),
            Key::PageUp => menu.step_by(-10),
            Key::PageDown => menu.step_by(10),
            Key::Esc => return menu.before.map(|before| Dialog::Menu(*before)),
            Key::Enter => {
                if let Some(Choice::Step(text)) = menu.entries.get(menu.at).map(|one| &one.choice) {
                    // The step is shown before it is taken: so its words are learned.
                    return Some(Dialog::Prompt(Prompt::new(Purpose::Insert, text)));
                }
                let stage = Stage {
                    scene: self.branch.scene(self.cursor),
                    last: self.branch.scene(self.branch.ran()),
                    cast: &self.branch.shot.cast,
                };
                if let Some(next) = menu.follow(&stage) {
                    return Some(Dialog::Menu(next));
                }
            }
            _ => {}
        }
        Some(Dialog::Menu(menu))
    }

    /// Inserts a step after the one stood at and runs the branch up to it.
    fn insert(&mut self, step: &str) -> Result<(), Vec<String>> {
        let branch = (self.branch)
            .with_step(self.cursor, step, self.backstage)
            .map_err(|problems| told(&problems))?;
        self.undo.push(self.stand());
        self.redo.clear();
        let number = self.cursor + 1;
        self.stand_at(Stand {
            branch: Rc::new(branch),
            cursor: number,
        });
        let more = self.branch.steps.len() - self.branch.ran();
        self.say(match more {
            0 => format!("step {number} inserted; c compares, u takes it back"),
            _ => format!("step {number} inserted; r runs the {more} that follow, u takes it back"),
        });
        Ok(())
    }

    pub(super) fn run_on(&mut self) {
        if self.branch.ran() == self.branch.steps.len() {
            self.say("everything has run");
            return;
        }
        match self.branch.run_on(self.backstage) {
            Ok(whole) => {
                self.branch = Rc::new(whole);
                let findings = self.branch.shot.record.findings().count();
                let steps = self.branch.steps.len();
                self.say(match findings {
                    0 => format!("ran to step {steps}, as expected; c compares"),
                    1 => format!("ran to step {steps}, 1 finding; c compares"),
                    _ => format!("ran to step {steps}, {findings} findings; c compares"),
                });
            }
            Err(problems) => self.open_page("the branch does not run", told(&problems)),
        }
    }

    fn stand(&self) -> Stand {
        Stand {
            branch: Rc::clone(&self.branch),
            cursor: self.cursor,
        }
    }

    fn stand_at(&mut self, stand: Stand) {
        self.playing = false;
        self.aside = false;
        self.branch = stand.branch;
        self.go(stand.cursor);
    }

    pub(super) fn undo(&mut self) {
        let Some(before) = self.undo.pop() else {
            self.say("nothing was inserted");
            return;
        };
        // From beside the branch its own place is not known; its end is as good.
        if self.aside {
            self.cursor = self.branch.ran();
        }
        self.redo.push(self.stand());
        self.stand_at(before);
        self.say(match self.branch.inserted() {
            0 => "the original again; y inserts the step once more".to_owned(),
            left => format!("taken back, {left} left; y inserts it once more"),
        });
    }

    pub(super) fn redo(&mut self) {
        let Some(again) = self.redo.pop() else {
            self.say("nothing was taken back");
            return;
        };
        if self.aside {
            self.cursor = self.branch.ran();
        }
        self.undo.push(self.stand());
        self.stand_at(again);
        self.say("inserted once more");
    }

    fn save(&mut self, file: &str, replace: bool) {
        match self.backstage.save(file, &self.branch.text, replace) {
            Ok(Saved::Written) => {
                self.saved = Some(Rc::clone(&self.branch));
                let steps = self.branch.steps.len();
                self.say(format!("wrote `{file}`: {steps} steps"));
            }
            Ok(Saved::Exists) => {
                self.dialog = Some(Dialog::Replace {
                    file: file.to_owned(),
                });
            }
            Err(problem) => self.say(problem),
        }
    }
}

/// Diagnostics as a person at the player reads them: the place is the line that was typed.
pub(super) fn told(problems: &[Diagnostic]) -> Vec<String> {
    let mut lines = Vec::new();
    for problem in problems {
        lines.push(problem.message.clone());
        lines.extend(problem.help.iter().map(|help| format!("  {help}")));
    }
    lines
}

fn scrolled(mut page: Page, key: Key) -> Option<Page> {
    let last = page.lines.len().saturating_sub(1);
    let by = |page: &Page, by: isize| page.scroll.saturating_add_signed(by).min(last);
    match key {
        Key::Up => page.scroll = by(&page, -1),
        Key::Down => page.scroll = by(&page, 1),
        Key::PageUp => page.scroll = by(&page, -10),
        Key::PageDown => page.scroll = by(&page, 10),
        Key::Esc | Key::Char('q') => return None,
        _ => {}
    }
    Some(page)
}
