//! The value flags as typed: Helm's names, in order. It reads none of them.

/// Which of Helm's value flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlagKind {
    /// `-f`, `--values`: a file, `-`, or a URL.
    Values,
    /// `--set-json`
    SetJson,
    /// `--set`
    Set,
    /// `--set-string`
    SetString,
    /// `--set-file`
    SetFile,
    /// `--set-literal`
    SetLiteral,
}

impl FlagKind {
    /// The flag in its long form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Values => "--values",
            Self::SetJson => "--set-json",
            Self::Set => "--set",
            Self::SetString => "--set-string",
            Self::SetFile => "--set-file",
            Self::SetLiteral => "--set-literal",
        }
    }
}

/// One value flag.
#[derive(Clone, PartialEq, Eq)]
pub struct ValueFlag {
    /// Which flag.
    pub kind: FlagKind,
    /// Its argument, whole (`a=1,b=2`; for `-f a,b` one flag per file, as pflag splits them).
    pub text: String,
}

/// The value flags of one command line, in the order typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ValueFlags {
    /// In the order typed; kinds are merged in Helm's order whatever it is.
    pub flags: Vec<ValueFlag>,
}

impl ValueFlags {
    /// The flags of one kind, in the order typed.
    pub fn of(&self, kind: FlagKind) -> impl Iterator<Item = &ValueFlag> {
        self.flags.iter().filter(move |flag| flag.kind == kind)
    }
}

/// Helm's major version, where the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Helm 3 (tried with 3.22).
    Helm3,
    /// Helm 4 (tried with 4.3).
    Helm4,
}
