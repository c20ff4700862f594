//! The library behind the `msr-storage` binary: everything but the process's edge. It prints nothing and ends no process.

pub mod check;
pub mod child;
pub mod cli;
pub mod commands;
pub mod convert;
pub mod diag;
pub mod disk;
pub mod endpoint;
pub mod expand;
pub mod guard;
pub mod guide;
pub mod helm;
pub mod krm;
pub mod mask;
pub mod origin;
pub mod output;
pub mod pattern;
pub mod pipeline;
pub mod plugin;
pub mod rules;
pub mod schema;
pub mod settings;
pub mod values;
pub mod workload;
pub mod yaml;
