//! Where `scripts/tools` put things. A missing tool is a failing test that names the command to run, never a skipped one.

use std::path::{Path, PathBuf};

/// The folder of this checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program as `scripts/tools` installs it: `helm3`, `helm4`, or a name of its `bin` folder.
#[track_caller]
pub(crate) fn tool(name: &str) -> PathBuf {
    let folder = std::env::var_os("MSR_STORAGE_TOOLS")
        .map_or_else(|| root().join("target/tools"), PathBuf::from);
    let path = match name {
        "helm3" | "helm4" => folder.join(name).join("helm"),
        _ => folder.join("bin").join(name),
    };
    assert!(
        path.exists(),
        "{name} is not there ({}): run scripts/tools {name}",
        path.display()
    );
    path
}
