//! `import batch`: what is deployed in a region as a scenario, asked of an AWS on 127.0.0.1.

use std::fs;

use serde_json::{Value, json};

use super::cli::{Answer, Folder, snapshot};
use super::loopback::{Batch, Fault, Loopback, World};

const HERE: &str = "us-east-1";

const ROOT: &str = "<item><deviceName>/dev/xvda</deviceName><ebs><volumeSize>200</volumeSize><volumeType>gp3</volumeType><throughput>250</throughput></ebs></item>";
const OLD_ROOT: &str = "<item><deviceName>/dev/xvda</deviceName><ebs><volumeSize>30</volumeSize><volumeType>gp2</volumeType></ebs></item>";

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:batch:{HERE}:123456789012:{kind}/{name}")
}

fn environment(name: &str, resources: &Value) -> Value {
    json!({"computeEnvironmentName": name, "computeEnvironmentArn": arn("compute-environment", name), "type": "MANAGED",
        "state": "ENABLED", "status": "VALID", "containerOrchestrationType": "ECS", "computeResources": resources})
}

fn queue(name: &str, priority: u32, environments: &[&str]) -> Value {
    let order: Vec<Value> = (1..)
        .zip(environments)
        .map(|(order, name)| json!({"order": order, "computeEnvironment": arn("compute-environment", name)}))
        .collect();
    json!({"jobQueueName": name, "jobQueueArn": arn("job-queue", name), "state": "ENABLED", "status": "VALID",
        "priority": priority, "computeEnvironmentOrder": order, "jobQueueType": "ECS"})
}

fn definition(name: &str, revision: u32, status: &str, more: &Value) -> Value {
    let mut one = json!({"jobDefinitionName": name, "jobDefinitionArn": arn("job-definition", &format!("{name}:{revision}")),
        "revision": revision, "status": status, "type": "container", "platformCapabilities": ["EC2"]});
    for (key, value) in more.as_object().expect("an object") {
        one[key] = value.clone();
    }
    one
}

fn needs(vcpus: &str, memory: &str, gpus: &str) -> Value {
    let mut needs = vec![json!({"type": "VCPU", "value": vcpus}), json!({"type": "MEMORY", "value": memory})];
    if !gpus.is_empty() {
        needs.push(json!({"type": "GPU", "value": gpus}));
    }
    json!({"image": "i", "resourceRequirements": needs})
}

fn file_system(id: &str, more: &Value) -> Value {
    let mut one = json!({"FileSystemId": id, "FileSystemType": "LUSTRE", "Lifecycle": "AVAILABLE", "StorageCapacity": 2400,
        "StorageType": "SSD", "SubnetIds": ["subnet-1"], "Tags": []});
    for (key, value) in more.as_object().expect("an object") {
        one[key] = value.clone();
    }
    one
}

fn everything() -> Batch {
    let template = |version: Value| json!({"launchTemplateId": "lt-1", "version": version});
    let gpu = json!({"type": "SPOT", "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED", "minvCpus": 0, "maxvCpus": 768,
        "desiredvCpus": 96, "instanceTypes": ["p4d.24xlarge", "g5.48xlarge"], "subnets": ["subnet-1", "subnet-2"],
        "bidPercentage": 70, "launchTemplate": template(json!("3")), "scalingPolicy": {"minScaleDownDelayMinutes": 20}});
    let cpu = json!({"type": "EC2", "allocationStrategy": "BEST_FIT_PROGRESSIVE", "minvCpus": 16, "maxvCpus": 256,
        "instanceTypes": ["c5.4xlarge"], "subnets": ["subnet-1"], "launchTemplate": {"launchTemplateName": "plain"}});
    let gone = json!({"type": "EC2", "minvCpus": 0, "maxvCpus": 8, "instanceTypes": ["c5.large"], "subnets": ["subnet-1"],
        "launchTemplate": {"launchTemplateId": "lt-gone"}});
    let mut disabled = environment("cpu", &cpu);
    disabled["state"] = json!("DISABLED");
    let mut on_eks = environment("pods", &gone);
    on_eks["eksConfiguration"] = json!({"eksClusterArn": "arn:aws:eks:x", "kubernetesNamespace": "n"});
    let mut unmanaged = environment("own", &Value::Null);
    unmanaged["type"] = json!("UNMANAGED");
    let mut deleting = environment("old", &cpu);
    deleting["status"] = json!("DELETING");
    let fargate = json!({"type": "FARGATE", "maxvCpus": 64, "subnets": ["subnet-1"]});
    let mut service = queue("sagemaker", 1, &[]);
    service["jobQueueType"] = json!("SAGEMAKER_TRAINING");
    let range = |target: &str| json!({"targetNodes": target, "container": needs("8", "16384", "")});
    let nodes = json!({"type": "multinode", "nodeProperties": {"numNodes": 4, "mainNode": 0, "nodeRangeProperties": [range("0:")]},
        "retryStrategy": {"attempts": 3, "evaluateOnExit": []}, "timeout": {"attemptDurationSeconds": 5400}});
    let single = |memory: &str| json!({"containerProperties": needs("8", memory, "2")});
    let lustre = |deployment: &str, throughput: u32| {
        json!({"DeploymentType": deployment, "PerUnitStorageThroughput": throughput,
        "AutomaticBackupRetentionDays": 0, "MetadataConfiguration": {"Mode": "USER_PROVISIONED", "Iops": 6000}})
    };
    Batch {
        region: HERE,
        environments: vec![
            environment("gpu", &gpu),
            disabled,
            on_eks,
            unmanaged,
            deleting,
            environment("serverless", &fargate),
        ],
        queues: vec![queue("high", 10, &["gpu", "cpu"]), queue("low", 1, &["serverless"]), service],
        definitions: vec![
            definition("train", 1, "ACTIVE", &single("1")),
            definition("mnp", 2, "ACTIVE", &nodes),
            definition("train", 7, "ACTIVE", &single("16384")),
            definition("train", 3, "ACTIVE", &single("3")),
            definition("train", 8, "INACTIVE", &single("8")),
            definition("pod", 1, "ACTIVE", &json!({"eksProperties": {"podProperties": {}}})),
        ],
        file_systems: vec![
            file_system(
                "fs-1",
                &json!({"LustreConfiguration": lustre("PERSISTENT_2", 250), "Tags": [{"Key": "Name", "Value": "scratch"}]}),
            ),
            file_system("fs-2", &json!({"FileSystemType": "ONTAP"})),
            file_system("fs-3", &json!({"Lifecycle": "DELETING"})),
        ],
        templates: vec![("lt-1", "3", ROOT), ("lt-1", "$Default", OLD_ROOT), ("plain", "$Default", OLD_ROOT)],
        ..Batch::default()
    }
}

fn import(folder: &Folder, aws: &Loopback, more: &[&str]) -> Answer {
    let args = [&["import", "batch", "--region", HERE], more].concat();
    folder.asking(aws, &args, &[])
}

#[test]
fn what_is_deployed_is_a_scenario() {
    let folder = Folder::empty();
    // Two a page, with an empty page after each.
    let world = World { batch: everything(), page: Some(2), empty_pages: true, ..World::default() };
    let aws = Loopback::new(world);
    let answer = import(&folder, &aws, &["--month", "2026-11", "-o", "scenario.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scenario = fs::read_to_string(folder.path("scenario.toml")).expect("the scenario was written");
    snapshot("import_batch", &format!("{}\n{scenario}", answer.text()));
    // Six environments in three pages, with two empty ones between them; each template once.
    assert_eq!(aws.count("/v1/describecomputeenvironments"), 5);
    assert_eq!(aws.count("DescribeLaunchTemplateVersions"), 3);
    for command in ["check", "estimate"] {
        let answer = folder.run(
            &[command, "scenario.toml", "--prices", "bundled"][..if command == "check" { 2 } else { 4 }],
        );
        assert_eq!(answer.code, Some(0), "{}", answer.text());
    }
    // The version that an environment names decides its volume.
    assert!(scenario.contains("root_volume = { type = \"gp3\", size_gib = 200, throughput_mibps = 250 }"));
    assert!(scenario.contains("root_volume = { type = \"gp2\", size_gib = 30 }"));
    // Of `train` the seventh revision: the eighth is not active.
    assert!(scenario.contains("# job-definition/train:7\n[[batch.job_definition]]\nname = \"train\"\nvcpus = 8\nmemory_mib = 16384\n"));
    assert!(scenario.contains("job definitions: 2 older active revisions left out"));
    // 5400 s are 90 minutes.
    assert!(scenario.contains("memory_mib = 16384\nnodes = 4\nattempts = 3\ntimeout_minutes = 90\n"));
}

#[test]
fn an_account_without_anything_is_said_to_have_nothing() {
    let aws = Loopback::new(World { batch: Batch { region: HERE, ..Batch::default() }, ..World::default() });
    let folder = Folder::empty();
    let answer = import(&folder, &aws, &["-o", "scenario.toml"]);
    assert_eq!(answer.code, Some(1), "{}", answer.text());
    assert!(
        answer.stderr.contains("there is nothing: is it the right region and account?"),
        "{}",
        answer.stderr
    );
    assert!(!folder.path("scenario.toml").exists());
}

#[test]
fn what_aws_refuses_is_said_with_the_permissions() {
    let aws = || Loopback::new(World { batch: everything(), ..World::default() });
    let denied = |code: &'static str| [Fault::Error(403, code, "User is not authorized")];
    for (operation, code, named, hint) in [
        (
            "/v1/describecomputeenvironments",
            "AccessDeniedException",
            "AWS Batch DescribeComputeEnvironments failed",
            "fsx:DescribeFileSystems and ec2:DescribeLaunchTemplateVersions",
        ),
        (
            "/v1/describejobdefinitions",
            "AccessDeniedException",
            "AWS Batch DescribeJobDefinitions failed",
            "allow batch:DescribeComputeEnvironments",
        ),
        (
            "DescribeFileSystems",
            "AccessDeniedException",
            "Amazon FSx DescribeFileSystems failed",
            "allow batch:DescribeComputeEnvironments",
        ),
        (
            "DescribeLaunchTemplateVersions",
            "UnauthorizedOperation",
            "Amazon EC2 DescribeLaunchTemplateVersions failed",
            "allow batch:DescribeComputeEnvironments",
        ),
    ] {
        let answer = import(&Folder::empty(), &aws().with_faults_on(operation, denied(code)), &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
        for word in [named, "User is not authorized", hint] {
            assert!(answer.stderr.contains(word), "{operation} lacks {word}: {}", answer.stderr);
        }
    }
    let none = Folder::empty().run(&["import", "batch", "--region", HERE]);
    assert!(none.code == Some(3) && none.stderr.contains("no AWS credentials"), "{}", none.text());
    let region = Folder::empty().run(&["import", "batch", "--region", "mars-1"]);
    assert!(region.code == Some(2) && region.stderr.contains("mars-1"), "{}", region.text());
    let broken =
        [Fault::Raw(200, "application/json", "{\"computeEnvironments\": [{\"type\": \"MANAGED\"}]}")];
    let answer =
        import(&Folder::empty(), &aws().with_faults_on("/v1/describecomputeenvironments", broken), &[]);
    assert!(
        answer.code == Some(3) && answer.stderr.contains("a compute environment without a name"),
        "{}",
        answer.text()
    );
}

#[test]
fn what_would_page_for_ever_ends() {
    let world = World { batch: everything(), page: Some(1), repeats_token: true, ..World::default() };
    let answer = import(&Folder::empty(), &Loopback::new(world), &[]);
    assert!(answer.code == Some(3) && answer.stderr.contains("it repeats a page token"), "{}", answer.text());
}

#[test]
fn details_that_a_scenario_cannot_have_are_listed() {
    let mut batch = everything();
    batch.environments[0]["computeResources"]["launchTemplate"]["overrides"] =
        json!([{"launchTemplateId": "lt-1", "targetInstanceTypes": ["g5"]}]);
    batch.queues[0]["schedulingPolicyArn"] = json!("arn:aws:batch:x:y:scheduling-policy/fair");
    batch.file_systems = vec![
        file_system(
            "fs-4",
            &json!({"StorageType": "INTELLIGENT_TIERING", "StorageCapacity": 0, "LustreConfiguration":
            {"DeploymentType": "PERSISTENT_2", "ThroughputCapacity": 4000, "DataReadCacheConfiguration": {"SizingMode": "USER_PROVISIONED", "SizeGiB": 320}}}),
        ),
        file_system(
            "fs-5",
            &json!({"LustreConfiguration": {"DeploymentType": "SCRATCH_2", "AutomaticBackupRetentionDays": 3,
            "DataRepositoryConfiguration": {"ImportPath": "s3://b"}}}),
        ),
    ];
    let answer = import(&Folder::empty(), &Loopback::new(World { batch, ..World::default() }), &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    for reason in [
        "launch_template.overrides: its launch templates for some of its types are not read",
        "job-queue/high scheduling_policy_arn: `fair` is not here: jobs of the scenario's queue go by submission",
        "file-system/fs-4 data_read_cache_configuration: its SSD read cache of 320 GiB is charged",
        "file-system/fs-4 storage_capacity: what is kept in it is not in AWS's answers",
        "file-system/fs-5 data_repository_configuration: what moves between bucket and file system",
        "file-system/fs-5 automatic_backup_retention_days: how large backups are is not in AWS's answers",
    ] {
        assert!(answer.stdout.contains(reason), "lacks {reason}\n{}", answer.text());
    }
}
