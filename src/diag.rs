//! What is wrong, where, and how to mend it. It prints nothing and knows no format.

use crate::origin::Origin;
use crate::rules::Rule;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely a mistake; `--strict` fails on it.
    Warning,
    /// Wrong: the post-renderer refuses it, `check` fails.
    Error,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it; its code and explanation are there.
    pub rule: &'static Rule,
    /// The rule's severity, or as the user turned it.
    pub severity: Severity,
    /// One sentence without a full stop that names the value (`registry.storage.s3.region`); never holds a secret.
    pub message: String,
    /// Where it is; none where nothing was written (a missing field has the place of its block).
    pub place: Option<Origin>,
    /// What to do, as a sentence without a full stop.
    pub help: Option<String>,
    /// Other places that matter, each with a word on why.
    pub related: Vec<(Origin, String)>,
}

impl Diagnostic {
    /// A finding of a rule, at its own severity.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            place: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, origin: &Origin) -> Self {
        self.place = Some(origin.clone());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, origin: &Origin, why: impl Into<String>) -> Self {
        self.related.push((origin.clone(), why.into()));
        self
    }
}

/// A value as a message may quote it: its first word, cut where it is long. A broken file can run a secret into the value before it.
pub fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let word = text.split_whitespace().next().unwrap_or_default();
    let cut: String = word.chars().take(MOST).collect();
    if cut.len() == text.len() {
        cut
    } else {
        cut + "…"
    }
}

/// The words of `allowed` nearest to `given`, or none where nothing is near: for a typo, not for a guess.
pub fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = given.to_lowercase();
    let length = lower.chars().count();
    let most = |word: &str| (word.len().max(3) / 3).min(4);
    allowed
        .into_iter()
        // The distance is at least the difference of the lengths: a text of a megabyte is not compared.
        .filter(|word| length.abs_diff(word.chars().count()) <= most(word))
        .map(|word| {
            (
                strsim::damerau_levenshtein(&lower, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(distance, word)| *distance <= most(word))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_value_is_one_short_word() {
        assert_eq!(shown("eu-north-1"), "eu-north-1");
        assert_eq!(shown("testing-msr\nsecretkey x"), "testing-msr…");
        assert_eq!(shown(&"é".repeat(99)).chars().count(), 81);
    }

    #[test]
    fn nearest_finds_a_typo_and_leaves_the_rest() {
        let words = ["region", "regionendpoint", "bucket"];
        assert_eq!(nearest("regoin", words), Some("region"));
        assert_eq!(nearest("regionEndpoint", words), Some("regionendpoint"));
        assert_eq!(nearest("zone", words), None);
    }
}
