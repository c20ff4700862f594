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
pub use secret::{CHECKSUM, MADE_FOR, Secrets, Stretched};
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
    /// Two workloads of one name would share a Secret, and need other values in it.
    #[error("{} would share Secret/{secret}, and need different values for its key {key}", workloads.join(" and "))]
    SecretClash {
        /// The Secret.
        secret: String,
        /// The workloads, as their titles.
        workloads: Vec<String>,
        /// The key.
        key: String,
    },
    /// Another volume is mounted where a secret file goes.
    #[error(
        "{workload}: container {container} mounts volume {volume} at {path}, where msr-storage mounts the key file"
    )]
    MountTaken {
        /// The workload, as its title.
        workload: String,
        /// The container's name.
        container: String,
        /// The volume that is mounted there.
        volume: String,
        /// The path, as the mount spells it.
        path: String,
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
        secret::name_for(&self.workload.object)
    }
}

/// Plans everything that a workload needs for its backend, except its Secret, which is planned once all workloads have noted theirs.
///
/// # Errors
/// Where the stream holds something that would defeat it.
pub fn workload<'a>(
    job: &Job<'a>,
    secrets: &mut Secrets<'a>,
    plan: &mut Plan,
) -> Result<(), Refusal> {
    for container in &job.workload.containers {
        env_from::check(job, container)?;
        let config = config::of_container(job.stream, &job.workload.object, container);
        let mut extra = Vec::new();
        if job.settings().backend.is_volume() {
            let directory = volume::directory(job, container, config.as_ref());
            extra.push((volume::ROOT_VARIABLE.to_owned(), directory));
        }
        let carried = config
            .as_ref()
            .map(|config| carry::variables(config, job.settings().backend))
            .unwrap_or_default();
        // What the container says itself stays; what an earlier run carried over is carried over again.
        let is_carried = |name: &str, text: &str| {
            let present = container.variable(name);
            present.is_none_or(|entry| entry["value"] == encode::for_kubelet(text.to_owned()))
        };
        extra.extend(
            carried
                .into_iter()
                .filter(|(name, text)| is_carried(name, text)),
        );
        // Before the mounts, whatever the backend: keys that are new come to stand in one order.
        env::plan(job, container, &env::wanted(job, extra), plan);
        if job.settings().backend.is_volume() {
            volume::plan(job, container, config.as_ref(), plan);
        }
    }
    files::plan(job, plan)?;
    if !job.settings().backend.is_volume() {
        volume::unmount(job, plan);
    }
    secrets.note(job, plan);
    notes::plan(job, plan);
    Ok(())
}
