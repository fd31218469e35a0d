//! Amazon's own APIs through the official SDK: what they answer, as our values.
//!
//! Every answer is read to its last page, with at most [`IN_FLIGHT`] requests under way. The SDK retries
//! what can be retried (throttling with exponential back-off and jitter). Endpoints, retries and
//! profiles come from the SDK's own settings (`AWS_ENDPOINT_URL`, `AWS_MAX_ATTEMPTS`, `AWS_PROFILE`, …);
//! nothing here knows whether the other side is AWS.

mod archive;
mod athena;
mod batch;
mod batch_detail;
mod cloudwatch;
mod cost_explorer;
mod credentials;
mod deployed;
mod ec2;
mod failure;
mod fsx;
mod launch_template;
mod pricing;
mod savings_plans;
mod resources;
mod scheduling;
mod sdk_settings;
mod service_quotas;
mod words;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use aws_config::SdkConfig;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, LocalSet};

use crate::actuals::athena::{Run, Table};
use crate::actuals::cost_explorer::{CostGroup, CostQuery, ForecastQuery};
use crate::catalog::TypeDescription;
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::import::Resources;
use crate::model::commitment::CommitmentTerms;
use crate::model::decimal::Decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::InstanceType;
use crate::monitoring::cloudwatch::{MetricQuery, Readings};
use crate::prices::history::SpotRecord;
use crate::prices::product::Product;
use crate::prices::query::Query;
use crate::workload::batch::DescribedJob;
use failure::Call;
use sdk_settings::{Reader, profile_name};

pub use archive::ArchivedList;
pub use athena::AthenaQuery;
pub use batch::{JobQueue, JobsOf, ListedJob};
pub use ec2::CapacityBlockOffering;
pub use resources::{Part, Template};

/// Requests under way at once.
pub const IN_FLIGHT: usize = 10;

/// Pages of one answer after which something must be wrong: 10 million Spot price records.
const MOST_PAGES: usize = 10_000;

/// The first second without an answer is nobody's business; then the number of answers is told this
/// often.
const TICK: Duration = Duration::from_millis(100);

/// How to talk to AWS.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Whether the role of the EC2 instance this runs on is asked for too, which takes a second where
    /// there is none.
    pub instance_role: bool,
    /// The profile that is named, and so has to have credentials.
    pub profile: Option<String>,
}

/// One thing to ask.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "every field is a parameter of the operation named")]
pub enum Question {
    /// Products of the Price List: GetProducts.
    Products(Query),
    /// Spot prices from one second to another: DescribeSpotPriceHistory.
    SpotHistory { region: Region, types: Vec<InstanceType>, start: i64, end: i64 },
    /// Which of these types EC2 offers: DescribeInstanceTypeOfferings.
    Offered { region: Region, types: Vec<InstanceType> },
    /// What these types are: DescribeInstanceTypes.
    Described { region: Region, types: Vec<InstanceType> },
    /// Compute Savings Plan rates of these types: DescribeSavingsPlansOfferingRates.
    PlanRates { region: Region, types: Vec<InstanceType>, terms: CommitmentTerms },
    /// Capacity Blocks on offer: DescribeCapacityBlockOfferings.
    CapacityBlocks { region: Region, instance_type: InstanceType, count: i32, hours: i32 },
    /// Charges, with at most so many paid requests; every day before `known` has to be in the answer: GetCostAndUsage.
    Costs { query: CostQuery, most: u32, known: i64 },
    /// What AWS expects to be charged, with an interval of this level in percent: GetCostForecast.
    CostForecast { query: ForecastQuery, level: u32 },
    /// What a table of Athena has: GetTableMetadata.
    Table { region: Region, database: String, table: String },
    /// A query: StartQueryExecution, GetQueryExecution, GetQueryResults.
    Athena(AthenaQuery),
    /// How likely a Spot request of so many instances succeeds: GetSpotPlacementScores.
    PlacementScores { region: Region, types: Vec<InstanceType>, instances: i32 },
    /// Job queues: DescribeJobQueues.
    JobQueues { region: Region },
    /// Jobs of a queue or children of an array, of every status: ListJobs.
    ListedJobs { region: Region, of: JobsOf },
    /// What these jobs were, at most 100: DescribeJobs.
    Jobs { region: Region, ids: Vec<String> },
    /// A part of what is deployed.
    Deployed { region: Region, part: Part },
    /// How instances were used: ListMetrics, GetMetricData, DescribeComputeEnvironments.
    Metrics(MetricQuery),
    /// What EC2 allows, by the codes of quotas: GetServiceQuota.
    Quotas { region: Region, codes: BTreeSet<&'static str> },
}

impl Question {
    /// The operation that answers it, or the first of several.
    const fn operation(&self) -> &'static str {
        match self {
            Question::Products(_) => "GetProducts",
            Question::SpotHistory { .. } => "DescribeSpotPriceHistory",
            Question::Offered { .. } => "DescribeInstanceTypeOfferings",
            Question::Described { .. } => "DescribeInstanceTypes",
            Question::PlanRates { .. } => "DescribeSavingsPlansOfferingRates",
            Question::CapacityBlocks { .. } => "DescribeCapacityBlockOfferings",
            Question::Costs { .. } => "GetCostAndUsage",
            Question::CostForecast { .. } => "GetCostForecast",
            Question::Table { .. } => "GetTableMetadata",
            Question::Athena(_) => "StartQueryExecution",
            Question::PlacementScores { .. } => "GetSpotPlacementScores",
            Question::JobQueues { .. } => "DescribeJobQueues",
            Question::ListedJobs { .. } => "ListJobs",
            Question::Jobs { .. } => "DescribeJobs",
            Question::Deployed { .. } => "what is deployed",
            Question::Metrics(_) => "ListMetrics",
            Question::Quotas { .. } => "GetServiceQuota",
        }
    }
}

/// Its answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Of [`Question::Products`].
    Products(Vec<Product>),
    /// Of [`Question::SpotHistory`].
    SpotHistory(Vec<SpotRecord>),
    /// Of [`Question::Offered`]: those that are.
    Offered(BTreeSet<InstanceType>),
    /// Of [`Question::Described`]; a type EC2 does not know is not in it.
    Described(BTreeMap<InstanceType, TypeDescription>),
    /// Of [`Question::PlanRates`]: USD per hour and the offering, or why there is none.
    PlanRates(BTreeMap<InstanceType, std::result::Result<(Usd, String), Said>>),
    /// Of [`Question::CapacityBlocks`].
    CapacityBlocks(Vec<CapacityBlockOffering>),
    /// Of [`Question::Costs`], and how many requests that took.
    Costs(Vec<CostGroup>, u32),
    /// Of [`Question::CostForecast`]: low, expected and high.
    CostForecast([Usd; 3]),
    /// Of [`Question::Table`].
    Table(Table),
    /// Of [`Question::Athena`]: its rows, and what it was.
    Athena(Vec<Vec<Option<String>>>, Run),
    /// Of [`Question::PlacementScores`]: 1 to 10, by zone id.
    PlacementScores(BTreeMap<String, i32>),
    /// Of [`Question::JobQueues`].
    JobQueues(Vec<JobQueue>),
    /// Of [`Question::ListedJobs`]; one that moved on meanwhile is in it again, later.
    ListedJobs(Vec<ListedJob>),
    /// Of [`Question::Jobs`]; one that is gone is not in it.
    Jobs(Vec<DescribedJob>),
    /// Of [`Question::Deployed`], and the launch templates it names.
    Deployed(Resources, Vec<Template>),
    /// Of [`Question::Metrics`].
    Metrics(Readings),
    /// Of [`Question::Quotas`]; one without a value is not in it.
    Quotas(BTreeMap<&'static str, Decimal>),
}

/// A connection with credentials.
pub struct Aws {
    access_key: String,
    runtime: Runtime,
    link: Rc<Link>,
}

/// What there is to say where the SDK panicked over a question or its answer.
fn broke_off(asked: &[&str]) -> Error {
    Error::malformed(
        asked.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", "),
        words::what_the_aws_sdk_can(),
        words::it_broke_off_over_it(),
    )
}

/// What there is to say where the SDK panicked over its settings.
fn unusable(runtime: &Runtime, profile: Option<&str>) -> Error {
    let empty = guarded(|| runtime.block_on(Reader::new(profile)).map(|reader| reader.empty_endpoints()));
    let empty = empty.ok().and_then(Result::ok).unwrap_or_default();
    let profile = profile_name(profile);
    let message = words::the_aws_sdk_broke_off(profile);
    Error::Setting {
        message: match empty.into_iter().reduce(words::and) {
            None => message,
            Some(empty) => words::it_cannot_ask_for_credentials(message, empty),
        },
    }
}

fn runtime() -> Result<Runtime> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|source| Error::Read { path: "the network".into(), source })
}

/// What every call needs.
struct Link {
    config: SdkConfig,
    timeout: Duration,
    in_flight: Semaphore,
    answers: Cell<usize>,
}

impl Aws {
    /// Looks for credentials in the environment, the profile, a web identity and a container's role.
    /// `None` where none are configured; an error where those that are cannot be used.
    pub fn connect(settings: &Settings) -> Result<Option<Aws>> {
        let runtime = runtime()?;
        let configured = guarded(|| runtime.block_on(credentials::configure(settings)));
        let configured = configured.unwrap_or_else(|_| Err(unusable(&runtime, settings.profile.as_deref())));
        let Some((config, access_key)) = configured? else { return Ok(None) };
        let in_flight = Semaphore::new(IN_FLIGHT);
        let link = Link { config, timeout: settings.timeout, in_flight, answers: Cell::new(0) };
        Ok(Some(Aws { access_key, runtime, link: Rc::new(link) }))
    }

    /// Where the SDK's settings lead instead of to AWS: nothing, for AWS itself. Needs no credentials; `profile` is
    /// the one that is named.
    pub fn endpoints(profile: Option<&str>) -> Result<Vec<String>> {
        let runtime = runtime()?;
        let read = || runtime.block_on(async { Reader::new(profile).await?.settings() });
        let settings = guarded(read).unwrap_or_else(|_| Err(unusable(&runtime, profile)))?;
        Ok(settings.endpoints.named())
    }

    /// The access key in use: whose answers these are.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// Answers so far, page by page.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.link.answers.get()
    }

    /// Asks everything side by side. Answers come in the order of the questions; the first error ends
    /// it. After a second, `progress` is told now and then how many answers have come.
    pub fn ask(&self, questions: Vec<Question>, progress: &dyn Fn(&str)) -> Result<Vec<Answer>> {
        let asked: Vec<&str> = questions.iter().map(Question::operation).collect();
        // What is dropped unfinished must be dropped where its runtime is.
        let _runtime = self.runtime.enter();
        let local = LocalSet::new();
        let everything = local.run_until(async {
            let mut asked = JoinSet::new();
            for (place, question) in questions.into_iter().enumerate() {
                let link = Rc::clone(&self.link);
                asked.spawn_local(async move { (place, link.answer(question).await) });
            }
            let mut answers = BTreeMap::new();
            while let Some(joined) = asked.join_next().await {
                // A question that panicked has no place.
                let Ok((place, answer)) = joined else { return Ok(None) };
                answers.insert(place, answer?);
            }
            Ok(Some(answers.into_values().collect()))
        });
        let answers = guarded(|| self.wait(everything, progress)).unwrap_or(Ok(None))?;
        answers.ok_or_else(|| broke_off(&asked))
    }

    /// The archived price list of a service that was in force at a second of the Unix epoch.
    pub fn archived(
        &self,
        service: &str,
        region: Region,
        at: i64,
        queries: &[&Query],
        progress: &dyn Fn(&str),
    ) -> Result<Option<ArchivedList>> {
        let read = || {
            let Some((arn, url)) = self.wait(self.link.archived_url(service, region, at), progress)? else {
                return Ok(None);
            };
            let products = archive::read(&self.runtime, self.link.timeout, &url, queries, progress)?;
            Ok(Some(ArchivedList { arn, products }))
        };
        guarded(read).unwrap_or_else(|_| Err(broke_off(&["ListPriceLists"])))
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T>>, progress: &dyn Fn(&str)) -> Result<T> {
        self.runtime.block_on(async {
            let mut work = std::pin::pin!(work);
            let mut ticks = 0;
            loop {
                match tokio::time::timeout(TICK, &mut work).await {
                    Ok(answer) => return answer,
                    Err(_) => ticks += 1,
                }
                if ticks >= 10 {
                    progress(&format!("{} answers", self.link.answers.get()));
                }
            }
        })
    }
}

impl Link {
    async fn answer(&self, question: Question) -> Result<Answer> {
        Ok(match question {
            Question::Products(query) => Answer::Products(self.products(&query).await?),
            Question::SpotHistory { region, types, start, end } => {
                Answer::SpotHistory(self.spot_history(region, &types, start, end).await?)
            }
            Question::Offered { region, types } => Answer::Offered(self.offered(region, &types).await?),
            Question::Described { region, types } => Answer::Described(self.described(region, &types).await?),
            Question::PlanRates { region, types, terms } => {
                Answer::PlanRates(self.plan_rates(region, &types, terms).await?)
            }
            Question::CapacityBlocks { region, instance_type, count, hours } => {
                Answer::CapacityBlocks(self.capacity_blocks(region, &instance_type, count, hours).await?)
            }
            Question::Costs { query, most, known } => {
                let (groups, asked) = self.costs(&query, most, known).await?;
                Answer::Costs(groups, asked)
            }
            Question::CostForecast { query, level } => {
                Answer::CostForecast(self.cost_forecast(&query, level).await?)
            }
            Question::Table { region, database, table } => {
                Answer::Table(self.table(region, &database, &table).await?)
            }
            Question::Athena(query) => {
                let (rows, run) = self.run(&query).await?;
                Answer::Athena(rows, run)
            }
            Question::PlacementScores { region, types, instances } => {
                Answer::PlacementScores(self.placement_scores(region, &types, instances).await?)
            }
            Question::JobQueues { region } => Answer::JobQueues(self.job_queues(region).await?),
            Question::ListedJobs { region, of } => Answer::ListedJobs(self.listed_jobs(region, &of).await?),
            Question::Jobs { region, ids } => Answer::Jobs(self.described_jobs(region, &ids).await?),
            Question::Deployed { region, part } => {
                let (resources, templates) = self.deployed(region, part).await?;
                Answer::Deployed(resources, templates)
            }
            Question::Metrics(query) => Answer::Metrics(self.readings(&query).await?),
            Question::Quotas { region, codes } => Answer::Quotas(self.quotas(region, &codes).await?),
        })
    }

    fn call<'a>(&self, service: &'static str, operation: &'static str, region: &'a str) -> Call<'a> {
        Call { service, operation, region, timeout: self.timeout }
    }

    /// Every page of an answer; `ask` gets the token of the page and says which comes next. A page without a list is
    /// no answer: one with nothing on it has an empty list.
    async fn pages<T>(
        &self,
        call: Call<'_>,
        mut ask: impl AsyncFnMut(Option<String>) -> Result<(Option<Vec<T>>, Option<String>)>,
    ) -> Result<Vec<T>> {
        let (mut all, mut seen, mut token) = (Vec::new(), BTreeSet::new(), None);
        loop {
            let permit = self.in_flight.acquire().await.expect("nobody closes the semaphore");
            let (items, next) = ask(token).await?;
            drop(permit);
            self.answers.set(self.answers.get() + 1);
            all.extend(items.ok_or_else(|| call.broken(words::the_answer_has_no_list()))?);
            // The end is no token or an empty one; a page may be empty before it.
            let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(all) };
            if !seen.insert(next.clone()) {
                return Err(call.broken(words::it_repeats_a_page_token()));
            }
            if seen.len() >= MOST_PAGES {
                return Err(call.broken(words::it_has_more_than_10()));
            }
            token = Some(next);
        }
    }
}
