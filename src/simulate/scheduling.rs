//! One scheduling pass: what can start starts, then room is reserved for what waits, launching instances for it.
//!
//! It looks at the first job of a queue and at jobs without a reservation, never at a whole queue.
//!
//! # Who has which room
//!
//! Every waiting job has room reserved for it, on an instance being launched or on a running one, unless a launch for a
//! job of its queue is held back by `max_vcpus` or by EC2. The first job of a queue starts on the first running instance
//! with room that is reserved for nobody, or for jobs that come after it and give way. Those of queues below always do;
//! those of its own queue where it has no reservation itself, or leaves them one that holds them. So a job that waits
//! keeps what was launched for it, and is served within a launch of its submission, unless something comes before it.

use super::NOWHERE;
use super::Simulation;
use super::event_queue::InstanceId;
use super::first_fit::Capacity;
use super::fleet::{Fleet, Reservation};
use super::launch_order::Wanted;
use super::model::request;
use super::outcome::JobStatus;
use super::waiting::{Cause, Held, WaitingQueue};

/// Compute environments that a job queue may have (AWS Batch user guide, service quotas, read 2026-11-23).
const MOST_ENVIRONMENTS: usize = 3;

/// A place for the first job of a queue.
struct Place {
    environment: u16,
    /// One for each node.
    instances: Vec<u32>,
    /// Jobs whose reservations there give way.
    displaced: Vec<u32>,
}

impl Simulation<'_> {
    /// Places and launches after everything that happened in this second.
    pub(super) fn schedule(&mut self) {
        for index in &self.by_name {
            let fleet = &mut self.fleets[*index];
            fleet.gathered = None;
            let delay = fleet.environment.launch_seconds;
            fleet.keep_min(self.now, delay, &mut self.chance, &mut self.events);
        }
        for rank in 0..self.queues.len() {
            while let Some(job) = self.queues[rank].first(self.now) {
                if self.forbidden(rank, job, false).is_some() {
                    break;
                }
                let Some(place) = self.place_for(rank, job) else { break };
                self.queues[rank].pop();
                self.take(job, &place);
            }
        }
        self.reserve_all();
        self.record();
        let mut is_smaller = false;
        for index in 0..self.fleets.len() {
            let reviewed = self.fleets[index].review_kept(self.now, &mut self.events);
            is_smaller |= reviewed.is_smaller;
            for job in reviewed.bereft {
                self.lose_reservation(job);
            }
        }
        // What went leaves room below max_vcpus for what waits.
        if is_smaller && self.queues.iter().any(WaitingQueue::has_unreserved) {
            self.reserve_all();
            self.record();
        }
        self.watch_limits();
    }

    /// Reserves room for what waits, by priority of its queue.
    fn reserve_all(&mut self) {
        for fleet in &mut self.fleets {
            fleet.is_blocked = false;
        }
        for rank in 0..self.queues.len() {
            self.reserve_in(rank);
        }
    }

    /// Where the first job of a queue can start.
    fn place_for(&self, rank: usize, index: u32) -> Option<Place> {
        let job = self.job(index);
        for environment in &self.queues[rank].environments {
            let fleet = &self.fleets[usize::from(*environment)];
            let place = if job.nodes == 1 {
                self.room(rank, index, *environment)
            } else if takes_nodes(fleet) {
                let has_none = !self.has_reservation(index);
                let gives_way = |of: &Reservation| {
                    of.job == index || self.gives_way(of, rank) && (has_none || usize::from(of.rank) > rank)
                };
                fleet.idle_together(request(job), job.nodes, gives_way).map(|instances| {
                    let on = instances.iter().flat_map(|number| fleet.reservations(*number));
                    let displaced = on.map(|of| of.job).filter(|other| *other != index).collect();
                    Place { environment: *environment, instances, displaced }
                })
            } else {
                None
            };
            if place.is_some() {
                return place;
            }
        }
        None
    }

    /// Room for a job of one node in an environment.
    fn room(&self, rank: usize, index: u32, environment: u16) -> Option<Place> {
        let (fleet, request) = (&self.fleets[usize::from(environment)], request(self.job(index)));
        let reserved = self.states[index as usize].reserved;
        let own = |number: u32| reserved == InstanceId { environment, number };
        let mut from = 0;
        while let Some(number) = fleet.room_from(from, request) {
            let displaced = if own(number) || fleet.spare_on(number).holds(request) {
                Some(Vec::new())
            } else {
                self.displaced(rank, index, environment, number)
            };
            if let Some(displaced) = displaced {
                return Some(Place { environment, instances: vec![number], displaced });
            }
            from = number + 1;
        }
        None
    }

    /// The reservations on a running instance that give way to a job, if that makes room enough for it.
    fn displaced(&self, rank: usize, index: u32, environment: u16, number: u32) -> Option<Vec<u32>> {
        let (fleet, request) = (&self.fleets[usize::from(environment)], request(self.job(index)));
        let mut giving: Vec<&Reservation> =
            fleet.reservations(number).iter().filter(|of| self.gives_way(of, rank)).collect();
        giving.sort_unstable_by_key(|of| std::cmp::Reverse((of.rank, of.job)));
        let (mut room, mut displaced) = (fleet.spare_on(number), Vec::new());
        // What those of its own queue need elsewhere.
        let mut owed = Capacity::default();
        let mut giving = giving.into_iter();
        while !room.holds(request) {
            let of = giving.next()?;
            room = room.plus(of.takes);
            displaced.push(of.job);
            if usize::from(of.rank) == rank {
                if self.job(of.job).nodes > 1 && self.has_reservation(index) {
                    return None;
                }
                owed = owed.plus(of.takes);
            }
        }
        let left = self.states[index as usize].reserved;
        let repaid = left == NOWHERE || self.spare_at(left).plus(request).holds(owed);
        repaid.then_some(displaced)
    }

    /// Whether a reservation gives way to the first job of a queue: it is for a job behind it, or for one that stands
    /// behind a job which nothing can be launched for.
    fn gives_way(&self, of: &Reservation, rank: usize) -> bool {
        let queue = &self.queues[usize::from(of.rank)];
        let is_behind = || queue.is_behind(of.job, self.member(of.job));
        usize::from(of.rank) >= rank || queue.is_blocked && is_behind()
    }

    /// Starts a job where there is a place for it. What it had reserved goes to those that give way, as far as it holds
    /// them.
    fn take(&mut self, index: u32, place: &Place) {
        let left = self.states[index as usize].reserved;
        self.release_reservation(index);
        for other in &place.displaced {
            // A multi-node job may stand on several of the instances.
            if self.states[*other as usize].reserved == NOWHERE {
                continue;
            }
            let takes = request(self.job(*other));
            let rank = self.rank_of(*other);
            let is_inherited = left != NOWHERE
                && self.job(*other).nodes == 1
                && self.job(index).nodes == 1
                && self.queues[rank].environments.contains(&left.environment)
                && self.spare_at(left).holds(takes);
            if is_inherited {
                self.release_reservation(*other);
                self.reserve(*other, left.environment, &[left.number]);
                let is_below = self.rank_of(index) != rank;
                self.queues[rank].disturbed_by(is_below, self.now);
            } else {
                self.lose_reservation(*other);
            }
        }
        self.wants(index, Wanted::remove);
        self.start(index, place.environment, &place.instances);
    }

    /// Reserves room for the jobs of a queue, until nothing can be launched for one.
    fn reserve_in(&mut self, rank: usize) {
        let queue = &mut self.queues[rank];
        queue.cause = Cause::Launch;
        let was_blocked = std::mem::take(&mut queue.is_blocked);
        queue.disturbed_by(was_blocked, self.now);
        let first = queue.first(self.now);
        if let Some(first) = first {
            self.gather(rank, first);
            if let Some(cause) = self.forbidden(rank, first, false) {
                return self.block(rank, Some(cause));
            }
        }
        while let Some(job) = self.queues[rank].first_unreserved() {
            let waits = self.jobs[job as usize].status == JobStatus::Runnable;
            if waits
                && !self.has_reservation(job)
                && let Err(cause) = self.find_room(rank, job)
            {
                return self.block(rank, Some(cause).filter(|_| first == Some(job)));
            }
            self.queues[rank].pop_unreserved();
        }
        let queue = &self.queues[rank];
        assert!(queue.reserved == queue.count, "every waiting job has room reserved for it");
    }

    /// Nothing can be launched for a job of a queue, and so for none behind it; with a cause if it is the first.
    fn block(&mut self, rank: usize, cause: Option<Cause>) {
        let queue = &mut self.queues[rank];
        queue.is_blocked = true;
        queue.cause = cause.unwrap_or(queue.cause);
        for environment in &queue.environments {
            self.fleets[usize::from(*environment)].is_blocked = true;
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

    /// Reserves room for a job, or says what it waits for.
    fn find_room(&mut self, rank: usize, index: u32) -> Result<(), Cause> {
        if let Some(cause) = self.forbidden(rank, index, true) {
            return Err(cause);
        }
        let job = self.job(index);
        let request = request(job);
        let WaitingQueue { environments, wanted, .. } = &self.queues[rank];
        let mut held = [(0, Held::Unfit); MOST_ENVIRONMENTS];
        for (place, environment) in environments.iter().enumerate() {
            let fleet = &mut self.fleets[usize::from(*environment)];
            let (chance, events) = (&mut self.chance, &mut self.events);
            let found = if job.nodes == 1 {
                fleet.find_or_launch(request, *wanted, self.now, chance, events).map(|number| vec![number])
            } else if takes_nodes(fleet) {
                fleet.find_or_launch_together(request, job.nodes, self.now, chance, events)
            } else {
                Err(Held::Unfit)
            };
            match found {
                Ok(instances) => {
                    self.reserve(index, *environment, &instances);
                    return Ok(());
                }
                Err(why) => held[place.min(MOST_ENVIRONMENTS - 1)] = (*environment, why),
            }
        }
        Err(if self.is_stuck_misfit(index) { Cause::Misfit } else { Cause::of(held.into_iter()) })
    }

    fn reserve(&mut self, index: u32, environment: u16, instances: &[u32]) {
        let (job, rank) = (self.job(index), self.rank_of(index));
        let fleet = &mut self.fleets[usize::from(environment)];
        let takes = if job.nodes > 1 { fleet.capacity(fleet.kind(instances[0])) } else { request(job) };
        for number in instances {
            fleet
                .reserve(*number, Reservation { job: index, rank: u16::try_from(rank).expect("few"), takes });
        }
        self.states[index as usize].reserved = InstanceId { environment, number: instances[0] };
        if let [_, further @ ..] = instances
            && !further.is_empty()
        {
            self.further.insert(index, further.to_vec());
        }
        self.queues[rank].reserved += 1;
        self.wants(index, Wanted::remove);
        self.is_reserved(index, true);
    }

    /// Counts a job of one node among those without a reservation, or no longer.
    pub(super) fn wants(&mut self, index: u32, count: impl FnOnce(&mut Wanted, Capacity)) {
        let job = self.job(index);
        if job.nodes == 1 {
            let rank = self.rank_of(index);
            count(&mut self.queues[rank].wanted, request(job));
        }
    }

    /// Gives back what is reserved for a job, if anything is.
    pub(super) fn release_reservation(&mut self, index: u32) {
        let reserved = self.states[index as usize].reserved;
        if reserved == NOWHERE {
            return;
        }
        let further = if self.job(index).nodes > 1 { self.further.remove(&index) } else { None };
        let fleet = &mut self.fleets[usize::from(reserved.environment)];
        for number in std::iter::once(reserved.number).chain(further.unwrap_or_default()) {
            fleet.release_reserved(number, index);
        }
        self.states[index as usize].reserved = NOWHERE;
        let rank = self.rank_of(index);
        self.queues[rank].reserved -= 1;
        self.wants(index, Wanted::add);
        self.is_reserved(index, false);
    }

    /// Takes from a waiting job what is reserved for it: it is looked at anew.
    pub(super) fn lose_reservation(&mut self, index: u32) {
        self.release_reservation(index);
        let (rank, member) = (self.rank_of(index), self.member(index));
        self.queues[rank].push_unreserved(index, member);
        self.queues[rank].disturbed = self.now;
    }

    /// A job that starts has not waited longer than a launch takes, since it came and since anything came between. Every
    /// job before it in its queue came earlier and had room on an instance that was launched by then, as it had itself.
    pub(super) fn within_a_launch(&self, index: u32) {
        let queue = &self.queues[self.rank_of(index)];
        let launches =
            queue.environments.iter().map(|of| self.model.environments[usize::from(*of)].launch_seconds);
        let since = self.states[index as usize].since.max(queue.disturbed);
        assert!(
            queue.is_blocked || self.now - since <= launches.max().unwrap_or_default(),
            "no job waits longer than a launch takes where nothing comes between; seed {}",
            self.outcome.seed
        );
    }

    fn has_reservation(&self, index: u32) -> bool {
        self.states[index as usize].reserved != NOWHERE
    }

    fn spare_at(&self, at: InstanceId) -> Capacity {
        self.fleets[usize::from(at.environment)].spare_on(at.number)
    }
}

/// Multi-node parallel jobs do not run on Spot (AWS Batch API reference of nodeProperties, read 2026-11-23).
fn takes_nodes(fleet: &Fleet<'_>) -> bool {
    fleet.environment.environment_type == crate::scenario::keys::batch::EnvironmentType::Ec2
}
