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
    let expected = "\
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on
simple,2026-09-01T00:00:00Z,101,4,8192,1,1,high,succeeded,3,
retried,2026-09-01T00:00:02Z,51,2,4096,0,1,high,failed,2,
lost,2026-09-01T00:00:02Z,10,4,8192,0,1,high,failed,1,
stopped,2026-09-01T00:00:03Z,100,4,8192,0,1,high,cancelled,1,
eks,2026-09-01T00:00:07Z,100,3,4096,2,1,high,succeeded,1,
tasks,2026-09-01T00:00:08Z,100,3,1024,1,1,high,succeeded,1,
mnp,2026-09-01T00:00:09Z,100,8,4096,8,4,high,succeeded,1,
lonely,2026-09-01T00:00:09Z,100,4,8192,0,1,high,succeeded,1,
arr:0,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,
arr:1,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,arr:0
arr:2,2026-09-01T00:00:10Z,100,4,8192,0,1,high,succeeded,1,arr:1
brr:0,2026-09-01T00:00:11Z,100,4,8192,0,1,high,succeeded,1,arr:0
brr:1,2026-09-01T00:00:11Z,100,4,8192,0,1,high,succeeded,1,arr:1
crr:0,2026-09-01T00:00:12Z,100,4,8192,0,1,high,failed,1,
after,2026-09-01T00:00:13Z,100,4,8192,0,1,high,succeeded,1,simple arr:0 arr:1 arr:2
low,2026-09-01T00:00:14Z,100,4,8192,0,1,low,succeeded,1,
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
        "dropped: 1 stopped by their user before they ran",
        "dropped: 1 failed before they ran",
        "dropped: 2 on Fargate, which has no instances",
        // The second child of the array that failed.
        "dropped: 1 no longer there when they were asked for",
        "1 earlier attempts of them, 100 s in all, are not in `run_seconds`, which is the last one's",
        "1 ask for a part of a vCPU: rounded up",
        "1 have nodes that differ: all are taken as the largest",
        "1 dependencies on jobs that are not in it: taken as met",
        "keeps jobs that ended for at least 7 days",
        "run this every week with `--append`",
    ];
    for line in said {
        assert!(answer.stderr.contains(line), "{line}: {}", answer.text());
    }
    // Every status of each queue but that of service jobs is asked for; with pages of two, more often.
    assert!(aws.count("/v1/listjobs") > 3 * 7, "{}", aws.count("/v1/listjobs"));
    let named = import(&folder, &aws, &["--queue", "low", "-q", "--job-definitions"]);
    assert!(named.stdout.ends_with("low,succeeded,1,training\n"), "{}", named.text());
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
job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status,attempts,depends_on
first,2026-09-01T00:00:00Z,100,4,8192,0,1,high,succeeded,1,
second,2026-09-01T00:00:05Z,100,4,8192,0,1,high,succeeded,1,first
third,2026-09-01T00:00:09Z,100,4,8192,0,1,high,succeeded,1,
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
job_id,submit_seconds,start_seconds,end_seconds,status,instance_type,attempts,cost_usd
one,0,60,160,succeeded,c5.2xlarge,1,0.0867888889
two,1,160,260,succeeded,c5.2xlarge,1,0.0867888888968
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
    refused(import(&folder, &fine(), &["old.csv"]), 2, &["reads no file"]);
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
    refused(import(&folder, &undated(&odd), &[]), 3, &["job `one`: the number of vCPUs `many`"]);
}
