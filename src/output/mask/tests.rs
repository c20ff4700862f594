//! What excerpts show and hide.

use std::sync::Arc;

use super::*;
use crate::origin::Source;

pub(crate) fn excerpt(kind: SourceKind, name: &str, text: &str, place: &str) -> (String, String) {
    let source = Arc::new(Source {
        kind,
        name: name.to_owned(),
        text: text.to_owned(),
    });
    let start = text.find(place).unwrap();
    let origin = Origin::new(&source, start..start + place.len());
    let Excerpt { text, span } = Masker::default().excerpt(&origin);
    let marked = text[span].to_owned();
    (text, marked)
}

#[test]
fn flags_show_public_values_alone() {
    let text = "registry.storage.s3.secretkey=wJalr\\,x,registry.storage.s3.region=eu,a.b=c";
    let (shown, marked) = excerpt(SourceKind::HelmFlag, "--set", text, "eu");
    assert_eq!(
        shown,
        "registry.storage.s3.secretkey=***,registry.storage.s3.region=eu,a.b=***"
    );
    assert_eq!(marked, "eu");
    let (_, marked) = excerpt(SourceKind::HelmFlag, "--set", text, "wJalr\\,x");
    assert_eq!(marked, "***");
}

#[test]
fn json_flags_hide_all_but_a_public_scalar() {
    let text = r#"registry.storage={"s3":{"secretkey":"a,b=c"}}"#;
    let (shown, _) = excerpt(SourceKind::Flag, "--set-json", text, "registry");
    assert_eq!(shown, "registry.storage=***");
}

#[test]
fn a_flag_without_values_is_shown() {
    let (shown, _) = excerpt(
        SourceKind::Flag,
        "--existing-secret",
        "My_Secret",
        "My_Secret",
    );
    assert_eq!(shown, "My_Secret");
}

#[test]
fn broken_documents_show_keys_alone() {
    let text = "registry:\n  storage:\n   s3:\n    bucket: b\n    secretkey wJalr\n    secretkey: \"wJalr\n  x: [";
    let shown = |place| excerpt(SourceKind::File, "v.yaml", text, place).0;
    assert_eq!(shown("secretkey wJalr"), "    ***");
    assert_eq!(shown("secretkey: \""), "    secretkey: ***");
    assert_eq!(shown("bucket"), "    bucket: b");
    assert_eq!(shown("x: ["), "  ***");
}

#[test]
fn documents_show_what_is_known_to_be_public() {
    let text = "registry:\n  storage:\n    s3:\n      bucket: b # old secretkey: wJalr\n      secretkey: 'wJalr'\n      sekretkey: wJalr\n      regoin: eu\n      regionendpoint: https://me:wJalr@minio\n      encrypt: true\n      other: wJalr\n      {secretkey: wJalr, region: eu, AKIAWJALR}: 1\n";
    let shown = |place| excerpt(SourceKind::File, "v.yaml", text, place).0;
    assert_eq!(shown("bucket"), "      bucket: b #***");
    assert_eq!(shown("secretkey: 'wJ"), "      secretkey: ***");
    assert_eq!(shown("sekretkey"), "      sekretkey: ***");
    assert_eq!(shown("regoin"), "      regoin: eu");
    assert_eq!(
        shown("regionend"),
        "      regionendpoint: https://***@minio"
    );
    assert_eq!(shown("encrypt"), "      encrypt: true");
    assert_eq!(shown("other"), "      other: ***");
    assert!(!shown("AKIAW").contains("AKIA"));
    assert!(!shown("AKIAW").contains("wJalr"));
}

#[test]
fn allow_comments_stay() {
    let text = "region: eu # msr-storage: allow unsupported-region\n";
    let (shown, marked) = excerpt(SourceKind::File, "v.yaml", text, "eu");
    assert_eq!(shown, text.trim_end());
    assert_eq!(marked, "eu");
}

#[test]
fn rendered_objects_hide_data_and_variables() {
    let text = "kind: List\nitems:\n- kind: Secret\n  stringData: {region: wJalr}\n  data:\n    region: d0phbHI=\n    key: |\n      wJalr\n- env:\n  - {name: REGISTRY_STORAGE_S3_SECRETKEY, value: wJalr}\n  - name: REGISTRY_STORAGE_S3_REGION\n    value: eu\n  - name: OTHER\n    value: wJalr\n";
    let shown = |place| excerpt(SourceKind::Manifest, "m.yaml", text, place).0;
    assert_eq!(shown("stringData"), "  stringData: {region: ***}");
    assert_eq!(shown("region: d0"), "    region: ***");
    assert_eq!(shown("wJalr\n- env"), "      ***");
    assert_eq!(
        shown("{name"),
        "  - {name: REGISTRY_STORAGE_S3_SECRETKEY, value: ***}"
    );
    assert_eq!(shown("value: eu"), "    value: eu");
    assert_eq!(shown("value: wJalr\n"), "    value: ***");
}

#[test]
fn json_in_one_line_keeps_the_place() {
    let text = r#"{"registry": {"storage": {"s3": {"secretkey": "wJalr", "bucket": "B"}}}}"#;
    let (shown, marked) = excerpt(SourceKind::File, "v.json", text, "\"B\"");
    assert_eq!(
        shown,
        r#"{"registry": {"storage": {"s3": {"secretkey": ***, "bucket": "B"}}}}"#
    );
    assert_eq!(marked, "\"B\"");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!(
        "{}\"region\": \"eu\"{}",
        "\"x\": 1, ".repeat(99),
        ", \"y\": 2".repeat(99)
    );
    let (shown, marked) = excerpt(SourceKind::File, "v.json", &text, "\"eu\"");
    assert!(shown.len() < 400);
    assert!(["\"eu\"", "***"].contains(&marked.as_str()), "{marked}");
}
