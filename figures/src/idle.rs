//! The two mirror questions: why GPUs stand idle, and why jobs wait. A row per cause, baseline above proposal.
//!
//! Amounts are sums over the runs divided by their number, so that the causes add up exactly to what they are part of.

use std::collections::BTreeMap;

use sim_core::metrics::{Report, SeedReport};
use sim_core::order;
use sim_core::sched::Reason;

use crate::figure::{Figure, Table};
use crate::format;
use crate::hatch::{self, Idle, Texture};
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use crate::palette::Token;

/// One cause or reason under both policies.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// In plain words.
    pub words: &'static str,
    /// In Slurm's, empty if it has none.
    pub code: &'static str,
    /// Its hatch.
    pub texture: Texture,
    /// Baseline, in the unit of the picture.
    pub base: f64,
    /// Proposal, in the unit of the picture.
    pub proposal: f64,
}

/// A picture of bars that add up.
#[derive(Clone, PartialEq, Debug)]
pub struct Bars {
    /// Rows, in the order of tables; only those that are something under either policy.
    pub rows: Vec<Bar>,
    /// What they are measured in.
    pub unit: Unit,
    /// Runs under either policy.
    pub runs: usize,
    /// GPU-hours of the whole machine in one run, to turn shares into hours.
    pub capacity: f64,
}

/// What bars are measured in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Share of the machine, 0 to 1.
    Capacity,
    /// Hours that jobs wait, in one run.
    JobHours,
}

impl Unit {
    /// The baseline's amount beside the proposal's: ", was 18.1 %"; empty where both read the same.
    fn was(self, is: f64, was: f64) -> String {
        let (is, was) = (self.say(is), self.say(was));
        if is == was {
            String::new()
        } else {
            format!(", was {was}")
        }
    }

    fn say(self, amount: f64) -> String {
        match self {
            Unit::Capacity if amount > 0.0 && amount < 0.0005 => format!("<{0}0.1{0}%", format::NBSP),
            Unit::Capacity => format::percent(amount),
            Unit::JobHours if amount > 0.0 && amount < 0.5 => format!("<{0}1{0}h", format::NBSP),
            Unit::JobHours => format!("{}{}h", format::count(amount.round() as u64), format::NBSP),
        }
    }
}

/// Idle capacity by cause, as a share of the machine.
pub fn idle_bars(base: &Report, proposal: &Report) -> Bars {
    let sum = |report: &Report| {
        let mut by: BTreeMap<Idle, u64> = BTreeMap::new();
        let mut capacity = 0;
        for seed in &report.seeds {
            capacity += seed.capacity;
            for (&cause, &amount) in &seed.idle {
                *by.entry(Idle::of(cause)).or_default() += amount;
            }
        }
        let cut: u64 = report.seeds.iter().map(|seed| seed.lost_to_the_cut).sum();
        (by, cut, capacity.max(1))
    };
    let (before, after) = (sum(base), sum(proposal));
    let share = |part: Option<&u64>, whole: u64| part.copied().unwrap_or(0) as f64 / whole as f64;
    let mut rows: Vec<Bar> = Idle::ALL
        .into_iter()
        .map(|idle| Bar {
            words: idle.words(),
            code: "",
            texture: idle.texture(),
            base: share(before.0.get(&idle), before.2),
            proposal: share(after.0.get(&idle), after.2),
        })
        .collect();
    rows.push(Bar {
        words: "lost to the cut: outside any slice",
        code: "",
        texture: Texture::Solid(Token::Hair),
        base: share(Some(&before.1), before.2),
        proposal: share(Some(&after.1), after.2),
    });
    Bars {
        capacity: after.2 as f64 / (7.0 * 3600.0) / proposal.seeds.len().max(1) as f64,
        ..Bars::new(rows, Unit::Capacity, proposal)
    }
}

/// Waiting by reason, in job-hours of one run.
pub fn waiting_bars(base: &Report, proposal: &Report) -> Bars {
    let hours = |report: &Report, reason: Reason| {
        let of = |seed: &SeedReport| seed.waiting.get(&reason).copied().unwrap_or(0);
        report.seeds.iter().map(of).sum::<u64>() as f64 / 3600.0 / report.seeds.len().max(1) as f64
    };
    let mut seen: Vec<Reason> = [base, proposal]
        .into_iter()
        .flat_map(|report| &report.seeds)
        .flat_map(|seed| seed.waiting.keys().copied())
        .collect();
    order::sort_by_key(&mut seen, |&reason| {
        (
            !reason.is_limit(),
            reason != Reason::Resources,
            reason != Reason::Priority,
            reason,
        )
    });
    seen.dedup();
    let rows = seen.into_iter().map(|reason| Bar {
        words: hatch::words_of(reason),
        code: reason.code(),
        texture: hatch::of_reason(reason),
        base: hours(base, reason),
        proposal: hours(proposal, reason),
    });
    Bars::new(rows.collect(), Unit::JobHours, proposal)
}

impl Bars {
    fn new(rows: Vec<Bar>, unit: Unit, proposal: &Report) -> Bars {
        Bars {
            rows: rows
                .into_iter()
                .filter(|bar| bar.base > 0.0 || bar.proposal > 0.0)
                .collect(),
            unit,
            runs: proposal.seeds.len(),
            capacity: 0.0,
        }
    }

    /// What all rows add up to: baseline, proposal.
    pub fn sums(&self) -> (f64, f64) {
        self.rows
            .iter()
            .fold((0.0, 0.0), |(a, b), bar| (a + bar.base, b + bar.proposal))
    }
}

/// Below this width the words stand above their bars.
const NARROW: u32 = 560;
const NAMES: i32 = 268 * PX;
/// From row to row, with the words beside the bars and above them.
const PITCH: (i32, i32) = (40 * PX, 56 * PX);
const TOP: i32 = 6 * PX;

/// Height in CSS pixels of [`draw_idle`] and of [`draw_waiting`] at a width: one for both, as they stand side by side.
pub fn height(width: u32, base: &Report, proposal: &Report) -> u32 {
    idle_height(width, base, proposal).max(waiting_height(width, base, proposal))
}

/// Height in CSS pixels of [`draw_idle`] where it stands alone.
pub fn idle_height(width: u32, base: &Report, proposal: &Report) -> u32 {
    high(width, &idle_bars(base, proposal))
}

/// Height in CSS pixels of [`draw_waiting`] where it stands alone.
pub fn waiting_height(width: u32, base: &Report, proposal: &Report) -> u32 {
    high(width, &waiting_bars(base, proposal))
}

fn high(width: u32, bars: &Bars) -> u32 {
    let pitch = if width < NARROW { PITCH.1 } else { PITCH.0 };
    ((TOP + (bars.rows.len() as i32 + 1) * pitch) / PX).unsigned_abs()
}

/// Idle capacity by cause, as a share of the machine: for each cause the baseline above the proposal, and the sums. The
/// row where a walk stands lies on a band.
pub fn draw_idle<I: Ink>(
    ink: &mut I,
    width: u32,
    base: &Report,
    proposal: &Report,
    looked: Option<usize>,
) -> Drawn<I> {
    draw(ink, width, &idle_bars(base, proposal), looked)
}

/// Waiting by reason, in job-hours of one run: for each reason the baseline above the proposal, and the sums. The
/// row where a walk stands lies on a band.
pub fn draw_waiting<I: Ink>(
    ink: &mut I,
    width: u32,
    base: &Report,
    proposal: &Report,
    looked: Option<usize>,
) -> Drawn<I> {
    draw(ink, width, &waiting_bars(base, proposal), looked)
}

fn draw<I: Ink>(ink: &mut I, width: u32, bars: &Bars, looked: Option<usize>) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let narrow = width < NARROW;
    let (left, pitch, drop) = if narrow {
        (PX, PITCH.1, 18 * PX)
    } else {
        (NAMES, PITCH.0, 0)
    };
    let right = width as i32 * PX;
    let room = right - left - 64 * PX;
    let most = bars
        .rows
        .iter()
        .map(|bar| bar.base.max(bar.proposal))
        .fold(0.0, f64::max);
    let length = |amount: f64| (f64::from(room) * amount / most.max(f64::MIN_POSITIVE)).round() as i32;
    let name = |pen: &mut Pen<'_, I>, words: &str, y: i32, set: Words| {
        pen.words(words, (0, if narrow { y + 8 * PX } else { y + 16 * PX }), set);
    };
    if let Some(row) = looked.filter(|&row| row <= bars.rows.len()) {
        let top = TOP + row as i32 * pitch - 4 * PX;
        pen.flat(Area::between(0, top, right, top + pitch), Token::Band);
    }
    for (i, bar) in bars.rows.iter().enumerate() {
        let y = TOP + i as i32 * pitch;
        name(&mut pen, bar.words, y, Words::left(Token::Ink2));
        let before = Area::new(left, y + drop, length(bar.base), 10 * PX);
        let after = Area::new(left, before.bottom() + 3 * PX, length(bar.proposal), 16 * PX);
        if before.w > 0 {
            pen.frame(before, Stroke::new(Token::Ink2, 10));
        }
        pen.fill(after, bar.texture);
        if after.w > 0 {
            pen.frame(after, Stroke::new(Token::Ink, 10));
        }
        let value = |area: Area| (area.right() + 6 * PX, area.y + area.h / 2);
        pen.words(&bars.unit.say(bar.base), value(before), Words::left(Token::Ink3));
        pen.words(
            &bars.unit.say(bar.proposal),
            value(after),
            Words::left(Token::Ink).strong(),
        );
    }
    let foot = TOP + bars.rows.len() as i32 * pitch;
    if !narrow {
        pen.line(
            (left, TOP - 3 * PX),
            (left, foot - 6 * PX),
            Stroke::new(Token::Ink, 10),
        );
    }
    pen.line((0, foot), (right, foot), Stroke::new(Token::Ink, 10));
    let (before, after) = bars.sums();
    name(&mut pen, "together", foot, Words::left(Token::Ink));
    let y = foot + if narrow { 26 * PX } else { 16 * PX };
    let (was, is) = (bars.unit.say(before), bars.unit.say(after));
    if was == is {
        let both = format!("{is} on both sides");
        pen.words(&both, (left + 6 * PX, y), Words::left(Token::Ink).strong());
        return pen.done();
    }
    let was = format!("baseline {was}");
    pen.words(&was, (left + 6 * PX, y), Words::left(Token::Ink3));
    let at = left + 6 * PX + width_of(&was) + 20 * PX;
    let is = format!("proposal {is}");
    pen.words(&is, (at, y), Words::left(Token::Ink).strong());
    pen.done()
}

/// The words of the idle picture.
pub fn idle(base: &Report, proposal: &Report) -> Figure {
    let bars = idle_bars(base, proposal);
    let (was, is) = bars.sums();
    let limit = bars.rows.iter().find(|bar| bar.texture == Texture::ByLimit);
    let held = match limit {
        Some(bar) => format!(
            "A limit that holds those who wait accounts for {} of the machine{}; in all {} stands idle{}.",
            bars.unit.say(bar.proposal),
            bars.unit.was(bar.proposal, bar.base),
            bars.unit.say(is),
            bars.unit.was(is, was)
        ),
        None => format!(
            "{} of the machine stands idle{}; none of it because of a limit.",
            bars.unit.say(is),
            bars.unit.was(is, was)
        ),
    };
    let hours = bars.capacity;
    figure(
        bars,
        ("Why do GPUs stand idle?", held, "Idle GPU-hours by cause"),
        hours,
    )
}

/// The words of the waiting picture.
pub fn waiting(base: &Report, proposal: &Report) -> Figure {
    let bars = waiting_bars(base, proposal);
    let (was, is) = bars.sums();
    let limits = bars.rows.iter().filter(|bar| bar.texture == Texture::ByLimit);
    let held: f64 = limits.map(|bar| bar.proposal).sum();
    let share = if is > 0.0 { held / is } else { 0.0 };
    let finding = format!(
        "Limits account for {} of all waiting; jobs wait {} in all{}.",
        format::percent_whole(share),
        bars.unit.say(is),
        bars.unit.was(is, was)
    );
    figure(
        bars,
        ("Why do jobs wait?", finding, "Waiting in job-hours by reason"),
        1.0,
    )
}

fn figure(bars: Bars, (title, finding, caption): (&str, String, &str), per_unit: f64) -> Figure {
    let hours = |amount: f64| format::count((amount * per_unit).round() as u64);
    let row = |bar: &Bar| {
        let name = match bar.code {
            "" => bar.words.to_owned(),
            code => format!("{} ({code})", bar.words),
        };
        vec![name, hours(bar.base), hours(bar.proposal)]
    };
    let (was, is) = bars.sums();
    let runs = format::counted(bars.runs as u64, "run", "runs");
    Figure {
        title: title.to_owned(),
        finding,
        table: Table {
            caption: format!("{caption}, mean of {runs}"),
            headings: ["cause", "baseline", "proposal"].map(String::from).to_vec(),
            rows: bars.rows.iter().map(row).collect(),
            sums: Some(vec![String::from("together"), hours(was), hours(is)]),
        },
        made_from: runs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn causes_add_up_to_what_is_not_busy_and_reasons_to_all_waiting() {
        let (base, proposal) = testing::pair();
        let (_, idle) = idle_bars(base, proposal).sums();
        let busy: u64 = proposal.seeds.iter().map(|seed| seed.busy.total()).sum();
        let capacity: u64 = proposal.seeds.iter().map(|seed| seed.capacity).sum();
        assert!((idle - (1.0 - busy as f64 / capacity as f64)).abs() < 1e-12);
        let (waiting, _) = waiting_bars(base, proposal).sums();
        let total: u64 = base.seeds.iter().map(|seed| seed.wait_total).sum();
        assert!((waiting * 3600.0 * base.seeds.len() as f64 - total as f64).abs() < 1e-3);
    }

    #[test]
    fn what_reads_the_same_on_both_sides_is_said_once() {
        let (base, proposal) = testing::pair();
        for figure in [idle(base, base), waiting(base, base)] {
            assert!(!figure.finding.contains("was"), "{}", figure.finding);
        }
        assert!(idle(base, proposal).finding.contains(", was "));
    }

    #[test]
    fn the_table_has_a_row_per_bar_and_the_sums_of_the_picture() {
        let (base, proposal) = testing::pair();
        for (figure, bars) in [
            (idle(base, proposal), idle_bars(base, proposal)),
            (waiting(base, proposal), waiting_bars(base, proposal)),
        ] {
            assert_eq!(figure.table.rows.len(), bars.rows.len());
            assert!(figure.title.ends_with('?') && figure.finding.chars().any(|c| c.is_ascii_digit()));
            assert!(figure.table.sums.is_some());
        }
    }
}
