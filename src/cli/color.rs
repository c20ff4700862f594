//! `--color`, the same on every command that colours its results. It writes nothing.

use std::io::{self, IsTerminal};

use anstream::ColorChoice;

use crate::output::human::Colour;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal that can, and NO_COLOR is not set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether standard output takes colours.
    pub fn on_stdout(self) -> Colour {
        let on = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => match anstream::AutoStream::choice(&io::stdout()) {
                ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => io::stdout().is_terminal(),
            },
        };
        if on { Colour::On } else { Colour::Off }
    }
}
