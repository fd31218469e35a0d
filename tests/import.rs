//! Infrastructure written elsewhere, as a scenario: the guide's Terraform, plans, expressions, what is not known, and
//! where values came from.

use std::fs;
use std::path::Path;

use hpc_cost::catalog::Catalog;
use hpc_cost::import::hcl::{self, Folder as Files, Source};
use hpc_cost::import::value::Value;
use hpc_cost::import::{Choices, Form, Infrastructure, import, plan};
use hpc_cost::model::decimal::Decimal;

use super::cli::{Folder, snapshot, variants};

/// A folder with a copy of a fixture of `tests/data/terraform` in `tf`.
fn fixture(name: &str) -> Folder {
    let folder = Folder::empty();
    fs::create_dir(folder.path("tf")).expect("a folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform").join(name);
    for entry in fs::read_dir(from).expect("the fixture is there") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), folder.path("tf").join(entry.file_name())).expect("a copy");
    }
    folder
}

/// A folder with these files in `tf`.
fn written(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::empty();
    fs::create_dir(folder.path("tf")).expect("a folder");
    files.iter().fold(folder, |folder, (name, text)| folder.with(&format!("tf/{name}"), text))
}

/// Files of a folder in memory.
fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(name, text)| Source { name: (*name).to_owned(), text: (*text).into(), marked: false })
        .collect()
}

fn imported(text: &str) -> Infrastructure {
    let files = Files { files: sources(&[("main.tf", text)]), ..Files::default() };
    let resources = hcl::read(&files).unwrap_or_else(|error| panic!("{error:?}"));
    import(resources, &Choices::default(), &Catalog::bundled())
}

fn reasons(found: &Infrastructure) -> Vec<String> {
    found.unresolved.iter().map(ToString::to_string).collect()
}

/// The scenario that the program makes of `tf`, which `check` and `estimate` then take.
fn accepted(folder: &Folder, args: &[&str]) -> String {
    let args = [&["import", "terraform"], args, &["-o", "scenario.toml", "-q"]].concat();
    let answer = folder.run(&args);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{}", answer.text());
    for command in ["check", "estimate"] {
        let answer = folder.run(&[command, "scenario.toml"]);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
    }
    fs::read_to_string(folder.path("scenario.toml")).expect("the scenario was written")
}

#[test]
fn the_guides_terraform_is_read() {
    let folder = fixture("guide");
    snapshot("import_guide", &folder.run(&["import", "terraform", "tf"]).text());
    let in_tokyo =
        folder.run(&["import", "terraform", "tf", "--timezone", "Asia/Tokyo", "--month", "2026-11"]);
    snapshot("import_guide_in_tokyo", &in_tokyo.text());
    accepted(&folder, &["tf"]);
}

#[test]
fn a_folder_and_its_plan_are_one_scenario() {
    let folder = fixture("cluster");
    let of_folder = accepted(&folder, &["tf"]);
    let of_plan = accepted(&folder, &["tf/plan.json"]);
    assert_eq!(of_folder, of_plan);
    snapshot("import_cluster", &of_folder);
}

#[test]
fn expressions_have_the_values_that_terraform_gives_them() {
    let text = |text: &str| Value::Text(text.to_owned());
    let number = |number: i64| Value::Number(Decimal::from(number));
    let list = |texts: &[&str]| Value::List(texts.iter().map(|item| text(item)).collect());
    let cases = [
        (r#"var.size"#, number(96)),
        (r#""${var.size}""#, number(96)),
        (r#""${var.name}-${var.size}""#, text("gpu-96")),
        (r#"local.both"#, text("gpu/96")),
        (r#"var.size > 50 ? "large" : "small""#, text("large")),
        (r#"var.size * 2 - 4 / 2"#, number(190)),
        (r#"-var.size + 10 % 4"#, number(-94)),
        (r#"!(1 == 2) && "a" != "b" || false"#, Value::Bool(true)),
        (r#"[for t in var.types : upper(t) if t != "b"]"#, list(&["A", "C"])),
        (r#"{for i, t in var.types : t => i}["c"]"#, number(2)),
        (r#"{for t in var.types : (t == "b" ? "x" : "y") => t...}["y"]"#, list(&["a", "c"])),
        (r#"var.types[1]"#, text("b")),
        (r#"var.sizes["large"]"#, number(512)),
        (r#"var.sizes.large"#, number(512)),
        (r#"[{a = "x"}, {a = "y"}][*].a"#, list(&["x", "y"])),
        (r#"lookup(var.sizes, "none", 7)"#, number(7)),
        (r#"max(concat([1], [5, 3])...)"#, number(5)),
        (
            r#"<<EOT
one
  two
EOT"#,
            text("one\n  two\n"),
        ),
        (
            r#"<<-EOT
    one
      two
    EOT"#,
            text("one\n  two\n"),
        ),
        (r#""%{ if var.size > 50 }yes%{ else }no%{ endif }""#, text("yes")),
        (r#""$${not} %%{read}""#, text("${not} %{read}")),
        (r#"aws_s3_bucket.other.bucket"#, text("other-96")),
        (r#"merge({a = 1}, {b = 2}).b"#, number(2)),
    ];
    for (expression, expected) in cases {
        let source = format!(
            "variable \"size\" {{\n  type = number\n  default = \"96\"\n}}\nvariable \"name\" {{ default = \"gpu\" }}\n\
             variable \"types\" {{ default = [\"a\", \"b\", \"c\"] }}\nvariable \"sizes\" {{ default = {{ large = 512 }} }}\n\
             locals {{ both = \"${{var.name}}/${{local.size}}\" }}\nlocals {{ size = var.size }}\n\
             resource \"aws_s3_bucket\" \"other\" {{ bucket = \"other-${{var.size}}\" }}\n\
             resource \"aws_s3_bucket\" \"this\" {{\n  value = {expression}\n}}\n"
        );
        let files = Files { files: sources(&[("main.tf", &source)]), ..Files::default() };
        let resources = hcl::read(&files).unwrap_or_else(|error| panic!("{expression}: {error:?}"));
        let this = resources.all.iter().find(|resource| resource.name == "this").expect("the resource");
        assert_eq!(this.attributes.at("value"), Some(&expected), "{expression}");
    }
}

#[test]
fn what_only_terraform_knows_has_a_reason() {
    let cases = [
        ("module.vpc.size", "refers to `module.vpc.size`"),
        ("data.aws_subnets.all.ids[0]", "refers to `data.aws_subnets.all.ids[0]`"),
        ("var.open", "variable `open` has no value: `--var open=VALUE` sets one"),
        ("var.none", "no variable `none` is declared"),
        ("local.none", "no local value `none` is declared"),
        ("local.circle", "`local.circle` refers to itself"),
        ("\"${var.open}0\"", "variable `open` has no value: `--var open=VALUE` sets one"),
        ("var.open ? 1 : 2", "variable `open` has no value: `--var open=VALUE` sets one"),
        ("file(\"size.txt\")", "`file()` reads another file"),
        ("timestamp()", "`timestamp()` is not computed here"),
        ("aws_ssm_parameter.size.value", "refers to `aws_ssm_parameter.size.value`"),
        ("terraform.workspace == \"x\" ? 1 : 2", "refers to `terraform.workspace`"),
        ("\"many\"", "`many` is not a number"),
        ("1.5", "1.5 is not a whole number from 0 up"),
        ("-1", "-1 is not a whole number from 0 up"),
        ("1 / 0", "a calculation has no result"),
        ("[1][3]", "the list has no item 3"),
    ];
    for (expression, reason) in cases {
        let found = imported(&format!(
            "variable \"open\" {{}}\nlocals {{ circle = local.circle }}\n{}",
            ENVIRONMENT.replace("256", expression)
        ));
        let line = format!("aws_batch_compute_environment.gpu compute_resources.max_vcpus: {reason}");
        assert!(reasons(&found).contains(&line), "{expression}: {:?}", reasons(&found));
        assert!(found.environments[0].max_vcpus.is_unknown(), "{expression}");
    }
}

const ENVIRONMENT: &str = r#"
provider "aws" { region = "us-east-1" }
resource "aws_batch_compute_environment" "gpu" {
  compute_environment_name = "gpu"
  type = "MANAGED"
  compute_resources {
    type = "SPOT"
    instance_type = ["g5.48xlarge"]
    min_vcpus = 0
    max_vcpus = 256
    bid_percentage = 60
    allocation_strategy = "SPOT_CAPACITY_OPTIMIZED"
  }
}
resource "aws_batch_job_queue" "main" {
  name = "main"
  priority = 1
  compute_environments = [aws_batch_compute_environment.gpu.arn]
}
"#;

#[test]
fn what_is_not_known_is_a_comment_and_so_is_what_refers_to_it() {
    let text = ENVIRONMENT.replace("256", "module.sizes.max");
    let module = "\nmodule \"sizes\" {\n  source = \"./sizes\"\n}\n\
                  resource \"aws_batch_compute_environment\" \"more\" {\n  for_each = module.sizes.names\n}\n\
                  resource \"aws_batch_job_queue\" \"open\" {\n  name = \"open\"\n  priority = 2\n  dynamic \"compute_environment_order\" {\n    for_each = [1]\n    content {}\n  }\n}\n";
    let folder = written(&[("main.tf", &format!("{text}{module}")), ("more.tf.json", "{}")]);
    let answer = folder.run(&["import", "terraform", "tf"]);
    assert_eq!(answer.code, Some(0));
    snapshot("import_unknown", &answer.text());
    accepted(&folder, &["tf"]);
}

#[test]
fn count_and_for_each_make_instances() {
    let text = ENVIRONMENT.replace(
        "compute_environment_name = \"gpu\"",
        "count = var.on ? 2 : 0\n  name = \"gpu-${count.index}\"",
    );
    let text =
        text.replace("aws_batch_compute_environment.gpu.arn", "aws_batch_compute_environment.gpu[1].arn");
    let found = imported(&format!("{text}\nvariable \"on\" {{ default = true }}"));
    let names: Vec<&str> = found.environments.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["gpu-0", "gpu-1"]);
    assert_eq!(found.environments[1].address, "aws_batch_compute_environment.gpu[1]");
    assert_eq!(found.queues[0].compute_environments.known(), Some(&vec!["gpu-1".to_owned()]));
    let off = imported(&format!("{text}\nvariable \"on\" {{ default = false }}"));
    assert!(off.environments.is_empty());
    assert!(off.queues[0].compute_environments.is_unknown());

    let text = ENVIRONMENT
        .replace(
            "compute_environment_name = \"gpu\"",
            "for_each = { small = 64, large = 512 }\n  name = each.key",
        )
        .replace("256", "each.value")
        .replace(
            "[aws_batch_compute_environment.gpu.arn]",
            "[for name in [\"small\", \"large\"] : aws_batch_compute_environment.gpu[name].arn]",
        );
    let found = imported(&text);
    let limits: Vec<Option<&u32>> =
        found.environments.iter().map(|environment| environment.max_vcpus.known()).collect();
    // Maps go by their keys: large before small.
    assert_eq!(limits, [Some(&512), Some(&64)]);
    assert_eq!(
        found.queues[0].compute_environments.known(),
        Some(&vec!["small".to_owned(), "large".to_owned()])
    );
}

#[test]
fn later_values_of_a_variable_go_before_earlier_ones() {
    let main = ENVIRONMENT.replace("256", "var.max");
    let main = format!("{main}\nvariable \"max\" {{\n  type = number\n  default = 1\n}}\n");
    let files = [
        ("main.tf", main.as_str()),
        ("terraform.tfvars", "max = 2\n"),
        ("a.auto.tfvars", "max = 3\n"),
        ("b.auto.tfvars", "max = 4\nother = 5\n"),
        ("big.tfvars", "max = 600\n"),
    ];
    // Each step adds one file, or the flags.
    for (count, flags, expected) in [
        (1, &[][..], "max_vcpus = 1\n"),
        (2, &[], "max_vcpus = 2\n"),
        (3, &[], "max_vcpus = 3\n"),
        (4, &[], "max_vcpus = 4\n"),
        (5, &["--var-file", "tf/big.tfvars"], "max_vcpus = 600\n"),
        (5, &["--var-file", "tf/big.tfvars", "--var", "max=700"], "max_vcpus = 700\n"),
    ] {
        let answer = written(&files[..count]).run(&[&["import", "terraform", "tf"], flags].concat());
        assert!(answer.stdout.contains(expected), "{expected}: {}", answer.text());
        assert_eq!(
            answer.stderr.contains("var.other: it is set, but no such variable"),
            count > 3,
            "{}",
            answer.text()
        );
    }
}

#[test]
fn the_old_ways_to_write_terraform_are_read() {
    let text = r#"
provider "aws" { region = "${var.region}" }
variable "region" {
  type    = "string"
  default = "ap-northeast-1"
}
variable "image" {}
resource "aws_batch_compute_environment" "old" {
  compute_environment_name = "old"
  type = "MANAGED"
  compute_resources {
    type = "EC2"
    instance_type = ["${var.region == "us-east-1" ? "c5.large" : "c5.xlarge"}"]
    max_vcpus = "${lookup(map, "x", 1)}"
    min_vcpus = "0"
    bid_percentage = 100
    subnets = ["${aws_subnet.a.*.id}"]
  }
}
resource "aws_batch_job_definition" "old" {
  name = "old"
  type = "container"
  container_properties = <<CONTAINER
{
  "image": "${var.image}:latest",
  "vcpus": 4,
  "memory": ${8 * 1024},
  "command": ["a", "\"b\""]
}
CONTAINER
}
"#;
    let found = imported(text);
    assert_eq!(found.region.as_deref(), Some("ap-northeast-1"));
    let environment = &found.environments[0];
    assert_eq!(environment.instance_types.known(), Some(&vec!["c5.xlarge".to_owned()]));
    assert_eq!(environment.min_vcpus.known(), Some(&0));
    // `map` is no value: unknown, not 1.
    assert!(environment.max_vcpus.is_unknown());
    let job = &found.job_definitions[0];
    assert_eq!(job.vcpus.known(), Some(&Decimal::from(4)));
    assert_eq!(job.memory_mib.known(), Some(&Decimal::from(8192)));
}

#[test]
fn jobs_on_many_nodes_have_one_size() {
    let job = |second: u32| {
        format!(
            r#"
resource "aws_batch_job_definition" "mpi" {{
  name = "mpi"
  type = "multinode"
  node_properties = jsonencode({{
    mainNode = 0
    numNodes = 8
    nodeRangeProperties = [
      {{ targetNodes = "0:0", container = {{ image = module.a.image, vcpus = 96, memory = 300000 }} }},
      {{ targetNodes = "1:7", container = {{ image = "b", resourceRequirements = [
        {{ type = "MEMORY", value = "300000" }}, {{ type = "VCPU", value = "{second}" }}] }} }},
    ]
  }})
  timeout {{ attempt_duration_seconds = 5430 }}
}}
"#
        )
    };
    let found = imported(&job(96));
    let definition = &found.job_definitions[0];
    assert_eq!((definition.nodes.known(), definition.vcpus.known()), (Some(&8), Some(&Decimal::from(96))));
    assert_eq!(definition.timeout_seconds.known(), Some(&Decimal::from(5430)));
    let found = imported(&job(48));
    assert!(found.job_definitions[0].vcpus.is_unknown());
    assert!(
        reasons(&found).iter().any(|line| line.contains("its nodes ask for different resources")),
        "{found:?}"
    );
}

#[test]
fn what_has_no_place_in_a_scenario_is_listed() {
    let text = r#"
provider "aws" { region = "us-east-1" }
provider "aws" {
  alias = "tokyo"
  region = "ap-northeast-1"
}
resource "aws_batch_compute_environment" "fargate" {
  compute_environment_name = "fargate"
  type = "MANAGED"
  compute_resources {
    type = "FARGATE"
    max_vcpus = 16
  }
}
resource "aws_batch_compute_environment" "own" { type = "UNMANAGED" }
resource "aws_batch_job_definition" "fargate" {
  name = "fargate"
  type = "container"
  platform_capabilities = ["FARGATE"]
}
resource "aws_batch_job_definition" "pods" {
  name = "pods"
  type = "container"
  eks_properties {}
}
resource "aws_s3_bucket" "tokyo" {
  provider = aws.tokyo
  bucket = "tokyo"
}
resource "aws_nat_gateway" "a" {}
resource "aws_nat_gateway" "b" {}
"#;
    let found = imported(text);
    assert!(found.environments.is_empty() && found.job_definitions.is_empty() && found.stored.is_empty());
    let expected = [
        "aws_s3_bucket.tokyo: it is in ap-northeast-1, the scenario is of us-east-1: import it with `--region ap-northeast-1`",
        "aws_batch_compute_environment.fargate: it is of type FARGATE: a scenario has compute environments on EC2 only",
        "aws_batch_compute_environment.own: it is UNMANAGED: Batch does not choose its instances",
        "aws_batch_job_definition.fargate: it is for FARGATE: a scenario has jobs on EC2 only",
        "aws_batch_job_definition.pods: its eks_properties are not read: a scenario has jobs of one container for each node",
        "other resources: the import does not read 2 aws_nat_gateway",
    ];
    assert_eq!(reasons(&found), expected);
}

/// Each finding, with changes to the environment above or resources beside it.
const FINDINGS: &[(&str, &str, &str, &str)] = &[
    (
        "PathOnPersistent2",
        "",
        "resource \"aws_fsx_lustre_file_system\" \"a\" {\n  deployment_type = \"PERSISTENT_2\"\n  storage_capacity = 1200\n  import_path = \"s3://b\"\n}",
        "takes no import_path: AWS refuses",
    ),
    (
        "AcrossZones",
        "subnets = [\"subnet-1\", \"subnet-2\"]",
        "resource \"aws_fsx_lustre_file_system\" \"a\" {\n  storage_capacity = 1200\n  subnet_ids = [\"subnet-1\"]\n}",
        "aws_batch_compute_environment.gpu run in 2 subnets",
    ),
    (
        "RetiredType",
        "instance_type = [\"p3.16xlarge\", \"g5.48xlarge\"]",
        "",
        "p3.16xlarge cannot be launched any more",
    ),
    (
        "FewerDevices",
        "",
        "resource \"aws_batch_job_definition\" \"a\" {\n  container_properties = jsonencode({ vcpus = 8, memory = 100, resourceRequirements = [{ type = \"GPU\", value = \"4\" }], linuxParameters = { devices = [{ hostPath = \"/dev/nvidia0\" }, { hostPath = \"/dev/nvidia1\" }, { hostPath = \"/dev/nvidiactl\" }] } })\n}",
        "asks for 4 GPUs, but linuxParameters names 2 /dev/nvidia devices",
    ),
    (
        "ScheduleIsUtc",
        "",
        "resource \"aws_autoscaling_schedule\" \"a\" { recurrence = \"30 22 * * *\" }",
        "where 22:30 is 07:30 in Tokyo",
    ),
    (
        "ZoneFromCommandLine",
        "",
        "resource \"aws_autoscaling_schedule\" \"a\" { recurrence = \"30 22 * * *\" }",
        "Asia/Tokyo comes from --timezone",
    ),
    (
        "Disabled",
        "",
        "resource \"aws_batch_job_queue\" \"a\" { state = \"DISABLED\" }",
        "aws_batch_job_queue.a: is DISABLED",
    ),
    (
        "RetriedAsSimulated",
        "",
        "resource \"aws_batch_job_definition\" \"a\" {\n  container_properties = jsonencode({ vcpus = 8, memory = 100 })\n  retry_strategy {\n    attempts = 3\n    evaluate_on_exit {\n      on_status_reason = \"Host EC2*\"\n      action = \"RETRY\"\n    }\n    evaluate_on_exit {\n      on_reason = \"*\"\n      action = \"EXIT\"\n    }\n  }\n}",
        "which is what `simulate` does",
    ),
    ("BidOnDemand", "type = \"EC2\"", "", "bid_percentage = 60 has no effect On-Demand"),
];

#[test]
fn further_volumes_are_listed() {
    let found = imported(
        r#"
resource "aws_launch_template" "node" {
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 100
      volume_type = "gp3"
    }
  }
  block_device_mappings {
    device_name = "/dev/sdb"
    ebs {
      volume_size = 2000
      volume_type = "gp3"
    }
  }
}

resource "aws_batch_compute_environment" "gpu" {
  name = "gpu"
  type = "MANAGED"
  compute_resources {
    type          = "EC2"
    instance_type = ["p4d.24xlarge"]
    max_vcpus     = 96
    launch_template {
      launch_template_id = aws_launch_template.node.id
    }
  }
}
"#,
    );
    assert!(found.environments[0].root_volume.is_some());
    let said = reasons(&found);
    let words = "its volume `/dev/sdb` is not the root volume; a scenario counts only that";
    assert!(said.iter().any(|reason| reason.contains(words)), "{said:?}");
}

#[test]
fn every_finding_has_a_case() {
    let names: Vec<&str> = FINDINGS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(variants(include_str!("../src/import/finding.rs"), "Finding"), names);
    for (name, inside, beside, phrase) in FINDINGS {
        let key = inside.split(" =").next().unwrap_or_default();
        let block = ENVIRONMENT.split("compute_resources {").nth(1).expect("the block");
        let old = block.lines().find(|line| !key.is_empty() && line.trim().starts_with(&format!("{key} =")));
        let text = match old {
            Some(old) => ENVIRONMENT.replacen(old, inside, 1),
            None => ENVIRONMENT.replacen("min_vcpus = 0", &format!("min_vcpus = 0\n{inside}"), 1),
        };
        let timezone = (*name == "ZoneFromCommandLine").then(|| "Asia/Tokyo".to_owned());
        let files =
            Files { files: sources(&[("main.tf", &format!("{text}\n{beside}\n"))]), ..Files::default() };
        let resources = hcl::read(&files).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let found = import(resources, &Choices { region: None, timezone }, &Catalog::bundled());
        let texts: Vec<String> = found.findings.iter().map(|(finding, _)| finding.to_string()).collect();
        assert!(texts.len() == 1 && texts[0].contains(phrase), "{name}: {texts:?}");
        assert!(found.findings[0].1.is_some(), "{name} has a place");
    }
    assert!(imported(ENVIRONMENT).findings.is_empty(), "nothing is wrong without a cause");
}

#[test]
fn values_know_where_they_are_written() {
    let text = ENVIRONMENT
        .replace("256", "var.max # up to here")
        .replace("bid_percentage = 60", "bid_percentage = 30 * 2")
        .replace("compute_environment_name = \"gpu\"", "count = 2\n  name = \"gpu-${count.index}\"")
        .replace("gpu.arn", "gpu[0].arn");
    let text = format!(
        "{text}\nvariable \"max\" {{ default = 256 }}\nresource \"aws_batch_job_definition\" \"a\" {{\n  retry_strategy {{ attempts = 3 }}\n}}\n"
    );
    let found = imported(&text);
    let at = |origin: Option<&hpc_cost::import::Origin>| {
        let origin = origin.expect("known").clone();
        let place = origin.place.expect("a place");
        (origin.block, origin.attribute, origin.form, text[place.span.clone()].to_owned(), place.line)
    };
    let gpu = "aws_batch_compute_environment.gpu".to_owned();
    let path = |name: &str| format!("compute_resources.{name}");
    // Both instances are written in one block.
    for environment in &found.environments {
        assert_eq!(
            at(environment.max_vcpus.origin()),
            (gpu.clone(), path("max_vcpus"), Form::Variable("max".into()), "var.max".into(), 11)
        );
        assert_eq!(
            at(environment.min_vcpus.origin()),
            (gpu.clone(), path("min_vcpus"), Form::Literal, "0".into(), 10)
        );
        assert_eq!(
            at(environment.bid_percentage.origin()),
            (gpu.clone(), path("bid_percentage"), Form::Computed, "30 * 2".into(), 12)
        );
        assert_eq!(
            at(environment.instance_types.origin()),
            (gpu.clone(), path("instance_type"), Form::Literal, "[\"g5.48xlarge\"]".into(), 9)
        );
        assert_eq!(
            at(environment.allocation_strategy.origin()),
            (
                gpu.clone(),
                path("allocation_strategy"),
                Form::Literal,
                "\"SPOT_CAPACITY_OPTIMIZED\"".into(),
                13
            )
        );
    }
    let attempts = at(found.job_definitions[0].attempts.origin());
    assert_eq!(
        (attempts.1.as_str(), attempts.2, attempts.3.as_str()),
        ("retry_strategy.attempts", Form::Literal, "3")
    );
}

#[test]
fn a_plan_hands_references_through_modules() {
    let resources = plan::read(MODULE_PLAN).expect("a plan");
    let found = import(resources, &Choices::default(), &Catalog::bundled());
    assert_eq!(found.region.as_deref(), Some("eu-west-1"));
    assert_eq!(found.environments[0].address, "module.hpc[\"a.b\"].aws_batch_compute_environment.this");
    assert_eq!(
        found.environments[0].root_volume.as_ref().map(|volume| volume.size_gib),
        Some(Decimal::from(50))
    );
    assert_eq!(found.queues[0].compute_environments.known(), Some(&vec!["inner".to_owned()]));
    assert_eq!(found.environments[0].max_vcpus.origin().map(|origin| &origin.form), Some(&Form::Planned));
    // The limit is written, but known only after apply; the minimum is not written at all.
    let lines = reasons(&found);
    assert!(
        lines.iter().any(|line| line
            .contains("compute_resources.bid_percentage: refers to `module.hpc[\"a.b\"].local.bid`")),
        "{lines:?}"
    );
    assert_eq!(found.environments[0].min_vcpus, hpc_cost::import::Attribute::Absent);
}

const MODULE_PLAN: &str = r#"{
"format_version": "1.2",
"variables": {"region": {"value": "eu-west-1"}},
"planned_values": {"root_module": {
  "resources": [
    {"address": "aws_launch_template.node", "mode": "managed", "type": "aws_launch_template", "name": "node", "values":
      {"name": "node", "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_size": 50, "volume_type": "gp3", "iops": 0}]}]}},
    {"address": "data.aws_ami.a", "mode": "data", "type": "aws_ami", "name": "a", "values": {}}],
  "child_modules": [{"address": "module.hpc[\"a.b\"]", "resources": [
    {"address": "module.hpc[\"a.b\"].aws_batch_compute_environment.this", "mode": "managed", "type": "aws_batch_compute_environment", "name": "this", "values":
      {"name": "inner", "type": "MANAGED", "compute_resources": [{"type": "SPOT", "instance_type": ["c5.large"], "max_vcpus": 64, "launch_template": [{"version": null}]}]}},
    {"address": "module.hpc[\"a.b\"].aws_batch_job_queue.this", "mode": "managed", "type": "aws_batch_job_queue", "name": "this", "values":
      {"name": "q", "priority": 1, "compute_environments": [null]}}]}]}},
"resource_changes": [
  {"address": "module.hpc[\"a.b\"].aws_batch_compute_environment.this", "change": {"after_unknown":
    {"arn": true, "compute_resources": [{"min_vcpus": true, "bid_percentage": true, "launch_template": [{"launch_template_id": true}]}]}}},
  {"address": "module.hpc[\"a.b\"].aws_batch_job_queue.this", "change": {"after_unknown": {"compute_environments": [true]}}}],
"configuration": {
  "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
  "root_module": {
    "resources": [{"address": "aws_launch_template.node", "mode": "managed", "type": "aws_launch_template", "name": "node", "provider_config_key": "aws", "expressions": {"name": {"constant_value": "node"}}}],
    "module_calls": {"hpc": {"source": "./hpc", "expressions": {"template": {"references": ["aws_launch_template.node.id", "aws_launch_template.node"]}}, "module": {
      "resources": [
        {"address": "aws_batch_compute_environment.this", "mode": "managed", "type": "aws_batch_compute_environment", "name": "this", "provider_config_key": "aws", "expressions":
          {"compute_resources": [{"bid_percentage": {"references": ["local.bid"]}, "launch_template": [{"launch_template_id": {"references": ["var.template"]}}]}]}},
        {"address": "aws_batch_job_queue.this", "mode": "managed", "type": "aws_batch_job_queue", "name": "this", "provider_config_key": "aws", "expressions":
          {"compute_environments": {"references": ["aws_batch_compute_environment.this.arn", "aws_batch_compute_environment.this"]}}}]}}}}}
}"#;

#[test]
fn a_state_has_arns_instead_of_references() {
    let state = r#"{"format_version": "1.0", "values": {"root_module": {"resources": [
      {"address": "aws_batch_compute_environment.a", "mode": "managed", "type": "aws_batch_compute_environment", "name": "a", "values":
        {"arn": "arn:aws:batch:us-east-1:1:compute-environment/one", "region": "us-east-1", "name": "one", "type": "MANAGED", "compute_resources":
          [{"type": "EC2", "instance_type": ["c5.large"], "min_vcpus": 0, "max_vcpus": 64, "bid_percentage": 0, "launch_template": []}]}},
      {"address": "aws_batch_job_queue.q", "mode": "managed", "type": "aws_batch_job_queue", "name": "q", "values":
        {"region": "us-east-1", "name": "q", "priority": 1, "compute_environment_order": [{"order": 0, "compute_environment": "arn:aws:batch:us-east-1:1:compute-environment/one"}]}}]}}}"#;
    let found = import(plan::read(state).expect("a state"), &Choices::default(), &Catalog::bundled());
    assert_eq!(found.region.as_deref(), Some("us-east-1"));
    assert_eq!(found.queues[0].compute_environments.known(), Some(&vec!["one".to_owned()]));
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    assert!(
        plan::read(r#"{"format_version": "2.0", "values": {}}"#)
            .is_err_and(|why| why.contains("version 2.0"))
    );
}

#[test]
fn elastic_throughput_of_efs_is_named() {
    let named = |mode: &str| {
        let home =
            format!("resource \"aws_efs_file_system\" \"home\" {{\n  throughput_mode = \"{mode}\"\n}}\n");
        reasons(&imported(&home)).iter().any(|reason| reason.contains("set elastic_throughput = true"))
    };
    assert!(named("elastic") && !named("bursting"));
}

#[test]
fn volumes_and_addresses_become_tables_that_estimate_takes() {
    let text = r#"
provider "aws" {
  region = "us-east-1"
}
resource "aws_ebs_volume" "scratch" {
  count             = 2
  availability_zone = "us-east-1a"
  type              = "gp3"
  size              = 500
  iops              = 6000
}
resource "aws_ebs_volume" "database" {
  availability_zone = "us-east-1a"
  type              = "io2"
  size              = 100
  iops              = 1000
  tags = { Name = "db" }
}
resource "aws_ebs_volume" "plain" {
  availability_zone = "us-east-1a"
  size              = 10
}
resource "aws_ebs_volume" "copy" {
  availability_zone = "us-east-1a"
  type              = "st1"
  snapshot_id       = "snap-1"
}
resource "aws_ebs_volume" "old" {
  availability_zone = "us-east-1a"
  type              = "standard"
  size              = 10
}
resource "aws_eip" "head" {
  domain = "vpc"
}
resource "aws_eip" "own" {
  public_ipv4_pool = "ipv4pool-ec2-1"
}
"#;
    let folder = written(&[("main.tf", text)]);
    let scenario = accepted(&folder, &["tf", "--month", "2026-11"]);
    for table in [
        "[[ebs]]\nname = \"scratch[0]\"\ntype = \"gp3\"\nsize_gib = 500\niops = 6000\n",
        "[[ebs]]\nname = \"scratch[1]\"\n",
        "[[ebs]]\nname = \"db\"\ntype = \"io2\"\nsize_gib = 100\niops = 1000\n",
        "[[ebs]]\nname = \"plain\"\ntype = \"gp2\"\nsize_gib = 10\n",
        "# [[ebs]]\n# name = \"copy\"\n# type = \"st1\"\n# size_gib = ?\n",
        "[[public_ipv4]]\nname = \"head\"\n",
    ] {
        assert!(scenario.contains(table), "{table}\n{scenario}");
    }
    assert!(!scenario.contains("name = \"old\"") && !scenario.contains("name = \"own\""), "{scenario}");
    assert!(
        scenario.contains("aws_ebs_volume.old type: a scenario has no volumes of standard"),
        "{scenario}"
    );
    assert!(
        scenario.contains("aws_eip.own public_ipv4_pool: addresses of a pool of one's own"),
        "{scenario}"
    );
    let answer = folder.run(&["estimate", "scenario.toml", "--format", "json", "--prices", "bundled"]);
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    // 2 × (500 × 0.08 + 3,000 × 0.005), 100 × 0.125 + 1,000 × 0.065, 10 × 0.10, 720 × 0.005.
    assert_eq!(document["total"]["expected"], "192.1");
}
