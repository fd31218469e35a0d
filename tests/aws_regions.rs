//! Regions that the program does not know, and those of GovCloud.

use std::fs;

use super::aws::{json, scenario};
use super::cli::{Answer, Folder};
use super::loopback::Loopback;
use super::world::{region, world};

const JSON: [&str; 4] = ["estimate", "scenario.toml", "--format", "json"];

const G5: &str = "month = \"2026-11\"\n[[compute]]\nname = \"work\"\ninstances = { \"g5.xlarge\" = 2 }\nhours_per_instance = 10\n";

fn in_region(code: &str) -> Folder {
    Folder::new(format!("region = \"{code}\"\n{G5}"))
}

/// Usage type and cost of the first line.
fn first(answer: &Answer) -> (String, String) {
    let line = json(answer)["line_items"][0].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (text(&line["usage_type"]), text(&line["cost"]["expected"]))
}

#[test]
fn a_region_that_is_new_has_live_prices_under_awss_own_names() {
    let aws = Loopback::new(world());
    let folder = in_region("eu-west-9");
    let answer = folder.with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // 2 × 10 × 1.2; the volume of the Local Zone does not say what the region is called.
    assert_eq!(first(&answer), ("EUW9-BoxUsage:g5.xlarge".into(), "24".into()));
    assert!(!answer.stdout.contains("does not know"), "{}", answer.text());
    // It is asked once, and known without credentials from then on.
    let asked = aws.requests().len();
    let mut command = folder.command(&JSON);
    command.env("XDG_CACHE_HOME", folder.path("cache")).env("AWS_ENDPOINT_URL", aws.url());
    let again = Answer::of(command, &JSON);
    assert_eq!((again.code, again.stdout), (Some(0), answer.stdout.clone()));
    assert_eq!(aws.requests().len(), asked);
    // What is kept of it does not go when prices are written anew.
    let anew = folder.with_aws(&aws, &["estimate", "scenario.toml", "--prices", "live"]);
    assert_eq!(anew.code, Some(0), "{}", anew.text());
    let prefix_asked = aws.requests().iter().filter(|request| request.body.contains("volumeApiName")).count();
    assert_eq!(prefix_asked, 1);
}

#[test]
fn a_lock_knows_the_regions_the_program_does_not() {
    let aws = Loopback::new(world());
    let folder = in_region("eu-west-9");
    let live = folder.with_aws(&aws, &JSON);
    assert_eq!(folder.with_aws(&aws, &["prices", "lock", "scenario.toml", "-o", "lock.json"]).code, Some(0));
    assert_eq!(folder.run(&[&JSON[..], &["--prices", "lock.json"]].concat()).stdout, live.stdout);
    // Its prefix is under the lock's hash.
    let text = fs::read_to_string(folder.path("lock.json")).expect("written");
    fs::write(folder.path("lock.json"), text.replace("\"EUW9-\"", "\"EUW8-\"")).expect("writable");
    let changed = folder.run(&[&JSON[..], &["--prices", "lock.json"]].concat());
    assert_eq!(changed.code, Some(3), "{}", changed.text());
}

#[test]
fn a_region_that_is_new_has_no_bundled_price_and_says_why() {
    let folder = in_region("eu-west-9");
    let answer = folder.run(&JSON);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let unpriced = json(&answer)["unpriced"][0].clone();
    assert_eq!(unpriced["usage_type"], "eu-west-9-BoxUsage:g5.xlarge");
    let reason = unpriced["reason"].as_str().expect("a reason");
    assert!(
        reason.starts_with("what usage types are called in eu-west-9 is only known with live prices"),
        "{reason}"
    );
    let check = folder.run(&["check", "scenario.toml"]);
    assert_eq!(check.code, Some(0), "{}", check.text());
    let words = check.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "this program does not know the region eu-west-9 (it knows eu-west-1, eu-west-2, eu-west-3)"
        ),
        "{words}"
    );
    // The name that it is shown under takes a price of the scenario's own: 20 × 1.5.
    let own = "[[price]]\nusage_type = \"eu-west-9-BoxUsage:g5.xlarge\"\nunit = \"Hours\"\nusd = \"1.5\"\n";
    let priced = Folder::new(format!("region = \"eu-west-9\"\n{G5}{own}")).run(&JSON);
    assert_eq!(first(&priced).1, "30", "{}", priced.text());
}

#[test]
fn a_region_that_the_price_list_does_not_have_is_unknown() {
    let aws = Loopback::new(world());
    for prices in ["auto", "live"] {
        let answer =
            in_region("us-east-3").with_aws(&aws, &["estimate", "scenario.toml", "--prices", prices]);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(
            answer.stderr.contains("unknown region `us-east-3`: AWS's Price List has nothing in it"),
            "{}",
            answer.text()
        );
        assert!(
            answer.stderr.contains("region = \"us-east-3\"")
                && answer.stderr.contains("did you mean `us-east-1`"),
            "{}",
            answer.text()
        );
    }
    // Where data goes to, too.
    let to =
        "[[transfer]]\nname = \"copies\"\nkind = \"cross_region\"\nto_region = \"us-east-3\"\ngib = 500\n";
    let answer = scenario(to).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("to_region = \"us-east-3\""), "{}", answer.text());
    // Without credentials live prices cannot be had.
    let folder = in_region("eu-west-9");
    let mut command = folder.command(&["estimate", "scenario.toml", "--prices", "live"]);
    command.env("AWS_ENDPOINT_URL", aws.url()).env("AWS_EC2_METADATA_DISABLED", "true");
    assert_eq!(Answer::of(command, &JSON).code, Some(3));
}

#[test]
fn a_list_that_shows_two_prefixes_shows_none() {
    let mut world = world();
    world.products.extend(region("eu-west-9", "EUW8-", "1.2000000000"));
    let answer = in_region("eu-west-9").with_aws(&Loopback::new(world), &JSON);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
}

#[test]
fn govcloud_has_the_commercial_lists_prices_and_nothing_of_ec2() {
    let aws = Loopback::new(world());
    for prices in ["auto", "live"] {
        let answer = in_region("us-gov-west-1").with_aws(&aws, &[&JSON[..], &["--prices", prices]].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        // 2 × 10 × 1.268.
        assert_eq!(first(&answer), ("UGW1-BoxUsage:g5.xlarge".into(), "25.36".into()));
        let notes = json(&answer)["notes"].to_string();
        assert!(
            notes.contains("prices of us-gov-west-1 are the commercial Price List's; Spot prices"),
            "{notes}"
        );
    }
    // On Spot: named, not guessed and not asked for.
    let spot =
        Folder::new(format!("region = \"us-gov-west-1\"\n{G5}spot_share = 0.5\n")).with_aws(&aws, &JSON);
    assert_eq!(spot.code, Some(1), "{}", spot.text());
    let reason = json(&spot)["unpriced"][0]["reason"].as_str().expect("a reason").to_owned();
    assert!(
        reason.starts_with("Spot prices of us-gov-west-1 can be read with credentials of GovCloud only"),
        "{reason}"
    );
    let history = ["spot", "g5.xlarge", "--region", "us-gov-west-1"];
    let refused = Folder::empty().with_aws(&aws, &history);
    assert_eq!(refused.code, Some(2), "{}", refused.text());
    assert!(refused.stderr.contains("the Spot prices of us-gov-west-1 cannot be read"), "{}", refused.text());
    assert!(aws.requests().iter().all(|request| request.operation == "GetProducts"));
}

#[test]
fn a_region_that_cannot_be_reached_may_be_a_slip() {
    let hint = |code: &str| {
        let args = [
            "prices",
            "capacity-blocks",
            "p5.48xlarge",
            "--region",
            code,
            "--hours",
            "24",
            "--instances",
            "1",
        ];
        let folder = Folder::empty();
        let mut command = folder.command(&args);
        // Nothing listens there.
        command
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_MAX_ATTEMPTS", "1");
        let answer = Answer::of(command, &args);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        answer.stderr.contains("is that the region's name?")
    };
    assert!(hint("us-east-3") && !hint("us-east-1"));
}
