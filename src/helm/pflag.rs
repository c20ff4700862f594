//! Arguments read as Go's pflag reads them, by a table of flags. It knows no flag by itself and refuses nothing that Helm has accepted.

use super::flags::{Flag, Takes};

/// Why arguments could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A flag that the table lacks, with its dashes: whether the next argument is its value is not known.
    Unknown(String),
    /// A flag whose value is missing.
    NoValue(String),
    /// A value that is no list of comma-separated texts.
    NoList(String),
}

/// Arguments told apart.
#[derive(Debug, Default)]
pub(super) struct Arguments<'a> {
    /// The flags in the order typed, each with its value.
    pub flags: Vec<(&'a Flag, String)>,
    /// The rest.
    pub words: Vec<String>,
}

/// Tells flags, values and words apart: `--a=v`, `--a v`, `-av`, `-a=v`, `-a v`, letters together, `--`.
///
/// # Errors
/// At the first flag that `table` lacks or whose value is missing.
pub(super) fn read<'a>(
    arguments: &[String],
    table: &'a [Flag],
) -> Result<Arguments<'a>, Unreadable> {
    let mut read = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            read.words.extend(rest.by_ref().cloned());
        } else if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            let flag = table
                .iter()
                .find(|flag| flag.name == name)
                .ok_or_else(|| Unreadable::Unknown(format!("--{name}")))?;
            let value = value_of(flag, value, || rest.next().cloned())
                .ok_or_else(|| Unreadable::NoValue(format!("--{name}")))?;
            read.flags.push((flag, value));
        } else if argument.len() > 1 && argument.starts_with('-') {
            letters(argument, table, &mut read, || rest.next().cloned())?;
        } else {
            read.words.push(argument.clone());
        }
    }
    Ok(read)
}

fn letters<'a>(
    argument: &str,
    table: &'a [Flag],
    read: &mut Arguments<'a>,
    mut next: impl FnMut() -> Option<String>,
) -> Result<(), Unreadable> {
    let mut rest = argument.get(1..).unwrap_or_default();
    while let Some(letter) = rest.chars().next() {
        let flag = table
            .iter()
            .find(|flag| flag.short == Some(letter))
            .ok_or_else(|| Unreadable::Unknown(format!("-{letter}")))?;
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        // A lone `=` is a value of its own to pflag.
        let joined = rest.strip_prefix('=').filter(|value| !value.is_empty());
        let value = if joined.is_some() || (flag.takes == Takes::Value && !rest.is_empty()) {
            let value = joined.unwrap_or(rest).to_owned();
            rest = "";
            Some(value)
        } else {
            value_of(flag, None, &mut next)
        };
        let value = value.ok_or_else(|| Unreadable::NoValue(format!("-{letter}")))?;
        read.flags.push((flag, value));
    }
    Ok(())
}

fn value_of(
    flag: &Flag,
    joined: Option<String>,
    next: impl FnOnce() -> Option<String>,
) -> Option<String> {
    match &flag.takes {
        _ if joined.is_some() => joined,
        Takes::Optional(without) => Some(without.clone().into_owned()),
        Takes::Value => next(),
    }
}

/// Where the command stands among the arguments after the program's name, as cobra looks for it: flags that may stand before it are in `table`.
pub(super) fn command(arguments: &[String], table: &[Flag]) -> Option<usize> {
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        let takes_next = match argument.strip_prefix("--") {
            Some("") => return None,
            _ if argument.contains('=') => false,
            Some(name) => !table
                .iter()
                .any(|flag| flag.name == name && is_optional(flag)),
            None => match argument.strip_prefix('-') {
                Some(letters) if letters.chars().count() == 1 => !table
                    .iter()
                    .any(|flag| flag.short == letters.chars().next() && is_optional(flag)),
                Some(_) => false,
                None if argument.is_empty() => false,
                None => return Some(index),
            },
        };
        index += if takes_next { 2 } else { 1 };
    }
    None
}

fn is_optional(flag: &Flag) -> bool {
    matches!(flag.takes, Takes::Optional(_))
}

/// A switch's value, as Go's `strconv.ParseBool` takes it.
pub(super) fn truth(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The texts of a list flag (`-f a,b`), as pflag splits them: one record of comma-separated values, where quotes protect a comma.
///
/// # Errors
/// `Unreadable::NoList` where a quote stands amiss.
pub fn list(value: &str) -> Result<Vec<String>, Unreadable> {
    let amiss = || Unreadable::NoList(value.to_owned());
    let mut fields = Vec::new();
    // Only the first line that is not empty counts.
    let mut rest = value.trim_start_matches(['\n', '\r']);
    if rest.is_empty() {
        return Ok(fields);
    }
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted).ok_or_else(amiss)?,
            None => {
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                let (field, after) = rest.split_at(end);
                if field.contains('"') {
                    return Err(amiss());
                }
                (field.to_owned(), after)
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// A field after its opening quote, and what follows its closing one: a comma, or the end of the line.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None if after.is_empty() || after.starts_with([',', '\n']) => {
                return Some((field, after));
            }
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::flags::{Command, table};
    use crate::values::Dialect;

    /// As `flag=value` and words, as pflag 1.0.10 reads them with Helm 3's flags of `upgrade`.
    fn upgrade(line: &[&str]) -> Result<Vec<String>, Unreadable> {
        let table = table(Some(Command::Upgrade), Dialect::Helm3);
        let line: Vec<_> = line.iter().map(|text| (*text).to_owned()).collect();
        let read = read(&line, &table)?;
        let flags = read.flags.iter();
        let flags = flags.map(|(flag, value)| format!("{}={value}", flag.name));
        Ok(flags.chain(read.words).collect())
    }

    #[test]
    fn every_spelling_of_a_flag_is_read() {
        for (line, wanted) in [
            (&["--set", "a=b"][..], &["set=a=b"][..]),
            (&["--set=a=b"], &["set=a=b"]),
            (&["--set="], &["set="]),
            (&["--set", ""], &["set="]),
            (&["-f", "x"], &["values=x"]),
            (&["-fx"], &["values=x"]),
            (&["-f=x"], &["values=x"]),
            (&["-f="], &["values=="]),
            (&["-if", "x"], &["install=true", "values=x"]),
            (&["-ifx"], &["install=true", "values=x"]),
            (&["-i=false"], &["install=false"]),
            (&["--install", "false"], &["install=true", "false"]),
            (&["--dry-run", "server"], &["dry-run=client", "server"]),
            (&["--dry-run=server"], &["dry-run=server"]),
            (&["--set", "--wait"], &["set=--wait"]),
            (&["r", "--wait", "c"], &["wait=true", "r", "c"]),
            (&["r", "--", "--wait", "-f"], &["r", "--wait", "-f"]),
            (&["-", "c"], &["-", "c"]),
        ] {
            assert_eq!(upgrade(line).unwrap(), wanted, "{line:?}");
        }
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        let unknown = |text: &str| Err(Unreadable::Unknown(text.to_owned()));
        assert_eq!(upgrade(&["--new", "x"]), unknown("--new"));
        assert_eq!(upgrade(&["-iZ"]), unknown("-Z"));
        assert_eq!(
            upgrade(&["--set"]),
            Err(Unreadable::NoValue("--set".to_owned()))
        );
    }

    #[test]
    fn the_command_is_the_first_word_that_is_no_value() {
        let table = table(None, Dialect::Helm3);
        for (line, wanted) in [
            (&["upgrade", "r"][..], Some(0)),
            (&["--debug", "upgrade"], Some(1)),
            (&["-n", "x", "upgrade"], Some(2)),
            (&["-nx", "upgrade"], Some(1)),
            (&["--namespace=x", "upgrade"], Some(1)),
            (&["--kube-context", "install", "upgrade"], Some(2)),
            // A flag of the command before the command takes the next argument along.
            (&["--set", "upgrade", "install"], Some(2)),
            (&["--", "upgrade"], None),
            (&[], None),
        ] {
            let line: Vec<_> = line.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(command(&line, &table), wanted, "{line:?}");
        }
    }

    /// As Go's encoding/csv reads one record.
    #[test]
    fn a_list_of_files_is_a_record_of_comma_separated_values() {
        for (text, wanted) in [
            ("a", &["a"][..]),
            ("a,b", &["a", "b"]),
            ("", &[]),
            ("a,", &["a", ""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"a\"\"b\"", &["a\"b"]),
            (" a", &[" a"]),
            ("\na\nb", &["a"]),
        ] {
            assert_eq!(list(text).unwrap(), wanted, "{text:?}");
        }
        for text in ["a\"b", "\"a", "\"a\"b"] {
            assert!(list(text).is_err(), "{text:?}");
        }
    }
}
