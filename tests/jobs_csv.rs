//! `jobs import --from csv`: units, scales, every field, status words, wide jobs. Values are worked out by hand.

use std::fmt::Write as _;

use super::cli::{Answer, Folder};

fn import(text: &str, more: &[&str]) -> Answer {
    let folder = Folder::empty().with("trace.csv", text);
    folder.run(&[&["jobs", "import", "--from", "csv", "trace.csv"], more].concat())
}

/// The rows of the workload, which has to be there.
fn rows(text: &str, more: &[&str]) -> Vec<String> {
    let answer = import(text, more);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    answer.stdout.lines().skip(1).map(str::to_owned).collect()
}

const NEXTFLOW: &str = "task_id\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\tpeak_rss\tcpus\tmemory\n\
    1\t12345678-1111\talign (1)\tCOMPLETED\t0\t2026-08-20 10:00:00.000\t21m 20s\t20m 8s\t6 GB\t4\t8 GB\n\
    2\t12345678-1112\tsort (1)\tCACHED\t0\t2026-08-20 10:30:00.000\t8.2s\t547ms\t1 GB\t1\t2 GB\n\
    3\t12345678-1113\tsort (2)\tFAILED\t137\t2026-08-20 10:31:00.000\t8.2s\t547ms\t-\t1\t1.5 GB\n";

#[test]
fn a_trace_of_nextflow_is_a_csv() {
    let map = "job_id=task_id,submitted_at=submit,run_seconds=realtime,vcpus=cpus,memory_mib=memory,\
        peak_memory_mib=peak_rss,exit_code=exit";
    let args = ["--delimiter", "tab", "--map", map, "--default", "queue=q,gpus=0,nodes=1"];
    let answer = import(NEXTFLOW, &args);
    // 20 min 8 s are 1,208 s, 547 ms a second begun; 137 is out of memory; the cached one did not run.
    assert_eq!(
        answer.stdout,
        "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,reason,peak_memory_mib\n\
         1,2026-08-20T10:00:00Z,1208,4,8192,0,1,q,succeeded,align (1),,6144\n\
         3,2026-08-20T10:31:00Z,1,1,1536,0,1,q,failed,sort (2),out_of_memory,\n",
        "{}",
        answer.text()
    );
    for words in [
        "dropped: 1 ended before it ran\n",
        "1 job with a result that an earlier run left: nothing ran\n",
        "columns that are not read: `native_id`, `duration`\n",
    ] {
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
    // Raw numbers: milliseconds, of the epoch too, and bytes. 1,787,220,000 s are 2026-08-20T10:00:00Z.
    let raw = "task_id\tsubmit\trealtime\tcpus\tmemory\n1\t1787220000000\t1208000\t4\t8589934592\n";
    let map =
        "job_id=task_id,submitted_at=submit:ms,run_seconds=realtime:ms,vcpus=cpus,memory_mib=memory:bytes";
    assert_eq!(
        rows(raw, &["--delimiter", "\t", "--map", map]),
        ["1,2026-08-20T10:00:00Z,1208,4,8192,0,1,default,succeeded"]
    );
    // Without its delimiter it has one column.
    let answer = import(NEXTFLOW, &["--map", "vcpus=cpus"]);
    assert_eq!(answer.code, Some(3));
    let answer = import("job_id;vcpus\n1;2\n", &[]);
    assert!(answer.stderr.contains("--delimiter ';'"), "{}", answer.text());
    assert_eq!(import(NEXTFLOW, &["--delimiter", "tabs"]).code, Some(2));
}

#[test]
fn numbers_have_the_unit_of_their_column() {
    let text = "id,at,length,cpu_milli,mem,total_gpus,hosts,waited,peak\n1,0.5,1.5,12000,16,16,2,90,2048\n";
    let map = "job_id=id,submit_seconds=at:h,run_seconds=length:h,vcpus=cpu_milli:milli,memory_mib=mem:GB:job,\
        gpus=total_gpus:job,nodes=hosts,wait_seconds=waited:min,peak_memory_mib=peak:KB";
    let answer = import(text, &["--map", map]);
    // 1,800 s; 5,400 s; 12 vCPUs; 16 GiB and 16 GPUs of two nodes; 5,400 s; 2 MiB.
    assert_eq!(
        answer.stdout,
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,wait_seconds,peak_memory_mib\n\
         1,1800,5400,12,8192,8,2,default,succeeded,5400,2\n",
        "{}",
        answer.text()
    );
    assert!(!answer.stderr.contains("unit"), "{}", answer.text());
    // A cell that names its unit counts more than the column does; nodes that do not divide are rounded up, and said.
    let text =
        "id,at,length,cpus,mem,n\n1,0,2h 30m,500m,1.5 GiB,1\n2,0,90min,7,512Mi,2\n3,0,1-00:00:01,2,4096,1\n";
    let map = "job_id=id,submit_seconds=at,run_seconds=length:s,vcpus=cpus:job,memory_mib=mem,nodes=n";
    let answer = import(text, &["--map", map]);
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "1,0,9000,1,1536,0,1,default,succeeded",
            "2,0,5400,4,512,0,2,default,succeeded",
            "3,0,86401,2,4096,0,1,default,succeeded"
        ]
    );
    assert!(
        answer.stderr.contains("1 job with vCPUs or GPUs that do not divide by their nodes"),
        "{}",
        answer.text()
    );
    assert!(
        answer.stderr.contains("no unit is given, so read: `at` in seconds, `mem` in MiB\n"),
        "{}",
        answer.text()
    );
    for wrong in ["run_seconds=length:parsec", "vcpus=cpus:h", "memory_mib=mem:s"] {
        let answer = import(text, &["--map", &format!("{wrong},submit_seconds=at")]);
        assert_eq!(answer.code, Some(3), "{}", answer.text());
        assert!(answer.stderr.contains(" is no unit of "), "{}", answer.text());
    }
}

/// A trace of a job every six hours of a month: run time, vCPUs, MiB and GPUs of each.
fn month(run: impl Fn(usize) -> String, vcpus: &str, memory: &str, gpus: &str) -> String {
    let mut text = String::from("id,at,length,cpus,mem,cards\n");
    for job in 0..120 {
        writeln!(text, "{job},{},{},{vcpus},{memory},{gpus}", job * 21_600, run(job)).expect("a text grows");
    }
    text
}

const MAP: &str = "job_id=id,submit_seconds=at,run_seconds=length,vcpus=cpus,memory_mib=mem,gpus=cards";

#[test]
fn a_scale_that_is_absurd_is_asked_about() {
    let plain = |_: usize| "5400".to_owned();
    let hours = |job: usize| format!("{}.5", job % 4);
    for (text, field, asked) in [
        (month(hours, "4", "4096", "1"), "run_seconds", "`--map run_seconds=length:h`"),
        (month(|_| "5400000".into(), "4", "4096", "1"), "run_seconds", "`--map run_seconds=length:ms`"),
        (month(plain, "12000", "4096", "1"), "vcpus", "`--map vcpus=cpus:milli`"),
        (month(plain, "500", "4096", "1"), "vcpus", "`--map vcpus=cpus:milli`"),
        (month(plain, "4", "8589934592", "1"), "memory_mib", "`--map memory_mib=mem:bytes`"),
        (month(plain, "4", "8388608", "1"), "memory_mib", "`--map memory_mib=mem:KB`"),
        (month(plain, "4", "2", "1"), "memory_mib", "`--map memory_mib=mem:GB`"),
        (month(plain, "4", "4096", "64"), "gpus", "`--map gpus=cards:job`"),
    ] {
        let answer = import(&text, &["--map", MAP]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{field}: {}", answer.text());
        assert!(
            answer.stderr.contains(&format!("error: `trace.csv`: {field} from column ")),
            "{}",
            answer.text()
        );
        assert!(answer.stderr.replace("\n      ", " ").contains(asked), "{asked}: {}", answer.text());
        // Said, it is taken, whatever it is.
        let column =
            MAP.split(',').find_map(|entry| entry.strip_prefix(&format!("{field}="))).expect("it is there");
        let own = [("run_seconds", "s"), ("vcpus", "one"), ("memory_mib", "MB"), ("gpus", "one")];
        let own = own.iter().find(|(name, _)| *name == field).map(|(_, unit)| unit).expect("it is there");
        let said = MAP.replace(&format!("{field}={column}"), &format!("{field}={column}:{own}"));
        // But for 8 PiB, which no number here is.
        if !text.contains("8589934592") {
            assert_eq!(rows_of(&text, &said), 120, "{field}");
        }
    }
    // Hours, said: half an hour to three and a half.
    let said = MAP.replace("=length", "=length:h");
    assert_eq!(rows(&month(hours, "4", "4096", "1"), &["--map", &said])[1].split(',').nth(2), Some("5400"));
    // The field's own name is no word about the unit either.
    let own = month(hours, "4", "4096", "1").replace("length", "run_seconds");
    assert_eq!(import(&own, &["--map", "job_id=id,submit_seconds=at,vcpus=cpus"]).code, Some(2));
    // Clocks and words are their own unit: jobs of three seconds are taken.
    let clocks = month(|_| "00:00:03".into(), "4", "4 MiB", "1");
    assert_eq!(rows_of(&clocks, MAP), 120);
    let plain = month(plain, "4", "4096", "1");
    assert_eq!(rows_of(&plain, MAP), 120);
}

fn rows_of(text: &str, map: &str) -> usize {
    rows(text, &["--map", map]).len()
}

#[test]
fn our_own_columns_are_read_without_a_map() {
    let text = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,job_definition,\
        name,user,account,share,tags,instance_type,scheduling_priority,reason,wait_seconds,peak_memory_mib,earlier_attempts\n\
        a,0,600,4,4096,0,1,q,succeeded,3,,train,one,alice,x,s,team=vision,g5.xlarge,7,,30,2000,\n\
        b,0,600,4,4096,0,1,q,failed,3,a,train,two,bob,y,s,\"site=b;team=lab\",c5.large,,out_of_memory,,,60:spot:g5.xlarge\n";
    let folder = Folder::empty().with("a.csv", text);
    let of = |from: &str| folder.run(&["jobs", "import", "--from", from, "a.csv"]);
    let (csv, workload) = (of("csv"), of("workload"));
    assert_eq!(csv.stdout, text.replace('"', ""), "{}", csv.text());
    assert_eq!(csv.stdout, workload.stdout);
    assert!(!csv.stderr.contains("not read"), "{}", csv.text());
    // Three of them: what used to be dropped.
    let text = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,job_definition\n\
        a,0,600,4,4096,0,1,q,succeeded,3,,train\nb,0,600,4,4096,0,1,q,succeeded,3,a,train\n";
    assert_eq!(import(text, &[]).stdout, text);
    // And their defaults and columns of other names.
    let text = "job,at,s,c,after,who,proj,code\n1,0,9,1,,a,x,0\n2,0,9,1,1,b,y,1\n";
    let map = "job_id=job,submit_seconds=at,run_seconds=s,vcpus=c,depends_on=after,user=who,account=proj,exit_code=code";
    let answer = import(text, &["--map", map, "--default", "attempts=12,job_definition=train,share=high"]);
    assert_eq!(
        answer.stdout,
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,job_definition,\
         user,account,share,reason\n\
         1,0,9,1,0,0,1,default,succeeded,10,,train,a,x,high,\n\
         2,0,9,1,0,0,1,default,failed,10,1,train,b,y,high,application\n",
        "{}",
        answer.text()
    );
    assert!(answer.stderr.contains("2 jobs with more than 10 attempts"), "{}", answer.text());
}

#[test]
fn a_status_is_a_word_of_any_scheduler() {
    let mut text = String::from("job_id,submit_seconds,run_seconds,vcpus,status\n");
    for (job, word) in [
        "Running",
        "PENDING",
        "RUNNABLE",
        "OUT_OF_MEMORY",
        "NODE_FAIL",
        "CACHED",
        "CANCELLED by 1000",
        "Unknown",
        "0",
        "COMPLETED",
        "TIMEOUT",
        "137",
        "DONE",
        "well",
        "EXIT",
    ]
    .iter()
    .enumerate()
    {
        writeln!(text, "{job},0,60,1,{word}").expect("a text grows");
    }
    let answer = import(&text, &[]);
    assert_eq!(
        answer.stdout,
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,reason\n\
         3,0,60,1,0,0,1,default,failed,out_of_memory\n\
         4,0,60,1,0,0,1,default,failed,spot\n\
         6,0,60,1,0,0,1,default,cancelled,user\n\
         8,0,60,1,0,0,1,default,succeeded,\n\
         9,0,60,1,0,0,1,default,succeeded,\n\
         10,0,60,1,0,0,1,default,failed,timeout\n\
         11,0,60,1,0,0,1,default,failed,out_of_memory\n\
         12,0,60,1,0,0,1,default,succeeded,\n\
         14,0,60,1,0,0,1,default,failed,\n",
        "{}",
        answer.text()
    );
    for words in [
        "dropped: 4 not ended yet\n",
        "dropped: 1 ended before it ran\n",
        "dropped: 1 row that cannot be read\n",
        "cannot be read: line 15: status `well` is none of succeeded, failed, cancelled\n",
    ] {
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}

#[test]
fn starts_and_ends_may_count_from_the_start_of_the_trace() {
    let text = "job_id,submit_seconds,started_at,ended_at,vcpus\n1,0,10,70,1\n2,5,3.5,,1\n3,100,160,220,2\n";
    let answer = import(text, &[]);
    // Started 10 s and 60 s after the submission; of job 2 no end is known.
    assert_eq!(
        answer.stdout,
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,wait_seconds\n\
         1,0,60,1,0,0,1,default,succeeded,10\n3,100,60,2,0,0,1,default,succeeded,60\n",
        "{}",
        answer.text()
    );
    // In hours of the trace; and of a date and a second of the trace nothing follows.
    let map = ["--map", "submit_seconds=s:h,started_at=b:h,ended_at=e:h"];
    assert_eq!(rows("job_id,s,b,e,vcpus\n1,1,2,4,1\n", &map), ["1,3600,7200,1,0,0,1,default,succeeded,3600"]);
    let mixed = "job_id,submit_seconds,started_at,ended_at,vcpus\n1,0,10,2026-10-05T00:00:00Z,1\n";
    assert!(import(mixed, &[]).stderr.contains("one counts from the start of the trace"));
    let dated = "job_id,submitted_at,started_at,ended_at,vcpus\n1,2026-10-05T00:00:00Z,10,20,1\n";
    assert!(import(dated, &[]).stderr.contains("started_at `10` is not a time from 2000 to 2199"));
}

#[test]
fn wide_jobs_become_nodes() {
    // On p4d.24xlarge, 96 vCPUs and 8 GPUs: 16 GPUs are two nodes of 64 vCPUs; 193 vCPUs three of 65, rounded up.
    let text = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
        a,0,600,128,500000,16,1,q,succeeded\nb,0,600,193,1000,0,1,q,succeeded\nc,0,600,96,1000,8,2,q,succeeded\n";
    let answer = import(text, &["--node-vcpus", "96", "--node-gpus", "8"]);
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "a,0,600,64,250000,8,2,q,succeeded",
            "b,0,600,65,334,0,3,q,succeeded",
            "c,0,600,96,1000,8,2,q,succeeded"
        ]
    );
    assert!(
        answer.stderr.contains("2 jobs wider than a node: several nodes of one size\n"),
        "{}",
        answer.text()
    );
    assert!(
        answer.stderr.contains("1 job with vCPUs or GPUs that do not divide by their nodes"),
        "{}",
        answer.text()
    );
    // Without it they stay what they are.
    assert_eq!(self::rows(text, &[])[0], "a,0,600,128,500000,16,1,q,succeeded");
    let answer = Folder::empty().with("a", "1 0 0 5 1\n").run(&[
        "jobs",
        "import",
        "--from",
        "swf",
        "a",
        "--node-gpus",
        "8",
    ]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
}

#[test]
fn an_id_of_another_submission_is_another_job() {
    let text = "job_id,submitted_at,run_seconds,vcpus\n\
        7,2017-10-03T17:30:00Z,600,4\n7,2026-08-20T10:00:00Z,7200,8\n7,2026-08-20T10:00:00Z,7300,8\n";
    let answer = import(text, &[]);
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "7,2017-10-03T17:30:00Z,600,4,0,0,1,default,succeeded",
            "7@2026-08-20T10:00:00Z,2026-08-20T10:00:00Z,7300,8,0,0,1,default,succeeded"
        ],
        "{}",
        answer.text()
    );
    assert!(answer.stderr.contains("dropped: 1 row replaced by a later one"), "{}", answer.text());
}

const HEAD: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status";

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_swallow_jobs_in_silence() {
    let text = format!(
        "{HEAD},name\na,0,600,4,4096,0,1,q,succeeded,x\nb,0,600,4,4096,0,1,q,succeeded,\"oops\n\
         c,0,600,4,4096,0,1,q,succeeded,x\nd,0,600,4,4096,0,1,q,succeeded,y\n"
    );
    let answer = import(&text, &[]);
    let said = "line 3: a quotation mark is never closed: 3 lines are one field";
    assert!(answer.code == Some(0) && answer.stderr.contains(said), "{}", answer.text());
    assert_eq!(answer.stdout.lines().count(), 2);
    assert_eq!(import(&text, &["--strict"]).code, Some(3));
    let folder = Folder::empty().with("jobs.csv", &text);
    assert_eq!(folder.run(&["jobs", "show", "jobs.csv"]).code, Some(3));
    // One that is closed may hold anything, at the end of the file too.
    for name in ["\"two\nlines, with \"\"marks\"\"\"", "\"x\"", "5\" disk"] {
        let text =
            format!("{HEAD},name\na,0,600,4,4096,0,1,q,succeeded,x\nb,0,600,4,4096,0,1,q,succeeded,{name}");
        for end in ["", "\n", "\r\n"] {
            let answer = import(&format!("{text}{end}"), &["--strict"]);
            assert_eq!(answer.code, Some(0), "{name:?}{end:?}: {}", answer.text());
        }
    }
}

#[test]
fn parts_and_empty_cells_are_said() {
    let text = format!("{HEAD}\na,0,3600,4,8000,0.5,1,q,succeeded\nb,0,3600,1.5,8000,,1,q,succeeded\n");
    let answer = import(&text, &[]);
    for said in [
        "2 jobs that ask for a part of a vCPU or GPU: rounded up",
        "1 job with an empty `gpus`: they count as without",
    ] {
        assert!(answer.code == Some(0) && answer.stderr.contains(said), "{said}: {}", answer.text());
    }
}

#[test]
fn an_exit_code_is_held_against_the_memory_that_was_left() {
    let of = |status: &str, peak: u32| {
        let text = format!("{HEAD},peak_memory_mib\na,0,3600,4,8000,0,1,q,{status},{peak}\n");
        let row = rows(&text, &[]).remove(0);
        row.split(',').nth(9).expect("a reason").to_owned()
    };
    assert_eq!((of("137", 100), of("137", 7900)), ("application".into(), "out_of_memory".into()));
    assert_eq!(of("OOMKilled", 100), "out_of_memory");
}
