//! Rows of the table that differ in little: run-minute budgets, weights, backfill times, assumptions.

use super::Setting::{Count, Off};
use super::{Dial, Kind, Knob, Setting, Unit};
use crate::scenario::Scenario;

const RUN_MINUTES_STOPS: &[Setting] = &[
    Count(120),
    Count(240),
    Count(480),
    Count(960),
    Count(1_920),
    Count(3_840),
    Off,
];
const WEIGHT_STOPS: &[Setting] = &[
    Count(0),
    Count(1_000),
    Count(10_000),
    Count(100_000),
    Count(1_000_000),
];

type Get = fn(&Scenario) -> Setting;
type Set = fn(&mut Scenario, Setting);

pub(super) const fn run_minutes(
    key: &'static str,
    label: &'static str,
    slurm: &'static str,
    help: &'static str,
    get: Get,
    set: Set,
    places: fn(&Scenario) -> u32,
) -> Knob {
    Knob {
        key,
        label,
        slurm,
        help,
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::GpuHours,
            of: "",
            off: Some("no limit"),
            range: (1, 1_000_000),
            step: 1,
            stops: RUN_MINUTES_STOPS,
            words: ["strict", "usual", "no limit"],
            get,
            set,
            places,
        },
    }
}

pub(super) const fn weight(
    key: &'static str,
    label: &'static str,
    slurm: &'static str,
    help: &'static str,
    get: Get,
    set: Set,
) -> Knob {
    Knob {
        key,
        label,
        slurm,
        help,
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Number,
            of: "points",
            off: None,
            range: (0, 10_000_000),
            step: 1,
            stops: WEIGHT_STOPS,
            words: ["nothing", "some", "decides"],
            get,
            set,
            places: |_| 0,
        },
    }
}

#[expect(clippy::too_many_arguments, reason = "one per column of the table")]
pub(super) const fn bf_time(
    key: &'static str,
    label: &'static str,
    slurm: &'static str,
    help: &'static str,
    range: (u32, u32),
    stops: &'static [Setting],
    words: [&'static str; 3],
    get: Get,
    set: Set,
) -> Knob {
    Knob {
        key,
        label,
        slurm,
        help,
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: None,
            range,
            step: 1,
            stops,
            words,
            get,
            set,
            places: |_| 0,
        },
    }
}

#[expect(clippy::too_many_arguments, reason = "one per column of the table")]
pub(super) const fn assumption(
    key: &'static str,
    label: &'static str,
    of: &'static str,
    help: &'static str,
    range: (u32, u32),
    stops: &'static [Setting],
    words: [&'static str; 3],
    get: Get,
    set: Set,
) -> Knob {
    Knob {
        key,
        label,
        slurm: "",
        help,
        kind: Kind::Assumption,
        rule: false,
        value: Dial {
            unit: Unit::Percent,
            of,
            off: None,
            range,
            step: 1,
            stops,
            words,
            get,
            set,
            places: |_| 0,
        },
    }
}
