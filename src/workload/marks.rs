//! What the bytes of a stream show without parsing: which documents can hold what. It may name too many, never too few:
//! parsing all of a large stream would cost more than Helm, and so would a pass over it for every question.

use std::collections::{BTreeSet, HashMap};

use memchr::memmem;

/// Bytes that stand between a key and its plain or quoted value.
const BETWEEN: &[u8] = b" \t\r\n:\"'";
/// Bytes behind which only parsing tells the value: an anchor, alias, tag, comment, block scalar, escape.
const UNCLEAR: &[u8] = b"&*!#?|>\\";

/// The marks of MSR, and of this program, by the word behind `msr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// An image or name of the registry or the jobrunner.
    Image,
    /// The API group of the custom resource.
    Group,
    /// The API group of the values carrier, and our annotations.
    Ours,
}

const MARKS: [(&[u8], Mark); 4] = [
    (b"-registry", Mark::Image),
    (b"-jobrunner", Mark::Image),
    (b".mirantis.com", Mark::Group),
    (b"-storage", Mark::Ours),
];

/// Where the marks of MSR stand.
pub(super) fn marks(input: &[u8]) -> Vec<(usize, Mark)> {
    const PREFIX: &[u8] = b"msr";
    let found = memmem::find_iter(input, PREFIX).filter_map(|at| {
        let rest = &input[at + PREFIX.len()..];
        let (_, mark) = MARKS.iter().find(|(word, _)| rest.starts_with(word))?;
        Some((at, *mark))
    });
    found.collect()
}

/// Where a key stands whose value may be one of some words.
pub(super) fn may_be<'a>(
    input: &'a [u8],
    key: &'a str,
    words: &'a [&[u8]],
) -> impl Iterator<Item = usize> + 'a {
    let finder = memmem::Finder::new(key.as_bytes()).into_owned();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + finder.find(&input[from..])?;
            from = at + key.len();
            let value = value(&input[from..]);
            if is_unclear(value) || words.iter().any(|word| value.starts_with(word)) {
                return Some(at);
            }
        }
    })
}

/// The documents by the kinds of objects that they may hold.
pub(super) struct Kinds {
    named: HashMap<Vec<u8>, Vec<usize>>,
    unclear: Vec<usize>,
}

impl Kinds {
    /// Goes through a stream; `document_at` gives the document of an offset.
    pub(super) fn of(input: &[u8], document_at: impl Fn(usize) -> usize) -> Self {
        const KEY: &[u8] = b"kind";
        let mut kinds = Self {
            named: HashMap::new(),
            unclear: Vec::new(),
        };
        for at in memmem::find_iter(input, KEY) {
            let value = value(&input[at + KEY.len()..]);
            let length = value.iter().position(|byte| !byte.is_ascii_alphanumeric());
            let word = &value[..length.unwrap_or(value.len())];
            if is_unclear(value) {
                kinds.unclear.push(document_at(at));
            } else if let Some(documents) = kinds.named.get_mut(word) {
                documents.push(document_at(at));
            } else if !word.is_empty() {
                kinds.named.insert(word.to_vec(), vec![document_at(at)]);
            }
        }
        kinds
    }

    /// The documents that may hold an object of a kind, in order.
    pub(super) fn documents(&self, kind: &str) -> BTreeSet<usize> {
        let named = self.named.get(kind.as_bytes()).into_iter().flatten();
        named.chain(&self.unclear).copied().collect()
    }
}

fn value(rest: &[u8]) -> &[u8] {
    let start = rest.iter().position(|byte| !BETWEEN.contains(byte));
    &rest[start.unwrap_or(rest.len())..]
}

fn is_unclear(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| UNCLEAR.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_however_they_are_written() {
        let texts = [
            "kind: Secret\n",
            "{\"kind\":\"Secret\"}",
            "'kind' : 'Secret'\n",
            "kind:\n  Secret\n",
            "kind: !!str Secret\n",
            "kind: &k Secret\n",
            "kind: # of what\n  Secret\n",
            "kind: >-\n  Secret\n",
            "items: [{kind: Secret}]\n",
        ];
        for text in texts {
            let kinds = Kinds::of(text.as_bytes(), |_| 7);
            assert_eq!(kinds.documents("Secret"), BTreeSet::from([7]), "{text}");
        }
        let other = Kinds::of(b"kind: SecretStore\nkinds: Secret\nKind: Secret\n", |_| 7);
        assert!(other.documents("Secret").is_empty());
    }

    #[test]
    fn a_neighbours_value_is_not_the_keys() {
        let at = |text: &str| may_be(text.as_bytes(), "io/component", &[b"registry"]).count();
        assert_eq!(at("io/component: registry"), 1);
        assert_eq!(at("\"io/component\":\"registry\""), 1);
        assert_eq!(at("io/component: notary\n# Source: msr/registry.yaml"), 0);
        assert_eq!(at("io/component"), 0);
    }

    #[test]
    fn marks_are_told_from_words_that_begin_alike() {
        let found = marks(
            b"msr msr-nginx msr-registry x/msr-jobrunner:1 msr.mirantis.com/v1 msr-storage/v1",
        );
        let found: Vec<_> = found.into_iter().map(|(_, mark)| mark).collect();
        assert_eq!(found, [Mark::Image, Mark::Image, Mark::Group, Mark::Ours]);
    }
}
