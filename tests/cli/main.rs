//! The only integration binary: everything that drives the built program from outside. One module a subject; the tools
//! they share are in `support`, and nothing here reaches into the library but `helm_*` and `values_*`, which hold its reading of Helm and of values against Helm.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what broke by breaking; clippy spares #[test] functions alone, not what they call"
)]

mod around; // the pages of other tools under docs: the files in them, and their commands with the real programs
mod bounds; // files that are no files, and every command that could be made to read them
mod check_formats; // check's outputs, exit codes, inputs
mod check_golden; // check's rules, by folders of cases
mod check_release; // check on a release that a real Helm installed
mod convert; // `convert`: by folders of testdata/convert, and its flags through a shell and both Helms
mod diff; // `diff`: by folders of testdata/diff, and its hunks against what post-render writes
mod editors; // docs/editors.md: the schema in the real yaml-language-server
mod explain; // `explain`, `completions`, `man`: what the table and the parser's definitions say
mod fidelity; // random settings on random workloads, judged by Kubernetes' parser
mod field_truth; // what is typed into a field is what the registry's driver sees
mod fixed; // what the guard refuses of claims and the expansion of mounts is what a real Kubernetes API refuses
mod foreign_process; // a Helm of another user above this program
mod generated; // files of the repository that the program prints
mod golden; // every folder of testdata/cases, and what must hold for all of them
mod harness; // that support itself does what it says, with real Helm, API server and Kubernetes' YAML reader
mod helm_chart; // the charts on a real Helm's line, read as its templates see them
mod helm_e2e; // the post-renderer started by real Helm, with nothing but Helm's line
mod helm_flags; // that the table of Helm's flags is the one of the real Helms; reads the library, for the table is no command's output
mod helm_line; // that a real Helm line is read as Helm reads it; the library again
mod helm_process; // the Helm that runs us, found in real chains of processes
mod helm_release; // what upgrades take along from earlier revisions, in a real cluster
mod helm_stage; // what the helm_* modules share: a post-renderer that reports what the library learns
mod helm_values; // umbrella charts case by case: nulls, aliases, ranges, imports
mod krm; // the post-renderer as a KRM function: the specification's rules
mod linear; // a benchmark: four times the input, four times the time, for every command on every kind of input
mod misplaced; // settings that no chart reads: refused by check and at a deploy, with one code and place
mod package; // the packages of scripts/package, in empty homes of both Helms
mod pictures; // the pictures that the README opens with
mod pipelines; // docs/pipelines.md: hooks by pre-commit, the GitHub Action and the GitLab job by their lines in a shell
mod plugin; // the plugin of both Helms: install, status, uninstall, and of a checkout
mod policy; // `policy`: JSON on stdout, from the values as typed
mod probe; // `check --probe`: its arguments, and every backend's real store with right and wrong settings
mod real; // the real thing: kubelet, registries, stores, and images that go through all of it
mod restore; // `restore`: by folders of testdata/restore, and from releases of both Helms
mod rights; // docs/rights.md on a real API server
mod rules_e2e; // every refusal as both Helms show it
mod schema; // `schema` as values.schema.json of a chart, judged by both Helms
mod stream; // the bytes of a stream, and standard input and output that fail
mod support;
mod threat_model; // that the tests named in docs/threat-model.md exist
mod tour; // the README's commands, run as they stand, and each of them through both Helms
mod umbrella; // made-up umbrella charts: the settings that reach the registry are those that Helm hands to the template
mod upgrade; // a release's whole life on a real API: every way to reuse values, failures, switches, rollbacks
mod values_case; // what the values_* modules share: a case, and how it compares with Helm's answer
mod values_command; // `values`: the settings that the tool sees, each with its source
mod values_generator; // made-up command lines, files and charts
mod values_golden; // testdata/values: known command lines and the trees Helm makes of them; the library once more
mod values_parity; // the made-up ones, against Helm's own packages
mod values_yaml; // made-up YAML
mod verdict; // one verdict in check and in a deploy under both Helms, what is let through, and the proof of each error
mod yaml_edit; // our YAML against Kubernetes' reader; the one module that calls the library, which no command shows so closely
