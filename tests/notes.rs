//! Every caveat, with the smallest scenario that brings it about and the whole answer.

use super::cli::{Folder, in_november, snapshot};

const ESTIMATE: &[&str] = &["estimate", "scenario.toml"];

/// The variant, a scenario, the arguments, a phrase of the answer.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str);

const ON_DEMAND: &str = in_november!(
    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
);

const ON_SPOT: &str = in_november!(
    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 1
"#
);

const CASES: &[Case] = &[
    (
        "MonthFromClock",
        r#"region = "us-east-1"

[[s3]]
name = "data"
storage_gib = 100
"#,
        &["check", "scenario.toml"],
        "so the current month, ",
    ),
    (
        "MonthOverridden",
        ON_DEMAND,
        &["estimate", "scenario.toml", "--month", "2027-02"],
        "month 2027-02 comes from --month",
    ),
    (
        "RegionOverridden",
        ON_DEMAND,
        &["estimate", "scenario.toml", "--region", "us-west-2"],
        "region us-west-2 comes from --region",
    ),
    ("BundledPrices", ON_DEMAND, ESTIMATE, "they are not live"),
    (
        "ScenarioPrices",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
reason = "private offer"
"#
        ),
        ESTIMATE,
        "the scenario itself sets the price of BoxUsage:c5.large",
    ),
    (
        "PriceUnused",
        r#"region = "ap-northeast-1"
month = "2026-11"

[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
"#,
        ESTIMATE,
        "no line uses the scenario's price for BoxUsage:c5.large; in ap-northeast-1 the usage type is APN1-BoxUsage:c5.large",
    ),
    (
        "Unverified",
        in_november!(
            r#"
[[ecr]]
name = "images"
storage_gib = 100
"#
        ),
        ESTIMATE,
        "AmazonECR TimedStorage-ByteHrs at $0.10",
    ),
    (
        "Unpriced",
        r#"region = "us-west-2"
month = "2026-11"

[[s3]]
name = "data"
storage_class = "INTELLIGENT_TIERING"
storage_gib = 100
"#,
        ESTIMATE,
        "no price for data (USW2-TimedStorage-INT-FA-ByteHrs, GB-Months): the bundled price list has none in us-west-2",
    ),
    (
        "NeverOnDemand",
        ON_DEMAND,
        &["prices", "show", "trn2"],
        "no On-Demand price for trn2, trn2u types in any region",
    ),
    ("SpotWithoutHistory", ON_SPOT, ESTIMATE, "no Spot history was used for SpotUsage:c5.large"),
    (
        "SpotStarved",
        r#"region = "ap-northeast-1"
month = "2026-11"

[[compute]]
name = "work"
instances = { "g5.48xlarge" = 1 }
hours_per_instance = 10
spot_share = 1
interruptions_per_instance_hour = 0
"#,
        ESTIMATE,
        "g5.48xlarge Spot in ap-northeast-1 has no spare capacity",
    ),
    (
        "SpotUnbounded",
        r#"region = "us-east-2"
month = "2026-11"

[[compute]]
name = "work"
instances = { "p5e.48xlarge" = 1 }
hours_per_instance = 10
spot_share = 1
interruptions_per_instance_hour = 0
"#,
        ESTIMATE,
        "so nothing bounds its Spot price and the high end is unknown",
    ),
    (
        "Retired",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p3.16xlarge" = 1 }
hours_per_instance = 10
"#
        ),
        ESTIMATE,
        "p3.16xlarge is retired",
    ),
    ("InterruptionsNotModelled", ON_SPOT, ESTIMATE, "Spot interruptions are not modelled"),
    (
        "InterruptionsWithoutJob",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 1
interruptions_per_instance_hour = 0.05
"#
        ),
        ESTIMATE,
        "the interruption rate has no effect",
    ),
    (
        "Interruptions",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 5
spot_share = 1
interruptions_per_instance_hour = 0.05
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
attempts = 10
run_hours = 20
checkpoint = { interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }
"#
        ),
        ESTIMATE,
        "a checkpoint every",
    ),
    (
        "NeverFinishes",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 5
spot_share = 1
interruptions_per_instance_hour = 0.5
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
attempts = 10
run_hours = 20
"#
        ),
        ESTIMATE,
        "`job` will practically never finish",
    ),
    (
        "FewAttempts",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
runs = 5
spot_share = 1
interruptions_per_instance_hour = 0.1
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
attempts = 2
run_hours = 20
checkpoint = { interval_minutes = 30 }
"#
        ),
        ESTIMATE,
        "but it has only 2 attempts",
    ),
    (
        "RunsMayShare",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p4d.24xlarge" = 1 }
runs = 8
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 12
memory_mib = 64000
gpus = 2
run_hours = 10
"#
        ),
        ESTIMATE,
        "4 runs fit on one p4d.24xlarge",
    ),
    (
        "DelaysUnknown",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
launches = 10
"#
        ),
        ESTIMATE,
        "its launches cost nothing here",
    ),
    (
        "CapacityBlockUnused",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "p5.48xlarge" = 2 }
hours_per_instance = 40
capacity_block = { upfront_usd = "3000.00", hours = 48 }
"#
        ),
        ESTIMATE,
        "16 of the 96 instance-hours of the Capacity Block are paid for but not used",
    ),
    (
        "CommitmentCases",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 2 }
hours_per_instance = 360

[[commitment]]
name = "reserved"
kind = "reserved"
instance_type = "c5.large"
count = 1
usd_per_hour = "0.05"
"#
        ),
        ESTIMATE,
        "commitments are applied to On-Demand use hour by hour",
    ),
    (
        "CommitmentUnused",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100

[[commitment]]
name = "reserved"
kind = "reserved"
instance_type = "m5.large"
count = 1
usd_per_hour = "0.05"
"#
        ),
        ESTIMATE,
        "commitment reserved covers nothing in this scenario",
    ),
    (
        "LustreRounded",
        in_november!(
            r#"
[[lustre]]
name = "scratch"
deployment = "SCRATCH_2"
size_gib = 3000
"#
        ),
        ESTIMATE,
        "3,000 GiB is rounded up to 4,800 GiB",
    ),
    (
        "DataRepositorySameRegion",
        in_november!(
            r#"
[[lustre]]
name = "scratch"
deployment = "SCRATCH_2"
size_gib = 1200
data_repository = { import_gib = 500, read_requests = 1000000 }
"#
        ),
        ESTIMATE,
        "an S3 bucket in the same region is free",
    ),
    (
        "NewRegion",
        "region = \"eu-west-9\"\nmonth = \"2026-11\"\n[[s3]]\nname = \"data\"\nstorage_gib = 100\n",
        ESTIMATE,
        "this program does not know the region eu-west-9",
    ),
    (
        "ElasticThroughput",
        in_november!(
            r#"
[[efs]]
name = "home"
storage_gib = 100
elastic_throughput = true
"#
        ),
        ESTIMATE,
        "the Elastic Throughput charge for data read and written is not included",
    ),
    (
        "FreeTransfer",
        in_november!(
            r#"
[[transfer]]
name = "results"
kind = "out"
gib = 500
"#
        ),
        ESTIMATE,
        "the free 100 GB a month, which are shared by the whole account, are not subtracted",
    ),
    (
        "TypeAboveCap",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large", "c5.24xlarge"]
max_vcpus = 64
"#
        ),
        ESTIMATE,
        "cpu never launches c5.24xlarge",
    ),
    (
        "CapIsZero",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 0
"#
        ),
        ESTIMATE,
        "max_vcpus of cpu is 0 at times",
    ),
    (
        "OneAttemptOnSpot",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 1
interruptions_per_instance_hour = 0
job_definition = "job"

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
"#
        ),
        ESTIMATE,
        "`job` has only one attempt",
    ),
    (
        "ScheduleInUtc",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[schedule]]
compute_environment = "cpu"
cron = "0 22 * * 1-5"
max_vcpus = 128

[[schedule]]
compute_environment = "cpu"
cron = "0 8 * * 1-5"
timezone = "Asia/Tokyo"
max_vcpus = 64
"#
        ),
        ESTIMATE,
        "of cpu names no timezone, so it runs in UTC",
    ),
    (
        "FrameUnknown",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "mpi"
instance_types = ["hpc7a.96xlarge", "c5.large"]
max_vcpus = 192
"#
        ),
        ESTIMATE,
        "the ceiling of mpi is unknown because there is no price for BoxUsage:hpc7a.96xlarge",
    ),
    (
        "FloorUnreached",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT"
instance_types = ["g5.12xlarge"]
min_vcpus = 50
max_vcpus = 60

[[batch.compute_environment]]
name = "low"
type = "SPOT"
instance_types = ["g5.12xlarge"]
min_vcpus = 48
max_vcpus = 48
bid_percentage = 10
"#
        ),
        ESTIMATE,
        "so 48 vCPUs are kept running",
    ),
    (
        "NoTimeout",
        in_november!(
            r#"
[[batch.compute_environment]]
name = "cpu"
instance_types = ["c5.large"]
max_vcpus = 64

[[batch.job_definition]]
name = "job"
vcpus = 2
memory_mib = 3000
"#
        ),
        ESTIMATE,
        "`job` has no timeout_minutes",
    ),
    (
        "BudgetWarning",
        in_november!(
            r#"budget = { warn_usd = 5, fail_usd = 10 }

[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
        ),
        ESTIMATE,
        "the expected cost of $8.50 is above warn_usd = $5.00",
    ),
    (
        "BudgetExceeded",
        in_november!(
            r#"budget = { fail_usd = 5 }

[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
        ),
        ESTIMATE,
        "the expected cost of $8.50 is above fail_usd = $5.00",
    ),
    (
        "BudgetUnknown",
        r#"region = "us-west-2"
month = "2026-11"
budget = { fail_usd = 5 }

[[s3]]
name = "data"
storage_class = "INTELLIGENT_TIERING"
storage_gib = 100
"#,
        ESTIMATE,
        "it is unknown whether the budget of $5.00 holds",
    ),
    (
        "Tax",
        in_november!(
            r#"tax = { name = "Japanese consumption tax", percent = 10 }

[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
        ),
        ESTIMATE,
        "Japanese consumption tax of 10 % would be $0.85",
    ),
    (
        "NotVaried",
        in_november!(
            r#"
[[lustre]]
name = "scratch"
deployment = "PERSISTENT_2"
throughput_mbps_per_tib = 125
size_gib = 2400
"#
        ),
        &["estimate", "scenario.toml", "--sensitivity"],
        "not varied, because a tenth more or less is not a valid value",
    ),
    ("Of", ON_SPOT, &["estimate", "scenario.toml", "other.toml"], "scenario: no Spot history was used"),
    (
        "NothingToPrice",
        in_november!("[target]\nwait_minutes = 30\n"),
        ESTIMATE,
        "nothing in the scenario costs anything",
    ),
    (
        "WorkloadUnused",
        in_november!("workload = { trace = \"jobs.csv\" }\n"),
        ESTIMATE,
        "[workload] has no effect on the estimate",
    ),
    (
        "BidBelowSpot",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 1
compute_environment = "spot"

[[batch.compute_environment]]
name = "spot"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["c5.large"]
max_vcpus = 2
bid_percentage = 20
"#
        ),
        ESTIMATE,
        "is above the bid of $0.017; EC2 starts no such instance",
    ),
    (
        "BidUnknown",
        r#"region = "us-east-2"
month = "2026-11"

[[compute]]
name = "work"
instances = { "p5e.48xlarge" = 1 }
hours_per_instance = 10
spot_share = 1
interruptions_per_instance_hour = 0
compute_environment = "spot"

[[batch.compute_environment]]
name = "spot"
type = "SPOT"
allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
instance_types = ["p5e.48xlarge"]
max_vcpus = 192
bid_percentage = 60
"#,
        ESTIMATE,
        "it is not known whether EC2 would start a p5e.48xlarge",
    ),
    ("TypeNotInEnvironment", MISFIT, ESTIMATE, "work: cpu does not launch c5.xlarge"),
    (
        "FleetAboveCap",
        MISFIT,
        ESTIMATE,
        "its instances have 40 vCPUs if they all run at once, but cpu launches no more than max_vcpus = 16",
    ),
    ("EnvironmentBuysOther", MISFIT, ESTIMATE, "work: cpu uses On-Demand only"),
    ("NoLaunches", MISFIT, ESTIMATE, "work: no launches are declared"),
    ("JobDoesNotFit", MISFIT, ESTIMATE, "`task` does not fit on a c5.xlarge"),
    ("TimeoutBelowRun", MISFIT, ESTIMATE, "its timeout ends a run of 5 h after 60 min"),
    (
        "HoursBeyondPeriod",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 700
spot_share = 1
interruptions_per_instance_hour = 0.2
job_definition = "task"

[[batch.job_definition]]
name = "task"
vcpus = 2
memory_mib = 2000
attempts = 10
run_hours = 5
"#
        ),
        ESTIMATE,
        "the work will not be done in time",
    ),
    (
        "CheckpointInterval",
        in_november!(
            r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
spot_share = 1
interruptions_per_instance_hour = 0.2
job_definition = "task"

[[batch.job_definition]]
name = "task"
vcpus = 2
memory_mib = 2000
attempts = 10
run_hours = 20
checkpoint = { interval_minutes = 30, write_minutes = 2, restart_minutes = 10 }
"#
        ),
        ESTIMATE,
        "on Spot a checkpoint every 33.3 min costs least (1.163 billed hours per useful hour); it is now every 30 min (1.164)",
    ),
    (
        "HistoryTooShort",
        ON_SPOT,
        &["spot", "--history", "short.json"],
        "less than 28 days of history are not forecast",
    ),
    (
        "ForecastMethod",
        ON_SPOT,
        &["spot", "--history", "long.json"],
        "widened for the 4 days until the month begins",
    ),
    (
        "OnDemandUnknown",
        ON_SPOT,
        &["spot", "--history", "long.json", "--days", "30"],
        "without --region neither the On-Demand price",
    ),
    (
        "OnDemandAsOf",
        ON_SPOT,
        &["spot", "--history", "long.json", "--region", "us-east-1"],
        "the bundled ones as of 2026-07-05; the record ends on 2026-10-28",
    ),
    (
        "SpotAboveOnDemand",
        ON_SPOT,
        &["spot", "--history", "above.json", "--region", "us-east-1"],
        "c5.large: the last Spot price is above the On-Demand price",
    ),
    (
        "SpotForecast",
        ON_SPOT,
        &["estimate", "scenario.toml", "--spot-history", "long.json"],
        "SpotUsage:c5.large: forecast from 64 days of history in 2 zones",
    ),
];

/// A plan that asks of its environment and its job what they do not give.
const MISFIT: &str = in_november!(
    r#"
[[compute]]
name = "work"
instances = { "c5.xlarge" = 10 }
hours_per_instance = 100
spot_share = 0.5
interruptions_per_instance_hour = 0
compute_environment = "cpu"
job_definition = "task"

[[batch.compute_environment]]
name = "cpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["c5.4xlarge"]
max_vcpus = 16
launch_minutes = 5

[[batch.job_definition]]
name = "task"
vcpus = 8
memory_mib = 16000
attempts = 3
timeout_minutes = 60
run_hours = 5
"#
);

/// Two changes a day apart: too little for a forecast.
const SHORT_HISTORY: &str = r#"{"SpotPriceHistory": [
{"AvailabilityZone": "us-east-1a", "InstanceType": "c5.large", "SpotPrice": "0.03", "Timestamp": "2026-10-01T00:00:00Z"},
{"AvailabilityZone": "us-east-1a", "InstanceType": "c5.large", "SpotPrice": "0.04", "Timestamp": "2026-10-02T00:00:00Z"}
]}"#;

/// Nine weeks of one price.
const LONG_HISTORY: &str = r#"{"SpotPriceHistory": [
{"AvailabilityZoneId": "use1-az1", "InstanceType": "c5.large", "SpotPrice": "0.03", "Timestamp": "2026-08-25T00:00:00Z"},
{"AvailabilityZoneId": "use1-az1", "InstanceType": "c5.large", "SpotPrice": "0.03", "Timestamp": "2026-10-28T00:00:00Z"},
{"AvailabilityZoneId": "use1-az2", "InstanceType": "c5.large", "SpotPrice": "0.05", "Timestamp": "2026-08-25T00:00:00Z"},
{"AvailabilityZoneId": "use1-az2", "InstanceType": "c5.large", "SpotPrice": "0.05", "Timestamp": "2026-10-28T00:00:00Z"}
]}"#;

#[test]
fn every_note_has_a_case() {
    let mut cases: Vec<&str> = CASES.iter().map(|(variant, ..)| *variant).collect();
    cases.extend(super::aws::NOTES);
    cases.extend(super::compare::NOTES);
    cases.extend(super::simulate::NOTES);
    cases.extend(super::job_definitions::NOTES);
    cases.extend(super::simulated_causes::NOTES);
    cases.extend(super::simulated_interruptions::NOTES);
    cases.extend(super::simulated_types::NOTES);
    cases.extend(super::simulated_policies::NOTES);
    cases.extend(super::suggest_metrics::NOTES);
    cases.extend(super::suggest_found::NOTES);
    let mut variants = hpc_cost::report::Note::NAMES.to_vec();
    cases.sort_unstable();
    variants.sort_unstable();
    assert_eq!(variants, cases, "one case a variant: two of one name would share a snapshot");
}

#[test]
fn notes_say_what_they_should() {
    let mut without = Vec::new();
    for (variant, scenario, args, phrase) in CASES {
        let other = ON_DEMAND.replacen("region", "name = \"s1\"\nregion", 1);
        let folder = Folder::new(scenario)
            .with("other.toml", other)
            .with("short.json", SHORT_HISTORY)
            .with("long.json", LONG_HISTORY)
            .with("above.json", LONG_HISTORY.replace("\"0.0", "\"0.2"));
        let answer = folder.run(args);
        // A phrase may be wrapped.
        let words: Vec<&str> = answer.stdout.split_whitespace().collect();
        if !words.join(" ").contains(phrase) {
            without.push(format!("{variant}\n{}", answer.text()));
        }
        let mut text = answer.text();
        if *variant == "MonthFromClock" {
            text = without_month(&text);
        }
        snapshot(&format!("note_{variant}"), &text);
    }
    assert!(without.is_empty(), "without their note:\n{}", without.join("\n\n"));
}

/// The text with its one month, which is the present one, as `YYYY-MM`.
fn without_month(text: &str) -> String {
    let is_month = |word: &&str| {
        let parts: Vec<&str> = word.split('-').collect();
        matches!(parts[..], [year, month] if year.len() == 4 && month.len() == 2
            && [year, month].concat().bytes().all(|byte| byte.is_ascii_digit()))
    };
    let month = text.split_whitespace().find(is_month).expect("the month is in the answer");
    text.replace(month, "YYYY-MM")
}
