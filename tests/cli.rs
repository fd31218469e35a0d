//! Every command as a user runs it: its help, its answers, its exit codes.
//!
//! The built program runs in an empty folder with an empty environment. What it says is kept in
//! `tests/snapshots`; `INSTA_UPDATE=always cargo test --test integration` writes it anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::cargo::cargo_bin;
use clap::CommandFactory;
use tempfile::TempDir;

/// A scenario in us-east-1 in November 2026.
macro_rules! in_november {
    ($keys:literal) => {
        concat!("region = \"us-east-1\"\nmonth = \"2026-11\"\n", $keys)
    };
}
pub(crate) use in_november;

/// A folder with a scenario in it, in which the program runs.
pub(crate) struct Folder(TempDir);

/// What one run said.
pub(crate) struct Answer {
    pub(crate) command: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// A new folder with nothing in it.
    pub(crate) fn empty() -> Folder {
        Folder(TempDir::new().expect("a temporary folder"))
    }

    /// A new folder with `scenario.toml`.
    pub(crate) fn new(scenario: impl AsRef<[u8]>) -> Folder {
        Folder::empty().with("scenario.toml", scenario)
    }

    /// The same folder with another file in it.
    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Folder {
        fs::write(self.path(name), bytes).expect("a file in a temporary folder");
        self
    }

    /// Where a file of this folder is.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// The text without this folder's path and without the name of a temporary file.
    pub(crate) fn without_random_names(&self, text: &str) -> String {
        let real = self.0.path().canonicalize().expect("the folder exists");
        let text = text.replace(&real.display().to_string(), "FOLDER");
        match text.split_once("/.hpc-cost-") {
            Some((before, after)) => {
                format!("{before}/.hpc-cost-{}", after.trim_start_matches(char::is_alphanumeric))
            }
            None => text,
        }
    }

    /// The names of everything in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a readable folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program, ready to run here.
    pub(crate) fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(cargo_bin!("hpc-cost"));
        // Nothing but 127.0.0.1 is asked for anything.
        command.args(args).current_dir(self.0.path()).env_clear().env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        Answer::of(self.command(args), args)
    }
}

impl Answer {
    /// What a command with these arguments says.
    pub(crate) fn of(command: std::process::Command, args: &[&str]) -> Answer {
        let output = assert_cmd::Command::from_std(command).output().expect("the program runs");
        let Output { status, stdout, stderr } = output;
        let quoted = args.iter().map(|arg| match arg.contains([' ', '"', '=']) {
            true => format!("'{arg}'"),
            false => (*arg).to_owned(),
        });
        Answer {
            command: std::iter::once("hpc-cost".to_owned()).chain(quoted).collect::<Vec<_>>().join(" "),
            code: status.code(),
            stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(stderr).expect("stderr is UTF-8"),
        }
    }

    /// All of it as one text. Escape characters are made visible.
    pub(crate) fn text(&self) -> String {
        let code = self.code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        let whole = format!(
            "$ {}\nexit: {code}\n--- stdout ---\n{}\n--- stderr ---\n{}",
            self.command,
            self.stdout.trim_end(),
            self.stderr.trim_end()
        );
        let lines: Vec<String> =
            whole.lines().map(|line| line.trim_end().replace('\u{1b}', "<ESC>")).collect();
        lines.join("\n")
    }
}

/// Compares a text with the snapshot of this name. How many days ago a period ended is another number every day.
pub(crate) fn snapshot(name: &str, text: &str) {
    const ENDED: &str = "the period ended ";
    let without_days = |line: &str| match line.split_once(ENDED) {
        Some((before, after)) => {
            format!("{before}{ENDED}N{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    };
    let text = text.split('\n').map(without_days).collect::<Vec<_>>().join("\n");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The names in the first enum of a source text that is called `name`.
pub(crate) fn variants(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("pub enum {name} {{\n")).expect("the enum is in the file");
    let body = &source[start..];
    let body = &body[..body.find("\n}\n").expect("the enum ends")];
    let names = body.lines().skip(1).filter_map(|line| line.strip_prefix("    "));
    let names = names.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names.map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

/// A scenario of one compute group and one bucket.
const PLAIN: &str = r#"region = "us-east-1"
month = "2026-11"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 2 }
hours_per_instance = { low = 80, expected = 100, high = 150 }

[[s3]]
name = "data"
storage_gib = 1000
"#;

/// The same in a cheaper shape.
const VARIANT: &str = r#"extends = "scenario.toml"
name = "on spot"

[[compute]]
name = "training"
spot_share = 0.8
interruptions_per_instance_hour = 0
"#;

/// A scenario in which one line has no price.
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

/// A scenario above its budget.
const EXPENSIVE: &str = r#"region = "us-east-1"
month = "2026-11"
budget = { warn_usd = 10, fail_usd = 100 }

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 10
"#;

/// Snapshot, scenario, arguments, exit code.
const RUNS: &[(&str, &str, &[&str], i32)] = &[
    ("estimate", PLAIN, &["estimate", "scenario.toml"], 0),
    ("estimate_unpriced", INCOMPLETE, &["estimate", "scenario.toml"], 1),
    ("estimate_over_budget", EXPENSIVE, &["estimate", "scenario.toml"], 1),
    ("estimate_explain", PLAIN, &["estimate", "scenario.toml", "--explain", "training"], 0),
    ("estimate_explain_line_id", PLAIN, &["estimate", "scenario.toml", "--explain", "2"], 0),
    ("estimate_explain_unpriced", INCOMPLETE, &["estimate", "scenario.toml", "--explain", "DATA"], 1),
    ("estimate_sensitivity", PLAIN, &["estimate", "scenario.toml", "--sensitivity"], 0),
    ("estimate_two", PLAIN, &["estimate", "scenario.toml", "spot.toml"], 0),
    ("estimate_two_csv", PLAIN, &["estimate", "scenario.toml", "spot.toml", "--format", "csv", "-q"], 0),
    ("estimate_csv", PLAIN, &["estimate", "scenario.toml", "--format", "csv"], 0),
    ("estimate_json", PLAIN, &["estimate", "scenario.toml", "--format", "json"], 0),
    ("estimate_markdown", PLAIN, &["estimate", "scenario.toml", "--format", "markdown"], 0),
    ("estimate_color", PLAIN, &["estimate", "scenario.toml", "--color", "always"], 0),
    ("estimate_quiet", INCOMPLETE, &["estimate", "scenario.toml", "-q", "--explain", "data"], 1),
    ("estimate_verbose", PLAIN, &["estimate", "scenario.toml", "-v", "--explain", "data"], 0),
    ("estimate_output", PLAIN, &["estimate", "scenario.toml", "-o", "answer.txt"], 0),
    ("check", PLAIN, &["check", "scenario.toml"], 0),
    ("check_two", PLAIN, &["check", "scenario.toml", "spot.toml"], 0),
    ("check_json", PLAIN, &["check", "scenario.toml", "--format", "json"], 0),
    ("prices_regions", PLAIN, &["prices", "regions"], 0),
    ("prices_show", PLAIN, &["prices", "show", "p3.16xlarge", "--region", "us-east-1"], 0),
    ("prices_show_tiers", PLAIN, &["prices", "show", "TimedStorage", "--region", "us-east-1"], 0),
    ("prices_show_nothing", PLAIN, &["prices", "show", "p9.huge"], 1),
];

#[test]
fn every_command_answers() {
    for (name, scenario, args, code) in RUNS {
        let answer = Folder::new(scenario).with("spot.toml", VARIANT).run(args);
        assert_eq!(answer.code, Some(*code), "{name}\n{}", answer.text());
        let version = env!("CARGO_PKG_VERSION");
        snapshot(name, &answer.text().replace(&format!("hpc-cost {version}"), "hpc-cost VERSION"));
    }
}

/// The program's commands, the inner ones after their outer one.
fn commands() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
        found.push(path.to_vec());
        for inner in command.get_subcommands() {
            below(inner, &[path, &[inner.get_name().to_owned()]].concat(), found);
        }
    }
    let mut found = Vec::new();
    below(&hpc_cost::cli::Cli::command(), &[], &mut found);
    found
}

#[test]
fn every_command_has_help() {
    let folder = Folder::new(PLAIN);
    for path in commands() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let answer = folder.run(&args);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{args:?}");
        snapshot(
            &["help", &path.join("_")].join("_").trim_end_matches('_').replace('-', "_"),
            &answer.text(),
        );
    }
}

#[test]
fn without_arguments_there_is_help_and_an_error() {
    let answer = Folder::new(PLAIN).run(&[]);
    assert_eq!(answer.code, Some(2));
    assert!(answer.stderr.contains("Usage: hpc-cost"), "{}", answer.text());
}

#[test]
fn the_version_is_that_of_the_package() {
    let answer = Folder::new(PLAIN).run(&["--version"]);
    assert_eq!(answer.stdout, format!("hpc-cost {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_key_of_the_schema_is_described() {
    let answer = Folder::new(PLAIN).run(&["schema"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    let schema: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    let mut undescribed = Vec::new();
    let mut described = 0;
    let definitions = schema["$defs"].as_object().expect("definitions").iter();
    let tables = std::iter::once(("ScenarioKeys", &schema)).chain(definitions.map(|(n, d)| (n.as_str(), d)));
    for (table, definition) in tables {
        let Some(properties) = definition["properties"].as_object() else { continue };
        for (key, property) in properties {
            match property["description"].as_str() {
                Some(text) if !text.trim().is_empty() => described += 1,
                _ => undescribed.push(format!("{table}.{key}")),
            }
        }
    }
    assert!(undescribed.is_empty(), "without a description: {undescribed:?}");
    assert!(described > 100, "{described} keys");
}

#[test]
fn completions_name_every_command() {
    let folder = Folder::new(PLAIN);
    for shell in ["bash", "zsh", "fish"] {
        let answer = folder.run(&["completions", shell]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{shell}");
        for command in commands().iter().filter_map(|path| path.last()) {
            assert!(answer.stdout.contains(command.as_str()), "{shell} lacks {command}");
        }
    }
}

#[test]
fn manual_pages_are_roff() {
    let folder = Folder::new(PLAIN);
    let outer = commands().into_iter().filter(|path| path.len() < 2);
    for path in outer {
        let mut args = vec!["man"];
        args.extend(path.iter().map(String::as_str));
        let answer = folder.run(&args);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(answer.stdout.starts_with(".ie \\n(.g"), "{}", answer.text());
        assert!(answer.stdout.contains(".SH SYNOPSIS"), "{}", answer.text());
    }
}

#[test]
fn color_is_off_in_a_pipe_and_never_in_a_file() {
    let folder = Folder::new(PLAIN);
    assert!(!folder.run(&["estimate", "scenario.toml"]).stdout.contains('\u{1b}'));
    let errors = folder.run(&["estimate", "none.toml", "--color", "always"]);
    assert_eq!(errors.code, Some(2));
    let never = folder.run(&["estimate", "scenario.toml", "--color", "never"]);
    assert!(!never.stdout.contains('\u{1b}'));
}

#[test]
fn the_answer_in_a_file_is_the_answer_on_stdout() {
    let folder = Folder::new(PLAIN);
    for format in ["table", "csv", "json", "markdown"] {
        let printed = folder.run(&["estimate", "scenario.toml", "--format", format]);
        let written = folder.run(&["estimate", "scenario.toml", "--format", format, "-o", "answer"]);
        assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""), "{format}");
        let file = fs::read_to_string(folder.path("answer")).expect("the answer was written");
        assert_eq!(file, printed.stdout, "{format}");
    }
}

#[test]
fn quiet_says_nothing_on_stderr() {
    let folder = Folder::new(INCOMPLETE).with("spot.toml", VARIANT);
    for format in ["table", "csv", "json", "markdown"] {
        let answer = folder.run(&["estimate", "scenario.toml", "-q", "--format", format]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), ""), "{format}");
    }
    let answer = folder.run(&["estimate", "scenario.toml", "-q", "-o", "answer"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(1), ""));
}
