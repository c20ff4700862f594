//! What a difference must not show: Secrets' data, secret fields, secret variables, and the same texts wherever else they stand. It compares nothing.

use std::collections::BTreeSet;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::output::mask::HIDDEN;
use crate::schema::{BACKENDS, Reach};
use crate::workload::Stream;
use crate::yaml::{self, Kind, Node};

/// A shorter text is hidden where it is known to be a secret, and not wherever it stands: it may be a part of any word.
const SHORTEST: usize = 6;
/// Words in the names of variables that promise a secret.
const SECRETIVE: [&str; 9] = [
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "TOKEN",
    "CREDENTIAL",
    "PRIVATE",
    "ACCESSKEY",
    "ACCOUNTKEY",
    "APIKEY",
];

/// Hides secrets of the streams that it was made of.
pub(super) struct Masker {
    /// The longest first, so that no part of one stays.
    known: Vec<String>,
}

impl Masker {
    /// Learns all secrets of the streams, in plain and in base64.
    pub(super) fn of(streams: &[&Stream]) -> Self {
        let mut known = BTreeSet::new();
        for stream in streams {
            for document in &stream.documents {
                let text = String::from_utf8_lossy(document.raw());
                for secret in &secrets(&text).texts {
                    learn(secret, &mut known);
                }
            }
        }
        let mut known: Vec<_> = known.into_iter().collect();
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { known }
    }

    /// The lines of a document, without their line breaks and secrets.
    pub(super) fn lines(&self, text: &str) -> Vec<String> {
        let spans = secrets(text).spans;
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let range = start..start + line.len();
            start = range.end;
            let content = line.strip_suffix('\n').unwrap_or(line);
            self.line(content, range.start, &spans)
        });
        lines.collect()
    }

    fn line(&self, line: &str, offset: usize, spans: &[Range<usize>]) -> String {
        let own = spans.iter().filter_map(|span| {
            let start = span.start.max(offset) - offset;
            let end = span.end.min(offset + line.len()).checked_sub(offset)?;
            let piece = line.get(start..end)?;
            let indent = piece.len() - piece.trim_start().len();
            let range = start + indent..start + piece.trim_end().len();
            (range.start < range.end).then_some(range)
        });
        let known = self.known.iter().flat_map(|secret| {
            line.match_indices(secret.as_str())
                .map(|(at, found)| at..at + found.len())
        });
        let mut hidden: Vec<_> = own.chain(known).chain(assigned(line)).collect();
        hidden.sort_by_key(|range| range.start);
        let mut shown = String::new();
        let mut at = 0;
        for range in hidden {
            if range.start >= at {
                shown.push_str(&line[at..range.start]);
                shown.push_str(HIDDEN);
            }
            at = at.max(range.end);
        }
        shown.push_str(&line[at..]);
        shown
    }
}

/// A secret as it may stand anywhere: itself, its lines, what it is the base64 of, and its own.
///
/// Charts keep more than secrets in Secrets: a mere word there (`registry`, `msr-enzi`) is hidden in its place alone.
fn learn(secret: &Text, known: &mut BTreeSet<String>) {
    let is_word = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_lowercase() || ['-', '.', '/', ':'].contains(&c))
    };
    let mut keep = |text: &str| {
        let text = text.trim();
        if text.len() >= SHORTEST && (secret.is_sure || !is_word(text)) {
            known.insert(text.to_owned());
            known.insert(STANDARD.encode(text));
        }
    };
    let forms = |text: &str| {
        let unquoted = yaml::parse_one(text).ok().flatten();
        let unquoted = unquoted.as_ref().and_then(Node::text).map(str::to_owned);
        [Some(text.to_owned()), unquoted]
    };
    let decoded = STANDARD
        .decode(secret.content.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    for text in [Some(secret.content.clone()), decoded]
        .into_iter()
        .flatten()
    {
        for form in forms(&text).into_iter().flatten() {
            keep(&form);
            form.lines()
                .filter(|_| form.contains('\n'))
                .for_each(&mut keep);
        }
    }
}

/// The secrets of one document.
#[derive(Default)]
struct Secrets {
    /// Where they stand.
    spans: Vec<Range<usize>>,
    /// What they are.
    texts: Vec<Text>,
}

/// One of them.
struct Text {
    content: String,
    /// Whether its name says that it is a secret, not only the object that it lies in.
    is_sure: bool,
}

/// A document that can't be read has none: no such document is changed, and its lines are looked at one by one.
fn secrets(text: &str) -> Secrets {
    let mut found = Secrets::default();
    if let Ok(Some(root)) = yaml::parse_one(text) {
        found.node(&root);
    }
    found
}

impl Secrets {
    fn node(&mut self, node: &Node) {
        let text = |key: &str| node.get(key).and_then(Node::text);
        let is_secret = text("kind") == Some("Secret");
        let is_variable = text("name").is_some_and(is_secret_variable);
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            let is_data = is_secret && ["data", "stringData"].contains(&name);
            let is_value = is_variable && name == "value" && !is_reference(value);
            if is_data {
                self.data(value);
            } else if is_value || (is_field(name) && is_scalar(value)) {
                self.hide(value, true);
            } else {
                self.node(value);
            }
        }
        for item in node.items() {
            self.node(item);
        }
    }

    /// The values of a Secret.
    fn data(&mut self, node: &Node) {
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            self.hide(value, is_field(name) || is_secret_variable(name));
        }
    }

    /// Every scalar of a node but nulls and keys.
    fn hide(&mut self, node: &Node, is_sure: bool) {
        match &node.kind {
            Kind::Scalar { text, .. } if !node.is_null() && !text.is_empty() => {
                self.spans.push(node.span.clone());
                self.texts.push(Text {
                    content: text.to_string(),
                    is_sure,
                });
            }
            _ => {
                for (_, value) in node.entries() {
                    self.hide(value, is_sure);
                }
                for item in node.items() {
                    self.hide(item, is_sure);
                }
            }
        }
    }
}

fn is_scalar(node: &Node) -> bool {
    matches!(node.kind, Kind::Scalar { .. })
}

/// Whether a value is read from another variable: `'$(MSR_STORAGE_RAW_SECRETKEY)'`.
fn is_reference(value: &Node) -> bool {
    value.text().is_some_and(|text| {
        let text = text.trim_matches('\'');
        text.strip_prefix("$(")
            .and_then(|rest| rest.strip_suffix(')'))
            .is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    })
}

fn secret_fields() -> impl Iterator<Item = &'static str> {
    let fields = BACKENDS.into_iter().flat_map(|backend| backend.fields);
    fields.filter(|field| field.secret).map(|field| field.name)
}

fn is_field(key: &str) -> bool {
    secret_fields().any(|field| key.eq_ignore_ascii_case(field))
}

/// Whether a variable holds a secret; one that holds the path of a file does not.
fn is_secret_variable(name: &str) -> bool {
    let upper = name.to_uppercase();
    let by_table = BACKENDS.into_iter().any(|backend| {
        let secret = backend
            .fields
            .iter()
            .filter(|field| field.secret && field.reach == Reach::Env);
        secret
            .into_iter()
            .any(|field| backend.env(field).as_ref() == Some(&upper))
    });
    by_table || SECRETIVE.iter().any(|word| upper.contains(word))
}

/// What a line gives to a secret field in a text that YAML takes for one string, such as a configuration file in a ConfigMap, or a comment.
fn assigned(line: &str) -> Option<Range<usize>> {
    let lower = line.to_ascii_lowercase();
    let at = secret_fields()
        .flat_map(|field| lower.match_indices(field))
        .filter(|(at, _)| !lower[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .find_map(|(at, field)| {
            let rest = &lower[at + field.len()..];
            let after = rest.trim_start_matches(['"', '\'', '\\', ' ']);
            let value = after.strip_prefix([':', '='])?;
            Some(line.len() - value.trim_start().len())
        })?;
    let end = line.trim_end().len();
    (at < end).then_some(at..end)
}
