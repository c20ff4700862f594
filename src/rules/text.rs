//! Small readings of a value's text that several families share. They judge nothing.

/// Words that stand for a value, without their hyphens, underscores and blanks.
const WORDS: [&str; 7] = [
    "changeme",
    "replaceme",
    "todo",
    "tbd",
    "fixme",
    "placeholder",
    "...",
];
/// How a demand for a value begins, without hyphens, underscores and blanks.
const DEMANDS: [&str; 8] = [
    "replacethis",
    "replacewith",
    "insertyour",
    "inserthere",
    "enteryour",
    "enterhere",
    "putyour",
    "puthere",
];

/// Whether a text is a mark of a template that nobody filled in: `<bucket-name>`, `https://<host>:5000`, `${BUCKET}`, `{{ … }}`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let within = |open: &str, close: &str| text.strip_prefix(open)?.strip_suffix(close);
    let is_name = |name: &str| {
        let mut chars = name.chars();
        chars
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
    };
    let is_variable = [
        ("${", "}"),
        ("$(", ")"),
        ("@@", "@@"),
        ("@", "@"),
        ("%", "%"),
    ]
    .into_iter()
    .any(|(open, close)| within(open, close).is_some_and(is_name));
    is_variable || within("{{", "}}").is_some() || text == "<>" || has_angles(text)
}

/// Whether words in one pair of angle brackets stand in a text.
fn has_angles(text: &str) -> bool {
    let Some((before, (inner, after))) = text
        .split_once('<')
        .and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    else {
        return false;
    };
    let more = [before, inner, after].concat().contains(['<', '>']);
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-');
    !more && inner.starts_with(|c: char| c.is_ascii_alphabetic()) && inner.chars().all(is_word)
}

/// Whether a text is a word that someone was probably to replace: `CHANGEME`, `your-bucket`, `$BUCKET`. It may be meant: a
/// password can be anything.
pub(super) fn is_placeholder_word(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let squeezed = lower.replace(['-', '_', ' '], "");
    let your = lower
        .strip_prefix("your")
        .and_then(|rest| rest.strip_prefix(['-', '_', ' ']));
    // Azure's containers $root, $web and $logs are names.
    let variable = text.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    WORDS.contains(&squeezed.as_str())
        || DEMANDS.iter().any(|demand| squeezed.starts_with(demand))
        || your.is_some_and(|rest| !rest.is_empty())
        || (lower.len() >= 3 && lower.chars().all(|c| c == 'x'))
        || variable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in [
            "<bucket-name>",
            "<>",
            "für <BUCKET NAME> ü",
            "%BUCKET%",
            "@@bucket@@",
            "https://<host>:5000/v3",
            "${BUCKET}",
            "$(bucket.name)",
            "{{ .Values.bucket }}",
            "@BUCKET@",
            "%bucket%",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            " Change_Me ",
            "Your-Eimer-für-Bilder",
            "CHANGEME",
            "change-me",
            "your-bucket",
            "Enter your key",
            "xxxx",
            "$BUCKET",
            "TODO",
        ] {
            assert!(is_placeholder_word(text) && !is_placeholder(text), "{text}");
        }
        for text in [
            "testing-msr",
            "exchange-messages",
            "p<a>>ss",
            "a<>b",
            "p<>ss",
            "$root",
            "a$b",
            "pa${x}ss",
            "todo-app-images",
            "xx",
            "{\"type\": \"service_account\"}",
            "",
        ] {
            assert!(
                !is_placeholder(text) && !is_placeholder_word(text),
                "{text}"
            );
        }
    }
}
