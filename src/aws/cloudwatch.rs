//! CloudWatch: which metrics there are, and their values by the hour; AWS Batch: which cluster is whose.
//!
//! ListMetrics, GetMetricData (each metric that it is asked for is charged) and DescribeComputeEnvironments.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_batch::config::Region as SdkRegion;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::Region as CloudWatchRegion;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy, StatusCode,
};

use super::Link;
use super::failure::Call;
use super::words;
use crate::error::Result;
use crate::model::decimal;
use crate::model::region::Region;
use crate::monitoring::cloudwatch::{
    AGENT, AGENT_METRICS, CLUSTER, HOUR, INSIGHTS, INSIGHTS_METRICS, MetricQuery, Named, Reading, Readings,
    Statistic, Window, finest,
};

const SERVICE: &str = "CloudWatch";

/// Most metrics and values of one request (API reference, GetMetricData, read 2026-11-24).
const METRICS_AT_ONCE: usize = 500;
const VALUES_AT_ONCE: i64 = 100_800;

/// Most compute environments of one request (API reference, DescribeComputeEnvironments, read 2026-11-24).
const ENVIRONMENTS_AT_ONCE: usize = 100;

/// Digits kept of a double.
const PLACES: u32 = 9;

impl Link {
    /// Everything a query asks for.
    pub(super) async fn readings(&self, query: &MetricQuery) -> Result<Readings> {
        let client = self.cloudwatch(query.region);
        let clusters = self.clusters(query.region, &query.environments).await?;
        let mut wanted = Vec::new();
        for metric in AGENT_METRICS {
            wanted.extend(finest(self.listed_metrics(&client, query.region, metric).await?));
        }
        for cluster in clusters.values().collect::<BTreeSet<_>>() {
            let dimensions = BTreeMap::from([(CLUSTER.to_owned(), cluster.clone())]);
            let named = |metric| Named { namespace: INSIGHTS, metric, dimensions: dimensions.clone() };
            wanted.extend(INSIGHTS_METRICS.map(named));
        }
        let places: Vec<(usize, Statistic)> = wanted
            .iter()
            .enumerate()
            .flat_map(|(place, named)| Statistic::of(named.metric).iter().map(move |of| (place, *of)))
            .collect();
        let mut readings: Vec<Reading> =
            wanted.into_iter().map(|named| Reading { named, values: BTreeMap::new() }).collect();
        let by_values = usize::try_from(VALUES_AT_ONCE / query.window.hours()).unwrap_or(1).max(1);
        for chunk in places.chunks(METRICS_AT_ONCE.min(by_values)) {
            self.values(&client, query.region, &query.window, chunk, &mut readings).await?;
        }
        Ok(Readings { readings, clusters, asked: places.len() })
    }

    fn cloudwatch(&self, region: Region) -> Client {
        let config = aws_sdk_cloudwatch::config::Builder::from(&self.config);
        Client::from_conf(config.region(CloudWatchRegion::from_static(region.code())).build())
    }

    /// The agent's metrics of a name, of every dimension.
    async fn listed_metrics(
        &self,
        client: &Client,
        region: Region,
        metric: &'static str,
    ) -> Result<Vec<Named>> {
        let call = self.call(SERVICE, "ListMetrics", region.code());
        let found = self
            .pages(call, async |token| {
                let page = client
                    .list_metrics()
                    .namespace(AGENT)
                    .metric_name(metric)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.metrics, page.next_token))
            })
            .await?;
        let pair = |of: &Dimension| Some((of.name()?.to_owned(), of.value()?.to_owned()));
        let named = |of: Metric| Named {
            namespace: AGENT,
            metric,
            dimensions: of.dimensions().iter().filter_map(pair).collect(),
        };
        Ok(found.into_iter().map(named).collect())
    }

    /// Adds the values of some statistics to the readings that they are of.
    async fn values(
        &self,
        client: &Client,
        region: Region,
        window: &Window,
        places: &[(usize, Statistic)],
        readings: &mut [Reading],
    ) -> Result<()> {
        let call = self.call(SERVICE, "GetMetricData", region.code());
        let queries: Vec<MetricDataQuery> = places
            .iter()
            .enumerate()
            .map(|(number, (place, statistic))| asked(number, &readings[*place].named, *statistic))
            .collect();
        let results = self
            .pages(call, async |token| {
                let page = client
                    .get_metric_data()
                    .set_metric_data_queries(Some(queries.clone()))
                    .start_time(DateTime::from_secs(window.start))
                    .end_time(DateTime::from_secs(window.end))
                    .scan_by(ScanBy::TimestampAscending)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.metric_data_results, page.next_token))
            })
            .await?;
        let mut last: BTreeMap<String, StatusCode> = BTreeMap::new();
        for result in results {
            let id = result.id().unwrap_or("");
            let number = id.strip_prefix('m').and_then(|number| number.parse::<usize>().ok());
            let place = number.and_then(|number| places.get(number));
            let Some((place, statistic)) = place else {
                return Err(call.broken(words::it_has_a_result_that(id)));
            };
            if let Some(status) = result.status_code() {
                last.insert(id.to_owned(), status.clone());
            }
            take(&result, *statistic, &mut readings[*place], call)?;
        }
        match last.iter().find(|(_, status)| **status != StatusCode::Complete) {
            Some((_, status)) => Err(call.broken(words::it_ends_with_the_status(status.as_str()))),
            None => Ok(()),
        }
    }

    /// The ECS clusters of compute environments; of one that AWS Batch does not have, none.
    async fn clusters(&self, region: Region, names: &[String]) -> Result<BTreeMap<String, String>> {
        let config = aws_sdk_batch::config::Builder::from(&self.config);
        let client =
            aws_sdk_batch::Client::from_conf(config.region(SdkRegion::from_static(region.code())).build());
        let call = self.call(SERVICE_BATCH, "DescribeComputeEnvironments", region.code());
        let mut clusters = BTreeMap::new();
        for names in names.chunks(ENVIRONMENTS_AT_ONCE) {
            let found = self
                .pages(call, async |token| {
                    let page = client
                        .describe_compute_environments()
                        .set_compute_environments(Some(names.to_vec()))
                        .set_next_token(token)
                        .send()
                        .await
                        .map_err(|error| call.failed(&error))?;
                    Ok((page.compute_environments, page.next_token))
                })
                .await?;
            for environment in found {
                // arn:aws:ecs:region:account:cluster/name
                let cluster = environment.ecs_cluster_arn().and_then(|arn| arn.split_once('/'));
                if let (Some(name), Some((_, cluster))) = (environment.compute_environment_name(), cluster) {
                    clusters.insert(name.to_owned(), cluster.to_owned());
                }
            }
        }
        Ok(clusters)
    }
}

const SERVICE_BATCH: &str = "AWS Batch";

fn asked(number: usize, named: &Named, statistic: Statistic) -> MetricDataQuery {
    let dimension = |(name, value): (&String, &String)| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder()
        .namespace(named.namespace)
        .metric_name(named.metric)
        .set_dimensions(Some(named.dimensions.iter().map(dimension).collect()))
        .build();
    let period = i32::try_from(HOUR).expect("an hour is short");
    let stat = MetricStat::builder().metric(metric).period(period).stat(statistic.id()).build();
    MetricDataQuery::builder().id(format!("m{number}")).metric_stat(stat).build()
}

fn take(
    result: &MetricDataResult,
    statistic: Statistic,
    reading: &mut Reading,
    call: Call<'_>,
) -> Result<()> {
    let (stamps, values) = (result.timestamps(), result.values());
    if stamps.len() != values.len() {
        return Err(call.broken(words::it_has_timestamps_for_values(stamps.len(), values.len())));
    }
    for (stamp, value) in stamps.iter().zip(values) {
        let Some(units) = decimal::double_units(*value, PLACES) else {
            return Err(call.broken(words::a_value_of_is(reading.named.metric, value)));
        };
        reading.values.insert((stamp.secs(), statistic), decimal::of_units(units, PLACES));
    }
    Ok(())
}
