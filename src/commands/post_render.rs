//! `msr-storage [post-render]`: a stream in, a stream out, or a refusal and nothing.

use std::borrow::Cow;
use std::io;

use anyhow::Context;
use clap::ArgAction;

use crate::cli::place::non_blank;
use crate::cli::{PlaceArgs, Switch, ValueArgs};
use crate::commands::{Exit, Streams, WrongUsage, input};
use crate::diag::Diagnostic;
use crate::expand::Plan;
use crate::guard::Confirmed;
use crate::helm::{self, Action, Helm};
use crate::krm::Function;
use crate::output::{human, line};
use crate::pipeline::{self, Given, Options, Place, Surroundings};
use crate::values::Dialect;
use crate::workload::Stream;
use crate::yaml;

/// Arguments of the post-renderer.
#[derive(clap::Args, Clone, Default)]
pub struct Args {
    /// Values given here rather than on Helm's command line.
    #[command(flatten)]
    pub values: ValueArgs,
    /// What the values are for.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Which objects are meant, what is known of them that the stream does not show, and what is let through.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Target")]
pub struct TargetArgs {
    /// Leave the chart's own storage: no values are meant
    #[arg(long, env = NO_VALUES, action = ArgAction::SetTrue, value_parser = Switch::parse)]
    pub no_values: Switch,
    /// Where the chart's values stand in the values of an umbrella chart, such as `msr`
    #[arg(long, value_name = "PATH", env = "MSR_STORAGE_VALUES_PATH")]
    pub values_path: Option<String>,
    /// What `check` is told too.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Confirm that an upgrade moves the registry to another store, named as the refusal prints it
    #[arg(long, value_name = "STORE", env = "MSR_STORAGE_ALLOW_BACKEND_SWITCH")]
    pub allow_backend_switch: Option<String>,
}

const NO_VALUES: &str = "MSR_STORAGE_NO_VALUES";

impl TargetArgs {
    /// The same as the pipeline takes it.
    ///
    /// # Errors
    /// All that is wrong with the arguments, a sentence each.
    pub fn options(&self) -> Result<Options, Vec<String>> {
        let path = non_blank(self.values_path.as_ref()).map(|path| {
            let keys = path.split('.').filter(|key| !key.is_empty());
            keys.map(str::to_owned).collect()
        });
        let mut wrong = Vec::new();
        let no_values = self.no_values.is_on(NO_VALUES, &mut wrong);
        let place = self.place.read().unwrap_or_else(|more| {
            wrong.extend(more);
            Place::default()
        });
        if place.iam_role && place.keep_keys {
            wrong.push(
                "--iam-role drops the keys and --keep-keys keeps them: give one of them".to_owned(),
            );
        }
        if wrong.is_empty() {
            Ok(Options {
                no_values,
                values_path: path,
                place,
            })
        } else {
            Err(wrong)
        }
    }
}

/// A plan, and the parts of the stream that it makes.
pub(super) type Rendered<'a> = (Plan, Vec<Cow<'a, [u8]>>);

/// Runs it.
///
/// # Errors
/// Whatever keeps it from reading or writing; what is wrong with the input is not an error but [`Exit::Findings`].
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    match expand(args, streams) {
        Err(error) if helm::is_plugin_run_by_helm4() => {
            show_by_helm4(&format!("msr-storage: {error:#}"), streams.output)
        }
        outcome => outcome,
    }
}

fn expand(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let (options, input) = begin(args, streams)?;
    let stream = Stream::new(&input);
    let function = match Function::of(&stream) {
        Ok(function) => function,
        Err(fault) => return refuse(&[fault], streams),
    };
    match (render(args, options, &stream, function.as_ref()), function) {
        (Ok((_, parts)), _) => write(streams.output, &parts),
        (Err(faults), None) => refuse(&faults, streams),
        (Err(faults), Some(function)) => refuse_list(&stream, &function, &faults, streams),
    }
}

/// A KRM function's refusal: text for people, and the list with its results; no list where its text can't be changed, which is said.
fn refuse_list(
    stream: &Stream,
    function: &Function,
    faults: &[Diagnostic],
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let list = pipeline::write::parts(stream, &function.refusal(faults), false);
    let is_new = |fault: &&Diagnostic| faults.iter().all(|said| said.message != fault.message);
    let unwritten = list.as_ref().err().into_iter().flatten().filter(is_new);
    let said: Vec<_> = faults.iter().chain(unwritten).cloned().collect();
    streams
        .errors
        .write_all(human::render(&said, human::Colour::On).as_bytes())?;
    if let Ok(parts) = list {
        write(streams.output, &parts)?;
    }
    Ok(Exit::Findings)
}

/// The options and the whole of standard input.
pub(super) fn begin(args: &Args, streams: &mut Streams) -> anyhow::Result<(Options, Vec<u8>)> {
    let options = args.target.options().map_err(WrongUsage)?;
    let input = input::read(streams.input)?;
    Ok((options, input))
}

/// What is to change, and the output's parts; or what refuses it. A KRM function runs under no Helm, and brings values of its own.
pub(super) fn render<'a>(
    args: &Args,
    options: Options,
    stream: &Stream<'a>,
    function: Option<&Function>,
) -> Result<Rendered<'a>, Vec<Diagnostic>> {
    let (helm, no_helm) =
        function.map_or_else(around, |function| (None, Some(function.without_values())));
    let dialect = helm.as_ref().map_or(Dialect::Helm3, Helm::dialect);
    let mut explicit = Vec::new();
    if let Some(function) = function {
        explicit.extend(function.layer().map_err(|fault| vec![fault])?);
    }
    explicit.extend(args.values.layers(dialect).map_err(|fault| vec![fault])?);
    let surroundings = helm.as_ref().map(|helm| helm as &dyn Surroundings);
    let given = Given {
        options,
        explicit,
        helm: surroundings,
        no_helm,
    };
    let mut plan = pipeline::plan(stream, &given)?;
    if let Some(function) = function {
        function.lay_into(&mut plan);
    }
    let hides = helm
        .as_ref()
        .is_some_and(|helm| helm.line().hide_secret && dialect == Dialect::Helm3);
    let parts = pipeline::write::parts(stream, &plan, hides)?;
    let confirmed = Confirmed {
        switch_to: non_blank(args.target.allow_backend_switch.as_ref()).cloned(),
    };
    pipeline::guard(stream, || parts.concat(), &given, &confirmed)?;
    Ok((plan, parts))
}

/// The Helm that runs this program, or why its command line says nothing.
fn around() -> (Option<Helm>, Option<String>) {
    match Helm::around() {
        Ok(Some(helm)) => match &helm.line().action {
            // A pipe through `helm msr-storage`: that line has no chart.
            Action::Other(command) => {
                let why = format!("`helm {command}` brings none");
                (None, Some(why))
            }
            _ => (Some(helm), None),
        },
        Ok(None) => (None, None),
        Err(error) => (None, Some(error.to_string())),
    }
}

/// Writes everything at the very end; a reader that went away needs no message.
fn write(output: &mut dyn io::Write, parts: &[Cow<'_, [u8]>]) -> anyhow::Result<Exit> {
    let written = parts
        .iter()
        .try_for_each(|part| output.write_all(part))
        .and_then(|()| output.flush());
    match written {
        Ok(()) => Ok(Exit::Done),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::CouldNotRun),
        Err(error) => Err(error).context("standard output can't be written"),
    }
}

/// Says why, where it can be seen: Helm 4 shows nothing of a plugin's standard error, but prints a lone scalar document and fails.
fn refuse(faults: &[Diagnostic], streams: &mut Streams) -> anyhow::Result<Exit> {
    if helm::is_plugin_run_by_helm4() {
        let text = format!(
            "msr-storage refuses this release: {}",
            line::render(faults).trim_end().replace('\n', "; ")
        );
        return show_by_helm4(&text, streams.output);
    }
    streams
        .errors
        .write_all(human::render(faults, human::Colour::On).as_bytes())?;
    Ok(Exit::Findings)
}

/// Shows a text as the lone scalar document that Helm 4 prints and fails on.
///
/// # Errors
/// If standard output can't be written.
pub fn show_by_helm4(text: &str, output: &mut dyn io::Write) -> anyhow::Result<Exit> {
    writeln!(output, "{}", yaml::double_quoted(text))?;
    Ok(Exit::Done)
}
