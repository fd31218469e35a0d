//! `hpc-cost jobs import --from batch`: what AWS Batch remembers of the jobs of a region, into one workload file.

use std::path::Path;

use super::jobs::tell_shares;
use super::output::FileArgs;
use super::{Session, Verdict, region};
use crate::aws::JobQueue;
use crate::document::nearest::did_you_mean;
use crate::error::{Error, Result};
use crate::model::region::Region;
use crate::model::text::counted;
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
        let count =
            before.as_ref().map_or_else(|| "no jobs".to_owned(), |known| counted(known.jobs().len(), "job"));
        ctx.tell(&format!("{}: {count} so far", path.display()));
    }
    let imported = import(&history, before.as_ref(), definitions).map_err(|refusal| Error::Malformed {
        path: "AWS Batch".into(),
        what: "a history of jobs",
        message: refusal.to_string(),
    })?;
    let earliest = imported.earliest.and_then(|second| i64::try_from(second).ok());
    let first = earliest.map_or_else(String::new, |at| format!(", the first submitted at {}", instant(at)));
    ctx.tell(&format!("{} kept{first}", counted(imported.kept, "job")));
    for remark in &imported.remarks {
        ctx.tell(remark);
    }
    for refusal in &imported.refusals {
        ctx.tell(&format!("cannot be read: {refusal}"));
    }
    ctx.tell(&format!("{RETENTION}: run this every week with `--append`"));
    let Some(workload) = &imported.workload else {
        let file = output.path().filter(|path| path.exists());
        ctx.tell(&match file {
            Some(path) => format!("nothing is written: {} stays as it is", path.display()),
            None => "nothing is written".to_owned(),
        });
        return Ok(if append.is_some() && file.is_some() { Verdict::Yes } else { Verdict::No });
    };
    ctx.write_pieces(output, |pieces| csv::write(workload, pieces))?;
    tell_shares(ctx, workload);
    ctx.tell(&format!("{} written", counted(workload.jobs().len(), "job")));
    Ok(Verdict::Yes)
}

/// The jobs that an import is added to; `None` where the file has none yet.
fn jobs_of(path: &Path) -> Result<Option<Workload>> {
    let Import::Jobs(known) = read(path, &Record::Workload, &Reading::strict())? else { return Ok(None) };
    if known.start.is_none() {
        return Err(Error::CommandLine {
            message: format!(
                "`{}` has `submit_seconds`: jobs of AWS Batch cannot be added to it",
                path.display()
            ),
            hint: "import into a file of its own: that one does not say when its seconds begin".into(),
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
        [] => "no job queue".to_owned(),
        [queue] => format!("the queue {queue}"),
        queues => format!("{} queues ({})", queues.len(), queues.join(", ")),
    };
    ctx.tell(&format!("AWS Batch in {region}: {listed}, {} answers", ctx.answers()));
    if !history.service_queues.is_empty() {
        ctx.tell(&format!("left out: queues of service jobs: {}", history.service_queues.join(", ")));
    }
    Ok(history)
}

/// The queues of these names or ARNs, or all.
fn chosen(all: Vec<JobQueue>, region: Region, names: &[String]) -> Result<Vec<JobQueue>> {
    let is = |queue: &JobQueue, name: &String| queue.name == *name || queue.arn == *name;
    if let Some(name) = names.iter().find(|name| !all.iter().any(|queue| is(queue, name))) {
        let known: Vec<&str> = all.iter().map(|queue| queue.name.as_str()).collect();
        let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match &known[..] {
            [] => "there is no job queue: is it the right region and account?".to_owned(),
            known => format!("there are {}", known.join(", ")),
        });
        return Err(Error::CommandLine {
            message: format!("AWS Batch has no job queue `{name}` in {region}"),
            hint,
        });
    }
    let wanted = |queue: &JobQueue| names.is_empty() || names.iter().any(|name| is(queue, name));
    Ok(all.into_iter().filter(wanted).collect())
}
