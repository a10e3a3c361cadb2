//! Two reports on the same seeds → paired differences, counts, and a verdict only where the rule allows one.

use serde::{Deserialize, Serialize};

use super::{Quantile, Report, SeedReport, Waits, holm, median_f64, quantile, sign_test};
use crate::workload::Class;

/// Runs below which nothing is called better or worse.
pub const ENOUGH_SEEDS: usize = 12;
/// What a corrected p-value must stay below.
const SIGNIFICANT: f64 = 0.05;
/// The least relative difference worth a word.
const LEAST_SHARE: f64 = 0.05;

/// What may be said of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Verdict {
    /// Every seed gives the same: nothing differs.
    Identical,
    /// Fewer than 12 seeds: directions and counts, no verdict.
    TooFewSeeds,
    /// The sign test or the size of the effect does not allow more.
    NoClearDifference,
    /// Better.
    Better,
    /// Worse.
    Worse,
}

/// One quantity under both policies, seed by seed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Paired {
    /// Key: `wait.p50.debug`, `wait.p90.train`, `wait.p50.all`, `use`, `useful`, `readiness`, `work-done`, `still-waiting`;
    /// where there is a service, `service`, `service-worst-hour`; where work goes outside, `outside-cost`.
    pub key: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// Baseline, per seed.
    pub base: Vec<f64>,
    /// Proposal, per seed.
    pub proposal: Vec<f64>,
    /// Proposal minus baseline, per seed.
    pub difference: Vec<f64>,
    /// Seeds in which the proposal is better.
    pub better: u32,
    /// Seeds in which it is worse.
    pub worse: u32,
    /// Median of the differences.
    pub median_difference: f64,
    /// What may be said.
    pub verdict: Verdict,
}

/// Two reports side by side.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// All rows: use, useful, readiness, then typical and nine-in-ten wait over all and by class, then work done and jobs
    /// still waiting; and, where there is any, work given up, the share of filler, what went outside costs, and what a service got.
    pub rows: Vec<Paired>,
}

impl Comparison {
    /// The row of a key.
    pub fn row(&self, key: &str) -> Option<&Paired> {
        self.rows.iter().find(|row| row.key == key)
    }
    /// Typical wait of a class.
    pub fn typical(&self, class: Class) -> Option<&Paired> {
        self.row(&format!("wait.p50.{}", class.key()))
    }
}

/// The seeds that both reports have, in the baseline's order: different seeds share no dice.
pub(super) fn pairs<'a>(
    base: &'a Report,
    proposal: &'a Report,
) -> impl Iterator<Item = (&'a SeedReport, &'a SeedReport)> {
    base.seeds.iter().filter_map(|base| {
        let other = proposal.seeds.iter().find(|other| other.seed == base.seed)?;
        Some((base, other))
    })
}

/// Pairs two reports seed by seed, and says of each row what the rule allows.
///
/// *Better* or *worse* is said only with at least twelve seeds, where the exact sign test, corrected by Holm over all rows,
/// stays below 0.05, and the median difference is at least 5 % of the baseline's median and at least a minute (use, useful
/// and readiness: at least half a point). A wait that is known as "more than" counts
/// with what is known; where the side that looks shorter is one, the seed counts for neither direction.
pub fn compare(base: &Report, proposal: &Report) -> Comparison {
    compare_all(base, &[proposal]).pop().unwrap_or_default()
}

/// As [`compare`], several proposals against one base. They stand in one table, so verdicts are corrected by Holm over the
/// rows of all of them: whoever looks at three proposals has three chances of a lucky one.
pub fn compare_all(base: &Report, proposals: &[&Report]) -> Vec<Comparison> {
    let all: Vec<Vec<_>> = proposals
        .iter()
        .map(|proposal| pairs(base, proposal).collect())
        .collect();
    let mut quantities = quantities();
    quantities.retain(|quantity| {
        // What people who react do has a row where somebody does it, and a service where there is one.
        let is_there = |seed: &SeedReport| {
            if SERVICE.iter().any(|(key, _)| *key == quantity.key) {
                seed.service.needed > 0
            } else if quantity.key == OUTSIDE {
                seed.outside.cost > 0
            } else {
                !REACTIONS.contains(&&quantity.key[..]) || (quantity.of)(seed).0 > 0.0
            }
        };
        all.iter()
            .flatten()
            .any(|(base, other)| is_there(base) || is_there(other))
    });
    let mut compared: Vec<Comparison> = all
        .iter()
        .map(|pairs| Comparison {
            rows: quantities.iter().map(|quantity| quantity.row(pairs)).collect(),
        })
        .collect();
    let rows: Vec<&mut Paired> = compared.iter_mut().flat_map(|one| &mut one.rows).collect();
    let p_values: Vec<f64> = rows.iter().map(|row| sign_test(row.better, row.worse)).collect();
    for ((row, p), quantity) in rows
        .into_iter()
        .zip(holm(&p_values))
        .zip(quantities.iter().cycle())
    {
        row.verdict = verdict(row, p, quantity.least);
    }
    compared
}

/// How large a median difference must be.
#[derive(Clone, Copy)]
pub(super) enum Least {
    /// So much, in the row's own unit.
    Absolute(f64),
    /// A share of the baseline, and so much.
    Relative(f64),
}

/// The row that is there only where work goes outside: what that costs, in hundredths of the unit of money.
const OUTSIDE: &str = "outside-cost";

/// A figure of a seed.
type Figure = fn(&SeedReport) -> f64;

/// Rows that are there only where there is a service, the last ones: how much of its need is met, in all and in its worst hour.
const SERVICE: [(&str, Figure); 2] = [
    ("service", |seed| seed.service.share()),
    ("service-worst-hour", |seed| seed.service.worst_share()),
];

/// Rows that are there only where people react: pieces of work given up, and the share of capacity that only used up a quota.
const REACTIONS: [&str; 2] = ["given-up", "filler"];

/// Reads a figure off a seed.
type Reading = dyn Fn(&SeedReport) -> Known;

/// A figure of a seed, and whether it is only known to be at least that.
pub(super) type Known = (f64, bool);

/// A row of the table, before it is read off any seed.
pub(super) struct Quantity {
    pub(super) key: String,
    more_is_better: bool,
    pub(super) least: Least,
    pub(super) of: Box<Reading>,
}

/// The rows of the table: use, useful, readiness; the typical and the nine-in-ten wait over all and of each class; what is left.
pub(super) fn quantities() -> Vec<Quantity> {
    let half_a_point = Least::Absolute(0.005);
    let corner = |key: &str, of: Figure| Quantity {
        key: key.to_owned(),
        more_is_better: true,
        least: half_a_point,
        of: Box::new(move |seed| (of(seed), false)),
    };
    let wait = |per_mille: u32, class: Option<Class>| Quantity {
        key: format!("wait.p{}.{}", per_mille / 10, class.map_or("all", Class::key)),
        more_is_better: false,
        least: Least::Relative(60.0),
        of: Box::new(move |seed| wait_of(seed, class, per_mille)),
    };
    let mut all = vec![
        corner("use", SeedReport::used),
        corner("useful", SeedReport::useful),
        corner("readiness", |seed| seed.readiness.share()),
    ];
    for class in std::iter::once(None).chain(Class::ALL.map(Some)) {
        all.push(wait(500, class));
        all.push(wait(900, class));
    }
    all.push(Quantity {
        key: "work-done".to_owned(),
        more_is_better: true,
        least: Least::Relative(60.0),
        of: Box::new(|seed| (seed.work_done as f64, false)),
    });
    all.push(Quantity {
        key: "still-waiting".to_owned(),
        more_is_better: false,
        least: Least::Relative(1.0),
        of: Box::new(|seed| (f64::from(seed.still_waiting), false)),
    });
    all.push(Quantity {
        key: OUTSIDE.to_owned(),
        more_is_better: false,
        least: Least::Relative(1.0),
        of: Box::new(|seed| (seed.outside.cost as f64, false)),
    });
    all.extend(SERVICE.map(|(key, of)| corner(key, of)));
    all.push(Quantity {
        key: REACTIONS[0].to_owned(),
        more_is_better: false,
        least: Least::Relative(1.0),
        of: Box::new(|seed| (f64::from(seed.given_up), false)),
    });
    all.push(Quantity {
        key: REACTIONS[1].to_owned(),
        more_is_better: false,
        least: half_a_point,
        of: Box::new(|seed| (super::share(seed.busy.filler, seed.capacity), false)),
    });
    all
}

/// A quantile of the waits of a class, or of all.
fn wait_of(seed: &SeedReport, class: Option<Class>, per_mille: u32) -> (f64, bool) {
    let quantile = match class {
        Some(class) => seed
            .waits
            .get(&class)
            .map_or(Quantile::Nobody, |waits| quantile(waits, per_mille)),
        None => quantile(&seed.all_waits(), per_mille),
    };
    (
        f64::from(quantile.floor_secs()),
        matches!(quantile, Quantile::MoreThan(_)),
    )
}

impl SeedReport {
    /// The waits of all classes together.
    pub fn all_waits(&self) -> Waits {
        let mut all = Waits::default();
        for waits in self.waits.values() {
            all.merge(waits);
        }
        all
    }
}

impl Quantity {
    fn row(&self, pairs: &[(&SeedReport, &SeedReport)]) -> Paired {
        let read = pairs
            .iter()
            .map(|(base, proposal)| ((self.of)(base), (self.of)(proposal)));
        self.paired(read)
    }

    /// The row of what was read off a baseline and a proposal, seed by seed.
    pub(super) fn paired(&self, read: impl Iterator<Item = (Known, Known)>) -> Paired {
        let (base, proposal): (Vec<Known>, Vec<Known>) = read.unzip();
        let (base, base_open): (Vec<f64>, Vec<bool>) = base.into_iter().unzip();
        let (proposal, proposal_open): (Vec<f64>, Vec<bool>) = proposal.into_iter().unzip();
        let difference: Vec<f64> = base
            .iter()
            .zip(&proposal)
            .map(|(base, proposal)| proposal - base)
            .collect();
        // Where the side that looks smaller is only known to be at least so much, nobody knows the direction.
        let known = |open: &[bool], sign: f64| {
            difference
                .iter()
                .zip(open)
                .filter(|&(d, open)| d * sign > 0.0 && !open)
                .count() as u32
        };
        let more = known(&base_open, 1.0);
        let less = known(&proposal_open, -1.0);
        let (better, worse) = if self.more_is_better {
            (more, less)
        } else {
            (less, more)
        };
        Paired {
            key: self.key.clone(),
            more_is_better: self.more_is_better,
            better,
            worse,
            median_difference: median_f64(&difference).unwrap_or(0.0),
            verdict: Verdict::Identical,
            base,
            proposal,
            difference,
        }
    }
}

pub(super) fn verdict(row: &Paired, corrected_p: f64, least: Least) -> Verdict {
    if row.difference.iter().all(|&d| d == 0.0) {
        return Verdict::Identical;
    }
    if row.difference.len() < ENOUGH_SEEDS {
        return Verdict::TooFewSeeds;
    }
    let more = row.median_difference > 0.0;
    let majority_is_better = row.better > row.worse;
    let large_enough = is_large(row, least);
    if corrected_p < SIGNIFICANT && large_enough && majority_is_better == (more == row.more_is_better) {
        if majority_is_better {
            Verdict::Better
        } else {
            Verdict::Worse
        }
    } else {
        Verdict::NoClearDifference
    }
}

/// Whether the median difference is as large as a verdict needs, in either direction.
pub(super) fn is_large(row: &Paired, least: Least) -> bool {
    let size = row.median_difference.abs();
    match least {
        // A hair of rounding is forgiven: half a point is 0.005 only nearly.
        Least::Absolute(least) => size >= least - 1e-12,
        Least::Relative(least) => {
            let base = median_f64(&row.base).unwrap_or(0.0).abs();
            size >= least && size >= LEAST_SHARE * base
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Busy, By};

    /// Seeds 1 to `n`, with these waits of ten-minute tests and this share of 1000 in use.
    fn report(n: u64, waits: impl Fn(u64) -> Vec<u32>, used: impl Fn(u64) -> u64) -> Report {
        let seed = |seed| {
            let waits = Waits {
                started: waits(seed),
                unfinished: Vec::new(),
                given_up: 0,
            };
            SeedReport {
                seed,
                capacity: 1_000,
                busy: Busy {
                    useful: used(seed),
                    ..Busy::default()
                },
                waits: By::from([(Class::Debug, waits)]),
                ..SeedReport::default()
            }
        };
        Report {
            seeds: (1..=n).map(seed).collect(),
            ..Report::default()
        }
    }

    fn of<'a>(comparison: &'a Comparison, key: &str) -> &'a Paired {
        comparison.row(key).unwrap()
    }

    #[test]
    fn a_wait_known_only_as_more_than_is_better_in_no_seed() {
        let base = report(12, |_| vec![50_000], |_| 800);
        let mut proposal = base.clone();
        for seed in &mut proposal.seeds {
            let open = Waits {
                started: Vec::new(),
                unfinished: vec![10_000],
                given_up: 0,
            };
            seed.waits.insert(Class::Debug, open);
        }
        let comparison = compare(&base, &proposal);
        let row = of(&comparison, "wait.p90.debug");
        assert_eq!((row.better, row.worse), (0, 0));
        assert_eq!(row.verdict, Verdict::NoClearDifference);
        let other_way = compare(&proposal, &base);
        assert_eq!(
            of(&other_way, "wait.p90.debug").worse,
            0,
            "more than 10,000 may be more than 50,000"
        );
    }

    #[test]
    fn a_null_change_is_zero_everywhere() {
        let base = report(20, |seed| vec![seed as u32, 500], |seed| 800 + seed);
        let comparison = compare(&base, &base);
        assert_eq!(comparison.rows.len(), 3 + 2 * 9 + 2);
        for row in &comparison.rows {
            assert_eq!(
                (row.better, row.worse, row.median_difference),
                (0, 0, 0.0),
                "{}",
                row.key
            );
            assert_eq!(row.verdict, Verdict::Identical, "{}", row.key);
            assert!(row.difference.iter().all(|&d| d == 0.0));
        }
    }

    #[test]
    fn a_clear_and_large_difference_earns_a_verdict() {
        let base = report(12, |_| vec![3_600], |_| 800);
        let proposal = report(12, |_| vec![1_800], |_| 795);
        let comparison = compare(&base, &proposal);
        let wait = of(&comparison, "wait.p50.debug");
        assert_eq!(
            (wait.better, wait.worse, wait.median_difference),
            (12, 0, -1_800.0)
        );
        assert_eq!(wait.verdict, Verdict::Better);
        assert_eq!(comparison.typical(Class::Debug), Some(wait));
        assert_eq!(of(&comparison, "wait.p50.all").verdict, Verdict::Better);
        assert_eq!(of(&comparison, "use").verdict, Verdict::Worse);
        assert_eq!(of(&comparison, "wait.p50.train").verdict, Verdict::Identical);
        let back = compare(&proposal, &base);
        assert_eq!(of(&back, "wait.p50.debug").verdict, Verdict::Worse);
    }

    #[test]
    fn several_proposals_are_corrected_as_one_table_and_one_alone_as_ever() {
        let base = report(14, |_| vec![3_600], |_| 800);
        let clear = report(14, |_| vec![1_800], |_| 800);
        // Sooner in thirteen of fourteen runs: enough for one proposal's table, not for that of three.
        let sooner = report(14, |seed| vec![if seed == 1 { 3_700 } else { 1_800 }], |_| 800);
        assert_eq!(compare_all(&base, &[&clear]), [compare(&base, &clear)]);
        assert_eq!(
            of(&compare(&base, &sooner), "wait.p50.debug").verdict,
            Verdict::Better
        );
        let together = compare_all(&base, &[&clear, &base, &sooner]);
        let row = |at: usize| of(&together[at], "wait.p50.debug");
        let verdicts = [0, 1, 2].map(|at| row(at).verdict);
        assert_eq!(
            verdicts,
            [Verdict::Better, Verdict::Identical, Verdict::NoClearDifference]
        );
        assert_eq!((row(2).better, row(2).worse), (13, 1));
        assert!(compare_all(&base, &[]).is_empty());
    }

    #[test]
    fn with_eleven_seeds_there_are_counts_and_no_verdict() {
        let comparison = compare(
            &report(11, |_| vec![3_600], |_| 0),
            &report(11, |_| vec![0], |_| 0),
        );
        let wait = of(&comparison, "wait.p90.debug");
        assert_eq!((wait.better, wait.verdict), (11, Verdict::TooFewSeeds));
    }

    #[test]
    fn a_small_difference_earns_none_however_sure() {
        for (base, proposal) in [(10_000, 9_600), (100, 41), (0, 59)] {
            let comparison = compare(
                &report(20, |_| vec![base], |_| 0),
                &report(20, |_| vec![proposal], |_| 0),
            );
            assert_eq!(
                of(&comparison, "wait.p50.debug").verdict,
                Verdict::NoClearDifference,
                "{base} {proposal}"
            );
        }
        let comparison = compare(&report(20, |_| vec![], |_| 800), &report(20, |_| vec![], |_| 804));
        assert_eq!(of(&comparison, "use").verdict, Verdict::NoClearDifference);
    }

    #[test]
    fn a_direction_that_seeds_disagree_on_earns_none() {
        let mixed = |seed: u64| vec![if seed <= 4 { 7_200 } else { 600 }];
        let comparison = compare(&report(16, |_| vec![3_600], |_| 0), &report(16, mixed, |_| 0));
        let wait = of(&comparison, "wait.p50.debug");
        assert_eq!(
            (wait.better, wait.worse, wait.verdict),
            (12, 4, Verdict::NoClearDifference)
        );
    }

    #[test]
    fn seeds_are_paired_by_number_and_the_odd_ones_left_out() {
        let mut base = report(3, |seed| vec![seed as u32 * 100], |_| 0);
        base.seeds.remove(0);
        let comparison = compare(&base, &report(2, |seed| vec![seed as u32 * 100], |_| 0));
        assert_eq!(of(&comparison, "wait.p50.debug").difference, [0.0]);
    }
}
