//! Helm's command line, read into what the values depend on. It asks nobody: what it cannot be certain of is an error.

use super::error::HelmError;
use super::flags::{self, Command, Flag, Use};
use super::pflag::{self, Unreadable};
use crate::values::{Dialect, FlagKind, ValueFlag, ValueFlags};

/// What Helm was told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `helm install`
    Install,
    /// `helm upgrade`
    Upgrade {
        /// With `--install`: a release that does not exist is installed.
        install: bool,
    },
    /// `helm template`, also as helm-diff calls it
    Template,
    /// Another command, or a plugin's; empty without one.
    Other(String),
}

impl Action {
    /// The command, if it is one that runs post-renderers.
    pub fn command(&self) -> Option<Command> {
        match self {
            Self::Install => Some(Command::Install),
            Self::Upgrade { .. } => Some(Command::Upgrade),
            Self::Template => Some(Command::Template),
            Self::Other(_) => None,
        }
    }
}

/// Which values of an earlier revision `helm upgrade` takes along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// No flag says: the earlier values where the line brings none at all.
    #[default]
    IfNoneGiven,
    /// `--reuse-values`: the earlier values and the earlier chart's defaults, under those of the line.
    All,
    /// `--reset-values`: none.
    None,
    /// `--reset-then-reuse-values`: the earlier values, under those of the line; the defaults of the new chart.
    Values,
}

/// Helm's command line.
#[derive(Clone)]
pub struct Line {
    /// What Helm was told to do.
    pub action: Action,
    /// Whose flags they are.
    pub dialect: Dialect,
    /// The release's name; none where Helm makes it up (`--generate-name`, `--name-template`, `template CHART`).
    pub release: Option<String>,
    /// The chart as typed: a path, a name in a repository, a URL.
    pub chart: Option<String>,
    /// `--namespace`
    pub namespace: Option<String>,
    /// The value flags, in the order typed.
    pub values: ValueFlags,
    /// What an upgrade reuses.
    pub reuse: Reuse,
    /// `--output-dir`
    pub output_dir: Option<String>,
    /// `--show-only`, in the order typed.
    pub show_only: Vec<String>,
    /// `--hide-secret`
    pub hide_secret: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--is-upgrade` of `template`
    pub is_upgrade: bool,
    /// A run that changes nothing: `--dry-run` in any of its forms, or `template`.
    pub dry_run: bool,
    /// `--post-renderer`
    pub post_renderer: Option<String>,
    /// The flags that say how to reach the cluster and the repositories, as `--flag=value`.
    pub reach: Vec<String>,
    /// The flags that say which chart and how to get it, as `--flag=value`.
    pub chart_flags: Vec<String>,
    /// The value flags as `--flag=value`, exactly as typed.
    pub value_flags: Vec<String>,
}

impl Line {
    /// Reads the arguments after the program's name.
    ///
    /// `learned` are flags that this Helm has beyond those known here (see [`flags::listed_in`]).
    ///
    /// # Errors
    /// [`HelmError::UnknownFlag`] where it is not certain which argument is a flag's value, [`HelmError::Line`] where
    /// the line is not one that Helm runs.
    pub fn read(
        arguments: &[String],
        dialect: Dialect,
        learned: &[Flag],
    ) -> Result<Self, HelmError> {
        let mut table = flags::table(None, dialect);
        let Some(place) = pflag::command(arguments, &table) else {
            return Ok(Self::new(Action::Other(String::new()), dialect));
        };
        let name = arguments.get(place).map_or("", String::as_str);
        let Some(command) = Command::ALL.into_iter().find(|known| known.name() == name) else {
            return Ok(Self::new(Action::Other(name.to_owned()), dialect));
        };
        table = flags::table(Some(command), dialect);
        let known = table.len();
        for flag in learned {
            let taken = |other: &Flag| other.name == flag.name;
            if !table.iter().take(known).any(taken) {
                table.push(flag.clone());
            }
        }
        let mut arguments = arguments.to_vec();
        arguments.remove(place);
        let read =
            pflag::read(&arguments, &table).map_err(|problem| unreadable(problem, command))?;
        let mut line = Self::new(
            match command {
                Command::Install => Action::Install,
                Command::Upgrade => Action::Upgrade { install: false },
                Command::Template => Action::Template,
            },
            dialect,
        );
        line.dry_run = command == Command::Template;
        let mut named = Named::default();
        for (flag, value) in read.flags {
            line.take(flag, value, &mut named)
                .map_err(|problem| unreadable(problem, command))?;
        }
        line.name(command, read.words, named)?;
        Ok(line)
    }

    /// Whether `--repo` names a repository; the last one counts.
    pub fn names_repository(&self) -> bool {
        let mut named = self.chart_flags.iter().rev();
        let last = named.find_map(|flag| flag.strip_prefix("--repo="));
        last.is_some_and(|repository| !repository.is_empty())
    }

    fn new(action: Action, dialect: Dialect) -> Self {
        Self {
            action,
            dialect,
            release: None,
            chart: None,
            namespace: None,
            values: ValueFlags::default(),
            reuse: Reuse::default(),
            output_dir: None,
            show_only: Vec::new(),
            hide_secret: false,
            no_hooks: false,
            is_upgrade: false,
            dry_run: false,
            post_renderer: None,
            reach: Vec::new(),
            chart_flags: Vec::new(),
            value_flags: Vec::new(),
        }
    }

    fn take(&mut self, flag: &Flag, value: String, named: &mut Named) -> Result<(), Unreadable> {
        let name = flag.name.as_ref();
        let again = format!("--{name}={value}");
        match flag.used {
            Use::Reach => {
                if name == "namespace" {
                    self.namespace = Some(value);
                }
                self.reach.push(again);
            }
            Use::Chart => self.chart_flags.push(again),
            Use::Values => {
                self.value_flags.push(again);
                self.take_values(name, value)?;
            }
            Use::Read => self.take_own(name, value, named),
            Use::None => {}
        }
        Ok(())
    }

    fn take_values(&mut self, name: &str, text: String) -> Result<(), Unreadable> {
        let kind = match name {
            "values" => FlagKind::Values,
            "set-json" => FlagKind::SetJson,
            "set-string" => FlagKind::SetString,
            "set-file" => FlagKind::SetFile,
            "set-literal" => FlagKind::SetLiteral,
            _ => FlagKind::Set,
        };
        let texts = match kind {
            FlagKind::Values => pflag::list(&text)?,
            _ => vec![text],
        };
        let flags = texts.into_iter().map(|text| ValueFlag { kind, text });
        self.values.flags.extend(flags);
        Ok(())
    }

    /// The last of a flag counts, as with pflag; a switch may be turned off again.
    fn take_own(&mut self, name: &str, value: String, named: &mut Named) {
        let on = pflag::truth(&value).unwrap_or_default();
        match name {
            "install" => self.action = Action::Upgrade { install: on },
            "reuse-values" => named.reuse = on,
            "reset-values" => named.reset = on,
            "reset-then-reuse-values" => named.reset_then_reuse = on,
            "name-template" => named.template = !value.is_empty(),
            "output-dir" => self.output_dir = Some(value).filter(|folder| !folder.is_empty()),
            "show-only" => self.show_only.push(value),
            "hide-secret" => self.hide_secret = on,
            "no-hooks" => self.no_hooks = on,
            "is-upgrade" => self.is_upgrade = on,
            "dry-run" => {
                let real =
                    matches!(value.as_str(), "none" | "") || pflag::truth(&value) == Some(false);
                self.dry_run = !real || self.action == Action::Template;
            }
            "post-renderer" => self.post_renderer = Some(value),
            _ => {}
        }
    }

    /// What the words and the flags about names come to.
    fn name(
        &mut self,
        command: Command,
        words: Vec<String>,
        named: Named,
    ) -> Result<(), HelmError> {
        // Helm looks at them in this order, and the first wins.
        self.reuse = match named {
            Named { reset: true, .. } => Reuse::None,
            Named { reuse: true, .. } => Reuse::All,
            Named {
                reset_then_reuse: true,
                ..
            } => Reuse::Values,
            _ => Reuse::IfNoneGiven,
        };
        let mut words = words.into_iter();
        match (words.next(), words.next(), words.next()) {
            (Some(release), Some(chart), None) => {
                self.release = Some(release);
                self.chart = Some(chart);
            }
            (Some(chart), None, None) if command != Command::Upgrade => {
                // Helm calls the release of a bare `template CHART` so.
                if command == Command::Template && !named.template {
                    self.release = Some("release-name".to_owned());
                }
                self.chart = Some(chart);
            }
            _ => {
                return Err(HelmError::Line {
                    command: command.name(),
                    problem: "it does not name one release and one chart".to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// Flags that decide only together.
#[derive(Clone, Copy, Default)]
struct Named {
    template: bool,
    reuse: bool,
    reset: bool,
    reset_then_reuse: bool,
}

fn unreadable(problem: Unreadable, command: Command) -> HelmError {
    let command = command.name();
    match problem {
        Unreadable::Unknown(flag) => HelmError::UnknownFlag { flag, command },
        Unreadable::NoValue(flag) => HelmError::Line {
            command,
            problem: format!("`{flag}` has no value"),
        },
        Unreadable::NoList(_) => HelmError::Line {
            command,
            problem: "a list after `--values` has a quote amiss".to_owned(),
        },
    }
}
