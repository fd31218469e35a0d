//! The words of a monthly report: what is incomplete says so wherever it stands, and both languages say the same.

use std::fs;
use std::io::Read;

use serde_json::Value;

use super::cli::Folder;

/// In Osaka: 100 h of g4dn.12xlarge at the agreed $8.22609 and 912 GB in Standard at $0.025 have a price; the file system, of a
/// kind that Osaka does not have, and what is in Intelligent-Tiering have none: $822.609 + $22.80 = $845.409 are known.
const INCOMPLETE: &str = r#"
name = "un"
region = "ap-northeast-3"
month = "2026-11"

[[compute]]
name = "work"
instances = { "g4dn.12xlarge" = 1 }
hours_per_instance = 100

[[lustre]]
name = "data"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 250
size_gib = 1200

[[s3]]
name = "kept"
storage_gib = 912

[[s3]]
name = "moving"
storage_class = "INTELLIGENT_TIERING"
storage_gib = 100

[[price]]
usage_type = "APN3-BoxUsage:g4dn.12xlarge"
purchase_option = "on_demand"
usd = "8.22609"
unit = "Hours"
"#;

/// An environment whose jobs miss their target by the launch of an instance, and that could be Spot.
const JOBS: &str = r#"
name = "one"
region = "us-east-1"
month = "2026-10"

[[compute]]
name = "work"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 10

[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
max_vcpus = 192
launch_minutes = 60
scale_down_delay_minutes = 5
interruptions_per_instance_hour = 0.01

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[target]
wait_minutes = 30

[workload]
trace = "jobs.csv"

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"

[[price]]
usage_type = "SpotUsage:p4d.24xlarge"
purchase_option = "spot"
usd = "5"
unit = "Hours"
"#;

/// Four jobs a day, Monday to Friday from 5 to 23 October 2026.
fn jobs() -> String {
    let mut rows = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n".to_owned();
    for day in (5..=23).filter(|day| day % 7 != 3 && day % 7 != 4) {
        for hour in ["09", "11", "13", "15"] {
            rows.push_str(&format!(
                "j{day}-{hour},2026-10-{day:02}T{hour}:00:00Z,5400,96,100000,8,1,main,succeeded\n"
            ));
        }
    }
    rows
}

fn text(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).expect("a document").replace('\\', "")
}

fn report(folder: &Folder, args: &[&str], code: i32) {
    let answer = folder.run(&[&["report"], args].concat());
    assert_eq!(answer.code, Some(code), "{}", answer.stderr);
}

#[test]
fn every_amount_of_an_incomplete_estimate_is_a_lower_bound() {
    let folder = Folder::new(INCOMPLETE);
    let yen = ["--currency", "JPY", "--rate", "155"];
    report(&folder, &[&["scenario.toml", "--out", "en"][..], &yen].concat(), 1);
    report(&folder, &[&["--from", "en/report.json", "--out", "ja", "--lang", "ja"][..], &yen].concat(), 1);
    for (name, unknown) in [("en", "unknown"), ("ja", "不明")] {
        for document in ["report.md", "report.html"] {
            let page = text(&folder, &format!("{name}/{document}"));
            // $845.409 × 155 = ¥131,038.4.
            let yen = ["≥ $845.41 (≥ ¥131,038)", "≥ $845.41（≥ ¥131,038）"];
            assert!(yen.iter().any(|words| page.contains(words)), "{name}/{document}: {page}");
            // Wherever the sum stands it stands as a lower bound, in words or by its sign.
            for (at, _) in page.match_indices("$845.41") {
                let before = &page[..at];
                let after = &page[at + "$845.41".len()..];
                let said =
                    before.ends_with("≥ ") || before.ends_with("at least ") || after.starts_with(" 以上");
                assert!(
                    said,
                    "{name}/{document}: {}",
                    &page[page.floor_char_boundary(at.saturating_sub(60))..at + 10]
                );
            }
            for row in [&format!("AmazonFSx: {unknown}"), "AmazonS3: ≥ $22.80"] {
                assert!(page.contains(row), "{name}/{document} has {row}");
            }
        }
        let page = text(&folder, &format!("{name}/report.md"));
        for row in [&format!("| AmazonFSx | {unknown} |"), "| AmazonS3 | ≥ $22.80 |"] {
            assert!(page.contains(row), "{name} has {row}: {page}");
        }
        // A bar without a length still has its word.
        let html = text(&folder, &format!("{name}/report.html"));
        let chart = html.split("<svg").nth(1).and_then(|rest| rest.split("</svg>").next()).expect("a chart");
        for figure in ["≥ $22.80", unknown] {
            assert!(chart.contains(figure), "{name}: {figure} in {chart}");
        }
    }
}

/// A part of a workbook, which is a ZIP file (PKWARE APPNOTE 6.3.10, 4.3.12 and 4.3.7).
fn part(folder: &Folder, name: &str, part: &str) -> String {
    part_of(&folder.path(name), part)
}

/// A part of a workbook, unpacked.
pub(crate) fn part_of(path: &std::path::Path, part: &str) -> String {
    let bytes = fs::read(path).expect("a workbook");
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut entries = (0..bytes.len() - 46).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"));
    let named =
        |at: &usize| bytes[*at + 46..].starts_with(part.as_bytes()) && number(*at + 28, 2) == part.len();
    let entry = entries.find(named).expect("the part is in the directory");
    let (length, local) = (number(entry + 20, 4), number(entry + 42, 4));
    let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
    let mut text = String::new();
    let packed = &bytes[start..start + length];
    flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text).expect("XML");
    text
}

#[test]
fn sums_of_a_workbook_show_that_they_are_lower_bounds() {
    let folder = Folder::new(INCOMPLETE);
    report(&folder, &["scenario.toml", "--out", "en"], 1);
    let words = part(&folder, "en/report.xlsx", "xl/sharedStrings.xml");
    assert!(
        words.contains("<t>Lines without a price</t>") && !words.contains("Why there is no price: Lines"),
        "{words}"
    );
    assert!(words.contains("<t>unknown</t>"), "the high case is a word, not an empty cell: {words}");
    let styles = part(&folder, "en/report.xlsx", "xl/styles.xml");
    let format = styles.split("<numFmt ").find(|format| format.contains("≥")).expect("a number format");
    let id: u32 =
        format.split("numFmtId=\"").nth(1).and_then(|id| id.split('"').next()?.parse().ok()).expect("its id");
    let cells = styles.split("<cellXfs").nth(1).expect("formats of cells");
    let place = cells
        .split("<xf ")
        .skip(1)
        .position(|cell| cell.contains(&format!("numFmtId=\"{id}\"")))
        .expect("it is used");
    // Low and expected: a sum that recalculates, shown as a lower bound.
    let summary = part(&folder, "en/report.xlsx", "xl/worksheets/sheet1.xml");
    assert_eq!(summary.matches(&format!("s=\"{place}\"><f>SUM(")).count(), 2, "{summary}");
}

#[test]
fn a_line_without_a_price_does_not_read_as_free() {
    let folder = Folder::new(INCOMPLETE);
    report(&folder, &["scenario.toml", "--out", "ja", "--lang", "ja"], 1);
    let page = text(&folder, "ja/report.md");
    let note = "data (APN3-Storage.SSD.250, GB-Months)、moving (APN3-TimedStorage-INT-FA-ByteHrs, GB-Months) は単価が不明のため費用を計算できない（理由：内蔵の価格表に ap-northeast-3 の単価がない。シナリオの [[price]] で指定する）";
    assert!(page.contains(note), "{page}");
    assert!(!page.contains("費用がない"), "{page}");
    let answer = folder.run(&["estimate", "scenario.toml"]);
    assert!(answer.stdout.contains("no price for data (APN3-Storage.SSD.250"), "{}", answer.stdout);
}

#[test]
fn the_prices_that_are_missing_are_written_out_and_work() {
    let folder = Folder::new(INCOMPLETE);
    let answer = folder.run(&["estimate", "scenario.toml"]);
    let tables = answer.stdout.split("each with its dollars\n").nth(1).expect("the tables");
    let tables = tables.split("\nNotes").next().expect("what stands before the notes");
    assert_eq!(tables.matches("usd = \"\"").count(), 2, "{tables}");
    // 1,200 GB-Months and 100 GB-Months at $1: $845.409 + $1,300.
    let filled = format!("{INCOMPLETE}\n{}", tables.replace("usd = \"\"", "usd = \"1\""));
    let folder = Folder::new(filled);
    let answer = folder.run(&["estimate", "scenario.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let json: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(json["total"]["expected"], "2145.409");
    assert_eq!(json["total"]["at_least"], false);
}

#[test]
fn a_price_that_could_be_of_several_services_is_asked_about_with_the_missing_one_first() {
    let scenario = "region = \"eu-central-1\"\nmonth = \"2026-11\"\n[[s3]]\nname = \"lake\"\nstorage_gib = 20000\n[[ecr]]\nname = \"images\"\nstorage_gib = 80\n[[logs]]\nname = \"logs\"\ningestion_gib = 30\nstorage_gib = 100\n[[price]]\nusage_type = \"EUC1-TimedStorage-ByteHrs\"\nusd = \"0.033\"\nunit = \"GB-Months\"\n";
    let folder = Folder::new(scenario);
    let answer = folder.run(&["estimate", "scenario.toml"]);
    assert_eq!(answer.code, Some(2));
    let help = "add the service that it is the price of: `service = \"AmazonECR\"` (it has no price yet), `service = \"AmazonCloudWatch\"` or `service = \"AmazonS3\"`";
    assert!(answer.stderr.contains(help), "{}", answer.stderr);
}

/// Numbers, names of the scenario and AWS's words in capitals: what a sentence is about.
fn facts(text: &str) -> Vec<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "_.:$,".contains(c);
    let words = text.split(|c: char| !inside(c)).map(|word| word.trim_matches(|c: char| ".:,".contains(c)));
    let mut facts: Vec<String> = words
        .filter(|word| {
            word.contains(|c: char| c.is_ascii_digit() || c == '_') || ["gpu", "EC2", "SPOT"].contains(word)
        })
        .map(str::to_owned)
        .collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}

#[test]
fn both_languages_say_the_same_of_a_change() {
    let folder = Folder::new(JOBS).with("jobs.csv", jobs());
    report(&folder, &["scenario.toml", "--prices", "bundled", "--out", "en"], 0);
    let saved = text(&folder, "en/report.json");
    let json: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("en/report.json")).expect("a report"))
            .expect("JSON");
    let changes = json["proposals"]["changes"].as_array().expect("changes");
    let kinds: Vec<&str> = changes.iter().filter_map(|of| of["kind"].as_str()).collect();
    assert_eq!(kinds, ["schedule", "instance_types"], "{saved}");
    for change in changes {
        for part in ["title", "risk", "way_back"] {
            let [en, ja] = ["en", "ja"].map(|lang| change[part][lang].as_str().expect("words"));
            assert_eq!(facts(en), facts(ja), "{en} / {ja}");
            assert!(!ja.is_ascii(), "{ja}");
        }
    }
    report(&folder, &["--from", "en/report.json", "--out", "ja", "--lang", "ja"], 0);
    let page = text(&folder, "ja/report.md");
    for words in [
        "| schedule-1 | gpu の 96 vCPU を月曜～金曜の 8:00～17:00 稼働させておく |",
        "schedule-1：リスク：この時間帯は、ジョブがなくても、祝日でも、インスタンスの料金がかかる。元に戻す方法：スケジュールを削除し、gpu の min_vcpus を 0 に戻す",
        "| instance_types-2 | gpu をスポットにする |",
        "instance_types-2：リスク：EC2 はスポットインスタンスをいつでも中断でき、価格も変動する。元に戻す方法：gpu の代わりに type が EC2 のコンピューティング環境を作る",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_report_of_an_earlier_version_says_that_its_changes_are_in_english() {
    let folder = Folder::new(JOBS).with("jobs.csv", jobs());
    report(&folder, &["scenario.toml", "--prices", "bundled", "--out", "en"], 0);
    let saved = fs::read_to_string(folder.path("en/report.json")).expect("a report");
    let mut json: Value = serde_json::from_str(&saved).expect("JSON");
    // What version 1 had: texts in English, no words about missing prices.
    json["schema_version"] = 1.into();
    json.as_object_mut().expect("an object").remove("missing_prices");
    for change in json["proposals"]["changes"].as_array_mut().expect("changes") {
        for part in ["title", "risk", "way_back"] {
            change[part] = change[part]["en"].clone();
        }
    }
    fs::write(folder.path("old.json"), json.to_string()).expect("a file");
    report(&folder, &["--from", "old.json", "--out", "old", "--lang", "ja"], 0);
    let page = text(&folder, "old/report.md");
    assert!(page.contains("英語のまま示す"), "{page}");
    assert!(page.contains("リスク：instances are paid in these hours whether jobs come or not"), "{page}");
    let again: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("old/report.json")).expect("a report"))
            .expect("JSON");
    assert_eq!(again["schema_version"], 2);
    json["schema_version"] = 3.into();
    fs::write(folder.path("new.json"), json.to_string()).expect("a file");
    let answer = folder.run(&["report", "--from", "new.json", "--out", "new"]);
    assert_eq!(answer.code, Some(3));
    assert!(
        answer.stderr.contains("its schema_version is 3, this program reads 1 to 2"),
        "{}",
        answer.stderr
    );
}
