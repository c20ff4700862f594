//! `msr-storage check`: reads the inputs, judges them, prints one report. What is wrong in them decides the exit code.

use std::io;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use crate::check::levels::Levels;
use crate::check::{Input, Judged, Options, Target, allow, files, values};
use crate::cli::{Color, ValueArgs};
use crate::commands::{Exit, Streams};
use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::output::{Report, github, human, json, pages, sarif};
use crate::rules::{self, Facts};
use crate::values::{Dialect, ValuesError, load};
use crate::workload::Role;

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
    facts: FactArgs,
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
    /// A Secret that holds the keys
    #[arg(long, value_name = "NAME")]
    existing_secret: Option<String>,
    /// The registry runs under an IAM role
    #[arg(long)]
    iam_role: bool,
    /// Keys beside a role are meant
    #[arg(long)]
    keep_keys: bool,
    /// Let an S3 region through
    #[arg(long, value_name = "REGION")]
    allow_region: Vec<String>,
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
    /// Fail on warnings too
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
    /// Make a rule's findings warnings
    #[arg(long, value_name = "CODE", value_parser = codes())]
    warn: Vec<String>,
    /// Turn a rule off; in a file: # msr-storage: allow CODE
    #[arg(long, value_name = "CODE", value_parser = codes())]
    allow: Vec<String>,
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
    let levels = match Levels::new(&args.rules.deny, &args.rules.warn, &args.rules.allow) {
        Ok(levels) => levels,
        Err(code) => {
            let trouble = format!("{code} is given two levels by --deny, --warn and --allow");
            return usage(&trouble, streams);
        }
    };
    let flags = args.values.flags();
    if args.inputs.is_empty() && flags.flags.is_empty() {
        return usage(
            "nothing to check: give a file, a folder, - for standard input, or value flags",
            streams,
        );
    }
    let mut inputs = inputs(args, streams)?;
    let mut options = args.facts.options();
    let mut report = Tally::default();
    for input in inputs.drain(..) {
        report.add(crate::check::text(&input, &options), input.named);
    }
    if !flags.flags.is_empty() {
        options.facts.swarm |= args.facts.target == Some(Target::Swarm);
        report.add(from_flags(args, &options)?, true);
    }
    let report = report.finish(&levels);
    print(&report, &args.output, streams)?;
    Ok(if report.fails(args.output.strict) {
        Exit::Findings
    } else {
        Exit::Done
    })
}

fn usage(trouble: &str, streams: &mut Streams) -> anyhow::Result<Exit> {
    writeln!(streams.errors, "msr-storage check: {trouble}")?;
    Ok(Exit::Usage)
}

fn inputs(args: &Args, streams: &mut Streams) -> anyhow::Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for name in &args.inputs {
        if name != "-" {
            inputs.extend(files::read(name)?);
            continue;
        }
        let mut text = String::new();
        streams.input.read_to_string(&mut text)?;
        inputs.push(Input {
            source: Arc::new(Source {
                kind: SourceKind::File,
                name: STANDARD_INPUT.to_owned(),
                text,
            }),
            named: true,
        });
    }
    Ok(inputs)
}

/// The values that flags come to. What Helm refuses of them is a finding; what can't be read is an error.
fn from_flags(args: &Args, options: &Options) -> anyhow::Result<Judged> {
    let loaded = load(
        &args.values.flags(),
        Path::new("."),
        SourceKind::Flag,
        Dialect::Helm3,
    );
    match loaded {
        Ok(root) => Ok(values::helm(&root, options)),
        Err(error @ ValuesError::Invalid { .. }) => Ok(Judged {
            found: vec![rules::home::refused(
                error.origin(),
                &error.message(),
                error.help(),
            )],
            settings: true,
        }),
        Err(error) => anyhow::bail!("{}: {}", error.origin().source.name, error.message()),
    }
}

impl FactArgs {
    fn options(&self) -> Options {
        let secret = self.existing_secret.as_ref().map(|name| {
            let source = Arc::new(Source {
                kind: SourceKind::Flag,
                name: "--existing-secret".to_owned(),
                text: name.clone(),
            });
            Origin::new(&source, 0..name.len())
        });
        Options {
            target: self.target,
            existing_secret: secret,
            facts: Facts {
                role: self.iam_role.then_some(Role::Switch),
                keep_keys: self.keep_keys,
                allowed_regions: self.allow_region.clone(),
                ..Facts::default()
            },
        }
    }
}

/// What the inputs gave so far.
#[derive(Default)]
struct Tally {
    found: Vec<Diagnostic>,
    inputs: usize,
    judged: usize,
}

impl Tally {
    /// Files of a folder without settings are not spoken of.
    fn add(&mut self, judged: Judged, named: bool) {
        if judged.settings || named {
            self.inputs += 1;
        }
        self.judged += usize::from(judged.settings);
        self.found.extend(judged.found);
    }

    fn finish(mut self, levels: &Levels) -> Report {
        let allowed = allow::take_away(&mut self.found) + levels.apply(&mut self.found);
        Report {
            allowed,
            inputs: self.inputs,
            judged: self.judged,
            ..Report::new(self.found)
        }
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
