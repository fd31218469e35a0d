//! Every committed scenario and its committed answer, byte for byte.
//!
//! `UPDATE=1 cargo test` rewrites the answers in `reports/`; the difference is reviewed like code.

use std::fs;
use std::path::Path;
use std::process::Command;

/// File in `reports/`, arguments, exit code.
const ANSWERS: [(&str, &[&str], i32); 26] = [
    ("guide.txt", &["estimate", "scenarios/guide.toml"], 0),
    ("guide-ja.txt", &["estimate", "scenarios/guide.toml", "--lang", "ja"], 0),
    ("guide.md", &["estimate", "scenarios/guide.toml", "--format", "markdown"], 0),
    ("guide.csv", &["estimate", "scenarios/guide.toml", "--format", "csv", "-q"], 0),
    ("guide.json", &["estimate", "scenarios/guide.toml", "--format", "json"], 0),
    (
        "guide-own-prices.txt",
        &["estimate", "scenarios/guide.toml", "--prices", "scenarios/guide-prices.toml"],
        0,
    ),
    ("guide-explained.txt", &["estimate", "scenarios/guide.toml", "--explain", "training"], 0),
    ("guide-sensitivity.txt", &["estimate", "scenarios/guide.toml", "--sensitivity"], 0),
    ("guide-full.txt", &["estimate", "scenarios/guide-full.toml"], 0),
    ("guide-full.json", &["estimate", "scenarios/guide-full.toml", "--format", "json"], 0),
    ("guide-full-sensitivity.txt", &["estimate", "scenarios/guide-full.toml", "--sensitivity"], 0),
    ("guide-and-full.txt", &["estimate", "scenarios/guide.toml", "scenarios/guide-full.toml"], 0),
    (
        "guide-and-full.csv",
        &["estimate", "scenarios/guide.toml", "scenarios/guide-full.toml", "--format", "csv", "-q"],
        0,
    ),
    ("guide-in-tokyo.txt", &["estimate", "scenarios/guide.toml", "--region", "ap-northeast-1", "-q"], 0),
    ("arrays-on-spot.txt", &["estimate", "scenarios/arrays-on-spot.toml", "-q"], 0),
    ("arrays-on-spot.csv", &["estimate", "scenarios/arrays-on-spot.toml", "--format", "csv", "-q"], 0),
    ("mpi-on-hpc.txt", &["estimate", "scenarios/mpi-on-hpc.toml"], 0),
    ("mpi-on-hpc.json", &["estimate", "scenarios/mpi-on-hpc.toml", "--format", "json"], 0),
    ("every-key.txt", &["estimate", "scenarios/every-key.toml"], 0),
    ("finetuning-block.txt", &["estimate", "scenarios/finetuning-block.toml"], 0),
    (
        "instances-in-tokyo.txt",
        &[
            "prices",
            "show",
            "p4d.24xlarge",
            "p3.16xlarge",
            "g5.48xlarge",
            "g4dn.12xlarge",
            "--region",
            "ap-northeast-1",
            "--bought",
            "on_demand",
            "--sort",
            "-usd",
        ],
        0,
    ),
    ("jobs.csv", &["jobs", "import", "--from", "slurm", "scenarios/sacct.txt"], 0),
    ("learn.txt", &["learn", "scenarios/learn.toml", "--jobs", "scenarios/learn-jobs.csv"], 0),
    (
        "learn.json",
        &["learn", "scenarios/learn.toml", "--jobs", "scenarios/learn-jobs.csv", "--format", "json"],
        0,
    ),
    ("jobs.txt", &["jobs", "show", "reports/jobs.csv"], 0),
    ("finetuning-block.md", &["estimate", "scenarios/finetuning-block.toml", "--format", "markdown"], 0),
];

fn answer(args: &[&str]) -> (String, i32) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hpc-cost"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
    let output = command.output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("answers are text");
    (text, output.status.code().expect("it ends by itself"))
}

#[test]
fn committed_answers_are_what_the_program_says() {
    #[expect(clippy::disallowed_methods, reason = "the one switch that rewrites the answers")]
    let update = std::env::var_os("UPDATE").is_some();
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let mut wrong = Vec::new();
    for (name, args, code) in ANSWERS {
        let (text, actual_code) = answer(args);
        assert_eq!(actual_code, code, "{name}");
        assert_eq!(answer(args).0, text, "{name}: twice the same bytes");
        let path = reports.join(name);
        if update {
            fs::write(&path, &text).expect("reports/ can be written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as committed in reports/ (UPDATE=1 cargo test rewrites): {wrong:?}");
}

#[test]
fn every_scenario_has_an_answer_and_every_answer_a_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(folder)).expect("the folder can be listed");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    for scenario in names("scenarios") {
        let in_answer = ANSWERS.iter().any(|(_, args, _)| args.iter().any(|arg| arg.ends_with(&scenario)));
        let named =
            |path: &&str| fs::read_to_string(root.join(path)).is_ok_and(|text| text.contains(&scenario));
        // The jobs of the example month are named by its scenario.
        let in_month = OCTOBER.iter().any(|arg| arg.ends_with(&scenario) || named(arg));
        let used = in_answer || in_month;
        assert!(used, "scenarios/{scenario} is in no committed answer");
    }
    for report in names("reports") {
        let known = ANSWERS.iter().any(|(name, ..)| *name == report) || PACKS.contains(&report.as_str());
        assert!(known, "reports/{report} comes from nowhere");
    }
}

#[test]
fn every_key_is_shown_in_an_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema: serde_json::Value = serde_json::from_str(&answer(&["schema"]).0).expect("JSON");
    let example = fs::read_to_string(root.join("scenarios/every-key.toml")).expect("the reference");
    let others = fs::read_to_string(root.join("scenarios/guide-full.toml")).expect("an example");
    let mut keys: Vec<String> = Vec::new();
    let tables = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
    for properties in tables.filter_map(|table| table["properties"].as_object()) {
        keys.extend(properties.keys().cloned());
    }
    assert!(keys.len() > 90, "the schema lists the keys");
    let words = |text: &str| -> Vec<String> {
        let separators = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        text.split(separators).map(str::to_owned).collect()
    };
    let shown: Vec<String> = words(&example).into_iter().chain(words(&others)).collect();
    let missing: Vec<&String> = keys.iter().filter(|key| !shown.contains(key)).collect();
    assert!(missing.is_empty(), "in no example: {missing:?}");
}

#[test]
fn the_readme_lists_the_exit_codes() {
    use hpc_cost::error::{EXIT_ANSWER_IS_NO, EXIT_ANSWERED, EXIT_INPUT, EXIT_WORLD};
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");
    let section =
        readme.split("## Exit codes").nth(1).and_then(|rest| rest.split("##").next()).expect("a section");
    let listed: Vec<u8> =
        section.lines().filter_map(|line| line.split('|').nth(1)?.trim().parse().ok()).collect();
    assert_eq!(listed, [EXIT_ANSWERED, EXIT_ANSWER_IS_NO, EXIT_INPUT, EXIT_WORLD, 101]);
}

#[test]
fn the_readme_shows_real_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");
    let shown =
        ["guide.txt", "guide-own-prices.txt", "instances-in-tokyo.txt", "jobs.csv", "jobs.txt", "learn.txt"];
    for name in shown {
        let report = fs::read_to_string(root.join("reports").join(name)).expect("a committed answer");
        // The first table, without what follows it.
        let table = report.split("\nUnit costs").next().expect("split has a first part");
        let table = table.split("\nSubmissions by").next().expect("split has a first part");
        let table = table.split("\nWhat was counted").next().expect("split has a first part").trim_end();
        assert!(readme.contains(table), "README does not show {name} as it is");
    }
}

/// The example month.
const OCTOBER: [&str; 8] = [
    "report",
    "scenarios/october.toml",
    "--prices",
    "bundled",
    "--actual",
    "focus:scenarios/october-charges.csv",
    "--spot-history",
    "scenarios/october-spot.json",
];

/// Its report in each language.
const PACKS: [&str; 2] = ["october-en", "october-ja"];

/// When the example pack says that it was made: on day 6 of the month after, as `examples/` does.
const MADE_AT: &str = "2026-11-06T00:30:00Z";

#[test]
fn the_example_pack_is_what_the_program_writes() {
    #[expect(clippy::disallowed_methods, reason = "the one switch that rewrites the answers")]
    let update = std::env::var_os("UPDATE").is_some();
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (made, saved) = (path("made"), path("saved.json"));
    let month = ["report", "scenarios/october.toml", "--prices", "bundled", "--out", &made];
    let sources =
        ["--actual", "focus:scenarios/october-charges.csv", "--spot-history", "scenarios/october-spot.json"];
    assert_eq!(answer(&[&month[..], &sources].concat()).1, 0);
    let json = fs::read_to_string(folder.path().join("made/report.json")).expect("a report");
    let line = |line: &str| match line.trim_start().starts_with("\"made_at\"") {
        true => format!("  \"made_at\": \"{MADE_AT}\","),
        false => line.to_owned(),
    };
    let json: String = json.lines().map(|text| line(text) + "\n").collect();
    fs::write(&saved, &json).expect("a file");
    let yen = ["--lang", "ja", "--currency", "JPY", "--rate", "155.2", "--rate-date", "2026-11-06"];
    for (pack, more) in PACKS.into_iter().zip([&[][..], &yen[..]]) {
        let out = path(pack);
        assert_eq!(answer(&[&["report", "--from", &saved, "--out", &out], more].concat()).1, 0);
        let committed = reports.join(pack);
        for entry in fs::read_dir(&out).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let bytes = fs::read(Path::new(&out).join(&name)).expect("a document");
            if update {
                fs::create_dir_all(&committed).expect("a folder");
                fs::write(committed.join(&name), &bytes).expect("a document");
            }
            let known = fs::read(committed.join(&name)).unwrap_or_default();
            assert!(known == bytes, "reports/{pack}/{} is not what the program writes", name.display());
        }
    }
}
