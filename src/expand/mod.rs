//! From settings and a workload to a plan of changes. Pure: it reads no file and writes no stream.

mod carry;
mod custom_resource;
pub mod encode;
pub mod env;
mod env_from;
mod files;
mod notes;
mod plan;
mod resolve;
mod secret;
mod volume;

pub use custom_resource::plan as custom_resource;
pub use notes::NOTES;
pub use plan::{Addition, Plan};
pub use resolve::{Resolved, resolve};
pub use secret::{CHECKSUM, MADE_FOR, Stretched};
pub(crate) use volume::mode_by_default;

use crate::settings::Settings;
use crate::workload::{Stream, Workload, config};

/// Why a workload can't be expanded although the settings are right.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A Secret of the name that ours would have is in the stream, and is not ours.
    #[error(
        "Secret/{secret} is not made by msr-storage, but has the name of the one that {workload} needs"
    )]
    ForeignSecret {
        /// The Secret.
        secret: String,
        /// The workload, as its title.
        workload: String,
    },
    /// `envFrom` brings a variable that can't be taken out of the workload.
    #[error(
        "{workload}: container {container} gets {variable} by envFrom from {source_object}, {trouble}"
    )]
    EnvFrom {
        /// The workload, as its title.
        workload: String,
        /// The container's name.
        container: String,
        /// The variable's name.
        variable: String,
        /// The ConfigMap or Secret, as its title.
        source_object: String,
        /// What it would do.
        trouble: &'static str,
    },
}

/// One workload and what it is to get.
pub struct Job<'a> {
    /// The stream, for the objects around the workload.
    pub stream: &'a Stream<'a>,
    /// The workload.
    pub workload: &'a Workload,
    /// The settings, resolved for it.
    pub resolved: &'a Resolved,
    /// What other jobs on the stream have stretched.
    pub stretched: &'a Stretched,
}

impl Job<'_> {
    fn settings(&self) -> &Settings {
        &self.resolved.settings
    }

    fn by_role(&self) -> bool {
        self.resolved.by_role
    }

    /// The name of the workload's Secret.
    fn secret_name(&self) -> String {
        format!("{}-storage", self.workload.object.name())
    }
}

/// Plans all that a workload needs for its backend.
///
/// # Errors
/// Where the stream holds something that would defeat it.
pub fn workload(job: &Job, plan: &mut Plan) -> Result<(), Refusal> {
    for container in &job.workload.containers {
        env_from::check(job, container)?;
        let config = config::of_container(job.stream, &job.workload.object, container);
        let mut extra = Vec::new();
        if job.settings().backend.is_volume() {
            let root = volume::plan(job, container, config.as_ref(), plan);
            extra.push(("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY".to_owned(), root));
        }
        let carried = config
            .map(|config| carry::variables(&config, job.settings().backend))
            .unwrap_or_default();
        extra.extend(
            carried
                .into_iter()
                .filter(|(name, _)| container.variable(name).is_none()),
        );
        env::plan(job, container, &env::wanted(job, extra), plan);
    }
    files::plan(job, plan);
    secret::plan(job, plan)?;
    notes::plan(job, plan);
    Ok(())
}
