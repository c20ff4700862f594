//! Small readings of a value's text that several families share. They judge nothing.

use regex::Regex;
use std::sync::LazyLock;

/// A URL, or a host where the scheme is left out, in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    /// Without `://`.
    pub scheme: Option<&'a str>,
    /// Host and port; user information is cut off, as it may be a secret.
    pub authority: &'a str,
    /// From the first `/`, `?` or `#` on; empty where there is none.
    pub rest: &'a str,
    /// Whether user information was there.
    pub user: bool,
}

impl<'a> Url<'a> {
    /// Takes a text apart.
    pub(super) fn of(text: &'a str) -> Self {
        let (scheme, after) = match text.split_once("://") {
            Some((scheme, after)) => (Some(scheme), after),
            None => (None, text),
        };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        let host = authority.rsplit_once('@').map(|(_, host)| host);
        Self {
            scheme,
            authority: host.unwrap_or(authority),
            rest,
            user: host.is_some(),
        }
    }

    /// Whether the scheme is this one, in any case.
    pub(super) fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme
            .is_some_and(|given| given.eq_ignore_ascii_case(scheme))
    }
}

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

    #[test]
    fn urls_come_apart() {
        let url = Url::of("https://me:pass@minio:9000/x?y");
        assert_eq!(url.scheme, Some("https"));
        assert_eq!(url.authority, "minio:9000");
        assert_eq!(url.rest, "/x?y");
        assert!(url.user);
        assert_eq!(Url::of("minio:9000").authority, "minio:9000");
        assert_eq!(Url::of("minio/").rest, "/");
    }
}
