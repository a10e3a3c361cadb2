//! Which settings nothing beats, and the nearest one that is no worse in anything and better in something.

use super::{Measure, Point, Reading, Tail};
use crate::metrics::compare::{ENOUGH_SEEDS, Quantity, is_large, quantities, verdict};
use crate::metrics::{Paired, Verdict, holm, sign_test};
use crate::scenario::knobs::{KNOBS, Knob, Vary};
use crate::workload::Class;

/// Whether each setting is on the frontier: no other has as much use, as short a nine-in-ten wait of the class and as few
/// rules, and more of one of them. Medians over the runs decide; equal settings are on it together.
pub fn frontier(points: &[Point], class: Option<Class>) -> Vec<bool> {
    let stands: Vec<Option<Stand>> = points.iter().map(|point| Stand::of(point, class)).collect();
    let beaten = |stand: &Stand| stands.iter().flatten().any(|other| other.beats(stand));
    stands
        .iter()
        .map(|stand| stand.as_ref().is_some_and(|stand| !beaten(stand)))
        .collect()
}

/// Where a setting stands by its medians.
struct Stand {
    used: f64,
    wait: f64,
    /// The wait is only known to be at least so long.
    at_least: bool,
    rules: u32,
}

impl Stand {
    fn of(point: &Point, class: Option<Class>) -> Option<Stand> {
        let used = point.spread(Measure::Use)?;
        // Where nobody of the class asked, nobody waits.
        let wait = point
            .spread(Measure::Wait(class, Tail::NineInTen))
            .unwrap_or_default();
        Some(Stand {
            used: used.median,
            wait: wait.median,
            at_least: wait.at_least,
            rules: point.simplicity.rules,
        })
    }

    fn beats(&self, other: &Stand) -> bool {
        // A wait that goes on may be longer than any: it beats nothing.
        let no_worse =
            self.used >= other.used && self.wait <= other.wait && !self.at_least && self.rules <= other.rules;
        let better = self.used > other.used || self.wait < other.wait || self.rules < other.rules;
        no_worse && better
    }
}

/// One setting held against another, seed by seed.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// Use, readiness, and both waits of the class, with verdicts.
    pub rows: Vec<Paired>,
    /// Everything of the whole table that is worse by as much as counts in the middle run, whether the runs agree or not.
    pub costs: Vec<Paired>,
    /// Rules more, or fewer.
    pub rules: i64,
}

impl Judged {
    /// Nothing is worse by as much as counts.
    pub fn is_no_worse(&self) -> bool {
        self.costs.is_empty() && self.rules <= 0
    }

    /// Something is better by the rule for verdicts, or there is a rule less.
    pub fn is_better(&self) -> bool {
        self.rules < 0 || self.rows.iter().any(|row| row.verdict == Verdict::Better)
    }
}

/// Holds every setting against the one at `from`. A verdict is corrected for all rows of all settings together: whoever
/// tries twenty settings finds a lucky one.
pub fn judge(points: &[Point], from: usize, class: Option<Class>) -> Vec<Judged> {
    let table = quantities();
    let Some(base) = points.get(from) else {
        return Vec::new();
    };
    let shown = [
        Measure::Use,
        Measure::Readiness,
        Measure::Wait(class, Tail::Half),
        Measure::Wait(class, Tail::NineInTen),
    ];
    let places: Vec<usize> = shown.iter().filter_map(|measure| measure.row()).collect();
    let row = |at: usize, point: &Point| table[at].paired(read(base, point, at));
    let mut judged: Vec<Judged> = points
        .iter()
        .map(|point| Judged {
            rows: places.iter().map(|&at| row(at, point)).collect(),
            costs: (0..table.len())
                .filter(|&at| costs(&table[at], base, point, at))
                .map(|at| row(at, point))
                .collect(),
            rules: i64::from(point.simplicity.rules) - i64::from(base.simplicity.rules),
        })
        .collect();
    give_verdicts(judged.iter_mut().flat_map(|one| &mut one.rows), &places, &table);
    judged
}

/// Verdicts of rows that together are one table; the quantities repeat in the order of `places`.
pub(super) fn give_verdicts<'a>(
    rows: impl Iterator<Item = &'a mut Paired>,
    places: &[usize],
    table: &[Quantity],
) {
    let rows: Vec<&mut Paired> = rows.collect();
    let p_values: Vec<f64> = rows.iter().map(|row| sign_test(row.better, row.worse)).collect();
    for ((row, p), &at) in rows.into_iter().zip(holm(&p_values)).zip(places.iter().cycle()) {
        row.verdict = verdict(row, p, table[at].least);
    }
}

/// What was read of a quantity in the runs that both settings have.
pub(super) fn read<'a>(
    base: &'a Point,
    point: &'a Point,
    at: usize,
) -> impl Iterator<Item = ((f64, bool), (f64, bool))> + 'a {
    let of = move |run: &Reading| run.figures.get(at).copied().unwrap_or((0.0, false));
    base.pairs(point).map(move |(base, other)| (of(base), of(other)))
}

/// Whether a quantity is worse by as much as counts: in the middle run, or by waits that go on in half of the runs while
/// the others' have ended.
fn costs(quantity: &Quantity, base: &Point, point: &Point, at: usize) -> bool {
    let row = quantity.paired(read(base, point, at));
    let is_worse = (row.median_difference > 0.0) != row.more_is_better && row.median_difference != 0.0;
    let goes_on = read(base, point, at).filter(|((_, before), (_, after))| *after && !before);
    is_worse && is_large(&row, quantity.least) || 2 * goes_on.count() > row.difference.len()
}

/// A better setting, and how far it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Nearest {
    /// Its place among the settings.
    pub point: usize,
    /// The keys of the knobs to turn.
    pub knobs: Vec<&'static str>,
    /// How many settings of the sweep one passes on the way.
    pub steps: u32,
}

/// What a search for a better setting ends with.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// This one is no worse in anything and better in something.
    Nearest(Nearest),
    /// Every setting that is better in something is worse in something else, or none is clearly better.
    Nothing,
    /// Fewer than twelve runs: nothing is called better.
    TooFewRuns,
}

/// The nearest setting that is no worse in anything and better in something than the one at `from`: the one that turns
/// fewest knobs, then passes fewest settings, then comes first.
pub fn nearest_better(points: &[Point], from: usize, class: Option<Class>, varied: &[Vary]) -> Found {
    let Some(base) = points.get(from) else {
        return Found::Nothing;
    };
    if base.runs.len() < ENOUGH_SEEDS {
        return Found::TooFewRuns;
    }
    let judged = judge(points, from, class);
    let is_free = |at: &usize| {
        let enough = base.pairs(&points[*at]).count() >= ENOUGH_SEEDS;
        enough && judged[*at].is_no_worse() && judged[*at].is_better()
    };
    let away = |point: usize| {
        let turned = |knob: &&Knob| base.settings.get(knob) != points[point].settings.get(knob);
        let knobs: Vec<&'static str> = KNOBS.iter().filter(turned).map(|knob| knob.key).collect();
        let steps = varied.iter().map(|vary| {
            let of = |point: &Point| point.settings.get(vary.knob);
            vary.steps(of(base), of(&points[point]))
        });
        Nearest {
            point,
            steps: steps.sum(),
            knobs,
        }
    };
    let found = (0..points.len()).filter(is_free).map(away);
    found
        .min_by_key(|it| (it.knobs.len(), it.steps, it.point))
        .map_or(Found::Nothing, Found::Nearest)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{cap, point, scattered};
    use super::*;
    use crate::scenario::knobs::Vary;

    const TESTS: Option<Class> = Some(Class::Debug);

    fn on(points: &[Point]) -> Vec<usize> {
        let on = frontier(points, TESTS);
        (0..points.len()).filter(|&at| on[at]).collect()
    }

    #[test]
    fn the_frontier_is_what_nothing_beats() {
        let points = [
            point("2", 2, [(0.70, 600.0)]),
            point("4", 2, [(0.80, 900.0)]),
            // As long a wait for less use.
            point("8", 2, [(0.75, 900.0)]),
            // The same as the second with a rule less.
            point("16", 1, [(0.80, 900.0)]),
            point("off", 1, [(0.90, 9_000.0)]),
        ];
        assert_eq!(on(&points), [0, 3, 4]);
    }

    #[test]
    fn equal_settings_are_on_the_frontier_together() {
        let points = ["2", "4", "8"].map(|cap| point(cap, 2, [(0.8, 600.0)]));
        assert_eq!(on(&points), [0, 1, 2]);
        assert!(
            judge(&points, 0, TESTS)
                .iter()
                .all(|one| one.is_no_worse() && !one.is_better())
        );
    }

    #[test]
    fn a_wait_that_goes_on_beats_nothing() {
        let mut points = [point("2", 2, [(0.9, 600.0)]), point("4", 2, [(0.8, 700.0)])];
        assert_eq!(on(&points), [0]);
        points[0].runs[0] = Reading::of(&super::super::testing::reading(1, 0.9, &[], &[600]));
        assert_eq!(on(&points), [0, 1]);
        points[0].runs.clear();
        assert_eq!(on(&points), [1], "what was not run is nowhere");
    }

    /// A grid with a known answer: use falls and waits grow away from cap 8, except that 16 gives the same use for shorter waits, and
    /// 4 shorter ones still for a rule more.
    fn known() -> ([Point; 5], Vec<Vary>) {
        let points = [
            scattered("2", 2, 0.70, 300.0),
            scattered("4", 3, 0.85, 400.0),
            scattered("8", 2, 0.85, 3_600.0),
            scattered("16", 2, 0.85, 1_800.0),
            scattered("off", 2, 0.85, 900.0),
        ];
        (points, vec![Vary::parse("cap=2,4,8,16,off").unwrap()])
    }

    #[test]
    fn the_search_finds_the_known_optimum() {
        let (points, varied) = known();
        let Found::Nearest(nearest) = nearest_better(&points, 2, TESTS, &varied) else {
            panic!("16 is better, and no worse");
        };
        // 16 is one step away, off two; 4 costs a rule and 2 costs use.
        assert_eq!(
            (nearest.point, nearest.steps, &nearest.knobs[..]),
            (3, 1, &["cap"][..])
        );
        let judged = judge(&points, 2, TESTS);
        assert!(judged[4].is_no_worse() && judged[4].is_better());
        assert!(judged[1].is_better() && !judged[1].is_no_worse());
        assert_eq!(judged[0].costs[0].key, "use");
        // From the best of its rules nothing is better.
        assert_eq!(nearest_better(&points, 4, TESTS, &varied), Found::Nothing);
    }

    #[test]
    fn a_rule_less_at_no_cost_is_better() {
        let points = [scattered("8", 2, 0.8, 600.0), scattered("off", 1, 0.8, 600.0)];
        let varied = [Vary::parse("cap=8,off").unwrap()];
        let found = nearest_better(&points, 0, TESTS, &varied);
        assert!(matches!(found, Found::Nearest(Nearest { point: 1, .. })));
    }

    #[test]
    fn few_runs_call_nothing_better() {
        let (mut points, varied) = known();
        for point in &mut points {
            point.runs.truncate(11);
        }
        assert_eq!(nearest_better(&points, 2, TESTS, &varied), Found::TooFewRuns);
    }

    #[test]
    fn what_is_longer_in_the_middle_run_costs_even_if_the_runs_disagree() {
        let base = scattered("8", 2, 0.8, 3_600.0);
        let mut other = scattered("16", 2, 0.9, 3_600.0);
        for (at, run) in other.runs.iter_mut().enumerate() {
            let wait = if at % 3 == 0 { 60 } else { 30_000 };
            *run = Reading::of(&super::super::testing::reading(run.seed, 0.9, &[wait], &[]));
        }
        let judged = judge(&[base, other], 0, TESTS);
        assert!(judged[1].is_better());
        assert!(!judged[1].is_no_worse());
        assert!(judged[1].rows.iter().all(|row| row.verdict != Verdict::Worse));
    }

    #[test]
    fn the_knobs_to_turn_are_named() {
        let mut points = [scattered("8", 2, 0.8, 3_600.0), scattered("16", 2, 0.8, 900.0)];
        cap(&mut points[1].settings, "max-time", "2d");
        let varied = [Vary::parse("cap=8,16").unwrap()];
        let Found::Nearest(nearest) = nearest_better(&points, 0, TESTS, &varied) else {
            panic!("it is better");
        };
        assert_eq!(nearest.knobs, ["cap", "max-time"]);
    }
}
