//! What the user lets through: `--allow CODE` for a run, and `# msr-storage: allow CODE` in a file. It knows lines and
//! indentation, not YAML.
//!
//! A comment covers the entry it stands beside, or, on a line of its own, the entry below it, with all that is nested in it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Allow, Rule, all, home, named};
use crate::check::entries::Entries;
use crate::diag::{Diagnostic, nearest};
use crate::origin::{Origin, Source, SourceKind};
use crate::pattern::ALLOW_COMMENT;

/// The rules that `--allow` and `MSR_STORAGE_ALLOW` let through.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<&'static Rule>);

/// A code that can't be allowed.
#[derive(Debug, thiserror::Error)]
pub enum BadCode {
    /// No rule has it.
    #[error("there is no rule `{code}`{}", near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default())]
    Unknown {
        /// As it was given.
        code: String,
        /// The nearest one.
        near: Option<&'static str>,
    },
    /// The rule's findings can't be let through.
    #[error("`{code}` can't be allowed: {instead}")]
    Never {
        /// The rule's.
        code: &'static str,
        /// Why, and what to do.
        instead: &'static str,
    },
}

impl Allowed {
    /// From codes as given.
    ///
    /// # Errors
    /// All codes that can't be allowed.
    pub fn new(codes: &[String]) -> Result<Self, Vec<BadCode>> {
        let (mut rules, mut bad) = (Vec::new(), Vec::new());
        for code in codes.iter().map(|code| code.trim()) {
            match named(code) {
                _ if code.is_empty() => {}
                Some(rule) => match rule.allow {
                    Allow::Yes => rules.push(rule),
                    Allow::No(instead) => bad.push(BadCode::Never {
                        code: rule.code,
                        instead,
                    }),
                },
                None => bad.push(BadCode::Unknown {
                    code: code.to_owned(),
                    near: nearest(code, all().map(|rule| rule.code)),
                }),
            }
        }
        if bad.is_empty() {
            Ok(Self(rules))
        } else {
            Err(bad)
        }
    }

    /// Whether a code is among them.
    pub fn lists(&self, code: &str) -> bool {
        self.0.iter().any(|rule| rule.code == code)
    }

    /// Takes away what is let through, by code or by a comment in the finding's own file, and says how many that were.
    pub fn take_away(&self, found: &mut Vec<Diagnostic>) -> usize {
        let mut known: HashMap<*const Source, Covered> = HashMap::new();
        let before = found.len();
        found.retain(|diagnostic| {
            let rule = diagnostic.rule;
            let mut is_at_place = || {
                let place = diagnostic.place.as_ref();
                place
                    .filter(|place| is_file(&place.source))
                    .is_some_and(|place| {
                        let covered = known.entry(Arc::as_ptr(&place.source));
                        let covered =
                            covered.or_insert_with(|| Covered::by_comments(&place.source));
                        covered.holds(rule.code, place.span.start)
                    })
            };
            rule.allow != Allow::Yes || !(self.lists(rule.code) || is_at_place())
        });
        before - found.len()
    }
}

/// Whether a source has comments: the text of a flag or a variable is all value.
fn is_file(source: &Source) -> bool {
    !matches!(
        source.kind,
        SourceKind::HelmFlag | SourceKind::Flag | SourceKind::Variable
    )
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
        for Comment { code, covers, .. } in comments(&source.text) {
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

/// Comments of a text that allow what no rule finds, or what can't be allowed.
pub(crate) fn useless(source: &Arc<Source>) -> Vec<Diagnostic> {
    let useless = |comment: Comment| {
        let bad = Allowed::new(std::slice::from_ref(&comment.code)).err()?;
        let place = Origin::new(source, comment.written);
        Some(home::unknown_allow(&place, bad.first()?))
    };
    comments(&source.text)
        .into_iter()
        .filter_map(useless)
        .collect()
}

/// A code that a comment allows for a range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Comment {
    code: String,
    /// Where the code stands.
    written: Range<usize>,
    /// The bytes it covers.
    covers: Range<usize>,
}

fn comments(text: &str) -> Vec<Comment> {
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
            codes_of(codes.as_str()).map(move |(at, code)| Comment {
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
