//! Whether credentials that are found where the probe runs may go where its requests go. It reads no credentials.

use super::protocol::Request;
use crate::endpoint::Endpoint;

/// What the names of S3 end in. Below these domains there are also machines and balancers of anybody's, whose names their
/// owners choose in part.
const DOMAINS: [&str; 2] = [".amazonaws.com", ".amazonaws.com.cn"];

/// Whether the credentials are those of the place where the probe runs.
pub(super) fn is_ambient(request: &Request) -> bool {
    match request.backend.as_str() {
        "s3" => request.text("secretkey").is_none(),
        "gcs" => request.text("credentials").is_none(),
        _ => false,
    }
}

/// Whether requests go to the cloud that such credentials are of, over TLS: a session's token is a header that anybody on
/// the way, and whoever answers, can use.
pub(super) fn goes_home(request: &Request) -> bool {
    // Google's endpoint is no setting.
    if request.backend != "s3" {
        return true;
    }
    let secure = request.flag("secure", true);
    match request.text("regionendpoint") {
        None => secure && request.text("region").is_some_and(is_label),
        Some(given) => Endpoint::parse(given).is_some_and(|endpoint| {
            let is_tls = match endpoint.scheme() {
                Some(scheme) => scheme == "https",
                None => secure && !endpoint.has_slashes_alone(),
            };
            let is_bare = endpoint.extra().is_none() && matches!(endpoint.path(), "" | "/");
            is_tls && is_bare && is_s3(&endpoint.name())
        }),
    }
}

/// Whether a host is S3's.
fn is_s3(host: &str) -> bool {
    let Some(name) = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain)) else {
        return false;
    };
    let labels: Vec<_> = name.split('.').collect();
    if !labels.iter().all(|label| is_label(label)) {
        return false;
    }
    match labels.as_slice() {
        ["s3" | "s3-accelerate"] | ["s3-accelerate", "dualstack"] => true,
        [one] => is_old_region(one),
        ["s3" | "s3-fips", region] | ["s3" | "s3-fips", "dualstack", region] => is_region(region),
        ["bucket", id, "s3", region, "vpce"] => id.starts_with("vpce-") && is_region(region),
        _ => false,
    }
}

/// `s3-us-west-2`, the older form.
fn is_old_region(label: &str) -> bool {
    label.strip_prefix("s3-").is_some_and(is_region)
}

/// `us-east-2`, `us-gov-west-1`: two parts of letters at least, and a number.
fn is_region(label: &str) -> bool {
    let mut parts = label.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let words: Vec<_> = parts.collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    words.len() >= 2
        && words.iter().all(is_word)
        && number.len() == 1
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::check::probe::protocol::VERSION;

    fn home(fields: Value) -> bool {
        let Value::Object(fields) = fields else {
            panic!("fields are a mapping");
        };
        goes_home(&Request {
            version: VERSION.to_owned(),
            backend: "s3".to_owned(),
            fields,
            seconds: 1,
        })
    }

    /// The names of “Amazon S3 endpoints and quotas” (AWS General Reference), and of “AWS PrivateLink for Amazon S3”.
    #[test]
    fn to_s3_itself() {
        assert!(home(json!({"region": "us-east-2"})));
        for endpoint in [
            "s3.amazonaws.com",
            "https://s3.us-east-2.amazonaws.com",
            "HTTPS://S3.us-east-2.amazonaws.com:443/",
            "s3-us-west-2.amazonaws.com",
            "s3-fips.us-gov-west-1.amazonaws.com",
            "s3.dualstack.eu-west-1.amazonaws.com",
            "s3.cn-north-1.amazonaws.com.cn",
            "https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com",
        ] {
            assert!(
                home(json!({"region": "us-east-2", "regionendpoint": endpoint})),
                "{endpoint}"
            );
        }
    }

    #[test]
    fn and_to_nobody_else() {
        assert!(!home(json!({"region": "us-east-2", "secure": false})));
        assert!(!home(json!({"region": "x.example.com/"})));
        for endpoint in [
            "minio.example.com:9000",
            "http://s3.us-east-2.amazonaws.com",
            "ftp://s3.us-east-2.amazonaws.com",
            "https://s3.amazonaws.com.example.com",
            "https://s3.amazonaws.com@example.com",
            "https://s3.amazonaws.com:x@example.com",
            "https://example.com/s3.amazonaws.com",
            "https://example.com#.s3.amazonaws.com",
            "https://example.com?s3.amazonaws.com",
            "https://example.com\\.s3.amazonaws.com",
            "s3.us-east-2.examplamazonaws.com",
            // Anybody's, below AWS's domain.
            "ec2-192-0-2-1.compute-1.amazonaws.com",
            "s3-lookalike-123456789.us-east-1.elb.amazonaws.com",
            "s3-lookalike.amazonaws.com",
            "abcdef.execute-api.us-east-1.amazonaws.com",
            "vpce-1a2b-5e6f.vpce-svc-0123.us-east-1.vpce.amazonaws.com",
        ] {
            assert!(
                !home(json!({"region": "us-east-2", "regionendpoint": endpoint})),
                "{endpoint}"
            );
        }
        let plain = json!({"regionendpoint": "s3.us-east-2.amazonaws.com", "secure": false});
        assert!(!home(plain));
    }
}
