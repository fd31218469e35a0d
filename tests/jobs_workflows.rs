//! `jobs import` from workflow managers: Nextflow, Cromwell and Snakemake; what a fixture becomes is worked out by hand.

use super::cli::{Answer, Folder};

fn import(folder: &Folder, from: &str, args: &[&str]) -> Answer {
    folder.run(&[&["jobs", "import", "--from", from], args].concat())
}

/// Asserts what comes of a record, and what is said of it.
fn check(answer: &Answer, expected: &str, said: &[&str]) {
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), expected), "{}", answer.text());
    for words in said {
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}

pub(super) const TRACE: &str = "\
task_id\thash\tnative_id\tprocess\ttag\tname\tstatus\texit\tattempt\tsubmit\tstart\tcomplete\tduration\trealtime\tqueue\tcpus\tmemory\tpeak_rss
1\te1/fc2d06\tjob-1\tALIGN\ts1\tALIGN (s1)\tCOMPLETED\t0\t1\t2026-08-20 10:00:00.000\t2026-08-20 10:01:00.250\t2026-08-20 11:21:00.500\t1h 21m\t1h 19m 30s\tgpu\t4\t8 GB\t6 GB
2\te2/fc2d06\tjob-2\tSORT\t-\tSORT (2)\tCACHED\t0\t1\t2026-08-20 10:00:00.000\t-\t-\t8.2s\t547ms\tgpu\t1\t2 GB\t1 GB
3\te3/fc2d06\tjob-3\tALIGN\ts2\tALIGN (s2)\tFAILED\t137\t1\t2026-08-20 10:00:01.000\t2026-08-20 10:02:01.000\t2026-08-20 10:12:01.000\t12m\t9m\tgpu\t4\t8 GB\t7.9 GB
3\te4/fc2d06\tjob-4\tALIGN\ts2\tALIGN (s2)\tFAILED\t-\t2\t2026-08-20 10:13:00.000\t2026-08-20 10:14:00.000\t2026-08-20 10:15:00.000\t2m\t-\tgpu\t4\t16 GB\t-
4\te5/fc2d06\tjob-5\tCALL\t-\tCALL (1)\tABORTED\t-\t1\t2026-08-20 10:20:00.000\t-\t-\t-\t-\t-\t2\t-\t-
3\te6/fc2d06\tjob-6\tALIGN\ts2\tALIGN (s2)\tCOMPLETED\t0\t3\t2026-08-20 10:16:00.000\t2026-08-20 10:17:00.000\t2026-08-20 10:37:00.000\t21m\t20m\tgpu\t4\t32 GB\t12.5 GB
5\te7/fc2d06\tjob-7\tCALL\t-\tCALL (2)\tFAILED\t2\t1\t2026-08-20 10:30:00.000\t-\t-\t20m\t20m 8s\t-\t1\t512 MB\t-
6\te8/fc2d06\tjob-8\tCALL\t-\tCALL (3)\tRUNNING\t-\t1\t2026-08-20 10:31:00.000\t-\t-\t-\t-\t-\t1\t512 MB\t-
7\te9/fc2d06\tjob-9\tCALL\t-\tCALL (4)\tCOMPLETED\t0\t1\t2026-08-20 10:32:00.000\t-\t-\t20m\t20 parsecs\t-\t1\t512 MB\t-
8\te9/fc2d06\tjob-9\tCALL\t-\tCALL (5
";

#[test]
fn a_trace_of_nextflow_is_read_whole() {
    let folder = Folder::new(String::new()).with("trace.txt", TRACE);
    // job-1: 10:01:00.250 to 11:21:00.500 are 4,800.25 s; it waited 60.25 s. job-6 is the third attempt of what was submitted
    // at 10:00:01 and waited 120 s; before it 600 s, out of memory, and 60 s, of which nothing is known; 12.5 GB are 12,800 MiB.
    // job-7 has its realtime alone.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,name,tags,reason,wait_seconds,peak_memory_mib,earlier_attempts
job-1,2026-08-20T01:00:00Z,4801,4,8192,0,1,gpu,succeeded,,ALIGN (s1),process=ALIGN,,61,6144,
job-6,2026-08-20T01:00:01Z,1200,4,32768,0,1,gpu,succeeded,3,ALIGN (s2),process=ALIGN,,120,12800,600:out_of_memory 60
job-7,2026-08-20T01:30:00Z,1208,1,512,0,1,default,failed,,CALL (2),process=CALL,application,,,
";
    let said = [
        "3 jobs kept",
        "dropped: 1 taken from a cache: it did not run",
        "dropped: 1 not ended yet",
        "dropped: 1 ended before it ran",
        "dropped: 2 rows that cannot be read",
        "1 run time is `realtime`",
        "GPUs unknown: 3 jobs count as without",
    ];
    check(&import(&folder, "nextflow", &["trace.txt", "--timezone", "Asia/Tokyo"]), expected, &said);
    let named = import(&folder, "nextflow", &["trace.txt", "--job-definitions"]);
    assert!(named.stdout.contains(",succeeded,,ALIGN,ALIGN (s1),"), "{}", named.text());
    // Raw: the same numbers in milliseconds and bytes, separated by commas; the columns stand in another order.
    let raw = "\
name,attempt,status,exit,native_id,submit,start,complete,realtime,cpus,memory,peak_rss,queue,process
ALIGN (s1),1,COMPLETED,0,job-1,1787187600000,1787187660250,1787192460500,4770000,4,8589934592,6442450944,gpu,ALIGN
ALIGN (s2),1,FAILED,137,job-3,1787187601000,1787187721000,1787188321000,540000,4,8589934592,8482560410,gpu,ALIGN
";
    let folder = folder.with("raw.txt", raw);
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,tags,reason,wait_seconds,peak_memory_mib
job-1,2026-08-20T01:00:00Z,4801,4,8192,0,1,gpu,succeeded,ALIGN (s1),process=ALIGN,,61,6144
job-3,2026-08-20T01:00:01Z,600,4,8192,0,1,gpu,failed,ALIGN (s2),process=ALIGN,out_of_memory,120,8090
";
    check(&import(&folder, "nextflow", &["raw.txt"]), expected, &["2 rows are raw: milliseconds and bytes"]);
}

#[test]
fn a_trace_may_have_any_columns_and_a_log_has_no_header() {
    // The columns of the notes, and those that Nextflow writes if it is not asked for others: no vCPUs.
    let short = "\
task_id\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\tpeak_rss\tcpus\tmemory
1\t12345678-1111\talign (1)\tCOMPLETED\t0\t2026-08-20 10:00:00.000\t21m 20s\t20m 8s\t6 GB\t4\t8 GB
2\t12345678-1112\tsort (1)\tCACHED\t0\t2026-08-20 10:30:00.000\t8.2s\t547ms\t1 GB\t1\t2 GB
";
    let usual = "\
task_id\thash\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\t%cpu\tpeak_rss\tpeak_vmem\trchar\twchar
1\ta/b\t17\talign (1)\tCOMPLETED\t0\t2026-08-20 10:00:00.000\t21m 20s\t547ms\t99.1%\t6 GB\t9 GB\t1 KB\t1 KB
1\ta/c\t17\talign (1)\tCOMPLETED\t0\t2026-08-21 10:00:00.000\t21m 20s\t1m\t99.1%\t6 GB\t9 GB\t1 KB\t1 KB
";
    let log = "align (1)\tCOMPLETED\t77\t2026-08-20 10:00:00.000\t2m\t4\nsort (1)\tFAILED\t78\t2026-08-20 10:00:01.000\t1d 2h\t2\n";
    let folder =
        Folder::new(String::new()).with("short.txt", short).with("usual.txt", usual).with("log.txt", log);
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,peak_memory_mib
12345678-1111,2026-08-20T10:00:00Z,1208,4,8192,0,1,default,succeeded,align (1),6144
";
    check(&import(&folder, "nextflow", &["short.txt"]), expected, &["dropped: 1 taken from a cache"]);
    let answer = import(&folder, "nextflow", &["usual.txt"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("2 tasks have no vCPUs: there is no column `cpus`"), "{}", answer.text());
    // Processes of one id on two days are two jobs.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,peak_memory_mib
17,2026-08-20T10:00:00Z,1,2,0,0,1,default,succeeded,align (1),6144
17@2026-08-21T10:00:00Z,2026-08-21T10:00:00Z,60,2,0,0,1,default,succeeded,align (1),6144
";
    let said = ["2 tasks name no vCPUs in `cpus`: those of `--default` count", "memory unknown: 2 jobs"];
    check(&import(&folder, "nextflow", &["usual.txt", "--default", "vcpus=2"]), expected, &said);
    // 26 h.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name
77,2026-08-20T10:00:00Z,120,4,0,0,1,default,succeeded,align (1)
78,2026-08-20T10:00:01Z,93600,2,0,0,1,default,failed,sort (1)
";
    let columns = ["log.txt", "--columns", "name,status,native_id,submit,realtime,cpus"];
    check(&import(&folder, "nextflow", &columns), expected, &[]);
    let odd = import(
        &folder,
        "nextflow",
        &["log.txt", "--columns", "name,stat,native_id,submit,realtime,cpu", "--default", "vcpus=1"],
    );
    assert!(odd.stderr.contains("columns that are not read: `stat`, `cpu`\n"), "{}", odd.text());
    let unnamed =
        import(&folder, "nextflow", &["log.txt", "--columns", "name,status,x,submit,realtime,cpus"]);
    assert_eq!(unnamed.code, Some(3), "{}", unnamed.text());
    let words =
        "no column `native_id`, `task_id` or `hash`, in `--columns`; names that are read are task_id, hash, ";
    assert!(unnamed.stderr.contains(words), "{}", unnamed.text());
    let answer = import(&folder, "nextflow", &["log.txt"]);
    assert!(answer.stderr.contains("`--columns` names the columns"), "{}", answer.text());
    assert_eq!(answer.code, Some(3));
}

pub(super) const METADATA: &str = r#"{
  "calls": {
    "wf.align": [
      {"shardIndex": 0, "attempt": 1, "executionStatus": "RetryableFailure", "backendStatus": "Preempted", "jobId": "a-1",
       "start": "2026-08-20T10:00:00.000Z", "end": "2026-08-20T10:11:00.000Z",
       "runtimeAttributes": {"cpu": "4", "memory": "8 GB", "preemptible": "2", "maxRetries": "1", "queueArn": "arn:aws:batch:us-east-1:1:job-queue/gpu"},
       "executionEvents": [
         {"description": "Pending", "startTime": "2026-08-20T10:00:00.000Z", "endTime": "2026-08-20T10:00:10.000Z"},
         {"description": "RunningJob", "startTime": "2026-08-20T10:00:20.000Z", "endTime": "2026-08-20T10:10:20.500Z"}]},
      {"shardIndex": 0, "attempt": 2, "executionStatus": "Done", "backendStatus": "Succeeded", "jobId": "a-2", "returnCode": 0,
       "start": "2026-08-20T10:11:00.000Z", "end": "2026-08-20T10:31:10.000Z", "callCaching": {"hit": false},
       "runtimeAttributes": {"cpu": 4, "memory": "16384 MB", "gpuCount": "2", "preemptible": "2", "maxRetries": "1", "queueArn": "arn:aws:batch:us-east-1:1:job-queue/gpu"},
       "executionEvents": [{"description": "RunningJob", "startTime": "2026-08-20T10:11:05.000Z", "endTime": "2026-08-20T10:31:05.000Z"}]},
      {"shardIndex": 1, "attempt": 1, "executionStatus": "Done", "callCaching": {"hit": true, "result": "Cache Hit: x"},
       "start": "2026-08-20T10:00:00.000Z", "end": "2026-08-20T10:00:05.000Z"},
      {"shardIndex": 2, "attempt": 1, "executionStatus": "Running", "start": "2026-08-20T10:00:00.000Z"}
    ],
    "wf.report": [
      {"shardIndex": -1, "attempt": 1, "executionStatus": "Failed", "returnCode": 2,
       "start": "2026-08-20T11:00:00.000Z", "end": "2026-08-20T11:01:00.001Z", "runtimeAttributes": {"cpu": "1", "memory": "512 MiB"}}
    ],
    "wf.odd": [{"shardIndex": "first", "executionStatus": "Done"}, {"shardIndex": 1, "start": "today", "executionStatus": "Done"}],
    "wf.skipped": [{"shardIndex": -1, "executionStatus": "Bypassed"}],
    "wf.other": [{"shardIndex": -1, "attempt": 1, "executionStatus": "Done", "subWorkflowId": "s-2"}],
    "wf.sub": [
      {"shardIndex": -1, "attempt": 1, "executionStatus": "Failed", "start": "2026-08-20T12:00:00.000Z", "end": "2026-08-20T12:30:00.000Z",
       "subWorkflowMetadata": {"id": "s-1", "workflowName": "inner", "calls": {
         "inner.call": [
           {"shardIndex": -1, "attempt": 1, "executionStatus": "Failed", "jobId": "i-1", "start": "2026-08-20T12:00:00.000Z", "end": "2026-08-20T12:10:00.000Z",
            "runtimeAttributes": {"cpu": "2", "memory": "2 GB"},
            "failures": [{"message": "Workflow failed", "causedBy": [{"message": "Task failed: OutOfMemoryError: Container killed due to memory usage", "causedBy": []}]}]},
           {"shardIndex": 7, "attempt": 1, "executionStatus": "Aborted", "jobId": "i-2", "start": "2026-08-20T12:00:00.000Z", "end": "2026-08-20T12:20:00.000Z",
            "runtimeAttributes": {"cpu": "2", "memory": "2 GB"}}]}}}
    ]
  },
  "id": "w-1", "workflowName": "wf", "status": "Failed", "labels": {"cromwell-workflow-id": "cromwell-w-1", "team": "vision"},
  "submission": "2026-08-20T09:59:00.000Z"
}"#;

#[test]
fn metadata_of_cromwell_is_read_with_its_subworkflows() {
    let second = r#"{"id": "w-2", "calls": {"b.one": [{"executionStatus": "Done", "start": "2026-08-21T00:00:00.000Z", "end": "2026-08-21T00:00:10.000Z"}]}}"#;
    let folder = Folder::new(String::new()).with("metadata.json", format!("{METADATA}\n{second}"));
    // a-2: 20 min of `RunningJob`; submitted with its first attempt at 10:00:20, which was taken away after 600.5 s; it may be
    // tried 1 + 1 + 2 times. The report has no events: 60.001 s. 512 MiB stay, 2 GB are 2,048 MiB.
    let labels = "cromwell-workflow-id=cromwell-w-1;team=vision";
    let expected = format!(
        "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,name,tags,reason,earlier_attempts
a-2,2026-08-20T10:00:20Z,1200,4,16384,2,1,gpu,succeeded,4,wf.align:0,{labels},,601:spot
w-1/wf.report,2026-08-20T11:00:00Z,61,1,512,0,1,default,failed,,wf.report,{labels},application,
i-1,2026-08-20T12:00:00Z,600,2,2048,0,1,default,failed,,inner.call,,out_of_memory,
i-2,2026-08-20T12:00:00Z,1200,2,2048,0,1,default,cancelled,,inner.call:7,,user,
"
    );
    let said = [
        "4 jobs kept",
        "dropped: 1 ended before it ran",
        "dropped: 1 not ended yet",
        "dropped: 1 taken from a cache",
        "dropped: 1 without processors",
        "dropped: 2 rows that cannot be read",
        "cannot be read: call `wf.odd`",
        "4 run times are from when Cromwell gave the call to its backend",
        "3 calls have no event `RunningJob`",
        "1 subworkflow is not in it",
        "1 call names no `cpu`, and there is no `--default vcpus=`",
    ];
    check(&import(&folder, "cromwell", &["metadata.json"]), &expected, &said);
    let answer = import(
        &folder,
        "cromwell",
        &["metadata.json", "--default", "vcpus=3,queue=low", "--job-definitions"],
    );
    let line = "w-2/b.one,2026-08-21T00:00:00Z,10,3,0,0,1,low,succeeded,,b.one,b.one,,,";
    assert!(answer.stdout.contains(line), "{}", answer.text());
    // An array of documents, cut off: what was whole counts.
    let cut = format!("[{METADATA}, {}", &second[..60]);
    let folder = folder.with("cut.json", &cut);
    let answer = import(&folder, "cromwell", &["cut.json"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), expected.as_str()), "{}", answer.text());
    assert!(answer.stderr.contains("dropped: 3 rows that cannot be read"), "{}", answer.text());
}

pub(super) const SNAKEMAKE: &str = "\
Building DAG of jobs...
Select jobs to execute...

[Thu Aug 20 10:00:00 2026]
rule align:
    input: in_0.txt
    output: a_0.txt
    jobid: 3
    benchmark: bench/align_0.tsv
    reason: Missing output files: a_0.txt
    wildcards: i=0
    threads: 2
    resources: tmpdir=<TBD>, runtime=10, gpu=1, mem_mb=500, mem=500 MB, mem_mib=477, slurm_partition=gpu, slurm_account=lab
Submitted job 3 with external jobid '9001'.

[Thu Aug 20 10:00:05 2026]
checkpoint split:
    output: b.txt
    jobid: 2
    resources: mem_mib=1000
Job 2 has been submitted with SLURM jobid 9002 (log: /x/y.log).
[Thu Aug 20 10:00:06 2026]
localrule link:
    output: l.txt
    jobid: 5
[Thu Aug 20 10:00:07 2026]
Finished jobid: 5 (Rule: link)
[Thu Aug 20 10:10:00 2026]
Error in rule split:
    message: None
    jobid: 2
    output: b.txt
    shell:
        false
        (command exited with non-zero exit code)
Trying to restart job 2.
[Thu Aug 20 10:10:10 2026]
checkpoint split:
    output: b.txt
    jobid: 2
    resources: mem_mib=2000
Submitted job 2 with external jobid '9003'.
[Thu Aug 20 10:20:00 2026]
Finished job 3.
1 of 5 steps (20%) done
[Thu Aug 20 10:30:10 2026]
Finished jobid: 2 (Rule: split)
[Thu Aug 20 10:30:11 2026]
Job 4: merging them
Reason: Missing output files: c.txt
[Thu Aug 20 10:31:11 2026]
Finished jobid: 4 (Rule: merge)
[Thu Aug 20 10:31:12 2026]
rule never:
    output: n.txt
    jobid: 6
[Thu Aug 20 10:31:12 2026]
rule all:
    input: c.txt
    jobid: 0
[Thu Aug 20 10:31:12 2026]
Finished job 0.
";

#[test]
fn a_log_of_snakemake_is_read_with_its_benchmarks() {
    let bench = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n900.25\t0:15:00\t1234.5\t1\t1\t1\t0\t0\t99\t1\n";
    let folder = Folder::new(String::new()).with("run.log", SNAKEMAKE);
    std::fs::create_dir(folder.path("bench")).expect("a new folder");
    let folder = folder.with("bench/align_0.tsv", bench);
    // 10:00 in Tokyo is 01:00. 9001 ran 900.25 s by its benchmark, of 1,200 in the log; 500 MB are 477 MiB. 9003 is the second
    // attempt of what began at 10:00:05 and failed after 595 s; it ran 1,200 s from 10:10:10. The merging job says no threads.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,name,account,tags,peak_memory_mib,earlier_attempts
9001,2026-08-20T01:00:00Z,901,2,477,1,1,gpu,succeeded,,align (i=0),lab,rule=align,1235,
9003,2026-08-20T01:00:05Z,1200,1,2000,0,1,default,succeeded,2,split,,rule=split,,595
";
    let said = [
        "2 jobs kept",
        "dropped: 1 not ended yet",
        "dropped: 1 without processors",
        "1 rule ran where Snakemake did",
        "1 rule only names what is wanted",
        "1 job ran elsewhere: a wait is in its run time",
        "1 job names no threads",
    ];
    let files = ["run.log", "bench/align_0.tsv", "--timezone", "Asia/Tokyo"];
    check(&import(&folder, "snakemake", &files), expected, &said);
    let alone = import(&folder, "snakemake", &["run.log", "--default", "vcpus=8"]);
    assert!(alone.stdout.contains("9001,2026-08-20T10:00:00Z,1200,2,477,1,1,gpu"), "{}", alone.text());
    assert!(
        alone.stdout.contains("merge/4,2026-08-20T10:30:11Z,60,8,0,0,1,default,succeeded,"),
        "{}",
        alone.text()
    );
}

#[test]
fn snakemake_alone_on_a_machine_and_its_other_records() {
    let log = "\
[Tue Dec  1 10:00:00 2026]
localrule align:
    output: a.txt
    jobid: 3
    threads: 4
[Tue Dec  1 10:00:10 2026]
localrule flaky:
    output: f.txt
    jobid: 1
CalledProcessError in file \"Snakefile\", line 21:
Command 'x' returned non-zero exit status 137.
[Tue Dec  1 10:00:20 2026]
Error in rule flaky:
    jobid: 1
[Tue Dec  1 10:00:40 2026]
Finished jobid: 3 (Rule: align)
";
    let events = r#"
{"event": "run_info", "created": 1}
{"event": "job_info", "created": 1796119200.5, "jobid": 3, "rule_name": "align", "threads": 4, "wildcards": {"i": "0"}, "local": true, "resources": {"mem_mb": 1000, "_cores": 4}}
{"event": "LogEvent.JOB_INFO", "asctime": "2026-12-01 10:00:10,000", "jobid": 1, "rule_name": "flaky", "threads": 1, "resources": {}}
{"event": "job_error", "timestamp": "2026-12-01T10:00:20Z", "jobid": 1}
{"event": "job_finished", "created": 1796119240.0, "job_id": 3}
{"event": "job_finished", "job_id": 9}
{"event":
"#;
    let bench = "\
s\th:m:s\tmax_rss\tthreads\tresources\trule_name
59.5\t0:01:00\t100.0\t2\t{'mem_mb': 500, 'gpu': 1}\tsort
NA\tNA\tNA\tNA\tNA\tNA
";
    let short = "s\th:m:s\tmax_rss\n10.0\t0:00:10\tNA\n";
    let folder = Folder::new(String::new())
        .with("run.log", log)
        .with("events.jsonl", events)
        .with("sort.tsv", bench)
        .with("short.tsv", short);
    let header = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,tags,reason";
    let expected = format!(
        "{header}
align/3,2026-12-01T10:00:00Z,40,4,0,0,1,default,succeeded,align,rule=align,
flaky/1,2026-12-01T10:00:10Z,10,1,0,0,1,default,failed,flaky,rule=flaky,out_of_memory
"
    );
    check(&import(&folder, "snakemake", &["run.log"]), &expected, &["GPUs unknown: 2 jobs"]);
    // 39.5 s are 40. Nobody says why the other one failed. 1000 MB are 953.7 MiB.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,tags
flaky/1,2026-12-01T10:00:10Z,10,1,0,0,1,default,failed,flaky,rule=flaky
";
    // Of jobs that ran elsewhere and where Snakemake did the latter are none of the cluster's.
    let said = ["1 rule ran where Snakemake did", "dropped: 2 rows that cannot be read"];
    check(&import(&folder, "snakemake", &["events.jsonl"]), expected, &said);
    let expected = "\
job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,name,tags,peak_memory_mib
sort.tsv:1,0,60,2,477,1,1,default,succeeded,sort,rule=sort,100
short.tsv:1,0,10,3,0,0,1,default,succeeded,short,rule=short,
";
    let said = ["benchmarks have no time of submission", "1 job names no threads: `--default vcpus=` counts"];
    let files = ["sort.tsv", "short.tsv", "--default", "vcpus=3"];
    check(&import(&folder, "snakemake", &files), expected, &said);
}

#[test]
fn a_manifest_says_whose_its_pods_are_and_in_which_queue() {
    let manifest = "\
kind: Job
apiVersion: batch/v1
metadata: {name: train, namespace: lab, labels: {team: vision, kueue.x-k8s.io/queue-name: gpus, odd: 'a;b'}}
spec: {template: {spec: {priorityClassName: high, containers: [{resources: {requests: {cpu: 2, memory: 1Gi}}}]}}}
";
    let folder = Folder::new(String::new()).with("job.yaml", manifest);
    let expected = "\
job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,name,account,tags
lab/train,0,60,2,1024,0,1,gpus,succeeded,7,train,lab,odd=a%3Bb;team=vision
";
    check(&import(&folder, "kubernetes", &["job.yaml", "--run-seconds", "60"]), expected, &[]);
}
