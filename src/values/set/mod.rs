//! The `--set` family: one flag's text read into a tree of values, as Helm's `strvals` reads it, oddities included. It opens no file itself.
//!
//! Helm's parser ends without an error wherever the text ends at the start of a key, also inside (`a.`, `a[0]`), and
//! what it had begun there is lost or kept by chance: `a[0].b=` leaves an empty list, `a.b=` an empty string. Charts
//! see what Helm makes of it, so it is followed to the letter: [`Stop::End`] is Go's `io.EOF`.

mod scan;
mod value;

use std::sync::Arc;

use self::scan::{Part, Scanner};
use super::tree::{Map, Node, Value};
use super::{Dialect, MAX_DEPTH, ValuesError};
use crate::origin::{Origin, Source};

/// `strvals.MaxIndex`: the greatest index in brackets.
const MAX_INDEX: usize = 65_536;
/// `strvals.MaxNestedNameLevel`: the most dots in one name.
const MAX_DOTS: usize = 30;
/// How many list entries one flag may make up by leaving indices out; Helm stops at its memory alone.
const MAX_FILLED: usize = 4 * MAX_INDEX;

/// Reads the file that a `--set-file` names, given its path and where that stands.
pub(super) type ReadFile<'a> = &'a dyn Fn(&str, Origin) -> Result<String, ValuesError>;

/// What the flag makes of the text after `=`.
#[derive(Clone, Copy)]
pub(super) enum Mode<'a> {
    /// `--set`: booleans, null and integers are seen.
    Typed,
    /// `--set-string`
    String,
    /// `--set-file`: the text is a path.
    File(ReadFile<'a>),
    /// `--set-json`
    Json,
    /// `--set-literal`: one key, and everything after `=` as it is.
    Literal,
}

/// Reads the text of one flag (`source`) into `data`, over what is there.
///
/// # Errors
/// Where Helm refuses the text, or a list or nesting is beyond this program's limits.
pub(super) fn set(
    source: &Arc<Source>,
    mode: Mode<'_>,
    dialect: Dialect,
    data: &mut Map,
) -> Result<(), ValuesError> {
    let scanner = Scanner::new(&source.text, !matches!(mode, Mode::Literal));
    let mut parser = Parser {
        source,
        mode,
        dialect,
        scanner,
        filled: 0,
    };
    loop {
        match parser.key(data, Nesting::default()) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Wrong(error)) => return Err(*error),
        }
    }
}

/// Why the parser goes no further.
enum Stop {
    /// The text has ended (Go's `io.EOF`): no error.
    End,
    /// An error.
    Wrong(Box<ValuesError>),
}

impl From<ValuesError> for Stop {
    fn from(error: ValuesError) -> Self {
        Self::Wrong(Box::new(error))
    }
}

/// How deep in a name the parser is.
#[derive(Clone, Copy, Default)]
struct Nesting {
    dots: usize,
    levels: usize,
}

struct Parser<'a> {
    source: &'a Arc<Source>,
    mode: Mode<'a>,
    dialect: Dialect,
    scanner: Scanner<'a>,
    /// List entries made up so far.
    filled: usize,
}

/// Go's `set`: an empty key sets nothing.
fn put(data: &mut Map, key: &str, node: Node) {
    if !key.is_empty() {
        data.insert(key.to_owned(), node);
    }
}

impl Parser<'_> {
    fn origin(&self, part: &Part) -> Origin {
        Origin::new(self.source, part.span.clone())
    }

    fn wrong(&self, part: &Part, message: &str) -> ValuesError {
        ValuesError::invalid(self.origin(part), message)
    }

    /// One key of `data` and what follows it.
    fn key(&mut self, data: &mut Map, nesting: Nesting) -> Result<(), Stop> {
        let stops: &[char] = match self.mode {
            Mode::Literal => &['=', '[', '.'],
            _ => &['=', '[', ',', '.'],
        };
        let (key, stop) = self.scanner.until(stops);
        match stop {
            Some('[') => self.list(data, &key, nesting),
            Some('.') => self.mapping(data, &key, nesting),
            Some('=') => self.assign(data, &key),
            Some(_) => Err(self.valueless(&key).into()),
            None if key.text.is_empty() => Err(Stop::End),
            None => Err(self.valueless(&key).into()),
        }
    }

    /// The text may be the rest of a value, so it is not repeated.
    fn valueless(&self, key: &Part) -> ValuesError {
        let error = self.wrong(key, "a part without `=` and a value");
        match self.mode {
            Mode::Json | Mode::Literal => error,
            _ => error.with_help(
                "a comma in a value is written `\\,`, or use --set-literal for the value as it is",
            ),
        }
    }

    fn assign(&mut self, data: &mut Map, key: &Part) -> Result<(), Stop> {
        let (mut node, ended) = self.value()?;
        node.key = Some(self.origin(key));
        put(data, &key.text, node);
        if ended { Err(Stop::End) } else { Ok(()) }
    }

    /// `key.…`
    fn mapping(&mut self, data: &mut Map, key: &Part, nesting: Nesting) -> Result<(), Stop> {
        let nesting = self.deeper(key, nesting, 1)?;
        let mut fresh = Map::new();
        let inner = match data.get_mut(&key.text) {
            None => &mut fresh,
            Some(node) => match &mut node.value {
                Value::Map(map) => map,
                _ => return Err(self.wrong(key, "this key holds no mapping").into()),
            },
        };
        let outcome = self.key(inner, nesting);
        if outcome.is_ok() && inner.is_empty() {
            return Err(self.wrong(key, "this key gets no value").into());
        }
        if !fresh.is_empty() {
            put(data, &key.text, self.keyed(Value::Map(fresh), key));
        }
        outcome
    }

    /// `key[…`
    fn list(&mut self, data: &mut Map, key: &Part, nesting: Nesting) -> Result<(), Stop> {
        let index = self.index(key)?;
        let mut fresh = Vec::new();
        let (items, known) = match data.get_mut(&key.text) {
            None => (&mut fresh, None),
            Some(node) => match &mut node.value {
                Value::List(items) => {
                    let known = items.len();
                    (items, Some(known))
                }
                _ => return Err(self.wrong(key, "this key holds no list").into()),
            },
        };
        let outcome = self.item(items, index, key, nesting);
        match known {
            None => put(data, &key.text, self.keyed(Value::List(fresh), key)),
            // Under an empty key Go sets nothing: a list that grew there is dropped, one changed in place is not.
            Some(known) if key.text.is_empty() => items.truncate(known),
            Some(_) => {}
        }
        outcome
    }

    fn keyed(&self, value: Value, key: &Part) -> Node {
        let mut node = Node::new(value, self.origin(key));
        node.key = Some(self.origin(key));
        node
    }

    /// What follows `]`: the entry `index` of `items`.
    fn item(
        &mut self,
        items: &mut Vec<Node>,
        index: usize,
        name: &Part,
        nesting: Nesting,
    ) -> Result<(), Stop> {
        let (rest, stop) = self.scanner.until(&['[', '.', '=']);
        if !rest.text.is_empty() {
            return Err(self.wrong(&rest, "unexpected text after an index").into());
        }
        match stop {
            None => Err(Stop::End),
            Some('=') => {
                let (node, _) = self.value()?;
                self.put_index(items, index, name, node)
            }
            Some('[') => self.nested_list(items, index, name, nesting),
            Some(_) => self.nested_mapping(items, index, name, nesting),
        }
    }

    /// `[0][…`
    fn nested_list(
        &mut self,
        items: &mut Vec<Node>,
        index: usize,
        name: &Part,
        nesting: Nesting,
    ) -> Result<(), Stop> {
        let nesting = self.deeper(name, nesting, 0)?;
        let next = self.index(name)?;
        let known = match items.get_mut(index).map(|node| &mut node.value) {
            None | Some(Value::Null) => None,
            Some(Value::List(inner)) => Some(inner),
            Some(_) => return Err(self.wrong(name, "this entry holds no list").into()),
        };
        if let Some(inner) = known {
            self.item(inner, next, name, nesting)?;
            return self.check_index(index, name);
        }
        let mut fresh = Vec::new();
        self.item(&mut fresh, next, name, nesting)?;
        let node = Node::new(Value::List(fresh), self.origin(name));
        self.put_index(items, index, name, node)
    }

    /// `[0].…`
    fn nested_mapping(
        &mut self,
        items: &mut Vec<Node>,
        index: usize,
        name: &Part,
        nesting: Nesting,
    ) -> Result<(), Stop> {
        let nesting = self.deeper(name, nesting, 0)?;
        let mut fresh = Node::new(Value::Map(Map::new()), self.origin(name));
        if let Some(known) = items.get_mut(index) {
            if known.as_map().is_none() {
                *known = fresh;
            }
            if let Value::Map(inner) = &mut known.value {
                self.key(inner, nesting)?;
            }
            return self.check_index(index, name);
        }
        if let Value::Map(inner) = &mut fresh.value {
            self.key(inner, nesting)?;
        }
        self.put_index(items, index, name, fresh)
    }

    fn check_index(&self, index: usize, name: &Part) -> Result<(), Stop> {
        if index > MAX_INDEX {
            let message = format!("an index is greater than {MAX_INDEX}, the greatest Helm takes");
            return Err(self.wrong(name, &message).into());
        }
        Ok(())
    }

    /// Go's `setIndex`: missing entries before it are null.
    fn put_index(
        &mut self,
        items: &mut Vec<Node>,
        index: usize,
        name: &Part,
        node: Node,
    ) -> Result<(), Stop> {
        self.check_index(index, name)?;
        if items.len() <= index {
            self.filled += index - items.len();
            if self.filled > MAX_FILLED {
                let message = "too many list entries left out";
                return Err(ValuesError::unsure(self.origin(name), message).into());
            }
            items.resize_with(index + 1, || Node::new(Value::Null, self.origin(name)));
        }
        items[index] = node;
        Ok(())
    }

    /// The number between brackets.
    fn index(&mut self, name: &Part) -> Result<usize, Stop> {
        let (digits, stop) = self.scanner.until(&[']']);
        if stop.is_none() {
            // Helm 3 wraps the end of the text into an error; Helm 4 sees through the wrapping.
            return Err(match self.dialect {
                Dialect::Helm3 => self.wrong(name, "an index without `]`").into(),
                Dialect::Helm4 => Stop::End,
            });
        }
        match digits.text.parse::<i64>() {
            Ok(index) => usize::try_from(index)
                .map_err(|_| self.wrong(&digits, "an index below zero").into()),
            Err(_) => Err(self.wrong(&digits, "an index that is no number").into()),
        }
    }

    fn deeper(&self, name: &Part, nesting: Nesting, dots: usize) -> Result<Nesting, ValuesError> {
        let deeper = Nesting {
            dots: nesting.dots + dots,
            levels: nesting.levels + 1,
        };
        if deeper.dots > MAX_DOTS {
            return Err(self.wrong(
                name,
                &format!("more than {MAX_DOTS} levels, the most Helm takes"),
            ));
        }
        if deeper.levels > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels");
            return Err(ValuesError::unsure(self.origin(name), message));
        }
        Ok(deeper)
    }
}
