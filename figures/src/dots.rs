//! One dot per run on a symmetrical log axis: zero in the middle, sooner left and filled, later right, open and red.

use sim_core::metrics::{Paired, Verdict, quantile_f64};
use sim_core::order;

use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke};
use crate::palette::Token;

/// Height in CSS pixels.
pub const HEIGHT: u32 = 26;

/// The ends of the axis, in seconds: three days either way.
const END: f64 = 72.0 * 3600.0;
/// Differences below a minute lie next to zero.
const UNIT: f64 = 60.0;
const RADIUS: i32 = 22;

/// Draws the runs of one row, `width` CSS pixels wide and [`HEIGHT`] high. Without a clear difference all is grey.
pub fn draw<I: Ink>(ink: &mut I, width: u32, paired: &Paired) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let (w, h) = (width as i32 * PX, HEIGHT as i32 * PX);
    let middle = h / 2;
    let x = |secs: f64| place(secs, w);
    let grey = matches!(paired.verdict, Verdict::NoClearDifference | Verdict::Identical);
    let low = quantile_f64(&paired.difference, 0.1);
    let high = quantile_f64(&paired.difference, 0.9);
    if let (Some(low), Some(high)) = (low, high) {
        let token = if grey { Token::Paper2 } else { Token::Band };
        let (a, b) = (x(low) - RADIUS - PX, x(high) + RADIUS + PX);
        pen.flat(Area::between(a, middle - 70, b, middle + 70), token);
    }
    pen.line((0, middle), (w, middle), Stroke::new(Token::Hair, 10));
    for hours in [1.0, 6.0] {
        for sign in [-1.0, 1.0] {
            let at = x(sign * hours * 3600.0);
            pen.line((at, middle - 30), (at, middle + 30), Stroke::new(Token::Rule, 10));
        }
    }
    pen.line((w / 2, 0), (w / 2, h), Stroke::new(Token::Ink, 15));
    for (at, lift, secs) in stacked(&paired.difference, w) {
        let at = (at, middle + lift);
        if grey || secs == 0.0 {
            pen.dot(at, RADIUS as u32, Token::Rule);
        } else if secs < 0.0 {
            pen.dot(at, RADIUS as u32, Token::Ink);
        } else {
            pen.disc(at, RADIUS as u32 - 4, Token::Paper, Stroke::new(Token::Red, 14));
        }
    }
    pen.done()
}

/// Where a difference lies on a symmetrical log axis.
fn place(secs: f64, width: i32) -> i32 {
    let along = (secs.abs() / UNIT).ln_1p() / (END / UNIT).ln_1p();
    let half = f64::from(width / 2 - RADIUS - PX);
    width / 2 + (half * along.min(1.0)).copysign(secs).round() as i32
}

/// Dots side by side where they would cover each other: alternately above and below the line.
fn stacked(differences: &[f64], width: i32) -> Vec<(i32, i32, f64)> {
    let mut sorted = differences.to_vec();
    order::sort_by(&mut sorted, f64::total_cmp);
    let mut placed: Vec<(i32, i32, f64)> = Vec::with_capacity(sorted.len());
    for secs in sorted {
        let x = place(secs, width);
        let free = |lift: i32| {
            placed
                .iter()
                .all(|&(px, pl, _)| (px - x).pow(2) + (pl - lift).pow(2) >= (2 * RADIUS + 2).pow(2))
        };
        let lift = [0, -46, 46, -92, 92]
            .into_iter()
            .find(|&lift| free(lift))
            .unwrap_or(0);
        placed.push((x, lift, secs));
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_symmetrical_and_zero_is_its_middle() {
        assert_eq!(place(0.0, 2000), 1000);
        for secs in [30.0, 600.0, 86_400.0, 1e9] {
            assert_eq!(place(secs, 2000) - 1000, 1000 - place(-secs, 2000));
        }
        assert!(place(1e9, 2000) <= 2000);
    }

    #[test]
    fn dots_of_like_runs_stand_beside_each_other() {
        let dots = stacked(&[300.0, 300.0, 301.0], 2000);
        assert_eq!(dots.iter().map(|d| d.1).collect::<Vec<_>>(), [0, -46, 46]);
    }
}
