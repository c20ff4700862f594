//! Which chart a template belongs to, told by its path. It reads no chart.

use crate::helm::Owner;

/// The chart of a template: the one under `["msr"]` of `platform` for `platform/charts/msr/templates/registry.yaml`, `msr`
/// itself for `msr/templates/registry.yaml`.
pub(super) fn of_template(template: &str) -> Owner {
    let mut parts = template.split('/');
    let top = parts.next().map(str::to_owned);
    let mut keys = Vec::new();
    while let (Some("charts"), Some(chart)) = (parts.next(), parts.next()) {
        keys.push(chart.to_owned());
    }
    Owner { top, keys }
}

#[cfg(test)]
mod tests {
    use super::of_template;

    #[test]
    fn a_subcharts_key_shows_in_the_path() {
        for (template, top, keys) in [
            ("msr/templates/registry/deployment.yaml", "msr", &[][..]),
            (
                "platform/charts/msr/templates/registry.yaml",
                "platform",
                &["msr"],
            ),
            (
                "a/charts/b/charts/c/templates/charts/x.yaml",
                "a",
                &["b", "c"],
            ),
            ("msr/charts", "msr", &[]),
        ] {
            let owner = of_template(template);
            assert_eq!(owner.top.as_deref(), Some(top));
            assert_eq!(owner.keys, keys);
        }
    }
}
