//! `trilemma sweep`: one or more knobs over a range, what each setting does, and which of them nothing beats.
//!
//! Every setting meets the same jobs and dice as the scenario as it is. Which settings those are is worked out before
//! anything runs; what came of them is then told as tables, CSV or JSON.

mod data;
mod plan;
mod told;

use sim_core::metrics::simplicity;
use sim_core::metrics::sweep::{Goal, Point, Reading, class_named};
use sim_core::scenario::Checked;
use sim_core::scenario::knobs::Settings;
use sim_core::workload::Class;

use crate::{Outcome, input, seeds};

use plan::Plan;
use told::Told;

/// What to sweep.
#[derive(clap::Args)]
pub struct Args {
    /// A preset's name, a TOML file, or a share link in quotes
    scenario: String,
    /// A knob and the settings to try: cap=2,4,8 or cap=2..16 (the stops between) or cap (all stops); may be given for several
    #[arg(long, value_name = "KNOB=A,B,C")]
    vary: Vec<String>,
    /// Change a knob of the scenario first, such as load=95pct
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Number of runs of each setting; better or worse is said from 12 on
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// Whose wait to weigh against use: tests, notebooks, inference, fine-tuning, sweeps, training, all
    #[arg(long, value_name = "WORK", default_value = "tests")]
    class: String,
    /// What is wanted, such as "tests p90 <= 10min, use >= 85 %, rules <= 8"
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Which knobs matter here: one at a time, ranked; without --vary the nearest stops of every policy knob
    #[arg(long)]
    rank: bool,
    /// A line per setting, for a spreadsheet
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
}

/// Sweeps.
pub fn run(args: &Args) -> Outcome {
    let given = input::read(&args.scenario, &args.set);
    let number = input::seeds(args.seeds, &given.as_ref().map_or(vec![], |given| vec![given]));
    let ((given, number), (class, goal)) = input::both(input::both(given, number), asked(args))?;
    let checked = input::check(given.scenario, &args.scenario)?;
    let plan = Plan::of(checked, &args.vary, args.rank)?;
    let points = run_all(&plan.scenarios, number);
    let told = Told {
        plan: &plan,
        points: &points,
        number,
        class,
        goal: goal.as_ref(),
    };
    Ok(if args.csv {
        told.csv()
    } else if args.json {
        format!("{}\n", told.json())
    } else {
        told.for_people()
    })
}

/// Whose wait, and what is wanted.
type Asked = (Option<Class>, Option<Goal>);

fn asked(args: &Args) -> Result<Asked, Vec<String>> {
    let class = class_named(&args.class).ok_or_else(|| {
        let known = "tests, notebooks, inference, fine-tuning, sweeps, training, large, cpubound or all";
        vec![format!("--class `{}`: no such work; write {known}", args.class)]
    });
    let goal = args.goal.as_deref().map(Goal::parse).transpose();
    let goal = goal.map_err(|problems| {
        problems
            .iter()
            .map(|problem| format!("--goal {problem}"))
            .collect()
    });
    input::both(class, goal)
}

/// Runs every setting; of a run only its figures are kept, so that a thousand settings fit into memory.
fn run_all(scenarios: &[Checked], number: u32) -> Vec<Point> {
    let all: Vec<&Checked> = scenarios.iter().collect();
    let runs = seeds::run_each(&all, number, |seed| Reading::of(&seed));
    scenarios
        .iter()
        .zip(runs)
        .map(|(scenario, runs)| Point {
            settings: Settings::of(scenario.scenario()),
            simplicity: simplicity(scenario.scenario()),
            runs,
        })
        .collect()
}
