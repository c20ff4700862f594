//! `msr-storage values`: the `registry.storage` that the tool sees, each value with its source. It judges nothing.

use crate::cli::ValueArgs;
use crate::commands::{Exit, Streams, input};
use crate::diag::Diagnostic;
use crate::guide::tree::{self, Secrets};
use crate::helm::LiveArgs;
use crate::output::human;
use crate::pipeline::sources::{self, Layer, Scope};
use crate::pipeline::{Gather, Given, Options, helm_finding};
use crate::rules::misplaced::{self, Charts};
use crate::schema::STORAGE_PATH;
use crate::values::{Dialect, Map, Node, Value};
use crate::workload::{self, Choice, Stream};

/// Arguments of `values`.
#[derive(clap::Args)]
pub struct Args {
    /// A rendered stream whose carrier or custom resource counts; `-` for standard input
    #[arg(value_name = "STREAM")]
    pub stream: Option<String>,
    /// The values.
    #[command(flatten)]
    pub values: ValueArgs,
    /// A release whose values count.
    #[command(flatten)]
    pub live: LiveArgs,
    /// Where the chart's values stand in the values of an umbrella chart, such as `msr`
    #[arg(long, value_name = "PATH")]
    pub values_path: Option<String>,
    /// The form of the output
    #[arg(short, long, value_enum, default_value_t = Form::Yaml)]
    pub output: Form,
    /// Print secrets as they are
    #[arg(long)]
    pub show_secrets: bool,
}

/// Forms of the output.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A values file, each value's source in a comment
    Yaml,
    /// An object of `values` and `sources`
    Json,
}

/// Runs it.
///
/// # Errors
/// Where the stream can't be read.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let input = args
        .stream
        .as_deref()
        .map(|name| input::named(name, streams.input))
        .transpose()?;
    match find(args, input.as_deref()) {
        Ok(Some(storage)) => {
            let secrets = if args.show_secrets {
                Secrets::Shown
            } else {
                Secrets::Masked
            };
            let text = match args.output {
                Form::Yaml => tree::yaml(&storage, secrets),
                Form::Json => tree::json(&storage, secrets),
            };
            streams.output.write_all(text.as_bytes())?;
            Ok(Exit::Done)
        }
        Ok(None) => {
            writeln!(
                streams.errors,
                "msr-storage: nothing that was given holds registry.storage; give values by -f or --set, a stream, or --release"
            )?;
            Ok(Exit::Findings)
        }
        Err(fault) => {
            streams
                .errors
                .write_all(human::render(&[fault], human::Colour::On).as_bytes())?;
            Ok(Exit::Findings)
        }
    }
}

/// The storage tree that all sources come to.
fn find(args: &Args, input: Option<&[u8]>) -> Result<Option<Node>, Diagnostic> {
    let mut layers = Vec::new();
    if let Some(live) = args.live.open().map_err(|error| helm_finding(&error))? {
        for root in [live.all_values(), live.values()] {
            layers.push(Layer {
                root: root.map_err(|error| helm_finding(&error))?,
                scope: Scope::Whole,
            });
        }
    }
    layers.extend(args.values.layers(Dialect::Helm3)?);
    let values_path = args
        .values_path
        .as_ref()
        .map(|path| path.split('.').map(str::to_owned).collect::<Vec<_>>());
    let Some(input) = input else {
        return without_stream(&layers, values_path);
    };
    let stream = Stream::new(input);
    let options = Options {
        values_path,
        ..Options::default()
    };
    let given = Given {
        options,
        explicit: layers,
        ..Given::default()
    };
    let gather = Gather::new(&stream, &given);
    let workloads = workload::workloads(&stream, &Choice::default()).unwrap_or_default();
    let objects: Vec<_> = workloads
        .iter()
        .map(|workload| &workload.object)
        .chain(&gather.resources)
        .collect();
    for object in &objects {
        if let Some(storage) = gather.values(object)?.storage {
            return Ok(Some(storage));
        }
    }
    let owners = objects
        .iter()
        .map(|object| gather.owner(object).map(|owner| owner.keys));
    misplaced_in(&given.explicit, owners.collect())
}

fn without_stream(
    layers: &[Layer],
    values_path: Option<Vec<String>>,
) -> Result<Option<Node>, Diagnostic> {
    let keys = values_path.clone().unwrap_or_default();
    let values = sources::merged(layers, &keys);
    let nothing = Node::new(Value::Map(Map::new()), values.origin.clone());
    match sources::alone(&nothing, &values, &keys)?.at(&STORAGE_PATH) {
        Some(storage) => Ok(Some(storage.clone())),
        None => misplaced_in(layers, vec![values_path]),
    }
}

/// No settings; an error for those that no chart reads.
fn misplaced_in(
    layers: &[Layer],
    owners: Vec<Option<Vec<String>>>,
) -> Result<Option<Node>, Diagnostic> {
    let charts = Charts::new(owners, &|_, _| false);
    let mut faults = layers
        .iter()
        .flat_map(|layer| misplaced::for_charts(&layer.root, &charts));
    faults.next().map_or(Ok(None), Err)
}
