//! Google Cloud Storage. A table and nothing else.

use super::{Backend, Field, Kind, Level, Limits, Reach, Shape};

pub(super) static BACKEND: Backend = Backend {
    name: "gcs",
    driver: "gcs",
    title: "Google Cloud Storage",
    fields: &[
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
            name: "credentials",
            secret: true,
            reach: Reach::File {
                env_suffix: "keyfile",
            },
            default: "the identity of the environment",
            example: "'{\"type\": \"service_account\", …}'",
            doc: "The content of a service account's JSON key; it is mounted as a file.",
            mistakes: &[
                "It is the key's content, not the path of a file: with --set-file it is read from one.",
            ],
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
        Field {
            name: "chunksize",
            kind: Kind::Integer(Limits {
                min: 256 << 10,
                max: i32::MAX as i64,
                multiple_of: 256 << 10,
            }),
            default: "5242880",
            example: "5242880",
            doc: "Size in bytes of a part of an upload, a multiple of 256 KiB.",
            ..Field::TEXT
        },
        Field::EXISTING_SECRET,
    ],
};
