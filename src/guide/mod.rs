//! What the table says, for people and for other programs: pure texts. It reads no file and prints nothing.

mod decimal;
pub mod diff;
pub mod explain;
pub mod fields;
pub mod generated;
pub mod json_schema;
pub mod policy;
pub mod topic;
pub mod tree;
mod words;
