//! Amazon S3 and compatible services. A table and nothing else.

use super::{Backend, Field, Kind, Level, Limits, Shape};

pub(super) static BACKEND: Backend = Backend {
    name: "s3",
    driver: "s3",
    title: "Amazon S3, or a service that speaks its protocol",
    fields: &[
        Field {
            name: "accesskey",
            level: Level::Standard,
            secret: true,
            pair: Some("secretkey"),
            default: "the role of the environment",
            example: "AKIAIOSFODNN7EXAMPLE",
            doc: "The access key's id; leave both keys out to use an IAM role.",
            mistakes: &[
                "A blank key (\"\") is not an absent one to every chart: it can keep the registry from its role.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "secretkey",
            level: Level::Standard,
            secret: true,
            pair: Some("accesskey"),
            default: "the role of the environment",
            example: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            doc: "The secret access key that belongs to accesskey.",
            mistakes: &[
                "A line break at its end, left by a copy or by base64, makes every signature wrong.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "region",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "us-east-2",
            doc: "The AWS region of the bucket; with regionendpoint, the region that the service calls itself (often us-east-1).",
            mistakes: &[
                "MSR supports sixteen regions; others of AWS, such as eu-north-1, are not among them.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "bucket",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "testing-msr",
            doc: "The bucket that holds the images; it must exist.",
            mistakes: &["It is the bucket's name alone, not a URL or an ARN."],
            ..Field::TEXT
        },
        Field {
            name: "regionendpoint",
            level: Level::Standard,
            identity: true,
            shape: Shape::Endpoint,
            default: "the endpoint of AWS for the region",
            example: "https://minio.example.com:9000",
            doc: "The endpoint of an S3-compatible service; a scheme in it overrides secure.",
            mistakes: &["The bucket is not a part of it."],
            ..Field::TEXT
        },
        Field {
            name: "encrypt",
            kind: Kind::Bool,
            default: "false",
            example: "true",
            doc: "Whether the store encrypts objects on the server side.",
            ..Field::TEXT
        },
        Field {
            name: "keyid",
            shape: Shape::Id,
            default: "the key of S3 itself",
            example: "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            doc: "The KMS key that objects are encrypted with; it needs encrypt.",
            mistakes: &["Without encrypt: true it does nothing."],
            ..Field::TEXT
        },
        Field {
            name: "secure",
            kind: Kind::Bool,
            default: "true",
            example: "true",
            doc: "Whether HTTPS is used where regionendpoint names no scheme.",
            ..Field::TEXT
        },
        Field {
            name: "v4auth",
            kind: Kind::Bool,
            default: "true, set by msr-storage: Kubernetes on AWS needs it",
            example: "true",
            doc: "Whether requests are signed by version 4 of AWS's scheme.",
            mistakes: &["With false the registry refuses to start on AWS."],
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
            doc: "Size in bytes of a part of a multipart upload, from 5 MiB to 5 GiB.",
            ..Field::TEXT
        },
        Field {
            name: "rootdirectory",
            identity: true,
            shape: Shape::Path,
            default: "the bucket's root",
            example: "msr",
            doc: "The prefix under which all objects lie.",
            mistakes: &["Another prefix is another, empty, store."],
            ..Field::TEXT
        },
        Field {
            name: "storageclass",
            kind: Kind::Choice(&["STANDARD", "REDUCED_REDUNDANCY"]),
            default: "STANDARD",
            example: "STANDARD",
            doc: "The storage class of new objects.",
            ..Field::TEXT
        },
        Field::EXISTING_SECRET,
    ],
};
