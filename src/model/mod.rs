//! The words of the trade. Knows nothing else in the program.
//!
//! | our word | FOCUS 1.2 | AWS |
//! |---|---|---|
//! | [`usage::UsageLine`] | a row before it is priced | usage |
//! | [`units::Quantity`] | PricingQuantity, PricingUnit | usage amount |
//! | [`money::Rate`] | ListUnitPrice, ContractedUnitPrice | price per unit |
//! | [`sku::PurchaseOption`] | PricingCategory | purchasing option |
//! | [`sku::Sku`] | SkuPriceId | usage type and purchasing option in a region |
//! | [`time::Period`] | ChargePeriodStart, ChargePeriodEnd | billing period (UTC, end-exclusive) |

pub mod commitment;
pub mod decimal;
pub mod digest;
pub mod json;
pub mod money;
pub mod region;
pub mod said;
pub mod sku;
pub mod statistics;
pub mod text;
pub mod time;
pub mod units;
pub mod usage;
pub mod usage_type;
pub mod volume;
