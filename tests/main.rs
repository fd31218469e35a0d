//! The one integration binary: linking once is cheaper than linking five times.
//!
//! In reading order: how the tree must look, whole answers, figures by hand, queues, every command, every note,
//! everything that is refused, bad input.

mod tidy;
mod golden;
mod figures;
mod spot;
mod lock;
mod price_table;
mod loopback;
mod world;
mod aws;
mod aws_faults;
mod aws_settings;
mod aws_kept;
mod aws_regions;
mod aws_storage;
mod moto;
mod parquet_file;
mod compare;
mod steps;
mod movers;
mod scopes;
mod deliveries;
mod athena;
mod jobs_batch;
mod import_batch;
mod simulation;
mod simulation_rules;
mod simulate;
mod simulated_causes;
mod simulated_waits;
mod suggest;
mod suggest_charged;
mod suggest_commitment;
mod patch;
mod suggest_metrics;
mod suggest_found;
mod suggest_keeps;
mod jobs;
mod import;
mod import_parallelcluster;
mod monthly;
mod monthly_seen;
mod monthly_words;
mod terminal;
mod cli;
mod notes;
mod errors;
mod refused_rules;
mod refused_values;
mod refused_files;
mod bad_input;
mod at_once;
mod outside;
mod own_types;
