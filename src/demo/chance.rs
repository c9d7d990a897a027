//! Chance that repeats itself: the same seed draws the same district on every machine.
//!
//! `SplitMix64` (Steele, Lea, Flood 2014) in ten lines instead of a dependency, because the bytes of the
//! demo must not change when a library does.

/// A stream of draws, passed on explicitly.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream that belongs to `seed`.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// An independent stream for one topic, so that a change in one leaves the others as they were.
    pub fn branch(&self, topic: u64) -> Self {
        let mut apart = Self(self.0 ^ topic.wrapping_mul(0xA24B_AED4_963E_E407));
        Self(apart.draw())
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.draw() >> 11) as f64 / (1u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// A number in `0..bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.draw() % (bound.max(1) as u64)) as usize
    }

    /// True in about one of `n` draws.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of the items, each as likely as the other.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Shares `total` out by weight in whole pieces, at least `least` each (largest remainder first; of equal
/// remainders the earlier). `total` must cover the least of all.
pub fn share_out(total: usize, least: usize, weights: &[f64]) -> Vec<usize> {
    let rest = total - least * weights.len();
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|w| rest as f64 * w / sum).collect();
    let mut shares: Vec<usize> = exact.iter().map(|e| least + e.floor() as usize).collect();

    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let missing = total - shares.iter().sum::<usize>();
    for index in order.into_iter().take(missing) {
        shares[index] += 1;
    }
    shares
}
