//! Quantiles that intervals are made of. Binary floats: an interval is an estimate, the costs in it are not.

use statrs::distribution::{
    Beta, Binomial, ChiSquared, ContinuousCDF, DiscreteCDF, Gamma, Normal, StudentsT,
};

/// A 95 % interval has a fortieth on either side.
const TAIL: f64 = 0.025;

/// Degrees of freedom beyond which Student's t is taken as normal: 1.9602 and 1.9600 of a 95 % interval. The search for its
/// inverse does not end where they are beyond all counts.
const NEARLY_NORMAL: f64 = 10_000.0;

/// The value below which Student's t with so many degrees of freedom stays with this probability.
///
/// # Panics
///
/// Where `freedom` is not above 0.
#[must_use]
pub fn student(probability: f64, freedom: f64) -> f64 {
    if freedom > NEARLY_NORMAL {
        return Normal::standard().inverse_cdf(probability);
    }
    StudentsT::new(0.0, 1.0, freedom).expect("freedom is above 0").inverse_cdf(probability)
}

/// The value below which chi-squared with so many degrees of freedom stays with this probability.
///
/// # Panics
///
/// Where `freedom` is not above 0.
#[must_use]
pub fn chi_squared(probability: f64, freedom: f64) -> f64 {
    ChiSquared::new(freedom).expect("freedom is above 0").inverse_cdf(probability)
}

/// How probable chi-squared with so many degrees of freedom is as large as this, or larger.
///
/// # Panics
///
/// Where `freedom` is not above 0.
#[must_use]
pub fn chi_squared_beyond(value: f64, freedom: f64) -> f64 {
    ChiSquared::new(freedom).expect("freedom is above 0").sf(value)
}

/// The share of a normal distribution below so many standard deviations from its mean.
#[must_use]
pub fn normal_below(deviations: f64) -> f64 {
    Normal::standard().cdf(deviations)
}

/// The 95 % interval of the mean of a sum of events, each Poisson and of a weight of its own: Fay and Feuer 1997,
/// "Confidence intervals for directly standardized rates: a method based on the gamma distribution", Statistics in Medicine
/// 16. `sum` is that of the weights, `squares` that of their squares, `largest` the largest weight there can be. With all
/// weights 1 it is the exact one of Garwood 1936.
///
/// # Panics
///
/// Where `largest` is not above 0.
#[must_use]
pub fn weighted_poisson(sum: f64, squares: f64, largest: f64) -> (f64, f64) {
    let gamma = |probability: f64, sum: f64, squares: f64| {
        let (shape, scale) = (sum * sum / squares, squares / sum);
        scale * Gamma::new(shape, 1.0).expect("a shape above 0").inverse_cdf(probability)
    };
    let low = if sum > 0.0 { gamma(TAIL, sum, squares) } else { 0.0 };
    (low, gamma(1.0 - TAIL, sum + largest, squares + largest * largest))
}

/// The exact 95 % interval of a share: Clopper and Pearson 1934. At least one is counted.
///
/// # Panics
///
/// Where there are more hits than counted.
#[must_use]
pub fn share(hits: u64, counted: u64) -> (f64, f64) {
    let misses = (counted - hits) as f64;
    let beta = |probability: f64, a: f64, b: f64| {
        Beta::new(a, b).expect("both are above 0").inverse_cdf(probability)
    };
    let low = if hits == 0 { 0.0 } else { beta(TAIL, hits as f64, misses + 1.0) };
    let high = if hits == counted { 1.0 } else { beta(1.0 - TAIL, hits as f64 + 1.0, misses) };
    (low, high)
}

/// Which of so many values in order, from 1, are the ends of the 95 % interval of a quantile (Hahn and Meeker 1991,
/// "Statistical Intervals", 5.2): no distribution is assumed. `None` where there are too few values for that end.
#[must_use]
pub fn quantile_ranks(quantile: f64, values: u64) -> (Option<u64>, Option<u64>) {
    let below = Binomial::new(quantile, values).expect("a quantile is a share");
    let low = below.inverse_cdf(TAIL);
    let high = below.inverse_cdf(1.0 - TAIL) + 1;
    ((low > 0).then_some(low), (high <= values).then_some(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 6e-3, "{found} {expected}");
        // Garwood's table (Biometrika 28), 95 %: 0, 1, 9, 20 events.
        for (events, low, high) in
            [(0.0, 0.0, 3.689), (1.0, 0.0253, 5.572), (9.0, 4.115, 17.085), (20.0, 12.217, 30.888)]
        {
            let (found_low, found_high) = weighted_poisson(events, events, 1.0);
            near(found_low, low);
            near(found_high, high);
        }
        // Pairs: of 18 jobs lost in twos there are 9 events, and the interval is that of 9, twice.
        let (low, high) = weighted_poisson(18.0, 36.0, 2.0);
        near(low, 2.0 * 4.115);
        near(high, 2.0 * 17.085);
        // Clopper and Pearson: 0 of 10, 1 of 10, 5 of 10 (R, binom.test).
        for (hits, low, high) in [(0, 0.0, 0.3085), (1, 0.0025, 0.4450), (5, 0.1871, 0.8129)] {
            let (found_low, found_high) = share(hits, 10);
            near(found_low, low);
            near(found_high, high);
        }
        // NIST/SEMATECH e-Handbook, 1.3.6.7.4: chi-squared with 10 degrees of freedom.
        near(chi_squared(0.975, 10.0), 20.483);
        near(chi_squared(0.025, 10.0), 3.247);
        near(chi_squared_beyond(20.483, 10.0), 0.025);
        near(normal_below(-1.959_964), 0.025);
    }

    #[test]
    fn ranks_are_those_of_the_binomial() {
        // The median of 6: 1/64 + 1/64 are outside, of 5 1/32 + 1/32 would be. Of 20: ranks 6 and 15 (2 × 0.0207).
        assert_eq!(quantile_ranks(0.5, 5), (None, None));
        assert_eq!(quantile_ranks(0.5, 6), (Some(1), Some(6)));
        assert_eq!(quantile_ranks(0.5, 20), (Some(6), Some(15)));
        // All of 367 are below the 99th percentile with 0.99³⁶⁷ = 0.02501, of 368 with 0.0248.
        assert_eq!(quantile_ranks(0.99, 367).1, None);
        assert_eq!(quantile_ranks(0.99, 368).1, Some(368));
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2; beyond 100 degrees of freedom the expansion about
        // the normal quantile z: z + (z³ + z) / 4n.
        let tables = [
            (0.975, [(1.0, 12.706), (2.0, 4.303), (9.0, 2.262), (31.0, 2.040), (39.0, 2.023), (99.0, 1.984)]),
            (0.9, [(1.0, 3.078), (2.0, 1.886), (9.0, 1.383), (31.0, 1.309), (39.0, 1.304), (99.0, 1.290)]),
        ];
        for (probability, values) in tables {
            for (freedom, expected) in values {
                let found = student(probability, freedom);
                assert!((found - expected).abs() < 5.1e-4, "{probability}, {freedom}: {found}");
            }
        }
        for (probability, z) in [(0.975, 1.959_963_985_f64), (0.9, 1.281_551_566)] {
            let found = student(probability, 1000.0);
            assert!((found - (z + (z.powi(3) + z) / 4000.0)).abs() < 1e-5, "{found}");
        }
        // Half a degree of freedom more is less: what is between whole ones is no step.
        let between = [2.0, 2.5, 3.0].map(|freedom| student(0.9, freedom));
        assert!(between[0] > between[1] && between[1] > between[2], "{between:?}");
    }
}
