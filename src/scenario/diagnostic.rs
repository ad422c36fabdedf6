//! What is wrong with a scenario file, and how it is shown: place, excerpt, remedy.

use std::fmt;
use std::io::IsTerminal as _;
use std::path::Path;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError,
    MietteSpanContents, Report, Severity as MietteSeverity, SourceCode, SourceSpan, SpanContents,
};

use super::place::Place;

/// How many diagnostics of one file are shown; a generated file may have one on every line.
const SHOWN_AT_MOST: usize = 50;

/// Whether the file can be run in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// One thing wrong with a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// `None` when the file as a whole is meant.
    pub place: Option<Place>,
    /// A lower-case fragment that names the value in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    pub fn error(place: impl Into<Option<Place>>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            place: place.into(),
            message: message.into(),
            help: None,
        }
    }

    pub fn warning(place: impl Into<Option<Place>>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(place, message)
        }
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds the nearest valid word, or the list of them when none is near.
    pub fn nearest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match suggestion(word, known) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

/// `did you mean ..?`, or the known words when none is near and they are few.
pub fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const LISTED_AT_MOST: usize = 12;
    let known: Vec<&str> = known.into_iter().collect();
    let lower = word.to_lowercase();
    let nearest = known
        .iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&lower, &known.to_lowercase()),
                *known,
            )
        })
        .min();
    match nearest {
        None => None,
        Some((distance, near)) if distance <= word.chars().count().div_ceil(3) => {
            Some(format!("did you mean `{near}`?"))
        }
        Some(_) if known.len() <= LISTED_AT_MOST => {
            Some(format!("known here: `{}`", known.join("`, `")))
        }
        Some(_) => None,
    }
}

/// Diagnostics of one file, ready to print.
pub struct Rendered<'a> {
    pub path: &'a Path,
    /// The file's text; empty when it could not be read.
    pub text: &'a str,
    pub diagnostics: &'a [Diagnostic],
    /// Colour and box characters; plain otherwise.
    pub colour: bool,
}

/// Whether people look at standard error, and want colour.
pub fn colour_on_stderr() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let theme = if self.colour {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_context_lines(1)
            .with_wrap_lines(false);
        let starts = line_starts(self.text);
        for diagnostic in self.diagnostics.iter().take(SHOWN_AT_MOST) {
            let report = self.report(diagnostic, &starts);
            handler.render_report(f, report.as_ref())?;
        }
        match self.diagnostics.len().saturating_sub(SHOWN_AT_MOST) {
            0 => Ok(()),
            more => writeln!(f, "  ... and {more} more in {}", self.path.display()),
        }
    }
}

impl Rendered<'_> {
    fn report(&self, diagnostic: &Diagnostic, starts: &[usize]) -> Report {
        let mut shown = MietteDiagnostic::new(match diagnostic.place {
            Some(_) => diagnostic.message.clone(),
            None => format!("{}: {}", self.path.display(), diagnostic.message),
        });
        shown.severity = Some(match diagnostic.severity {
            Severity::Error => MietteSeverity::Error,
            Severity::Warning => MietteSeverity::Warning,
        });
        shown.help = diagnostic.help.clone();
        let Some(place) = diagnostic.place else {
            return Report::new(shown);
        };
        let excerpt = Excerpt::around(self.path, self.text, starts, place);
        shown.labels = Some(vec![LabeledSpan::new(None, excerpt.from, excerpt.width)]);
        Report::new(shown).with_source_code(excerpt)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 1))
        .collect()
}

/// The lines around a place, so that a diagnostic costs the same in a large file as in a small
/// one, and a line without end does not fill the screen.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    /// Number of the first line shown, from 0.
    first_line: usize,
    /// Column of the place, from 0.
    column: usize,
    /// Bytes of `text` to underline.
    from: usize,
    width: usize,
}

/// Characters of a line that are shown.
const LINE_SHOWN: usize = 160;

impl Excerpt {
    fn around(path: &Path, text: &str, starts: &[usize], place: Place) -> Excerpt {
        let line = (place.line as usize - 1).min(starts.len() - 1);
        let column = place.column as usize - 1;
        // A long line is cut so that the place is in view.
        let cut = column.saturating_sub(LINE_SHOWN / 2);
        let cut = if column < LINE_SHOWN / 2 { 0 } else { cut };
        let first_line = line.saturating_sub(1);
        let mut shown = String::new();
        let (mut from, mut width) = (0, 0);
        for number in first_line..=(line + 1).min(starts.len() - 1) {
            let whole = text[starts[number]..].lines().next().unwrap_or("");
            let visible: String = whole
                .chars()
                .skip(cut)
                .take(LINE_SHOWN)
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            if number == line {
                let offset = |chars: usize| {
                    let mut ends = visible.char_indices();
                    ends.nth(chars).map_or(visible.len(), |(at, _)| at)
                };
                from = shown.len() + offset(column - cut);
                width = shown.len() + offset(column - cut + place.width as usize) - from;
            }
            shown.push_str(&visible);
            shown.push('\n');
        }
        Excerpt {
            name: path.display().to_string(),
            text: shown,
            first_line,
            column,
            from,
            width,
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette asks without context to learn the line and column it prints, and with context to
        // learn what to show; both are found in these lines.
        let (data, start, line, column) = if before == 0 {
            let start = span.offset().min(self.text.len());
            let line = self.first_line + self.text[..start].matches('\n').count();
            (&self.text[start..], start, line, self.column)
        } else {
            (self.text.as_str(), 0, self.first_line, 0)
        };
        let whole = SourceSpan::new(start.into(), data.len());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.as_bytes(),
            whole,
            line,
            column,
            self.text.lines().count(),
        )))
    }
}
