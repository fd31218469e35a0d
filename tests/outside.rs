//! What files from outside may hold against whoever reads them: characters that steer a terminal, damage that breaks a
//! library, sizes without end, figures that contradict each other.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use hpc_cost::actuals::file::{Kind, read};
use hpc_cost::actuals::{Asked, CostBasis, Scope};
use hpc_cost::model::text::is_harmful;
use hpc_cost::model::time::Month;
use serde_json::{Value, json};

use super::cli::{Answer, Folder, in_november};
use super::compare::{self, CUR, FOCUS, run};
use super::parquet_file::of_csv;

/// One of each kind: C0, DEL, C1, a turn of direction, marks of direction, no width, line breaks nobody sees, a mark.
const HARM: &str = "\u{1b}]0;T\u{7}\u{1b}[31m\u{7f}\u{80}\u{9b}32m\u{202e}\u{2066}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{feff}";

fn harmless(what: &str, text: &str) {
    let found = text.chars().find(|c| *c != '\n' && is_harmful(*c));
    assert_eq!(found, None, "{what}: {text:?}");
}

fn refused(what: &str, answer: &Answer, code: i32, phrase: &str) {
    let text = answer.text();
    let short: String = text.chars().take(2000).collect();
    assert_eq!(answer.code, Some(code), "{what}: {short}");
    assert!(answer.stderr.contains(phrase), "{what}: no `{phrase}` in {short}");
    assert!(!text.contains("panicked") && !text.contains("this is a bug"), "{what}: {short}");
}

/// A TOML text that is these characters.
fn in_toml(text: &str) -> String {
    text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()
}

#[test]
fn no_name_in_a_file_steers_the_terminal() {
    // In the help: the names there are.
    let help = format!(
        in_november!(
            "[[compute]]\nname = \"a\"\ninstances = {{ \"p4d.24xlarge\" = 1 }}\nhours_per_instance = 1\n\
             compute_environment = \"x\"\n\n[[batch.compute_environment]]\nname = \"{}\"\n\
             instance_types = [\"p4d.24xlarge\"]\nmax_vcpus = 96\n"
        ),
        in_toml(HARM)
    );
    let answer = Folder::new(help).run(&["check", "scenario.toml"]);
    refused("help", &answer, 2, "help: valid: ");
    harmless("help", &answer.stderr);
    // In the excerpt, and in a value that the title quotes.
    let unsaid = &HARM[HARM.find('\u{80}').expect("it is there")..];
    let quoted = format!("region = \"us-east-1\"\nmonth = \"{unsaid}\"\n");
    let answer = Folder::new(quoted).run(&["check", "scenario.toml"]);
    refused("excerpt", &answer, 2, "scenario.toml:2:");
    harmless("excerpt", &answer.stderr);
    // In the file's name, and in what a system says of one.
    let name = format!("{HARM}.toml");
    let plain = in_november!("[[s3]]\nname = \"data\"\nstorage_gib = 100\n");
    let folder = Folder::new(plain).with(&name, "region = 1\n");
    let output = format!("nowhere{HARM}/x");
    for args in [
        &["check", &name][..],
        &["check", "-v", "scenario.toml", &name],
        &["check", &format!("no-{name}")],
        &["estimate", "scenario.toml", "--prices", "bundled", "-o", &output],
        &["jobs", "show", &name],
        &["compare", "scenario.toml", "--prices", "bundled", "--actual", &format!("focus:{name}")],
    ] {
        let answer = folder.run(args);
        assert!(matches!(answer.code, Some(2 | 3)), "{}", answer.text());
        assert!(answer.stderr.contains('\u{fffd}'), "{}", answer.text());
        harmless(&answer.command, &answer.stderr);
    }
}

#[test]
fn a_name_is_harmless_in_every_format_and_whole_in_json() {
    let scenario = format!(in_november!("[[s3]]\nname = \"{}\"\nstorage_gib = 100\n"), in_toml(HARM));
    let folder = Folder::new(scenario);
    for format in ["table", "csv", "markdown", "html", "json"] {
        let answer = folder.run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", format]);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        harmless(format, &answer.stdout);
        harmless(format, &answer.stderr);
        if format == "json" {
            let document: Value = serde_json::from_str(&answer.stdout).expect("JSON");
            assert!(answer.stdout.contains("\\u009b32m\\u202e"), "{}", answer.stdout);
            assert_eq!(document["line_items"][0]["name"], HARM, "{}", answer.stdout);
        }
    }
}

#[test]
fn names_of_jobs_and_of_resources_are_harmless_where_they_are_written_on() {
    // Between ids a semicolon is no part of them.
    let harm = HARM.replace(';', "");
    let jobs = format!(
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,depends_on\n\
         a{harm},0,60,4,1024,0,1,q{harm},succeeded,\nb,1,60,4,1024,0,1,q{harm},succeeded,a{harm}\n"
    );
    let folder = Folder::empty().with("jobs.csv", jobs);
    let imported = folder.run(&["jobs", "import", "--from", "workload", "jobs.csv"]);
    assert_eq!(imported.code, Some(0), "{}", imported.text());
    harmless("jobs", &imported.stdout);
    // The job that waits still finds the one it waits for.
    let rows: Vec<Vec<&str>> = imported.stdout.lines().map(|row| row.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[2][9]), (3, rows[1][0]), "{}", imported.stdout);
    let again = folder.with("again.csv", &imported.stdout).run(&[
        "jobs",
        "import",
        "--from",
        "workload",
        "again.csv",
    ]);
    assert_eq!(again.stdout, imported.stdout);

    let terraform = "provider \"aws\" {\n  region = \"us-east-1\"\n}\nresource \"aws_batch_compute_environment\" \"a\" {\n  \
                     name = \"gpu\u{9b}\u{200b}\"\n  type = \"MANAGED\"\n  compute_resources {\n    type = \"EC2\"\n    \
                     instance_type = [\"p4d.24xlarge\"]\n    min_vcpus = 0\n    max_vcpus = 96\n  }\n}\n";
    let folder = Folder::empty().with("main.tf", terraform);
    let written = folder.run(&["import", "terraform", "."]);
    assert_eq!(written.code, Some(0), "{}", written.text());
    harmless("scenario", &written.stdout);
    assert!(written.stdout.contains("name = \"gpu\\u009B\\u200B\""), "{}", written.stdout);
}

#[test]
fn a_chart_of_any_name_is_well_formed() {
    let record = |time: &str, price: &str| {
        json!({"AvailabilityZone": "us-east-1a", "InstanceType": format!("g5.x<&{HARM}\0\u{fffe}"),
            "ProductDescription": "Linux/UNIX", "SpotPrice": price, "Timestamp": time})
    };
    let records = [record("2026-09-01T00:00:00Z", "0.41"), record("2026-09-02T00:00:00Z", "0.42")];
    let folder = Folder::empty().with("history.json", json!({ "SpotPriceHistory": records }).to_string());
    for (file, format) in [("x.svg", "table"), ("x.html", "html")] {
        let args =
            ["spot", "--history", "history.json", "--region", "us-east-1", "--format", format, "-o", file];
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        let text = fs::read_to_string(folder.path(file)).expect("it is written");
        assert!(text.contains("g5.x&lt;&amp;\u{fffd}"), "{file}");
        harmless(file, &text);
    }
}

/// A report in Parquet.
fn parquet(folder: &Folder) -> Vec<u8> {
    let numbers = ["lineItem/UsageAmount", "lineItem/UnblendedCost", "reservation/EffectiveCost"];
    let path = folder.path("cur.parquet");
    of_csv(&path, CUR.trim_end(), &numbers, &["lineItem/UsageStartDate"]);
    fs::read(path).expect("it is written")
}

#[test]
fn no_byte_of_a_report_in_parquet_can_break_the_program() {
    let folder = compare::folder("");
    let whole = parquet(&folder);
    let period = Month::parse("2026-10").expect("a month").period();
    let path = folder.path("damaged.parquet").display().to_string();
    let asked = Asked::new(period, CostBasis::Amortized, Scope::default());
    let read = || read(Kind::Cur, &path, &asked, false);
    let mut broke_a_reader = None;
    for place in (4..whole.len()).step_by(7) {
        for bits in [0xff, 0x01] {
            let mut damaged = whole.clone();
            damaged[place] ^= bits;
            fs::write(&path, &damaged).expect("written");
            // Ok or an error; a panic would end this test.
            if let Err(error) = read()
                && error.to_string().contains("it is damaged")
            {
                broke_a_reader = Some(damaged);
            }
        }
    }
    // At least one of them makes the library panic; the program says so in its own words.
    fs::write(&path, broke_a_reader.expect("a library that panics")).expect("written");
    let answer = run(&folder, "cur:damaged.parquet", &[]);
    refused("damaged", &answer, 3, "`damaged.parquet` is not a Cost and Usage Report: it is damaged");
    assert_eq!((answer.stdout.as_str(), answer.stderr.lines().count()), ("", 1), "{}", answer.text());
}

#[test]
fn a_quote_that_is_never_closed_is_not_read_to_the_end() {
    let endless = "a".repeat(9 << 20);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let first = FOCUS.lines().take(2).collect::<Vec<_>>().join("\n");
    write!(packed, "{first}\n\"{endless}").expect("memory");
    let jobs = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status";
    let folder = compare::folder("")
        .with("bill.csv.gz", packed.finish().expect("memory"))
        .with("bill.csv", format!("{}\n\"{endless}", CUR.lines().next().expect("a header")))
        .with("jobs.csv", format!("{jobs}\na,0,60,4,1024,0,1,q,succeeded\n\"{endless}"))
        .with("log.csv", format!("submit_seconds,run_seconds,vcpus\n0,60,4\n\"{endless}"))
        .with("header.csv", format!("\"{endless}"));
    let said = "no record ends within 8 MiB: is a quote not closed?";
    refused("gzip", &run(&folder, "focus:bill.csv.gz", &[]), 3, &format!("line 3: {said}"));
    refused("plain", &run(&folder, "cur:bill.csv", &[]), 3, &format!("line 2: {said}"));
    refused("header", &run(&folder, "focus:header.csv", &[]), 3, &format!("line 1: {said}"));
    for (from, file) in [("workload", "jobs.csv"), ("csv", "log.csv")] {
        refused(from, &folder.run(&["jobs", "import", "--from", from, file]), 3, said);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_without_end_is_not_read_to_the_end() {
    let plain = in_november!("[[s3]]\nname = \"data\"\nstorage_gib = 100\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = root.join("reports/october-en/report.json").display().to_string();
    let queue = root.join("scenarios/october.toml").display().to_string();
    for (most, args) in [
        (64, &["report", "--from", "/dev/zero", "--out", "r"][..]),
        (64, &["report", "--from", &report, "--compare-to", "/dev/zero", "--out", "r"]),
        (64, &["report", "--from", &report, "--summary", "/dev/zero", "--out", "r"]),
        (64, &["estimate", "scenario.toml", "--prices", "bundled", "--calibration", "/dev/zero"]),
        (64, &["simulate", "--merge", "/dev/zero"]),
        (128, &["suggest", &queue, "--prices", "bundled", "--metrics", "/dev/zero"]),
        (128, &["jobs", "import", "--from", "kubernetes", "/dev/zero"]),
        (16, &["estimate", "scenario.toml", "--prices", "/dev/zero"]),
        (256, &["spot", "--history", "/dev/zero", "--region", "us-east-1"]),
    ] {
        let answer = Folder::new(plain).run(args);
        refused(&answer.command, &answer, 3, &format!("caused by: it is larger than {most} MiB"));
    }
}

#[test]
fn more_instances_than_there_can_be_are_refused() {
    let resource = |name: &str| format!("resource \"null_resource\" \"{name}\" {{\n  count = 10000\n}}\n");
    let folder = |names: &[&str]| {
        Folder::empty().with("main.tf", names.iter().map(|name| resource(name)).collect::<String>())
    };
    let answer = folder(&["a", "b", "c"]).run(&["import", "terraform", "."]);
    refused("30,000", &answer, 2, "the resources of this folder are more than 20000 instances");
    assert!(answer.stderr.contains("main.tf:7:1"), "{}", answer.text());
    assert_eq!(folder(&["a", "b"]).run(&["import", "terraform", "."]).code, Some(0));
}

fn environment(name: &str, more: &str, min_vcpus: &str) -> String {
    format!(
        "provider \"aws\" {{\n  region = \"us-east-1\"\n}}\nresource \"aws_batch_compute_environment\" \"a\" {{\n{more}  \
         name = {name}\n  type = \"MANAGED\"\n  compute_resources {{\n    type = \"EC2\"\n    \
         instance_type = [\"p4d.24xlarge\"]\n    min_vcpus = {min_vcpus}\n    max_vcpus = 96\n  }}\n}}\n"
    )
}

#[test]
fn terraform_counts_in_whole_numbers_and_cuts_texts_of_any_length() {
    let import = |name: &str, more: &str, min_vcpus: &str| {
        Folder::empty().with("main.tf", environment(name, more, min_vcpus)).run(&["import", "terraform", "."])
    };
    // 2^63 - 1, which is no literal of its own.
    let cut = import("substr(\"hello\", 1, 60247241209 * 153092023)", "", "0");
    assert_eq!(cut.code, Some(0), "{}", cut.text());
    assert!(cut.stdout.contains("name = \"ello\""), "{}", cut.text());
    for (more, said) in [
        (
            "  count = 1.5\n",
            "the `count` of `aws_batch_compute_environment.a` cannot be used: 1.5 is not a whole number",
        ),
        ("  count = -1\n", "cannot be used: -1 is not a whole number from 0 up"),
        ("  count = \"two\"\n", "cannot be used: `two` is not a number"),
        ("  for_each = toset([1, 2])\n", "cannot be used: 1 is no text: a map or a set of texts is needed"),
        ("  for_each = 3\n", "cannot be used: it is no map and no set of texts"),
    ] {
        let answer = import("\"gpu\"", more, "0");
        refused(more, &answer, 2, said);
        assert!(answer.stderr.contains("main.tf:5:"), "{}", answer.text());
        assert_eq!(answer.stdout, "", "{}", answer.text());
    }
    let two = import("\"gpu-${count.index}\"", "  count = 2.0\n", "0");
    assert_eq!((two.code, two.stdout.matches("name = \"gpu-").count()), (Some(0), 2), "{}", two.text());
    // What is not known is not refused: it is listed.
    let unknown = import("\"gpu\"", "  count = length(data.aws_subnets.all.ids)\n", "0");
    assert_eq!(unknown.code, Some(0), "{}", unknown.text());
    let half = import("\"gpu\"", "", "0.5");
    assert!(half.stderr.contains("0.5 is not a whole number from 0 up"), "{}", half.text());
    let item = import("[\"a\", \"b\"][1.5]", "", "0");
    assert!(!item.stdout.contains("name = \"b\""), "{}", item.text());
}

#[test]
fn a_saved_report_that_contradicts_itself_is_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("reports/october-en/report.json")).expect("the example month");
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    let from = |document: &Value| {
        let folder = Folder::empty().with("r.json", document.to_string());
        folder.run(&["report", "--from", "r.json", "--out", "R", "-q"])
    };
    let edited = |pointer: &str, value: Value| {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}")) = value;
        from(&document)
    };
    assert_eq!(from(&whole).code, Some(0));
    assert_eq!(edited("/made_at", json!("2026-11-06")).code, Some(0));
    for (pointer, value, said) in [
        ("/made_at", json!("6.11.2026"), "`made_at` is `6.11.2026`, not a time"),
        ("/made_at", json!("about noon"), "`made_at` is `about noon`"),
        ("/made_at", json!("é".repeat(12)), "`made_at` is `éé"),
        ("/made_at", json!("2026-11-06T00:30:00.5Z"), "not a time"),
        ("/start", json!("x"), "`start` is `x`"),
        ("/end", json!("2020-01-01T00:00:00Z"), "which is not after `start`"),
        ("/month", json!("2026-09"), "`start` and `end` are those of 2026-10"),
        ("/at_least", json!(true), "`at_least` is true, but false by its lines"),
        ("/total/expected", json!("1"), "`total.expected` is 1, but its lines add up to 5029.21592"),
        ("/total/low", json!("9999999"), "`total.low` is 9999999"),
        ("/total/high", json!(null), "`total.high` is unknown"),
        ("/lines/0/priced/cost/expected", json!("1"), "`total.expected` is 5029.21592"),
        ("/lines/1/line_id", json!(1), "two of its `lines` have the `line_id` 1"),
        ("/charged/until", json!(""), "`charged.until` is ``"),
        ("/charged/until", json!("2026-12-01T00:00:00Z"), "outside of its period"),
        ("/charged/actual", json!("1"), "`charged.actual` is 1, but the lines charged add up to 6636.388019"),
        ("/charged/estimated", json!("1"), "`charged.estimated` is 1"),
        ("/charged/bridge/0/1", json!("1"), "estimate and bridge add up to"),
        ("/charged/behind/0/parts/0/amount", json!("1"), "what is behind it adds up to"),
        (
            "/charged/behind",
            json!([{"mostly": null, "parts": []}]),
            "has not one entry for each of `charged.bridge`",
        ),
        ("/charged/source_total", json!("1"), "its parts add up to 7248.788019"),
        ("/charged/billed", json!("1"), "its days add up to 6636.388019"),
        ("/charged/daily/0/day", json!("soon"), "`charged.daily` is `soon`"),
        ("/charged/daily/0/day", json!("2027-01-01"), "which is not of its period"),
        ("/queue/start", json!(i64::MAX), "`queue.start` is"),
        ("/queue/step_seconds", json!(u64::MAX), "`queue.step_seconds` is too large"),
        ("/spot/0/until", json!(i64::MIN), "`spot.until` is"),
        ("/spot/0/history/0/0", json!(i64::MAX), "`spot.history` is"),
        ("/proposals/together/0/0", json!("x-9"), "names x-9, which is no change"),
    ] {
        let answer = edited(pointer, value);
        refused(pointer, &answer, 3, "`r.json` is not a saved report: ");
        refused(pointer, &answer, 3, said);
    }
}
