//! Where a value came from, down to the byte. It knows nothing of what the value means.

use std::ops::Range;
use std::sync::Arc;

/// What kind of thing a [`Source`] is; it decides how a message names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A values file given with `-f`, or a file given to `check`.
    File,
    /// The `values.yaml` of the chart that owns the registry's template, or of a chart around it.
    ChartDefaults,
    /// A value flag of Helm's own command line, read from the parent process.
    HelmFlag,
    /// A value flag given to this program.
    Flag,
    /// An `MSR_STORAGE_*` environment variable.
    Variable,
    /// A `StorageValues` document in the stream.
    Carrier,
    /// An MSR custom resource in the stream.
    CustomResource,
    /// The values of an earlier revision of the release.
    Release,
    /// A rendered object, in a stream or read from a release.
    Manifest,
}

impl SourceKind {
    /// Whether it was given to this program itself, so that nobody else has read what it names.
    pub fn is_given_to_us(self) -> bool {
        matches!(self, Self::Flag | Self::Variable)
    }
}

/// A text that values were read from. It may hold secrets: it is shown only through a renderer that masks them.
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// How the user knows it: a path as typed, a flag's name (`--set`), a variable, an object (`MSR/msr`), `release msr, revision 3`.
    pub name: String,
    /// The whole text: a file's content, a flag's value. Spans of [`Origin`] are byte ranges of it.
    pub text: String,
}

impl std::fmt::Debug for Source {
    /// Without the text, which may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A place in a [`Source`].
#[derive(Clone, Debug)]
pub struct Origin {
    /// The text it stands in.
    pub source: Arc<Source>,
    /// Byte range within `source.text`; empty at 0 where only the source is known.
    pub span: Range<usize>,
}

impl Origin {
    /// A place in `source`.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self {
            source: Arc::clone(source),
            span,
        }
    }

    /// The source as a whole.
    pub fn whole(source: &Arc<Source>) -> Self {
        Self::new(source, 0..0)
    }
}
