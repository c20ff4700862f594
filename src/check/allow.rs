//! `# msr-storage: allow CODE` in a file: which findings it takes away. It knows lines and indentation, not YAML.
//!
//! A comment covers the entry it stands beside, or, on a line of its own, the entry below it, with all that is nested in it.

use std::ops::Range;
use std::sync::Arc;

use crate::diag::{Diagnostic, nearest};
use crate::origin::{Origin, Source};
use crate::output::position::{line_end, line_start};
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
    let mut known: Vec<(Arc<Source>, Vec<Allowed>)> = Vec::new();
    let before = found.len();
    found.retain(|diagnostic| {
        let Some(place) = &diagnostic.place else {
            return true;
        };
        let at = known
            .iter()
            .position(|(source, _)| Arc::ptr_eq(source, &place.source));
        let at = at.unwrap_or_else(|| {
            let list = comments(&place.source.text);
            known.push((Arc::clone(&place.source), list));
            known.len() - 1
        });
        let allowed = known.get(at).map_or(&[][..], |(_, list)| list);
        !allowed.iter().any(|allowed| {
            allowed.code == diagnostic.rule.code && allowed.covers.contains(&place.span.start)
        })
    });
    before - found.len()
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
    ALLOW_COMMENT
        .captures_iter(text)
        .filter_map(|captures| captures.get(1))
        .flat_map(|codes| {
            let covers = covers(text, codes.start());
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

/// The bytes that a comment at `at` covers.
fn covers(text: &str, at: usize) -> Range<usize> {
    let mut start = line_start(text, at);
    while is_bare(line(text, start)) {
        match next_line(text, start) {
            Some(next) => start = next,
            None => return start..start,
        }
    }
    let indent = indent(line(text, start));
    let opens_list = line(text, start)
        .split('#')
        .next()
        .unwrap_or_default()
        .trim_end()
        .ends_with(':');
    let mut end = start;
    while let Some(next) = next_line(text, end) {
        let content = line(text, next);
        let nested = self::indent(content) > indent
            || (opens_list
                && self::indent(content) == indent
                && content.trim_start().starts_with("- "));
        if !is_bare(content) && !nested {
            break;
        }
        end = next;
    }
    start..line_end(text, end).max(start + 1)
}

fn line(text: &str, start: usize) -> &str {
    text.get(start..line_end(text, start)).unwrap_or_default()
}

/// Whether a line has no content: blank, or a comment alone.
fn is_bare(line: &str) -> bool {
    let content = line.trim_start();
    content.is_empty() || content.starts_with('#')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn next_line(text: &str, start: usize) -> Option<usize> {
    let end = line_end(text, start);
    let rest = text.get(end..).unwrap_or_default();
    let length = if rest.starts_with("\r\n") { 2 } else { 1 };
    (!rest.is_empty() && end + length < text.len()).then_some(end + length)
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
