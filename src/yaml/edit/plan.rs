//! Finds where the wanted tree differs from the document's and what text must change there: this file the walk and the
//! replacing of a value, `block` and `flow` the collections.

use serde_json::Value;

use super::splice::{
    Splice, begins_line, ends_its_line, ends_line, line_start, next_line, skip_spaces,
};
use super::want::{Want, is_empty};
use crate::yaml::emit::{self, Layout, Rendered};
use crate::yaml::node::{Kind, Node, Style};
use crate::yaml::parse_spans::{column, line_end};
use crate::yaml::quote::{double_quoted, is_hidden};

/// The splices that turn the text into what is wanted.
pub(super) fn plan(text: &str, document: Option<&Node>, wanted: &Want<'_>) -> Vec<Splice> {
    let indented_sequences = document.is_some_and(|root| indents_sequences(text, root));
    let layout = Layout {
        indented_sequences,
        literals: ends_line(text),
    };
    let mut planner = Planner {
        text,
        layout,
        splices: Vec::new(),
    };
    match document {
        Some(root) => planner.node(root, wanted, Spot::Root, 0),
        None if matches!(wanted, Want::Missing) => {}
        None => planner.fill_document(&wanted.to_value()),
    }
    planner.splices
}

/// Whether the document's own block sequences have their dashes behind their key's column. The first one tells.
fn indents_sequences(text: &str, root: &Node) -> bool {
    let mut told = None;
    root.walk(&mut |node| {
        for (key, value) in node.entries() {
            if told.is_none() && matches!(value.kind, Kind::Sequence { flow: false, .. }) {
                told = Some(column(text, value.span.start) > column(text, key.outer_start()));
            }
        }
    });
    told.unwrap_or(false)
}

/// What a value follows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    /// Nothing, or the document's `---`.
    Root,
    /// A key at this column.
    Colon(usize),
    /// A dash at this column.
    Dash(usize),
    /// A key or nothing, inside brackets or braces; whether all is written as JSON there.
    Flow { json: bool },
}

pub(super) struct Planner<'t> {
    pub(super) text: &'t str,
    pub(super) layout: Layout,
    pub(super) splices: Vec<Splice>,
}

impl Planner<'_> {
    pub(super) fn node(&mut self, old: &Node, want: &Want<'_>, spot: Spot, depth: usize) {
        match (want, &old.kind) {
            (Want::Old(_) | Want::Missing, _) => {}
            (Want::New(value), _) => self.replace(old, value, spot, depth),
            (
                Want::Map(map),
                Kind::Mapping {
                    entries,
                    flow: false,
                },
            ) if !entries.is_empty() => {
                self.block_mapping(old, map, spot, depth);
            }
            (Want::Seq(seq), Kind::Sequence { items, flow: false }) if !items.is_empty() => {
                self.block_sequence(old, seq, spot, depth);
            }
            (Want::Map(_) | Want::Seq(_), _) if !is_empty(old) => {
                self.flow_collection(old, want, spot, depth)
            }
            _ => {
                let value = want.to_value();
                if !emit::is_empty(&value) {
                    self.replace(old, &value, spot, depth);
                }
            }
        }
    }

    pub(super) fn splice(
        &mut self,
        range: std::ops::Range<usize>,
        text: impl Into<String>,
        depth: usize,
    ) {
        self.splices.push(Splice {
            range,
            text: text.into(),
            lines: false,
            depth,
        });
    }

    pub(super) fn splice_lines(
        &mut self,
        range: std::ops::Range<usize>,
        text: String,
        depth: usize,
    ) {
        if !(range.is_empty() && text.is_empty()) {
            self.splices.push(Splice {
                range,
                text,
                lines: true,
                depth,
            });
        }
    }

    /// Puts a value where there was another, or none behind an indicator.
    pub(super) fn replace(&mut self, old: &Node, value: &Value, spot: Spot, depth: usize) {
        if let Spot::Flow { json } = spot {
            return self.replace_in_flow(old, value, json, depth);
        }
        let rendered = self.render(old, value, spot);
        match &old.kind {
            Kind::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            } => self.replace_block_scalar(old, rendered, depth),
            Kind::Sequence { flow: false, .. } | Kind::Mapping { flow: false, .. }
                if begins_line(self.text, old.span.start) =>
            {
                self.replace_block_lines(old, rendered, depth);
            }
            _ => self.replace_inline(old, rendered, depth),
        }
    }

    fn render(&self, old: &Node, value: &Value, spot: Spot) -> Rendered {
        if let (Some(text), Kind::Scalar { style, .. }) = (value.as_str(), &old.kind)
            && !self.is_as_written_anew(old, spot)
            && let Some(rendered) = self.render_alike(text, *style, spot)
        {
            return rendered;
        }
        let layout = self.layout_for(old);
        let inline = |head: String| Rendered {
            head,
            body: String::new(),
        };
        match spot {
            _ if is_flow_line(self.text, old) && is_filled(value) => {
                inline(emit::to_flow(value, is_json(old)))
            }
            // Behind an anchor no block collection may begin on the same line.
            Spot::Dash(column) if keeps_anchor(old) && is_filled(value) => Rendered {
                head: String::new(),
                body: layout.lines(value, column + 2),
            },
            Spot::Colon(column) => layout.after_colon(value, column),
            Spot::Dash(_) if is_filled(value) => {
                layout.compact(value, self.inner_column(old, spot))
            }
            Spot::Dash(column) => layout.after_colon(value, column),
            Spot::Flow { json } => inline(emit::to_flow(value, json)),
            Spot::Root if emit::is_empty(value) => Rendered {
                head: String::new(),
                body: emit::to_flow(value, false) + "\n",
            },
            Spot::Root => Rendered {
                head: String::new(),
                body: layout.lines(value, 0),
            },
        }
    }

    /// Text of several lines can't begin where comments or blank lines would come between it and its header.
    fn layout_for(&self, old: &Node) -> Layout {
        let below_gap = is_below(self.text, old)
            && old
                .indicator
                .is_some_and(|at| next_line(self.text, at) < line_start(self.text, old.span.start));
        Layout {
            literals: self.layout.literals && !below_gap,
            ..self.layout
        }
    }

    /// Where the first key or dash of a new collection comes to stand behind its dash.
    fn inner_column(&self, old: &Node, spot: Spot) -> usize {
        let start = replaced_from(old);
        match spot {
            Spot::Dash(dash) if is_below(self.text, old) || start == old.outer_end() => dash + 2,
            _ => column(self.text, start),
        }
    }

    /// Whether a string stands in the notation that it would get if it were new: then nobody chose its quotes, and the next
    /// string need not have them.
    fn is_as_written_anew(&self, old: &Node, spot: Spot) -> bool {
        let Some(value) = old.as_str().map(Value::from) else {
            return false;
        };
        let anew = match spot {
            Spot::Colon(column) | Spot::Dash(column) => {
                self.layout_for(old).after_colon(&value, column).head
            }
            Spot::Flow { json } => emit::to_flow(&value, json),
            Spot::Root => return false,
        };
        self.text.get(old.span.clone()) == Some(&anew)
    }

    /// A string in the notation of the one it replaces, where that can hold it.
    fn render_alike(&self, text: &str, style: Style, spot: Spot) -> Option<Rendered> {
        let literal = |column| emit::literal(text, column + 2);
        let column = match spot {
            Spot::Colon(column) | Spot::Dash(column) => Some(column),
            Spot::Root | Spot::Flow { .. } => None,
        };
        let head = match style {
            Style::Literal | Style::Folded if self.layout.literals && emit::fits_literal(text) => {
                return column.map(literal);
            }
            Style::Double if !emit::fits_literal(text) => double_quoted(text),
            Style::Single if !text.is_empty() && !text.chars().any(is_hidden) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            _ => return None,
        };
        Some(Rendered {
            head,
            body: String::new(),
        })
    }

    /// A scalar, a flow collection, an alias, nothing, or a block collection that begins on its dash's line.
    fn replace_inline(&mut self, old: &Node, Rendered { head, body }: Rendered, depth: usize) {
        let (start, end) = (replaced_from(old), old.outer_end());
        let own_line = begins_line(self.text, start)
            && skip_spaces(self.text, end) == line_end(self.text, end);
        if head.is_empty() && own_line && start < end {
            return self.splice_lines(
                line_start(self.text, start)..next_line(self.text, end),
                body,
                depth,
            );
        }
        if head.is_empty() && begins_line(self.text, start) && start < end {
            self.splice(start..skip_spaces(self.text, end), "", depth);
        } else if head.is_empty() {
            let before = self.text.get(..start).unwrap_or_default();
            self.splice(before.trim_end_matches([' ', '\t']).len()..end, "", depth);
        } else {
            let gap = if start == end { " " } else { "" };
            self.splice(start..end, format!("{gap}{head}"), depth);
        }
        let below = next_line(self.text, end);
        self.splice_lines(below..below, body, depth);
    }

    /// A block scalar: its header's comment stays.
    fn replace_block_scalar(
        &mut self,
        old: &Node,
        Rendered { head, body }: Rendered,
        depth: usize,
    ) {
        let header = self.text.get(old.span.start..).unwrap_or_default();
        let token = header
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(header.len());
        let end = old.span.start + token;
        if head.is_empty() {
            let start = replaced_from(old);
            let before = self.text.get(..start).unwrap_or_default();
            self.splice(before.trim_end_matches([' ', '\t']).len()..end, "", depth);
        } else {
            self.splice(replaced_from(old)..end, head, depth);
        }
        let first = next_line(self.text, old.span.start);
        let has_content = old.span.end > line_end(self.text, old.span.start);
        let last = if has_content {
            next_line(self.text, old.span.end)
        } else {
            first
        };
        self.splice_lines(first..last, body, depth);
    }

    /// A block collection below its indicator's line.
    fn replace_block_lines(&mut self, old: &Node, Rendered { head, body }: Rendered, depth: usize) {
        let indicator_end = old.indicator.map(|at| at + 1);
        let properties_end = old.property_spans().map(|span| span.end).max();
        let gap = if head.is_empty() { "" } else { " " };
        if let (Some(_), Some(start), Some(end)) = (old.tag(), indicator_end, properties_end) {
            self.splice(start..end, format!("{gap}{head}"), depth);
        } else if let Some(at) = properties_end.or(indicator_end)
            && !head.is_empty()
        {
            self.splice(at..at, format!("{gap}{head}"), depth);
        }
        let lines = line_start(self.text, old.span.start)..next_line(self.text, old.span.end);
        self.splice_lines(lines, body, depth);
    }

    /// Fills a document that holds nothing yet: after its comments, before its `...`.
    fn fill_document(&mut self, value: &Value) {
        let end = match self.text.rfind("\n...") {
            Some(at) if ends_its_line(self.text, at + 4) => at + 1,
            _ => self.text.len(),
        };
        let lines = if emit::is_empty(value) {
            emit::to_flow(value, false) + "\n"
        } else {
            self.layout.lines(value, 0)
        };
        self.splice_lines(end..end, lines, 0);
    }
}

/// Where the text begins that a new value replaces: a tag goes with the old value, an anchor alone stays.
pub(super) fn replaced_from(old: &Node) -> usize {
    if old.tag().is_some() {
        old.outer_start()
    } else {
        old.span.start
    }
}

/// Whether a node is a block collection on lines of its own.
fn is_below(text: &str, node: &Node) -> bool {
    matches!(
        node.kind,
        Kind::Sequence { flow: false, .. } | Kind::Mapping { flow: false, .. }
    ) && begins_line(text, node.span.start)
}

fn keeps_anchor(old: &Node) -> bool {
    old.anchor().is_some() && old.tag().is_none()
}

fn is_filled(value: &Value) -> bool {
    (value.is_object() || value.is_array()) && !emit::is_empty(value)
}

fn is_flow_line(text: &str, node: &Node) -> bool {
    matches!(
        node.kind,
        Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
    ) && !is_empty(node)
        && text
            .get(node.span.clone())
            .is_some_and(|raw| !raw.contains('\n'))
}

/// Whether a part of a document is written as JSON: every key and every string in double quotes, and there is one.
pub(super) fn is_json(node: &Node) -> bool {
    let (mut double, mut other) = (false, false);
    node.walk(&mut |part| match &part.kind {
        Kind::Scalar {
            style: Style::Double,
            ..
        } => double = true,
        Kind::Scalar { .. } => other |= part.as_str().is_some(),
        _ => {}
    });
    double && !other
}
