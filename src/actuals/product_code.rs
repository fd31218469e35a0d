//! Names of services: each source has its own, an estimate has CUR's product codes.
//!
//! Names as Cost Explorer and FOCUS exports of AWS write them (AWS Cost Explorer API reference and public
//! exports, read 2026-11-23). A name that is not here is kept as it is, and shown.

/// Cost Explorer's or FOCUS's name, and the product code.
const NAMES: [(&str, &str); 26] = [
    ("Amazon Elastic Compute Cloud - Compute", "AmazonEC2"),
    ("Amazon Elastic Compute Cloud", "AmazonEC2"),
    ("EC2 - Other", "AmazonEC2"),
    ("Amazon Elastic Block Store", "AmazonEC2"),
    ("Amazon FSx", "AmazonFSx"),
    ("Amazon Simple Storage Service", "AmazonS3"),
    ("Amazon S3 Glacier Deep Archive", "AmazonS3"),
    ("Amazon Elastic File System", "AmazonEFS"),
    ("Amazon EC2 Container Registry (ECR)", "AmazonECR"),
    ("Amazon Elastic Container Registry", "AmazonECR"),
    ("Amazon Elastic Container Registry Public", "AmazonECRPublic"),
    ("AmazonCloudWatch", "AmazonCloudWatch"),
    ("Amazon CloudWatch", "AmazonCloudWatch"),
    ("Amazon Virtual Private Cloud", "AmazonVPC"),
    ("AWS Data Transfer", "AWSDataTransfer"),
    ("Savings Plans for AWS Compute usage", "ComputeSavingsPlans"),
    ("Savings Plans for Compute", "ComputeSavingsPlans"),
    ("AWS Lambda", "AWSLambda"),
    ("AWS Key Management Service", "awskms"),
    ("Amazon Simple Queue Service", "AWSQueueService"),
    ("Amazon Simple Notification Service", "AmazonSNS"),
    ("Amazon Relational Database Service", "AmazonRDS"),
    ("Amazon DynamoDB", "AmazonDynamoDB"),
    ("Amazon Route 53", "AmazonRoute53"),
    ("AWS CloudTrail", "AWSCloudTrail"),
    ("AWS Cost Explorer", "AWSCostExplorer"),
];

/// The product code of a service by whatever name; the name itself where the table does not have it.
#[must_use]
pub fn code(name: &str) -> &str {
    let known = NAMES.iter().find(|(known, _)| *known == name);
    let code = known.map_or(name, |(_, code)| code);
    // Two product codes of CUR that an estimate counts under one.
    match code {
        "AmazonS3GlacierDeepArchive" => "AmazonS3",
        "AWSDataTransfer" => "AmazonEC2",
        code => code,
    }
}
