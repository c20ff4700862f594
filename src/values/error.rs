//! Why values could not be had. Its texts name keys and files, never a value: a value may be a secret.

use std::fmt;

use crate::origin::{Origin, SourceKind};

/// Why values could not be had, and where.
#[derive(Debug)]
pub enum ValuesError {
    /// Helm refuses it.
    Invalid {
        /// What is wrong, without the value.
        message: String,
        /// What to do about it, where that is known.
        help: Option<String>,
        /// The text that is wrong.
        origin: Origin,
    },
    /// Helm may take it, and this program is not certain to read it as Helm does: YAML beyond what its parser and
    /// go-yaml agree on, or values beyond its limits. The Helm that runs can be asked.
    Unsure {
        /// What is in the way, without the value.
        message: String,
        /// The text that it is about.
        origin: Origin,
    },
    /// A file that cannot be opened or read, or is no text.
    Unreadable {
        /// What is wrong; for `-f` with the path as typed.
        message: String,
        /// The path, in the flag.
        origin: Origin,
    },
    /// Standard input, a pipe, or another source that Helm has read already and that cannot be read twice.
    Stream {
        /// The path, in the flag.
        origin: Origin,
    },
    /// A URL, or another location that only Helm (or one of its downloader plugins) can read.
    Remote {
        /// The scheme, such as `https` or `secrets`.
        scheme: String,
        /// The location, in the flag. It may hold credentials.
        origin: Origin,
    },
}

impl ValuesError {
    /// An [`ValuesError::Invalid`] without help.
    pub(super) fn invalid(origin: Origin, message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
            help: None,
            origin,
        }
    }

    /// An [`ValuesError::Unsure`].
    pub(super) fn unsure(origin: Origin, message: impl Into<String>) -> Self {
        Self::Unsure {
            message: message.into(),
            origin,
        }
    }

    /// The same with a help, where it can carry one.
    #[must_use]
    pub(super) fn with_help(mut self, text: impl Into<String>) -> Self {
        if let Self::Invalid { help, .. } = &mut self {
            *help = Some(text.into());
        }
        self
    }

    /// Where it is wrong.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Invalid { origin, .. }
            | Self::Unsure { origin, .. }
            | Self::Unreadable { origin, .. }
            | Self::Stream { origin }
            | Self::Remote { origin, .. } => origin,
        }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> String {
        match self {
            Self::Invalid { message, .. }
            | Self::Unsure { message, .. }
            | Self::Unreadable { message, .. } => message.clone(),
            Self::Stream { origin } if origin.source.kind.is_given_to_us() => {
                "values are not read from standard input or a device".to_owned()
            }
            Self::Stream { .. } => "values that come by a pipe or from standard input can be read only once, and Helm has read them".to_owned(),
            Self::Remote { scheme, .. } => format!("values at a `{scheme}:` location are read by Helm alone"),
        }
    }

    /// What to do about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Invalid { help, .. } => help.as_deref(),
            Self::Stream { origin } if origin.source.kind.is_given_to_us() => {
                Some("give a file, or a pipe such as <(…)")
            }
            Self::Stream { .. } => Some("give Helm a file"),
            Self::Unsure { .. } | Self::Unreadable { .. } | Self::Remote { .. } => None,
        }
    }
}

impl fmt::Display for ValuesError {
    /// `values.yaml:3:5: message` for files, `--set: message` for the rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { source, span } = self.origin();
        match source.kind {
            SourceKind::File | SourceKind::ChartDefaults => {
                let (line, column) = position(&source.text, span.start);
                write!(f, "{}:{line}:{column}: {}", source.name, self.message())
            }
            _ => write!(f, "{}: {}", source.name, self.message()),
        }
    }
}

impl std::error::Error for ValuesError {}

/// Line and column of a byte offset, both from one; the column counts characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}
