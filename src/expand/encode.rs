//! How a value is written so that the registry reads it exactly as typed: past its YAML parser and past Kubernetes' `$(…)`.

use crate::settings::Scalar;
use crate::yaml::{Context, quote_if_needed};

/// The text of an environment variable that the registry, which parses it as YAML, reads as this value.
///
/// A string that YAML would take for something else stands in double quotes; everything else stands as it is.
pub fn for_registry(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => quote_if_needed(text, Context::Block).into_owned(),
        other => other.to_string(),
    }
}

/// A text so written in `value:` that Kubernetes' expansion of `$(NAME)` and `$$` gives it back.
///
/// A `$` before a character that is not ASCII counts too: the kubelet's expansion takes that character's first byte for a
/// whole one, and `$é` reaches the container as other bytes (k8s.io/kubernetes 1.34, `forked/golang/expansion`, tried).
pub fn for_kubelet(text: String) -> String {
    let mut after_dollars = text.split('$').skip(1).peekable();
    let mut expands = false;
    while let Some(rest) = after_dollars.next() {
        expands |= match rest.as_bytes().first() {
            Some(byte) => *byte == b'(' || !byte.is_ascii(),
            None => after_dollars.peek().is_some(),
        };
    }
    if expands {
        text.replace('$', "$$")
    } else {
        text
    }
}

/// A reference in YAML quotes to a variable whose text is not known: `12345` stays a string. A text with `'` in it can't be served so.
pub fn quoted_reference(variable: &str) -> String {
    format!("'$({variable})'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        for_registry(&Scalar::Text(text.to_owned()))
    }

    #[test]
    fn plain_text_stays_plain_and_the_rest_is_quoted() {
        for plain in [
            "us-east-2",
            "testing-msr",
            "AKIAIOSFODNN7EXAMPLE",
            "/msr/images",
        ] {
            assert_eq!(text(plain), plain);
        }
        for (typed, written) in [
            ("12345", r#""12345""#),
            ("yes", r#""yes""#),
            ("a: b", r#""a: b""#),
            ("x #y", r##""x #y""##),
            ("0123", r#""0123""#),
            ("1e5", r#""1e5""#),
            ("~", r#""~""#),
            ("a\nb", r#""a\nb""#),
            ("it's", r#""it's""#),
        ] {
            assert_eq!(text(typed), written);
        }
        assert_eq!(for_registry(&Scalar::Bool(true)), "true");
        assert_eq!(for_registry(&Scalar::Integer(10_485_760)), "10485760");
    }

    #[test]
    fn dollars_are_doubled_only_where_kubernetes_would_read_them() {
        assert_eq!(for_kubelet("a$b".to_owned()), "a$b");
        assert_eq!(for_kubelet("a$(B)$c".to_owned()), "a$$(B)$$c");
        assert_eq!(for_kubelet("a$$b".to_owned()), "a$$$$b");
        assert_eq!(for_kubelet("a$é$b$".to_owned()), "a$$é$$b$$");
        assert_eq!(for_kubelet("é$b$".to_owned()), "é$b$");
    }
}
