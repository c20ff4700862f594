//! Alibaba Cloud OSS. A table and nothing else.

use super::{Backend, Field, Kind, Level, Limits, Shape};

pub(super) static BACKEND: Backend = Backend {
    name: "oss",
    driver: "oss",
    title: "Alibaba Cloud OSS",
    fields: &[
        Field {
            name: "accesskeyid",
            level: Level::Standard,
            required: true,
            secret: true,
            example: "LTAI4EXAMPLE",
            doc: "The access key's id.",
            ..Field::TEXT
        },
        Field {
            name: "accesskeysecret",
            level: Level::Standard,
            required: true,
            secret: true,
            example: "notARealSecretOnlyAnExample",
            doc: "The secret that belongs to accesskeyid.",
            ..Field::TEXT
        },
        Field {
            name: "region",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "oss-cn-hangzhou",
            doc: "The region's name with its oss- prefix.",
            mistakes: &["Without oss- the registry calls a host that does not exist."],
            ..Field::TEXT
        },
        Field {
            name: "bucket",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "testing-msr",
            doc: "The bucket that holds the images; it must exist.",
            ..Field::TEXT
        },
        Field {
            name: "endpoint",
            identity: true,
            shape: Shape::Endpoint,
            default: "BUCKET.REGION.aliyuncs.com",
            example: "testing-msr.oss-cn-hangzhou.aliyuncs.com",
            doc: "The host to call instead, with the bucket in it.",
            mistakes: &[
                "It has no scheme; secure decides.",
                "The bucket is a part of it.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "internal",
            kind: Kind::Bool,
            default: "false",
            example: "false",
            doc: "Whether the region's internal endpoint is called, for a registry inside Alibaba Cloud.",
            ..Field::TEXT
        },
        Field {
            name: "encrypt",
            kind: Kind::Bool,
            default: "false",
            example: "false",
            doc: "Whether the store encrypts objects on the server side.",
            ..Field::TEXT
        },
        Field {
            name: "secure",
            kind: Kind::Bool,
            default: "true",
            example: "true",
            doc: "Whether HTTPS is used.",
            ..Field::TEXT
        },
        Field {
            name: "chunksize",
            kind: Kind::Integer(Limits {
                min: 5 << 20,
                max: 5 << 30,
                multiple_of: 1,
            }),
            default: "10485760",
            example: "10485760",
            doc: "Size in bytes of a part of a multipart upload, 5 MiB or more.",
            ..Field::TEXT
        },
        Field {
            name: "rootdirectory",
            identity: true,
            shape: Shape::Path,
            default: "the bucket's root",
            example: "msr",
            doc: "The prefix under which all objects lie.",
            ..Field::TEXT
        },
        Field::EXISTING_SECRET,
    ],
};
