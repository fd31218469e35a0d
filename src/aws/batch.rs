//! AWS Batch: its queues, the jobs in them, and what each job was.
//!
//! Without a filter ListJobs answers for one status, RUNNING if none is named; children of arrays only for their
//! parent. So each queue is asked for every status, in the order in which a job goes through them: one that moves on
//! meanwhile is met again, not missed. (With a filter it answers for all statuses, but a tenth of the jobs a page.)

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_batch::Client;
use aws_sdk_batch::config::Region as SdkRegion;
use aws_sdk_batch::types::{JobQueueType, JobStatus, JobSummary};

use super::batch_detail::job_detail;
use super::failure::Call;
use super::words;
use super::{Answer, Aws, Link, Question};
use crate::error::Result;
use crate::model::region::Region;
use crate::workload::batch::{Array, DescribedJob, History};

const SERVICE: &str = "AWS Batch";

/// Largest page of queues; of jobs of one status (API reference, DescribeJobQueues and ListJobs).
const QUEUES_A_PAGE: i32 = 100;
const JOBS_A_PAGE: i32 = 1000;

/// Jobs described at once (API reference, DescribeJobs).
const DESCRIBED_AT_ONCE: usize = 100;

/// In the order in which a job goes through them.
const STATUSES: [JobStatus; 7] = [
    JobStatus::Submitted,
    JobStatus::Pending,
    JobStatus::Runnable,
    JobStatus::Starting,
    JobStatus::Running,
    JobStatus::Succeeded,
    JobStatus::Failed,
];

/// A queue.
#[derive(Clone, Debug)]
pub struct JobQueue {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// What AWS Batch calls its type, where it says so.
    pub kind: Option<String>,
}

/// Whose jobs are listed.
#[derive(Clone, Debug)]
pub enum JobsOf {
    /// The jobs of a queue, without children.
    Queue(String),
    /// The children of an array.
    Array {
        /// Its parent.
        id: String,
        /// Whether all of them have ended.
        ended: bool,
    },
}

/// A job as it is listed.
#[derive(Clone, Debug)]
pub struct ListedJob {
    /// Its id.
    pub id: String,
    /// AWS's name of its status.
    pub status: String,
    /// Children, of the parent of an array.
    pub array_size: Option<u32>,
}

impl ListedJob {
    fn has_ended(&self) -> bool {
        [JobStatus::Succeeded, JobStatus::Failed].iter().any(|ended| ended.as_str() == self.status)
    }
}

impl Aws {
    /// The queues of a region.
    pub fn job_queues(&self, region: Region, progress: &dyn Fn(&str)) -> Result<Vec<JobQueue>> {
        match self.ask(vec![Question::JobQueues { region }], progress)?.pop() {
            Some(Answer::JobQueues(queues)) => Ok(queues),
            _ => unreachable!("queues were asked for"),
        }
    }

    /// What these queues remember.
    pub fn job_history(
        &self,
        region: Region,
        queues: &[JobQueue],
        progress: &dyn Fn(&str),
    ) -> Result<History> {
        let is_of = |queue: &&JobQueue, kind: JobQueueType| queue.kind.as_deref() == Some(kind.as_str());
        let (service, asked): (Vec<&JobQueue>, Vec<&JobQueue>) =
            queues.iter().partition(|queue| is_of(queue, JobQueueType::SagemakerTraining));
        let fargate: BTreeSet<&str> = asked
            .iter()
            .filter(|queue| is_of(queue, JobQueueType::EcsFargate))
            .map(|queue| queue.name.as_str())
            .collect();
        let names = |queues: &[&JobQueue]| queues.iter().map(|queue| queue.name.clone()).collect();
        let mut history =
            History { queues: names(&asked), service_queues: names(&service), ..History::default() };

        let of_queues = asked.iter().map(|queue| JobsOf::Queue(queue.arn.clone())).collect();
        let mut listed = self.listed(region, of_queues, progress)?;
        let parents: Vec<ListedJob> =
            listed.values().filter(|job| job.array_size.is_some()).cloned().collect();
        let of_arrays =
            parents.iter().map(|job| JobsOf::Array { id: job.id.clone(), ended: job.has_ended() }).collect();
        let children = self.listed(region, of_arrays, progress)?;
        listed.extend(children);
        for job in listed.values().filter(|job| !job.has_ended() && job.array_size.is_none()) {
            *history.unfinished.entry(job.status.clone()).or_default() += 1;
        }
        let wanted: Vec<String> = listed
            .values()
            .filter(|job| job.has_ended() || job.array_size.is_some())
            .map(|job| job.id.clone())
            .collect();
        self.describe(region, &wanted, &fargate, &mut history, progress)?;
        count_missing_children(&listed, &mut history);
        Ok(history)
    }

    /// Jobs by id, each as it was met last.
    fn listed(
        &self,
        region: Region,
        of: Vec<JobsOf>,
        progress: &dyn Fn(&str),
    ) -> Result<BTreeMap<String, ListedJob>> {
        let questions = of.into_iter().map(|of| Question::ListedJobs { region, of }).collect();
        let mut listed = BTreeMap::new();
        for answer in self.ask(questions, progress)? {
            let Answer::ListedJobs(jobs) = answer else { unreachable!("jobs were asked for") };
            // A node is a part of its job.
            let whole = jobs.into_iter().filter(|job| !job.id.contains('#'));
            listed.extend(whole.map(|job| (job.id.clone(), job)));
        }
        Ok(listed)
    }

    fn describe(
        &self,
        region: Region,
        ids: &[String],
        fargate: &BTreeSet<&str>,
        history: &mut History,
        progress: &dyn Fn(&str),
    ) -> Result<()> {
        let questions =
            ids.chunks(DESCRIBED_AT_ONCE).map(|ids| Question::Jobs { region, ids: ids.to_vec() }).collect();
        let mut described = 0;
        for answer in self.ask(questions, progress)? {
            let Answer::Jobs(jobs) = answer else { unreachable!("jobs were asked for") };
            described += jobs.len();
            for DescribedJob { array_size, mut job, .. } in jobs {
                if let Some(size) = array_size {
                    history.arrays.insert(job.id, Array { size, depends_on: job.depends_on });
                    continue;
                }
                job.fargate |= fargate.contains(job.queue.as_str());
                history.jobs.push(job);
            }
        }
        history.gone += ids.len().saturating_sub(described) as u64;
        Ok(())
    }
}

/// Children that were not listed: of a parent that has not ended they may not be born yet, of another one they are gone.
fn count_missing_children(listed: &BTreeMap<String, ListedJob>, history: &mut History) {
    for (id, array) in &history.arrays {
        let first = format!("{id}:");
        let there = listed.range(first.clone()..).take_while(|(id, _)| id.starts_with(&first)).count();
        let missing = u64::from(array.size).saturating_sub(there as u64);
        match listed.get(id) {
            Some(parent) if missing > 0 && !parent.has_ended() => {
                *history.unfinished.entry(parent.status.clone()).or_default() += missing;
            }
            _ => history.gone += missing,
        }
    }
}

impl Link {
    pub(super) fn batch(&self, region: Region) -> Client {
        let config = aws_sdk_batch::config::Builder::from(&self.config);
        Client::from_conf(config.region(SdkRegion::from_static(region.code())).build())
    }

    pub(super) async fn job_queues(&self, region: Region) -> Result<Vec<JobQueue>> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "DescribeJobQueues", region.code());
        let queues = self
            .pages(call, async |token| {
                let asked = client.describe_job_queues().max_results(QUEUES_A_PAGE).set_next_token(token);
                let page = asked.send().await.map_err(|error| call.failed(&error))?;
                Ok((page.job_queues, page.next_token))
            })
            .await?;
        let queue =
            |queue: aws_sdk_batch::types::JobQueueDetail| match (queue.job_queue_name, queue.job_queue_arn) {
                (Some(name), Some(arn)) => {
                    let kind = queue.job_queue_type.map(|kind| kind.as_str().to_owned());
                    Ok(JobQueue { name, arn, kind })
                }
                _ => Err(call.broken(words::a_queue_without_a_name())),
            };
        queues.into_iter().map(queue).collect()
    }

    pub(super) async fn listed_jobs(&self, region: Region, of: &JobsOf) -> Result<Vec<ListedJob>> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "ListJobs", region.code());
        let mut listed = Vec::new();
        let statuses = match of {
            JobsOf::Array { ended: true, .. } => &STATUSES[5..],
            _ => &STATUSES[..],
        };
        for status in statuses {
            let jobs = self
                .pages(call, async |token| {
                    let asked = client.list_jobs().job_status(status.clone()).max_results(JOBS_A_PAGE);
                    let asked = match of {
                        JobsOf::Queue(arn) => asked.job_queue(arn),
                        JobsOf::Array { id, .. } => asked.array_job_id(id),
                    };
                    let page =
                        asked.set_next_token(token).send().await.map_err(|error| call.failed(&error))?;
                    Ok((page.job_summary_list, page.next_token))
                })
                .await?;
            for job in jobs {
                listed.push(listed_job(job, status, call)?);
            }
        }
        Ok(listed)
    }

    pub(super) async fn described_jobs(&self, region: Region, ids: &[String]) -> Result<Vec<DescribedJob>> {
        let client = self.batch(region);
        let call = self.call(SERVICE, "DescribeJobs", region.code());
        let jobs = self
            .pages(call, async |_| {
                let asked = client.describe_jobs().set_jobs(Some(ids.to_vec())).send();
                let page = asked.await.map_err(|error| call.failed(&error))?;
                Ok((page.jobs, None))
            })
            .await?;
        let described = |job| job_detail(job).described().map_err(|reason| call.broken(reason));
        jobs.into_iter().map(described).collect()
    }
}

fn listed_job(job: JobSummary, asked: &JobStatus, call: Call<'_>) -> Result<ListedJob> {
    let size = job.array_properties.and_then(|array| array.size).and_then(|size| u32::try_from(size).ok());
    Ok(ListedJob {
        id: job.job_id.ok_or_else(|| call.broken(words::a_job_without_an_id()))?,
        status: job.status.as_ref().unwrap_or(asked).as_str().to_owned(),
        array_size: size.filter(|size| *size > 0),
    })
}
