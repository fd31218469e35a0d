//! `hpc-cost completions`: completion scripts for shells.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::output::FileArgs;
use super::{Cli, Session, Verdict};
use crate::error::Result;

/// What clap_complete 4.6 calls a command of ours in the arms that complete it. Its loop over the words typed sets
/// [`SET_BY_LOOP`]: it writes the hyphen of a program's name differently, so that no arm would ever match.
const ARM_OF_COMMAND: &str = "hpc__subcmd__cost";
const SET_BY_LOOP: &str = "hpc__cost";

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
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if args.shell == Shell::Bash {
        script = script.replace(ARM_OF_COMMAND, SET_BY_LOOP);
    }
    ctx.write(&script, &args.file)?;
    Ok(Verdict::Yes)
}
