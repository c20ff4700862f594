//! A plan laid on a stream: the bytes to write. It decides nothing, and fails rather than write a document that it can't be sure of.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::diag::Diagnostic;
use crate::expand::{Addition, Plan};
use crate::rules::stream as findings;
use crate::workload::Stream;
use crate::yaml;

/// The parts of the output, in order; untouched documents are slices of the input.
pub fn parts<'a>(
    stream: &Stream<'a>,
    plan: &Plan,
    hide_secrets: bool,
) -> Result<Vec<Cow<'a, [u8]>>, Vec<Diagnostic>> {
    let mut parts: Vec<Cow<'a, [u8]>> = Vec::new();
    let mut faults = Vec::new();
    for (number, document) in stream.documents.iter().enumerate() {
        let raw = document.raw();
        let line_end = if memchr::memmem::find(raw, b"\r\n").is_some() {
            "\r\n"
        } else {
            "\n"
        };
        let additions: Vec<_> = plan
            .additions
            .iter()
            .filter(|addition| addition.before == number)
            .collect();
        if !additions.is_empty() {
            let text: String = additions
                .iter()
                .map(|addition| render(addition, hide_secrets))
                .collect();
            let (head, rest) = raw.split_at(head_length(raw));
            parts.push(Cow::Borrowed(head));
            parts.push(Cow::Owned(text.replace('\n', line_end).into_bytes()));
            if !document.is_marked() {
                parts.push(Cow::Owned(format!("---{line_end}").into_bytes()));
            }
            push_document(
                number,
                stream,
                rest,
                head.len(),
                plan,
                &mut parts,
                &mut faults,
            );
        } else {
            push_document(number, stream, raw, 0, plan, &mut parts, &mut faults);
        }
    }
    if faults.is_empty() {
        Ok(parts)
    } else {
        Err(faults)
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

fn push_document<'a>(
    number: usize,
    stream: &Stream<'a>,
    raw: &'a [u8],
    skipped: usize,
    plan: &Plan,
    parts: &mut Vec<Cow<'a, [u8]>>,
    faults: &mut Vec<Diagnostic>,
) {
    if plan.removals.contains(&number) {
        return;
    }
    let Some(edits) = plan.edits.get(&number) else {
        parts.push(Cow::Borrowed(raw));
        return;
    };
    let body_start = stream.documents[number].body().start;
    let body = String::from_utf8_lossy(stream.body(number));
    match yaml::apply(&body, edits) {
        Ok(text) => {
            parts.push(Cow::Borrowed(&raw[..body_start.saturating_sub(skipped)]));
            parts.push(Cow::Owned(text.into_bytes()));
        }
        Err(error) => {
            let title = stream
                .objects(number)
                .first()
                .map(crate::workload::Object::title)
                .unwrap_or_default();
            faults.push(findings::not_editable(&title, &error.to_string()));
        }
    }
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
