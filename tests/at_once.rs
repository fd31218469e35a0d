//! Several processes that change one file: nothing is lost, and who waits says for whom.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::cli::{Answer, Folder, snapshot};

/// So many add to one file at once.
const PROCESSES: usize = 8;

const HEADER: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";

/// Runs all of these at once; each ends with 0.
fn at_once(folder: &Folder, commands: &[Vec<String>]) {
    let start = |args: &Vec<String>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = folder.command(&args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    };
    let running: Vec<Child> = commands.iter().map(start).collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// A command for each number.
fn each(command: impl Fn(usize) -> String) -> Vec<Vec<String>> {
    (0..PROCESSES).map(|number| words(&command(number))).collect()
}

/// Nothing but these, and those of each number.
fn nothing_is_left_behind(folder: &Folder) {
    let hidden: Vec<String> = folder.names().into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn jobs_that_are_appended_at_once_are_all_there() {
    let job = |id: String| format!("{HEADER}{id},2026-10-01T00:00:00Z,100,1,100,0,1,gpu,succeeded\n");
    for _ in 0..3 {
        let folder = (0..PROCESSES)
            .fold(Folder::empty().with("jobs.csv", job("base".into())), |folder, number| {
                folder.with(&format!("week{number}.csv"), job(format!("j{number}")))
            });
        at_once(
            &folder,
            &each(|number| format!("jobs import --from workload week{number}.csv -o jobs.csv --append")),
        );
        let all = fs::read_to_string(folder.path("jobs.csv")).expect("the jobs");
        assert_eq!(all.lines().count(), 1 + 1 + PROCESSES, "{all}");
        nothing_is_left_behind(&folder);
    }
}

/// An instance at an agreed price.
const AGREED: &str = r#"
region = "us-east-1"
month = "2026-03"

[[compute]]
name = "training"
instances = { "p4d.24xlarge" = 1 }
hours_per_instance = 31

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

/// An hour of each day of March.
fn march() -> String {
    let mut bill = "EffectiveCost,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,\
                    SkuMeter,ConsumedQuantity,ConsumedUnit\n"
        .to_owned();
    for day in 1..=31 {
        let end = if day == 31 { "2026-04-01".to_owned() } else { format!("2026-03-{:02}", day + 1) };
        bill += &format!(
            "20,20,USD,2026-03-{day:02}T00:00:00Z,{end}T00:00:00Z,Usage,Amazon Elastic Compute Cloud,BoxUsage:p4d.24xlarge,1,Hours\n"
        );
    }
    bill
}

#[test]
fn months_that_are_kept_at_once_are_all_there() {
    let folder = (0..PROCESSES).fold(Folder::empty().with("bill.csv", march()), |folder, number| {
        folder.with(&format!("s{number}.toml"), format!("name = \"s{number}\"\n{AGREED}"))
    });
    for round in 0..3 {
        at_once(
            &folder,
            &each(|number| {
                format!(
                    "compare s{number}.toml --prices bundled --actual focus:bill.csv --calibration record{round}.json"
                )
            }),
        );
        let record = fs::read_to_string(folder.path(format!("record{round}.json"))).expect("the record");
        let record: Value = serde_json::from_str(&record).expect("JSON");
        assert_eq!(record["months"].as_array().map(Vec::len), Some(PROCESSES), "{record}");
        // The same for the rows of reports, in a file beside them and in one that is in a report's folder.
        let reports = |summary: &str| {
            each(|number| {
                format!(
                    "report s{number}.toml --out r{round}-{number} --prices bundled --force --summary {summary}"
                )
            })
        };
        for summary in [format!("months{round}.csv"), format!("r{round}-0/summary.csv")] {
            at_once(&folder, &reports(&summary)[..usize::from(summary.contains('/'))]);
            at_once(&folder, &reports(&summary));
            let rows = fs::read_to_string(folder.path(&summary)).expect("the rows");
            assert_eq!(rows.lines().count(), 1 + PROCESSES, "{rows}");
        }
        nothing_is_left_behind(&folder);
    }
}

/// Two seconds of patience with a process that does not end.
#[test]
fn who_waits_says_for_whom_and_gives_up() {
    let job = format!("{HEADER}a,2026-10-01T00:00:00Z,100,1,100,0,1,gpu,succeeded\n");
    let folder = Folder::empty().with("week.csv", &job).with("jobs.csv", &job);
    let lock = OpenOptions::new().create(true).truncate(true).write(true).open(folder.path(".jobs.csv.lock"));
    let mut lock = lock.expect("a file");
    lock.lock().expect("nobody has it");
    write!(lock, "4242").expect("written");
    let args =
        ["jobs", "import", "--from", "workload", "week.csv", "-o", "jobs.csv", "--append", "--timeout", "2"];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    snapshot("error_file_is_being_changed", &answer.text());
    let quiet = folder.run(&[&args[..9], &["1", "-q"]].concat());
    assert!(!quiet.stderr.contains("waiting for"), "{}", quiet.text());
    assert_eq!(fs::read_to_string(folder.path("jobs.csv")).expect("the jobs"), job);
    // What a process that was killed left behind is in nobody's way.
    drop(lock);
    assert_eq!(folder.run(&args).code, Some(0));
    nothing_is_left_behind(&folder);
}

/// Names of the cases here that are errors.
pub(crate) fn names() -> Vec<&'static str> {
    vec!["file_is_being_changed"]
}

/// The program with a stdout that nobody reads.
fn unread(folder: &Folder, args: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = folder.command(args);
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
    let output = command.output().expect("the program runs");
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

#[test]
fn the_verdict_is_the_same_whoever_reads() {
    let over = format!("{AGREED}\n[budget]\nfail_usd = 100\n");
    let folder = Folder::new(AGREED).with("over.toml", over).with("bill.csv", march());
    let bundled = ["--prices", "bundled"];
    for (scenario, code) in [("scenario.toml", 0), ("over.toml", 1)] {
        for format in ["table", "csv", "json", "markdown", "html"] {
            let args = [&["estimate", scenario, "--format", format][..], &bundled].concat();
            let (ended, stderr) = unread(&folder, &args);
            assert_eq!(ended, Some(code), "{scenario} as {format}: {stderr}");
            assert!(!stderr.contains("error"), "{stderr}");
        }
    }
    let compare = ["compare", "over.toml", "--actual", "focus:bill.csv", "--calibration", "record.json"];
    assert_eq!(unread(&folder, &[&compare[..], &bundled].concat()).0, Some(1));
    assert!(folder.path("record.json").exists(), "what comes after the answer is done, too");
    // More than a pipe and every buffer hold, through the writer of another crate.
    let jobs: String = (0..20_000).map(|job| format!("j{job},{job},100,1,100,0,1,gpu,succeeded\n")).collect();
    let folder = folder.with("big.csv", HEADER.replace("submitted_at", "submit_seconds") + &jobs);
    let (code, stderr) = unread(&folder, &["jobs", "import", "--from", "workload", "big.csv"]);
    assert_eq!((code, stderr.contains("error")), (Some(0), false), "{stderr}");
    for args in [&["man"][..], &["schema"], &["completions", "bash"], &["prices", "regions"]] {
        assert_eq!(unread(&folder, args), (Some(0), String::new()), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else { return };
    let folder = Folder::new(AGREED);
    let mut command = folder.command(&["estimate", "scenario.toml", "--prices", "bundled"]);
    let status = command.stdout(full).stderr(Stdio::null()).status().expect("the program runs");
    assert_eq!(status.code(), Some(3));
}

/// Each option that names an output, and what `-` is there.
#[test]
fn a_dash_is_stdout_or_refused_and_never_a_file() {
    let job = format!("{HEADER}a,2026-10-01T00:00:00Z,100,1,100,0,1,gpu,succeeded\n");
    let folder = Folder::new(AGREED).with("jobs.csv", job).with("bill.csv", march());
    let before = folder.names();
    let stdout: [&[&str]; 8] = [
        &["estimate", "scenario.toml", "--prices", "bundled"],
        &["check", "scenario.toml"],
        &["compare", "scenario.toml", "--prices", "bundled", "--actual", "focus:bill.csv"],
        &["jobs", "import", "--from", "workload", "jobs.csv"],
        &["jobs", "show", "jobs.csv", "--format", "json"],
        &["prices", "lock", "scenario.toml", "--prices", "bundled"],
        &["man"],
        &["schema"],
    ];
    for args in stdout {
        let plain = folder.run(args);
        let dash = folder.run(&[args, &["-o", "-"]].concat());
        assert_eq!((dash.code, &dash.stdout), (plain.code, &plain.stdout), "{}", dash.text());
        assert!(!dash.stdout.is_empty() && !dash.stderr.contains("wrote -"), "{}", dash.text());
    }
    let refused: [(&[&str], &str); 8] = [
        (&["jobs", "import", "--from", "workload", "jobs.csv", "--append", "-o", "-"], "`-` is stdout"),
        (
            &["jobs", "import", "--from", "batch", "--region", "us-east-1", "--append", "-o", "-"],
            "`-` is stdout",
        ),
        (&["report", "scenario.toml", "--out", "-"], "--out <DIR>"),
        (&["report", "scenario.toml", "--out", "r", "--summary", "-"], "--summary <FILE>"),
        (
            &["compare", "scenario.toml", "--actual", "focus:bill.csv", "--calibration", "-"],
            "--calibration <FILE>",
        ),
        (&["simulate", "scenario.toml", "--jobs-out", "-"], "--jobs-out <FILE>"),
        (&["suggest", "scenario.toml", "--backtest", "--record", "-"], "--record <FILE>"),
        (&["suggest", "scenario.toml", "--patch", ".", "--tfvars", "-"], "--tfvars <FILE>"),
    ];
    for (args, phrase) in refused {
        let answer: Answer = folder.run(args);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(answer.stderr.contains(phrase), "{phrase}: {}", answer.text());
    }
    assert_eq!(folder.names(), before);
}

/// An answer never takes the place of what it is made from, whatever name leads there.
#[test]
fn an_output_that_is_an_input_is_refused() {
    let job = format!("{HEADER}a,2026-03-01T00:00:00Z,100,1,100,0,1,gpu,succeeded\n");
    let queue = "[[batch.compute_environment]]\nname = \"ce\"\ninstance_types = [\"c5.large\"]\nmax_vcpus = 2\n\
                 launch_minutes = 0\nscale_down_delay_minutes = 0\n\
                 [[batch.job_queue]]\nname = \"gpu\"\npriority = 1\ncompute_environments = [\"ce\"]\n\
                 [workload]\ntrace = \"jobs.csv\"\n";
    let folder = Folder::new(AGREED)
        .with("upper.toml", "extends = \"scenario.toml\"\n")
        .with("queue.toml", format!("extends = \"scenario.toml\"\n{queue}"))
        .with("jobs.csv", &job)
        .with("bill.csv", march());
    fs::create_dir(folder.path("sub")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../bill.csv", folder.path("sub/link.csv")).expect("a link");
    let files = ["scenario.toml", "upper.toml", "queue.toml", "jobs.csv", "bill.csv"];
    let before: Vec<String> =
        files.iter().map(|name| fs::read_to_string(folder.path(name)).expect("a file")).collect();
    let compare = ["compare", "scenario.toml", "--prices", "bundled", "--actual", "focus:bill.csv", "-o"];
    let cases: [&[&str]; 10] = [
        &["estimate", "scenario.toml", "--prices", "bundled", "-o", "scenario.toml"],
        &["estimate", "scenario.toml", "--prices", "bundled", "--output=sub/../scenario.toml"],
        &["estimate", "upper.toml", "--prices", "bundled", "-o", "scenario.toml"],
        &["prices", "lock", "scenario.toml", "--prices", "bundled", "-o", "scenario.toml"],
        &["jobs", "import", "--from", "workload", "jobs.csv", "-o", "jobs.csv"],
        &["jobs", "show", "jobs.csv", "-o", "./jobs.csv"],
        &["simulate", "queue.toml", "--prices", "bundled", "--jobs-out", "jobs.csv"],
        &["simulate", "queue.toml", "--prices", "bundled", "-o", "jobs.csv"],
        &[&compare[..], &["bill.csv"]].concat(),
        &[&compare[..], &[if cfg!(unix) { "sub/link.csv" } else { "bill.csv" }]].concat(),
    ];
    for args in cases {
        let answer = folder.run(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
        assert!(answer.stderr.contains("would replace what is read"), "{}", answer.text());
    }
    for (name, text) in files.iter().zip(before) {
        assert_eq!(fs::read_to_string(folder.path(name)).expect("a file"), text, "{name}");
    }
    // Another file is replaced as ever.
    let other =
        ["simulate", "queue.toml", "--prices", "bundled", "--jobs-out", "out.csv", "-o", "answer.txt"];
    for _ in 0..2 {
        let answer = folder.run(&other);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
    }
}
