//! Room that is kept for jobs that wait: on instances being launched for them, and on those that are ready and wait for
//! them in turn.
//!
//! A reservation ends when its job starts, when a job that goes before takes the room, or when the instance goes.

use super::event_queue::EventQueue;
use super::first_fit::Capacity;
use super::fleet::{Chance, Fleet, Reservation};
use super::launch_order::Wanted;
use super::waiting::Held;

impl Fleet<'_> {
    /// The first running instance with room from one on, in order of launch, whoever it is reserved for.
    pub(super) fn room_from(&self, first: u32, request: Capacity) -> Option<u32> {
        self.free.find_from(first, request)
    }

    /// What is reserved for nobody on an instance.
    pub(super) fn spare_on(&self, number: u32) -> Capacity {
        self.spare.get(number)
    }

    /// What is reserved on an instance.
    pub(super) fn reservations(&self, number: u32) -> &[Reservation] {
        &self.instances[number as usize].reserved
    }

    /// Keeps room on an instance, which has it to spare.
    pub(super) fn reserve(&mut self, number: u32, reservation: Reservation) {
        self.spare.set(number, self.spare.get(number).less(reservation.takes));
        self.instances[number as usize].reserved.push(reservation);
    }

    /// Gives back what was kept for a job on an instance.
    pub(super) fn release_reserved(&mut self, number: u32, job: u32) {
        let reserved = &mut self.instances[number as usize].reserved;
        let place = reserved.iter().position(|of| of.job == job).expect("the job has room on its instance");
        let reservation = reserved.swap_remove(place);
        if reserved.is_empty() {
            self.unhold(number);
        }
        if !self.is_gone(number) {
            self.spare.set(number, self.spare.get(number).plus(reservation.takes));
        }
    }

    /// Room for a waiting job of one node, launching an instance if none has any to spare; `wanted` is what waits like it.
    pub(super) fn find_or_launch(
        &mut self,
        request: Capacity,
        wanted: Wanted,
        now: u64,
        chance: &mut Chance,
        events: &mut EventQueue,
    ) -> Result<u32, Held> {
        match self.spare.find(request) {
            Some(number) => Ok(number),
            None => {
                let kind = self.choose(request, wanted, now, chance, events)?;
                Ok(self.launch(kind, now, self.environment.launch_seconds, events))
            }
        }
    }

    /// An instance for each node of a job: idle ones of its type, those being launched, and new ones. All or none, as far as
    /// the cap goes.
    pub(super) fn find_or_launch_together(
        &mut self,
        request: Capacity,
        nodes: u32,
        now: u64,
        chance: &mut Chance,
        events: &mut EventQueue,
    ) -> Result<Vec<u32>, Held> {
        let kind = self.type_of_nodes(request, nodes).ok_or(Held::MaxVcpus)?;
        let whole = self.capacity(kind);
        let is_spare = |number: &u32| self.kind(*number) == kind && self.spare.get(*number) == whole;
        let there = self.idle[usize::from(kind)].iter().chain(&self.launching).copied();
        let mut together: Vec<u32> = there.filter(is_spare).take(nodes as usize).collect();
        let missing = nodes as usize - together.len();
        let before_last = self.owned + self.size(kind) * missing.saturating_sub(1) as u64;
        if missing > 0 && !self.may_launch(before_last, kind) {
            return Err(Held::MaxVcpus);
        }
        for _ in 0..missing {
            if self.refused(kind, now, chance, events) {
                return Err(Held::Capacity);
            }
            together.push(self.launch(kind, now, self.environment.launch_seconds, events));
        }
        Ok(together)
    }

    /// As many idle instances of one type as a multi-node job has nodes, each of which a node fits and whose
    /// reservations all give way.
    pub(super) fn idle_together(
        &self,
        request: Capacity,
        nodes: u32,
        gives_way: impl Fn(&Reservation) -> bool,
    ) -> Option<Vec<u32>> {
        let of_type = |kind: &u16| {
            let idle = &self.idle[usize::from(*kind)];
            if !self.capacity(*kind).holds(request) || idle.len() < nodes as usize {
                return None;
            }
            let is_free = |number: &&u32| self.reservations(**number).iter().all(&gives_way);
            let found: Vec<u32> = idle.iter().filter(is_free).take(nodes as usize).copied().collect();
            (found.len() == nodes as usize).then_some(found)
        };
        self.order_of_nodes.iter().find_map(of_type)
    }

    /// Keeps idle instances for a multi-node job that waits at the head of its queue.
    pub(super) fn gather(&mut self, request: Capacity, nodes: u32) {
        self.gathered = self.gathered.or_else(|| self.type_of_nodes(request, nodes));
    }

    /// The type all nodes of a job use: the preferred one that the limits in force allow so many of.
    fn type_of_nodes(&self, request: Capacity, nodes: u32) -> Option<u16> {
        let fits = |kind: &&u16| {
            self.capacity(**kind).holds(request)
                && self.may_launch(self.size(**kind) * (u64::from(nodes) - 1), **kind)
        };
        self.order_of_nodes.iter().find(fits).copied()
    }
}
