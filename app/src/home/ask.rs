//! The guess and then the slider. Before a guess the stops are buttons; after it a native range lies over them, with a
//! number field at its end.

use figures::home::Home;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement};

use super::page::{append, set_hidden};
use crate::mount::Place;
use crate::parts::effect;
use crate::{browser, storage};

/// Where the guess stays on this device.
const KEPT: &str = "guess:home";
/// What stands there after *Just show me*.
const SHOWN: &str = "-";

/// Brings guess and slider to life. A guess made before this was there is taken up.
pub fn wire(place: &Place, home: StoredValue<Home>, at: RwSignal<usize>) {
    let Some(stops) = place.element.query_selector(".stops").ok().flatten() else {
        return;
    };
    let begin = {
        let (place, stops) = (place.clone(), stops.clone());
        move |guess: Option<usize>| slider(&place, &stops, home, at, guess)
    };
    let count = home.with_value(|home| home.stops.len());
    let read = move |text: &str| text.parse::<usize>().ok().filter(|&stop| stop < count);
    let early = place.data("guess").map(|text| read(&text));
    if let Some(guess) = early.or_else(|| storage::get(KEPT).map(|text| read(&text))) {
        begin(guess);
        if early.is_some() {
            keep(guess);
        }
        return;
    }
    for button in place.all("[data-stop]") {
        let guess = button.get_attribute("data-stop").as_deref().and_then(read);
        let begin = begin.clone();
        let mut once = Some(begin);
        browser::listen(&button, "click", move |_| {
            if let Some(begin) = once.take() {
                keep(guess);
                begin(guess);
            }
        });
    }
}

fn keep(guess: Option<usize>) {
    storage::set(KEPT, &guess.map_or(SHOWN.to_owned(), |guess| guess.to_string()));
}

/// Turns the buttons into a slider that stands at the guess.
fn slider(
    place: &Place,
    stops: &Element,
    home: StoredValue<Home>,
    at: RwSignal<usize>,
    guess: Option<usize>,
) {
    if stops.query_selector(".stops-range").ok().flatten().is_some() {
        return;
    }
    let has_focus = browser::document()
        .active_element()
        .is_some_and(|it| it.has_attribute("data-stop"));
    for element in place.all("[data-stop='show'], .ask-note") {
        set_hidden(&element, true);
    }
    let label = place
        .element
        .query_selector(".ask .eyebrow")
        .ok()
        .flatten()
        .and_then(|it| it.text_content());
    let label = label.unwrap_or_else(|| "Most GPUs one person may hold at once".to_owned());
    stops.set_inner_html("");
    let (labels, picture) = home.with_value(|home| {
        (
            home.stops
                .iter()
                .map(|stop| stop.label.clone())
                .collect::<Vec<_>>(),
            home.picture as usize,
        )
    });
    let columns: Vec<Element> = labels
        .iter()
        .filter_map(|label| {
            let column = append(stops, "span", "stop", "")?;
            append(&column, "span", "ring", "");
            append(&column, "span", "stop-value", label);
            append(&column, "span", "stop-word", "");
            Some(column)
        })
        .collect();
    let Some(range) = input(stops, "range", "stops-range", &label) else {
        return;
    };
    range.set_min("0");
    range.set_max(&(labels.len() - 1).to_string());
    range.set_step("1");
    let number = number_field(stops, &label);
    if has_focus {
        // The button that was pressed is gone; who came by keyboard goes on from the slider.
        range.focus().ok();
    }

    if let Some(guess) = guess {
        at.set(guess);
    }
    let move_to = move |stop: usize| {
        browser::mark("input");
        at.set(stop);
        browser::mark_when_painted("responded");
        browser::mark_when_painted("answer");
    };
    let ranged = range.clone();
    browser::listen(&range, "input", move |_| {
        move_to(ranged.value().parse().unwrap_or(0))
    });
    if let Some((field, hint)) = &number {
        let (typed, hint, labels) = (field.clone(), hint.clone(), labels.clone());
        browser::listen(field, "change", move |_| {
            let wanted = plain(&typed.value());
            match labels.iter().position(|label| plain(label) == wanted) {
                Some(stop) => {
                    hint.set_text_content(None);
                    move_to(stop);
                }
                None => hint.set_text_content(Some(&format!(
                    "Worked out here: {}. The lab runs any other number.",
                    labels.join(", ")
                ))),
            }
        });
    }
    effect(move || {
        let now = at.get();
        range.set_value(&now.to_string());
        range.set_attribute("aria-valuetext", &labels[now]).ok();
        if let Some((field, _)) = &number {
            field.set_value(&labels[now]);
        }
        for (i, column) in columns.iter().enumerate() {
            mark(column, i == now, i == picture, guess == Some(i));
        }
    });
}

/// Draws a stop's marks and says them in a word.
fn mark(column: &Element, is_now: bool, is_picture: bool, is_guess: bool) {
    let signs = [(is_picture, "picture"), (is_guess, "guess"), (is_now, "now")];
    let marks: Vec<&str> = signs
        .iter()
        .filter(|(is, _)| *is)
        .map(|&(_, mark)| mark)
        .collect();
    column.set_attribute("data-mark", &marks.join(" ")).ok();
    let word = match (is_now, is_guess, is_picture) {
        (true, true, _) => "now, your guess",
        (true, false, _) => "now",
        (false, true, _) => "your guess",
        (false, false, true) => "before",
        (false, false, false) => "",
    };
    if let Ok(Some(place)) = column.query_selector(".stop-word") {
        place.set_text_content(Some(word));
    }
}

/// The field at the end of the line, and the place for a hint about what was typed.
fn number_field(stops: &Element, label: &str) -> Option<(HtmlInputElement, Element)> {
    let row = stops.parent_element()?;
    let holder = append(&row, "label", "stops-number", "GPUs ")?;
    let field = input(&holder, "text", "", &format!("{label}, typed"))?;
    let hint = append(&row.parent_element()?, "p", "knob-error", "")?;
    hint.set_attribute("role", "alert").ok();
    Some((field, hint))
}

fn input(parent: &Element, kind: &str, class: &str, label: &str) -> Option<HtmlInputElement> {
    let field: HtmlInputElement = append(parent, "input", class, "")?.dyn_into().ok()?;
    field.set_type(kind);
    field.set_attribute("aria-label", label).ok()?;
    field.set_autocomplete("off");
    Some(field)
}

/// A typed setting as compared: lower case, without spaces.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
