//! All value flags of one command line, read and merged in Helm's order. It explains nothing to the user: its errors do.

use std::path::Path;
use std::sync::Arc;

use super::set::{Mode, set};
use super::tree::{Map, Node, Value};
use super::{Dialect, FlagKind, ValueFlag, ValueFlags, ValuesError, Wanted};
use super::{decode, file, json, location};
use crate::origin::{Origin, Source, SourceKind};

/// A way to the bytes of a file that a flag names.
pub type ReadBytes<'a> = &'a dyn Fn(Wanted<'_>) -> Result<Vec<u8>, ValuesError>;

/// The order in which Helm takes the kinds; within a kind it is that of the command line.
const ORDER: [FlagKind; 6] = [
    FlagKind::Values,
    FlagKind::SetJson,
    FlagKind::Set,
    FlagKind::SetString,
    FlagKind::SetFile,
    FlagKind::SetLiteral,
];

/// The values that `flags` come to, as the Helm of `dialect` computes them; files are looked for from `base`.
///
/// `kind` says whose flags they are. Without flags it is an empty mapping.
///
/// # Errors
/// Where Helm refuses them, where a file cannot be read (again), and where it is not certain what Helm makes of them.
pub fn load(
    flags: &ValueFlags,
    base: &Path,
    kind: SourceKind,
    dialect: Dialect,
) -> Result<Node, ValuesError> {
    load_with(flags, kind, dialect, &|wanted| location::read(base, wanted))
}

/// As [`load`], with another way to a file's bytes than the file system.
///
/// # Errors
/// As [`load`], and those of `read`.
pub fn load_with(
    flags: &ValueFlags,
    kind: SourceKind,
    dialect: Dialect,
    read: ReadBytes<'_>,
) -> Result<Node, ValuesError> {
    let mut values = Map::new();
    let mut origin = None;
    for flag in ORDER.iter().flat_map(|kind| flags.of(*kind)) {
        let source = Arc::new(Source {
            kind,
            name: flag.kind.name().to_owned(),
            text: flag.text.clone(),
        });
        take(flag, &source, dialect, read, &mut values)?;
        origin.get_or_insert_with(|| Origin::whole(&source));
    }
    let origin = origin.unwrap_or_else(|| {
        Origin::whole(&Arc::new(Source {
            kind,
            name: "no values".to_owned(),
            text: String::new(),
        }))
    });
    Ok(Node::new(Value::Map(values), origin))
}

/// One flag, over the values so far.
fn take(
    flag: &ValueFlag,
    source: &Arc<Source>,
    dialect: Dialect,
    read: ReadBytes<'_>,
    values: &mut Map,
) -> Result<(), ValuesError> {
    let kind = flag.kind;
    let read_file = |path: &str, origin: Origin| {
        let wanted = Wanted { path, kind, origin };
        decode::utf8(read(wanted.clone())?, wanted)
    };
    let mode = match flag.kind {
        FlagKind::Values => {
            let origin = Origin::new(source, 0..flag.text.len());
            let path = &flag.text;
            let wanted = Wanted { path, kind, origin };
            let text = decode::yaml(read(wanted.clone())?, dialect, wanted)?;
            let file = Source {
                kind: SourceKind::File,
                name: flag.text.clone(),
                text,
            };
            super::merge::merge(values, mapping(file::read(&Arc::new(file), dialect)?));
            return Ok(());
        }
        FlagKind::SetJson => {
            if let Some(whole) = json_object(source, dialect)? {
                super::merge::merge(values, mapping(whole));
                return Ok(());
            }
            Mode::Json
        }
        FlagKind::Set => Mode::Typed,
        FlagKind::SetString => Mode::String,
        FlagKind::SetFile => Mode::File(&read_file),
        FlagKind::SetLiteral => Mode::Literal,
    };
    set(source, mode, dialect, values)
}

fn mapping(node: Node) -> Map {
    match node.value {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// Helm 4 takes a whole object after `--set-json`.
fn json_object(source: &Arc<Source>, dialect: Dialect) -> Result<Option<Node>, ValuesError> {
    let text = &source.text;
    if dialect == Dialect::Helm3 || !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    let (node, end) = json::read(source, text.len() - text.trim_start().len())?;
    let rest = text.trim_end().get(end..).unwrap_or_default();
    if !rest.is_empty() {
        let origin = Origin::new(source, end..end + rest.len());
        return Err(ValuesError::invalid(
            origin,
            "not JSON: text after the object",
        ));
    }
    Ok(Some(node))
}
