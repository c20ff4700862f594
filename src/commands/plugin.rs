//! `msr-storage plugin install`, `uninstall`, `status`: says what [`crate::plugin`] does. It writes no file itself.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;

use crate::child::Interrupt;
use crate::cli::Cli;
use crate::commands::{Exit, Streams};
use crate::plugin::helm::{self, Helm};
use crate::plugin::install::{self, Choices, Plan};
use crate::plugin::on_path::OnPath;
use crate::plugin::{Trouble, completion, status, uninstall};

/// Arguments of `plugin`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the plugin.
#[derive(clap::Subcommand, Clone)]
pub enum Action {
    /// Put the plugin in place, so that `--post-renderer msr-storage` and `helm msr-storage …` work
    ///
    /// For Helm 3: the command's plugin, and this program on PATH, where Helm 3 looks for a post-renderer.
    /// For Helm 4: two plugins side by side, the post-renderer's and the command's.
    /// Installing again brings it up to date. What fails leaves everything as it was.
    Install(InstallArgs),
    /// Take away what `install` put in place
    Uninstall(UninstallArgs),
    /// Show what is in place, and what is amiss
    Status(StatusArgs),
}

/// Which Helm is meant.
#[derive(clap::Args, Clone)]
pub struct Which {
    /// The Helm that is meant, a path or a name on PATH [default: the Helm that runs this, $HELM_BIN, helm, or both helm4 and helm3]
    #[arg(long, value_name = "HELM")]
    pub helm: Vec<PathBuf>,
    /// The plugin folder, where it is not the one that Helm names
    #[arg(long, value_name = "FOLDER")]
    pub plugins: Option<PathBuf>,
}

/// Arguments of `plugin install`.
#[derive(clap::Args, Clone)]
pub struct InstallArgs {
    #[command(flatten)]
    which: Which,
    /// The folder of PATH that this program goes to, for Helm 3 [default: ~/.local/bin or ~/bin, where it is on PATH]
    #[arg(
        long,
        value_name = "FOLDER",
        env = "MSR_STORAGE_BIN_DIR",
        hide_env_values = true
    )]
    bin_dir: Option<PathBuf>,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `plugin uninstall`.
#[derive(clap::Args, Clone)]
pub struct UninstallArgs {
    #[command(flatten)]
    which: Which,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `plugin status`.
#[derive(clap::Args, Clone)]
pub struct StatusArgs {
    #[command(flatten)]
    which: Which,
}

/// Runs it.
///
/// # Errors
/// Helm is not found or does not answer, or a file can't be read or written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let outcome = match &args.action {
        Action::Install(args) => install(args, streams),
        Action::Uninstall(args) => uninstall(args, streams).map_err(Trouble::from),
        Action::Status(args) => status(args, streams).map_err(Trouble::from),
    };
    match outcome {
        Ok(exit) => Ok(exit),
        Err(Trouble::Refused(why)) => {
            writeln!(streams.errors, "msr-storage: nothing was changed: {why}")?;
            Ok(Exit::Findings)
        }
        Err(Trouble::Failed(error)) => Err(error),
    }
}

fn install(args: &InstallArgs, streams: &mut Streams) -> Result<Exit, Trouble> {
    let choices = Choices {
        plugins: args.which.plugins.clone(),
        bin_dir: args.bin_dir.clone(),
        words: completion::text(&Cli::command())?,
    };
    let helms = helm::meant(&args.which.helm)?;
    // All are planned before the first is carried out: a refusal changes nothing.
    let plans = helms.into_iter().map(|helm| install::plan(helm, &choices));
    let plans: Vec<_> = plans.collect::<Result<_, _>>()?;
    let interrupt = Interrupt::on_signals().map_err(anyhow::Error::from)?;
    for plan in &plans {
        if !args.dry_run {
            let done = plan.carry_out(&interrupt);
            done.with_context(|| format!("{}: nothing was changed", plan.helm))?;
        }
        show_install(plan, args.dry_run, streams.output).map_err(anyhow::Error::from)?;
    }
    Ok(Exit::Done)
}

fn show_install(plan: &Plan, dry_run: bool, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", plan.helm)?;
    if plan.is_done() {
        writeln!(out, "  all is in place in {}", plan.folder.display())?;
    }
    let (removed, written) = if dry_run {
        ("would remove", "would write")
    } else {
        ("removed", "wrote")
    };
    let places: Vec<_> = plan
        .put
        .iter()
        .map(|form| plan.folder.join(form.name()))
        .collect();
    for path in plan.take.iter().filter(|path| !places.contains(path)) {
        writeln!(out, "  {removed} {}", path.display())?;
    }
    for (form, place) in plan.put.iter().zip(&places) {
        writeln!(out, "  {written} {}  ({})", place.display(), form.serves())?;
    }
    match &plan.on_path {
        Some(OnPath::Put(path)) => {
            writeln!(
                out,
                "  {written} {}  (--post-renderer msr-storage)",
                path.display()
            )?;
        }
        Some(OnPath::There(path)) => {
            writeln!(
                out,
                "  on PATH: {}  (--post-renderer msr-storage)",
                path.display()
            )?;
        }
        None => {}
    }
    for note in &plan.notes {
        writeln!(out, "  note: {note}")?;
    }
    Ok(())
}

fn uninstall(args: &UninstallArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    for (whose, folder) in folders(&args.which)? {
        let plan = uninstall::plan(&folder)?;
        if !args.dry_run {
            // It takes a moment, and is not left half done: a signal is heard when it is over.
            Interrupt::on_signals()?;
            plan.carry_out()?;
        }
        let out = &mut *streams.output;
        writeln!(out, "{whose}")?;
        if plan.is_done() {
            writeln!(out, "  nothing of this plugin in {}", plan.folder.display())?;
        }
        let removed = if args.dry_run {
            "would remove"
        } else {
            "removed"
        };
        for path in plan.plugins.iter().chain(&plan.on_path) {
            writeln!(out, "  {removed} {}", path.display())?;
        }
    }
    Ok(Exit::Done)
}

/// The plugin folders to look into; one that was named needs no Helm.
fn folders(which: &Which) -> anyhow::Result<Vec<(String, PathBuf)>> {
    if let Some(folder) = &which.plugins {
        return Ok(vec![(
            folder.display().to_string(),
            std::path::absolute(folder)?,
        )]);
    }
    let helms = helm::meant(&which.helm)?;
    let pairs = helms.iter().flat_map(|helm: &Helm| {
        helm.folders
            .iter()
            .map(move |folder| (helm.to_string(), folder.clone()))
    });
    Ok(pairs.collect())
}

fn status(args: &StatusArgs, streams: &mut Streams) -> anyhow::Result<Exit> {
    let mut exit = Exit::Done;
    for helm in helm::meant(&args.which.helm)? {
        let status = status::look(helm, args.which.plugins.as_deref())?;
        let out = &mut *streams.output;
        writeln!(out, "{}", status.helm)?;
        for folder in &status.folders {
            writeln!(out, "  plugin folder {}", folder.display())?;
        }
        for (what, file) in &status.works {
            writeln!(out, "  works   {what}  ({})", file.display())?;
        }
        for what in &status.amiss {
            writeln!(out, "  amiss   {}", what.replace('\n', "\n          "))?;
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}
