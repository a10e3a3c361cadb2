//! "Which work waits longest?" A field for each size and length of work: the typical wait under the proposal, what it was, how many
//! pieces of work there are, and at its left edge the band of the typical difference.

use sim_core::ids::JobId;
use sim_core::metrics::heat::{Field, LENGTHS, SIZES, place};
use sim_core::metrics::{MUCH, Quantile, SAME, quantile};
use sim_core::units::Span;

use super::{First, Found, Mark, Picture, Sight, Walk, Who};
use crate::figure::{Figure, Table};
use crate::format::{self, NBSP};
use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use crate::palette::Token;
use crate::svg::SvgInk;

const KEY: &str = "heat";
const NAMES: (i32, i32) = (66 * PX, 40 * PX);
const HIGH: i32 = 52 * PX;
const HEAD: i32 = 40 * PX;
/// Room for the band of the difference at the left of a field.
const EDGE: i32 = 8 * PX;
/// Fewer pieces of work than this are no ground for a sentence.
const ENOUGH: usize = 20;

/// Sizes in words: "1", "2", "3–4", …
fn size(at: usize) -> String {
    let least = if at == 0 { 1 } else { SIZES[at - 1] + 1 };
    match SIZES[at] {
        most if most == least => least.to_string(),
        u32::MAX => format!("{least}+"),
        most => format!("{least}–{most}"),
    }
}

/// Lengths in words: "to 10 min", …, "longer".
fn length(at: usize) -> String {
    match LENGTHS[at] {
        Span(u32::MAX) => String::from("longer"),
        most => format!("to {}", format::span(f64::from(most.0))),
    }
}

/// A wait in four letters or so, for narrow fields.
fn short(of: Quantile) -> String {
    let unit = |secs: u32| match secs {
        0..30 => String::from("0"),
        30..3_600 => format!("{}m", (secs + 30) / 60),
        3_600..172_800 => format!("{}h", (secs + 1_800) / 3_600),
        _ => format!("{}d", (secs + 43_200) / 86_400),
    };
    match of {
        Quantile::Nobody => String::from("–"),
        Quantile::Secs(secs) => unit(secs),
        Quantile::MoreThan(secs) => format!(">{}", unit(secs)),
    }
}

/// The darker, the longer.
fn ground(of: Quantile) -> Token {
    match of.floor_secs() {
        0..300 => Token::Paper,
        300..3_600 => Token::Paper2,
        3_600..21_600 => Token::Hair,
        _ => Token::Queue,
    }
}

/// The band of a typical difference.
fn edge(field: &Field) -> Option<Texture> {
    let moved = field.median_difference()?;
    let (same, much) = (f64::from(SAME.0), f64::from(MUCH.0));
    Some(match moved {
        d if d < -much => Texture::Solid(Token::Ink),
        d if d < -same => Texture::Sooner,
        d if d <= same => return None,
        d if d <= much => Texture::Later,
        _ => Texture::Solid(Token::Red),
    })
}

/// The picture.
pub(super) fn picture(found: &Found, sight: &Sight) -> Picture {
    let marks = SIZES.len() * LENGTHS.len();
    let at = sight.walk(KEY, marks);
    let looked = (at / LENGTHS.len(), at % LENGTHS.len());
    let height = (HEAD + SIZES.len() as i32 * HIGH + 4 * PX) / PX;
    let mut ink = SvgInk::new(sight.width, height.unsigned_abs(), KEY);
    let chosen = of_job(found, sight);
    let _: Drawn<SvgInk> = draw(&mut ink, found, sight, looked, chosen);
    let figure = figure(found);
    let longest = longest(found);
    let marks_of = |row: usize| {
        let of_field = move |column: usize, job: &Option<(u32, JobId)>| {
            let area = place_of(sight, row, column);
            job.map(|(_, job)| Mark {
                area,
                who: Who::Job(job),
            })
        };
        let fields = longest[row].iter().enumerate();
        fields.filter_map(move |(column, job)| of_field(column, job))
    };
    Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        marks: (0..SIZES.len()).flat_map(marks_of).collect(),
        chosen: (chosen.and_then(|at| filled(found).position(|field| field == at)))
            .map(|row| (0, row))
            .into_iter()
            .collect(),
        now: String::new(),
        walk: Walk {
            marks,
            said: said(found, looked),
            who: longest[looked.0][looked.1].map(|(wait, job)| {
                let wait = format::span(f64::from(wait));
                let words = format!("job{NBSP}{}, the longest wait in the first run: {wait}", job.0);
                (Who::Job(job), words)
            }),
        },
        figure,
    }
}

/// The field of the job that is chosen.
fn of_job(found: &Found, sight: &Sight) -> Option<(usize, usize)> {
    let followed = &found.first.as_ref()?[sight.side].followed;
    let (gpus, work) = *followed.jobs.get(usize::from(sight.job?))?;
    Some(place(gpus, work))
}

/// For each field, the job that waits longest under the proposal in the first run, and for so many seconds; of jobs that came in
/// while it was measured.
fn longest(found: &Found) -> [[Option<(u32, JobId)>; LENGTHS.len()]; SIZES.len()] {
    let mut longest = [[None; LENGTHS.len()]; SIZES.len()];
    let Some([_, First { followed, .. }]) = &found.first else {
        return longest;
    };
    if let Some(timeline) = &followed.report.timeline {
        for line in timeline.jobs.iter().filter(|line| line.asked >= timeline.from) {
            let Some(&(gpus, work)) = followed.jobs.get(usize::from(line.job)) else {
                continue;
            };
            let wait = line.started.unwrap_or(timeline.to).since(line.asked).0;
            let (row, column) = place(gpus, work);
            let most = &mut longest[row][column];
            if most.is_none_or(|(longest, _)| wait > longest) {
                *most = Some((wait, line.job));
            }
        }
    }
    longest
}

/// Where a field is drawn.
fn place_of(sight: &Sight, row: usize, column: usize) -> Area {
    let names = if sight.is_narrow() { NAMES.1 } else { NAMES.0 };
    let wide = (sight.width as i32 * PX - PX - names) / LENGTHS.len() as i32;
    Area::new(
        names + column as i32 * wide,
        HEAD + row as i32 * HIGH,
        wide - 2 * PX,
        HIGH - 2 * PX,
    )
}

/// The fields that hold work.
fn filled(found: &Found) -> impl Iterator<Item = (usize, usize)> + '_ {
    let all = (0..SIZES.len()).flat_map(|row| (0..LENGTHS.len()).map(move |column| (row, column)));
    all.filter(|&(row, column)| found.heat.field(row, column).count() > 0)
}

fn draw<I: Ink>(
    ink: &mut I,
    found: &Found,
    sight: &Sight,
    looked: (usize, usize),
    marked: Option<(usize, usize)>,
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let names = if sight.is_narrow() { NAMES.1 } else { NAMES.0 };
    let wide = (sight.width as i32 * PX - PX - names) / LENGTHS.len() as i32;
    pen.words("work of", (names, 8 * PX), Words::left(Token::Ink3));
    pen.words("GPUs", (0, 28 * PX), Words::left(Token::Ink3));
    for at in 0..LENGTHS.len() {
        let mut words = length(at);
        if width_of(&words) > wide {
            words = words
                .replace(" min", "m")
                .replace("\u{a0}min", "m")
                .replace("\u{a0}h", "h");
        }
        let x = names + at as i32 * wide + wide / 2;
        pen.words(&words, (x, 28 * PX), Words::middle(Token::Ink2));
    }
    for row in 0..SIZES.len() {
        let top = HEAD + row as i32 * HIGH;
        pen.words(&size(row), (0, top + HIGH / 2), Words::left(Token::Ink2));
        for column in 0..LENGTHS.len() {
            let area = place_of(sight, row, column);
            draw_field(&mut pen, area, found.heat.field(row, column));
            if looked == (row, column) {
                pen.frame(area.grown(-10), Stroke::new(Token::Ink, 20));
            }
            if marked == Some((row, column)) {
                pen.frame(area.grown(-10), Stroke::new(Token::Yink, 50));
                pen.frame(area.grown(-10), Stroke::new(Token::Yellow, 30));
            }
        }
    }
    pen.done()
}

fn draw_field<I: Ink>(pen: &mut Pen<'_, I>, area: Area, field: &Field) {
    let middle = area.x + EDGE + (area.w - EDGE) / 2;
    if field.count() == 0 {
        pen.frame(area.grown(-5), Stroke::new(Token::Hair, 10));
        pen.words("none", (middle, area.y + area.h / 2), Words::middle(Token::Ink3));
        return;
    }
    let [was, is] = [&field.base, &field.proposal].map(|waits| quantile(waits, 500));
    pen.flat(area, ground(is));
    pen.frame(area.grown(-5), Stroke::new(Token::Hair, 10));
    if let Some(texture) = edge(field) {
        let strip = Area::new(area.x, area.y, EDGE, area.h);
        pen.flat(strip, Token::Paper);
        pen.fill(strip, texture);
        pen.frame(strip.grown(-5), Stroke::new(Token::Ink, 10));
    }
    let room = area.w - EDGE - 4 * PX;
    let fits = |words: &str| width_of(words) <= room;
    let wait = |of: Quantile| {
        let words = format::quantile(of);
        if fits(&words) { words } else { short(of) }
    };
    pen.words(
        &wait(is),
        (middle, area.y + 12 * PX),
        Words::middle(Token::Ink).strong(),
    );
    let before = format!("was {}", wait(was));
    let before = if fits(&before) { before } else { short(was) };
    pen.words(&before, (middle, area.y + 26 * PX), Words::middle(Token::Ink2));
    let number = format!("n{NBSP}{}", format::count(field.count() as u64));
    let number = if fits(&number) {
        number
    } else {
        format::count(field.count() as u64)
    };
    pen.words(&number, (middle, area.y + 40 * PX), Words::middle(Token::Ink2));
}

fn difference(field: &Field) -> String {
    (field.median_difference()).map_or(String::from("cannot be told"), format::difference)
}

/// What half of some work does: "start within 2 h", "wait more than 3 h".
fn half(of: Quantile) -> String {
    match of {
        Quantile::Secs(0..30) => String::from("start at once"),
        Quantile::Secs(_) => format!("start within {}", format::quantile(of)),
        Quantile::Nobody | Quantile::MoreThan(_) => format!("wait {}", format::quantile(of)),
    }
}

fn who((row, column): (usize, usize)) -> String {
    let gpus = match size(row).as_str() {
        "1" => String::from("1 GPU"),
        size => format!("{size} GPUs"),
    };
    let work = match LENGTHS[column] {
        Span(u32::MAX) => format!("over {}", format::span(f64::from(LENGTHS[column - 1].0))),
        most => format!("up to {}", format::span(f64::from(most.0))),
    };
    format!("work of {work} on {gpus}")
}

fn said(found: &Found, at: (usize, usize)) -> String {
    let field = found.heat.field(at.0, at.1);
    let who = who(at).replacen('w', "W", 1);
    if field.count() == 0 {
        return format!("{who}: none.");
    }
    let is = half(quantile(&field.proposal, 500));
    let was = format::quantile(quantile(&field.base, 500));
    format!(
        "{who}: half {is}, was {was}; piece by piece the typical difference is {}. {}.",
        difference(field),
        format::counted(field.count() as u64, "piece of work", "pieces of work")
    )
}

fn figure(found: &Found) -> Figure {
    let all = (0..SIZES.len()).flat_map(|row| (0..LENGTHS.len()).map(move |column| (row, column)));
    let enough = all
        .clone()
        .filter(|&(row, column)| found.heat.field(row, column).count() >= ENOUGH);
    let typical = |&(row, column): &(usize, usize)| quantile(&found.heat.field(row, column).proposal, 500);
    let longest = enough.clone().max_by_key(|at| typical(at).floor_secs());
    let finding = match longest {
        None => String::from("There is too little work to say which waits longest."),
        Some(at) if typical(&at).floor_secs() < 30 => {
            String::from("Half of the work of every size and length starts at once.")
        }
        Some(at) => {
            let field = found.heat.field(at.0, at.1);
            let (was, is) = (quantile(&field.base, 500), typical(&at));
            let was = if format::quantile(was) == format::quantile(is) {
                String::from(", as it did")
            } else {
                format!(", was {}", format::quantile(was))
            };
            format!(
                "{} waits longest: half of it {}{was} ({}).",
                who(at).replacen('w', "W", 1),
                half(is)
                    .replacen("start ", "starts ", 1)
                    .replacen("wait ", "waits ", 1),
                format::counted(field.count() as u64, "piece of work", "pieces of work")
            )
        }
    };
    let row = |at: (usize, usize)| {
        let field = found.heat.field(at.0, at.1);
        let wait = |waits| format::quantile(quantile(waits, 500));
        vec![
            who(at),
            format::count(field.count() as u64),
            wait(&field.base),
            wait(&field.proposal),
            difference(field),
            format::count(field.differences.len() as u64),
        ]
    };
    Figure {
        title: String::from("Which work waits longest?"),
        finding,
        table: Table {
            caption: format!(
                "Typical wait by size and length of the work, {}; the difference is the median over pieces of work that \
                 started under both",
                found.runs()
            ),
            headings: [
                "work",
                "n",
                "baseline",
                "proposal",
                "difference",
                "of them compared",
            ]
            .map(String::from)
            .to_vec(),
            rows: filled(found).map(row).collect(),
            sums: None,
        },
        made_from: found.runs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_without_gaps() {
        let sizes: Vec<String> = (0..SIZES.len()).map(size).collect();
        assert_eq!(sizes, ["1", "2", "3–4", "5–8", "9–16", "17+"]);
        let lengths: Vec<String> = (0..LENGTHS.len())
            .map(|at| length(at).replace(NBSP, " "))
            .collect();
        assert_eq!(lengths[..2], ["to 10 min", "to 1 h"]);
        assert_eq!(lengths[5], "longer");
        assert_eq!(short(Quantile::MoreThan(7_300)), ">2h");
        assert_eq!(who((0, 5)).replace(NBSP, " "), "work of over 24 h on 1 GPU");
    }
}
