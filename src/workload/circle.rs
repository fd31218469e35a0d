//! Jobs that wait for each other in a circle: none of them could ever start.

use super::Dependency;

/// Stands for no job.
const NONE: u32 = u32::MAX;

/// Jobs, of so many, of which each waits for the next and the last for the first; `None` where all can start. In time
/// linear in jobs and dependencies; these are in order of what they are on.
pub(super) fn circle(jobs: usize, dependencies: &[Dependency]) -> Option<Vec<u32>> {
    let mut first = vec![0_u32; jobs + 1];
    let mut unmet = vec![0_u32; jobs];
    for dependency in dependencies {
        first[dependency.on as usize + 1] += 1;
        unmet[dependency.job as usize] += 1;
    }
    for job in 0..jobs {
        first[job + 1] += first[job];
    }
    let all = 0..u32::try_from(jobs).expect("jobs are numbered in 32 bits");
    let mut free: Vec<u32> = all.clone().filter(|job| unmet[*job as usize] == 0).collect();
    while let Some(job) = free.pop() {
        let own = first[job as usize] as usize..first[job as usize + 1] as usize;
        for dependency in &dependencies[own] {
            let left = &mut unmet[dependency.job as usize];
            *left -= 1;
            if *left == 0 {
                free.push(dependency.job);
            }
        }
    }
    let mut job = all.clone().find(|job| unmet[*job as usize] > 0)?;
    // Whoever is left waits for another one that is left: following them, one is met again.
    let mut waits_for = vec![NONE; jobs];
    for dependency in dependencies.iter().rev().filter(|of| unmet[of.on as usize] > 0) {
        waits_for[dependency.job as usize] = dependency.on;
    }
    for _ in all {
        job = waits_for[job as usize];
    }
    let mut circle = vec![job];
    while waits_for[job as usize] != circle[0] {
        job = waits_for[job as usize];
        circle.push(job);
    }
    let earliest = (0..circle.len()).min_by_key(|place| circle[*place]).unwrap_or_default();
    circle.rotate_left(earliest);
    Some(circle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dependencies(pairs: &[(u32, u32)]) -> Vec<Dependency> {
        let one =
            |(job, on): &(u32, u32)| Dependency { on: *on, job: *job, think_seconds: 0, on_success: true };
        let mut all: Vec<Dependency> = pairs.iter().map(one).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn a_circle_is_found_behind_and_before_others() {
        // 0 waits for 3, 3 for 2, 2 for 1 and 4, 1 for 3; 4 is free.
        let found = circle(5, &dependencies(&[(0, 3), (3, 2), (2, 1), (2, 4), (1, 3)]));
        assert_eq!(found, Some(vec![1, 3, 2]));
        assert_eq!(circle(3, &dependencies(&[(0, 2), (2, 1), (0, 1), (0, 1)])), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_one_exactly_where_rounds_leave_jobs_over(
            pairs in proptest::collection::vec((0..12_u32, 0..12_u32), 0..20),
        ) {
            // By hand: in each round the jobs start that wait for none that has not started.
            let mut left: Vec<u32> = (0..12).collect();
            loop {
                let waits = |job: &u32| pairs.iter().any(|(other, on)| other == job && left.contains(on));
                let still: Vec<u32> = left.iter().copied().filter(waits).collect();
                if still.len() == left.len() {
                    break;
                }
                left = still;
            }
            let found = circle(12, &dependencies(&pairs));
            prop_assert_eq!(found.is_some(), !left.is_empty());
            for (place, job) in found.iter().flatten().enumerate() {
                let circle = found.as_ref().expect("it is one");
                let next = circle[(place + 1) % circle.len()];
                prop_assert!(pairs.contains(&(*job, next)), "{} does not wait for {}", job, next);
            }
        }
    }
}
