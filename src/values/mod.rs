//! Values as Helm computes them: files and the `--set` family, merged as Helm merges. It knows no backend and no cluster.

mod coalesce;
mod decode;
mod error;
pub mod file;
mod flags;
mod json;
mod load;
mod location;
mod merge;
mod set;
#[cfg(test)]
mod tests;
mod tree;

pub use coalesce::{Chart, render_values};
pub use error::ValuesError;
pub use flags::{Dialect, FlagKind, ValueFlag, ValueFlags};
pub use load::{ReadBytes, load, load_with};
pub use location::Wanted;
pub use merge::merge;
pub use tree::{Map, Node, Value, whole};

/// How deep values may be nested. Helm takes 10,000 levels; a chart needs twenty.
pub const MAX_DEPTH: usize = 500;
