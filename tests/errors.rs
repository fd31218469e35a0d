//! Every problem the program can report, with its exit code and the whole message.
//!
//! The cases are tables: `refused_rules.rs` and `refused_values.rs` for what is wrong inside one
//! scenario, `refused_files.rs` for what takes several files or the command line.

use std::collections::BTreeSet;

use super::cli::{Folder, snapshot, variants};
use super::{refused_files, refused_rules, refused_values};

/// Name, scenario, arguments, phrase.
pub(crate) type Case = (&'static str, &'static str, &'static [&'static str], &'static str);

pub(crate) const CHECK: &[&str] = &["check", "scenario.toml"];
pub(crate) const ESTIMATE: &[&str] = &["estimate", "scenario.toml"];

/// Each kind of error and a case of it.
const KINDS: &[(&str, &str)] = &[
    ("Input", "no_hours"),
    ("CommandLine", "explain_no_line"),
    ("ScenarioFile", "scenario_missing"),
    ("Read", "prices_missing"),
    ("Malformed", "history_not_json"),
    ("Setting", "aws_setting"),
    ("Credentials", "aws_profile_missing"),
    ("NoCredentials", "prices_live"),
    ("Aws", "aws_throttled"),
    ("Write", "output_folder_missing"),
    ("Busy", "file_is_being_changed"),
];

/// Name, files, arguments, exit code, phrase.
type WholeCase =
    (&'static str, Vec<(&'static str, &'static str)>, &'static [&'static str], i32, &'static str);

/// All cases in one shape.
fn cases() -> Vec<WholeCase> {
    let scenarios = refused_rules::CASES.iter().chain(refused_values::CASES);
    let scenarios = scenarios
        .map(|(name, scenario, args, phrase)| (*name, vec![("scenario.toml", *scenario)], *args, 2, *phrase));
    let files = refused_files::CASES
        .iter()
        .map(|(name, files, args, code, phrase)| (*name, files.to_vec(), *args, *code, *phrase));
    scenarios.chain(files).collect()
}

#[test]
fn every_kind_of_error_has_a_case() {
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(variants(include_str!("../src/error.rs"), "Error"), kinds);
    let mut names: Vec<&str> = cases().iter().map(|(name, ..)| *name).collect();
    names.extend(super::aws_faults::names());
    names.extend(super::at_once::names());
    for (kind, case) in KINDS {
        assert!(names.contains(case), "{kind}: no case {case}");
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "two cases of one name would share a snapshot");
}

#[test]
fn problems_say_what_is_wrong() {
    let mut wrong = Vec::new();
    for (name, files, args, code, phrase) in cases() {
        let folder = files.iter().fold(Folder::empty(), |folder, (file, text)| folder.with(file, text));
        let answer = folder.run(args);
        if answer.code != Some(code) || !answer.stdout.is_empty() || !answer.stderr.contains(phrase) {
            wrong.push(format!("{name}: not {code} with `{phrase}`\n{}", answer.text()));
        }
        snapshot(&format!("error_{name}"), &folder.without_random_names(&answer.text()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What a sentence is about: names in backticks, and numbers.
fn facts(text: &str) -> BTreeSet<String> {
    let quoted = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned);
    quoted.chain(numbers).collect()
}

/// Whether English says a number by a word.
fn is_spelled_out(number: &str, english: &str) -> bool {
    let words: &[&str] = match number {
        "0" => &["midnight"],
        // Of "a" and "each".
        "1" => return true,
        "2" => &["two ", "second "],
        "4" => &["four "],
        _ => &[],
    };
    words.iter().any(|word| english.contains(word))
}

/// Usage of the command line is clap's, in English.
fn is_of_usage(stderr: &str) -> bool {
    stderr.contains("Usage: ") || stderr.contains("For more information, try")
}

fn is_japanese(line: &str) -> bool {
    line.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
}

#[test]
fn japanese_says_the_same_facts() {
    let mut wrong = Vec::new();
    for (name, files, args, ..) in cases() {
        let run = |lang: &[&'static str]| {
            let folder = files.iter().fold(Folder::empty(), |folder, (file, text)| folder.with(file, text));
            let answer = folder.run(&[lang, args].concat());
            (answer.code, answer.stdout.clone(), folder.without_random_names(&answer.stderr))
        };
        let (english, japanese) = (run(&[]), run(&["--lang", "ja"]));
        if is_of_usage(&english.2) {
            continue;
        }
        let (there, here) = (facts(&english.2), facts(&japanese.2));
        let is_word = |fact: &&String| !there.contains(*fact) && is_spelled_out(fact, &english.2);
        let differing = there.symmetric_difference(&here).filter(|fact| !is_word(fact));
        let missing: Vec<String> = differing.cloned().collect();
        let labels = ["エラー: ", "対処: "];
        let said: Vec<&str> =
            japanese.2.lines().filter(|line| labels.iter().any(|label| line.contains(label))).collect();
        let is_said = said.iter().all(|line| is_japanese(line.split_once(": ").unwrap_or_default().1));
        if (english.0, &english.1) != (japanese.0, &japanese.1)
            || !missing.is_empty()
            || said.is_empty()
            || !is_said
        {
            wrong.push(format!("{name}: {missing:?}\n{}\n{}", english.2, japanese.2));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
