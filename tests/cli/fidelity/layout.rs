//! A tree written as people, Helm 3 and Helm 4 write YAML: block or flow, sequences at their parent's column or deeper,
//! comments, blank lines, quotes. What it writes is checked against the tree by Kubernetes' parser before it is used.

use serde_json::Value;

use super::choices::Choices;
use super::fields::escaped;

/// A document's text, without a mark, with a line break at its end.
pub(super) fn write(tree: &Value, choices: &mut Choices) -> String {
    if choices.once_in(8) {
        return escaped(&tree.to_string()) + "\n";
    }
    let style = Style {
        step: 2 + 2 * choices.below(2),
        deep_sequences: choices.once_in(2),
        windows: choices.once_in(6),
    };
    let mut text = String::new();
    style.block(tree, 0, choices, &mut text);
    if style.windows {
        text = text.replace('\n', "\r\n");
    }
    text
}

struct Style {
    step: usize,
    deep_sequences: bool,
    windows: bool,
}

impl Style {
    fn block(&self, tree: &Value, column: usize, choices: &mut Choices, text: &mut String) {
        match tree {
            Value::Object(map) => {
                for (key, value) in map {
                    self.decoration(column, choices, text);
                    *text += &" ".repeat(column);
                    *text += &scalar(&Value::from(key.as_str()), choices);
                    *text += ":";
                    self.value(value, column, choices, text);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.decoration(column, choices, text);
                    *text += &" ".repeat(column);
                    *text += "-";
                    self.item(item, column, choices, text);
                }
            }
            _ => unreachable!("only collections stand in blocks"),
        }
    }

    /// What stands behind a key.
    fn value(&self, value: &Value, column: usize, choices: &mut Choices, text: &mut String) {
        if is_leaf(value) || choices.once_in(8) {
            self.inline(value, choices, text);
            return;
        }
        self.line_end(choices, text);
        let deeper = if value.is_array() && !self.deep_sequences {
            column
        } else {
            column + self.step
        };
        self.block(value, deeper, choices, text);
    }

    /// What stands behind a dash: a mapping begins on its line.
    fn item(&self, value: &Value, column: usize, choices: &mut Choices, text: &mut String) {
        if is_leaf(value) || value.is_array() || choices.once_in(8) {
            self.inline(value, choices, text);
            return;
        }
        let mut inner = String::new();
        self.block(value, column + 2, choices, &mut inner);
        let first = inner.trim_start_matches('\n');
        if first.trim_start().starts_with('#') {
            *text += "\n";
            *text += &inner;
        } else {
            *text += " ";
            *text += first.trim_start_matches(' ');
        }
    }

    fn inline(&self, value: &Value, choices: &mut Choices, text: &mut String) {
        *text += " ";
        *text += &flow(value, choices);
        self.line_end(choices, text);
    }

    fn line_end(&self, choices: &mut Choices, text: &mut String) {
        if choices.once_in(12) {
            *text += " # beside it";
        }
        *text += "\n";
    }

    fn decoration(&self, column: usize, choices: &mut Choices, text: &mut String) {
        match choices.below(24) {
            22 => *text += "\n",
            23 => {
                *text += &" ".repeat(column);
                *text += "# above it\n";
            }
            _ => {}
        }
    }
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn flow(value: &Value, choices: &mut Choices) -> String {
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| {
                format!(
                    "{}: {}",
                    scalar(&Value::from(key.as_str()), choices),
                    flow(value, choices)
                )
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, choices)).collect();
            format!("[{}]", items.join(", "))
        }
        scalar_value => scalar(scalar_value, choices),
    }
}

/// Plain only where it is beyond doubt; else in quotes of either kind.
fn scalar(value: &Value, choices: &mut Choices) -> String {
    let Value::String(text) = value else {
        return value.to_string();
    };
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() > 5
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let printable = text.chars().all(|c| (' '..='~').contains(&c));
    match choices.below(4) {
        3 if printable => format!("'{}'", text.replace('\'', "''")),
        0 | 1 if plain => text.clone(),
        _ => escaped(&value.to_string()),
    }
}
