//! The post-renderer's whole run, in order: find, gather, read, judge, expand, guard. It reads no file and writes no stream.

mod around;
mod gather;
mod owner;
mod run;
pub mod sources;
pub mod standing;
mod target;
pub mod write;

use crate::diag::Diagnostic;
use crate::expand::Plan;
use crate::guard::{self, Confirmed};
use crate::helm::{Over, Owner, Seen};
use crate::values::Node;
use crate::workload::{Object, Stream};
use sources::Layer;

pub use around::finding as helm_finding;
pub use gather::Gather;
pub use target::{Options, Place};

/// What the Helm that runs this program says.
pub trait Surroundings {
    /// The values that were given for the whole, the defaults of charts aside.
    ///
    /// # Errors
    /// Where they can't be told: nothing may be guessed.
    fn given(&self) -> Result<Node, Diagnostic>;

    /// The chart of a template by the keys of its values; `shown` is told by the template's path.
    fn owner(&self, shown: Owner) -> Owner;

    /// The settings that the templates of a chart see, with what lies over Helm's own layers; `None` for a chart that
    /// the stream does not show.
    ///
    /// # Errors
    /// Where they can't be told: nothing may be guessed.
    fn seen(&self, owner: Option<&Owner>, over: &Over<'_>) -> Result<Seen, Diagnostic>;

    /// Whether a chart reads its values under `keys`; with a path, whether its own defaults have something there.
    fn reads(&self, keys: &[String], path: &[&str]) -> bool;

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
    let place = &given.options.place;
    let mut findings = guard::compare(&old, &new, &place.choice, confirmed);
    place.allowed.take_away(&mut findings);
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
