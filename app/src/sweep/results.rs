//! What was found: the frontier with its walk, table and files, what is asked of a setting, and which knobs matter.

use std::sync::Arc;

use figures::figure::{Figure, Table};
use figures::frontier;
use figures::ink::PX;
use figures::palette::Token;
use figures::svg::SvgInk;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, MouseEvent};

use super::session::{Session, Shown};
use crate::browser;
use crate::model::wish::Asked;
use crate::parts::{Piece, effect, table};

const RESULTS: &str = r#"<section class="fig sweep-found" aria-labelledby="sweep-title">
  <div class="fig-top"><h2 class="fig-title" id="sweep-title" data-at="title"></h2><p class="fig-state" data-at="state"></p></div>
  <ul class="legend bare sweep-legend">
    <li><span class="sign sign-now" aria-hidden="true"></span> <b>now</b></li>
    <li data-at="proposed"><span class="sign sign-proposal" aria-hidden="true"></span> <b>proposal</b></li>
    <li><span class="sign sign-frontier" aria-hidden="true"></span> <b>on the frontier</b> no other beats it</li>
    <li><span class="sign sign-rest" aria-hidden="true"></span> beaten</li>
    <li><span class="sign sign-band" aria-hidden="true"></span> half of the runs</li>
  </ul>
  <div class="drawing pressable" data-at="drawing"></div>
  <p class="sweep-walk"><label for="sweep-walk">Walk through the settings</label>
    <input type="range" id="sweep-walk" min="0" step="1" data-at="walk"></p>
  <p class="fig-say"><span data-at="chosen"></span> <a data-at="open">Open it in the lab</a></p>
  <p class="fig-say" role="status" aria-live="polite" data-at="finding"></p>
  <div class="scroll" tabindex="0" role="group" aria-label="The settings as a table" data-at="table"></div>
  <p class="sweep-files"><a class="btn" download="sweep.csv" data-at="csv">Table as CSV</a>
    <a class="btn" download="sweep.svg" data-at="svg">Picture as SVG</a></p>
</section>"#;

/// The frontier.
pub fn results(session: Session, lab: &str) -> Piece {
    let piece = Piece::of(RESULTS);
    let said = move |of: fn(&Figure) -> &String| {
        session
            .shown
            .with(|shown| shown.as_ref().map(|shown| of(&shown.figure).clone()))
    };
    piece
        .hide(".", move || session.shown.with(Option::is_none))
        .say("title", move || said(|figure| &figure.title))
        .say("state", move || said(|figure| &figure.made_from))
        .say("finding", move || said(|figure| &figure.finding))
        .hide("proposed", move || {
            session
                .shown
                .with(|shown| shown.as_ref().is_none_or(|shown| shown.places.proposal.is_none()))
        });
    walk(&piece, session, lab.to_owned());
    picture(&piece, session);
    let to = lab.to_owned();
    piece.fill("table", move || {
        let shown = session.shown.get();
        shown.iter().map(|shown| settings(shown, session, &to)).collect()
    });
    files(&piece, session);
    piece
}

/// One setting after the other, by the slider or by pressing a dot.
fn walk(piece: &Piece, session: Session, lab: String) {
    let chosen = session.chosen;
    let sentence = move || {
        session
            .shown
            .with(|shown| Some(shown.as_ref()?.frontier.sentence(chosen.get())))
    };
    let slider = piece.input("walk");
    piece
        .set("walk", "max", move || {
            session
                .shown
                .with(|shown| Some((shown.as_ref()?.points.len() - 1).to_string()))
        })
        .value("walk", move || chosen.get().to_string())
        .set("walk", "aria-valuetext", sentence)
        .on("walk", "input", move |_| {
            chosen.set(slider.value().parse().unwrap_or(0))
        })
        .say("chosen", sentence)
        .set("open", "href", move || {
            session.shown.with(|shown| {
                let runs = session.wish.with(|wish| wish.runs);
                let link = Session::link_of(shown.as_ref()?, chosen.get(), runs);
                Some(format!("{lab}#{link}"))
            })
        });
}

/// The drawing at the width of its place.
fn picture(piece: &Piece, session: Session) {
    let place: HtmlElement = piece.at("drawing").unchecked_into();
    let width = RwSignal::new(0_u32);
    let measured = place.clone();
    let measure = move || {
        let now = measured.client_width().max(0) as u32;
        if now > 0 && width.get_untracked() != now {
            width.set(now);
        }
    };
    let again = measure.clone();
    browser::listen(&browser::window(), "resize", move |_| again());
    let drawn = place.clone();
    effect(move || {
        let Some(shown) = session.shown.get() else { return };
        measure();
        // Out of sight a place has no width yet.
        let width = width.get();
        if width == 0 {
            let measure = measure.clone();
            return browser::next_frame(measure);
        }
        drawn.set_inner_html(&svg(&shown, size(width), Some(session.chosen.get())));
    });
    let pressed = place.clone();
    piece.on("drawing", "click", move |event| {
        let event = event.unchecked_ref::<MouseEvent>();
        let area = pressed.get_bounding_client_rect();
        let at = [
            f64::from(event.client_x()) - area.left(),
            f64::from(event.client_y()) - area.top(),
        ]
        .map(|length| (length * f64::from(PX)) as i32);
        let found = session.shown.with_untracked(|shown| {
            frontier::dot_at(
                size(width.get_untracked()),
                &shown.as_ref()?.frontier,
                (at[0], at[1]),
            )
        });
        if let Some(found) = found {
            session.chosen.set(found);
        }
    });
}

fn size(width: u32) -> (u32, u32) {
    (width, if width < 560 { 340 } else { 440 })
}

fn svg(shown: &Shown, size: (u32, u32), chosen: Option<usize>) -> String {
    let mut ink = SvgInk::new(size.0, size.1, "sweep");
    // Drawing into memory does not fail.
    frontier::draw(&mut ink, size, &shown.frontier, chosen).ok();
    ink.finish(&format!("{} {}", shown.figure.title, shown.figure.finding))
}

/// A table whose rows are cards on a phone; laid out so, its parts need their roles said.
fn cards(words: &Table) -> Piece {
    let piece = table(words);
    piece.mark(".", "class", "plain cards").mark(".", "role", "table");
    for (selector, role) in [
        ("thead, tbody", "rowgroup"),
        ("tr", "row"),
        ("thead th", "columnheader"),
        ("tbody th", "rowheader"),
        ("td", "cell"),
    ] {
        for element in all(&piece, selector) {
            element.set_attribute("role", role).ok();
        }
    }
    let cells = words.headings.len() - 1;
    for (at, cell) in all(&piece, "td").iter().enumerate() {
        let label = &words.headings[1 + at % cells];
        cell.set_attribute("data-label", label).ok();
    }
    piece
}

fn all(piece: &Piece, selector: &str) -> Vec<Element> {
    let found = piece.element().query_selector_all(selector).ok();
    let found = found
        .iter()
        .flat_map(|list| (0..list.length()).filter_map(|at| list.item(at)));
    found.filter_map(|node| node.dyn_into().ok()).collect()
}

/// The same numbers, a row for each setting, whose name leads to the lab.
fn settings(shown: &Arc<Shown>, session: Session, lab: &str) -> Piece {
    let piece = cards(&shown.figure.table);
    let runs = session.wish.with_untracked(|wish| wish.runs);
    for (at, head) in all(&piece, "tbody th").iter().enumerate() {
        let link = Piece::of("<a></a>");
        let words = head.text_content().unwrap_or_default();
        link.write(".", &words).mark(
            ".",
            "href",
            &format!("{lab}#{}", Session::link_of(shown, at, runs)),
        );
        head.set_text_content(None);
        head.append_child(link.element()).ok();
    }
    piece
}

/// Files to keep, made when they are asked for.
fn files(piece: &Piece, session: Session) {
    let csv = move |shown: &Shown| {
        let class = frontier::class(session.wish.with_untracked(|wish| wish.kind));
        let goal = session.goal();
        let goal = (!goal.demands.is_empty()).then_some(&goal);
        let text = frontier::csv(&shown.points, &shown.varied, shown.places.now, class, goal);
        ("text/csv", text)
    };
    let picture = move |shown: &Shown| {
        let drawn = svg(shown, (960, 480), None);
        ("image/svg+xml", on_its_own(&drawn))
    };
    let link = piece.at("csv");
    piece.on("csv", "click", move |_| give(&link, session, csv));
    let link = piece.at("svg");
    piece.on("svg", "click", move |_| give(&link, session, picture));
    for name in ["csv", "svg"] {
        piece.mark(name, "href", "data:,");
    }
}

/// Puts what is shown now into a link that is being pressed.
fn give(link: &Element, session: Session, make: impl Fn(&Shown) -> (&'static str, String)) {
    let made = session
        .shown
        .with_untracked(|shown| shown.as_ref().map(|shown| make(shown)));
    if let Some((kind, text)) = made {
        let text = String::from(js_sys::encode_uri_component(&text));
        link.set_attribute("href", &format!("data:{kind};charset=utf-8,{text}"))
            .ok();
    }
}

/// A drawing that brings its colours along, those of the day.
fn on_its_own(svg: &str) -> String {
    let value = |token: &Token| {
        let (r, g, b) = token.light();
        format!("--{}:rgb({r},{g},{b});", token.name())
    };
    let colours: String = Token::ALL.iter().map(value).collect();
    let style = format!("<style>:root{{{colours}background:var(--paper)}}</style>");
    match svg.find('>') {
        Some(end) => format!("{}{style}{}", &svg[..=end], &svg[end + 1..]),
        None => svg.to_owned(),
    }
}

const GOAL: &str = r#"<section class="fig sweep-goal" aria-labelledby="goal-title">
  <h2 class="fig-title" id="goal-title">Does any setting do what you want?</h2>
  <div class="sweep-row" data-at="fields"></div>
  <p class="fig-say" role="status" aria-live="polite" data-at="said"></p>
</section>"#;

/// Reaches into what is asked.
type Reach = fn(&mut Asked) -> &mut Option<f64>;

/// What is asked of a setting, and who does it.
pub fn goal(session: Session) -> Piece {
    let piece = Piece::of(GOAL);
    piece.hide(".", move || session.shown.with(Option::is_none));
    let fields: [(&str, &str, &str, Reach); 3] = [
        ("goal-within", "Nine in ten start within", "minutes", |asked| {
            &mut asked.within
        }),
        ("goal-use", "GPU time in use, at least", "%", |asked| {
            &mut asked.used
        }),
        ("goal-rules", "Rules to know, at most", "rules", |asked| {
            &mut asked.rules
        }),
    ];
    for (id, label, unit, reach) in fields {
        let field = Piece::of(
            r#"<p class="field"><label data-at="label"></label> <span><input type="number" min="0" step="any" inputmode="decimal" data-at="field"> <span data-at="unit"></span></span></p>"#,
        );
        let input: HtmlInputElement = field.input("field");
        field
            .write("label", label)
            .mark("label", "for", id)
            .mark("field", "id", id)
            .write("unit", unit)
            .value("field", move || {
                let mut asked = session.wish.with(|wish| wish.asked);
                reach(&mut asked).map_or(String::new(), |value| value.to_string())
            })
            .on("field", "change", move |_| {
                let value = input.value().parse().ok().filter(|&value: &f64| value >= 0.0);
                session.wish.update(|wish| *reach(&mut wish.asked) = value);
                session.wish.with_untracked(|wish| session.write_address(wish));
            });
        piece.put("fields", &field);
    }
    piece.say("said", move || {
        let goal = session.goal();
        session.shown.with(|shown| {
            shown
                .as_ref()
                .map(|shown| frontier::sentence(&goal, &shown.points, &shown.varied))
        })
    });
    piece
}

const RANKING: &str = r#"<section class="fig sweep-ranking" aria-labelledby="ranking-title">
  <h2 class="fig-title" id="ranking-title">Which knobs matter here?</h2>
  <p class="fig-say">Each policy knob is turned alone to the stops next to where it is, on the same jobs and dice. A knob that changes
    nothing in two runs is not tried further. Take 20 runs: many knobs are many chances to be wrong.</p>
  <p><button type="button" class="btn" data-at="rank">Rank the knobs</button></p>
  <p class="fig-say" role="status" aria-live="polite" data-at="finding"></p>
  <div class="scroll" tabindex="0" role="group" aria-label="Knobs ranked" data-at="table"></div>
</section>"#;

/// Which knobs matter.
pub fn ranking(session: Session) -> Piece {
    let piece = Piece::of(RANKING);
    let ranking = session.ranking;
    piece
        .on("rank", "click", move |_| session.rank())
        .say("finding", move || {
            ranking.with(|it| it.as_ref().map(|it| it.finding.clone()))
        })
        .hide("table", move || ranking.with(Option::is_none))
        .fill("table", move || {
            ranking.with(|it| it.iter().map(|it| cards(&it.table)).collect())
        });
    piece
}
