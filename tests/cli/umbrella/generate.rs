//! Makes up umbrella charts and the lines that render them, from a number: the same number gives the same case. It knows nothing of
//! what is right.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use crate::values_generator::Dice;

/// A registry that shows what its chart sees.
pub(crate) const REGISTRY: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ printf "r%s" (sha256sum .Template.Name | trunc 8) }}
  labels: {app.kubernetes.io/name: msr, app.kubernetes.io/component: registry, app.kubernetes.io/instance: {{ .Release.Name }}}
  annotations:
    version: {{ .Chart.Version | quote }}
    seen: {{ dig "storage" nil (.Values.registry | default dict) | toJson | quote }}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: registry
        image: registry.mirantis.com/msr/msr-registry:3.1.4
"#;

/// One umbrella chart and its line.
pub(crate) struct Umbrella {
    /// Files under the folder of the run.
    files: BTreeMap<String, String>,
    /// Folders of charts to be packed, the innermost first, and whether into several gzip members.
    packed: Vec<(String, bool)>,
    /// Arguments after `template r`.
    pub(crate) args: Vec<String>,
    /// What `MSR_STORAGE_SET` says.
    pub(crate) explicit: Option<String>,
    /// How Helm itself is told the same as the program's variables say, behind `args`.
    pub(crate) last: Vec<String>,
    /// The defaults of MSR's chart by its version.
    pub(crate) own: BTreeMap<String, Value>,
    /// Whether `.helmignore` may take defaults away.
    pub(crate) ignores: bool,
}

/// A case on its way.
struct Maker<'a> {
    dice: &'a mut Dice,
    made: Umbrella,
    /// The keys of MSR's charts in the values of the whole.
    scopes: Vec<Vec<String>>,
}

/// The case of a number.
pub(crate) fn umbrella(seed: u64, index: u64) -> Umbrella {
    let mut dice = Dice::new(seed, index);
    let mut maker = Maker {
        dice: &mut dice,
        made: Umbrella {
            files: BTreeMap::new(),
            packed: Vec::new(),
            args: Vec::new(),
            explicit: None,
            last: Vec::new(),
            own: BTreeMap::new(),
            ignores: false,
        },
        scopes: Vec::new(),
    };
    maker.charts();
    maker.line();
    maker.made
}

impl Maker<'_> {
    fn charts(&mut self) {
        let mut holder = "top".to_owned();
        let mut above = Vec::new();
        if self.dice.one_in(4) {
            let alias = self.dice.pick(&["", "m"]);
            let mut listed =
                json!({"name": "mid", "version": self.dice.pick(&["", "1.0.0", "^1", ">0.5"])});
            if !alias.is_empty() {
                listed["alias"] = json!(alias);
            }
            let key = if alias.is_empty() { "mid" } else { alias };
            above.push(key.to_owned());
            self.describe("top", "top", &[listed]);
            holder = "top/charts/mid".to_owned();
        }
        let name = if holder == "top" { "top" } else { "mid" };
        let listed = self.registries(&holder, &above);
        self.describe(&holder, name, &listed);
        if holder != "top" {
            let values = self.scoped("mid", above.len());
            self.made
                .files
                .insert(format!("{holder}/values.yaml"), values);
            self.pack(&holder);
        }
        let mut values: Value = serde_json::from_str(&self.scoped("top", 0)).unwrap();
        if self.dice.one_in(8) {
            values["tags"] = json!({"a": self.dice.one_in(2)});
        }
        self.made
            .files
            .insert("top/values.yaml".to_owned(), values.to_string());
        if self.dice.one_in(10) {
            self.made.ignores = true;
            let rules = self.dice.pick(&[
                "*.bak\n.git/\n# note\n",
                "/values.yaml\n",
                "charts/*/values.yaml\n",
                "val[u]es.y?ml\n",
                "charts/common\n",
            ]);
            self.made
                .files
                .insert("top/.helmignore".to_owned(), rules.to_owned());
        }
    }

    /// MSR's charts in a chart, and a sibling; what is listed of them.
    fn registries(&mut self, holder: &str, above: &[String]) -> Vec<Value> {
        let mut listed = Vec::new();
        let shapes: &[&[(&str, &str)]] = &[
            &[("msr", "1.0.3")],
            &[("blue", "^1.0.0")],
            &[("blue", "~1.0"), ("green", "~1.0")],
            &[("blue", "~1.0"), ("green", "~2.1")],
            &[("green", "2.x"), ("msr", "1.0.x || 3")],
            &[("blue", ">=1, <2"), ("green", "~1.0"), ("red", "^2")],
            &[],
        ];
        let shape = self.dice.pick(shapes);
        let second = shape
            .iter()
            .any(|(_, range)| range.contains('2') && !range.contains("<2"));
        for version in ["1.0.3", "2.1.0"] {
            if version == "2.1.0" && !second {
                continue;
            }
            self.registry(holder, version);
        }
        for (key, range) in shape {
            let mut entry = json!({"name": "msr", "version": range});
            if *key != "msr" {
                entry["alias"] = json!(key);
            }
            if self.dice.one_in(5) {
                entry["condition"] = json!(format!("{key}.enabled,never.there"));
            }
            if self.dice.one_in(8) {
                entry["tags"] = json!(["a"]);
            }
            listed.push(entry);
        }
        let keys: &[&str] = &["msr"];
        let named: Vec<_> = shape.iter().map(|(key, _)| *key).collect();
        let keys = if named.is_empty() { keys } else { &named };
        for key in keys {
            self.scopes.push([above, &[(*key).to_owned()]].concat());
        }
        if self.dice.one_in(3) {
            listed.extend(self.sibling(holder, keys[0], shape.is_empty()));
        }
        listed
    }

    fn registry(&mut self, holder: &str, version: &str) {
        let folder = format!("{holder}/charts/msr-{version}");
        let own = self.own(version);
        let metadata = json!({"apiVersion": "v2", "name": "msr", "version": version});
        let files = [
            ("Chart.yaml", metadata.to_string()),
            ("values.yaml", own.to_string()),
            ("templates/registry.yaml", REGISTRY.to_owned()),
        ];
        for (name, text) in files {
            self.made.files.insert(format!("{folder}/{name}"), text);
        }
        self.made.own.insert(version.to_owned(), own);
        self.pack(&folder);
    }

    /// The defaults of MSR's chart.
    fn own(&mut self, version: &str) -> Value {
        let mut block = json!({
            "bucket": format!("own-{version}"), "region": "us-east-2", "rootdirectory": "/own", "encrypt": true,
        });
        if self.dice.one_in(2) {
            block["chunksize"] = Value::Null;
            block["accesskey"] = json!("");
        }
        if self.dice.one_in(8) {
            block["rootdirectory"] = Value::Null;
        }
        let mut storage = json!({"backend": "s3", "s3": block});
        if self.dice.one_in(6) {
            storage["gcs"] = self
                .dice
                .pick(&["null", "{}", r#"{"bucket": null}"#])
                .parse()
                .unwrap();
        }
        json!({"registry": {"storage": storage, "replicas": 1}, "exports": {"own": {"copied": 1}}})
    }

    /// A chart beside MSR's that hands values to the chart around both.
    fn sibling(&mut self, holder: &str, key: &str, msr_is_unlisted: bool) -> Vec<Value> {
        let folder = format!("{holder}/charts/common");
        let mut exported = Map::new();
        exported.insert(key.to_owned(), self.chart_values("exported"));
        let values = json!({
            "exports": {"data": exported}, "data": self.storage("imported"), "more": self.chart_values("more"),
        });
        let metadata = json!({"apiVersion": "v2", "name": "common", "version": "0.1.0"});
        self.made
            .files
            .insert(format!("{folder}/Chart.yaml"), metadata.to_string());
        self.made
            .files
            .insert(format!("{folder}/values.yaml"), values.to_string());
        let imports = match self.dice.below(5) {
            0 => json!(["data"]),
            1 => json!([{"child": "data", "parent": format!("{key}.registry.storage")}]),
            2 => json!(["data", {"child": "more", "parent": key}, "none"]),
            3 => json!([{"child": "exports.data", "parent": "."}]),
            _ => Value::Null,
        };
        let mut entry = json!({"name": "common", "version": ">0"});
        if !imports.is_null() {
            entry["import-values"] = imports;
        }
        if self.dice.one_in(4) {
            entry["condition"] = json!("common.enabled");
        }
        // Where MSR's chart only lies there, so may this one.
        if msr_is_unlisted && self.dice.one_in(2) {
            return Vec::new();
        }
        vec![entry]
    }

    /// `Chart.yaml`, and `requirements.yaml` in the older form.
    fn describe(&mut self, folder: &str, name: &str, listed: &[Value]) {
        let mut metadata = json!({"apiVersion": "v2", "name": name, "version": "1.0.0"});
        let files = &mut self.made.files;
        if !listed.is_empty() {
            if self.dice.one_in(6) {
                metadata["apiVersion"] = json!("v1");
                let list = json!({"dependencies": listed});
                files.insert(format!("{folder}/requirements.yaml"), list.to_string());
            } else {
                metadata["dependencies"] = json!(listed);
            }
        }
        if self.dice.one_in(10) {
            metadata["kubeVersion"] = json!(">=1.20.0-0");
        }
        files.insert(format!("{folder}/Chart.yaml"), metadata.to_string());
    }

    fn pack(&mut self, folder: &str) {
        if self.dice.one_in(3) {
            let members = self.dice.one_in(3);
            self.made.packed.push((folder.to_owned(), members));
        }
    }

    /// Values for the chart at a depth above MSR's: something for some of the registries.
    fn scoped(&mut self, layer: &str, depth: usize) -> String {
        let mut root = json!({"other": 1});
        for scope in self.scopes.clone() {
            if self.dice.one_in(3) {
                continue;
            }
            let values = self.chart_values(layer);
            let keys = &scope[depth..];
            let mut place = &mut root;
            for key in keys {
                place = &mut place[key];
            }
            *place = values;
            // Helm 3 takes no null for a chart in a chart's own file.
            if self.dice.one_in(8) && place.is_object() {
                place["enabled"] = json!(!self.dice.one_in(3));
            }
        }
        root.to_string()
    }

    /// Values for MSR's chart: seldom nothing, or nulls on the way to the settings.
    fn chart_values(&mut self, layer: &str) -> Value {
        match self.dice.below(24) {
            0 => json!({}),
            1 => json!({"registry": null}),
            2 => json!({"registry": {"storage": null}}),
            3 => json!({"registry": {"replicas": 2}}),
            4 => json!({"registry": {"storage": {}}}),
            _ => json!({"registry": {"storage": self.storage(layer)}}),
        }
    }

    fn storage(&mut self, layer: &str) -> Value {
        let mut storage = Map::new();
        match self.dice.below(14) {
            0 => {
                storage.insert("s3".to_owned(), Value::Null);
            }
            1 => {
                let block =
                    json!({"bucket": format!("{layer}-gcs"), "rootdirectory": format!("/{layer}")});
                return json!({"backend": "gcs", "gcs": block, "s3": null});
            }
            2 => {
                return json!({"backend": "persistentVolume", "s3": null});
            }
            _ => {
                storage.insert("s3".to_owned(), self.block(layer));
            }
        }
        match self.dice.below(12) {
            0..=4 => {
                storage.insert("backend".to_owned(), json!("s3"));
            }
            5 => {
                storage.insert("backend".to_owned(), Value::Null);
            }
            6 => {
                storage.insert("gcs".to_owned(), Value::Null);
            }
            _ => {}
        }
        Value::Object(storage)
    }

    fn block(&mut self, layer: &str) -> Value {
        let mut block = Map::new();
        let fields = [
            ("bucket", json!(format!("{layer}-bucket"))),
            ("region", json!(self.dice.pick(&["us-west-1", "eu-west-1"]))),
            ("rootdirectory", json!(format!("/{layer}"))),
            ("encrypt", json!(self.dice.one_in(2))),
            ("chunksize", json!(5_242_880 + self.dice.below(100))),
            ("secure", json!(true)),
        ];
        for (name, value) in fields {
            if self.dice.one_in(3) {
                let value = if self.dice.one_in(7) {
                    Value::Null
                } else {
                    value
                };
                block.insert(name.to_owned(), value);
            }
        }
        if self.dice.one_in(10) {
            block.insert("accesskey".to_owned(), json!(format!("AKIA{layer}")));
            block.insert("secretkey".to_owned(), json!(format!("{layer}-1234567890")));
        }
        Value::Object(block)
    }

    fn line(&mut self) {
        let mut args = vec!["./top".to_owned()];
        for number in 0..self.dice.below(3) {
            let file = format!("f{number}.yaml");
            let text = self.scoped(&format!("file{number}"), 0);
            self.made.files.insert(file.clone(), text);
            args.extend(["-f".to_owned(), file]);
        }
        for _ in 0..self.dice.below(3) {
            let at = self.dice.below(self.scopes.len());
            let scope = self.scopes[at].join(".");
            let (flag, text) = self.flag(&scope);
            args.extend([flag, text]);
        }
        if self.dice.one_in(8) {
            let at = self.dice.below(self.scopes.len());
            let scope = self.scopes[at].join(".");
            let (_, text) = self.flag(&scope);
            if !text.contains('{') {
                self.made.last = vec!["--set".to_owned(), text.clone()];
                self.made.explicit = Some(text);
            }
        }
        self.made.args = args;
    }

    fn flag(&mut self, scope: &str) -> (String, String) {
        let (flag, text) = match self.dice.below(12) {
            0 => ("--set", "registry.storage=null".to_owned()),
            1 => ("--set", "registry.storage.s3=null".to_owned()),
            2 => ("--set", "registry=null".to_owned()),
            3 => ("--set", "enabled=false".to_owned()),
            4 => ("--set", "registry.storage.s3.region=null".to_owned()),
            5 => ("--set", "registry.storage.s3.rootdirectory=null".to_owned()),
            6 => (
                "--set-string",
                "registry.storage.s3.rootdirectory=/12".to_owned(),
            ),
            7 => {
                let json = self.storage("json");
                ("--set-json", format!("registry.storage={json}"))
            }
            8 => return ("--set".to_owned(), format!("{scope}=null")),
            _ => ("--set", "registry.storage.s3.bucket=line-bucket".to_owned()),
        };
        (flag.to_owned(), format!("{scope}.{text}"))
    }
}

impl Umbrella {
    /// A known case, with the version of MSR's chart in it and that chart's defaults.
    pub(crate) fn of<'a>(
        files: impl Iterator<Item = &'a (&'a str, &'a str)>,
        args: &[&str],
        (version, own): (&str, Value),
    ) -> Self {
        let owned = |text: &str| text.to_owned();
        Self {
            files: files
                .map(|(name, text)| (owned(name), owned(text)))
                .collect(),
            packed: Vec::new(),
            args: args.iter().copied().map(owned).collect(),
            explicit: None,
            last: Vec::new(),
            own: BTreeMap::from([(owned(version), own)]),
            ignores: false,
        }
    }

    /// Writes its files under a folder.
    pub(crate) fn write(&self, folder: &Path) {
        for (name, text) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for (chart, members) in &self.packed {
            pack(&folder.join(chart), *members);
        }
    }

    /// For the message of a failing test.
    pub(crate) fn show(&self) -> String {
        let mut text = format!("{:?} MSR_STORAGE_SET={:?}\n", self.args, self.explicit);
        for (name, content) in &self.files {
            if !name.contains("templates") {
                text += &format!("{name}: {content}\n");
            }
        }
        text + &format!("packed: {:?}", self.packed)
    }
}

/// Puts an archive in a chart's place; with `members`, its compressed stream is cut in two.
fn pack(chart: &Path, members: bool) {
    let mut archive = tar::Builder::new(Vec::new());
    archive
        .append_dir_all(chart.file_name().unwrap(), chart)
        .unwrap();
    let bytes = archive.into_inner().unwrap();
    let cut = if members { bytes.len() / 3 } else { 0 };
    let mut packed = Vec::new();
    for part in [&bytes[..cut], &bytes[cut..]] {
        if !part.is_empty() {
            let mut member = GzEncoder::new(Vec::new(), Compression::fast());
            member.write_all(part).unwrap();
            packed.extend(member.finish().unwrap());
        }
    }
    fs::remove_dir_all(chart).unwrap();
    let name = chart.file_name().unwrap().to_str().unwrap();
    fs::write(chart.with_file_name(format!("{name}.tgz")), packed).unwrap();
}
