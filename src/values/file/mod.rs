//! A values file read by go-yaml's rules. It merges nothing but the documents of one file.

mod agree;
mod tree;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::tree::{Map, Node, Value};
use super::{Dialect, ValuesError, merge};
use crate::origin::{Origin, Source};
use crate::yaml::{self, SyntaxError};

/// Reads a values file, or a chart's `values.yaml`: a mapping, empty where the file holds nothing.
///
/// Helm 3 reads the first document and does not look at the rest; Helm 4 merges all of them.
///
/// # Errors
/// Where Helm refuses it, and where this program cannot be sure to read it as Helm does.
pub fn read(source: &Arc<Source>, dialect: Dialect) -> Result<Node, ValuesError> {
    let mut values = Map::new();
    for document in documents(source, dialect)? {
        if let Some(map) = document.read(source)? {
            merge(&mut values, map);
        }
    }
    Ok(Node::new(Value::Map(values), Origin::whole(source)))
}

/// The values of one document of a stream that is parsed already; its text begins at `offset` of the source.
///
/// # Errors
/// Where Kubernetes and Helm refuse it.
pub fn document(
    source: &Arc<Source>,
    offset: usize,
    root: &yaml::Node,
) -> Result<Node, ValuesError> {
    tree::read(source, offset, root)
}

/// A part of the file that is parsed by itself.
struct Document<'a> {
    text: Cow<'a, str>,
    /// Where the text begins in the file.
    offset: usize,
}

fn documents(source: &Arc<Source>, dialect: Dialect) -> Result<Vec<Document<'_>>, ValuesError> {
    let text = source.text.as_str();
    match dialect {
        Dialect::Helm3 => Ok(vec![Document {
            text: Cow::Borrowed(text),
            offset: 0,
        }]),
        Dialect::Helm4 => split(source),
    }
}

/// Splits at lines that begin with `---`, as Kubernetes' `YAMLReader` does, which Helm 4 uses.
fn split(source: &Arc<Source>) -> Result<Vec<Document<'_>>, ValuesError> {
    let text = source.text.as_str();
    let mut documents = Vec::new();
    if let Some(at) = text.find("\r\r\n") {
        let origin = Origin::new(source, at..at + 3);
        return Err(ValuesError::unsure(
            origin,
            "two carriage returns at a line's end",
        ));
    }
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if let Some(rest) = line.strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                let origin = Origin::new(source, at..at + line.trim_end().len());
                return Err(ValuesError::invalid(
                    origin,
                    "Helm 4 takes nothing but a comment on a line that begins with `---`",
                ));
            }
            // One with nothing before it stays with what follows.
            if start < at {
                documents.push(start..at);
                start = end;
            }
        }
        at = end;
    }
    documents.push(start..at);
    Ok(documents
        .into_iter()
        .filter(|range| !range.is_empty())
        .map(|range| {
            let offset = range.start;
            let part = &text[range];
            // Helm 4 ends a last line that has no end.
            let text = if part.ends_with('\n') {
                Cow::Borrowed(part)
            } else {
                Cow::Owned(format!("{part}\n"))
            };
            Document { text, offset }
        })
        .collect())
}

impl Document<'_> {
    /// The mapping; none where there is nothing.
    fn read(&self, source: &Arc<Source>) -> Result<Option<Map>, ValuesError> {
        let text = self.text.strip_prefix('\u{feff}').unwrap_or(&self.text);
        let offset = self.offset + self.text.len() - text.len();
        check_characters(source, text, offset)?;
        let root = yaml::parse_first(text).map_err(|error| syntax(source, text, offset, error))?;
        agree::check(source, text, offset, root.as_ref())?;
        let Some(root) = root else {
            return Ok(None);
        };
        let node = tree::read(source, offset, &root)?;
        match node.value {
            Value::Map(map) => Ok(Some(map)),
            Value::Null => Ok(None),
            _ => Err(ValuesError::invalid(
                node.origin,
                "the top of a values file must be a mapping (`key: value`)",
            )),
        }
    }
}

/// What the parser did not take. Where libyaml, which go-yaml descends from, does not either, Helm refuses it; but
/// go-yaml knows an escape more, reads any tag, needs no blank before a comment, and takes more inside brackets and
/// behind those that are the whole document.
fn syntax(source: &Arc<Source>, text: &str, offset: usize, error: SyntaxError) -> ValuesError {
    let whole = &source.text;
    let start = whole.floor_char_boundary(offset + error.offset);
    let end = whole.ceil_char_boundary(start + 1);
    let origin = Origin::new(source, start..end);
    let message = format!("cannot be read as YAML: {}", error.message);
    let laxer = [" tag", "escape", "comment", "bracket", "flow", "':'"];
    let laxer = laxer.iter().any(|word| error.message.contains(word));
    let brackets = text.trim_start().starts_with(['{', '[']);
    if laxer || brackets || libyaml_takes(text) {
        ValuesError::unsure(origin, message)
    } else {
        ValuesError::invalid(origin, message)
    }
}

/// Whether libyaml takes a text. Its time grows with each bracket that is open, so that it is not asked of a text with many: then
/// nobody is sure.
fn libyaml_takes(text: &str) -> bool {
    const MOST_BRACKETS: usize = 255;
    let brackets = memchr::memchr2_iter(b'[', b'{', text.as_bytes());
    if brackets.take(MOST_BRACKETS + 1).count() > MOST_BRACKETS {
        return true;
    }
    serde_yaml::Deserializer::from_str(text)
        .next()
        .is_none_or(|document| IgnoredAny::deserialize(document).is_ok())
}

/// Refuses the characters that go-yaml refuses, and those that YAML 1.1, which it follows, has as line breaks.
fn check_characters(source: &Arc<Source>, text: &str, offset: usize) -> Result<(), ValuesError> {
    for (at, char) in text.char_indices() {
        let sure = match char {
            '\t' | '\n' | '\r' | ' '..='~' => continue,
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => false,
            '\u{a0}'..='\u{fffd}' | '\u{10000}'.. => continue,
            _ => true,
        };
        let start = offset + at;
        let origin = Origin::new(source, start..start + char.len_utf8());
        let name = format!("U+{:04X}", u32::from(char));
        return Err(if sure {
            ValuesError::invalid(origin, format!("the control character {name}"))
        } else {
            let problem = "has a meaning of its own to Helm's YAML reader; write it as an escape in double quotes";
            ValuesError::unsure(origin, format!("the character {name} {problem}"))
        });
    }
    Ok(())
}
