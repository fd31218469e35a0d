//! `jobs import --from batch`: every kind of job that AWS Batch remembers, asked of an AWS on 127.0.0.1.

use serde_json::{Value, json};

use super::cli::{Answer, Folder};
use super::loopback::{Batch, Fault, Loopback, World};

/// 2026-09-01T00:00:00Z [ms].
const START: i64 = 1_788_220_800_000;

const TOKYO: &str = "ap-northeast-1";

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:batch:{TOKYO}:123456789012:{kind}/{name}")
}

fn queue(name: &str, kind: &str) -> Value {
    json!({"jobQueueName": name, "jobQueueArn": arn("job-queue", name), "state": "ENABLED", "status": "VALID",
        "priority": 1, "computeEnvironmentOrder": [], "jobQueueType": kind})
}

/// A job of `high` that was submitted so many milliseconds after the start; `more` replaces keys.
fn job(id: &str, status: &str, created: i64, more: &Value) -> Value {
    let mut job = json!({"jobArn": arn("job", id), "jobId": id, "jobName": "run", "jobQueue": arn("job-queue", "high"),
        "status": status, "createdAt": START + created, "jobDefinition": arn("job-definition", "training:7"),
        "dependsOn": [], "retryStrategy": {"attempts": 1, "evaluateOnExit": []}, "platformCapabilities": ["EC2"],
        "container": {"image": "i", "resourceRequirements": [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": "8192"}]}});
    for (key, value) in more.as_object().expect("an object") {
        job[key] = value.clone();
    }
    job
}

/// Attempts from millisecond to millisecond after the start.
fn ran(attempts: &[(i64, i64)]) -> Value {
    let attempt = |(start, stop): &(i64, i64)| json!({"startedAt": START + start, "stoppedAt": START + stop, "container": {"exitCode": 0}});
    json!(attempts.iter().map(attempt).collect::<Vec<_>>())
}

fn with(mut one: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        one[key] = value.clone();
    }
    one
}

/// A job that ran from 60 s to 160 s.
fn hundred_seconds(id: &str, status: &str, created: i64, more: &Value) -> Value {
    job(id, status, created, &with(json!({"attempts": ran(&[(60_000, 160_000)])}), more))
}

fn batch(queues: Vec<Value>, jobs: Vec<Value>) -> Batch {
    Batch { region: TOKYO, queues, jobs, ..Batch::default() }
}

fn aws(batch: Batch) -> Loopback {
    Loopback::new(World { batch, ..World::default() })
}

fn high() -> Vec<Value> {
    vec![queue("high", "ECS")]
}

fn import(folder: &Folder, aws: &Loopback, more: &[&str]) -> Answer {
    let args = [&["jobs", "import", "--from", "batch", "--region", TOKYO], more].concat();
    folder.asking(aws, &args, &[])
}

fn all_kinds() -> Batch {
    let requirements = |vcpus: &str, memory: &str, gpus: &str| json!([{"type": "GPU", "value": gpus}, {"type": "VCPU", "value": vcpus}, {"type": "MEMORY", "value": memory}]);
    let simple = json!({"retryStrategy": {"attempts": 3}, "attempts": ran(&[(60_000, 160_001)]),
        "container": {"image": "i", "resourceRequirements": requirements("4", "8192", "1")}});
    let retried = json!({"attempts": ran(&[(100_000, 200_000), (300_000, 350_500)]), "retryStrategy": {"attempts": 2},
        "container": {"image": "i", "vcpus": 2, "memory": 4096}});
    // The host went away before its second attempt started.
    let lost =
        json!({"attempts": [ran(&[(60_000, 70_000)])[0], {"stoppedAt": START + 90_000, "container": {}}]});
    let pod = json!({"podProperties": {
        "containers": [
            {"resources": {"requests": {"cpu": "1.5", "memory": "2048Mi"}, "limits": {"cpu": "2", "memory": "2048Mi"}}},
            {"resources": {"limits": {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "2"}}}],
        "initContainers": [{"resources": {"limits": {"memory": "4096Mi"}}}]}});
    let on_eks = json!({"container": null, "platformCapabilities": null, "eksProperties": pod, "attempts": [],
        "eksAttempts": ran(&[(60_000, 160_000)])});
    let task = json!({"taskProperties": [{"containers": [
        {"image": "i", "resourceRequirements": requirements("2", "1000", "1")},
        {"image": "i", "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "24"}]}]}]});
    let range = |target: &str, vcpus: &str, memory: &str| json!({"targetNodes": target, "container": {"resourceRequirements": requirements(vcpus, memory, "8")}});
    let nodes = json!({"numNodes": 4, "mainNode": 0, "nodeRangeProperties": [range("0:", "8", "2048"), range("0:0", "2", "4096")]});
    let n_to_n = |on: &str| json!([{"jobId": on, "type": "N_TO_N"}]);
    let mut jobs = vec![
        hundred_seconds(
            "after",
            "SUCCEEDED",
            13_000,
            &json!({"dependsOn": [{"jobId": "arr"}, {"jobId": "simple"}]}),
        ),
        job("simple", "SUCCEEDED", 999, &simple),
        job("retried", "FAILED", 2_000, &retried),
        job("lost", "FAILED", 2_500, &lost),
        hundred_seconds("stopped", "FAILED", 3_000, &json!({"isTerminated": true})),
        job("cancelled", "FAILED", 4_000, &json!({"isCancelled": true})),
        job("pull", "FAILED", 5_000, &json!({"attempts": [{"stoppedAt": START + 9_000}]})),
        hundred_seconds("serverless", "SUCCEEDED", 6_000, &json!({"platformCapabilities": ["FARGATE"]})),
        hundred_seconds(
            "either",
            "SUCCEEDED",
            6_500,
            &json!({"platformCapabilities": ["EC2", "FARGATE"], "jobQueue": arn("job-queue", "small")}),
        ),
        job("eks", "SUCCEEDED", 7_000, &on_eks),
        hundred_seconds("tasks", "SUCCEEDED", 8_000, &json!({"container": null, "ecsProperties": task})),
        hundred_seconds("mnp", "SUCCEEDED", 9_000, &json!({"container": null, "nodeProperties": nodes})),
        hundred_seconds("lonely", "SUCCEEDED", 9_500, &json!({"dependsOn": [{"jobId": "long-gone"}]})),
        job(
            "arr",
            "SUCCEEDED",
            10_000,
            &json!({"arrayProperties": {"size": 3}, "dependsOn": [{"type": "SEQUENTIAL"}]}),
        ),
        job("brr", "PENDING", 11_000, &json!({"arrayProperties": {"size": 3}, "dependsOn": n_to_n("arr")})),
        job("drr", "PENDING", 12_500, &json!({"arrayProperties": {"size": 5}})),
        job("crr", "FAILED", 12_000, &json!({"arrayProperties": {"size": 2}})),
        job("brr:2", "RUNNING", 11_000, &json!({"arrayProperties": {"index": 2}})),
        hundred_seconds("crr:0", "FAILED", 12_000, &json!({"arrayProperties": {"index": 0}})),
        hundred_seconds("low", "SUCCEEDED", 14_000, &json!({"jobQueue": arn("job-queue", "low")})),
    ];
    for index in 0..3 {
        jobs.push(hundred_seconds(
            &format!("arr:{index}"),
            "SUCCEEDED",
            10_000,
            &json!({"arrayProperties": {"index": index}}),
        ));
    }
    for index in 0..2 {
        jobs.push(hundred_seconds(
            &format!("brr:{index}"),
            "SUCCEEDED",
            11_000,
            &json!({"arrayProperties": {"index": index}}),
        ));
    }
    for (status, count) in
        [("SUBMITTED", 1), ("PENDING", 2), ("RUNNABLE", 3), ("STARTING", 1), ("RUNNING", 2)]
    {
        jobs.extend((0..count).map(|number| job(&format!("{status}-{number}"), status, 15_000, &json!({}))));
    }
    let queues = vec![
        queue("high", "ECS"),
        queue("low", "EKS"),
        queue("small", "ECS_FARGATE"),
        queue("ml", "SAGEMAKER_TRAINING"),
    ];
    batch(queues, jobs)
}

#[test]
fn every_kind_of_job_is_read() {
    let folder = Folder::new(String::new());
    let aws = Loopback::new(World { batch: all_kinds(), page: Some(2), ..World::default() });
    let answer = import(&folder, &aws, &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // The first: 100.001 s are 101. Retried: the last attempt, 50.5 s, and legacy sizes. Lost: the attempt that ran. EKS:
    // 1.5 + 1 vCPUs are 3; 2048 + 1024 MiB, an init container asks for 4096. Multi-node: 8 vCPUs of one range, 4096 MiB
    // of the other.
    // Waits: from the submission to the start at 60 s; unknown where a dependency is, or ended after it. The reason of one
    // that failed with exit code 0 is unknown.
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,name,reason,wait_seconds,earlier_attempts
simple,2026-09-01T00:00:00Z,101,4,8192,1,1,high,succeeded,3,,run,,60,
retried,2026-09-01T00:00:02Z,51,2,4096,0,1,high,failed,2,,run,,98,100
lost,2026-09-01T00:00:02Z,10,4,8192,0,1,high,failed,1,,run,,58,
stopped,2026-09-01T00:00:03Z,100,4,8192,0,1,high,cancelled,1,,run,user,57,
eks,2026-09-01T00:00:07Z,100,3,4096,2,1,high,succeeded,1,,run,,53,
tasks,2026-09-01T00:00:08Z,100,3,1024,1,1,high,succeeded,1,,run,,52,
mnp,2026-09-01T00:00:09Z,100,8,4096,8,4,high,succeeded,1,,run,,51,
lonely,2026-09-01T00:00:09Z,100,4,8192,0,1,high,succeeded,1,,run,,,
arr:0,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,,run,,50,
arr:1,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,arr:0,run,,,
arr:2,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,arr:1,run,,,
brr:0,2026-09-01T00:00:11Z,100,4,8192,0,1,high,succeeded,1,arr:0,run,,,
brr:1,2026-09-01T00:00:11Z,100,4,8192,0,1,high,succeeded,1,arr:1,run,,,
crr:0,2026-09-01T00:00:12Z,100,4,8192,0,1,high,failed,1,,run,,48,
after,2026-09-01T00:00:13Z,100,4,8192,0,1,high,succeeded,1,simple arr:0 arr:1 arr:2,run,,,
low,2026-09-01T00:00:14Z,100,4,8192,0,1,low,succeeded,1,,run,,46,
";
    assert_eq!(answer.stdout, expected, "{}", answer.text());
    // Running: two jobs and a child. Pending: two jobs, and five children that are not born yet.
    let said = [
        "AWS Batch in ap-northeast-1: 3 queues (high, low, small), ",
        "left out: queues of service jobs: ml",
        "16 jobs kept, the first submitted at 2026-09-01T00:00:00Z",
        "dropped: 7 not ended, PENDING",
        "dropped: 3 not ended, RUNNABLE",
        "dropped: 3 not ended, RUNNING",
        "dropped: 1 not ended, STARTING",
        "dropped: 1 not ended, SUBMITTED",
        "dropped: 1 stopped by its user before it ran",
        "dropped: 1 failed before it ran",
        "dropped: 2 on Fargate, which has no instances",
        // The second child of the array that failed.
        "dropped: 1 no longer there when it was asked for",
        "1 earlier attempt, 100 s in all, is not in `run_seconds`, which is the last one's",
        "1 asks for a part of a vCPU: rounded up",
        "1 has nodes that differ: all are taken as the largest",
        "1 dependency on jobs that are not in it: taken as met",
        "keeps jobs that ended for at least 7 days",
        "run this every week with `--append`",
    ];
    for line in said {
        assert!(answer.stderr.contains(line), "{line}: {}", answer.text());
    }
    // Every status of each queue but that of service jobs is asked for; with pages of two, more often.
    assert!(aws.count("/v1/listjobs") > 3 * 7, "{}", aws.count("/v1/listjobs"));
    let named = import(&folder, &aws, &["--queue", "low", "-q", "--job-definitions"]);
    assert!(named.stdout.ends_with("low,succeeded,1,training,run,46\n"), "{}", named.text());
    assert_eq!(named.stdout.lines().count(), 2, "{}", named.text());
}

#[test]
fn more_jobs_than_one_request_describes_survive_throttling_and_what_goes_meanwhile() {
    let folder = Folder::new(String::new());
    let jobs = (0..250)
        .map(|n| hundred_seconds(&format!("job-{n:03}"), "SUCCEEDED", n * 1000, &json!({})))
        .collect();
    let throttled =
        |times: usize| vec![Fault::Error(429, "TooManyRequestsException", "Too Many Requests"); times];
    let aws = aws(Batch { gone: vec!["job-007", "job-123"], ..batch(high(), jobs) })
        .with_faults_on("/v1/listjobs", throttled(2))
        .with_faults_on("/v1/describejobs", throttled(1));
    let answer = import(&folder, &aws, &["-o", "jobs.csv"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(answer.stderr.contains("248 jobs kept"), "{}", answer.text());
    assert!(answer.stderr.contains("dropped: 2 no longer there"), "{}", answer.text());
    // 100, 100 and 50, and one of them again; seven statuses, and the first of them twice again.
    assert_eq!((aws.count("/v1/describejobs"), aws.count("/v1/listjobs")), (4, 9));
    // One page of queues, seven of jobs, three of descriptions.
    assert!(answer.stderr.contains("11 answers"), "{}", answer.text());
}

#[test]
fn weeks_add_up_and_the_same_week_twice_is_the_same_file() {
    let folder = Folder::new(String::new());
    let text = || std::fs::read_to_string(folder.path("jobs.csv")).expect("it was written");
    let append = ["-o", "jobs.csv", "--append"];
    let week = |jobs| aws(batch(high(), jobs));
    let chained =
        |status| hundred_seconds("second", status, 5_000, &json!({"dependsOn": [{"jobId": "first"}]}));
    let first = || hundred_seconds("first", "SUCCEEDED", 0, &json!({}));
    assert_eq!(import(&folder, &week(vec![first(), chained("FAILED")]), &append).code, Some(0));
    let before = text();
    assert_eq!(import(&folder, &week(vec![chained("FAILED"), first()]), &append).code, Some(0));
    assert_eq!(text(), before);
    // A week later the first is forgotten, the second is told anew, and what it waited for is still known.
    let third = hundred_seconds("third", "SUCCEEDED", 9_000, &json!({}));
    let answer = import(&folder, &week(vec![third, chained("SUCCEEDED")]), &append);
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,name,wait_seconds
first,2026-09-01T00:00:00Z,100,4,8192,0,1,high,succeeded,1,,run,60
second,2026-09-01T00:00:05Z,100,4,8192,0,1,high,succeeded,1,first,run,
third,2026-09-01T00:00:09Z,100,4,8192,0,1,high,succeeded,1,,run,51
";
    assert_eq!(text(), expected, "{}", answer.text());
    for said in ["jobs.csv: 2 jobs so far", "2 jobs kept", "3 jobs written"] {
        assert!(answer.stderr.contains(said), "{said}: {}", answer.text());
    }
    assert!(!answer.stderr.contains("taken as met"), "{}", answer.text());
    // Nothing ended: the file stays, and that is no failure; without a file there is no answer.
    let none = || week(vec![job("new", "RUNNING", 0, &json!({}))]);
    let answer = import(&folder, &none(), &append);
    assert_eq!((answer.code, text().as_str()), (Some(0), expected), "{}", answer.text());
    assert!(answer.stderr.contains("nothing is written: jobs.csv stays as it is"), "{}", answer.text());
    let answer = import(&folder, &none(), &["-o", "other.csv", "--append"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(!folder.path("other.csv").exists());
    assert_eq!(import(&folder, &week(Vec::new()), &[]).code, Some(1));
}

#[test]
fn what_is_imported_can_be_simulated() {
    let folder = Folder::new(SCENARIO);
    let jobs = vec![
        hundred_seconds("one", "SUCCEEDED", 0, &json!({})),
        hundred_seconds("two", "SUCCEEDED", 1_000, &json!({"dependsOn": [{"jobId": "one"}]})),
    ];
    let imported = import(&folder, &aws(batch(high(), jobs)), &["-o", "jobs.csv"]);
    assert_eq!(imported.code, Some(0), "{}", imported.text());
    let answer = folder.run(&["simulate", "scenario.toml", "--prices", "bundled", "--jobs-out", "out.csv"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // 60 s to launch: the one runs from 60 to 160, the other, which waits for it, from 160 to 260. The instance is there for
    // 60 + 200 + 1,200 s at $0.428 an hour, $0.1735777778 to the digits of an hour, and each pays for half of it.
    let out = std::fs::read_to_string(folder.path("out.csv")).expect("it was written");
    let expected = "\
job_id,submit_seconds,start_seconds,end_seconds,status,instance_type,attempts,reason,cost_usd
one,0,60,160,succeeded,c5.2xlarge,1,,0.0867888889
two,1,160,260,succeeded,c5.2xlarge,1,,0.0867888888968
";
    assert_eq!(out, expected);
}

const SCENARIO: &str = r#"
region = "ap-northeast-1"
month = "2026-09"

[workload]
trace = "jobs.csv"

[[batch.compute_environment]]
name = "cpu"
type = "EC2"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["c5.2xlarge"]
min_vcpus = 0
max_vcpus = 8
launch_minutes = 1
scale_down_delay_minutes = 20

[[batch.job_queue]]
name = "high"
priority = 1
compute_environments = ["cpu"]
"#;

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let folder = Folder::new(String::new()).with("old.csv",
        "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\na,0,1,1,1,0,1,high,succeeded\n");
    let refused = |answer: Answer, code: i32, words: &[&str]| {
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(code), ""), "{}", answer.text());
        for words in words {
            assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
        }
    };
    let fine = || aws(batch(high(), vec![hundred_seconds("one", "SUCCEEDED", 0, &json!({}))]));
    for operation in ["/v1/describejobqueues", "/v1/listjobs", "/v1/describejobs"] {
        let denied = fine().with_faults_on(
            operation,
            [Fault::Error(403, "AccessDeniedException", "User is not authorized")],
        );
        let allow = "allow batch:DescribeJobQueues, batch:ListJobs and batch:DescribeJobs";
        refused(import(&folder, &denied, &[]), 3, &["AWS Batch ", "User is not authorized", allow]);
    }
    let credentials = ["jobs", "import", "--from", "batch", "--region", TOKYO];
    refused(folder.run(&credentials), 3, &["no AWS credentials are configured", "set AWS_PROFILE"]);
    let always = fine()
        .with_faults_on("/v1/listjobs", vec![Fault::Error(429, "TooManyRequestsException", "Slow down"); 3]);
    refused(
        import(&folder, &always, &[]),
        3,
        &["AWS Batch ListJobs failed in ap-northeast-1", "AWS asks for patience"],
    );
    refused(
        import(&folder, &fine(), &["--queue", "hihg"]),
        2,
        &["AWS Batch has no job queue `hihg`", "high"],
    );
    refused(
        import(&folder, &aws(batch(Vec::new(), Vec::new())), &["--queue", "high"]),
        2,
        &["there is no job queue"],
    );
    let asked = fine();
    refused(import(&folder, &asked, &["-o", "old.csv", "--append"]), 2, &["`old.csv` has `submit_seconds`"]);
    assert!(asked.requests().is_empty());
    refused(import(&folder, &fine(), &["old.csv"]), 2, &["are for `--from batch` without files"]);
    refused(folder.run(&["jobs", "import", "--from", "batch"]), 2, &["--region"]);
    refused(folder.run(&["jobs", "import", "--from", "slurm"]), 2, &["<FILE>"]);
    refused(
        folder.run(&["jobs", "import", "--from", "workload", "old.csv", "--region", TOKYO]),
        2,
        &["are for `--from batch`"],
    );
    let undated = |more: &Value| aws(batch(high(), vec![hundred_seconds("one", "SUCCEEDED", 0, more)]));
    refused(
        import(&folder, &undated(&json!({"createdAt": null})), &[]),
        3,
        &["job one without the time of its submission"],
    );
    let odd = json!({"container": {"resourceRequirements": [{"type": "VCPU", "value": "many"}]}});
    let said =
        ["dropped: 1 that cannot be read", "job `one`: the number of vCPUs `many`", "nothing is written"];
    refused(import(&folder, &undated(&odd), &[]), 1, &said);
}

/// A job of every reason, with whatever AWS tells of it: (id, more).
fn with_details() -> Vec<Value> {
    let container = |code: i64, reason: &str| json!({"exitCode": code, "reason": reason, "containerInstanceArn": arn("container-instance", "one")});
    let attempt = |start: i64, stop: i64, why: &str, container: &Value| json!({"startedAt": START + start, "stoppedAt": START + stop, "statusReason": why, "container": container});
    let task = "Essential container in task exited";
    let memory = "OutOfMemoryError: Container killed due to memory usage";
    let named = json!({"jobName": "train, fold 1", "shareIdentifier": "vision", "schedulingPriority": 50,
        "tags": {"team": "vision", "cost=center": "a;b"}, "attempts": [
        attempt(60_000, 90_000, "Host EC2 (instance i-1) terminated.", &json!({})),
        attempt(100_000, 160_500, task, &container(137, memory)),
        attempt(200_000, 207_000, task, &container(3, ""))]});
    let of = |attempt: Value, more: &Value| with(json!({"attempts": [attempt]}), more);
    let spot = of(attempt(60_000, 90_000, "Host EC2 (instance i-2) terminated.", &json!({})), &json!({}));
    let limit = of(
        attempt(60_000, 90_000, "", &container(137, "")),
        &json!({"statusReason": "Job attempt duration exceeded timeout"}),
    );
    let out =
        of(attempt(60_000, 90_000, task, &container(137, "")), &json!({"dependsOn": [{"jobId": "named"}]}));
    let waits =
        of(attempt(300_000, 330_000, "", &container(0, "")), &json!({"dependsOn": [{"jobId": "named"}]}));
    let killed = of(
        attempt(60_000, 90_000, task, &container(143, "")),
        &json!({"isTerminated": true, "statusReason": "enough"}),
    );
    let task_of = json!({"containers": [{"exitCode": 0}, {"exitCode": 2}], "containerInstanceArn": arn("container-instance", "two")});
    let several = json!({"attempts": [{"startedAt": START + 60_000, "stoppedAt": START + 90_000, "taskProperties": [task_of]}]});
    let on_eks = json!({"eksAttempts": [{"startedAt": START + 60_000, "stoppedAt": START + 90_000, "containers": [{"exitCode": 1, "reason": "OOMKilled"}]}]});
    vec![
        job("named", "FAILED", 0, &named),
        job("spot", "FAILED", 1_000, &spot),
        job("limit", "FAILED", 2_000, &limit),
        job("out", "FAILED", 3_000, &out),
        job("waits", "SUCCEEDED", 4_000, &waits),
        job("killed", "FAILED", 5_000, &killed),
        job("several", "FAILED", 6_000, &several),
        job("eks", "FAILED", 7_000, &on_eks),
    ]
}

/// What of `with_details` is there, where the types of instances are `one` and `two`.
fn details(one: &str, two: &str) -> String {
    let type_of = |kind: &str| if one.is_empty() { String::new() } else { format!("{kind},") };
    let (none, one_, two_) = (type_of(""), type_of(one), type_of(two));
    let at = if one.is_empty() { "" } else { ":g5.xlarge" };
    let header = if one.is_empty() { "" } else { "instance_type," };
    format!(
        "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on,name,share,tags,{header}\
scheduling_priority,reason,wait_seconds,earlier_attempts
named,2026-09-01T00:00:00Z,7,4,8192,0,1,high,failed,1,,\"train, fold 1\",vision,cost%3Dcenter=a%3Bb;team=vision,{one_}50,application,60,30:spot 61:out_of_memory{at}
spot,2026-09-01T00:00:01Z,30,4,8192,0,1,high,failed,1,,run,,,{none},spot,59,
limit,2026-09-01T00:00:02Z,30,4,8192,0,1,high,failed,1,,run,,,{one_},timeout,58,
out,2026-09-01T00:00:03Z,30,4,8192,0,1,high,failed,1,named,run,,,{one_},out_of_memory,,
waits,2026-09-01T00:00:04Z,30,4,8192,0,1,high,succeeded,1,named,run,,,{one_},,93,
killed,2026-09-01T00:00:05Z,30,4,8192,0,1,high,cancelled,1,,run,,,{one_},user,55,
several,2026-09-01T00:00:06Z,30,4,8192,0,1,high,failed,1,,run,,,{two_},application,54,
eks,2026-09-01T00:00:07Z,30,4,8192,0,1,high,failed,1,,run,,,{none},out_of_memory,53,
"
    )
}

fn from_files(folder: &Folder, files: &[&str]) -> Answer {
    folder.run(&[&["jobs", "import", "--from", "batch"], files].concat())
}

/// "Batch Job State Change" of a job, at so many seconds after the start.
fn event(second: i64, detail: &Value) -> Value {
    let time = format!("2026-09-01T00:{:02}:{:02}Z", second / 60, second % 60);
    json!({"version": "0", "id": "e", "detail-type": "Batch Job State Change", "source": "aws.batch", "account": "123456789012",
        "time": time, "region": TOKYO, "resources": [], "detail": detail})
}

/// Events of jobs, each after one that it was running.
fn events(jobs: &[Value]) -> Vec<Value> {
    let both = |job: &Value| {
        [event(60, &with(job.clone(), &json!({"status": "RUNNING", "attempts": []}))), event(400, job)]
    };
    jobs.iter().flat_map(both).collect()
}

#[test]
fn asked_or_from_files_the_jobs_are_the_same() {
    let jobs = with_details();
    let lines =
        |values: &[Value], end: &str| values.iter().map(|value| format!("{value}{end}")).collect::<String>();
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    let events = events(&jobs);
    let messages = |before: &str| {
        events
            .iter()
            .map(|event| json!({"timestamp": 1, "message": format!("{before}{event}")}))
            .collect::<Vec<_>>()
    };
    let logged = |event: &Value| format!("2026-09-01T00:00:00.000Z {event}\n");
    let packed = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, text.as_bytes()).expect("in memory");
        packed.finish().expect("in memory")
    };
    let mut reversed = events.clone();
    reversed.reverse();
    // Two objects that gzip packed, one after the other, are one file.
    let firehose = [packed(&lines(&events[..5], "")), packed(&lines(&events[5..], ""))].concat();
    let forms: [(&str, Vec<u8>); 13] = [
        ("described", json!({"jobs": jobs}).to_string().into()),
        ("pretty", pretty(&json!({"jobs": jobs})).into()),
        (
            "several",
            format!("{}\n{}", pretty(&json!({"jobs": jobs[..3]})), pretty(&json!({"jobs": jobs[3..]})))
                .into(),
        ),
        ("array", json!(jobs).to_string().into()),
        ("lines", lines(&jobs, "\n").into()),
        ("events", lines(&events, "\n").into()),
        ("unordered", lines(&reversed, "\r\n").into()),
        ("events-array", pretty(&json!(events)).into()),
        ("firehose", lines(&events, "").into()),
        ("firehose.gz", firehose),
        ("filtered", pretty(&json!({"events": messages(""), "searchedLogStreams": []})).into()),
        (
            "forwarded",
            json!({"messageType": "DATA_MESSAGE", "logEvents": messages("2026-09-01T00:00:00Z ")})
                .to_string()
                .into(),
        ),
        ("exported", events.iter().map(logged).collect::<String>().into()),
    ];
    let folder = Folder::new(String::new());
    let asked = import(&folder, &aws(batch(high(), jobs.clone())), &[]);
    assert_eq!(asked.stdout, details("", ""), "{}", asked.text());
    for (name, bytes) in forms {
        std::fs::write(folder.path(name), bytes).expect("written");
        let answer = from_files(&folder, &[name]);
        assert_eq!(
            (answer.code, answer.stdout.as_str()),
            (Some(0), asked.stdout.as_str()),
            "{name}: {}",
            answer.text()
        );
        assert!(
            answer.stderr.contains("8 jobs kept") && !answer.stderr.contains("cannot be read"),
            "{}",
            answer.text()
        );
    }
    // Every kind of job, with the queues beside them: a job of a queue of Fargate does not say that it ran there.
    let all = all_kinds();
    let queues = json!({"jobQueues": all.queues});
    let text = format!("{queues}\n{}", json!({"jobs": all.jobs}));
    let folder = Folder::new(String::new()).with("all.json", &text);
    let asked = import(&folder, &Loopback::new(World { batch: all, ..World::default() }), &[]);
    let answer = from_files(&folder, &["all.json"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), asked.stdout.as_str()), "{}", answer.text());
    // Not ended: 9 jobs, a child, five that are not born yet. The second child of `crr` is nowhere.
    let said = [
        "all.json: 16 jobs kept",
        "dropped: 15 not ended yet",
        "dropped: 2 ended before they ran",
        "dropped: 2 on Fargate, which has no instances",
        "1 child of arrays is not in it",
        "1 earlier attempt, 100 s in all",
        "dropped: 1 dependency on jobs that are not in it, taken as met",
    ];
    for line in said {
        assert!(answer.stderr.contains(line), "{line}: {}", answer.text());
    }
}

#[test]
fn instance_types_come_from_events_of_container_instances() {
    let instance = |name: &str, kind: &str| {
        json!({"detail-type": "ECS Container Instance State Change", "source": "aws.ecs", "time": "2026-09-01T00:00:00Z",
            "detail": {"containerInstanceArn": arn("container-instance", name), "status": "ACTIVE",
                "attributes": [{"name": "ecs.os-type", "value": "linux"}, {"name": "ecs.instance-type", "value": kind}]}})
    };
    let service =
        json!({"detail-type": "Batch Service Job State Change", "detail": {"jobId": "ml", "createdAt": "x"}});
    let jobs = with_details();
    let text = format!("{}\n{}\n{service}\n", instance("one", "g5.xlarge"), json!(events(&jobs)));
    // The other one as `aws ecs describe-container-instances` tells it, in a file of its own.
    let other = json!({"containerInstances": [instance("two", "p4d.24xlarge")["detail"]], "failures": []});
    let folder =
        Folder::new(String::new()).with("events.json", text).with("instances.json", other.to_string());
    let answer = from_files(&folder, &["events.json", "instances.json"]);
    assert_eq!(answer.stdout, details("g5.xlarge", "p4d.24xlarge"), "{}", answer.text());
    assert!(answer.stderr.contains("1 object in it is not about jobs"), "{}", answer.text());
    // A field that whoever keeps the events adds says it, too.
    let added = with(jobs[1].clone(), &json!({"instance_type": "c5.large"}));
    let folder = folder.with("added.json", added.to_string());
    let answer = from_files(&folder, &["added.json"]);
    assert!(answer.stdout.ends_with(",run,c5.large,spot,59\n"), "{}", answer.text());
}

#[test]
fn the_end_of_a_job_counts_and_what_cannot_be_read_costs_its_line() {
    let running = hundred_seconds("open", "RUNNING", 0, &json!({}));
    let done = hundred_seconds("done", "SUCCEEDED", 0, &json!({}));
    let odd = json!({"jobId": "odd", "jobQueue": "q", "status": "SUCCEEDED", "createdAt": "yesterday"});
    let wide = hundred_seconds("wide", "SUCCEEDED", 0, &json!({"container": {"vcpus": 2_000_000}}));
    let text = [
        event(400, &done).to_string(),
        // Delivered late.
        event(300, &with(done.clone(), &json!({"status": "RUNNING"}))).to_string(),
        event(60, &running).to_string(),
        event(400, &done).to_string()[..300].to_owned(),
        "[2026-09-01] no JSON at all".into(),
        odd.to_string(),
        wide.to_string(),
        json!({"jobId": "none", "status": "RUNNING"}).to_string(),
        with(hundred_seconds("done#0", "SUCCEEDED", 0, &json!({})), &json!({})).to_string(),
    ];
    let folder = Folder::new(String::new()).with("events.json", &(text.join("\n") + "\n"));
    let answer = from_files(&folder, &["events.json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let ids: Vec<&str> = answer.stdout.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(ids, ["done"], "{}", answer.text());
    for said in ["dropped: 1 not ended yet", "dropped: 4 rows that cannot be read"] {
        assert!(answer.stderr.contains(said), "{said}: {}", answer.text());
    }
    // Nothing but a job that runs, or nothing: no answer.
    let folder =
        folder.with("running.json", running.to_string()).with("empty.json", "").with("text.txt", "hello\n");
    for name in ["running.json", "empty.json", "text.txt"] {
        assert_eq!(from_files(&folder, &[name]).code, Some(3), "{name}");
    }
    // Children that are in another file than their parent wait for each other all the same.
    let parent = job(
        "arr",
        "SUCCEEDED",
        0,
        &json!({"arrayProperties": {"size": 2}, "dependsOn": [{"type": "SEQUENTIAL"}]}),
    );
    let child = |index: i64| {
        hundred_seconds(
            &format!("arr:{index}"),
            "SUCCEEDED",
            0,
            &json!({"arrayProperties": {"index": index}}),
        )
    };
    let folder =
        folder.with("one.json", json!([parent, child(1)]).to_string()).with("two.json", child(0).to_string());
    let answer = from_files(&folder, &["one.json", "two.json", "-o", "jobs.csv", "--job-definitions"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let written = std::fs::read_to_string(folder.path("jobs.csv")).expect("it was written");
    assert!(
        written.contains("arr:1,2026-09-01T00:00:00Z,100,4,8192,0,1,high,succeeded,1,arr:0,training,run"),
        "{written}"
    );
    // The next week is added to it.
    let next = hundred_seconds("next", "SUCCEEDED", 50_000, &json!({}));
    let folder = folder.with("three.json", json!([next, child(0)]).to_string());
    let answer = from_files(&folder, &["three.json", "-o", "jobs.csv", "--append", "--job-definitions"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let written = std::fs::read_to_string(folder.path("jobs.csv")).expect("it was written");
    assert_eq!(written.lines().count(), 4, "{written}");
}
