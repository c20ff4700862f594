//! The bytes of a file as text: for YAML in the encodings that go-yaml reads, for `--set-file` as UTF-8. It parses nothing.

use super::{Dialect, ValuesError, Wanted};

/// The text of a YAML file: UTF-8, or UTF-16 behind a byte order mark, as go-yaml reads it.
///
/// # Errors
/// Where it is neither, or has characters that go-yaml refuses.
pub(super) fn yaml(
    bytes: Vec<u8>,
    dialect: Dialect,
    wanted: Wanted<'_>,
) -> Result<String, ValuesError> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, dialect),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, dialect),
        _ => String::from_utf8(bytes).map_err(|error| not_utf8(&error)),
    };
    text.map_err(|problem| wanted.unreadable(&problem))
}

/// The text of a file given with `--set-file`. Helm takes any bytes; what is no text cannot become a setting.
///
/// # Errors
/// Where it is not UTF-8.
pub(super) fn utf8(bytes: Vec<u8>, wanted: Wanted<'_>) -> Result<String, ValuesError> {
    String::from_utf8(bytes).map_err(|error| wanted.unreadable(&not_utf8(&error)))
}

fn not_utf8(error: &std::string::FromUtf8Error) -> String {
    let good = error.utf8_error().valid_up_to();
    let before = error.as_bytes().get(..good).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    format!("is not UTF-8 (line {line}, byte {good})")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, dialect: Dialect) -> Result<String, String> {
    // Helm 4 puts a line feed of one byte behind a last byte that is none.
    let broken = dialect == Dialect::Helm4 && bytes.last().is_some_and(|last| *last != b'\n');
    let (pairs, rest) = bytes.as_chunks::<2>();
    if broken || !rest.is_empty() {
        return Err("ends within a UTF-16 character".to_owned());
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| "is not UTF-16, which its first bytes say".to_owned())
}
