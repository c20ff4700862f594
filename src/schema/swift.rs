//! OpenStack Swift. A table and nothing else.

use super::{Backend, Field, Kind, Level, Limits, Shape};

pub(super) static BACKEND: Backend = Backend {
    name: "swift",
    driver: "swift",
    title: "OpenStack Swift",
    fields: &[
        Field {
            name: "authurl",
            level: Level::Standard,
            required: true,
            identity: true,
            shape: Shape::Endpoint,
            example: "https://keystone.example.com:5000/v3",
            doc: "The URL that tokens are asked of.",
            mistakes: &["Where it names no version (…/v3), authversion must."],
            ..Field::TEXT
        },
        Field {
            name: "username",
            level: Level::Standard,
            required: true,
            shape: Shape::Id,
            example: "msr",
            doc: "The user's name.",
            ..Field::TEXT
        },
        Field {
            name: "password",
            level: Level::Standard,
            required: true,
            secret: true,
            example: "'a password'",
            doc: "The user's password.",
            mistakes: &["A numeric one needs quotes in YAML, or it becomes an integer."],
            ..Field::TEXT
        },
        Field {
            name: "container",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "images",
            doc: "The container that holds the images.",
            mistakes: &[
                "The registry creates a missing one: a typo gives an empty store, not an error.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "region",
            identity: true,
            default: "the first region of the service catalogue",
            example: "RegionOne",
            doc: "The region of the service catalogue that the container lies in.",
            ..Field::TEXT
        },
        Field {
            name: "tenant",
            identity: true,
            default: "the user's own",
            example: "registry",
            doc: "The tenant's (project's) name.",
            ..Field::TEXT
        },
        Field {
            name: "tenantid",
            identity: true,
            default: "the user's own",
            example: "'3d4ff4a4b2b74fd9a4ad3fd84ee34e63'",
            doc: "The tenant's (project's) id.",
            ..Field::TEXT
        },
        Field {
            name: "domain",
            default: "none",
            example: "Default",
            doc: "The user's domain by name, for version 3 of the Identity API.",
            ..Field::TEXT
        },
        Field {
            name: "domainid",
            default: "none",
            example: "default",
            doc: "The user's domain by id, for version 3 of the Identity API.",
            ..Field::TEXT
        },
        Field {
            name: "trustid",
            default: "none",
            example: "'9b3ffa8cd60a4e7a9d2e8a5e1f6f9c21'",
            doc: "The trust to act under, for version 3 of the Identity API.",
            ..Field::TEXT
        },
        Field {
            name: "insecureskipverify",
            kind: Kind::Bool,
            default: "false",
            example: "false",
            doc: "Whether the server's certificate is taken unseen.",
            ..Field::TEXT
        },
        Field {
            name: "chunksize",
            kind: Kind::Integer(Limits {
                min: 1 << 20,
                max: 5 << 30,
                multiple_of: 1,
            }),
            default: "20971520",
            example: "20971520",
            doc: "Size in bytes of a segment of a large object, 1 MiB or more.",
            ..Field::TEXT
        },
        Field {
            name: "prefix",
            identity: true,
            shape: Shape::Path,
            default: "the container's root",
            example: "msr",
            doc: "The prefix under which all objects lie.",
            ..Field::TEXT
        },
        Field {
            name: "secretkey",
            secret: true,
            default: "no temporary URLs",
            example: "'a key for temporary URLs'",
            doc: "The key that temporary URLs are signed with.",
            mistakes: &[
                "From an existing Secret it is read only where accesskey is set: an absent key would stop the registry.",
            ],
            ..Field::TEXT
        },
        Field {
            name: "accesskey",
            default: "none",
            example: "'AUTH_msr'",
            doc: "The access key that temporary URLs are made for.",
            ..Field::TEXT
        },
        Field {
            name: "authversion",
            kind: Kind::Integer(Limits {
                min: 1,
                max: 3,
                multiple_of: 1,
            }),
            default: "the version that authurl names",
            example: "3",
            doc: "The version of the authentication protocol: 1, 2 or 3.",
            ..Field::TEXT
        },
        Field {
            name: "endpointtype",
            kind: Kind::Choice(&["public", "internal", "admin"]),
            default: "public",
            example: "internal",
            doc: "Which endpoint of the service catalogue is called.",
            ..Field::TEXT
        },
        Field::EXISTING_SECRET,
    ],
};
