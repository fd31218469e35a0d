//! Price locks: the same bytes from the lock as from the list, and refusals.

use std::fs;
use std::path::Path;

use super::cli::{Folder, in_november, snapshot};

const SCENARIO: &str = in_november!(
    r#"
[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 2 }
hours_per_instance = 100
spot_share = 0.5

[[s3]]
name = "data"
storage_gib = 60000

[[nat_gateway]]
name = "nat"
processed_gib = 10

[[price]]
usage_type = "NatGateway-Hours"
usd = "0.05"
unit = "Hrs"
reason = "agreed"
"#
);

#[test]
fn a_locked_estimate_is_the_same_byte_for_byte() {
    let folder = Folder::new(SCENARIO);
    assert_eq!(folder.run(&["prices", "lock", "scenario.toml", "-o", "lock.json"]).code, Some(0));
    for format in ["table", "csv", "json", "markdown"] {
        let live = folder.run(&["estimate", "scenario.toml", "--format", format]);
        let locked = folder.run(&["estimate", "scenario.toml", "--format", format, "--prices", "lock.json"]);
        assert_eq!((live.code, &live.stdout), (locked.code, &locked.stdout), "{format}");
    }
}

#[test]
fn every_committed_scenario_can_be_locked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for name in ["guide", "guide-full", "arrays-on-spot", "mpi-on-hpc", "finetuning-block", "every-key"] {
        let guide = fs::read(root.join("guide.toml")).expect("readable");
        let scenario = fs::read(root.join(format!("{name}.toml"))).expect("readable");
        let folder = Folder::new(scenario).with("guide.toml", guide);
        assert_eq!(
            folder.run(&["prices", "lock", "scenario.toml", "-o", "lock.json"]).code,
            Some(0),
            "{name}"
        );
        let live = folder.run(&["estimate", "scenario.toml", "--format", "json"]);
        let locked = folder.run(&["estimate", "scenario.toml", "--format", "json", "--prices", "lock.json"]);
        assert_eq!((live.code, live.stdout), (locked.code, locked.stdout), "{name}");
    }
}

#[test]
fn a_changed_price_is_a_changed_lock() {
    let folder = Folder::new(SCENARIO);
    folder.run(&["prices", "lock", "scenario.toml", "-o", "lock.json"]);
    let text = fs::read_to_string(folder.path("lock.json")).expect("written");
    let folder = folder.with("edited.json", text.replace("21.957642", "1.957642"));
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "edited.json"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.stderr.contains("changed after it was locked"), "{}", answer.text());
}

#[test]
fn what_the_lock_lacks_has_no_price() {
    let folder = Folder::new(SCENARIO);
    folder.run(&["prices", "lock", "scenario.toml", "-o", "lock.json"]);
    let set = "compute.training.instances={\"p5.48xlarge\"=1}";
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "lock.json", "--set", set]);
    assert_eq!(answer.code, Some(1));
    assert!(answer.stdout.contains("unknown"), "{}", answer.text());
}

#[test]
fn a_diff_says_what_the_prices_alone_did() {
    let agreed = "as_of = \"2026-12\"\n[[price]]\nusage_type = \"BoxUsage:p4d.24xlarge\"\nusd = \"20\"\nunit = \"Hrs\"\n\
                  [[price]]\nusage_type = \"SpotUsage:p4d.24xlarge\"\nusd = \"10\"\nunit = \"Hrs\"\n";
    let folder = Folder::new(in_november!(
        r#"
[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 2 }
hours_per_instance = 100
spot_share = 0.5
"#
    ))
    .with("agreed.toml", agreed);
    folder.run(&["prices", "lock", "scenario.toml", "-o", "lock.json"]);
    let answer = folder.run(&["prices", "diff", "lock.json", "agreed.toml", "--scenario", "scenario.toml"]);
    // 100 h × 21.957642 + 100 h × 14.091725 = 3,604.9367; then 100 × 20 + 100 × 10 = 3,000.
    assert!(answer.stdout.contains("$3,604.94   $3,000.00   -$604.94"), "{}", answer.text());
    snapshot("prices_diff", &answer.text());
}
