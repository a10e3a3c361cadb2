//! The picture: use to the right, the wait upwards, a dot per setting.

use super::{Dot, Frontier};
use crate::format;
use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, WORDS, Words, width_of};
use crate::palette::Token;

const LEFT: i32 = 56 * PX;
const RIGHT: i32 = 14 * PX;
const TOP: i32 = 26 * PX;
const FOOT: i32 = 42 * PX;

type At = (i32, i32);

/// Draws it, `width` × `height` CSS pixels. `chosen` is the dot that is looked at.
pub fn draw<I: Ink>(
    ink: &mut I,
    (width, height): (u32, u32),
    frontier: &Frontier,
    chosen: Option<usize>,
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let plot = Area::between(LEFT, TOP, width as i32 * PX - RIGHT, height as i32 * PX - FOOT);
    let scale = Scale::of(&frontier.dots, plot);
    scale.frame(&mut pen, &frontier.work);
    if frontier.dots.is_empty() {
        let at = (plot.x + plot.w / 2, plot.y + plot.h / 2);
        pen.words("No setting has been run yet.", at, Words::middle(Token::Ink3));
        return pen.done();
    }
    let places: Vec<At> = frontier.dots.iter().map(|dot| scale.place(dot)).collect();
    // The half of the runs around the middle: of what is asked about, since all of them would cover each other.
    for (at, dot) in frontier.dots.iter().enumerate() {
        if dot.used.runs > 1 && (dot.marks.now || dot.marks.proposal || chosen == Some(at)) {
            pen.shape(&scale.ellipse(dot), Texture::Solid(Token::Band));
        }
    }
    let mut path: Vec<At> = places
        .iter()
        .zip(&frontier.dots)
        .filter(|(_, dot)| dot.marks.frontier)
        .map(|(at, _)| *at)
        .collect();
    sim_core::order::sort(&mut path);
    // A line says that more use costs longer waits; where rules part the frontier it says nothing.
    if path.is_sorted_by(|left, right| left.1 >= right.1) {
        pen.dashes(&path, Stroke::new(Token::Rule, 10), 40, 40);
    }
    for (&at, dot) in places.iter().zip(&frontier.dots) {
        sign(&mut pen, at, dot);
    }
    if let Some(&at) = chosen.and_then(|chosen| places.get(chosen)) {
        pen.part("chosen");
        pen.path(&around(at, 110, 110), Stroke::new(Token::Ink, 20));
    }
    label(&mut pen, plot, frontier, &places, chosen);
    pen.done()
}

/// The dot that lies nearest to a point, in tenths of a CSS pixel, if it is near.
pub fn dot_at((width, height): (u32, u32), frontier: &Frontier, (x, y): (i32, i32)) -> Option<usize> {
    let plot = Area::between(LEFT, TOP, width as i32 * PX - RIGHT, height as i32 * PX - FOOT);
    let scale = Scale::of(&frontier.dots, plot);
    let away = |dot: &Dot| {
        let at = scale.place(dot);
        (at.0 - x).abs().max((at.1 - y).abs())
    };
    let all = frontier.dots.iter().map(away).enumerate();
    let near = all.filter(|&(_, away)| away < 24 * PX);
    near.min_by_key(|&(_, away)| away).map(|(at, _)| at)
}

/// Baseline open, proposal yellow, on the frontier full, the rest small and open; a wait that goes on points upwards.
fn sign<I: Ink>(pen: &mut Pen<'_, I>, at: At, dot: &Dot) {
    let edge = Stroke::new(Token::Ink, 20);
    let marks = dot.marks;
    if dot.wait.at_least {
        let tip = [(at.0 - 30, at.1 - 60), (at.0, at.1 - 115), (at.0 + 30, at.1 - 60)];
        pen.shape(&tip, Texture::Solid(Token::Ink2));
    }
    if marks.better {
        let r = 75;
        let square = [(-r, 0), (0, -r), (r, 0), (0, r), (-r, 0)].map(|(x, y)| (at.0 + x, at.1 + y));
        pen.shape(&square, Texture::Solid(Token::Paper));
        pen.path(&square, edge);
    }
    match (marks.proposal, marks.now, marks.frontier) {
        (true, ..) => pen.disc(at, 60, Token::Yellow, edge),
        (false, true, _) => pen.disc(at, 55, Token::Paper, edge),
        (false, false, true) => pen.dot(at, 45, Token::Ink),
        (false, false, false) => pen.disc(at, 35, Token::Paper, Stroke::new(Token::Rule, 15)),
    }
    // Both: the ring of now around what is on the frontier.
    if marks.frontier && (marks.now || marks.proposal) {
        let core = if marks.proposal { Token::Yink } else { Token::Ink };
        pen.dot(at, 25, core);
    }
}

/// Names the dots: first those that are asked about, then the frontier, then the rest, each where there is room.
fn label<I: Ink>(
    pen: &mut Pen<'_, I>,
    plot: Area,
    frontier: &Frontier,
    places: &[At],
    chosen: Option<usize>,
) {
    let mut taken: Vec<Area> = places
        .iter()
        .map(|&(x, y)| Area::new(x - 55, y - 55, 110, 110))
        .collect();
    let rank = |at: usize| {
        let marks = frontier.dots[at].marks;
        match (
            chosen == Some(at) || marks.now || marks.proposal,
            marks.better,
            marks.frontier,
        ) {
            (true, ..) => 0,
            (false, true, _) => 1,
            (false, false, true) => 2,
            (false, false, false) => 3,
        }
    };
    let mut order: Vec<usize> = (0..places.len()).collect();
    sim_core::order::sort_by_key(&mut order, |&at| rank(at));
    for at in order {
        let dot = &frontier.dots[at];
        let mut text = dot.label.clone();
        for (is, word) in [
            (dot.marks.now, "now"),
            (dot.marks.proposal, "proposal"),
            (dot.marks.better, "better at no cost"),
        ] {
            if is {
                text = format!("{text} · {word}");
            }
        }
        let is_asked = rank(at) < 2;
        let token = if rank(at) < 3 { Token::Ink } else { Token::Ink3 };
        let (w, h) = (width_of(&text), WORDS as i32 + 20);
        let (x, y) = places[at];
        let gap = if chosen == Some(at) { 15 * PX } else { 11 * PX };
        let spots = [
            (x + gap, y - h / 2),
            (x - gap - w, y - h / 2),
            (x - w / 2, y - gap - h),
            (x - w / 2, y + gap),
            (x + 6 * PX, y - gap - h),
            (x + 6 * PX, y + gap),
            (x - 6 * PX - w, y - gap - h),
            (x - 6 * PX - w, y + gap),
        ];
        let inside = |area: &Area| {
            area.x >= plot.x - 40
                && area.right() <= plot.right() + 100
                && area.y >= plot.y - 100
                && area.bottom() <= plot.bottom()
        };
        let free = |area: &Area| inside(area) && taken.iter().all(|other| !overlap(*area, *other));
        let areas = spots.map(|(x, y)| Area::new(x, y, w, h));
        let found = areas.iter().find(|area| free(area)).copied();
        // What is asked about is named even where it is crowded.
        let found = found.or_else(|| areas.iter().find(|area| is_asked && inside(area)).copied());
        if let Some(area) = found {
            taken.push(area);
            let words = Words::left(token);
            pen.words(
                &text,
                (area.x, area.y + h / 2),
                if is_asked { words.strong() } else { words },
            );
        }
    }
}

fn overlap(a: Area, b: Area) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// A closed round line.
fn around((x, y): At, across: i32, down: i32) -> Vec<At> {
    let turn = |i: i32| {
        let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 32.0).sin_cos();
        (
            x + (f64::from(across) * cos).round() as i32,
            y + (f64::from(down) * sin).round() as i32,
        )
    };
    (0..=32).map(turn).collect()
}

/// Where things lie.
struct Scale {
    plot: Area,
    low: f64,
    high: f64,
    step: f64,
    waits: Waits,
}

/// Waits named on the axis, in seconds: it shows a stretch of days as well as one of minutes.
const NAMED: [(f64, &str); 14] = [
    (60.0, "1 min"),
    (120.0, "2 min"),
    (300.0, "5 min"),
    (600.0, "10 min"),
    (1_200.0, "20 min"),
    (3_600.0, "1 h"),
    (7_200.0, "2 h"),
    (21_600.0, "6 h"),
    (43_200.0, "12 h"),
    (86_400.0, "1 day"),
    (172_800.0, "2 days"),
    (345_600.0, "4 days"),
    (604_800.0, "1 week"),
    (1_209_600.0, "2 weeks"),
];

/// A logarithm of waits over the stretch where the settings lie; *at once* has a slot of its own if one lies there.
struct Waits {
    length: i32,
    slot: i32,
    first: f64,
    last: f64,
}

impl Waits {
    fn of(length: i32, least: f64, most: f64) -> Waits {
        let minute = 60.0;
        let at_once = least < 1.5 * minute;
        let first = if at_once {
            minute
        } else {
            (least / 1.6).max(minute)
        };
        Waits {
            length,
            slot: if at_once { length * 8 / 100 } else { 0 },
            first,
            last: (most * 1.6).max(8.0 * first),
        }
    }

    fn at(&self, secs: f64) -> i32 {
        if secs < self.first {
            return 0;
        }
        let along = (secs / self.first).ln() / (self.last / self.first).ln();
        self.slot + (f64::from(self.length - self.slot) * along.min(1.0)).round() as i32
    }

    /// Named waits with their places, as close as words may stand.
    fn names(&self) -> Vec<(i32, &'static str)> {
        let mut names: Vec<(i32, &'static str)> = Vec::new();
        if self.slot > 0 {
            names.push((0, "at once"));
        }
        for (secs, word) in NAMED {
            let at = self.at(secs);
            let free = names.last().is_none_or(|(last, _)| at - last >= 24 * PX);
            if (self.first..=self.last).contains(&secs) && free {
                names.push((at, word));
            }
        }
        names
    }
}

impl Scale {
    fn of(dots: &[Dot], plot: Area) -> Scale {
        let shares = || {
            dots.iter()
                .flat_map(|dot| [dot.used.q25, dot.used.q75, dot.used.median])
        };
        let (least, most) = (shares().fold(1.0, f64::min), shares().fold(0.0, f64::max));
        let (least, most) = if dots.is_empty() {
            (0.7, 1.0)
        } else {
            (least, most)
        };
        // Few lines with round numbers; on narrow paper fewer.
        let room = f64::from(plot.w / (56 * PX)).max(2.0);
        let steps = [0.01, 0.02, 0.05, 0.1, 0.2];
        let step = steps
            .into_iter()
            .find(|step| (most - least) / step <= room - 1.0)
            .unwrap_or(0.5);
        let waits = || dots.iter().map(|dot| dot.wait.median);
        let (shortest, longest) = (waits().fold(f64::MAX, f64::min), waits().fold(0.0, f64::max));
        let (shortest, longest) = if dots.is_empty() {
            (0.0, 86_400.0)
        } else {
            (shortest, longest)
        };
        Scale {
            plot,
            low: ((least - 0.004) / step).floor() * step,
            high: ((most + 0.004) / step).ceil() * step,
            step,
            waits: Waits::of(plot.h, shortest, longest),
        }
    }

    fn x(&self, share: f64) -> i32 {
        let along = (share - self.low) / (self.high - self.low).max(f64::MIN_POSITIVE);
        self.plot.x + (f64::from(self.plot.w) * along).round() as i32
    }

    fn y(&self, secs: f64) -> i32 {
        self.plot.bottom() - self.waits.at(secs)
    }

    fn place(&self, dot: &Dot) -> At {
        (self.x(dot.used.median), self.y(dot.wait.median))
    }

    /// Quarter by quarter, so that it reaches as far as the runs do on each side.
    fn ellipse(&self, dot: &Dot) -> Vec<At> {
        let (x, y) = self.place(dot);
        let (left, right) = (x - self.x(dot.used.q25), self.x(dot.used.q75) - x);
        let (up, down) = (y - self.y(dot.wait.q75), self.y(dot.wait.q25) - y);
        let least = 3 * PX;
        around((0, 0), 1_000, 1_000)
            .into_iter()
            .map(|(dx, dy)| {
                let across = if dx < 0 { left } else { right }.max(least);
                let along = if dy < 0 { up } else { down }.max(least);
                (x + dx * across / 1_000, y + dy * along / 1_000)
            })
            .collect()
    }

    fn frame<I: Ink>(&self, pen: &mut Pen<'_, I>, work: &str) {
        let plot = self.plot;
        let hair = Stroke::new(Token::Hair, 10);
        for (at, word) in self.waits.names() {
            let y = plot.bottom() - at;
            pen.line((plot.x, y), (plot.right(), y), hair);
            pen.words(word, (plot.x - 6 * PX, y), Words::right(Token::Ink3));
        }
        let lines = ((self.high - self.low) / self.step).round() as i32;
        for line in 0..=lines {
            let share = self.low + f64::from(line) * self.step;
            let x = self.x(share);
            pen.line((x, plot.y), (x, plot.bottom()), hair);
            pen.words(
                &format::percent_whole(share),
                (x, plot.bottom() + 13 * PX),
                Words::middle(Token::Ink3),
            );
        }
        pen.line(
            (plot.x, plot.bottom()),
            (plot.right(), plot.bottom()),
            Stroke::new(Token::Ink, 10),
        );
        let title = format!("nine in ten {work} start within");
        pen.words(&title, (0, 8 * PX), Words::left(Token::Ink3));
        let foot = plot.bottom() + 32 * PX;
        pen.words(
            "share of GPU time in use →",
            (plot.x, foot),
            Words::left(Token::Ink3),
        );
        let better = "better: right and down";
        if width_of("share of GPU time in use →") + width_of(better) + 20 * PX < plot.w {
            pen.words(better, (plot.right(), foot), Words::right(Token::Ink3));
        }
    }
}
