//! Settings written into an MSR custom resource, which the operator expands. It touches `spec.registry.storage` alone.

use super::plan::Plan;
use super::resolve::Resolved;
use crate::schema::Field;
use crate::settings::Setting;
use crate::workload::Object;

/// Plans the edits that make a custom resource say what the settings are.
pub fn plan(object: &Object, resolved: &Resolved, plan: &mut Plan) {
    let settings = &resolved.settings;
    let path = |steps: &[&str]| {
        object.path(
            ["spec", "registry", "storage"]
                .into_iter()
                .chain(steps.iter().copied()),
        )
    };
    plan.set(object.document, path(&["backend"]), settings.backend.name);
    let mut write = |block: &str, setting: &Setting| {
        plan.set(
            object.document,
            path(&[block, setting.field.name]),
            &setting.value,
        );
    };
    settings
        .fields
        .iter()
        .for_each(|setting| write(settings.backend.name, setting));
    settings
        .volume
        .iter()
        .for_each(|setting| write("persistentVolume", setting));
    if resolved.by_role {
        let block = &object.value["spec"]["registry"]["storage"][settings.backend.name];
        let keys = settings
            .backend
            .fields
            .iter()
            .filter(|field| field.pair.is_some() || field.name == Field::EXISTING_SECRET_NAME);
        for field in keys.filter(|field| block.get(field.name).is_some()) {
            plan.remove(object.document, path(&[settings.backend.name, field.name]));
        }
    }
}
