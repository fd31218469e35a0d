//! Where an answer goes, and in which format.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Session, colored};
use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::estimate::document::GENERATED_BY;
use crate::patch::Patch;
use crate::render::{chart, csv, html, json, markdown, terminal};
use crate::report::{Report, Table};

/// A file of a folder.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// What a report's folder holds.
const REPORT_FILES: [&str; 10] = [
    "report.html",
    "report.md",
    "report.json",
    "report.xlsx",
    "lines.csv",
    "summary.csv",
    "bridge.csv",
    "suggestions.csv",
    "focus.csv",
    "focus.parquet",
];

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Table,
    /// Raw numbers, one row per line.
    Csv,
    /// Everything, at full precision.
    Json,
    /// For a pull request or a chat.
    Markdown,
    /// A page that needs no network, with charts.
    Html,
}

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) file: FileArgs,
}

#[derive(Debug, Args)]
pub(super) struct FileArgs {
    /// Write to a file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl FileArgs {
    /// The file, if it is not stdout.
    pub(super) fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Whether the file's name asks for a chart.
    fn wants_svg(&self) -> bool {
        self.output.as_ref().is_some_and(|path| path.extension().is_some_and(|ending| ending == "svg"))
    }
}

impl Session<'_> {
    /// Writes a report in the format asked for; `kind` names it in JSON.
    pub(super) fn write_report(&self, kind: &str, report: &Report, output: &OutputArgs) -> Result<()> {
        if output.file.wants_svg() {
            let [chart] = &report.charts[..] else {
                let message = format!("an SVG file holds one chart, this answer has {}", report.charts.len());
                let hint = match report.charts.len() {
                    0 => "`hpc-cost spot` has charts; give this answer another file name",
                    _ => "name one instance type, or write a page with `--format html`",
                };
                return Err(Error::CommandLine { message, hint: hint.into() });
            };
            return self.write(&chart::svg(chart), &output.file);
        }
        let text = match output.format {
            Format::Table => {
                terminal::render(report, self.color_for(&output.file), terminal_width(&output.file))
            }
            Format::Csv => csv::render(report),
            Format::Json => json::report(kind, GENERATED_BY, report),
            Format::Markdown => markdown::render(report),
            Format::Html => html::render(report),
        };
        self.write(&text, &output.file)?;
        if output.format == Format::Csv {
            for note in &report.notes {
                self.tell(&format!("note: {note}"));
            }
        }
        Ok(())
    }

    /// Writes a finished text to the file or to stdout.
    pub(super) fn write(&self, text: &str, file: &FileArgs) -> Result<()> {
        let Some(path) = &file.output else {
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            return written.map_err(|source| Error::Write { path: "stdout".into(), source });
        };
        write_whole(path, text.as_bytes()).map_err(|source| Error::Write { path: path.clone(), source })?;
        self.tell(&format!("wrote {}", path.display()));
        Ok(())
    }

    /// Writes an answer piece by piece, so that it is never in memory as a whole; what fails, fails before.
    pub(super) fn write_pieces(
        &self,
        file: &FileArgs,
        pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let Some(path) = &file.output else {
            let mut stdout = io::BufWriter::new(io::stdout().lock());
            let written = pieces(&mut stdout).and_then(|()| stdout.flush());
            return written.map_err(|source| Error::Write { path: "stdout".into(), source });
        };
        write_whole_with(path, pieces).map_err(|source| Error::Write { path: path.clone(), source })?;
        self.tell(&format!("wrote {}", path.display()));
        Ok(())
    }

    /// The text of a file.
    pub(super) fn read_file(&self, path: &Path) -> Result<String> {
        fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
    }

    /// Writes a file, whole, beside the answer.
    pub(super) fn write_file(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_whole(path, bytes).map_err(|source| Error::Write { path: path.to_owned(), source })?;
        self.tell(&format!("wrote {}", path.display()));
        Ok(())
    }

    /// Writes changed files of a folder, all of them or none as far as the system allows. Where the folder is not under
    /// git, the old ones are kept beside them.
    pub(super) fn write_changed(&self, folder: &Path, patch: &Patch) -> Result<()> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Write { path, source }
        };
        let keep = !is_under_git(folder);
        let mut ready = Vec::new();
        for file in &patch.files {
            let path = Path::new(&file.name);
            let temporary = prepare(path, file.after.as_bytes()).map_err(failed(path))?;
            if keep && file.before.is_some() {
                let kept = free_name(path);
                fs::copy(path, &kept).map_err(failed(&kept))?;
                self.tell(&format!("kept {}", kept.display()));
            }
            ready.push((path, temporary));
        }
        for (path, temporary) in ready {
            let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            temporary.persist(target).map_err(|error| error.error).map_err(failed(path))?;
            self.tell(&format!("wrote {}", path.display()));
        }
        Ok(())
    }

    /// Refuses a folder that must not be written: one that is there, unless it is forced and holds a report alone.
    pub(super) fn may_write_folder(&self, folder: &Path, force: bool) -> Result<()> {
        let refuse = |message: String, hint: &str| Err(Error::CommandLine { message, hint: hint.into() });
        let Ok(metadata) = fs::symlink_metadata(folder) else { return Ok(()) };
        let shown = folder.display();
        if !metadata.is_dir() {
            return refuse(format!("`{shown}` is there, and is no folder"), "name another with `--out`");
        }
        if !force {
            return refuse(
                format!("the folder `{shown}` is there"),
                "`--force` replaces it, `--out` names another",
            );
        }
        let entries =
            fs::read_dir(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
        if let Some(other) = names.into_iter().find(|name| !REPORT_FILES.contains(&name.as_str())) {
            let message = format!("`{shown}` holds `{other}`, which no report writes: it is not replaced");
            return refuse(message, "move that file away, or name another folder with `--out`");
        }
        Ok(())
    }

    /// Writes a folder, whole or not at all.
    pub(super) fn write_folder(&self, folder: &Path, documents: &[Document], force: bool) -> Result<()> {
        let failed = |source| Error::Write { path: folder.to_owned(), source };
        let parent =
            folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(failed)?;
        let temporary = tempfile::Builder::new().prefix(".hpc-cost-").tempdir_in(parent).map_err(failed)?;
        for document in documents {
            fs::write(temporary.path().join(document.name), &document.bytes).map_err(failed)?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o755)).map_err(failed)?;
        }
        // What has come there since is not replaced unasked.
        self.may_write_folder(folder, force)?;
        let aside = tempfile::Builder::new().prefix(".hpc-cost-").tempdir_in(parent).map_err(failed)?;
        let old = aside.path().join("old");
        let replaced = folder.exists();
        if replaced {
            fs::rename(folder, &old).map_err(failed)?;
        }
        if let Err(source) = fs::rename(temporary.path(), folder) {
            if replaced {
                let _ = fs::rename(&old, folder);
            }
            return Err(failed(source));
        }
        let names: Vec<&str> = documents.iter().map(|document| document.name).collect();
        self.tell(&format!("wrote {}: {}", folder.display(), names.join(", ")));
        Ok(())
    }

    /// Keeps a row in a CSV file of months.
    pub(super) fn write_summary(&self, path: &Path, row: &Table) -> Result<()> {
        let existing = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(Error::Read { path: path.to_owned(), source }),
        };
        let malformed =
            |message| Error::Malformed { path: path.to_owned(), what: "a summary of months", message };
        let text = csv::with_rows(&existing, row, &["scenario", "month"]).map_err(malformed)?;
        self.write_file(path, text.as_bytes())
    }

    /// The track record in a file; `None` where there is no such file.
    pub(super) fn read_calibration(&self, path: &Path) -> Result<Option<Calibration>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path: path.to_owned(), source }),
        };
        let malformed = |message| Error::Malformed { path: path.to_owned(), what: "a track record", message };
        Calibration::parse(&text).map(Some).map_err(malformed)
    }

    /// Writes a track record, whole.
    pub(super) fn write_calibration(&self, path: &Path, calibration: &Calibration) -> Result<()> {
        let written = write_whole(path, calibration.to_json().as_bytes());
        written.map_err(|source| Error::Write { path: path.to_owned(), source })
    }

    fn color_for(&self, file: &FileArgs) -> bool {
        let terminal = file.output.is_none() && io::stdout().is_terminal();
        colored(self.common.color, self.context, terminal)
    }
}

/// The width of the terminal the answer goes to, if it goes to one.
fn terminal_width(file: &FileArgs) -> Option<usize> {
    if file.output.is_some() || !io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_with(path, |file| file.write_all(bytes))
}

/// Writes beside the file and renames, so that there is either the old file or the whole new one.
/// What is not a regular file (a device, a pipe) is written to directly.
fn write_whole_with(path: &Path, pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return pieces(&mut fs::OpenOptions::new().write(true).open(&target)?);
    }
    let mut temporary = beside(&target)?;
    pieces(temporary.as_file_mut())?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// An empty file in the folder of another one.
fn beside(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let missing = format!("there is no folder `{}`", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, missing));
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of read and write for all.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.prefix(".hpc-cost-").tempfile_in(folder)
}

/// A file with these bytes beside the one whose place it will take, with that one's permissions.
fn prepare(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut temporary = beside(&target)?;
    temporary.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(&target) {
        if metadata.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        fs::set_permissions(temporary.path(), metadata.permissions())?;
    }
    Ok(temporary)
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
