//! What the inputs gave, one after the other, and the probe that may follow: it becomes one report. It reads no input.

use std::time::Duration;

use super::{Format, OutputArgs};
use crate::check::levels::Levels;
use crate::check::{Judged, Read, probe};
use crate::commands::Streams;
use crate::diag::Diagnostic;
use crate::output::Report;
use crate::rules::Allowed;

/// Whether the settings are tried.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Trying them")]
pub(super) struct ProbeArgs {
    /// Where no rule refuses the settings, try them on the real backend from here, with a small object that is deleted again
    #[arg(long)]
    probe: bool,
    /// How long one step of the probe may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "probe", value_parser = clap::value_parser!(u64).range(1..=600))]
    probe_timeout: u64,
    /// Without keys in the values, send the AWS credentials found here to an endpoint that is not AWS's own too
    #[arg(long, requires = "probe")]
    probe_ambient_credentials: bool,
}

/// How this run turns the findings.
pub(super) struct Turned {
    /// By `--deny` and `--warn`.
    pub(super) levels: Levels,
    /// By `--allow`.
    pub(super) allowed: Allowed,
}

/// What the inputs gave so far.
#[derive(Default)]
pub(super) struct Tally {
    found: Vec<Diagnostic>,
    read: Vec<Read>,
    inputs: usize,
    judged: usize,
    /// Folders without a file that holds settings: likely a wrong path.
    pub(super) empty_folders: Vec<String>,
}

impl Tally {
    /// Files of a folder without settings are not spoken of.
    pub(super) fn add(&mut self, judged: Judged, named: bool) {
        if judged.settings || named {
            self.inputs += 1;
        }
        self.judged += usize::from(judged.settings);
        self.found.extend(judged.found);
        self.read.extend(judged.read);
    }

    /// Where it is asked for and no rule refuses the settings: adds what the real backend says of them; what was tried is told beside a report for people, and on standard error beside the others.
    pub(super) fn probe(
        &mut self,
        args: &ProbeArgs,
        output: &OutputArgs,
        turned: &Turned,
        streams: &mut Streams,
    ) -> anyhow::Result<()> {
        if !args.probe {
            return Ok(());
        }
        if self.report(turned).errors > 0 {
            writeln!(
                streams.errors,
                "msr-storage check: nothing was probed, for the settings are refused as they are"
            )?;
            return Ok(());
        }
        if self.read.is_empty() {
            anyhow::bail!(
                "--probe: there are no values to try; give a values file, a custom resource, value flags or --release"
            );
        }
        let ways = probe::Ways {
            step: Duration::from_secs(args.probe_timeout),
            ambient_anywhere: args.probe_ambient_credentials,
        };
        let probed = probe::run(&self.read, ways)?;
        self.found.extend(probed.found);
        if !output.quiet {
            let target = match output.format {
                Format::Human => &mut streams.output,
                _ => &mut streams.errors,
            };
            target.write_all(probed.account.as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn report(&self, turned: &Turned) -> Report {
        let mut found = self.found.clone();
        let allowed = turned.allowed.take_away(&mut found);
        turned.levels.apply(&mut found);
        Report {
            allowed,
            inputs: self.inputs,
            judged: self.judged,
            ..Report::new(found)
        }
    }
}
