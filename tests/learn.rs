//! `learn` on small histories whose values are worked out by hand, and what becomes of the user's file.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use super::cli::Folder;

const SCENARIO: &str = r#"# Ours.
name = "ours"
region = "us-east-1"
month = "2026-08"

[[batch.compute_environment]]
name = "spot"                     # cheap
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["g5.12xlarge", "p4d.24xlarge"]
max_vcpus = 9600
launch_minutes = 6                # guessed by Mori
scale_down_delay_minutes = 5

[[batch.job_queue]]
name = "q"
priority = 1
compute_environments = ["spot"]

[[batch.job_definition]]
name = "train"
vcpus = 12
# Do not lower without asking.
memory_mib = 40000
gpus = 1
attempts = 3
"#;

const HEADER: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,job_definition,instance_type,reason,wait_seconds,peak_memory_mib,earlier_attempts\n";

/// A history: `minute run status type reason wait peak earlier` of each job, from Monday, 2026-08-03 on.
fn jobs(rows: impl IntoIterator<Item = String>) -> String {
    let mut text = HEADER.to_owned();
    for (number, row) in rows.into_iter().enumerate() {
        let [minute, run, status, kind, reason, wait, peak, earlier] = row.split(' ').collect::<Vec<_>>()[..]
        else {
            panic!("{row}")
        };
        let minute: u64 = minute.parse().expect("a minute");
        let (day, hour) = (minute / 1440, minute / 60 % 24);
        let at = format!("2026-08-{:02}T{hour:02}:{:02}:00Z", 3 + day, minute % 60);
        let dash = |word: &'static str, text: &str| {
            if text == "-" { String::new() } else { format!("{text}{word}") }
        };
        writeln!(
            text,
            "{number},{at},{run},12,40000,1,1,q,{status},train,{},{},{},{},{}",
            dash("", kind),
            dash("", reason),
            dash("", wait),
            dash("", peak),
            dash("", earlier)
        )
        .expect("memory");
    }
    text
}

fn learned(scenario: &str, jobs: &str, more: &[&str]) -> (Folder, Value) {
    let folder = Folder::new(scenario).with("jobs.csv", jobs);
    let args = [&["learn", "scenario.toml", "--jobs", "jobs.csv", "--format", "json"], more].concat();
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = serde_json::from_str(&answer.stdout).expect("JSON");
    (folder, document)
}

fn finding<'a>(document: &'a Value, id: &str) -> &'a Value {
    let findings = document["findings"].as_array().expect("findings");
    findings.iter().find(|finding| finding["id"] == id).unwrap_or_else(|| panic!("no {id} in {document:#}"))
}

/// `state: low expected high` of a key with one value.
fn value(document: &Value, id: &str) -> String {
    let finding = finding(document, id);
    let text = |name: &str| finding["values"][0][name].as_str().unwrap_or("?").to_owned();
    format!(
        "{}: {} {} {}",
        finding["state"].as_str().unwrap_or("?"),
        text("low"),
        text("expected"),
        text("high")
    )
}

fn missing(document: &Value, id: &str) -> String {
    let finding = finding(document, id);
    let state = finding["state"].as_str().expect("a state");
    assert!(finding["values"].as_array().is_some_and(Vec::is_empty), "{finding:#}");
    assert!(finding["missing"]["ja"].as_str().is_some_and(|text| !text.is_ascii()), "{finding:#}");
    format!("{state}: {}", finding["missing"]["en"].as_str().expect("what is missing"))
}

#[test]
fn a_rate_is_lost_attempts_by_hours_on_spot() {
    // Ten jobs of 10 h, two days apart, nine of which lost their host: 9 in 100 h, and Garwood's 4.115 and 17.085 by 100.
    let one = |place: u64| {
        let (status, reason) = if place < 9 { ("failed", "spot") } else { ("succeeded", "-") };
        format!("{} 36000 {status} g5.12xlarge {reason} 60 - -", place * 2880)
    };
    let (_, found) = learned(SCENARIO, &jobs((0..10).map(one)), &[]);
    assert_eq!(value(&found, "spot.interruptions_per_instance_hour"), "proposed: 0.04115 0.09 0.1708");
    // The same hours as earlier attempts: 9 attempts of 5 h that were lost, and the last of 5 h each, and one of 10 h more.
    let one = |place: u64| match place {
        0..9 => format!("{} 18000 succeeded g5.12xlarge - 60 - 18000:spot:g5.12xlarge", place * 2880),
        _ => format!("{} 36000 succeeded g5.12xlarge - 60 - -", place * 2880),
    };
    let (_, found) = learned(SCENARIO, &jobs((0..10).map(one)), &[]);
    assert_eq!(value(&found, "spot.interruptions_per_instance_hour"), "proposed: 0.04115 0.09 0.1708");
}

#[test]
fn jobs_of_one_host_are_one_event() {
    // Eight hosts with two jobs of 10 h each, all lost: 16 in 160 h, but 8 events of weight 2, and Garwood's 3.4538 and 15.763
    // of 8, twice, by 160.
    let one = |place: u64| format!("{} 36000 failed g5.12xlarge spot 60 - -", place / 2 * 2880);
    let (_, found) = learned(SCENARIO, &jobs((0..16).map(one)), &[]);
    assert_eq!(value(&found, "spot.interruptions_per_instance_hour"), "proposed: 0.04317 0.1 0.197");
    // Of two types they are two hosts.
    let one = |place: u64| {
        let kind = if place.is_multiple_of(2) { "g5.12xlarge" } else { "p4d.24xlarge" };
        format!("{} 36000 failed {kind} spot 60 - -", place / 2 * 2880)
    };
    let (_, found) = learned(SCENARIO, &jobs((0..16).map(one)), &[]);
    // Garwood of 16: 9.1454 and 25.983.
    assert_eq!(value(&found, "spot.interruptions_per_instance_hour"), "proposed: 0.05716 0.1 0.1624");
}

#[test]
fn too_little_says_how_much_is_missing() {
    let one = |place: u64| {
        let (status, reason) = if place < 3 { ("failed", "spot") } else { ("succeeded", "-") };
        format!("{} 36000 {status} g5.12xlarge {reason} 240 9000 -", place * 2880)
    };
    let (_, found) = learned(SCENARIO, &jobs((0..4).map(one)), &[]);
    assert_eq!(
        missing(&found, "spot.interruptions_per_instance_hour"),
        "too_little: 3 interruptions in 40 h: an interval within a factor of 3 needs about 6; another 40 h"
    );
    assert_eq!(
        missing(&found, "spot.launch_minutes"),
        "too_little: 4 waits: an interval of their median needs 6 that are alike"
    );
    assert_eq!(
        missing(&found, "train.memory_mib"),
        "too_little: 4 peaks: the 99th percentile is not the largest of at least 100"
    );
    assert!(
        missing(&found, "relative_speed").starts_with("too_little: no kind of job ran on two GPU models")
    );
    assert!(missing(&found, "train.arrivals").starts_with("too_little: 4 jobs, 1 of them whole"));
    // The exact upper end of no event: 3.6889 by 40.
    let one = |place: u64| format!("{} 36000 failed g5.12xlarge application 240 - -", place * 2880);
    let (_, found) = learned(SCENARIO, &jobs((0..4).map(one)), &[]);
    assert_eq!(
        missing(&found, "spot.interruptions_per_instance_hour"),
        "too_little: no host was lost: the rate is below 0.09222, and how far is not known"
    );
}

#[test]
fn what_the_record_does_not_say_names_the_column() {
    let text = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";
    let rows: String = (0..40)
        .map(|job| format!("{job},{},{},6,40000,1,1,q,succeeded\n", job * 9000, 600 + job * 37))
        .collect();
    let (_, found) = learned(SCENARIO, &format!("{text}{rows}"), &[]);
    for (id, column) in [
        ("spot.interruptions_per_instance_hour", "reason"),
        ("spot.launch_minutes", "wait_seconds"),
        ("spot.capacity_errors", "reason"),
        ("train.memory_mib", "job_definition"),
        ("relative_speed", "instance_type"),
    ] {
        let text = missing(&found, id);
        assert!(text.starts_with("not_recorded: ") && text.contains(column), "{id}: {text}");
    }
    // Jobs without a definition get one of what they ask for, and one rate, since it is not known when the record starts.
    let arrivals = finding(&found, "q-6vcpu-40000mib-1gpu.arrivals");
    assert_eq!(arrivals["state"], "proposed");
    assert!(
        arrivals["assumes"]["en"].as_str().is_some_and(|text| text.contains("submitted_at")),
        "{arrivals:#}"
    );
    let diff = found["diff"].as_str().expect("a diff");
    assert!(diff.contains("+name = \"q-6vcpu-40000mib-1gpu\"\n"), "{diff}");
}

#[test]
fn a_launch_is_the_median_wait_of_jobs_that_came_first() {
    // Waits of six jobs, a day apart, in order 238, 240, 245, 250, 255, 260: the third is the median by nearest rank, and all
    // six are its 95 % interval: 3.967, 4.083, 4.333 minutes. A job that comes while another one runs, and one that finds the
    // instance still there, do not count.
    let waits = [250, 238, 260, 240, 255, 245];
    let mut rows: Vec<String> = waits
        .iter()
        .zip(0..)
        .flat_map(|(wait, day)| {
            [
                format!("{} 3600 succeeded g5.12xlarge - {wait} - -", day * 1440),
                format!("{} 3600 succeeded g5.12xlarge - 9 - -", day * 1440 + 30),
            ]
        })
        .collect();
    rows.push("9000 60 succeeded g5.12xlarge - 1 - -".into());
    let (_, found) = learned(SCENARIO, &jobs(rows), &[]);
    assert_eq!(value(&found, "spot.launch_minutes"), "proposed: 3.967 4.083 4.333");
    let counted = finding(&found, "spot.launch_minutes")["counted"]["en"].as_str().expect("words").to_owned();
    assert_eq!(counted, "waits of 6 jobs that came when nothing ran, 1 too short for a launch left out");
    assert_eq!(finding(&found, "spot.launch_minutes")["now"], "6");
    // Where instances are kept running no wait tells it.
    let kept = SCENARIO.replace("max_vcpus = 9600", "max_vcpus = 9600\nmin_vcpus = 48");
    let (_, found) = learned(&kept, &jobs(["0 60 succeeded g5.12xlarge - 240 - -".to_owned()]), &[]);
    assert!(missing(&found, "spot.launch_minutes").contains("min_vcpus"));
}

#[test]
fn memory_is_the_99th_percentile_and_a_tenth() {
    // Peaks of 100, 200, … 20000: rank 198 of 200 is 19800, a tenth more 21780, the next multiple of 128 is 21888. Of 200 jobs
    // the lower end is rank 195: at least five are above it with 5.2 %, six with 1.6 %; 19500 gives 21450 and 21504. There
    // is no upper end.
    let one = |job: u64| format!("{} 60 succeeded g5.12xlarge - 9 {} -", job * 3, (job + 1) * 100);
    let (_, found) = learned(SCENARIO, &jobs((0..200).map(one)), &[]);
    assert_eq!(value(&found, "train.memory_mib"), "proposed: 21504 21888 ?");
    // Three that ran out of memory stand behind all others: of 203 jobs rank 201 is one of them.
    let out = (0..3).map(|job| format!("{} 60 failed g5.12xlarge out_of_memory 9 40000 -", 700 + job));
    let (_, found) = learned(SCENARIO, &jobs((0..200).map(one).chain(out)), &[]);
    assert!(missing(&found, "train.memory_mib").starts_with("too_little: 3 of 203 jobs ran out of memory"));
    // With two, rank 200 of 202 is the largest peak that is known: 20000, 22000, 22016.
    let out = (0..2).map(|job| format!("{} 60 failed g5.12xlarge out_of_memory 9 40000 -", 700 + job));
    let (_, found) = learned(SCENARIO, &jobs((0..200).map(one).chain(out)), &[]);
    assert_eq!(value(&found, "train.memory_mib").split(' ').nth(2), Some("22016"));
    assert_eq!(value(&found, "train.gpus"), "kept: 1 1 1");
}

#[test]
fn a_speed_is_a_ratio_and_its_reference_is_written_with_it() {
    // Geometric means: 1000 × 1.1^(0 ± 1) on A10G, half of that on A100.
    let one = |job: u64| {
        let time = [1000, 1100, 910, 1000, 1000, 1100, 910, 1000][usize::try_from(job % 8).expect("small")];
        let (kind, time) = if job < 16 { ("g5.12xlarge", time) } else { ("p4d.24xlarge", time / 2) };
        format!("{} {time} succeeded {kind} - 9 - -", job * 30)
    };
    let (folder, found) =
        learned(SCENARIO, &jobs((0..28).map(one)), &["--only", "relative_speed", "--apply"]);
    assert_eq!(value(&found, "relative_speed.g5.12xlarge"), "proposed: 1 1 1");
    let fast =
        finding(&found, "relative_speed.p4d.24xlarge")["values"][0]["expected"].as_str().expect("a speed");
    assert_eq!(fast, "2");
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    let table = text.split("[relative_speed]\n").nth(1).expect("a table");
    let keys: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(keys, ["\"g5.12xlarge\" = 1".to_owned(), format!("\"p4d.24xlarge\" = {fast}")]);
    // The table that is there decides what a speed is compared with.
    let own = format!("{SCENARIO}\n[relative_speed]\n\"p4d.24xlarge\" = 4\n");
    let (_, found) = learned(&own, &jobs((0..28).map(one)), &[]);
    let slow =
        finding(&found, "relative_speed.g5.12xlarge")["values"][0]["expected"].as_str().expect("a speed");
    assert_eq!(slow, "2");
}

#[test]
fn what_ran_elsewhere_counts_nowhere_and_is_said() {
    let one = |place: u64| {
        let kind = if place < 10 { "g5.12xlarge" } else { "m6i.8xlarge" };
        format!("{} 36000 failed {kind} spot 60 - -", place * 2880)
    };
    let (_, found) = learned(SCENARIO, &jobs((0..13).map(one)), &[]);
    // Garwood of 10: 4.7954 and 18.390, by 100 h.
    assert_eq!(value(&found, "spot.interruptions_per_instance_hour"), "proposed: 0.04795 0.1 0.1839");
    assert!(found["left_out"]["en"].as_str().is_some_and(|text| text.starts_with("3 attempts")), "{found:#}");
}

#[test]
fn no_line_of_the_answer_is_wider_than_the_terminal() {
    let folder = Folder::new(SCENARIO).with("jobs.csv", rich());
    let args = ["learn", "scenario.toml", "--jobs", "jobs.csv"];
    let mut command = folder.command(&args);
    command.env("COLUMNS", "80");
    let answer = super::cli::Answer::of(command, &args);
    let (tables, diff) = answer.stdout.split_once("--- a/scenario.toml").expect("a diff");
    assert!(tables.lines().all(|line| line.chars().count() <= 80), "{tables}");
    // The files are the user's: their lines stay whole.
    assert!(diff.contains("+interruptions_per_instance_hour = "), "{diff}");
}

/// Four weeks in which a job comes every hour from 9 to 16 on weekdays, and one at 12 on each day of the weekend.
fn office() -> String {
    let weeks = (0..28_u64).flat_map(|day| {
        let hours = if day % 7 < 5 { 9..17_u64 } else { 12..13 };
        hours.flat_map(move |hour| (0..3).map(move |part| day * 1440 + hour * 60 + part * 20))
    });
    // Run times in two heaps, which no lognormal fits.
    jobs(weeks.zip(0_u64..).map(|(minute, job)| {
        let run = if job % 2 == 0 { 600 } else { 7200 };
        format!("{minute} {run} succeeded g5.12xlarge - 9 - -")
    }))
}

#[test]
fn arrivals_are_by_hour_of_the_week_and_a_list_where_nothing_fits() {
    let (_, found) = learned(SCENARIO, &office(), &[]);
    let arrivals = finding(&found, "train.arrivals");
    let values: Vec<String> = arrivals["values"]
        .as_array()
        .expect("values")
        .iter()
        .map(|of| {
            format!("{} {}", of["part"].as_str().unwrap_or("?"), of["expected"].as_str().unwrap_or("?"))
        })
        .collect();
    // 3 an hour in 20 days × 8 h; none before and after. The record begins on Monday at 9:00 and ends on Sunday the 30th.
    assert!(values.contains(&"rates MON-FRI 9-16 3".to_owned()), "{values:?}");
    assert!(
        values.contains(&"rates MON-FRI 17-23 0".to_owned())
            || values.contains(&"jobs_per_hour 0".to_owned()),
        "{values:?}"
    );
    let runs = arrivals["run_hours"].as_array().expect("a list");
    // 504 jobs in a hundred parts, half of them 10 minutes and half two hours long.
    assert_eq!((runs.len(), &runs[0], &runs[99]), (100, &"0.1667".into(), &"2".into()));
}

#[test]
fn apply_keeps_everything_else_and_then_proposes_nothing() {
    let history = office();
    let (folder, first) = learned(SCENARIO, &history, &["--apply"]);
    assert_eq!(first["applied"], true);
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    // Every line that was there and whose value did not change is there, in its order.
    let mut lines = text.lines();
    for line in SCENARIO.lines() {
        assert!(lines.any(|other| other == line), "`{line}` is gone or out of its order:\n{text}");
    }
    let again = folder.run(&["learn", "scenario.toml", "--jobs", "jobs.csv", "--format", "json"]);
    let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(again["diff"], "");
    let proposed =
        again["findings"].as_array().expect("findings").iter().filter(|of| of["state"] == "proposed");
    assert_eq!(proposed.count(), 0, "{again:#}");
    assert_eq!(finding(&again, "train.arrivals")["state"], "kept");
    // And it can be simulated.
    let simulated = folder.run(&["simulate", "scenario.toml", "--prices", "bundled"]);
    assert!(simulated.code == Some(0) || simulated.code == Some(1), "{}", simulated.text());
    // The old file is beside it, since this folder is not under git.
    assert!(folder.names().iter().any(|name| name.starts_with("scenario.toml.")), "{:?}", folder.names());
}

/// Enough of everything: launches, losses, peaks, two models.
fn rich() -> String {
    jobs((0..120_u64).map(|job| {
        let kind = if job % 2 == 0 { "g5.12xlarge" } else { "p4d.24xlarge" };
        let run = 1800 + job * 613 % 900 - if job % 2 == 0 { 0 } else { 900 };
        let (status, reason) = if job % 10 == 5 { ("failed", "spot") } else { ("succeeded", "-") };
        format!("{} {run} {status} {kind} {reason} {} {} -", job * 180, 230 + job % 30, 20_000 + job * 17)
    }))
}

#[test]
fn what_stands_beside_a_value_stays_and_old_remarks_go() {
    let (folder, _) = learned(SCENARIO, &rich(), &["--apply"]);
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    let launch = text.lines().find(|line| line.starts_with("launch_minutes")).expect("the key");
    assert!(!launch.contains('#'), "{launch}");
    assert!(text.contains("# beside the old value, 6: guessed by Mori\nlaunch_minutes = "), "{text}");
    let (before, after) = text.split_once("memory_mib = ").expect("the key");
    assert!(before.contains("# Do not lower without asking.\n# learned: "), "{before}");
    assert!(after.contains("attempts = 3"));
    let remarks = text.matches("# learned").count();
    // Other jobs: other values, as many remarks.
    let other = rich()
        .replace(",230,", ",330,")
        .replace(",231,", ",331,")
        .replace(",succeeded,train,g5", ",failed,train,g5");
    fs::write(folder.path("jobs.csv"), other).expect("written");
    let answer = folder.run(&["learn", "scenario.toml", "--jobs", "jobs.csv", "--apply", "--only", "spot"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert_eq!(text.matches("# learned").count(), remarks, "{text}");
    assert!(text.contains("# beside the old value, 6: guessed by Mori"), "{text}");
}

#[test]
fn a_file_that_extends_another_gets_the_keys_itself() {
    let upper = "extends = \"base.toml\"   # ours\n\n[target]\nwait_minutes = 30\n";
    let folder = Folder::new(upper).with("base.toml", SCENARIO).with("jobs.csv", rich());
    let args = ["learn", "scenario.toml", "--jobs", "jobs.csv"];
    let applied = folder.run(&[&args[..], &["--apply"]].concat());
    assert_eq!(applied.code, Some(0), "{}", applied.text());
    assert_eq!(fs::read_to_string(folder.path("base.toml")).expect("the base"), SCENARIO);
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(text.starts_with(upper), "{text}");
    assert!(text.contains("[[batch.compute_environment]]\nname = \"spot\"\n# learned"), "{text}");
    let again = folder.run(&[&args[..], &["--format", "json"]].concat());
    let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(again["diff"], "");
}

#[test]
fn a_trace_stays_unless_arrivals_are_asked_for() {
    let traced = format!("{SCENARIO}\n[workload]\ntrace = \"jobs.csv\"             # what ran\n");
    let (folder, found) = learned(&traced, &office(), &[]);
    let arrivals = finding(&found, "arrivals");
    assert_eq!(
        (arrivals["state"].as_str(), arrivals["now"].as_str()),
        (Some("left_out"), Some("trace jobs.csv"))
    );
    let args = ["learn", "scenario.toml", "--jobs", "jobs.csv", "--only", "arrivals", "--format", "json"];
    let asked = folder.run(&[&args[..], &["--apply"]].concat());
    assert_eq!(asked.code, Some(0), "{}", asked.text());
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(!text.contains("trace = ") && text.contains("[[workload.arrivals]]"), "{text}");
    let again: Value = serde_json::from_str(&folder.run(&args).stdout).expect("JSON");
    assert_eq!(again["diff"], "");
    // Two kinds of jobs, one of which has its definition from [workload].
    let both = traced.replace("# what ran\n", "# what ran\njob_definition = \"train\"\n");
    let both = both.replace(
        "[workload]",
        "[[batch.job_definition]]\nname = \"other\"\nvcpus = 6\nmemory_mib = 40000\n\n[workload]",
    );
    let named = |line: (usize, &str)| match line.0 % 3 {
        0 => line.1.replace(",train,", ",other,"),
        _ => line.1.replace(",train,", ",,"),
    };
    let history: Vec<String> = office().lines().enumerate().map(named).collect();
    let two = Folder::new(both).with("jobs.csv", history.join("\n") + "\n");
    let asked = two.run(&[&args[..], &["--apply"]].concat());
    assert_eq!(asked.code, Some(0), "{}", asked.text());
    let text = fs::read_to_string(two.path("scenario.toml")).expect("the file");
    assert_eq!(
        (text.matches("[[workload.arrivals]]").count(), text.matches("unset").count()),
        (2, 0),
        "{text}"
    );
    // Jobs without a name are still known by what they ask for.
    let again: Value = serde_json::from_str(&two.run(&args).stdout).expect("JSON");
    assert_eq!(again["diff"], "");
    // In a file that has the trace from another one.
    let folder =
        Folder::new("extends = \"base.toml\"\n").with("base.toml", &traced).with("jobs.csv", office());
    let asked = folder.run(&[&args[..], &["--apply"]].concat());
    assert_eq!(asked.code, Some(0), "{}", asked.text());
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(text.contains("[workload]\nunset = [\"trace\"]\n"), "{text}");
    let again: Value = serde_json::from_str(&folder.run(&args).stdout).expect("JSON");
    assert_eq!(again["diff"], "");
}

#[test]
fn arrivals_that_are_there_change_in_their_place() {
    let own = format!(
        "{SCENARIO}\n[[workload.arrivals]]\nname = \"by day\"\nqueue = \"q\"\njob_definition = \"train\"\njobs_per_hour = 7       # roughly\nrun_hours_lognormal = {{ median_hours = 2, sigma = 1.2, source = \"a talk\" }}\n"
    );
    let (folder, found) = learned(&own, &office(), &["--apply"]);
    assert_eq!(finding(&found, "by day.arrivals")["state"], "proposed");
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(
        text.contains("name = \"by day\"")
            && !text.contains("a talk")
            && text.contains("# beside the old value, 7: roughly\n"),
        "{text}"
    );
    assert_eq!(text.matches("[[workload.arrivals]]").count(), 1);
    // The same below a file that extends it: what it inherits leaves by name.
    let folder = Folder::new("extends = \"base.toml\"\n").with("base.toml", &own).with("jobs.csv", office());
    let args = ["learn", "scenario.toml", "--jobs", "jobs.csv"];
    let applied = folder.run(&[&args[..], &["--apply"]].concat());
    assert_eq!(applied.code, Some(0), "{}", applied.text());
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(text.contains("unset = [\"run_hours_lognormal\"]"), "{text}");
    let again = folder.run(&[&args[..], &["--format", "json"]].concat());
    let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(again["diff"], "");
}

#[test]
fn refused_launches_are_a_share_of_those_that_one_job_waited_for() {
    // Of twenty jobs a day apart six ended for want of capacity: 0.3, Clopper and Pearson 0.1189 and 0.5428 (R, binom.test).
    let one = |day: u64| match day % 3 {
        0 if day < 18 => format!("{} 0 failed g5.12xlarge capacity - - -", day * 1440),
        _ => format!("{} 600 succeeded g5.12xlarge - 240 - -", day * 1440),
    };
    let (folder, found) =
        learned(SCENARIO, &jobs((0..20).map(one)), &["--only", "capacity_errors", "--apply"]);
    assert_eq!(value(&found, "spot.capacity_errors.g5.12xlarge"), "proposed: 0.1189 0.3 0.5428");
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(text.contains("\ncapacity_errors = { \"g5.12xlarge\" = 0.3 }\n"), "{text}");
    let own = SCENARIO
        .replace("max_vcpus = 9600", "max_vcpus = 9600\ncapacity_errors = { \"p4d.24xlarge\" = 0.2 }");
    let (folder, _) = learned(&own, &jobs((0..20).map(one)), &["--only", "capacity_errors", "--apply"]);
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert!(text.contains("{ \"p4d.24xlarge\" = 0.2, \"g5.12xlarge\" = 0.3 }"), "{text}");
}

#[test]
fn windows_files_stay_windows_files_and_odd_ones_are_refused_whole() {
    let windows = SCENARIO.replace('\n', "\r\n");
    let (folder, _) = learned(&windows, &rich(), &["--apply"]);
    let text = fs::read_to_string(folder.path("scenario.toml")).expect("the file");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.contains("# learned"));
    let inline = SCENARIO
        .replace("[[batch.job_queue]]\nname = \"q\"\npriority = 1\ncompute_environments = [\"spot\"]\n", "");
    let inline = inline.replace("[[batch.compute_environment]]\n", "[batch]\njob_queue = [{ name = \"q\", priority = 1, compute_environments = [\"spot\"] }]\n\n[[batch.compute_environment]]\n");
    let (_, found) = learned(&inline, &rich(), &["--only", "launch_minutes"]);
    assert!(found["diff"].as_str().is_some_and(|diff| diff.contains("+launch_minutes")), "{found:#}");
    let nothing = Folder::new(SCENARIO).with("jobs.csv", rich());
    let answer = nothing.run(&["learn", "scenario.toml", "--jobs", "jobs.csv", "--only", "wait_minutes"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("`--only wait_minutes`") && answer.stderr.contains("spot.launch_minutes"));
}

#[test]
fn run_times_that_hardly_vary_have_a_speed_too() {
    // 3,600 and 7,200 s in every run, or a second more in one: the answer comes at once, and is 2.
    for odd in [0, 1] {
        let one = |job: u64| {
            let (kind, time) =
                if job.is_multiple_of(2) { ("g5.12xlarge", 3600) } else { ("p4d.24xlarge", 7200) };
            format!("{} {} succeeded {kind} - 9 - -", job * 180, time + odd * u64::from(job == 5))
        };
        let (_, found) = learned(SCENARIO, &jobs((0..40).map(one)), &["--only", "relative_speed"]);
        let speed = finding(&found, "relative_speed.p4d.24xlarge")["values"][0]["expected"].clone();
        assert_eq!(speed, "0.5", "{odd}");
    }
}

#[test]
fn a_peak_above_what_is_proposed_is_said() {
    let one = |job: u64| {
        let peak = if job == 199 { 39_000 } else { 20_000 + job * 10 };
        format!("{} 60 succeeded g5.12xlarge - 9 {peak} -", job * 3)
    };
    let (_, found) = learned(SCENARIO, &jobs((0..200).map(one)), &[]);
    let caveat = finding(&found, "train.memory_mib").to_string();
    assert!(caveat.contains("1 job used more, up to 39000 MiB, and would run out of memory"), "{caveat}");
}

#[test]
fn a_job_on_the_hour_at_the_end_is_no_burst() {
    // One job every three hours, on the hour: less than Poisson, however short the last hour of the record is.
    let one = |job: u64| format!("{} 3600 succeeded g5.12xlarge - 9 - -", job * 180);
    let (_, found) = learned(SCENARIO, &jobs((0..200).map(one)), &["--only", "arrivals"]);
    let arrivals = finding(&found, "train.arrivals").to_string();
    assert!(!arrivals.contains("bursts"), "{arrivals}");
}
