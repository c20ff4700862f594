//! What `check --probe` finds on the real backend: the rules, and where and how each trouble is told. They open no connection.

mod words;

use super::Rule;
use crate::check::probe::protocol::{Kind, Trouble, What};
use crate::diag::{Diagnostic, Severity, shown};
use crate::origin::Origin;
use crate::schema::Field;
use crate::settings::Settings;

pub use words::step;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &UNREACHABLE,
    &TLS,
    &OTHER_REGION,
    &CREDENTIALS,
    &NO_STORE,
    &STORE_TO_BE_MADE,
    &DENIED,
    &REFUSED,
    &LEFT_BEHIND,
    &KEYS_ELSEWHERE,
    &AMBIENT,
    &AMBIENT_KEPT,
    &SIGNED_OTHERWISE,
    &NOTHING_TO_REACH,
];

static UNREACHABLE: Rule = Rule {
    code: "probe-unreachable",
    severity: Severity::Error,
    summary: "with --probe: the endpoint can't be reached from here",
    why: "The registry starts, and fails at the first push or pull; the name, the connection or the proxy may also be wrong only where the probe runs.",
    fix: "Mend the endpoint or the network; HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured, --probe-timeout gives a slow network more time.",
    by_probe: true,
    ..Rule::BASE
};
static TLS: Rule = Rule {
    code: "probe-tls",
    severity: Severity::Error,
    summary: "with --probe: TLS fails, mostly for a certificate that is not trusted",
    why: "The registry refuses such an endpoint too unless its image trusts the issuer.",
    fix: "Name the issuer's certificate by SSL_CERT_FILE for the probe, and mount it into the registry; or make secure fit what the endpoint speaks.",
    by_probe: true,
    ..Rule::BASE
};
static OTHER_REGION: Rule = Rule {
    code: "probe-region",
    severity: Severity::Error,
    summary: "with --probe: the bucket is in another region",
    why: "Requests that are signed for another region, or sent to it, are refused: the registry can neither push nor pull.",
    fix: "Write the region that the store names.",
    by_probe: true,
    ..Rule::BASE
};
static CREDENTIALS: Rule = Rule {
    code: "probe-credentials",
    severity: Severity::Error,
    summary: "with --probe: the store does not take the credentials",
    why: "The registry starts with wrong keys, and every push and pull fails.",
    fix: "Copy the key again, without a line break at its end; look whether it was changed or turned off.",
    by_probe: true,
    ..Rule::BASE
};
static NO_STORE: Rule = Rule {
    code: "probe-no-store",
    severity: Severity::Error,
    summary: "with --probe: there is no such bucket",
    why: "The registry creates no bucket: every push and pull fails.",
    fix: "Mend the name, or create the bucket.",
    by_probe: true,
    ..Rule::BASE
};
static STORE_TO_BE_MADE: Rule = Rule {
    code: "probe-new-container",
    severity: Severity::Warning,
    summary: "with --probe: there is no such container yet",
    why: "On Azure and Swift the registry creates a missing container: with a typo in the name it starts on an empty store, and all images seem lost. The probe creates none.",
    fix: "Mend the name; or create the container, and probe again.",
    by_probe: true,
    ..Rule::BASE
};
static DENIED: Rule = Rule {
    code: "probe-denied",
    severity: Severity::Error,
    summary: "with --probe: a permission is missing",
    why: "The credentials are right, but the registry needs to list, write, read and delete.",
    fix: "Grant what is named; msr-storage policy prints the least IAM policy for S3.",
    by_probe: true,
    ..Rule::BASE
};
static REFUSED: Rule = Rule {
    code: "probe-failed",
    severity: Severity::Error,
    summary: "with --probe: the store answers something else than it should",
    why: "What the probe does, the registry does at a push or a pull.",
    fix: "See what the store said.",
    by_probe: true,
    ..Rule::BASE
};
static LEFT_BEHIND: Rule = Rule {
    code: "probe-left-behind",
    severity: Severity::Warning,
    summary: "with --probe: an object of the probe could not be deleted",
    why: "It harms no image, but lies under the root directory until somebody deletes it.",
    fix: "Delete what is named.",
    by_probe: true,
    ..Rule::BASE
};
static KEYS_ELSEWHERE: Rule = Rule {
    code: "probe-no-keys",
    severity: Severity::Error,
    summary: "with --probe: the keys are in a Secret, not in the values",
    why: "The probe does not read Secrets of a cluster, and without the keys nothing can be tried.",
    fix: "Give them for the probe by --set-literal beside -f, and existingSecret=null by --set.",
    by_probe: true,
    ..Rule::BASE
};
static AMBIENT: Rule = Rule {
    code: "probe-ambient",
    severity: Severity::Note,
    summary: "with --probe: the credentials are those of the place where it runs",
    why: "Without keys the registry takes its pod's role; the probe can only take what it finds in its own environment, which may be allowed more, or less.",
    fix: "Run the probe in a pod of the registry's ServiceAccount to try the role itself.",
    by_probe: true,
    ..Rule::BASE
};
static AMBIENT_KEPT: Rule = Rule {
    code: "probe-ambient-kept",
    severity: Severity::Error,
    summary: "with --probe: the credentials found here do not go to an endpoint that is not AWS's",
    why: "Without keys in the values the probe signs with the AWS credentials of the place where it runs, and a session's token is sent along: whoever answers could use it. So they go to S3 itself, over TLS, and nowhere else unasked.",
    fix: "Give the keys for the probe by --set-literal; --probe-ambient-credentials sends those found here to the endpoint that is set.",
    by_probe: true,
    ..Rule::BASE
};
static SIGNED_OTHERWISE: Rule = Rule {
    code: "probe-signature",
    severity: Severity::Note,
    summary: "with --probe: requests were signed by version 4, the registry's are not",
    why: "With v4auth: false the registry signs by version 2, which the probe does not.",
    fix: "Set v4auth to true where the service takes it.",
    by_probe: true,
    ..Rule::BASE
};
static NOTHING_TO_REACH: Rule = Rule {
    code: "probe-nothing",
    severity: Severity::Note,
    summary: "with --probe: a claim can't be tried from outside its cluster",
    why: "The volume behind a claim is mounted by the cluster alone.",
    fix: "See kubectl get pvc once it is installed.",
    by_probe: true,
    ..Rule::BASE
};

/// A step that failed.
pub struct Failed<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// Where the requests went.
    pub endpoint: &'a str,
    /// Which step.
    pub what: What,
    /// Why.
    pub trouble: &'a Trouble,
    /// How long a step may take, in seconds.
    pub seconds: u64,
}

/// The finding of a failed step, at the field that it is about.
pub fn failed(failed: &Failed) -> Diagnostic {
    let Failed {
        settings, trouble, ..
    } = failed;
    let (rule, fields): (_, &[&str]) = match trouble.kind {
        Kind::Name | Kind::Connection | Kind::Proxy | Kind::Time => (&UNREACHABLE, ENDPOINT),
        Kind::Tls => (&TLS, ENDPOINT),
        Kind::Region => (&OTHER_REGION, &["region"]),
        Kind::Credentials if UNKNOWN_KEY.contains(&trouble.code.as_str()) => (&CREDENTIALS, KEY),
        Kind::Credentials => (&CREDENTIALS, SECRET),
        Kind::NoCredentials => (&CREDENTIALS, STORE),
        Kind::NoStore if matches!(settings.backend.name, "azure" | "swift") => {
            (&STORE_TO_BE_MADE, STORE)
        }
        Kind::NoStore => (&NO_STORE, STORE),
        Kind::Denied if words::is_about_key(failed) => (&DENIED, &["keyid", "bucket"]),
        Kind::Denied => (&DENIED, STORE),
        Kind::Differs | Kind::Other => (&REFUSED, STORE),
    };
    let mut found = Diagnostic::new(rule, words::message(failed));
    found.place = place(settings, fields);
    found.help = words::help(failed);
    found
}

/// Fields that say where requests go; the first one that is set counts.
const ENDPOINT: &[&str] = &[
    "regionendpoint",
    "authurl",
    "endpoint",
    "realm",
    "region",
    "accountname",
    "bucket",
];
/// What stores say where they do not know the key at all; the last one is Versity's gateway's.
const UNKNOWN_KEY: &[&str] = &["InvalidAccessKeyId", "XAdminUserNotFound"];
/// Fields that hold a key's name.
const KEY: &[&str] = &["accesskey", "accesskeyid", "username"];
/// Fields that hold a secret.
const SECRET: &[&str] = &[
    "secretkey",
    "accountkey",
    "accesskeysecret",
    "credentials",
    "password",
    "bucket",
];
/// Fields that name the store.
const STORE: &[&str] = &["bucket", "container"];

/// The place of the first of these fields that is set, else of the backend's choice.
fn place(settings: &Settings, fields: &[&str]) -> Option<Origin> {
    // Swift's secretkey signs URLs and signs nobody in.
    let fields = fields.iter().filter(|name| {
        settings.backend.name != "swift" || !["secretkey", "accesskey"].contains(name)
    });
    fields
        .into_iter()
        .find_map(|name| settings.get(name))
        .map(|setting| &setting.origin)
        .or(settings.chosen.as_ref())
        .cloned()
}

/// What could not be deleted.
pub fn left_behind(settings: &Settings, name: &str) -> Diagnostic {
    let mut found = Diagnostic::new(
        &LEFT_BEHIND,
        format!("the probe could not delete {name} again"),
    )
    .help("delete it by hand");
    found.place = place(settings, STORE);
    found
}

/// Keys in a Secret of the user's own.
pub fn keys_elsewhere(settings: &Settings, absent: &[&Field]) -> Diagnostic {
    let names: Vec<_> = absent.iter().map(|field| field.name).collect();
    let name = shown(settings.existing_secret().unwrap_or_default());
    let block = format!("registry.storage.{}", settings.backend.name);
    let flags: String = absent
        .iter()
        .map(|field| format!(" --set-literal {block}.{}=…", field.name))
        .collect();
    let message = format!(
        "nothing was tried: {} {} in the Secret {name}, not in the values",
        names.join(" and "),
        if names.len() == 1 { "is" } else { "are" }
    );
    let mut found = Diagnostic::new(&KEYS_ELSEWHERE, message).help(format!(
        "give the keys for the probe alone: check --probe -f FILE --set {block}.{}=null{flags}",
        Field::EXISTING_SECRET_NAME
    ));
    found.place = place(settings, &[Field::EXISTING_SECRET_NAME]);
    found
}

/// Credentials of the environment.
pub fn ambient(settings: &Settings) -> Diagnostic {
    let message = "the probe used the credentials that it found where it runs, not those of the registry's pod";
    let mut found = Diagnostic::new(&AMBIENT, message)
        .help("run it in a pod of the registry's ServiceAccount to try that role");
    found.place = place(settings, STORE);
    found
}

/// Credentials of the environment that are sent nowhere.
pub fn ambient_kept(settings: &Settings) -> Diagnostic {
    let message = "nothing was tried: the values hold no keys, and the AWS credentials of the place where the probe runs go to AWS's own S3 over TLS alone";
    let block = format!("registry.storage.{}", settings.backend.name);
    let mut found = Diagnostic::new(&AMBIENT_KEPT, message).help(format!(
        "give keys for the probe alone: --set-literal {block}.accesskey=… --set-literal {block}.secretkey=…; or, where this endpoint may have the credentials found here, --probe-ambient-credentials"
    ));
    let fields: &[&str] = match settings.get("regionendpoint") {
        Some(_) => &["regionendpoint"],
        None => &["secure", "region"],
    };
    found.place = place(settings, fields);
    found
}

/// Version 2 signatures.
pub fn signed_otherwise(settings: &Settings) -> Diagnostic {
    let message = "v4auth is false: the registry signs by version 2, the probe signed by version 4";
    let mut found = Diagnostic::new(&SIGNED_OTHERWISE, message);
    found.place = place(settings, &["v4auth"]);
    found
}

/// A claim.
pub fn nothing_to_reach(settings: &Settings) -> Diagnostic {
    let message = "persistentVolume has nothing to reach from here: the claim and its volume are the cluster's";
    let mut found = Diagnostic::new(&NOTHING_TO_REACH, message);
    found.place = settings.chosen.clone();
    found
}
