//! Where a library may panic over what it was given from outside: that is an error of what was given, and is told as one.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What some work comes to; `None` if it panicked. Whoever calls says over what.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(before);
    done
}

/// Whether a panic of this thread is caught and told in other words.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_the_guard_ends_with_the_work() {
        assert_eq!(guarded(is_guarded), Some(true));
        assert!(!is_guarded());
        assert_eq!(guarded(|| assert!(!is_guarded(), "given")), None);
        assert!(!is_guarded());
        // One within another: the outer one still holds.
        assert_eq!(
            guarded(|| guarded(|| assert!(!is_guarded(), "given")).is_none() && is_guarded()),
            Some(true)
        );
    }
}
