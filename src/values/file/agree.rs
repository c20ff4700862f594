//! Refuses what the YAML parser takes and go-yaml refuses or reads in another way. It reads no values.

use std::ops::Range;
use std::sync::Arc;

use crate::origin::{Origin, Source};
use crate::values::ValuesError;
use crate::yaml::{Kind, Node, Style};

/// Looks through a document whose text begins at `offset` of `source`.
///
/// # Errors
/// [`ValuesError::Unsure`] at the first place where the two readers part, or [`ValuesError::Invalid`] where it is sure
/// that go-yaml refuses it.
pub(super) fn check(
    source: &Arc<Source>,
    text: &str,
    offset: usize,
    root: Option<&Node>,
) -> Result<(), ValuesError> {
    let mut look = Look {
        source,
        text,
        offset,
        leaves: Vec::new(),
        flows: Vec::new(),
    };
    look.start()?;
    if let Some(root) = root {
        look.node(root, false)?;
        look.end(root)?;
    }
    look.tabs()
}

const TAB: &str = "a tab where YAML wants spaces";

struct Look<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    offset: usize,
    /// Scalars, in the order of the text.
    leaves: Vec<Range<usize>>,
    /// The outermost flow collections, in the order of the text.
    flows: Vec<Range<usize>>,
}

impl Look<'_> {
    fn origin(&self, span: Range<usize>) -> Origin {
        let end = self.source.text.len();
        let shift = |at: usize| (at + self.offset).min(end);
        Origin::new(self.source, shift(span.start)..shift(span.end))
    }

    fn unsure(&self, span: Range<usize>, message: &str) -> Result<(), ValuesError> {
        Err(ValuesError::unsure(self.origin(span), message))
    }

    /// What stands before the document: go-yaml knows YAML 1.1 alone, and no end without a beginning.
    fn start(&self) -> Result<(), ValuesError> {
        let mut at = 0;
        for line in self.text.split_inclusive(['\n', '\r']) {
            let span = at..at + line.trim_end().len();
            at += line.len();
            let known = line.trim_end() == "%YAML 1.1";
            if line.starts_with('%') && !known {
                return self.unsure(span, "a directive other than `%YAML 1.1`");
            }
            if line.starts_with("...") {
                return self.unsure(span, "the end of a document that has not begun");
            }
            let meant = line.trim_start();
            if !(meant.is_empty() || meant.starts_with('#') || line.starts_with('%')) {
                break;
            }
        }
        Ok(())
    }

    /// What stands behind brackets that are the whole document.
    fn end(&self, root: &Node) -> Result<(), ValuesError> {
        let Some(span) = self.flows.last().filter(|span| **span == root.span) else {
            return Ok(());
        };
        let rest = self.text.get(span.end..).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let meant = line.trim_start();
        if meant.is_empty() || meant.starts_with('#') {
            return Ok(());
        }
        self.unsure(
            span.end..span.end + line.len(),
            "text behind the closing bracket",
        )
    }

    fn node(&mut self, node: &Node, in_flow: bool) -> Result<(), ValuesError> {
        self.properties(node)?;
        match &node.kind {
            Kind::Alias(_) => self.leaves.push(node.span.clone()),
            Kind::Scalar { style, .. } => {
                self.leaves.push(node.span.clone());
                match style {
                    Style::Double => self.escapes(node)?,
                    Style::Plain => self.plain(node, in_flow)?,
                    Style::Literal | Style::Folded => self.block(node)?,
                    Style::Single => {}
                }
            }
            Kind::Sequence { items, flow } => {
                self.enter(node, *flow, in_flow);
                for item in items {
                    self.node(item, in_flow || *flow)?;
                }
            }
            Kind::Mapping { entries, flow } => {
                self.enter(node, *flow, in_flow);
                for (key, value) in entries {
                    self.node(key, in_flow || *flow)?;
                    if in_flow || *flow {
                        self.flow_key(key, value)?;
                    }
                    self.node(value, in_flow || *flow)?;
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, node: &Node, flow: bool, in_flow: bool) {
        if flow && !in_flow {
            self.flows.push(node.span.clone());
        }
    }

    fn plain(&self, node: &Node, in_flow: bool) -> Result<(), ValuesError> {
        let raw = self.text.get(node.span.clone()).unwrap_or_default();
        if in_flow && (raw.contains('?') || raw.starts_with(':')) {
            return self.unsure(
                node.span.clone(),
                "`?` or a leading `:` in a value in brackets",
            );
        }
        let indented_by_tab = raw
            .split(['\n', '\r'])
            .skip(1)
            .any(|line| line.trim_start_matches(' ').starts_with('\t'));
        if indented_by_tab {
            return self.unsure(node.span.clone(), TAB);
        }
        Ok(())
    }

    /// A block scalar: go-yaml wants no tab before the column where its lines begin.
    fn block(&self, node: &Node) -> Result<(), ValuesError> {
        let raw = self.text.get(node.span.clone()).unwrap_or_default();
        let mut lines = raw.split(['\n', '\r']);
        let header = lines.next().unwrap_or_default();
        let given = header.contains(|digit: char| digit.is_ascii_digit());
        let mut indent = None;
        for line in lines {
            let rest = line.trim_start_matches(' ');
            let spaces = line.len() - rest.len();
            if rest.starts_with('\t') && (given || indent.is_none_or(|indent| spaces < indent)) {
                return self.unsure(node.span.clone(), TAB);
            }
            if !rest.is_empty() {
                indent.get_or_insert(spaces);
            }
        }
        Ok(())
    }

    /// A key in braces: go-yaml wants its colon on the same line, and behind a plain one a blank.
    fn flow_key(&self, key: &Node, value: &Node) -> Result<(), ValuesError> {
        let Some(colon) = value.indicator else {
            return Ok(());
        };
        let whole = self.text.get(key.outer_start()..colon).unwrap_or_default();
        let plain = matches!(
            &key.kind,
            Kind::Scalar {
                style: Style::Plain,
                ..
            }
        );
        let blank = self.text[colon + 1..].starts_with([' ', '\t', '\n', '\r']);
        if whole.contains(['\n', '\r']) || (plain && !blank) {
            return self.unsure(
                key.span.clone(),
                "a key in braces without `: ` right behind it",
            );
        }
        Ok(())
    }

    /// Anchors and tags, which YAML 1.1 keeps to fewer characters.
    fn properties(&self, node: &Node) -> Result<(), ValuesError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let ends = |span: &Range<usize>| {
            let next = self
                .text
                .get(span.end..)
                .and_then(|rest| rest.chars().next());
            next.is_none_or(|next| " \t\n\r".contains(next))
        };
        if let Some(anchor) = node.anchor()
            && !(anchor.name.bytes().all(plain) && ends(&anchor.span))
        {
            return self.unsure(
                anchor.span.clone(),
                "an anchor with other characters than letters and digits",
            );
        }
        if let Some(span) = node.tag_span() {
            let tag = self.text.get(span.clone()).unwrap_or_default();
            let known = |byte: u8| plain(byte) || b"!.:/<>,".contains(&byte);
            if tag.starts_with("!!!")
                || !tag.bytes().all(known)
                || tag.contains(',') != tag.starts_with("!<tag:")
                || !ends(span)
            {
                return self.unsure(span.clone(), "a tag with unusual characters");
            }
        }
        Ok(())
    }

    /// Escapes that YAML has got since: `\/`, and two `\u` for one character.
    fn escapes(&self, node: &Node) -> Result<(), ValuesError> {
        let raw = self.text.get(node.span.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(found) = raw.get(at..).and_then(|rest| rest.find('\\')) {
            at += found;
            let escape = raw.get(at + 1..).unwrap_or_default();
            let surrogate = escape
                .strip_prefix('u')
                .and_then(|digits| u32::from_str_radix(digits.get(..4)?, 16).ok())
                .is_some_and(|unit| (0xd800..0xe000).contains(&unit));
            if escape.starts_with('/') || surrogate {
                let start = node.span.start + at;
                let message = "an escape that Helm's YAML reader does not know";
                return Err(ValuesError::invalid(self.origin(start..start + 2), message));
            }
            at += 1 + escape.chars().next().map_or(0, char::len_utf8);
        }
        Ok(())
    }

    /// Tabs where go-yaml looks for the start of something: at a line's start, behind `-` and `?`.
    fn tabs(&self) -> Result<(), ValuesError> {
        let mut start = 0;
        for line in self.text.split_inclusive(['\n', '\r']) {
            self.tabs_of(start, line)?;
            start += line.len();
        }
        Ok(())
    }

    /// The tabs of a line that stands at `start`, up to a comment.
    fn tabs_of(&self, start: usize, line: &str) -> Result<(), ValuesError> {
        // What stands before the tab, from its first character that is no blank to its last.
        let mut before = 0..0;
        for (within, char) in line.char_indices() {
            let at = start + within;
            if !char.is_whitespace() {
                let free = within == 0 || line[..within].ends_with([' ', '\t']);
                if char == '#' && free && !holds(&self.leaves, at) {
                    break;
                }
                if before.is_empty() {
                    before.start = within;
                }
                before.end = within + char.len_utf8();
                continue;
            }
            if char != '\t' || holds(&self.leaves, at) || holds(&self.flows, at) {
                continue;
            }
            let text = &line[before.clone()];
            let marker = before.start == 0 && text == "---";
            let last = start + before.end.saturating_sub(1);
            let indicator = text.ends_with(['-', '?']) && !marker && !holds(&self.leaves, last);
            if text.is_empty() || indicator || text == ":" {
                return self.unsure(at..at + 1, TAB);
            }
        }
        Ok(())
    }
}

/// Whether one of `spans`, which are in order and apart, has the byte at `at`.
fn holds(spans: &[Range<usize>], at: usize) -> bool {
    let next = spans.partition_point(|span| span.end <= at);
    spans.get(next).is_some_and(|span| span.contains(&at))
}
