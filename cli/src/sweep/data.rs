//! A sweep for programs: a line per setting, or one object.

use figures::frontier::csv;
use serde_json::{Map, Value, json};
use sim_core::metrics::sweep::{Effect, Found, Goal, Measure, Point, Spread, Tail, judge};
use sim_core::workload::Class;

use super::told::Told;
use crate::compare::row_json;

/// All jobs first, then the classes.
fn classes() -> impl Iterator<Item = Option<Class>> {
    std::iter::once(None).chain(Class::ALL.map(Some))
}

fn key(class: Option<Class>) -> &'static str {
    class.map_or("all", Class::key)
}

const SHARES: [(&str, Measure); 3] = [
    ("use", Measure::Use),
    ("useful", Measure::Useful),
    ("readiness", Measure::Readiness),
];
const TAILS: [(&str, Tail); 2] = [("p50", Tail::Half), ("p90", Tail::NineInTen)];

impl Told<'_> {
    /// A head, then a line per setting.
    pub fn csv(&self) -> String {
        csv(
            self.points,
            &self.plan.varied,
            self.plan.now,
            self.class,
            self.goal,
        )
    }

    /// One object.
    pub fn json(&self) -> Value {
        let on = self.frontier();
        let judged = judge(self.points, self.plan.now, self.class);
        let vary = self.plan.varied.iter().map(|vary| {
            let values: Vec<String> = vary.settings.iter().map(|&it| vary.knob.write(it)).collect();
            json!({ "knob": vary.knob.key, "values": values })
        });
        let points = self.points.iter().enumerate().map(|(at, point)| {
            let mut told = point_json(point);
            let set = self.plan.varied.iter().map(|vary| {
                let value = vary.knob.write(point.settings.get(vary.knob));
                (vary.knob.key.to_owned(), json!(value))
            });
            told["set"] = Value::Object(set.collect());
            told["now"] = json!(at == self.plan.now);
            told["frontier"] = json!(on[at]);
            told["against_now"] = json!({
                "differences": judged[at].rows.iter().map(row_json).collect::<Vec<_>>(),
                "worse_in": judged[at].costs.iter().map(|row| &row.key).collect::<Vec<_>>(),
                "rules": judged[at].rules,
            });
            told
        });
        let nearest = match self.nearest() {
            Found::Nearest(it) => json!({ "point": it.point, "knobs": it.knobs, "steps": it.steps }),
            Found::Nothing | Found::TooFewRuns => Value::Null,
        };
        let now = self.now();
        json!({
            "scenario": now.name,
            "warm_up_seconds": now.horizon.warm_up.0,
            "measured_seconds": now.horizon.measured.0,
            "seeds": self.number,
            "class": key(self.class),
            "vary": vary.collect::<Vec<_>>(),
            "points": points.collect::<Vec<_>>(),
            "nearest_better": nearest,
            "goal": self.goal.map(|goal| goal_json(goal, self.points)),
            "rank": self.effects().map(|effects| effects.iter().map(|effect| self.effect_json(effect)).collect::<Vec<_>>()),
        })
    }

    fn effect_json(&self, effect: &Effect) -> Value {
        json!({
            "knob": self.plan.varied[effect.knob].knob.key,
            "point": effect.point,
            "difference": row_json(&effect.row),
            "q25": effect.quartiles.0,
            "q75": effect.quartiles.1,
            "use": row_json(&effect.used),
        })
    }
}

fn point_json(point: &Point) -> Value {
    let mut told = Map::new();
    for (name, measure) in SHARES {
        told.insert(name.to_owned(), spread_json(point.spread(measure)));
    }
    let waits = classes().map(|class| {
        let mut of: Map<String, Value> = TAILS
            .iter()
            .map(|&(name, tail)| {
                (
                    name.to_owned(),
                    spread_json(point.spread(Measure::Wait(class, tail))),
                )
            })
            .collect();
        of.insert("jobs".to_owned(), json!(point.jobs(class)));
        (key(class).to_owned(), Value::Object(of))
    });
    told.insert("waits".to_owned(), Value::Object(waits.collect()));
    let simplicity = &point.simplicity;
    told.insert(
        "simplicity".to_owned(),
        json!({ "rules": simplicity.rules, "choices": simplicity.choices }),
    );
    let runs = point
        .runs
        .iter()
        .map(|run| json!({ "seed": run.seed, "digest": run.digest }));
    told.insert("runs".to_owned(), Value::Array(runs.collect()));
    Value::Object(told)
}

fn spread_json(spread: Option<Spread>) -> Value {
    spread.map_or(
        Value::Null,
        |it| json!({ "q25": it.q25, "median": it.median, "q75": it.q75, "more_than": it.at_least }),
    )
}

fn goal_json(goal: &Goal, points: &[Point]) -> Value {
    let (meets, nearest) = goal.search(points);
    let judged = points.iter().map(|point| {
        let met = goal.judge(point).unwrap_or_default();
        let misses = met.misses.iter().map(|miss| {
            json!({
                "key": miss.demand.measure.key(),
                "asked": miss.demand.value,
                "has": miss.has,
                "by": miss.by,
                "share": miss.share,
                "at_least": miss.at_least,
            })
        });
        json!({ "runs": met.runs, "largest": met.largest(), "misses": misses.collect::<Vec<_>>() })
    });
    json!({ "met_by": meets, "nearest_first": nearest, "points": judged.collect::<Vec<_>>() })
}
