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

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
    use msr_storage::check::probe::protocol::Kind;

    use super::read;
    use crate::wire::Got;

    fn got(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Got {
        let headers = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Got {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter(headers),
            body: body.as_bytes().to_vec(),
        }
    }

    /// Amazon S3, API reference, "Error responses": the codes; the bodies as S3 and OSS send them.
    #[test]
    fn another_region_is_named() {
        let malformed = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>";
        let words = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>";
        let moved = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint.</Message><Endpoint>b.s3.amazonaws.com</Endpoint></Error>";
        for answer in [
            got(400, &[], malformed),
            got(400, &[], words),
            got(301, &[("x-amz-bucket-region", "eu-west-1")], moved),
            got(301, &[("x-amz-bucket-region", "eu-west-1")], ""),
        ] {
            let trouble = read(&answer);
            assert_eq!(trouble.kind, Kind::Region, "{trouble:?}");
            assert_eq!(trouble.region.as_deref(), Some("eu-west-1"), "{trouble:?}");
        }
        let oss = "<Error><Code>AccessDenied</Code><Message>The bucket you are attempting to access must be addressed using the specified endpoint.</Message><Endpoint>oss-cn-shanghai.aliyuncs.com</Endpoint></Error>";
        let trouble = read(&got(403, &[], oss));
        assert_eq!(
            (trouble.kind, trouble.region.as_deref()),
            (Kind::Region, Some("oss-cn-shanghai"))
        );
    }

    #[test]
    fn a_missing_right_is_told_from_a_wrong_key() {
        let s3 = |code: &str| {
            got(
                403,
                &[],
                &format!("<Error><Code>{code}</Code><Message>&lt;no&gt;</Message></Error>"),
            )
        };
        let google = "{\"error\": {\"code\": 403, \"message\": \"no access\"}}";
        let oauth =
            "{\"error\": \"invalid_grant\", \"error_description\": \"Invalid JWT Signature.\"}";
        for (answer, kind, code) in [
            (s3("AccessDenied"), Kind::Denied, "AccessDenied"),
            (
                s3("SignatureDoesNotMatch"),
                Kind::Credentials,
                "SignatureDoesNotMatch",
            ),
            (got(403, &[], ""), Kind::Denied, "403"),
            (got(401, &[], ""), Kind::Credentials, "401"),
            (got(403, &[], google), Kind::Denied, "403"),
            (got(400, &[], oauth), Kind::Credentials, "invalid_grant"),
            (
                got(404, &[("x-ms-error-code", "ContainerNotFound")], ""),
                Kind::NoStore,
                "ContainerNotFound",
            ),
            (got(500, &[], "<html>"), Kind::Other, "500"),
        ] {
            let trouble = read(&answer);
            assert_eq!(
                (trouble.kind, trouble.code.as_str()),
                (kind, code),
                "{trouble:?}"
            );
        }
        assert_eq!(read(&s3("AccessDenied")).said, "<no>");
    }
}
