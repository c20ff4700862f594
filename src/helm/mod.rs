//! What the Helm that runs this program knows: its command line, its chart, its release. It changes nothing and judges no value.

mod ask;
mod chart;
mod error;
pub mod flags;
mod json;
mod line;
mod live;
mod pflag;
mod process;
mod release;
mod running;
mod scratch;
mod seen;

pub use error::HelmError;
pub use line::{Action, Line, Reuse};
pub use live::{Live, LiveArgs};
pub use pflag::list as split_files;
pub use process::{Process, nearest_helm};
pub use release::Revision;
pub use running::{Helm, is_plugin_run_by_helm4};
pub use seen::{Over, Owner, Seen, lay_over, under};
