//! The evidence as sheets of HTML: first a frame, which stays as long as the same pair is looked at and holds every field; then what
//! goes into its places, in their order. So nothing that a reader has opened or holds is taken away when a picture changes.

use super::{Found, Mark, Picture, Sight, Who, above, bands, csv, mirror, pictures, queue, standalone, time};
use crate::figure::Table;
use crate::hatch::Texture;
use crate::key;
use crate::kind::Kind;
use crate::svg::SvgInk;

/// Pictures over time, which follow one axis.
const TIME: [&str; 5] = ["queue", "mirror", "differ", "shares", "ledgers"];

/// Where a sheet goes.
const PLACE: &str = " data-sheet></";

/// The frame, and every sheet in it. `status` says how far the runs are; `files_above` are the pictures above it, from [`kept`].
pub fn sheets(found: &Found, sight: &Sight, status: &str, files_above: &str) -> Vec<String> {
    let pictures = pictures(found, sight);
    let mut sheets = vec![frame(found, &pictures), escaped(status)];
    let mut in_time = false;
    for picture in &pictures {
        if TIME.contains(&picture.key) && !in_time {
            in_time = true;
            sheets.push(axis_said(found, sight, &pictures));
        }
        sheets.push(escaped(&picture.figure.finding));
        sheets.push(pressable(found, picture));
        if TIME.contains(&picture.key) {
            sheets.push(escaped(&picture.now));
        }
        if picture.walk.marks > 0 {
            sheets.push(said(found, picture));
        }
        let tables = std::iter::once(&picture.figure.table).chain(&picture.more);
        let chosen = |at: usize| {
            let own = picture.chosen.iter().filter(move |(of, _)| *of == at);
            own.map(|&(_, row)| row).collect::<Vec<usize>>()
        };
        sheets.push(
            tables
                .enumerate()
                .map(|(at, rows)| table(rows, &chosen(at)))
                .collect(),
        );
        sheets.push(files(picture));
    }
    if !pictures.is_empty() {
        sheets.push(files_above.to_owned());
    }
    sheets
}

/// The drawing with its marks, which can be pressed. Files do without: there is nobody to hear it.
fn pressable(found: &Found, picture: &Picture) -> String {
    let mut marks = String::new();
    for Mark { area, who } in &picture.marks {
        marks += &format!(
            "<path d=\"M{} {}h{}v{}h-{}z\" pointer-events=\"all\"{}><title>Choose {}</title></path>",
            area.x,
            area.y,
            area.w,
            area.h,
            area.w,
            attributes(found, *who),
            escaped(&who.words(found))
        );
    }
    let drawn = picture.svg.strip_suffix("</svg>").unwrap_or(&picture.svg);
    [drawn, &marks, "</svg>"].concat()
}

/// What a mark says to the page: for whom it stands, which people those are, and what they are called.
fn attributes(found: &Found, who: Who) -> String {
    let people = who.people(found).into_iter().map(|user| user.0.to_string());
    format!(
        " data-mark=\"{}\" data-people=\"{}\" data-words=\"{}\"",
        who.line(),
        people.collect::<Vec<String>>().join(" "),
        escaped(&who.words(found))
    )
}

/// What the walk says, and the way to choose whom it is at.
fn said(found: &Found, picture: &Picture) -> String {
    let said = escaped(&picture.walk.said);
    match &picture.walk.who {
        None => said,
        Some((who, words)) => format!(
            "{said} <button type=\"button\" class=\"word\"{}>Choose {}</button>",
            attributes(found, *who),
            escaped(words)
        ),
    }
}

/// The pictures of the findings above, to keep.
pub fn kept(found: &Found) -> String {
    let item = |picture: &Picture| {
        let title = escaped(&picture.figure.title);
        format!("<li>{title} <span class=\"small\">{}</span></li>", files(picture))
    };
    let items: String = above(found).iter().map(item).collect();
    format!("<ul>{items}</ul>")
}

/// What stays: questions, fields, and places for the rest.
fn frame(found: &Found, pictures: &[Picture]) -> String {
    let mut html = ["<p class=\"fig-state\" role=\"status\"", PLACE, "p>"].concat();
    let mut in_time = false;
    for picture in pictures {
        // One axis for all pictures over time: its fields stand before the first of them.
        if TIME.contains(&picture.key) && !in_time {
            in_time = true;
            axis(&mut html, found);
        }
        section(&mut html, picture);
    }
    if !pictures.is_empty() {
        html += &format!(
            "<section class=\"ev\"><details class=\"more\"><summary>Keep the pictures above as files</summary><div{PLACE}div></details></section>"
        );
    }
    html
}

/// The fields of the time axis: two ends, and the hour looked at.
fn axis(html: &mut String, found: &Found) {
    let days = found.first.as_ref().map_or(1, time::days);
    let to = days.min(Sight::default().days.1 + 1);
    let field = |name: &str, words: &str, most: u32, value: u32| {
        format!(
            "<p class=\"ev-walk\"><label for=\"evidence-{name}\">{words}</label> <input type=\"range\" id=\"evidence-{name}\" \
             name=\"{name}\" min=\"1\" max=\"{most}\" value=\"{value}\"></p>"
        )
    };
    *html += "<div class=\"ev-axis\" role=\"group\" aria-label=\"Days of the pictures over time\"><p class=\"small\">The pictures over \
              time show the first run, and all of them the same days; how much work waits shows the range over all runs as well.</p>";
    *html += &field("from", "From day", days, 1);
    *html += &field("to", "To day", days, to);
    *html += &field("hour", "Walk through the hours", days * 24, 1);
    *html += &format!(
        "<output class=\"small\" for=\"evidence-from evidence-to evidence-hour\"{PLACE}output></div>"
    );
}

/// Where the axis stands, for all to see; and what every picture shows there, for who listens.
fn axis_said(found: &Found, sight: &Sight, pictures: &[Picture]) -> String {
    let Some(scene) = time::Scene::of(found, sight) else {
        return String::new();
    };
    let in_time = pictures.iter().filter(|picture| TIME.contains(&picture.key));
    let all: Vec<&str> = in_time.map(|picture| picture.now.as_str()).collect();
    format!(
        "{}; the dashed line stands at {}.<span class=\"sr\"> {}</span>",
        escaped(&scene.days()),
        escaped(&scene.hour()),
        escaped(&all.join(" "))
    )
}

fn section(html: &mut String, picture: &Picture) {
    let key = picture.key;
    *html += &format!(
        "<section class=\"ev\" id=\"evidence-{key}\" aria-labelledby=\"evidence-{key}-title\"><h3 class=\"fig-title\" \
         id=\"evidence-{key}-title\">{}</h3><p class=\"fig-say\"{PLACE}p>",
        escaped(&picture.figure.title)
    );
    match key {
        "bands" => legend(html, key, bands::legend()),
        "mirror" => {
            legend(html, key, mirror::legend());
            *html += &state("the first run alone: layers of several runs cannot stand on each other");
        }
        "queue" => {
            kinds(html);
            let range = (
                queue::RANGE,
                "the layers are the first run; from the lowest to the highest of all runs",
            );
            legend(html, key, std::iter::once(range));
        }
        "shares" => {
            *html += &state(
                "dashed: use under the baseline · solid: under the proposal · thin: its fair-share factor",
            )
        }
        "ledgers" => *html += &state("dashed: baseline · solid: proposal"),
        _ => {}
    }
    // Where days can be chosen with a mouse as well.
    let days = match ["queue", "mirror", "differ"].contains(&key) {
        true => " data-days",
        false => "",
    };
    *html += &format!("<div class=\"drawing\"{days}{PLACE}div>");
    if TIME.contains(&key) {
        *html += &format!("<p class=\"small\"{PLACE}p>");
    }
    if picture.walk.marks > 1 {
        *html += &format!(
            "<p class=\"ev-walk\"><label for=\"evidence-{key}-walk\">Walk through it</label> <input type=\"range\" \
             id=\"evidence-{key}-walk\" name=\"{key}\" min=\"1\" max=\"{}\" value=\"1\"></p>",
            picture.walk.marks
        );
    }
    if picture.walk.marks > 0 {
        *html += &format!("<output class=\"small\" for=\"evidence-{key}-walk\"{PLACE}output>");
    }
    *html += &format!(
        "<details class=\"fig-table\"><summary>The same as a \
         table</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: {}\"{PLACE}div></details>\
         <p class=\"small ev-files\"{PLACE}p></section>",
        escaped(&picture.figure.title)
    );
}

/// Textures with their words.
fn legend<'a>(html: &mut String, key: &str, rows: impl Iterator<Item = (Texture, &'a str)>) {
    *html += "<ul class=\"legend bare\">";
    for (at, (texture, words)) in rows.enumerate() {
        let mut ink = SvgInk::new(key::CAUSE.0, key::CAUSE.1, &format!("{key}-{at}"));
        let drawn = key::cause(&mut ink, texture);
        debug_assert!(drawn.is_ok(), "text takes every stroke");
        let svg = ink
            .finish("")
            .replacen("class=\"drawing\"", "class=\"key cause\"", 1);
        *html += &format!("<li>{svg} {}</li>", escaped(words));
    }
    *html += "</ul>";
}

/// How lines are to be read.
fn state(words: &str) -> String {
    format!("<p class=\"fig-state\">{words}</p>")
}

/// Kinds of work with shape, texture and word.
fn kinds(html: &mut String) {
    *html += "<ul class=\"legend bare\">";
    for kind in Kind::SHOWN.into_iter().rev() {
        let mut ink = SvgInk::new(key::KIND.0, key::KIND.1, kind.short());
        let drawn = key::kind(&mut ink, kind);
        debug_assert!(drawn.is_ok(), "text takes every stroke");
        let svg = ink.finish("").replacen("class=\"drawing\"", "class=\"key\"", 1);
        *html += &format!("<li>{svg} {}</li>", kind.word());
    }
    *html += "</ul>";
}

/// Drawing and tables to keep.
fn files(picture: &Picture) -> String {
    let key = picture.key;
    let link = |name: &str, words: &str, kind: &str, text: &str| {
        format!(
            "<a download=\"{name}\" href=\"data:{kind};charset=utf-8,{}\">{words}</a>",
            encoded(text)
        )
    };
    let mut links = vec![link(
        &format!("{key}.svg"),
        "Drawing (SVG)",
        "image/svg+xml",
        &standalone(&picture.svg),
    )];
    for (at, table) in std::iter::once(&picture.figure.table)
        .chain(&picture.more)
        .enumerate()
    {
        let (name, words) = match at {
            0 => (format!("{key}.csv"), String::from("Table (CSV)")),
            at => (format!("{key}-{}.csv", at + 1), format!("Table {} (CSV)", at + 1)),
        };
        links.push(link(&name, &words, "text/csv", &csv(table)));
    }
    links.join(" · ")
}

/// A table; the first column names its rows, the others are numbers. The rows of whoever is chosen are marked.
fn table(table: &Table, chosen: &[usize]) -> String {
    let mut html = format!(
        "<table class=\"plain\"><caption class=\"small\">{}</caption><thead><tr>",
        escaped(&table.caption)
    );
    for (at, heading) in table.headings.iter().enumerate() {
        let class = if at == 0 { "" } else { " class=\"num\"" };
        html += &format!("<th scope=\"col\"{class}>{}</th>", escaped(heading));
    }
    html += "</tr></thead><tbody>";
    let mut row = |class: &str, cells: &[String]| {
        html += &format!("<tr{class}>");
        for (at, words) in cells.iter().enumerate() {
            let words = escaped(words);
            html += &match at {
                0 => format!("<th scope=\"row\">{words}</th>"),
                _ => format!("<td class=\"num\">{words}</td>"),
            };
        }
        html += "</tr>";
    };
    for (at, cells) in table.rows.iter().enumerate() {
        let class = if chosen.contains(&at) {
            " class=\"chosen\" aria-current=\"true\""
        } else {
            ""
        };
        row(class, cells);
    }
    table.sums.iter().for_each(|cells| row(" class=\"sum\"", cells));
    html + "</tbody></table>"
}

/// Text so that it is only text.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            letter => html.push(letter),
        }
    }
    html
}

/// Text as part of an address.
fn encoded(text: &str) -> String {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte as char),
            b'-' | b'_' | b'.' | b'~' | b'/' | b':' | b'=' | b',' | b';' | b'(' | b')' => {
                out.push(byte as char)
            }
            byte => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    out
}
