//! Live prices against an AWS on 127.0.0.1 that applies filters, pages and lays traps: the real program,
//! through the SDK's own endpoint settings.

use std::time::Duration;

use serde_json::Value;

use super::cli::{Answer, Folder};
use super::loopback::{Change, Fault, Loopback, World, unix_now};
use super::world::{instance, plan_rate, pool, product, world};

const DAY: i64 = 86_400;

/// Notes that only answers with live prices have; a test below asks for the words of each.
pub(crate) const NOTES: [&str; 4] = ["PriceRemark", "NotOffered", "OnDemandLive", "PlacementScores"];

impl Folder {
    /// Runs the program with credentials, this AWS and a cache in the folder.
    pub(crate) fn with_aws(&self, aws: &Loopback, args: &[&str]) -> Answer {
        self.asking(aws, args, &[])
    }

    pub(crate) fn asking(&self, aws: &Loopback, args: &[&str], environment: &[(&str, &str)]) -> Answer {
        let mut command = self.command(args);
        command
            .env("AWS_ENDPOINT_URL", aws.url())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("XDG_CACHE_HOME", self.path("cache"))
            .envs(environment.iter().copied());
        Answer::of(command, args)
    }
}

/// A scenario of this month.
pub(crate) fn scenario(keys: &str) -> Folder {
    Folder::new(format!("region = \"us-east-1\"\n{keys}"))
}

pub(crate) const ON_DEMAND: &str =
    "[[compute]]\nname = \"training\"\ninstances = { \"p4d.24xlarge\" = 2 }\nhours_per_instance = 100\n";

pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

/// The first line of an estimate.
fn first_line(answer: &Answer) -> Value {
    json(answer)["line_items"][0].clone()
}

/// The reasons for which lines have no price.
fn gaps(answer: &Answer) -> Vec<String> {
    let document = json(answer);
    let unpriced = document["unpriced"].as_array().cloned().unwrap_or_default();
    unpriced.iter().map(|line| line["reason"].as_str().expect("a reason").to_owned()).collect()
}

fn notes(answer: &Answer) -> String {
    json(answer)["notes"].to_string()
}

const JSON: [&str; 4] = ["estimate", "scenario.toml", "--format", "json"];

#[test]
fn one_product_is_found_among_its_twins() {
    let aws = Loopback::new(world());
    let answer = scenario(ON_DEMAND).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let line = first_line(&answer);
    // 200 h × 21.957642.
    assert_eq!(line["cost"]["expected"], "4391.5284");
    assert_eq!(line["price_source"]["sku"], "H7NGEAC6UEHNTKSJ");
    assert_eq!(line["price_source"]["source"], "live");
    assert_eq!(json(&answer)["prices"]["source"], "live");
}

#[test]
fn what_is_only_in_capacity_blocks_has_no_price() {
    let aws = Loopback::new(world());
    let answer = scenario(&ON_DEMAND.replace("p4d.24xlarge", "p5e.48xlarge")).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert_eq!(gaps(&answer).len(), 1);
    assert!(gaps(&answer)[0].starts_with("the Price List has no product for BoxUsage:p5e.48xlarge"));
}

#[test]
fn two_products_that_fit_are_named_and_none_is_taken() {
    let mut world = world();
    world.products.push(instance("SECONDP4DVIRGIN1", "us-east-1", "", "p4d.24xlarge", "21.9576420000", &[]));
    let answer = scenario(ON_DEMAND).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let reason = &gaps(&answer)[0];
    assert!(
        reason.starts_with("2 products of the Price List fit BoxUsage:p4d.24xlarge, not one"),
        "{reason}"
    );
    assert!(reason.contains("H7NGEAC6UEHNTKSJ") && reason.contains("SECONDP4DVIRGIN1"), "{reason}");
}

#[test]
fn two_products_at_one_price_are_one_price() {
    let logs = "[[logs]]\nname = \"logs\"\ningestion_gib = 40\nstorage_gib = 200\n";
    let answer = scenario(logs).with_aws(&Loopback::new(world()), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let lines = json(&answer)["line_items"].clone();
    let sku = |line: usize| lines[line]["price_source"]["sku"].as_str().unwrap_or_default().to_owned();
    // 40 × 0.50, and both products are named.
    assert_eq!(lines[0]["cost"]["expected"], "20");
    assert_eq!(sku(0), "LOGSINGESTTWIN01 LOGSINGESTVIRG01");
    // Where they differ, neither is taken.
    let mut odd = world();
    let is_twin = |product: &&mut Value| product["product"]["sku"] == "LOGSINGESTTWIN01";
    let twin = odd.products.iter_mut().find(is_twin).expect("the twin");
    let dimension = &mut twin["terms"]["OnDemand"]["LOGSINGESTTWIN01.JRTCKXETXF"]["priceDimensions"];
    dimension["LOGSINGESTTWIN01.JRTCKXETXF.6YS6EN2CT7"]["pricePerUnit"]["USD"] = "0.51".into();
    let answer = scenario(logs).with_aws(&Loopback::new(odd), &JSON);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(gaps(&answer)[0].contains("LOGSINGESTTWIN01 (no operation, $0.51)"), "{:?}", gaps(&answer));
}

#[test]
fn requests_cost_what_their_storage_class_says() {
    let cold = "[[s3]]\nname = \"cold\"\nstorage_class = \"GLACIER_IR\"\nstorage_gib = 0\n\
        write_requests = 10_000_000\nread_requests = 100_000_000\n";
    let answer = scenario(cold).with_aws(&Loopback::new(world()), &JSON);
    let expected = |answer: &Answer| {
        let lines = json(answer)["line_items"].clone();
        let lines = lines.as_array().cloned().unwrap_or_default();
        let cost = |line: &Value| line["cost"]["expected"].as_str().unwrap_or_default().to_owned();
        lines.iter().map(cost).filter(|cost| cost != "0").collect::<Vec<_>>()
    };
    // 10 million × 0.00002 and 100 million × 0.00001.
    assert_eq!(expected(&answer), ["200", "1000"], "{}", answer.text());
    // Deep Archive's are in the Price List of a service of its own; its reads have no price here, and say so.
    let answer =
        scenario(&cold.replace("GLACIER_IR", "DEEP_ARCHIVE")).with_aws(&Loopback::new(world()), &JSON);
    assert_eq!((answer.code, expected(&answer)), (Some(1), vec!["500".to_owned()]), "{}", answer.text());
    assert!(gaps(&answer)[0].starts_with("the Price List has no product for Requests-GDA-Tier2"));
}

#[test]
fn an_odd_product_has_no_price_and_the_reason_says_why() {
    let row = |unit: &str, rates: &[(&str, &str, &str)]| {
        let good = instance("ODD1", "us-east-1", "", "p4d.24xlarge", "1", &[]);
        let attributes: Vec<(String, String)> = good["product"]["attributes"]
            .as_object()
            .expect("attributes")
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
            .collect();
        let attributes: Vec<(&str, &str)> =
            attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        product("AmazonEC2", Some("Compute Instance"), "ODD1", &attributes, unit, rates)
    };
    let whole = [("0", "Inf", "21.957642")];
    let mut yuan = row("Hrs", &whole);
    let dimensions = &mut yuan["terms"]["OnDemand"]["ODD1.JRTCKXETXF"]["priceDimensions"];
    dimensions["ODD1.JRTCKXETXF.6YS6EN2CT7"]["pricePerUnit"] = serde_json::json!({"CNY": "150.00"});
    let mut two_terms = row("Hrs", &whole);
    let term = two_terms["terms"]["OnDemand"]["ODD1.JRTCKXETXF"].clone();
    two_terms["terms"]["OnDemand"]["ODD1.A429C66SYZ"] = term;
    let mut no_terms = row("Hrs", &whole);
    no_terms["terms"] = serde_json::json!({});
    let cases = [
        (row("Hrs", &[("0", "Inf", "0.0000000000")]), "no price of anything"),
        (row("Quantity", &whole), "priced per `Quantity`, expected Hour"),
        (row("Hrs", &[("0", "750", "0.1"), ("750", "Inf", "0.2")]), "2 rates, not one"),
        (row("Hrs", &[("0", "750", "0.1")]), "do not cover every quantity once"),
        (row("Hrs", &[]), "0 rates, not one"),
        (row("Hrs", &[("0", "Inf", "a lot")]), "price `a lot` is not a number"),
        (yuan, "priced in CNY, not in USD"),
        (two_terms, "has 2 OnDemand terms, not one"),
        (no_terms, "has 0 OnDemand terms, not one"),
    ];
    for (item, phrase) in cases {
        let mut world = world();
        world.products.retain(|product| product["product"]["attributes"]["instanceType"] != "p4d.24xlarge");
        world.products.push(item);
        let answer = scenario(ON_DEMAND).with_aws(&Loopback::new(world), &JSON);
        assert_eq!(answer.code, Some(1), "{}", answer.text());
        assert!(gaps(&answer)[0].contains(phrase), "{phrase}: {:?}", gaps(&answer));
    }
}

const EVERYTHING: &str = r#"
[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 100
root_volume = { size_gib = 100, iops = 4000, throughput_mibps = 225 }

[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
storage = "SSD"
throughput_mbps_per_tib = 250
size_gib = 1200

[[lustre]]
name = "scratch"
deployment = "SCRATCH_2"
storage = "SSD"
size_gib = 1200

[[s3]]
name = "bucket"
storage_gib = 60000
write_requests = 1000000
read_requests = 1000000

[[efs]]
name = "home"
storage_gib = 100

[[ecr]]
name = "images"
storage_gib = 50

[[logs]]
name = "logs"
ingestion_gib = 10
storage_gib = 20

[[transfer]]
name = "out"
kind = "out"
gib = 11240

[[transfer]]
name = "zones"
kind = "cross_az"
gib = 100

[[nat_gateway]]
name = "nat"
hours = 100
processed_gib = 10
"#;

#[test]
fn every_kind_of_line_has_its_price() {
    let aws = Loopback::new(world());
    let answer = scenario(EVERYTHING).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    let price = |usage_type: &str| -> Vec<String> {
        let lines = document["line_items"].as_array().expect("lines").iter();
        let lines = lines.filter(|line| line["usage_type"] == usage_type);
        lines.map(|line| line["unit_price"].as_str().expect("a price").to_owned()).collect()
    };
    assert_eq!(price("BoxUsage:p4d.24xlarge"), ["21.957642"]);
    assert_eq!(price("EBS:VolumeUsage.gp3"), ["0.08"]);
    // 40.96 per GiBps-month is 0.04 per MiBps-month.
    assert_eq!(price("EBS:VolumeP-Throughput.gp3"), ["0.04"]);
    // Found by its attributes: the list calls it USE1-Storage-SSD-250.
    assert_eq!(price("Storage.SSD.250"), ["0.211"]);
    assert_eq!(price("Storage"), ["0.14"]);
    assert_eq!(price("TimedStorage-ByteHrs"), ["0.3", "0.023", "0.022", "0.1", "0.03"]);
    assert_eq!(price("Requests-Tier1"), ["0.000005"]);
    assert_eq!(price("DataTransfer-Out-Bytes"), ["0.09", "0.085"]);
    // Two products, one a direction, and one price.
    assert_eq!(price("DataTransfer-Regional-Bytes"), ["0.01"]);
    assert_eq!(price("NatGateway-Hours"), ["0.045"]);
    // One request a kind of product, however many lines need it.
    assert_eq!(aws.count("GetProducts"), 9);
}

#[test]
fn the_guides_whole_platform_has_its_prices_live() {
    let mut world = world();
    // In Tokyo the same products under its prefix, as the Price List of a region has them.
    let tokyo = |product: &Value| -> Option<Value> {
        let mut product = product.clone();
        let attributes = product["product"]["attributes"].as_object_mut()?;
        // Transfer has no region code, only what its usage type says.
        if attributes.get("regionCode").is_some_and(|code| code != "us-east-1") {
            return None;
        }
        if attributes.contains_key("regionCode") {
            attributes.insert("regionCode".into(), "ap-northeast-1".into());
        }
        let kind = attributes.get("usagetype")?.as_str()?.trim_start_matches("USE1-").to_owned();
        attributes.insert("usagetype".into(), format!("APN1-{kind}").into());
        Some(product)
    };
    let more: Vec<Value> = world.products.iter().filter_map(tokyo).collect();
    world.products.extend(more);
    for name in ["p3.16xlarge", "g5.48xlarge", "g5.12xlarge", "p4d.24xlarge"] {
        let spot = pool(("us-east-1a", "use1-az1"), name, &[(unix_now() - 100 * DAY, "9.5")]);
        let there = pool(("ap-northeast-1a", "apne1-az4"), name, &[(unix_now() - 100 * DAY, "9.5")]);
        world.changes.extend(spot);
        world.changes.extend(there.into_iter().map(|change| Change { region: "ap-northeast-1", ..change }));
    }
    let aws = Loopback::new(world);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/guide-full.toml");
    let path = path.to_str().expect("a path").to_owned();
    for region in ["us-east-1", "ap-northeast-1"] {
        let args = ["estimate", &path, "--prices", "live", "--region", region, "--format", "json"];
        let answer = scenario("").with_aws(&aws, &args);
        assert_eq!(gaps(&answer), Vec::<String>::new(), "{region}: {}", answer.text());
    }
}

#[test]
fn types_of_a_region_are_asked_together_and_regions_side_by_side() {
    let aws = Loopback::new(World { delay: Duration::from_millis(20), ..world() });
    let two = "[[compute]]\nname = \"a\"\ninstances = { \"p4d.24xlarge\" = 1, \"p5.48xlarge\" = 1, \"g5.xlarge\" = 2 }\nhours_per_instance = 10\n";
    let folder = scenario(two).with("west.toml", format!("region = \"us-west-2\"\n{ON_DEMAND}"));
    let answer = folder.with_aws(&aws, &["estimate", "scenario.toml", "west.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert_eq!((aws.count("GetProducts"), aws.count("DescribeInstanceTypes")), (2, 2));
    assert!((2..=10).contains(&aws.most_under_way()), "{}", aws.most_under_way());
    let filters: Vec<String> =
        aws.requests().iter().filter(|r| r.operation == "GetProducts").map(|r| r.body.clone()).collect();
    assert!(filters.iter().any(|body| body.contains("g5.xlarge,p4d.24xlarge,p5.48xlarge")), "{filters:?}");
    // The two regions differ in the sixth decimal: 2,195.7642 and, for 200 h, 4,391.528.
    let west = json(&answer)["estimates"][1]["line_items"][0].clone();
    assert_eq!(
        (&west["cost"]["expected"], &west["price_source"]["sku"]),
        (&"4391.528".into(), &"DHAMWQPURBTZBUA6".into())
    );
}

#[test]
fn no_more_than_ten_requests_are_under_way() {
    let mut world = World { delay: Duration::from_millis(30), page: Some(1), ..world() };
    let names: Vec<&'static str> = (0..80).map(|n| &*format!("t{n}.large").leak()).collect();
    for name in &names {
        world.types.push((name, 2, 4096, 0));
        world.offered.push(("us-east-1", name));
        world.changes.extend(pool(("us-east-1a", "use1-az1"), name, &[(unix_now() - 100 * DAY, "0.1")]));
    }
    let aws = Loopback::new(world);
    let mut args = vec!["spot", "--region", "us-east-1", "--format", "json"];
    args.extend(&names);
    let answer = Folder::empty().with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert_eq!(aws.most_under_way(), 10);
}

#[test]
fn commitments_are_priced_by_their_terms() {
    let aws = Loopback::new(world());
    let commitment = |kind: &str| format!("{ON_DEMAND}[[commitment]]\nname = \"c\"\n{kind}\n");
    let rate = |folder: Folder, option: &str| {
        let answer = folder.with_aws(&aws, &JSON);
        let document = json(&answer);
        let lines = document["line_items"].as_array().expect("lines").clone();
        let line = lines.into_iter().find(|line| line["purchase_option"] == option);
        (answer.code, line.map_or(Value::Null, |line| line["unit_price"].clone()))
    };
    let plan = "kind = \"savings_plan\"\nusd_per_hour = \"10\"\nterm = \"1yr\"\npayment = \"no_upfront\"";
    assert_eq!(rate(scenario(&commitment(plan)), "savings_plan"), (Some(0), "14.25".into()));
    let reserved = |payment: &str| {
        format!(
            "kind = \"reserved\"\ninstance_type = \"p4d.24xlarge\"\ncount = 1\nterm = \"1yr\"\npayment = \"{payment}\""
        )
    };
    assert_eq!(rate(scenario(&commitment(&reserved("no_upfront"))), "reserved"), (Some(0), "13.5".into()));
    // 6.50 + 56,940 / 8,760 h.
    assert_eq!(rate(scenario(&commitment(&reserved("partial_upfront"))), "reserved"), (Some(0), "13".into()));
    let open = plan.split("\nterm").next().expect("has a term");
    let answer = scenario(&commitment(open)).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let three = scenario(&commitment(&plan.replace("no_upfront", "all_upfront"))).with_aws(&aws, &JSON);
    assert!(
        three.stdout.contains("AWS offers no rate for BoxUsage:p4d.24xlarge under a 1yr All Upfront"),
        "{}",
        three.text()
    );
}

#[test]
fn two_plan_rates_are_named_and_none_is_taken() {
    let mut world = world();
    world.rates.push(plan_rate(
        "BoxUsage:p4d.24xlarge",
        1,
        "Compute",
        "Linux/UNIX",
        "shared",
        "14.3000000000",
    ));
    let plan = "[[commitment]]\nname = \"c\"\nkind = \"savings_plan\"\nusd_per_hour = \"10\"\nterm = \"1yr\"\npayment = \"no_upfront\"\n";
    let answer = scenario(&format!("{ON_DEMAND}{plan}")).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(1));
    assert!(answer.stdout.contains("2 rates for BoxUsage:p4d.24xlarge"), "{}", answer.text());
}

#[test]
fn a_price_is_no_proof_of_an_offer() {
    let mut world = world();
    world.offered.retain(|(_, name)| *name != "p5.48xlarge");
    let aws = Loopback::new(world);
    let answer = scenario(&ON_DEMAND.replace("p4d.24xlarge", "p5.48xlarge")).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0));
    assert!(notes(&answer).contains("EC2 does not offer p5.48xlarge in us-east-1"), "{}", answer.text());
}

#[test]
fn a_type_the_table_does_not_have_is_looked_up() {
    let aws = Loopback::new(world());
    let unknown = ON_DEMAND.replace("p4d.24xlarge", "g9z.48xlarge");
    let answer = scenario(&unknown).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert_eq!(first_line(&answer)["cost"]["expected"], "8000");
    let typo = scenario(&unknown.replace("g9z.48xlarge", "g9z.47xlarge")).with_aws(&aws, &JSON);
    assert_eq!(typo.code, Some(2));
    assert!(typo.stderr.contains("unknown instance type `g9z.47xlarge`"), "{}", typo.text());
    assert_eq!(scenario(&unknown).run(&JSON).code, Some(2), "without AWS it stays unknown");
    // That AWS does not answer is not the user's mistake.
    let denied = Fault::Error(403, "UnauthorizedOperation", "no");
    let aws = Loopback::new(world()).with_faults_on("DescribeInstanceTypes", [denied]);
    let failed = scenario(&unknown).asking(&aws, &JSON, &[("AWS_MAX_ATTEMPTS", "1")]);
    assert_eq!(failed.code, Some(3), "{}", failed.text());
}

#[test]
fn a_table_that_is_out_of_date_says_so() {
    let mut world = world();
    world.types[0] = ("p4d.24xlarge", 192, 1_179_648, 8);
    let answer = scenario(ON_DEMAND).with_aws(&Loopback::new(world), &JSON);
    assert!(notes(&answer).contains("EC2 describes p4d.24xlarge with 192 vCPUs"), "{}", answer.text());
}

#[test]
fn spot_is_weighted_by_time_from_the_start_of_the_window_to_now() {
    let aws = Loopback::new(world());
    let args = ["spot", "g5.xlarge", "--region", "us-east-1", "--format", "json"];
    let answer = Folder::empty().with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    let pools = document["pools"].as_array().expect("pools");
    let zones: Vec<&str> = pools.iter().map(|pool| pool["zone"].as_str().expect("text")).collect();
    assert_eq!(zones, ["use1-az1", "use1-az2"]);
    // 0.40 all along, by the last change before the window, which counts for its 90 days only.
    assert_eq!((&pools[0]["time_weighted_mean"], &pools[0]["days"]), (&"0.4".into(), &"90".into()));
    // Half at 0.30, half at 0.50, to within the second of the test's own clock.
    let mean: f64 = pools[1]["time_weighted_mean"].as_str().expect("text").parse().expect("a number");
    assert!((mean - 0.4).abs() < 1e-5, "{mean}");
    assert_eq!((&pools[1]["current"], &pools[1]["on_demand"]), (&"0.5".into(), &"1.006".into()));
    assert!(pools[0]["forecast"]["mean"].is_string());
    assert!(document["notes"].to_string().contains("On-Demand prices are from the AWS Price List"));
}

#[test]
fn placement_scores_stand_beside_their_zone() {
    let aws = Loopback::new(world());
    let args = [
        "spot",
        "g5.xlarge",
        "p4d.24xlarge",
        "p5.48xlarge",
        "--region",
        "us-east-1",
        "--placement-scores",
        "4",
        "--format",
        "json",
    ];
    let answer = Folder::empty().with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scores: Vec<Value> = json(&answer)["pools"]
        .as_array()
        .expect("pools")
        .iter()
        .map(|pool| pool["placement_score"].clone())
        .collect();
    assert!(notes(&answer).contains("a Spot request for 4 instances"), "{}", answer.text());
    // g5.xlarge in two zones, p4d.24xlarge in one; p5.48xlarge has no Spot price.
    assert_eq!(scores, [3, 9, 3]);
}

pub(crate) const SPOT: &str = "[[compute]]\nname = \"inference\"\ninstances = { \"g5.xlarge\" = 4 }\nhours_per_instance = 100\nspot_share = 1\n";

#[test]
fn spot_lines_take_the_forecast_of_the_live_history() {
    let aws = Loopback::new(world());
    let answer = scenario(SPOT).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let line = first_line(&answer);
    assert_eq!(line["price_source"]["source"], "live");
    let price: f64 = line["unit_price"].as_str().expect("text").parse().expect("a number");
    // Zones at 0.40 and 0.50 for weeks.
    assert!((0.43..0.47).contains(&price), "{price}");
    assert!(notes(&answer).contains("forecast from 90 days of history in 2 zones"), "{}", answer.text());
    let none = scenario(&SPOT.replace("g5.xlarge", "p5.48xlarge")).with_aws(&aws, &JSON);
    assert_eq!(none.code, Some(1));
    assert!(gaps(&none)[0].contains("EC2 has no Spot price of SpotUsage:p5.48xlarge"), "{}", none.text());
}

#[test]
fn the_part_of_a_month_that_is_over_counts_as_measured() {
    let mut world = world();
    world.changes.clear();
    let now = unix_now();
    // 0.90 until a day ago, 0.40 since.
    let changes = [(now - 100 * DAY, "0.900000"), (now - DAY, "0.400000")];
    world.changes.extend(pool(("us-east-1a", "use1-az1"), "g5.xlarge", &changes));
    let answer = scenario(SPOT).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    let second = |key: &str| {
        let text = document["period"][key].as_str().expect("text");
        text.parse::<jiff::Timestamp>().expect("a time").as_second() as f64
    };
    let (start, end, now) = (second("start"), second("end"), now as f64);
    let day = DAY as f64;
    let dear = (now - day - start).max(0.0) / (end - start);
    let cheap = (now - start).min(day) / (end - start);
    let price: f64 = first_line(&answer)["unit_price"].as_str().expect("text").parse().expect("a number");
    // The forecast of the rest is near the last price.
    let rest = (price - 0.9 * dear - 0.4 * cheap) / (1.0 - dear - cheap);
    assert!((0.3..0.6).contains(&rest), "{price} leaves {rest} for the rest");
    assert!(notes(&answer).contains("what was measured counts"), "{}", answer.text());
}

#[test]
fn what_was_never_seen_does_not_count_as_measured() {
    // A period of which the record knows the last 90 days only: they have their share, the forecast the rest.
    let mut world = world();
    world.changes.clear();
    let now = unix_now();
    let changes = [(now - 200 * DAY, "0.900000"), (now - 30 * DAY, "0.400000")];
    world.changes.extend(pool(("us-east-1a", "use1-az1"), "g5.xlarge", &changes));
    let instant = |second: i64| {
        jiff::Timestamp::from_second(second).expect("in range").strftime("%Y-%m-%d").to_string()
    };
    let (start, end) = (instant(now - 180 * DAY), instant(now + 20 * DAY));
    let keys = format!("region = \"us-east-1\"\nperiod = {{ start = \"{start}\", end = \"{end}\" }}\n{SPOT}");
    let answer = Folder::new(keys).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let price: f64 = first_line(&answer)["unit_price"].as_str().expect("text").parse().expect("a number");
    // 60 of 200 days at 0.90 and 30 at 0.40, the other 110 at about 0.40.
    assert!((0.5..0.6).contains(&price), "{price}");
    let seen = format!("from {} to", instant(now - 90 * DAY));
    assert!(notes(&answer).contains(&seen), "{}", answer.text());
}

#[test]
fn a_type_that_is_misspelled_is_refused_and_one_without_spot_is_named() {
    let aws = Loopback::new(world());
    let ask = |name: &str| {
        Folder::empty()
            .with_aws(&aws, &["spot", "g5.xlarge", name, "--region", "us-east-1", "--format", "json"])
    };
    let typo = ask("g5.2xlrage");
    assert_eq!(typo.code, Some(2), "{}", typo.text());
    assert!(typo.stderr.contains("EC2 knows no instance type `g5.2xlrage`"), "{}", typo.text());
    assert!(notes(&ask("p5.48xlarge")).contains("EC2 has no Spot price of p5.48xlarge in us-east-1"));
}

#[test]
fn a_family_is_what_the_table_has_whatever_was_asked_before() {
    let mut world = world();
    world.types.push(("g9z.24xlarge", 96, 786_432, 4));
    world.offered.push(("us-east-1", "g9z.24xlarge"));
    world.products.push(instance("NEWTYPEVIRGINIA2", "us-east-1", "", "g9z.24xlarge", "20.0000000000", &[]));
    let aws = Loopback::new(world);
    let other = ON_DEMAND.replace("p4d.24xlarge", "g9z.24xlarge");
    let environment =
        "[[batch.compute_environment]]\nname = \"gpu\"\ninstance_types = [\"g9z\"]\nmax_vcpus = 96\n";
    let new = ON_DEMAND.replace("p4d.24xlarge", "g9z.48xlarge");
    let folder = scenario(&format!("{new}{environment}"))
        .with("other.toml", format!("region = \"us-east-1\"\n{other}"));
    let before = folder.with_aws(&aws, &JSON).code;
    assert_eq!(folder.with_aws(&aws, &["estimate", "other.toml"]).code, Some(0));
    assert_eq!(folder.with_aws(&aws, &JSON).code, before);
}

#[test]
fn a_local_zone_is_no_zone_of_the_region() {
    let mut world = world();
    let change = (unix_now() - 100 * DAY, "0.990000");
    world.changes.extend(pool(("us-east-1-bos-1a", "use1-bos1-az1"), "g5.xlarge", &[change]));
    let args = ["spot", "g5.xlarge", "--region", "us-east-1", "--format", "json"];
    let answer = Folder::empty().with_aws(&Loopback::new(world), &args);
    assert_eq!(json(&answer)["pools"].as_array().map(Vec::len), Some(2), "{}", answer.text());
}

#[test]
fn deep_archive_is_a_service_of_its_own_in_the_price_list() {
    let aws = Loopback::new(world());
    let bucket = "[[s3]]\nname = \"old\"\nstorage_class = \"DEEP_ARCHIVE\"\nstorage_gib = 1000\n";
    let answer = scenario(bucket).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let line = first_line(&answer);
    assert_eq!((&line["unit_price"], &line["service"]), (&"0.00099".into(), &"AmazonS3".into()));
}

#[test]
fn what_gp3_includes_may_stand_before_its_first_rate() {
    let mut world = world();
    for product in &mut world.products {
        if product["product"]["sku"] == "EBSGP3IOPSVIRG01" {
            let dimensions =
                &mut product["terms"]["OnDemand"]["EBSGP3IOPSVIRG01.JRTCKXETXF"]["priceDimensions"];
            dimensions["EBSGP3IOPSVIRG01.JRTCKXETXF.6YS6EN2CT7"]["beginRange"] = "3000".into();
        }
    }
    let answer = scenario(EVERYTHING).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let lines = json(&answer)["line_items"].as_array().cloned().expect("lines");
    let line = lines.iter().find(|line| line["usage_type"] == "EBS:VolumeP-IOPS.gp3").expect("IOPS");
    assert_eq!(line["unit_price"], "0.005");
}

#[test]
fn volumes_snapshots_and_addresses_have_live_prices() {
    let listed = |service, sku, usage: &str, unit, usd| {
        let attributes = [("regionCode", "us-east-1"), ("usagetype", usage), ("locationType", "AWS Region")];
        product(service, None, sku, &attributes, unit, &[("0", "Inf", usd)])
    };
    let mut world = world();
    world.products.extend([
        listed("AmazonEC2", "EBSIO2VIRGINIA01", "EBS:VolumeUsage.io2", "GB-month", "0.1260000000"),
        listed("AmazonEC2", "EBSIO2IOPSVIRG01", "EBS:VolumeP-IOPS.io2", "IOPS-Mo", "0.0660000000"),
        listed("AmazonEC2", "EBSIO2IOPSVIRG02", "EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo", "0.0460000000"),
        listed("AmazonEC2", "EBSIO1VIRGINIA01", "EBS:VolumeUsage.piops", "GB-Mo", "0.1270000000"),
        listed("AmazonEC2", "EBSIO1IOPSVIRG01", "EBS:VolumeP-IOPS.piops", "IOPS-Mo", "0.0670000000"),
        listed("AmazonEC2", "SNAPSHOTVIRGINIA", "EBS:SnapshotUsage", "GB-Mo", "0.0510000000"),
        // Archived snapshots are a product of their own.
        listed("AmazonEC2", "SNAPSHOTARCHIVE1", "EBS:SnapshotArchiveStorage", "GB-Mo", "0.0125000000"),
        listed("AmazonVPC", "IPV4INUSEVIRG001", "USE1-PublicIPv4:InUseAddress", "Hrs", "0.0060000000"),
        listed("AmazonVPC", "IPV4IDLEVIRG0001", "USE1-PublicIPv4:IdleAddress", "Hrs", "0.0070000000"),
    ]);
    let keys = "[[ebs]]\nname = \"a\"\ntype = \"io2\"\nsize_gib = 100\niops = 40_000\n\
        [[ebs]]\nname = \"b\"\ntype = \"io1\"\nsize_gib = 100\niops = 1000\n\
        [[ebs]]\nname = \"c\"\nsize_gib = 100\n\
        [[ebs_snapshot]]\nname = \"s\"\nstorage_gib = 10\n\
        [[public_ipv4]]\nname = \"x\"\n[[public_ipv4]]\nname = \"y\"\nidle = true\n";
    let aws = Loopback::new(world);
    let answer = scenario(keys).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = json(&answer);
    let lines = document["line_items"].as_array().expect("lines").iter();
    let prices: Vec<(&str, &str)> = lines
        .map(|line| (line["name"].as_str().unwrap_or(""), line["unit_price"].as_str().unwrap_or("")))
        .collect();
    let expected = [
        ("a", "0.126"),
        ("a: iops", "0.066"),
        ("a: iops", "0.046"),
        ("b", "0.127"),
        ("b: iops", "0.067"),
        ("c", "0.08"),
        ("s", "0.051"),
        ("x", "0.006"),
        ("y", "0.007"),
    ];
    assert_eq!(prices, expected);
    // One request a service.
    assert_eq!(aws.count("GetProducts"), 2);
}

#[test]
fn an_environment_on_demand_asks_for_no_spot_prices() {
    let aws = Loopback::new(world());
    let environment = |kind: &str| {
        format!(
            "{ON_DEMAND}[[batch.compute_environment]]\nname = \"gpu\"\ntype = \"{kind}\"\ninstance_types = [\"p4d.24xlarge\"]\nmax_vcpus = 96\n"
        )
    };
    assert_eq!(scenario(&environment("EC2")).with_aws(&aws, &JSON).code, Some(0));
    assert_eq!(aws.count("DescribeSpotPriceHistory"), 0);
    assert_eq!(scenario(&environment("SPOT")).with_aws(&aws, &JSON).code, Some(0));
    assert_eq!(aws.count("DescribeSpotPriceHistory"), 1);
}

#[test]
fn spot_without_on_demand_has_no_upper_end() {
    // p5e is sold in Capacity Blocks and on Spot, and has no On-Demand price anywhere.
    let mut world = world();
    let change = (unix_now() - 100 * DAY, "18.900000");
    world.changes.extend(pool(("us-east-1a", "use1-az1"), "p5e.48xlarge", &[change]));
    let answer = scenario(&SPOT.replace("g5.xlarge", "p5e.48xlarge")).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let line = first_line(&answer);
    assert_eq!((&line["unit_price"], &line["list_unit_price"]), (&"18.9".into(), &Value::Null));
}

#[test]
fn a_starved_pool_costs_what_on_demand_costs_and_the_others_are_not_hidden() {
    let mut world = world();
    for (zone, price) in
        [(("us-east-1c", "use1-az4"), "55.040000"), (("us-east-1d", "use1-az6"), "14.870000")]
    {
        world.changes.extend(pool(zone, "p5.48xlarge", &[(unix_now() - 100 * DAY, price)]));
    }
    let args = ["spot", "p5.48xlarge", "--region", "us-east-1", "--format", "json"];
    let answer = Folder::empty().with_aws(&Loopback::new(world), &args);
    let pools = json(&answer)["pools"].as_array().cloned().expect("pools");
    let shares: Vec<&Value> = pools.iter().map(|pool| &pool["share_of_time_at_or_above_on_demand"]).collect();
    assert_eq!(shares, ["1", "0"]);
    assert_eq!(
        (&pools[0]["time_weighted_mean"], &pools[1]["time_weighted_mean"]),
        (&"55.04".into(), &"14.87".into())
    );
}

#[test]
fn spot_of_a_month_that_is_over_is_what_was_measured() {
    let aws = Loopback::new(world());
    // The month before: 0.40 in one zone; 0.30 before, 0.50 since the 45th day before now in the other.
    let mut args = JSON.to_vec();
    args.extend(["--month", "previous"]);
    let answer = scenario(SPOT).with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let line = first_line(&answer);
    let document = json(&answer);
    let second = |key: &str| {
        document["period"][key]
            .as_str()
            .expect("text")
            .parse::<jiff::Timestamp>()
            .expect("a time")
            .as_second()
    };
    let (start, end) = (second("start"), second("end"));
    let before = (unix_now() - 45 * DAY - start).clamp(0, end - start) as f64 / (end - start) as f64;
    let expected = (0.4 + 0.3 * before + 0.5 * (1.0 - before)) / 2.0;
    let price: f64 = line["unit_price"].as_str().expect("text").parse().expect("a number");
    assert!((price - expected).abs() < 1e-5, "{price} {expected}");
    assert!(
        notes(&answer).contains("the mean over 2 zones, low and high the cheapest and the dearest zone"),
        "{}",
        answer.text()
    );
}

#[test]
fn spot_of_a_far_month_is_bounded_by_on_demand() {
    let aws = Loopback::new(world());
    let mut args = JSON.to_vec();
    args.extend(["--month", "2100-01"]);
    let answer = scenario(SPOT).with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // 400 h at most at 1.006.
    assert_eq!(first_line(&answer)["cost"]["high"], "402.4");
    assert!(notes(&answer).contains("no forecast"), "{}", answer.text());
}

#[test]
fn every_page_is_read() {
    let all = scenario(EVERYTHING).with_aws(&Loopback::new(world()), &JSON);
    let worlds = [World { page: Some(1), ..world() }, World { page: Some(2), empty_pages: true, ..world() }];
    for world in worlds {
        let aws = Loopback::new(world);
        let paged = scenario(EVERYTHING).with_aws(&aws, &JSON);
        assert_eq!(json(&paged)["line_items"], json(&all)["line_items"]);
        assert!(aws.count("GetProducts") > 12, "{}", aws.count("GetProducts"));
        let spot = Folder::empty()
            .with_aws(&aws, &["spot", "g5.xlarge", "--region", "us-east-1", "--format", "json"]);
        assert_eq!(json(&spot)["pools"].as_array().map(Vec::len), Some(2), "{}", spot.text());
    }
}

#[test]
fn pages_that_never_end_are_an_error() {
    let world = World { page: Some(1), repeats_token: true, ..world() };
    let answer = scenario(EVERYTHING).with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("repeats a page token"), "{}", answer.text());
}

#[test]
fn capacity_blocks_are_listed_cheapest_first() {
    let aws = Loopback::new(world());
    let args = [
        "prices",
        "capacity-blocks",
        "p4d.24xlarge",
        "--region",
        "us-east-1",
        "--hours",
        "48",
        "--instances",
        "2",
        "--format",
        "csv",
    ];
    let answer = Folder::empty().with_aws(&aws, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let rows: Vec<Vec<&str>> = answer.stdout.lines().skip(1).map(|line| line.split(',').collect()).collect();
    // 1,100 / (48 h × 2) = 11.4583333333.
    assert_eq!((rows[0][4], rows[0][5]), ("1100", "11.4583333333"));
    assert_eq!(rows.len(), 2);
    let none = ["prices", "capacity-blocks", "p4d.24xlarge", "--region", "us-east-1", "--hours", "24"];
    assert_eq!(Folder::empty().with_aws(&aws, &none).code, Some(1));
}

#[test]
fn without_credentials_prices_are_bundled_and_say_so() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    let run = |args: &[&str]| {
        let mut command = folder.command(args);
        command
            .env("AWS_ENDPOINT_URL", aws.url())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("HOME", folder.path(""));
        Answer::of(command, args)
    };
    let answer = run(&JSON);
    assert_eq!((answer.code, &json(&answer)["prices"]["source"]), (Some(0), &"bundled".into()));
    let mut live = JSON.to_vec();
    live.extend(["--prices", "live"]);
    let refused = run(&live);
    assert_eq!(refused.code, Some(3));
    assert!(refused.stderr.starts_with("error: no AWS credentials are configured"), "{}", refused.text());
    assert_eq!(run(&["spot", "g5.xlarge", "--region", "us-east-1"]).code, Some(3));
    assert!(aws.requests().is_empty());
}

#[test]
fn credentials_come_from_a_profile_too() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND)
        .with("credentials", "[lab]\naws_access_key_id = AKIDLAB\naws_secret_access_key = s\n")
        .with("config", format!("[profile lab]\nregion = eu-west-1\nendpoint_url = {}\n", aws.url()));
    let run = |profile: &str| {
        let mut command = folder.command(&JSON);
        command
            .env("AWS_SHARED_CREDENTIALS_FILE", folder.path("credentials"))
            .env("AWS_CONFIG_FILE", folder.path("config"))
            .env("AWS_PROFILE", profile)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        Answer::of(command, &JSON)
    };
    let answer = run("lab");
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert_eq!(json(&answer)["prices"]["source"], "live");
    assert!(aws.requests().iter().all(|request| request.headers["authorization"].contains("AKIDLAB")));
    let missing = run("nobody");
    assert_eq!(missing.code, Some(3), "{}", missing.text());
    assert!(missing.stderr.contains("credentials cannot be used"), "{}", missing.text());
}

#[test]
fn a_locked_live_estimate_is_the_same_byte_for_byte_offline() {
    let folder = scenario(&format!("{EVERYTHING}{SPOT}"));
    let aws = Loopback::new(world());
    for format in ["table", "csv", "json", "markdown"] {
        let live = folder.with_aws(&aws, &["estimate", "scenario.toml", "--format", format]);
        assert_eq!(
            folder.with_aws(&aws, &["prices", "lock", "scenario.toml", "-o", "lock.json"]).code,
            Some(0)
        );
        let locked = folder.run(&["estimate", "scenario.toml", "--format", format, "--prices", "lock.json"]);
        assert_eq!((live.code, &live.stdout), (locked.code, &locked.stdout), "{format}");
    }
}
