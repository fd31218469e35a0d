//! One process at a time changes a file.
//!
//! Whoever reads a file, changes it and writes it again takes a turn first: a lock on `.NAME.lock` beside it, which holds
//! the id of the process that has it. The system lets go of the lock when that process ends, however it ends. Who has to
//! wait says so after a second, and gives up in the end.

mod words;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::model::said::Said;

/// Between two looks at whether the lock is free.
const PAUSE: Duration = Duration::from_millis(10);
/// Looks in a second.
const A_SECOND: u64 = 100;

/// How one waits for a turn.
#[derive(Clone, Copy)]
pub struct Waiting<'a> {
    /// The longest wait [s].
    pub seconds: u64,
    /// Takes the sentence that says for whom.
    pub tell: &'a dyn Fn(&Said),
}

/// The right to change a file, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    lock: PathBuf,
    file: File,
}

impl Turn {
    /// A turn at changing a file or folder, which need not exist; its own folder has to. `shown` is what the user calls it.
    /// `Err` where another process has the turn for too long, or where the lock cannot be written.
    pub fn at(target: &Path, shown: &Path, waiting: Waiting<'_>) -> Result<Turn> {
        let lock = lock_of(target);
        let failed = |source| Error::Write { path: shown.with_file_name(name_of(&lock)), source };
        let mut looks = 0;
        loop {
            // Opened anew each time: who had the turn has removed the file.
            let open = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
            let mut file = open.map_err(failed)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &lock) => {
                    let noted = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                    noted.map_err(failed)?;
                    return Ok(Turn { lock, file });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if looks == waiting.seconds * A_SECOND {
                        let (path, holder) = (shown.to_owned(), holder(&lock));
                        return Err(Error::Busy { path, holder, seconds: waiting.seconds });
                    }
                    looks += 1;
                    if looks == A_SECOND {
                        let who = holder(&lock);
                        (waiting.tell)(&words::waiting_for(who, shown.display()));
                    }
                    sleep(PAUSE);
                }
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    (waiting.tell)(&words::no_locks_there(shown.display()));
                    return Ok(Turn { lock, file });
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // While it is locked, so that nobody else's is removed. What cannot be removed harms nobody.
        if cfg!(unix) && is_at(&self.file, &self.lock) {
            let _ = fs::remove_file(&self.lock);
        }
    }
}

/// The file that is locked for another one.
#[must_use]
pub fn lock_of(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(name_of(target));
    name.push(".lock");
    target.with_file_name(name)
}

/// Whether a file is the one that a path leads to.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    file.metadata().is_ok_and(|own| fs::symlink_metadata(path).is_ok_and(|there| same(own, there)))
}

/// Whether a file is the one that a path leads to: here locks are never removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}

/// Who has the lock, in words.
fn holder(lock: &Path) -> Said {
    match fs::read_to_string(lock).ok().and_then(|text| text.parse::<u32>().ok()) {
        Some(process) => words::process(process),
        None => words::another_process(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn who_waits_too_long_says_for_whom_and_gives_up() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let target = folder.path().join("jobs.csv");
        let said = RefCell::new(Vec::new());
        let tell = |text: &Said| said.borrow_mut().push(text.en.clone());
        let waiting = Waiting { seconds: 1, tell: &tell };
        let first = Turn::at(&target, &target, waiting).expect("nobody has it");
        let own = format!("process {}", std::process::id());
        let refused = Turn::at(&target, &target, waiting).expect_err("it is taken");
        assert!(matches!(&refused, Error::Busy { holder, seconds: 1, .. } if holder.en == own), "{refused}");
        assert_eq!(*said.borrow(), [format!("waiting for {own}, which is changing {}", target.display())]);
        drop(first);
        drop(Turn::at(&target, &target, Waiting { seconds: 0, tell: &tell }).expect("it is free again"));
        let left = fs::read_dir(folder.path()).expect("readable").count();
        assert_eq!(left, if cfg!(unix) { 0 } else { 1 });
        // One that a process left behind which is no more.
        fs::write(lock_of(&target), "1").expect("writable");
        Turn::at(&target, &target, Waiting { seconds: 0, tell: &tell }).expect("nobody has it");
    }

    #[test]
    fn one_after_the_other_has_the_turn() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let target = folder.path().join("count");
        fs::write(&target, "0").expect("writable");
        let add = || {
            let turn = Turn::at(&target, &target, Waiting { seconds: 60, tell: &|_| () }).expect("it comes");
            let count: u32 = fs::read_to_string(&target).expect("readable").parse().expect("a number");
            std::thread::yield_now();
            fs::write(&target, (count + 1).to_string()).expect("writable");
            drop(turn);
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| add()));
            }
        });
        assert_eq!(fs::read_to_string(&target).expect("readable"), "400");
    }
}
