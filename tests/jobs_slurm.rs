//! `jobs import --from slurm`: owners and reasons, outputs without a header, `|` in names, JSON. Values are worked out by hand.

use super::cli::{Answer, Folder};

fn import(text: &str, more: &[&str]) -> Answer {
    let folder = Folder::empty().with("sacct", text);
    folder.run(&[&["jobs", "import", "--from", "slurm", "sacct"], more].concat())
}

/// The workload, which has to be there.
fn written(text: &str, more: &[&str]) -> String {
    let answer = import(text, more);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    answer.stdout
}

const OWNERS: &str = "JobID|JobName|User|Account|QOS|Partition|Submit|Eligible|Start|ElapsedRaw|State|ExitCode|NNodes|ReqCPUS|ReqMem|\
MaxRSS|ReqTRES\n\
1|train|user1|projA|high|p|2026-08-03T10:00:00|2026-08-03T10:00:30|2026-08-03T10:02:00|3600|COMPLETED|0:0|1|4|4G||cpu=4,mem=4G,node=1\n\
1.batch|batch||projA|||2026-08-03T10:02:00|2026-08-03T10:02:00|2026-08-03T10:02:00|3600|COMPLETED|0:0|1|4||2048000K|\n\
1.0|run||projA|||2026-08-03T10:02:00|2026-08-03T10:02:00|2026-08-03T10:02:00|3600|COMPLETED|0:0|1|4||1G|\n\
2|train|user1|projA|high|p|2026-08-03T11:00:00|Unknown|2026-08-03T11:00:10|60|OUT_OF_MEMORY|0:125|1|4|4G||cpu=4,mem=4G,node=1\n";

#[test]
fn a_job_has_an_owner_and_a_reason() {
    // 90 s from 10:00:30; 10 s from the submission; 2,048,000 KiB are 2,000 MiB, more than 1 GiB.
    assert_eq!(
        written(OWNERS, &[]),
        "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,user,account,share,reason,wait_seconds,\
         peak_memory_mib\n\
         1,2026-08-03T10:00:00Z,3600,4,4096,0,1,p,succeeded,train,user1,projA,high,,90,2000\n\
         2,2026-08-03T11:00:00Z,60,4,4096,0,1,p,failed,train,user1,projA,high,out_of_memory,10,\n"
    );
    for (state, code, reason) in [
        ("TIMEOUT", "0:0", "timeout"),
        ("NODE_FAIL", "0:0", "spot"),
        ("PREEMPTED", "0:0", "spot"),
        ("CANCELLED by 1000", "0:15", "user"),
        ("FAILED", "1:0", "application"),
        ("FAILED", "0:9", "out_of_memory"),
        ("FAILED", "137:0", "out_of_memory"),
        ("FAILED", "", "application"),
        ("DEADLINE", "0:0", "timeout"),
        ("BOOT_FAIL", "0:0", "capacity"),
        ("COMPLETED", "0:0", ""),
    ] {
        let text = format!(
            "JobID|Submit|ElapsedRaw|State|ExitCode|NCPUS|User\n1|2026-08-03T10:00:00|60|{state}|{code}|1|a\n"
        );
        let text = written(&text, &[]);
        let row: Vec<&str> = text.lines().nth(1).expect("a job").split(',').collect();
        assert_eq!((row[9], row.get(10).copied().unwrap_or_default()), ("a", reason), "{state} {code}");
    }
    // Conditions see them.
    let answer = import(OWNERS, &["--where", "account=proj*", "--where", "reason=out_of_memory"]);
    assert!(answer.stdout.lines().count() == 2 && answer.stdout.contains("\n2,"), "{}", answer.text());
}

#[test]
fn lives_before_the_last_are_earlier_attempts() {
    let text = "JobID|User|Submit|Start|ElapsedRaw|State|NCPUS|ReqMem\n\
        7|a|2026-10-05T08:00:00|2026-10-05T08:00:20|3600|REQUEUED|2|1G\n\
        7|a|2026-10-05T09:00:00|2026-10-05T09:00:01|1800|NODE_FAIL|2|1G\n\
        7|a|2026-10-05T09:30:00|2026-10-05T10:00:00|600|PREEMPTED|2|1G\n\
        7|a|2026-10-05T10:30:00|2026-10-05T10:30:05|7200|COMPLETED|2|1G\n\
        8|a|2026-10-05T08:00:00|Unknown|0|REQUEUED|2|1G\n\
        8|a|2026-10-05T08:10:00|2026-10-05T08:10:07|60|COMPLETED|2|1G\n";
    // It waited 20 s for its first start; of a requeue nothing says why; job 8 never ran before.
    assert_eq!(
        written(text, &[]),
        "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,user,wait_seconds,earlier_attempts\n\
         7,2026-10-05T08:00:00Z,7200,2,1024,0,1,default,succeeded,4,a,20,3600 1800:spot 600:spot\n\
         8,2026-10-05T08:00:00Z,60,2,1024,0,1,default,succeeded,,a,,\n"
    );
}

const FIRST: &str = "JobIDRaw|Partition|Submit|ElapsedRaw|State|NNodes|ReqCPUS|ReqMem|ReqTRES";

#[test]
fn an_id_used_twice_is_two_jobs() {
    let text = format!(
        "{FIRST}|User\n\
         12728301|p|2017-10-03T17:30:00|600|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1|user1\n\
         12728301|p|2026-08-20T10:00:00|7200|COMPLETED|1|8|8G|cpu=8,mem=8G,node=1|user2\n"
    );
    assert_eq!(
        written(&text, &[]).lines().skip(1).collect::<Vec<_>>(),
        [
            "12728301,2017-10-03T17:30:00Z,600,4,4096,0,1,p,succeeded,user1",
            "12728301@2026-08-20T10:00:00Z,2026-08-20T10:00:00Z,7200,8,8192,0,1,p,succeeded,user2"
        ]
    );
    // A life of somebody else, though it was requeued.
    let text = text.replace("600|COMPLETED", "600|NODE_FAIL");
    assert_eq!(written(&text, &[]).lines().count(), 3);
    // Week by week.
    let week = |rows: &str| format!("{FIRST}\n{rows}");
    let folder = Folder::empty()
        .with(
            "w1.txt",
            week(
                "1|p|2026-08-03T10:00:00|3600|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n\
             2|p|2026-08-03T10:00:00|60|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n",
            ),
        )
        .with("w2.txt", week("1|p|2026-08-10T10:00:00|600|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n"));
    let append =
        |file: &str| folder.run(&["jobs", "import", "--from", "slurm", file, "-o", "all.csv", "--append"]);
    append("w1.txt");
    let answer = append("w2.txt");
    assert!(!answer.stderr.contains("replaced"), "{}", answer.text());
    let all = std::fs::read_to_string(folder.path("all.csv")).expect("the workload");
    assert_eq!(
        all.lines().skip(1).collect::<Vec<_>>(),
        [
            "1,2026-08-03T10:00:00Z,3600,4,4096,0,1,p,succeeded",
            "2,2026-08-03T10:00:00Z,60,4,4096,0,1,p,succeeded",
            "1@2026-08-10T10:00:00Z,2026-08-10T10:00:00Z,600,4,4096,0,1,p,succeeded"
        ]
    );
    // The same week again replaces its jobs, and names them.
    let answer = append("w1.txt");
    assert!(answer.stderr.contains("replaced: 2 jobs that were there already: 1, 2\n"), "{}", answer.text());
    assert_eq!(std::fs::read_to_string(folder.path("all.csv")).expect("the workload"), all);
}

#[test]
fn suspended_time_is_no_run_time() {
    // 10:00 to 12:00 of which 45 minutes were suspended: 4,500 s. `Elapsed` leaves them out already.
    let of = |columns: &str, fields: &str| {
        let text = format!(
            "JobIDRaw|Partition|Submit|Start|End|{columns}|State|NNodes|ReqCPUS\n\
             1|p|2026-08-03T09:00:00|2026-08-03T10:00:00|2026-08-03T12:00:00|{fields}|COMPLETED|1|4\n"
        );
        written(&text, &[]).lines().nth(1).and_then(|row| row.split(',').nth(2)).map(str::to_owned)
    };
    assert_eq!(of("Suspended", "00:45:00").as_deref(), Some("4500"));
    assert_eq!(of("Suspended", "").as_deref(), Some("7200"));
    assert_eq!(of("Suspended|Elapsed", "00:45:00|01:15:00").as_deref(), Some("4500"));
}

#[test]
fn ten_of_the_replaced_jobs_are_named() {
    let rows = |jobs: u32| -> String {
        (1..=jobs)
            .map(|job| format!("{job}|p|2026-08-03T10:00:00|60|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n"))
            .collect()
    };
    let said = |jobs: u32| {
        let folder = Folder::empty().with("w.txt", format!("{FIRST}\n{}", rows(jobs)));
        let append = || {
            folder.run(&["jobs", "import", "--from", "slurm", "w.txt", "-o", "all.csv", "--append"]).stderr
        };
        append();
        append()
    };
    let one = said(1);
    assert!(one.contains("replaced: 1 job that was there already: 1\n"), "{one}");
    for words in ["all.csv: 1 job so far\n", "w.txt: 1 job kept\n", "\n1 job written\n"] {
        assert!(one.contains(words), "{words}: {one}");
    }
    let ten = said(10);
    assert!(
        ten.contains("replaced: 10 jobs that were there already: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10\n"),
        "{ten}"
    );
    let twelve = said(12);
    assert!(twelve.contains("already: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more\n"), "{twelve}");
}

#[test]
fn an_output_without_a_header_is_read_with_its_columns() {
    let rows = "1|p|2026-08-03T10:00:00|3600|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n";
    let with_header = written(&format!("{FIRST}\n{rows}"), &[]);
    let columns = FIRST.replace('|', ",");
    for text in [
        rows.to_owned(),
        // With its header after all, and with `--parsable`.
        format!("{FIRST}\n{rows}"),
        rows.replace("node=1\n", "node=1|\n"),
    ] {
        assert_eq!(written(&text, &["--columns", &columns]), with_header);
        assert_eq!(written(&text, &["--columns", FIRST]), with_header);
    }
    let answer = import(rows, &[]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.stderr.contains("--columns"), "{}", answer.text());
    // Without what a job needs, the names that are read are listed; one that nobody reads is said, in a header, too.
    let answer =
        import(rows, &["--columns", "Jobname,p,Submit,ElapsedRaw,State,NNodes,ReqCPUS,ReqMem,ReqTRES"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    for words in
        ["no column `JobID` or `JobIDRaw`", "in `--columns`; names that are read are JobID, JobIDRaw, "]
    {
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
    assert_eq!(import(rows, &["--columns", "JobIDRaw,State"]).code, Some(3));
    let odd = FIRST.replace("ReqMem", "ReqMemory").replace("Partition", "Partitoin");
    let words = "columns that are not read: `Partitoin`, `ReqMemory`\n";
    for answer in [import(rows, &["--columns", &odd]), import(&format!("{odd}\n{rows}"), &[])] {
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{}", answer.text());
    }
    assert!(!import(rows, &["--columns", FIRST]).stderr.contains("not read"));
    let answer =
        Folder::empty().with("a", "x\n").run(&["jobs", "import", "--from", "csv", "a", "--columns", "JobID"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
}

#[test]
fn a_bar_in_a_name_is_told_from_one_between_fields() {
    let head = "JobName|JobIDRaw|Partition|Submit|ElapsedRaw|State|NNodes|ReqCPUS|ReqMem|ReqTRES\n";
    let good = "c|2|p|2026-08-03T10:00:00|60|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n";
    let odd = "a|b|1|p|2026-08-03T10:00:00|3600|COMPLETED|1|4|4G|cpu=4,mem=4G,node=1\n";
    assert_eq!(
        written(&format!("{head}{odd}{good}"), &[]).lines().skip(1).collect::<Vec<_>>(),
        [
            "1,2026-08-03T10:00:00Z,3600,4,4096,0,1,p,succeeded,a|b",
            "2,2026-08-03T10:00:00Z,60,4,4096,0,1,p,succeeded,c"
        ]
    );
    // Two columns could hold it, or none: the row is counted.
    for (head, odd, good) in [
        (format!("Comment|{head}"), format!("x|{odd}"), format!("x|{good}")),
        (head.replace("JobName", "Group"), odd.to_owned(), good.to_owned()),
    ] {
        let answer = import(&format!("{head}{odd}{good}"), &[]);
        assert_eq!((answer.code, answer.stdout.lines().count()), (Some(0), 2), "{}", answer.text());
        assert!(answer.stderr.contains("dropped: 1 row that cannot be read"), "{}", answer.text());
        assert!(answer.stderr.contains("cannot be read: line 2: "), "{}", answer.text());
    }
    // A row that was cut off takes none with it.
    let answer = import(&format!("{head}a|1|p|2026\n{good}d|3|p"), &[]);
    assert!(answer.stdout.lines().count() == 2 && answer.stdout.contains("\n2,"), "{}", answer.text());
    assert!(
        answer.stderr.contains("cannot be read: line 2: cut off: 4 fields; the header has 10"),
        "{}",
        answer.text()
    );
    assert!(
        answer.stderr.contains("cannot be read: line 4: cut off: 3 fields; the header has 10"),
        "{}",
        answer.text()
    );
}

#[test]
fn memory_of_old_slurm_may_be_unknown() {
    let text = "JobID|Submit|ElapsedRaw|State|NCPUS|ReqMem\n1|2026-08-03T10:00:00|60|COMPLETED|2|16?\n2|2026-08-03T10:00:00|60|COMPLETED|2|?\n";
    let answer = import(text, &[]);
    assert_eq!(
        answer.stdout.lines().skip(1).collect::<Vec<_>>(),
        [
            "1,2026-08-03T10:00:00Z,60,2,0,0,1,default,succeeded",
            "2,2026-08-03T10:00:00Z,60,2,0,0,1,default,succeeded"
        ],
        "{}",
        answer.text()
    );
    assert!(answer.stderr.contains("memory unknown: 2 jobs ask for none"), "{}", answer.text());
}

#[test]
fn clocks_that_are_put_back_do_not_make_a_run_negative() {
    let of = |start: &str, end: &str| {
        let text = format!(
            "JobID|Submit|Start|End|State|NCPUS\n1|2026-10-25T01:00:00|2026-10-25T{start}|2026-10-25T{end}|COMPLETED|1\n\
             2|2026-10-25T01:00:00|2026-10-25T01:00:00|2026-10-25T01:00:01|COMPLETED|1\n"
        );
        let answer = import(&text, &["--timezone", "Europe/Berlin"]);
        let row = answer.stdout.lines().find_map(|row| row.strip_prefix("1,").map(str::to_owned));
        row.and_then(|row| row.split(',').nth(1).map(str::to_owned))
    };
    // 2:50 CEST to 2:10 CET are 20 minutes; 1:50 CEST to 3:10 CET two hours and 20 minutes.
    assert_eq!(of("02:50:00", "02:10:00").as_deref(), Some("1200"));
    assert_eq!(of("01:50:00", "03:10:00").as_deref(), Some("8400"));
    assert_eq!(of("02:10:00", "02:50:00").as_deref(), Some("2400"));
    // What no clock does is no run.
    assert_eq!(of("03:50:00", "03:10:00"), None);
}

/// Two jobs in the shape of one version: how a number, a state and an exit code are written.
fn json(number: impl Fn(u64) -> String, state: impl Fn(&str) -> String, signal: &str) -> String {
    let job = |id: u64, array: &str, word: &str, code: u64, signal_id: u64, steps: &str| {
        let submission = 1_785_751_200 + id;
        let (start, elapsed) = (submission + 90, 3600);
        format!(
            "{{\"job_id\": {id}, \"array\": {array}, \"het\": {{\"job_id\": 0, \"job_offset\": {unset}}}, \"name\": \"tr \\\"a|in\",\
             \"user\": \"user1\", \"account\": \"projA\", \"qos\": \"high\", \"partition\": \"p\", \"cluster\": \"c\",\
             \"comment\": {{\"administrator\": \"\", \"job\": \"}}\"}}, \"flags\": [\"CLEAR_SCHEDULING\"],\
             \"time\": {{\"elapsed\": {elapsed}, \"eligible\": {submission}, \"start\": {start}, \"end\": {end}, \"submission\": {submission},\
             \"limit\": {limit}}}, \"state\": {{\"current\": {state}, \"reason\": \"None\"}}, \"restart_cnt\": 0,\
             \"exit_code\": {{\"status\": [\"SUCCESS\"], \"return_code\": {code}, \"signal\": {{\"{signal}\": {signal_id}, \"name\": \"\"}}}},\
             \"allocation_nodes\": 2, \"required\": {{\"CPUs\": 8, \"memory_per_cpu\": {unset}, \"memory_per_node\": {mem}}},\
             \"tres\": {{\"allocated\": [{{\"type\": \"cpu\", \"name\": \"\", \"id\": 1, \"count\": 8}},\
             {{\"type\": \"mem\", \"name\": \"\", \"id\": 2, \"count\": 8192}}, {{\"type\": \"node\", \"name\": \"\", \"id\": 4, \"count\": 2}},\
             {{\"type\": \"gres\", \"name\": \"gpu\", \"id\": 1001, \"count\": 4}}, {{\"type\": \"gres\", \"name\": \"gpu:a100\", \"id\": 1002, \"count\": 4}}],\
             \"requested\": []}}, \"steps\": [{steps}]}}",
            unset = "{\"set\": false, \"infinite\": false, \"number\": 0}",
            limit = "{\"set\": true, \"infinite\": true, \"number\": 0}",
            mem = number(4096),
            end = start + elapsed,
            state = state(word),
            code = number(code),
            signal_id = number(signal_id),
        )
    };
    let used = |bytes: u64| {
        format!(
            "{{\"step\": {{\"id\": \"1.batch\", \"name\": \"batch\"}}, \"state\": {}, \"tres\": {{\"allocated\": [],\
             \"requested\": {{\"max\": [{{\"type\": \"mem\", \"name\": \"\", \"id\": 2, \"count\": {bytes}, \"task\": 0, \"node\": \"a\"}}]}}}}}}",
            state("COMPLETED")
        )
    };
    let alone =
        "{\"job_id\": 0, \"task_id\": {\"set\": false, \"infinite\": false, \"number\": 0}, \"task\": \"\"}";
    let task = format!("{{\"job_id\": 10, \"task_id\": {}, \"task\": \"\"}}", number(3));
    let steps = format!("{}, {}", used(2_097_152_000), used(1));
    format!(
        "{{\n \"meta\": {{\"plugin\": {{\"data_parser\": \"data_parser/v0.0.40\"}}}},\n \"jobs\": [\n{},\n{},\n{},\n{}\n],\n \"errors\": [], \"warnings\": []}}\n",
        job(1, alone, "COMPLETED", 0, 0, &steps),
        job(11, &task, "FAILED", 0, 9, ""),
        job(12, alone, "RUNNING", 0, 0, ""),
        job(13, alone, "CANCELLED", 0, 15, "").replace("\"elapsed\": 3600", "\"elapsed\": 0"),
    )
}

/// 1,785,751,201 s are 2026-08-03T10:00:01Z; 2,097,152,000 bytes 2,000 MiB.
const OF_JSON: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,user,account,share,reason,\
    wait_seconds,peak_memory_mib\n\
    1,2026-08-03T10:00:01Z,3600,4,4096,2,2,p,succeeded,\"tr \"\"a|in\",user1,projA,high,,90,2000\n\
    10_3,2026-08-03T10:00:11Z,3600,4,4096,2,2,p,failed,\"tr \"\"a|in\",user1,projA,high,out_of_memory,90,\n";

#[test]
fn json_of_every_version_is_the_same() {
    let plain = |number: u64| number.to_string();
    let wrapped = |number: u64| format!("{{\"set\": true, \"infinite\": false, \"number\": {number}}}");
    let word = |state: &str| format!("\"{state}\"");
    let list = |state: &str| format!("[\"{state}\"]");
    for text in [json(plain, word, "signal_id"), json(wrapped, word, "signal_id"), json(wrapped, list, "id")]
    {
        let answer = import(&text, &[]);
        assert_eq!(answer.stdout, OF_JSON, "{}", answer.text());
        for words in [
            "dropped: 1 ended before it ran\n",
            "dropped: 1 not ended yet\n",
            "dropped: 2 rows of parts of a job\n",
        ] {
            assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
        }
        // In one line, and two documents in one file; the second has the same jobs.
        let line = text.replace('\n', " ");
        assert_eq!(written(&line, &[]), OF_JSON);
        let answer = import(&format!("\n {text}{line}"), &[]);
        assert_eq!(answer.stdout, OF_JSON, "{}", answer.text());
    }
}

#[test]
fn json_that_is_broken_costs_one_job_or_the_file() {
    let text = json(|number| number.to_string(), |state| format!("[\"{state}\"]"), "id");
    let answer = import(&text.replacen("\"allocation_nodes\": 2", "\"allocation_nodes\": [true]", 1), &[]);
    assert_eq!(answer.stdout.lines().count(), 2, "{}", answer.text());
    assert!(answer.stderr.contains("cannot be read: line 4: "), "{}", answer.text());
    for text in [&text[..text.len() / 2], "{\"jobs\": [", "{\"nodes\": [{\"a\": 1}]}", "[1]", "{}"] {
        let answer = import(text, &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
    }
}

#[test]
fn what_was_allocated_counts_before_what_was_requested() {
    let columns = "JobID|Submit|ElapsedRaw|State|NNodes|AllocCPUS|ReqCPUS|ReqTRES|AllocGRES|ReqGRES\n";
    // 96 CPUs and 4 GPUs were given for one of each.
    let row = "1|2026-10-05T10:00:00|3600|COMPLETED|1|96|1|cpu=1,mem=4G,node=1,gres/gpu=1|gpu:4|gpu:1\n";
    let text = written(&format!("{columns}{row}"), &[]);
    let row: Vec<&str> = text.lines().nth(1).expect("a job").split(',').collect();
    assert_eq!((row[3], row[5]), ("96", "4"), "{text}");
    // `AllocTRES` before all others.
    let columns = "JobID|Submit|ElapsedRaw|State|NNodes|AllocCPUS|AllocTRES|ReqTRES\n";
    let row = "1|2026-10-05T10:00:00|3600|COMPLETED|1|96|cpu=48|cpu=1\n";
    let text = written(&format!("{columns}{row}"), &[]);
    assert_eq!(text.lines().nth(1).and_then(|row| row.split(',').nth(3)), Some("48"), "{text}");
}

#[test]
fn a_job_that_was_killed_with_memory_left_was_not_killed_for_memory() {
    let of = |state: &str, code: &str, peak: &str| {
        let text = format!(
            "JobID|Submit|ElapsedRaw|State|NNodes|AllocCPUS|ReqMem|ExitCode|MaxRSS|User\n\
             1|2026-10-05T10:00:00|600|{state}|1|4|64G|{code}||a\n1.batch|2026-10-05T10:00:00|600|{state}|1|4||{code}|{peak}|\n"
        );
        let text = written(&text, &[]);
        let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
        let place = header.iter().position(|name| *name == "reason").expect("a reason");
        text.lines().nth(1).and_then(|row| row.split(',').nth(place)).expect("a job").to_owned()
    };
    assert_eq!(of("FAILED", "0:9", "100M"), "application");
    // 58 of 64 GiB are more than nine tenths.
    assert_eq!(of("FAILED", "0:9", "58G"), "out_of_memory");
    assert_eq!(of("FAILED", "0:9", ""), "out_of_memory");
    // Slurm says so itself: what was sampled is not the peak.
    assert_eq!(of("OUT_OF_MEMORY", "0:125", "100M"), "out_of_memory");
}

#[test]
fn lines_without_bars_are_counted() {
    let text = "JobID|Submit|ElapsedRaw|State|NNodes|AllocCPUS|User\n\
        1|2026-10-05T10:00:00|600|COMPLETED|1|4|u\nsacct: error: slurmdbd: connection lost\n\n\
        2|2026-10-05T10:00:00|600|COMPLETED|1|4|u\n";
    let answer = import(text, &[]);
    assert!(answer.stderr.contains("dropped: 1 row that cannot be read\n"), "{}", answer.text());
    assert!(
        answer.stderr.contains("line 3: a line without `|`; the header has 7 fields"),
        "{}",
        answer.text()
    );
    assert_eq!(import(text, &["--strict"]).code, Some(3));
    // A name at the end may go on in such lines: they are said.
    let answer = import(&text.replace("User", "JobName"), &[]);
    let said = "1 line without `|`, the first is line 3: taken as the rest of a text";
    assert!(answer.code == Some(0) && answer.stderr.contains(said), "{}", answer.text());
}

#[test]
fn widths_of_columns_are_no_part_of_their_names() {
    let row = "1|2026-10-05T10:00:00|600|COMPLETED|1|4\n";
    let columns = ["--columns", "JobID%20,Submit%19,ElapsedRaw,State%-10,NNodes,AllocCPUS"];
    assert!(written(row, &columns).contains("\n1,2026-10-05T10:00:00Z,600,4,"));
}

#[test]
fn a_life_of_another_year_or_size_is_another_job() {
    let columns = "JobID|Submit|ElapsedRaw|State|NNodes|AllocCPUS|ReqCPUS\n";
    let first = "1|2026-10-05T10:00:00|600|NODE_FAIL|1|4|4\n";
    let jobs = |next: &str| written(&format!("{columns}{first}{next}"), &[]).lines().count() - 1;
    assert_eq!(jobs("1|2026-10-05T10:11:00|1200|COMPLETED|1|4|4\n"), 1);
    assert_eq!(jobs("1|2027-10-12T10:11:00|1200|COMPLETED|1|4|4\n"), 2);
    assert_eq!(jobs("1|2026-10-05T10:11:00|1200|COMPLETED|1|64|64\n"), 2);
}
