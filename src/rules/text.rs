//! Small readings of a value's text that several families share. They judge nothing.

use crate::pattern::PLACEHOLDER;

/// Whether a text is a mark that someone was to replace: `<bucket-name>`, `CHANGEME`, `${BUCKET}`.
pub(super) fn is_placeholder(text: &str) -> bool {
    PLACEHOLDER.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in [
            "<bucket-name>",
            "<>",
            " Change_Me ",
            "Your-Eimer-für-Bilder",
            "für <BUCKET NAME> ü",
            "%BUCKET%",
            "@@bucket@@",
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
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
