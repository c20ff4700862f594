//! The only integration binary: everything that drives the built program from outside. One module a subject; the tools
//! they share are in `support`, and nothing here reaches into the library.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what broke by breaking; clippy spares #[test] functions alone, not what they call"
)]

mod golden; // every folder of testdata/cases, and what must hold for all of them
mod harness; // that support itself does what it says, with real Helm, API server and Kubernetes' YAML reader
mod plugin; // the plugin of both Helms: install, status, uninstall, and of a checkout
mod support;
