//! JSON as Go's `encoding/json` decodes it into `any`, with the place of every value. It reads one value and says where it ended.

use std::sync::Arc;

use super::tree::{Map, Node, Value};
use super::{MAX_DEPTH, ValuesError};
use crate::origin::{Origin, Source};

/// Reads one JSON value of `source` at byte `at`, white space before it included; returns it and where it ended.
///
/// Of a repeated key the last counts, half a surrogate pair becomes U+FFFD, numbers are `float64`.
///
/// # Errors
/// Where Go refuses it, and beyond [`MAX_DEPTH`] levels (Go: 10,000).
pub(super) fn read(source: &Arc<Source>, at: usize) -> Result<(Node, usize), ValuesError> {
    let mut reader = Reader {
        source,
        bytes: source.text.as_bytes(),
        at,
    };
    let node = reader.value(0)?;
    Ok((node, reader.at))
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn error<T>(&self, message: &str) -> Result<T, ValuesError> {
        let text = &self.source.text;
        let start = text.floor_char_boundary(self.at);
        let end = text.ceil_char_boundary(start + 1);
        let origin = Origin::new(self.source, start..end);
        Err(ValuesError::invalid(origin, format!("not JSON: {message}")))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, ValuesError> {
        if depth > MAX_DEPTH {
            let origin = Origin::new(self.source, self.at..self.at);
            let message = format!("JSON nested more than {MAX_DEPTH} levels deep");
            return Err(ValuesError::unsure(origin, message));
        }
        self.blank();
        let start = self.at;
        let (value, plain) = match self.peek() {
            Some(b'{') => (self.object(depth)?, false),
            Some(b'[') => (self.array(depth)?, false),
            Some(b'"') => (Value::Str(self.string()?), false),
            Some(b't') => (self.word("true", Value::Bool(true))?, true),
            Some(b'f') => (self.word("false", Value::Bool(false))?, true),
            Some(b'n') => (self.word("null", Value::Null)?, true),
            Some(b'-' | b'0'..=b'9') => (self.number()?, true),
            _ => return self.error("a value is missing"),
        };
        let mut node = Node::new(value, Origin::new(self.source, start..self.at));
        if plain {
            node.typed = self.source.text.get(start..self.at).map(str::to_owned);
        }
        Ok(node)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, ValuesError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return self.error("an unknown word");
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, ValuesError> {
        let mut map = Map::new();
        self.at += 1;
        self.blank();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(map));
        }
        loop {
            self.blank();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.error("a key in quotes is missing");
            }
            let key = self.string()?;
            let key_span = start..self.at;
            self.blank();
            if self.peek() != Some(b':') {
                return self.error("`:` is missing after a key");
            }
            self.at += 1;
            let mut node = self.value(depth + 1)?;
            node.key = Some(Origin::new(self.source, key_span));
            map.insert(key, node);
            if self.ends(b'}')? {
                return Ok(Value::Map(map));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, ValuesError> {
        let mut items = Vec::new();
        self.at += 1;
        self.blank();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.ends(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    /// Whether the collection ends here with `close`; a comma says that it goes on.
    fn ends(&mut self, close: u8) -> Result<bool, ValuesError> {
        self.blank();
        let end = match self.peek() {
            Some(byte) if byte == close => true,
            Some(b',') => false,
            _ => return self.error(&format!("`,` or `{}` is missing", char::from(close))),
        };
        self.at += 1;
        Ok(end)
    }

    fn string(&mut self) -> Result<String, ValuesError> {
        let mut text = String::new();
        self.at += 1;
        let mut from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    text.push_str(&self.source.text[from..self.at]);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(&self.source.text[from..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    from = self.at;
                }
                None => return self.error("the string has no end"),
                Some(..0x20) => return self.error("a control character in a string"),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, ValuesError> {
        let escaped = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let Some(unit) = self.hex4(self.at) else {
                    return self.error("`\\u` needs four hexadecimal digits");
                };
                self.at += 4;
                return Ok(self.rune(unit));
            }
            _ => return self.error("an unknown escape"),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn hex4(&self, at: usize) -> Option<u16> {
        let digits = self.bytes.get(at..at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    /// The character of a UTF-16 unit, with the second half of a pair if one follows.
    fn rune(&mut self, unit: u16) -> char {
        let low = (self.bytes.get(self.at..self.at + 2) == Some(b"\\u"))
            .then(|| self.hex4(self.at + 2))
            .flatten();
        let pair: Vec<u16> = std::iter::once(unit).chain(low).collect();
        match char::decode_utf16(pair).next() {
            Some(Ok(char)) => {
                self.at += if char.len_utf16() == 2 { 6 } else { 0 };
                char
            }
            _ => char::REPLACEMENT_CHARACTER,
        }
    }

    fn number(&mut self) -> Result<Value, ValuesError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        match self.source.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => self.error("a number out of range"),
        }
    }

    fn digits(&mut self) -> Result<(), ValuesError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return self.error("a digit is missing");
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }
}
