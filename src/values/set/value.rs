//! What a flag makes of the text behind `=`. It knows no keys.

use super::scan::Part;
use super::{Mode, Parser};
use crate::origin::Origin;
use crate::values::tree::{Node, Value};
use crate::values::{ValuesError, json};

impl Parser<'_> {
    /// What stands after `=`, and whether the text ended at it in a way that ends the parser (`a=`).
    pub(super) fn value(&mut self) -> Result<(Node, bool), ValuesError> {
        match self.mode {
            Mode::Json => Ok((self.json()?, false)),
            Mode::Literal => {
                let part = self.scanner.rest();
                Ok((self.string(&part), false))
            }
            _ if self.scanner.at_end() => {
                let nothing = self.scanner.rest();
                Ok((self.string(&nothing), true))
            }
            _ if self.scanner.take('{') => Ok((self.braces()?, false)),
            _ => {
                let (part, _) = self.scanner.until(&[',']);
                Ok((self.scalar(&part)?, false))
            }
        }
    }

    fn string(&self, part: &Part) -> Node {
        Node::new(Value::Str(part.text.clone()), self.origin(part))
    }

    /// `{a,b}`; always one entry at least.
    fn braces(&mut self) -> Result<Node, ValuesError> {
        let start = self.scanner.at() - 1;
        let mut items = Vec::new();
        loop {
            let (part, stop) = self.scanner.until(&[',', '}']);
            if stop.is_none() {
                let whole = Origin::new(self.source, start..self.scanner.at());
                return Err(ValuesError::invalid(whole, "a list without `}`").with_help(
                    "write a brace that is part of a value as `\\{`, or use --set-literal",
                ));
            }
            items.push(self.scalar(&part)?);
            if stop == Some('}') {
                let span = start..self.scanner.at();
                self.scanner.take(',');
                return Ok(Node::new(
                    Value::List(items),
                    Origin::new(self.source, span),
                ));
            }
        }
    }

    /// One JSON value, and the comma after it. Nothing at all is null.
    fn json(&mut self) -> Result<Node, ValuesError> {
        let start = self.scanner.at();
        if self.scanner.blank_or_comma() {
            return Ok(Node::new(
                Value::Null,
                Origin::new(self.source, start..self.scanner.at()),
            ));
        }
        let (node, end) = json::read(self.source, self.scanner.at())?;
        self.scanner.go(end);
        self.scanner.blank_or_comma();
        Ok(node)
    }

    /// Go's `typedVal`, or the file's content.
    fn scalar(&self, part: &Part) -> Result<Node, ValuesError> {
        let value = match self.mode {
            Mode::Typed => typed(&part.text),
            Mode::File(read) => Value::Str(read(&part.text, self.origin(part))?),
            _ => Value::Str(part.text.clone()),
        };
        let mut node = Node::new(value, self.origin(part));
        if matches!(self.mode, Mode::Typed) {
            node.typed = Some(part.text.clone());
        }
        Ok(node)
    }
}

/// What `--set` makes of a text: letter case does not count (also not that of U+017F, which folds to `s`), and a
/// leading zero makes it a string.
fn typed(text: &str) -> Value {
    let is = |word: &str| text.replace('\u{17f}', "s").eq_ignore_ascii_case(word);
    if is("true") {
        Value::Bool(true)
    } else if is("false") {
        Value::Bool(false)
    } else if is("null") {
        Value::Null
    } else if text == "0" {
        Value::Int(0)
    } else {
        match text.parse() {
            Ok(number) if !text.starts_with('0') => Value::Int(number),
            _ => Value::Str(text.to_owned()),
        }
    }
}
