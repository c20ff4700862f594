//! Writes strings as scalars that every reader of YAML 1.1 and 1.2 takes for that same string. It never folds lines and
//! never writes single quotes, so what it writes is also right inside JSON wherever it is quoted.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::node::Style;
use super::scalar::{Scalar, resolve};

/// Where a scalar is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// In block style.
    Block,
    /// Inside brackets or braces, where commas and brackets end a plain scalar.
    Flow,
}

/// `text` as it is where that is plainly safe, else in double quotes.
#[must_use]
pub fn quote_if_needed(text: &str, context: Context) -> Cow<'_, str> {
    if is_plainly_safe(text, context) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(double_quoted(text))
    }
}

/// `text` in double quotes, every character escaped that a reader could refuse, fold or hide. All escapes are JSON's.
#[must_use]
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_hidden(c) => {
                // Writing to a string can't fail. All hidden characters have four digits.
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Characters that YAML refuses or takes for line breaks, and those nobody can see.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}')
}

fn is_plainly_safe(text: &str, context: Context) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let starts_well =
        is_letter(first) || first.is_ascii_digit() || matches!(first, '/' | '_' | '$');
    starts_well
        && text
            .chars()
            .all(|c| is_letter(c) || c.is_ascii_digit() || is_harmless(c, context))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains("  ")
        && !is_word(text)
        && !is_numeric(text)
        && matches!(resolve(text, Style::Plain, None), Ok(Scalar::Str(_)))
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

fn is_harmless(c: char, context: Context) -> bool {
    match c {
        '-' | '_' | '.' | '/' | '@' | '+' | '=' | '%' | '~' | '$' | '(' | ')' | ';' | '<' | '>'
        | '*' | '^' | ' ' => true,
        ':' | ',' | '&' | '?' | '!' => context == Context::Block,
        _ => false,
    }
}

/// Words that some reader takes for a boolean, null or a number, in any case.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers in every notation, base 60, dates and times: all that begins with a digit and goes on with what these are
/// made of.
fn is_numeric(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| {
            c.is_ascii_hexdigit()
                || matches!(
                    c,
                    'x' | 'X'
                        | 'o'
                        | 'O'
                        | '_'
                        | '.'
                        | ','
                        | ':'
                        | '+'
                        | '-'
                        | 'T'
                        | 't'
                        | 'Z'
                        | 'z'
                        | ' '
                )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip] // A table of sixty words, one a line, is no table.
    fn what_some_reader_would_take_for_another_kind_is_quoted() {
        for text in [
            "", "y", "N", "Yes", "oFF", "true", "null", "~", "0644", "0o7", "0x1F", "1_000", "1e5", "12:30",
            "1:30:00", "2001-01-01", "2001-12-14 21:59:43", "=", "<<", ".5", ".inf", "-1", "+1", "-", "- a", "?",
            "a: b", "a:", " a", "a ", "#a", "a #b", "*a", "&a", "!a", "%a", "@a", "`a", "[a", "{a", "'a", "a\"b",
            "a\\b", "---", "...", "a\nb", "a\tb", "a\u{7f}", "a\u{85}b", "a\u{2028}b", "\u{feff}a", "NaN",
            "1,000", "123456789012",
        ] {
            assert!(
                quote_if_needed(text, Context::Block).starts_with('"'),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_plainly_a_string_stays_plain() {
        for text in [
            "msr-registry",
            "/var/lib/registry",
            "repo.local/msr/msr-registry:2.9.1",
            "https://minio:9000/x",
            "$(RAW)",
            "10Gi",
            "us-east-1",
            "a b",
            "über",
            "REGISTRY_STORAGE",
            "a=b",
        ] {
            assert_eq!(quote_if_needed(text, Context::Block), text);
        }
        assert_eq!(quote_if_needed("a,b", Context::Flow), "\"a,b\"");
    }

    #[test]
    fn escapes_are_also_json() {
        let text = "a\"\\\n\r\t\u{0}\u{7f}\u{85}\u{2028}\u{feff}\u{1f600}ü";
        assert_eq!(
            serde_json::from_str::<String>(&double_quoted(text)).unwrap(),
            text
        );
    }
}
