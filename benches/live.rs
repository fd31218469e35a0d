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
