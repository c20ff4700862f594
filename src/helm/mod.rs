//! What the Helm that runs this program knows: its command line, its chart, its release. It changes nothing and judges no value.

mod error;
pub mod flags;
mod line;
mod pflag;
mod process;

pub use error::HelmError;
pub use line::{Action, Line, Reuse};
pub use pflag::list as split_files;
pub use process::{Process, nearest_helm};
