//! `hpc-cost schema`: the JSON Schema of scenario files, for editors.

use clap::Args;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;

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
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(nothing_required));
    let schema = settings.into_generator().into_root_schema_for::<ScenarioKeys>();
    ctx.write(&json::render(&schema), &args.file)?;
    Ok(Verdict::Yes)
}

/// A file that extends another may leave out what that one has, so an editor must not ask for it;
/// `check` does, once the files are merged.
fn nothing_required(schema: &mut Schema) {
    schema.remove("required");
}
