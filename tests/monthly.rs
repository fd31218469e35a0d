//! The command `report`: the same figures in every document, a folder that is whole or not there, both languages.

use std::fs;
use std::path::Path;

use rust_decimal::Decimal;
use serde_json::Value;

use super::aws::SPOT;
use super::cli::{Answer, Folder};
use super::loopback::Loopback;
use super::world::world;

/// 100 h of p4d.24xlarge at $20, with a name that a spreadsheet or a browser would run.
const SCENARIO: &str = r#"
name = "team <b>"
region = "us-east-1"
month = "2026-10"

[[compute]]
name = "=cmd|' /C calc'!A0 <script>alert(1)</script>"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 100

[[s3]]
name = "bucket"
storage_gib = 1000

[budget]
fail_usd = 5000

[tax]
name = "消費税"
percent = 10

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

/// 110 h at $20 over two days, 1000 GB-Months of S3 at $0.023, support and tax apart.
const CHARGES: &str = "\
EffectiveCost,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,SkuMeter,ConsumedQuantity,ConsumedUnit
1200,1200,USD,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,Usage,Amazon Elastic Compute Cloud,BoxUsage:p4d.24xlarge,60,Hours
1000,1000,USD,2026-10-31T00:00:00Z,2026-11-01T00:00:00Z,Usage,Amazon Elastic Compute Cloud,BoxUsage:p4d.24xlarge,50,Hours
23,23,USD,2026-10-31T00:00:00Z,2026-11-01T00:00:00Z,Usage,Amazon Simple Storage Service,TimedStorage-ByteHrs,1000,GB-Months
77,77,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Tax,Tax,,,
";

const REPORT: [&str; 6] = ["report", "scenario.toml", "--actual", "focus:charges.csv", "--out", "october"];

const NAMES: [&str; 11] = [
    "bridge.csv",
    "charged.csv",
    "focus.csv",
    "focus.parquet",
    "lines.csv",
    "report.html",
    "report.json",
    "report.md",
    "report.xlsx",
    "suggestions.csv",
    "summary.csv",
];

fn written() -> Folder {
    let folder = Folder::new(SCENARIO).with("charges.csv", CHARGES);
    let answer = folder.run(&REPORT);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    folder
}

fn text(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).expect("a document")
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The sum of a column of a CSV file.
fn sum(csv: &str, column: &str) -> Decimal {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let place = reader.headers().expect("a header").iter().position(|id| id == column).expect("the column");
    reader.records().map(|record| record.expect("a row")[place].parse::<Decimal>().expect("a number")).sum()
}

#[test]
fn every_document_has_the_same_totals() {
    let folder = written();
    assert_eq!(names(&folder.path("october")), NAMES);
    let json: Value = serde_json::from_str(&text(&folder, "october/report.json")).expect("JSON");
    // 100 × $20 + 1000 × $0.023 = $2,023 estimated; 110 × $20 + $23 = $2,223 charged; ten hours more are $200.
    assert_eq!(json["total"]["expected"], "2023");
    assert_eq!(json["charged"]["actual"], "2223");
    assert_eq!(json["charged"]["estimated"], "2023");
    assert_eq!(json["charged"]["bridge"], serde_json::json!([["hours", "200"]]));
    let behind = &json["charged"]["behind"][0];
    assert_eq!(
        (&behind["parts"][0]["amount"], behind["parts"].as_array().map(Vec::len)),
        (&"200".into(), Some(1))
    );
    assert_eq!(json["charged"]["excluded"], serde_json::json!([["tax", "77"]]));
    assert_eq!(json["charged"]["source_total"], "2300");
    let expected = Decimal::from(2023);
    assert_eq!(sum(&text(&folder, "october/lines.csv"), "cost_expected"), expected);
    assert_eq!(sum(&text(&folder, "october/focus.csv"), "EffectiveCost"), expected);
    assert_eq!(sum(&text(&folder, "october/summary.csv"), "estimate_expected"), expected);
    assert_eq!(sum(&text(&folder, "october/summary.csv"), "charged"), Decimal::from(2223));
    assert_eq!(sum(&text(&folder, "october/bridge.csv"), "amount"), Decimal::from(200));
    for name in ["october/report.html", "october/report.md"] {
        let document = text(&folder, name).replace('\\', "");
        for figure in ["$2,023.00", "$2,223.00", "+$200.00", "$2,777.00", "$202.30"] {
            assert!(document.contains(figure), "{name} has {figure}");
        }
    }
    // The rows of the estimate are a bill that equals it: what was estimated was charged, as Parquet and as CSV.
    for file in ["focus.parquet", "focus.csv"] {
        let actual = format!("focus:october/{file}");
        let answer = folder.run(&["compare", "scenario.toml", "--actual", &actual, "--format", "json"]);
        let json: Value = serde_json::from_str(&answer.stdout).expect("JSON");
        assert_eq!(json["totals"]["actual"], "2023", "{file}: {}", answer.stderr);
        assert_eq!(json["totals"]["difference"], "0", "{file}");
    }
}

#[test]
fn names_run_nowhere() {
    let folder = written();
    let lines = text(&folder, "october/lines.csv");
    assert!(lines.contains(",'=cmd|"), "{lines}");
    let page = text(&folder, "october/report.html");
    assert!(!page.contains("<script") && !page.contains("<b>"), "names are no markup");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(
        !page.contains("http://")
            || page.matches("http").count() == page.matches("http://www.w3.org").count()
    );
    // Nor does what a bill calls a service, in a table or in a chart.
    let service = CHARGES.replace("Amazon Simple Storage Service", "<script>alert(2)</script>");
    fs::write(folder.path("charges.csv"), service).expect("a file");
    assert_eq!(folder.run(&[&REPORT[..], &["--force", "-q"]].concat()).code, Some(0));
    let page = text(&folder, "october/report.html");
    assert!(page.contains("alert(2)") && !page.contains("<script"), "a bill's words are no markup");
    let markdown = text(&folder, "october/report.md");
    assert!(markdown.contains("\\<script\\>"), "{markdown}");
}

#[test]
fn a_saved_report_renders_again_to_the_same_bytes() {
    let folder = written();
    let answer = folder.run(&["report", "--from", "october/report.json", "--out", "again"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    for name in NAMES {
        let read = |of: &str| fs::read(folder.path(format!("{of}/{name}"))).expect("a document");
        assert!(read("october") == read("again"), "{name}");
    }
    let japanese = ["report", "--from", "october/report.json", "--out", "日本語", "--lang", "ja"];
    let with_yen =
        [&japanese[..], &["--currency", "JPY", "--rate", "155.2", "--rate-date", "2026-11-02"]].concat();
    assert_eq!(folder.run(&with_yen).code, Some(0));
    let page = text(&folder, "日本語/report.html");
    // 2,223 × 155.2 = 345,009.6.
    for words in [
        "<html lang=\"ja\">",
        "2026年10月",
        "$2,223.00（¥345,010）",
        "（2026年11月2日、指定レート）",
        "消費税（10%）は $202.30",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(text(&folder, "日本語/lines.csv"), text(&folder, "october/lines.csv"), "data has no language");
    let broken = Folder::new("").with("other.json", "{\"kind\": \"estimate\"}");
    let answer = broken.run(&["report", "--from", "other.json", "--out", "x"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.stderr.contains("a saved report"), "{}", answer.stderr);
    assert_eq!(broken.names(), ["other.json", "scenario.toml"]);
}

#[test]
fn the_language_is_that_of_the_flag_before_or_behind_the_command_else_of_the_locale() {
    let folder = written();
    let page = |name: &str, args: &[&str], locale: &[(&str, &str)]| {
        let args = [args, &["--from", "october/report.json", "--out", name]].concat();
        let mut command = folder.command(&args);
        command.envs(locale.iter().copied());
        let answer = Answer::of(command, &args);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        text(&folder, &format!("{name}/report.html")).contains("<html lang=\"ja\">")
    };
    let japan = [("LANG", "ja_JP.UTF-8")];
    assert!(!page("none", &["report"], &[]));
    assert!(page("locale", &["report"], &japan));
    assert!(!page("all", &["report"], &[("LC_ALL", "C.UTF-8"), japan[0]]));
    assert!(!page("before", &["--lang", "en", "report"], &japan));
    assert!(page("behind", &["report", "--lang", "ja"], &[("LC_ALL", "C.UTF-8")]));
}

#[test]
fn a_page_in_japanese_has_no_english_sentence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let path = |name: &str| root.join("scenarios").join(name).display().to_string();
    let (scenario, charges) = (path("october.toml"), format!("focus:{}", path("october-charges.csv")));
    let args = ["report", &scenario, "--actual", &charges, "--out", "report", "--lang", "ja", "-q"];
    assert_eq!(folder.run(&args).code, Some(0));
    let page = text(&folder, "report/report.md");
    let words = |line: &str| {
        let mut run = 0;
        let mut longest = 0;
        for word in line.split([' ', '、', '（', '）', '：', '。']) {
            let english = word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
            run = if english { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        longest
    };
    for line in page.lines().filter(|line| words(line) >= 3) {
        // What the price table says of a price's source is quoted.
        assert!(line.contains("Price List") || line.contains("の予測"), "{line}");
    }
}

#[test]
fn a_folder_is_whole_or_as_it_was() {
    let folder = written();
    let refused = folder.run(&REPORT);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("`--force` replaces it"), "{}", refused.stderr);
    let forced = [&REPORT[..], &["--force"]].concat();
    assert_eq!(folder.run(&forced).code, Some(0));
    assert_eq!(names(&folder.path("october")), NAMES);
    fs::write(folder.path("october/minutes.txt"), "ours").expect("a file");
    let refused = folder.run(&forced);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("minutes.txt"), "{}", refused.stderr);
    assert_eq!(text(&folder, "october/minutes.txt"), "ours");
    // Below a file there can be no folder: nothing is left behind.
    let before = folder.names();
    let below = ["report", "scenario.toml", "--out", "scenario.toml/october"];
    assert_eq!(folder.run(&below).code, Some(3));
    assert_eq!(folder.names(), before);
    assert!(folder.names().iter().all(|name| !name.starts_with(".hpc-cost")), "{:?}", folder.names());
}

#[test]
fn months_are_kept_under_one_header() {
    let folder = Folder::new(SCENARIO);
    for (month, out) in [("2026-09", "a"), ("2026-10", "b"), ("2026-09", "c")] {
        let args = ["report", "scenario.toml", "--month", month, "--out", out, "--summary", "year.csv"];
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    }
    let year = text(&folder, "year.csv");
    let lines: Vec<&str> = year.lines().collect();
    assert_eq!(lines.len(), 3, "a header and two months: {year}");
    assert_eq!(year.matches("scenario,month").count(), 1);
    assert_eq!((year.matches(",2026-09,").count(), year.matches(",2026-10,").count()), (1, 1));
    fs::write(folder.path("other.csv"), "a,b\n1,2\n").expect("a file");
    let args = ["report", "scenario.toml", "--out", "d", "--summary", "other.csv"];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(3), "{}", answer.stderr);
    assert_eq!(text(&folder, "other.csv"), "a,b\n1,2\n");
    let args = ["report", "scenario.toml", "--out", "e", "--bom"];
    assert_eq!(folder.run(&args).code, Some(0));
    assert!(text(&folder, "e/lines.csv").starts_with("\u{feff}scenario,"));
}

#[test]
fn months_are_kept_in_the_folder_of_a_report_too() {
    for name in ["summary.csv", "months.csv"] {
        let folder = Folder::new(SCENARIO);
        let summary = format!("r/{name}");
        let mut args =
            vec!["report", "scenario.toml", "--out", "r", "--force", "--summary", &summary, "--month"];
        for month in ["2026-08", "2026-09", "2026-10", "2026-09"] {
            args.push(month);
            let answer = folder.run(&args);
            assert_eq!(answer.code, Some(0), "{}", answer.stderr);
            args.pop();
        }
        let months = text(&folder, &summary);
        let found: Vec<&str> = months
            .lines()
            .filter_map(|line| line.split(',').nth(1))
            .filter(|cell| *cell != "month")
            .collect();
        assert_eq!(found, ["2026-08", "2026-10", "2026-09"], "{months}");
        assert!(text(&folder, "r/report.md").contains("September 2026"), "the rest is of the last one");
        let known = NAMES.iter().copied().chain((name == "months.csv").then_some(name));
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        assert_eq!(names(&folder.path("r")), known);
        assert_eq!(folder.names(), ["r", "scenario.toml"]);
        // Asked for without it, the folder holds something that is no report's, or one that has one row again.
        let other = folder.run(&["report", "scenario.toml", "--out", "r", "--force"]);
        assert_eq!(other.code, Some(if name == "months.csv" { 2 } else { 0 }), "{}", other.stderr);
        // Refused before anything is written: what is no file of months, and other parts of the report.
        fs::write(folder.path(&summary), "a,b\n1,2\n").expect("a file");
        args.push("2026-11");
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(3), "{}", answer.stderr);
        assert_eq!(text(&folder, &summary), "a,b\n1,2\n");
        assert!(!text(&folder, "r/report.md").contains("November 2026"));
    }
    let folder = Folder::new(SCENARIO);
    for (summary, code) in [("r/lines.csv", 2), ("r", 2), ("r/more/months.csv", 3), ("none/months.csv", 3)] {
        let answer = folder.run(&["report", "scenario.toml", "--out", "r", "--summary", summary]);
        assert_eq!(answer.code, Some(code), "{summary}: {}", answer.stderr);
        assert_eq!(folder.names(), ["scenario.toml"], "{summary}");
    }
    let args = ["report", "scenario.toml", "--out", "r", "--bom", "--summary", "r/summary.csv"];
    assert_eq!(folder.run(&args).code, Some(0));
    assert!(text(&folder, "r/summary.csv").starts_with("\u{feff}scenario,"));
}

#[test]
fn only_plain_files_of_a_report_are_replaced() {
    let folder = written();
    let forced = [&REPORT[..], &["--force"]].concat();
    let page = folder.path("october/report.html");
    fs::remove_file(&page).expect("a file");
    fs::create_dir(&page).expect("a folder");
    fs::write(page.join("thesis.txt"), "ours").expect("a file");
    let refused = folder.run(&forced);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(refused.stderr.contains("`october` holds `report.html`"), "{}", refused.stderr);
    assert_eq!(text(&folder, "october/report.html/thesis.txt"), "ours");
    fs::remove_dir_all(&page).expect("a folder");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../charges.csv", &page).expect("a link");
        let refused = folder.run(&forced);
        assert_eq!(refused.code, Some(2), "{}", refused.stderr);
        assert!(fs::symlink_metadata(&page).expect("the link").file_type().is_symlink());
        fs::remove_file(&page).expect("a link");
    }
    assert_eq!(folder.run(&forced).code, Some(0));
    // Who stands in a folder cannot have it replaced.
    let mut command = folder.command(&["report", "--from", "report.json", "--out", ".", "--force"]);
    command.current_dir(folder.path("october"));
    let inside = super::cli::Answer::of(command, &["report", "--out", "."]);
    assert_eq!(inside.code, Some(2), "{}", inside.stderr);
    assert!(inside.stderr.contains("is the folder that this runs in"), "{}", inside.stderr);
    assert_eq!((names(&folder.path("october")).len(), folder.names().len()), (NAMES.len(), 3));
}

#[cfg(unix)]
#[test]
fn a_new_folder_has_the_rights_of_the_old_one() {
    use std::os::unix::fs::PermissionsExt;
    let folder = written();
    fs::set_permissions(folder.path("october"), fs::Permissions::from_mode(0o700)).expect("our folder");
    assert_eq!(folder.run(&[&REPORT[..], &["--force"]].concat()).code, Some(0));
    let mode = fs::metadata(folder.path("october")).expect("the folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn what_changed_since_an_earlier_report_is_said() {
    let folder = written();
    let more =
        ["--set", "s3.bucket.storage_gib=2000", "--compare-to", "october/report.json", "--out", "november"];
    let answer = folder.run(&[&["report", "scenario.toml", "--month", "2026-11"][..], &more].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let page = text(&folder, "november/report.md").replace('\\', "");
    // 1000 GB-Months more are $23 more of $2,023: 1.1 %.
    assert!(
        page.contains(
            "The report of October 2026 estimated $2,023.00, this one $2,046.00: +$23.00 (+1.1 %)."
        ),
        "{page}"
    );
    assert!(page.contains("| AmazonS3 | $23.00 | $46.00 | +$23.00 |"), "{page}");
}

#[test]
fn a_report_without_a_price_is_a_lower_bound() {
    // Intelligent-Tiering has no price in the tables of this program.
    let bucket = "[[s3]]\nname = \"bucket\"\nstorage_gib = 1000\n";
    let cold = "[[s3]]\nname = \"cold\"\nstorage_class = \"INTELLIGENT_TIERING\"\nstorage_gib = 1800\n";
    assert!(SCENARIO.contains(bucket));
    let folder = Folder::new(SCENARIO.replace(bucket, cold));
    let answer = folder.run(&["report", "scenario.toml", "--out", "x"]);
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    let page = text(&folder, "x/report.md").replace('\\', "");
    assert!(page.contains("the estimate is at least $2,000.00; 1 of 2 lines has no price."), "{page}");
    assert!(page.contains("1 of 2 lines of the estimate have a price (50 %)."), "{page}");
    assert!(page.contains("Budget left: **unknown** (Budget $5,000.00)"), "{page}");
    // A line without a cost is no row of a bill.
    assert_eq!(text(&folder, "x/focus.csv").lines().count(), 2);
    let over = folder.run(&["report", "scenario.toml", "--set", "budget.fail_usd=100", "--out", "y"]);
    assert!(over.stderr.contains("fail_usd"), "{}", over.stderr);
    let odd = folder.run(&["report", "scenario.toml", "--out", "z", "--currency", "yen", "--rate", "155"]);
    assert_eq!(odd.code, Some(2));
    assert!(odd.stderr.contains("`--currency yen` is no currency"), "{}", odd.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_is_opened_where_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(SCENARIO).with("xdg-open", "#!/bin/sh\necho \"$1\" > opened\n");
    let browser = folder.path("xdg-open");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("a program");
    let args = ["report", "scenario.toml", "--out", "x", "--open"];
    let mut command = folder.command(&args);
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.path("").display()));
    assert_eq!(super::cli::Answer::of(command, &args).code, Some(0));
    // The browser is on its own: it may need a moment.
    let opened = (0..100).find_map(|_| {
        let text = fs::read_to_string(folder.path("opened")).ok().filter(|text| !text.is_empty());
        if text.is_none() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        text
    });
    assert_eq!(opened.as_deref().map(str::trim), Some("x/report.html"));
}

#[test]
fn live_prices_bring_the_history_of_spot_and_its_forecast() {
    let aws = Loopback::new(world());
    let folder = Folder::new(format!("region = \"us-east-1\"\n{SPOT}"));
    let answer = folder.with_aws(&aws, &["report", "scenario.toml", "--out", "x"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let json: Value = serde_json::from_str(&text(&folder, "x/report.json")).expect("JSON");
    assert_eq!(json["prices"]["source"], "live");
    let pools = json["spot"].as_array().expect("pools");
    let zones: Vec<&Value> = pools.iter().map(|pool| &pool["zone"]).collect();
    assert_eq!(zones, ["use1-az1", "use1-az2"]);
    // 0.40 for the whole window, by a change long before it; On-Demand from the Price List.
    assert_eq!((&pools[0]["mean"], &pools[0]["on_demand"]), (&"0.4".into(), &"1.006".into()));
    assert!(pools[0]["forecast"]["mean"].is_string(), "{}", pools[0]);
    let page = text(&folder, "x/report.html");
    assert!(page.contains("g5.xlarge: Spot prices") && page.contains("use1-az2"), "the chart and the table");
    assert!(!page.contains("bundled"), "nothing is said to be bundled");
}

#[test]
fn what_operators_look_for_is_in_both_languages() {
    // Two jobs of an hour for one instance at a time: one of them waits an hour, a minute is the target.
    let queue = r#"
[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[workload]
trace = "jobs.csv"

[target]
wait_minutes = 1
"#;
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";
    let jobs = format!("{header}a,0,3600,96,1000,8,1,main,succeeded\nb,0,3600,96,1000,8,1,main,succeeded\n");
    let folder = Folder::new(format!("{SCENARIO}{queue}")).with("jobs.csv", jobs);
    let answer = folder.run(&["report", "scenario.toml", "--out", "en"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(
        folder.run(&["report", "--from", "en/report.json", "--lang", "ja", "--out", "ja"]).code,
        Some(0)
    );
    let page = |name: &str| text(&folder, name).replace('\\', "");
    assert!(
        page("en/report.md")
            .contains("RUNNABLE for long: max_vcpus: 1 jobs waited longer than 1 min (p95 3600 s")
    );
    let japanese = page("ja/report.md");
    let words = "長い待ち（max_vcpus）：1 分を超えて待ったジョブは 1 件（p95 3600 秒、最長 3600 秒）。待ち時間全体の 100%（1 ジョブ時間）は、gpu の max_vcpus に達していた";
    assert!(japanese.contains(words), "{japanese}");
    // An hour of jobs is no month to save anything of, and that is said.
    let reason = "the jobs are submitted within 0 h";
    assert!(answer.stderr.contains(reason), "{}", answer.stderr);
    assert!(page("en/report.md").contains(&format!("No changes were evaluated: {reason}")));
    let json: Value = serde_json::from_str(&text(&folder, "en/report.json")).expect("JSON");
    // Two jobs, each an hour of 96 vCPUs: 100 % of the instances while they ran.
    assert_eq!((&json["queue"]["jobs"], &json["queue"]["wait_seconds_p95"]), (&2.into(), &3600.into()));
}
