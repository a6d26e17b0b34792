//! The random numbers of a fit: xoshiro256++ 1.0 (D. Blackman and S. Vigna, "Scrambled Linear
//! Pseudorandom Number Generators", ACM TOMS 47 (2021)), its state filled by SplitMix64 from one
//! 64-bit seed, as its authors recommend. The sequence of a seed never changes.

/// A seeded generator.
#[derive(Debug, Clone)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    /// The generator of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut mixer = SplitMix64(seed);
        Self { state: [mixer.next(), mixer.next(), mixer.next(), mixer.next()] }
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let c = c ^ a;
        let d = d ^ b;
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// A number from 0 up to, not including, 1, with 53 random bits.
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A number below `bound` (0 for a bound of 0), each equally likely to within 2⁻⁶⁴ × bound.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// `count` of `0..rows`, ascending, every selection equally likely; all if there are no more.
    pub fn sample(&mut self, rows: usize, count: usize) -> Vec<usize> {
        let mut needed = count.min(rows);
        let mut chosen = Vec::with_capacity(needed);
        for row in 0..rows {
            // Selection sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
            if self.below(rows - row) < needed {
                chosen.push(row);
                needed -= 1;
            }
        }
        chosen
    }
}

/// The generator that spreads a seed (and gives each start of a fit a seed of its own).
#[derive(Debug, Clone)]
pub(crate) struct SplitMix64(pub(crate) u64);

impl SplitMix64 {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_its_published_first_numbers() {
        let mut mixer = SplitMix64(1_234_567);
        assert_eq!(mixer.next(), 6_457_827_717_110_365_317);
        assert_eq!(mixer.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn xoshiro_gives_its_published_first_numbers() {
        // State 1, 2, 3, 4: the vector used by the implementations in rand_xoshiro and numpy.
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..4).map(|_| rng.next_u64()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn a_sample_is_ascending_and_has_the_size_asked_for() {
        let chosen = Rng::new(7).sample(1000, 100);
        assert_eq!(chosen.len(), 100);
        assert!(chosen.is_sorted_by(|a, b| a < b) && chosen.iter().all(|row| *row < 1000));
        assert_eq!(Rng::new(7).sample(3, 10), [0, 1, 2]);
    }
}
