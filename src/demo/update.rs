//! What a key does to the player.

use super::compare;
use super::dialog::{Dialog, Page, Purpose};
use super::key::{Action, Key, binding};
use super::player::{Ending, Input, Pane, Player, SPEEDS};
use super::view::{self, help};

/// Lines that a page key moves; a pane of the smallest screen shows a few more.
const PAGE: usize = 10;

impl Player<'_> {
    /// Takes an input. Equal inputs bring equal players.
    pub fn update(&mut self, input: Input) {
        match input {
            Input::Resize(columns, rows) => self.size = (columns, rows),
            Input::Tick => self.tick(),
            Input::Key(Key::Ctrl('c')) => self.ending = Some(Ending::Stopped),
            Input::Key(key) => {
                let asked = std::mem::take(&mut self.quit_asked);
                match self.dialog.take() {
                    Some(dialog) => self.dialog = self.answer(dialog, key),
                    None => {
                        self.message.clear();
                        match binding(key) {
                            Some(found) => self.act(found.action, key, asked),
                            None => {
                                self.message = format!("{key} does nothing; ? shows every key");
                            }
                        }
                    }
                }
            }
        }
        self.keep_in_view();
    }

    /// Scrolling ends where there is nothing more to see.
    fn keep_in_view(&mut self) {
        let items = view::items(self, self.focus());
        self.item[self.pane] = self.item[self.pane].min(items.saturating_sub(1));
        let lines = view::lines_of(self, self.focus());
        self.scroll[self.pane] = self.scroll[self.pane].min(lines.saturating_sub(1));
    }

    fn tick(&mut self) {
        if !self.playing || self.dialog.is_some() {
            return;
        }
        self.message.clear();
        if !self.go(self.cursor + 1) {
            self.playing = false;
        }
    }

    fn act(&mut self, action: Action, key: Key, asked: bool) {
        match action {
            Action::Next => _ = self.go(self.cursor + 1),
            Action::Back if self.cursor == 0 => self.say("this is before the first step"),
            Action::Back => _ = self.go(self.cursor - 1),
            Action::First => _ = self.go(0),
            Action::Last => _ = self.go(self.shown().ran()),
            Action::Play => self.play(),
            Action::Faster => self.set_speed(self.speed + 1),
            Action::Slower => self.set_speed(self.speed.saturating_sub(1)),
            Action::NextPane => self.pane = (self.pane + 1) % Pane::ALL.len(),
            Action::PreviousPane => {
                self.pane = (self.pane + Pane::ALL.len() - 1) % Pane::ALL.len();
            }
            Action::ShowPane => {
                let digit = match key {
                    Key::Char(digit) => digit.to_digit(10),
                    _ => None,
                };
                let pane = digit.map_or(0, |digit| digit.saturating_sub(1) as usize);
                self.pane = pane.min(Pane::ALL.len() - 1);
            }
            Action::Up => self.scroll_by(-1),
            Action::Down => self.scroll_by(1),
            Action::PageUp => self.scroll_by(-(PAGE as isize)),
            Action::PageDown => self.scroll_by(PAGE as isize),
            Action::PreviousItem => self.choose(-1),
            Action::NextItem => self.choose(1),
            Action::Jump => self.ask(Purpose::Jump, ""),
            Action::Insert => self.ask_for_change(Purpose::Insert),
            Action::Change => self.open_menu(),
            Action::RunOn => self.run_on(),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Compare => self.compare(),
            Action::Original => self.look_aside(),
            Action::Write => self.ask_for_change(Purpose::Write),
            Action::Help => self.open_page("keys", help::lines()),
            Action::Quit => self.quit(asked),
            Action::Stop => self.ending = Some(Ending::Stopped),
        }
    }

    pub(super) fn say(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    /// Stands after step `number`, if that has run; says whether it does.
    pub(super) fn go(&mut self, number: usize) -> bool {
        let (ran, steps) = (self.shown().ran(), self.shown().steps.len());
        if number > steps {
            self.say(format!("step {steps} is the last"));
            return false;
        }
        if number > ran {
            self.say(format!(
                "steps from {} have not run after the change: r runs on",
                ran + 1
            ));
            return false;
        }
        self.cursor = number;
        // What a step has to show begins at its top.
        self.scroll = [0; Pane::ALL.len()];
        true
    }

    fn play(&mut self) {
        self.playing = !self.playing;
        // From the end there is only the beginning to play from.
        if self.playing && self.cursor >= self.shown().ran() {
            self.go(0);
        }
    }

    fn set_speed(&mut self, speed: usize) {
        self.speed = speed.min(SPEEDS.len() - 1);
        self.say(SPEEDS[self.speed].1);
    }

    fn scroll_by(&mut self, by: isize) {
        self.scroll[self.pane] = self.scroll[self.pane].saturating_add_signed(by);
    }

    fn choose(&mut self, by: isize) {
        if view::items(self, self.focus()) == 0 {
            let panes = "inventory, access, space and estate have items";
            self.say(format!("nothing to choose here: {panes}"));
            return;
        }
        self.item[self.pane] = self.item[self.pane].saturating_add_signed(by);
        self.scroll[self.pane] = 0;
    }

    pub(super) fn open_page(&mut self, title: &str, lines: Vec<String>) {
        self.playing = false;
        self.dialog = Some(Dialog::Page(Page::new(title, lines)));
    }

    fn compare(&mut self) {
        if !self.is_branch() {
            self.say("nothing was changed yet: f changes a fact, i inserts a step");
            return;
        }
        let at = match self.aside {
            true => self.branch.number_of(self.cursor),
            false => self.cursor,
        };
        let lines = compare::lines(&self.original, &self.branch, at);
        self.open_page("the branch against the original", lines);
    }

    fn look_aside(&mut self) {
        if !self.is_branch() {
            self.say("this is the original: nothing was changed yet");
            return;
        }
        self.playing = false;
        self.aside = !self.aside;
        self.cursor = match self.aside {
            true => self.branch.origin_of(self.cursor),
            false => self.branch.number_of(self.cursor).min(self.branch.ran()),
        };
        self.scroll = [0; Pane::ALL.len()];
        let shown = if self.aside {
            "the original"
        } else {
            "the branch"
        };
        self.say(format!("{shown}; o goes back"));
    }

    fn quit(&mut self, asked: bool) {
        if asked || self.is_saved() || !self.is_branch() {
            self.ending = Some(Ending::Quit);
            return;
        }
        self.quit_asked = true;
        self.say("the branch is in no file: q again quits, w writes it");
    }
}
