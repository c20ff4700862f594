//! The only integration binary: everything that drives the built program from outside. One module a subject; the tools
//! they share are in `support`, and nothing here reaches into the library but `helm_*`, which hold its reading of Helm against Helm.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what broke by breaking; clippy spares #[test] functions alone, not what they call"
)]

mod check_golden; // check's rules, by folders of cases
mod explain; // `explain`, `completions`, `man`: what the table and the parser's definitions say
mod field_truth; // what is typed into a field is what the registry's driver sees
mod generated; // files of the repository that the program prints
mod harness; // that support itself does what it says, with real Helm, API server and Kubernetes' YAML reader
mod helm_flags; // that the table of Helm's flags is the one of the real Helms; reads the library, for the table is no command's output
mod helm_line; // that a real Helm line is read as Helm reads it; the library again
mod plugin; // the plugin of both Helms: install, status, uninstall, and of a checkout
mod policy; // `policy`: JSON on stdout, from the values as typed
mod real; // helpers and tests with kubelet, registries and stores
mod schema; // `schema` as values.schema.json of a chart, judged by both Helms
mod support;
