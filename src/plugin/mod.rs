//! The plugin as Helm holds it: found Helms, its folders, what is put there and taken away. It prints nothing and asks nobody.
//!
//! What Helm accepts was read in the source of Helm 3.22.0 and 4.3.1, and tried on both.

pub mod completion;
pub mod folder;
pub mod helm;
pub mod install;
pub mod manifest;
pub mod on_path;
pub mod place;
pub mod sharing;
mod staging;
pub mod status;
pub mod uninstall;

/// The plugin's name, the command's name, and the program's.
pub const NAME: &str = "msr-storage";

/// The second plugin on Helm 4, for the command: two plugins of one name are an error there.
pub const COMMAND_NAME: &str = "msr-storage-cli";

/// Programs that a build may have beside this one, which finds them there: they go wherever it goes.
pub const COMPANIONS: [&str; 1] = ["msr-storage-probe"];

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It would leave the user worse off, or half served; the text says the way out.
    #[error("{0}")]
    Refused(String),
    /// Something around failed.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

/// What the commands take.
pub type Outcome<T> = Result<T, Trouble>;
