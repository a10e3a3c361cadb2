//! A sweep as comma-separated lines: a head, then a line per setting.

use sim_core::metrics::sweep::{Goal, Measure, Point, Spread, Tail, frontier};
use sim_core::scenario::knobs::Vary;
use sim_core::workload::Class;

const SHARES: [(&str, Measure); 3] = [
    ("use", Measure::Use),
    ("useful", Measure::Useful),
    ("readiness", Measure::Readiness),
];
const TAILS: [(&str, Tail); 2] = [("p50", Tail::Half), ("p90", Tail::NineInTen)];

/// Waits in seconds, shares from 0 to 1; nothing where nobody asked. `now` is the place of how things are.
pub fn csv(
    points: &[Point],
    varied: &[Vary],
    now: usize,
    class: Option<Class>,
    goal: Option<&Goal>,
) -> String {
    let classes = || std::iter::once(None).chain(Class::ALL.map(Some));
    let mut head: Vec<String> = varied.iter().map(|vary| vary.knob.key.to_owned()).collect();
    head.extend(["now", "frontier", "runs", "rules", "choices"].map(str::to_owned));
    let three = |name: &str| ["q25", "median", "q75"].map(|at| format!("{name}_{at}"));
    for (name, _) in SHARES {
        head.extend(three(name));
    }
    for class in classes().map(|class| class.map_or("all", Class::key)) {
        head.push(format!("jobs_{class}"));
        for (tail, _) in TAILS {
            head.extend(three(&format!("{tail}_{class}")));
            head.push(format!("{tail}_{class}_more_than"));
        }
    }
    if goal.is_some() {
        head.extend(["goal_runs", "goal_largest_miss"].map(str::to_owned));
    }
    let on = frontier(points, class);
    let mut text = head.join(",") + "\n";
    for (at, (point, on)) in points.iter().zip(on).enumerate() {
        let write = |vary: &Vary| vary.knob.write(point.settings.get(vary.knob));
        let mut cells: Vec<String> = varied.iter().map(write).collect();
        cells.extend([(at == now).to_string(), on.to_string()]);
        cells.push(point.runs.len().to_string());
        cells.extend([point.simplicity.rules, point.simplicity.choices].map(|n| n.to_string()));
        for (_, measure) in SHARES {
            cells.extend(figures(point.spread(measure)));
        }
        for class in classes() {
            cells.push(point.jobs(class).to_string());
            for (_, tail) in TAILS {
                let spread = point.spread(Measure::Wait(class, tail));
                cells.extend(figures(spread));
                cells.push(spread.map_or(String::new(), |it| it.at_least.to_string()));
            }
        }
        if let Some(goal) = goal {
            let met = goal.judge(point).unwrap_or_default();
            cells.extend([met.runs.to_string(), met.largest().to_string()]);
        }
        text += &(cells.join(",") + "\n");
    }
    text
}

fn figures(spread: Option<Spread>) -> [String; 3] {
    match spread {
        Some(it) => [it.q25, it.median, it.q75].map(|value| value.to_string()),
        None => [const { String::new() }; 3],
    }
}
