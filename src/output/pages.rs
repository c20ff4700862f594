//! The rules themselves as text: the list, one rule's explanation, the page of the documentation. It holds no rule.

use super::{one_line, word};
use crate::rules::{self, Allow, Rule};

/// How the page begins; the rest is the table.
const HEAD: &str = "# Rules

Printed by `msr-storage generate rules` from the table that the program itself uses; a test compares them.

Every rule has one severity, and it means the same in `check` and in a deploy:

- **error**: the registry would not start, would not reach its store, or would lose images. `check` fails, and the post-renderer,
  `diff` and the KRM function refuse, with the same code, place and message.
- **warning** and **note**: likely a mistake, or worth knowing. Only `check` says it (`--strict` fails on warnings).
  What the post-renderer has to remark stands in the workload's annotation `msr-storage/notes`.

An error is let through, in `check` and in a deploy alike, by `--allow CODE` (repeatable, several codes with commas; variable
`MSR_STORAGE_ALLOW`), or by the comment `# msr-storage: allow CODE` in a values file, a custom resource, a values carrier or a
rendered object: it covers the entry that it stands beside, or, on a line of its own, the entry below it, with all that is nested
in it. What leaves nothing to expand can't be allowed, nor what has a flag of its own; to allow such a code is an error of usage.

For a chart that is not MSR's (`--selector`), the limits of MSR itself are warnings. `check --deny CODE` makes an error of what is
less, for that run.

";

/// `check --list-rules`: one rule a line.
pub fn list() -> String {
    let width = rules::all().map(|rule| rule.code.len()).max().unwrap_or(0);
    rules::all()
        .map(|rule| {
            let (severity, deploy, allow) = (word(rule.severity), deploy(rule), allow(rule));
            let code = rule.code;
            format!(
                "{code:width$}  {severity:7}  {deploy:15}  {allow:13}  {}\n",
                rule.summary
            )
        })
        .collect()
}

/// What a rule means for a deploy, in a few words.
fn deploy(rule: &Rule) -> &'static str {
    if rule.stops_a_deploy() {
        "stops a deploy"
    } else if rule.by_probe {
        "check --probe"
    } else {
        "check alone"
    }
}

fn allow(rule: &Rule) -> &'static str {
    match rule.allow {
        Allow::Yes => "can be allowed",
        Allow::No(_) => "never allowed",
    }
}

/// What a rule means for a deploy, and how its findings are let through: sentences.
fn verdict(rule: &Rule) -> String {
    let deploy = if rule.stops_a_deploy() {
        "It stops a deploy."
    } else if rule.by_probe {
        "Only `check --probe` finds it: it stops no deploy."
    } else {
        "Only `check` says it: it stops no deploy."
    };
    let of_msr = if rule.of_msr {
        " For a chart that is not MSR's (`--selector`) it is a warning."
    } else {
        ""
    };
    let code = rule.code;
    let allow = match rule.allow {
        Allow::Yes => format!("`--allow {code}` or `# msr-storage: allow {code}` lets it through."),
        Allow::No(instead) => format!("It can't be allowed: {instead}."),
    };
    format!("{deploy}{of_msr} {allow}")
}

/// `check --explain CODE`; empty for a code that no rule has.
pub fn explain(code: &str) -> String {
    rules::named(code)
        .map(|rule| {
            format!(
                "{} ({}): {}\n\n{}\n\nFix: {}\n\n{}\n",
                rule.code,
                word(rule.severity),
                rule.summary,
                rule.why,
                rule.fix,
                verdict(rule).replace('`', "")
            )
        })
        .unwrap_or_default()
}

/// `docs/rules.md`.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    page += "| code | severity | stops a deploy | can be allowed | what it finds |\n|---|---|---|---|---|\n";
    page.extend(rules::all().map(|rule| {
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        format!(
            "| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |\n",
            rule.code,
            word(rule.severity),
            yes(rule.stops_a_deploy()),
            yes(rule.allow == Allow::Yes),
            cell(rule.summary)
        )
    }));
    page.extend(rules::all().map(section));
    page
}

fn section(rule: &Rule) -> String {
    format!(
        "\n## {}\n\n{}: {}.\n\n{}\n\n**Fix**: {}\n\n**Verdict**: {}\n",
        rule.code,
        word(rule.severity),
        text(rule.summary),
        text(rule.why),
        text(rule.fix),
        verdict(rule)
    )
}

/// A rule's text as Markdown: `<bucket-name>` is no HTML.
fn text(text: &str) -> String {
    one_line(text).replace('<', "&lt;").replace('>', "&gt;")
}

fn cell(summary: &str) -> String {
    text(summary).replace('|', "\\|")
}
