//! Where an answer goes, and in which format.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::packed::pack;
use super::replace::{Document, REPORT_FILES, UntilClosed, folder_of, prepare, real, write_whole};
use super::words;
use super::{Session, colored};
use crate::bounds::{self, LARGEST_ANSWER};
use crate::calibration::Calibration;
use crate::error::{Error, Result};
use crate::model::json::GENERATED_BY;
use crate::model::said::Said;
use crate::render::{chart, clean_text, columnar, csv, html, json, markdown, terminal};
use crate::report::{Chart, Page, Table};
use crate::turn::{Turn, Waiting};

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
    /// How to write the answer. A file named *.parquet or *.arrow gets its table, the one that CSV has, a file named
    /// *.svg its chart
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    pub(super) file: FileArgs,
}

impl OutputArgs {
    /// The format; that of a file whose name asks for a table is CSV's: one table, for machines.
    pub(super) fn format(&self) -> Format {
        match (self.format, self.file.ending()) {
            (Format::Table, Some(Ending::Parquet | Ending::Arrow)) => Format::Csv,
            (format, _) => format,
        }
    }
}

/// What the name of a file can ask for, whatever the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// A chart.
    Svg,
    /// The table as Parquet.
    Parquet,
    /// The table as an Arrow file.
    Arrow,
}

#[derive(Debug, Args)]
pub(super) struct FileArgs {
    /// Write to a file instead of stdout, which `-` names, too
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl FileArgs {
    /// The file, if it is not stdout.
    pub(super) fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != STDOUT)
    }

    /// What the file's name asks for.
    fn ending(&self) -> Option<Ending> {
        let ending = self.path()?.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "svg" => Some(Ending::Svg),
            "parquet" => Some(Ending::Parquet),
            "arrow" => Some(Ending::Arrow),
            _ => None,
        }
    }

    /// Refuses a text in a file whose name promises something else.
    fn holds_text(&self) -> Result<()> {
        let (Some(path), Some(Ending::Parquet | Ending::Arrow)) = (self.path(), self.ending()) else {
            return Ok(());
        };
        Err(Error::CommandLine {
            message: words::output_asks_for_a_table_and(path.display()),
            hint: words::give_it_another_file_name_or(),
        })
    }
}

/// What stands for stdout in the place of a file.
pub(super) const STDOUT: &str = "-";

/// Takes the name of a file or folder that cannot be stdout.
pub(super) fn no_stdout() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.as_os_str() == STDOUT {
        true => Err(words::it_cannot_be_stdout_name().en),
        false => Ok(path),
    })
}

/// A CSV file of months, and the row of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary<'a> {
    pub(super) path: &'a Path,
    pub(super) row: &'a Table,
    /// Whether it is to begin with a byte order mark.
    pub(super) mark: bool,
}

/// The name of a file, where it stands in a report's folder or is to stand there. `Err` where it cannot be a file of months.
pub(super) fn name_inside(path: &Path, folder: &Path) -> Result<Option<String>> {
    let (file, folder) = (real(path), real(folder));
    let name = file.file_name().filter(|_| file.parent() == Some(&folder));
    let name = name.map(|name| name.to_string_lossy().into_owned());
    if file == folder || name.as_deref().is_some_and(|name| name != MONTHS && REPORT_FILES.contains(&name)) {
        return Err(Error::CommandLine {
            message: words::summary_is_another_part_of(path.display()),
            hint: words::name_a_file_beside_the(MONTHS),
        });
    }
    if name.is_none() {
        folder_of(path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    }
    Ok(name)
}

/// The file of a report that may hold other months, too.
const MONTHS: &str = "summary.csv";

impl Session<'_> {
    /// Writes a page in the format asked for; `kind` names it in JSON.
    pub(super) fn write_page(&self, kind: &str, page: &Page, output: &OutputArgs) -> Result<()> {
        let lang = self.context.lang;
        let bytes = match output.file.ending() {
            Some(Ending::Parquet) => Some(columnar::parquet as fn(&Table) -> _),
            Some(Ending::Arrow) => Some(columnar::arrow as fn(&Table) -> _),
            Some(Ending::Svg) | None => None,
        };
        if let (Some(bytes), Format::Csv, Some(path)) = (bytes, output.format(), output.file.path()) {
            self.write_table(page, bytes, path)?;
            self.tell_notes(page);
            return Ok(());
        }
        if output.file.ending() == Some(Ending::Svg) {
            let charts: Vec<&Chart> = page.charts().collect();
            let [chart] = charts[..] else {
                let message = words::an_svg_file_holds_one(charts.len());
                let hint = match charts.len() {
                    0 => words::hpc_cost_spot_has_charts(),
                    _ => words::name_one_instance_type_or(),
                };
                return Err(Error::CommandLine { message, hint });
            };
            return self.write(&chart::svg(chart, lang), &output.file);
        }
        let text = match output.format() {
            Format::Table => {
                terminal::render(page, lang, self.color_for(&output.file), self.width_for(&output.file))
            }
            Format::Csv => csv::render(page),
            Format::Json => json::page(kind, GENERATED_BY, page),
            Format::Markdown => markdown::render(page, lang),
            Format::Html => html::render(page, lang),
        };
        self.write(&text, &output.file)?;
        if output.format() == Format::Csv {
            self.tell_notes(page);
        }
        Ok(())
    }

    /// The notes of an answer whose format has no place for them.
    fn tell_notes(&self, page: &Page) {
        for note in &page.notes {
            self.tell(words::note(note.said()));
        }
    }

    /// Writes the first table of a page, whole or not at all.
    fn write_table(
        &self,
        page: &Page,
        bytes: impl FnOnce(&Table) -> std::result::Result<Vec<u8>, String>,
        path: &Path,
    ) -> Result<()> {
        let Some(table) = page.tables().next().filter(|table| table.columns.iter().any(|c| !c.id.is_empty()))
        else {
            return Err(Error::CommandLine {
                message: words::output_asks_for_a_table(path.display()),
                hint: words::give_it_another_file_name(),
            });
        };
        let bytes = bytes(table).map_err(|reason| Error::Write {
            path: path.to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidData, reason),
        })?;
        self.write_file(path, &bytes)
    }

    /// Writes a finished text to the file or to stdout.
    pub(super) fn write(&self, text: &str, file: &FileArgs) -> Result<()> {
        file.holds_text()?;
        let Some(path) = file.path() else {
            let mut stdout = UntilClosed::new(io::stdout().lock());
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            return written.map_err(|source| Error::Write { path: "stdout".into(), source });
        };
        self.write_text(path, text)
    }

    /// Writes a text to a file, packed where its name says so.
    pub(super) fn write_text(&self, path: &Path, text: &str) -> Result<()> {
        let written = write_whole(path, |file| pack(path, file, |file| file.write_all(text.as_bytes())));
        written.map_err(|source| Error::Write { path: path.to_owned(), source })?;
        self.tell(words::wrote(path.display()));
        Ok(())
    }

    /// Writes a text for other programs: as it is, but on a terminal harmless.
    pub(super) fn write_for_programs(&self, text: &str, file: &FileArgs) -> Result<()> {
        match file.output.is_none() && io::stdout().is_terminal() {
            true => self.write(&clean_text(text), file),
            false => self.write(text, file),
        }
    }

    /// Writes an answer piece by piece, so that it is never in memory as a whole; what fails, fails before.
    pub(super) fn write_pieces(
        &self,
        file: &FileArgs,
        pieces: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        file.holds_text()?;
        let Some(path) = file.path() else {
            let mut stdout = io::BufWriter::new(UntilClosed::new(io::stdout().lock()));
            let written = pieces(&mut stdout).and_then(|()| stdout.flush());
            return written.map_err(|source| Error::Write { path: "stdout".into(), source });
        };
        let written = write_whole(path, |file| pack(path, file, pieces));
        written.map_err(|source| Error::Write { path: path.to_owned(), source })?;
        self.tell(words::wrote(path.display()));
        Ok(())
    }

    /// The text of a file that this program once wrote.
    pub(super) fn read_file(&self, path: &Path) -> Result<String> {
        read_text(path).map_err(|source| Error::Read { path: path.to_owned(), source })
    }

    /// Writes a file, whole, beside the answer.
    pub(super) fn write_file(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let written = write_whole(path, |file| file.write_all(bytes));
        written.map_err(|source| Error::Write { path: path.to_owned(), source })?;
        self.tell(words::wrote(path.display()));
        Ok(())
    }

    /// Writes a report's folder and, where one is named, the CSV file of months that keeps its row. Either both are written
    /// or neither; what others write there in the meantime waits.
    pub(super) fn write_month(
        &self,
        folder: &Path,
        mut documents: Vec<Document>,
        force: bool,
        summary: Option<&Summary<'_>>,
    ) -> Result<()> {
        let failed = |path: &Path, source| Error::Write { path: path.to_owned(), source };
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.map_or(Ok(()), fs::create_dir_all).map_err(|source| failed(folder, source))?;
        let _turn = self.turn(folder)?;
        let own = summary.map(|summary| name_inside(summary.path, folder)).transpose()?.flatten();
        self.may_write_folder(folder, force, own.as_deref())?;
        let Some(summary) = summary else {
            return self.write_folder(folder, &documents, None, || Ok(()));
        };
        let path = summary.path;
        // In a folder that is not there yet nobody else can write.
        let _turn = (own.is_none() || folder.exists()).then(|| self.turn(path)).transpose()?;
        let text = self.with_month(summary)?;
        if let Some(name) = own {
            documents.retain(|document| document.name != name);
            documents.push(Document { name: name.clone(), bytes: text.into_bytes() });
            return self.write_folder(folder, &documents, Some(&name), || Ok(()));
        }
        let target = real(path);
        let ready = prepare(&target, |file| file.write_all(text.as_bytes()));
        let ready = ready.map_err(|source| failed(path, source))?;
        self.write_folder(folder, &documents, None, || {
            ready.persist(&target).map(drop).map_err(|error| failed(path, error.error))
        })?;
        self.tell(words::wrote(path.display()));
        Ok(())
    }

    /// The CSV file of months with one month more.
    fn with_month(&self, summary: &Summary<'_>) -> Result<String> {
        let path = summary.path;
        let existing = self.read_if_there(path)?.unwrap_or_default();
        let malformed =
            |message: String| Error::malformed(path, words::a_summary_of_months(), message.into());
        let text = csv::with_rows(&existing, summary.row, &["scenario", "month"]).map_err(malformed)?;
        let mark = if summary.mark || existing.starts_with('\u{feff}') { "\u{feff}" } else { "" };
        Ok(format!("{mark}{text}"))
    }

    /// The right to change a file or folder, until it is dropped. What is read before, is read while others may not write.
    pub(super) fn turn(&self, path: &Path) -> Result<Option<Turn>> {
        folder_of(path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
        let target = real(path);
        if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
            return Ok(None);
        }
        Turn::at(&target, path, self.waiting(&|text| self.tell(text))).map(Some)
    }

    /// How this command waits for others.
    pub(super) const fn waiting<'a>(&self, tell: &'a dyn Fn(&Said)) -> Waiting<'a> {
        Waiting { seconds: self.common.timeout, tell }
    }

    /// The text of a file; `None` where there is no such file.
    pub(super) fn read_if_there(&self, path: &Path) -> Result<Option<String>> {
        match read_text(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Read { path: path.to_owned(), source }),
        }
    }

    /// The track record in a file; `None` where there is no such file.
    pub(super) fn read_calibration(&self, path: &Path) -> Result<Option<Calibration>> {
        let Some(text) = self.read_if_there(path)? else { return Ok(None) };
        let malformed = |message: String| Error::malformed(path, words::a_track_record(), message.into());
        Calibration::parse(&text).map(Some).map_err(malformed)
    }

    /// Writes a track record, whole.
    pub(super) fn write_calibration(&self, path: &Path, calibration: &Calibration) -> Result<()> {
        let written = write_whole(path, |file| file.write_all(calibration.to_json().as_bytes()));
        written.map_err(|source| Error::Write { path: path.to_owned(), source })
    }

    fn color_for(&self, file: &FileArgs) -> bool {
        let terminal = file.path().is_none() && io::stdout().is_terminal();
        colored(self.common.color, self.context, terminal)
    }

    /// The longest line of an answer on stdout: that of its terminal, else what `COLUMNS` says.
    fn width_for(&self, file: &FileArgs) -> Option<usize> {
        if file.path().is_some() {
            return None;
        }
        let size = terminal_size::terminal_size_of(io::stdout());
        size.map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0).or(self.context.columns)
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    bounds::text(fs::File::open(path)?, LARGEST_ANSWER)
}
