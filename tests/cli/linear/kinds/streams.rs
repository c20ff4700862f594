//! Rendered charts.

use std::fmt::Write as _;

use super::{Kind, Made, block, registry, registry_with, stream, times};

/// What reads a stream.
const STREAM: &[&str] = &[
    "post-render -f values.yaml",
    "diff -f values.yaml",
    "check stream.yaml",
    "check stream.yaml --format json",
    "check stream.yaml --against stream.yaml",
    "restore stream.yaml",
    "values stream.yaml",
];

/// Everything that is in a stream.
pub(crate) fn streams() -> Vec<Kind> {
    let kind = |name, size, make| Kind {
        name,
        size,
        make,
        commands: STREAM,
    };
    vec![
        kind("other documents", 2000, |n| {
            stream(
                registry(0)
                    + &times(n, |i| {
                        format!(
                            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\ndata: {{a: b}}\n"
                        )
                    }),
            )
        }),
        kind("documents with nothing in them", 5000, |n| {
            stream(registry(0) + &"---\n".repeat(n))
        }),
        kind("registries", 100, |n| stream(times(n, registry))),
        kind("registries of other storage", 100, |n| {
            let env = "            - {name: REGISTRY_STORAGE, value: swift}\n            - {name: REGISTRY_STORAGE_SWIFT_PASSWORD, value: OpenSesame12}\n";
            stream(times(n, |i| registry_with(i, env, "", "")))
        }),
        kind("registries with accounts", 100, |n| {
            stream(times(n, |i| {
                let account = format!(
                    "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: a{i}}}\n"
                );
                let claim = format!(
                    "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c{i}}}\nspec: {{accessModes: [ReadWriteMany]}}\n"
                );
                account + &claim + &registry(i)
            }))
        }),
        kind("registries with Secrets", 100, |n| {
            stream(times(n, |i| {
                let secret = format!(
                    "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{i}}}\nstringData: {{secretkey: Sesame-{i}-open}}\n"
                );
                let env = format!(
                    "            - {{name: REGISTRY_STORAGE, value: s3}}\n            - {{name: REGISTRY_STORAGE_S3_SECRETKEY, valueFrom: {{secretKeyRef: {{name: s{i}, key: secretkey}}}}}}\n"
                );
                secret + &registry_with(i, &env, "", "")
            }))
        }),
        kind("registries in one List", 100, |n| {
            let items = times(n, |i| {
                let lines = registry(i).replace("---\n# Source: msr/templates/registry.yaml\n", "");
                let mut item = String::new();
                for (number, line) in lines.lines().enumerate() {
                    let dash = if number == 0 { "- " } else { "  " };
                    writeln!(item, "{dash}{line}").unwrap();
                }
                item
            });
            stream(format!("apiVersion: v1\nkind: List\nitems:\n{items}"))
        }),
        kind("variables", 1000, |n| {
            let env = times(n, |i| format!("            - {{name: V{i}, value: v}}\n"));
            stream(registry_with(0, &env, "", ""))
        }),
        kind("storage variables", 500, |n| {
            let env = times(n, |i| {
                format!(
                    "            - {{name: REGISTRY_STORAGE_SWIFT_V{i}, value: v}}\n            - {{name: V{i}, value: v}}\n"
                )
            });
            stream(registry_with(0, &env, "", ""))
        }),
        kind("volumes", 1000, |n| {
            let mounts = times(n, |i| {
                format!("            - {{name: v{i}, mountPath: /v{i}}}\n")
            });
            let volumes = times(n, |i| {
                format!("        - {{name: v{i}, persistentVolumeClaim: {{claimName: v{i}}}}}\n")
            });
            stream(registry_with(0, "", &mounts, &volumes))
        }),
        kind("volumes of ConfigMaps", 500, |n| {
            let mounts = times(n, |i| {
                format!("            - {{name: v{i}, mountPath: /v{i}}}\n")
            });
            let volumes = times(n, |i| {
                format!("        - {{name: v{i}, configMap: {{name: v{i}}}}}\n")
            });
            let maps = times(n, |i| {
                format!(
                    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: v{i}}}\ndata: {{config.yml: \"storage: {i}\"}}\n"
                )
            });
            stream(registry_with(0, "", &mounts, &volumes) + &maps)
        }),
        kind("custom resources", 100, |n| {
            stream(times(n, |i| {
                format!(
                    "---\napiVersion: msr.mirantis.com/v1\nkind: MSR\nmetadata: {{name: m{i}}}\nspec: {{registry: {{storage: {{backend: s3, s3: {{region: us-east-2, bucket: b, v4auth: true}}}}}}}}\n"
                )
            }))
        }),
        kind("custom resources in one List", 100, |n| {
            let items = times(n, |i| {
                format!(
                    "- {{apiVersion: msr.mirantis.com/v1, kind: MSR, metadata: {{name: m{i}}}, spec: {{registry: {{storage: {{backend: s3, s3: {{region: us-east-2, bucket: b}}}}}}}}}}\n"
                )
            });
            stream(format!("apiVersion: v1\nkind: List\nitems:\n{items}"))
        }),
        kind("carriers", 100, |n| {
            stream(
                registry(0)
                    + &times(n, |i| {
                        format!(
                            "---\napiVersion: msr-storage/v1\nkind: StorageValues\nmetadata: {{name: m{i}}}\nregistry: {{storage: {{backend: s3, s3: {{region: us-east-2, bucket: b}}}}}}\n"
                        )
                    }),
            )
        }),
        kind("broken documents", 500, |n| {
            stream(times(n, |i| {
                format!("---\nkind: Deployment\nimage: msr-registry\nname: [r{i}\n")
            }))
        }),
        kind("saved releases", 100, |n| {
            // Base64 of base64 of `{"name":"r","version":1,"manifest":"","config":{}}`, not compressed, as Helm's oldest are not.
            let data = "ZXlKdVlXMWxJam9pY2lJc0luWmxjbk5wYjI0aU9qRXNJbTFoYm1sbVpYTjBJam9pSWl3aVkyOXVabWxuSWpwN2ZYMD0=";
            stream(times(n, |i| {
                format!(
                    "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: sh.helm.release.v1.r.v{i}}}\ndata: {{release: {data}}}\n"
                )
            }))
        }),
        Kind {
            name: "items of a ResourceList",
            size: 50,
            commands: &["post-render", "diff"],
            make: |n| {
                let items = times(n, |i| {
                    let lines =
                        registry(i).replace("---\n# Source: msr/templates/registry.yaml\n", "");
                    let mut item = String::new();
                    for (number, line) in lines.lines().enumerate() {
                        let dash = if number == 0 { "- " } else { "  " };
                        writeln!(item, "{dash}{line}").unwrap();
                    }
                    item
                });
                let config = format!(
                    "functionConfig:\n  apiVersion: msr-storage/v1\n  kind: StorageValues\n  metadata: {{name: c}}\n{}",
                    block()
                        .lines()
                        .fold(String::new(), |all, line| all + "  " + line + "\n")
                );
                Made {
                    stdin: format!(
                        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{config}items:\n{items}"
                    ),
                    ..Made::default()
                }
            },
        },
        Kind {
            name: "files of a folder",
            size: 250,
            commands: &["check .", "check . --format json", "check . --format sarif"],
            make: |n| Made {
                files: (0..n)
                    .map(|i| (format!("f{i}.yaml"), block() + "      key: x\n"))
                    .collect(),
                ..Made::default()
            },
        },
    ]
}
