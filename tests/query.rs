//! SQL over an answer's tables: what it says is what the other commands say of the same input.

use super::cli::Folder;
use super::columnar::run;

#[cfg(not(feature = "polars"))]
#[test]
fn a_build_without_the_feature_says_how_to_get_it() {
    for args in
        [&["query", "SELECT 1"][..], &["query", "--describe"], &["query", "SELECT 1", "-o", "x.parquet"]]
    {
        let folder = Folder::empty();
        let answer = folder.run(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
        assert!(answer.stderr.contains("--features polars"), "{}", answer.text());
        assert!(folder.names().is_empty());
    }
    assert_eq!(run(&["query"]).code, Some(2));
}

#[cfg(feature = "polars")]
mod with_the_feature {
    use std::fs;
    use std::path::Path;

    use hpc_cost::model::decimal::{Decimal, parse, plain};
    use serde_json::Value;

    use super::super::cli::snapshot;
    use super::super::columnar::{ROOT, csv_rows, parquet_batch};
    use super::super::compare::FOCUS;
    use super::{Folder, run};

    const SCENARIO: [&str; 4] = ["--scenario", "scenarios/october.toml", "--prices", "bundled"];
    const CHARGES: [&str; 2] = ["--actual", "focus:scenarios/october-charges.csv"];

    /// The rows that a question has as its answer.
    fn ask(sql: &str, more: &[&str]) -> Vec<Vec<String>> {
        let answer = run(&[&["query", sql, "--format", "csv"], more].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        rows(&answer.stdout)
    }

    fn rows(csv: &str) -> Vec<Vec<String>> {
        let rows = csv_rows(csv).1.into_iter();
        rows.map(|cells| cells.into_iter().map(Option::unwrap_or_default).collect()).collect()
    }

    /// Columns of the table that another command has.
    fn columns(args: &[&str], names: &[&str]) -> Vec<Vec<String>> {
        let answer = run(&[args, &["--format", "csv", "-q"]].concat());
        let (header, rows) = csv_rows(&answer.stdout);
        let place = |name: &&str| header.iter().position(|id| id == name).expect("a column");
        let places: Vec<usize> = names.iter().map(place).collect();
        let cells =
            |row: Vec<Option<String>>| places.iter().map(|at| row[*at].clone().unwrap_or_default()).collect();
        rows.into_iter().map(cells).collect()
    }

    fn json(args: &[&str]) -> Value {
        serde_json::from_str(&run(&[args, &["--format", "json"]].concat()).stdout).expect("JSON")
    }

    fn number(text: &str) -> Decimal {
        parse(text).expect("a number")
    }

    fn compare() -> Vec<&'static str> {
        [&["compare", "scenarios/october.toml", "--prices", "bundled"], &CHARGES[..]].concat()
    }

    #[test]
    fn charges_add_up_to_the_parts_that_compare_has() {
        let both = [&SCENARIO[..], &CHARGES].concat();
        let totals = json(&compare())["totals"].clone();
        let total = |part: &str| totals[part].as_str().expect("an amount").to_owned();
        let sql = "SELECT SUM(CASE WHEN in_scope AND record IN ('usage', 'unused commitment') THEN cost END) AS actual, \
                   SUM(CASE WHEN record NOT IN ('usage', 'unused commitment') THEN cost END) AS excluded, \
                   SUM(cost) AS source_total FROM charges";
        let found = ask(sql, &both);
        assert_eq!(found, [[total("actual"), total("excluded"), total("source_total")]]);
        // Without a scenario there is no scope, and the month has to be named.
        let month = [&CHARGES[..], &["--month", "2026-10"]].concat();
        assert_eq!(ask("SELECT SUM(cost) FROM charges", &month), [[total("source_total")]]);
        assert_eq!(ask("SELECT COUNT(*) FROM charges WHERE NOT in_scope", &month), [["0"]]);
    }

    #[test]
    fn charges_are_told_apart_by_what_is_asked_for() {
        let folder = Folder::empty().with("focus.csv", FOCUS);
        let source = ["--actual", "focus:focus.csv", "--month", "2026-10"];
        let ask = |sql: &str, by: &str| {
            let answer = folder.run(&[&["query", sql, "--by", by, "--format", "csv"], &source[..]].concat());
            (answer.code, rows(&answer.stdout), answer.stderr)
        };
        let sql = "SELECT account, \"tag:team\" AS team, SUM(cost) AS cost, SUM(charges) AS charges FROM charges \
                   GROUP BY account, \"tag:team\" ORDER BY cost";
        // 8e-7 + 174 + 90.123456789012 (at 12 places) - 50 + 0; the charge of November is not in it.
        let wanted =
            [["222", "", "30", "1"], ["111", "", "214.123457589012", "5"], ["111", "ml", "4391.5284", "1"]];
        let (code, found, stderr) = ask(sql, "account,tag:team");
        assert_eq!(
            (code, found),
            (Some(0), wanted.map(|row| row.map(str::to_owned).to_vec()).to_vec()),
            "{stderr}"
        );
        let (code, _, stderr) = ask(sql, "colour");
        assert_eq!(code, Some(2));
        assert!(stderr.contains("`--by colour` is nothing to tell charges apart by"), "{stderr}");
        // A column that was not asked for is not there.
        let (code, _, stderr) = ask(sql, "account");
        assert_eq!(code, Some(2));
        assert!(stderr.contains("tag:team"), "{stderr}");
    }

    #[test]
    fn estimate_and_charges_stand_beside_each_other_as_in_compare() {
        let sql = "SELECT c.service, c.usage_type, l.cost AS estimated, c.cost AS actual, c.cost - l.cost AS difference \
                   FROM (SELECT service, usage_type, SUM(cost) AS cost FROM charges WHERE record = 'usage' \
                         GROUP BY service, usage_type) c \
                   JOIN (SELECT service, usage_type, SUM(cost) AS cost FROM lines GROUP BY service, usage_type) l \
                   ON c.service = l.service AND c.usage_type = l.usage_type ORDER BY c.service, c.usage_type";
        let found = ask(sql, &[&SCENARIO[..], &CHARGES].concat());
        let names = ["part", "service", "usage_type", "estimated_cost", "actual_cost", "difference"];
        let mut compared = columns(&compare(), &names);
        compared.retain(|row| row[0] == "matched");
        compared.sort();
        assert!(compared.len() > 2, "{compared:?}");
        assert_eq!(found, compared.into_iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>());
    }

    #[test]
    fn lines_are_those_of_the_estimate_and_price_times_quantity_is_exact() {
        for scenario in
            ["scenarios/guide-full.toml", "scenarios/arrays-on-spot.toml", "scenarios/mpi-on-hpc.toml"]
        {
            let source = ["--scenario", scenario, "--prices", "bundled"];
            let found = ask(
                "SELECT line_id, usage_type, cost_low, cost, cost_high, missing_reason FROM lines",
                &source,
            );
            let names = ["line_id", "usage_type", "cost_low", "cost_expected", "cost_high", "missing_reason"];
            assert_eq!(found, columns(&["estimate", scenario, "--prices", "bundled"], &names), "{scenario}");
        }
        let sql = "SELECT COUNT(*) FROM lines WHERE quantity * unit_price <> cost";
        assert_eq!(ask(sql, &["--scenario", "scenarios/guide-full.toml", "--prices", "bundled"]), [["0"]]);
    }

    /// One of its two lines has no price.
    const INCOMPLETE: &str = r#"region = "eu-north-1"
month = "2026-11"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 10

[[s3]]
name = "data"
storage_class = "INTELLIGENT_TIERING"
storage_gib = 1000
"#;

    #[test]
    fn a_sum_that_lacks_a_price_says_so() {
        let folder = Folder::new(INCOMPLETE);
        let sql = "SELECT COUNT(*) AS lines, COUNT(cost) AS costs, SUM(cost) AS cost FROM lines WHERE cost IS NULL OR priced";
        let source = ["--scenario", "scenario.toml", "--prices", "bundled"];
        let answer = folder.run(&[&["query", sql, "--format", "csv"], &source[..]].concat());
        let told = "1 line has no price: its cost is NULL, and a sum is a lower bound";
        assert!(answer.stderr.contains(told), "{}", answer.text());
        let estimate = folder.run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", "csv"]);
        let (header, rows) = csv_rows(&estimate.stdout);
        let place = header.iter().position(|id| id == "cost_expected").expect("a column");
        let costs: Vec<&String> = rows.iter().filter_map(|row| row[place].as_ref()).collect();
        assert_eq!(self::rows(&answer.stdout), [["2", "1", costs[0]]]);
        assert_eq!((rows.len(), costs.len()), (2, 1));
    }

    #[test]
    fn jobs_are_those_of_jobs_show() {
        let file = "scenarios/october-jobs.csv";
        let sql = "SELECT queue, COUNT(*) AS jobs, MAX(vcpus), MAX(memory_mib), MAX(gpus), MAX(nodes), MAX(run_seconds) \
                   FROM jobs GROUP BY queue ORDER BY queue";
        let names =
            ["queue", "jobs", "vcpus_max", "memory_mib_max", "gpus_max", "nodes_max", "run_seconds_max"];
        assert_eq!(ask(sql, &["--jobs", file]), columns(&["jobs", "show", file], &names));
        // Times stand in SQL as they are written.
        let sql = "SELECT COUNT(*), MIN(submitted_at) FROM jobs WHERE submitted_at >= TIMESTAMP '2026-10-05 08:30:00'";
        let jobs = fs::read_to_string(Path::new(ROOT).join("reports/jobs.csv")).expect("a workload");
        let mut times: Vec<&str> = jobs.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
        times.retain(|time| *time >= "2026-10-05T08:30:00Z");
        times.sort_unstable();
        assert_eq!(
            ask(sql, &["--jobs", "reports/jobs.csv"]),
            [[times.len().to_string(), times[0].to_owned()]]
        );
    }

    #[test]
    fn waits_are_those_of_simulate() {
        let run = json(&["simulate", "scenarios/october.toml", "--prices", "bundled"]);
        let found =
            ask("SELECT COUNT(wait_seconds) AS jobs, MAX(wait_seconds) AS longest FROM waits", &SCENARIO);
        assert_eq!(found[0][0], run["jobs"]["submitted"].to_string(), "every job starts");
        assert_eq!(found[0][1], run["wait_seconds"]["max"].to_string());
        // Every job that waits is a job.
        let sql = "SELECT COUNT(*) FROM waits w JOIN jobs j ON w.job_id = j.job_id AND w.submit_seconds = j.submit_seconds";
        let jobs = ask("SELECT COUNT(*) FROM jobs", &["--jobs", "scenarios/october-jobs.csv"]);
        assert_eq!(ask(sql, &SCENARIO), jobs);
        // The same jobs, named apart from the scenario.
        let named = [&SCENARIO[..], &["--jobs", "scenarios/october-jobs.csv"]].concat();
        assert_eq!(
            ask("SELECT COUNT(wait_seconds) AS jobs, MAX(wait_seconds) AS longest FROM waits", &named),
            found
        );
    }

    #[test]
    fn suggestions_are_those_of_suggest() {
        let names = [
            "id",
            "title",
            "saving_low",
            "saving_expected",
            "saving_high",
            "wait_p95_current",
            "wait_p95_proposed",
        ];
        let suggested = columns(&["suggest", "scenarios/october.toml", "--prices", "bundled"], &names);
        let sql = "SELECT id, title, saving_low, saving, saving_high, wait_p95_current_seconds, wait_p95_proposed_seconds \
                   FROM suggestions";
        assert_eq!(ask(sql, &SCENARIO), suggested);
    }

    #[test]
    fn prices_are_those_of_prices_show() {
        let names = ["usage_type", "from", "usd", "unit", "as_of", "terms"];
        let mut shown = columns(&["prices", "show", "--region", "us-east-1"], &names);
        let sql = "SELECT usage_type, tier_from, unit_price, pricing_unit, price_as_of, terms FROM prices";
        let mut found = ask(sql, &["--region", "us-east-1"]);
        shown.sort();
        found.sort();
        assert!(found.len() > 3_000);
        assert_eq!(found, shown);
        // Those that a scenario needs, at the price that the estimate takes.
        let sql = "SELECT COUNT(*) FROM lines l JOIN prices p ON l.usage_type = p.usage_type \
                   AND l.unit_price = p.unit_price";
        assert_eq!(ask(sql, &["--scenario", "scenarios/guide.toml", "--prices", "bundled"]), [["3"]]);
    }

    #[test]
    fn a_saved_report_has_its_lines_and_suggestions() {
        let saved = ["--from", "reports/october-en/report.json"];
        let text = fs::read_to_string(Path::new(ROOT).join(saved[1])).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let found = ask("SELECT SUM(cost_low), SUM(cost) FROM lines", &saved);
        assert_eq!(
            found,
            [["low", "expected"].map(|case| report["total"][case].as_str().expect("an amount"))]
        );
        let changes = report["proposals"]["changes"].as_array().expect("changes");
        let wanted: Vec<Vec<String>> = changes
            .iter()
            .map(|of| {
                ["/id", "/saving/expected"].map(|at| of.pointer(at).and_then(Value::as_str).expect("text"))
            })
            .map(|[id, saving]| vec![id.to_owned(), plain(number(saving))])
            .collect();
        assert_eq!(ask("SELECT id, saving FROM suggestions", &saved), wanted);
        // Its month is the one of the charges.
        let both = [&saved[..], &CHARGES].concat();
        let charged = ask("SELECT SUM(cost) FROM charges", &both);
        assert_eq!(charged, [[report["charged"]["source_total"].as_str().expect("an amount")]]);
    }

    #[test]
    fn an_answer_is_written_in_every_format() {
        let sql = "SELECT day, SUM(cost) AS cost, COUNT(*) AS charges FROM charges GROUP BY day ORDER BY day";
        let source = [&CHARGES[..], &["--month", "2026-10"]].concat();
        let folder = Folder::empty();
        let file = folder.path("x.parquet").display().to_string();
        assert_eq!(run(&[&["query", sql, "-o", &file], &source[..]].concat()).code, Some(0));
        let batch = parquet_batch(&folder.path("x.parquet"));
        let kinds: Vec<String> =
            batch.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(kinds, ["Date32", "Decimal128(38, 20)", "Int64"]);
        assert_eq!(batch.num_rows(), ask(sql, &source).len());
        for format in ["table", "json", "markdown", "html"] {
            let answer = run(&[&["query", sql, "--format", format], &source[..]].concat());
            assert!(answer.stdout.contains("2026-10-31"), "{}", answer.text());
        }
    }

    #[test]
    fn tables_and_columns_are_described() {
        let answer = run(&["query", "--describe"]);
        assert_eq!(answer.code, Some(0));
        snapshot("query_describe", &answer.text());
        // Each of them is there, in that order.
        let described = columns(&["query", "--describe"], &["table", "column"]);
        for (table, source) in [
            ("lines", &SCENARIO[..]),
            ("jobs", &SCENARIO),
            ("waits", &SCENARIO),
            ("prices", &SCENARIO),
            ("suggestions", &SCENARIO),
        ] {
            let answer = run(&[
                &["query", &format!("SELECT * FROM {table} LIMIT 1"), "--format", "csv", "-q"],
                source,
            ]
            .concat());
            let (header, _) = csv_rows(&answer.stdout);
            let names: Vec<&String> =
                described.iter().filter(|row| row[0] == table).map(|row| &row[1]).collect();
            assert_eq!(header.iter().collect::<Vec<_>>(), names, "{table}");
        }
    }

    #[test]
    fn what_cannot_be_answered_is_refused_in_words() {
        let sources = [&SCENARIO[..], &CHARGES].concat();
        let questions = [
            "SELECT servce FROM charges",
            "SELECT c.csot FROM charges c JOIN lines l ON c.usage_type = l.usage_type",
            "SELECT service FROM charge",
            "SELECT SUMM(cost) FROM charges",
            "SELEC service FROM charges",
            "SELECT service FROM",
            "SELECT service FROM charges; SELECT 1",
            "DROP TABLE charges",
            "SELECT * FROM read_csv('scenarios/october-charges.csv')",
            "SELECT ARRAY_AGG(service) FROM charges",
            "SELECT MIN(cost), MAX(cost) FROM charges",
        ];
        let mut said = String::new();
        for question in questions {
            let answer = run(&[&["query", question], &sources[..]].concat());
            assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
            said.push_str(&format!("$ {question}\n{}\n", answer.stderr));
        }
        for table in ["charges", "lines", "jobs", "waits", "suggestions", "prices"] {
            let answer = run(&["query", &format!("SELECT * FROM {table}")]);
            assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
            said.push_str(&format!("$ SELECT * FROM {table}\n{}\n", answer.stderr));
        }
        let answer = run(&[&["query", "SELECT * FROM charges"], &CHARGES[..]].concat());
        assert_eq!(answer.code, Some(2));
        said.push_str(&format!("$ SELECT * FROM charges\n{}", answer.stderr));
        snapshot("query_refused", &said);
    }

    /// The questions of the README, with the files that it names.
    #[test]
    fn the_questions_of_the_readme_have_answers() {
        let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("a README");
        let commands: Vec<String> = readme
            .split("```console")
            .skip(1)
            .filter_map(|block| block.split("```").next())
            .flat_map(|block| block.replace("\\\n", " ").split("\n$ ").map(str::to_owned).collect::<Vec<_>>())
            .filter_map(|command| command.strip_prefix("hpc-cost query ").map(str::to_owned))
            .collect();
        assert!(commands.len() > 5, "{commands:?}");
        let folder = Folder::empty();
        for command in commands {
            let mut args = vec!["query".to_owned()];
            for (place, part) in command.split('\'').enumerate() {
                match place % 2 {
                    0 => args
                        .extend(part.split('#').next().unwrap_or("").split_whitespace().map(str::to_owned)),
                    _ => args.push(part.to_owned()),
                }
            }
            for arg in &mut args {
                if arg.ends_with(".parquet") {
                    *arg = folder.path(arg.as_str()).display().to_string();
                }
            }
            let answer = run(&args.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(answer.code, Some(0), "{}", answer.text());
            assert!(!answer.stderr.contains("no row"), "{}", answer.text());
        }
    }
}
