//! Seeded streams of random numbers, one for each purpose, the same bytes on every machine and in every version.
//!
//! Our own code, since a library may change its streams. A draw for one purpose does not shift those for
//! another, so settings are compared on the same random numbers. It knows nothing of what is drawn.

use crate::model::decimal::{self, Decimal};

/// What numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// When jobs are submitted.
    Arrivals,
    /// How long they run.
    RunTimes,
    /// When Spot instances are interrupted.
    Interruptions,
    /// Which launches are refused.
    Capacity,
}

/// A part of a mean, 0 or more.
#[derive(Clone, Copy, Debug)]
pub struct Share(f64);

/// One stream: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators",
/// OOPSLA, figure 17; constants of Vigna's `splitmix64.c`, <https://prng.di.unimi.it/splitmix64.c>, read
/// 2026-11-23).
#[derive(Clone, Debug)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a purpose under a seed. Both are mixed, so neighboring seeds start far apart.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose) -> Stream {
        let mut start = Stream(seed);
        let mixed = start.next_u64();
        let mut start = Stream(mixed ^ (purpose as u64 + 1));
        Stream(start.next_u64())
    }

    /// The n-th of several streams of a purpose; the first is [`Stream::new`]'s.
    #[must_use]
    pub fn nth(seed: u64, purpose: Purpose, n: u64) -> Stream {
        let mut stream = Stream::new(seed, purpose);
        if n == 0 {
            return stream;
        }
        let mixed = stream.next_u64();
        let mut start = Stream(mixed ^ n);
        Stream(start.next_u64())
    }

    /// Any 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `bound`; the bias is below `bound` / 2⁶⁴.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(product >> 64).expect("the upper half of 128 bits")
    }

    /// An exponentially distributed time of a mean [s], to the nearest second: the inverse of its
    /// distribution at a number above 0 and at most 1.
    pub fn exponential(&mut self, mean_seconds: Decimal) -> u64 {
        let seconds = self.exponential_share().0 * decimal::to_f64(mean_seconds);
        // Below 37 means of at most 10¹² s: far inside u64.
        libm::round(seconds) as u64
    }

    /// A number above 0 and at most 1.
    fn uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// An exponentially distributed number of mean 1.
    pub fn exponential_share(&mut self) -> Share {
        Share(-libm::log(self.uniform()))
    }

    /// Adds the arrivals from one second to another at a rate per hour; `missing` of the integral of the rate is to go
    /// to the first of them. Returns what is then missing to the next.
    pub fn arrivals(
        &mut self,
        from: u64,
        until: u64,
        per_hour: Decimal,
        missing: Share,
        times: &mut Vec<u64>,
    ) -> Share {
        let per_second = decimal::to_f64(per_hour) / 3600.0;
        let (mut left, mut missing) = ((until - from) as f64, missing.0);
        while missing < left * per_second {
            left -= missing / per_second;
            // Between the two ends, which are far below 2⁵³.
            times.push((until as f64 - left).clamp(from as f64, until.saturating_sub(1) as f64) as u64);
            missing = self.exponential_share().0;
        }
        Share(missing - left * per_second)
    }

    /// A lognormally distributed time [s], to the nearest second, by its median and the standard deviation of its
    /// logarithm (Box and Muller 1958, "A note on the generation of random normal deviates").
    pub fn lognormal(&mut self, median_seconds: Decimal, sigma: Decimal) -> u64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        let normal = libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(std::f64::consts::TAU * angle);
        let seconds = decimal::to_f64(median_seconds) * libm::exp(decimal::to_f64(sigma) * normal);
        // A cast of a number beyond u64 saturates.
        libm::round(seconds) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_splitmix64() {
        // First outputs for state 1234567, as published with the reference implementation.
        let mut stream = Stream(1_234_567);
        let found = [stream.next_u64(), stream.next_u64(), stream.next_u64()];
        assert_eq!(found, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn purposes_and_seeds_have_streams_of_their_own() {
        use Purpose::*;
        let mut first: Vec<u64> = Vec::new();
        for seed in 0..100 {
            first.extend(
                [Arrivals, RunTimes, Interruptions, Capacity]
                    .map(|purpose| Stream::new(seed, purpose).next_u64()),
            );
        }
        first.sort_unstable();
        assert!(first.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn times_have_their_mean() {
        // 100,000 draws of mean 10,000: the standard error is 10,000 / √100,000 = 31.6; within 4 of them.
        let mut stream = Stream::new(7, Purpose::RunTimes);
        let sum: u64 = (0..100_000).map(|_| stream.exponential(Decimal::from(10_000))).sum();
        assert!(sum.abs_diff(1_000_000_000) < 100_000 * 127, "{sum}");
        assert!((0..1000).all(|_| stream.below(7) < 7));
    }
}
