//! Which knobs matter here: one at a time, from where the scenario stands, ranked by what they do to one measure.

use super::frontier::{give_verdicts, read};
use super::{Measure, Point};
use crate::metrics::compare::quantities;
use crate::metrics::{Paired, Verdict, quantile_f64};
use crate::order;

/// The largest effect of one knob on a measure.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// Which of the lists of settings: the knob's place among those tried.
    pub knob: usize,
    /// The place among the settings where it is largest.
    pub point: usize,
    /// The measure there against where the scenario stands, run by run, with a verdict corrected for all that was tried.
    pub row: Paired,
    /// The half of the differences around the middle one.
    pub quartiles: (f64, f64),
    /// Use at the same setting, told without a verdict: what the effect costs or brings besides.
    pub used: Paired,
}

/// Ranks knobs by the largest median difference that one of their settings makes to a measure; what is clear by the rule for
/// verdicts comes before what is not. `tried` holds for each knob the places of its settings among the points, each a
/// change of that knob alone from the setting at `from`. Knobs without a setting that was run are left out, and so are rules,
/// which are no matter of chance.
pub fn rank(points: &[Point], from: usize, tried: &[Vec<usize>], by: Measure) -> Vec<Effect> {
    let (Some(base), Some(row), Some(used)) = (points.get(from), by.row(), Measure::Use.row()) else {
        return Vec::new();
    };
    let table = quantities();
    let mut effects: Vec<Effect> = Vec::new();
    for (knob, places) in tried.iter().enumerate() {
        for &at in places.iter().filter(|&&at| at != from) {
            let Some(point) = points.get(at).filter(|point| base.pairs(point).count() > 0) else {
                continue;
            };
            let paired = table[row].paired(read(base, point, row));
            let quartile = |q| quantile_f64(&paired.difference, q).unwrap_or(0.0);
            effects.push(Effect {
                knob,
                point: at,
                quartiles: (quartile(0.25), quartile(0.75)),
                used: table[used].paired(read(base, point, used)),
                row: paired,
            });
        }
    }
    give_verdicts(effects.iter_mut().map(|effect| &mut effect.row), &[row], &table);
    order::sort_by(&mut effects, |a, b| {
        let size = |effect: &Effect| effect.row.median_difference.abs();
        let rest = || size(b).total_cmp(&size(a));
        is_clear(&b.row).cmp(&is_clear(&a.row)).then_with(rest)
    });
    let mut seen = vec![false; tried.len()];
    effects.retain(|effect| !std::mem::replace(&mut seen[effect.knob], true));
    effects
}

fn is_clear(row: &Paired) -> bool {
    match row.verdict {
        Verdict::Better | Verdict::Worse => true,
        Verdict::Identical | Verdict::TooFewSeeds | Verdict::NoClearDifference => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{reading, scattered};
    use super::super::{Reading, Tail};
    use super::*;
    use crate::workload::Class;

    const P90: Measure = Measure::Wait(Some(Class::Debug), Tail::NineInTen);

    #[test]
    fn knobs_are_ranked_by_their_largest_clear_effect() {
        let base = scattered("8", 2, 0.80, 3_600.0);
        let mut lucky = base.clone();
        for (at, run) in lucky.runs.iter_mut().enumerate() {
            // Larger in the middle than any other, but the runs disagree.
            let wait = if at % 3 == 0 { 60 } else { 40_000 };
            *run = Reading::of(&reading(run.seed, 0.8, &[wait], &[]));
        }
        let points = [
            base.clone(),
            scattered("4", 2, 0.75, 3_000.0),
            scattered("16", 2, 0.85, 7_200.0),
            scattered("2", 2, 0.80, 600.0),
            base,
            lucky,
        ];
        let effects = rank(&points, 0, &[vec![1, 2], vec![4], vec![5], vec![3], vec![]], P90);
        let order: Vec<(usize, usize)> = effects.iter().map(|it| (it.knob, it.point)).collect();
        assert_eq!(order, [(0, 2), (3, 3), (2, 5), (1, 4)]);
        assert_eq!(effects[0].row.verdict, Verdict::Worse);
        assert_eq!(effects[1].row.verdict, Verdict::Better);
        assert_eq!(effects[2].row.verdict, Verdict::NoClearDifference);
        assert_eq!(effects[3].row.verdict, Verdict::Identical);
        let (low, high) = effects[0].quartiles;
        assert!(low < effects[0].row.median_difference && effects[0].row.median_difference < high);
        assert!((effects[0].used.median_difference - 0.05).abs() < 1e-9);
        assert!(rank(&points, 0, &[vec![1]], Measure::Rules).is_empty());
    }
}
