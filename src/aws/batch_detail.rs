//! What DescribeJobs answers as the value that saved files are read into too: field by field, nothing is decided here.

use aws_sdk_batch::types as sdk;

use crate::workload::batch::{
    ArrayProperties, AttemptContainer, AttemptDetail, AttemptTask, ContainerDetail, EcsProperties, EcsTask,
    EksContainer, EksPod, EksProperties, EksResources, JobDependency, JobDetail, NodeProperties, NodeRange,
    ResourceRequirement, RetryStrategy,
};

pub(super) fn job_detail(job: sdk::JobDetail) -> JobDetail {
    JobDetail {
        job_id: job.job_id,
        job_name: job.job_name,
        job_queue: job.job_queue,
        job_definition: job.job_definition,
        status: job.status.map(|status| status.as_str().to_owned()),
        status_reason: job.status_reason,
        share_identifier: job.share_identifier,
        scheduling_priority: job.scheduling_priority.map(i64::from),
        created_at: job.created_at,
        started_at: job.started_at,
        stopped_at: job.stopped_at,
        is_terminated: job.is_terminated,
        is_cancelled: job.is_cancelled,
        attempts: all(job.attempts, on_ecs),
        eks_attempts: all(job.eks_attempts, on_eks),
        retry_strategy: job
            .retry_strategy
            .map(|retry| RetryStrategy { attempts: retry.attempts.map(i64::from) }),
        array_properties: job
            .array_properties
            .map(|array| ArrayProperties { size: array.size.map(i64::from) }),
        node_properties: job.node_properties.map(nodes),
        platform_capabilities: all(job.platform_capabilities, |platform| platform.as_str().to_owned()),
        container: job.container.map(|of| ContainerDetail {
            fargate_platform_configuration: of.fargate_platform_configuration.map(|_| serde::de::IgnoredAny),
            ..container(of.resource_requirements, of.vcpus, of.memory)
        }),
        ecs_properties: job
            .ecs_properties
            .map(|ecs| EcsProperties { task_properties: all(ecs.task_properties, task_detail) }),
        eks_properties: job
            .eks_properties
            .map(|eks| EksProperties { pod_properties: eks.pod_properties.map(pod_detail) }),
        depends_on: all(job.depends_on, |on| JobDependency {
            job_id: on.job_id,
            r#type: on.r#type.map(|kind| kind.as_str().to_owned()),
        }),
        tags: job.tags.map(|tags| tags.into_iter().map(|(key, value)| (key, Some(value))).collect()),
        instance_type: None,
    }
}

fn all<From, To>(from: Option<Vec<From>>, one: impl Fn(From) -> To) -> Option<Vec<To>> {
    from.map(|all| all.into_iter().map(one).collect())
}

fn on_ecs(attempt: sdk::AttemptDetail) -> AttemptDetail {
    AttemptDetail {
        started_at: attempt.started_at,
        stopped_at: attempt.stopped_at,
        status_reason: attempt.status_reason,
        container: attempt.container.map(|of| AttemptContainer {
            exit_code: of.exit_code.map(i64::from),
            reason: of.reason,
            container_instance_arn: of.container_instance_arn,
        }),
        task_properties: all(attempt.task_properties, |task| AttemptTask {
            containers: all(task.containers, |of| ended(of.exit_code, of.reason)),
            container_instance_arn: task.container_instance_arn,
        }),
        ..AttemptDetail::default()
    }
}

fn on_eks(attempt: sdk::EksAttemptDetail) -> AttemptDetail {
    AttemptDetail {
        started_at: attempt.started_at,
        stopped_at: attempt.stopped_at,
        status_reason: attempt.status_reason,
        containers: all(attempt.containers, |of| ended(of.exit_code, of.reason)),
        ..AttemptDetail::default()
    }
}

fn ended(exit_code: Option<i32>, reason: Option<String>) -> AttemptContainer {
    AttemptContainer { exit_code: exit_code.map(i64::from), reason, container_instance_arn: None }
}

fn container(
    requirements: Option<Vec<sdk::ResourceRequirement>>,
    vcpus: Option<i32>,
    memory: Option<i32>,
) -> ContainerDetail {
    let requirement = |of: sdk::ResourceRequirement| ResourceRequirement {
        r#type: of.r#type.map(|kind| kind.as_str().to_owned()),
        value: of.value,
    };
    ContainerDetail {
        resource_requirements: all(requirements, requirement),
        vcpus: vcpus.map(i64::from),
        memory: memory.map(i64::from),
        fargate_platform_configuration: None,
    }
}

fn task_detail(task: sdk::EcsTaskDetails) -> EcsTask {
    EcsTask { containers: all(task.containers, |of| container(of.resource_requirements, None, None)) }
}

fn pod_detail(pod: sdk::EksPodPropertiesDetail) -> EksPod {
    let one = |of: sdk::EksContainerDetail| eks_container(of.resources);
    EksPod { containers: all(pod.containers, one), init_containers: all(pod.init_containers, one) }
}

fn eks_container(resources: Option<sdk::EksContainerResourceRequirements>) -> EksContainer {
    let resources = resources.map(|of| EksResources {
        requests: of.requests.map(|of| of.into_iter().collect()),
        limits: of.limits.map(|of| of.into_iter().collect()),
    });
    EksContainer { resources }
}

#[expect(deprecated, reason = "old definitions name vCPUs and memory there")]
fn nodes(nodes: sdk::NodeProperties) -> NodeProperties {
    let range = |range: sdk::NodeRangeProperty| NodeRange {
        target_nodes: range.target_nodes,
        container: range.container.map(|of| container(of.resource_requirements, of.vcpus, of.memory)),
        ecs_properties: range.ecs_properties.map(|ecs| {
            let task = |task: sdk::EcsTaskProperties| EcsTask {
                containers: all(task.containers, |of| container(of.resource_requirements, None, None)),
            };
            EcsProperties { task_properties: all(ecs.task_properties, task) }
        }),
        eks_properties: range.eks_properties.map(|eks| {
            let pod = |pod: sdk::EksPodProperties| {
                let one = |of: sdk::EksContainer| eks_container(of.resources);
                EksPod {
                    containers: all(pod.containers, one),
                    init_containers: all(pod.init_containers, one),
                }
            };
            EksProperties { pod_properties: eks.pod_properties.map(pod) }
        }),
    };
    NodeProperties {
        num_nodes: nodes.num_nodes.map(i64::from),
        node_range_properties: all(nodes.node_range_properties, range),
    }
}
