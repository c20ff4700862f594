//! Azure Blob Storage. A table and nothing else.

use super::{Backend, Field, Level, Shape};

pub(super) static BACKEND: Backend = Backend {
    name: "azure",
    driver: "azure",
    title: "Azure Blob Storage",
    fields: &[
        Field {
            name: "accountname",
            level: Level::Standard,
            required: true,
            identity: true,
            example: "msrstorage",
            doc: "The storage account's name.",
            ..Field::TEXT
        },
        Field {
            name: "accountkey",
            level: Level::Standard,
            required: true,
            secret: true,
            example: "bm90IGEgcmVhbCBrZXkgYnV0IHRoZSByaWdodCBmb3JtIQ==",
            doc: "The account's primary or secondary key, in base64.",
            mistakes: &["It is an account key, not a SAS token or a connection string."],
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
            name: "realm",
            identity: true,
            shape: Shape::Endpoint,
            default: "core.windows.net",
            example: "core.chinacloudapi.cn",
            doc: "The domain suffix of the storage endpoint: requests go to ACCOUNTNAME.blob.REALM.",
            mistakes: &["It has no scheme and no account in it."],
            ..Field::TEXT
        },
        Field::EXISTING_SECRET,
    ],
};
