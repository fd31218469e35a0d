//! Scheduling policies, job state time limits, consumable resources and retry strategies, imported from Terraform and
//! from AWS.

use std::fs;

use serde_json::{Value, json};

use super::cli::Folder;
use super::loopback::{Batch, Loopback, World};

const TERRAFORM: &str = r#"
provider "aws" {
  region = "us-east-1"
}

resource "aws_batch_compute_environment" "ce" {
  compute_environment_name = "ce"
  type                     = "MANAGED"
  compute_resources {
    type           = "EC2"
    instance_type  = ["c5.large"]
    max_vcpus      = 16
  }
}

resource "aws_batch_scheduling_policy" "teams" {
  name = "teams"
  fair_share_policy {
    compute_reservation = 10
    share_decay_seconds = 3600
    share_distribution {
      share_identifier = "B"
    }
    share_distribution {
      share_identifier = "A*"
      weight_factor    = 0.125
    }
  }
}

resource "aws_batch_consumable_resource" "licence" {
  name           = "solver-licence"
  resource_type  = "REPLENISHABLE"
  total_quantity = 20
}

resource "aws_batch_job_queue" "fair" {
  name                  = "fair"
  state                 = "ENABLED"
  priority              = 1
  compute_environments  = [aws_batch_compute_environment.ce.arn]
  scheduling_policy_arn = aws_batch_scheduling_policy.teams.arn
  job_state_time_limit_action {
    action           = "CANCEL"
    max_time_seconds = 3600
    reason           = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"
    state            = "RUNNABLE"
  }
  job_state_time_limit_action {
    action           = "CANCEL"
    max_time_seconds = 600
    reason           = "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED"
    state            = "RUNNABLE"
  }
}

resource "aws_batch_job_queue" "other" {
  name                  = "other"
  state                 = "ENABLED"
  priority              = 2
  compute_environments  = [aws_batch_compute_environment.ce.arn]
  scheduling_policy_arn = "arn:aws:batch:us-east-1:123456789012:scheduling-policy/elsewhere"
}

resource "aws_batch_job_definition" "recommended" {
  name                = "recommended"
  type                = "container"
  scheduling_priority = 7
  container_properties = jsonencode({
    image                = "i"
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "1024" }]
  })
  retry_strategy {
    attempts = 3
    evaluate_on_exit {
      on_status_reason = "Host EC2*"
      action           = "RETRY"
    }
    evaluate_on_exit {
      on_reason = "*"
      action    = "EXIT"
    }
  }
}

resource "aws_batch_job_definition" "plain" {
  name = "plain"
  type = "container"
  container_properties = jsonencode({
    image                = "i"
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "1024" }]
  })
  retry_strategy {
    attempts = 3
  }
}

resource "aws_batch_job_definition" "memory" {
  name = "memory"
  type = "container"
  container_properties = jsonencode({
    image                = "i"
    resourceRequirements = [{ type = "VCPU", value = "1" }, { type = "MEMORY", value = "1024" }]
  })
  retry_strategy {
    attempts = 2
    evaluate_on_exit {
      on_exit_code = "137"
      action       = "RETRY"
    }
    evaluate_on_exit {
      on_exit_code = "*"
      action       = "EXIT"
    }
  }
}
"#;

/// The scenario that an answer wrote, which `check` takes.
fn scenario(folder: &Folder) -> String {
    let answer = folder.run(&["check", "scenario.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    fs::read_to_string(folder.path("scenario.toml")).expect("the scenario was written")
}

fn contains_all(text: &str, words: &[&str]) {
    for words in words {
        assert!(text.contains(words), "lacks {words}\n{text}");
    }
}

#[test]
fn terraform_says_who_goes_first_and_when_a_job_is_cancelled() {
    let folder = Folder::empty().with("main.tf", TERRAFORM);
    let path = folder.path("main.tf");
    fs::create_dir(folder.path("tf")).expect("a folder");
    fs::rename(path, folder.path("tf/main.tf")).expect("a move");
    let answer = folder.run(&["import", "terraform", "tf", "--month", "2026-11", "-o", "scenario.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let text = scenario(&folder);
    contains_all(
        &text,
        &[
            "scheduling_policy = \"teams\"\njob_state_time_limit_actions = [{ reason = \"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY\", max_time_seconds = 3600 }]\n",
            "[[batch.scheduling_policy]]\nname = \"teams\"\nshare_decay_seconds = 3600\ncompute_reservation = 10\nshare_distribution = [{ share_identifier = \"A*\", weight_factor = 0.125 }, { share_identifier = \"B\" }]\n",
            "[[batch.consumable_resource]]\nname = \"solver-licence\"\ntotal_quantity = 20\nresource_type = \"REPLENISHABLE\"\n",
            "attempts = 3\nscheduling_priority = 7\n",
            "aws_batch_job_queue.fair job_state_time_limit_action: a simulation cannot tell `MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED`",
            "aws_batch_job_queue.other scheduling_policy_arn: `elsewhere` is not here: jobs of the scenario's queue go by submission",
            "aws_batch_job_definition.recommended: a job is tried again when its host is lost, and ends at any other failure, which is what `simulate` does",
            "aws_batch_job_definition.plain retry_strategy: without evaluate_on_exit a job that failed is tried again too, 3 attempts in all; here only one whose host is lost is\n",
            "aws_batch_job_definition.memory retry_strategy.evaluate_on_exit: on_exit_code = \"137\" is tried again; here a job that failed is not\n",
        ],
    );
    assert!(!text.contains("recommended retry_strategy"), "{text}");
    assert_eq!(text.matches("scheduling_policy = ").count(), 1, "{text}");
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:batch:us-east-1:123456789012:{kind}/{name}")
}

fn deployed() -> Batch {
    let container = json!({"image": "i", "resourceRequirements":
        [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "1024"}]});
    let licences = |name: &str, quantity: u32| json!({"consumableResourceList": [{"consumableResource": name, "quantity": quantity}]});
    let queue = |name: &str, priority: u32, policy: &str| {
        json!({"jobQueueName": name, "jobQueueArn": arn("job-queue", name), "state": "ENABLED",
            "status": "VALID", "priority": priority, "schedulingPolicyArn": arn("scheduling-policy", policy),
            "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": arn("compute-environment", "ce")}],
            "jobStateTimeLimitActions": [{"reason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
                "state": "RUNNABLE", "maxTimeSeconds": 900, "action": "CANCEL"}]})
    };
    let definition = |name: &str, more: Value| {
        let mut one = json!({"jobDefinitionName": name, "jobDefinitionArn": arn("job-definition", name),
            "revision": 1, "status": "ACTIVE", "type": "container"});
        one.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        one
    };
    let range = json!({"targetNodes": "0:", "container": container,
        "consumableResourceProperties": licences("bandwidth", 5)});
    let rules =
        json!([{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}]);
    Batch {
        region: "us-east-1",
        environments: vec![
            json!({"computeEnvironmentName": "ce", "computeEnvironmentArn": arn("compute-environment", "ce"),
            "type": "MANAGED", "state": "ENABLED", "status": "VALID", "computeResources": {"type": "EC2",
                "minvCpus": 0, "maxvCpus": 16, "instanceTypes": ["c5.large"], "subnets": ["subnet-1"]}}),
        ],
        queues: vec![queue("a", 1, "teams"), queue("b", 2, "teams"), queue("c", 3, "quotas")],
        definitions: vec![
            definition(
                "single",
                json!({"containerProperties": container, "schedulingPriority": 3,
                "consumableResourceProperties": licences(&arn("consumable-resource", "licence"), 2),
                "retryStrategy": {"attempts": 3, "evaluateOnExit": rules}}),
            ),
            definition(
                "wide",
                json!({"type": "multinode",
                "nodeProperties": {"numNodes": 2, "mainNode": 0, "nodeRangeProperties": [range]}}),
            ),
        ],
        policies: vec![
            json!({"name": "teams", "arn": arn("scheduling-policy", "teams"), "fairsharePolicy":
                {"shareDecaySeconds": 0, "computeReservation": 5, "shareDistribution":
                [{"shareIdentifier": "A*", "weightFactor": 0.1}, {"shareIdentifier": "B", "weightFactor": 2}]}}),
            json!({"name": "quotas", "arn": arn("scheduling-policy", "quotas"), "quotaSharePolicy":
                {"idleResourceAssignmentStrategy": "FIFO"}}),
        ],
        consumables: vec![
            json!({"consumableResourceName": "licence", "consumableResourceArn": arn("consumable-resource", "licence"),
                "totalQuantity": 8, "inUseQuantity": 2, "resourceType": "REPLENISHABLE"}),
            json!({"consumableResourceName": "bandwidth", "consumableResourceArn": arn("consumable-resource", "bandwidth"),
                "totalQuantity": 40, "inUseQuantity": 0, "resourceType": "NON_REPLENISHABLE"}),
        ],
        ..Batch::default()
    }
}

#[test]
fn aws_says_who_goes_first_and_when_a_job_is_cancelled() {
    let aws = Loopback::new(World { batch: deployed(), page: Some(1), ..World::default() });
    let folder = Folder::empty();
    let args = ["import", "batch", "--region", "us-east-1", "--month", "2026-11", "-o", "scenario.toml"];
    let answer = folder.asking(&aws, &args, &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let text = scenario(&folder);
    contains_all(
        &text,
        &[
            "scheduling_policy = \"teams\"\njob_state_time_limit_actions = [{ reason = \"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT\", max_time_seconds = 900 }]\n",
            "[[batch.scheduling_policy]]\nname = \"teams\"\nshare_decay_seconds = 0\ncompute_reservation = 5\nshare_distribution = [{ share_identifier = \"A*\", weight_factor = 0.1 }, { share_identifier = \"B\", weight_factor = 2 }]\n",
            "name = \"licence\"\ntotal_quantity = 8\nresource_type = \"REPLENISHABLE\"\n",
            "name = \"bandwidth\"\ntotal_quantity = 40\nresource_type = \"NON_REPLENISHABLE\"\n",
            "scheduling_priority = 3\nconsumable_resources = { \"licence\" = 2 }\n",
            "nodes = 2\nconsumable_resources = { \"bandwidth\" = 5 }\n",
            "scheduling-policy/quotas: it is a quota share policy, for training jobs of SageMaker AI",
            "job-queue/c scheduling_policy_arn: `scheduling-policy/quotas` is not in the scenario: jobs of the scenario's queue go by submission",
            "job-definition/single:1: a job is tried again when its host is lost",
        ],
    );
    assert_eq!(text.matches("scheduling_policy = ").count(), 2, "{text}");
    // Both policies at once; two resources of one page each.
    assert_eq!(aws.count("/v1/describeschedulingpolicies"), 1);
    assert_eq!(aws.count("/v1/listconsumableresources"), 2);
    // Who names neither asks for neither.
    let mut plain = deployed();
    plain.queues.iter_mut().for_each(|queue| queue["schedulingPolicyArn"] = Value::Null);
    plain.definitions.clear();
    let aws = Loopback::new(World { batch: plain, ..World::default() });
    assert_eq!(folder.asking(&aws, &args[..6], &[]).code, Some(0));
    assert_eq!(aws.count("/v1/describeschedulingpolicies") + aws.count("/v1/listconsumableresources"), 0);
}
