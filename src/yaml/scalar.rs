//! What Kubernetes and Helm make of a scalar. Both read YAML with `sigs.k8s.io/yaml` (1.6.0), which is go-yaml v2
//! (`go.yaml.in/yaml/v2` 2.4.2) and then JSON; the rules are those of its `resolve.go` and `decode.go`, neither YAML
//! 1.1's nor 1.2's. It writes nothing: `quote` does.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, general_purpose::PAD};

use super::node::Style;
use super::{number, timestamp};

const CORE: &str = "tag:yaml.org,2002:";
pub(super) const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// The meaning of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// `null`, `~` or nothing.
    Null,
    /// Also `yes`, `no`, `on`, `off`, `y`, `n`.
    Bool(bool),
    /// Decimal, `0x1F`, `0644` and `0o644` (both octal), `0b11`; `_` may stand anywhere behind the first character.
    Int(i64),
    /// An integer past `i64::MAX`.
    Uint(u64),
    /// Also `.inf`, `.nan` (which JSON has not: Kubernetes refuses them) and `089`, which is no octal.
    Float(f64),
    /// Everything else. Base 60 (`1:30`), `=` and, but for a key, `<<` are strings.
    Str(Cow<'t, str>),
    /// A plain date or time, the text as written: JSON has it as a string, other readers of YAML may not.
    Timestamp(&'t str),
}

/// A tag that its scalar's text contradicts, such as `!!int x`. Kubernetes and Helm refuse the whole document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{text}` as {tag}")]
pub struct TagError {
    /// The text.
    pub text: String,
    /// The tag in its short form, such as `!!int`.
    pub tag: String,
}

impl Scalar<'_> {
    /// The value as JSON has it; `None` for infinities and `.nan`.
    #[must_use]
    pub fn to_json(&self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::from(*value),
            Self::Uint(value) => Value::from(*value),
            Self::Float(value) => float_to_json(*value)?,
            Self::Str(text) => Value::from(text.as_ref()),
            Self::Timestamp(text) => Value::from(*text),
        })
    }
}

impl<'t> Scalar<'t> {
    /// The scalar as a key of a JSON object, as `sigs.k8s.io/yaml` turns it into one; `None` for null and for integers
    /// past `i64::MAX`, which it refuses.
    #[must_use]
    pub fn into_key(self) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Null | Self::Uint(_) => return None,
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(number::float_key(value)),
            Self::Str(text) => text,
            Self::Timestamp(text) => Cow::Borrowed(text),
        })
    }
}

/// A float as Go prints it into JSON: `1e3` becomes `1000`, an integer to whoever reads it. `None` where JSON has none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "within the range asked for"
)]
pub(super) fn float_to_json(value: f64) -> Option<serde_json::Value> {
    const PAST_I64: f64 = 9_223_372_036_854_775_808.0;
    const PAST_U64: f64 = 18_446_744_073_709_551_616.0;
    let whole = value.trunc() == value && !(value == 0.0 && value.is_sign_negative());
    if whole && (-PAST_I64..PAST_I64).contains(&value) {
        Some(serde_json::Value::from(value as i64))
    } else if whole && (0.0..PAST_U64).contains(&value) {
        Some(serde_json::Value::from(value as u64))
    } else {
        serde_json::Number::from_f64(value).map(serde_json::Value::Number)
    }
}

/// What `text`, written in `style` under `tag` (in full, `None` where there is none), means.
///
/// # Errors
/// Where the tag is one of YAML's own and the text is not of its kind.
pub fn resolve<'t>(text: &'t str, style: Style, tag: Option<&str>) -> Result<Scalar<'t>, TagError> {
    let Some(tag) = tag else {
        return Ok(if style == Style::Plain {
            implicit(text, true)
        } else {
            Scalar::Str(Cow::Borrowed(text))
        });
    };
    let mismatch = || TagError {
        text: text.to_owned(),
        tag: tag.replacen(CORE, "!!", 1),
    };
    let Some(core) = tag.strip_prefix(CORE) else {
        return Ok(Scalar::Str(Cow::Borrowed(text)));
    };
    match (core, implicit(text, core == "timestamp")) {
        ("binary", _) => binary(text)
            .map(|text| Scalar::Str(Cow::Owned(text)))
            .ok_or_else(mismatch),
        ("bool", found @ Scalar::Bool(_))
        | ("int", found @ (Scalar::Int(_) | Scalar::Uint(_)))
        | ("float", found @ Scalar::Float(_))
        | ("null", found @ Scalar::Null)
        | ("timestamp", found @ Scalar::Timestamp(_)) => Ok(found),
        #[expect(clippy::cast_precision_loss, reason = "as go-yaml does")]
        ("float", Scalar::Int(value)) => Ok(Scalar::Float(value as f64)),
        ("bool" | "int" | "float" | "null" | "timestamp", _) => Err(mismatch()),
        _ => Ok(Scalar::Str(Cow::Borrowed(text))),
    }
}

/// go-yaml's `resolve`: the first byte decides what the text can be.
fn implicit(text: &str, timestamps: bool) -> Scalar<'_> {
    let string = || Scalar::Str(Cow::Borrowed(text));
    if let Some(word) = known_word(text) {
        return word;
    }
    match text.as_bytes().first() {
        Some(b'.') => number::go_float(text).map_or_else(string, Scalar::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if timestamps && timestamp::is_timestamp(text) {
                return Scalar::Timestamp(text);
            }
            number::go_number(text).unwrap_or_else(string)
        }
        _ => string(),
    }
}

/// Base64 as Go reads it: line breaks and stray bits in the last character pass. Each byte that is not UTF-8 becomes
/// U+FFFD on its way through JSON.
fn binary(text: &str) -> Option<String> {
    let engine = GeneralPurpose::new(&STANDARD, PAD.with_decode_allow_trailing_bits(true));
    let bytes = engine.decode(text.replace(['\n', '\r'], "")).ok()?;
    let mut decoded = String::new();
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    Some(decoded)
}

fn known_word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right column was printed by `sigs.k8s.io/yaml` 1.6.0 (`YAMLToJSON` of `a: <left>`).
    #[test]
    fn plain_scalars_mean_what_go_yaml_makes_of_them() {
        let table = [
            ("y", "true"),
            ("Off", "false"),
            ("yEs", r#""yEs""#),
            ("~", "null"),
            ("", "null"),
            ("none", r#""none""#),
            ("0644", "420"),
            ("0o17", "15"),
            ("089", "89"),
            ("0X1f", "31"),
            ("0x1p4", r#""0x1p4""#),
            ("0B11", "3"),
            ("-0b11", "-3"),
            ("0b2", r#""0b2""#),
            ("1_000", "1000"),
            ("4_", "4"),
            ("0_7", "7"),
            ("-0", "0"),
            ("+1", "1"),
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616", "18446744073709551616"),
            ("1:30", r#""1:30""#),
            ("=", r#""=""#),
            ("<<", r#""<<""#),
            ("1.e5", "100000"),
            (".5e3", "500"),
            (".1_0", "0.1"),
            ("._5", r#""._5""#),
            ("1e400", r#""1e400""#),
            ("1_0.5", "10.5"),
            ("1e5_0", "1e+50"),
            ("2001-1-1", r#""2001-1-1""#),
            ("1.2.3", r#""1.2.3""#),
        ];
        for (text, json) in table {
            let wanted: serde_json::Value = serde_json::from_str(json).unwrap();
            let found = resolve(text, Style::Plain, None).unwrap().to_json();
            assert_eq!(found, Some(wanted), "{text}");
        }
    }

    /// As above, with `a: !<tag> <text>`.
    #[test]
    fn tags_decide_or_contradict() {
        let tagged = |tag: &str, text| resolve(text, Style::Double, Some(tag));
        assert_eq!(tagged("tag:yaml.org,2002:int", "5"), Ok(Scalar::Int(5)));
        assert_eq!(
            tagged("tag:yaml.org,2002:float", "5"),
            Ok(Scalar::Float(5.0))
        );
        assert_eq!(
            tagged("tag:yaml.org,2002:str", "5"),
            Ok(Scalar::Str("5".into()))
        );
        assert_eq!(
            tagged("tag:yaml.org,2002:binary", "aGk="),
            Ok(Scalar::Str("hi".into()))
        );
        assert_eq!(tagged("!", "12"), Ok(Scalar::Str("12".into())));
        assert_eq!(tagged("!foo", "5"), Ok(Scalar::Str("5".into())));
        let wrong = tagged("tag:yaml.org,2002:int", "x").unwrap_err();
        assert_eq!(wrong.to_string(), "cannot read `x` as !!int");
    }

    #[test]
    fn quoted_text_is_a_string_and_dates_are_told_apart() {
        assert_eq!(
            resolve("yes", Style::Single, None),
            Ok(Scalar::Str("yes".into()))
        );
        assert_eq!(
            resolve("2001-01-01", Style::Plain, None),
            Ok(Scalar::Timestamp("2001-01-01"))
        );
        assert_eq!(
            resolve("2001-02-29", Style::Plain, None),
            Ok(Scalar::Str("2001-02-29".into()))
        );
        assert_eq!(
            resolve("2001-01-01", Style::Double, None),
            Ok(Scalar::Str("2001-01-01".into()))
        );
    }

    /// The keys that `sigs.k8s.io/yaml` 1.6.0 printed for these.
    #[test]
    fn keys_become_strings() {
        for (text, key) in [
            ("1", "1"),
            ("0644", "420"),
            ("on", "true"),
            ("1e9", "1e+09"),
            ("1.23456789", "1.2345679"),
            ("1.5", "1.5"),
            ("2001-01-01", "2001-01-01"),
        ] {
            assert_eq!(
                resolve(text, Style::Plain, None)
                    .unwrap()
                    .into_key()
                    .as_deref(),
                Some(key),
                "{text}"
            );
        }
        assert_eq!(Scalar::Null.into_key(), None);
    }
}
