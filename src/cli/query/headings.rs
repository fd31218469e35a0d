//! Titles and headings of the pages of `query`.

pub(super) use crate::cli::headings::*;
use crate::model::said::words;

words! {
    column() "Column" "列";
    meaning() "Meaning" "意味";
    query() "Query" "クエリ";
    table() "Table" "表";
    tables_of_hpc_cost_query() "Tables of `hpc-cost query`" "`hpc-cost query` の表";
}
