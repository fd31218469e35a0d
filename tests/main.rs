//! The one integration binary: linking once is cheaper than linking five times.
//!
//! In reading order: how the tree must look, whole answers, figures by hand.

mod figures;
mod golden;
mod tidy;
