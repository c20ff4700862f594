//! Numbers as Go's `strconv` reads and prints them for go-yaml. It decides nothing about other scalars.

use super::scalar::Scalar;

/// A number that begins with a digit or a sign, underscores ignored; `None` where Go would see a string.
pub(super) fn go_number(text: &str) -> Option<Scalar<'static>> {
    let plain = text.replace('_', "");
    if let Some(value) = integer(&plain) {
        return Some(value);
    }
    if is_float(&plain) {
        return finite(&plain).map(Scalar::Float).or_else(|| binary(&plain));
    }
    binary(&plain)
}

/// `strconv.ParseInt` and then `ParseUint`, with base 0.
fn integer(plain: &str) -> Option<Scalar<'static>> {
    let (negative, digits) = match plain.as_bytes().first()? {
        b'-' => (true, &plain[1..]),
        b'+' => (false, &plain[1..]),
        _ => (false, plain),
    };
    let magnitude = magnitude(digits)?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Scalar::Int(value)),
        // ParseUint takes no sign.
        Err(_) => (!plain.starts_with('+')).then_some(Scalar::Uint(magnitude)),
    }
}

fn magnitude(digits: &str) -> Option<u64> {
    let (radix, rest) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &digits[2..]),
        [b'0'] => return Some(0),
        [b'0', ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    unsigned(rest, radix)
}

fn unsigned(digits: &str, radix: u32) -> Option<u64> {
    let valid = digits.bytes().all(|byte| char::from(byte).is_digit(radix));
    if valid {
        u64::from_str_radix(digits, radix).ok()
    } else {
        None
    }
}

/// go-yaml's own second try at `0b`, which lets a sign stand behind the prefix.
fn binary(plain: &str) -> Option<Scalar<'static>> {
    let rest = plain.strip_prefix("0b")?;
    let (negative, digits) = match rest.as_bytes().first()? {
        b'-' => (true, &rest[1..]),
        b'+' => (false, &rest[1..]),
        _ => (false, rest),
    };
    let magnitude = if digits.is_empty() {
        None
    } else {
        unsigned(digits, 2)
    }?;
    if negative {
        0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int)
    } else {
        i64::try_from(magnitude).ok().map(Scalar::Int)
    }
}

/// A float that begins with a dot: `strconv.ParseFloat`, which takes underscores between digits only.
pub(super) fn go_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let well_placed = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'_' || digit(at.checked_sub(1)) && digit(Some(at + 1)));
    let plain = text.replace('_', "");
    if well_placed && is_float(&plain) {
        finite(&plain)
    } else {
        None
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(plain: &str) -> bool {
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && (mantissa.starts_with('.') || !whole.is_empty())
        && exponent.is_none_or(|part| !part.is_empty() && digits(part))
}

/// Go refuses what overflows.
fn finite(plain: &str) -> Option<f64> {
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A float as a JSON key: Go's `FormatFloat(value, 'g', -1, 32)`.
#[expect(clippy::cast_possible_truncation, reason = "as Go does")]
pub(super) fn float_key(value: f64) -> String {
    let short = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{short:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if short != 0.0 && !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{short}")
}
