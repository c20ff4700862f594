//! What a field's text looks like when it is what it should be: a word, a path, an endpoint. It judges no meaning.

use crate::endpoint::Endpoint;

/// The looks of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Letters, digits, dots, hyphens and underscores: a name, a region, an id.
    Word,
    /// Words with slashes between them: a prefix of keys.
    Path,
    /// Words with colons or slashes between them: an ARN, `account:user`.
    Id,
    /// A URL or a host, with nothing in it that may be a secret.
    Endpoint,
}

impl Shape {
    /// Whether a text has these looks. A key or a long random token has none.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Word => words(text, &[]),
            Self::Path => words(text, &['/']),
            Self::Id => words(text, &['/', ':']),
            Self::Endpoint => Endpoint::parse(text).is_some_and(|endpoint| {
                let host = endpoint.host();
                let address = host
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'));
                let host = address.map_or(words(host, &[]), |address| words(address, &[':']));
                let path = endpoint.path();
                let path = path.is_empty() || words(path, &['/']);
                let scheme = endpoint.scheme().is_none_or(|scheme| words(scheme, &[]));
                text.trim() == text && endpoint.extra().is_none() && scheme && host && path
            }),
        }
    }
}

/// The longest name that Kubernetes and the clouds know.
const LONGEST: usize = 253;

fn words(text: &str, between: &[char]) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
    !text.is_empty()
        && text.len() <= LONGEST
        && text.chars().all(|c| is_letter(c) || between.contains(&c))
        && !text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_key)
}

/// Whether a run of letters and digits looks like a key: long, with capitals and digits in it. Names and hashes have no capitals.
fn is_key(run: &str) -> bool {
    run.len() >= 16
        && run.bytes().any(|c| c.is_ascii_uppercase())
        && run.bytes().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn looks_are_told_from_secrets() {
        for (shape, text) in [
            (Shape::Word, "us-esat-2"),
            (Shape::Word, "My_Bucket.1"),
            (Shape::Word, "3d4ff4a4b2b74fd9a4ad3fd84ee34e63"),
            (Shape::Path, "msr/images/"),
            (
                Shape::Id,
                "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ),
            (Shape::Id, "test:tester"),
            (Shape::Endpoint, "https://minio.example.com:9000"),
            (Shape::Endpoint, "https://keystone:5000/v3"),
            (Shape::Endpoint, "[fd00::1]:9000"),
            (Shape::Endpoint, "core.chinacloudapi.cn"),
        ] {
            assert!(shape.fits(text), "{text}");
        }
        for (shape, text) in [
            (Shape::Word, ""),
            (Shape::Word, "AKIAIOSFODNN7EXAMPLE"),
            (Shape::Word, "two words"),
            (Shape::Word, "s3://bucket"),
            (Shape::Path, "wJalrXUtnFEMI7K/MDENGbPxRfiCYEXAMPLEKEY1"),
            (Shape::Id, "AccountKey=abc"),
            (Shape::Endpoint, "https://u:p@minio"),
            (Shape::Endpoint, "https://minio?X-Amz-Signature=x"),
            (Shape::Endpoint, "wJalrXUtnFEMI7MDENGbPxRfiCYEXAMPLEKEY"),
            (Shape::Endpoint, " minio"),
        ] {
            assert!(!shape.fits(text), "{text}");
        }
    }
}
