//! `jobs import` of several files at once: what began in one of them goes on in the next.

use super::cli::{Answer, Folder};
use super::jobs_schedulers::{ACCOUNTING, BHIST, CONDOR, FINISH, Finish, PBS, QACCT};

/// Imports these texts as files of one command.
fn import(from: &str, texts: &[&str], more: &[&str]) -> Answer {
    let names: Vec<String> = (1..=texts.len()).map(|number| format!("f{number}")).collect();
    let folder =
        names.iter().zip(texts).fold(Folder::empty(), |folder, (name, text)| folder.with(name, *text));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    folder.run(&[&["jobs", "import", "--from", from], &names[..], more].concat())
}

/// The rows in any order, and what was dropped.
fn told(answer: &Answer) -> (Vec<String>, Vec<String>) {
    let sorted = |text: &str, begin: &str| {
        let mut lines: Vec<String> =
            text.lines().filter(|line| line.starts_with(begin)).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    (sorted(&answer.stdout, ""), sorted(&answer.stderr, "dropped:"))
}

/// Imports the parts in one file, and in two wherever they can be cut. The two say the same, unless one of them alone has
/// nothing that can be read.
fn is_as_in_one_file(from: &str, parts: &[&str], more: &[&str], fewest: usize) {
    let whole = import(from, &[&parts.concat()], more);
    assert_eq!(whole.code, Some(0), "{}", whole.text());
    let mut cuts = 0;
    for cut in 1..parts.len() {
        let two = [parts[..cut].concat(), parts[cut..].concat()];
        let answer = import(from, &[&two[0], &two[1]], more);
        if answer.code == Some(3) {
            continue;
        }
        assert_eq!(told(&answer), told(&whole), "{from}, cut before {cut}: {}", answer.text());
        cuts += 1;
    }
    assert!(cuts >= fewest, "{from}: only {cuts} cuts");
}

#[test]
fn files_of_a_scheduler_are_read_as_one() {
    let pbs: String = PBS.iter().map(|(_, record)| *record).collect();
    let lines: Vec<&str> = pbs.split_inclusive('\n').collect();
    is_as_in_one_file("pbs", &lines, &[], 10);
    let of = |records: &'static [(&str, &str)]| records.iter().map(|(_, text)| *text).collect::<Vec<_>>();
    is_as_in_one_file("lsf", &of(BHIST), &["--year", "2020"], 4);
    is_as_in_one_file("sge", &of(QACCT), &["--timezone", "America/New_York"], 3);
    is_as_in_one_file("sge", &of(ACCOUNTING), &[], 1);
    is_as_in_one_file("htcondor", &of(CONDOR), &[], 3);
    // An attempt that was requeued (24 is TERM_REQUEUE_OWNER), and the next one.
    let attempts = [
        Finish { status: 32, times: [1_527_326_745, 1_527_326_746, 1_527_326_806], ..FINISH },
        Finish { times: [1_527_326_745, 1_527_327_000, 1_527_327_585], ..FINISH },
    ];
    let lines: Vec<String> = attempts.iter().map(Finish::line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    is_as_in_one_file("lsf", &lines, &[], 1);
}

const FIRST: &str = "JobID|User|Submit|Start|ElapsedRaw|State|NCPUS|ReqMem\n\
    7|a|2026-10-05T08:00:00|2026-10-05T08:00:20|3600|REQUEUED|2|1G\n\
    8|a|2026-10-06T08:00:00|2026-10-06T08:00:00|600|COMPLETED|2|1G\n\
    9|a|2026-10-05T08:10:00|2026-10-05T08:10:07|60|COMPLETED|2|1G\n";

/// Other columns, in another order.
const SECOND: &str = "State|JobID|Submit|Start|Elapsed|NCPUS|ReqMem|User\n\
    COMPLETED|7|2026-10-12T08:00:00|2026-10-12T08:01:00|02:00:00|2|1G|a\n\
    RUNNING|8|2026-10-06T08:00:00|2026-10-06T08:00:00|00:00:10|2|1G|a\n";

#[test]
fn lives_of_a_job_in_two_files_are_one_job() {
    // It ran for an hour, was put back, and ran for two hours a week later. Job 8 had ended, whatever an older look at it says.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,user,wait_seconds,earlier_attempts
7,2026-10-05T08:00:00Z,7200,2,1024,0,1,default,succeeded,2,a,20,3600
9,2026-10-05T08:10:00Z,60,2,1024,0,1,default,succeeded,,a,7,
8,2026-10-06T08:00:00Z,600,2,1024,0,1,default,succeeded,,a,0,
";
    for texts in [[FIRST, SECOND], [SECOND, FIRST]] {
        let answer = import("slurm", &texts, &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), expected), "{}", answer.text());
        assert!(answer.stderr.contains("f1 and 1 more file: 3 jobs kept\n"), "{}", answer.text());
        assert!(answer.stderr.contains("dropped: 1 earlier life of requeued jobs"), "{}", answer.text());
    }
    // A row that cannot be read says which file it is of.
    let broken = SECOND.replace("02:00:00", "two hours");
    let answer = import("slurm", &[FIRST, &broken], &[]);
    assert!(answer.stderr.contains("cannot be read: f2, line 2: Elapsed `two hours`"), "{}", answer.text());
    let answer = import("slurm", &[FIRST, &broken], &["--strict"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("f2, line 2: "), "{}", answer.text());
    // A file that is none of that kind is refused, and so is one with nothing else than such rows.
    let answer = import("slurm", &[FIRST, "hello\n"], &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("`f2` is not the output of `sacct"), "{}", answer.text());
    let answer = import("pbs", &[PBS[0].1, "hello\n"], &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("`f2` is not an accounting log"), "{}", answer.text());
}

#[test]
fn an_earlier_import_has_no_lives_to_add_to() {
    let folder = Folder::empty().with("1", FIRST).with("2", SECOND);
    let append =
        |file: &str| folder.run(&["jobs", "import", "--from", "slurm", file, "-o", "all.csv", "--append"]);
    append("1");
    let answer = append("2");
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let all = std::fs::read_to_string(folder.path("all.csv")).expect("the workload");
    let ids: Vec<&str> = all.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(ids, ["9", "8", "7"], "{all}");
    let words =
        "lives of one job in two imports stay apart: import the files of both in one command to join them\n";
    assert!(answer.stderr.contains(words), "{}", answer.text());
    // At once, with `--append`.
    let at_once = Folder::empty().with("1", FIRST).with("2", SECOND);
    at_once.run(&["jobs", "import", "--from", "slurm", "1", "2", "-o", "all.csv", "--append"]);
    let all = std::fs::read_to_string(at_once.path("all.csv")).expect("the workload");
    assert!(all.contains("\n7,2026-10-05T08:00:00Z,7200,"), "{all}");
}
