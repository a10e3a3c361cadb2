//! Checks of the place without the machine: the format, the time simulated, the people, the assumptions.

use super::Found;
use crate::scenario::knobs::{self, Setting};
use crate::scenario::{Head, Scenario};
use crate::units::{PerMille, Span};

const MOST_PEOPLE: u32 = 100_000;
/// As many GPUs as a machine may have.
const MOST_PLANNED: u32 = 100_000;
const LONGEST_HORIZON: Span = Span::days(730);

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let head = Head {
        schema: scenario.schema,
    };
    if let Err(unknown) = head.readable() {
        let what = format!("{} is not known here", unknown.0);
        found.error(
            "schema",
            what,
            "use a newer version of Trilemma, or write schema = 1",
        );
    }
    settable(scenario, found);
    to_try(scenario, found);
    workload(scenario, found);
    deadlines(scenario, found);
    season(scenario, found);
    roundings(scenario, found);
}

/// What settings of knobs, and another horizon, can make wrong here.
pub(super) fn settable(scenario: &Scenario, found: &mut Found) {
    horizon(scenario, found);
    assumptions(scenario, found);
}

fn horizon(scenario: &Scenario, found: &mut Found) {
    let horizon = scenario.horizon;
    if horizon.measured == Span::ZERO {
        found.error(
            "horizon.measured",
            "nothing is measured",
            "write a window such as measured = \"28d\"",
        );
    }
    if horizon.whole() > LONGEST_HORIZON {
        let what = format!("{} is more than two years", horizon.whole());
        found.error("horizon", what, "shorten warm-up or measured");
    }
}

fn to_try(scenario: &Scenario, found: &mut Found) {
    for (i, item) in scenario.to_try.iter().enumerate() {
        let path = format!("try.{}", i + 1);
        if item.line.is_empty() {
            let remedy = "say from what to what, such as line = \"8 GPUs, 16 GPUs, no cap\"";
            found.error(format!("{path}.line"), "nothing is said", remedy);
        }
        if let Err(unknown) = knobs::find(&item.knob)
            && !item.knob.is_empty()
        {
            let remedy = "leave it out if no knob does it";
            found.error(format!("{path}.knob"), unknown.to_string(), remedy);
        }
    }
}

fn workload(scenario: &Scenario, found: &mut Found) {
    let workload = &scenario.workload;
    if !(1..=MOST_PEOPLE).contains(&workload.people) {
        let what = format!("{} people", workload.people);
        found.error("workload.people", what, format!("write 1 to {MOST_PEOPLE}"));
    }
    if workload.accounts == 0 || (workload.people > 0 && workload.accounts > workload.people) {
        let what = format!("{} accounts for {} people", workload.accounts, workload.people);
        found.error(
            "workload.accounts",
            what,
            "write at least one, and no more than there are people",
        );
    }
    let (gpus, widest) = workload.planned_for;
    if (gpus, widest) != (0, 0) && !((1..=MOST_PLANNED).contains(&gpus) && (1..=gpus).contains(&widest)) {
        let what = format!("{gpus} GPUs, and a widest job of {widest}");
        let remedy = format!("write 1 to {MOST_PLANNED} GPUs and no more of them for a job, or leave it out");
        found.error("workload.planned-for", what, remedy);
    }
    let sizes = &workload.group_sizes;
    if !sizes.is_empty() && sizes.len() as u64 != u64::from(workload.accounts) {
        let what = format!("{} sizes for {} accounts", sizes.len(), workload.accounts);
        let remedy = "write one for each account, or leave it out";
        found.error("workload.group-sizes", what, remedy);
    } else if sizes.iter().any(|size| !(1..=MOST_PEOPLE).contains(size)) {
        let remedy = format!("write 1 to {MOST_PEOPLE} for each account");
        found.error("workload.group-sizes", "a size out of range", remedy);
    }
    let mix = workload.mix;
    for (path, value, most) in [
        ("workload.activity-sigma", workload.activity_sigma, 5.0),
        ("workload.activity-z-max", workload.activity_z_max, 10.0),
        ("workload.mix.large-x", mix.large_x, 100.0),
        ("workload.mix.sweep-x", mix.sweep_x, 100.0),
        ("workload.mix.interactive-x", mix.interactive_x, 100.0),
    ] {
        if !(0.0..=most).contains(&value) {
            found.error(
                path,
                format!("{value} makes no sense"),
                format!("write 0.0 to {most:.1}"),
            );
        }
    }
}

fn assumptions(scenario: &Scenario, found: &mut Found) {
    for (key, PerMille(value)) in shares(scenario) {
        if !in_range(key, value) {
            let (low, high) = range(key);
            let what = format!("{value} thousandths is out of range");
            found.error(
                format!("assumptions.{key}"),
                what,
                format!("write {} to {}", low * 10, high * 10),
            );
        }
    }
    for (path, key) in BY_KNOB {
        let Ok(knob) = knobs::find(key) else { continue };
        let (low, high) = knob.value.range;
        let value = match knob.get(scenario) {
            Setting::Off | Setting::Word(_) => continue,
            Setting::Span(span) => span.0,
            Setting::Count(n) => n,
        };
        if !(low..=high).contains(&value) {
            let remedy = format!("write {low} to {high}, times counted in seconds");
            found.error(path, format!("{value} is out of range"), remedy);
        }
    }
}

fn deadlines(scenario: &Scenario, found: &mut Found) {
    let assumed = &scenario.assumptions;
    let end = LONGEST_HORIZON.0 / Span::days(1).0;
    let path = "assumptions.deadline-days";
    if assumed.deadline_days.len() > 100 || assumed.deadline_days.iter().any(|&day| day > end) {
        let remedy = format!("write up to a hundred days of the measured window, each 0 to {end}");
        found.error(path, "too many deadlines, or one that is too far away", remedy);
    }
    let days = scenario.horizon.measured.0 / Span::days(1).0;
    if assumed.deadline_surge > PerMille(1_000) && assumed.deadline_days.iter().all(|&day| day > days) {
        let what = format!("no deadline within the {days} days that are measured");
        found.warning(
            path,
            what,
            "write a day on which one is, such as deadline-days = [21]",
        );
    }
}

fn season(scenario: &Scenario, found: &mut Found) {
    let (first, last) = scenario.assumptions.intern_days;
    let end = LONGEST_HORIZON.0 / Span::days(1).0;
    let path = "assumptions.intern-days";
    if first >= last || last > end {
        let what = format!("a season from day {first} to day {last}");
        found.error(
            path,
            what,
            format!("write a first and a later last day of the measured window, 0 to {end}"),
        );
    }
    let days = scenario.horizon.measured.0 / Span::days(1).0;
    if scenario.assumptions.intern_season > PerMille(1_000) && first >= days {
        let what = format!("the interns' season begins after the {days} days that are measured");
        found.warning(
            path,
            what,
            "let it begin earlier, such as intern-days = [14, 106]",
        );
    }
}

/// What may be no more and no less than its knob takes.
const BY_KNOB: [(&str, &str); 23] = [
    ("assumptions.checkpoint-interval", "checkpoint-interval"),
    ("assumptions.node-failures", "node-failures"),
    ("assumptions.repair-time", "repair-time"),
    ("policy.maintenance.every-weeks", "maintenance"),
    ("policy.maintenance.duration", "maintenance-time"),
    ("policy.idle-cull", "idle-cull"),
    ("policy.low-use.below", "low-use-below"),
    ("policy.low-use.after", "low-use-after"),
    ("policy.service.least", "service-least"),
    ("policy.service.most", "service-most"),
    ("policy.service.from", "service-from"),
    ("policy.service.to", "service-to"),
    ("policy.service.notice", "service-notice"),
    ("policy.service.grace", "service-grace"),
    ("policy.service.full", "service-full"),
    ("policy.service.min-stay", "service-stay"),
    ("assumptions.service.gpus", "service-need"),
    ("assumptions.service.change-time", "service-change"),
    ("policy.outside.after", "outside"),
    ("assumptions.outside.data", "outside-data"),
    ("assumptions.outside.speed", "outside-speed"),
    ("assumptions.outside.set-up", "outside-set-up"),
    ("assumptions.outside.price", "outside-price"),
];

/// Assumptions that a link or a slider would round.
fn roundings(scenario: &Scenario, found: &mut Found) {
    let rounded = |key: &str, value: u32| in_range(key, value) && !value.is_multiple_of(10);
    for (key, PerMille(value)) in shares(scenario) {
        if rounded(key, value) {
            let link = knobs::find(key).map_or(String::new(), |knob| knob.write(Setting::Count(value / 10)));
            let what = format!("{value} thousandths is no whole per cent");
            found.warning(
                format!("assumptions.{key}"),
                what,
                format!("a link or a slider would make it {link}: round it"),
            );
        }
    }
}

fn shares(scenario: &Scenario) -> [(&'static str, PerMille); 25] {
    let assumed = &scenario.assumptions;
    [
        ("load", assumed.load),
        ("padding", assumed.padding),
        ("burstiness", assumed.burstiness),
        ("checkpoint-share", assumed.checkpoint_share),
        ("signal-share", assumed.signal_share),
        ("culled-return", assumed.culled_return),
        ("weekend-notebooks", assumed.weekend_notebooks),
        ("warn-answer", assumed.warn_answer),
        ("help-answer", assumed.help_answer),
        ("deadline-surge", assumed.deadline_surge),
        ("intern-season", assumed.intern_season),
        ("need-error", assumed.need_error),
        ("opt-in", assumed.opt_in),
        ("type-choosers", assumed.type_choosers),
        ("service-noise", assumed.service.noise),
        ("service-sharers", assumed.service.sharers),
        ("portable", assumed.outside.portable),
        ("give-up", assumed.give_up),
        ("split", assumed.split),
        ("inflate", assumed.inflate),
        ("hoard", assumed.hoard),
        ("climb", assumed.climb),
        ("talk", assumed.talk),
        ("learn", assumed.learn),
        ("thrift", assumed.thrift),
    ]
}

/// The knob's range, in per cent.
fn range(key: &str) -> (u32, u32) {
    knobs::find(key).map_or((0, u32::MAX), |knob| knob.value.range)
}

fn in_range(key: &str, value: u32) -> bool {
    let (low, high) = range(key);
    (low.saturating_mul(10)..=high.saturating_mul(10)).contains(&value)
}
