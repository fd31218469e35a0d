//! How long a backtest takes. Measured, never asserted.

use hpc_cost::model::decimal::Decimal;
use hpc_cost::model::money::Usd;
use hpc_cost::model::sku::InstanceType;
use hpc_cost::prices::forecast::{Forecaster, Method};
use hpc_cost::prices::history::{Pool, SpotHistory, SpotSeries};

fn main() {
    divan::main();
}

/// Pools whose price changes four times a day for 16 months, by a fixed pseudo-random walk.
fn history(pools: u64) -> SpotHistory {
    let mut history = SpotHistory::default();
    let mut state = 88_172_645_463_325_252_u64;
    for number in 0..pools {
        let mut price = 500_000_i64;
        let mut changes = Vec::new();
        for step in 0..480 * 4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            price += (state % 6001) as i64 - 3000;
            changes.push((1_672_531_200 + step * 21_600, Usd::new(Decimal::new(price.max(1000), 6))));
        }
        let pool = Pool { instance_type: InstanceType::new("g5.xlarge"), zone: format!("zone-{number:03}") };
        history.pools.insert(pool, SpotSeries::new(changes).expect("prices above zero"));
    }
    history
}

#[divan::bench(args = [8, 80])]
fn backtest(bencher: divan::Bencher<'_, '_>, pools: u64) {
    let history = history(pools);
    bencher.bench(|| Forecaster::new(&history).backtest(Method::Forecast));
}
