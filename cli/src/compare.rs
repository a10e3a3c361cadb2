//! `trilemma compare`: two scenarios on the same jobs and dice, and what may be said of the difference.

use serde_json::{Value, json};
use sim_core::metrics::{Comparison, Paired, Report, Shifts, Verdict, compare, median_f64, paired_intents};
use sim_core::scenario::knobs::diff_in_words;
use sim_core::scenario::{Checked, Scenario, WorkloadSpec};
use sim_core::workload::Class;

use crate::input::Given;
use crate::run::{heading, served};
use crate::text::{class, days, fill, percent, span, table};
use crate::{Outcome, input, say, seeds};

/// What to compare.
#[derive(clap::Args)]
pub struct Args {
    /// What is: a preset's name, a TOML file, or a share link in quotes
    base: String,
    /// What is proposed: the same
    proposal: String,
    /// Change a knob of the proposal, such as cap=16gpu
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Number of runs; better or worse is said from 12 on
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
}

/// Compares them.
pub fn run(args: &Args) -> Outcome {
    let (base, proposal, number) = checked((&args.base, &args.proposal), &args.set, args.seeds)?;
    let reports = seeds::run(&[&base, &proposal], number);
    let told = Told {
        base: base.scenario(),
        proposal: proposal.scenario(),
        reports: (&reports[0], &reports[1]),
        comparison: compare(&reports[0], &reports[1]),
        shifts: paired_intents(&reports[0], &reports[1]),
    };
    if args.json {
        Ok(format!("{}\n", told.json()))
    } else {
        Ok(told.for_people())
    }
}

/// Both sides, ready to run, and the number of runs.
pub fn checked(
    (base, proposal): (&str, &str),
    set: &[String],
    seeds: Option<u32>,
) -> Result<(Checked, Checked, u32), Vec<String>> {
    let given = input::both(input::read(base, &[]), input::read(proposal, set));
    let pair: Vec<&Given> = given
        .as_ref()
        .map_or(vec![], |(base, proposal)| vec![base, proposal]);
    let number = input::seeds(seeds, &pair);
    let ((mut was, mut is), number) = input::both(given, number)?;
    align(&mut was, &mut is)?;
    let was = input::check(was.scenario, base);
    let is = input::check(is.scenario, proposal);
    let (was, is) = input::both(was, is)?;
    Ok((was, is, number))
}

/// Same jobs, same dice: both must have one window and one first seed. A link brings its own, and shares it with what has
/// none of its own.
fn align(base: &mut Given, proposal: &mut Given) -> Result<(), Vec<String>> {
    let run = |given: &Given| (given.scenario.horizon, given.scenario.seed);
    if run(base) != run(proposal) {
        let (horizon, seed) = match (base.seeds, proposal.seeds) {
            (Some(_), None) => run(base),
            (None, Some(_)) => run(proposal),
            (Some(_), Some(_)) | (None, None) => {
                let problem = "BASE and PROPOSAL: different window or seed, so that no job would be the same";
                return Err(vec![format!("{problem}; give both the same horizon and seed")]);
            }
        };
        for given in [&mut *base, &mut *proposal] {
            given.scenario.horizon = horizon;
            given.scenario.seed = seed;
        }
        let (warm_up, measured) = (days(horizon.warm_up), days(horizon.measured));
        say(&format!(
            "note: both run as the link says, {warm_up} of warm-up and {measured} measured"
        ));
    }
    plan_alike(&mut base.scenario, &mut proposal.scenario);
    let (a, b) = (&base.scenario, &proposal.scenario);
    if (&a.workload, &a.assumptions) != (&b.workload, &b.assumptions) {
        say(
            "warning: BASE and PROPOSAL differ in more than policy and machine; some of what differs below comes from other demand",
        );
    }
    Ok(())
}

/// People who would have another machine ask for no other work: where neither says for which one they plan, it is BASE's.
fn plan_alike(base: &mut Scenario, proposal: &mut Scenario) {
    let people = |of: &Scenario| WorkloadSpec {
        planned_for: (0, 0),
        ..of.workload.clone()
    };
    if base.cluster == proposal.cluster || people(base) != people(proposal) {
        return;
    }
    let planned = match (base.workload.planned_for, proposal.workload.planned_for) {
        ((0, 0), (0, 0)) => base.planned_for(),
        ((0, 0), planned) | (planned, (0, 0)) => planned,
        (_, _) => return,
    };
    base.workload.planned_for = planned;
    proposal.workload.planned_for = planned;
    say(&format!(
        "note: two machines; both are asked for the work that people plan for one of {} GPUs",
        planned.0
    ));
}

struct Told<'a> {
    base: &'a Scenario,
    proposal: &'a Scenario,
    reports: (&'a Report, &'a Report),
    comparison: Comparison,
    shifts: Shifts,
}

impl Told<'_> {
    fn json(&self) -> Value {
        let side = |scenario: &Scenario, report: &Report| json!({ "scenario": scenario.name, "digest": report.digest() });
        let shifts = &self.shifts;
        json!({
            "base": side(self.base, self.reports.0),
            "proposal": side(self.proposal, self.reports.1),
            "seeds": self.reports.0.seeds.len(),
            "changes": diff_in_words(self.base, self.proposal),
            "differences": self.comparison.rows.iter().map(row_json).collect::<Vec<_>>(),
            "intents": {
                "much_sooner": shifts.much_sooner,
                "sooner": shifts.sooner,
                "same": shifts.same,
                "later": shifts.later,
                "much_later": shifts.much_later,
                "open": shifts.open,
            },
        })
    }

    fn for_people(&self) -> String {
        let mut out = fill(&heading(self.base));
        let changes = diff_in_words(self.base, self.proposal);
        for change in &changes {
            out += &fill(&format!("Proposed: {change}"));
        }
        if changes.is_empty() {
            out += "Proposed: nothing. Both are equal.\n";
        }
        out += "\n";
        out += &self.answer();
        out += "\n";
        out += &self.rows();
        out += "\n";
        out += &self.intents();
        for (when, report) in [("Now", self.reports.0), ("Proposed", self.reports.1)] {
            let served = served(report);
            if !served.is_empty() {
                out += &fill(&format!("{when}: {served}"));
            }
        }
        let digests = (self.reports.0.digest(), self.reports.1.digest());
        out += &fill(&format!(
            "Digests: {} without, {} with the proposal.",
            digests.0, digests.1
        ));
        out
    }

    /// What may be said, in a sentence or two.
    fn answer(&self) -> String {
        let named = |verdict: Verdict| -> Vec<String> {
            let rows = self.comparison.rows.iter().filter(|row| row.verdict == verdict);
            rows.map(|row| name(&row.key)).collect()
        };
        let number = self.reports.0.seeds.len();
        let (better, worse) = (named(Verdict::Better), named(Verdict::Worse));
        let mut said = Vec::new();
        if !named(Verdict::TooFewSeeds).is_empty() {
            said.push(format!(
                "{number} runs show directions, not verdicts: --seeds 12 or more for those."
            ));
        } else if self
            .comparison
            .rows
            .iter()
            .all(|row| row.verdict == Verdict::Identical)
        {
            said.push(format!("Nothing differs in any of {number} runs."));
        } else if better.is_empty() && worse.is_empty() {
            said.push(format!("No clear difference over {number} runs."));
        }
        if !better.is_empty() {
            said.push(format!("Better: {}.", better.join("; ")));
        }
        if !worse.is_empty() {
            said.push(format!("Worse: {}.", worse.join("; ")));
        }
        let (before, after) = (&self.reports.0.simplicity, &self.reports.1.simplicity);
        said.push(if before == after {
            format!(
                "As simple as before: rules {}, choices {}.",
                before.rules, before.choices
            )
        } else {
            format!(
                "Rules {} → {}, choices {} → {}.",
                before.rules, after.rules, before.choices, after.choices
            )
        });
        fill(&said.join(" "))
    }

    fn rows(&self) -> String {
        let row = |row: &Paired| {
            let middle = |values: &[f64]| shown(&row.key, median_f64(values).unwrap_or(0.0));
            let runs = row.difference.len();
            let count = match (row.better, row.worse) {
                (0, 0) => "same".to_owned(),
                (better, worse) if better >= worse => format!("better {better}/{runs}"),
                (_, worse) => format!("worse {worse}/{runs}"),
            };
            let verdict = match row.verdict {
                Verdict::Identical | Verdict::TooFewSeeds => "",
                Verdict::NoClearDifference => "not clear",
                Verdict::Better => "better",
                Verdict::Worse => "worse",
            };
            let cells = [
                name(&row.key),
                middle(&row.base),
                middle(&row.proposal),
                count,
                verdict.to_owned(),
            ];
            cells.to_vec()
        };
        let rows: Vec<_> = self.comparison.rows.iter().map(row).collect();
        table(
            &["Medians over runs", "now", "proposed", "in runs", "verdict"],
            &rows,
        )
    }

    fn intents(&self) -> String {
        let shifts = &self.shifts;
        let share = |n: u32| percent(f64::from(n) / f64::from(shifts.total().max(1)));
        fill(&format!(
            "Of {} pieces of work, {} start over an hour sooner, {} sooner by five minutes to an hour, {} within five \
             minutes of before, {} later by five minutes to an hour, {} over an hour later; {} still wait, so that \
             nothing can be said.",
            shifts.total(),
            share(shifts.much_sooner),
            share(shifts.sooner),
            share(shifts.same),
            share(shifts.later),
            share(shifts.much_later),
            share(shifts.open),
        ))
    }
}

/// Every number in it is zero where nothing differs.
pub fn row_json(row: &Paired) -> Value {
    let agrees = |d: &&f64| **d * row.median_difference > 0.0;
    json!({
        "key": row.key,
        "per_seed": row.difference,
        "median": row.median_difference,
        "better": row.better,
        "worse": row.worse,
        "agree": row.difference.iter().filter(agrees).count(),
        "verdict": match row.verdict {
            Verdict::Identical => "identical",
            Verdict::TooFewSeeds => "too-few-seeds",
            Verdict::NoClearDifference => "no-clear-difference",
            Verdict::Better => "better",
            Verdict::Worse => "worse",
        },
    })
}

/// A row's key in words.
pub fn name(key: &str) -> String {
    let (typical, rest) = match (key.strip_prefix("wait.p50."), key.strip_prefix("wait.p90.")) {
        (Some(rest), _) => ("typical:", rest),
        (None, Some(rest)) => ("9 in 10:", rest),
        (None, None) => ("", key),
    };
    match (typical, rest) {
        ("", "use") => "use".to_owned(),
        ("", "useful") => "useful work".to_owned(),
        ("", "readiness") => "readiness".to_owned(),
        ("", "work-done") => "work done, GPU-days".to_owned(),
        ("", "still-waiting") => "jobs still waiting".to_owned(),
        ("", "outside-cost") => "bill for GPUs outside".to_owned(),
        ("", "service") => "service's need met".to_owned(),
        ("", "service-worst-hour") => "the same, worst hour".to_owned(),
        ("", "given-up") => "work given up".to_owned(),
        ("", "filler") => "only to use up a quota".to_owned(),
        ("", other) => other.to_owned(),
        (typical, "all") => format!("{typical} all work"),
        (typical, rest) => {
            let found = Class::ALL.into_iter().find(|class| class.key() == rest);
            format!("{typical} {}", found.map_or("?", class))
        }
    }
}

/// A row's value for people.
pub fn shown(key: &str, value: f64) -> String {
    match key {
        "use" | "useful" | "readiness" | "service" | "service-worst-hour" | "filler" => percent(value),
        "work-done" => format!("{:.1}", value / 86_400.0),
        "still-waiting" | "given-up" | "rules" => format!("{value:.0}"),
        "outside-cost" => format!("{:.0}", value / 100.0),
        _ => span(value),
    }
}
