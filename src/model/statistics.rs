//! Quantiles that intervals are made of. Binary floats: an interval is an estimate, the costs in it are not.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The value below which Student's t with so many degrees of freedom stays with this probability.
///
/// # Panics
///
/// Where `freedom` is not above 0.
#[must_use]
pub fn student(probability: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).expect("freedom is above 0").inverse_cdf(probability)
}

#[cfg(test)]
mod tests {
    use super::*;

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
