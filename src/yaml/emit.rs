//! Writes JSON values as YAML text the way kubectl and Helm print it. It knows no document: where the text goes is
//! `edit`'s affair.

use serde_json::{Map, Number, Value};

use super::quote::{Context, double_quoted, is_hidden, quote_if_needed};

/// A value as the text of a document in block style, with a line break at its end.
#[must_use]
pub fn to_yaml(value: &Value) -> String {
    let layout = Layout {
        indented_sequences: false,
        literals: true,
    };
    match value {
        Value::Object(_) | Value::Array(_) if !is_empty(value) => layout.lines(value, 0),
        _ => {
            let Rendered { head, body } = layout.after_colon(value, 0);
            format!("{head}\n{body}")
        }
    }
}

/// A value on one line, with brackets and braces; as JSON, or with quotes only where they are needed.
#[must_use]
pub fn to_flow(value: &Value, json: bool) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| to_flow(item, json)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| flow_entry(key, value, json))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::String(text) => flow_string(text, json),
        other => plain(other),
    }
}

/// `key: value` inside braces.
pub(super) fn flow_entry(key: &str, value: &Value, json: bool) -> String {
    format!("{}: {}", flow_string(key, json), to_flow(value, json))
}

fn flow_string(text: &str, json: bool) -> String {
    if json {
        double_quoted(text)
    } else {
        quote_if_needed(text, Context::Flow).into_owned()
    }
}

/// How new block text is to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Whether the dashes of a sequence stand two columns behind their key, or at its column.
    pub(super) indented_sequences: bool,
    /// Whether text of several lines may be written with `|`.
    pub(super) literals: bool,
}

/// A value after the indicator that introduces it.
pub(super) struct Rendered {
    /// What follows on the indicator's line; may be empty.
    pub(super) head: String,
    /// The lines below, each with its line break.
    pub(super) body: String,
}

impl Rendered {
    fn inline(head: String) -> Self {
        Self {
            head,
            body: String::new(),
        }
    }
}

impl Layout {
    /// The value of a key that stands at `column`.
    pub(super) fn after_colon(self, value: &Value, column: usize) -> Rendered {
        match value {
            _ if is_empty(value) => Rendered::inline(to_flow(value, false)),
            Value::Object(_) => Rendered {
                head: String::new(),
                body: self.lines(value, column + 2),
            },
            Value::Array(_) => {
                let dashes = if self.indented_sequences {
                    column + 2
                } else {
                    column
                };
                Rendered {
                    head: String::new(),
                    body: self.lines(value, dashes),
                }
            }
            Value::String(text) => self.string(text, column),
            other => Rendered::inline(plain(other)),
        }
    }

    /// A collection that is not empty, its first key or dash at `column` of a line that is there already.
    pub(super) fn compact(self, value: &Value, column: usize) -> Rendered {
        let lines = self.lines(value, column);
        let (first, rest) = lines.split_once('\n').unwrap_or((&lines, ""));
        Rendered {
            head: first.trim_start().to_owned(),
            body: rest.to_owned(),
        }
    }

    /// A key with its value, as whole lines.
    pub(super) fn entry(self, key: &str, value: &Value, column: usize) -> String {
        let Rendered { head, body } = self.after_colon(value, column);
        let gap = if head.is_empty() { "" } else { " " };
        let key = quote_if_needed(key, Context::Block);
        [&" ".repeat(column), &*key, ":", gap, &head, "\n", &body].concat()
    }

    /// A dash with its item, as whole lines.
    pub(super) fn item(self, value: &Value, column: usize) -> String {
        let collection = (value.is_object() || value.is_array()) && !is_empty(value);
        let Rendered { head, body } = if collection {
            self.compact(value, column + 2)
        } else {
            self.after_colon(value, column)
        };
        [&" ".repeat(column), "- ", &head, "\n", &body].concat()
    }

    /// The lines of a collection that is not empty, its keys or dashes at `column`.
    pub(super) fn lines(self, value: &Value, column: usize) -> String {
        match value {
            Value::Object(entries) => entries
                .iter()
                .map(|(key, value)| self.entry(key, value, column))
                .collect(),
            Value::Array(items) => items.iter().map(|item| self.item(item, column)).collect(),
            _ => String::new(),
        }
    }

    fn string(self, text: &str, column: usize) -> Rendered {
        if !self.literals || !fits_literal(text) {
            return Rendered::inline(quote_if_needed(text, Context::Block).into_owned());
        }
        literal(text, column + 2)
    }
}

/// Text of several lines as a literal block scalar, its lines at `column`. The text must pass [`fits_literal`].
pub(super) fn literal(text: &str, column: usize) -> Rendered {
    let head = if text.ends_with('\n') { "|" } else { "|-" };
    let indented = |line: &str| {
        if line.is_empty() {
            "\n".to_owned()
        } else {
            format!("{:column$}{line}\n", "")
        }
    };
    let body = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .map(indented)
        .collect();
    Rendered {
        head: head.to_owned(),
        body,
    }
}

/// Whether `|` and `|-` keep the text as it is in every reader's eyes: no blanks where they are hard to see or mean
/// indentation, nothing that needs an escape, one line break at the end at most.
pub(super) fn fits_literal(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !lines.starts_with([' ', '\t', '\n', '#'])
        && !lines.ends_with('\n')
        && !lines.is_empty()
        && lines
            .split('\n')
            .all(|line| !line.ends_with([' ', '\t']) && !line.starts_with('\t'))
        && !text.chars().any(|c| c != '\n' && c != '\t' && is_hidden(c))
}

pub(super) fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => self::number(number),
        other => other.to_string(),
    }
}

/// A number as YAML 1.1 and 1.2 and JSON all read it: a float keeps its dot, an exponent its sign.
fn number(number: &Number) -> String {
    let text = number.to_string();
    match text.split_once(['e', 'E']) {
        None => text,
        Some((mantissa, exponent)) => {
            let dot = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with(['+', '-']) {
                ""
            } else {
                "+"
            };
            format!("{mantissa}{dot}e{sign}{exponent}")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::yaml::{parse_one, to_json};

    /// The layout is that of `kubectl create --dry-run=client -o yaml` and Helm's `toYaml`.
    #[test]
    fn block_text_looks_as_kubectl_prints_it() {
        let value = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "a", "labels": {}, "annotations": {"yes": "no"}},
            "env": [{"name": "A", "value": "1"}, ["x", ["y"]], [], "z"],
            "data": {"config.yml": "a: b\n\n  c\n", "tail": "x\ny"},
            "count": 3, "ratio": 1e30, "none": null,
        });
        let wanted = r#"apiVersion: v1
kind: Secret
metadata:
  name: a
  labels: {}
  annotations:
    "yes": "no"
env:
- name: A
  value: "1"
- - x
  - - "y"
- []
- z
data:
  config.yml: |
    a: b

      c
  tail: |-
    x
    y
count: 3
ratio: 1.0e+30
none: null
"#;
        assert_eq!(to_yaml(&value), wanted);
        assert_eq!(
            to_json(&parse_one(wanted).unwrap().unwrap()).unwrap(),
            value
        );
    }

    #[test]
    fn flow_text_is_yaml_or_json() {
        let value = json!({"a": ["b,c", 1, null, {"d e": "yes"}], "f": {}});
        assert_eq!(
            to_flow(&value, false),
            r#"{a: ["b,c", 1, null, {d e: "yes"}], f: {}}"#
        );
        let text = to_flow(&value, true);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn text_that_blocks_would_change_is_quoted() {
        for text in [
            "\n",
            "a\n\n",
            " a\nb",
            "\na",
            "a \nb",
            "a\n \nb",
            "a\n\tb",
            "#a\nb",
            "a\r\nb",
            "a\n\u{85}",
        ] {
            assert!(!fits_literal(text), "{text:?}");
            assert!(to_yaml(&json!(text)).starts_with('"'), "{text:?}");
        }
    }
}
