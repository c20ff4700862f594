//! Reads what a store says when it refuses: its code, its words, and what kind of trouble that is. It knows the codes of all backends, and asks none.

use msr_storage::check::probe::protocol::{Kind, Trouble};
use serde_json::Value;

use crate::wire::Got;

/// The longest text of a store that is passed on, in characters.
const LONGEST: usize = 240;

/// One line of a text, cut where it is long.
pub(crate) fn line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ").replace(char::is_control, "");
    if text.chars().count() > LONGEST {
        text.chars().take(LONGEST).chain(['…']).collect()
    } else {
        text
    }
}

/// The trouble that an answer tells of.
pub(crate) fn read(got: &Got) -> Trouble {
    let text = String::from_utf8_lossy(&got.body);
    let header = |name: &str| {
        let value = got.headers.get(name)?.to_str().ok()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    let (code, said) = if let Some(code) = element(&text, "Code") {
        (code, element(&text, "Message").unwrap_or_default())
    } else {
        json(&text).unwrap_or_default()
    };
    let code = header("x-ms-error-code")
        .or_else(|| (!code.is_empty()).then_some(code))
        .unwrap_or_else(|| got.status.as_u16().to_string());
    // OSS names the right endpoint, S3 and its like the right region.
    let oss = element(&text, "Endpoint").and_then(|endpoint| {
        let first = endpoint.split('.').next()?.to_owned();
        first
            .starts_with("oss-")
            .then(|| first.replace("-internal", ""))
    });
    let region = header("x-amz-bucket-region")
        .or_else(|| element(&text, "Region"))
        .or_else(|| expected(&said))
        .or_else(|| oss.clone());
    let kind = kind(got.status.as_u16(), &code, oss.is_some(), region.is_some());
    Trouble {
        kind,
        code: line(&code),
        said: line(&said),
        region: region.filter(|_| kind == Kind::Region),
    }
}

fn kind(status: u16, code: &str, other_endpoint: bool, region: bool) -> Kind {
    match code {
        "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" if region => {
            Kind::Region
        }
        "PermanentRedirect" | "TemporaryRedirect" => Kind::Region,
        "AccessDenied" if other_endpoint => Kind::Region,
        // The second one is Versity's gateway's.
        "InvalidAccessKeyId"
        | "XAdminUserNotFound"
        | "SignatureDoesNotMatch"
        | "InvalidToken"
        | "ExpiredToken"
        | "TokenRefreshRequired"
        | "AuthenticationFailed"
        | "AuthorizationFailure"
        | "InvalidSecurityToken"
        | "invalid_grant"
        | "invalid_client" => Kind::Credentials,
        "NoSuchBucket" | "ContainerNotFound" => Kind::NoStore,
        _ => match status {
            301 | 307 if region => Kind::Region,
            401 => Kind::Credentials,
            403 => Kind::Denied,
            _ => Kind::Other,
        },
    }
}

/// The text of an XML element that holds only text.
fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inside, _) = rest.split_once(&format!("</{name}>"))?;
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let text = entities
        .into_iter()
        .fold(inside.to_owned(), |text, (from, to)| text.replace(from, to));
    (!text.is_empty()).then_some(text)
}

/// Google's, OAuth's and Keystone's forms.
fn json(text: &str) -> Option<(String, String)> {
    let root: Value = serde_json::from_str(text).ok()?;
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    match &root["error"] {
        Value::String(code) => Some((code.clone(), word(&root["error_description"]))),
        error => Some((word(&error["code"]), word(&error["message"]))),
    }
}

/// The region in AWS' words: `the region 'a' is wrong; expecting 'b'`.
fn expected(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("expecting ")?;
    let rest = rest.trim_start_matches(['\'', '"']);
    let region: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    (!region.is_empty()).then_some(region)
}
