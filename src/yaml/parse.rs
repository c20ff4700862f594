//! Builds the tree from `granit-parser`'s events and makes its spans exact. It gives no meaning to any value.

use std::ops::Range;

use compact_str::CompactString;
use granit_parser::{
    Event, Options, Parser, ScalarStyle, ScanError, Span, SpannedEventReceiver, StructureStyle,
    Tag, options,
};

use super::node::{self, Alias, Anchor, Kind, Node, Properties, Style};
use super::parse_spans as spans;

/// Text that is not YAML, or YAML beyond the limits (255 block and 255 flow collections inside one another).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SyntaxError {
    /// What is wrong, without the place.
    pub message: String,
    /// Byte offset of the place.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl SyntaxError {
    fn from_scan(error: &ScanError) -> Self {
        let mark = error.marker();
        Self {
            message: error.info(),
            offset: mark.byte_offset().unwrap_or_default(),
            line: mark.line(),
            column: mark.col() + 1,
        }
    }
}

/// Reads every document of `text`, for files such as Helm's values, which go-yaml reads as they are: a block scalar at
/// the end of a file without a last line break has none in its value. A document with nothing in it is a null scalar.
///
/// # Errors
/// Where the text is not YAML.
pub fn parse_all(text: &str) -> Result<Vec<Node>, SyntaxError> {
    Ok(read(text, true)?
        .into_iter()
        .map(|(node, _)| node)
        .collect())
}

/// Reads one document of a stream, to which Kubernetes' line reader gives a last line break where there is none; `None`
/// where it holds nothing but comments and white space.
///
/// # Errors
/// Where the text is not YAML, or holds a second document.
pub fn parse_one(text: &str) -> Result<Option<Node>, SyntaxError> {
    let mut documents = read(text, false)?.into_iter();
    let first = documents.next();
    if let Some((_, offset)) = documents.next() {
        let (line, column) = super::LineIndex::new(text).position(text, offset);
        return Err(SyntaxError {
            message: "a second document begins here".to_owned(),
            offset,
            line,
            column,
        });
    }
    Ok(first.map(|(node, _)| node).filter(|node| !is_absent(node)))
}

/// Reads the first document of a stream and nothing behind it, as go-yaml's `Unmarshal` does; `None` where the stream
/// holds no document.
///
/// # Errors
/// Where the text up to the document's end is not YAML.
pub fn parse_first(text: &str) -> Result<Option<Node>, SyntaxError> {
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str_with_options(text, parser_options(true)) {
        let (event, span) = event.map_err(|error| SyntaxError::from_scan(&error))?;
        let end = matches!(event, Event::DocumentEnd);
        builder.take(event, &span);
        if end {
            break;
        }
    }
    Ok(builder.documents.pop().map(|(node, _)| node))
}

fn is_absent(node: &Node) -> bool {
    node.properties.is_none() && node.span.is_empty()
}

/// The documents, each with the offset where it begins.
fn read(text: &str, as_it_is: bool) -> Result<Vec<(Node, usize)>, SyntaxError> {
    let mut builder = Builder::new(text);
    Parser::new_from_str_with_options(text, parser_options(as_it_is))
        .load(&mut builder, true)
        .map_err(|error| SyntaxError::from_scan(&error))?;
    Ok(builder.documents)
}

fn parser_options(as_it_is: bool) -> Options {
    options! {
        emit_anchor_events: true,
        block_scalar_eof_without_line_feed: as_it_is,
    }
}

/// A collection whose end has not come yet.
struct Open {
    node: Node,
    /// A mapping's key that waits for its value.
    key: Option<Node>,
}

struct Builder<'t> {
    text: &'t str,
    /// Everything before it has been told by events; only indicators, properties, comments and blanks may follow
    /// before the next node.
    cursor: usize,
    stack: Vec<Open>,
    documents: Vec<(Node, usize)>,
    document_start: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            cursor: 0,
            stack: Vec::new(),
            documents: Vec::new(),
            document_start: 0,
        }
    }

    // In one piece with the parser: an event is large, and moved for nothing else.
    #[inline]
    fn take(&mut self, event: Event<'_>, span: &Span) {
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::DocumentStart(explicit, _) => {
                self.document_start = range.start;
                self.cursor = if explicit { range.end } else { range.start };
            }
            Event::Scalar(text, style, _, tag) => {
                let node = self.scalar(text.into(), style, range, self.tag(tag.as_deref(), span));
                self.finish(node);
            }
            Event::Alias(id) => {
                let name = self
                    .text
                    .get(range.start + 1..range.end)
                    .unwrap_or_default()
                    .to_owned();
                let node = self.node(Kind::Alias(Alias { id, name }), range, None);
                self.finish(node);
            }
            Event::SequenceStart(style, _, tag) => {
                let flow = style == StructureStyle::Flow;
                let kind = Kind::Sequence {
                    items: Vec::new(),
                    flow,
                };
                self.open(kind, flow, range, self.tag(tag.as_deref(), span));
            }
            Event::MappingStart(style, _, tag) => {
                let flow = style == StructureStyle::Flow;
                let kind = Kind::Mapping {
                    entries: Vec::new(),
                    flow,
                };
                self.open(kind, flow, range, self.tag(tag.as_deref(), span));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::Anchor(id, name) => self.anchor(Anchor {
                id,
                name: name.into_owned(),
                span: range,
            }),
            _ => {}
        }
    }

    fn tag(&self, tag: Option<&Tag>, span: &Span) -> Option<Box<Properties>> {
        let tag = tag?;
        let tag = node::Tag {
            name: format!("{}{}", tag.handle(), tag.suffix()),
            span: span
                .tag_span()
                .and_then(|span| span.byte_range())
                .unwrap_or(self.cursor..self.cursor),
        };
        Some(Box::new(Properties {
            tag: Some(tag),
            anchor: None,
        }))
    }

    /// Passes the indicator that introduces the next node, and makes the node.
    fn node(
        &mut self,
        kind: Kind,
        span: Range<usize>,
        properties: Option<Box<Properties>>,
    ) -> Node {
        let indicator = self.pass_indicator();
        Node {
            kind,
            span,
            indicator,
            properties,
        }
    }

    fn pass_indicator(&mut self) -> Option<usize> {
        let open = self.stack.last()?;
        let wanted = match (&open.node.kind, &open.key) {
            (Kind::Sequence { flow: false, .. }, _) => b'-',
            (Kind::Mapping { .. }, Some(_)) => b':',
            (Kind::Mapping { .. }, None) => b'?',
            _ => return None,
        };
        let at = spans::skip_blank(self.text, self.cursor);
        if self.text.as_bytes().get(at) != Some(&wanted) {
            return None;
        }
        self.cursor = at + 1;
        (wanted != b'?').then_some(at)
    }

    fn scalar(
        &mut self,
        text: CompactString,
        style: ScalarStyle,
        range: Range<usize>,
        properties: Option<Box<Properties>>,
    ) -> Node {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let absent = style == Style::Plain && range.is_empty();
        let mut node = self.node(Kind::Scalar { text, style }, range, properties);
        match style {
            Style::Literal | Style::Folded => {
                node.span = spans::block_scalar(self.text, self.cursor, &node.span)
            }
            // The parser writes `~` for a value that was left out.
            Style::Plain if absent => {
                node.kind = Kind::Scalar {
                    text: CompactString::default(),
                    style,
                };
                let at = self.cursor.max(node.tag_span().map_or(0, |span| span.end));
                node.span = at..at;
            }
            _ => {}
        }
        node
    }

    fn open(
        &mut self,
        kind: Kind,
        flow: bool,
        range: Range<usize>,
        properties: Option<Box<Properties>>,
    ) {
        let dashes = matches!(kind, Kind::Sequence { .. }) && !flow;
        let mut node = self.node(kind, range, properties);
        if dashes {
            node.span.start = spans::skip_properties(self.text, self.cursor);
            self.cursor = node.span.start;
        } else if flow {
            self.cursor = node.span.end;
        } else {
            self.cursor = spans::skip_properties(self.text, self.cursor).min(node.span.start);
        }
        self.stack.push(Open { node, key: None });
    }

    /// The anchor's event follows that of its node: the node is the collection just opened or the value just read.
    fn anchor(&mut self, anchor: Anchor) {
        let Some(node) = self.latest() else { return };
        if node.span.is_empty() && matches!(node.kind, Kind::Scalar { .. }) {
            node.span =
                node.outer_end().max(anchor.span.end)..node.outer_end().max(anchor.span.end);
        }
        let end = node.span.end;
        node.properties.get_or_insert_default().anchor = Some(anchor);
        if matches!(node.kind, Kind::Scalar { .. }) {
            self.cursor = self.cursor.max(end);
        }
    }

    fn latest(&mut self) -> Option<&mut Node> {
        let Some(open) = self.stack.last_mut() else {
            return self.documents.last_mut().map(|(node, _)| node);
        };
        if open.key.is_some() {
            return open.key.as_mut();
        }
        let Open { node, .. } = open;
        if node.items().is_empty() && node.entries().is_empty() {
            return Some(node);
        }
        match &mut node.kind {
            Kind::Sequence { items, .. } => items.last_mut(),
            Kind::Mapping { entries, .. } => entries.last_mut().map(|(_, value)| value),
            _ => None,
        }
    }

    fn close(&mut self, range: &Range<usize>) {
        let Some(Open { mut node, key }) = self.stack.pop() else {
            return;
        };
        debug_assert!(key.is_none(), "a key without its value");
        let braces = matches!(self.text.as_bytes().get(node.span.start), Some(b'[' | b'{'));
        let flow = matches!(
            node.kind,
            Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
        );
        if flow && braces && !range.is_empty() {
            node.span.end = range.end;
        } else {
            node.span.end = last_child(&node).map_or(node.span.start, Node::outer_end);
        }
        let first = node
            .entries()
            .first()
            .map_or(usize::MAX, |(key, _)| key.outer_start());
        node.span.start = node.span.start.min(first);
        self.finish(node);
    }

    /// Hands a whole node to its parent.
    fn finish(&mut self, node: Node) {
        self.cursor = self.cursor.max(node.outer_end());
        let Some(open) = self.stack.last_mut() else {
            self.documents.push((node, self.document_start));
            return;
        };
        match (&mut open.node.kind, open.key.take()) {
            (Kind::Sequence { items, .. }, _) => items.push(node),
            (Kind::Mapping { entries, .. }, Some(key)) => entries.push((key, node)),
            _ => open.key = Some(node),
        }
    }
}

impl<'t> SpannedEventReceiver<'t> for Builder<'t> {
    fn on_event(&mut self, event: Event<'t>, span: Span) {
        self.take(event, &span);
    }
}

fn last_child(node: &Node) -> Option<&Node> {
    node.items()
        .last()
        .or_else(|| node.entries().last().map(|(_, value)| value))
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
