//! A median without keeping what it is made of: how often each whole number came.

use std::collections::BTreeMap;

/// How often each whole number came. It grows with the numbers that are different, not with the cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    counts: BTreeMap<u32, u32>,
    total: u32,
}

impl Tally {
    pub fn add(&mut self, value: u32) {
        *self.counts.entry(value).or_default() += 1;
        self.total += 1;
    }

    /// How many came.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// Between the two middle ones where their number is even; none of fewer than `least`.
    pub fn median(&self, least: u32) -> Option<f64> {
        if self.total == 0 || self.total < least {
            return None;
        }
        let (low, high) = (self.at((self.total - 1) / 2)?, self.at(self.total / 2)?);
        Some(f64::midpoint(f64::from(low), f64::from(high)))
    }

    fn at(&self, rank: u32) -> Option<u32> {
        let mut passed = 0;
        self.counts.iter().find_map(|(value, count)| {
            passed += count;
            (passed > rank).then_some(*value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_median_is_that_of_the_sorted_list(mut values in proptest::collection::vec(0_u32..50, 1..60)) {
            let mut tally = Tally::default();
            for value in &values {
                tally.add(*value);
            }
            values.sort_unstable();
            let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
            prop_assert_eq!(tally.median(1), Some(f64::from(low + high) / 2.0));
            prop_assert_eq!(tally.median(values.len() as u32 + 1), None);
        }
    }

    #[test]
    fn of_nothing_there_is_no_median() {
        assert_eq!(Tally::default().median(0), None);
    }
}
