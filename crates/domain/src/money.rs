//! Money, exact to the penny.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount in whole pence. Arithmetic that overflows stops the program (it
/// is checked in release too): a wrong amount must never be carried on with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pence(pub i64);

/// The largest amount that anyone may type: ten million pounds.
pub const MOST: Pence = Pence(1_000_000_000);

/// Why text is not an amount of money. The message is for the person typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMoney {
    Empty,
    NotANumber,
    Negative,
    TooManyDecimals,
    MisplacedComma,
    TooLarge,
}

impl fmt::Display for NotMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Enter an amount in pounds",
            Self::NotANumber => "Enter an amount in pounds using numbers only, like 120 or 120.50",
            Self::Negative => "Enter an amount of 0 or more, without a minus sign",
            Self::TooManyDecimals => "Enter pounds and pence with 2 numbers after the point, like 120.50",
            Self::MisplacedComma => {
                "Check the comma in the amount. Use it for thousands only, like 1,200.50, or leave it out"
            }
            Self::TooLarge => "Enter an amount under £10,000,000",
        })
    }
}

impl Pence {
    pub const ZERO: Self = Self(0);

    /// Reads what a person types: `120`, `120.5` is refused, `120.50`,
    /// `£1,234.50`. Never negative, never in exponent form.
    pub fn parse(text: &str) -> Result<Self, NotMoney> {
        let text = text.trim();
        let text = text.strip_prefix('£').unwrap_or(text).trim_start();
        if text.is_empty() {
            return Err(NotMoney::Empty);
        }
        if text.starts_with(['-', '−', '–']) {
            return Err(NotMoney::Negative);
        }
        let (pounds, pence) = match text.split_once('.') {
            Some((pounds, pence)) => (pounds, Some(pence)),
            None => (text, None),
        };
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(&pounds.replace(',', "")) || pounds.is_empty() {
            return Err(NotMoney::NotANumber);
        }
        if let Some(pence) = pence {
            if !all_digits(pence) {
                return Err(NotMoney::NotANumber);
            }
            if pence.len() != 2 {
                return Err(NotMoney::TooManyDecimals);
            }
        }
        if pounds.contains(',') {
            let mut groups = pounds.split(',');
            let first = groups.next().unwrap_or_default();
            if first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3) {
                return Err(NotMoney::MisplacedComma);
            }
        }
        let digits = pounds.replace(',', "");
        let digits = digits.trim_start_matches('0');
        if digits.len() > 8 {
            return Err(NotMoney::TooLarge);
        }
        let pounds: i64 =
            if digits.is_empty() { 0 } else { digits.parse().map_err(|_| NotMoney::NotANumber)? };
        let pence: i64 = pence.map_or(Ok(0), str::parse).map_err(|_| NotMoney::NotANumber)?;
        let amount = Self(pounds * 100 + pence);
        if amount > MOST { Err(NotMoney::TooLarge) } else { Ok(amount) }
    }

    /// `1234.50`: for a form field or a file, with no pound sign and no commas.
    #[must_use]
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", whole / 100, whole % 100)
    }

    /// This amount in `parts` shares as equal as whole pence allow, the odd
    /// pennies going to the first shares, so that nothing is lost or made.
    #[must_use]
    pub fn split(self, parts: u32) -> Vec<Self> {
        let n = i64::from(parts.max(1));
        let (each, left) = (self.0.div_euclid(n), self.0.rem_euclid(n));
        (0..n).map(|i| Self(each + i64::from(i < left))).collect()
    }

    /// This amount shared by weights (say 70 and 30), the pennies that do not
    /// divide going to the largest remainders, first come first served.
    /// Nothing is lost or made. All-zero weights give the whole to the first.
    #[must_use]
    pub fn share(self, weights: &[u32]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            return weights.iter().enumerate().map(|(i, _)| if i == 0 { self } else { Self(0) }).collect();
        }
        let exact: Vec<i128> = weights.iter().map(|w| i128::from(self.0) * i128::from(*w)).collect();
        let mut shares: Vec<i64> = exact
            .iter()
            .map(|e| i64::try_from(e.div_euclid(total)).expect("a share is no larger than the whole"))
            .collect();
        let mut left = self.0 - shares.iter().sum::<i64>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(exact[*i].rem_euclid(total)));
        for i in order {
            if left == 0 {
                break;
            }
            shares[i] += 1;
            left -= 1;
        }
        shares.into_iter().map(Self).collect()
    }

    /// `numerator / denominator` of this amount, rounded to the nearest penny,
    /// halves away from nought. `denominator` must not be 0.
    #[must_use]
    pub fn times(self, numerator: i64, denominator: i64) -> Self {
        let product = i128::from(self.0) * i128::from(numerator);
        let denominator = i128::from(denominator);
        let (sign, product, denominator) =
            (if (product < 0) == (denominator < 0) { 1 } else { -1 }, product.abs(), denominator.abs());
        let rounded = (product + denominator / 2) / denominator;
        Self(i64::try_from(sign * rounded).expect("an amount beyond all money"))
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// No less than nought.
    #[must_use]
    pub fn or_zero(self) -> Self {
        Self(self.0.max(0))
    }
}

/// `£1,234.50`; whole pounds keep their pence, so that columns line up.
impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "−" } else { "" };
        let whole = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(whole.len() + 4);
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{sign}£{grouped}.{:02}", self.0.unsigned_abs() % 100)
    }
}

impl Add for Pence {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Pence {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Pence {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl AddAssign for Pence {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl SubAssign for Pence {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
impl Sum for Pence {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_type() {
        for (text, pence) in [
            ("0", 0),
            ("120", 12_000),
            (" £1,234.50 ", 123_450),
            ("007.05", 705),
            ("1,000,000", 100_000_000),
            ("10000000", 1_000_000_000),
        ] {
            assert_eq!(Pence::parse(text), Ok(Pence(pence)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_amount_and_says_why() {
        for (text, why) in [
            ("", NotMoney::Empty),
            ("£", NotMoney::Empty),
            ("-3", NotMoney::Negative),
            ("−3", NotMoney::Negative),
            ("£1,234.5", NotMoney::TooManyDecimals),
            ("1e9", NotMoney::NotANumber),
            ("12.345", NotMoney::TooManyDecimals),
            ("12,34", NotMoney::MisplacedComma),
            (",123", NotMoney::MisplacedComma),
            ("ten", NotMoney::NotANumber),
            ("1 2", NotMoney::NotANumber),
            (".50", NotMoney::NotANumber),
            ("٣", NotMoney::NotANumber),
            ("💷", NotMoney::NotANumber),
            ("10000000.01", NotMoney::TooLarge),
            ("99999999999999999999", NotMoney::TooLarge),
            ("NaN", NotMoney::NotANumber),
        ] {
            assert_eq!(Pence::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn shows_pounds_and_pence() {
        assert_eq!(Pence(123_456_789).to_string(), "£1,234,567.89");
        assert_eq!(Pence(-5).to_string(), "−£0.05");
        assert_eq!(Pence(-5).plain(), "-0.05");
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed_again(p in 0..=MOST.0) {
            prop_assert_eq!(Pence::parse(&Pence(p).to_string()), Ok(Pence(p)));
            prop_assert_eq!(Pence::parse(&Pence(p).plain()), Ok(Pence(p)));
        }

        #[test]
        fn splitting_loses_and_makes_nothing(p in -1_000_000_000i64..1_000_000_000, n in 1u32..60) {
            let parts = Pence(p).split(n);
            prop_assert_eq!(parts.iter().copied().sum::<Pence>(), Pence(p));
            let (least, most) = (parts.iter().min().expect("parts"), parts.iter().max().expect("parts"));
            prop_assert!(most.0 - least.0 <= 1);
        }

        #[test]
        fn sharing_loses_and_makes_nothing(p in 0i64..10_000_000_000, weights in proptest::collection::vec(0u32..1000, 1..8)) {
            let shares = Pence(p).share(&weights);
            prop_assert_eq!(shares.iter().copied().sum::<Pence>(), Pence(p));
            prop_assert!(shares.iter().all(|s| s.0 >= 0));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,20}") {
            let _ = Pence::parse(&text);
        }
    }
}
