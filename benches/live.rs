//! How long live prices take against an AWS on 127.0.0.1 that answers each request in 100 ms.

use std::process::{Command, Stdio};
use std::time::Duration;

use divan::Bencher;

#[path = "../tests/loopback.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod loopback;
#[path = "../tests/world.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod world;

use loopback::{Loopback, World};

fn main() {
    divan::main();
}

/// On-Demand and Spot prices, offers and descriptions of 20 types in each of three regions, no cache: the
/// whole process.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn twenty_types_in_three_regions(bencher: Bencher<'_, '_>) {
    let regions = [("us-east-1", ""), ("us-west-2", "USW2-"), ("ap-northeast-1", "APN1-")];
    let sizes = ["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge"];
    let families = ["c5", "c5d", "m5", "r5"];
    let names: Vec<&'static str> = families
        .iter()
        .flat_map(|family| sizes.iter().map(move |size| &*format!("{family}.{size}").leak()))
        .collect();
    let mut world = World { delay: Duration::from_millis(100), ..World::default() };
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut files = Vec::new();
    for (region, prefix) in regions {
        for name in &names {
            let sku = format!("{region}{name}");
            world.products.push(world::instance(&sku, region, prefix, name, "1.0000000000", &[]));
            world.offered.push((region, name));
            let change = (loopback::unix_now() - 100 * 86_400, "0.400000");
            let mut changes = world::pool(("a", "az1"), name, &[change]);
            changes.iter_mut().for_each(|change| change.region = region);
            world.changes.extend(changes);
        }
        let instances: Vec<String> = names.iter().map(|name| format!("\"{name}\" = 1")).collect();
        let scenario = format!(
            "region = \"{region}\"\n[[compute]]\nname = \"all\"\ninstances = {{ {} }}\nhours_per_instance = 10\nspot_share = 0.5\n",
            instances.join(", ")
        );
        let file = folder.path().join(format!("{region}.toml"));
        std::fs::write(&file, scenario).expect("writable");
        files.push(file);
    }
    world.types.extend(names.iter().map(|name| (*name, 4, 8192, 0)));
    let aws = Loopback::new(world);
    bencher.bench(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_hpc-cost"))
            .args(["estimate", "--prices", "live", "-q", "--format", "json"])
            .args(&files)
            .env_clear()
            .env("AWS_ENDPOINT_URL", aws.url())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .stdout(Stdio::null())
            .status();
        assert!(status.expect("the program runs").success());
    });
}

/// Reading 50 MB of an offer file for one type: 100,000 rows of 60 columns.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn offer_file(bencher: Bencher<'_, '_>) {
    let region = hpc_cost::model::region::Region::parse("us-east-1").expect("a known region");
    let p4d = hpc_cost::model::sku::InstanceType::new("p4d.24xlarge");
    let sku =
        hpc_cost::model::sku::Sku::instance(region, &p4d, hpc_cost::model::sku::PurchaseOption::OnDemand);
    let queries = hpc_cost::prices::query::queries(&[sku].into());
    let queries: Vec<&hpc_cost::prices::query::Query> = queries.iter().collect();
    let mut text = String::from("\"Version\",\"1\"\n\"OfferCode\",\"AmazonEC2\"\n");
    let named =
        ["SKU", "TermType", "RateCode", "Unit", "PricePerUnit", "Currency", "Instance Type", "Region Code"];
    let mut header: Vec<String> = named.map(str::to_owned).to_vec();
    header.extend((header.len()..60).map(|number| format!("Attribute {number}")));
    text += &format!("\"{}\"\n", header.join("\",\""));
    for row in 0..100_000 {
        let name = if row % 1000 == 0 { "p4d.24xlarge" } else { "m5.large" };
        text += &format!(
            "\"SKU{row}\",\"OnDemand\",\"R\",\"Hrs\",\"1.0000000000\",\"USD\",\"{name}\",\"us-east-1\""
        );
        text += &",\"some text\"".repeat(52);
        text.push('\n');
    }
    bencher
        .counter(divan::counter::BytesCount::new(text.len()))
        .bench(|| hpc_cost::prices::offer_file::read(text.as_bytes(), &queries).expect("a good file"));
}
