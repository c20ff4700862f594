//! The post-renderer's whole run, in order: find, gather, read, judge, expand, guard. It reads no file and writes no stream.

mod around;
mod gather;
pub mod owner;
mod run;
pub mod sources;
mod target;
pub mod write;

use crate::diag::Diagnostic;
use crate::expand::Plan;
use crate::guard::{self, Confirmed};
use crate::workload::{Object, Stream};
use sources::Layer;

pub use around::finding as helm_finding;
pub use gather::Gather;
pub use target::Options;

/// Layers that Helm itself works with, for one chart.
#[derive(Default)]
pub struct HelmLayers {
    /// The chart's own defaults.
    pub defaults: Vec<Layer>,
    /// All that lies over them: charts around it, the previous release, the command line.
    pub given: Vec<Layer>,
}

/// What the Helm that runs this program says.
pub trait Surroundings {
    /// The layers for the chart that a template belongs to; for no template those of the whole. With `with_defaults`
    /// the chart's own defaults are wanted even where nothing lies over them, for somebody else has values for it.
    ///
    /// # Errors
    /// Where Helm's values can't be told: nothing may be guessed.
    fn layers(&self, template: Option<&str>, with_defaults: bool)
    -> Result<HelmLayers, Diagnostic>;

    /// Whether what is written here can reach anything.
    ///
    /// # Errors
    /// Where Helm has written its files already.
    fn refuse_output_dir(&self) -> Result<(), Diagnostic>;

    /// The manifest that an upgrade would replace.
    ///
    /// # Errors
    /// Where there is one and it can't be read.
    fn deployed(&self) -> Result<Option<String>, Diagnostic>;
}

/// What the post-renderer is given beside the stream.
#[derive(Default)]
pub struct Given<'a> {
    /// What the user said by flags and variables, values aside.
    pub options: Options,
    /// The layers of values given to this program itself, each over the one before.
    pub explicit: Vec<Layer>,
    /// The Helm around, where its command line can be read.
    pub helm: Option<&'a dyn Surroundings>,
    /// Why there is no Helm to ask.
    pub no_helm: Option<String>,
}

/// Plans all changes of a stream.
///
/// # Errors
/// All findings that refuse it, in the order they were found.
pub fn plan(stream: &Stream, given: &Given) -> Result<Plan, Vec<Diagnostic>> {
    run::Run::new(stream, given)?.plan()
}

/// Compares what would be written with what is deployed; `output` is asked for only where an upgrade has something to
/// compare with, since it costs as much as the stream.
///
/// # Errors
/// All that would leave images behind, and a deployed manifest that can't be read.
pub fn guard(
    stream: &Stream,
    output: impl FnOnce() -> Vec<u8>,
    given: &Given,
    confirmed: &Confirmed,
) -> Result<(), Vec<Diagnostic>> {
    let Some(helm) = given.helm.filter(|_| !is_hooks_alone(stream)) else {
        return Ok(());
    };
    let Some(manifest) = helm.deployed().map_err(|fault| vec![fault])? else {
        return Ok(());
    };
    let output = output();
    let (old, new) = (Stream::new(manifest.as_bytes()), Stream::new(&output));
    let findings = guard::compare(&old, &new, &given.options.choice, confirmed);
    if findings.is_empty() {
        Ok(())
    } else {
        Err(findings)
    }
}

/// Whether a stream has objects and all of them are hooks: Helm 4 can hand a post-renderer the hooks apart.
fn is_hooks_alone(stream: &Stream) -> bool {
    let mut objects = stream.all_objects().peekable();
    objects.peek().is_some() && objects.all(Object::is_hook)
}
