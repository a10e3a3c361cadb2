//! How sure a direction is: the exact sign test, and Holm's correction for many tests at once.

/// The two-sided p-value of an exact sign test: how likely a fair coin is to be at least this one-sided. Ties are left out
/// by the caller.
pub fn sign_test(better: u32, worse: u32) -> f64 {
    let tosses = better + worse;
    let most = better.max(worse);
    // The binomial coefficients relative to the last one, from the end; scaled down before they overflow.
    let (mut term, mut tail, mut all) = (1.0_f64, 0.0_f64, 0.0_f64);
    for heads in (0..=tosses).rev() {
        if heads >= most {
            tail += term;
        }
        all += term;
        term *= f64::from(heads) / f64::from(tosses - heads + 1);
        if all > 1e200 {
            (term, tail, all) = (term * 1e-200, tail * 1e-200, all * 1e-200);
        }
    }
    (2.0 * tail / all).min(1.0)
}

/// Holm's step-down correction: each p-value as it stands among all of them, in the order given. What is below 0.05 then
/// is so with a chance of at most 0.05 that any of them is wrong.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    // The table has a few dozen rows: they are ranked by counting, not by sorting.
    let all = 0..p_values.len();
    let comes_before = |a: usize, b: usize| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)).is_lt();
    let rank = |at: usize| all.clone().filter(|&other| comes_before(other, at)).count();
    let ranks: Vec<usize> = all.clone().map(rank).collect();
    let steps = |at: usize| p_values[at] * (p_values.len() - ranks[at]) as f64;
    let corrected = |at: usize| {
        let up_to_it = all.clone().filter(|&other| ranks[other] <= ranks[at]);
        up_to_it.map(steps).fold(0.0, f64::max).min(1.0)
    };
    all.clone().map(corrected).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn the_sign_test_gives_the_worked_values() {
        // Twice the tail of the binomial: 12 of 12 is 2/4096, 11 of 12 is 2·13/4096, 10 of 12 is 2·79/4096.
        for (better, worse, p) in [
            (0, 0, 1.0),
            (1, 0, 1.0),
            (5, 0, 0.0625),
            (0, 6, 0.03125),
            (12, 0, 2.0 / 4096.0),
            (11, 1, 26.0 / 4096.0),
            (2, 10, 158.0 / 4096.0),
            (6, 6, 1.0),
            (3, 2, 1.0),
        ] {
            assert!(
                close(sign_test(better, worse), p),
                "{better} {worse}: {}",
                sign_test(better, worse)
            );
        }
    }

    #[test]
    fn the_sign_test_holds_for_thousands_of_tosses() {
        assert!(close(sign_test(2_000, 2_000), 1.0));
        assert!(sign_test(4_000, 0) < 1e-300);
        // 2 080 of 4 000 stands 2.53 standard deviations out: about one in ninety.
        assert!((0.010..0.013).contains(&sign_test(2_080, 1_920)));
    }

    #[test]
    fn holm_gives_the_worked_values() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in corrected.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!(close(*found, expected), "{corrected:?}");
        }
        assert_eq!(holm(&[]), Vec::<f64>::new());
        assert_eq!(holm(&[0.6, 0.6]), [1.0, 1.0]);
    }
}
