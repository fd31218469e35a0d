//! What is kept of AWS's answers: the cache, locks of archived lists, and what becomes of broken files.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use hpc_cost::model::digest::digest;
use serde_json::Value;

use super::aws::{ON_DEMAND, SPOT, json, scenario};
use super::cli::{Answer, Folder};
use super::loopback::{Archived, Fault, Loopback, World, unix_now};
use super::world::world;

const JSON: [&str; 4] = ["estimate", "scenario.toml", "--format", "json"];

/// The cache file of us-east-1: of the one endpoint that was asked.
fn file(folder: &Folder) -> PathBuf {
    let places = fs::read_dir(folder.path("cache/hpc-cost")).expect("a cache");
    let mut places = places.map(|entry| entry.expect("an entry").path().join("prices-us-east-1.json"));
    let place = places.next().expect("one endpoint");
    assert!(places.next().is_none(), "one endpoint");
    place
}

/// Runs without credentials, with the cache that asking this AWS has filled.
fn without_credentials(folder: &Folder, aws: &Loopback, args: &[&str]) -> Answer {
    let mut command = folder.command(args);
    command.env("XDG_CACHE_HOME", folder.path("cache")).env("AWS_ENDPOINT_URL", aws.url());
    Answer::of(command, args)
}

/// The cache file as if everything in it had been read so many hours earlier.
fn aged(folder: &Folder, hours: i64) -> Vec<i64> {
    let text = fs::read_to_string(file(folder)).expect("the cache file");
    let body = text.split_once('\n').expect("a header").1;
    let mut document: Value = serde_json::from_str(body).expect("JSON");
    let mut times = Vec::new();
    for group in ["answers", "types", "spot"] {
        for entry in document[group].as_object_mut().expect("entries").values_mut() {
            let time = entry["read_at"].as_i64().expect("a time") - hours * 3600;
            entry["read_at"] = time.into();
            times.push(time);
        }
    }
    let body = document.to_string();
    fs::write(file(folder), format!("hpc-cost-cache-2 {}\n{body}", digest(body.as_bytes())))
        .expect("writable");
    times
}

#[test]
fn a_second_run_asks_nothing_and_says_the_same() {
    let aws = Loopback::new(world());
    let folder = scenario(&format!("{ON_DEMAND}{SPOT}"));
    let first = folder.with_aws(&aws, &JSON);
    let asked = aws.requests().len();
    let second = folder.with_aws(&aws, &JSON);
    assert_eq!((first.code, &first.stdout), (second.code, &second.stdout));
    assert_eq!(aws.requests().len(), asked);
    assert!(second.stderr.contains("prices were read from AWS 0 min ago"), "{}", second.text());
    // A scenario that needs one type more asks again; `--prices live` always does.
    let more = folder.with(
        "more.toml",
        format!("region = \"us-east-1\"\n{}", ON_DEMAND.replace("p4d.24xlarge", "p5.48xlarge")),
    );
    assert_eq!(more.with_aws(&aws, &["estimate", "more.toml"]).code, Some(0));
    let asked_more = aws.requests().len();
    assert!(asked_more > asked);
    let mut live = JSON.to_vec();
    live.extend(["--prices", "live"]);
    assert_eq!(more.with_aws(&aws, &live).code, Some(0));
    assert!(aws.requests().len() > asked_more);
}

#[test]
fn a_fresh_cache_needs_no_credentials() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    let live = folder.with_aws(&aws, &JSON);
    assert_eq!(without_credentials(&folder, &aws, &JSON).stdout, live.stdout);
}

#[test]
fn what_another_endpoint_says_is_not_kept_as_awss() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND)
        .with("credentials", "[lab]\naws_access_key_id = AKIDLAB\naws_secret_access_key = s\n")
        .with("config", format!("[profile lab]\nendpoint_url = {}\n", aws.url()));
    assert_eq!(json(&folder.with_aws(&aws, &JSON))["prices"]["source"], "live");
    // What is kept of AWS itself, dearer by far.
    let kept = fs::read_to_string(file(&folder)).expect("the cache file");
    let body = kept.split_once('\n').expect("a header").1.replace("21.957642", "99.957642");
    let own = folder.path("cache/hpc-cost/prices-us-east-1.json");
    fs::write(&own, format!("hpc-cost-cache-2 {}\n{body}", digest(body.as_bytes()))).expect("writable");
    let with_profile = |profile: Option<&str>| {
        let mut command = folder.command(&JSON);
        command
            .env("AWS_SHARED_CREDENTIALS_FILE", folder.path("credentials"))
            .env("AWS_CONFIG_FILE", folder.path("config"))
            .env("XDG_CACHE_HOME", folder.path("cache"))
            .envs(profile.map(|profile| ("AWS_PROFILE", profile)));
        json(&Answer::of(command, &JSON))["line_items"][0]["unit_price"].clone()
    };
    // The endpoint of a profile, too, is another one.
    assert_eq!(with_profile(Some("lab")), "21.957642");
    assert_eq!(with_profile(None), "99.957642");
}

#[test]
fn what_was_read_in_the_future_is_not_believed() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    folder.with_aws(&aws, &JSON);
    aged(&folder, -48);
    let asked = aws.requests().len();
    assert_eq!(folder.with_aws(&aws, &JSON).code, Some(0));
    let after = aws.requests().len();
    assert!(after > asked);
    // What was read then is kept, although answers of the future were there.
    folder.with_aws(&aws, &JSON);
    assert_eq!(aws.requests().len(), after);
}

#[test]
fn a_broken_cache_is_asked_anew() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    let right = folder.with_aws(&aws, &JSON).stdout;
    let whole = fs::read_to_string(file(&folder)).expect("the cache file");
    assert!(whole.contains("21.957642"));
    let broken = [
        whole[..whole.len() / 2].to_owned(),
        whole.replace("21.957642", "1.957642"),
        whole.replace("hpc-cost-cache-2", "hpc-cost-cache-1"),
        String::new(),
        "{}".to_owned(),
    ];
    for text in broken {
        fs::write(file(&folder), &text).expect("writable");
        let asked = aws.requests().len();
        let answer = folder.with_aws(&aws, &JSON);
        assert_eq!(
            json(&answer)["line_items"],
            serde_json::from_str::<Value>(&right).expect("JSON")["line_items"]
        );
        assert!(aws.requests().len() > asked, "{text:.60}");
    }
}

#[test]
fn a_cache_of_yesterday_is_asked_anew_and_never_looks_younger() {
    let denied = vec![Fault::Error(400, "AccessDeniedException", "no"); 2];
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    folder.with_aws(&aws, &JSON);
    let old = aged(&folder, 25);
    let oldest = jiff::Timestamp::from_second(*old.iter().min().expect("entries")).expect("in range");
    // AWS is asked, fails, and the older prices stand in, with their own time.
    let aws = aws.with_faults_on("GetProducts", denied);
    for _ in 0..2 {
        let answer = folder.asking(&aws, &JSON, &[("AWS_MAX_ATTEMPTS", "1")]);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        assert_eq!(json(&answer)["prices"]["as_of"], oldest.to_string());
        let note = format!(
            "prices were read at {oldest}; reading them anew failed: AWS Price List GetProducts failed"
        );
        assert!(answer.stdout.contains(&note), "{}", answer.text());
    }
    // So they do where the credentials are broken; where there are none, they are too old to be used.
    let broken = folder.asking(&aws, &JSON, &[("AWS_PROFILE", "nobody"), ("AWS_ACCESS_KEY_ID", "")]);
    assert_eq!(broken.code, Some(0), "{}", broken.text());
    assert!(broken.stdout.contains("the AWS credentials cannot be used"), "{}", broken.text());
    assert_eq!(json(&without_credentials(&folder, &aws, &JSON))["prices"]["source"], "bundled");
    // And a run that succeeds makes them young.
    let answer = folder.with_aws(&aws, &JSON);
    let as_of: jiff::Timestamp =
        json(&answer)["prices"]["as_of"].as_str().expect("text").parse().expect("a time");
    assert!(unix_now() - as_of.as_second() < 3600);
}

/// An answer of EC2 with this in it.
fn ec2(operation: &str, content: &str) -> Fault {
    Fault::Raw(200, "text/xml", format!("<{operation}Response>{content}</{operation}Response>").leak())
}

/// Whether an estimate of [`SPOT`] lacks the On-Demand price beside it, its price, or the offer.
fn lacks_something(answer: &Answer) -> bool {
    let document = json(answer);
    document["line_items"][0]["list_unit_price"] != "1.006"
        || document["unpriced"] != Value::Array(Vec::new())
        || document["notes"].to_string().contains("not offer")
}

#[test]
fn nothing_is_an_answer_that_is_asked_for_again() {
    let none =
        Fault::Raw(200, "application/x-amz-json-1.1", "{\"FormatVersion\": \"aws_v1\", \"PriceList\": []}");
    let (offered, spot) = ("DescribeInstanceTypeOfferings", "DescribeSpotPriceHistory");
    for (operation, fault, code) in [
        ("GetProducts", none, 0),
        (offered, ec2(offered, "<instanceTypeOfferingSet/>"), 0),
        (spot, ec2(spot, "<spotPriceHistorySet/>"), 1),
    ] {
        let aws = Loopback::new(world()).with_faults_on(operation, [fault]);
        let folder = scenario(SPOT);
        let first = folder.with_aws(&aws, &JSON);
        assert_eq!(first.code, Some(code), "{operation}\n{}", first.text());
        let asked = aws.count(operation);
        // Nobody can be asked without credentials: what is kept is younger than the bundled table.
        assert_eq!(without_credentials(&folder, &aws, &JSON).stdout, first.stdout, "{operation}");
        let second = folder.with_aws(&aws, &JSON);
        assert_eq!((lacks_something(&first), lacks_something(&second)), (true, false), "{operation}");
        assert_eq!(aws.count(operation), asked * 2, "{operation}");
        folder.with_aws(&aws, &JSON);
        assert_eq!(aws.count(operation), asked * 2, "{operation}: what was found is kept");
    }
}

#[test]
fn an_answer_without_its_list_is_none() {
    let (offered, described, spot) =
        ("DescribeInstanceTypeOfferings", "DescribeInstanceTypes", "DescribeSpotPriceHistory");
    let json = |status, body| Fault::Raw(status, "application/x-amz-json-1.1", body);
    for (operation, fault) in [
        ("GetProducts", json(200, "{}")),
        ("GetProducts", json(200, "")),
        ("GetProducts", json(204, "")),
        (offered, ec2(offered, "<requestId>r</requestId>")),
        (described, ec2(described, "<requestId>r</requestId>")),
        (spot, ec2(spot, "<requestId>r</requestId>")),
    ] {
        let aws = Loopback::new(world()).with_faults_on(operation, [fault]);
        let folder = scenario(SPOT);
        let answer = folder.with_aws(&aws, &JSON);
        assert_eq!(answer.code, Some(3), "{operation}\n{}", answer.text());
        assert!(answer.stderr.contains("no list of what was asked for"), "{}", answer.text());
        assert!(!folder.path("cache").exists(), "{operation}");
    }
}

#[test]
fn an_answer_that_ends_early_is_none() {
    let operations =
        ["DescribeInstanceTypeOfferings", "DescribeInstanceTypes", "DescribeSpotPriceHistory", "GetProducts"];
    let places = (1..100).step_by(14).map(Fault::EndsEarly);
    for (operation, fault) in places.flat_map(|fault| operations.map(|operation| (operation, fault.clone())))
    {
        let aws = Loopback::new(world()).with_faults_on(operation, [fault.clone()]);
        let folder = scenario(SPOT);
        let answer = folder.asking(&aws, &JSON, &[("AWS_MAX_ATTEMPTS", "1")]);
        assert_eq!(answer.code, Some(3), "{operation} {fault:?}\n{}", answer.text());
        assert!(!folder.path("cache").exists(), "{operation} {fault:?}");
    }
    // Between two records what is there reads well.
    let spot = "DescribeSpotPriceHistory";
    let aws = Loopback::new(world()).with_faults_on(spot, [Fault::EndsAfterAnItem(70)]);
    let answer = scenario(SPOT).with_aws(&aws, &JSON);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("cannot be read: it breaks off before its end"), "{}", answer.text());
}

#[test]
fn spot_prices_of_another_region_or_type_are_no_answer() {
    let mut elsewhere = world();
    for change in &mut elsewhere.changes {
        change.zone = "eu-west-1a";
    }
    let record = "<instanceType>p9.large</instanceType><spotPrice>1</spotPrice><timestamp>2026-11-01T00:00:00Z</timestamp><availabilityZone>us-east-1a</availabilityZone>";
    let other = ec2(
        "DescribeSpotPriceHistory",
        &format!("<spotPriceHistorySet><item>{record}</item></spotPriceHistorySet>"),
    );
    let strange = Loopback::new(world()).with_faults_on("DescribeSpotPriceHistory", [other]);
    for (aws, phrase) in [
        (Loopback::new(elsewhere), "a Spot price in eu-west-1a, which is no zone of us-east-1"),
        (strange, "a Spot price of p9.large, which was not asked for"),
    ] {
        let answer = scenario(SPOT).with_aws(&aws, &JSON);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(phrase), "{}", answer.text());
    }
}

#[test]
fn live_prices_that_cannot_be_had_are_an_error() {
    let folder = scenario(ON_DEMAND);
    folder.with_aws(&Loopback::new(world()), &JSON);
    let broken = Loopback::new(world())
        .with_faults_on("GetProducts", vec![Fault::Error(400, "AccessDeniedException", "no"); 2]);
    let args = ["estimate", "scenario.toml", "--prices", "live"];
    assert_eq!(folder.asking(&broken, &args, &[("AWS_MAX_ATTEMPTS", "1")]).code, Some(3));
    let empty = scenario(ON_DEMAND);
    assert_eq!(empty.asking(&broken, &JSON, &[("AWS_MAX_ATTEMPTS", "1")]).code, Some(3));
}

#[test]
fn runs_at_once_do_not_hurt_each_other() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    let types = ["p4d.24xlarge", "p5.48xlarge", "g5.xlarge", "p3.16xlarge"];
    for name in types {
        let keys = ON_DEMAND.replace("p4d.24xlarge", name);
        fs::write(folder.path(format!("{name}.toml")), format!("region = \"us-east-1\"\n{keys}"))
            .expect("writable");
    }
    std::thread::scope(|scope| {
        for name in types.into_iter().chain(types) {
            let (folder, aws) = (&folder, &aws);
            scope.spawn(move || {
                let answer = folder.with_aws(aws, &["estimate", &format!("{name}.toml"), "--prices", "live"]);
                assert_eq!(answer.code, Some(0), "{}", answer.text());
            });
        }
    });
    let kept = fs::read_to_string(file(&folder)).expect("the cache file");
    for name in types {
        assert!(kept.contains(&format!("BoxUsage:{name} on_demand")), "{name}");
    }
    let folder_of_cache = file(&folder);
    let names: Vec<String> = fs::read_dir(folder_of_cache.parent().expect("a folder"))
        .expect("readable")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names.len(),
        if cfg!(unix) { 1 } else { 2 },
        "the file, and where it stays the lock: {names:?}"
    );
}

#[test]
fn a_cache_that_cannot_be_written_costs_a_warning() {
    let aws = Loopback::new(world());
    // Below a file there is no folder.
    let folder = scenario(ON_DEMAND).with("file", "");
    let place = folder.path("file/cache");
    let place = place.to_str().expect("UTF-8");
    let answer = folder.asking(&aws, &JSON, &[("XDG_CACHE_HOME", place)]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(answer.stderr.contains("the cache cannot be written"), "{}", answer.text());
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    // Files may have 512 bytes and no more, as on a disk that is full.
    let program = assert_cmd::cargo::cargo_bin!("hpc-cost");
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(program)
        .args(["estimate", "scenario.toml", "-q", "-o", "answer.txt"])
        .current_dir(folder.path(""))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("XDG_CACHE_HOME", folder.path("cache"));
    let answer = Answer::of(command, &["estimate", "scenario.toml", "-o", "answer.txt"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("cannot write `answer.txt`"), "{}", answer.text());
    assert_eq!(folder.names(), ["cache", "scenario.toml"]);
    assert!(!file(&folder).exists());
}

#[test]
fn fetching_fills_the_cache_and_showing_lists_it() {
    let aws = Loopback::new(world());
    let folder = scenario(&format!("{ON_DEMAND}{SPOT}"));
    let answer = folder.with_aws(&aws, &["prices", "fetch", "scenario.toml", "--format", "csv"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // On-Demand of two types, Spot of one.
    assert!(
        answer.stdout.lines().nth(1).expect("a row").starts_with("scenario,us-east-1,3,0,"),
        "{}",
        answer.text()
    );
    let shown = folder.with_aws(&aws, &["prices", "show", "p4d", "--prices", "cache", "--format", "csv"]);
    assert_eq!(shown.code, Some(0), "{}", shown.text());
    assert!(
        shown.stdout.contains("us-east-1,AmazonEC2,BoxUsage:p4d.24xlarge,on_demand,0,21.957642"),
        "{}",
        shown.text()
    );
    let lock = ["prices", "lock", "scenario.toml", "-o", "lock.json"];
    assert_eq!(folder.with_aws(&aws, &lock).code, Some(0));
    let shown = folder.run(&["prices", "show", "p4d", "--prices", "lock.json", "--format", "csv"]);
    assert!(
        shown.stdout.contains("AmazonEC2,BoxUsage:p4d.24xlarge,on_demand,0,21.957642"),
        "{}",
        shown.text()
    );
    let missing = scenario(&ON_DEMAND.replace("p4d.24xlarge", "p5e.48xlarge"));
    assert_eq!(missing.with_aws(&aws, &["prices", "fetch", "scenario.toml"]).code, Some(1));
}

/// An offer file with p4d at this price, a twin at zero and rows of other kinds.
fn offer_file(version: &str, usd: &str) -> String {
    let header = "\"SKU\",\"OfferTermCode\",\"RateCode\",\"TermType\",\"PriceDescription\",\"EffectiveDate\",\"StartingRange\",\"EndingRange\",\"Unit\",\"PricePerUnit\",\"Currency\",\"LeaseContractLength\",\"PurchaseOption\",\"OfferingClass\",\"Product Family\",\"serviceCode\",\"Location Type\",\"Instance Type\",\"Tenancy\",\"Operating System\",\"License Model\",\"usageType\",\"operation\",\"CapacityStatus\",\"MarketOption\",\"Pre Installed S/W\",\"Region Code\"";
    let row = |sku: &str, usd: &str, term: &str, lease: &str, market: &str, tenancy: &str| {
        let (option, class) = if lease.is_empty() { ("", "") } else { ("No Upfront", "standard") };
        format!(
            "\"{sku}\",\"JRTCKXETXF\",\"{sku}.JRTCKXETXF.6YS6EN2CT7\",\"{term}\",\"${usd} per On Demand Linux p4d.24xlarge Instance Hour\",\"2025-05-01\",\"0\",\"Inf\",\"Hrs\",\"{usd}\",\"USD\",\"{lease}\",\"{option}\",\"{class}\",\"Compute Instance\",\"AmazonEC2\",\"AWS Region\",\"p4d.24xlarge\",\"{tenancy}\",\"Linux\",\"No License required\",\"BoxUsage:p4d.24xlarge\",\"RunInstances\",\"Used\",\"{market}\",\"NA\",\"us-east-1\""
        )
    };
    [
        "\"FormatVersion\",\"v1.0\"".to_owned(),
        "\"Disclaimer\",\"This pricing list is for informational purposes only.\"".to_owned(),
        "\"Publication Date\",\"2025-05-29T21:09:42Z\"".to_owned(),
        format!("\"Version\",\"{version}\""),
        "\"OfferCode\",\"AmazonEC2\"".to_owned(),
        header.to_owned(),
        row("TWINP4D", "0.0000000000", "OnDemand", "", "CapacityBlock", "Shared"),
        row("H7NGEAC6UEHNTKSJ", usd, "OnDemand", "", "OnDemand", "Shared"),
        row("H7NGEAC6UEHNTKSJ", "19.2200000000", "Reserved", "1yr", "OnDemand", "Shared"),
        row("DEDICATEDP4D", "36.0000000000", "OnDemand", "", "OnDemand", "Dedicated"),
        String::new(),
    ]
    .join("\n")
}

fn archive() -> World {
    let second = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_second();
    let list = |version, from, usd| Archived {
        service: "AmazonEC2",
        region: "us-east-1",
        version,
        from: second(from),
        csv: offer_file(version, usd),
    };
    World {
        archive: vec![
            list("20250529210942", "2025-05-29T21:09:42Z", "32.7726000000"),
            list("20250703204906", "2025-07-03T20:49:06Z", "21.9576420000"),
        ],
        ..world()
    }
}

#[test]
fn a_month_has_the_list_that_was_in_force_then() {
    let aws = Loopback::new(archive());
    let folder = scenario(ON_DEMAND);
    let fetch = |month: &str| {
        folder.with_aws(&aws, &["prices", "fetch", "scenario.toml", "--month", month, "-o", "lock.json"])
    };
    let estimate = ["estimate", "scenario.toml", "--prices", "lock.json", "--format", "json"];
    // AWS cut the price of p4d by a third between the two lists.
    for (month, usd, version) in
        [("2025-06", "32.7726", "20250529210942"), ("2025-08", "21.957642", "20250703204906")]
    {
        assert_eq!(fetch(month).code, Some(0), "{}", fetch(month).text());
        let answer = folder.run(&estimate);
        let line = json(&answer)["line_items"][0].clone();
        assert_eq!((&line["unit_price"], &line["price_source"]["source"]), (&usd.into(), &"archive".into()));
        assert_eq!(line["price_source"]["as_of"], format!("{month}-01"));
        assert!(json(&answer)["notes"].to_string().contains(version), "{}", answer.text());
    }
    let early = fetch("2025-01");
    assert_eq!(early.code, Some(1), "{}", early.text());
    assert!(
        early.stderr.contains("the Price List has no product for BoxUsage:p4d.24xlarge"),
        "{}",
        early.text()
    );
    assert_eq!(fetch("2199-01").code, Some(2));
}

#[test]
fn a_download_that_breaks_leaves_no_file() {
    let folder = scenario(ON_DEMAND);
    let args =
        ["prices", "fetch", "scenario.toml", "--month", "2025-06", "-o", "lock.json", "--timeout", "1"];
    let file = "/offers/v1.0/aws/AmazonEC2/20250529210942/us-east-1/index.csv";
    for (fault, phrase) in [
        (Fault::CutOff, "end of file before message length reached"),
        (Fault::Silence, "no answer within 1 s"),
        (Fault::Raw(403, "text/html", "<html></html>"), "index.csv: HTTP 403"),
        (Fault::Raw(200, "text/html", "<html></html>"), "is not an offer file"),
    ] {
        let aws = Loopback::new(archive()).with_faults_on(file, [fault]);
        let answer = folder.asking(&aws, &args, &[("AWS_MAX_ATTEMPTS", "1")]);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(phrase), "{}", answer.text());
        assert_eq!(folder.names(), ["scenario.toml"]);
    }
}

/// A scenario with a Savings Plan of this length.
#[test]
fn an_offer_file_ends_with_a_whole_cell() {
    let text = offer_file("20250529210942", "32.7726000000");
    let read = |length: usize| hpc_cost::prices::offer_file::read(&text.as_bytes()[..length], &[]);
    let end = text.len();
    assert!(text.ends_with(",\"us-east-1\"\n"));
    // Whole, and without the line end alone; then cut within the last cell.
    assert!(read(end).is_ok() && read(end - 1).is_ok());
    for cut in 2..=10 {
        assert_eq!(read(end - cut).expect_err("it is cut"), "it ends within a cell", "{cut}");
    }
}

fn with_plan(years: &str) -> String {
    format!(
        "region = \"us-east-1\"\n{ON_DEMAND}[[commitment]]\nname = \"c\"\nkind = \"savings_plan\"\nusd_per_hour = \"10\"\nterm = \"{years}\"\npayment = \"no_upfront\"\n"
    )
}

#[test]
fn a_lock_holds_for_the_terms_it_was_made_for() {
    let aws = Loopback::new(world());
    let folder = Folder::empty().with("one.toml", with_plan("1yr")).with("three.toml", with_plan("3yr"));
    let both = folder.with_aws(&aws, &["prices", "lock", "one.toml", "three.toml", "-o", "both.json"]);
    assert_eq!(both.code, Some(2), "{}", both.text());
    assert!(both.stderr.contains("BoxUsage:p4d.24xlarge has two prices"), "{}", both.text());
    assert_eq!(folder.with_aws(&aws, &["prices", "lock", "one.toml", "-o", "one.json"]).code, Some(0));
    assert_eq!(folder.run(&["estimate", "one.toml", "--prices", "one.json"]).code, Some(0));
    let other = folder.run(&["estimate", "three.toml", "--prices", "one.json", "--format", "json"]);
    assert_eq!(other.code, Some(1), "{}", other.text());
    assert!(
        other.stdout.contains("is for 1yr No Upfront, the scenario's is 3yr No Upfront"),
        "{}",
        other.text()
    );
}

#[test]
fn rates_of_other_terms_are_no_changed_prices() {
    let aws = Loopback::new(world());
    let folder = Folder::empty().with("one.toml", with_plan("1yr")).with("three.toml", with_plan("3yr"));
    for name in ["one", "three"] {
        let (scenario, lock) = (format!("{name}.toml"), format!("{name}.json"));
        assert_eq!(folder.with_aws(&aws, &["prices", "lock", &scenario, "-o", &lock]).code, Some(0));
    }
    let diff = folder.run(&["prices", "diff", "one.json", "three.json", "--scenario", "three.toml"]);
    assert!(!diff.stdout.contains("%") && diff.stdout.contains("unknown"), "{}", diff.text());
}

#[test]
fn lists_that_agree_have_one_lock() {
    let aws = Loopback::new(archive());
    let history = r#"{"SpotPriceHistory": [
        {"AvailabilityZoneId": "use1-az1", "InstanceType": "g5.xlarge", "SpotPrice": "0.4", "Timestamp": "2025-03-01T00:00:00Z"},
        {"AvailabilityZoneId": "use1-az1", "InstanceType": "g5.xlarge", "SpotPrice": "0.4", "Timestamp": "2025-06-10T00:00:00Z"},
        {"AvailabilityZoneId": "use1-bos1-az1", "InstanceType": "g5.xlarge", "SpotPrice": "0.99", "Timestamp": "2025-03-01T00:00:00Z"}]}"#;
    let folder =
        scenario(SPOT).with("again.toml", format!("region = \"us-east-1\"\n{SPOT}")).with("h.json", history);
    let args = [
        "prices",
        "fetch",
        "scenario.toml",
        "again.toml",
        "--month",
        "2025-06",
        "--spot-history",
        "h.json",
        "-o",
        "lock.json",
    ];
    let answer = folder.with_aws(&aws, &args);
    assert!(folder.path("lock.json").exists(), "{}", answer.text());
    // The Local Zone of the file is no zone of the region either.
    let locked = folder.run(&[
        "estimate",
        "scenario.toml",
        "--month",
        "2025-06",
        "--prices",
        "lock.json",
        "--format",
        "json",
    ]);
    assert_eq!(json(&locked)["line_items"][0]["unit_price"], "0.4", "{}", locked.text());
}

#[cfg(unix)]
#[test]
fn prices_come_through_a_pipe_too() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    assert_eq!(folder.with_aws(&aws, &["prices", "lock", "scenario.toml", "-o", "lock.json"]).code, Some(0));
    let lock = fs::File::open(folder.path("lock.json")).expect("readable");
    let args = ["estimate", "scenario.toml", "scenario.toml", "--prices", "/dev/stdin", "--format", "json"];
    let mut cat = Command::new("cat").stdin(lock).stdout(std::process::Stdio::piped()).spawn().expect("cat");
    let mut command = folder.command(&args);
    command.stdin(cat.stdout.take().expect("a pipe"));
    let answer = command.output().expect("the program runs");
    assert_eq!(answer.status.code(), Some(0), "{}", String::from_utf8_lossy(&answer.stderr));
    cat.wait().expect("cat ends");
}

#[test]
fn a_lock_of_the_last_month_there_is_can_be_read() {
    let aws = Loopback::new(world());
    let folder = scenario(SPOT);
    let lock = ["prices", "lock", "scenario.toml", "--month", "2199-12", "-o", "lock.json"];
    assert_eq!(folder.with_aws(&aws, &lock).code, Some(0));
    let answer = folder.run(&["estimate", "scenario.toml", "--month", "2199-12", "--prices", "lock.json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
}

#[test]
fn fetching_names_what_the_limits_lack() {
    let aws = Loopback::new(world());
    let environment =
        "[[batch.compute_environment]]\nname = \"gpu\"\ninstance_types = [\"g6.xlarge\"]\nmax_vcpus = 96\n";
    let answer =
        scenario(&format!("{ON_DEMAND}{environment}")).with_aws(&aws, &["prices", "fetch", "scenario.toml"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let words: Vec<&str> = answer.stdout.split_whitespace().collect();
    assert!(
        words.join(" ").contains("no ceiling of gpu: no price for BoxUsage:g6.xlarge"),
        "{}",
        answer.text()
    );
}

#[test]
fn the_archive_prices_what_is_used_in_another_region() {
    let mut world = archive();
    let csv = offer_file("20250529210942", "1")
        .replace("AmazonEC2", "AmazonS3")
        .replace("BoxUsage:p4d.24xlarge", "USW2-Requests-Tier1");
    let csv = csv.replace("\"us-east-1\"", "\"us-west-2\"").replace("\"Hrs\"", "\"Requests\"");
    // Of the four rows one must remain: the others are no requests.
    let csv: Vec<&str> = csv
        .lines()
        .filter(|line| !line.contains("TWIN") && !line.contains("DEDICATED") && !line.contains("Reserved"))
        .collect();
    world.archive.push(Archived {
        service: "AmazonS3",
        region: "us-west-2",
        version: "20250529210942",
        from: 0,
        csv: csv.join("\n"),
    });
    let aws = Loopback::new(world);
    let data = "[[lustre]]\nname = \"data\"\ndeployment = \"PERSISTENT_2\"\nstorage = \"SSD\"\nthroughput_mbps_per_tib = 125\nsize_gib = 1200\ndata_repository = { region = \"us-west-2\", write_requests = 1000 }\n";
    let fetch = ["prices", "fetch", "scenario.toml", "--month", "2025-06", "-o", "lock.json"];
    let folder = scenario(data);
    let answer = folder.with_aws(&aws, &fetch);
    assert!(!answer.stderr.contains("USW2-Requests-Tier1"), "{}", answer.text());
    let lock = fs::read_to_string(folder.path("lock.json")).expect("written");
    assert!(lock.contains("USW2-Requests-Tier1"), "{lock}");
}

#[test]
fn a_lock_holds_for_the_period_it_was_made_for() {
    let aws = Loopback::new(world());
    let folder = scenario(SPOT);
    assert_eq!(folder.with_aws(&aws, &["prices", "lock", "scenario.toml", "-o", "lock.json"]).code, Some(0));
    let other = ["estimate", "scenario.toml", "--prices", "lock.json", "--month", "2100-01"];
    let answer = folder.run(&other);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    let words: Vec<&str> = answer.stdout.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("the scenario's is 2100-01-01T00:00:00Z to 2100-02-01T00:00:00Z"), "{words}");
}

#[test]
fn a_lock_knows_the_types_the_program_does_not() {
    let aws = Loopback::new(world());
    let folder = scenario(&ON_DEMAND.replace("p4d.24xlarge", "g9z.48xlarge"));
    let live = folder.with_aws(&aws, &JSON);
    assert_eq!(folder.with_aws(&aws, &["prices", "lock", "scenario.toml", "-o", "lock.json"]).code, Some(0));
    let mut locked = JSON.to_vec();
    locked.extend(["--prices", "lock.json"]);
    assert_eq!(folder.run(&locked).stdout, live.stdout);
    let diff = folder.run(&["prices", "diff", "lock.json", "lock.json", "--scenario", "scenario.toml"]);
    assert_eq!(diff.code, Some(0), "{}", diff.text());
}

#[test]
fn what_one_region_does_not_offer_another_may() {
    let mut world = world();
    world.offered.retain(|(region, _)| *region != "us-west-2");
    let aws = Loopback::new(world);
    let west = format!("region = \"us-west-2\"\n{ON_DEMAND}");
    let folder = scenario(ON_DEMAND).with("west.toml", west);
    let lock = ["prices", "lock", "scenario.toml", "west.toml", "-o", "lock.json"];
    assert_eq!(folder.with_aws(&aws, &lock).code, Some(0));
    let offered = |file: &str| {
        let answer = folder.run(&["estimate", file, "--prices", "lock.json"]);
        !answer.stdout.contains("EC2 does not offer p4d.24xlarge")
    };
    assert!(offered("scenario.toml") && !offered("west.toml"));
}

#[test]
fn the_archive_says_what_it_lacks() {
    let aws = Loopback::new(archive());
    let reserved =
        "[[commitment]]\nname = \"c\"\nkind = \"reserved\"\ninstance_type = \"p4d.24xlarge\"\ncount = 1\n";
    let open = scenario(&format!("{ON_DEMAND}{reserved}"));
    let fetch = ["prices", "fetch", "scenario.toml", "--month", "2025-06", "-o", "lock.json"];
    let answer = open.with_aws(&aws, &fetch);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(answer.stderr.contains("which the scenario leaves open"), "{}", answer.text());
    let terms = format!("{ON_DEMAND}{reserved}term = \"1yr\"\npayment = \"no_upfront\"\n");
    let closed = scenario(&terms);
    assert_eq!(closed.with_aws(&aws, &fetch).code, Some(0));
    let spot = scenario(SPOT).with_aws(&aws, &fetch);
    assert_eq!(spot.code, Some(1));
    assert!(spot.stderr.contains("the archive of price lists has no Spot prices"), "{}", spot.text());
}

#[test]
fn an_offer_file_is_read_once_for_all_scenarios() {
    let aws = Loopback::new(archive());
    let folder = scenario(ON_DEMAND).with("again.toml", format!("region = \"us-east-1\"\n{ON_DEMAND}"));
    let args = ["prices", "fetch", "scenario.toml", "again.toml", "--month", "2025-06", "-o", "lock.json"];
    assert_eq!(folder.with_aws(&aws, &args).code, Some(0));
    assert_eq!(aws.count("/offers/v1.0/aws/AmazonEC2/20250529210942/us-east-1/index.csv"), 1);
}
