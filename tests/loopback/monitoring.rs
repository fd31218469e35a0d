//! CloudWatch and Service Quotas of the AWS on 127.0.0.1, and the clusters of AWS Batch.
//!
//! CloudWatch speaks Smithy's RPC v2 with CBOR. It has samples and makes statistics of them itself; it lists what has
//! reported within two weeks, and pages by values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{JSON, Reply, Request, State, error, unix_now};

pub(super) const CBOR: &str = "application/cbor";

/// How the path of an operation begins.
pub(super) const PATH: &str = "/service/GraniteServiceVersion20100801/operation/";

/// A metric and everything it reported.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) region: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) dimensions: Vec<(&'static str, String)>,
    /// Second and value.
    pub(crate) samples: Vec<(i64, f64)>,
}

/// What the account has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) metrics: Vec<Metric>,
    /// Region, code and value.
    pub(crate) quotas: Vec<(&'static str, &'static str, f64)>,
    /// Region, compute environment and cluster.
    pub(crate) clusters: Vec<(&'static str, &'static str, &'static str)>,
    /// Every result of GetMetricData has this status.
    pub(crate) status: Option<&'static str>,
}

const TWO_WEEKS: i64 = 14 * 86_400;

impl State {
    pub(super) fn list_metrics(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let is = |metric: &&Metric| {
            metric.region == request.region
                && asked["Namespace"].as_str().is_none_or(|namespace| namespace == metric.namespace)
                && asked["MetricName"].as_str().is_none_or(|name| name == metric.name)
                && metric.samples.iter().any(|(second, _)| *second >= unix_now() - TWO_WEEKS)
        };
        assert!(asked["Dimensions"].is_null(), "no filter by dimensions is known here");
        let found: Vec<&Metric> = self.world.account.metrics.iter().filter(is).collect();
        let named = |metric: &&Metric| {
            json!({"Namespace": metric.namespace, "MetricName": metric.name,
            "Dimensions": metric.dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect::<Vec<_>>()})
        };
        match self.page(&found, asked["NextToken"].as_str(), 500) {
            Err(()) => error(request, 400, "InvalidParameterValue", "The token is invalid."),
            Ok((page, next)) => {
                let mut body = json!({"Metrics": page.iter().map(named).collect::<Vec<_>>()});
                if let Some(next) = next {
                    body["NextToken"] = json!(next);
                }
                (200, CBOR, body.to_string())
            }
        }
    }

    pub(super) fn get_metric_data(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let refused = |message: &str| error(request, 400, "ValidationError", message);
        let second = |key: &str| asked[key]["$time"].as_f64().map(|second| second as i64);
        let (Some(start), Some(end)) = (second("StartTime"), second("EndTime")) else {
            return refused("StartTime and EndTime are required");
        };
        let queries = asked["MetricDataQueries"].as_array().cloned().unwrap_or_default();
        let ids: BTreeSet<&str> = queries.iter().map(|query| query["Id"].as_str().unwrap_or("")).collect();
        let lower = ids.iter().all(|id| id.starts_with(|c: char| c.is_ascii_lowercase()));
        if start >= end || queries.is_empty() || queries.len() > 500 || ids.len() != queries.len() || !lower {
            return refused("The query is invalid.");
        }
        if asked["ScanBy"] != "TimestampAscending" {
            return refused("only one order is known here");
        }
        let mut values = Vec::new();
        let mut most = 0;
        for query in &queries {
            let stat = &query["MetricStat"];
            let period = stat["Period"].as_i64().filter(|period| period % 60 == 0).expect("a period");
            most += (end - start) / period;
            let name = stat["Stat"].as_str().expect("a statistic");
            for (at, value) in self.statistic(request, &stat["Metric"], name, (start, end), period) {
                values.push((query["Id"].as_str().expect("an id").to_owned(), at, value));
            }
        }
        if most > 100_800 {
            return refused("You have requested more than 100,800 data points");
        }
        let Ok((page, next)) = self.page(&values, asked["NextToken"].as_str(), 100_800) else {
            return error(request, 400, "InvalidNextToken", "The token is invalid.");
        };
        // A page has what is in it; the first one names all of them.
        let mut of: BTreeMap<&str, Vec<(i64, f64)>> = BTreeMap::new();
        if asked["NextToken"].is_null() {
            of.extend(ids.iter().map(|id| (*id, Vec::new())));
        }
        for (id, at, value) in page {
            of.entry(id).or_default().push((*at, *value));
        }
        let ended = |id: &str| {
            let last = values.iter().rposition(|(known, ..)| known == id);
            let shown = page.last().and_then(|last| values.iter().position(|value| value == last));
            next.is_none() || last.is_none_or(|last| shown.is_some_and(|shown| shown >= last))
        };
        let result = |(id, points): (&&str, &Vec<(i64, f64)>)| {
            let status = if ended(id) { "Complete" } else { "PartialData" };
            json!({"Id": id, "Label": id, "StatusCode": self.world.account.status.unwrap_or(status),
                "Timestamps": points.iter().map(|(at, _)| json!({"$time": at})).collect::<Vec<_>>(),
                "Values": points.iter().map(|(_, value)| json!(value)).collect::<Vec<_>>()})
        };
        let mut body =
            json!({"MetricDataResults": of.iter().map(result).collect::<Vec<_>>(), "Messages": []});
        if let Some(next) = next {
            body["NextToken"] = json!(next);
        }
        (200, CBOR, body.to_string())
    }

    /// A statistic of the one metric with exactly these dimensions, by periods that have samples.
    fn statistic(
        &self,
        request: &Request,
        metric: &Value,
        statistic: &str,
        (start, end): (i64, i64),
        period: i64,
    ) -> BTreeMap<i64, f64> {
        let pair = |of: &Value| {
            (
                of["Name"].as_str().expect("a name").to_owned(),
                of["Value"].as_str().expect("a value").to_owned(),
            )
        };
        let wanted: BTreeSet<(String, String)> =
            metric["Dimensions"].as_array().into_iter().flatten().map(pair).collect();
        let is = |known: &&Metric| {
            let own = known.dimensions.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            known.region == request.region
                && metric["Namespace"] == known.namespace
                && metric["MetricName"] == known.name
                && own.collect::<BTreeSet<_>>() == wanted
        };
        let mut periods: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for known in self.world.account.metrics.iter().filter(is) {
            for (second, value) in known.samples.iter().filter(|(second, _)| (start..end).contains(second)) {
                periods.entry(second - second.rem_euclid(period)).or_default().push(*value);
            }
        }
        let made = |values: &[f64]| match statistic {
            "Sum" => values.iter().sum(),
            "SampleCount" => values.len() as f64,
            "Maximum" => values.iter().copied().fold(f64::MIN, f64::max),
            other => panic!("no such statistic: {other}"),
        };
        periods.into_iter().map(|(at, values)| (at, made(&values))).collect()
    }

    pub(super) fn service_quota(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let (service, code) = (asked["ServiceCode"].as_str(), asked["QuotaCode"].as_str());
        let is = |(region, known, _): &&(&str, &str, f64)| *region == request.region && Some(*known) == code;
        match self.world.account.quotas.iter().find(is).filter(|_| service == Some("ec2")) {
            None => error(
                request,
                400,
                "NoSuchResourceException",
                "The request failed because the specified service quota does not exist.",
            ),
            Some((_, code, value)) => {
                let quota = json!({"ServiceCode": "ec2", "QuotaCode": code, "Value": value, "Unit": "None", "Adjustable": true});
                (200, JSON, json!({"Quota": quota}).to_string())
            }
        }
    }

    pub(super) fn compute_environments(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let names = asked["computeEnvironments"].as_array().cloned().unwrap_or_default();
        let is = |(region, name, _): &&(&str, &str, &str)| {
            *region == request.region && names.iter().any(|asked| asked == name)
        };
        let found: Vec<_> = self.world.account.clusters.iter().filter(is).collect();
        let item = |(region, name, cluster): &&(&str, &str, &str)| {
            json!({"computeEnvironmentName": name,
            "computeEnvironmentArn": format!("arn:aws:batch:{region}:123456789012:compute-environment/{name}"),
            "ecsClusterArn": format!("arn:aws:ecs:{region}:123456789012:cluster/{cluster}")})
        };
        match self.page(&found, asked["nextToken"].as_str(), 100) {
            Err(()) => error(request, 400, "ClientException", "Invalid nextToken"),
            Ok((page, next)) => {
                let items: Vec<Value> = page.iter().map(item).collect();
                (200, JSON, json!({"computeEnvironments": items, "nextToken": next}).to_string())
            }
        }
    }
}
