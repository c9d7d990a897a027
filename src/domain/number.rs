//! Case numbers that a person can read over the telephone.
//!
//! A number is the row id, scattered over eight digits so that neighbours do not look alike, with a
//! check digit that catches every single wrong digit and every swap of neighbours (Damm, 2004). It
//! needs no counter: two processes can never give the same number.

use super::CaseId;
use std::{fmt, str::FromStr};

/// `482-193-657`: eight scattered digits and a check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaseNumber(u64);

const SPACE: u64 = 100_000_000;
/// Coprime with [`SPACE`], so that multiplying is a permutation.
const SCATTER: u64 = 61_803_399;
/// The inverse of [`SCATTER`] modulo [`SPACE`].
const GATHER: u64 = inverse(SCATTER, SPACE);

impl CaseNumber {
    /// The number of a case. Ids from 0 to 99,999,999 have one number each.
    pub fn of(id: CaseId) -> Self {
        Self((id.0 as u64 % SPACE) * SCATTER % SPACE)
    }

    /// The case that the number names.
    pub fn id(self) -> CaseId {
        CaseId((self.0 * GATHER % SPACE) as i64)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:08}", self.0);
        let check = damm(&digits);
        write!(f, "{}-{}-{}{check}", &digits[..3], &digits[3..6], &digits[6..])
    }
}

impl FromStr for CaseNumber {
    type Err = ();

    /// Spaces and hyphens are welcome; a mistyped digit is an error, not another case.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{2010}'..='\u{2015}')).collect();
        if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) || damm(&digits) != 0 {
            return Err(());
        }
        digits[..8].parse().map(Self).map_err(|_| ())
    }
}

fn damm(digits: &str) -> u8 {
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    digits.bytes().fold(0, |row, digit| TABLE[row as usize][(digit - b'0') as usize])
}

const fn inverse(value: u64, modulus: u64) -> u64 {
    let (mut a, mut b) = (value as i128, modulus as i128);
    let (mut x, mut y) = (1i128, 0i128);
    while b != 0 {
        let quotient = a / b;
        (a, b) = (b, a % b);
        (x, y) = (y, x - quotient * y);
    }
    x.rem_euclid(modulus as i128) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_its_case_and_no_other() {
        let mut seen = std::collections::HashSet::new();
        for id in (0..5_000).chain(99_995_000..100_000_000) {
            let number = CaseNumber::of(CaseId(id));
            assert!(seen.insert(number.to_string()));
            assert_eq!(number.to_string().parse::<CaseNumber>().map(CaseNumber::id), Ok(CaseId(id)));
        }
    }

    #[test]
    fn one_wrong_digit_or_a_swap_is_noticed() {
        let digits: Vec<u8> = CaseNumber::of(CaseId(4_711)).to_string().replace('-', "").into_bytes();
        let read = |digits: &[u8]| std::str::from_utf8(digits).unwrap_or_default().parse::<CaseNumber>();
        for at in 0..9 {
            for other in b'0'..=b'9' {
                let mut wrong = digits.clone();
                wrong[at] = other;
                assert_eq!(read(&wrong).is_ok(), wrong == digits);
            }
            if at < 8 {
                let mut swapped = digits.clone();
                swapped.swap(at, at + 1);
                assert_eq!(read(&swapped).is_ok(), swapped == digits);
            }
        }
    }
}
