//! The first instance, in order of launch, that has room for a request: a tree of maxima over free capacity.
//!
//! Knows numbers, not instances. Finding the first place by vCPUs takes a logarithm of their number; memory and
//! GPUs are checked on the way, so a search may look at more where they are the scarce ones.

/// vCPUs, memory [MiB] and GPUs: free ones of an instance, or those a node asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u32,
    /// Whole GPUs.
    pub gpus: u32,
}

impl Capacity {
    /// Whether a request fits into it.
    #[must_use]
    pub const fn holds(self, request: Capacity) -> bool {
        self.vcpus >= request.vcpus && self.memory_mib >= request.memory_mib && self.gpus >= request.gpus
    }

    /// What is left after a request that fits.
    #[must_use]
    pub(super) fn less(self, request: Capacity) -> Capacity {
        assert!(self.holds(request), "only what fits is placed");
        Capacity {
            vcpus: self.vcpus - request.vcpus,
            memory_mib: self.memory_mib - request.memory_mib,
            gpus: self.gpus - request.gpus,
        }
    }

    /// With what a request gives back.
    pub(super) const fn plus(self, request: Capacity) -> Capacity {
        Capacity {
            vcpus: self.vcpus + request.vcpus,
            memory_mib: self.memory_mib + request.memory_mib,
            gpus: self.gpus + request.gpus,
        }
    }

    fn max(self, other: Capacity) -> Capacity {
        Capacity {
            vcpus: self.vcpus.max(other.vcpus),
            memory_mib: self.memory_mib.max(other.memory_mib),
            gpus: self.gpus.max(other.gpus),
        }
    }
}

/// Free capacities by number. A place without anything free is skipped like one that is gone.
#[derive(Debug, Default)]
pub(super) struct FirstFit {
    /// A binary heap's layout: node `n` has the children `2n` and `2n + 1`; leaves are the second half.
    nodes: Vec<Capacity>,
}

impl FirstFit {
    fn leaves(&self) -> usize {
        self.nodes.len() / 2
    }

    /// What is free at a place.
    pub(super) fn get(&self, place: u32) -> Capacity {
        self.nodes.get(self.leaves() + place as usize).copied().unwrap_or_default()
    }

    /// Sets what is free at a place; places beyond the last one come into being with nothing free.
    pub(super) fn set(&mut self, place: u32, free: Capacity) {
        let place = place as usize;
        if place >= self.leaves() {
            self.grow((place + 1).next_power_of_two());
        }
        let mut node = self.leaves() + place;
        self.nodes[node] = free;
        while node > 1 {
            node /= 2;
            let max = self.nodes[2 * node].max(self.nodes[2 * node + 1]);
            if self.nodes[node] == max {
                break;
            }
            self.nodes[node] = max;
        }
    }

    fn grow(&mut self, leaves: usize) {
        let mut nodes = vec![Capacity::default(); 2 * leaves];
        let known = self.leaves();
        nodes[leaves..leaves + known].copy_from_slice(&self.nodes[known..]);
        for node in (1..leaves).rev() {
            nodes[node] = nodes[2 * node].max(nodes[2 * node + 1]);
        }
        self.nodes = nodes;
    }

    /// The first place that holds the request.
    pub(super) fn find(&self, request: Capacity) -> Option<u32> {
        self.find_from(0, request)
    }

    /// The first such place from one on.
    pub(super) fn find_from(&self, first: u32, request: Capacity) -> Option<u32> {
        if self.nodes.is_empty() { None } else { self.find_below(1, self.leaves(), first as usize, request) }
    }

    /// Among the leaves below a node; `width` is how many these are.
    fn find_below(&self, node: usize, width: usize, first: usize, request: Capacity) -> Option<u32> {
        if first >= width || !self.nodes[node].holds(request) {
            return None;
        }
        if width == 1 {
            return Some(u32::try_from(node - self.leaves()).expect("places are numbered in 32 bits"));
        }
        let half = width / 2;
        self.find_below(2 * node, half, first, request)
            .or_else(|| self.find_below(2 * node + 1, half, first.saturating_sub(half), request))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_capacity() -> impl Strategy<Value = Capacity> {
        (1..9_u32, 0..9_u32, 0..3_u32).prop_map(|(vcpus, memory_mib, gpus)| Capacity {
            vcpus,
            memory_mib,
            gpus,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_finds_what_a_plain_search_finds(
            changes in proptest::collection::vec((0..40_u32, any_capacity()), 1..80),
            request in any_capacity(),
            first in 0..40_u32,
        ) {
            let (mut tree, mut plain) = (FirstFit::default(), vec![Capacity::default(); 40]);
            for (place, free) in changes {
                tree.set(place, free);
                plain[place as usize] = free;
                let expected = plain.iter().position(|free| free.holds(request));
                prop_assert_eq!(tree.find(request).map(|place| place as usize), expected);
                let later = plain.iter().skip(first as usize).position(|free| free.holds(request));
                let later = later.map(|place| place + first as usize);
                prop_assert_eq!(tree.find_from(first, request).map(|place| place as usize), later);
                prop_assert_eq!(tree.get(place), free);
            }
        }
    }
}
