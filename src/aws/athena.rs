//! Amazon Athena: what a table has, and a query from its start to its last row.
//!
//! What a table has costs nothing to ask; a query costs what it reads. One that was started and then given up here
//! goes on there.

use std::time::Duration;

use aws_sdk_athena::Client;
use aws_sdk_athena::types::{QueryExecutionContext, QueryExecutionState, ResultConfiguration, Row};
use aws_types::region::Region as SdkRegion;

use super::Link;
use super::failure::Call;
use super::words;
use crate::actuals::athena::{Column, Run, Table};
use crate::error::Result;
use crate::model::region::Region;
use crate::model::said::Said;

/// The catalogue that Glue's databases are in.
const CATALOG: &str = "AwsDataCatalog";

/// Rows of a page: the most there can be (GetQueryResults, read 2026-11-23).
const PAGE: i32 = 1000;

/// Between two looks at a running query: at first, and at most.
const WAIT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Which query, where.
#[derive(Clone, Debug)]
pub struct AthenaQuery {
    /// Where the table is.
    pub region: Region,
    /// Its database.
    pub database: String,
    /// In Athena's SQL.
    pub sql: String,
    /// Who pays and what is allowed.
    pub workgroup: String,
    /// `s3://…`, where the workgroup has none of its own.
    pub output_location: Option<String>,
}

impl Link {
    fn athena(&self, region: Region) -> Client {
        let config = aws_sdk_athena::config::Builder::from(&self.config);
        Client::from_conf(config.region(SdkRegion::from_static(region.code())).build())
    }

    pub(super) async fn table(&self, region: Region, database: &str, table: &str) -> Result<Table> {
        let call = self.call("Athena", "GetTableMetadata", region.code());
        let asked = self.athena(region).get_table_metadata().catalog_name(CATALOG);
        let answer = asked.database_name(database).table_name(table).send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        let found = answer.table_metadata.ok_or_else(|| call.broken(words::an_answer_without_a_table()))?;
        let columns = |columns: Option<Vec<aws_sdk_athena::types::Column>>| {
            let columns = columns.unwrap_or_default().into_iter();
            columns.map(|c| Column { data_type: c.r#type.unwrap_or_default(), name: c.name }).collect()
        };
        Ok(Table { columns: columns(found.columns), partitions: columns(found.partition_keys) })
    }

    pub(super) async fn run(&self, query: &AthenaQuery) -> Result<(Vec<Vec<Option<String>>>, Run)> {
        let client = self.athena(query.region);
        let call = self.call("Athena", "StartQueryExecution", query.region.code());
        let place = query.output_location.as_ref();
        let place = place.map(|location| ResultConfiguration::builder().output_location(location).build());
        let started = client
            .start_query_execution()
            .query_string(&query.sql)
            .query_execution_context(QueryExecutionContext::builder().database(&query.database).build())
            .work_group(&query.workgroup)
            .set_result_configuration(place)
            .send()
            .await
            .map_err(|error| call.failed(&error))?;
        let id = started.query_execution_id.ok_or_else(|| call.broken(words::a_query_without_an_id()))?;
        let run = self.finished(&client, query, &id).await?;
        Ok((self.rows(&client, query.region, &id).await?, run))
    }

    /// Waits for a query; Athena itself ends one that takes too long.
    async fn finished(&self, client: &Client, query: &AthenaQuery, id: &str) -> Result<Run> {
        let call = self.call("Athena", "GetQueryExecution", query.region.code());
        let mut wait = WAIT.0;
        loop {
            let asked = client.get_query_execution().query_execution_id(id).send().await;
            let execution = asked.map_err(|error| call.failed(&error))?.query_execution;
            let execution = execution.ok_or_else(|| call.broken(words::an_answer_without_a_query()))?;
            let state = execution.status().and_then(|status| status.state());
            match state {
                Some(QueryExecutionState::Succeeded) => {
                    let scanned = execution.statistics().and_then(|known| known.data_scanned_in_bytes());
                    let scanned = scanned.and_then(|bytes| u64::try_from(bytes).ok());
                    let location = execution.result_configuration().and_then(|place| place.output_location());
                    return Ok(Run {
                        region: query.region.code().to_owned(),
                        workgroup: execution.work_group().unwrap_or(&query.workgroup).to_owned(),
                        output_location: location.unwrap_or("a place Athena does not name").to_owned(),
                        scanned_bytes: scanned.ok_or_else(|| call.broken(words::a_query_that_does_not()))?,
                    });
                }
                Some(QueryExecutionState::Queued | QueryExecutionState::Running) => {}
                other => return Err(failed(call, id, other, &execution)),
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(WAIT.1);
        }
    }

    /// Every row but the first, which has the names of the columns.
    async fn rows(&self, client: &Client, region: Region, id: &str) -> Result<Vec<Vec<Option<String>>>> {
        let call = self.call("Athena", "GetQueryResults", region.code());
        let rows = self
            .pages(call, async |token| {
                let asked = client.get_query_results().query_execution_id(id).max_results(PAGE);
                let page = asked.set_next_token(token).send().await.map_err(|error| call.failed(&error))?;
                Ok((page.result_set.and_then(|found| found.rows), page.next_token))
            })
            .await?;
        if rows.is_empty() {
            return Err(call.broken(words::its_rows_lack_even_the()));
        }
        let cells = |row: Row| row.data.unwrap_or_default().into_iter().map(|cell| cell.var_char_value);
        Ok(rows.into_iter().skip(1).map(|row| cells(row).collect()).collect())
    }
}

fn failed(
    call: Call<'_>,
    id: &str,
    state: Option<&QueryExecutionState>,
    execution: &aws_sdk_athena::types::QueryExecution,
) -> crate::error::Error {
    let reason = execution.status().and_then(|status| status.state_change_reason());
    let reason = reason.map_or_else(words::no_reason_given, Said::alike);
    let state = state.map_or_else(words::in_no_state, |state| Said::alike(state.as_str()));
    call.error(words::query_is(id, state, reason), words::dry_run_shows_the_sql())
}
