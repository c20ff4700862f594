//! `# msr-storage: allow CODE` in a file: which findings it takes away. It knows lines and indentation, not YAML.
//!
//! A comment covers the entry it stands beside, or, on a line of its own, the entry below it, with all that is nested in it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::entries::Entries;
use crate::diag::{Diagnostic, nearest};
use crate::origin::{Origin, Source};
use crate::pattern::ALLOW_COMMENT;
use crate::rules::{self, home};

/// One code allowed for a range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowed {
    code: String,
    /// Where the code stands.
    written: Range<usize>,
    /// The bytes it covers.
    covers: Range<usize>,
}

/// Takes away what comments in the findings' own files allow, and says how many that were.
pub fn take_away(found: &mut Vec<Diagnostic>) -> usize {
    let mut known: HashMap<*const Source, Covered> = HashMap::new();
    let before = found.len();
    found.retain(|diagnostic| {
        let Some(place) = &diagnostic.place else {
            return true;
        };
        let covered = known.entry(Arc::as_ptr(&place.source));
        let covered = covered.or_insert_with(|| Covered::by_comments(&place.source));
        !covered.holds(diagnostic.rule.code, place.span.start)
    });
    before - found.len()
}

/// What the comments of a text cover.
struct Covered {
    /// Kept, so that no other source takes its address.
    _source: Arc<Source>,
    /// By their codes: where each begins, and the greatest end of it and those before it.
    ranges: HashMap<String, Vec<(usize, usize)>>,
}

impl Covered {
    fn by_comments(source: &Arc<Source>) -> Self {
        let mut ranges: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for Allowed { code, covers, .. } in comments(&source.text) {
            // Comments come in the order of the text, and so do the entries that they stand beside.
            let ranges = ranges.entry(code).or_default();
            let before = ranges.last().map_or(0, |(_, end)| *end);
            ranges.push((covers.start, covers.end.max(before)));
        }
        Self {
            _source: Arc::clone(source),
            ranges,
        }
    }

    fn holds(&self, code: &str, at: usize) -> bool {
        self.ranges.get(code).is_some_and(|ranges| {
            let begun = ranges.partition_point(|(start, _)| *start <= at);
            begun > 0 && ranges[begun - 1].1 > at
        })
    }
}

/// Comments of a text that allow what no rule finds.
pub fn unknown(source: &Arc<Source>) -> Vec<Diagnostic> {
    comments(&source.text)
        .into_iter()
        .filter(|allowed| rules::all().all(|rule| rule.code != allowed.code))
        .map(|allowed| {
            let place = Origin::new(source, allowed.written);
            let near = nearest(&allowed.code, rules::all().map(|rule| rule.code));
            home::unknown_allow(&place, &allowed.code, near)
        })
        .collect()
}

fn comments(text: &str) -> Vec<Allowed> {
    // Most files have none, and need no pattern for that.
    if !text.contains("msr-storage:") {
        return Vec::new();
    }
    let entries = Entries::of(text);
    ALLOW_COMMENT
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .flat_map(|codes| {
            let covers = entries.beside(codes.start());
            codes_of(codes.as_str()).map(move |(at, code)| Allowed {
                code: code.to_owned(),
                written: codes.start() + at..codes.start() + at + code.len(),
                covers: covers.clone(),
            })
        })
        .collect()
}

/// The codes of a list, each with its offset in it.
fn codes_of(list: &str) -> impl Iterator<Item = (usize, &str)> {
    list.split(',').scan(0, |at, part| {
        let offset = *at + part.len() - part.trim_start().len();
        *at += part.len() + 1;
        Some((offset, part.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# msr-storage: allow a, b because\na:\n  b: 1\n\n  c: 2 # msr-storage: allow c\n  d:\n  - e\nf: 3 #msr-storage: allow d\n# msr-storage: allow z";

    fn covered(code: &str) -> &'static str {
        let all = comments(TEXT);
        let allowed = all.iter().find(|allowed| allowed.code == code).unwrap();
        assert_eq!(&TEXT[allowed.written.clone()], code);
        &TEXT[allowed.covers.clone()]
    }

    #[test]
    fn a_comment_covers_its_entry_with_all_in_it() {
        assert!(covered("a").starts_with("a:\n"));
        assert!(covered("a").ends_with("- e"));
        assert_eq!(covered("a"), covered("b"));
        assert_eq!(covered("c"), "  c: 2 # msr-storage: allow c");
        assert!(covered("d").starts_with("f: 3"));
        assert_eq!(covered("z"), "");
    }

    #[test]
    fn a_hash_within_a_word_is_no_comment() {
        assert!(comments("a: b#msr-storage: allow c").is_empty());
    }
}
