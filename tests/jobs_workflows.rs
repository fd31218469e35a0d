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

const TRACE: &str = "\
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
        "dropped: 1 taken from a cache: they did not run",
        "dropped: 1 not ended yet",
        "dropped: 1 ended before they ran",
        "dropped: 2 rows that cannot be read",
        "1 run times are `realtime`",
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
    let answer = import(&folder, "nextflow", &["log.txt"]);
    assert!(answer.stderr.contains("`--columns` names the columns"), "{}", answer.text());
    assert_eq!(answer.code, Some(3));
}
