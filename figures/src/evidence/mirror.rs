//! "Why are GPUs free while people wait?" Up: the GPUs asked for by what waits, by reason. Down: the GPUs that stand idle, by
//! cause. One hatch means one cause on both sides; limits lie next to the line.

use sim_core::metrics::course::Step;
use sim_core::metrics::{By, Cause};
use sim_core::order;
use sim_core::sched::Reason;

use super::layers::{self, Layer, Way};
use super::time::{DAYS, Scene};
use super::{Found, Picture, Sight, Walk};
use crate::figure::{Figure, Table};
use crate::format;
use crate::hatch::{self, Idle, Texture};
use crate::ink::{Drawn, Ink, PX, Pen, Words};
use crate::palette::Token;
use crate::svg::SvgInk;

const KEY: &str = "mirror";
const UP: i32 = 84 * PX;
const DOWN: i32 = 64 * PX;
const HEAD: i32 = 20 * PX;

/// What waits for like reasons is one layer.
const WAITING: [(Texture, &str); 5] = [
    (Texture::ByLimit, "a limit"),
    (Texture::SetAside, "set aside"),
    (Texture::Fragments, "too little free"),
    (Texture::NotYet, "not yet"),
    (Texture::Solid(Token::Queue), "others come first"),
];

fn waiting(scene: &Scene<'_>, side: usize) -> Vec<Layer> {
    let course = scene.course(side);
    let layer = |(texture, words): (Texture, &'static str)| Layer {
        words,
        texture,
        amounts: scene
            .bars()
            .map(|((from, to), _)| {
                let sum = course.sum(from, to);
                let gpu_seconds: u64 = (sum.asked_for.iter())
                    .filter(|(reason, _)| hatch::of_reason(**reason) == texture)
                    .map(|(_, amount)| amount)
                    .sum();
                gpu_seconds as f64 / course.seconds(from, to).max(1) as f64
            })
            .collect(),
    };
    WAITING.map(layer).into()
}

/// What stands idle for like causes is one layer.
const IDLE: [(Texture, &str); 7] = [
    (Texture::ByLimit, "a limit"),
    (Texture::Kept, "kept"),
    (Texture::SetAside, "set aside"),
    (Texture::Fragments, "too little, or in pieces"),
    (Texture::HandingOver, "handing over"),
    (Texture::NotYet, "not yet"),
    (Texture::Solid(Token::Paper), "nobody waiting"),
];

fn idle(scene: &Scene<'_>, side: usize) -> Vec<Layer> {
    let course = scene.course(side);
    let layer = |(texture, words): (Texture, &'static str)| Layer {
        words,
        texture,
        amounts: scene
            .bars()
            .map(|((from, to), _)| {
                let sum = course.sum(from, to);
                let of_it = Idle::ALL.into_iter().filter(|idle| idle.texture() == texture);
                let amount: u64 = of_it.map(|idle| of_idle(&sum.idle, idle)).sum();
                amount as f64 / 7.0 / course.seconds(from, to).max(1) as f64
            })
            .collect(),
    };
    IDLE.map(layer).into()
}

/// The hatches of both sides, for a legend.
pub(super) fn legend() -> impl Iterator<Item = (Texture, &'static str)> {
    let queue = WAITING
        .into_iter()
        .filter(|(texture, _)| *texture == Texture::Solid(Token::Queue));
    IDLE.into_iter().chain(queue)
}

fn of_idle(by: &By<Cause, u64>, idle: Idle) -> u64 {
    by.iter()
        .filter(|(cause, _)| Idle::of(**cause) == idle)
        .map(|(_, amount)| amount)
        .sum()
}

/// The picture, if the first run is there.
pub(super) fn picture(found: &Found, sight: &Sight) -> Option<Picture> {
    let scene = Scene::of(found, sight)?;
    let up = [0, 1].map(|side| waiting(&scene, side));
    let down = [0, 1].map(|side| idle(&scene, side));
    let height = 2 * (HEAD + UP + DAYS + DOWN + 12 * PX) / PX;
    let mut ink = SvgInk::new(sight.width, height.unsigned_abs(), KEY);
    let _: Drawn<SvgInk> = draw(&mut ink, &scene, &up, &down);
    let shown = [0, 1].map(|side| scene.course(side).sum(scene.steps.0, scene.steps.1));
    let whole = [0, 1].map(|side| {
        let course = scene.course(side);
        course.sum(0, course.steps.len())
    });
    let figure = figure(&scene, &shown, &whole);
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: vec![waiting_table(&scene, &shown, &whole)],
        marks: Vec::new(),
        chosen: Vec::new(),
        now: said(&scene),
        walk: Walk::default(),
        figure,
    })
}

fn draw<I: Ink>(ink: &mut I, scene: &Scene<'_>, up: &[Vec<Layer>; 2], down: &[Vec<Layer>; 2]) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let (most_up, most_down) = (
        layers::most(up.iter().map(Vec::as_slice)),
        layers::most(down.iter().map(Vec::as_slice)),
    );
    for side in 0..2 {
        let top = side as i32 * (HEAD + UP + DAYS + DOWN + 12 * PX) + HEAD;
        let name = ["Baseline", "Proposal"][side];
        let words = format!("{name}: GPUs asked for by what waits, GPUs idle below");
        let short = format!("{name}: GPUs asked for, and idle");
        let fits = crate::ink::width_of(&words) < scene.ends.1;
        pen.words(
            if fits { &words } else { &short },
            (0, top - HEAD / 2 - PX),
            Words::left(Token::Ink).strong(),
        );
        let line = top + UP;
        let below = line + DAYS;
        scene.ground(&mut pen, top, below + DOWN);
        layers::draw(&mut pen, scene, (top, line), &up[side], most_up, Way::Up);
        layers::draw(
            &mut pen,
            scene,
            (below, below + DOWN),
            &down[side],
            most_down,
            Way::Down,
        );
        scene.names(&mut pen, line);
        scene.marks(&mut pen, side, top, below + DOWN);
    }
    pen.done()
}

fn hours(sevenths: u64) -> String {
    format::gpu_hours(sevenths)
}

fn said(scene: &Scene<'_>) -> String {
    let side = |side: usize| {
        let step = scene.course(side).sum(scene.now, scene.now + 1);
        let secs = scene.course(side).seconds(scene.now, scene.now + 1).max(1);
        let gpus = |amount: u64| format::count((amount as f64 / secs as f64).round() as u64);
        let asked: u64 = step.asked_for.values().sum();
        let idle: u64 = step.idle.values().sum();
        format!(
            "{} GPUs asked for by what waits and {} idle, {} of them because of a limit",
            gpus(asked),
            gpus(idle / 7),
            gpus(of_idle(&step.idle, Idle::ByLimit) / 7)
        )
    };
    format!("{}: baseline {}; proposal {}.", scene.hour(), side(0), side(1))
}

fn figure(scene: &Scene<'_>, shown: &[Step; 2], whole: &[Step; 2]) -> Figure {
    let share = |step: &Step| {
        let all: u64 = step.idle.values().sum();
        let limits = of_idle(&step.idle, Idle::ByLimit);
        (limits as f64 / all.max(1) as f64, all)
    };
    let held = |step: &Step| {
        let all: u64 = step.asked_for.values().sum();
        let limits: u64 = (step.asked_for.iter())
            .filter(|(reason, _)| hatch::of_reason(**reason) == Texture::ByLimit)
            .map(|(_, amount)| amount)
            .sum();
        limits as f64 / all.max(1) as f64
    };
    let [before, after] = shown.each_ref().map(share);
    let was = |is: &str, was: String| {
        if is == was {
            String::new()
        } else {
            format!(" (was {was})")
        }
    };
    let percent = format::percent_whole;
    let (waiting, idle) = (percent(held(&shown[1])), percent(after.0));
    let finding = format!(
        "{}, limits hold back {waiting} of the GPUs asked for{}, and cause {idle} of the {} idle GPU-hours under the proposal{}.",
        scene.in_these_days(),
        was(&waiting, percent(held(&shown[0]))),
        hours(after.1),
        was(&idle, percent(before.0)),
    );
    let rows = Idle::ALL.into_iter().map(|idle| {
        let cell = |step: &Step| hours(of_idle(&step.idle, idle));
        let mut row = vec![idle.words().to_owned()];
        row.extend(shown.iter().chain(whole).map(cell));
        row
    });
    let mut sums = vec![String::from("together")];
    sums.extend(
        shown
            .iter()
            .chain(whole)
            .map(|step| hours(step.idle.values().sum())),
    );
    Figure {
        title: String::from("Why are GPUs free while people wait?"),
        finding,
        table: Table {
            caption: format!("Idle GPU-hours by cause, {} and the whole run", scene.days()),
            headings: headings("cause"),
            rows: rows.collect(),
            sums: Some(sums),
        },
        made_from: String::from("the first run"),
    }
}

fn headings(first: &str) -> Vec<String> {
    [first, "baseline", "proposal", "whole run: baseline", "proposal"]
        .map(String::from)
        .to_vec()
}

/// Waiting in job-hours, as the lab's own table has it: of jobs that became eligible in the measured window.
fn waiting_table(scene: &Scene<'_>, shown: &[Step; 2], whole: &[Step; 2]) -> Table {
    let mut seen: Vec<Reason> = whole
        .iter()
        .flat_map(|step| step.waiting.keys().copied())
        .collect();
    order::sort_by_key(&mut seen, |&reason| {
        let at = WAITING
            .iter()
            .position(|(texture, _)| *texture == hatch::of_reason(reason));
        (at, reason)
    });
    seen.dedup();
    let job_hours = |secs: u64| format::count((secs + 1_800) / 3_600);
    let rows = seen.iter().map(|reason| {
        let cell = |step: &Step| job_hours(step.waiting.get(reason).copied().unwrap_or(0));
        let mut row = vec![format!("{} ({})", hatch::words_of(*reason), reason.code())];
        row.extend(shown.iter().chain(whole).map(cell));
        row
    });
    let mut sums = vec![String::from("together")];
    sums.extend(
        shown
            .iter()
            .chain(whole)
            .map(|step| job_hours(step.waiting.values().sum())),
    );
    Table {
        caption: format!(
            "Waiting in job-hours by reason, {} and the whole run",
            scene.days()
        ),
        headings: headings("reason"),
        rows: rows.collect(),
        sums: Some(sums),
    }
}
