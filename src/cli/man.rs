//! `hpc-cost man`: manual pages.

use clap::{Args, CommandFactory};

use super::output::FileArgs;
use super::words;
use super::{Cli, Session, Verdict};
use crate::document::nearest::alternatives;
use crate::error::{Error, Result};

/// Print a manual page in roff
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command to describe, such as `estimate` or `prices show`; the program itself without
    command: Vec<String>,
    #[command(flatten)]
    file: FileArgs,
}

pub(super) fn run(ctx: &Session<'_>, args: &ManArgs) -> Result<Verdict> {
    let mut program = Cli::command();
    program.build();
    let mut page = program;
    for name in &args.command {
        let Some(command) = page.find_subcommand(name).cloned() else {
            let names: Vec<&str> = page.get_subcommands().map(clap::Command::get_name).collect();
            let hint = match names[..] {
                [] => words::it_has_no_commands_of(),
                _ => words::the_commands_are(alternatives(&names)),
            };
            return Err(Error::CommandLine { message: words::no_command(name), hint });
        };
        page = command;
    }
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff).expect("writing to memory does not fail");
    ctx.write(&String::from_utf8_lossy(&roff), &args.file)?;
    Ok(Verdict::Yes)
}
