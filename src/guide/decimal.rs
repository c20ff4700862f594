//! Regular expressions for ranges of whole numbers in decimal notation. It knows no anchors and no signs.

/// An expression that matches the numbers from `min` to `max`, neither negative, without leading zeros.
pub(super) fn range(min: i64, max: i64) -> String {
    let mut parts = Vec::new();
    let mut from = min;
    while from <= max {
        // All numbers of one length share a form.
        let length = u32::try_from(from.to_string().len()).unwrap_or(u32::MAX);
        let last = 10_i64
            .checked_pow(length)
            .map_or(max, |next| max.min(next - 1));
        same_length(&from.to_string(), &last.to_string(), "", &mut parts);
        let Some(next) = last.checked_add(1) else {
            break;
        };
        from = next;
    }
    parts.join("|")
}

/// The ranges of numbers of one length, each a fixed head, one digit of a span, and any digits after it.
fn same_length(from: &str, to: &str, head: &str, parts: &mut Vec<String>) {
    let (Some(first), Some(last)) = (from.chars().next(), to.chars().next()) else {
        parts.push(head.to_owned());
        return;
    };
    let (from_rest, to_rest) = (&from[1..], &to[1..]);
    let low_full = from_rest.chars().all(|digit| digit == '0');
    let high_full = to_rest.chars().all(|digit| digit == '9');
    if low_full && high_full {
        parts.push(format!(
            "{head}{}{}",
            span(first, last),
            any(from_rest.len())
        ));
        return;
    }
    if first == last {
        same_length(from_rest, to_rest, &format!("{head}{first}"), parts);
        return;
    }
    let mut low = first;
    if !low_full {
        same_length(
            from_rest,
            &"9".repeat(from_rest.len()),
            &format!("{head}{first}"),
            parts,
        );
        low = next(first);
    }
    let high = if high_full { last } else { before(last) };
    if low <= high {
        parts.push(format!("{head}{}{}", span(low, high), any(from_rest.len())));
    }
    if !high_full {
        same_length(
            &"0".repeat(to_rest.len()),
            to_rest,
            &format!("{head}{last}"),
            parts,
        );
    }
}

fn next(digit: char) -> char {
    char::from(digit as u8 + 1)
}

fn before(digit: char) -> char {
    char::from(digit as u8 - 1)
}

fn span(from: char, to: char) -> String {
    if from == to {
        from.to_string()
    } else {
        format!("[{from}-{to}]")
    }
}

fn any(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "[0-9]".to_owned(),
        count => format!("[0-9]{{{count}}}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::range;

    proptest! {
        #[test]
        fn matches_the_numbers_within_and_no_others(a in 0..20_000_i64, b in 0..20_000_i64, at in 0..30_000_i64, near in -2..=2_i64) {
            let (min, max) = (a.min(b), a.max(b));
            let expression = regex::Regex::new(&format!("^({})$", range(min, max))).unwrap();
            for number in [at, min + near, max + near] {
                let within = (min..=max).contains(&number);
                prop_assert_eq!(expression.is_match(&number.to_string()), within, "{} in {}..={}", number, min, max);
            }
        }
    }

    #[test]
    fn large_bounds_are_kept() {
        let expression = regex::Regex::new(&format!("^({})$", range(5 << 20, 5 << 30))).unwrap();
        for (number, within) in [
            (5_242_879, false),
            (5_242_880, true),
            (5_368_709_120, true),
            (5_368_709_121_i64, false),
        ] {
            assert_eq!(expression.is_match(&number.to_string()), within, "{number}");
        }
    }
}
