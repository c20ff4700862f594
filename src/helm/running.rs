//! The Helm that runs this program, asked for what a chart's values are. It lays no layer over another: it says which there are.

use std::cell::OnceCell;
use std::ffi::OsString;

use super::ask::{Ask, Question};
use super::chart::Chart;
use super::error::HelmError;
use super::flags;
use super::line::{Action, Line, Reuse};
use super::process::{self, Process};
use super::release::{self, Revision};
use super::scratch;
use crate::origin::SourceKind;
use crate::values::{self, Dialect, Map, Node, ValueFlags, ValuesError};

/// The Helm 4 releases, major and minors, of which it was tried that they print a lone scalar document that a
/// post-renderer hands them, and fail.
const SHOWS_SCALARS: (u64, std::ops::RangeInclusive<u64>) = (4, 3..=3);

/// The Helm that runs this program.
pub struct Helm {
    line: Line,
    process: Process,
    ask: OnceCell<Ask>,
    revision: OnceCell<Option<Revision>>,
    given: OnceCell<Given>,
    chart: OnceCell<Chart>,
}

/// What is given for the whole, chart defaults aside.
#[derive(Clone)]
pub(super) struct Given {
    /// With `--reuse-values`: the defaults that replace those of the chart on top.
    pub(super) earlier_defaults: Option<Node>,
    /// The values of the line, with those of the earlier revision where Helm reuses them.
    pub(super) values: Node,
}

impl Helm {
    /// The nearest Helm above this process; none where there is none.
    ///
    /// # Errors
    /// Where the processes above, or that Helm's line, cannot be read. A line of another command than `install`,
    /// `upgrade` and `template` is read: [`Self::given`] refuses it.
    pub fn around() -> Result<Option<Self>, HelmError> {
        process::nearest_helm()?.map(Self::of).transpose()
    }

    /// The Helm of a process.
    ///
    /// # Errors
    /// Where its line cannot be read.
    pub fn of(process: Process) -> Result<Self, HelmError> {
        let arguments = texts(&process.arguments)?;
        let ask = OnceCell::new();
        let dialect = match dialect(&process) {
            Some(dialect) => dialect,
            None => asked_dialect(cached(&ask, || Ask::again(&process))?)?,
        };
        let line = match Line::read(&arguments, dialect, &[]) {
            Err(HelmError::UnknownFlag { command, .. }) => {
                // A Helm newer than the table: it knows its flags itself.
                let ask = cached(&ask, || Ask::again(&process))?;
                let help = ask.run(Question::new(&[command, "--help"], [""; 0]))?;
                Line::read(&arguments, dialect, &flags::listed_in(&help))?
            }
            line => line?,
        };
        Ok(Self {
            line,
            process,
            ask,
            revision: OnceCell::new(),
            given: OnceCell::new(),
            chart: OnceCell::new(),
        })
    }

    /// Its command line.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Its major version.
    pub fn dialect(&self) -> Dialect {
        self.line.dialect
    }

    /// What was given for the whole: the values of the line, with those of an earlier revision where Helm reuses them.
    /// It needs no chart, and no cluster where nothing is reused.
    ///
    /// # Errors
    /// [`HelmError::OtherCommand`] for a line that brings no values; where the values of the line cannot be read; what
    /// asking Helm can meet.
    pub fn given(&self) -> Result<&Node, HelmError> {
        Ok(&self.given_here()?.values)
    }

    /// The chart on its line.
    ///
    /// # Errors
    /// Where it cannot be had or read.
    pub(super) fn chart(&self) -> Result<&Chart, HelmError> {
        cached(&self.chart, || {
            Chart::on(&self.line, self.process.directory.as_deref(), self.ask()?)
        })
    }

    /// The revision that an upgrade starts from; none where Helm installs or only renders.
    ///
    /// # Errors
    /// What asking Helm can meet.
    pub fn revision(&self) -> Result<Option<&Revision>, HelmError> {
        let revision = cached(&self.revision, || release::current(self.ask()?, &self.line))?;
        Ok(revision.as_ref())
    }

    /// The manifest of the revision that an upgrade starts from, without hooks; none where there is no such revision.
    ///
    /// # Errors
    /// What asking Helm can meet.
    pub fn deployed_manifest(&self) -> Result<Option<String>, HelmError> {
        let revision = self.revision()?;
        let manifest = |revision| release::manifest(self.ask()?, &self.line, revision);
        revision.map(manifest).transpose()
    }

    /// Refuses `--output-dir` under Helm 3, which has then written the manifests already, without what this program
    /// would add. For lines whose values ask for something.
    ///
    /// # Errors
    /// [`HelmError::OutputDir`].
    pub fn refuse_output_dir(&self) -> Result<(), HelmError> {
        match self.line.output_dir {
            Some(_) if self.dialect() == Dialect::Helm3 => Err(HelmError::OutputDir),
            _ => Ok(()),
        }
    }

    pub(super) fn ask(&self) -> Result<&Ask, HelmError> {
        cached(&self.ask, || Ask::again(&self.process))
    }

    pub(super) fn given_here(&self) -> Result<&Given, HelmError> {
        cached(&self.given, || {
            if let Action::Other(command) = &self.line.action {
                let command = command.clone();
                return Err(HelmError::OtherCommand { command });
            }
            let typed = self.typed()?;
            self.with_earlier(typed)
        })
    }

    /// The values of the line, by own reading, else as Helm reads them.
    fn typed(&self) -> Result<Node, HelmError> {
        let base = self.process.directory.clone().unwrap_or_default();
        let load =
            |flags: &ValueFlags| values::load(flags, &base, SourceKind::HelmFlag, self.dialect());
        let Err(problem) = load(&self.line.values) else {
            return Ok(load(&self.line.values)?);
        };
        // Helm has taken this line, so it knows better; but what came by a pipe is gone for it as well.
        for flag in &self.line.values.flags {
            let flags = vec![flag.clone()];
            if let Err(stream @ ValuesError::Stream { .. }) = load(&ValueFlags { flags }) {
                return Err(stream.into());
            }
        }
        scratch::values(self.ask()?, &self.line).map_err(|error| match error {
            // Helm, asked again, fails the same way: then our own words, which say where.
            HelmError::Asked { .. } if !matches!(problem, ValuesError::Remote { .. }) => {
                problem.into()
            }
            error => error,
        })
    }

    /// As `reuseValues` of Helm's upgrade.
    fn with_earlier(&self, typed: Node) -> Result<Given, HelmError> {
        let empty = typed.as_map().is_none_or(Map::is_empty);
        let reused = match self.line.reuse {
            Reuse::None => false,
            Reuse::IfNoneGiven => empty,
            Reuse::All | Reuse::Values => true,
        };
        let upgrade = matches!(self.line.action, Action::Upgrade { .. });
        let revision = if upgrade && reused {
            self.revision()?
        } else {
            None
        };
        let Some(revision) = revision else {
            return Ok(Given {
                earlier_defaults: None,
                values: typed,
            });
        };
        let ask = self.ask()?;
        let earlier = release::values(ask, &self.line, revision)?;
        let earlier_defaults = match self.line.reuse {
            Reuse::All => Some(release::all_values(ask, &self.line, revision)?),
            _ => None,
        };
        Ok(Given {
            earlier_defaults,
            values: release::coalesce(typed, earlier),
        })
    }
}

/// The value of a cell, made when it is first wanted; an error is not kept.
fn cached<T>(
    cell: &OnceCell<T>,
    make: impl FnOnce() -> Result<T, HelmError>,
) -> Result<&T, HelmError> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}

fn texts(arguments: &[OsString]) -> Result<Vec<String>, HelmError> {
    let text = |(position, argument): (usize, &OsString)| {
        let text = argument.to_str().map(str::to_owned);
        text.ok_or(HelmError::NotText { position })
    };
    // The first is the program's name, so positions count from one.
    arguments.iter().enumerate().skip(1).map(text).collect()
}

/// Helm 4 alone runs post-renderers as plugins, and tells each of them its folder. None where it can't be told so.
fn dialect(helm: &Process) -> Option<Dialect> {
    let Some(own) = std::env::var_os("HELM_PLUGIN_DIR") else {
        return Some(Dialect::Helm3);
    };
    helm.environment.as_ref()?;
    // A folder that Helm was started with is that of a plugin around it, such as helm-secrets.
    let inherited = helm.variable("HELM_PLUGIN_DIR") == Some(&own);
    Some(if inherited {
        Dialect::Helm3
    } else {
        Dialect::Helm4
    })
}

fn asked_dialect(ask: &Ask) -> Result<Dialect, HelmError> {
    let (major, _) = version(ask)?;
    Ok(if major < 4 {
        Dialect::Helm3
    } else {
        Dialect::Helm4
    })
}

/// The first two numbers of Helm's version.
fn version(ask: &Ask) -> Result<(u64, u64), HelmError> {
    let text = ask.run(Question::new(&["version"], ["--template={{.Version}}"]))?;
    let mut numbers = text.trim().trim_start_matches('v').split('.');
    let mut number = || numbers.next()?.parse().ok();
    match (number(), number()) {
        (Some(major), Some(minor)) => Ok((major, minor)),
        _ => Err(HelmError::Answer {
            asked: "version".to_owned(),
            problem: "it is no version".to_owned(),
        }),
    }
}

/// Whether an error can be shown only as a document: this program is a post-renderer plugin of a Helm 4 of which it was
/// tried that it prints a lone scalar document and fails. Asked for on the failing path alone, for it runs Helm.
pub fn is_plugin_run_by_helm4() -> bool {
    if std::env::var_os("HELM_PLUGIN_NAME").is_none() {
        return false;
    }
    let Ok(Some(helm)) = process::nearest_helm() else {
        return false;
    };
    if dialect(&helm) == Some(Dialect::Helm3) || !process::runs_post_renderer(&helm.arguments) {
        return false;
    }
    let version = Ask::again(&helm).and_then(|ask| version(&ask));
    version.is_ok_and(|(major, minor)| major == SHOWS_SCALARS.0 && SHOWS_SCALARS.1.contains(&minor))
}
