//! The library behind the `msr-storage` binary: everything but the process's edge. It prints nothing and ends no process.

pub mod cli;
pub mod commands;
pub mod diag;
pub mod guide;
pub mod origin;
pub mod output;
pub mod plugin;
pub mod rules;
pub mod schema;
pub mod settings;
pub mod values;
pub mod workload;
pub mod yaml;
