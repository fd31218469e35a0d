//! What is deployed of AWS Batch, as the resources that Terraform would make of it: compute environments, job queues
//! and job definitions here, file systems in `fsx`, launch templates in `launch_template`.
//!
//! Attributes have Terraform's names, so that what they mean is said once, in `import`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_batch::types::{
    CeStatus, ComputeEnvironmentDetail, ComputeResource, ContainerProperties, JobDefinition, JobQueueDetail,
    JobQueueType, JqStatus, LaunchTemplateSpecification, NodeProperties,
};

use super::failure::Call;
use super::resources::{Found, Part, Template, block, map, number, text, texts};
use super::words;
use super::{Answer, Aws, Link, Question, scheduling};
use crate::error::{Error, Result};
use crate::import::value::{Reference, Value};
use crate::import::{Resources, Source};
use crate::model::region::Region;

const SERVICE: &str = "AWS Batch";

/// Largest page (API reference, DescribeComputeEnvironments, DescribeJobQueues and DescribeJobDefinitions: 100).
const A_PAGE: i32 = 100;

impl Aws {
    /// What is deployed of AWS Batch and FSx for Lustre in a region.
    pub fn infrastructure(&self, region: Region, progress: &dyn Fn(&str)) -> Result<Resources> {
        self.parts(region, progress).map_err(with_permissions)
    }

    fn parts(&self, region: Region, progress: &dyn Fn(&str)) -> Result<Resources> {
        let parts = [Part::ComputeEnvironments, Part::JobQueues, Part::JobDefinitions, Part::FileSystems];
        let mut all = Resources { source: Source::Aws, ..Resources::default() };
        all.region = Some(region.code().to_owned());
        let mut templates = BTreeSet::new();
        for (resources, named) in self.deployed(region, parts.to_vec(), progress)? {
            all.all.extend(resources.all);
            all.unresolved.extend(resources.unresolved);
            templates.extend(named);
        }
        let mut named: Vec<Part> = templates.into_iter().map(Part::LaunchTemplate).collect();
        named.extend(scheduling::parts(&all.all));
        for (resources, _) in self.deployed(region, named, progress)? {
            all.all.extend(resources.all);
        }
        Ok(all)
    }

    fn deployed(
        &self,
        region: Region,
        parts: Vec<Part>,
        progress: &dyn Fn(&str),
    ) -> Result<Vec<(Resources, Vec<Template>)>> {
        let questions = parts.into_iter().map(|part| Question::Deployed { region, part }).collect();
        let answers = self.ask(questions, progress)?.into_iter().map(|answer| match answer {
            Answer::Deployed(resources, templates) => (resources, templates),
            _ => unreachable!("what is deployed was asked for"),
        });
        Ok(answers.collect())
    }
}

/// What is missing where AWS says no, whichever of the calls it is.
fn with_permissions(error: Error) -> Error {
    match error {
        Error::Aws { service, operation, region, message, .. }
            if ["AccessDenied", "UnauthorizedOperation"].iter().any(|code| message.en.starts_with(code)) =>
        {
            Error::Aws { service, operation, region, message, hint: words::import_permissions() }
        }
        other => other,
    }
}

impl Link {
    /// A part, and the launch templates it names.
    pub(super) async fn deployed(&self, region: Region, part: Part) -> Result<(Resources, Vec<Template>)> {
        let mut found = Found { region, resources: Resources::default(), templates: Vec::new() };
        match part {
            Part::ComputeEnvironments => self.compute_environments(region, &mut found).await?,
            Part::JobQueues => self.queue_details(region, &mut found).await?,
            Part::JobDefinitions => self.job_definitions(region, &mut found).await?,
            Part::SchedulingPolicies(arns) => self.scheduling_policies(region, arns, &mut found).await?,
            Part::ConsumableResources => self.consumable_resources(region, &mut found).await?,
            Part::FileSystems => self.file_systems(region, &mut found).await?,
            Part::LaunchTemplate(template) => self.launch_template(region, &template, &mut found).await?,
        }
        Ok((found.resources, found.templates))
    }

    async fn compute_environments(&self, region: Region, found: &mut Found) -> Result<()> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "DescribeComputeEnvironments", region.code());
        let environments = self
            .pages(call, async |token| {
                let asked = client.describe_compute_environments().max_results(A_PAGE).set_next_token(token);
                let page = asked.send().await.map_err(|error| call.failed(&error))?;
                Ok((page.compute_environments, page.next_token))
            })
            .await?;
        environments.iter().try_for_each(|of| found.environment(of, call))
    }

    async fn queue_details(&self, region: Region, found: &mut Found) -> Result<()> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "DescribeJobQueues", region.code());
        let queues = self
            .pages(call, async |token| {
                let asked = client.describe_job_queues().max_results(A_PAGE).set_next_token(token);
                let page = asked.send().await.map_err(|error| call.failed(&error))?;
                Ok((page.job_queues, page.next_token))
            })
            .await?;
        queues.iter().try_for_each(|of| found.queue(of, call))
    }

    async fn job_definitions(&self, region: Region, found: &mut Found) -> Result<()> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "DescribeJobDefinitions", region.code());
        let definitions = self
            .pages(call, async |token| {
                let asked = client.describe_job_definitions().status("ACTIVE").max_results(A_PAGE);
                let page = asked.set_next_token(token).send().await.map_err(|error| call.failed(&error))?;
                Ok((page.job_definitions, page.next_token))
            })
            .await?;
        found.definitions(&definitions, call)
    }
}

impl Found {
    fn environment(&mut self, of: &ComputeEnvironmentDetail, call: Call<'_>) -> Result<()> {
        let name = of
            .compute_environment_name()
            .filter(|name| !name.is_empty())
            .ok_or_else(|| call.broken(words::a_compute_environment_without_a()))?;
        let address = format!("compute-environment/{name}");
        if matches!(of.status(), Some(CeStatus::Deleting | CeStatus::Deleted)) {
            self.miss(&address, None, "it is being deleted");
            return Ok(());
        }
        let resources = of.compute_resources().map(|resources| self.resources_of(&address, resources));
        let attributes = map([
            ("compute_environment_name", text(Some(name))),
            ("arn", text(of.compute_environment_arn())),
            ("type", text(of.r#type.as_ref().map(|kind| kind.as_str()))),
            ("state", text(of.state().map(|state| state.as_str()))),
            ("eks_configuration", of.eks_configuration().map(|_| block([]))),
            ("compute_resources", resources),
        ]);
        self.push("aws_batch_compute_environment", address, name, attributes);
        Ok(())
    }

    fn resources_of(&mut self, address: &str, of: &ComputeResource) -> Value {
        let template = of.launch_template().and_then(|template| self.template(address, template));
        let scaling = of.scaling_policy().and_then(|policy| policy.min_scale_down_delay_minutes());
        block([
            ("type", text(of.r#type.as_ref().map(|kind| kind.as_str()))),
            ("allocation_strategy", text(of.allocation_strategy().map(|strategy| strategy.as_str()))),
            ("instance_type", of.instance_types.as_deref().map(texts)),
            ("min_vcpus", number(of.minv_cpus())),
            ("max_vcpus", number(of.maxv_cpus())),
            ("bid_percentage", number(of.bid_percentage())),
            ("subnets", of.subnets.as_deref().map(texts)),
            ("launch_template", template),
            (
                "scaling_policy",
                scaling.map(|minutes| block([("min_scale_down_delay_minutes", number(Some(minutes)))])),
            ),
        ])
    }

    /// A reference to the version that an environment names; without one it is the default.
    fn template(&mut self, address: &str, of: &LaunchTemplateSpecification) -> Option<Value> {
        if !of.overrides().is_empty() {
            let reason = "its launch templates for some of its types are not read: it has those of all";
            self.miss(address, Some("launch_template.overrides"), reason);
        }
        let (by_id, key) = match (of.launch_template_id(), of.launch_template_name()) {
            (Some(id), _) => (true, id),
            (None, name) => (false, name?),
        };
        let version = of.version().filter(|version| !version.is_empty()).unwrap_or("$Default");
        let template = Template { by_id, key: key.to_owned(), version: version.to_owned() };
        let reference = Reference { address: template.address(), attribute: "id".to_owned(), every: false };
        self.templates.push(template);
        Some(block([("launch_template_id", Some(Value::Reference(reference)))]))
    }

    fn queue(&mut self, of: &JobQueueDetail, call: Call<'_>) -> Result<()> {
        let name = of.job_queue_name().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| call.broken(words::a_queue_without_a_name_2()))?;
        let address = format!("job-queue/{name}");
        if matches!(of.status(), Some(JqStatus::Deleting | JqStatus::Deleted)) {
            self.miss(&address, None, "it is being deleted");
            return Ok(());
        }
        if of.job_queue_type() == Some(&JobQueueType::SagemakerTraining) {
            self.miss(&address, None, "its jobs are service jobs: they run in SageMaker AI, not on EC2");
            return Ok(());
        }
        let order = of.compute_environment_order().iter().map(|item| {
            map([("order", number(item.order())), ("compute_environment", text(item.compute_environment()))])
        });
        let attributes = map([
            ("name", text(Some(name))),
            ("state", text(of.state().map(|state| state.as_str()))),
            ("priority", number(of.priority())),
            ("scheduling_policy_arn", text(of.scheduling_policy_arn())),
            ("job_state_time_limit_action", scheduling::limits(of)),
            ("compute_environment_order", Some(Value::List(order.collect()))),
        ]);
        self.push("aws_batch_job_queue", address, name, attributes);
        Ok(())
    }

    /// The latest revision of each name.
    fn definitions(&mut self, all: &[JobDefinition], call: Call<'_>) -> Result<()> {
        let mut latest: BTreeMap<&str, &JobDefinition> = BTreeMap::new();
        for of in all {
            let name = of.job_definition_name().filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| call.broken(words::a_job_definition_without_a()))?;
            let kept = latest.entry(name).or_insert(of);
            if of.revision() > kept.revision() {
                *kept = of;
            }
        }
        let older = all.len() - latest.len();
        if older > 0 {
            let plural = if older == 1 { "" } else { "s" };
            let reason =
                format!("{older} older active revision{plural} left out: the latest of each name counts");
            self.miss("job definitions", None, reason);
        }
        for (name, of) in latest {
            let address = format!("job-definition/{name}:{}", of.revision().unwrap_or_default());
            self.push("aws_batch_job_definition", address, name, definition(name, of));
        }
        Ok(())
    }
}

fn definition(name: &str, of: &JobDefinition) -> Value {
    let retry = of.retry_strategy().map(|retry| {
        let exits = retry.evaluate_on_exit().iter().map(scheduling::rule);
        block([
            ("attempts", number(retry.attempts())),
            ("evaluate_on_exit", Some(Value::List(exits.collect()))),
        ])
    });
    let timeout = of.timeout().and_then(|timeout| timeout.attempt_duration_seconds());
    let platforms = of.platform_capabilities().iter().map(|of| Value::Text(of.as_str().to_owned()));
    map([
        ("name", text(Some(name))),
        ("type", text(of.r#type.as_deref())),
        ("platform_capabilities", Some(Value::List(platforms.collect()))),
        ("retry_strategy", retry),
        ("timeout", timeout.map(|seconds| block([("attempt_duration_seconds", number(Some(seconds)))]))),
        ("container_properties", of.container_properties().map(|of| json(container(of)))),
        ("node_properties", of.node_properties().map(|of| json(nodes(of)))),
        ("scheduling_priority", number(of.scheduling_priority())),
        ("consumable_resource_properties", scheduling::needed(of)),
        ("ecs_properties", of.ecs_properties().map(|_| block([]))),
        ("eks_properties", of.eks_properties().map(|_| block([]))),
    ])
}

#[expect(deprecated, reason = "old definitions name vCPUs and memory there")]
fn container(of: &ContainerProperties) -> Value {
    let requirements = of.resource_requirements().iter().map(|requirement| {
        map([
            ("type", text(requirement.r#type.as_ref().map(|kind| kind.as_str()))),
            ("value", text(requirement.value())),
        ])
    });
    let devices = of.linux_parameters().map_or(&[][..], |linux| linux.devices());
    let devices = devices.iter().map(|device| map([("hostPath", text(device.host_path()))]));
    let linux = map([("devices", Some(Value::List(devices.collect())))]);
    map([
        ("resourceRequirements", Some(Value::List(requirements.collect()))),
        ("vcpus", number(of.vcpus().filter(|number| *number > 0))),
        ("memory", number(of.memory().filter(|number| *number > 0))),
        ("linuxParameters", Some(linux)),
    ])
}

fn nodes(of: &NodeProperties) -> Value {
    let ranges = of.node_range_properties().iter();
    let ranges = ranges.map(|range| {
        let consumed = scheduling::requirements(range.consumable_resource_properties());
        let container = range.container().map(container);
        map([("container", container), ("consumable_resource_properties", consumed)])
    });
    map([("numNodes", number(of.num_nodes())), ("nodeRangeProperties", Some(Value::List(ranges.collect())))])
}

fn json(value: Value) -> Value {
    Value::Json(Box::new(value))
}
