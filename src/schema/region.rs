//! The S3 regions that MSR supports, and the AWS partition of a region. A table and nothing else.

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
