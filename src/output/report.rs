//! All findings of one run: ordered, each once, counted. It knows no format.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Severity};
use crate::origin::Source;
use crate::rules;

/// The findings of one run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// In the order of the inputs and of the places in them, none twice.
    pub diagnostics: Vec<Diagnostic>,
    /// How many of them are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many are notes.
    pub notes: usize,
    /// Findings that a comment or a flag turned off.
    pub allowed: usize,
    /// Inputs that were read.
    pub inputs: usize,
    /// Those of them that hold storage settings.
    pub judged: usize,
}

impl Report {
    /// Orders and counts findings, which come input by input.
    pub fn new(mut diagnostics: Vec<Diagnostic>) -> Self {
        order(&mut diagnostics);
        let count = |severity| {
            let same = diagnostics
                .iter()
                .filter(|found| found.severity == severity);
            same.count()
        };
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            diagnostics,
            ..Self::default()
        }
    }

    /// Whether the run fails: on an error, when strict on a warning too.
    pub fn fails(&self, strict: bool) -> bool {
        self.errors > 0 || (strict && self.warnings > 0)
    }

    /// The summary: one line, without a line break.
    pub fn summary(&self) -> String {
        let many = |count: usize, one: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let found = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let found: Vec<String> = found
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, one)| many(count, one))
            .collect();
        let mut line = if found.is_empty() {
            "no findings".to_owned()
        } else {
            found.join(", ")
        };
        line += &format!(" in {}", many(self.judged, "input"));
        if self.inputs > self.judged {
            let without = self.inputs - self.judged;
            line += &format!(" ({} without storage settings)", many(without, "more"))
                .replace("mores", "more");
        }
        if self.allowed > 0 {
            line += &format!("; {} allowed", self.allowed);
        }
        line
    }
}

/// Sorts findings by input, place and rule, and drops what says the same of the same place.
fn order(diagnostics: &mut Vec<Diagnostic>) {
    let ranks = ranks(diagnostics);
    let rule = |found: &Diagnostic| rules::all().position(|rule| rule.code == found.rule.code);
    let mut keyed: Vec<_> = ranks.into_iter().zip(diagnostics.drain(..)).collect();
    keyed.sort_by_cached_key(|(rank, found)| {
        let span = found.place.as_ref().map(|place| place.span.clone());
        let span = span.unwrap_or_default();
        (*rank, span.start, Reverse(span.end), rule(found))
    });
    keyed.dedup_by(|(rank, found), (kept_rank, kept)| rank == kept_rank && repeats(found, kept));
    diagnostics.extend(keyed.into_iter().map(|(_, found)| found));
}

/// The number of each finding's input, in the order they came; the greatest where it has no place.
fn ranks(diagnostics: &[Diagnostic]) -> Vec<usize> {
    let mut sources: HashMap<*const Source, usize> = HashMap::new();
    // One text: a file read as several kinds of thing (its documents) is one.
    let mut texts: HashMap<(&str, &str), usize> = HashMap::new();
    let places = diagnostics.iter().map(|found| found.place.as_ref());
    let ranks = places.map(|place| {
        let Some(place) = place else {
            return usize::MAX;
        };
        let source = &place.source;
        *sources.entry(Arc::as_ptr(source)).or_insert_with(|| {
            let next = texts.len();
            *texts.entry((&source.name, &source.text)).or_insert(next)
        })
    });
    ranks.collect()
}

fn repeats(found: &Diagnostic, kept: &Diagnostic) -> bool {
    let span = |diagnostic: &Diagnostic| diagnostic.place.as_ref().map(|place| place.span.clone());
    found.rule.code == kept.rule.code && found.message == kept.message && span(found) == span(kept)
}
