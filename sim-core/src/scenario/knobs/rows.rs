//! What a row of the table holds: a knob, and how it reaches into a scenario. Below, rows that differ in little: run-minute
//! budgets, weights, backfill times, assumptions.
//!
//! A row is written in one place and kept in four: [`KNOBS`] for whoever reads and writes settings, [`TEXTS`] and [`HELPS`]
//! for whoever shows them, and [`REACHES`] for whoever has the scenario. A program holds only those that it touches.

use super::Setting::{Count, Off};
use super::{Kind, Knob, Scale, Setting, Texts, Unit};
use super::{people, table};
use crate::scenario::Scenario;

/// All knobs, in the order of links and forms.
pub static KNOBS: &[Knob] = &knobs();

/// What people read of each knob of [`KNOBS`].
pub(super) static TEXTS: &[Texts] = &texts();

/// What changes if a knob of [`KNOBS`] is moved.
pub(super) static HELPS: &[&str] = &helps();

/// How each knob of [`KNOBS`] reaches into a scenario.
pub(super) static REACHES: &[Reach] = &reaches();

/// A knob as it is written in the table; see [`Knob`], [`Texts`] and [`Knob::help`] for its fields.
pub(super) struct Row {
    pub key: &'static str,
    pub label: &'static str,
    pub slurm: &'static str,
    pub help: &'static str,
    pub kind: Kind,
    pub rule: bool,
    pub value: Dial,
}

/// Type and range of a knob as written in the table, see [`Scale`] and [`Texts`], and how it reaches into a scenario, see [`Reach`].
pub(super) struct Dial {
    pub unit: Unit,
    pub of: &'static str,
    pub off: Option<&'static str>,
    pub range: (u32, u32),
    pub step: u32,
    pub stops: &'static [Setting],
    pub words: [&'static str; 3],
    pub get: Get,
    pub set: Set,
    pub places: Places,
}

/// How a knob reaches into a scenario.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// Reads it.
    pub get: Get,
    /// Sets it. The value has been checked against the range: see [`Knob::apply`].
    pub set: Set,
    /// In how many partitions, QOS or other places it differs from off; what simplicity counts.
    pub places: Places,
}

pub(super) type Get = fn(&Scenario) -> Setting;
pub(super) type Set = fn(&mut Scenario, Setting);
pub(super) type Places = fn(&Scenario) -> u32;

const COUNT: usize = table::ROWS.len() + people::ROWS.len();

const fn at(row: usize) -> &'static Row {
    if row < table::ROWS.len() {
        &table::ROWS[row]
    } else {
        &people::ROWS[row - table::ROWS.len()]
    }
}

const fn knobs() -> [Knob; COUNT] {
    let mut all = [knob(0); COUNT];
    let mut row = 1;
    while row < COUNT {
        all[row] = knob(row);
        row += 1;
    }
    all
}

const fn knob(row: usize) -> Knob {
    let Row { value: dial, .. } = at(row);
    Knob {
        key: at(row).key,
        kind: at(row).kind,
        rule: at(row).rule,
        value: Scale {
            unit: dial.unit,
            of: dial.of,
            off: dial.off,
            range: dial.range,
            step: dial.step,
        },
        row,
    }
}

const fn texts() -> [Texts; COUNT] {
    let mut all = [text(0); COUNT];
    let mut row = 1;
    while row < COUNT {
        all[row] = text(row);
        row += 1;
    }
    all
}

const fn text(row: usize) -> Texts {
    Texts {
        label: at(row).label,
        slurm: at(row).slurm,
        words: at(row).value.words,
        stops: at(row).value.stops,
    }
}

const fn helps() -> [&'static str; COUNT] {
    let mut all = [""; COUNT];
    let mut row = 0;
    while row < COUNT {
        all[row] = at(row).help;
        row += 1;
    }
    all
}

const fn reaches() -> [Reach; COUNT] {
    let mut all = [reach(0); COUNT];
    let mut row = 1;
    while row < COUNT {
        all[row] = reach(row);
        row += 1;
    }
    all
}

const fn reach(row: usize) -> Reach {
    let Dial { get, set, places, .. } = at(row).value;
    Reach { get, set, places }
}

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

pub(super) const fn run_minutes(
    key: &'static str,
    label: &'static str,
    slurm: &'static str,
    help: &'static str,
    get: Get,
    set: Set,
    places: Places,
) -> Row {
    Row {
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
) -> Row {
    Row {
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
) -> Row {
    Row {
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
) -> Row {
    Row {
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

const SHARES: &[Setting] = &[Count(0), Count(25), Count(50), Count(75), Count(100)];

/// How people react: a share of them, nobody unless it is set.
pub(super) const fn reaction(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    get: Get,
    set: Set,
) -> Row {
    let words = ["nobody", "half of them", "everybody"];
    assumption(key, label, "of them", help, (0, 100), SHARES, words, get, set)
}

/// What becomes of a budget that was not used: a share of it.
pub(super) const fn kept(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    get: Get,
    set: Set,
    places: Places,
) -> Row {
    let words = ["nothing", "half of it", "all of it"];
    let mut row = assumption(key, label, "of it", help, (0, 100), SHARES, words, get, set);
    row.kind = Kind::Policy;
    row.rule = true;
    row.value.places = places;
    row
}

/// A row for a length of time that is no rule of its own and is always set.
#[expect(clippy::too_many_arguments, reason = "one per column of the table")]
pub(super) const fn how_long(
    kind: Kind,
    key: &'static str,
    label: &'static str,
    slurm: &'static str,
    help: &'static str,
    range: (u32, u32),
    stops: &'static [Setting],
    words: [&'static str; 3],
    get: Get,
    set: Set,
) -> Row {
    Row {
        key,
        label,
        slurm,
        help,
        kind,
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
