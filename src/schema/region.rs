//! The regions of AWS: those that MSR supports for S3 and the others, and the AWS partition of a region. A table and nothing else.

/// The sixteen regions of the vendor's guide.
pub static S3_REGIONS: [&str; 16] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "sa-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "ca-central-1",
];

/// Regions beside MSR's that the released docker/distribution 2.8.3 knows by its AWS SDK (1.15.11).
static RELEASED_REGIONS: [&str; 2] = ["eu-west-3", "cn-northwest-1"];

/// The other regions of AWS, of all its partitions (botocore's partitions.json, and AWS's announcements since).
static NEWER_REGIONS: [&str; 28] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-3",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "us-gov-east-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
];

/// What is known of a region's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum S3Region {
    /// One of MSR's sixteen.
    Supported,
    /// A region of AWS that MSR does not list, but that the released registry knows.
    Released,
    /// A region of AWS that the released registry does not know.
    Newer,
    /// No region of AWS.
    Unknown,
}

impl S3Region {
    /// Looks a name up, exactly.
    pub fn of(name: &str) -> Self {
        if S3_REGIONS.contains(&name) {
            Self::Supported
        } else if RELEASED_REGIONS.contains(&name) {
            Self::Released
        } else if NEWER_REGIONS.contains(&name) {
            Self::Newer
        } else {
            Self::Unknown
        }
    }
}

/// Every region of AWS, MSR's first.
pub fn aws_regions() -> impl Iterator<Item = &'static str> {
    let others = RELEASED_REGIONS.into_iter().chain(NEWER_REGIONS);
    S3_REGIONS.into_iter().chain(others)
}

/// A part of AWS with names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// As in `arn:<name>:s3:::bucket`.
    pub name: &'static str,
    /// The domain of its services.
    pub domain: &'static str,
}

/// The partition that a region lies in; `aws` for an unknown one.
pub fn partition(region: &str) -> Partition {
    if region.starts_with("cn-") {
        Partition {
            name: "aws-cn",
            domain: "amazonaws.com.cn",
        }
    } else if region.starts_with("us-gov-") {
        Partition {
            name: "aws-us-gov",
            domain: "amazonaws.com",
        }
    } else {
        Partition {
            name: "aws",
            domain: "amazonaws.com",
        }
    }
}
