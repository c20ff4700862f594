//! Random documents and edits.
