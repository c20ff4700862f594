//! Walks over the text of a flag, character by character, with Helm's escapes. It knows no keys and no values.

use std::ops::Range;

/// A piece of the text: without escapes, and where it stands.
pub(super) struct Part {
    /// The text, `\x` read as `x`.
    pub(super) text: String,
    /// Its bytes as written.
    pub(super) span: Range<usize>,
}

/// A place in the text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Whether a backslash takes the meaning off the next character.
    escapes: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, escapes: bool) -> Self {
        Self {
            text,
            at: 0,
            escapes,
        }
    }

    /// The byte offset it stands at.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on at a byte offset.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.text[self.at..].chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Passes `char` if it stands here.
    pub(super) fn take(&mut self, char: char) -> bool {
        let here = self.text[self.at..].starts_with(char);
        if here {
            self.at += char.len_utf8();
        }
        here
    }

    /// Go's `runesUntil`: what stands before one of `stops`, and which it was; none at the end of the text, which also
    /// a backslash as the last character is.
    pub(super) fn until(&mut self, stops: &[char]) -> (Part, Option<char>) {
        let start = self.at;
        let mut text = String::new();
        loop {
            let before = self.at;
            let next = self.next();
            match next {
                Some('\\') if self.escapes => match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => {
                        let span = start..self.at;
                        return (Part { text, span }, None);
                    }
                },
                Some(char) if !stops.contains(&char) => text.push(char),
                stop => {
                    let span = start..before;
                    return (Part { text, span }, stop);
                }
            }
        }
    }

    /// Everything that is left, as it is.
    pub(super) fn rest(&mut self) -> Part {
        let span = self.at..self.text.len();
        self.at = self.text.len();
        Part {
            text: self.text[span.clone()].to_owned(),
            span,
        }
    }

    /// Go's `emptyVal`: passes white space and one comma; whether there was nothing else before the comma or the end.
    pub(super) fn blank_or_comma(&mut self) -> bool {
        loop {
            let before = self.at;
            match self.next() {
                None | Some(',') => return true,
                Some(char) if char.is_whitespace() => {}
                Some(_) => {
                    self.at = before;
                    return false;
                }
            }
        }
    }
}
