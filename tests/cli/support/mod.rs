//! What the tests stand on: the program, both Helms, a real Kubernetes API. It asserts only that these work, never what
//! the program does with them.

pub(crate) mod helm;
pub(crate) mod kube;
pub(crate) mod kubeyaml;
pub(crate) mod markdown;
pub(crate) mod page;
pub(crate) mod program;
pub(crate) mod run;
pub(crate) mod tools;
