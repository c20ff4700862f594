//! Every field of every backend, from the vendor's guide and the registry's documentation: typed in again here, so that the
//! program's own table can be wrong. persistentVolume, whose fields reach no driver, is not among them.

/// One backend.
pub(super) struct Backend {
    /// Its name in the values.
    pub(super) name: &'static str,
    /// The registry's driver.
    pub(super) driver: &'static str,
    /// Its fields.
    pub(super) fields: &'static [Field],
}

/// One field.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// The parameter that holds the path of its file, where it is handed over in one.
    pub(super) file: Option<&'static str>,
}

/// What may be typed into it.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    /// `false` is refused on Kubernetes.
    True,
    Integer(&'static [i64]),
    Word(&'static [&'static str]),
}

const MIB: i64 = 1 << 20;

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        file: None,
    }
}

const fn required(name: &'static str) -> Field {
    Field {
        required: true,
        ..field(name, Kind::Text)
    }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

const PARTS: Kind = Kind::Integer(&[5 * MIB, 10_485_760, 5 << 30, 5_242_881]);

/// All of them. S3's keys and its endpoint are counted as required, so that no case is one of a lone key or of AWS itself.
pub(super) static BACKENDS: [Backend; 5] = [
    Backend {
        name: "s3",
        driver: "s3",
        fields: &[
            required("accesskey"),
            required("secretkey"),
            required("region"),
            required("bucket"),
            required("regionendpoint"),
            field("encrypt", Kind::Bool),
            text("keyid"),
            field("secure", Kind::Bool),
            field("v4auth", Kind::True),
            field("chunksize", PARTS),
            text("rootdirectory"),
            field(
                "storageclass",
                Kind::Word(&["STANDARD", "REDUCED_REDUNDANCY"]),
            ),
        ],
    },
    Backend {
        name: "azure",
        driver: "azure",
        fields: &[
            required("accountname"),
            required("accountkey"),
            required("container"),
            text("realm"),
        ],
    },
    Backend {
        name: "gcs",
        driver: "gcs",
        fields: &[
            required("bucket"),
            Field {
                file: Some("keyfile"),
                ..text("credentials")
            },
            text("rootdirectory"),
            field("chunksize", Kind::Integer(&[256 << 10, 5 * MIB, 20 * MIB])),
        ],
    },
    Backend {
        name: "swift",
        driver: "swift",
        fields: &[
            required("authurl"),
            required("username"),
            required("password"),
            required("container"),
            text("region"),
            text("tenant"),
            text("tenantid"),
            text("domain"),
            text("domainid"),
            text("trustid"),
            field("insecureskipverify", Kind::Bool),
            field("chunksize", Kind::Integer(&[MIB, 20_971_520, 5 << 30])),
            text("prefix"),
            text("secretkey"),
            text("accesskey"),
            field("authversion", Kind::Integer(&[1, 2, 3])),
            field("endpointtype", Kind::Word(&["public", "internal", "admin"])),
        ],
    },
    Backend {
        name: "oss",
        driver: "oss",
        fields: &[
            required("accesskeyid"),
            required("accesskeysecret"),
            required("region"),
            required("bucket"),
            text("endpoint"),
            field("internal", Kind::Bool),
            field("encrypt", Kind::Bool),
            field("secure", Kind::Bool),
            field("chunksize", PARTS),
            text("rootdirectory"),
        ],
    },
];

impl Backend {
    /// The backend of this name.
    pub(super) fn named(name: &str) -> &'static Self {
        BACKENDS
            .iter()
            .find(|backend| backend.name == name)
            .expect("a backend of the table")
    }

    /// Whether a field is a secret; s3's keys and swift's have the same names, but not the same nature.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        match self.name {
            "s3" => ["accesskey", "secretkey"].contains(&name),
            "swift" => ["password", "secretkey"].contains(&name),
            "azure" => name == "accountkey",
            "gcs" => name == "credentials",
            _ => ["accesskeyid", "accesskeysecret"].contains(&name),
        }
    }

    /// Whether a field reaches the registry as a file.
    pub(super) fn in_file(&self, name: &str) -> bool {
        self.fields
            .iter()
            .any(|field| field.name == name && field.file.is_some())
    }
}
