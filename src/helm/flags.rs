//! Helm's flags: which there are, on which command, and whether they take a value. It reads no command line.
//!
//! One row a flag. Taken from Helm 3.22 and 4.3; `tests/cli/helm_flags.rs` compares it with what those two print.

use std::borrow::Cow;

use crate::pattern::FLAG_ROW;
use crate::values::Dialect;

/// A command that can run a post-renderer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `helm install`
    Install,
    /// `helm upgrade`
    Upgrade,
    /// `helm template`
    Template,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Install, Self::Upgrade, Self::Template];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Upgrade => "upgrade",
            Self::Template => "template",
        }
    }
}

/// What follows a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A value, as `--flag=VALUE` or in the next argument.
    Value,
    /// Nothing, or a value as `--flag=VALUE` alone; this is what it means without one. Switches are `true`.
    Optional(Cow<'static, str>),
}

/// What a flag is of use for to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Says how to reach the cluster, the release, the repositories: repeated whenever Helm is asked again.
    Reach,
    /// Says which chart, and how to get it: repeated when Helm is asked for the chart.
    Chart,
    /// Values for the chart.
    Values,
    /// Read into a field of the line.
    Read,
    /// Of no use here.
    None,
}

/// One flag of Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The name, without dashes.
    pub name: Cow<'static, str>,
    /// The letter, if it has one.
    pub short: Option<char>,
    /// What follows it.
    pub takes: Takes,
    /// Commands that have it.
    pub on: &'static [Command],
    /// The Helms that have it.
    pub helms: &'static [Dialect],
    /// Whether `--help` leaves it out.
    pub hidden: bool,
    /// What it is of use for.
    pub used: Use,
}

const EVERY: &[Command] = &Command::ALL;
const UPGRADE: &[Command] = &[Command::Upgrade];
const TEMPLATE: &[Command] = &[Command::Template];
const RELEASE: &[Command] = &[Command::Install, Command::Upgrade];
const NEW: &[Command] = &[Command::Install, Command::Template];
const BOTH: &[Dialect] = &[Dialect::Helm3, Dialect::Helm4];
const HELM3: &[Dialect] = &[Dialect::Helm3];
const HELM4: &[Dialect] = &[Dialect::Helm4];

const fn flag(name: &'static str, takes: Takes, on: &'static [Command], used: Use) -> Flag {
    Flag {
        name: Cow::Borrowed(name),
        short: None,
        takes,
        on,
        helms: BOTH,
        hidden: false,
        used,
    }
}

const fn value(name: &'static str, on: &'static [Command], used: Use) -> Flag {
    flag(name, Takes::Value, on, used)
}

const fn switch(name: &'static str, on: &'static [Command], used: Use) -> Flag {
    optional(name, "true", on, used)
}

const fn optional(
    name: &'static str,
    without: &'static str,
    on: &'static [Command],
    used: Use,
) -> Flag {
    flag(name, Takes::Optional(Cow::Borrowed(without)), on, used)
}

impl Flag {
    const fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    const fn only(mut self, helms: &'static [Dialect]) -> Self {
        self.helms = helms;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// A flag that every command of Helm has, and that may stand before the command.
    pub fn is_global(&self) -> bool {
        GLOBAL.iter().any(|flag| flag.name == self.name)
    }
}

/// The flags of the three commands.
#[rustfmt::skip]
static COMMANDS: &[Flag] = &[
    value("values", EVERY, Use::Values).short('f'),
    value("set", EVERY, Use::Values),
    value("set-string", EVERY, Use::Values),
    value("set-file", EVERY, Use::Values),
    value("set-json", EVERY, Use::Values),
    value("set-literal", EVERY, Use::Values),

    value("version", EVERY, Use::Chart),
    value("repo", EVERY, Use::Chart),
    value("username", EVERY, Use::Chart),
    value("password", EVERY, Use::Chart),
    value("ca-file", EVERY, Use::Chart),
    value("cert-file", EVERY, Use::Chart),
    value("key-file", EVERY, Use::Chart),
    value("keyring", EVERY, Use::Chart),
    switch("verify", EVERY, Use::Chart),
    switch("devel", EVERY, Use::Chart),
    switch("insecure-skip-tls-verify", EVERY, Use::Chart),
    switch("pass-credentials", EVERY, Use::Chart),
    switch("plain-http", EVERY, Use::Chart),

    switch("install", UPGRADE, Use::Read).short('i'),
    switch("reuse-values", UPGRADE, Use::Read),
    switch("reset-values", UPGRADE, Use::Read),
    switch("reset-then-reuse-values", UPGRADE, Use::Read),
    switch("generate-name", NEW, Use::None).short('g'),
    value("name-template", NEW, Use::Read),
    value("output-dir", TEMPLATE, Use::Read),
    value("show-only", TEMPLATE, Use::Read).short('s'),
    switch("hide-secret", RELEASE, Use::Read),
    switch("no-hooks", EVERY, Use::Read),
    switch("is-upgrade", TEMPLATE, Use::Read),
    optional("dry-run", "client", EVERY, Use::Read).only(HELM3),
    optional("dry-run", "unset", EVERY, Use::Read).only(HELM4),
    value("post-renderer", EVERY, Use::Read),

    value("post-renderer-args", EVERY, Use::None),
    switch("atomic", EVERY, Use::None).only(HELM3),
    switch("atomic", EVERY, Use::None).only(HELM4).hidden(),
    switch("rollback-on-failure", EVERY, Use::None).only(HELM4),
    switch("force", EVERY, Use::None).only(HELM3),
    switch("force", EVERY, Use::None).only(HELM4).hidden(),
    switch("force-replace", EVERY, Use::None).only(HELM4),
    switch("force-conflicts", EVERY, Use::None).only(HELM4),
    switch("server-side", NEW, Use::None).only(HELM4),
    value("server-side", UPGRADE, Use::None).only(HELM4),
    switch("wait", EVERY, Use::None).only(HELM3),
    optional("wait", "watcher", EVERY, Use::None).only(HELM4),
    switch("wait-for-jobs", EVERY, Use::None),
    value("timeout", EVERY, Use::None),
    switch("hide-notes", RELEASE, Use::None),
    switch("hide-notes", TEMPLATE, Use::None).only(HELM3),
    switch("hide-notes", TEMPLATE, Use::None).only(HELM4).hidden(),
    switch("render-subchart-notes", RELEASE, Use::None),
    switch("render-subchart-notes", TEMPLATE, Use::None).only(HELM3),
    switch("render-subchart-notes", TEMPLATE, Use::None).only(HELM4).hidden(),
    switch("validate", TEMPLATE, Use::None).only(HELM3),
    switch("validate", TEMPLATE, Use::None).only(HELM4).hidden(),
    switch("recreate-pods", UPGRADE, Use::None).only(HELM3).hidden(),
    switch("cleanup-on-fail", UPGRADE, Use::None),
    value("history-max", UPGRADE, Use::None),
    switch("replace", NEW, Use::None),
    switch("create-namespace", EVERY, Use::None),
    switch("dependency-update", EVERY, Use::None),
    value("description", EVERY, Use::None),
    switch("disable-openapi-validation", EVERY, Use::None),
    switch("enable-dns", EVERY, Use::None),
    switch("help", EVERY, Use::None).short('h'),
    value("labels", EVERY, Use::None).short('l'),
    value("output", RELEASE, Use::None).short('o'),
    switch("skip-crds", EVERY, Use::None),
    switch("skip-schema-validation", EVERY, Use::None),
    switch("take-ownership", EVERY, Use::None),
    value("api-versions", TEMPLATE, Use::None).short('a'),
    value("kube-version", TEMPLATE, Use::None),
    switch("include-crds", TEMPLATE, Use::None),
    switch("release-name", TEMPLATE, Use::None),
    switch("skip-tests", TEMPLATE, Use::None),
];

/// The flags of every command, which may stand before the command. The hidden ones are those of klog.
#[rustfmt::skip]
static GLOBAL: &[Flag] = &[
    value("namespace", EVERY, Use::Reach).short('n'),
    value("kubeconfig", EVERY, Use::Reach),
    value("kube-context", EVERY, Use::Reach),
    value("kube-token", EVERY, Use::Reach),
    value("kube-as-user", EVERY, Use::Reach),
    value("kube-as-group", EVERY, Use::Reach),
    value("kube-apiserver", EVERY, Use::Reach),
    value("kube-ca-file", EVERY, Use::Reach),
    value("kube-tls-server-name", EVERY, Use::Reach),
    switch("kube-insecure-skip-tls-verify", EVERY, Use::Reach),
    value("registry-config", EVERY, Use::Reach),
    value("repository-config", EVERY, Use::Reach),
    value("repository-cache", EVERY, Use::Reach),
    value("content-cache", EVERY, Use::Reach).only(HELM4),
    value("burst-limit", EVERY, Use::Reach),
    value("qps", EVERY, Use::Reach),
    switch("debug", EVERY, Use::None),
    value("color", EVERY, Use::None).only(HELM4),
    value("colour", EVERY, Use::None).only(HELM4),

    switch("add-dir-header", EVERY, Use::None).hidden(),
    switch("alsologtostderr", EVERY, Use::None).hidden(),
    value("alsologtostderrthreshold", EVERY, Use::None).hidden(),
    switch("legacy-stderr-threshold-behavior", EVERY, Use::None).hidden(),
    value("log-backtrace-at", EVERY, Use::None).hidden(),
    value("log-dir", EVERY, Use::None).hidden(),
    value("log-file", EVERY, Use::None).hidden(),
    value("log-file-max-size", EVERY, Use::None).hidden(),
    switch("logtostderr", EVERY, Use::None).hidden(),
    switch("one-output", EVERY, Use::None).hidden(),
    switch("skip-headers", EVERY, Use::None).hidden(),
    switch("skip-log-headers", EVERY, Use::None).hidden(),
    value("stderrthreshold", EVERY, Use::None).hidden(),
    value("v", EVERY, Use::None).short('v').hidden(),
    value("vmodule", EVERY, Use::None).hidden(),
];

/// The flags that `command` of the Helm of `dialect` takes; without a command, those that may stand before it.
pub fn table(command: Option<Command>, dialect: Dialect) -> Vec<Flag> {
    let global = GLOBAL.iter();
    let own = COMMANDS
        .iter()
        .filter(|flag| command.is_some_and(|command| flag.on.contains(&command)));
    global
        .chain(own)
        .filter(|flag| flag.helms.contains(&dialect))
        .cloned()
        .collect()
}

/// The flags that a `--help` of Helm lists, for a Helm that has some which the table lacks.
pub fn listed_in(help: &str) -> Vec<Flag> {
    help.lines()
        .filter_map(|line| {
            let parts = FLAG_ROW.captures(line)?;
            let takes = match (parts.get(3), parts.get(4)) {
                (None, _) => Takes::Optional(Cow::Borrowed("true")),
                (Some(_), None) => Takes::Value,
                (Some(_), Some(without)) => Takes::Optional(without.as_str().to_owned().into()),
            };
            Some(Flag {
                name: parts.get(2)?.as_str().to_owned().into(),
                short: parts
                    .get(1)
                    .and_then(|letter| letter.as_str().chars().next()),
                takes,
                on: EVERY,
                helms: BOTH,
                hidden: false,
                used: Use::None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_has_two_flags_of_one_name_or_letter() {
        for dialect in BOTH {
            for command in Command::ALL {
                let table = table(Some(command), *dialect);
                let mut names: Vec<_> = table.iter().map(|flag| flag.name.clone()).collect();
                let mut letters: Vec<_> = table.iter().filter_map(|flag| flag.short).collect();
                names.sort();
                letters.sort_unstable();
                let before = (names.len(), letters.len());
                names.dedup();
                letters.dedup();
                assert_eq!(
                    (names.len(), letters.len()),
                    before,
                    "{command:?} {dialect:?}"
                );
            }
        }
    }

    #[test]
    fn the_three_forms_of_a_help_line_are_read() {
        let help = "Flags:\n\
            \x20 -f, --values strings              a file\n\
            \x20     --dry-run string[=\"client\"]   simulate\n\
            \x20     --wait WaitStrategy[=watcher]   wait for --timeout\n\
            \x20     --replace                     re-use the name\n";
        let read: Vec<_> = listed_in(help)
            .into_iter()
            .map(|flag| (flag.name.into_owned(), flag.short, flag.takes))
            .collect();
        let optional = |text: &'static str| Takes::Optional(Cow::Borrowed(text));
        assert_eq!(
            read,
            [
                ("values".to_owned(), Some('f'), Takes::Value),
                ("dry-run".to_owned(), None, optional("client")),
                ("wait".to_owned(), None, optional("watcher")),
                ("replace".to_owned(), None, optional("true")),
            ]
        );
    }
}
