//! What every source of `jobs import` can do: packed files, `--where`, `--default`, rows that cannot be read.

use std::fs;
use std::io::Write as _;

use super::cli::{Answer, Folder};

const SACCT: &str = "JobIDRaw|Partition|Submit|ElapsedRaw|State|NNodes|ReqCPUS|ReqMem\n\
    1|gpu|2026-08-03T10:00:00|3600|COMPLETED|1|4|4G\n\
    2|cpu|2026-08-03T11:00:00|60|FAILED|1|2|\n\
    3||2026-08-03T12:00:00|30|CANCELLED by 1000|1|2|2G\n";

const LOG: &str = "; UnixStartTime: 1790000000\n\
    1 0 5 100 4 99.5 2048 8 200 1024 1 1 1 1 3 -1 -1 -1\n\
    2 10 -1 50 2 -1 -1 -1 -1 -1 0 1 1 1 -1 -1 1 30\n";

const OWN: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,\
    job_definition,name,user,account,share,tags,reason\n\
    a,2026-08-03T10:00:00Z,60,4,4096,0,1,gpu,succeeded,,,train,align (1),alice,x,s1,team=vision,\n\
    b,2026-08-03T10:00:01Z,60,4,4096,0,1,gpu,failed,2,a,train,align (2),bob,x,s2,team=lab;site=b,out_of_memory\n\
    c,2026-08-03T10:00:02Z,60,4,4096,0,1,cpu,cancelled,,b,,sort,anna,y,,,user\n\
    d,2026-08-03T10:00:03Z,60,4,0,0,1,,succeeded,,,,,,,,,\n";

fn import(folder: &Folder, from: &str, file: &str, more: &[&str]) -> Answer {
    folder.run(&[&["jobs", "import", "--from", from, file], more].concat())
}

/// The ids of the jobs that were written.
fn ids(answer: &Answer) -> Vec<&str> {
    answer.stdout.lines().skip(1).filter_map(|row| row.split(',').next()).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).expect("a vector grows");
    packed.finish().expect("a vector grows")
}

#[test]
fn packed_records_are_what_is_in_them() {
    for (from, text, file) in [("slurm", SACCT, "a.txt"), ("swf", LOG, "a.swf"), ("workload", OWN, "a.csv")] {
        let zstd = zstd::encode_all(text.as_bytes(), 0).expect("a vector grows");
        // Two members, as `cat` of two files leaves them.
        let (head, tail) = text.split_at(text.len() / 2);
        let two = [gzip(head), gzip(tail)].concat();
        let folder = Folder::empty()
            .with(file, text)
            .with(&format!("{file}.gz"), gzip(text))
            .with("named-otherwise", two)
            .with(&format!("{file}.zst"), zstd);
        let plain = import(&folder, from, file, &[]);
        assert_eq!(plain.code, Some(0), "{}", plain.text());
        for packed in [format!("{file}.gz"), "named-otherwise".into(), format!("{file}.zst")] {
            let answer = import(&folder, from, &packed, &[]);
            assert_eq!(
                (answer.code, &answer.stdout),
                (Some(0), &plain.stdout),
                "{packed}: {}",
                answer.text()
            );
            let said = answer.stderr.replace(&packed, file);
            assert_eq!(said, plain.stderr, "{packed}");
            // From a pipe.
            let mut command =
                assert_cmd::Command::from_std(folder.command(&["jobs", "import", "--from", from, "-"]));
            let piped = command.write_stdin(fs::read(folder.path(&packed)).expect("it is there")).output();
            assert_eq!(piped.expect("it runs").stdout, plain.stdout.as_bytes(), "{packed}");
        }
    }
}

#[test]
fn a_packed_workload_is_shown_and_a_broken_one_refused() {
    for (file, text) in [("a.swf", LOG), ("a.csv", OWN)] {
        let packed = format!("{file}.gz");
        let mut cut = gzip(text);
        cut.truncate(cut.len() / 2);
        let folder = Folder::empty().with(file, text).with(&packed, gzip(text)).with("cut.swf.gz", &cut);
        let (plain, answer) = (folder.run(&["jobs", "show", file]), folder.run(&["jobs", "show", &packed]));
        assert_eq!((answer.code, &answer.stdout), (Some(0), &plain.stdout), "{}", answer.text());
        let answer = folder.run(&["jobs", "show", "cut.swf.gz"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
        let answer = import(&folder, "workload", "cut.swf.gz", &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
    }
}

#[test]
fn only_jobs_for_which_all_conditions_hold_are_kept() {
    let folder = Folder::empty().with("a.csv", OWN).with("sacct", SACCT);
    for (conditions, expected) in [
        (&["queue=gpu"][..], &["a", "b"][..]),
        (&["queue=g*", "user=a*"], &["a"]),
        (&["queue!=gpu"], &["c", "d"]),
        (&["queue=default"], &["d"]),
        (&["user="], &["d"]),
        (&["user=a*"], &["a", "c"]),
        (&["user=????"], &["c"]),
        (&["account=x", "share!=s1"], &["b"]),
        (&["name=align (*)"], &["a", "b"]),
        (&["status=failed"], &["b"]),
        (&["status!=succeeded"], &["b", "c"]),
        (&["reason=user"], &["c"]),
        (&["reason!="], &["b", "c"]),
        (&["job_definition=train"], &["a", "b"]),
        (&["tag:team=*"], &["a", "b", "c", "d"]),
        (&["tag:team=vision"], &["a"]),
        (&["tag:site=b"], &["b"]),
        (&["job_id=[a-c]"], &[]),
    ] {
        let mut args = vec!["jobs", "import", "--from", "workload", "a.csv"];
        for condition in conditions {
            args.extend(["--where", condition]);
        }
        let answer = folder.run(&args);
        assert_eq!(ids(&answer), expected, "{}", answer.text());
        assert_eq!(answer.code, Some(if expected.is_empty() { 3 } else { 0 }), "{}", answer.text());
        let left_out = 4 - expected.len();
        let words = match left_out {
            1 => "dropped: 1 job that was not asked for\n".to_owned(),
            more => format!("dropped: {more} jobs that were not asked for\n"),
        };
        assert_eq!(answer.stderr.contains(&words), left_out > 0, "{}", answer.text());
    }
    // What c waits for is not there any more; b and its a are.
    let answer = import(&folder, "workload", "a.csv", &["--where", "name!=align (2)"]);
    assert_eq!(ids(&answer), ["a", "c", "d"]);
    assert!(
        answer.stderr.contains("dropped: 1 dependency on jobs that are not in it, taken as met"),
        "{}",
        answer.text()
    );
    // Nobody has a user there.
    let answer = import(&folder, "slurm", "sacct", &["--where", "user=a*"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("no job of it has a user, for which `--where` asks"), "{}", answer.text());
    for wrong in ["queue", "colour=red", "status=done", "queu=gpu"] {
        let answer = import(&folder, "workload", "a.csv", &["--where", wrong]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
    }
}

#[test]
fn what_is_written_is_packed_as_its_file_is_named() {
    let week = |day: u32| {
        format!(
            "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
             {day},2026-08-{day:02}T10:00:00Z,60,4,4096,0,1,p,succeeded\n"
        )
    };
    for (name, magic) in [("all.csv.gz", &[0x1f_u8, 0x8b][..]), ("all.csv.zst", &[0x28, 0xb5, 0x2f, 0xfd])] {
        let folder = Folder::empty().with("1", week(1)).with("2", week(2));
        let append = |file: &str| {
            let answer = import(&folder, "workload", file, &["-o", name, "--append"]);
            assert_eq!(answer.code, Some(0), "{}", answer.text());
            fs::read(folder.path(name)).expect("it is there")
        };
        let (once, twice) = (append("1"), append("2"));
        assert!(once.starts_with(magic) && twice.starts_with(magic), "{name}");
        // The same bytes again: no time is in them.
        assert_eq!(append("2"), twice);
        let plain = import(&folder, "workload", name, &[]);
        assert_eq!(
            plain.stdout,
            format!("{}{}", week(1), week(2).lines().nth(1).expect("a row").to_owned() + "\n")
        );
        let shown = folder.run(&["jobs", "show", name]);
        assert!(shown.stdout.contains("Jobs       2\n"), "{}", shown.text());
    }
}

/// What never ends is refused by every reader.
#[test]
fn an_input_without_end_is_refused() {
    let folder = Folder::empty();
    for from in [
        "slurm",
        "swf",
        "csv",
        "kubernetes",
        "pbs",
        "lsf",
        "sge",
        "htcondor",
        "workload",
        "nextflow",
        "cromwell",
        "snakemake",
        "batch",
    ] {
        let more: &[&str] = if from == "csv" { &["--map", "run_seconds=a"] } else { &[] };
        let answer = folder.run(&[&["jobs", "import", "--from", from, "/dev/zero"], more].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{from}: {}", answer.text());
    }
}

#[test]
fn processors_of_a_log_are_those_allocated() {
    // Allocated 4 of 8 requested; requested alone; a number that stands for unknown.
    let log =
        "; UnixStartTime: 1000000000\n1 0 0 60 4 -1 -1 8\n2 0 0 60 -1 -1 -1 8\n3 0 0 60 4294967295 -1 -1 8\n";
    let folder = Folder::empty().with("a.swf", log);
    let answer = import(&folder, "swf", "a.swf", &[]);
    let vcpus: Vec<_> = answer.stdout.lines().skip(1).filter_map(|row| row.split(',').nth(3)).collect();
    assert_eq!(vcpus, ["4", "8"], "{}", answer.text());
    for words in [
        "1 job has no processors allocated: those requested count\n",
        "dropped: 1 row that cannot be read\n",
        "line 4: `4294967295` processors are too many",
    ] {
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}

#[test]
fn a_default_is_for_what_the_record_leaves_empty() {
    let folder = Folder::empty()
        .with("sacct", SACCT)
        .with("a.csv", OWN)
        .with("a.swf", LOG)
        .with("named.swf", "; UnixStartTime: 1000000000\n1 0 0 60 4 -1 -1 4 -1 -1 1 1 1 1 7\n");
    let defaults =
        "queue=night,job_definition=train,attempts=3,user=alice,memory_mib=1 GiB,gpus=2,tags=team=x";
    let answer = import(&folder, "slurm", "sacct", &["--default", defaults]);
    assert_eq!(
        answer.stdout,
        "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,job_definition,user,tags,reason\n\
         1,2026-08-03T10:00:00Z,3600,4,4096,2,1,gpu,succeeded,3,train,alice,team=x,\n\
         2,2026-08-03T11:00:00Z,60,2,1024,2,1,cpu,failed,3,train,alice,team=x,application\n\
         3,2026-08-03T12:00:00Z,30,2,2048,2,1,night,cancelled,3,train,alice,team=x,user\n",
        "{}",
        answer.text()
    );
    for words in [
        "default queue=night: 1 job without it\n",
        "default memory_mib=1024: 1 job without it\n",
        "default gpus=2: 3 jobs without it\n",
        "default user=alice: 3 jobs without it\n",
    ] {
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
    for gone in ["unknown", "nobody"] {
        assert!(!answer.stderr.contains(gone), "{}", answer.text());
    }
    // A queue that is there already, and a value that every job has: our own records know their GPUs.
    let answer = import(&folder, "workload", "a.csv", &["--default", "queue=gpu,gpus=8,user=bob,attempts=4"]);
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    assert_eq!(rows[3], "d,2026-08-03T10:00:03Z,60,4,0,0,1,gpu,succeeded,4,,,,bob,,,,", "{}", answer.text());
    for words in [
        "every job has a number of GPUs already; --default gpus=8 changed nothing\n",
        "default queue=gpu: 1 job without it\n",
        "default user=bob: 1 job without it\n",
    ] {
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
    let answer = import(&folder, "workload", "a.csv", &["--where", "user=*a*", "--default", "queue=zz"]);
    assert!(answer.stderr.contains("default queue=zz: 1 job without it"), "{}", answer.text());
    let answer = import(&folder, "swf", "named.swf", &["--default", "queue=zz"]);
    let words = "every job has a queue already; --default queue=zz changed nothing\n";
    assert!(answer.stderr.contains(words), "{}", answer.text());
    // A condition sees what a default says.
    let answer = import(&folder, "workload", "a.csv", &["--default", "user=bob", "--where", "user=bob"]);
    assert_eq!(ids(&answer), ["b", "d"]);
    let answer = import(&folder, "swf", "a.swf", &["--default", "queue=7", "--where", "queue=7"]);
    assert_eq!(ids(&answer), ["2"]);
    for wrong in ["vcpus=8", "attempts=11", "queue=a,queue=b", "gpus=x", "scheduling_priority=10000"] {
        let answer = import(&folder, "slurm", "sacct", &["--default", wrong]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{}", answer.text());
    }
}

#[test]
fn a_row_that_cannot_be_read_never_costs_the_file() {
    let own = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n";
    for (from, head, good, bad) in [
        (
            "slurm",
            "JobID|Submit|State|ElapsedRaw|NCPUS\n",
            "1|2026-10-05|COMPLETED|5|1\n",
            "2|2026-10-05|WELL|5|1\n",
        ),
        ("csv", "job_id,vcpus,run_seconds,submitted_at\n", "1,2,3,2026-10-05\n", "2,2,-3,2026-10-05\n"),
        ("csv", "job_id,vcpus,run_seconds,submitted_at\n", "1,2,3,2026-10-05\n", "2,2,3\n"),
        ("swf", "; a log\n", "1 0 0 5 1\n", "2 0 0 five 1\n"),
        (
            "workload",
            own,
            "1,2026-10-05T00:00:00Z,5,1,1,0,1,q,succeeded\n",
            "2,2026-10-05T00:00:00Z,5,0,1,0,1,q,failed\n",
        ),
    ] {
        let text = format!("{head}{bad}{good}{bad}{bad}{bad}");
        let folder = Folder::empty()
            .with("a", &text)
            .with("bad", format!("{head}{bad}{bad}"))
            .with("one", format!("{head}{bad}"));
        let answer = import(&folder, from, "a", &[]);
        assert_eq!((answer.code, ids(&answer)), (Some(0), vec!["1"]), "{}", answer.text());
        assert!(answer.stderr.contains("dropped: 4 rows that cannot be read\n"), "{}", answer.text());
        let shown: Vec<&str> =
            answer.stderr.lines().filter_map(|line| line.strip_prefix("cannot be read: line ")).collect();
        // The first three of them.
        assert_eq!(shown.len(), 3, "{}", answer.text());
        for (line, shown) in ["2: ", "4: ", "5: "].iter().zip(&shown) {
            assert!(shown.starts_with(line), "{}", answer.text());
        }
        let strict = import(&folder, from, "a", &["--strict"]);
        assert_eq!((strict.code, strict.stdout.as_str()), (Some(3), ""), "{}", strict.text());
        assert!(
            strict.stderr.contains("line 2: ") && strict.stderr.contains("3 rows more cannot be read"),
            "{}",
            strict.text()
        );
        // Nothing else is there: no empty success, and the first reason.
        for file in ["bad", "one"] {
            let answer = import(&folder, from, file, &["-o", "new.csv"]);
            assert_eq!(answer.code, Some(3), "{}", answer.text());
            assert!(
                answer.stderr.contains("line 2: ") && !folder.path("new.csv").exists(),
                "{}",
                answer.text()
            );
        }
    }
}

#[test]
fn what_is_added_to_is_read_whole_or_not_at_all() {
    let own = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
        1,2026-10-05T00:00:00Z,5,1,1,0,1,q,succeeded\n2,2026-10-05T00:00:00Z,5,one,1,0,1,q,failed\n";
    let folder = Folder::empty().with("all.csv", own).with("sacct", SACCT);
    let answer = import(&folder, "slurm", "sacct", &["-o", "all.csv", "--append"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert_eq!(fs::read_to_string(folder.path("all.csv")).expect("it is there"), own);
    // So is a workload that is simulated or shown.
    assert_eq!(folder.run(&["jobs", "show", "all.csv"]).code, Some(3));
}

#[test]
fn a_log_says_whose_its_jobs_are() {
    // 193 processors are two nodes of 97, rounded up; used were 2,048 KB a processor, 4 processors that were allocated:
    // 8 MiB.
    let log = "1 0 5 100 4 -1 2048 8 200 1024 1 7 3 2 4 -1 -1 -1\n\
        2 0 -1 600 193 -1 -1 193 -1 -1 5 -1 -1 -1 -1 -1 -1 -1\n";
    let folder = Folder::empty().with("a.swf", log);
    let answer = import(&folder, "swf", "a.swf", &[]);
    assert_eq!(
        answer.stdout,
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,user,account,reason,wait_seconds,\
         peak_memory_mib\n\
         1,0,100,4,4,0,1,4,succeeded,executable 2,user 7,group 3,,5,8\n\
         2,0,600,97,0,0,2,unknown,cancelled,,,,user,,\n",
        "{}",
        answer.text()
    );
    assert!(
        answer
            .stderr
            .contains("1 job is wider than a node and does not divide by its nodes: rounded up on each\n"),
        "{}",
        answer.text()
    );
    // Memory in bytes for KB, as some logs have it.
    let log = "1 0 0 600 64 -1 -1 64 600 68719476736 1 1 1 1 1 -1 -1 -1\n";
    let folder = Folder::empty().with("a.swf", log).with("b", "x");
    let answer = import(&folder, "swf", "a.swf", &[]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("--ignore-memory"), "{}", answer.text());
    let answer = import(&folder, "swf", "a.swf", &["--ignore-memory"]);
    assert!(
        answer.stdout.ends_with("\n1,0,600,64,0,0,1,1,succeeded,executable 1,user 1,group 1,0\n"),
        "{}",
        answer.text()
    );
    assert!(answer.stderr.contains("memory unknown: 1 job asks for none"), "{}", answer.text());
    assert_eq!(import(&folder, "slurm", "b", &["--ignore-memory"]).code, Some(2));
}

/// Words of a line of a shell, which may be quoted.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().expect("there is one").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_commands_of_the_readme_are_taken() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(readme).expect("there is a README");
    let lines = readme.lines().filter(|line| line.starts_with("$ "));
    let imports = lines.filter_map(|line| line.split_once("hpc-cost jobs import ").map(|(_, rest)| rest));
    let mut count = 0;
    for line in imports {
        let line = line.split("  #").next().unwrap_or_default();
        let args = words(&format!("jobs import {line}"));
        let answer = Folder::empty().run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        // Files and credentials are missing; nothing is wrong with the command line, which would be 2.
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        count += 1;
    }
    assert!(count >= 7, "{count}");
}
