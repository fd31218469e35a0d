//! `hpc-cost schema`: the JSON Schema of scenario files, for editors.

use clap::Args;
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;

use super::output::FileArgs;
use super::{Session, Verdict};
use crate::document::UNSET;
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
    let settings = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(nothing_required))
        .with_transform(RecursiveTransform(keys_may_leave));
    let schema = settings.into_generator().into_root_schema_for::<ScenarioKeys>();
    ctx.write(&json::render(&schema), &args.file)?;
    Ok(Verdict::Yes)
}

/// A file that extends another may leave out what that one has, so an editor must not ask for it;
/// `check` does, once the files are merged.
fn nothing_required(schema: &mut Schema) {
    schema.remove("required");
}

/// In every table a file may name keys that leave with the one it extends.
fn keys_may_leave(schema: &mut Schema) {
    if let Some(properties) = schema.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        let unset: Schema = schemars::json_schema!({
            "description": "Keys of this table in the file that this one extends which are taken out.",
            "type": "array",
            "items": { "type": "string" },
        });
        properties.insert(UNSET.to_owned(), unset.into());
    }
}
