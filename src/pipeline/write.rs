//! A plan laid on a stream: the bytes to write. It decides nothing, and fails rather than write a document that it can't be sure of.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diag::Diagnostic;
use crate::expand::{Addition, Plan};
use crate::rules::stream as findings;
use crate::workload::{Object, Stream};
use crate::yaml::{self, Edit};

/// The parts of the output, in order; what is untouched are slices of the input, as few as there can be: each is a write.
pub fn parts<'a>(
    stream: &Stream<'a>,
    plan: &Plan,
    hide_secrets: bool,
) -> Result<Vec<Cow<'a, [u8]>>, Vec<Diagnostic>> {
    let places = plan.additions.iter().map(|addition| addition.before);
    let touched: BTreeSet<usize> = places
        .chain(plan.edits.keys().copied())
        .chain(plan.removals.iter().copied())
        .collect();
    let mut output = Output {
        input: stream.input,
        at: 0,
        parts: Vec::new(),
    };
    let mut faults = Vec::new();
    for number in touched {
        let document = &stream.documents[number];
        let (raw, start) = (document.raw(), document.offset());
        output.keep_to(start + head_length(raw));
        output.add(additions(stream, number, plan, hide_secrets));
        if plan.removals.contains(&number) {
            output.skip_to(start + raw.len());
        } else if let Some(edits) = plan.edits.get(&number) {
            output.keep_to(start + document.body().start);
            match edited(stream, number, edits) {
                Ok(text) => output.add(text),
                Err(fault) => faults.push(fault),
            }
            output.skip_to(start + raw.len());
        }
    }
    output.keep_to(stream.input.len());
    if !faults.is_empty() {
        Err(faults)
    } else if begins_anew(stream, plan) {
        Ok(vec![without_mark(&output.parts.concat()).into()])
    } else {
        Ok(output.parts)
    }
}

/// Whether the first document goes, and stood without a `---`: then the next one has no more need of it, as before a new
/// object was put before it.
fn begins_anew(stream: &Stream, plan: &Plan) -> bool {
    plan.removals.contains(&0) && !stream.documents[0].is_marked()
}

/// A stream without the `---` that it begins with, where nothing else stands on that line.
fn without_mark(stream: &[u8]) -> Vec<u8> {
    let head = head_length(stream);
    let (before, rest) = stream.split_at(head);
    let bare = [b"---\n".as_slice(), b"---\r\n"]
        .iter()
        .find_map(|mark| rest.strip_prefix(*mark));
    [before, bare.unwrap_or(rest)].concat()
}

/// The output as far as it goes, and how much of the input it stands for.
struct Output<'a> {
    input: &'a [u8],
    at: usize,
    parts: Vec<Cow<'a, [u8]>>,
}

impl Output<'_> {
    /// Takes the input over, up to an offset.
    fn keep_to(&mut self, end: usize) {
        if self.at < end {
            self.parts.push(Cow::Borrowed(&self.input[self.at..end]));
            self.at = end;
        }
    }

    /// Leaves the input out, up to an offset.
    fn skip_to(&mut self, end: usize) {
        self.at = end;
    }

    /// Adds a text of its own.
    fn add(&mut self, text: String) {
        if !text.is_empty() {
            self.parts.push(Cow::Owned(text.into_bytes()));
        }
    }
}

/// A byte order mark stays first; nothing else must.
fn head_length(raw: &[u8]) -> usize {
    if raw.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    }
}

/// The new objects before a document, in its line endings; behind them it needs a `---`, and without one they begin as it did.
fn additions(stream: &Stream, number: usize, plan: &Plan, hide_secrets: bool) -> String {
    let document = &stream.documents[number];
    let here = plan
        .additions
        .iter()
        .filter(|addition| addition.before == number);
    let mut text: String = here
        .map(|addition| render(addition, hide_secrets))
        .collect();
    if !text.is_empty() && !document.is_marked() {
        text = text.replacen("---\n", "", 1) + "---\n";
    }
    if memchr::memmem::find(document.raw(), b"\r\n").is_some() {
        text = text.replace('\n', "\r\n");
    }
    text
}

fn edited(stream: &Stream, number: usize, edits: &[Edit]) -> Result<String, Diagnostic> {
    // An edit's place was read: it is text.
    let body = std::str::from_utf8(stream.body(number)).unwrap_or_default();
    let edited = match stream.root(number) {
        Some(root) => yaml::apply_to(body, Some(&root), edits),
        None => yaml::apply(body, edits),
    };
    edited.map_err(|error| {
        let objects = stream.objects(number);
        let title = objects.first().map(Object::title).unwrap_or_default();
        findings::not_editable(&title, &error.to_string())
    })
}

/// A new object as a document of its own.
fn render(addition: &Addition, hide_secrets: bool) -> String {
    let mut text = "---\n".to_owned();
    let helm4 = addition.object["metadata"]["annotations"]
        .get(crate::workload::FILENAME)
        .is_some();
    if let Some(template) = addition.template.as_ref().filter(|_| !helm4) {
        // Writing into a string never fails.
        let _ = writeln!(text, "# Source: {template}");
    }
    if hide_secrets && addition.object["kind"] == "Secret" {
        text.push_str("# HIDDEN: The Secret output has been suppressed\n");
    } else {
        text.push_str(&yaml::to_yaml(&addition.object));
    }
    text
}
