//! What can go wrong, by what the user can do about it, and the exit code of each.
//!
//! A gap in the data (a line without a price) is not an error: it is part of the answer.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

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
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A scenario or price file says something that cannot be used.
    #[error("{}", .0.first().map_or("invalid input", |d| d.message.as_str()))]
    Input(Vec<Diagnostic>),
    /// A flag has a value that cannot be used.
    #[error("{message}")]
    CommandLine {
        /// What is wrong, a lower-case fragment.
        message: String,
        /// What to do.
        hint: String,
    },
    /// A scenario file, or one that it extends, cannot be opened.
    #[error("cannot read scenario `{}`: {reason}", path.display())]
    ScenarioFile {
        /// The file.
        path: PathBuf,
        /// Why, in words.
        reason: String,
    },
    /// A data file cannot be read: prices, a Spot price history.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A data file is not what it should be.
    #[error("`{}` is not {what}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The environment or the profile sets something for AWS that cannot be used.
    #[error("{message}")]
    Setting {
        /// What is set, where, and what is wrong with it: a lower-case fragment.
        message: String,
    },
    /// Credentials are configured but cannot be used.
    #[error("the AWS credentials cannot be used: {message}")]
    Credentials {
        /// Why.
        message: String,
    },
    /// AWS is to be asked, but there are no credentials.
    #[error("no AWS credentials are configured")]
    NoCredentials,
    /// AWS did not answer, or not as it should.
    #[error("{service} {operation} failed in {region}: {message}")]
    Aws {
        /// AWS's name of the service.
        service: &'static str,
        /// The API operation.
        operation: &'static str,
        /// Where it was asked.
        region: String,
        /// What went wrong.
        message: String,
        /// What to do.
        hint: &'static str,
    },
    /// The answer cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file, or `stdout`.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process is changing a file, and does not come to an end.
    #[error("`{}` is not changed: {holder} has been changing it for {seconds} s", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// Who, in words.
        holder: String,
        /// How long was waited [s].
        seconds: u64,
    },
}

impl Error {
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

    /// What to do about it, where it is not in the message already.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::CommandLine { hint, .. } => Some(hint),
            Error::ScenarioFile { .. } => {
                Some("give the path of a scenario file, such as `scenarios/guide.toml`")
            }
            // It is there, and may be read.
            Error::Read { source, .. }
                if matches!(source.kind(), io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidData) =>
            {
                None
            }
            Error::Read { .. } => Some("give the path of a file that exists and that you may read"),
            Error::Malformed { what: "a price lock", .. } => Some("`hpc-cost prices lock` writes one"),
            Error::Malformed { what: "a Spot price history", .. } => {
                Some("`aws ec2 describe-spot-price-history --output json` writes one")
            }
            Error::Malformed { what: "the JSON of a Terraform plan", .. } => {
                Some("`terraform show -json plan.out > plan.json` writes one")
            }
            Error::Malformed { what: "a Terraform folder", .. } => {
                Some("give the folder of the `*.tf` files, or the JSON of a plan")
            }
            Error::Malformed { .. } => None,
            Error::Setting { .. } => {
                Some("correct it, or leave it unset; `estimate --prices bundled` reads no settings of AWS")
            }
            Error::Credentials { .. } => {
                Some("log in again or correct the profile; `estimate --prices bundled` needs no credentials")
            }
            Error::NoCredentials => Some(
                "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `estimate --prices bundled` and `spot --history FILE` need none",
            ),
            Error::Aws { hint, .. } => Some(hint),
            Error::Write { path, .. } if path.as_os_str() == "stdout" => None,
            Error::Write { source, .. } => match source.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem => {
                    Some("choose a folder that exists and that you may write to")
                }
                _ => None,
            },
            Error::Busy { .. } => {
                Some("run this again when that process has ended, or end it; `--timeout` waits longer")
            }
            Error::Input(_) => None,
        }
    }
}

/// The system's reason without its number.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    if error.get_ref().is_some() {
        return error.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a directory".into(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
    }
}

/// One problem in a text that the user wrote, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: a lower-case fragment, values in backticks.
    pub message: String,
    /// Where, if it has a place.
    pub excerpt: Option<Excerpt>,
    /// What would be valid.
    pub help: Option<String>,
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
