//! `Chart.yaml`: a chart's name and what it lists of other charts. It judges no chart.

use serde_yaml::Value;

/// What the values depend on.
pub(super) struct Metadata {
    /// The chart's name.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    dependencies: Vec<Dependency>,
}

/// A chart that another lists.
pub(super) struct Dependency {
    /// The chart's own name.
    pub name: String,
    /// The versions that will do, as written.
    pub version: String,
    alias: String,
}

impl Metadata {
    /// Reads `Chart.yaml`, and `requirements.yaml`, where charts of the first format list theirs.
    pub(super) fn read(chart: &str, requirements: Option<&str>) -> Result<Self, String> {
        let parse = |name: &str, text: &str| {
            // Not the parser's own message: it may quote the text.
            serde_yaml::from_str::<Value>(text).map_err(|error| {
                let line = error.location().map_or(0, |place| place.line());
                format!("{name} is not YAML at line {line}")
            })
        };
        let mut file = parse("Chart.yaml", chart)?;
        if let Some(text) = requirements {
            // Helm reads it into the same structure, so what it lists takes the other's place.
            let list = parse("requirements.yaml", text)?
                .get("dependencies")
                .cloned();
            if let (Some(list), Value::Mapping(file)) = (list, &mut file) {
                file.insert("dependencies".into(), list);
            }
        }
        let name = word(&file, "name");
        if name.is_empty() {
            return Err("Chart.yaml names no chart".to_owned());
        }
        let dependencies = file.get("dependencies").and_then(Value::as_sequence);
        let dependencies = dependencies.into_iter().flatten().map(|entry| Dependency {
            name: word(entry, "name"),
            version: word(entry, "version"),
            alias: word(entry, "alias"),
        });
        Ok(Self {
            name,
            version: word(&file, "version"),
            dependencies: dependencies.collect(),
        })
    }

    /// The listed chart whose values stand under `key`.
    pub(super) fn dependency(&self, key: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| {
            let own = if dependency.alias.is_empty() {
                &dependency.name
            } else {
                &dependency.alias
            };
            own == key
        })
    }
}

fn word(file: &Value, key: &str) -> String {
    match file.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
