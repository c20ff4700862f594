//! The rules themselves as text: the list, one rule's explanation, the page of the documentation. It holds no rule.

use super::{one_line, word};
use crate::rules::{self, Rule};

/// How the page begins; the rest is the table.
const HEAD: &str = "# Rules of `msr-storage check`

Printed by `msr-storage generate rules` from the table that the program itself uses; a test compares them.

`--deny CODE`, `--warn CODE` and `--allow CODE` turn a rule; `--strict` lets warnings fail. In a file,
`# msr-storage: allow CODE` (several codes with commas) takes away what the rule finds in the entry that the comment stands
beside, or, on a line of its own, in the entry below it, with all that is nested in it. What the post-renderer refuses
carries the same codes.

";

/// `check --list-rules`: one rule a line.
pub fn list() -> String {
    let width = rules::all().map(|rule| rule.code.len()).max().unwrap_or(0);
    rules::all()
        .map(|rule| {
            let severity = word(rule.severity);
            format!("{:width$}  {severity:7}  {}\n", rule.code, rule.summary)
        })
        .collect()
}

/// `check --explain CODE`; empty for a code that no rule has.
pub fn explain(code: &str) -> String {
    rules::all()
        .find(|rule| rule.code == code)
        .map(|rule| {
            format!(
                "{} ({}): {}\n\n{}\n\nFix: {}\n\nTurn it: --deny, --warn or --allow {code}; in a file: # msr-storage: allow {code}\n",
                rule.code,
                word(rule.severity),
                rule.summary,
                rule.why,
                rule.fix
            )
        })
        .unwrap_or_default()
}

/// `docs/rules.md`.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    page += "| code | severity | what it finds |\n|---|---|---|\n";
    page.extend(rules::all().map(|rule| {
        let summary = cell(rule.summary);
        format!(
            "| [`{0}`](#{0}) | {1} | {summary} |\n",
            rule.code,
            word(rule.severity)
        )
    }));
    page.extend(rules::all().map(section));
    page
}

fn section(rule: &Rule) -> String {
    format!(
        "\n## {}\n\n{}: {}.\n\n{}\n\n**Fix**: {}\n",
        rule.code,
        word(rule.severity),
        text(rule.summary),
        text(rule.why),
        text(rule.fix)
    )
}

/// A rule's text as Markdown: `<bucket-name>` is no HTML.
fn text(text: &str) -> String {
    one_line(text).replace('<', "&lt;").replace('>', "&gt;")
}

fn cell(summary: &str) -> String {
    text(summary).replace('|', "\\|")
}
