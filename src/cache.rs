//! Files in the user's cache directory: whole or not at all.
//!
//! A file is written beside its place and renamed, while no other run may change one. Its first
//! line holds the digest of the rest: what is truncated, edited or of another version is as if it were
//! not there, and is never trusted. A cache that cannot be written costs a warning, not the answer.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::bounds::{self, LARGEST_KEPT};
use crate::error::Error;
use crate::model::digest::digest;
use crate::turn::{Turn, Waiting};

/// First word of every file; another layout is another word.
const MARK: &str = "hpc-cost-cache-2";

/// The directory below the user's cache directory.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a directory, which need not exist.
    #[must_use]
    pub fn new(folder: &Path) -> Cache {
        Cache { folder: folder.to_owned() }
    }

    /// What a file holds; `None` where there is none that can be trusted.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<String> {
        let file = fs::File::open(self.folder.join(name)).ok()?;
        let text = bounds::text(file, LARGEST_KEPT).ok()?;
        let (head, body) = text.split_once('\n')?;
        (head == header(body)).then(|| body.to_owned())
    }

    /// Makes a file anew from what it holds now, while no other run may. `Err` where another one does not come to an end.
    pub fn update(
        &self,
        name: &str,
        waiting: Waiting<'_>,
        make: impl FnOnce(Option<String>) -> String,
    ) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(name);
        let _turn = Turn::at(&path, &path, waiting).map_err(|error| match error {
            Error::Write { source, .. } => source,
            other => io::Error::other(other.to_string()),
        })?;
        let body = make(self.read(name));
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder)?;
        file.write_all(format!("{}\n{body}", header(&body)).as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

fn header(body: &str) -> String {
    format!("{MARK} {}", digest(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: Waiting<'_> = Waiting { seconds: 60, tell: &|_| () };

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let cache = Cache::new(&folder.path().join("deep"));
        assert_eq!(cache.read("a.json"), None);
        cache
            .update("a.json", PATIENT, |before| before.map_or("one".into(), |_| unreachable!()))
            .expect("writable");
        cache
            .update("a.json", PATIENT, |before| format!("{} two", before.unwrap_or_default()))
            .expect("writable");
        assert_eq!(cache.read("a.json").as_deref(), Some("one two"));
        let path = folder.path().join("deep/a.json");
        let whole = fs::read(&path).expect("readable");
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).expect("writable");
            assert_eq!(cache.read("a.json"), None, "{length} of {} bytes", whole.len());
        }
        let names = fs::read_dir(folder.path().join("deep")).expect("readable").count();
        assert_eq!(
            names,
            if cfg!(unix) { 1 } else { 2 },
            "the file, and where it stays the lock: nothing half-written"
        );
    }

    #[test]
    fn runs_side_by_side_lose_nothing() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let cache = Cache::new(folder.path());
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let cache = cache.clone();
                std::thread::spawn(move || {
                    let add = |before: Option<String>| format!("{}{number} ", before.unwrap_or_default());
                    cache.update("a.json", PATIENT, add).expect("writable");
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("no panic");
        }
        let mut numbers: Vec<String> =
            cache.read("a.json").expect("whole").split_whitespace().map(str::to_owned).collect();
        numbers.sort();
        assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    }
}
