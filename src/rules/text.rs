//! Small readings of a value's text that several families share. They judge nothing.

use regex::Regex;
use std::sync::LazyLock;

static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let whole = [
        r"change[-_ ]?me",
        r"replace[-_ ]?(me|this|with).*",
        r"(insert|enter|put)[-_ ]?(your|here).*",
        r"your[-_ ].+",
        r"to[-_ ]?do",
        r"tbd",
        r"fix[-_ ]?me",
        r"placeholder",
        r"x{3,}",
        r"\.{3}",
        r"\$\{[a-z_][a-z0-9_.]*\}",
        r"\$\([a-z_][a-z0-9_.]*\)",
        // Azure's containers $root, $web and $logs are names.
        r"(?-i:\$[A-Z_][A-Z0-9_]*)",
        r"\{\{.*\}\}",
        r"@@?[a-z_][a-z0-9_]*@@?",
        r"%[a-z_][a-z0-9_]*%",
    ];
    let pattern = format!(
        r"(?i)^\s*({})\s*$|^[^<>]*<[a-z][a-z0-9 _-]*>[^<>]*$",
        whole.join("|")
    );
    Regex::new(&pattern).ok()
});

/// Whether a text is a mark that someone was to replace: `<bucket-name>`, `CHANGEME`, `${BUCKET}`.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDER
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in [
            "<bucket-name>",
            "https://<host>:5000/v3",
            "CHANGEME",
            "change-me",
            "your-bucket",
            "xxxx",
            "${BUCKET}",
            "$BUCKET",
            "{{ .Values.bucket }}",
            "TODO",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "testing-msr",
            "exchange-messages",
            "p<a>>ss",
            "a$b",
            "pa${x}ss",
            "todo-app-images",
            "xx",
            "{\"type\": \"service_account\"}",
            "",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
