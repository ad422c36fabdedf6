//! Styles: attributes, and the terminal's own sixteen colours where colour is wanted.

use ratatui::style::{Color, Modifier, Style};

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With colours, or with attributes alone.
    pub fn new(colour: bool) -> Theme {
        Theme { colour }
    }

    pub fn plain_text() -> Theme {
        Theme::new(false)
    }

    fn tint(self, colour: Color) -> Style {
        match self.colour {
            true => Style::new().fg(colour),
            false => Style::new(),
        }
    }

    pub fn plain(self) -> Style {
        Style::new()
    }

    /// The bar at the top.
    pub fn bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    pub fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What is chosen.
    pub fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Lines between parts, hints. Neither dimmed nor blue: on some terminals that is invisible.
    pub fn quiet(self) -> Style {
        Style::new()
    }

    pub fn key(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// As expected, open, free.
    pub fn good(self) -> Style {
        self.tint(Color::Green)
    }

    /// Not as expected, blocked, lost.
    pub fn bad(self) -> Style {
        self.tint(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What a fault did, what was inserted.
    pub fn noted(self) -> Style {
        self.tint(Color::Magenta)
    }

    /// The style of an access status.
    pub fn access(self, status: &str) -> Style {
        match status {
            "Blocked" => self.bad(),
            "Unblocked" => self.good(),
            _ => self.plain(),
        }
    }
}
