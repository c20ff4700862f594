//! Which chart a template belongs to, told by its path. It reads no chart.

/// The keys under which the values of the template's chart stand in the values of the whole: `["msr"]` for
/// `platform/charts/msr/templates/registry.yaml`, none for `msr/templates/registry.yaml`.
pub fn values_path(template: &str) -> Vec<String> {
    let mut parts = template.split('/').skip(1);
    let mut path = Vec::new();
    while let (Some("charts"), Some(chart)) = (parts.next(), parts.next()) {
        path.push(chart.to_owned());
    }
    path
}

#[cfg(test)]
mod tests {
    use super::values_path;

    #[test]
    fn a_subcharts_key_shows_in_the_path() {
        assert_eq!(
            values_path("msr/templates/registry/deployment.yaml"),
            Vec::<String>::new()
        );
        assert_eq!(
            values_path("platform/charts/msr/templates/registry.yaml"),
            ["msr"]
        );
        assert_eq!(
            values_path("a/charts/b/charts/c/templates/charts/x.yaml"),
            ["b", "c"]
        );
        assert_eq!(values_path("msr/charts"), Vec::<String>::new());
    }
}
