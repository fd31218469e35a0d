//! Bills in Parquet: only the columns that are needed, batch by batch, row groups side by side.
//!
//! Text columns are read as the dictionaries they are stored as.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::ColumnChunkMetaData;

use crate::bounds::{LARGEST_COLUMN, mebibytes};

/// What is said of a file whose reader panics.
pub(super) const DAMAGED: &str = "it is damaged: what is in it does not fit together";

/// Rows of a batch.
const BATCH: usize = 16_384;

/// A file that was opened, and the places of the columns that are needed.
pub(super) struct Opened {
    metadata: ArrowReaderMetadata,
    places: Vec<usize>,
}

/// The metadata of a file, with text as dictionaries.
pub(super) fn metadata(file: &File) -> Result<ArrowReaderMetadata, String> {
    let load = |options| ArrowReaderMetadata::load(file, options).map_err(|error| error.to_string());
    // By Parquet's own types: what the writer had in memory (categories, large or viewed text) is no other column.
    let plain = load(ArrowReaderOptions::new().with_skip_arrow_metadata(true))?;
    let schema = Arc::new(with_dictionaries(plain.schema()));
    load(ArrowReaderOptions::new().with_schema(schema))
}

/// The names of its columns.
pub(super) fn names(metadata: &ArrowReaderMetadata) -> Vec<String> {
    metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
}

/// Refuses places before the file, and columns of which a page, or a single text, may take more memory than there is.
fn hold_to_bounds(metadata: &ArrowReaderMetadata, places: &[usize]) -> std::result::Result<(), String> {
    let schema = metadata.parquet_schema();
    for (number, group) in metadata.metadata().row_groups().iter().enumerate() {
        let columns = group.columns().iter().enumerate();
        let negative = |column: &ColumnChunkMetaData| {
            let dictionary = column.dictionary_page_offset().unwrap_or(0);
            [column.data_page_offset(), dictionary, column.compressed_size()].iter().any(|place| *place < 0)
        };
        if group.columns().iter().any(negative) {
            return Err(DAMAGED.into());
        }
        for (leaf, column) in columns.filter(|(leaf, _)| places.contains(&schema.get_column_root_idx(*leaf)))
        {
            if u64::try_from(column.uncompressed_size()).is_ok_and(|bytes| bytes > LARGEST_COLUMN) {
                return Err(format!(
                    "column {} of row group {number} takes {} unpacked, more than {}: write it with smaller row groups",
                    schema.column(leaf).path().string(),
                    mebibytes(column.uncompressed_size().unsigned_abs()),
                    mebibytes(LARGEST_COLUMN)
                ));
            }
        }
    }
    Ok(())
}

impl Opened {
    /// The columns of a file that are needed, by their names.
    pub(super) fn new(
        metadata: ArrowReaderMetadata,
        needed: impl Fn(&str) -> bool,
    ) -> Result<Opened, String> {
        let names = names(&metadata);
        let is_first = |place: usize| !names[..place].contains(&names[place]);
        let places: Vec<usize> =
            (0..names.len()).filter(|place| needed(&names[*place]) && is_first(*place)).collect();
        hold_to_bounds(&metadata, &places)?;
        Ok(Opened { metadata, places })
    }

    /// The batches of a row group.
    pub(super) fn batches(
        &self,
        path: &Path,
        group: usize,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, String>>, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), self.places.iter().copied());
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(BATCH)
            .build();
        let reader = reader.map_err(|error| error.to_string())?;
        Ok(reader.map(|batch| batch.map_err(|error| error.to_string())))
    }

    pub(super) fn groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }
}

/// The file's schema with text as dictionaries, also in maps: whatever the writer had it as, and with or without the mark
/// that bytes are text.
fn with_dictionaries(schema: &Schema) -> Schema {
    let fields: Vec<_> = schema.fields().iter().map(with_dictionary).collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}

fn with_dictionary(field: &Arc<Field>) -> Arc<Field> {
    let of = |data_type| Arc::new(field.as_ref().clone().with_data_type(data_type));
    match field.data_type() {
        DataType::Utf8 | DataType::Binary => {
            of(DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)))
        }
        DataType::Map(entries, sorted) => of(DataType::Map(with_dictionary(entries), *sorted)),
        DataType::Struct(fields) => of(DataType::Struct(fields.iter().map(with_dictionary).collect())),
        _ => Arc::clone(field),
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};
    use parquet::schema::parser::parse_message_type;
    use parquet::schema::types::SchemaDescriptor;

    use super::*;

    /// A row group of two columns of these sizes, unpacked.
    fn metadata(sizes: [u64; 2]) -> ArrowReaderMetadata {
        let message = "message m { optional binary a (UTF8); optional binary b (UTF8); }";
        let schema =
            Arc::new(SchemaDescriptor::new(Arc::new(parse_message_type(message).expect("a schema"))));
        let column = |(place, size): (usize, u64)| {
            let size = i64::try_from(size).expect("it fits");
            let column = ColumnChunkMetaData::builder(schema.column(place)).set_total_uncompressed_size(size);
            column.build().expect("a column")
        };
        let columns = sizes.into_iter().enumerate().map(column).collect();
        let group = RowGroupMetaData::builder(schema.clone()).set_num_rows(1).set_column_metadata(columns);
        let file = FileMetaData::new(2, 1, None, None, schema.clone(), None);
        let metadata = ParquetMetaData::new(file, vec![group.build().expect("a row group")]);
        ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::new()).expect("a file")
    }

    #[test]
    fn a_needed_column_may_be_as_large_as_the_bound_and_others_larger() {
        assert_eq!(hold_to_bounds(&metadata([LARGEST_COLUMN, 0]), &[0]), Ok(()));
        assert_eq!(hold_to_bounds(&metadata([0, LARGEST_COLUMN * 2]), &[0]), Ok(()));
        let refused = hold_to_bounds(&metadata([0, LARGEST_COLUMN * 2]), &[0, 1]).expect_err("too large");
        assert!(
            refused.starts_with("column b of row group 0 takes 512 MiB unpacked, more than 256 MiB"),
            "{refused}"
        );
    }
}
