//! A volume of the cluster, claimed by name. A table and nothing else.

use super::{Backend, Field, Kind, Level, Reach};

pub(super) static BACKEND: Backend = Backend {
    name: "persistentVolume",
    driver: "filesystem",
    title: "a volume of the cluster",
    fields: &[
        Field {
            name: "storageClass",
            level: Level::Standard,
            identity: true,
            reach: Reach::Claim,
            default: "the cluster's default class",
            example: "nfs",
            doc: "The storage class of the claim.",
            mistakes: &["The class of an existing claim can't be changed."],
            ..Field::TEXT
        },
        Field {
            name: "accessMode",
            level: Level::Standard,
            kind: Kind::Choice(&[
                "ReadWriteOnce",
                "ReadWriteMany",
                "ReadWriteOncePod",
                "ReadOnlyMany",
            ]),
            reach: Reach::Claim,
            default: "ReadWriteOnce",
            example: "ReadWriteMany",
            doc: "How many nodes may mount the claim; several replicas need ReadWriteMany.",
            mistakes: &["ReadWriteOnce with several replicas leaves pods that never start."],
            ..Field::TEXT
        },
        Field {
            name: "size",
            level: Level::Standard,
            kind: Kind::Quantity,
            reach: Reach::Claim,
            default: "the size of the chart's claim, or 20Gi",
            example: "100Gi",
            doc: "The size of the claim; it may stand beside another backend's block.",
            mistakes: &["A claim never shrinks."],
            ..Field::TEXT
        },
    ],
};
