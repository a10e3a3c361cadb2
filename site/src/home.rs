//! The first screen: five settings run over twenty seeds when the site is made, one of them as a picture.

use anyhow::{Context as _, Result};
use figures::answer::{Mark, Part};
use figures::format;
use figures::hatch::Texture;
use figures::home::{Home, Often, Setting, Stop};
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::view::Spread;
use sim_core::metrics::Report;

use crate::html::{ARROW, escape};
use crate::keys;
use crate::mounts;
use crate::runs::{Rasters, Runs};
use figures::still::{Still, Width};

/// Runs behind each number.
pub const RUNS: u32 = 20;
/// What is held fixed: a load at which the knob has an effect.
const SET: [&str; 1] = ["load=85pct"];
/// The stops: setting as in links, words under the ring, words at the head of the caption.
const STOPS: [(&str, &str, &str); 5] = [
    ("2gpu", "2", "Limit 2"),
    ("4gpu", "4", "Limit 4"),
    ("8gpu", "8", "Limit 8"),
    ("16gpu", "16", "Limit 16"),
    ("off", "no limit", "No limit"),
];
/// The stop of the picture.
const PICTURE: usize = 1;
/// Width of the picture beside the complaints.
const WIDE: u32 = 970;
/// Where it begins: the width of the left complaint's column.
const LEFT: i32 = 200;

/// Runs the settings.
pub fn data(runs: &Runs) -> Result<Home> {
    let mut reports: Vec<Report> = Vec::new();
    for (cap, label, _) in STOPS {
        println!("  home: at most {label}");
        let set: Vec<String> = SET
            .iter()
            .map(|text| (*text).to_owned())
            .chain([format!("cap={cap}")])
            .collect();
        reports.push(runs.report(&runs.scenario("group-32", &set)?, RUNS, Rasters::First)?);
    }
    let settings: Vec<Setting> = STOPS
        .iter()
        .zip(&reports)
        .map(|((_, label, setting), report)| Setting {
            label,
            setting,
            report,
        })
        .collect();
    Ok(Home::new(&settings, PICTURE))
}

/// The main part of the page; its app fetches `file`.
pub fn main(home: &Home, file: &str) -> Result<String> {
    let stop = home
        .stops
        .get(home.picture as usize)
        .context("the home page has no settings: its runs are empty")?;
    Ok(format!(
        "<div class=\"wrap\"><h1 class=\"home-title\">Thirty-two GPUs, forty people. <em>Who should wait?</em></h1>\
         <section class=\"home\" data-mount=\"{mount}\" data-root=\"./\" data-home=\"./{file}\" aria-label=\"One cluster, one knob\">\
         {hero}<p class=\"fig-say home-say\"><b>{setting}.</b> {caption}</p>{legend}{ask}</section>\
         {doors}<p class=\"footline\"><span>Runs in your browser. Nothing is sent.</span>\
         <a href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p>\
         {table}</div>",
        mount = mounts::HOME,
        hero = hero(stop),
        setting = escape(&stop.setting),
        caption = escape(&caption(stop)),
        legend = legend("home"),
        ask = ask(home, stop),
        doors = doors(),
        table = table(home),
    ))
}

/// The caption without the setting, should it begin with it.
fn caption(stop: &Stop) -> String {
    let head = format!("{}. ", stop.setting);
    stop.caption
        .strip_prefix(&head)
        .unwrap_or(&stop.caption)
        .to_owned()
}

fn looks(stop: &Stop) -> (Look, Look) {
    (stop.look(Size::Desktop), stop.look(Size::Phone))
}

fn hero(stop: &Stop) -> String {
    let (wide, phone) = looks(stop);
    let (tall, short) = (
        raster::height(&stop.timeline, &wide),
        raster::height(&stop.timeline, &phone),
    );
    let words = raster::figure(&stop.timeline, &wide);
    let label = format!("{} {}", words.title, caption(stop));
    let picture =
        Still::new("home", label.trim()).draw((WIDE, tall), (358, short), |ink, which, (width, _)| {
            let look = match which {
                Width::Wide => &wide,
                Width::Phone => &phone,
            };
            raster::draw(ink, width, &stop.timeline, look)
        });
    let slow = stop.slow_test_words().map_or(String::new(), |words| {
        format!("<p class=\"complaint-note\">{}</p>", escape(&words))
    });
    format!(
        "<div class=\"hero\">{left}<div class=\"hero-picture\">{picture}</div>{right}{leader}</div>",
        left = complaint(
            "left",
            "There are free GPUs, and I am not allowed to use them.",
            stop.not_allowed,
            ""
        ),
        right = complaint(
            "right",
            "Every GPU is taken, and I only need ten minutes.",
            stop.all_taken,
            &slow
        ),
        leader = leader(stop, &wide, tall),
    )
}

fn complaint(side: &str, words: &str, often: Often, note: &str) -> String {
    let meter: Vec<String> = Often::ALL
        .iter()
        .map(|&of| {
            if of == often {
                format!("<b>{}<span class=\"sr\"> (this one)</span></b>", of.word())
            } else {
                format!("<span>{}</span>", of.word())
            }
        })
        .collect();
    format!(
        "<div class=\"complaint complaint-{side}\"><blockquote>“{words}”</blockquote>\
         <p class=\"said\"><span class=\"said-when\">said<i> this week</i></span> <span class=\"meter\">{}</span></p>{note}</div>",
        meter.join(" ")
    )
}

/// Lines from the complaints to the places in the picture where they are true, in pixels of the hero at its full width.
fn leader(stop: &Stop, look: &Look, tall: u32) -> String {
    let mut marks = String::new();
    let mut line = |from: i32, to: i32, y: i32| {
        marks.push_str(&format!(
            "<path d=\"M{from} {y}H{}\" stroke=\"var(--ink)\"/><circle cx=\"{to}\" cy=\"{y}\" r=\"3\" fill=\"var(--paper)\" \
             stroke=\"var(--ink)\" stroke-width=\"1.5\"/>",
            if from < to { to - 3 } else { to + 3 }
        ));
    };
    if let Some(area) = raster::place_of_moment(WIDE, &stop.timeline, look) {
        let y = 264.clamp(area.y / 10 + 10, (area.bottom() / 10 - 10).max(area.y / 10 + 10));
        line(166, LEFT + (area.x + area.w / 2) / 10, y);
    }
    if let Some(((x0, y0), (x1, y1))) = raster::place_of_job(WIDE, &stop.timeline, look) {
        let y = 350.clamp(y0.min(y1), y0.max(y1));
        let along = if y1 == y0 {
            0.5
        } else {
            f64::from(y - y0) / f64::from(y1 - y0)
        };
        let x = f64::from(x0) + f64::from(x1 - x0) * along;
        line(LEFT + WIDE as i32 + 16, LEFT + (x / 10.0).round() as i32, y / 10);
    }
    format!(
        "<svg class=\"leader\" width=\"1360\" height=\"{tall}\" viewBox=\"0 0 1360 {tall}\" fill=\"none\" aria-hidden=\"true\">{marks}</svg>"
    )
}

/// Keys of all kinds of work and of two causes of idle GPUs. `place` keeps ids apart.
pub fn legend(place: &str) -> String {
    let kinds: String = Kind::LEGEND
        .into_iter()
        .filter(|kind| Kind::SHOWN.contains(kind))
        .map(|kind| {
            format!(
                "<li>{}<b class=\"legend-more\">{}</b><span class=\"legend-short\">{}</span></li>",
                keys::kind(kind, place),
                escape(kind.word()),
                escape(kind.short())
            )
        })
        .collect();
    let causes: String = [
        (Texture::ByLimit, "a limit holds those who wait", "idle: limit"),
        (Texture::Kept, "kept for a job ahead", "idle: kept"),
    ]
    .into_iter()
    .map(|(texture, meaning, short)| {
        format!(
            "<li>{}<span class=\"legend-more\"><b>Idle</b> {meaning}</span><span class=\"legend-short\">{short}</span></li>",
            keys::cause(texture, place)
        )
    })
    .collect();
    format!("<ul class=\"legend raster-legend bare\">{kinds}{causes}</ul>")
}

fn ask(home: &Home, stop: &Stop) -> String {
    let stops: String = home
        .stops
        .iter()
        .enumerate()
        .map(|(number, other)| {
            let (mark, word) = if number == home.picture as usize {
                (" data-mark=\"picture\"", "the picture")
            } else {
                ("", "")
            };
            format!(
                "<button type=\"button\" class=\"stop\" data-stop=\"{number}\"{mark}><span class=\"ring\"></span>\
                 <span class=\"stop-value\">{}</span><span class=\"stop-word\">{word}</span></button>",
                escape(&other.label)
            )
        })
        .collect();
    format!(
        "<div class=\"ask\"><div class=\"ask-guess\"><p class=\"eyebrow\">Most GPUs one person may hold at once</p>\
         <h2 class=\"ask-question\">Which setting makes the two complaints quietest together?</h2>\
         <div class=\"ask-row\"><div class=\"stops\" role=\"group\" aria-label=\"Your guess\">{stops}</div>\
         <button type=\"button\" class=\"btn\" data-stop=\"show\">Just show me</button></div>\
         <p class=\"ask-note hint\">A guess unlocks the slider. It stays on this device.</p>\
         <p class=\"app-note\">The slider needs scripts and WebAssembly, and here they do not run. The picture stays true, and the table below has all five settings.</p></div>\
         {}</div>",
        two(home.runs, stop)
    )
}

fn two(runs: u32, stop: &Stop) -> String {
    let (low, high) = (
        format::percent_whole(stop.used.q25),
        format::percent_whole(stop.used.q75),
    );
    let low = low.trim_end_matches([format::NBSP, '%']).to_owned();
    format!(
        "<dl class=\"two\"><div><dt>GPUs busy</dt><dd><span class=\"two-value\">{}</span>\
         <span class=\"two-spread\">half of {runs} runs between {low} and {high}</span></dd></div>\
         <div><dt>A ten-minute test waits</dt><dd><span class=\"two-value\">{}</span>\
         <span class=\"two-spread\">{}</span></dd></div></dl>",
        big(&format::percent_whole(stop.used.median)),
        big(&stop.test_wait.wait()),
        escape(&spread(runs, stop.test_wait)),
    )
}

/// Half of the runs, in words.
fn spread(runs: u32, of: Spread) -> String {
    let (low, high) = (format::wait(of.q25), format::wait(of.q75));
    if low == high {
        format!("the same in half of {runs} runs")
    } else {
        format!("half of {runs} runs between {low} and {high}")
    }
}

/// A value with its units small: "4 h 5 min".
pub fn big(words: &str) -> String {
    let mut made = String::new();
    for piece in words.split_inclusive([' ', format::NBSP]) {
        if piece.starts_with(|c: char| c.is_ascii_digit()) || !words.contains(|c: char| c.is_ascii_digit()) {
            made.push_str(&escape(piece));
        } else {
            made.push_str(&format!("<small>{}</small>", escape(piece)));
        }
    }
    made
}

fn doors() -> String {
    let door = |to: &str, head: &str, more: &str| {
        format!("<li><a href=\"~{to}\"><b>{head}{ARROW}</b> <span>{more}</span></a></li>")
    };
    format!(
        "<nav class=\"doors\" aria-label=\"Where to go\"><ul class=\"bare\">{}{}{}</ul></nav>",
        door(
            "/situations/",
            "I use GPUs",
            "Situations: what people say, and what helps"
        ),
        door("/lab/", "I run a cluster", "The lab: your policy, your link"),
        door(
            "/learn/busy-or-ready/",
            "I lead a session",
            "A lesson to guess through together"
        ),
    )
}

/// A stretch of an answer as HTML.
pub fn marked(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part.mark {
            Mark::Plain => escape(&part.text),
            Mark::Gain => format!("<span class=\"gain\">{}</span>", escape(&part.text)),
            Mark::Cost => format!("<span class=\"cost\">{}</span>", escape(&part.text)),
        })
        .collect()
}

fn table(home: &Home) -> String {
    let rows: String = home
        .stops
        .iter()
        .map(|stop| {
            format!(
                "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">{}</th><td role=\"cell\" data-label=\"GPUs busy\">{}</td>\
                 <td role=\"cell\" data-label=\"A ten-minute test waits\">{}</td>\
                 <td role=\"cell\" data-label=\"Free, and not allowed\">{}</td><td role=\"cell\" data-label=\"All taken\">{}</td>\
                 <td role=\"cell\" data-label=\"Against the picture\">{}</td></tr>",
                escape(&stop.label),
                format::percent_whole(stop.used.median),
                escape(&stop.test_wait.wait()),
                stop.not_allowed.word(),
                stop.all_taken.word(),
                marked(&stop.answer),
            )
        })
        .collect();
    let heads = [
        "Most GPUs for one",
        "GPUs busy",
        "A ten-minute test waits",
        "“Free, and not allowed”",
        "“All taken”",
        "Against the picture",
    ]
    .map(|words| format!("<th scope=\"col\" role=\"columnheader\">{words}</th>"))
    .concat();
    format!(
        "<details class=\"more home-table\"><summary>All five settings as a table</summary>\
         <table class=\"plain cards\" role=\"table\"><caption class=\"sr\">Each setting, in the middle of {} runs</caption>\
         <thead role=\"rowgroup\"><tr role=\"row\">{heads}</tr></thead><tbody role=\"rowgroup\">{rows}</tbody></table></details>",
        home.runs
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_large_and_units_small() {
        assert_eq!(
            big("4\u{a0}h 5\u{a0}min"),
            "4\u{a0}<small>h </small>5\u{a0}<small>min</small>"
        );
        assert_eq!(big("at once"), "at once");
        assert_eq!(big("95\u{a0}%"), "95\u{a0}<small>%</small>");
    }
}
