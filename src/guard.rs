//! Where a library may panic over what it was given from outside: that is an error of what was given, and is told as one.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread ends in [`guarded`].
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What some work comes to. `Err` has the words of its panic; whoever calls says over what. Nothing of such a panic reaches
/// stderr, as [`is_guarded`] tells the hook. A thread that the work starts guards itself.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.map_err(|words| match (words.downcast_ref::<String>(), words.downcast_ref::<&str>()) {
        (Some(words), _) => words.clone(),
        (_, Some(words)) => (*words).to_owned(),
        _ => String::new(),
    })
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
    fn a_panic_is_its_words_and_the_guard_ends_with_the_work() {
        assert_eq!(guarded(is_guarded), Ok(true));
        assert!(!is_guarded());
        // One within another: the outer one still holds.
        let nested = guarded(|| {
            assert_eq!(guarded(|| -> u8 { panic!("a length of {}", -1) }), Err("a length of -1".to_owned()));
            is_guarded()
        });
        assert_eq!((nested, is_guarded()), (Ok(true), false));
    }
}
