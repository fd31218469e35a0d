//! `hpc-cost jobs import --from batch`: what AWS Batch remembers of the jobs of a region, into one workload file.

use std::path::Path;

use super::jobs::tell_shares;
use super::output::FileArgs;
use super::words;
use super::{Session, Verdict, region};
use crate::aws::JobQueue;
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::time::instant;
use crate::workload::batch::{History, RETENTION, import};
use crate::workload::file::{Import, Record, import as read};
use crate::workload::wanted::Reading;
use crate::workload::{Workload, csv};

/// Asks the queues of these names, or all; `append` is the file whose jobs stay.
pub(super) fn run(
    ctx: &Session<'_>,
    code: &str,
    names: &[String],
    definitions: bool,
    append: Option<&Path>,
    output: &FileArgs,
) -> Result<Verdict> {
    let region = region(code)?;
    let known = |path: &Path| path.exists().then(|| jobs_of(path)).transpose().map(Option::flatten);
    // What cannot be added to is said before anything is asked.
    append.map(known).transpose()?;
    let history = history(ctx, region, names)?;
    // Others may not add to it from here on.
    let _turn = append.map(|path| ctx.turn(path)).transpose()?;
    let before = append.map(known).transpose()?.flatten();
    if let Some(path) = append.filter(|path| path.exists()) {
        let count = before
            .as_ref()
            .map_or_else(|| Said::new("no jobs", "0"), |known| Said::counted(known.jobs().len(), "job"));
        ctx.tell(words::so_far(path.display(), &count));
    }
    let imported = import(&history, before.as_ref(), definitions)
        .map_err(|refusal| Error::malformed("AWS Batch", words::a_history_of_jobs(), refusal.said()))?;
    let earliest = imported.earliest.and_then(|second| i64::try_from(second).ok());
    let first = earliest.map_or_else(Said::default, |at| words::the_first_submitted_at(instant(at)));
    ctx.tell(words::kept(Said::counted(imported.kept, "job"), &first));
    for remark in &imported.remarks {
        ctx.tell(remark);
    }
    for refusal in &imported.refusals {
        ctx.tell(words::cannot_be_read(refusal));
    }
    ctx.tell(words::run_this_every_week_with(RETENTION));
    let Some(workload) = &imported.workload else {
        let file = output.path().filter(|path| path.exists());
        ctx.tell(match file {
            Some(path) => words::nothing_is_written_stays_as(path.display()),
            None => words::nothing_is_written(),
        });
        return Ok(if append.is_some() && file.is_some() { Verdict::Yes } else { Verdict::No });
    };
    ctx.write_pieces(output, |pieces| csv::write(workload, pieces))?;
    tell_shares(ctx, workload);
    ctx.tell(words::written(Said::counted(workload.jobs().len(), "job")));
    Ok(Verdict::Yes)
}

/// The jobs that an import is added to; `None` where the file has none yet.
fn jobs_of(path: &Path) -> Result<Option<Workload>> {
    let Import::Jobs(known) = read(path, &Record::Workload, &Reading::strict())? else { return Ok(None) };
    if known.start.is_none() {
        return Err(Error::CommandLine {
            message: words::has_submit_seconds_jobs_of_aws(path.display()),
            hint: words::import_into_a_file_of(),
        });
    }
    Ok(Some(*known))
}

fn history(ctx: &Session<'_>, region: Region, names: &[String]) -> Result<History> {
    let aws = ctx.aws(true)?.ok_or(Error::NoCredentials)?;
    let spinner = ctx.spinner();
    let queues = chosen(aws.job_queues(region, &|text| spinner.tick(text))?, region, names)?;
    let history = aws.job_history(region, &queues, &|text| spinner.tick(text))?;
    spinner.end();
    let listed = match &history.queues[..] {
        [] => words::no_job_queue(),
        [queue] => words::the_queue(queue),
        queues => words::queues(queues.len(), queues.join(", ")),
    };
    ctx.tell(words::aws_batch_in_answers(region, &listed, ctx.answers()));
    if !history.service_queues.is_empty() {
        ctx.tell(words::left_out_queues_of_service(history.service_queues.join(", ")));
    }
    Ok(history)
}

/// The queues of these names or ARNs, or all.
fn chosen(all: Vec<JobQueue>, region: Region, names: &[String]) -> Result<Vec<JobQueue>> {
    let is = |queue: &JobQueue, name: &String| queue.name == *name || queue.arn == *name;
    if let Some(name) = names.iter().find(|name| !all.iter().any(|queue| is(queue, name))) {
        let known: Vec<&str> = all.iter().map(|queue| queue.name.as_str()).collect();
        let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match &known[..] {
            [] => words::there_is_no_job_queue(),
            known => words::there_are(known.join(", ")),
        });
        return Err(Error::CommandLine { message: words::aws_batch_has_no_job(name, region), hint });
    }
    let wanted = |queue: &JobQueue| names.is_empty() || names.iter().any(|name| is(queue, name));
    Ok(all.into_iter().filter(wanted).collect())
}
