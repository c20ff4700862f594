//! The tree of one YAML document, each node with the bytes it stands on. It holds what was written, not what it means:
//! `scalar` and `value` say what Kubernetes and Helm make of it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use compact_str::CompactString;

use super::scalar::{self, Scalar, TagError};

/// One value of a document and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What was written there.
    pub kind: Kind,
    /// Bytes of the value, without its tag and anchor, without the comment or line break after it. A block collection
    /// starts at its first key or dash and ends with its last child; a block scalar starts at `|` or `>` and ends with
    /// the last line that counts. A value that was left out has an empty span, right after what introduces it.
    pub span: Range<usize>,
    /// Byte offset of the `-` or `:` that introduces the node; `None` for keys, roots, items of flow sequences and
    /// values that were left out together with their colon (`{a, b}`).
    pub indicator: Option<usize>,
    /// Its tag and anchor, if it has one; few nodes do, and a tree of small nodes is read faster.
    pub properties: Option<Box<Properties>>,
}

/// What may stand before a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    /// The tag, if one is given.
    pub tag: Option<Tag>,
    /// The anchor, if one is given.
    pub anchor: Option<Anchor>,
}

/// A type put on a node with `!`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// The tag in full: `tag:yaml.org,2002:str`, `!custom`.
    pub name: String,
    /// Bytes of the tag as written.
    pub span: Range<usize>,
}

/// The shapes a node can have.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text in one of the five notations.
    Scalar {
        /// The text after escapes and folding; empty where nothing was written. Most are short, and need no memory of
        /// their own so.
        text: CompactString,
        /// How it was written.
        style: Style,
    },
    /// A list.
    Sequence {
        /// The items in their order.
        items: Vec<Node>,
        /// Whether it is written with brackets.
        flow: bool,
    },
    /// A map. Keys may repeat: it is what the text says.
    Mapping {
        /// Keys and values in their order.
        entries: Vec<(Node, Node)>,
        /// Whether it is written with braces (or is the single pair `[a: b]`, which has none).
        flow: bool,
    },
    /// A reference to an anchored node.
    Alias(Alias),
}

/// The notations of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A name put on a node with `&`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the definition in its document; a name defined twice has two.
    pub id: usize,
    /// The name without `&`.
    pub name: String,
    /// Bytes of the anchor with its `&`.
    pub span: Range<usize>,
}

/// A use of an anchor with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The definition meant, as in [`Anchor::id`].
    pub id: usize,
    /// The name without `*`.
    pub name: String,
}

/// One step of a path into a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The value of a mapping's key.
    Key(CompactString),
    /// The item of a sequence, from zero.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.into())
    }
}

impl From<String> for Step {
    fn from(key: String) -> Self {
        Self::Key(key.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

impl Node {
    /// Where the node begins with its tag and anchor.
    #[must_use]
    pub fn outer_start(&self) -> usize {
        let before = self.property_spans().map(|span| span.start).min();
        before.map_or(self.span.start, |start| start.min(self.span.start))
    }

    /// Where the node ends, tag and anchor included (they come last where the value was left out).
    #[must_use]
    pub fn outer_end(&self) -> usize {
        let end = self.property_spans().map(|span| span.end).max();
        end.map_or(self.span.end, |end| end.max(self.span.end))
    }

    /// The tag in full, if one is given.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        let tag = self.properties.as_ref()?.tag.as_ref()?;
        Some(&tag.name)
    }

    /// Bytes of the tag as written, if one is given.
    #[must_use]
    pub fn tag_span(&self) -> Option<&Range<usize>> {
        let tag = self.properties.as_ref()?.tag.as_ref()?;
        Some(&tag.span)
    }

    /// The anchor, if one is given.
    #[must_use]
    pub fn anchor(&self) -> Option<&Anchor> {
        self.properties.as_ref()?.anchor.as_ref()
    }

    /// Bytes of the tag and of the anchor, of those that are given.
    pub fn property_spans(&self) -> impl Iterator<Item = &Range<usize>> {
        let anchor = self.anchor().map(|anchor| &anchor.span);
        self.tag_span().into_iter().chain(anchor)
    }

    /// The value of `key` in a mapping. Of a repeated key the last, as Go reads it; `None` for other nodes, for
    /// aliases (nothing is followed) and for keys that only a merge brings in.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .rev()
            .find(|(name, _)| name.is_key(key))
            .map(|(_, value)| value)
    }

    /// The node at a path, by the rules of [`Node::get`].
    #[must_use]
    pub fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().get(*index),
        })
    }

    /// The items of a sequence; empty for every other node.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::Sequence { items, .. } => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; empty for every other node.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.kind {
            Kind::Mapping { entries, .. } => entries,
            _ => &[],
        }
    }

    /// What a scalar means to Kubernetes and Helm; `None` for every other node and where its tag contradicts its text.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar<'_>> {
        self.resolve()?.ok()
    }

    /// As [`Node::scalar`], with the reason where the tag contradicts the text.
    #[must_use]
    pub fn resolve(&self) -> Option<Result<Scalar<'_>, TagError>> {
        match &self.kind {
            Kind::Scalar { text, style } => Some(scalar::resolve(text, *style, self.tag())),
            _ => None,
        }
    }

    /// The text of a scalar that is a string to Kubernetes and Helm.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match (&self.kind, self.scalar()?) {
            (Kind::Scalar { .. }, Scalar::Str(Cow::Borrowed(text)) | Scalar::Timestamp(text)) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// The text of a scalar as written, whatever it means.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether the node is null or was left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.scalar(), Some(Scalar::Null))
    }

    /// The key as JSON has it (`1`, `on` and `0644` become `"1"`, `"true"` and `"420"`); `None` for what can't be one.
    #[must_use]
    pub fn key(&self) -> Option<Cow<'_, str>> {
        self.scalar()?.into_key()
    }

    /// Whether this key is `key` to Kubernetes and Helm.
    #[must_use]
    pub fn is_key(&self, key: &str) -> bool {
        self.key().is_some_and(|name| name == key)
    }

    /// Whether this key is the merge key `<<`.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        match &self.kind {
            Kind::Scalar { text, style } if text == "<<" => match self.tag() {
                None => *style == Style::Plain,
                Some(tag) => tag == scalar::MERGE_TAG,
            },
            _ => false,
        }
    }

    /// The last scalar, alias or empty collection below the node, or the node itself.
    #[must_use]
    pub fn last_leaf(&self) -> &Self {
        let mut last = self;
        while let Some(below) = last
            .items()
            .last()
            .or_else(|| last.entries().last().map(|(_, value)| value))
        {
            last = below;
        }
        last
    }

    /// Calls `visit` with the node and everything below it, parents first, in the order of the text.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        self.items().iter().for_each(|item| item.walk(visit));
        for (key, value) in self.entries() {
            key.walk(visit);
            value.walk(visit);
        }
    }
}

/// Turns byte offsets into lines and columns as people count them.
#[derive(Clone, Debug)]
pub struct LineIndex {
    marks: Vec<Mark>,
}

/// A place that others are counted from: the start of a line, or one within a long line.
#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: usize,
    line: usize,
    column: usize,
}

impl LineIndex {
    /// Reads where the lines of `text` begin. A line ends with `\n`, `\r\n` or a lone `\r`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let breaks = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
            .map(|at| at + 1);
        let mut index = Self { marks: Vec::new() };
        let (mut line, mut start) = (1, 0);
        for next in breaks {
            index.add_line(text, line, start..next);
            (line, start) = (line + 1, next);
        }
        index.add_line(text, line, start..text.len());
        index
    }

    fn add_line(&mut self, text: &str, line: usize, range: Range<usize>) {
        const APART: usize = 1024;
        let mut mark = Mark {
            offset: range.start,
            line,
            column: 1,
        };
        self.marks.push(mark);
        while range.end - mark.offset > APART {
            let next = text.floor_char_boundary(mark.offset + APART);
            mark = Mark {
                offset: next,
                column: column(text, mark, next),
                ..mark
            };
            self.marks.push(mark);
        }
    }

    /// Line and column of a byte offset, both from 1, the column in characters. `text` is the one the index was made of;
    /// an offset past its end counts as its end, one inside a character as that character's start.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> (usize, usize) {
        let offset = text.floor_char_boundary(offset);
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let mark = after.checked_sub(1).and_then(|at| self.marks.get(at));
        mark.map_or((1, 1), |mark| (mark.line, column(text, *mark, offset)))
    }
}

/// The column of an offset behind a mark of its line; a byte order mark has none.
fn column(text: &str, mark: Mark, offset: usize) -> usize {
    let between = text.get(mark.offset..offset).unwrap_or_default();
    let between = if mark.column == 1 {
        between.trim_start_matches('\u{feff}')
    } else {
        between
    };
    mark.column + between.chars().count()
}
