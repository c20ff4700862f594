//! `msr-storage check`: reads the inputs, judges them, prints one report. What is wrong in them decides the exit code.

mod tally;

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use self::tally::{ProbeArgs, Tally, Turned};
use crate::check::levels::Levels;
use crate::check::release::Release;
use crate::check::{self, Input, Judged, Options, Target, files, refusals, twice, values};
use crate::cli::{Color, PlaceArgs, ValueArgs};
use crate::commands::{Exit, Streams, WrongUsage};
use crate::disk;
use crate::guard::{self, Confirmed};
use crate::helm::LiveArgs;
use crate::origin::{Source, SourceKind};
use crate::output::{Report, github, human, json, pages, sarif};
use crate::pipeline::helm_finding;
use crate::rules::{self, Allowed, Facts};
use crate::values::Dialect;
use crate::workload::{Role, Stream};

/// What standard input is called in messages.
const STANDARD_INPUT: &str = "<stdin>";

/// Arguments of `check`.
#[derive(clap::Args, Clone, Default)]
pub struct Args {
    /// Files or folders: Helm values, MSR custom resources, Swarm values, rendered charts; - for standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
    #[command(flatten)]
    values: ValueArgs,
    #[command(flatten)]
    live: LiveArgs,
    #[command(flatten)]
    facts: FactArgs,
    #[command(flatten)]
    against: AgainstArgs,
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    rules: RuleArgs,
}

/// What the inputs can't tell.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "What the inputs can't tell")]
struct FactArgs {
    /// Where the settings go, where an input does not tell
    #[arg(long, value_enum)]
    target: Option<Target>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What the rendered inputs would replace.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "What runs so far")]
struct AgainstArgs {
    /// An earlier rendering: find another store, a claim that is gone, a changed class or mode
    #[arg(long, value_name = "OLD", requires = "inputs")]
    against: Option<String>,
    /// Confirm that the registry moves to another store, named as the finding prints it
    #[arg(long, value_name = "STORE", env = "MSR_STORAGE_ALLOW_BACKEND_SWITCH")]
    allow_backend_switch: Option<String>,
}

/// How findings are shown.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Colours in the human form
    #[arg(long, value_enum, default_value_t)]
    color: Color,
    /// Findings alone, without the summary
    #[arg(long, short)]
    quiet: bool,
    /// Fail on warnings too, and on a folder without storage settings
    #[arg(long)]
    strict: bool,
}

/// Which rules, and how much they weigh.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Rules")]
struct RuleArgs {
    /// Make a rule's findings errors
    #[arg(long, value_name = "CODE", value_parser = codes())]
    deny: Vec<String>,
    /// Make a note's findings warnings; an error is an error everywhere, unless --allow lets it through
    #[arg(long, value_name = "CODE", value_parser = codes())]
    warn: Vec<String>,
    /// List all rules
    #[arg(long, exclusive = true)]
    list_rules: bool,
    /// Explain a rule
    #[arg(long, value_name = "CODE", value_parser = codes(), exclusive = true)]
    explain: Option<String>,
}

fn codes() -> PossibleValuesParser {
    PossibleValuesParser::new(rules::all().map(|rule| rule.code))
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// JSON of a versioned shape
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub workflow commands, which annotate a pull request
    Github,
}

/// Runs it.
///
/// # Errors
/// An input, Helm or the cluster can't be read. What is wrong in an input is not an error but [`Exit::Findings`].
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    if args.rules.list_rules {
        streams.output.write_all(pages::list().as_bytes())?;
        return Ok(Exit::Done);
    }
    if let Some(code) = &args.rules.explain {
        streams.output.write_all(pages::explain(code).as_bytes())?;
        return Ok(Exit::Done);
    }
    let (turned, mut options) = usage(args)?;
    let mut tally = judge(args, &mut options, streams)?;
    let probed = tally.probe(&args.probe, &args.output, &turned, streams);
    let report = tally.report(&turned);
    print(&report, &args.output, streams)?;
    // What the rules found is shown all the same.
    probed?;
    for folder in &tally.empty_folders {
        writeln!(
            streams.errors,
            "msr-storage check: {folder}: no storage settings in any .yaml, .yml or .json file of this folder (files that .gitignore names are passed over): is the path right?"
        )?;
    }
    let nothing = !tally.empty_folders.is_empty() && args.output.strict;
    Ok(if nothing || report.fails(args.output.strict) {
        Exit::Findings
    } else {
        Exit::Done
    })
}

/// What the arguments come to.
fn usage(args: &Args) -> Result<(Turned, Options), WrongUsage> {
    let mut wrong = Vec::new();
    let levels = Levels::new(&args.rules.deny, &args.rules.warn).unwrap_or_else(|conflict| {
        wrong.push(conflict);
        Levels::default()
    });
    let (options, allowed) = args.facts.read().unwrap_or_else(|more| {
        wrong.extend(more);
        Default::default()
    });
    if let Some(code) = args.rules.deny.iter().find(|code| allowed.lists(code)) {
        wrong.push(format!("{code} is given two levels by --deny and --allow"));
    }
    let nothing = args.inputs.is_empty() && args.live.release.is_none();
    if nothing && args.values.flags().flags.is_empty() {
        let inputs = "give a file, a folder, - for standard input, value flags or --release";
        wrong.push(format!("nothing to check: {inputs}"));
    }
    if wrong.is_empty() {
        Ok((Turned { levels, allowed }, options))
    } else {
        Err(WrongUsage(wrong))
    }
}

/// Inputs first: what a rendered registry in them tells is known to the values that come by flag or from a release.
fn judge(args: &Args, options: &mut Options, streams: &mut Streams) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let layers = match args.values.layers(Dialect::Helm3) {
        Ok(layers) => layers,
        Err(finding) => {
            tally.add(Judged::of(finding), true);
            Vec::new()
        }
    };
    let release = match args.live.open().map_err(|error| helm_finding(&error)) {
        Ok(live) => live,
        Err(finding) => anyhow::bail!(finding.message),
    };
    let release = release
        .map(|live| Release::ask(&live, &args.live))
        .transpose()?;
    options.has_values = !layers.is_empty() || release.as_ref().is_some_and(Release::has_settings);
    let Inputs { mut all, folders } = Inputs::read(args, streams)?;
    tally.add(args.against.compare(&all, options)?, false);
    all.extend(release.iter().map(|release| release.manifest.clone()));
    let mut hold_settings = Vec::new();
    for input in all {
        let judged = check::text(&input, options);
        hold_settings.push(judged.settings);
        let facts = judged.facts.clone();
        tally.add(judged, input.named);
        if let Some(facts) = facts {
            tally.add(refusals::of(&input, options, &layers), false);
            options.facts = facts;
        }
    }
    for (name, files) in folders {
        if !hold_settings
            .get(files)
            .is_some_and(|files| files.contains(&true))
        {
            tally.empty_folders.push(name);
        }
    }
    if let Some(release) = &release {
        tally.add(release.judge(&layers, options), false);
    }
    for layer in &layers {
        let mut judged = values::helm(&layer.root, options);
        judged.found.extend(twice::in_files(&layer.root));
        tally.add(judged, true);
    }
    Ok(tally)
}

impl AgainstArgs {
    /// All inputs together, for a rendering may lie in several files.
    fn compare(&self, inputs: &[Input], options: &Options) -> anyhow::Result<Judged> {
        let Some(old) = &self.against else {
            return Ok(Judged::default());
        };
        let confirmed = Confirmed {
            switch_to: self.allow_backend_switch.clone(),
        };
        let old = disk::read_argument(Path::new(old)).map_err(|error| anyhow!("{old} {error}"))?;
        let texts: Vec<_> = inputs.iter().map(|input| &*input.source.text).collect();
        let new = texts.join("\n---\n");
        let (old, new) = (Stream::new(&old), Stream::new(new.as_bytes()));
        if !guard::shows_registry(&new, &options.choice) {
            anyhow::bail!("--against: there is no registry in the inputs to compare");
        }
        Ok(Judged {
            found: guard::compare(&old, &new, &options.choice, &confirmed),
            ..Judged::default()
        })
    }
}

/// What the arguments name.
#[derive(Default)]
struct Inputs {
    all: Vec<Input>,
    /// Each folder, and which of all inputs are its files.
    folders: Vec<(String, Range<usize>)>,
}

impl Inputs {
    fn read(args: &Args, streams: &mut Streams) -> anyhow::Result<Self> {
        let mut inputs = Self::default();
        for name in &args.inputs {
            if name == "-" {
                inputs.all.push(standard_input(streams)?);
                continue;
            }
            let before = inputs.all.len();
            inputs.all.extend(files::read(name)?);
            if Path::new(name).is_dir() {
                inputs
                    .folders
                    .push((name.clone(), before..inputs.all.len()));
            }
        }
        Ok(inputs)
    }
}

fn standard_input(streams: &mut Streams) -> anyhow::Result<Input> {
    let mut text = String::new();
    streams.input.read_to_string(&mut text)?;
    Ok(Input {
        source: Arc::new(Source {
            kind: SourceKind::File,
            name: STANDARD_INPUT.to_owned(),
            text,
        }),
        named: true,
    })
}

impl FactArgs {
    /// The same as the checks take it, and what is let through.
    fn read(&self) -> Result<(Options, Allowed), Vec<String>> {
        let place = self.place.read()?;
        let options = Options {
            target: self.target,
            existing_secret: place.existing_secret,
            facts: Facts {
                foreign: place.choice.selector.is_some(),
                role: place.iam_role.then_some(Role::Switch),
                keep_keys: place.keep_keys,
                allowed_regions: place.allowed_regions,
                // What a claim is made with if no values say otherwise and no stream shows one.
                claim_mode: Some("ReadWriteOnce".to_owned()),
                ..Facts::default()
            },
            choice: place.choice,
            has_values: false,
        };
        Ok((options, place.allowed))
    }
}

fn print(report: &Report, args: &OutputArgs, streams: &mut Streams) -> io::Result<()> {
    let text = match args.format {
        Format::Human => human::report(report, args.color.on_stdout(), args.quiet),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
    };
    streams.output.write_all(text.as_bytes())?;
    streams.output.flush()
}
