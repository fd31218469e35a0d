//! EC2 as somebody else wrote it: moto, whose instance types and offerings are dumps of real answers.
//!
//! `.ci/run` installs it and names the server in `HPC_COST_MOTO_SERVER`. Without it these tests say that
//! they did not run.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::aws::{ON_DEMAND, json as document_of, scenario};
use super::cli::{Answer, Folder};
use super::loopback::{Loopback, World};
use super::world::{instance, world};

/// The running server; it is killed when it is dropped.
struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    /// `None` where it is not installed.
    fn start() -> Option<Moto> {
        #[expect(clippy::disallowed_methods, reason = "the one setting of the tests")]
        let program = std::env::var_os("HPC_COST_MOTO_SERVER");
        let Some(program) = program.filter(|program| !program.is_empty()) else {
            // Not a print: those are kept from whoever reads the test's result.
            let told = "moto is not installed (HPC_COST_MOTO_SERVER names none): its tests did not run\n";
            std::io::stderr().write_all(told.as_bytes()).expect("stderr");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("HPC_COST_MOTO_SERVER is a program");
        let moto = Moto { child, address };
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return Some(moto);
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("moto does not listen on {address} after a minute");
    }

    /// Seeds it.
    fn post(&self, path: &str, body: &Value) {
        let answer = self.send(path, "", &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    /// Asks one of its services in Tokyo.
    fn ask(&self, service: &str, path: &str, body: &str) -> String {
        let scope = format!("AKID/20261123/ap-northeast-1/{service}/aws4_request");
        let header = format!(
            "authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x\r\n"
        );
        let answer = self.send(path, &header, body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }

    /// Asks one of its services in Tokyo for an operation of the JSON protocol.
    fn target(&self, service: &str, target: &str, body: &str) -> String {
        let scope = format!("AKID/20261123/ap-northeast-1/{service}/aws4_request");
        let header = format!(
            "authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x\r\nx-amz-target: {target}\r\n"
        );
        let answer = self.send("/", &header, body);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer
    }

    fn send(&self, path: &str, header: &str, body: &str) -> String {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: moto\r\nconnection: close\r\ncontent-type: {kind}\r\n{header}content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// Runs the program with EC2 of moto and prices of the AWS of these tests.
    fn run(&self, folder: &Folder, prices: &Loopback, args: &[&str]) -> Answer {
        let ec2 = format!("http://{}", self.address);
        folder.asking(prices, args, &[("AWS_ENDPOINT_URL_EC2", &ec2), ("AWS_MAX_ATTEMPTS", "1")])
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The types of the guide and of its neighbours.
const TYPES: [&str; 16] = [
    "p4d.24xlarge",
    "p4de.24xlarge",
    "p5.48xlarge",
    "p5en.48xlarge",
    "p3dn.24xlarge",
    "g5.xlarge",
    "g5.12xlarge",
    "g5.48xlarge",
    "g4dn.xlarge",
    "g4dn.12xlarge",
    "g6.xlarge",
    "g6.48xlarge",
    "c7i.48xlarge",
    "m6i.32xlarge",
    "r6i.32xlarge",
    "c5.18xlarge",
];

#[test]
fn the_table_of_types_is_what_ec2_describes() {
    let Some(moto) = Moto::start() else { return };
    let mut world = world();
    for name in TYPES {
        let known = ["p4d.24xlarge", "p5.48xlarge", "g5.xlarge"].contains(&name);
        if !known {
            world.products.push(instance(&format!("SKU{name}"), "us-east-1", "", name, "1.0000000000", &[]));
        }
    }
    let prices = Loopback::new(world);
    let instances: Vec<String> = TYPES.iter().map(|name| format!("\"{name}\" = 1")).collect();
    let keys = ON_DEMAND.replace("\"p4d.24xlarge\" = 2", &instances.join(", "));
    let answer = moto.run(&scenario(&keys), &prices, &["estimate", "scenario.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let notes = document_of(&answer)["notes"].to_string();
    assert!(!notes.contains("EC2 describes") && !notes.contains("does not offer"), "{notes}");
    // All of it came from moto.
    assert!(prices.requests().iter().all(|request| request.operation == "GetProducts"));
}

#[test]
fn a_price_row_in_tokyo_is_no_offer_there() {
    let Some(moto) = Moto::start() else { return };
    let name = "p6-b200.48xlarge";
    let row = instance("B200TOKYO0000001", "ap-northeast-1", "APN1-", name, "150.0000000000", &[]);
    let prices = Loopback::new(World { products: vec![row], ..World::default() });
    let keys = ON_DEMAND.replace("p4d.24xlarge", name);
    let folder = Folder::new(format!("region = \"ap-northeast-1\"\n{keys}"));
    let answer = moto.run(&folder, &prices, &["estimate", "scenario.toml", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(
        answer.stdout.contains("EC2 does not offer p6-b200.48xlarge in ap-northeast-1"),
        "{}",
        answer.text()
    );
}

#[test]
fn one_record_of_long_ago_is_the_price_of_the_whole_window() {
    let Some(moto) = Moto::start() else { return };
    let prices = Loopback::new(world());
    let args = ["spot", "g5.xlarge", "--region", "us-east-1", "--format", "json"];
    let answer = moto.run(&Folder::empty(), &prices, &args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    // moto has one record a zone, of January 2006.
    let document = document_of(&answer);
    for pool in document["pools"].as_array().expect("pools") {
        assert_eq!((&pool["days"], &pool["time_weighted_mean"]), (&"90".into(), &"0.00001".into()), "{pool}");
    }
    assert!(document["pools"].as_array().is_some_and(|pools| pools.len() > 2));
}

#[test]
fn what_moto_cannot_do_is_an_error_and_not_an_answer() {
    let Some(moto) = Moto::start() else { return };
    let prices = Loopback::new(world());
    let args = ["prices", "capacity-blocks", "p4d.24xlarge", "--region", "us-east-1", "--hours", "48"];
    let answer = moto.run(&Folder::empty(), &prices, &args);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stdout.is_empty() && answer.stderr.contains("not an answer of AWS"), "{}", answer.text());
}

/// A group of a day as GetCostAndUsage has it.
fn group(service: &str, key: &str, amount: &str, quantity: &str) -> Value {
    json!({"Keys": [service, key], "Metrics": {"AmortizedCost": {"Amount": amount, "Unit": "USD"},
        "UsageQuantity": {"Amount": quantity, "Unit": "N/A"}}})
}

#[test]
fn the_bill_of_another_cost_explorer_is_compared() {
    let Some(moto) = Moto::start() else { return };
    let date = |day: u32| if day > 31 { "2026-11-01".to_owned() } else { format!("2026-10-{day:02}") };
    let day = |day: u32, groups: Vec<Value>| {
        json!({"TimePeriod": {"Start": date(day), "End": date(day + 1)},
            "Total": {}, "Groups": groups, "Estimated": false})
    };
    let ec2 = "Amazon Elastic Compute Cloud - Compute";
    let hours = |day_of: u32| day(day_of, vec![group(ec2, "BoxUsage:p4d.24xlarge", "2195.7642", "100")]);
    let kinds = |day_of: u32| {
        day(day_of, vec![group(ec2, "Usage", "2195.7642", "100"), group("Tax", "Tax", "0.1234567891", "0")])
    };
    // Every day that is asked for is there, without groups where nothing was charged.
    let month = |of: &dyn Fn(u32) -> Value| -> Vec<Value> {
        (1..=31)
            .map(|number| if matches!(number, 1 | 30) { of(number) } else { day(number, vec![]) })
            .collect()
    };
    let answers = [month(&hours), month(&kinds)];
    let results: Vec<Value> = answers
        .into_iter()
        .map(|days| json!({"ResultsByTime": days, "GroupDefinitions": [], "DimensionValueAttributes": []}))
        .collect();
    moto.post("/moto-api/static/ce/cost-and-usage-results", &json!({ "results": results }));
    let folder = Folder::new(format!("region = \"us-east-1\"\nmonth = \"2026-10\"\n{ON_DEMAND}"));
    let ce = format!("http://{}", moto.address);
    let settings = [("AWS_ENDPOINT_URL_COST_EXPLORER", ce.as_str()), ("AWS_MAX_ATTEMPTS", "1")];
    let args = ["compare", "scenario.toml", "--prices", "bundled", "--actual", "ce", "--format", "json"];
    let answer = folder.asking(&Loopback::new(World::default()), &args, &settings);
    let document = document_of(&answer);
    assert_eq!(document["totals"]["difference"], "0", "{}", answer.text());
    assert_eq!(document["totals"]["excluded"], "0.2469135782");
    assert_eq!(document["totals"]["source_total"], "4391.7753135782");
    assert_eq!(document["requests"]["paid_calls"], 2);
}

#[test]
fn jobs_of_another_batch_are_imported() {
    let Some(moto) = Moto::start() else { return };
    // Without containers a job has succeeded the moment it is submitted.
    moto.post("/moto-api/config", &json!({"batch": {"use_docker": false}}));
    moto.ask(
        "iam",
        "/",
        "Action=CreateRole&RoleName=batch&AssumeRolePolicyDocument=%7B%7D&Version=2010-05-08",
    );
    let batch =
        |operation: &str, body: Value| moto.ask("batch", &format!("/v1/{operation}"), &body.to_string());
    let role = "arn:aws:iam::123456789012:role/batch";
    let environment = "arn:aws:batch:ap-northeast-1:123456789012:compute-environment/machines";
    batch(
        "createcomputeenvironment",
        json!({"computeEnvironmentName": "machines", "type": "UNMANAGED", "state": "ENABLED", "serviceRole": role}),
    );
    batch(
        "createjobqueue",
        json!({"jobQueueName": "high", "state": "ENABLED", "priority": 1,
        "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": environment}]}),
    );
    let requirements = json!([{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "1024"}]);
    batch(
        "registerjobdefinition",
        json!({"jobDefinitionName": "training", "type": "container",
        "containerProperties": {"image": "i", "command": ["x"], "resourceRequirements": requirements}}),
    );
    let submitted = json!({"jobName": "one", "jobQueue": "high", "jobDefinition": "training"});
    batch("submitjob", submitted.clone());
    let mut array = submitted;
    array["arrayProperties"] = json!({"size": 3});
    batch("submitjob", array);
    let url = format!("http://{}", moto.address);
    let args = ["jobs", "import", "--from", "batch", "--region", "ap-northeast-1"];
    let aws = Loopback::new(World::default());
    let answer = Folder::empty().asking(&aws, &args, &[("AWS_ENDPOINT_URL_BATCH", &url)]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    // The one, and three children; the parent is none. A job starts the moment it is submitted, maybe in the next second.
    assert_eq!(rows.len(), 4, "{}", answer.text());
    let as_told = |row: &&str| {
        let (row, wait) = row.rsplit_once(',').expect("fields");
        row.ends_with(",1,2,1024,0,1,high,succeeded,1,one") && wait.parse::<u32>().is_ok_and(|wait| wait < 10)
    };
    assert!(rows.iter().all(as_told), "{}", answer.text());
    assert_eq!(rows.iter().filter(|row| row.split(',').next().is_some_and(|id| id.contains(':'))).count(), 3);
    assert!(!answer.stderr.contains("dropped"), "{}", answer.text());
}

/// The text between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("{after} in {rest}")).0
}

#[test]
fn what_is_deployed_in_another_batch_is_a_scenario() {
    let Some(moto) = Moto::start() else { return };
    let form = |service: &str, body: &str| moto.ask(service, "/", body);
    form("iam", "Action=CreateRole&RoleName=batch&AssumeRolePolicyDocument=%7B%7D&Version=2010-05-08");
    form("iam", "Action=CreateInstanceProfile&InstanceProfileName=node&Version=2010-05-08");
    let subnets = form("ec2", "Action=DescribeSubnets&Version=2016-11-15");
    let subnet = between(&subnets, "<subnetId>", "</subnetId>").to_owned();
    let groups = form("ec2", "Action=DescribeSecurityGroups&Version=2016-11-15");
    let group = between(&groups, "<groupId>", "</groupId>").to_owned();
    let device = "LaunchTemplateData.BlockDeviceMapping.1";
    let template = form(
        "ec2",
        &format!(
            "Action=CreateLaunchTemplate&Version=2016-11-15&LaunchTemplateName=node&{device}.DeviceName=%2Fdev%2Fxvda&{device}.Ebs.VolumeSize=80&{device}.Ebs.VolumeType=gp3"
        ),
    );
    let template = between(&template, "<launchTemplateId>", "</launchTemplateId>").to_owned();
    let batch =
        |operation: &str, body: Value| moto.ask("batch", &format!("/v1/{operation}"), &body.to_string());
    let account = "arn:aws:iam::123456789012";
    batch(
        "createcomputeenvironment",
        json!({"computeEnvironmentName": "machines", "type": "MANAGED", "state": "ENABLED",
            "serviceRole": format!("{account}:role/batch"),
            "computeResources": {"type": "EC2", "allocationStrategy": "BEST_FIT_PROGRESSIVE", "minvCpus": 0, "maxvCpus": 64,
                "desiredvCpus": 0, "instanceTypes": ["c5.4xlarge"], "subnets": [subnet.clone()],
                "securityGroupIds": [group], "instanceRole": format!("{account}:instance-profile/node"),
                "launchTemplate": {"launchTemplateId": template, "version": "$Latest"}}}),
    );
    batch(
        "createjobqueue",
        json!({"jobQueueName": "high", "state": "ENABLED", "priority": 7,
        "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": "arn:aws:batch:ap-northeast-1:123456789012:compute-environment/machines"}]}),
    );
    for memory in ["1024", "2048"] {
        let requirements = json!([{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": memory}]);
        batch(
            "registerjobdefinition",
            json!({"jobDefinitionName": "training", "type": "container", "retryStrategy": {"attempts": 3},
            "containerProperties": {"image": "i", "command": ["x"], "resourceRequirements": requirements}}),
        );
    }
    let lustre = json!({"FileSystemType": "LUSTRE", "StorageCapacity": 1200, "StorageType": "SSD", "SubnetIds": [subnet],
        "LustreConfiguration": {"DeploymentType": "SCRATCH_2"}, "Tags": [{"Key": "Name", "Value": "scratch"}]});
    moto.target("fsx", "AWSSimbaAPIService_v20180301.CreateFileSystem", &lustre.to_string());
    let url = format!("http://{}", moto.address);
    let settings =
        ["BATCH", "FSX", "EC2"].map(|service| (format!("AWS_ENDPOINT_URL_{service}"), url.as_str()));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, url)| (name.as_str(), *url)).collect();
    let folder = Folder::empty();
    let args = ["import", "batch", "--region", "ap-northeast-1", "-o", "scenario.toml"];
    let answer = folder.asking(&Loopback::new(World::default()), &args, &settings);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scenario = std::fs::read_to_string(folder.path("scenario.toml")).expect("the scenario was written");
    for part in [
        "name = \"scratch\"\ndeployment = \"SCRATCH_2\"\nstorage = \"SSD\"\nsize_gib = 1200\n",
        "name = \"machines\"\ntype = \"EC2\"\nallocation_strategy = \"BEST_FIT_PROGRESSIVE\"\ninstance_types = [\"c5.4xlarge\"]\nmin_vcpus = 0\nmax_vcpus = 64\nroot_volume = { type = \"gp3\", size_gib = 80 }\n",
        "name = \"high\"\npriority = 7\ncompute_environments = [\"machines\"]\n",
        "name = \"training\"\nvcpus = 2\nmemory_mib = 2048\nattempts = 3\n",
        "job definitions: 1 older active revision left out",
    ] {
        assert!(scenario.contains(part), "lacks {part}\n{}\n{scenario}", answer.text());
    }
    assert_eq!(folder.run(&["check", "scenario.toml"]).code, Some(0));
}

/// A job a day for one p4d.24xlarge, and two more at the first.
const WAITING: &str = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status
a,0,3600,96,1000,8,1,main,succeeded
b,0,3600,96,1000,8,1,main,succeeded
c,0,3600,96,1000,8,1,main,succeeded
d,86400,3600,96,1000,8,1,main,succeeded
";

/// Asks another service for what `suggest` holds its suggestions against.
fn suggest(moto: &Moto, service: &str, more: &[&str]) -> Answer {
    let keys = r#"
[[batch.compute_environment]]
name = "gpu"
allocation_strategy = "BEST_FIT_PROGRESSIVE"
instance_types = ["p4d.24xlarge"]
max_vcpus = 96
launch_minutes = 0
scale_down_delay_minutes = 0

[[batch.job_queue]]
name = "main"
priority = 1
compute_environments = ["gpu"]

[workload]
trace = "jobs.csv"

[target]
wait_minutes = 90
"#;
    let folder = scenario(keys).with("jobs.csv", WAITING);
    let url = format!("http://{}", moto.address);
    let args = [&["suggest", "scenario.toml", "--prices", "bundled", "--format", "json"], more].concat();
    folder.asking(&Loopback::new(World::default()), &args, &[(service, &url), ("AWS_MAX_ATTEMPTS", "1")])
}

#[test]
fn another_service_quotas_without_a_quota_leaves_it_unknown() {
    let Some(moto) = Moto::start() else { return };
    // moto has quotas of VPC only; of EC2 it answers NoSuchResourceException.
    let answer = suggest(&moto, "AWS_ENDPOINT_URL_SERVICE_QUOTAS", &["--quotas"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let risk = document_of(&answer)["suggestions"][0]["risk"].to_string();
    assert!(risk.contains("(L-417A185B) is not known, Service Quotas has no value of it"), "{risk}");
}

#[test]
fn another_cloudwatch_that_speaks_no_cbor_is_an_error_and_not_no_metric() {
    let Some(moto) = Moto::start() else { return };
    let answer = suggest(&moto, "AWS_ENDPOINT_URL_CLOUDWATCH", &["--metrics", "cloudwatch"]);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(
        answer.stdout.is_empty() && answer.stderr.contains("CloudWatch ListMetrics failed"),
        "{}",
        answer.text()
    );
}
