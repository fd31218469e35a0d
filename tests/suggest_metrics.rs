//! `suggest --metrics` and `--quotas`: measured use from files and from CloudWatch, whose it is, which suggestion cures
//! what stands out, and what the account allows.

use serde_json::{Value, json};

use super::cli::{Answer, Folder, snapshot};
use super::loopback::monitoring::{Account, Metric};
use super::loopback::{Fault, Loopback, World, unix_now};

/// Notes that only measured use has.
pub(crate) const NOTES: [&str; 2] = ["MetricUnknown", "MetricRemark"];

const REGION: &str = "us-east-1";
const HOUR: i64 = 3600;

/// At most one p4d.24xlarge at $20 an hour; three jobs at once and one a day later, so that two instances keep the target
/// (`suggest.rs` works that out).
const SCENARIO: &str = r#"
name = "one"
region = "us-east-1"
period = { start = "2026-10-01", end = "2026-11-01" }

[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.compute_environment]]
name = "cpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["c5.18xlarge"]
max_vcpus = 72
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[[batch.job_queue]]
name = "other"
priority = 1
compute_environments = ["cpu"]

[workload]
trace = "jobs.csv"

[target]
wait_minutes = 90

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

const JOBS: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status
a,0,3600,96,1000,8,1,main,succeeded
b,0,3600,96,1000,8,1,main,succeeded
c,0,3600,96,1000,8,1,main,succeeded
d,86400,3600,96,1000,8,1,main,succeeded
";

const SUGGEST: [&str; 4] = ["suggest", "scenario.toml", "--prices", "bundled"];

fn folder() -> Folder {
    Folder::new(SCENARIO).with("jobs.csv", JOBS)
}

/// With a period that began ten days ago and ends in twenty: whole hours.
fn under_way() -> Folder {
    let day = |days: i64| {
        let at = jiff::Timestamp::from_second(unix_now() + days * 24 * HOUR).expect("in range");
        at.strftime("%Y-%m-%d").to_string()
    };
    let period = format!("start = \"{}\", end = \"{}\"", day(-10), day(20));
    let scenario = SCENARIO.replace("start = \"2026-10-01\", end = \"2026-11-01\"", &period);
    Folder::new(scenario).with("jobs.csv", JOBS)
}

fn with_file(text: &str) -> Folder {
    folder().with("metrics.csv", text)
}

fn file(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&SUGGEST[..], &["--metrics", "metrics.csv"], more].concat())
}

fn document(answer: &Answer) -> Value {
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn finding<'v>(document: &'v Value, symptom: &str) -> Option<&'v Value> {
    let all = document["findings"].as_array().expect("a list");
    all.iter().find(|of| of["symptom"].as_str().is_some_and(|words| words.starts_with(symptom)))
}

#[test]
fn a_file_is_judged_and_linked_to_what_cures_it() {
    // GPUs: (31.5 × 60 + 70 × 20) ÷ 80 = 41.125 % < 50 %. Memory peaks at 94.2 %. Waits of 45 min, 12 % failed.
    let text = "time,metric,value,compute_environment,samples
2026-10-01T00:00:00Z,gpu_percent,31.5,gpu,60
2026-10-01T01:00:00Z,gpu_percent,70,gpu,20
2026-10-01T01:00:00Z,memory_percent,94.2,,
2026-10-01T01:00:00Z,memory_percent,40,cpu,
2026-10-01T01:00:00Z,wait_minutes,45,gpu,
2026-10-01T01:00:00Z,wait_minutes,45,cpu,
2026-10-01T01:00:00Z,failure_percent,12,gpu,50
";
    let folder = with_file(text);
    let document = document(&file(&folder, &["--format", "json"]));
    let gpu = finding(&document, "GPUs do little").expect("41 % is little");
    assert_eq!(
        gpu["evidence"],
        "GPUs of gpu worked 41.12 % of the time on average; 1 of 2 values are below 50 %"
    );
    assert_eq!(gpu["source"], "metrics.csv, lines 2 to 3, 2026-10-01T00:00:00Z to 2026-10-01T01:00:00Z");
    assert_eq!(gpu["cured_by"], json!([]));
    assert!(gpu["cure"].as_str().is_some_and(|cure| cure.starts_with("no suggestion; ")), "{gpu}");
    let memory = finding(&document, "Memory is nearly full").expect("94 % is much");
    assert_eq!(memory["source"], "metrics.csv, line 4, 2026-10-01T01:00:00Z to 2026-10-01T01:00:00Z");
    assert!(
        memory["evidence"].to_string().contains("memory of instances of the region was used up to 94.2 %")
    );
    assert!(memory["cure"].to_string().contains("memory_mib of the job definition"), "{memory}");
    // The cap keeps the target of 90 min, not the guide's 30: p95 is 60 min then.
    let simulated = finding(&document, "RUNNABLE for long: max_vcpus").expect("two waited");
    assert_eq!(simulated["cured_by"], json!(["max_vcpus-1", "schedule-2"]));
    assert_eq!(simulated["source"], "simulation, seed 1");
    let waits = |place: &str| {
        let all = document["findings"].as_array().expect("a list").clone();
        let is =
            |of: &Value| of["evidence"].to_string().contains(&format!("jobs of {place} waited up to 45 min"));
        all.into_iter().find(is).expect("45 min are long")
    };
    assert_eq!(waits("gpu")["cured_by"], json!([]));
    assert_eq!(
        waits("gpu")["cure"],
        "no suggestion alone brings the p95 of waits down to 30 min; max_vcpus-1 to 3600 s, schedule-2 to 3600 s"
    );
    // What is done to gpu cures nothing of cpu.
    assert!(waits("cpu")["cure"].to_string().contains("why none is suggested"), "{document}");
    assert!(finding(&document, "Jobs fail").expect("12 %")["cure"].to_string().contains("attempts pay only"));
    // What does not stand out is there too.
    let metrics = document["metrics"].as_array().expect("a list");
    let judged: Vec<(&str, &str, &str, bool)> = metrics
        .iter()
        .map(|of| {
            let text = |key: &str| of[key].as_str().unwrap_or("-");
            (
                text("metric"),
                text("compute_environment"),
                text("value"),
                of["stands_out"].as_bool().expect("a bool"),
            )
        })
        .collect();
    let expected = [
        ("gpu_percent", "gpu", "41.125", true),
        ("memory_percent", "-", "94.2", true),
        ("memory_percent", "cpu", "40", false),
        ("wait_minutes", "cpu", "45", true),
        ("wait_minutes", "gpu", "45", true),
        ("failure_percent", "gpu", "12", true),
    ];
    assert_eq!(judged, expected);
    snapshot("suggest_metrics_file", &file(&folder, &[]).text());
}

#[test]
fn a_cure_is_one_for_the_threshold_it_is_named_for() {
    // With a target of 20 min three instances are suggested, and nobody waits: below 30 min too. GPUs that an instance
    // keeps idle (min_vcpus) are let go by a schedule, which does nothing for what jobs do with theirs.
    let text = "time,metric,value,compute_environment
2026-10-01T00:00:00Z,wait_minutes,45,gpu
2026-10-01T00:00:00Z,gpu_percent,20,gpu
";
    let scenario = SCENARIO
        .replace("wait_minutes = 90", "wait_minutes = 20\ngpu_utilization_percent = 60")
        .replacen("max_vcpus = 96", "min_vcpus = 96\nmax_vcpus = 96", 1);
    let folder = Folder::new(scenario).with("jobs.csv", JOBS).with("metrics.csv", text);
    let document = document(&file(&folder, &["--format", "json"]));
    let id = |kind: &str| {
        let all = document["suggestions"].as_array().expect("a list");
        all.iter().find(|of| of["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {document}"))["id"].clone()
    };
    let cures = finding(&document, "Jobs wait long").expect("45 min")["cured_by"].clone();
    assert_eq!(cures[0], id("max_vcpus"));
    assert_eq!(finding(&document, "GPUs do little").expect("20 %")["cured_by"], json!([]));
    // Four of 25 h held: 16 %. The floor is let go by one of the schedules; the other raises the cap by the clock.
    let all = document["suggestions"].as_array().expect("a list");
    let is_floor = |of: &&Value| of["title"].as_str().is_some_and(|title| title.starts_with("keep "));
    let floor = all.iter().find(is_floor).unwrap_or_else(|| panic!("{document}"))["id"].clone();
    assert_eq!(finding(&document, "GPUs idle").expect("16 %")["cured_by"], json!([floor]));
}

#[test]
fn what_is_not_in_a_file_is_not_known() {
    // A spreadsheet writes a byte order mark.
    let answer = file(
        &with_file("\u{feff}time,metric,value\n2026-10-01T00:00:00Z,memory_percent,90\n"),
        &["--format", "json"],
    );
    let document = document(&answer);
    assert!(finding(&document, "Memory").is_none(), "90 % is not above 90 %: {document}");
    let notes = document["notes"].to_string();
    assert!(notes.contains("the use of GPUs is unknown: metrics.csv has no gpu_percent"), "{notes}");
    assert!(!notes.contains("the use of memory is unknown"), "{notes}");
    // Without --metrics nothing is said of it.
    let plain = folder().run(&[&SUGGEST[..], &["--format", "json"]].concat());
    let plain: Value = serde_json::from_str(&plain.stdout).expect("JSON");
    assert!(!plain["notes"].to_string().contains("not known: ") && plain["metrics"] == json!([]), "{plain}");
}

#[test]
fn what_the_aws_cli_prints_is_read() {
    let data = json!({"MetricDataResults": [
        {"Id": "m1", "Label": "nvidia_smi_utilization_gpu gpu", "StatusCode": "Complete",
            "Timestamps": ["2026-10-01T00:00:00+00:00", "2026-10-01T01:00:00+00:00"], "Values": [40.0, 59.99999999999999]},
        {"Id": "memory_percent", "Label": "used of reserved", "StatusCode": "Complete",
            "Timestamps": ["2026-10-01T00:00:00Z"], "Values": [91]},
        {"Id": "m2", "Label": "wait_minutes", "Timestamps": [], "Values": []}], "Messages": []});
    let read = |text: String| document(&file(&folder().with("metrics.csv", text), &["--format", "json"]));
    // (40 + 60) ÷ 2 = 50 %, of doubles: rounded at ten digits, 59.9999999999999(9) is 60, and 50 is not below 50.
    let document = read(data.to_string());
    let gpu = &document["metrics"][0];
    assert_eq!((&gpu["value"], &gpu["stands_out"]), (&json!("50"), &json!(false)), "{gpu}");
    assert_eq!(
        gpu["source"],
        "metrics.csv, MetricDataResults[0], 2026-10-01T00:00:00Z to 2026-10-01T01:00:00Z"
    );
    assert_eq!(document["metrics"][1]["value"], "91");
    assert_eq!(document["metrics"].as_array().map(Vec::len), Some(2));
    // Of statistics the mean of shares, by samples: (20 × 1 + 60 × 3) ÷ 4 = 50; of memory the maximum.
    let statistics = |label: &str| {
        json!({"Label": label, "Datapoints": [
            {"Timestamp": "2026-10-01T00:00:00Z", "Average": 20.0, "Maximum": 80.0, "SampleCount": 1.0, "Unit": "Percent"},
            {"Timestamp": "2026-10-01T01:00:00Z", "Average": 60.0, "Maximum": 95.5, "SampleCount": 3.0, "Unit": "Percent"}]})
    };
    assert_eq!(read(statistics("nvidia_smi_utilization_gpu").to_string())["metrics"][0]["value"], "50");
    assert_eq!(read(statistics("mem_used_percent").to_string())["metrics"][0]["value"], "95.5");
}

#[test]
fn bad_rows_are_refused_with_their_place() {
    let head = "time,metric,value\n";
    let good = "2026-10-01T00:00:00Z,gpu_percent,40\n";
    let rows = [
        ("yesterday,gpu_percent,40", "line 3: time `yesterday` is no time in RFC 3339"),
        ("2026-10-01T00:00:00Z,gpu_percent,many", "line 3: value `many`"),
        ("2026-10-01T00:00:00Z,gpu_percent,100.5", "line 3: gpu_percent is 100.5, which is above 100"),
        ("2026-10-01T00:00:00Z,wait_minutes,-1", "line 3: wait_minutes is -1, which is below 0"),
        ("2026-10-01T00:00:00Z,gpu,40", "line 3: `gpu` is no metric: give gpu_percent, memory_percent"),
        ("2026-10-01T00:00:00Z,gpu_percent", "line 3: 2 cells where the header has 3"),
    ];
    let mut cases: Vec<(String, String)> =
        rows.iter().map(|(row, words)| (format!("{head}{good}{row}\n"), (*words).to_owned())).collect();
    let mut case = |text: &str, words: &str| cases.push((text.to_owned(), words.to_owned()));
    case(head, "it has no value");
    case("time,value\n", "line 1: the column `metric` is missing");
    case("time,metric,value,enviroment\n", "line 1: `enviroment` is no column");
    case(
        "time,metric,value,compute_environment\n2026-10-01T00:00:00Z,gpu_percent,4,gpus\n",
        "line 2: `gpus` is no compute environment of the scenario",
    );
    case(
        "time,metric,value,samples\n2026-10-01T00:00:00Z,gpu_percent,4,0\n",
        "line 2: samples `0`: a number above 0",
    );
    case(
        "{\"MetricDataResults\": [\n {\"Label\": \"gpu_percent\", \"Timestamps\": [\"then\"], \"Values\": []}]}",
        "`then` is no time in RFC 3339 at line 2",
    );
    case(
        "{\"MetricDataResults\": [\n\n {\"Label\": \"gpu_percent\", \"Timestamps\": [], \"Values\": [-4]}]}",
        "`-4` is below 0 at line 3",
    );
    case(
        "{\"MetricDataResults\": [{\"Id\": \"m1\", \"Label\": \"CPUUtilization\", \"Timestamps\": [], \"Values\": []}]}",
        "MetricDataResults[0]: `CPUUtilization` is no metric",
    );
    case(
        "{\"MetricDataResults\": [{\"Label\": \"gpu_percent\", \"Timestamps\": [], \"Values\": [4]}]}",
        "MetricDataResults[0]: 0 Timestamps and 1 Values",
    );
    case(
        "{\"MetricDataResults\": [{\"Label\": \"gpu_percent\", \"StatusCode\": \"PartialData\", \"Timestamps\": [], \"Values\": []}]}",
        "its StatusCode is PartialData: a part is missing",
    );
    case("{\"MetricDataResults\": [], \"NextToken\": \"x\"}", "it is one page of several");
    case(
        "{\"Label\": \"gpu_percent\", \"Datapoints\": [{\"Timestamp\": \"2026-10-01T00:00:00Z\", \"Maximum\": 4}]}",
        "Datapoints[0]: it has no Average",
    );
    case("{\"Metrics\": []}", "it has neither MetricDataResults nor Label and Datapoints");
    case(
        "{\"MetricDataResults\": [{\"Label\": \"gpu_percent\", \"Timestamps\": [\"2026-10-01T00:00:00Z\"], \"Values\": [101]}]}",
        "MetricDataResults[0]: Values[0]: gpu_percent is 101, which is above 100",
    );
    case("{\"MetricDataResults\": [", "at line 1 column");
    for (text, words) in cases {
        let answer = file(&with_file(&text), &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{words}: {}", answer.text());
        let message = answer.stderr.replace('\n', " ");
        assert!(
            message.contains("`metrics.csv` is not a file of metrics: ") && message.contains(&words),
            "{words}: {}",
            answer.text()
        );
    }
    let absent = folder().run(&[&SUGGEST[..], &["--metrics", "none.csv"]].concat());
    assert_eq!(absent.code, Some(3), "{}", absent.text());
    assert!(absent.stderr.contains("cannot read `none.csv`"), "{}", absent.text());
}

/// A metric of the agent that reports these values, one a minute from the last whole hour but so many.
fn agent(name: &'static str, dimensions: &[(&'static str, &str)], hours_ago: i64, values: &[f64]) -> Metric {
    let start = unix_now() - unix_now().rem_euclid(HOUR) - hours_ago * HOUR;
    Metric {
        region: REGION,
        namespace: "CWAgent",
        name,
        dimensions: dimensions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        samples: (0..).zip(values).map(|(minute, value)| (start + minute * 60, *value)).collect(),
    }
}

fn insights(name: &'static str, cluster: &str, hours_ago: i64, values: &[f64]) -> Metric {
    Metric {
        namespace: "ECS/ContainerInsights",
        ..agent(name, &[("ClusterName", cluster)], hours_ago, values)
    }
}

const GPU: &str = "nvidia_smi_utilization_gpu";

/// Two GPUs of one p4d that were there for two minutes and one, and their aggregate; memory of a host that may be anybody's;
/// a cluster of each environment, of which one reports.
fn account() -> Account {
    let gpu = |index: &str, values: &[f64]| {
        agent(GPU, &[("InstanceType", "p4d.24xlarge"), ("InstanceId", "i-1"), ("index", index)], 30, values)
    };
    Account {
        metrics: vec![
            gpu("0", &[30.0, 60.0]),
            gpu("1", &[0.0]),
            agent(GPU, &[("InstanceType", "p4d.24xlarge")], 30, &[99.0, 99.0, 99.0]),
            agent("mem_used_percent", &[("host", "ip-10-0-0-1")], 3, &[50.0, 91.5]),
            insights("MemoryUtilized", "gpu_Batch_1", 2, &[100.0, 80.0]),
            insights("MemoryReserved", "gpu_Batch_1", 2, &[200.0, 200.0]),
            Metric { region: "us-west-2", ..gpu("2", &[100.0]) },
            Metric { namespace: "Other", ..gpu("3", &[100.0]) },
        ],
        clusters: vec![(REGION, "gpu", "gpu_Batch_1"), ("us-west-2", "cpu", "cpu_Batch_2")],
        ..Account::default()
    }
}

fn aws(account: Account) -> World {
    World { account, ..World::default() }
}

fn live(folder: &Folder, aws: &Loopback) -> Answer {
    folder.with_aws(aws, &[&SUGGEST[..], &["--metrics", "cloudwatch", "--format", "json"]].concat())
}

#[test]
fn cloudwatch_is_asked_page_by_page_and_through_a_throttle() {
    // (30 + 60 + 0) ÷ 3 samples = 30 %; the aggregate of 99 would make it 64.5 %. Memory: 91.5 % at a host, and
    // (100 + 80) ÷ 400 = 45 % of what the tasks of the cluster reserved.
    for page in [None, Some(1)] {
        let aws = Loopback::new(World { page, empty_pages: page.is_some(), ..aws(account()) })
            .with_faults_on("GetMetricData", [Fault::Error(400, "ThrottlingException", "Rate exceeded")]);
        let answer = live(&under_way(), &aws);
        let document = document(&answer);
        let metrics = document["metrics"].as_array().expect("a list");
        let judged: Vec<Value> = metrics
            .iter()
            .map(|of| {
                json!([of["metric"], of["compute_environment"], of["value"], of["values"], of["stands_out"]])
            })
            .collect();
        let expected = [
            json!(["gpu_percent", "gpu", "30", 1, true]),
            json!(["memory_percent", null, "91.5", 1, true]),
            json!(["memory_percent", "gpu", "45", 1, false]),
        ];
        assert_eq!(judged, expected, "{}", answer.text());
        let source = metrics[0]["source"].as_str().expect("text");
        assert!(
            source.starts_with(
                "CloudWatch CWAgent nvidia_smi_utilization_gpu, hourly Sum ÷ SampleCount of 2 metrics, 20"
            ),
            "{source}"
        );
        assert!(metrics[2]["source"].to_string().contains("MemoryUtilized ÷ MemoryReserved of gpu_Batch_1"));
        // Two statistics of two GPUs, one of the host, two of the cluster.
        assert!(
            answer.stderr.contains("CloudWatch in us-east-1: 7 of 7 metrics have values"),
            "{}",
            answer.stderr
        );
        let notes = document["notes"].to_string();
        assert!(notes.contains("the scenario's period as far as it has passed"), "{notes}");
        assert!(notes.contains("AWS Batch names no ECS cluster in us-east-1 for cpu"), "{notes}");
        assert!(notes.contains("are those of instances of the region"), "{notes}");
        assert!(!notes.contains("is not known: "), "{notes}");
        // Seven values, an empty page after each but the last, and the throttle.
        assert_eq!(aws.count("GetMetricData"), if page.is_some() { 7 + 6 + 1 } else { 2 });
        assert!(aws.requests().iter().all(|request| request.region == REGION));
    }
}

#[test]
fn many_metrics_are_asked_for_in_parts() {
    // 260 GPUs at 0 to 25.9 % for a minute: 12.95 % on average. 520 statistics of at least 240 hours are more than 500
    // and more than 100,800 values, which the other side refuses.
    let gpu = |index: i32| {
        let index_text = index.to_string();
        agent(GPU, &[("InstanceType", "p4d.24xlarge"), ("index", &index_text)], 5, &[f64::from(index) / 10.0])
    };
    let aws = Loopback::new(aws(Account { metrics: (0..260).map(gpu).collect(), ..Account::default() }));
    let document = document(&live(&under_way(), &aws));
    assert_eq!(document["metrics"][0]["value"], "12.95", "{document}");
    assert!(document["metrics"][0]["source"].to_string().contains("of 260 metrics"));
    assert_eq!((aws.count("ListMetrics"), aws.count("GetMetricData")), (2, 2));
}

#[test]
fn no_metric_is_not_known_and_never_no_use() {
    let aws = Loopback::new(aws(Account::default()));
    let answer = live(&under_way(), &aws);
    let document = document(&answer);
    assert_eq!(document["metrics"], json!([]));
    assert!(finding(&document, "GPUs").is_none(), "{document}");
    let notes = document["notes"].to_string();
    assert!(
        notes.contains(
            "the use of GPUs is unknown: CloudWatch has no CWAgent nvidia_smi_utilization_gpu in us-east-1"
        ),
        "{notes}"
    );
    assert!(
        notes.contains("the use of memory is unknown: CloudWatch has neither ECS/ContainerInsights"),
        "{notes}"
    );
    // Nothing is listed: nothing is asked for that would be charged.
    assert_eq!((aws.count("ListMetrics"), aws.count("GetMetricData")), (2, 0));
    // A period of the past: what ended two weeks before is not listed, and that is said.
    let past = SCENARIO.replace("2026-10-01", "2026-01-01").replace("2026-11-01", "2026-02-01");
    let past = Folder::new(past).with("jobs.csv", JOBS);
    let notes = json!(live(&past, &aws).stdout).to_string();
    assert!(notes.contains("2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z"), "{notes}");
    assert!(notes.contains("instances that ended before are not in it"), "{notes}");
    // A period that has not begun: the last 14 days.
    let future = SCENARIO.replace("2026-10-01", "2150-01-01").replace("2026-11-01", "2150-02-01");
    let future = Folder::new(future).with("jobs.csv", JOBS);
    let notes = json!(live(&future, &aws).stdout).to_string();
    assert!(notes.contains("the last 14 days, since the scenario's period has not begun"), "{notes}");
}

#[test]
fn what_cloudwatch_does_not_give_is_an_error() {
    let refused = |aws: Loopback, words: &str| {
        let answer = live(&under_way(), &aws);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{words}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    };
    let denied = || [Fault::Error(403, "AccessDenied", "not authorized to perform")];
    let allow =
        "allow cloudwatch:ListMetrics, cloudwatch:GetMetricData and batch:DescribeComputeEnvironments";
    for operation in ["ListMetrics", "GetMetricData", "/v1/describecomputeenvironments"] {
        refused(Loopback::new(aws(account())).with_faults_on(operation, denied()), allow);
    }
    let partial = Account { status: Some("PartialData"), ..account() };
    refused(Loopback::new(aws(partial)), "it ends with the status PartialData: a part is missing");
    let repeats = World { page: Some(1), repeats_token: true, ..aws(account()) };
    refused(Loopback::new(repeats), "it repeats a page token");
    let mut broken = account();
    broken.metrics[0].samples = vec![(unix_now() - 5 * HOUR, 1e300)];
    refused(Loopback::new(aws(broken)), "a value of nvidia_smi_utilization_gpu is 1");
    refused(
        Loopback::new(aws(account()))
            .with_faults_on("ListMetrics", vec![Fault::Raw(200, "text/html", "<html>"); 3]),
        "CloudWatch ListMetrics failed in us-east-1",
    );
    let answer = folder().run(&[&SUGGEST[..], &["--metrics", "cloudwatch"]].concat());
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("no AWS credentials are configured"), "{}", answer.text());
}

fn quotas(folder: &Folder, quotas: &[(&'static str, &'static str, f64)]) -> (Value, Loopback) {
    let aws = Loopback::new(aws(Account { quotas: quotas.to_vec(), ..Account::default() }));
    let answer = folder.with_aws(&aws, &[&SUGGEST[..], &["--quotas", "--format", "json"]].concat());
    (document(&answer)["suggestions"][0].clone(), aws)
}

#[test]
fn a_larger_cap_is_held_against_the_quota_of_its_class() {
    // max_vcpus 192 of gpu: two p4d.24xlarge of 96. The quota of P instances decides; that of c5 is not asked for.
    let plain = folder().run(&[&SUGGEST[..], &["--format", "json"]].concat());
    let unasked = document(&plain)["suggestions"][0]["risk"].clone();
    assert!(unasked.to_string().contains("the quota of vCPUs in the account has to allow it"), "{unasked}");
    let (exact, aws) = quotas(&folder(), &[(REGION, "L-417A185B", 192.0), (REGION, "L-1216C47A", 0.0)]);
    assert_eq!(exact["proposed"], "192");
    let enough = "the quota \"Running On-Demand P instances\" (L-417A185B) is 192 vCPUs, the compute environments of the scenario that share it may run 192: 0 are left for whatever else runs in the account";
    assert!(exact["evidence"].to_string().contains(&json!(enough).to_string()), "{exact}");
    assert_eq!(exact["risk"], "more instances may run at once: the ceiling of a month rises");
    assert_eq!(aws.count("GetServiceQuota"), 1);
    let (short, _) = quotas(&folder(), &[(REGION, "L-417A185B", 191.0)]);
    assert!(short["risk"].to_string().contains("may run 192: ask for 1 more first"), "{short}");
    assert!(!short["evidence"].to_string().contains("quota"), "{short}");
    // Of another region, or none at all: unknown.
    let (unknown, _) = quotas(&folder(), &[("us-west-2", "L-417A185B", 1000.0)]);
    assert!(
        unknown["risk"].to_string().contains("is not known, Service Quotas has no value of it; "),
        "{unknown}"
    );
    assert!(!unknown["evidence"].to_string().contains("quota"), "{unknown}");
    // Another environment with P instances shares it: 192 + 288 (256 of 96: two, and one more below 256).
    let shared =
        SCENARIO.replace("\"c5.18xlarge\"", "\"p4d.24xlarge\"").replace("max_vcpus = 72", "max_vcpus = 256");
    let shared = Folder::new(shared).with("jobs.csv", JOBS);
    let (shared, _) = quotas(&shared, &[(REGION, "L-417A185B", 200.0)]);
    assert!(shared["risk"].to_string().contains("may run 480: ask for 280 more first"), "{shared}");
}

#[test]
fn other_types_are_held_against_the_quota_of_theirs() {
    // g5.48xlarge at half the speed and $6 instead of $20: jobs cost less. 192 vCPUs of G instead of 96 of P. With
    // several compute environments no other model is suggested, so `cpu` is left out.
    let before = SCENARIO.find("[[batch.compute_environment]]\nname = \"cpu\"").expect("it is there");
    let after = SCENARIO.find("[[batch.job_queue]]").expect("it is there");
    let one = format!("{}{}", &SCENARIO[..before], &SCENARIO[after..])
        .replace(
            "[[batch.job_queue]]\nname = \"other\"\npriority = 1\ncompute_environments = [\"cpu\"]\n",
            "",
        )
        .replace("max_vcpus = 96", "max_vcpus = 192");
    let price = "[[price]]\nusage_type = \"BoxUsage:g5.48xlarge\"\npurchase_option = \"on_demand\"\nusd = \"6\"\nunit = \"Hours\"\nreason = \"agreed\"\n";
    let speeds = "[relative_speed]\n\"p4d.24xlarge\" = 1.0\n\"g5.48xlarge\" = 0.5\n";
    let calm: String =
        JOBS.lines().filter(|row| !row.starts_with(['b', 'c'])).map(|row| format!("{row}\n")).collect();
    let folder = Folder::new(format!("{one}{price}{speeds}")).with("jobs.csv", calm);
    let (suggestion, aws) = quotas(&folder, &[(REGION, "L-DB2E81BA", 100.0), (REGION, "L-417A185B", 1000.0)]);
    assert_eq!(suggestion["proposed"], "g5.48xlarge", "{suggestion}");
    assert_eq!(
        suggestion["risk"],
        "p4d.24xlarge (A100, 40 GiB) goes; a GPU has 22 GiB of memory instead of 40: jobs that need more fail; software may have to be built anew; the quota \"Running On-Demand G and VT instances\" (L-DB2E81BA) is 100 vCPUs, the compute environments of the scenario that share it may run 192: ask for 92 more first"
    );
    assert_eq!(aws.count("GetServiceQuota"), 1);
}

#[test]
fn service_quotas_is_asked_only_where_it_matters() {
    // Two jobs a day apart: nobody waits, and nothing launches more.
    let calm: String =
        JOBS.lines().filter(|row| !row.starts_with(['b', 'c'])).map(|row| format!("{row}\n")).collect();
    let aws = Loopback::new(aws(Account::default()));
    let answer = folder().with("jobs.csv", calm).with_aws(&aws, &[&SUGGEST[..], &["--quotas"]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(answer.stderr.contains("no quota was asked for"), "{}", answer.text());
    assert!(aws.requests().is_empty());
    let denied = Loopback::new(World::default())
        .with_faults_on("GetServiceQuota", [Fault::Error(400, "AccessDeniedException", "no")]);
    let answer = folder().with_aws(&denied, &[&SUGGEST[..], &["--quotas"]].concat());
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("allow servicequotas:GetServiceQuota"), "{}", answer.text());
}
