//! Files side by side: a plan for the columns that each has, batches of those it needs, sums by what a charge is.
//!
//! Every thread takes part after part: a row group of Parquet, or a block of text, which one thread at a time cuts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::asked::Asked;
use super::csv::{Block, Blocks, Broken, Columns};
use super::delivery::{Delivered, Skip};
use super::grouped::Groups;
use super::identity::Identity;
use super::kind::Kind;
use super::parquet::DAMAGED;
use super::plan::Plan;
use super::{packed, parquet, partition};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::model::text::folded;

/// The sums of each file.
pub(super) fn sums(
    sources: &[Source<'_>],
    asked: &Asked,
    named: usize,
    skip: &Skip,
) -> Result<Vec<Delivered>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let work = Work { sources, asked, named, skip, stop: AtomicBool::new(false) };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| work.run())).collect();
        workers.into_iter().map(|worker| worker.join().expect("a panic is caught")).collect()
    });
    let mut files: Vec<Delivered> =
        sources.iter().map(|source| Delivered::new(source.path.to_owned(), asked.by.clone())).collect();
    let mut failed: Vec<Failed> = Vec::new();
    for part in parts {
        match part {
            Ok(sums) => sums.into_iter().for_each(|(number, sums)| files[number].merge(sums)),
            Err(more) => failed.push(more),
        }
    }
    match failed.into_iter().min_by_key(|failed| (failed.source, failed.order)) {
        Some(failed) => Err(failed.error),
        None => {
            for (source, file) in sources.iter().zip(&mut files) {
                if let Some(Ok(opened)) = source.opened.get() {
                    file.bill.remarks.extend(opened.plan.remark.clone());
                    file.bill.has_categories |= opened.plan.has_categories;
                }
            }
            Ok(files)
        }
    }
}

/// What went wrong first: in which file, and after how many of its blocks.
struct Failed {
    source: usize,
    order: u64,
    error: Error,
}

/// One file.
pub(super) struct Source<'a> {
    kind: Kind,
    path: &'a Path,
    /// The folder that was asked for.
    root: &'a Path,
    /// Whether rows are told apart.
    identified: bool,
    opened: OnceLock<std::result::Result<Opened, String>>,
    /// Whether all of it is taken.
    is_taken: AtomicBool,
}

/// A file as it was found to be.
struct Opened {
    plan: Plan,
    constants: Vec<(String, String)>,
    /// The folders that tell rows apart.
    of_path: Vec<String>,
    identity: Option<Identity>,
    form: Form,
}

enum Form {
    Csv(Mutex<Option<Blocks>>, Columns),
    Parquet(parquet::Opened, AtomicUsize),
}

/// A part of a file.
enum Task {
    Block(Block),
    Group(usize),
}

impl<'a> Source<'a> {
    pub(super) fn new(kind: Kind, path: &'a Path, root: &'a Path, identified: bool) -> Source<'a> {
        Source { kind, path, root, identified, opened: OnceLock::new(), is_taken: AtomicBool::new(false) }
    }

    /// The same file, to be read once more.
    pub(super) fn again(&self) -> Source<'a> {
        Source::new(self.kind, self.path, self.root, self.identified)
    }

    fn opened(&self, asked: &Asked, named: usize) -> std::result::Result<&Opened, String> {
        let open = || guarded(|| self.open(asked, named)).unwrap_or_else(|_| Err(DAMAGED.into()));
        self.opened.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    fn open(&self, asked: &Asked, named: usize) -> std::result::Result<Opened, String> {
        let constants = partition::constants(self.path, self.root);
        let of_path = partition::of_rows(self.path, self.root);
        // A pipe is opened once.
        let metadata = std::fs::metadata(self.path).map_err(|error| error.to_string())?;
        if let Some(file) = if metadata.is_file() { self.parquet()? } else { None } {
            let metadata = parquet::metadata(&file)?;
            let columns = parquet::names(&metadata);
            let (plan, identity) = self.plan(&columns, &constants, asked, named)?;
            let needs = |name: &str| {
                plan.needs(name) || identity.as_ref().is_some_and(|one| one.needs(&folded(name)))
            };
            let opened = parquet::Opened::new(metadata, needs)?;
            let form = Form::Parquet(opened, AtomicUsize::new(0));
            return Ok(Opened { plan, constants, of_path, identity, form });
        }
        let input = packed::open(self.path).map_err(|error| error.to_string())?;
        let fits = |columns: &[String]| {
            let names: Vec<String> = with(columns, &constants).iter().map(|name| folded(name)).collect();
            self.kind.required().iter().all(|name| names.iter().any(|known| known == name))
        };
        let (blocks, header) = Blocks::open(input, fits).map_err(|broken| told(broken).1)?;
        let (plan, identity) = self.plan(&header, &constants, asked, named)?;
        let needs =
            |name: &str| plan.needs(name) || identity.as_ref().is_some_and(|one| one.needs(&folded(name)));
        let columns = Columns::new(&header, blocks.delimiter(), needs);
        let form = Form::Csv(Mutex::new(Some(blocks)), columns);
        Ok(Opened { plan, constants, of_path, identity, form })
    }

    /// The plan for these columns, and what tells rows apart.
    fn plan(
        &self,
        columns: &[String],
        constants: &[(String, String)],
        asked: &Asked,
        named: usize,
    ) -> std::result::Result<(Plan, Option<Identity>), String> {
        let plan = Plan::new(self.kind, &with(columns, constants), asked)?;
        let of_path: Vec<&str> = constants.iter().map(|(name, _)| name.as_str()).collect();
        plan.answers(&asked.by[..named], &of_path)?;
        let identity = self.identified.then(|| Identity::new(self.kind, columns));
        Ok((plan, identity))
    }

    /// The file, if it is Parquet by its first bytes, whatever it is called.
    fn parquet(&self) -> std::result::Result<Option<File>, String> {
        let mut magic = Vec::new();
        let mut file = File::open(self.path).map_err(|error| error.to_string())?;
        Read::by_ref(&mut file).take(4).read_to_end(&mut magic).map_err(|error| error.to_string())?;
        Ok((magic == b"PAR1").then_some(file))
    }

    fn malformed(&self, message: String) -> Error {
        Error::malformed(self.path.to_owned(), self.kind.what().into(), message.into())
    }
}

/// The columns of a file and those that its path stands for.
fn with(columns: &[String], constants: &[(String, String)]) -> Vec<String> {
    columns.iter().cloned().chain(constants.iter().map(|(name, _)| name.clone())).collect()
}

/// What is wrong with a text, with its line where it is in one.
fn told(broken: Broken) -> (u64, String) {
    match broken {
        Broken::Io(error) => (0, error.to_string()),
        Broken::Text(0, why) => (0, why),
        Broken::Text(line, why) => (line, format!("line {line}: {why}")),
    }
}

/// What all threads work on.
struct Work<'a> {
    sources: &'a [Source<'a>],
    asked: &'a Asked,
    named: usize,
    skip: &'a Skip,
    /// Whether something failed.
    stop: AtomicBool,
}

impl<'a> Work<'a> {
    /// Takes part after part until there is none: the sums by the numbers of the files.
    fn run(&self) -> std::result::Result<BTreeMap<usize, Delivered>, Failed> {
        let mut done: BTreeMap<usize, Delivered> = BTreeMap::new();
        let mut now: Option<(usize, Groups<'a>)> = None;
        let mut pour = |number: usize, groups: Groups<'a>| {
            let path = self.sources[number].path.to_owned();
            let new = || Delivered::new(path, self.asked.by.clone());
            done.entry(number).or_insert_with(new).pour(groups);
        };
        while !self.stop.load(Ordering::Relaxed) {
            let preferred = now.as_ref().map(|(number, _)| *number);
            let Some((number, opened, task)) = self.next(preferred)? else { break };
            if preferred != Some(number) {
                let identity = opened.identity.clone();
                let groups = Groups::new(&opened.plan, self.asked, &opened.constants);
                let groups = groups.identified(identity, &opened.of_path, self.skip.get(&number));
                if let Some((number, groups)) = now.replace((number, groups)) {
                    pour(number, groups);
                }
            }
            let Some((_, groups)) = &mut now else { continue };
            let source = &self.sources[number];
            let order = match &task {
                Task::Block(block) => block.number,
                Task::Group(group) => *group as u64,
            };
            let added =
                guarded(|| add(groups, opened, source, &task)).unwrap_or_else(|_| Err(DAMAGED.into()));
            if let Err(message) = added {
                return Err(self.failed(number, order, source.malformed(message)));
            }
        }
        if let Some((number, groups)) = now {
            pour(number, groups);
        }
        Ok(done)
    }

    fn failed(&self, source: usize, order: u64, error: Error) -> Failed {
        self.stop.store(true, Ordering::Relaxed);
        Failed { source, order, error }
    }

    /// The next part: of the file that a thread is at, else of the first of which another thread does not read right now.
    fn next(
        &self,
        preferred: Option<usize>,
    ) -> std::result::Result<Option<(usize, &'a Opened, Task)>, Failed> {
        for wait in [false, true] {
            let others = (0..self.sources.len()).filter(|number| Some(*number) != preferred);
            for number in preferred.into_iter().chain(others) {
                let source = &self.sources[number];
                if source.is_taken.load(Ordering::Acquire) {
                    continue;
                }
                let opened = source.opened(self.asked, self.named);
                let opened = opened.map_err(|why| self.failed(number, 0, source.malformed(why)))?;
                let task = self.take(number, opened, wait || preferred == Some(number))?;
                if let Some(task) = task {
                    return Ok(Some((number, opened, task)));
                }
            }
        }
        Ok(None)
    }

    /// The next part of a file; `None` where there is no more, or where another thread has it and this one does not wait.
    fn take(&self, number: usize, opened: &Opened, wait: bool) -> std::result::Result<Option<Task>, Failed> {
        let source = &self.sources[number];
        let taken = || source.is_taken.store(true, Ordering::Release);
        match &opened.form {
            Form::Parquet(file, next) => {
                let group = next.fetch_add(1, Ordering::Relaxed);
                if group >= file.groups() {
                    taken();
                    return Ok(None);
                }
                Ok(Some(Task::Group(group)))
            }
            Form::Csv(blocks, _) => {
                let mut blocks = match wait {
                    true => blocks.lock().unwrap_or_else(PoisonError::into_inner),
                    false => match blocks.try_lock() {
                        Ok(blocks) => blocks,
                        Err(_) => return Ok(None),
                    },
                };
                let Some(text) = blocks.as_mut() else { return Ok(None) };
                let order = text.number();
                let read = guarded(|| text.next()).unwrap_or_else(|_| Err(Broken::Text(0, DAMAGED.into())));
                match read {
                    Ok(Some(block)) => Ok(Some(Task::Block(block))),
                    Ok(None) => {
                        *blocks = None;
                        taken();
                        Ok(None)
                    }
                    Err(broken) => {
                        *blocks = None;
                        taken();
                        Err(self.failed(number, order, source.malformed(told(broken).1)))
                    }
                }
            }
        }
    }
}

/// Adds a part of a file to its sums.
fn add(
    groups: &mut Groups<'_>,
    opened: &Opened,
    source: &Source<'_>,
    task: &Task,
) -> std::result::Result<(), String> {
    match (task, &opened.form) {
        (Task::Block(block), Form::Csv(_, columns)) => {
            let in_line = |(line, why): (u64, String)| match why.starts_with("has ") {
                true => format!("line {line} {why}"),
                false => format!("line {line}: {why}"),
            };
            let (batch, begins) = columns.batch(block).map_err(in_line)?;
            groups.add(&batch).map_err(|fault| in_line(block.told(fault, &begins)))
        }
        (Task::Group(group), Form::Parquet(file, _)) => {
            for batch in file.batches(source.path, *group)? {
                groups.add(&batch?).map_err(|fault| fault.why)?;
            }
            Ok(())
        }
        _ => unreachable!("blocks are of text, row groups of Parquet"),
    }
}
