//! `--selector` in Kubernetes' own notation. It reads text; matching is kube-core's.

use std::collections::BTreeSet;

use kube_core::{Expression, Selector};

/// A selector that can't be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{term}` is no label selector; write KEY=VALUE, KEY!=VALUE, KEY, !KEY, `KEY in (A,B)` or `KEY notin (A,B)`, joined by commas"
)]
pub struct BadSelector {
    term: String,
}

/// Reads a selector as `kubectl -l` does.
///
/// # Errors
/// Where a term is none of Kubernetes' forms.
pub fn parse(text: &str) -> Result<Selector, BadSelector> {
    terms(text).into_iter().map(expression).collect()
}

/// The terms, split at commas outside of parentheses.
fn terms(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

fn expression(term: &str) -> Result<Expression, BadSelector> {
    let bad = || BadSelector {
        term: term.to_owned(),
    };
    let term = term.trim();
    let expression = if let Some((key, values)) = set(term, " notin ") {
        Expression::NotIn(key, values)
    } else if let Some((key, values)) = set(term, " in ") {
        Expression::In(key, values)
    } else if let Some((key, value)) = term.split_once("!=") {
        Expression::NotEqual(key.trim().to_owned(), value.trim().to_owned())
    } else if let Some((key, value)) = term.split_once("==").or_else(|| term.split_once('=')) {
        Expression::Equal(key.trim().to_owned(), value.trim().to_owned())
    } else if let Some(key) = term.strip_prefix('!') {
        Expression::DoesNotExist(key.trim().to_owned())
    } else {
        Expression::Exists(term.to_owned())
    };
    let (key, values) = match &expression {
        Expression::In(key, values) | Expression::NotIn(key, values) => {
            (key, values.iter().collect())
        }
        Expression::Equal(key, value) | Expression::NotEqual(key, value) => (key, vec![value]),
        Expression::Exists(key) | Expression::DoesNotExist(key) => (key, Vec::new()),
    };
    let is_label = |text: &String| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    };
    if key.is_empty() || !is_label(key) || !values.into_iter().all(is_label) {
        Err(bad())
    } else {
        Ok(expression)
    }
}

fn set(term: &str, operator: &str) -> Option<(String, BTreeSet<String>)> {
    let (key, rest) = term.split_once(operator)?;
    let values = rest.trim().strip_prefix('(')?.strip_suffix(')')?;
    Some((
        key.trim().to_owned(),
        values
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kube_core::SelectorExt;

    use super::parse;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels: BTreeMap<_, _> = labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        parse(selector).unwrap().matches(&labels)
    }

    /// The forms of the Kubernetes documentation, “Labels and Selectors”.
    #[test]
    fn every_form_of_kubernetes_is_read() {
        let labels = [("app", "docker-registry"), ("tier", "backend")];
        for yes in [
            "app=docker-registry",
            "app==docker-registry,tier!=frontend",
            "app in (a, docker-registry)",
            "tier notin (x),app",
            "!gone",
        ] {
            assert!(matches(yes, &labels), "{yes}");
        }
        for no in [
            "app=other",
            "app!=docker-registry",
            "tier in (x,y)",
            "gone",
            "!app",
            "app notin (docker-registry)",
        ] {
            assert!(!matches(no, &labels), "{no}");
        }
        for bad in ["", "a=b=c", "app in docker", "=x", "a b"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
