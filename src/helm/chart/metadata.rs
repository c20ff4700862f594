//! `Chart.yaml`: a chart's name and what it lists of other charts. It judges no chart.

use serde_yaml::Value;

/// What the values depend on.
pub(super) struct Metadata {
    /// The chart's name.
    pub name: String,
    /// What it lists of other charts.
    pub dependencies: Vec<Dependency>,
    /// Whether both files list charts: Helm then mixes the entries of the two.
    pub is_listed_twice: bool,
}

/// A chart that another lists.
pub(super) struct Dependency {
    /// The chart's own name.
    pub name: String,
    /// The key of its values: its alias, or else its name.
    pub key: String,
    /// Whether values of it are copied into those of the chart that lists it.
    pub has_imports: bool,
}

impl Metadata {
    /// Reads `Chart.yaml`, and `requirements.yaml`, where charts of the first format list theirs.
    pub(super) fn read(chart: &str, requirements: Option<&str>) -> Result<Self, String> {
        let file = parse("Chart.yaml", chart)?;
        let requirements = match requirements {
            Some(text) => parse("requirements.yaml", text)?,
            None => Value::Null,
        };
        let name = word(&file, "name");
        if name.is_empty() {
            return Err("Chart.yaml names no chart".to_owned());
        }
        let (own, older) = (listed(&file), listed(&requirements));
        Ok(Self {
            name,
            is_listed_twice: !own.is_empty() && !older.is_empty(),
            dependencies: if older.is_empty() { own } else { older },
        })
    }
}

/// `Chart.yaml` without the versions of Kubernetes that it is for: a question about values has no cluster.
pub(super) fn for_any_cluster(chart: &str) -> Option<String> {
    let mut file = parse("Chart.yaml", chart).ok()?;
    file.as_mapping_mut()?.remove("kubeVersion")?;
    serde_json::to_string(&file).ok()
}

fn parse(name: &str, text: &str) -> Result<Value, String> {
    // Not the parser's own message: it may quote the text.
    serde_yaml::from_str::<Value>(text).map_err(|error| {
        let line = error.location().map_or(0, |place| place.line());
        format!("{name} is not YAML at line {line}")
    })
}

fn listed(file: &Value) -> Vec<Dependency> {
    let entries = file.get("dependencies").and_then(Value::as_sequence);
    let entries = entries.into_iter().flatten().map(|entry| {
        let (name, alias) = (word(entry, "name"), word(entry, "alias"));
        let imports = entry.get("import-values").and_then(Value::as_sequence);
        Dependency {
            key: if alias.is_empty() {
                name.clone()
            } else {
                alias
            },
            name,
            has_imports: imports.is_some_and(|imports| !imports.is_empty()),
        }
    });
    entries.collect()
}

fn word(file: &Value, key: &str) -> String {
    match file.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
