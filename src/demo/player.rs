//! The model of the player: what was run, where the cursor is, what is open.

use std::rc::Rc;

use crate::lab::observation::RunRecord;
use crate::lab::scene::Scene;
use crate::scenario::Diagnostic;

use super::backstage::Backstage;
use super::branch::Branch;
use super::dialog::Dialog;
use super::key::Key;

/// What a player is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    Key(Key),
    /// The time between two steps has passed; matters only while playing.
    Tick,
    /// The screen has this many columns and rows.
    Resize(u16, u16),
}

/// How a player ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Quit,
    /// With Ctrl-C.
    Stopped,
}

/// One view of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    Transcript,
    Packets,
    Inventory,
    Access,
    Space,
    Estate,
}

impl Pane {
    /// In the order of the keys 1 to 6.
    pub const ALL: [Pane; 6] = [
        Pane::Transcript,
        Pane::Packets,
        Pane::Inventory,
        Pane::Access,
        Pane::Space,
        Pane::Estate,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Pane::Transcript => "transcript",
            Pane::Packets => "packets",
            Pane::Inventory => "inventory",
            Pane::Access => "access",
            Pane::Space => "space",
            Pane::Estate => "estate",
        }
    }
}

/// How fast steps follow each other: milliseconds, and the words for it.
pub const SPEEDS: [(u64, &str); 6] = [
    (4000, "a step in 4 s"),
    (2000, "a step in 2 s"),
    (1000, "a step a second"),
    (500, "2 steps a second"),
    (250, "4 steps a second"),
    (100, "10 steps a second"),
];

/// Where a player stood, to come back to.
pub(super) struct Stand {
    pub branch: Rc<Branch>,
    pub cursor: usize,
}

/// A player of one scenario.
pub struct Player<'a> {
    pub(super) backstage: &'a dyn Backstage,
    /// The scenario's file, as it was named.
    pub(super) file: String,
    pub(super) original: Rc<Branch>,
    /// What is played: the original, or a branch of it.
    pub(super) branch: Rc<Branch>,
    /// The original is looked at in place of the branch.
    pub(super) aside: bool,
    pub(super) undo: Vec<Stand>,
    pub(super) redo: Vec<Stand>,
    /// Steps that have run at what is shown; 0 is before the first.
    pub(super) cursor: usize,
    pub(super) pane: usize,
    /// First line shown, by pane.
    pub(super) scroll: [usize; Pane::ALL.len()],
    /// The item chosen, by pane.
    pub(super) item: [usize; Pane::ALL.len()],
    pub(super) playing: bool,
    /// Index of [`SPEEDS`].
    pub(super) speed: usize,
    pub(super) dialog: Option<Dialog>,
    /// What the last key did, or why it did nothing.
    pub(super) message: String,
    pub(super) size: (u16, u16),
    /// A quit was asked for and not carried out, because the branch is not saved.
    pub(super) quit_asked: bool,
    /// The branch is as it was written last.
    pub(super) saved: Option<Rc<Branch>>,
    pub(super) ending: Option<Ending>,
}

impl<'a> Player<'a> {
    /// Runs the scenario and stands before its first step.
    ///
    /// # Errors
    /// Everything that stands in the way of a run.
    pub fn open(
        file: impl Into<String>,
        text: String,
        backstage: &'a dyn Backstage,
    ) -> Result<Player<'a>, Vec<Diagnostic>> {
        let original = Rc::new(Branch::original(text, backstage)?);
        Ok(Player {
            backstage,
            file: file.into(),
            branch: Rc::clone(&original),
            original,
            aside: false,
            undo: Vec::new(),
            redo: Vec::new(),
            cursor: 0,
            pane: 0,
            scroll: [0; Pane::ALL.len()],
            item: [0; Pane::ALL.len()],
            playing: false,
            speed: 2,
            dialog: None,
            message: String::new(),
            size: (80, 24),
            quit_asked: false,
            saved: None,
            ending: None,
        })
    }

    /// How it ended, once it has.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Milliseconds until the next tick is wanted, while it plays.
    pub fn tick_after(&self) -> Option<u64> {
        (self.playing && self.dialog.is_none()).then(|| SPEEDS[self.speed].0)
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// The step stood at, and the steps there are.
    pub fn position(&self) -> (usize, usize) {
        (self.cursor, self.shown().steps.len())
    }

    /// The record of the branch, as far as it ran.
    pub fn record(&self) -> &RunRecord {
        &self.branch.shot.record
    }

    /// What the last key did, or why it did nothing.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether a file holds the branch as it is.
    pub fn is_saved(&self) -> bool {
        let kept = self.saved.as_ref();
        kept.is_some_and(|saved| saved.text == self.branch.text)
    }

    /// The dialog that is open.
    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// The run that is looked at.
    pub(super) fn shown(&self) -> &Branch {
        match self.aside {
            true => &self.original,
            false => &self.branch,
        }
    }

    /// Whether anything was inserted.
    pub(super) fn is_branch(&self) -> bool {
        self.branch.inserted() > 0
    }

    pub(super) fn scene(&self) -> &Scene {
        self.shown().scene(self.cursor)
    }

    pub(super) fn focus(&self) -> Pane {
        Pane::ALL[self.pane]
    }
}
