//! A plan laid on a stream: the bytes to write. It decides nothing, and fails rather than write a document that it can't be sure of.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::diag::Diagnostic;
use crate::expand::{Addition, Plan};
use crate::rules::stream as findings;
use crate::workload::{self, Object, Stream};
use crate::yaml;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The parts of the output, in order; what is untouched is slices of the input, as long as they can be.
///
/// # Errors
/// The documents that can't be changed.
pub fn parts<'a>(
    stream: &Stream<'a>,
    plan: &Plan,
    hide_secrets: bool,
) -> Result<Vec<Cow<'a, [u8]>>, Vec<Diagnostic>> {
    let additions = plan.additions.iter().map(|addition| addition.before);
    let touched: BTreeSet<_> = additions
        .chain(plan.edits.keys().copied())
        .chain(plan.removals.iter().copied())
        .collect();
    let mut parts = Vec::new();
    let mut faults = Vec::new();
    let mut written = 0;
    for number in touched {
        let document = &stream.documents[number];
        let start = document.offset();
        parts.push(Cow::Borrowed(&stream.input()[written..start]));
        written = start + document.raw().len();
        match changed(stream, plan, number, hide_secrets) {
            Ok(bytes) => parts.push(Cow::Owned(bytes)),
            Err(fault) => faults.push(fault),
        }
    }
    parts.push(Cow::Borrowed(&stream.input()[written..]));
    if faults.is_empty() {
        Ok(parts)
    } else {
        Err(faults)
    }
}

/// The bytes that stand for a touched document: what is added before it, and itself as edited, unless it goes.
fn changed(
    stream: &Stream,
    plan: &Plan,
    number: usize,
    hide_secrets: bool,
) -> Result<Vec<u8>, Diagnostic> {
    let document = &stream.documents[number];
    let raw = document.raw();
    let line_end = if memchr::memmem::find(raw, b"\r\n").is_some() {
        "\r\n"
    } else {
        "\n"
    };
    // A byte order mark stays first; nothing else must.
    let head = if raw.starts_with(BOM) { BOM.len() } else { 0 };
    let mut bytes = raw[..head].to_vec();
    let additions = plan
        .additions
        .iter()
        .filter(|addition| addition.before == number);
    let text: String = additions
        .map(|addition| render(addition, hide_secrets))
        .collect();
    bytes.extend_from_slice(text.replace('\n', line_end).as_bytes());
    if !text.is_empty() && !document.is_marked() {
        bytes.extend_from_slice(format!("---{line_end}").as_bytes());
    }
    match plan.edits.get(&number) {
        _ if plan.removals.contains(&number) => {}
        None => bytes.extend_from_slice(&raw[head..]),
        Some(edits) => {
            let body = document.body().start;
            bytes.extend_from_slice(&raw[head..body]);
            let text = yaml::apply(&String::from_utf8_lossy(stream.body(number)), edits);
            let title = || {
                stream
                    .objects(number)
                    .first()
                    .map(Object::title)
                    .unwrap_or_default()
            };
            bytes.extend_from_slice(
                text.map_err(|error| findings::not_editable(&title(), &error.to_string()))?
                    .as_bytes(),
            );
        }
    }
    Ok(bytes)
}

/// A new object as a document of its own.
fn render(addition: &Addition, hide_secrets: bool) -> String {
    let mut text = "---\n".to_owned();
    let helm4 = addition.object["metadata"]["annotations"]
        .get(workload::FILENAME)
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
