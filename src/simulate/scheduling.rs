//! One scheduling pass: what can start starts, then instances are launched for what waits.
//!
//! It looks at the first job of a queue and at jobs that came since, never at a whole queue.

use super::Simulation;
use super::event_queue::InstanceId;
use super::fleet::Fleet;
use super::model::request;
use super::outcome::JobStatus;
use super::waiting::{Cause, Held};
use super::{NOWHERE, WaitingQueue};

/// Compute environments that a job queue may have (AWS Batch user guide, service quotas, read 2026-11-23).
const MOST_ENVIRONMENTS: usize = 3;

impl Simulation<'_> {
    /// Places and launches after everything that happened in this second.
    pub(super) fn schedule(&mut self) {
        for fleet in &mut self.fleets {
            fleet.gathered = None;
            let delay = fleet.environment.launch_seconds;
            fleet.keep_min(self.now, delay, &mut self.chance, &mut self.events);
        }
        for rank in 0..self.queues.len() {
            while let Some(job) = self.queues[rank].waiting.first() {
                if !self.place(rank, job) {
                    break;
                }
                self.queues[rank].waiting.pop();
                self.queues[rank].count -= 1;
            }
        }
        for rank in 0..self.queues.len() {
            self.plan_queue(rank);
        }
        self.record();
        for fleet in &mut self.fleets {
            fleet.review_kept(self.now, &mut self.events);
        }
    }

    /// Starts a job if there is room for it.
    fn place(&mut self, rank: usize, index: u32) -> bool {
        let job = self.job(index);
        let request = request(job);
        for position in 0..self.queues[rank].environments.len() {
            let environment = self.queues[rank].environments[position];
            let fleet = &self.fleets[usize::from(environment)];
            if job.nodes == 1 {
                if let Some(number) = fleet.room(request) {
                    self.start(index, environment, &[number]);
                    return true;
                }
            } else if takes_nodes(fleet)
                && let Some(instances) = fleet.idle_together(request, job.nodes)
            {
                self.start(index, environment, &instances);
                return true;
            }
        }
        false
    }

    /// Launches for the jobs of a queue, until one cannot be launched for.
    fn plan_queue(&mut self, rank: usize) {
        // What was planned for the first job may have gone to another: it is looked at each time.
        if let Some(first) = self.queues[rank].waiting.first() {
            self.gather(rank, first);
            self.queues[rank].cause = Cause::Launch;
            if !self.is_planned(first)
                && let Err(cause) = self.plan(rank, first)
            {
                self.queues[rank].cause = cause;
                return;
            }
        }
        while let Some(job) = self.queues[rank].unplanned.first() {
            let waits = self.jobs[job as usize].status == JobStatus::Runnable;
            if waits && !self.is_planned(job) && self.plan(rank, job).is_err() {
                return;
            }
            self.queues[rank].unplanned.pop();
        }
    }

    /// A multi-node job at the head of its queue keeps the idle instances that it gathers.
    fn gather(&mut self, rank: usize, index: u32) {
        let job = self.job(index);
        for environment in self.queues[rank].environments.iter().filter(|_| job.nodes > 1) {
            let fleet = &mut self.fleets[usize::from(*environment)];
            if takes_nodes(fleet) {
                fleet.gather(request(job), job.nodes);
            }
        }
    }

    /// Whether an instance being launched is for this job.
    fn is_planned(&self, index: u32) -> bool {
        let planned = self.states[index as usize].planned;
        planned != NOWHERE && self.fleets[usize::from(planned.environment)].is_launching(planned.number)
    }

    /// Launches for a job, or says what it waits for.
    fn plan(&mut self, rank: usize, index: u32) -> Result<(), Cause> {
        let job = self.job(index);
        let request = request(job);
        let WaitingQueue { environments, .. } = &self.queues[rank];
        let mut held = [(0, Held::Unfit); MOST_ENVIRONMENTS];
        for (place, environment) in environments.iter().enumerate() {
            let fleet = &mut self.fleets[usize::from(*environment)];
            let (chance, events) = (&mut self.chance, &mut self.events);
            let planned = if job.nodes == 1 {
                fleet.plan(request, self.now, chance, events)
            } else if takes_nodes(fleet) {
                fleet.plan_together(request, job.nodes, self.now, chance, events)
            } else {
                Err(Held::Unfit)
            };
            match planned {
                Ok(number) => {
                    let planned = InstanceId { environment: *environment, number };
                    self.states[index as usize].planned = planned;
                    return Ok(());
                }
                Err(why) => held[place.min(MOST_ENVIRONMENTS - 1)] = (*environment, why),
            }
        }
        Err(Cause::of(held.into_iter()))
    }

    /// Gives back what was planned for a job that starts.
    pub(super) fn unplan(&mut self, index: u32) {
        let job = self.job(index);
        if self.is_planned(index) && job.nodes == 1 {
            let planned = self.states[index as usize].planned;
            self.fleets[usize::from(planned.environment)].unplan(planned.number, request(job));
        }
        self.states[index as usize].planned = NOWHERE;
    }
}

/// Multi-node parallel jobs do not run on Spot (AWS Batch API reference of nodeProperties, read 2026-11-23).
fn takes_nodes(fleet: &Fleet<'_>) -> bool {
    fleet.environment.environment_type == crate::scenario::keys::batch::EnvironmentType::Ec2
}
