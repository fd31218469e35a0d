//! `hpc-cost schema`: the JSON Schema of scenario files, for editors.

use clap::Args;

use super::output::FileArgs;
use super::{Session, Verdict};
use crate::error::Result;
use crate::render::json;
use crate::scenario::keys::ScenarioKeys;

/// Print the JSON Schema of scenario files
///
/// Every key with its meaning, unit and default. Editors complete and check TOML files with it.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    #[command(flatten)]
    file: FileArgs,
}

pub(super) fn run(ctx: &Session<'_>, args: &SchemaArgs) -> Result<Verdict> {
    ctx.write(&json::render(&schemars::schema_for!(ScenarioKeys)), &args.file)?;
    Ok(Verdict::Yes)
}
