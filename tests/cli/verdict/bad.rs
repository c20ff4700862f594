//! Bad settings, each with the one error that it must give.

/// A workload that runs MSR's registry.
pub(super) const REGISTRY: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: msr-msr-registry
  labels: {app.kubernetes.io/name: msr, app.kubernetes.io/component: registry}
spec:
  template:
    spec:
      containers:
      - name: registry
        image: registry.mirantis.com/msr/msr-registry:3.1.4
";

/// The same with environment variables, in flow style.
pub(super) fn registry_with(env: &str) -> String {
    REGISTRY.replace(
        "        image:",
        &format!("        env: {env}\n        image:"),
    )
}

/// One case.
pub(super) struct Bad {
    /// The code of its only error.
    pub(super) code: &'static str,
    /// What stands under `registry.storage`, in flow style.
    pub(super) storage: &'static str,
    /// What stands beside `storage`.
    pub(super) beside: &'static str,
    /// Whether it can't be allowed.
    pub(super) never: bool,
    /// Words of the real 2.8.3 driver (`factory.Create`) that refuses what was let through; none if it is not asked.
    pub(super) driver: &'static str,
    /// The same settings set right, for some.
    pub(super) right: &'static str,
}

impl Bad {
    /// The values file.
    pub(super) fn values(&self) -> String {
        values_of(self.storage, self.beside)
    }
}

/// A values file.
pub(super) fn values_of(storage: &str, beside: &str) -> String {
    format!("registry: {{{beside}storage: {{{storage}}}}}\n")
}

const fn bad(code: &'static str, storage: &'static str) -> Bad {
    Bad {
        code,
        storage,
        beside: "",
        never: false,
        driver: "",
        right: "",
    }
}

const fn never(code: &'static str, storage: &'static str) -> Bad {
    Bad {
        never: true,
        ..bad(code, storage)
    }
}

const fn driver(code: &'static str, storage: &'static str, driver: &'static str) -> Bad {
    Bad {
        driver,
        ..bad(code, storage)
    }
}

const fn right(bad: Bad, right: &'static str) -> Bad {
    Bad { right, ..bad }
}

/// The table.
pub(super) const BAD: &[Bad] = &[
    never("unknown-backend", "backend: s4"),
    never("unknown-backend", "backend: [s3]"),
    bad(
        "backend-not-named",
        "s3: {region: us-east-2, bucket: testing-msr}",
    ),
    bad(
        "unknown-field",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, keyId: k}",
    ),
    bad(
        "unknown-field",
        "backend: s3, sizes: 1, s3: {region: us-east-2, bucket: testing-msr}",
    ),
    never(
        "wrong-type",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, secure: 1}",
    ),
    never(
        "wrong-type",
        "backend: s3, s3: {region: us-east-2, bucket: {a: b}}",
    ),
    never(
        "wrong-type",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, chunksize: big}",
    ),
    never(
        "misread-value",
        "backend: s3, s3: {region: us-east-2, bucket: 0123}",
    ),
    never(
        "misread-value",
        "backend: swift, swift: {authurl: 'https://a/v3', username: u, container: c, password: 0815_4711}",
    ),
    driver(
        "value-not-allowed",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, storageclass: GLACIER}",
        "the storageclass parameter must be one of",
    ),
    bad(
        "value-not-allowed",
        "backend: persistentVolume, persistentVolume: {accessMode: RWX}",
    ),
    right(
        driver(
            "out-of-range",
            "backend: s3, s3: {region: us-east-2, bucket: testing-msr, chunksize: 1}",
            "the chunksize 1 parameter should be a number between",
        ),
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, chunksize: 5242880, accesskey: A, secretkey: s}",
    ),
    bad(
        "out-of-range",
        "backend: gcs, gcs: {bucket: testing-msr, chunksize: 1000000}",
    ),
    driver(
        "out-of-range",
        "backend: swift, swift: {authurl: 'http://127.0.0.1:9/v3', username: u, container: c, password: p, chunksize: 1}",
        "the chunksize 1 parameter should be a number",
    ),
    driver(
        "out-of-range",
        "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: oss-cn-hangzhou, bucket: testing-msr, chunksize: 1}",
        "The chunksize 1 parameter should be a number",
    ),
    driver(
        "out-of-range",
        "backend: swift, swift: {authurl: 'http://127.0.0.1:9/', authversion: 4, username: u, container: c, password: p}",
        "Auth Version 4 not supported",
    ),
    bad(
        "wrong-form",
        "backend: persistentVolume, persistentVolume: {size: big}",
    ),
    bad(
        "wrong-form",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, existingSecret: Bad_Name}",
    ),
    driver(
        "missing-field",
        "backend: s3, s3: {region: us-east-2}",
        "no bucket parameter provided",
    ),
    driver(
        "missing-field",
        "backend: s3, s3: {bucket: testing-msr, region: ''}",
        "no region parameter provided",
    ),
    driver(
        "missing-field",
        "backend: azure, azure: {accountname: msr, container: msr}",
        "no accountkey parameter provided",
    ),
    bad(
        "half-a-key-pair",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, accesskey: A}",
    ),
    bad(
        "keys-in-two-places",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, accesskey: A, secretkey: s, existingSecret: own}",
    ),
    driver(
        "unsupported-region",
        "backend: s3, s3: {region: us-east-9, bucket: testing-msr}",
        "invalid region provided: us-east-9",
    ),
    bad(
        "unsupported-region",
        "backend: s3, s3: {region: eu-north-1, bucket: testing-msr}",
    ),
    driver(
        "v4auth-off",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, v4auth: false}",
        "can only be used with v4 authentication",
    ),
    bad(
        "access-mode",
        "backend: persistentVolume, persistentVolume: {accessMode: ReadOnlyMany}",
    ),
    Bad {
        beside: "replicaCount: 2, ",
        ..bad(
            "access-mode",
            "backend: persistentVolume, persistentVolume: {accessMode: ReadWriteOnce}",
        )
    },
    bad(
        "bucket-name",
        "backend: s3, s3: {region: us-east-2, bucket: 's3://my-bucket'}",
    ),
    bad(
        "bucket-name",
        "backend: s3, s3: {region: us-east-2, bucket: 'arn:aws:s3:::my-bucket'}",
    ),
    bad(
        "bucket-name",
        "backend: s3, s3: {region: us-east-2, bucket: my-bucket/prefix}",
    ),
    bad(
        "bucket-name",
        "backend: s3, s3: {region: us-east-2, bucket: My_Bucket}",
    ),
    bad(
        "bucket-name",
        "backend: s3, s3: {region: r, regionendpoint: 'http://minio:9000', bucket: a/b}",
    ),
    bad(
        "bucket-name",
        "backend: gcs, gcs: {bucket: 'gs://testing-msr'}",
    ),
    bad(
        "bucket-name",
        "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: oss-cn-hangzhou, bucket: a_b_c}",
    ),
    bad(
        "container-name",
        "backend: azure, azure: {accountname: msr, accountkey: Zm9v, container: Two--Hyphens}",
    ),
    bad(
        "container-name",
        "backend: swift, swift: {authurl: 'http://127.0.0.1:9/v3', username: u, password: p, container: a/b}",
    ),
    driver(
        "account-name",
        "backend: azure, azure: {accountname: msr.blob.core.windows.net, accountkey: Zm9v, container: msr}",
        "account name is not valid",
    ),
    right(
        driver(
            "account-name",
            "backend: azure, azure: {accountname: my-account, accountkey: Zm9v, container: msr}",
            "account name is not valid",
        ),
        "backend: azure, azure: {accountname: myaccount, accountkey: Zm9v, container: msr}",
    ),
    bad(
        "endpoint-form",
        "backend: s3, s3: {region: r, bucket: testing-msr, regionendpoint: 'ftp://minio:9000'}",
    ),
    bad(
        "endpoint-form",
        "backend: s3, s3: {region: r, bucket: testing-msr, regionendpoint: 'http://minio:9000/testing-msr'}",
    ),
    bad(
        "endpoint-form",
        "backend: s3, s3: {region: r, bucket: testing-msr, regionendpoint: 'http://mi nio'}",
    ),
    driver(
        "endpoint-form",
        "backend: swift, swift: {authurl: '127.0.0.1:9/v3', username: u, password: p, container: c}",
        "first path segment in URL cannot contain colon",
    ),
    bad(
        "oss-region",
        "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: cn-hangzhou, bucket: testing-msr}",
    ),
    bad(
        "oss-endpoint",
        "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: oss-cn-hangzhou, bucket: testing-msr, endpoint: 'https://testing-msr.oss-cn-hangzhou.aliyuncs.com'}",
    ),
    right(
        bad(
            "oss-endpoint",
            "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: oss-cn-hangzhou, bucket: testing-msr, endpoint: oss-cn-hangzhou.aliyuncs.com}",
        ),
        "backend: oss, oss: {accesskeyid: a, accesskeysecret: b, region: oss-cn-hangzhou, bucket: testing-msr, endpoint: images.example.com}",
    ),
    driver(
        "realm-form",
        "backend: azure, azure: {accountname: msr, accountkey: Zm9v, container: msr, realm: 'https://core.windows.net'}",
        "buildCanonicalizedResource error",
    ),
    bad(
        "realm-form",
        "backend: azure, azure: {accountname: msr, accountkey: Zm9v, container: msr, realm: blob.core.windows.net}",
    ),
    driver(
        "auth-version",
        "backend: swift, swift: {authurl: 'http://127.0.0.1:9/', username: u, password: p, container: c}",
        "Can't find AuthVersion in AuthUrl",
    ),
    right(
        bad(
            "auth-version",
            "backend: swift, swift: {authurl: 'https://keystone/v3', authversion: 2, username: u, password: p, container: c}",
        ),
        "backend: swift, swift: {authurl: 'https://cloud-v3.example.com/identity', authversion: 2, username: u, password: ' p', container: c}",
    ),
    bad(
        "key-white-space",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, accesskey: A, secretkey: \"s\\n\"}",
    ),
    bad(
        "key-white-space",
        "backend: swift, swift: {authurl: 'http://127.0.0.1:9/v3', username: u, password: \"p\\n\", container: c}",
    ),
    driver(
        "not-base64",
        "backend: azure, azure: {accountname: msr, accountkey: not base64, container: msr}",
        "malformed storage account key",
    ),
    right(
        driver(
            "not-base64",
            "backend: azure, azure: {accountname: msr, container: msr, accountkey: 'DefaultEndpointsProtocol=https;AccountName=msr;AccountKey=Zm9v;EndpointSuffix=core.windows.net'}",
            "malformed storage account key",
        ),
        "backend: azure, azure: {accountname: msr, container: msr, accountkey: \"Zm9v\\n\"}",
    ),
    bad(
        "service-account-json",
        "backend: gcs, gcs: {bucket: testing-msr, credentials: /etc/key.json}",
    ),
    bad(
        "service-account-json",
        "backend: gcs, gcs: {bucket: testing-msr, credentials: '{\"type\": \"authorized_user\"}'}",
    ),
    bad(
        "placeholder",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, rootdirectory: <prefix>}",
    ),
    bad(
        "placeholder",
        "backend: s3, s3: {region: us-east-2, bucket: testing-msr, accesskey: '${ACCESS_KEY}', secretkey: s}",
    ),
];
