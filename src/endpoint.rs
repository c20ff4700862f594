//! An endpoint as the registry's drivers take it: a URL, or a host where the scheme is left out. It opens no connection.
//!
//! RFC 3986 (and 3987 for names that are not ASCII) says where a part ends, as Go's `net/url` does, which the drivers use.
//! A browser's reading (the `url` crate) would take a backslash for a slash and drop line breaks.

use std::fmt;

use fluent_uri::IriRef;

/// The parts of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `https`, in lower case.
    scheme: Option<String>,
    /// `//` before the host although there is no scheme.
    slashes: bool,
    host: String,
    port: Option<u16>,
    path: String,
    /// What else is there, which no endpoint may have.
    extra: Option<Extra>,
}

/// What an endpoint may not have in it: each is a secret, or may hold one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// `user@` or `user:password@`.
    User,
    /// From `?` on, such as a signature.
    Query,
    /// From `#` on.
    Fragment,
}

impl Extra {
    /// The first one that a text seems to have, also where the text can't be read as an endpoint.
    pub fn of(text: &str) -> Option<Self> {
        match Endpoint::parse(text) {
            Some(endpoint) => endpoint.extra,
            None => [('@', Self::User), ('?', Self::Query), ('#', Self::Fragment)]
                .into_iter()
                .find_map(|(mark, extra)| text.contains(mark).then_some(extra)),
        }
    }
}

impl fmt::Display for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "a user name or password",
            Self::Query => "a query",
            Self::Fragment => "a fragment",
        })
    }
}

impl Endpoint {
    /// Takes a text apart. Returns `None` if it can be neither a URL nor a host.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // `minio:9000` has no scheme: the drivers look for `://`, and so for the first colon of all.
        let has_scheme = text
            .split_once(':')
            .is_some_and(|(_, rest)| rest.starts_with("//"));
        let slashes = text.starts_with("//");
        let whole = if has_scheme || slashes {
            text.to_owned()
        } else {
            format!("//{text}")
        };
        let url = IriRef::parse(whole.as_str()).ok()?;
        let authority = url.authority()?;
        let extra = [
            (authority.has_userinfo(), Extra::User),
            (url.has_query(), Extra::Query),
            (url.has_fragment(), Extra::Fragment),
        ];
        Some(Self {
            scheme: url
                .scheme()
                .map(|scheme| scheme.as_str().to_ascii_lowercase()),
            slashes,
            host: authority.host().to_owned(),
            port: authority.port_to_u16().ok()?,
            path: url.path().as_str().to_owned(),
            extra: extra
                .into_iter()
                .find_map(|(has, extra)| has.then_some(extra)),
        })
    }

    /// The scheme in lower case.
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// Whether it begins with `//`, which the drivers take for no host at all.
    pub fn has_slashes_alone(&self) -> bool {
        self.slashes
    }

    /// The host as written; blank if there is none.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host as names are compared: in lower case, without the dot of a full name.
    pub fn name(&self) -> String {
        self.host.trim_end_matches('.').to_lowercase()
    }

    /// The port, if it is named.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        let scheme = self.scheme().map(|scheme| format!("{scheme}://"));
        format!("{}{}", scheme.unwrap_or_default(), self.authority())
    }

    /// The path with its slash; blank if there is none.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it has that no endpoint may have.
    pub fn extra(&self) -> Option<Extra> {
        self.extra
    }

    /// Whether the host is this domain or lies under it.
    pub fn is_under(&self, domain: &str) -> bool {
        self.name()
            .strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Whether the host lies under a domain of AWS.
    pub fn is_aws(&self) -> bool {
        ["amazonaws.com", "amazonaws.com.cn", "api.aws"]
            .iter()
            .any(|domain| self.is_under(domain))
    }

    /// One spelling for all that lead to the same place: host, port if it is not the scheme's own, and path. The scheme says how, not where.
    pub fn place(&self) -> String {
        let default = if self.scheme() == Some("http") {
            80
        } else {
            443
        };
        let port = self.port.filter(|port| *port != default);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}{}", self.name(), self.path.trim_end_matches('/'))
    }
}

/// The endpoint without what it may not have.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Extra};

    fn of(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn endpoints_come_apart() {
        for (text, scheme, host, port, path) in [
            (
                "https://minio.example.com:9000",
                Some("https"),
                "minio.example.com",
                Some(9000),
                "",
            ),
            ("HTTP://Minio/", Some("http"), "Minio", None, "/"),
            ("minio:9000", None, "minio", Some(9000), ""),
            ("minio", None, "minio", None, ""),
            ("//minio/x", None, "minio", None, "/x"),
            ("[::1]:9000", None, "[::1]", Some(9000), ""),
            ("https://my_host/v3", Some("https"), "my_host", None, "/v3"),
            ("ftp://host", Some("ftp"), "host", None, ""),
            (
                "https://u:p@host:1/x?y#z",
                Some("https"),
                "host",
                Some(1),
                "/x",
            ),
            (
                "https://bücher.example",
                Some("https"),
                "bücher.example",
                None,
                "",
            ),
        ] {
            let endpoint = of(text);
            assert_eq!(
                (
                    endpoint.scheme(),
                    endpoint.host(),
                    endpoint.port(),
                    endpoint.path()
                ),
                (scheme, host, port, path),
                "{text}"
            );
        }
        for text in [
            "",
            "https://a b",
            "host:port",
            "host:99999",
            "https://<host>",
            "host\\x",
        ] {
            let endpoint = Endpoint::parse(text);
            assert!(
                endpoint.is_none_or(|endpoint| endpoint.host().is_empty()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_may_hold_a_secret_is_found_in_every_form() {
        for text in [
            "https://u:p@host",
            "//u:p@host",
            "u:p@host",
            "u@host:9000",
            "https:u:p@host",
            // No URL at all, as the password has a slash or a percent sign in it.
            "https://u:p/w@host",
            "https://u:p%w@host",
            "u:p w@host",
        ] {
            assert_eq!(Extra::of(text), Some(Extra::User), "{text}");
        }
        assert_eq!(
            Extra::of("https://host/?X-Amz-Signature=x"),
            Some(Extra::Query)
        );
        assert_eq!(Extra::of("host?sig=x"), Some(Extra::Query));
        assert_eq!(Extra::of("host#x"), Some(Extra::Fragment));
        for text in ["https://host:1/v3", "host", "//host", "no host at all"] {
            assert_eq!(Extra::of(text), None, "{text}");
        }
    }

    #[test]
    fn it_is_written_without_what_it_may_not_have() {
        assert_eq!(
            of("https://u:p@host:1/v3?q#f").to_string(),
            "https://host:1/v3"
        );
        assert_eq!(of("u:p@host").to_string(), "host");
    }

    #[test]
    fn aws_is_told_from_its_look_alikes() {
        for text in [
            "s3.us-east-2.amazonaws.com",
            "S3.us-east-2.amazonaws.com.",
            "https://s3.cn-north-1.amazonaws.com.cn/",
            "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com:443",
            "https://u:p@s3.eu-north-1.amazonaws.com",
            "u:p@s3.eu-north-1.amazonaws.com:443",
            "s3.eu-north-1.amazonaws.com?x",
            "s3.eu-north-1.amazonaws.com#x",
        ] {
            assert!(of(text).is_aws(), "{text}");
        }
        for text in [
            "https://amazonaws.com.example.com",
            "minio.local:9000",
            "notamazonaws.com",
            "https://proxy/amazonaws.com",
            "https://s3.amazonaws.com@minio",
            "https://minio#.amazonaws.com",
        ] {
            assert!(!of(text).is_aws(), "{text}");
        }
    }

    #[test]
    fn one_place_has_one_spelling() {
        for text in [
            "https://Minio:443/",
            "minio",
            "MINIO.",
            "http://minio:80",
            "//u:p@minio?x",
        ] {
            assert_eq!(of(text).place(), "minio", "{text}");
        }
        assert_eq!(of("http://minio:443/x/").place(), "minio:443/x");
    }
}
