//! Variables that a container gets by `envFrom`: they can't be taken out of it, so those that would defeat the settings are refused.

use super::{Job, Refusal, env};
use crate::workload::Container;

/// Looks through the ConfigMaps and Secrets that the stream shows.
///
/// # Errors
/// For another driver's variable, and for a key beside a role.
pub(super) fn check(job: &Job, container: &Container) -> Result<(), Refusal> {
    let sources = container.value["envFrom"].as_array().into_iter().flatten();
    for source in sources {
        let prefix = source["prefix"].as_str().unwrap_or_default();
        for (kind, reference) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
            let Some(name) = source[reference]["name"].as_str() else {
                continue;
            };
            let Some(object) = job.stream.find(kind, name, &job.workload.object) else {
                continue;
            };
            let keys = ["data", "stringData", "binaryData"]
                .into_iter()
                .filter_map(|part| object.value[part].as_object());
            let variables = keys
                .flat_map(|keys| keys.keys())
                .map(|key| format!("{prefix}{key}"));
            for variable in variables {
                if let Some(trouble) = trouble(job, &variable) {
                    return Err(Refusal::EnvFrom {
                        workload: job.workload.object.title(),
                        container: container.name().to_owned(),
                        variable,
                        source_object: object.title(),
                        trouble,
                    });
                }
            }
        }
    }
    Ok(())
}

fn trouble(job: &Job, variable: &str) -> Option<&'static str> {
    let ours = job.settings().backend;
    match env::driver_of(variable)? {
        driver if driver != ours.driver => Some("and the registry panics on two drivers"),
        _ => {
            let key = ours.fields.iter().find(|field| {
                field.pair.is_some() && ours.env(field).is_some_and(|env| env == variable)
            });
            key.filter(|_| job.by_role())
                .map(|_| "which would defeat the role")
        }
    }
}
