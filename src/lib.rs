//! What AWS Batch, EC2 and FSx for Lustre cost: from a scenario file to an answer with a range and
//! the source of every price.
//!
//! ```text
//! scenario file → document → scenario → usage lines ┐
//!                                                    ├→ estimate → report → render
//!   price list (AWS through a cache, bundled, file) ─┘
//! ```
//!
//! Modules in reading order: each uses only modules above it, and of those what the table in `tests/tidy.rs` allows.
//! Invariants, checked by `tests/tidy.rs` and `clippy.toml`:
//!
//! 1. `model`, `estimate`, `simulate`, `interruption`, `report` and `render` are pure: no clock, environment,
//!    file or network; the same arguments give the same bytes.
//! 2. Money is never a float. Binary floating point (statistics, draws, pixels, what other formats hold) is confined to
//!    the files that `tests/tidy.rs` lists.
//! 3. Nothing is silently missing: a line without a price is in the answer, never as zero and never
//!    as another region's price.
//! 4. Every number can be traced: source, date, period and derivation are in every answer.

pub mod model;
pub mod error;
pub mod guard;
pub mod bounds;
pub mod report;
pub mod catalog;
pub mod document;
pub mod interruption;
pub mod calibration;
pub mod workload;
pub mod prices;
pub mod actuals;
pub mod monitoring;
pub mod turn;
pub mod cache;
pub mod scenario;
pub mod import;
pub mod aws;
pub mod spot;
pub mod live;
pub mod estimate;
pub mod simulate;
pub mod suggest;
pub mod learn;
pub mod patch;
pub mod compare;
pub mod monthly;
#[cfg(feature = "polars")]
pub mod frames;
pub mod render;
pub mod cli;
