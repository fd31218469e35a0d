//! What can go wrong, by what the user can do about it, and the exit code of each; in every language.
//!
//! A gap in the data (a line without a price) is not an error: it is part of the answer.

mod words;

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::said::Said;

/// A result whose error is ours.
pub type Result<T> = std::result::Result<T, Error>;

/// Answered.
pub const EXIT_ANSWERED: u8 = 0;
/// Answered, and the answer is no: a line has no price, or `fail_usd` is exceeded.
pub const EXIT_ANSWER_IS_NO: u8 = 1;
/// The command line, the scenario file, or a setting that AWS would refuse.
pub const EXIT_INPUT: u8 = 2;
/// A data file that cannot be read, or an answer that cannot be written.
pub const EXIT_WORLD: u8 = 3;

/// Everything this program refuses with.
#[derive(Debug)]
pub enum Error {
    /// A scenario or price file says something that cannot be used.
    Input(Vec<Diagnostic>),
    /// A flag has a value that cannot be used.
    CommandLine {
        /// What is wrong, a lower-case fragment.
        message: Said,
        /// What to do.
        hint: Said,
    },
    /// A scenario file, or one that it extends, cannot be opened.
    ScenarioFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Said,
    },
    /// A data file cannot be read: prices, a Spot price history.
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A data file is not what it should be.
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: Said,
        /// What is wrong.
        message: Said,
        /// Where one comes from, if that is known.
        hint: Option<Said>,
    },
    /// The environment or the profile sets something for AWS that cannot be used.
    Setting {
        /// What is set, where, and what is wrong with it: a lower-case fragment.
        message: Said,
    },
    /// Credentials are configured but cannot be used.
    Credentials {
        /// Why.
        message: Said,
    },
    /// AWS is to be asked, but there are no credentials.
    NoCredentials,
    /// AWS did not answer, or not as it should.
    Aws {
        /// AWS's name of the service.
        service: &'static str,
        /// The API operation.
        operation: &'static str,
        /// Where it was asked.
        region: String,
        /// What went wrong.
        message: Said,
        /// What to do.
        hint: Said,
    },
    /// The answer cannot be written.
    Write {
        /// The file, or `stdout`.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process is changing a file, and does not come to an end.
    Busy {
        /// The file.
        path: PathBuf,
        /// Who.
        holder: Said,
        /// How long was waited [s].
        seconds: u64,
    },
}

impl Error {
    /// A file at `path` that is not `what` it should be.
    pub fn malformed(path: impl Into<PathBuf>, what: Said, message: Said) -> Error {
        Error::Malformed { path: path.into(), what, message, hint: None }
    }

    /// The same, where it is known what makes such a file.
    #[must_use]
    pub fn with_hint(self, of: Said) -> Error {
        match self {
            Error::Malformed { path, what, message, .. } => {
                Error::Malformed { path, what, message, hint: Some(of) }
            }
            other => other,
        }
    }

    /// The exit code: 2 for what the user wrote, 3 for the world.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Error::Input(_)
            | Error::CommandLine { .. }
            | Error::ScenarioFile { .. }
            | Error::Setting { .. } => EXIT_INPUT,
            Error::Read { .. }
            | Error::Malformed { .. }
            | Error::Write { .. }
            | Error::Busy { .. }
            | Error::Credentials { .. }
            | Error::NoCredentials
            | Error::Aws { .. } => EXIT_WORLD,
        }
    }

    /// What went wrong, without its causes.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Error::Input(problems) => {
                problems.first().map_or_else(words::invalid_input, |problem| problem.message.clone())
            }
            Error::CommandLine { message, .. } | Error::Setting { message } => message.clone(),
            Error::ScenarioFile { path, reason } => words::cannot_read_scenario(path.display(), reason),
            Error::Read { path, .. } => words::cannot_read(path.display()),
            Error::Malformed { path, what, message, .. } => words::is_not(path.display(), what, message),
            Error::Credentials { message } => words::credentials(message),
            Error::NoCredentials => words::no_credentials(),
            Error::Aws { service, operation, region, message, .. } => {
                words::failed(service, operation, region, message)
            }
            Error::Write { path, .. } => words::cannot_write(path.display()),
            Error::Busy { path, holder, seconds } => words::busy(path.display(), holder, seconds),
        }
    }

    /// What to do about it, where it is not in the message already.
    #[must_use]
    pub fn hint(&self) -> Option<Said> {
        match self {
            Error::CommandLine { hint, .. } | Error::Aws { hint, .. } => Some(hint.clone()),
            Error::ScenarioFile { .. } => Some(words::give_a_scenario()),
            // It is there, and may be read.
            Error::Read { source, .. }
                if matches!(source.kind(), io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidData) =>
            {
                None
            }
            Error::Read { .. } => Some(words::give_a_readable_file()),
            Error::Malformed { hint, .. } => hint.clone(),
            Error::Setting { .. } => Some(words::correct_the_setting()),
            Error::Credentials { .. } => Some(words::log_in_again()),
            Error::NoCredentials => Some(words::set_credentials()),
            Error::Write { path, .. } if path.as_os_str() == "stdout" => None,
            Error::Write { source, .. } => match source.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem => Some(words::choose_a_folder()),
                _ => None,
            },
            Error::Busy { .. } => Some(words::run_again()),
            Error::Input(_) => None,
        }
    }
}

/// In English, as logs and panics have it; what the user sees is [`Error::said`] in a language.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().en)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Read { source, .. } | Error::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Words of ours where an error of the system is expected; [`reason`] finds them again.
#[derive(Debug)]
struct Own(Said);

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for Own {}

/// An error of reading or writing in our own words.
#[must_use]
pub fn refused(kind: io::ErrorKind, said: Said) -> io::Error {
    io::Error::new(kind, Own(said))
}

/// What an error of reading says, in our words where they are ours.
#[must_use]
pub fn reason_of(error: &io::Error) -> Said {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Own>()) {
        Some(Own(said)) => said.clone(),
        None => Said::alike(error.to_string()),
    }
}

/// The system's reason without its number.
#[must_use]
pub fn reason(error: &io::Error) -> Said {
    if let Some(inner) = error.get_ref() {
        return match inner.downcast_ref::<Own>() {
            Some(Own(said)) => said.clone(),
            None => Said::alike(error.to_string()),
        };
    }
    match error.kind() {
        io::ErrorKind::NotFound => words::no_such_file(),
        io::ErrorKind::PermissionDenied => words::permission_denied(),
        io::ErrorKind::IsADirectory => words::is_a_directory(),
        _ => {
            let text = error.to_string();
            Said::alike(text.split(" (os error").next().unwrap_or_default().to_lowercase())
        }
    }
}

/// One problem in a text that the user wrote, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: a lower-case fragment, values in backticks.
    pub message: Said,
    /// Where, if it has a place.
    pub excerpt: Option<Excerpt>,
    /// What would be valid.
    pub help: Option<Said>,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The file's path as the user gave it, or `--set`.
    pub origin: String,
    /// The whole text.
    pub text: Arc<str>,
    /// The bytes in question.
    pub span: Range<usize>,
}

impl Excerpt {
    /// Line and column of the first byte, both from 1, the column in characters.
    #[must_use]
    pub fn line_and_column(&self) -> (usize, usize) {
        let start = self.span.start.min(self.text.len());
        let before = self.text.get(..start).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text: Arc<str> = "a = 1\n名前 = 2\n".into();
        let start = text.find("= 2").expect("is there");
        let excerpt = Excerpt { origin: "x.toml".into(), text, span: start..start + 1 };
        assert_eq!(excerpt.line_and_column(), (2, 4));
    }
}
