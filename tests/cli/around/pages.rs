//! docs/flux.md and docs/networks.md: what runs before a cluster sees anything.

use super::{find, is_expanded, variable};
use crate::support::helm::Helm;
use crate::support::kubeyaml;
use crate::support::page::{Desk, Page};

#[test]
fn fluxs_pipeline_checks_and_renders() {
    for helm in Helm::BOTH {
        let page = Page::named("flux.md");
        let desk = Desk::new(helm, &page);
        desk.run_all(&page);
        is_expanded(&desk.read("expanded.yaml"));
    }
}

#[test]
fn fluxs_pipeline_stops_at_what_is_wrong() {
    let page = Page::named("flux.md");
    for (file, old, new, said) in [
        ("msr.yaml", "us-east-2", "us-esat-2", "msr.yaml:11:17"),
        ("values.yaml", "bucket", "buket", "values.yaml:6:7"),
        (
            "msr.yaml",
            "v4auth: true",
            "v4auth: false",
            "msr.yaml:13:17",
        ),
    ] {
        let desk = Desk::new(Helm::V3, &page);
        desk.change(file, old, new);
        let outcome = desk.run(&page.commands[0]).exits(1);
        let text = outcome.stdout + &outcome.stderr;
        assert!(text.contains(said), "{said}\n{text}");
    }
}

/// The patch beside the function: both arrive in the registry, and in nothing else.
#[test]
fn a_private_network_and_the_storage_settings_stand_beside_each_other() {
    let page = Page::named("networks.md");
    let desk = Desk::new(Helm::V3, &page);
    desk.write(
        "ca.crt",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    );
    desk.run_all(&page);
    let text = desk.read("expanded.yaml");
    is_expanded(&text);
    let objects = kubeyaml::objects(&text);
    let registry = find(&objects, "Deployment", "msr-msr-registry");
    for (name, value) in [
        ("SSL_CERT_FILE", "/etc/store-ca/ca.crt"),
        ("HTTPS_PROXY", "http://proxy.example.com:3128"),
        ("NO_PROXY", ".svc,.cluster.local,10.0.0.0/8"),
        ("REGISTRY_STORAGE_REDIRECT_DISABLE", "true"),
        (
            "REGISTRY_STORAGE_S3_REGIONENDPOINT",
            "https://store.storage.svc:9000",
        ),
    ] {
        assert_eq!(variable(registry, name)["value"], value, "{name}");
    }
    let pod = &registry["spec"]["template"]["spec"];
    let named = |list: &serde_json::Value| {
        list.as_array()
            .unwrap()
            .iter()
            .any(|entry| entry["name"] == "store-ca")
    };
    assert!(
        named(&pod["containers"][0]["volumeMounts"]) && named(&pod["volumes"]),
        "{pod}"
    );
    assert_eq!(text.matches("HTTPS_PROXY").count(), 1);
}

/// “`msr-storage` carries `redirect` over”: from the configuration file that the chart renders.
#[test]
fn a_redirect_that_the_chart_turns_off_stays_off() {
    for helm in Helm::BOTH {
        let desk = Desk::new(helm, &Page::named("flux.md"));
        let command = "helm template msr ./chart --values values.yaml --set registry.config.redirect=false --post-renderer msr-storage";
        let objects = kubeyaml::objects(&desk.run(command).exits(0).stdout);
        let registry = find(&objects, "Deployment", "msr-msr-registry");
        assert_eq!(
            variable(registry, "REGISTRY_STORAGE_REDIRECT_DISABLE")["value"],
            "true"
        );
    }
}
