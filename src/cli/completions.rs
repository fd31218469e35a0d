//! `hpc-cost completions`: completion scripts for shells.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::output::FileArgs;
use super::{Cli, Session, Verdict};
use crate::error::Result;

/// Print a completion script
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell to complete in
    shell: Shell,
    #[command(flatten)]
    file: FileArgs,
}

pub(super) fn run(ctx: &Session<'_>, args: &CompletionsArgs) -> Result<Verdict> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "hpc-cost", &mut script);
    ctx.write(&String::from_utf8_lossy(&script), &args.file)?;
    Ok(Verdict::Yes)
}
