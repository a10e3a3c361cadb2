//! "Who wins and who loses?" Of 100 pieces of work by class, and of 100 people by what they do: five bands around *about the
//! same*, and beside each row in how many runs more gain than lose.

use sim_core::metrics::{Band, MUCH, SAME, SeedBands, Shifts, Tally, tally};
use sim_core::scenario::Persona;

use super::chosen::Chosen;
use super::{Found, Picture, Sight, Walk};
use crate::figure::{Figure, Table};
use crate::format::{self, NBSP};
use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use crate::kind::Kind;
use crate::palette::Token;
use crate::svg::SvgInk;

const KEY: &str = "bands";
const ROW: i32 = 22 * PX;
const HEAD: i32 = 40 * PX;
const BETWEEN: i32 = 40 * PX;
/// Row names, at the widest.
const NAMES: i32 = 132 * PX;
/// Room for a sum at either end.
const SUMS: i32 = 26 * PX;

/// A row of a half.
struct Row {
    name: &'static str,
    of: Tally,
}

/// Work by class, or people by persona.
struct Half {
    title: &'static str,
    noun: [&'static str; 2],
    rows: Vec<Row>,
}

/// How a band is filled.
const fn texture(band: Band) -> Texture {
    match band {
        Band::MuchSooner => Texture::Solid(Token::Ink),
        Band::Sooner => Texture::Sooner,
        Band::Same => Texture::Solid(Token::Hair),
        Band::Later => Texture::Later,
        Band::MuchLater => Texture::Solid(Token::Red),
        Band::Open => Texture::Solid(Token::Paper),
    }
}

/// A band in words.
pub(super) const fn words(band: Band) -> &'static str {
    match band {
        Band::MuchSooner => "over 1\u{a0}h sooner",
        Band::Sooner => "5\u{a0}min to 1\u{a0}h sooner",
        Band::Same => "about the same",
        Band::Later => "5\u{a0}min to 1\u{a0}h later",
        Band::MuchLater => "over 1\u{a0}h later",
        Band::Open => "cannot be told yet",
    }
}

/// A persona in words.
const fn who(persona: Persona) -> &'static str {
    match persona {
        Persona::Trainer => "train models",
        Persona::FineTuner => "fine-tune",
        Persona::InferenceOnly => "only run models",
        Persona::Notebook => "work in notebooks",
        Persona::Sweeper => "search settings",
        Persona::Intern => "are new here",
        Persona::LargeRunTeam => "run on many nodes",
        Persona::LowEfficiency => "mostly use CPUs",
    }
}

fn halves(found: &Found) -> [Half; 2] {
    let runs = &found.bands;
    let sum = |of: &mut dyn Iterator<Item = &Shifts>| {
        let mut all = Shifts::default();
        of.for_each(|shifts| all.merge(shifts));
        all
    };
    let kind = |kind: Kind| {
        tally(runs, |run: &SeedBands| {
            sum(&mut kind.classes().iter().filter_map(|class| run.work.get(class)))
        })
    };
    let mut work = vec![Row {
        name: "All work",
        of: tally(runs, |run| sum(&mut run.work.values())),
    }];
    work.extend(Kind::SHOWN.into_iter().map(|of| Row {
        name: of.word(),
        of: kind(of),
    }));
    let mut people = vec![Row {
        name: "Everybody",
        of: tally(runs, |run| sum(&mut run.people.values())),
    }];
    people.extend(Persona::ALL.into_iter().map(|persona| Row {
        name: who(persona),
        of: tally(runs, |run| run.people.get(&persona).copied().unwrap_or_default()),
    }));
    [
        Half {
            title: "Of 100 pieces of work, by class",
            noun: ["piece of work", "pieces of work"],
            rows: work,
        },
        Half {
            title: "Of 100 people, by what they do",
            noun: ["person", "people"],
            rows: people,
        },
    ]
}

/// The picture.
pub(super) fn picture(found: &Found, sight: &Sight) -> Picture {
    let halves = halves(found);
    let marks: usize = halves.iter().map(|half| half.rows.len()).sum();
    let at = sight.walk(KEY, marks);
    let (half, row) = match at.checked_sub(halves[0].rows.len()) {
        None => (0, at),
        Some(row) => (1, row),
    };
    let side_by_side = sight.width >= 760;
    let high = |half: &Half| HEAD + half.rows.len() as i32 * ROW + 6 * PX;
    let height = if side_by_side {
        halves.iter().map(high).max().unwrap_or(0)
    } else {
        halves.iter().map(high).sum()
    };
    let height = (height / PX).unsigned_abs();
    let mut ink = SvgInk::new(sight.width, height, KEY);
    let figure = figure(found, &halves);
    let chosen = chosen(&halves, &Chosen::of(found, sight));
    let _: Drawn<SvgInk> = draw(&mut ink, sight.width, &halves, (half, row), &chosen);
    Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: vec![table(&halves[1])],
        marks: Vec::new(),
        // The first row of a half is the sum at the foot of its table.
        chosen: chosen.into_iter().map(|(half, row)| (half, row - 1)).collect(),
        now: String::new(),
        walk: Walk {
            marks,
            said: said(&halves[half], &halves[half].rows[row]),
            who: None,
        },
        figure,
    }
}

/// The rows of whoever is chosen: the class of the job, and what the person does.
fn chosen(halves: &[Half; 2], chosen: &Chosen) -> Vec<(usize, usize)> {
    let names = [chosen.kind.map(Kind::word), chosen.persona.map(who)];
    let row = |half: usize| {
        let name = names[half]?;
        let row = halves[half].rows.iter().position(|row| row.name == name)?;
        Some((half, row))
    };
    (0..2).filter_map(row).collect()
}

fn draw<I: Ink>(
    ink: &mut I,
    width: u32,
    halves: &[Half; 2],
    marked: (usize, usize),
    chosen: &[(usize, usize)],
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let whole = width as i32 * PX;
    let side_by_side = width >= 760;
    let mut top = 0;
    for (at, half) in halves.iter().enumerate() {
        let (left, right) = match (side_by_side, at) {
            (true, 0) => (0, whole / 2 - BETWEEN / 2),
            (true, _) => (whole / 2 + BETWEEN / 2, whole),
            (false, _) => (0, whole),
        };
        let area = Area::between(left, top, right, top + HEAD + half.rows.len() as i32 * ROW);
        let marked = (marked.0 == at).then_some(marked.1);
        draw_half(&mut pen, area, half, marked);
        for (_, row) in chosen.iter().filter(|(of, _)| *of == at) {
            let top = area.y + HEAD + *row as i32 * ROW;
            let own = Area::between(area.x, top + PX, area.right(), top + ROW - PX).grown(-10);
            pen.frame(own, Stroke::new(Token::Yink, 35));
            pen.frame(own, Stroke::new(Token::Yellow, 18));
        }
        if !side_by_side {
            top = area.bottom() + 6 * PX;
        }
    }
    pen.done()
}

fn draw_half<I: Ink>(pen: &mut Pen<'_, I>, area: Area, half: &Half, marked: Option<usize>) {
    let names = NAMES.min(area.w * 2 / 5);
    let plot = Area::between(
        area.x + names + SUMS,
        area.y + HEAD,
        area.right() - SUMS,
        area.bottom(),
    );
    pen.words(
        half.title,
        (area.x, area.y + 8 * PX),
        Words::left(Token::Ink).strong(),
    );
    // The widest row decides the scale: about the same lies around the middle line.
    let share = |of: &Tally, n: u32| f64::from(n) / f64::from(of.counts.total().max(1));
    let sides = |of: &Tally| {
        let same = share(of, of.counts.same) / 2.0;
        let sooner = same + share(of, of.counts.gain());
        (sooner, same + share(of, of.counts.lose() + of.counts.open))
    };
    let (mut most_left, mut most_right) = (0.05_f64, 0.05_f64);
    for row in &half.rows {
        let (sooner, later) = sides(&row.of);
        (most_left, most_right) = (most_left.max(sooner), most_right.max(later));
    }
    let scale = f64::from(plot.w) / (most_left + most_right);
    let zero = plot.x + (most_left * scale).round() as i32;
    let heads = area.y + 29 * PX;
    let sooner = "\u{2190} sooner";
    let clear =
        zero - width_of(sooner) - 8 * PX > area.x && zero + 8 * PX + width_of("later →") < area.right();
    if clear {
        pen.words(sooner, (zero - 6 * PX, heads), Words::right(Token::Ink));
        pen.words("later →", (zero + 6 * PX, heads), Words::left(Token::Red));
    }
    for (at, row) in half.rows.iter().enumerate() {
        let top = plot.y + at as i32 * ROW;
        let middle = top + ROW / 2;
        if marked == Some(at) {
            let all = Area::between(area.x, top + PX, area.right(), top + ROW - PX);
            pen.flat(all, Token::Band);
        }
        let name = Words::left(if at == 0 { Token::Ink } else { Token::Ink2 });
        let name = if at == 0 { name.strong() } else { name };
        pen.words(row.name, (area.x + 2 * PX, middle), name);
        if row.of.counts.total() == 0 {
            pen.words("nobody", (zero, middle), Words::middle(Token::Ink3));
            continue;
        }
        let mut x = f64::from(zero) - sides(&row.of).0 * scale;
        let start = x.round() as i32;
        for band in Band::ALL {
            let wide = share(&row.of, row.of.counts.of(band)) * scale;
            let bar = Area::between(
                x.round() as i32,
                top + 4 * PX,
                (x + wide).round() as i32,
                top + ROW - 4 * PX,
            );
            pen.fill(bar, texture(band));
            let edge = match band {
                Band::Sooner | Band::Open => Some(Token::Ink),
                Band::Later => Some(Token::Red),
                Band::MuchSooner | Band::Same | Band::MuchLater => None,
            };
            if let Some(edge) = edge.filter(|_| bar.w > 10) {
                pen.frame(bar.grown(-5), Stroke::new(edge, 10));
            }
            x += wide;
        }
        let sum = |n: u32| whole_percent(share(&row.of, n));
        pen.words(
            &sum(row.of.counts.gain()),
            (start - 5 * PX, middle),
            Words::right(Token::Ink),
        );
        pen.words(
            &sum(row.of.counts.lose()),
            (x.round() as i32 + 5 * PX, middle),
            Words::left(Token::Red),
        );
        if at == 0 {
            let y = top + ROW;
            pen.line((area.x, y), (area.right(), y), Stroke::new(Token::Hair, 10));
        }
    }
    pen.line((zero, plot.y), (zero, plot.bottom()), Stroke::new(Token::Ink, 10));
}

/// Whole hundredths, without a sign.
fn whole_percent(share: f64) -> String {
    ((share * 100.0).round() as u32).to_string()
}

/// In how many runs more gain than lose.
fn runs(of: &Tally) -> String {
    match (of.more_gain, of.more_lose) {
        (0, 0) => String::from("as many gain as lose in every run"),
        (gain, lose) if gain >= lose => format!("more gain in {gain} of {}{NBSP}runs", of.runs),
        (_, lose) => format!("more lose in {lose} of {}{NBSP}runs", of.runs),
    }
}

fn said(half: &Half, row: &Row) -> String {
    let counts = &row.of.counts;
    if counts.total() == 0 {
        return format!("{}: nobody.", row.name);
    }
    let mut text = format!(
        "{}, {}: ",
        row.name,
        format::counted(u64::from(counts.total()), half.noun[0], half.noun[1])
    );
    for band in Band::ALL.into_iter().filter(|&band| counts.of(band) > 0) {
        let share = f64::from(counts.of(band)) / f64::from(counts.total());
        text += &format!("{} {}, ", format::percent(share), words(band));
    }
    text + &runs(&row.of) + "."
}

fn figure(found: &Found, halves: &[Half; 2]) -> Figure {
    let share =
        |of: &Tally, n: u32| format::percent_whole(f64::from(n) / f64::from(of.counts.total().max(1)));
    let of = |half: &Half| {
        let all = &half.rows[0].of;
        (share(all, all.counts.gain()), share(all, all.counts.lose()))
    };
    let (work, people) = (of(&halves[0]), of(&halves[1]));
    // Of those with enough work to speak of, the class in which most lose.
    let loses = |row: &&Row| f64::from(row.of.counts.lose()) / f64::from(row.of.counts.total().max(1));
    let pays = halves[0].rows[1..]
        .iter()
        .filter(|row| row.of.counts.lose() > 0)
        .max_by(|a, b| loses(a).total_cmp(&loses(b)));
    let most = pays.map_or(String::new(), |row| {
        let kind = Kind::SHOWN.into_iter().find(|kind| kind.word() == row.name);
        format!(
            " {} lose most often: {} of them.",
            kind.map_or(row.name, Kind::plural),
            share(&row.of, row.of.counts.lose())
        )
    });
    let nobody = halves[0].rows[0].of.counts.gain() + halves[0].rows[0].of.counts.lose() == 0;
    let finding = if nobody {
        String::from("No piece of work starts five minutes sooner or later: nobody gains and nobody loses.")
    } else {
        format!(
            "{} of the work starts at least five minutes sooner and {} as much later; of the people, {} gain and {} lose.{most}",
            work.0, work.1, people.0, people.1
        )
    };
    Figure {
        title: String::from("Who wins and who loses?"),
        finding,
        table: table(&halves[0]),
        made_from: found.runs(),
    }
}

fn table(half: &Half) -> Table {
    let mut headings = vec![String::from("who"), String::from("n")];
    headings.extend(Band::ALL.map(|band| words(band).to_owned()));
    headings.push(String::from("runs: more gain"));
    headings.push(String::from("more lose"));
    let row = |row: &Row| {
        let counts = &row.of.counts;
        let share = |band| f64::from(counts.of(band)) / f64::from(counts.total().max(1));
        let mut cells = vec![row.name.to_owned(), format::count(u64::from(counts.total()))];
        cells.extend(Band::ALL.map(|band| {
            format!(
                "{} ({})",
                format::count(u64::from(counts.of(band))),
                format::percent(share(band))
            )
        }));
        cells.push(format!("{} of {}", row.of.more_gain, row.of.runs));
        cells.push(format!("{} of {}", row.of.more_lose, row.of.runs));
        cells
    };
    Table {
        caption: format!(
            "{}: by how the wait moves; about the same is within {}, much is over {}",
            half.title,
            format::span(f64::from(SAME.0)),
            format::span(f64::from(MUCH.0))
        ),
        headings,
        rows: half.rows[1..].iter().map(row).collect(),
        sums: half.rows.first().map(row),
    }
}

/// The bands with their textures, for a legend.
pub(super) fn legend() -> impl Iterator<Item = (Texture, &'static str)> {
    Band::ALL.into_iter().map(|band| (texture(band), words(band)))
}
