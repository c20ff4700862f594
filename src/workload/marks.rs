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
        let (word, mark) = MARKS.iter().find(|(word, _)| rest.starts_with(word))?;
        // An image's name begins here, or an object's ends: both miss a `http://x-msr-registry:5000` and a `x-msr-registry-http`.
        let is_whole = || begins_name(&input[..at]) || ends_name(&rest[word.len()..]);
        (*mark != Mark::Image || (is_whole() && may_name_object(&input[..at])))
            .then_some((at, *mark))
    });
    found.collect()
}

/// Whether a text may hold a name that is no part of a longer one.
pub(super) fn may_name(text: &[u8], name: &memmem::Finder) -> bool {
    let length = name.needle().len();
    name.find_iter(text)
        .any(|at| begins_name(&text[..at]) && ends_name(&text[at + length..]))
}

/// Whether a name can begin behind some bytes: none does behind its own letters, but for escapes such as `\u002f`.
fn begins_name(before: &[u8]) -> bool {
    const LONGEST_ESCAPE: usize = 10;
    let mut near = before.iter().rev().take(LONGEST_ESCAPE);
    before.last().is_none_or(|byte| !is_of_name(*byte)) || near.any(|byte| *byte == b'\\')
}

/// Whether a name can end before some bytes; before a port it is a host's.
fn ends_name(after: &[u8]) -> bool {
    match after {
        [b':', next, ..] => !next.is_ascii_digit(),
        [next, ..] => !is_of_name(*next),
        [] => true,
    }
}

/// Whether a value that some bytes lead up to may be an image's or an object's name. Another key's is neither: MSR's own workloads say
/// `value: msr-registry` in their environments. Only a plain or quoted value that begins behind a plain or quoted key on its line is told; all else may be one.
fn may_name_object(before: &[u8]) -> bool {
    let value = before
        .iter()
        .rev()
        .take_while(|byte| is_of_name(**byte) || b"/:@".contains(byte))
        .count();
    let rest = &before[..before.len() - value];
    let rest = without_quote(rest);
    let spaces = rest
        .iter()
        .rev()
        .take_while(|byte| b" \t".contains(byte))
        .count();
    let Some(rest) = rest[..rest.len() - spaces].strip_suffix(b":") else {
        return true;
    };
    let rest = without_quote(rest);
    let length = rest
        .iter()
        .rev()
        .take_while(|byte| is_of_name(**byte) || **byte == b'/')
        .count();
    let (around, key) = rest.split_at(rest.len() - length);
    let is_clear = around
        .last()
        .is_none_or(|byte| b" \t\n\"'{,".contains(byte));
    !is_clear || key.is_empty() || key == b"image" || key == b"name"
}

fn without_quote(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\"")
        .or_else(|| text.strip_suffix(b"'"))
        .unwrap_or(text)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
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
    fn hosts_and_longer_names_are_no_marks() {
        let count = |text: &str| marks(text.as_bytes()).len();
        for text in [
            "image: msr-registry:3.1",
            "image: \"x/msr-registry@sha256:0\"",
            "image: \"x\\u002Fmsr-registry:3.1\"",
            "{\"name\":\"a-msr-registry\"}",
            "name: a-msr-registry",
            "name: a-msr-jobrunner # x",
            "image: example.com:5000/msr/msr-registry:3.1",
            "{\"image\":\"x/msr-registry\"}",
            "- !!str msr-registry",
            "value: &x msr-registry",
            "{image:\n  msr-registry}",
            "\"im\\u0061ge\": msr-registry",
            "? image\n: msr-registry",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
        for text in [
            "value: http://a-msr-registry:5000/v2/",
            "name: a-msr-registry-http",
            "host: a-msr-registry.msr.svc",
            "value: msr-registry",
            "{\"name\":\"REGISTRY\",\"value\":\"msr-registry\"}",
            "REGISTRY: 'x/msr-registry:3.1'",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn a_name_is_looked_for_whole() {
        let name = memmem::Finder::new("msr-db");
        for text in ["name: msr-db\n", "{name: 'msr-db'}", "name: msr-db"] {
            assert!(may_name(text.as_bytes(), &name), "{text}");
        }
        for text in [
            "name: msr-db-0\n",
            "name: a-msr-db\n",
            "url: tcp://msr-db:5432\n",
        ] {
            assert!(!may_name(text.as_bytes(), &name), "{text}");
        }
        assert!(may_name(b"url: msr-db:5432\nname: msr-db\n", &name));
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
