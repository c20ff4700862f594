//! The only integration binary: everything that drives the built program from outside. One module a subject; the tools
//! they share are in `support`, and nothing here reaches into the library.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what broke by breaking; clippy spares #[test] functions alone, not what they call"
)]

mod harness; // that support itself does what it says, with real Helm, API server and Kubernetes' YAML reader
mod support;
mod yaml_edit; // our YAML against Kubernetes' reader; the one module that calls the library, which no command shows so closely
