//! A flag that a variable can set too: the words that a variable may have for “on” and “off”. It knows no flag.

/// Whether it is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// It is.
    On,
    /// It is not, or nothing is said.
    #[default]
    Off,
    /// The variable has a word that means neither; all wrong arguments are told together, so it is kept until then.
    Unclear,
}

impl Switch {
    /// Reads `true` and `false` as clap gives them for a flag, and the words that YAML, Go and shells have for them. Nothing
    /// is “off”.
    ///
    /// # Errors
    /// Never: clap would stop at the first.
    pub fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" | "t" | "y" => Self::On,
            "" | "0" | "false" | "no" | "off" | "f" | "n" => Self::Off,
            _ => Self::Unclear,
        })
    }

    /// Whether it is on; what is unclear is said of the variable that it stands in.
    pub(crate) fn is_on(&self, variable: &str, wrong: &mut Vec<String>) -> bool {
        if *self == Self::Unclear {
            wrong.push(format!(
                "{variable} must be 1, true, yes, on, 0, false, no, off or blank"
            ));
        }
        *self == Self::On
    }
}
