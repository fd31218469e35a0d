//! Figures worked out by hand, and the same totals in every format.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use hpc_cost::model::decimal::{self, Decimal};
use proptest::prelude::*;
use serde_json::Value;

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hpc-cost"));
    command.args(args).current_dir(folder).env_clear().output().expect("the program runs")
}

/// The estimate of a scenario text as JSON.
fn estimate(text: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("s.toml"), text).expect("written");
    let output = run(folder.path(), &["estimate", "s.toml", "--format", "json"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
}

fn number(value: &Value) -> Decimal {
    decimal::parse(value.as_str().unwrap_or_else(|| panic!("{value} is not text"))).expect("a number")
}

/// Name, usage type, purchase option, quantity and expected cost of every line.
fn lines(document: &Value) -> Vec<(String, String, String)> {
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let items = document["line_items"].as_array().expect("an array");
    items
        .iter()
        .map(|item| {
            let cost = item["cost"]["expected"].as_str().unwrap_or_default().to_owned();
            (
                text(item, "name"),
                format!("{} {}", text(item, "purchase_option"), text(item, "pricing_quantity")),
                cost,
            )
        })
        .collect()
}

fn check(text: &str, expected: &[(&str, &str, &str)]) -> Value {
    let document = estimate(text);
    let found = lines(&document);
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(found, expected);
    document
}

const NOVEMBER: &str = "name = \"s\"\nregion = \"us-east-1\"\nmonth = \"2026-11\"\n";

#[test]
fn the_guides_table_with_bundled_prices() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = run(root, &["estimate", "scenarios/guide.toml", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = [
        ("large training", "on_demand 200", "4391.5284"),
        ("medium training", "spot 800", "5261.98"),
        ("training data", "none 1200", "252"),
    ];
    let found = lines(&document);
    let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(found, expected);
    // 4391.5284 + 5261.98 + 252; high: p3.16xlarge at its On-Demand price, 800 × 24.48 = 19,584.
    assert_eq!(document["total"]["expected"], "9905.5084");
    assert_eq!(document["total"]["high"], "24227.5284");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_guides_table_with_the_guides_rates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args =
        ["estimate", "scenarios/guide.toml", "--prices", "scenarios/guide-prices.toml", "--format", "json"];
    let document: Value = serde_json::from_slice(&run(root, &args).stdout).expect("JSON");
    let costs: Vec<String> = lines(&document).into_iter().map(|(.., cost)| cost).collect();
    assert_eq!(costs, ["6400", "5600", "216"]);
    assert_eq!(
        document["total"],
        serde_json::json!({"low": "12216", "expected": "12216", "high": "12216", "at_least": false})
    );
}

#[test]
fn a_reserved_instance_covers_one_of_two_that_run_side_by_side() {
    // 2 × 100 h side by side: one of them is covered for 100 h; 720 − 100 = 620 h are unused.
    // At $10: 100 × 10 = 1,000 and 620 × 10 = 6,200; On-Demand 100 × 21.957642.
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"p4d.24xlarge\" = 2 }}\nhours_per_instance = 100\n\
         [[commitment]]\nname = \"ri\"\nkind = \"reserved\"\ninstance_type = \"p4d.24xlarge\"\ncount = 1\nusd_per_hour = \"10\"\n"
    );
    let document = check(
        &text,
        &[
            ("a", "on_demand 100", "2195.7642"),
            ("a", "reserved 100", "1000"),
            ("ri: unused", "reserved 620", "6200"),
        ],
    );
    // Low: 200 h spread over 720 h never need a second instance, so all are covered: 7,200 in all.
    assert_eq!(document["total"]["low"], "7200");
    assert_eq!(document["total"]["high"], "9395.7642");
}

#[test]
fn a_savings_plan_fills_what_saves_most_first_and_never_spot() {
    // $12 an hour over 720 h = $8,640. Both types of the group run side by side for 100 h. Of On-Demand
    // the p4d costs 10 / 21.957642 = 0.455, the g5 4 / 16.288 = 0.246: the g5 saves more and goes
    // first. $4 buy its one instance, the other $8 buy 0.8 of the p4d: 80 h; 20 h × 21.957642 =
    // 439.15284. Unused: 8,640 − 400 − 800 = 7,440. Spot is left alone.
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"p4d.24xlarge\" = 1, \"g5.48xlarge\" = 1 }}\nhours_per_instance = 100\n\
         [[compute]]\nname = \"b\"\ninstances = {{ \"g5.48xlarge\" = 1 }}\nhours_per_instance = 10\nspot_share = 1\n\
         [[commitment]]\nname = \"sp\"\nkind = \"savings_plan\"\nusd_per_hour = \"12\"\n\
         [[price]]\nusage_type = \"BoxUsage:p4d.24xlarge\"\npurchase_option = \"savings_plan\"\nusd = 10\nunit = \"Hrs\"\n\
         [[price]]\nusage_type = \"BoxUsage:g5.48xlarge\"\npurchase_option = \"savings_plan\"\nusd = 4\nunit = \"Hrs\"\n"
    );
    check(
        &text,
        &[
            ("a", "on_demand 20", "439.15284"),
            ("a", "savings_plan 80", "800"),
            ("a", "savings_plan 100", "400"),
            ("b", "spot 10", "110.0236"),
            ("sp: unused", "savings_plan 1", "7440"),
        ],
    );
}

#[test]
fn without_a_savings_plan_rate_nothing_is_guessed() {
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"p4d.24xlarge\" = 1 }}\nhours_per_instance = 100\n\
         [[commitment]]\nname = \"sp\"\nkind = \"savings_plan\"\nusd_per_hour = \"10\"\n"
    );
    let document = check(&text, &[("sp", "savings_plan 1", "7200")]);
    assert_eq!(document["unpriced"][0]["name"], "a");
    assert_eq!(document["total"]["at_least"], true);
    assert_eq!(document["total"]["high"], Value::Null);
}

#[test]
fn a_capacity_block_is_paid_used_or_not() {
    // 2 × 48 h = 96 paid hours, 2 × 60 h planned: 24 h are left to On-Demand at 55.04 = 1,320.96.
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"p5.48xlarge\" = 2 }}\nhours_per_instance = 60\n\
         capacity_block = {{ upfront_usd = \"3000\", hours = 48 }}\n"
    );
    check(&text, &[("a", "capacity_block 96", "3000"), ("a", "on_demand 24", "1320.96")]);
    let unused = text.replace("hours_per_instance = 60", "hours_per_instance = 10");
    let document = check(&unused, &[("a", "capacity_block 96", "3000")]);
    let notes = document["notes"].to_string();
    assert!(notes.contains("76 of the 96 instance-hours"), "{notes}");
}

#[test]
fn boot_and_idle_are_billed_and_shown_apart() {
    // 2 instances × 3 launches × (6 + 9) min = 90 min = 1.5 h, a quarter of it Spot.
    // Work: 40 h, 30 On-Demand and 10 Spot. Root volume: 100 GiB × 41.5 h / 720 h = 5.7638888889.
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"g5.xlarge\" = 2 }}\nhours_per_instance = 20\nspot_share = 0.25\n\
         launches = 3\nboot_minutes = 6\nidle_minutes = 9\nroot_volume = {{ size_gib = 100 }}\n"
    );
    let document = estimate(&text);
    let quantities: Vec<(String, String)> =
        lines(&document).into_iter().map(|(name, quantity, _)| (name, quantity)).collect();
    let expected = [
        ("a", "on_demand 30"),
        ("a: boot and idle", "on_demand 1.125"),
        ("a", "spot 10"),
        ("a: boot and idle", "spot 0.375"),
        ("a: root volume", "none 5.7638888889"),
    ];
    assert_eq!(quantities.len(), expected.len());
    for ((name, quantity), (wanted_name, wanted)) in quantities.iter().zip(expected) {
        assert_eq!((name.as_str(), quantity.as_str()), (wanted_name, wanted));
    }
}

#[test]
fn runs_cost_what_their_hours_cost() {
    // 12 runs × 5 h on one p4d each = 60 h × 21.957642 = 1,317.45852; per run 109.78821, per useful
    // hour 21.957642. Two runs fit side by side (4 of 8 GPUs), so the low case is half.
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"p4d.24xlarge\" = 1 }}\nruns = 12\njob_definition = \"j\"\n\
         [[batch.job_definition]]\nname = \"j\"\nvcpus = 32\nmemory_mib = 128000\ngpus = 4\nrun_hours = 5\n"
    );
    let document = check(&text, &[("a", "on_demand 60", "1317.45852")]);
    let unit = &document["unit_costs"][0];
    assert_eq!((&unit["per_run"], &unit["per_useful_hour"]), (&"109.78821".into(), &"21.957642".into()));
    assert_eq!(document["total"]["low"], "658.72926");
}

#[test]
fn interruptions_cost_what_the_formula_says() {
    // 100 Spot hours at M = 5 h, τ = 30, δ = 2, R = 10 min: 16.3793 lost hours (factor 1.163793).
    let text = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"g5.xlarge\" = 1 }}\nhours_per_instance = 100\nspot_share = 1\n\
         interruptions_per_instance_hour = 0.2\njob_definition = \"j\"\n\
         [[batch.job_definition]]\nname = \"j\"\nvcpus = 4\nmemory_mib = 8000\ngpus = 1\nattempts = 10\nrun_hours = 10\n\
         checkpoint = {{ interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }}\n"
    );
    let document = estimate(&text);
    let quantity = number(&document["line_items"][1]["pricing_quantity"]);
    assert_eq!(document["line_items"][1]["name"], "a: interruptions");
    assert_eq!(decimal::plain(decimal::round(quantity, 2)), "16.38");
}

#[test]
fn storage_of_a_whole_month_is_one_month_and_a_part_its_share() {
    // 1,300 GiB become 2,400; 100 of 744 h in December: 2,400 × 100 / 744 = 322.5806451613 × 0.145.
    let december = "name = \"s\"\nregion = \"us-east-1\"\nmonth = \"2026-12\"\n";
    let lustre = "[[lustre]]\nname = \"l\"\ndeployment = \"PERSISTENT_2\"\nthroughput_mbps_per_tib = 125\nsize_gib = 1300\n";
    check(&format!("{december}{lustre}"), &[("l", "none 2400", "348")]);
    check(&format!("{december}{lustre}hours = 100\n"), &[("l", "none 322.5806451613", "46.7741935483885")]);
    // On a basis of 730 h: 2,400 × 100 / 730 = 328.7671232877; the whole month stays exactly one.
    let basis = format!("hours_per_month = 730\n{december}{lustre}");
    check(&basis, &[("l", "none 2400", "348")]);
    check(&format!("{basis}hours = 100\n"), &[("l", "none 328.7671232877", "47.6712328767165")]);
}

#[test]
fn a_starved_pool_is_the_list_price_and_an_unbounded_one_has_no_high_end() {
    let spot = |region: &str, name: &str| {
        format!(
            "name = \"s\"\nregion = \"{region}\"\nmonth = \"2026-11\"\n[[compute]]\nname = \"a\"\n\
             instances = {{ \"{name}\" = 1 }}\nhours_per_instance = 1\nspot_share = 1\n"
        )
    };
    let starved = check(&spot("ap-northeast-1", "p3.16xlarge"), &[("a", "spot 1", "33.552")]);
    assert!(starved["notes"].to_string().contains("has no spare capacity"));
    let unbounded = check(&spot("us-east-2", "p5e.48xlarge"), &[("a", "spot 1", "18.9")]);
    assert_eq!(unbounded["line_items"][0]["list_unit_price"], Value::Null);
    assert_eq!(unbounded["line_items"][0]["cost"]["high"], Value::Null);
    assert_eq!(unbounded["total"]["high"], Value::Null);
    assert_eq!(unbounded["total"]["low"], "17.48");
}

#[test]
fn the_frame_of_the_whole_guide() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = run(root, &["estimate", "scenarios/guide-full.toml", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let environments = &document["batch"]["compute_environments"];
    // max 256: two p4d (192 vCPUs), and a third since 192 < 256: 3 × 21.957642 plus the volumes,
    // 3 × 100 GiB × 0.08 / 720 h (0.0111111111 each).
    assert_eq!(environments[0]["burn_per_hour_at_ceiling"], "65.9062593333");
    assert_eq!(environments[0]["ceiling_instances"][0]["count"], 3);
    // The guide's nights and weekends in Tokyo, in the UTC month.
    let limits = environments[1]["limits"].to_string();
    assert!(limits.contains(r#""hours":"425","max_vcpus":512"#), "{limits}");
    assert!(limits.contains(r#""hours":"295","max_vcpus":128"#), "{limits}");
    // One job at worst: 3 × 24 h on a p4d with its volume: 72 × 21.9687531111.
    assert_eq!(document["batch"]["worst_case_jobs"][0]["cost"], "1581.7502239992");
}

#[test]
fn extending_a_file_merges_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"g5.xlarge\" = 1 }}\nhours_per_instance = 10\n\
         [[compute]]\nname = \"b\"\ninstances = {{ \"g5.xlarge\" = 1 }}\nhours_per_instance = 10\n"
    );
    let upper = "extends = \"base.toml\"\n[[compute]]\nname = \"b\"\nhours_per_instance = 30\n\
                 [[compute]]\nname = \"c\"\ninstances = { \"g5.2xlarge\" = 1 }\nhours_per_instance = 1\n";
    fs::write(folder.path().join("base.toml"), base).expect("written");
    fs::write(folder.path().join("upper.toml"), upper).expect("written");
    let args = ["estimate", "upper.toml", "--format", "json", "--set", "compute.c.instances.g5.2xlarge=5"];
    let document: Value = serde_json::from_slice(&run(folder.path(), &args).stdout).expect("JSON");
    let quantities: Vec<String> = lines(&document).into_iter().map(|(_, quantity, _)| quantity).collect();
    assert_eq!(quantities, ["on_demand 10", "on_demand 30", "on_demand 5"]);
}

#[test]
fn a_file_takes_away_what_the_one_it_extends_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"g5.xlarge\" = 1, \"g5.2xlarge\" = 1 }}\nhours_per_instance = 10\nspot_share = 0.5\n\
         [budget]\nfail_usd = 1\n"
    );
    fs::write(folder.path().join("base.toml"), base).expect("written");
    let written = |upper: &str| {
        let text = format!("extends = \"base.toml\"\n{upper}");
        fs::write(folder.path().join("upper.toml"), text).expect("written");
        run(folder.path(), &["estimate", "upper.toml", "--format", "json"])
    };
    // A whole table, a key of an element, and an entry of a table.
    let upper = "unset = [\"budget\"]\n[[compute]]\nname = \"a\"\nunset = [\"spot_share\"]\ninstances = { unset = [\"g5.xlarge\"] }\n";
    let output = written(upper);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let quantities: Vec<String> = lines(&document).into_iter().map(|(_, quantity, _)| quantity).collect();
    assert_eq!((quantities, output.status.code()), (vec!["on_demand 10".to_owned()], Some(0)));
    // What is not there cannot be taken away, and the place is named.
    let output = written("[[compute]]\nname = \"a\"\nunset = [\"spot_share\", \"launches\"]\n");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("`unset` takes away what is not set below") && said.contains("upper.toml:4"),
        "{said}"
    );
}

/// The total in the table, as printed: `$9,905.51` or `≥ $5,068.90`.
fn printed_total(text: &str, line_start: &str, separator: &str) -> String {
    let line = text.lines().find(|line| line.trim_start().starts_with(line_start)).expect("a total line");
    let cells: Vec<&str> = line.split(separator).map(str::trim).filter(|cell| cell.contains('$')).collect();
    cells[0].replace(['\\', '*'], "")
}

fn same_totals_everywhere(folder: &Path, scenario: &str) {
    let answer_in = |lang: &str, format: &str| {
        let output = run(folder, &["estimate", scenario, "--format", format, "-q", "--lang", lang]);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{scenario}");
        String::from_utf8(output.stdout).expect("text")
    };
    let answer = |format: &str| answer_in("en", format);
    let json: Value = serde_json::from_str(&answer("json")).expect("JSON");
    let total = &json["total"];
    let complete = total["at_least"] == false;
    // Line costs add up exactly, case by case.
    for case in ["low", "expected", "high"] {
        let items = json["line_items"].as_array().expect("an array");
        let known: Option<Vec<Decimal>> = items
            .iter()
            .map(|item| item["cost"][case].as_str().map(|_| number(&item["cost"][case])))
            .collect();
        match (known, case) {
            (Some(costs), "low" | "expected") => {
                assert_eq!(costs.iter().sum::<Decimal>(), number(&total[case]))
            }
            (Some(costs), _) if complete => assert_eq!(costs.iter().sum::<Decimal>(), number(&total[case])),
            _ => assert_eq!(total[case], Value::Null),
        }
    }
    // The sum of the CSV's column is the total, to the last digit.
    let csv = answer("csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    let position = |wanted: &str| headers.iter().position(|name| name == wanted).expect("a column");
    let column = position("cost_expected");
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    let sum: Decimal = records
        .iter()
        .map(|r| &r[column])
        .filter(|c| !c.is_empty())
        .map(|c| decimal::parse(c).expect("a number"))
        .sum();
    assert_eq!(sum, number(&total["expected"]));
    // A line has the same id in both, with a price or without.
    let key = |parts: [&str; 3]| parts.map(str::to_owned);
    let in_csv: BTreeSet<[String; 3]> = records
        .iter()
        .map(|r| key(["line_id", "name", "usage_type"].map(|name| &r[position(name)])))
        .collect();
    let lines =
        ["line_items", "unpriced"].map(|list| json[list].as_array().expect("an array").clone()).concat();
    let in_json: BTreeSet<[String; 3]> = lines
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().expect("text");
            key([&line["line_id"].to_string(), text("name"), text("usage_type")])
        })
        .collect();
    assert_eq!(in_csv, in_json);
    // Programs read the same in every language.
    for format in ["json", "csv"] {
        assert_eq!(answer_in("ja", format), answer(format), "{scenario}");
    }
    // The table, the Markdown and the page print it to the cent.
    let cents = format!("${}", decimal::grouped(number(&total["expected"]), 2));
    let expected = if complete { cents } else { format!("≥ {cents}") };
    assert_eq!(printed_total(&answer("table"), "Total", "   "), expected);
    assert_eq!(printed_total(&answer("markdown"), "| **Total**", "|"), expected);
    for (lang, word) in [("en", "Total"), ("ja", "合計")] {
        assert_eq!(printed_total(&answer_in(lang, "table"), word, "   "), expected, "{scenario} in {lang}");
        let row = format!("<tr class=\"t\"><th scope=\"row\">{word}</th>");
        let page = answer_in(lang, "html").replace("</td>", "<td class=\"n\">");
        assert_eq!(printed_total(&page, &row, "<td class=\"n\">"), expected, "{scenario} in {lang}");
    }
    same_total_in_a_month(folder, scenario, number(&total["expected"]), &expected);
}

/// The page, the Markdown and the workbook of a month have the estimate's total, too.
fn same_total_in_a_month(folder: &Path, scenario: &str, total: Decimal, shown: &str) {
    let out = tempfile::tempdir().expect("a folder");
    let month = out.path().join("month");
    let name = month.to_str().expect("a name");
    let output = run(folder, &["report", scenario, "--prices", "bundled", "--out", name, "-q"]);
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    for file in ["report.html", "report.md"] {
        let text = fs::read_to_string(month.join(file)).expect("written").replace('\\', "");
        assert!(text.contains(shown), "{scenario}: {shown} in {file}");
    }
    // The seventh cell of the second column, as it is kept beside its formula.
    let sheet = crate::monthly_words::part_of(&month.join("report.xlsx"), "xl/worksheets/sheet1.xml");
    let cell = sheet.split("<c r=\"B7\"").nth(1).and_then(|rest| rest.split("</v>").next()).expect("a cell");
    let value = cell.split("<v>").nth(1).expect("a value");
    let value = decimal::parse(value).expect("a number");
    assert_eq!(decimal::round(value, 6), decimal::round(total, 6), "{scenario}: the workbook");
}

#[test]
fn the_same_totals_in_every_format() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["guide", "guide-full", "arrays-on-spot", "mpi-on-hpc", "finetuning-block"] {
        same_totals_everywhere(root, &format!("scenarios/{name}.toml"));
    }
}

fn any_scenario() -> impl Strategy<Value = String> {
    let instance =
        prop_oneof![Just("p4d.24xlarge"), Just("g5.48xlarge"), Just("c6i.4xlarge"), Just("hpc7g.16xlarge")];
    let group = (instance, 1..20_u32, 0..60_000_u32, 0..=100_u32, 0..40_u32).prop_map(|(name, count, hours, spot, launches)| {
        let spot = if name.starts_with("hpc") { 0 } else { spot };
        format!(
            "instances = {{ \"{name}\" = {count} }}\nhours_per_instance = {}.{:02}\nspot_share = {}.{:02}\nlaunches = {launches}\nboot_minutes = 3.3\nroot_volume = {{ size_gib = 77 }}\n",
            hours / 100, hours % 100, spot / 100, spot % 100
        )
    });
    let groups = proptest::collection::vec(group, 1..4);
    let region = prop_oneof![Just("us-east-1"), Just("ap-northeast-1")];
    (region, groups, 1..200_000_u32, 0..5000_u32, 0..4_u32).prop_map(|(region, groups, s3, gib, committed)| {
        let mut text = format!("name = \"any\"\nregion = \"{region}\"\nmonth = \"2027-02\"\n");
        for (index, group) in groups.iter().enumerate() {
            text.push_str(&format!("[[compute]]\nname = \"g{index}\"\n{group}"));
        }
        text.push_str(&format!("[[s3]]\nname = \"s3\"\nstorage_gib = {s3}.3\nread_requests = {s3}7\n"));
        text.push_str(&format!("[[transfer]]\nname = \"out\"\nkind = \"out\"\ngib = {gib}.1\n"));
        let prefix = if region == "ap-northeast-1" { "APN1-" } else { "" };
        if committed & 2 > 0 {
            text.push_str("[[commitment]]\nname = \"sp\"\nkind = \"savings_plan\"\nusd_per_hour = \"4.683\"\n");
            let rates = [("p4d.24xlarge", "13.31"), ("g5.48xlarge", "10.7"), ("c6i.4xlarge", "0.49"), ("hpc7g.16xlarge", "1.2")];
            for (name, rate) in rates {
                text.push_str(&format!(
                    "[[price]]\nusage_type = \"{prefix}BoxUsage:{name}\"\npurchase_option = \"savings_plan\"\nusd = \"{rate}\"\nunit = \"Hrs\"\n"
                ));
            }
        }
        if committed & 1 > 0 {
            text.push_str("[[commitment]]\nname = \"ri\"\nkind = \"reserved\"\ninstance_type = \"p4d.24xlarge\"\ncount = 2\nusd_per_hour = \"12.3456789\"\n");
        }
        text
    })
}

/// What the lines of a purchase option cost in each case.
fn paid(document: &Value, option: &str) -> Vec<Decimal> {
    let lines = document["line_items"].as_array().expect("lines").iter();
    let lines: Vec<&Value> = lines.filter(|line| line["purchase_option"] == option).collect();
    ["low", "expected", "high"]
        .map(|case| lines.iter().map(|line| number(&line["cost"][case])).sum())
        .to_vec()
}

#[test]
fn all_nodes_of_a_job_are_of_one_type_that_may_be_launched() {
    // BEST_FIT stays within 250 vCPUs: three c5.24xlarge (288) never start, three c5.12xlarge (144)
    // do: 3 × 1 h × 2.04. Any other strategy launches the third while 192 run: 3 × 4.08; but at a
    // maximum of 192 it does not.
    let cost = |strategy: &str, max_vcpus: u32| {
        let document = estimate(&format!(
            "{NOVEMBER}[[batch.compute_environment]]\nname = \"ce\"\nallocation_strategy = \"{strategy}\"\n\
             instance_types = [\"c5.24xlarge\", \"c5.12xlarge\"]\nmax_vcpus = {max_vcpus}\n\
             [[batch.job_queue]]\nname = \"q\"\npriority = 1\ncompute_environments = [\"ce\"]\n\
             [[batch.job_definition]]\nname = \"j\"\nvcpus = 4\nmemory_mib = 2000\nnodes = 3\nattempts = 1\n\
             timeout_minutes = 60\n"
        ));
        number(&document["batch"]["worst_case_jobs"][0]["cost"])
    };
    assert_eq!(cost("BEST_FIT", 250), decimal::parse("6.12").expect("a number"));
    assert_eq!(cost("BEST_FIT_PROGRESSIVE", 250), decimal::parse("12.24").expect("a number"));
    assert_eq!(cost("BEST_FIT_PROGRESSIVE", 192), decimal::parse("6.12").expect("a number"));
}

#[test]
fn a_volume_lives_as_long_as_its_instance() {
    // 36 runs of 20 h that start over when interrupted, 0.05 times an hour, take (e − 1) / 0.05 h each:
    // 720 (e − 1) h of one instance in the 720 h of November. Of its volume that is e − 1 months; with
    // 730 h to a month, a whole month and 720 (e − 2) / 730 of the next.
    let months = |basis: &str| {
        let document = estimate(&format!(
            "{NOVEMBER}{basis}[[compute]]\nname = \"a\"\ninstances = {{ \"c5.large\" = 1 }}\nruns = 36\nspot_share = 1\n\
             interruptions_per_instance_hour = 0.05\njob_definition = \"j\"\nroot_volume = {{ size_gib = 1 }}\n\
             [[batch.job_definition]]\nname = \"j\"\nvcpus = 2\nmemory_mib = 2000\nrun_hours = 20\n"
        ));
        let lines = document["line_items"].as_array().expect("lines");
        let volume = lines.iter().find(|line| line["name"] == "a: root volume").expect("a volume");
        decimal::round(number(&volume["pricing_quantity"]), 8)
    };
    assert_eq!(months(""), decimal::parse("1.71828183").expect("a number"));
    assert_eq!(months("hours_per_month = 730\n"), decimal::parse("1.70844235").expect("a number"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_scenario_adds_up_in_every_format(text in any_scenario()) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("any.toml"), &text).expect("written");
        same_totals_everywhere(folder.path(), "any.toml");
        let document = estimate(&text);
        let total = &document["total"];
        prop_assert!(number(&total["low"]) <= number(&total["expected"]), "{}", text);
        if let Some(high) = total["high"].as_str() {
            prop_assert!(number(&total["expected"]) <= decimal::parse(high).expect("a number"), "{}", text);
        }
        // A commitment is paid in full in every case, for the 672 h of February 2027.
        let hours = Decimal::from(672);
        let commitments = [("sp", "savings_plan", "4.683"), ("ri", "reserved", "24.6913578")];
        for (name, option, hourly) in commitments {
            if text.contains(&format!("name = \"{name}\"")) {
                let whole = decimal::parse(hourly).expect("a number") * hours;
                prop_assert_eq!(paid(&document, option), vec![whole; 3], "{}", text);
            }
        }
    }
}

#[test]
fn requests_cost_what_their_storage_class_says_offline() {
    // us-east-1 by class, a million writes and a million reads: Standard 5 and 0.40, infrequent access 10 and 1, Glacier
    // Instant Retrieval 20 and 10; of one zone and Glacier only the writes are known, 10 and 30.
    let cases = [
        ("STANDARD", "5", "0.4"),
        ("STANDARD_IA", "10", "1"),
        ("GLACIER_IR", "20", "10"),
        ("ONEZONE_IA", "10", ""),
        ("GLACIER", "30", ""),
        ("INTELLIGENT_TIERING", "", ""),
        ("DEEP_ARCHIVE", "", ""),
    ];
    for (class, writes, reads) in cases {
        let bucket = format!(
            "{NOVEMBER}[[s3]]\nname = \"b\"\nstorage_class = \"{class}\"\nstorage_gib = 0\n\
             write_requests = 1_000_000\nread_requests = 1_000_000\n"
        );
        let document = estimate(&bucket);
        let found: Vec<String> = lines(&document).into_iter().map(|(.., cost)| cost).collect();
        let known = [writes, reads].into_iter().filter(|cost| !cost.is_empty());
        assert_eq!(found, known.collect::<Vec<_>>(), "{class}");
        let unpriced = document["unpriced"].as_array().expect("an array").len();
        assert_eq!(unpriced, usize::from(writes.is_empty()) + usize::from(reads.is_empty()), "{class}");
    }
    // The bucket behind a file system has a class, too: 1,000,000 × 0.00001.
    let linked = format!(
        "{NOVEMBER}[[lustre]]\nname = \"l\"\ndeployment = \"SCRATCH_2\"\nsize_gib = 1200\n\
         data_repository = {{ storage_class = \"STANDARD_IA\", write_requests = 1_000_000 }}\n"
    );
    let found = lines(&estimate(&linked)).into_iter().find(|(name, ..)| name == "l: S3 write requests");
    assert_eq!(found.map(|(.., cost)| cost), Some("10".into()));
}

#[test]
fn volumes_snapshots_and_addresses_cost_what_they_are_billed_for() {
    let text = format!(
        "{NOVEMBER}[[ebs]]\nname = \"shared\"\nsize_gib = 500\niops = 6000\nthroughput_mibps = 250\ncount = 2\n\
         [[ebs]]\nname = \"database\"\ntype = \"io2\"\nsize_gib = 1000\niops = 40_000\nhours = 360\n\
         [[ebs]]\nname = \"old\"\ntype = \"io1\"\nsize_gib = 100\niops = 1000\n\
         [[ebs]]\nname = \"cold\"\ntype = \"sc1\"\nsize_gib = 2000\n\
         [[ebs_snapshot]]\nname = \"images\"\nstorage_gib = 300\n\
         [[public_ipv4]]\nname = \"in use\"\ncount = 3\n\
         [[public_ipv4]]\nname = \"kept\"\nidle = true\nhours = 100\n"
    );
    let expected = [
        // gp3, two volumes: 2 × 500 × 0.08, 2 × 3,000 above 3,000 × 0.005, 2 × 125 above 125 × 0.04.
        ("shared", "none 1000", "80"),
        ("shared: iops", "none 6000", "30"),
        ("shared: throughput", "none 250", "10"),
        // io2 for half of the month: 500 × 0.125; of 40,000 iops 32,000 and 8,000, half each, × 0.065 and × 0.0455.
        ("database", "none 500", "62.5"),
        ("database: iops", "none 16000", "1040"),
        ("database: iops", "none 4000", "182"),
        // io1: 100 × 0.125 and 1,000 × 0.065.
        ("old", "none 100", "12.5"),
        ("old: iops", "none 1000", "65"),
        // 2,000 × 0.015; 300 × 0.05.
        ("cold", "none 2000", "30"),
        ("images", "none 300", "15"),
        // 3 × 720 h × 0.005; 100 h × 0.005.
        ("in use", "none 2160", "10.8"),
        ("kept", "none 100", "0.5"),
    ];
    let document = check(&text, &expected);
    let service = |name: &str| {
        let items = document["line_items"].as_array().expect("an array");
        let item = items.iter().find(|item| item["name"] == name).expect("the line");
        (item["service"].clone(), item["usage_type"].clone())
    };
    assert_eq!(service("in use"), ("AmazonVPC".into(), "USE1-PublicIPv4:InUseAddress".into()));
    assert_eq!(service("kept"), ("AmazonVPC".into(), "USE1-PublicIPv4:IdleAddress".into()));
    assert_eq!(service("old"), ("AmazonEC2".into(), "EBS:VolumeUsage.piops".into()));
    // A price that nobody found is no price: st1 in Frankfurt.
    let frankfurt = "region = \"eu-central-1\"\nmonth = \"2026-11\"\n\
                     [[ebs]]\nname = \"disks\"\ntype = \"st1\"\nsize_gib = 500\n";
    let document = estimate(frankfurt);
    assert_eq!(document["unpriced"][0]["usage_type"], "EUC1-EBS:VolumeUsage.st1");
    assert_eq!(document["line_items"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_root_volume_may_have_provisioned_iops() {
    // One instance all November with an io2 root volume of 100 GiB and 5,000 iops: 12.50 and 325.
    let document = estimate(&format!(
        "{NOVEMBER}[[compute]]\nname = \"a\"\ninstances = {{ \"c5.large\" = 1 }}\nhours_per_instance = 720\n\
         root_volume = {{ type = \"io2\", size_gib = 100, iops = 5000 }}\n"
    ));
    let found = lines(&document);
    let cost = |name: &str| found.iter().find(|line| line.0 == name).map(|line| line.2.as_str());
    assert_eq!(cost("a: root volume"), Some("12.5"));
    assert_eq!(cost("a: root volume iops"), Some("325"));
}

#[test]
fn every_region_prices_a_line_or_says_why() {
    // Two whole scenarios in every region: a line has a price above zero, or stands among those without one, with a reason.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut regions = 0;
    let mut lines_of: std::collections::BTreeMap<&str, BTreeSet<String>> = std::collections::BTreeMap::new();
    for region in hpc_cost::model::region::Region::all() {
        for scenario in ["scenarios/guide-full.toml", "scenarios/arrays-on-spot.toml"] {
            let args =
                ["estimate", scenario, "--region", region.code(), "--prices", "bundled", "--format", "json"];
            let output = run(root, &args);
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            let document: Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"));
            let list = |key: &str| document[key].as_array().cloned().unwrap_or_default();
            let (priced, unpriced) = (list("line_items"), list("unpriced"));
            assert!(priced.iter().all(|line| number(&line["unit_price"]) > Decimal::ZERO), "{region}");
            for line in &unpriced {
                let reason = line["reason"].as_str().unwrap_or_default();
                assert!(reason.contains("none in") || reason.contains("no On-Demand"), "{region}: {reason}");
            }
            let names = |lines: &[Value]| -> BTreeSet<String> {
                let tier = |name: &str| name.split(" (").next().unwrap_or(name).to_owned();
                lines.iter().map(|line| tier(line["name"].as_str().unwrap_or_default())).collect()
            };
            let here: BTreeSet<String> = names(&priced).union(&names(&unpriced)).cloned().collect();
            assert_eq!(
                *lines_of.entry(scenario).or_insert_with(|| here.clone()),
                here,
                "{region}: every line"
            );
            assert!(unpriced.is_empty() || output.status.code() == Some(1), "{region}: {error}");
            // The guide's own regions lack nothing.
            let whole = matches!(region.code(), "us-east-1" | "ap-northeast-1");
            assert!(!(whole && scenario.contains("guide")) || unpriced.is_empty(), "{region}: {unpriced:?}");
        }
        regions += 1;
    }
    assert!(regions >= 34, "{regions}");
}
