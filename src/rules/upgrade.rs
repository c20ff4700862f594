//! Rules on an upgrade against the release it upgrades. They ask no Helm.

use super::Rule;
use crate::diag::{Diagnostic, Severity};
use crate::origin::Origin;
use crate::settings::{is_blank, is_users};
use crate::values::{Node, Value};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&FORGOTTEN_VALUES];

static FORGOTTEN_VALUES: Rule = Rule {
    code: "forgotten-values",
    severity: Severity::Warning,
    summary: "an upgrade that forgets values of the release it upgrades",
    why: "Helm takes the values of the earlier release only where none are given: one `--set` replaces them all, and what it does not repeat falls back to the chart's defaults, another, empty, store (Helm 3.22 and 4.3, tried). It may be meant; if it leads to another store, the upgrade itself is refused as backend-switch.",
    fix: "Give all values again (`-f values.yaml`), or use --reuse-values or --reset-then-reuse-values.",
    ..Rule::BASE
};

/// Compares two trees of `registry.storage`: what the release had, and what the upgrade gives, with the place of its first value.
pub fn forgotten(before: &Node, after: Option<&Node>, place: &Origin) -> Option<Diagnostic> {
    let mut lost = Vec::new();
    collect(before, after, "registry.storage", &mut lost);
    let (first, origin) = lost.first()?;
    let rest = match lost.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some(
        Diagnostic::new(
            &FORGOTTEN_VALUES,
            format!("this upgrade forgets {first}{rest}, set in the release so far"),
        )
        .at(place)
        .related(origin, "set here")
        .help("give all values again, or use --reuse-values"),
    )
}

/// The leaves of `before` that `after` lacks, with their paths.
fn collect<'a>(
    before: &'a Node,
    after: Option<&Node>,
    path: &str,
    lost: &mut Vec<(String, &'a Origin)>,
) {
    match &before.value {
        Value::Map(map) => {
            for (key, node) in map {
                let after = after.and_then(|after| after.get(key));
                collect(node, after, &format!("{path}.{key}"), lost);
            }
        }
        _ if is_blank(before) || !is_users(before) || after.is_some() => {}
        _ => lost.push((path.to_owned(), &before.origin)),
    }
}
