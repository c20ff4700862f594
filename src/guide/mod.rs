//! What the table says, for people and for other programs: pure texts. It reads no file and prints nothing.

pub mod explain;
pub mod fields;
pub mod generated;
pub mod topic;
mod words;
