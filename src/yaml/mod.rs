//! YAML as text: reading it with the place of every value, and changing a document without touching its other bytes.
//! It knows nothing of Kubernetes, Helm or the registry.

pub mod edit;
pub mod emit;
pub mod node;
pub mod parse;
pub mod scalar;
pub mod stream;
pub mod value;

mod number;
mod parse_spans;
mod quote;
mod timestamp;

pub use edit::{Edit, EditError, Reason, apply, apply_to};
pub use emit::{to_flow, to_yaml};
pub use node::{Alias, Anchor, Kind, LineIndex, Node, Step, Style};
pub use parse::{SyntaxError, parse_all, parse_first, parse_one};
pub use quote::{Context, double_quoted, quote_if_needed};
pub use scalar::{Scalar, TagError, resolve};
pub use stream::{Document, split};
pub use value::{Anchors, ValueError, part_to_json, to_json};
