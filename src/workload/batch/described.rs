//! A job as DescribeJobs and events tell it, in AWS's words; only the fields that are used.
//!
//! Source: API reference of AWS Batch (JobDetail, AttemptDetail, EksAttemptDetail) and its user guide (job state change
//! events, whose `detail` resembles JobDetail), read 2026-11-28. Every field may be missing or null. Answers of AWS and saved
//! files fill the same value, so both become jobs in one way.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Awaited, BatchJob, Container, Pod, Run};
use crate::model::said::Said;
use crate::workload::words;

macro_rules! described {
    ($($(#[$about:meta])* struct $name:ident { $($(#[$of:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name { $($(#[$of])* pub $field: Option<$kind>,)* }
    )*};
}

described! {
    /// JobDetail.
    struct JobDetail {
        /// Its id; `parent:index` for a child of an array, `job#node` for a node of a multi-node job.
        job_id: String,
        /// What its user calls it.
        job_name: String,
        /// ARN of its queue.
        job_queue: String,
        /// ARN of its job definition.
        job_definition: String,
        /// AWS's name of its status.
        status: String,
        /// Why it has that status.
        status_reason: String,
        /// Share identifier of fair-share scheduling.
        share_identifier: String,
        /// Priority within its share.
        scheduling_priority: i64,
        /// Submitted [ms of the Unix epoch].
        created_at: i64,
        /// Started [ms of the Unix epoch].
        started_at: i64,
        /// Stopped [ms of the Unix epoch].
        stopped_at: i64,
        /// Whether its user terminated it.
        is_terminated: bool,
        /// Whether its user cancelled it.
        is_cancelled: bool,
        /// Attempts on ECS.
        attempts: Vec<AttemptDetail>,
        /// Attempts on EKS.
        eks_attempts: Vec<AttemptDetail>,
        /// How often it may be tried.
        retry_strategy: RetryStrategy,
        /// Of the parent of an array, and of its children.
        array_properties: ArrayProperties,
        /// Of a multi-node job.
        node_properties: NodeProperties,
        /// `EC2`, `FARGATE`.
        platform_capabilities: Vec<String>,
        /// Its container, if it has one.
        container: ContainerDetail,
        /// Its containers on ECS, if it has several.
        ecs_properties: EcsProperties,
        /// Its pod on EKS.
        eks_properties: EksProperties,
        /// What it waits for.
        depends_on: Vec<JobDependency>,
        /// Its tags.
        tags: BTreeMap<String, Option<String>>,
        /// Where it ran; AWS says so nowhere, whoever keeps events may add it.
        #[serde(alias = "instance_type")]
        instance_type: String,
    }

    /// AttemptDetail and EksAttemptDetail.
    struct AttemptDetail {
        /// Started [ms of the Unix epoch].
        started_at: i64,
        /// Stopped [ms of the Unix epoch].
        stopped_at: i64,
        /// Why it ended.
        status_reason: String,
        /// Its container on ECS.
        container: AttemptContainer,
        /// Its containers on EKS.
        containers: Vec<AttemptContainer>,
        /// Its containers on ECS, if there are several.
        task_properties: Vec<AttemptTask>,
        /// Where it ran, as in [`JobDetail`].
        #[serde(alias = "instance_type")]
        instance_type: String,
    }

    /// AttemptContainerDetail, AttemptTaskContainerDetails and EksAttemptContainerDetail.
    struct AttemptContainer {
        /// Of its process.
        exit_code: i64,
        /// Why it ended.
        reason: String,
        /// The instance it ran on.
        container_instance_arn: String,
    }

    /// AttemptEcsTaskDetails.
    struct AttemptTask {
        /// At once.
        containers: Vec<AttemptContainer>,
        /// The instance they ran on.
        container_instance_arn: String,
    }

    /// RetryStrategy.
    struct RetryStrategy {
        /// Most attempts.
        attempts: i64,
    }

    /// ArrayPropertiesDetail.
    struct ArrayProperties {
        /// Children, of a parent.
        size: i64,
    }

    /// JobDependency.
    struct JobDependency {
        /// Waited for.
        job_id: String,
        /// `N_TO_N`, `SEQUENTIAL`.
        r#type: String,
    }

    /// NodeProperties.
    struct NodeProperties {
        /// Nodes.
        num_nodes: i64,
        /// What they run.
        node_range_properties: Vec<NodeRange>,
    }

    /// NodeRangeProperty.
    struct NodeRange {
        /// Which nodes.
        target_nodes: String,
        /// Their container, if there is one.
        container: ContainerDetail,
        /// Their containers on ECS, if there are several.
        ecs_properties: EcsProperties,
        /// Their pod on EKS.
        eks_properties: EksProperties,
    }

    /// ContainerDetail and ContainerProperties.
    struct ContainerDetail {
        /// What it asks for.
        resource_requirements: Vec<ResourceRequirement>,
        /// vCPUs, in old definitions.
        vcpus: i64,
        /// MiB, in old definitions.
        memory: i64,
        /// There on Fargate.
        fargate_platform_configuration: serde::de::IgnoredAny,
    }

    /// ResourceRequirement.
    struct ResourceRequirement {
        /// `VCPU`, `MEMORY`, `GPU`.
        r#type: String,
        /// How much.
        value: String,
    }

    /// EcsPropertiesDetail.
    struct EcsProperties {
        /// One.
        task_properties: Vec<EcsTask>,
    }

    /// EcsTaskDetails.
    struct EcsTask {
        /// At once.
        containers: Vec<ContainerDetail>,
    }

    /// EksPropertiesDetail.
    struct EksProperties {
        /// Its pod.
        pod_properties: EksPod,
    }

    /// EksPodPropertiesDetail.
    struct EksPod {
        /// At once.
        containers: Vec<EksContainer>,
        /// Before.
        init_containers: Vec<EksContainer>,
    }

    /// EksContainerDetail.
    struct EksContainer {
        /// What it asks for.
        resources: EksResources,
    }

    /// EksContainerResourceRequirements.
    struct EksResources {
        /// By name.
        requests: BTreeMap<String, String>,
        /// By name.
        limits: BTreeMap<String, String>,
    }
}

/// A job, or the parent of an array.
#[derive(Clone, Debug)]
pub struct DescribedJob {
    /// Children, of the parent of an array; it has no run of its own.
    pub array_size: Option<u32>,
    /// AWS's name of its status.
    pub status: String,
    /// The rest.
    pub job: BatchJob,
}

impl JobDetail {
    /// What it is, or what is missing.
    pub fn described(mut self) -> Result<DescribedJob, Said> {
        let id = self.job_id.take().ok_or_else(words::a_job_without_an_id)?;
        let missing = |what: &str| words::job_without(&id, what);
        let queue = self.job_queue.take().ok_or_else(|| missing("a queue"))?;
        let status = self.status.take().ok_or_else(|| missing("a status"))?;
        let created_at = self.created_at.ok_or_else(|| missing("the time of its submission"))?;
        let nodes = self.node_properties.as_ref().and_then(|nodes| nodes.num_nodes);
        let platforms = self.platform_capabilities.as_deref().unwrap_or_default();
        let on_fargate =
            self.container.as_ref().is_some_and(|of| of.fargate_platform_configuration.is_some());
        let small = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let described = BatchJob {
            queue: last_part(&queue).to_owned(),
            job_definition: definition_name(self.job_definition.as_deref().unwrap_or_default()),
            name: self.job_name.take().unwrap_or_default(),
            tags: super::tags(
                self.tags
                    .iter()
                    .flatten()
                    .map(|(key, value)| (key.as_str(), value.as_deref().unwrap_or_default())),
            ),
            share: self.share_identifier.take().unwrap_or_default(),
            scheduling_priority: self.scheduling_priority.and_then(|priority| u16::try_from(priority).ok()),
            succeeded: status == "SUCCEEDED",
            stopped_by_user: self.is_terminated == Some(true) || self.is_cancelled == Some(true),
            fargate: on_fargate || !platforms.is_empty() && platforms.iter().all(|of| of == "FARGATE"),
            created_at,
            attempts: self.attempts(),
            attempts_allowed: self.retry_strategy.as_ref().and_then(|retry| retry.attempts),
            nodes: small(nodes).unwrap_or(1),
            ranges: match self.node_properties.take() {
                Some(nodes) if nodes.num_nodes.is_some() => ranges(nodes),
                _ => vec![(":".to_owned(), pod(self.container, self.ecs_properties, self.eks_properties))],
            },
            depends_on: self.depends_on.into_iter().flatten().filter_map(awaited).collect(),
            status_reason: self.status_reason.unwrap_or_default(),
            id,
        };
        let size = self.array_properties.and_then(|array| array.size);
        Ok(DescribedJob { array_size: small(size).filter(|size| *size > 0), status, job: described })
    }

    /// Those of ECS or EKS; a job that tells none has its own times.
    fn attempts(&mut self) -> Vec<Run> {
        let of_job = self.instance_type.take().unwrap_or_default();
        let all = [self.attempts.take(), self.eks_attempts.take()];
        let all: Vec<Run> = all.into_iter().flatten().flatten().map(|of| of.run(&of_job)).collect();
        if !all.is_empty() {
            return all;
        }
        let (started_at, stopped_at) = (told(self.started_at), told(self.stopped_at));
        vec![Run { started_at, stopped_at, instance_type: of_job, ..Run::default() }]
    }
}

/// Zero is what a time is that did not come.
fn told(ms: Option<i64>) -> Option<i64> {
    ms.filter(|ms| *ms > 0)
}

/// `arn:aws:batch:…:job-queue/NAME`
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// `arn:aws:batch:…:job-definition/NAME:REVISION`
fn definition_name(arn: &str) -> String {
    let name = last_part(arn);
    name.split(':').next().unwrap_or(name).to_owned()
}

impl AttemptDetail {
    fn run(self, of_job: &str) -> Run {
        let tasks = self.task_properties.unwrap_or_default();
        let mut instance = tasks.iter().find_map(|task| task.container_instance_arn.clone());
        let containers = self.container.into_iter().chain(self.containers.into_iter().flatten());
        let containers =
            containers.chain(tasks.into_iter().flat_map(|task| task.containers.unwrap_or_default()));
        let (mut exit_code, mut reasons) = (None, String::new());
        for container in containers {
            // Of several containers the one that ended with an error says why.
            exit_code = match (exit_code, container.exit_code) {
                (None | Some(0), Some(code)) => Some(code),
                (known, _) => known,
            };
            reasons.push_str(container.reason.as_deref().unwrap_or_default());
            instance = instance.or(container.container_instance_arn);
        }
        Run {
            started_at: told(self.started_at),
            stopped_at: told(self.stopped_at),
            exit_code,
            reason: self.status_reason.unwrap_or_default(),
            container_reason: reasons,
            instance_type: self.instance_type.unwrap_or_else(|| of_job.to_owned()),
            container_instance: instance.unwrap_or_default(),
        }
    }
}

fn awaited(dependency: JobDependency) -> Option<Awaited> {
    match (dependency.r#type.as_deref(), dependency.job_id) {
        (Some("SEQUENTIAL"), _) => Some(Awaited::Before),
        (Some("N_TO_N"), Some(id)) => Some(Awaited::SameIndex(id)),
        (_, id) => id.map(Awaited::Job),
    }
}

/// The containers of one node, in whichever of three forms they are described.
fn pod(container: Option<ContainerDetail>, ecs: Option<EcsProperties>, eks: Option<EksProperties>) -> Pod {
    let tasks = ecs.and_then(|ecs| ecs.task_properties).unwrap_or_default();
    let of_tasks = tasks.into_iter().flat_map(|task| task.containers.unwrap_or_default()).map(of_ecs);
    let eks_pod = eks.and_then(|eks| eks.pod_properties).unwrap_or_default();
    // A job of several containers has an empty one beside them, a job on EKS too.
    let several: Vec<Container> =
        of_tasks.chain(eks_pod.containers.unwrap_or_default().into_iter().map(of_eks)).collect();
    Pod {
        containers: if several.is_empty() { container.map(of_ecs).into_iter().collect() } else { several },
        init_containers: eks_pod.init_containers.unwrap_or_default().into_iter().map(of_eks).collect(),
    }
}

fn ranges(nodes: NodeProperties) -> Vec<(String, Pod)> {
    let range = |range: NodeRange| {
        let target = range.target_nodes.unwrap_or_else(|| ":".to_owned());
        (target, pod(range.container, range.ecs_properties, range.eks_properties))
    };
    nodes.node_range_properties.unwrap_or_default().into_iter().map(range).collect()
}

/// A container of ECS: memory is in MiB; old definitions name vCPUs and memory apart from the requirements.
fn of_ecs(container: ContainerDetail) -> Container {
    let requirements = container.resource_requirements.unwrap_or_default();
    let of = |kind: &str| {
        let found = requirements.iter().find(|requirement| requirement.r#type.as_deref() == Some(kind));
        found.and_then(|requirement| requirement.value.clone())
    };
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    Container {
        vcpus: of("VCPU").or_else(|| number(container.vcpus)),
        memory: of("MEMORY").or_else(|| number(container.memory)).map(|mib| format!("{mib}Mi")),
        gpus: of("GPU"),
    }
}

/// A container of EKS: what it requests, or else its limits.
fn of_eks(container: EksContainer) -> Container {
    let EksResources { requests, limits } = container.resources.unwrap_or_default();
    let of = |name: &str| {
        let of = |of: &Option<BTreeMap<String, String>>| of.as_ref().and_then(|of| of.get(name)).cloned();
        of(&requests).or_else(|| of(&limits))
    };
    Container { vcpus: of("cpu"), memory: of("memory"), gpus: of("nvidia.com/gpu") }
}
