//! Files and folders that take the place of others: whole or not at all, and nothing is gone before the new one is there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Session;
use super::words;
use crate::error::{Error, Result, reason};
use crate::model::said::Said;
use crate::patch::{Changed, Patch};
use crate::turn::lock_of;

/// A file of a folder.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What a report's folder holds.
pub(super) const REPORT_FILES: [&str; 11] = [
    "report.html",
    "report.md",
    "report.json",
    "report.xlsx",
    "lines.csv",
    "summary.csv",
    "bridge.csv",
    "charged.csv",
    "suggestions.csv",
    "focus.csv",
    "focus.parquet",
];

/// Writes beside the file and renames, so that there is either the old file or the whole new one.
/// What is not a regular file (a device, a pipe) is written to directly.
pub(super) fn write_whole(
    path: &Path,
    pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    folder_of(path)?;
    let target = real(path);
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return pieces(&mut UntilClosed::new(fs::OpenOptions::new().write(true).open(&target)?));
    }
    let temporary = prepare(&target, pieces)?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// A file beside the one whose place it will take.
pub(super) fn prepare(
    target: &Path,
    pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of read and write for all.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.prefix(PREFIX).tempfile_in(folder_of(target)?)?;
    pieces(temporary.as_file_mut())?;
    Ok(temporary)
}

/// How the names of what is not finished begin.
const PREFIX: &str = ".hpc-cost-";

/// A writer whose reader may go: what is written then is dropped, since whoever reads has read enough.
#[derive(Debug)]
pub(super) struct UntilClosed<W> {
    writer: W,
    closed: bool,
}

impl<W: Write> UntilClosed<W> {
    pub(super) const fn new(writer: W) -> UntilClosed<W> {
        UntilClosed { writer, closed: false }
    }

    fn unless_closed<T>(&mut self, instead: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.closed {
            return Ok(instead);
        }
        match write(&mut self.writer) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |writer| writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

/// Where a path leads, whether or not something is there yet.
pub(super) fn real(path: &Path) -> PathBuf {
    if let Ok(target) = fs::canonicalize(path) {
        return target;
    }
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => real(Path::new(".")).join(name),
        (Some(folder), Some(name)) => real(folder).join(name),
        _ => path.to_owned(),
    }
}

/// The folder in which something stands, or is to. `Err` where it is not there.
pub(super) fn folder_of(target: &Path) -> io::Result<&Path> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() {
        return Ok(folder);
    }
    let missing = words::there_is_no_folder(folder.display());
    Err(crate::error::refused(io::ErrorKind::NotFound, missing))
}

/// Something new beside the place that it is for, in a folder of its own; what stood in that place moves there.
struct Exchange {
    room: TempDir,
    /// What is to be replaced, without links.
    target: PathBuf,
    /// Where that is now, once it was replaced.
    old: Option<PathBuf>,
    is_stranded: bool,
}

impl Exchange {
    fn beside(target: PathBuf) -> io::Result<Exchange> {
        let room = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder_of(&target)?)?;
        Ok(Exchange { room, target, old: None, is_stranded: false })
    }

    /// Where the new one is made.
    fn fresh(&self) -> PathBuf {
        self.room.path().join("new")
    }

    /// Puts the new one in its place. On an error all is where it was, unless it is [`Exchange::stranded`].
    fn take_place(&mut self) -> io::Result<()> {
        let new = self.fresh();
        if fs::symlink_metadata(&self.target).is_err() {
            return fs::rename(new, &self.target);
        }
        if at_once(&new, &self.target)? {
            self.old = Some(new);
            return Ok(());
        }
        self.take_place_in_steps()
    }

    fn take_place_in_steps(&mut self) -> io::Result<()> {
        let aside = self.room.path().join("old");
        fs::rename(&self.target, &aside)?;
        let moved = fs::rename(self.fresh(), &self.target);
        if moved.is_ok() || fs::rename(&aside, &self.target).is_err() {
            self.old = Some(aside);
            self.strand(moved.is_err());
        }
        moved
    }

    /// Puts the old one back and takes the new one away, or is [`Exchange::stranded`].
    fn undo(&mut self) {
        let put_back = match self.old.take() {
            None => fs::rename(&self.target, self.fresh()),
            Some(old) => {
                let back = at_once(&old, &self.target).and_then(|done| match done {
                    true => Ok(()),
                    false => {
                        fs::rename(&self.target, self.room.path().join("taken"))?;
                        fs::rename(&old, &self.target)
                    }
                });
                self.old = back.is_err().then_some(old);
                back
            }
        };
        self.strand(put_back.is_err());
    }

    /// Keeps what is in the folder: it is nowhere else.
    fn strand(&mut self, is_stranded: bool) {
        self.is_stranded |= is_stranded;
        self.room.disable_cleanup(self.is_stranded);
    }

    /// What could not be put back, in words.
    fn stranded(&self) -> Option<Said> {
        let target = self.target.display();
        self.is_stranded.then(|| match &self.old {
            Some(old) => words::could_not_be_put_back(&target, old.display()),
            None => words::is_new_and_could_not(&target),
        })
    }
}

/// Exchanges two files or folders in one step; `false` where the system or the file system cannot.
#[cfg(any(target_vendor = "apple", target_os = "linux", target_os = "android"))]
fn at_once(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        // The last one is the answer of containers that do not know the call.
        Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP | Errno::PERM) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_vendor = "apple", target_os = "linux", target_os = "android")))]
fn at_once(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Refuses a file that cannot be replaced, as far as that can be known before.
fn may_be_replaced(target: &Path) -> io::Result<()> {
    if fs::metadata(target).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(crate::error::refused(io::ErrorKind::PermissionDenied, words::it_is_read_only()));
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        // Where nobody says so, it shows when it is tried.
        let Ok(found) = statx(CWD, target, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty()) else {
            return Ok(());
        };
        let is = |attribute| found.stx_attributes.contains(attribute);
        if is(StatxAttributes::MOUNT_ROOT) {
            return Err(crate::error::refused(std::io::ErrorKind::Other, words::it_is_mounted_on_its()));
        }
        if is(StatxAttributes::IMMUTABLE) || is(StatxAttributes::APPEND) {
            return Err(crate::error::refused(std::io::ErrorKind::Other, words::it_is_marked_as_one()));
        }
    }
    Ok(())
}

impl Session<'_> {
    /// Writes changed files of a folder: all of them or, on an error, none. Where the folder is not under git, the old
    /// ones are kept beside them.
    pub(super) fn write_changed(&self, folder: &Path, patch: &Patch) -> Result<()> {
        let failed = |file: &Changed, source| Error::Write { path: PathBuf::from(&file.name), source };
        let keep = !is_under_git(folder);
        let mut ready = Vec::new();
        for file in &patch.files {
            let prepared = prepared(file);
            ready.push((file, prepared.map_err(|source| with_fate(failed(file, source), &[]))?));
        }
        let mut kept = Vec::new();
        let mut done = 0;
        let result = ready.iter_mut().try_for_each(|(file, exchange)| {
            if keep && file.before.is_some() {
                let path = free_name(Path::new(&file.name));
                let copied = fs::copy(&exchange.target, &path);
                kept.push(path.clone());
                copied.map_err(|source| Error::Write { path, source })?;
            }
            Ok(())
        });
        let result = result.and_then(|()| {
            ready.iter_mut().try_for_each(|(file, exchange)| {
                exchange.take_place().map_err(|source| failed(file, source))?;
                done += 1;
                as_it_was_read(file, exchange).map_err(|source| failed(file, source))
            })
        });
        if let Err(error) = result {
            ready[..done].iter_mut().rev().for_each(|(_, exchange)| exchange.undo());
            let stranded: Vec<Said> = ready.iter().filter_map(|(_, exchange)| exchange.stranded()).collect();
            if stranded.is_empty() {
                kept.iter().for_each(|path| drop(fs::remove_file(path)));
            }
            return Err(with_fate(error, &stranded));
        }
        for path in kept {
            self.tell(words::kept_2(path.display()));
        }
        for file in &patch.files {
            self.tell(words::wrote(&file.name));
        }
        Ok(())
    }

    /// Refuses a folder that must not be written: one that is there, unless it is forced and holds a report alone. `own`
    /// is the name of a file of the user's in it that is written anew, too.
    pub(super) fn may_write_folder(&self, folder: &Path, force: bool, own: Option<&str>) -> Result<()> {
        let refuse = |message: Said, hint: Said| Err(Error::CommandLine { message, hint });
        let Ok(metadata) = fs::symlink_metadata(folder) else { return Ok(()) };
        let shown = folder.display();
        if !metadata.is_dir() {
            return refuse(words::is_there_and_is_no(&shown), words::name_another_with_out());
        }
        if !force {
            return refuse(words::the_folder_is_there(&shown), words::force_replaces_it_out_names());
        }
        if real(Path::new(".")).starts_with(real(folder)) {
            let message = words::is_the_folder_that_this(&shown);
            return refuse(message, words::name_another_with_out_or());
        }
        if let Some(other) = foreign(folder, own)? {
            let message = words::holds_which_no_report_writes(&shown, &other);
            return refuse(message, words::move_that_away_or_name());
        }
        Ok(())
    }

    /// Writes a folder, whole or not at all, and then what else belongs to it; if that fails, the folder is as it was.
    pub(super) fn write_folder(
        &self,
        folder: &Path,
        documents: &[Document],
        own: Option<&str>,
        then: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let failed = |source| Error::Write { path: folder.to_owned(), source };
        let mut exchange = Exchange::beside(real(folder)).map_err(failed)?;
        let new = exchange.fresh();
        fs::create_dir(&new).map_err(failed)?;
        for document in documents {
            fs::write(new.join(&document.name), &document.bytes).map_err(failed)?;
        }
        if let Ok(metadata) = fs::metadata(&exchange.target) {
            fs::set_permissions(&new, metadata.permissions()).map_err(failed)?;
        }
        let finished = exchange.take_place().map_err(failed).and_then(|()| {
            // What has come into it since it was looked at is not thrown away.
            let other = exchange.old.as_deref().map(|old| foreign(old, own)).transpose()?.flatten();
            let came = |other| {
                failed(crate::error::refused(std::io::ErrorKind::Other, words::has_just_come_into_it(&other)))
            };
            let done = other.map_or_else(then, |other| Err(came(other)));
            if done.is_err() {
                exchange.undo();
            }
            done
        });
        finished.map_err(|error| match exchange.stranded() {
            Some(stranded) => with_fate(error, &[stranded]),
            None => error,
        })?;
        let names: Vec<&str> = documents.iter().map(|document| document.name.as_str()).collect();
        self.tell(words::wrote_2(folder.display(), names.join(", ")));
        Ok(())
    }
}

/// What a folder holds beside the plain files of a report, `own` and the lock of that.
fn foreign(folder: &Path, own: Option<&str>) -> Result<Option<String>> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let lock = own.map(|own| lock_of(Path::new(own)));
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        // A file that is not finished is of a process that is writing `own`, or was killed then.
        let known = REPORT_FILES.iter().copied().chain(own).any(|known| name == *known)
            || lock.as_ref().is_some_and(|lock| name == *lock)
            || name.to_string_lossy().starts_with(PREFIX);
        // A folder or a link of that name is none that a report writes.
        if !known || !entry.file_type().map_err(failed)?.is_file() {
            return Ok(Some(name.to_string_lossy().into_owned()));
        }
    }
    Ok(None)
}

/// The new text of a file beside it, with the permissions of the old one.
fn prepared(file: &Changed) -> io::Result<Exchange> {
    let target = real(Path::new(&file.name));
    may_be_replaced(&target)?;
    let exchange = Exchange::beside(target)?;
    fs::write(exchange.fresh(), file.after.as_bytes())?;
    if let Ok(metadata) = fs::metadata(&exchange.target) {
        fs::set_permissions(exchange.fresh(), metadata.permissions())?;
    }
    Ok(exchange)
}

/// Refuses a file that is not the one that was read.
fn as_it_was_read(file: &Changed, exchange: &Exchange) -> io::Result<()> {
    let found = exchange.old.as_deref().map(fs::read_to_string).transpose()?.unwrap_or_default();
    if found.trim_start_matches('\u{feff}')
        == file.before.as_deref().unwrap_or_default().trim_start_matches('\u{feff}')
    {
        return Ok(());
    }
    Err(crate::error::refused(std::io::ErrorKind::Other, words::it_was_changed_by_somebody()))
}

/// The error, and what has become of the files where `stranded` could not be put back.
fn with_fate(error: Error, stranded: &[Said]) -> Error {
    let with = |source: io::Error| {
        let reason = reason(&source);
        let text = match stranded {
            [] => words::no_file_is_changed(&reason),
            _ => stranded.iter().cloned().fold(reason, Said::and),
        };
        crate::error::refused(source.kind(), text)
    };
    match error {
        Error::Write { path, source } => Error::Write { path, source: with(source) },
        Error::Read { path, source } => Error::Read { path, source: with(source) },
        other => other,
    }
}

/// Whether a folder or one above it is the root of a git repository.
fn is_under_git(folder: &Path) -> bool {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().any(|folder| folder.join(".git").exists())
}

/// Where an old file is kept: with `.bak` at its end, and a number where that is taken.
fn free_name(path: &Path) -> PathBuf {
    let named = |end: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let numbered = (2..).map(|number: u32| named(format!(".bak.{number}")));
    std::iter::once(named(".bak".into())).chain(numbered).find(|path| !path.exists()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::cell::OnceCell;
    use std::sync::Arc;

    use super::super::{ColorChoice, CommonArgs, Context};
    use super::*;
    use crate::catalog::Catalog;
    use crate::model::time::Month;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn text(path: impl AsRef<Path>) -> String {
        fs::read_to_string(path).expect("readable")
    }

    /// What a command does that is quiet.
    fn with_session<T>(act: impl FnOnce(&Session<'_>) -> T) -> T {
        let context = Context {
            now: 0,
            this_month: Month::parse("2026-11").expect("a month"),
            profile: None,
            cache: None,
            array_child: None,
            no_color: true,
            lang: crate::model::said::Lang::En,
            columns: None,
            said: Vec::new(),
        };
        let common =
            CommonArgs { color: ColorChoice::Never, quiet: true, verbose: false, timeout: 1, lang: None };
        let aws = OnceCell::new();
        act(&Session { context: &context, common: &common, catalog: Catalog::bundled(), aws })
    }

    #[test]
    fn an_exchange_can_be_undone_in_one_step_and_in_several() {
        for in_steps in [false, true] {
            let folder = TempDir::new().expect("a folder");
            let target = folder.path().join("a");
            fs::write(&target, "old").expect("writable");
            let mut exchange = Exchange::beside(target.clone()).expect("writable");
            fs::write(exchange.fresh(), "new").expect("writable");
            let done = if in_steps { exchange.take_place_in_steps() } else { exchange.take_place() };
            done.expect("replaced");
            assert_eq!(text(&target), "new");
            assert_eq!(text(exchange.old.as_ref().expect("it is kept until the end")), "old");
            exchange.undo();
            assert_eq!((text(&target).as_str(), exchange.stranded()), ("old", None));
            // What cannot be replaced is put back.
            let mut empty = Exchange::beside(target.clone()).expect("writable");
            let failed = if in_steps { empty.take_place_in_steps() } else { empty.take_place() };
            failed.expect_err("there is nothing new");
            assert_eq!((text(&target).as_str(), empty.stranded()), ("old", None));
            drop((exchange, empty));
            assert_eq!(names(folder.path()), ["a"]);
        }
    }

    #[test]
    fn what_cannot_be_put_back_is_kept_and_said() {
        let folder = TempDir::new().expect("a folder");
        let target = folder.path().join("a");
        fs::write(&target, "old").expect("writable");
        let mut exchange = Exchange::beside(target.clone()).expect("writable");
        fs::write(exchange.fresh(), "new").expect("writable");
        exchange.take_place().expect("replaced");
        // Something that no file can take the place of.
        fs::remove_file(&target).expect("writable");
        fs::create_dir_all(target.join("b")).expect("writable");
        // Exchanged, even that would move: nothing of the old one is left to exchange it with.
        let old = exchange.old.take().expect("it was replaced");
        let aside = exchange.room.path().join("old");
        fs::rename(old, &aside).expect("writable");
        exchange.old = Some(exchange.room.path().join("gone"));
        exchange.undo();
        let said = exchange.stranded().expect("it is stranded");
        assert!(said.en.contains("could not be put back: as it was, it is in"), "{said:?}");
        drop(exchange);
        assert_eq!(text(aside), "old", "nothing is thrown away");
    }

    #[test]
    fn all_files_change_or_none() {
        let folder = TempDir::new().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for name in ["a.tf", "b.tf", "c.tf"] {
            fs::write(path(name), "old\n").expect("writable");
        }
        let changed = |name: &str, before: Option<&str>| Changed {
            name: path(name).display().to_string(),
            before: before.map(Arc::from),
            after: "new\n".into(),
        };
        let patch = |files: Vec<Changed>| Patch { files, ..Patch::default() };
        // The third was read as another text: somebody has changed it since. The second is new.
        let files = || vec![changed("a.tf", Some("old\n")), changed("b.auto.tfvars", None)];
        let stale = patch([files(), vec![changed("c.tf", Some("older\n"))]].concat());
        let error =
            with_session(|ctx| ctx.write_changed(folder.path(), &stale)).expect_err("c.tf is another");
        let Error::Write { path: at, source } = error else { panic!("{error}") };
        assert_eq!(at, path("c.tf"));
        assert_eq!(source.to_string(), "it was changed by somebody else in the meantime: no file is changed");
        assert_eq!(names(folder.path()), ["a.tf", "b.tf", "c.tf"]);
        for name in ["a.tf", "b.tf", "c.tf"] {
            assert_eq!(text(path(name)), "old\n", "{name}");
        }
        // Without that one all are written, and the old one of what was there is kept.
        with_session(|ctx| ctx.write_changed(folder.path(), &patch(files()))).expect("written");
        assert_eq!(names(folder.path()), ["a.tf", "a.tf.bak", "b.auto.tfvars", "b.tf", "c.tf"]);
        assert_eq!((text(path("a.tf")), text(path("a.tf.bak"))), ("new\n".into(), "old\n".into()));
        assert_eq!(text(path("b.auto.tfvars")), "new\n");
    }

    #[test]
    fn what_comes_into_a_folder_at_the_last_moment_is_not_thrown_away() {
        let folder = TempDir::new().expect("a folder");
        let report = folder.path().join("R");
        fs::create_dir(&report).expect("writable");
        fs::write(report.join("report.md"), "old").expect("writable");
        fs::write(report.join("minutes.txt"), "ours").expect("writable");
        let documents = [Document { name: "report.md".into(), bytes: b"new".to_vec() }];
        let then = || panic!("not reached");
        let result = with_session(|ctx| ctx.write_folder(&report, &documents, None, then));
        assert!(result.is_err_and(|error| error.to_string().contains('R')));
        assert_eq!(
            (names(&report), names(folder.path())),
            (vec!["minutes.txt".into(), "report.md".into()], vec!["R".into()])
        );
        assert_eq!(text(report.join("report.md")), "old");
        // Nor is the folder replaced where what belongs to it cannot be written.
        fs::remove_file(report.join("minutes.txt")).expect("writable");
        let then = || Err(Error::NoCredentials);
        with_session(|ctx| ctx.write_folder(&report, &documents, None, then)).expect_err("refused");
        assert_eq!(text(report.join("report.md")), "old");
        let new = folder.path().join("S");
        with_session(|ctx| ctx.write_folder(&new, &documents, None, || Err(Error::NoCredentials)))
            .expect_err("refused");
        with_session(|ctx| ctx.write_folder(&report, &documents, None, || Ok(()))).expect("written");
        assert_eq!(
            (text(report.join("report.md")).as_str(), names(folder.path())),
            ("new", vec!["R".into()])
        );
    }
}
