//! Tables of whole regions: made of what AWS says, and priced from without it.

use super::aws::{json, scenario};
use super::loopback::{Loopback, unix_now};
use super::world::{pool, world};

const KEYS: &str = "[[compute]]\nname = \"training\"\ninstances = { \"p4d.24xlarge\" = 2 }\nhours_per_instance = 100\n\
    [[compute]]\nname = \"spot\"\ninstances = { \"g5.12xlarge\" = 1 }\nhours_per_instance = 10\nspot_share = 1\n\
    [[s3]]\nname = \"data\"\nstorage_gib = 60000\nread_requests = 1000000\n\
    [[logs]]\nname = \"logs\"\ningestion_gib = 40\n\
    [[nat_gateway]]\nname = \"nat\"\ncount = 1\nprocessed_gib = 10\n";

#[test]
fn a_table_of_a_region_prices_what_it_was_read_for() {
    let mut world = world();
    world.changes = pool(("us-east-1a", "use1-az1"), "g5.12xlarge", &[(unix_now() - 100 * 86_400, "2.5")]);
    let aws = Loopback::new(world);
    let folder = scenario(KEYS);
    let update = ["prices", "update", "p4d.24", "g5.12", "--region", "us-east-1", "-o", "prices.csv"];
    let answer = folder.with_aws(&aws, &update);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let table = std::fs::read_to_string(folder.path("prices.csv")).expect("the table");
    assert!(table.starts_with("# hpc-cost price table 1, read 20"), "{table}");
    assert!(table.contains("us-east-1,AmazonEC2,BoxUsage:p4d.24xlarge,,Hours,0,,21.957642,"), "{table}");
    // Without AWS: 200 h × 21.957642, 10 h at the mean of $2.50, 51,200 × 0.023 + 8,800 × 0.022, 40 × 0.50.
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "prices.csv", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let lines = json(&answer)["line_items"].clone();
    let cost = |usage_type: &str| -> Vec<String> {
        let own = lines.as_array().into_iter().flatten().filter(|line| line["usage_type"] == usage_type);
        own.map(|line| line["cost"]["expected"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(cost("BoxUsage:p4d.24xlarge"), ["4391.5284"]);
    assert_eq!(cost("SpotUsage:g5.12xlarge"), ["25"]);
    assert_eq!(cost("TimedStorage-ByteHrs"), ["1177.6", "193.6"]);
    assert_eq!(cost("DataProcessing-Bytes"), ["20"]);
    assert_eq!(lines[0]["price_source"]["source"], "prices.csv");
    let listed = folder.run(&["prices", "show", "p4d", "--prices", "prices.csv", "--format", "csv"]);
    assert!(listed.stdout.contains("p4d.24xlarge"), "{}", listed.text());
}

#[test]
fn a_table_can_be_of_one_service() {
    let aws = Loopback::new(world());
    let folder = scenario(KEYS);
    let update = ["prices", "update", "--service", "AmazonS3", "--region", "us-east-1"];
    let answer = folder.with_aws(&aws, &update);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let services: std::collections::BTreeSet<&str> =
        answer.stdout.lines().skip(2).filter_map(|row| row.split(',').nth(1)).collect();
    assert_eq!(services.into_iter().collect::<Vec<_>>(), ["AmazonS3"]);
    assert_eq!(aws.count("DescribeSpotPriceHistory"), 0);
    let refused = folder.run(&["prices", "update", "--service", "S3", "--region", "us-east-1"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("the services are AmazonEC2"), "{}", refused.text());
}
