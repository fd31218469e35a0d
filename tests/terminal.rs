//! What people see on a terminal: lines that fit, and completions that complete.

use std::process::Command;

use unicode_width::UnicodeWidthStr;

use super::cli::{Answer, Folder};

/// Answers about the example scenarios, with their exit codes.
const ANSWERS: [(&[&str], i32); 9] = [
    (&["estimate", "scenarios/guide.toml"], 0),
    (&["estimate", "scenarios/guide-full.toml"], 0),
    (&["estimate", "scenarios/guide.toml", "scenarios/guide-full.toml"], 0),
    (&["estimate", "scenarios/guide.toml", "--region", "ap-northeast-3"], 1),
    (&["estimate", "scenarios/guide.toml", "--sensitivity"], 0),
    (&["estimate", "scenarios/every-key.toml"], 0),
    (
        &[
            "compare",
            "scenarios/october.toml",
            "--prices",
            "bundled",
            "--actual",
            "focus:scenarios/october-charges.csv",
        ],
        0,
    ),
    (&["simulate", "scenarios/october.toml", "--prices", "bundled"], 0),
    (&["suggest", "scenarios/october.toml", "--prices", "bundled"], 0),
];

fn at(columns: &str, args: &[&str]) -> Answer {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hpc-cost"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("COLUMNS", columns);
    Answer::of(command, args)
}

/// What of a text no line may break: numbers, and names of several letters.
fn words(text: &str) -> Vec<String> {
    let frame = |c: char| c.is_whitespace() || c == '─';
    text.split(frame).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn no_line_is_wider_than_the_terminal_and_no_word_is_broken() {
    for (args, code) in ANSWERS {
        let whole = at("", args);
        assert_eq!(whole.code, Some(code), "{args:?}: {}", whole.stderr);
        let known = words(&whole.stdout);
        for columns in [80, 100, 120] {
            let answer = at(&columns.to_string(), args);
            for line in answer.stdout.lines() {
                assert!(line.width() <= columns, "{args:?} at {columns}: {} columns: {line}", line.width());
            }
            let said = ["Not", "shown", "in", "columns:"];
            for word in words(&answer.stdout) {
                let heading = word.trim_end_matches([':', ',']);
                let whole = known.contains(&word)
                    || known.iter().any(|known| known == heading)
                    || said.contains(&word.as_str())
                    || word == columns.to_string();
                assert!(whole, "{args:?} at {columns}: `{word}` is a part of a word");
            }
        }
    }
}

#[test]
fn columns_that_are_left_out_are_named() {
    let answer = at("100", &["estimate", "scenarios/guide.toml"]);
    assert!(
        answer.stdout.contains("\n Not shown in 100 columns: Usage type, Price from\n"),
        "{}",
        answer.stdout
    );
    let all = at("200", &["estimate", "scenarios/guide.toml"]);
    assert!(all.stdout.contains("Price from") && !all.stdout.contains("Not shown"), "{}", all.stdout);
    assert_eq!(all.stdout, at("", &["estimate", "scenarios/guide.toml"]).stdout);
    // A file is no terminal.
    let folder = Folder::new("region = \"us-east-1\"\nmonth = \"2026-11\"\n");
    let mut command = folder.command(&["estimate", "scenario.toml", "-o", "answer.txt"]);
    command.env("COLUMNS", "20");
    assert_eq!(Answer::of(command, &[]).code, Some(0));
    let text = std::fs::read_to_string(folder.path("answer.txt")).expect("an answer");
    assert!(text.lines().any(|line| line.len() > 20), "{text}");
}

#[test]
fn names_in_japanese_stand_in_columns() {
    let scenario = "name = \"推論\"\nregion = \"us-east-1\"\nmonth = \"2026-11\"\n[[s3]]\nname = \"学習用データの長い名前の保管庫\"\nstorage_gib = 1000\n[[s3]]\nname = \"b\"\nstorage_gib = 1000\n";
    let folder = Folder::new(scenario);
    let mut command = folder.command(&["estimate", "scenario.toml"]);
    command.env("COLUMNS", "60");
    let answer = Answer::of(command, &[]);
    assert!(answer.stdout.lines().all(|line| line.width() <= 60), "{}", answer.stdout);
    let ends: Vec<usize> =
        answer.stdout.lines().filter(|line| line.ends_with("$23.00")).map(UnicodeWidthStr::width).collect();
    assert!(ends.len() >= 2 && ends.iter().all(|end| *end == ends[0]), "{}", answer.stdout);
}

#[test]
fn help_is_wrapped() {
    for columns in [80_usize, 100] {
        for args in [&["--help"][..], &["suggest", "--help"], &["prices", "fetch", "--help"]] {
            let answer = at(&columns.to_string(), args);
            // An option and its values stay on one line.
            let wide: Vec<&str> = answer
                .stdout
                .lines()
                .filter(|line| line.width() > columns && !line.trim_start().starts_with(['-', '[']))
                .collect();
            assert!(wide.is_empty(), "{args:?} at {columns}: {wide:#?}");
        }
    }
}

/// Where a program is, if it is installed.
fn installed(name: &str) -> bool {
    ["/bin", "/usr/bin", "/usr/local/bin"]
        .iter()
        .any(|folder| std::path::Path::new(folder).join(name).exists())
}

/// What a shell says when it runs a script.
fn shell(name: &str, args: &[&str], script: &str) -> String {
    let mut command = Command::new(name);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").args(args).arg(script);
    let output = command.output().expect("the shell runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn bash_completes_what_follows_a_command() {
    if !installed("bash") {
        return;
    }
    let folder = Folder::new("");
    let script = folder.run(&["completions", "bash"]).stdout;
    std::fs::write(folder.path("complete.bash"), script).expect("a script");
    let completed = |words: &[&str]| -> Vec<String> {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let script = format!(
            "source '{}'\nCOMP_WORDS=({})\nCOMP_CWORD={}\n_hpc__cost hpc-cost '{last}' '{before}'\necho \"${{COMPREPLY[@]}}\"",
            folder.path("complete.bash").display(),
            quoted.join(" "),
            words.len() - 1
        );
        shell("bash", &["--norc", "-c"], &script).split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(
        completed(&["hpc-cost", "estimate", "--format", ""]),
        ["table", "csv", "json", "markdown", "html"]
    );
    assert_eq!(completed(&["hpc-cost", "estimate", "--f"]), ["--format"]);
    let prices = completed(&["hpc-cost", "prices", ""]);
    for command in ["show", "fetch", "lock", "diff", "regions", "capacity-blocks"] {
        assert!(prices.iter().any(|word| word == command), "{command} in {prices:?}");
    }
    assert!(completed(&["hpc-cost", "prices", "capacity-blocks", "--"]).contains(&"--region".to_owned()));
    assert!(completed(&["hpc-cost", "s"]).contains(&"suggest".to_owned()));
}

#[test]
fn other_shells_read_their_completions() {
    let folder = Folder::new("");
    for (name, args) in [("zsh", &["-f", "-n"][..]), ("fish", &["--no-config", "-n"])] {
        let script = folder.run(&["completions", name]).stdout;
        assert!(script.contains("hpc-cost"), "{name}: {script}");
        if installed(name) {
            let path = folder.path(format!("complete.{name}"));
            std::fs::write(&path, script).expect("a script");
            shell(name, args, &path.display().to_string());
        }
    }
    if installed("fish") {
        let path = folder.path("complete.fish").display().to_string();
        let script = format!("source '{path}'; complete -C 'hpc-cost estimate --format '");
        assert!(shell("fish", &["--no-config", "-c"], &script).contains("markdown"));
    }
}
