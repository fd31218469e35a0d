//! `import parallelcluster`: a cluster's configuration as a scenario, and what is refused.

use std::fs;

use hpc_cost::catalog::Catalog;
use hpc_cost::error::Error;
use hpc_cost::import::yaml::File;
use hpc_cost::import::{Attribute, Infrastructure, Origin, parallelcluster};
use hpc_cost::model::time::Month;

use super::aws::json as document_of;
use super::cli::{Folder, snapshot};

const CLUSTER: &str = include_str!("data/parallelcluster/cluster.yaml");

fn read(text: &str) -> Result<Infrastructure, Error> {
    let file = File { name: "c.yaml".into(), text: text.into() };
    parallelcluster::read(&file, &Catalog::bundled(), Month::parse("2026-11"))
}

fn found(text: &str) -> Infrastructure {
    read(text).unwrap_or_else(|error| panic!("{error:?}"))
}

fn reasons(found: &Infrastructure) -> Vec<String> {
    found.unresolved.iter().map(ToString::to_string).collect()
}

/// A cluster with one compute resource, whose lines these are.
fn resource(lines: &str) -> String {
    format!(
        "Region: us-east-1\nHeadNode: {{InstanceType: m5.large}}\nScheduling:\n  Scheduler: slurm\n  SlurmQueues:\n  - Name: q\n    ComputeResources:\n    - Name: r\n{}",
        lines.lines().map(|line| format!("      {line}\n")).collect::<String>()
    )
}

#[test]
fn a_cluster_is_a_scenario() {
    let folder = Folder::empty().with("cluster.yaml", CLUSTER);
    let args = ["import", "parallelcluster", "cluster.yaml", "--month", "2026-11", "-o", "scenario.toml"];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scenario = fs::read_to_string(folder.path("scenario.toml")).expect("the scenario was written");
    snapshot("import_parallelcluster", &format!("{}\n{scenario}", answer.text()));
    let answer = folder.run(&["check", "scenario.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let answer = folder.run(&["estimate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let document = document_of(&answer);
    // The head node: 720 h x 0.192 = 138.24, and 100 GB-Months x 0.08 = 8. Lustre: 2400 GB-Months x 0.21 = 504. The
    // shared volume: 500 GB-Months x 0.08 = 40.
    assert_eq!(document["total"]["expected"], "690.24", "{}", answer.stdout);
    // The floor is the static p4d: 720 h x 21.957642 = 15809.50224. Eight g5.12xlarge of 48 vCPUs are 384, four
    // p4d.24xlarge of 96 too.
    let limits = document["batch"].to_string();
    assert!(limits.contains("15809.50224"), "{limits}");
    for line in
        ["max_vcpus = 384\nscale_down_delay_minutes = 15\nroot_volume", "min_vcpus = 96\nmax_vcpus = 384"]
    {
        assert!(scenario.contains(line), "{scenario}");
    }
}

#[test]
fn without_a_month_the_hours_of_the_head_node_are_not_known() {
    let folder = Folder::empty().with("cluster.yaml", CLUSTER);
    let answer = folder.run(&["import", "parallelcluster", "cluster.yaml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    assert!(answer.stdout.contains("# hours_per_instance = ?\n"), "{}", answer.stdout);
    assert!(answer.stderr.contains("`--month` writes how many those are"), "{}", answer.stderr);
}

#[test]
fn defaults_are_those_of_parallelcluster() {
    // 10 nodes at most, none at least, ended after 10 minutes; On-Demand; the cheapest type first; priority 1.
    let cluster = found(&resource("InstanceType: c5.9xlarge"));
    let [environment] = &cluster.environments[..] else { panic!("{cluster:?}") };
    let known = |attribute: &Attribute<u32>| attribute.known().copied();
    // 10 x 36 vCPUs.
    assert_eq!((known(&environment.min_vcpus), known(&environment.max_vcpus)), (Some(0), Some(360)));
    assert_eq!(known(&environment.scale_down_delay_minutes), Some(10));
    let text = |attribute: &Attribute<String>| attribute.known().cloned().unwrap_or_default();
    assert_eq!(text(&environment.environment_type), "EC2");
    assert_eq!(text(&environment.allocation_strategy), "BEST_FIT_PROGRESSIVE");
    assert_eq!(known(&cluster.queues[0].priority), Some(1));
    // Scratch file systems of the second kind, volumes of gp3.
    let storage = "SharedStorage:\n- {Name: s, MountDir: /s, StorageType: FsxLustre, FsxLustreSettings: {StorageCapacity: 1200}}\n- {Name: v, MountDir: /v, StorageType: Ebs}\n";
    let cluster = found(&format!("{}{storage}", resource("InstanceType: c5.9xlarge")));
    assert_eq!(text(&cluster.file_systems[0].deployment), "SCRATCH_2");
    let volume = &cluster.volumes[0];
    assert_eq!((text(&volume.volume_type), volume.count), ("gp3".to_owned(), 1));
    assert_eq!(volume.size_gib.known(), Some(&40.into()));
    // An array is of two, each of the size.
    let array = storage.replace(
        "StorageType: Ebs",
        "StorageType: Ebs, EbsSettings: {Size: 100, Throughput: 200, Raid: {Type: 0}}",
    );
    let cluster = found(&format!("{}{array}", resource("InstanceType: c5.9xlarge")));
    let volume = &cluster.volumes[0];
    assert_eq!((volume.count, known(&volume.throughput_mibps)), (2, Some(200)));
    assert_eq!(volume.size_gib.known(), Some(&100.into()));
}

#[test]
fn values_know_where_they_are_written() {
    let cluster = found(CLUSTER);
    let at = |origin: Option<&Origin>| {
        let place = origin.and_then(|origin| origin.place.clone()).expect("a place");
        (place.line, place.column, CLUSTER[place.span].to_owned())
    };
    // Lines 39 and 51 of the file.
    assert_eq!(at(cluster.environments[0].max_vcpus.origin()), (39, 21, "8".into()));
    assert_eq!(at(cluster.environments[1].min_vcpus.origin()), (51, 21, "1".into()));
}

/// Lines of a compute resource, what is listed, and the limit.
const UNKNOWN: &[(&str, &str, Option<u32>)] = &[
    ("InstanceType: x99.large", "`x99.large` is not among the types this program knows", None),
    (
        "Instances:\n- InstanceType: c5.xlarge\n- InstanceType: c5.2xlarge",
        "its types have different numbers of vCPUs",
        None,
    ),
    ("InstanceType: c5.xlarge\nMaxCount: 4294967295", "4294967295 nodes are more vCPUs than", None),
    ("InstanceType: c5.xlarge\nSpotPrice: 0.25", "SpotPrice: a highest Spot price in USD", Some(40)),
    (
        "InstanceType: c5.xlarge\nMaxCount: '4'\nMaxCuont: 3",
        "MaxCuont: the import does not read it",
        Some(16),
    ),
    (
        "CapacityReservationTarget: {CapacityReservationId: cr-1}",
        "its capacity reservation decides the type",
        None,
    ),
    (
        "InstanceType: c5.xlarge\nDisableSimultaneousMultithreading: true\nSchedulableMemory: 4000",
        "SchedulableMemory: the memory jobs may have",
        Some(40),
    ),
];

#[test]
fn what_cannot_be_known_is_listed() {
    for (lines, reason, limit) in UNKNOWN {
        let cluster = found(&resource(lines));
        let listed = reasons(&cluster);
        assert!(listed.iter().any(|line| line.contains(reason)), "{lines}: {listed:?}");
        assert_eq!(cluster.environments[0].max_vcpus.known(), limit.as_ref(), "{lines}");
    }
    let block = resource("InstanceType: p5.48xlarge")
        .replace("- Name: q", "- Name: q\n    CapacityType: CAPACITY_BLOCK");
    let cluster = found(&block);
    assert!(cluster.environments[0].environment_type.is_unknown());
    assert!(reasons(&cluster).iter().any(|line| line.contains("CAPACITY_BLOCK: what the block costs")));
    let idle = resource("InstanceType: c5.xlarge").replace(
        "slurm\n",
        "slurm\n  SlurmSettings: {ScaledownIdletime: -1, EnableMemoryBasedScheduling: true}\n",
    );
    let cluster = found(&idle);
    let listed = reasons(&cluster).join("\n");
    assert!(
        listed.contains("nodes are never ended") && listed.contains("EnableMemoryBasedScheduling"),
        "{listed}"
    );
    assert!(cluster.environments[0].scale_down_delay_minutes.is_unknown());
}

#[test]
fn a_queue_of_a_scenario_has_three_environments_at_most() {
    let mut text = resource("InstanceType: c5.xlarge");
    for number in 1..=3 {
        text.push_str(&format!("    - {{Name: r{number}, InstanceType: c5.xlarge}}\n"));
    }
    let cluster = found(&text);
    assert_eq!(cluster.environments.len(), 4);
    assert!(cluster.queues[0].compute_environments.is_unknown());
    assert!(reasons(&cluster).iter().any(|line| line.contains("it has 4; a scenario's queue has one to 3")));
}

#[test]
fn storage_that_a_scenario_cannot_have_is_listed() {
    let item = |text: &str| {
        format!(
            "{}SharedStorage:\n- {{Name: s, MountDir: /s, {text}}}\n",
            resource("InstanceType: c5.xlarge")
        )
    };
    for (text, reason) in [
        (
            "StorageType: FsxLustre, FsxLustreSettings: {FileSystemId: fs-1}",
            "it exists already, and how large",
        ),
        ("StorageType: FsxLustre, FsxLustreSettings: {BackupId: backup-1}", "its backup decides"),
        (
            "StorageType: FsxLustre, FsxLustreSettings: {StorageCapacity: 1200, ImportPath: 's3://b'}",
            "what moves between bucket and file system",
        ),
        (
            "StorageType: FsxLustre, FsxLustreSettings: {StorageCapacity: 1200, AutomaticBackupRetentionDays: 7}",
            "how large backups are",
        ),
        ("StorageType: Efs, EfsSettings: {ProvisionedThroughput: 100}", "set provisioned_throughput_mibps"),
        ("StorageType: Efs, EfsSettings: {ThroughputMode: elastic}", "set elastic_throughput = true"),
        (
            "StorageType: Ebs, EbsSettings: {VolumeId: vol-1}",
            "it exists already, and how large it is, is not in the configuration",
        ),
        ("StorageType: Ebs, EbsSettings: {SnapshotId: snap-1}", "its snapshot decides"),
        ("StorageType: Ebs, EbsSettings: {VolumeType: io2, Size: 100}", "Iops: they are not written"),
        ("StorageType: Ebs, EbsSettings: {VolumeType: standard}", "a scenario has no volumes of standard"),
        ("StorageType: FsxOntap, FsxOntapSettings: {VolumeId: v}", "a scenario has no FsxOntap"),
    ] {
        let listed = reasons(&found(&item(text)));
        assert!(listed.iter().any(|line| line.contains(reason)), "{text}: {listed:?}");
    }
    let listed = found(&item(
        "StorageType: FsxLustre, FsxLustreSettings: {StorageCapacity: 1200, DeploymentType: PERSISTENT_2, ImportPath: 's3://b'}",
    ));
    assert!(listed.findings[0].0.to_string().contains("PERSISTENT_2 takes no ImportPath"), "{listed:?}");
}

#[test]
fn login_nodes_are_on_all_month() {
    let pools = "LoginNodes:\n  Pools:\n  - {Name: a, InstanceType: c5.large, Count: 2, Networking: {AssignPublicIp: true}}\n";
    let cluster = found(&format!("{}{pools}", resource("InstanceType: c5.xlarge")));
    let names: Vec<(&str, Option<u32>)> =
        cluster.always_on.iter().map(|of| (of.name.as_str(), of.count.known().copied())).collect();
    assert_eq!(names, [("head-node", Some(1)), ("login-a", Some(2))]);
    let listed = reasons(&cluster).join("\n");
    assert!(listed.contains("its load balancer") && listed.contains("public IPv4 addresses"), "{listed}");
}

#[test]
fn a_cluster_of_aws_batch_maps_directly() {
    let text = "Region: us-east-1\nHeadNode: {InstanceType: m5.large}\nScheduling:\n  Scheduler: awsbatch\n  AwsBatchQueues:\n  - Name: q\n    CapacityType: SPOT\n    ComputeResources:\n    - {Name: c, InstanceTypes: [optimal, c5], MaxvCpus: 256, DesiredvCpus: 4, SpotBidPercentage: 60}\n";
    let folder = Folder::empty().with("cluster.yaml", text);
    let answer =
        folder.run(&["import", "parallelcluster", "cluster.yaml", "--month", "2026-11", "-o", "s.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let scenario = fs::read_to_string(folder.path("s.toml")).expect("written");
    let block = "name = \"c\"\ntype = \"SPOT\"\nallocation_strategy = \"BEST_FIT\"\ninstance_types = [\"optimal\", \"c5\"]\nmin_vcpus = 0\nmax_vcpus = 256\nbid_percentage = 60\n";
    assert!(scenario.contains(block), "{scenario}");
    assert!(answer.stderr.contains("(ECR) and their builds"), "{}", answer.stderr);
    assert_eq!(folder.run(&["check", "s.toml"]).code, Some(0));
    let on_demand = found(&text.replace("SPOT", "ONDEMAND"));
    assert!(on_demand.findings[0].0.to_string().contains("bid_percentage = 60 has no effect On-Demand"));
}

/// Text, line and column of the problem, and words of it.
const REFUSED: &[(&str, &str, &[&str])] = &[
    ("a: [1, 2\nb: 3\n", "c.yaml:", &["not valid YAML: "]),
    ("a: 1\n---\nb: 2\n", "c.yaml:3:1", &["not valid YAML: there is more than one document"]),
    ("a: *b\n", "c.yaml:1:4", &["not valid YAML: alias references unknown anchor"]),
    ("", "c.yaml:1:1", &["there is no `Scheduling`"]),
    ("# nothing\n", "c.yaml:", &["there is no `Scheduling`"]),
    ("- a\n", "c.yaml:1:1", &["the configuration is a list"]),
    ("Region: us-east-1\n", "c.yaml:1:1", &["there is no `Scheduling`", "`HeadNode` and `Scheduling`"]),
    ("Scheduling: slurm\n", "c.yaml:1:13", &["`Scheduling` is `slurm`"]),
    ("Scheduling: {}\n", "c.yaml:1:13", &["`Scheduling` has no `Scheduler`"]),
    ("Scheduling: {Scheduler: sge}\n", "c.yaml:1:25", &["`sge` is no Scheduler", "slurm, awsbatch"]),
    ("Scheduling: {Scheduler: slurm}\n", "c.yaml:1:13", &["there are no `SlurmQueues`"]),
    (
        "Scheduling: {Scheduler: slurm, SlurmQueues: 3}\n",
        "c.yaml:1:45",
        &["`SlurmQueues` is `3`", "write a list"],
    ),
    ("Scheduling: {Scheduler: awsbatch}\n", "c.yaml:1:13", &["there are 0 `AwsBatchQueues`"]),
    (
        "\n# old\n[aws]\naws_region_name = us-east-1\n\n[cluster default]\nscheduler = slurm\n",
        "c.yaml:3:1",
        &["a configuration of ParallelCluster 2", "`pcluster3-config-converter`"],
    ),
];

/// Lines of a compute resource and words of the problem, which is in line 9 or 10.
const REFUSED_RESOURCES: &[(&str, &[&str])] = &[
    ("InstanceType: c5.xlarge\nMaxCount: 0", &["c.yaml:10:17", "`MaxCount` is `0`", "from 1 to 4294967295"]),
    ("InstanceType: c5.xlarge\nMaxCount: -1", &["c.yaml:10:17", "`MaxCount` is `-1`"]),
    ("InstanceType: c5.xlarge\nMaxCount: 1099511627776", &["c.yaml:10:17", "`MaxCount` is `1099511627776`"]),
    ("InstanceType: c5.xlarge\nMaxCount: 2.5", &["`MaxCount` is `2.5`"]),
    ("InstanceType: c5.xlarge\nMaxCount: many", &["`MaxCount` is `many`"]),
    ("InstanceType: c5.xlarge\nMinCount: [1]", &["`MinCount` is a list", "from 0 to"]),
    ("InstanceType: 5", &["c.yaml:9:21", "`InstanceType` is `5`, not a name"]),
    (
        "InstanceType: c5.xlarge\nInstances: [{InstanceType: c5.large}]",
        &["both `InstanceType` and `Instances`"],
    ),
    ("MaxCount: 3", &["a compute resource without instance types"]),
    ("InstanceType: c5.xlarge\nMaxCount: 1\nMaxCount: 2", &["not valid YAML: `MaxCount` is there twice"]),
];

#[test]
fn what_parallelcluster_would_refuse_is_refused_with_its_place() {
    let whole = REFUSED.iter().map(|(text, place, words)| ((*text).to_owned(), [&[*place], *words].concat()));
    let parts = REFUSED_RESOURCES.iter().map(|(lines, words)| (resource(lines), words.to_vec()));
    for (text, words) in whole.chain(parts) {
        let folder = Folder::empty().with("c.yaml", &text);
        let answer = folder.run(&["import", "parallelcluster", "c.yaml"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{text}\n{}", answer.text());
        for word in words {
            assert!(answer.stderr.contains(word), "{text}\nlacks {word}\n{}", answer.stderr);
        }
    }
    let twice = resource("InstanceType: c5.xlarge")
        .replace("    - Name: r", "    - {Name: r, InstanceType: c5.large}\n    - Name: r");
    assert!(
        matches!(read(&twice), Err(Error::Input(problems)) if problems[0].message.en == "`r` is there twice")
    );
}

#[test]
fn deep_or_huge_configurations_end() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        bomb.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 10].join(", ")
        ));
    }
    let deep = format!("Region: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    for text in [bomb, deep] {
        let answer = Folder::empty().with("c.yaml", &text).run(&["import", "parallelcluster", "c.yaml"]);
        assert_eq!(answer.code, Some(2), "{}", answer.stderr.chars().take(500).collect::<String>());
        assert!(
            answer.stderr.starts_with("error: not valid YAML: it nests or repeats values more than"),
            "{}",
            answer.stderr.chars().take(500).collect::<String>()
        );
    }
    // Aliases that are not many are what they stand for.
    let shared = resource("InstanceType: &type c5.xlarge\nMaxCount: 2") + "Tags: [*type]\n";
    assert_eq!(found(&shared).environments[0].max_vcpus.known(), Some(&8));
    let none = Folder::empty().run(&["import", "parallelcluster", "none.yaml"]);
    assert_eq!(none.code, Some(3), "{}", none.text());
    let month = Folder::empty().with("c.yaml", CLUSTER).run(&[
        "import",
        "parallelcluster",
        "c.yaml",
        "--month",
        "11",
    ]);
    assert!(month.code == Some(2) && month.stderr.contains("`11` is not a month"), "{}", month.text());
}
