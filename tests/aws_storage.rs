//! Live prices of file systems and of transfer between regions, beside the products that look like them.

use serde_json::Value;

use super::aws::{json, scenario};
use super::cli::Answer;
use super::loopback::{Archived, Loopback, World};
use super::world::world;

const JSON: [&str; 4] = ["estimate", "scenario.toml", "--format", "json"];

/// Name, usage type, price and cost of each line.
fn lines(answer: &Answer) -> Vec<[String; 4]> {
    let document = json(answer);
    let items = document["line_items"].as_array().expect("lines").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let one = |line: &Value| {
        ["name", "usage_type", "unit_price"]
            .map(|key| text(&line[key]))
            .into_iter()
            .chain([text(&line["cost"]["expected"])])
            .collect::<Vec<_>>()
            .try_into()
            .expect("four")
    };
    items.map(one).collect()
}

/// Of a whole month, so that a GiB is a GB-month.
fn lustre(name: &str, tier: u32, size: u32, cache: bool) -> String {
    format!(
        "[[lustre]]\nname = \"{name}\"\ndeployment = \"PERSISTENT_1\"\nstorage = \"HDD\"\n\
         throughput_mbps_per_tib = {tier}\nsize_gib = {size}\nread_cache = {cache}\n"
    )
}

#[test]
fn a_read_cache_is_a_higher_price_of_all_of_the_disks() {
    let all = [
        lustre("h", 12, 6000, true),
        lustre("h40", 40, 1800, false),
        lustre("plain", 12, 6000, false),
        lustre("cached", 40, 1800, true),
    ];
    let answer =
        scenario(&format!("month = \"2026-11\"\n{}", all.concat())).with_aws(&Loopback::new(world()), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // 6,000 × 0.041, 1,800 × 0.083, 6,000 × 0.025, 1,800 × 0.099.
    let expected = [
        ["h", "Storage.HDD.12.RC20", "0.041", "246"],
        ["h40", "Storage.HDD.40", "0.083", "149.4"],
        ["plain", "Storage.HDD.12", "0.025", "150"],
        ["cached", "Storage.HDD.40.RC20", "0.099", "178.2"],
    ];
    assert_eq!(lines(&answer), expected.map(|line| line.map(str::to_owned)));
    let skus = json(&answer)["line_items"][0]["price_source"]["sku"].clone();
    assert_eq!(skus, "XR3B3U5VPPZ6E6YW");
}

#[test]
fn a_file_cache_is_no_lustre_file_system() {
    let fast = "month = \"2026-11\"\n[[lustre]]\nname = \"fast\"\ndeployment = \"PERSISTENT_2\"\n\
        throughput_mbps_per_tib = 1000\nsize_gib = 1200\n";
    let answer = scenario(fast).with_aws(&Loopback::new(world()), &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // 1,200 × 0.60.
    assert_eq!(lines(&answer)[0][3], "720");
    // An offer file has a cell for every attribute: File Cache's is empty.
    let header = "\"SKU\",\"OfferTermCode\",\"RateCode\",\"TermType\",\"PriceDescription\",\"EffectiveDate\",\"StartingRange\",\"EndingRange\",\"Unit\",\"PricePerUnit\",\"Currency\",\"Product Family\",\"serviceCode\",\"usageType\",\"operation\",\"File System Type\",\"Storage Type\",\"Throughput Capacity\",\"Region Code\"";
    let row = |sku: &str, usd: &str, usage: &str, operation: &str, kind: &str| {
        format!(
            "\"{sku}\",\"JRTCKXETXF\",\"{sku}.JRTCKXETXF.6YS6EN2CT7\",\"OnDemand\",\"${usd} per GB-Mo\",\"2025-06-01\",\"0\",\"Inf\",\"GB-Mo\",\"{usd}\",\"USD\",\"Storage\",\"AmazonFSx\",\"{usage}\",\"{operation}\",\"{kind}\",\"SSD\",\"1000\",\"us-east-1\""
        )
    };
    let csv = [
        "\"FormatVersion\",\"v1.0\"".to_owned(),
        "\"Publication Date\",\"2025-05-29T21:09:42Z\"".to_owned(),
        "\"Version\",\"20250529210942\"".to_owned(),
        "\"OfferCode\",\"AmazonFSx\"".to_owned(),
        header.to_owned(),
        row("FILECACHE1000001", "1.3300000000", "USE1-Storage.1000", "CreateFileCache:Lustre", ""),
        row("Y58EC7UAHYBP4BBY", "0.6000000000", "USE1-Storage.SSD.1000", "CreateFileSystem:Lustre", "Lustre"),
        String::new(),
    ];
    let archive = vec![Archived {
        service: "AmazonFSx",
        region: "us-east-1",
        version: "20250529210942",
        from: 0,
        csv: csv.join("\n"),
    }];
    let aws = Loopback::new(World { archive, ..world() });
    let folder = scenario(fast);
    let fetch = ["prices", "fetch", "scenario.toml", "--month", "2025-06", "-o", "lock.json"];
    assert_eq!(folder.with_aws(&aws, &fetch).code, Some(0));
    let locked = folder.run(&[&JSON[..], &["--prices", "lock.json"]].concat());
    assert_eq!(lines(&locked)[0], ["fast", "Storage.SSD.1000", "0.6", "720"].map(str::to_owned));
}

#[test]
fn infrequent_access_has_a_price_of_its_own_with_elastic_throughput() {
    let home = "month = \"2026-11\"\n[[efs]]\nname = \"home\"\ninfrequent_access_gib = 2000\n";
    let of = |more: &str| {
        let answer = scenario(&format!("{home}{more}")).with_aws(&Loopback::new(world()), &JSON);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        lines(&answer).swap_remove(0)
    };
    // 2,000 × 0.025 and × 0.016.
    let expected = ["home: infrequent access", "IATimedStorage-ByteHrs", "0.025", "50"];
    assert_eq!(of(""), expected.map(str::to_owned));
    let expected = ["home: infrequent access", "IATimedStorage-ET-ByteHrs", "0.016", "32"];
    assert_eq!(of("elastic_throughput = true\n"), expected.map(str::to_owned));
}

#[test]
fn transfer_to_a_region_is_neither_what_comes_in_nor_a_peering() {
    let copies = |to: &str| {
        format!("[[transfer]]\nname = \"copies\"\nkind = \"cross_region\"\nto_region = \"{to}\"\ngib = 500\n")
    };
    // 500 × 0.02, to a region of the table and to one that the Price List shows.
    for (to, usage_type) in
        [("us-west-2", "USE1-USW2-AWS-Out-Bytes"), ("eu-west-9", "USE1-EUW9-AWS-Out-Bytes")]
    {
        let answer = scenario(&copies(to)).with_aws(&Loopback::new(world()), &JSON);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        assert_eq!(lines(&answer)[0], ["copies", usage_type, "0.02", "10"].map(str::to_owned));
    }
    // Out to the internet: the row of the free tier, which is of no region, is not mixed in. 100 × 0.09.
    let out = "[[transfer]]\nname = \"results\"\nkind = \"out\"\ngib = 100\n";
    let answer = scenario(out).with_aws(&Loopback::new(world()), &JSON);
    assert_eq!(lines(&answer)[0][3], "9", "{}", answer.text());
}

#[test]
fn what_nobody_names_has_no_price_and_says_so() {
    let elastic = "month = \"2026-11\"\n[[lustre]]\nname = \"elastic\"\ndeployment = \"PERSISTENT_2\"\n\
        storage = \"INTELLIGENT_TIERING\"\nthroughput_mbps = 4000\nsize_gib = 1000\n";
    let live = scenario(elastic).with_aws(&Loopback::new(world()), &JSON);
    let bundled = scenario(elastic).run(&JSON);
    for answer in [live, bundled] {
        assert_eq!(answer.code, Some(1), "{}", answer.text());
        let reason = json(&answer)["unpriced"][0]["reason"].as_str().expect("a reason").to_owned();
        assert!(
            reason.starts_with("this program does not know what AWS calls Lustre's Intelligent-Tiering"),
            "{reason}"
        );
    }
}
