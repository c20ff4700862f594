//! docs/argocd.md: the plugin's command as Argo CD's documentation says that it is run. Argo CD itself can't be had.

use serde_json::{Value, json};

use super::is_expanded;
use crate::support::helm::Helm;
use crate::support::kubeyaml;
use crate::support::page::{Desk, Page};
use crate::support::run::Outcome;

/// The variables of Argo CD's build environment, and those of the Application: `env` by a prefix, `parameters` as JSON and one by one.
fn environment(application: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let source = &application["spec"]["source"];
    let plugin = &source["plugin"];
    let mut variables = vec![
        (
            "ARGOCD_APP_NAME".to_owned(),
            text(&application["metadata"]["name"]),
        ),
        (
            "ARGOCD_APP_NAMESPACE".to_owned(),
            text(&application["spec"]["destination"]["namespace"]),
        ),
        ("ARGOCD_APP_REVISION".to_owned(), "5a2b1c0".to_owned()),
        ("ARGOCD_APP_SOURCE_PATH".to_owned(), text(&source["path"])),
        (
            "ARGOCD_APP_SOURCE_REPO_URL".to_owned(),
            text(&source["repoURL"]),
        ),
        ("KUBE_VERSION".to_owned(), "1.34.2".to_owned()),
        ("KUBE_API_VERSIONS".to_owned(), "v1,apps/v1".to_owned()),
        (
            "ARGOCD_APP_PARAMETERS".to_owned(),
            plugin["parameters"].to_string(),
        ),
    ];
    for entry in plugin["env"].as_array().into_iter().flatten() {
        variables.push((
            format!("ARGOCD_ENV_{}", text(&entry["name"])),
            text(&entry["value"]),
        ));
    }
    for parameter in plugin["parameters"].as_array().into_iter().flatten() {
        let name = text(&parameter["name"]).to_uppercase().replace('-', "_");
        variables.push((format!("PARAM_{name}"), text(&parameter["string"])));
    }
    variables
}

/// Runs `generate` for an Application, in the chart's folder.
#[track_caller]
fn generate(helm: Helm, values: &str, change: impl FnOnce(&mut Value)) -> Outcome {
    let page = Page::named("argocd.md");
    let plugin = kubeyaml::objects(page.file("plugin.yaml")).remove(0);
    let mut application = kubeyaml::objects(page.file("application.yaml")).remove(0);
    assert_eq!(
        application["spec"]["source"]["plugin"]["name"],
        plugin["metadata"]["name"]
    );
    change(&mut application);
    let mut desk = Desk::new(helm, &page);
    desk.write("values-production.yaml", values);
    desk.run("cp -rL chart source && cp values-production.yaml source/")
        .exits(0);
    for (name, value) in environment(&application) {
        desk = desk.env(&name, &value);
    }
    let generate = &plugin["spec"]["generate"];
    let words = |part: &str| generate[part].as_array().unwrap().clone();
    let command = [words("command"), words("args")].concat();
    let words: Vec<_> = command.iter().map(|word| word.as_str().unwrap()).collect();
    let shell = shlex::try_join(words).unwrap();
    desk.run(&format!("cd source && exec {shell}"))
}

fn values() -> String {
    Page::named("argocd.md")
        .file("values-production.yaml")
        .to_owned()
}

#[test]
fn the_plugin_expands_the_registry_and_prints_objects_alone() {
    for helm in Helm::BOTH {
        let outcome = generate(helm, &values(), |_| ()).exits(0);
        is_expanded(&outcome.stdout);
        let objects = kubeyaml::objects(&outcome.stdout);
        assert!(objects.iter().all(|object| object["kind"].is_string()));
    }
}

#[test]
fn wrong_values_of_file_and_parameter_fail_the_generation() {
    for helm in Helm::BOTH {
        let wrong = values().replace("us-east-2", "us-esat-2");
        let outcome = generate(helm, &wrong, |_| ());
        refused(&outcome, "did you mean `us-east-2`?");
        let outcome = generate(helm, &values(), |application| {
            let parameter = &mut application["spec"]["source"]["plugin"]["parameters"][0]["string"];
            *parameter = json!("registry: {storage: {s3: {bucket: testing-msr, buket: x}}}");
        });
        refused(&outcome, "did you mean `bucket`?");
    }
}

#[track_caller]
fn refused(outcome: &Outcome, said: &str) {
    assert_ne!(outcome.code, Some(0));
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

/// An Application without parameters and variables gets the chart's own values file, and so the storage that it names.
#[test]
fn an_application_without_settings_gets_the_charts_own() {
    for helm in Helm::BOTH {
        let outcome = generate(helm, &values(), |application| {
            application["spec"]["source"]["plugin"] = json!({"name": "msr-storage"});
        });
        let outcome = outcome.exits(0);
        assert!(
            !outcome.stdout.contains("REGISTRY_STORAGE_S3"),
            "the chart names no bucket"
        );
    }
}

/// The manifest that people write first: the page says what becomes of it.
#[test]
fn behind_a_pipe_it_is_refused_until_the_values_are_given_too() {
    for helm in Helm::BOTH {
        let desk = Desk::new(helm, &Page::named("argocd.md"));
        let template = "helm template msr ./chart --values values-production.yaml --set registry.storage.s3.bucket=testing-msr";
        let outcome = desk.run(&format!("{template} | msr-storage")).exits(1);
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains("-f FILE"), "{}", outcome.stderr);
        let outcome = desk.run(&format!("{template} | msr-storage -f values-production.yaml --set registry.storage.s3.bucket=testing-msr")).exits(0);
        is_expanded(&outcome.stdout);
    }
}
