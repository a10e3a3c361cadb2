//! Quotients with a mantissa of 64 bits, as the `long double` in which Slurm keeps usage (on x86-64).
//!
//! Ties of Fair Tree are exact equality of such numbers, and of two that are equal on paper every third pair comes out
//! otherwise in 53 bits. Only asked where 53 bits cannot tell.

/// A positive number: `mantissa · 2^exponent`, the mantissa's highest bit set, so that the order is that of the fields.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Extended {
    exponent: i32,
    mantissa: u64,
}

impl Extended {
    /// A positive finite number, exactly.
    pub(super) fn from_positive(number: f64) -> Extended {
        debug_assert!(number > 0.0 && number.is_finite());
        let bits = number.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (digits, power) = match (bits >> 52) as i32 & 0x7ff {
            // Nothing is divided by: zero does not come here.
            0 => (fraction.max(1), 1),
            power => (fraction | 1 << 52, power),
        };
        let shift = digits.leading_zeros();
        Extended {
            exponent: power - 1_075 - shift as i32,
            mantissa: digits << shift,
        }
    }

    /// The quotient, rounded to the nearest, ties to even.
    pub(super) fn over(self, by: Extended) -> Extended {
        let divisor = u128::from(by.mantissa);
        let dividend = u128::from(self.mantissa) << 64;
        let (quotient, rest) = (dividend / divisor, dividend % divisor);
        // Of mantissas with the highest bit set the quotient has 64 or 65 bits.
        let (mut mantissa, extra, up) = match u64::try_from(quotient) {
            Ok(short) => {
                let (half, odd) = ((rest * 2).cmp(&divisor), short & 1 == 1);
                (short, 0, half.is_gt() || (half.is_eq() && odd))
            }
            Err(_) => {
                let long = (quotient >> 1) as u64;
                let (half, odd) = (quotient & 1 == 1, long & 1 == 1);
                (long, 1, half && (rest > 0 || odd))
            }
        };
        let mut exponent = self.exponent - by.exponent - 64 + extra;
        if up {
            mantissa = mantissa.wrapping_add(1);
            if mantissa == 0 {
                (mantissa, exponent) = (1 << 63, exponent + 1);
            }
        }
        Extended { exponent, mantissa }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: f64) -> Extended {
        Extended::from_positive(number)
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let numbers = [
            5e-324,
            1e-310,
            0.1,
            0.5,
            1.0 - f64::EPSILON,
            1.0,
            1.5,
            2.0,
            3.0,
            1e300,
        ];
        assert!(numbers.windows(2).all(|pair| of(pair[0]) < of(pair[1])));
    }

    #[test]
    fn quotients_are_rounded_to_64_bits() {
        assert_eq!(of(6.0).over(of(3.0)), of(2.0));
        assert_eq!(of(1.0).over(of(8.0)), of(0.125));
        // 0.1010…10|10 rounds up in 64 bits, so the mantissa ends in ones: 0xaaaa_aaaa_aaaa_aaab.
        let third = of(1.0).over(of(3.0));
        assert_eq!((third.mantissa, third.exponent), (0xaaaa_aaaa_aaaa_aaab, -65));
        let two_thirds = of(2.0).over(of(3.0));
        assert_eq!((two_thirds.mantissa, two_thirds.exponent), (third.mantissa, -64));
        // Nearer to the one below.
        assert_eq!(of(1.0).over(of(5.0)).mantissa, 0xcccc_cccc_cccc_cccd);
        assert_eq!(of(1.0).over(of(7.0)).mantissa, 0x9249_2492_4924_9249);
    }

    #[test]
    fn a_share_that_53_bits_round_is_not_the_usage_that_64_bits_keep() {
        // A third of the shares and a third of the usage: one in 53 bits, not one in Slurm.
        let share = of(1.0 / 3.0);
        assert_ne!(share.over(of(10.0).over(of(30.0))), of(1.0));
    }
}
