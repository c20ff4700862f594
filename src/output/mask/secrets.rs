//! The secret values of one block of settings, to be hidden in texts of others: a store's answer, a library's error. It reads no file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::HIDDEN;
use crate::settings::{Scalar, Settings};

/// The shortest piece that is looked for inside a text; a text that holds a shorter secret is hidden whole.
const SHORTEST: usize = 4;

/// Texts that must not be shown.
pub struct Secrets {
    /// The longest first, so that none hides a part of another and leaves the rest.
    pieces: Vec<String>,
}

impl Secrets {
    /// The values of the secret fields, in every spelling that a request or an error may have: as typed, in base64, in a URL, escaped, line by line.
    pub fn of(settings: &Settings) -> Self {
        let mut pieces = Vec::new();
        for setting in settings.fields.iter().filter(|set| set.field.secret) {
            let Scalar::Text(text) = &setting.value else {
                pieces.push(setting.value.to_string());
                continue;
            };
            spellings(text, &mut pieces);
            let content: Option<serde_json::Map<String, serde_json::Value>> =
                serde_json::from_str(text).ok();
            // Of a service account's key only the key is a secret; its address is what a message must name.
            if let Some(key) = content
                .as_ref()
                .and_then(|map| map.get("private_key")?.as_str())
            {
                spellings(key, &mut pieces);
            }
        }
        pieces.retain(|piece| !piece.is_empty());
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        pieces.dedup();
        Self { pieces }
    }

    /// The text without them.
    pub fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for piece in &self.pieces {
            if !text.contains(piece.as_str()) {
                continue;
            }
            if piece.chars().count() < SHORTEST {
                return HIDDEN.to_owned();
            }
            text = text.replace(piece.as_str(), HIDDEN);
        }
        text
    }
}

fn spellings(text: &str, pieces: &mut Vec<String>) {
    let url = |kept: &dyn Fn(u8) -> bool| -> String {
        text.bytes().fold(String::new(), |all, byte| match byte {
            byte if kept(byte) => all + &char::from(byte).to_string(),
            byte => all + &format!("%{byte:02X}"),
        })
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    pieces.push(url(&plain));
    pieces.push(url(&|byte| {
        plain(byte) || b"/:!$&'()*+,;=@".contains(&byte)
    }));
    pieces.push(STANDARD.encode(text));
    pieces.push(format!("{text:?}").trim_matches('"').to_owned());
    let json = serde_json::Value::from(text).to_string();
    pieces.push(json.trim_matches('"').to_owned());
    let xml = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")];
    let xml = xml
        .into_iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    pieces.push(xml);
    // A line of JSON's braces alone is no secret.
    let lines = text.lines().map(str::trim).filter(|line| line.len() > 16);
    pieces.extend(lines.map(str::to_owned));
    pieces.push(text.trim().to_owned());
    pieces.push(text.to_owned());
}

#[cfg(test)]
mod tests {
    use super::{Secrets, spellings};

    fn of(texts: &[&str]) -> Secrets {
        let mut pieces = Vec::new();
        texts.iter().for_each(|text| spellings(text, &mut pieces));
        pieces.retain(|piece| !piece.is_empty());
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
        Secrets { pieces }
    }

    #[test]
    fn every_spelling_is_hidden() {
        let secrets = of(&["a/b+c \"d\" <é>"]);
        for text in [
            "a/b+c \"d\" <é>",
            "a%2Fb%2Bc%20%22d%22%20%3C%C3%A9%3E",
            "a/b+c%20%22d%22%20%3C%C3%A9%3E",
            "YS9iK2MgImQiIDzDqT4=",
            "a/b+c \\\"d\\\" <é>",
            "a/b+c \"d\" &lt;é&gt;",
        ] {
            assert_eq!(secrets.hide(&format!("[{text}]")), "[***]", "{text}");
        }
        assert_eq!(secrets.hide("nothing of it"), "nothing of it");
    }

    /// A longer one is not left with the shorter one's mask in it; a very short one would show itself by what is masked.
    #[test]
    fn long_before_short_and_the_shortest_hides_all() {
        assert_eq!(
            of(&["abcd", "abcdefgh"]).hide("x abcdefgh abcd"),
            "x *** ***"
        );
        assert_eq!(of(&["ab"]).hide("a cab"), "***");
        assert_eq!(of(&["ab"]).hide("a b"), "a b");
    }
}
