//! `hpc-cost man`: manual pages.

use clap::{Args, CommandFactory};

use super::output::FileArgs;
use super::{Cli, Session, Verdict};
use crate::document::nearest::alternatives;
use crate::error::{Error, Result};

/// Print a manual page in roff
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command to describe; the program itself without
    command: Option<String>,
    #[command(flatten)]
    file: FileArgs,
}

pub(super) fn run(ctx: &Session<'_>, args: &ManArgs) -> Result<Verdict> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
                let hint = format!("the commands are {}", alternatives(&names));
                return Err(Error::CommandLine { message: format!("no command `{name}`"), hint });
            }
        },
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff).expect("writing to memory does not fail");
    ctx.write(&String::from_utf8_lossy(&roff), &args.file)?;
    Ok(Verdict::Yes)
}
