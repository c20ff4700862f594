//! Values as Helm computes them: files and the `--set` family, merged as Helm merges. It knows no backend and no cluster.

mod flags;
mod tree;

pub use flags::{Dialect, FlagKind, ValueFlag, ValueFlags};
pub use tree::{Map, Node, Value, whole};
