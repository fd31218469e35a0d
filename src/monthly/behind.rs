//! What is behind a reason of the bridge, as it is kept.

use serde::{Deserialize, Serialize};

use crate::model::money::Usd;

/// What is behind a reason of the bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// What is behind nearly all of it: a type, a usage type, or one type in place of another.
    pub mostly: Option<String>,
    /// Largest first; they add up to the reason's amount.
    pub parts: Vec<BehindPart>,
}

/// A usage type's part of a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehindPart {
    /// CUR product code.
    pub service: String,
    /// AWS's usage type.
    pub usage_type: String,
    /// Positive where it makes the bill higher.
    pub amount: Usd,
}
