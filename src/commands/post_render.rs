//! `msr-storage [post-render]`: a stream in, a stream out, or a refusal and nothing.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::ValueArgs;
use crate::commands::{Exit, Streams, input};
use crate::diag::Diagnostic;
use crate::expand::Plan;
use crate::guard::Confirmed;
use crate::helm::{self, Action, Helm};
use crate::krm::Function;
use crate::origin::{Origin, Source, SourceKind};
use crate::output::{human, line};
use crate::pipeline::{self, Given, Options, Surroundings};
use crate::values::Dialect;
use crate::workload::{Choice, Stream, selector};
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

/// Which objects are meant, and what is known of them that the stream does not show.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Target")]
pub struct TargetArgs {
    /// Leave the chart's own storage: no values are meant
    #[arg(long, env = "MSR_STORAGE_NO_VALUES")]
    pub no_values: bool,
    /// Where the chart's values stand in the values of an umbrella chart, such as `msr`
    #[arg(long, value_name = "PATH", env = "MSR_STORAGE_VALUES_PATH")]
    pub values_path: Option<String>,
    /// The workloads by their labels, for a chart that is not MSR's
    #[arg(
        long,
        short = 'l',
        value_name = "SELECTOR",
        env = "MSR_STORAGE_SELECTOR"
    )]
    pub selector: Option<String>,
    /// The container by its name
    #[arg(long, value_name = "NAME", env = "MSR_STORAGE_CONTAINER")]
    pub container: Option<String>,
    /// A Secret of your own that holds the secret fields, its keys named as the fields
    #[arg(long, value_name = "NAME", env = "MSR_STORAGE_EXISTING_SECRET")]
    pub existing_secret: Option<String>,
    /// The registry runs under an IAM role: drop accesskey and secretkey
    #[arg(long, env = "MSR_STORAGE_IAM_ROLE")]
    pub iam_role: bool,
    /// Keep accesskey and secretkey beside a role
    #[arg(long, env = "MSR_STORAGE_KEEP_KEYS", conflicts_with = "iam_role")]
    pub keep_keys: bool,
    /// Confirm that an upgrade moves the registry to another store, named as the refusal prints it
    #[arg(long, value_name = "STORE", env = "MSR_STORAGE_ALLOW_BACKEND_SWITCH")]
    pub allow_backend_switch: Option<String>,
    /// Let an S3 region through that MSR does not support
    #[arg(
        long,
        value_name = "NAME",
        env = "MSR_STORAGE_ALLOW_REGION",
        value_delimiter = ','
    )]
    pub allow_region: Vec<String>,
}

impl TargetArgs {
    /// The same as the pipeline takes it.
    ///
    /// # Errors
    /// For a selector that can't be read.
    pub fn options(&self) -> Result<Options, selector::BadSelector> {
        let selector = self.selector.as_deref().map(selector::parse).transpose()?;
        let existing_secret = self.existing_secret.as_ref().map(|name| {
            let source = Source {
                kind: SourceKind::Flag,
                name: "--existing-secret".to_owned(),
                text: name.clone(),
            };
            Origin::new(&Arc::new(source), 0..name.len())
        });
        Ok(Options {
            choice: Choice {
                selector,
                container: self.container.clone(),
            },
            no_values: self.no_values,
            values_path: self.values_path.as_ref().map(|path| {
                path.split('.')
                    .filter(|key| !key.is_empty())
                    .map(str::to_owned)
                    .collect()
            }),
            existing_secret,
            iam_role: self.iam_role,
            keep_keys: self.keep_keys,
            allowed_regions: self.allow_region.clone(),
        })
    }
}

/// A plan, and the parts of the stream that it makes.
pub(super) type Rendered<'a> = (Plan, Vec<Cow<'a, [u8]>>);

/// Runs it.
///
/// # Errors
/// Whatever keeps it from reading or writing; what is wrong with the input is not an error but [`Exit::Findings`].
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let Some((options, input)) = begin(args, streams)? else {
        return Ok(Exit::Usage);
    };
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

/// The options and the whole of standard input; none where the options can't be read, which is then said.
pub(super) fn begin(
    args: &Args,
    streams: &mut Streams,
) -> anyhow::Result<Option<(Options, Vec<u8>)>> {
    let options = match args.target.options() {
        Ok(options) => options,
        Err(error) => {
            writeln!(streams.errors, "msr-storage: --selector: {error}")?;
            return Ok(None);
        }
    };
    let input = input::read(streams.input)?;
    Ok(Some((options, input)))
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
        switch_to: args.target.allow_backend_switch.clone(),
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
        writeln!(streams.output, "{}", yaml::double_quoted(&text))?;
        return Ok(Exit::Done);
    }
    streams
        .errors
        .write_all(human::render(faults, human::Colour::On).as_bytes())?;
    Ok(Exit::Findings)
}
