//! Where requests go: each backend's endpoint as the registry's driver (docker/distribution 2.8) makes it of the settings. It opens no connection.

use msr_storage::check::probe::protocol::Request;
use msr_storage::endpoint as url;
use msr_storage::schema::partition;

/// An endpoint.
pub(crate) struct Endpoint {
    /// Scheme, host and port.
    pub(crate) url: String,
    /// Whether the bucket is a part of the host's name.
    pub(crate) bucket_in_host: bool,
}

impl Endpoint {
    /// The one of these settings.
    pub(crate) fn of(request: &Request) -> Self {
        let text = |field: &str| request.text(field).unwrap_or_default();
        let secure = request.flag("secure", true);
        match request.backend.as_str() {
            "s3" => s3(request, secure),
            "azure" => {
                let realm = request.text("realm").unwrap_or("core.windows.net");
                Self::whole(format!("https://{}.blob.{realm}", text("accountname")))
            }
            "gcs" => Self::whole("https://storage.googleapis.com".to_owned()),
            "oss" => {
                let scheme = if secure { "https" } else { "http" };
                let internal = if request.flag("internal", false) {
                    "-internal"
                } else {
                    ""
                };
                let host = request.text("endpoint").map_or_else(
                    || {
                        format!(
                            "{}.{}{internal}.aliyuncs.com",
                            text("bucket"),
                            text("region")
                        )
                    },
                    str::to_owned,
                );
                Self {
                    url: format!("{scheme}://{host}"),
                    bucket_in_host: true,
                }
            }
            _ => Self::whole(text("authurl").trim_end_matches('/').to_owned()),
        }
    }

    fn whole(url: String) -> Self {
        Self {
            url,
            bucket_in_host: false,
        }
    }

    /// The endpoint without path, query or anything else, to be shown.
    pub(crate) fn shown(&self) -> String {
        let endpoint = url::Endpoint::parse(&self.url);
        endpoint.map_or_else(String::new, |endpoint| endpoint.origin())
    }
}

/// With a regionendpoint the bucket is in the path, without one in the host unless a dot in its name would break the certificate.
fn s3(request: &Request, secure: bool) -> Endpoint {
    let scheme = if secure { "https" } else { "http" };
    let region = request.text("region").unwrap_or_default();
    match request.text("regionendpoint") {
        Some(given) => {
            let given = given.trim_end_matches('/');
            let named = url::Endpoint::parse(given).is_some_and(|url| url.scheme().is_some());
            Endpoint::whole(if named {
                given.to_owned()
            } else {
                format!("{scheme}://{given}")
            })
        }
        None => Endpoint {
            url: format!("{scheme}://s3.{region}.{}", partition(region).domain),
            bucket_in_host: !request.text("bucket").unwrap_or_default().contains('.'),
        },
    }
}

#[cfg(test)]
mod tests {
    use msr_storage::check::probe::protocol::Request;
    use serde_json::{Value, json};

    use super::Endpoint;

    fn of(backend: &str, fields: Value) -> (String, bool) {
        let Value::Object(fields) = fields else {
            panic!("fields are a mapping");
        };
        let endpoint = Endpoint::of(&Request {
            version: String::new(),
            backend: backend.to_owned(),
            fields,
            seconds: 1,
        });
        (endpoint.url, endpoint.bucket_in_host)
    }

    /// The driver's rules, as the tables of `schema` tell them.
    #[test]
    fn of_s3() {
        let host = "https://s3.us-east-2.amazonaws.com";
        let china = "https://s3.cn-north-1.amazonaws.com.cn";
        for (fields, url, bucket_in_host) in [
            (json!({"region": "us-east-2", "bucket": "b"}), host, true),
            (json!({"region": "us-east-2", "bucket": "a.b"}), host, false),
            (json!({"region": "cn-north-1", "bucket": "b"}), china, true),
            (
                json!({"regionendpoint": "minio:9000", "secure": false}),
                "http://minio:9000",
                false,
            ),
            (
                json!({"regionendpoint": "http://minio:9000/", "secure": true}),
                "http://minio:9000",
                false,
            ),
        ] {
            assert_eq!(of("s3", fields), (url.to_owned(), bucket_in_host));
        }
    }

    #[test]
    fn of_the_others() {
        let oss = json!({"region": "oss-cn-hangzhou", "bucket": "b"});
        let with = |more: &[(&str, Value)]| {
            let mut fields = oss.clone();
            for (field, value) in more {
                fields[*field] = value.clone();
            }
            fields
        };
        let inside = with(&[("internal", true.into()), ("secure", false.into())]);
        let own = with(&[("endpoint", "b.example.com".into())]);
        let azure = json!({"accountname": "a"});
        let china = json!({"accountname": "a", "realm": "core.chinacloudapi.cn"});
        for (backend, fields, url) in [
            ("azure", azure, "https://a.blob.core.windows.net"),
            ("azure", china, "https://a.blob.core.chinacloudapi.cn"),
            ("oss", oss.clone(), "https://b.oss-cn-hangzhou.aliyuncs.com"),
            (
                "oss",
                inside,
                "http://b.oss-cn-hangzhou-internal.aliyuncs.com",
            ),
            ("oss", own, "https://b.example.com"),
            (
                "swift",
                json!({"authurl": "https://keystone:5000/v3/"}),
                "https://keystone:5000/v3",
            ),
        ] {
            assert_eq!(of(backend, fields), (url.to_owned(), backend == "oss"));
        }
    }
}
