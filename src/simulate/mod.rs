//! What the queues of AWS Batch would do with a workload: a deterministic discrete-event simulation.
//!
//! Whole seconds; everything that happens in one second happens before anything is placed in it. The same
//! model, workload and seed give the same bytes. Asserted while it runs, in release builds too: the cap rule at
//! every launch, nothing placed where it does not fit, room reserved for every job that waits, no wait beyond a launch
//! where nothing holds launches back, Little's law, no job lost, no more used than owned.
//!
//! How jobs are placed: queues by priority, those of the same by name; in a queue strictly by submission, jobs of one second
//! by name, or by the usage of shares where it has a scheduling policy ([`fair_share`], which says what AWS leaves open), so
//! that a job which does not fit blocks those behind it but no queue of lower priority (AWS does not publish it);
//! compute environments in the queue's order; the first instance in order of launch with room that is not reserved for a job
//! before it. Every node of a multi-node job takes an instance of its own, all of one type, On-Demand.
//!
//! How instances are launched: for every waiting job in that order, unless one that is there or being launched has room
//! that is reserved for no other job; then the first type, in the order that `launch_order.rs` says, that fits and that the cap
//! and EC2's capacity allow; else the queue's next compute environment. A type whose Spot price in the list is above the
//! bid is none of them. An instance stays as long as a waiting job has room on it, but for one that stands behind a job
//! which nothing can be launched for. In which order a scenario is written changes nothing but where AWS has an order.
//!
//! What of AWS Batch is simulated and what is left out stands point by point in [`model`].

pub mod allocation;
pub mod answer;
mod attempt;
mod accounting;
pub mod from_scenario;
mod event_queue;
mod fair_share;
pub mod figures;
pub mod findings;
mod first_fit;
mod fleet;
mod headings;
mod launch_order;
mod json;
mod fifo;
pub mod model;
mod lustre;
pub mod notes;
pub mod outcome;
pub mod spot_when_run;
pub mod policy;
mod policy_answer;
pub mod replications;
mod reservation;
mod rules;
mod scheduling;
mod settle;
pub mod shares;
pub mod span;
pub mod study;
pub mod sweep;
pub mod timeline;
pub mod unfit;
pub mod usage;
pub mod waiting;

use std::collections::BTreeMap;

pub use attempt::Checkpoints;
pub use first_fit::Capacity;
pub use model::BatchModel;
pub use outcome::Outcome;

use crate::workload::detail::{Label, Reason};
use crate::workload::{Job, MICROS, Recorded, Workload};
use attempt::Attempt;
use event_queue::{Event, EventQueue, InstanceId};
use fair_share::Shares;
use fleet::{Chance, Fleet};
use launch_order::Wanted;
use lustre::Lustre;
use model::{Definition, Misfit, Routes, request};
use outcome::{Ended, JobOutcome, JobStatus};
use rules::Consumables;
use waiting::WaitingQueue;

/// A run ends when for so long no job was submitted, started or ended and no limit changed [s]: what waits then
/// waits for good, while Spot instances come and go.
const STALLED_SECONDS: u64 = 366 * 24 * 3600;

/// Stands for no instance.
const NOWHERE: InstanceId = InstanceId { environment: u16::MAX, number: u32::MAX };

/// What the queues of the model would do with the workload.
#[must_use]
pub fn simulate(model: &BatchModel, workload: &Workload, seed: u64) -> Outcome {
    simulate_without(&model.misfits(workload), model, workload, seed)
}

/// The same, where it is known already which jobs can never run.
fn simulate_without<'a>(
    misfits: &'a [(usize, Misfit)],
    model: &'a BatchModel,
    workload: &'a Workload,
    seed: u64,
) -> Outcome {
    let mut simulation = Simulation::new(model, workload, seed);
    simulation.misfits = misfits;
    while let Some(now) = simulation.next_time() {
        simulation.advance(now);
        simulation.happen();
        simulation.schedule();
    }
    simulation.finish()
}

/// A job's state beside what the outcome has of it.
#[derive(Clone, Copy, Debug)]
struct JobState {
    /// Since when it waits or runs; before, not before when it may [s].
    since: u64,
    /// Useful time saved [s].
    saved: u32,
    /// Dependencies still to be met.
    unmet: u32,
    /// Where it runs: its first node.
    on: InstanceId,
    /// Where room is reserved for it while it waits: for its first node.
    reserved: InstanceId,
}

struct Simulation<'a> {
    workload: &'a Workload,
    routes: Routes,
    model: &'a BatchModel,
    /// By priority.
    queues: Vec<WaitingQueue<'a>>,
    /// Where each of the model's queues stands in `queues`.
    rank: Vec<u16>,
    fleets: Vec<Fleet<'a>>,
    /// Fleets by name: in which order they are written never matters.
    by_name: Vec<usize>,
    /// Where the types of each fleet begin among all types.
    first_ran: Vec<u16>,
    events: EventQueue,
    chance: Chance,
    now: u64,
    /// When a job was last submitted, started or ended, or a limit changed.
    progress: u64,
    /// Jobs that can never run and are not submitted yet.
    misfits: &'a [(usize, Misfit)],
    /// Jobs submitted so far.
    submitted: usize,
    /// Jobs that have neither ended nor were set aside.
    unsettled: usize,
    jobs: Vec<JobOutcome>,
    states: Vec<JobState>,
    /// Further instances of multi-node jobs: those they run on, or those reserved for them.
    further: BTreeMap<u32, Vec<u32>>,
    demanded_vcpus: u64,
    consumables: Consumables<'a>,
    lustre: Lustre,
    outcome: Outcome,
}

impl<'a> Simulation<'a> {
    fn new(model: &'a BatchModel, workload: &'a Workload, seed: u64) -> Simulation<'a> {
        let mut events = EventQueue::default();
        let mut chance = Chance::new(seed);
        let environments = model.environments.iter().zip(0_u16..);
        let mut fleets: Vec<Fleet<'a>> =
            environments.map(|(environment, id)| Fleet::new(environment, id, &mut events)).collect();
        let by_name = model.environments_by_name();
        for index in &by_name {
            // What min_vcpus keeps runs since before the trace.
            fleets[*index].keep_min(0, 0, &mut chance, &mut events);
        }
        let mut first_ran = vec![0];
        for environment in &model.environments {
            let next =
                first_ran.last().expect("not empty") + u16::try_from(environment.types.len()).expect("few");
            first_ran.push(next);
        }
        let order = model.queues_by_priority();
        let mut rank = vec![0; order.len()];
        for (position, queue) in (0..).zip(&order) {
            rank[*queue] = position;
        }
        let shares = |policy| Box::new(Shares::new(policy, workload.labels(Label::Share)));
        let queue = |index: &usize| {
            let of = &model.queues[*index];
            WaitingQueue::new(of.environments.clone(), of.policy.as_ref().map(shares), &of.limits)
        };
        let count = workload.jobs().len();
        let untouched = JobOutcome {
            runnable_seconds: 0,
            start_seconds: 0,
            end_seconds: 0,
            attempts: 0,
            ran: 0,
            status: JobStatus::Pending,
        };
        let mut states =
            vec![JobState { since: 0, saved: 0, unmet: 0, on: NOWHERE, reserved: NOWHERE }; count];
        for dependency in workload.dependencies() {
            states[dependency.job as usize].unmet += 1;
        }
        Simulation {
            workload,
            routes: model.routes(workload),
            model,
            queues: order.iter().map(queue).collect(),
            rank,
            fleets,
            by_name,
            first_ran,
            events,
            chance,
            now: 0,
            progress: 0,
            misfits: &[],
            submitted: 0,
            unsettled: count,
            jobs: vec![untouched; count],
            states,
            further: BTreeMap::new(),
            demanded_vcpus: 0,
            consumables: Consumables::new(&model.consumables),
            lustre: Lustre::new(model.lustre_kbps),
            outcome: Outcome::new(seed, model.environments.len(), model.consumables.len()),
        }
    }

    /// When something happens next; `None` when the run is over.
    fn next_time(&self) -> Option<u64> {
        let submission = self.workload.jobs().get(self.submitted).map(|job| job.submit_seconds);
        let next = match (submission, self.events.next_time()) {
            (Some(submission), Some(event)) => submission.min(event),
            (submission, event) => submission.or(event)?,
        };
        match self.model.end_seconds {
            Some(end) => next < end,
            None if next < self.model.at_least_seconds => true,
            None => self.unsettled > 0 && (submission.is_some() || next - self.progress <= STALLED_SECONDS),
        }
        .then_some(next)
    }

    fn advance(&mut self, to: u64) {
        assert!(to >= self.now, "time never goes back");
        for queue in &self.queues {
            self.outcome.waited.add(queue.cause, queue.count, to - self.now);
        }
        self.now = to;
    }

    /// Everything that happens in this second; submissions were known first.
    fn happen(&mut self) {
        while let Some(job) = self.workload.jobs().get(self.submitted) {
            if job.submit_seconds > self.now {
                break;
            }
            let index = u32::try_from(self.submitted).expect("jobs are numbered in 32 bits");
            self.submitted += 1;
            self.progress = self.now;
            self.submit(index);
        }
        while let Some(event) = self.events.pop_at(self.now) {
            match event {
                Event::DependenciesMet(job) => self.submit_if_free(job),
                Event::AttemptEnded { job, attempt } => self.attempt_ended(job, attempt),
                Event::InstanceReady(InstanceId { environment, number }) => {
                    let fleet = &mut self.fleets[usize::from(environment)];
                    fleet.ready(number, self.now, &mut self.chance, &mut self.events);
                }
                Event::InstanceIdle { instance: InstanceId { environment, number }, spell } => {
                    self.fleets[usize::from(environment)].idle_expired(number, spell);
                }
                Event::SpotInterrupted(instance) => self.interrupted(instance),
                Event::LimitsChanged(environment) => {
                    self.progress = self.now;
                    self.fleets[usize::from(environment)].change_limits();
                }
                Event::CapacityRetry => {}
                Event::StateLimit { rank, job } => self.state_limit(rank, job),
            }
        }
    }

    fn job(&self, index: u32) -> &'a Job {
        &self.workload.jobs()[index as usize]
    }

    fn definition(&self, job: &Job) -> &Definition {
        let definition = self.routes.definitions[usize::from(job.job_definition)].as_ref();
        definition.expect("jobs of unknown definitions are set aside")
    }

    fn submit(&mut self, index: u32) {
        let mut never = false;
        if let [(misfit, _), later @ ..] = self.misfits
            && *misfit == index as usize
        {
            (never, self.misfits) = (true, later);
        }
        // A job it depends on may have failed, or been set aside, before.
        if self.jobs[index as usize].status != JobStatus::Pending {
            return;
        }
        self.arrives(index);
        if never && !self.blocks_until_cancelled(index) {
            self.settle(index, JobStatus::Misfit);
        } else {
            self.submit_if_free(index);
        }
    }

    /// Puts a submitted job into its queue if all it depends on has ended, its time to think included.
    fn submit_if_free(&mut self, index: u32) {
        let state = self.states[index as usize];
        let is_pending = self.jobs[index as usize].status == JobStatus::Pending;
        if state.unmet > 0 || !is_pending || index as usize >= self.submitted {
            return;
        }
        if state.since > self.now {
            self.events.push(state.since, Event::DependenciesMet(index));
            return;
        }
        self.jobs[index as usize].runnable_seconds = self.now;
        let job = self.job(index);
        self.demanded_vcpus += u64::from(job.vcpus) * u64::from(job.nodes);
        self.enqueue(index);
    }

    /// Where the queue of a job stands by priority.
    fn rank_of(&self, index: u32) -> usize {
        let queue = self.routes.queues[usize::from(self.job(index).queue)];
        usize::from(self.rank[usize::from(queue.expect("jobs of unknown queues are set aside"))])
    }

    fn enqueue(&mut self, index: u32) {
        let rank = self.rank_of(index);
        let member = self.member(index);
        let queue = &mut self.queues[rank];
        queue.disturbed_by(index < queue.youngest || queue.shares.is_some(), self.now);
        queue.youngest = queue.youngest.max(index);
        queue.push(index, member);
        self.wants(index, Wanted::add);
        self.states[index as usize].since = self.now;
        self.jobs[index as usize].status = JobStatus::Runnable;
    }

    fn attempt(&self, index: u32) -> Attempt {
        let (job, state) = (self.job(index), self.states[index as usize]);
        Attempt {
            useful_micros: self.workload.useful_micros(job) - u64::from(state.saved) * MICROS,
            again: self.jobs[index as usize].attempts > 1,
            checkpoints: self.definition(job).checkpoints,
        }
    }

    /// Starts an attempt on instances that were found for it.
    fn start(&mut self, index: u32, environment: u16, instances: &[u32]) {
        let job = self.job(index);
        self.lustre.starts(self.now, self.asks_of_lustre(job));
        let fleet = &mut self.fleets[usize::from(environment)];
        let kind = fleet.kind(instances[0]);
        // A node of a multi-node job has its instance to itself.
        let takes = if job.nodes > 1 { fleet.capacity(kind) } else { request(job) };
        for number in instances {
            fleet.place(*number, index, takes);
        }
        self.within_a_launch(index);
        self.runs(index);
        let state = &mut self.states[index as usize];
        self.outcome.waited_seconds += u128::from(self.now - state.since);
        (state.since, state.on) = (self.now, InstanceId { environment, number: instances[0] });
        if instances.len() > 1 {
            self.further.insert(index, instances[1..].to_vec());
        }
        self.progress = self.now;
        let outcome = &mut self.jobs[index as usize];
        if outcome.attempts == 0 {
            outcome.start_seconds = self.now;
        }
        outcome.attempts += 1;
        outcome.status = JobStatus::Running;
        outcome.ran = self.first_ran[usize::from(environment)] + kind;
        let attempt = outcome.attempts;
        let whole = self.attempt(index).seconds();
        let lasts = self.definition(job).timeout_seconds.map_or(whole, |timeout| whole.min(timeout));
        self.events.push(self.now.saturating_add(lasts), Event::AttemptEnded { job: index, attempt });
    }

    fn attempt_ended(&mut self, index: u32, attempt: u16) {
        let outcome = self.jobs[index as usize];
        if outcome.status != JobStatus::Running || outcome.attempts != attempt {
            return;
        }
        let (job, elapsed) = (self.job(index), self.now - self.states[index as usize].since);
        let timed_out = elapsed < self.attempt(index).seconds();
        let instances = self.instances(index);
        let environment = self.states[index as usize].on.environment;
        let fleet = &mut self.fleets[usize::from(environment)];
        let takes = if job.nodes > 1 { fleet.capacity(fleet.kind(instances.0)) } else { request(job) };
        for number in std::iter::once(instances.0).chain(instances.1) {
            fleet.release(number, index, takes, self.now, &mut self.events);
        }
        let status = match job.recorded {
            Recorded::Succeeded if !timed_out => JobStatus::Succeeded,
            _ => JobStatus::Failed,
        };
        let ended = self.ended_as(index, status, timed_out);
        self.spend(index, elapsed, ended, status == JobStatus::Failed);
        self.runs_no_more(index);
        self.lustre.ends(self.now, self.asks_of_lustre(job));
        self.settle(index, status);
    }

    /// The instances a job runs on, which it leaves.
    fn instances(&mut self, index: u32) -> (u32, Vec<u32>) {
        let further = if self.further.is_empty() { None } else { self.further.remove(&index) };
        (self.states[index as usize].on.number, further.unwrap_or_default())
    }

    /// What all nodes of a job ask of the file systems [kB/s]; `None` where nothing is said.
    fn asks_of_lustre(&self, job: &Job) -> Option<u64> {
        Some(self.definition(job).lustre_kbps? * u64::from(job.nodes))
    }

    fn interrupted(&mut self, instance: InstanceId) {
        let reserved: Vec<u32> = self.fleets[usize::from(instance.environment)]
            .reservations(instance.number)
            .iter()
            .map(|of| of.job)
            .collect();
        for job in reserved {
            self.lose_reservation(job);
        }
        let jobs = self.fleets[usize::from(instance.environment)].interrupt(instance.number, self.now);
        for index in jobs {
            let elapsed = self.now - self.states[index as usize].since;
            let (saved, lost) = self.attempt(index).interrupted_after(elapsed);
            let job = self.job(index);
            assert!(job.nodes == 1, "multi-node jobs never run on Spot");
            let state = &mut self.states[index as usize];
            state.saved += u32::try_from(saved).expect("no more is saved than is useful");
            self.outcome.interrupted_attempts += 1;
            self.outcome.lost.add(lost, 1, job.vcpus, job.gpus.into());
            let most = job.attempts.map_or(self.definition(job).attempts, |attempts| attempts.get().into());
            let is_last = self.jobs[index as usize].attempts >= most;
            self.lustre.ends(self.now, self.asks_of_lustre(job));
            self.runs_no_more(index);
            self.spend(index, elapsed, Ended::Failed(Some(Reason::Spot)), is_last);
            if is_last {
                self.settle(index, JobStatus::Failed);
            } else {
                self.enqueue(index);
            }
        }
    }
}
