//! The words of the home page that a setting changes.

use figures::answer::Mark;
use figures::format;
use figures::home::{Home, Often, Stop};
use web_sys::Element;

use crate::browser;
use crate::mount::Place;

/// The elements whose words change, where the page has them.
pub struct Page {
    say: Option<Element>,
    meters: [Option<Element>; 2],
    notes: Vec<Element>,
    leader: Option<Element>,
    values: Vec<Element>,
    spreads: Vec<Element>,
    answer: Option<Element>,
    next: Option<Element>,
    lab: String,
}

impl Page {
    /// Finds them.
    pub fn of(place: &Place) -> Page {
        let one = |selector: &str| place.element.query_selector(selector).ok().flatten();
        Page {
            say: one(".home-say"),
            meters: [one(".complaint-left .meter"), one(".complaint-right .meter")],
            notes: place.all(".complaint-note"),
            leader: one(".leader"),
            values: place.all(".two-value"),
            spreads: place.all(".two-spread"),
            answer: one(".ask-guess").and_then(|ask| {
                let answer = append(&ask, "p", "home-answer", "")?;
                answer.set_attribute("aria-live", "polite").ok()?;
                Some(answer)
            }),
            next: one(".ask-guess").and_then(|ask| append(&ask, "p", "home-next", "")),
            lab: place.file("lab/"),
        }
    }

    /// Says what a stop does.
    pub fn show(&self, home: &Home, at: usize) {
        let stop = &home.stops[at];
        if let Some(say) = &self.say {
            say.set_text_content(None);
            let head = format!("{}. ", stop.setting);
            append(say, "b", "", &head);
            append(
                say,
                "span",
                "",
                stop.caption.strip_prefix(&head).unwrap_or(&stop.caption),
            );
        }
        for (meter, often) in self.meters.iter().zip([stop.not_allowed, stop.all_taken]) {
            if let Some(meter) = meter {
                meter.set_text_content(None);
                for word in Often::ALL {
                    if word == often {
                        let said = append(meter, "b", "", word.word());
                        said.and_then(|said| append(&said, "span", "sr", " (this one)"));
                    } else {
                        append(meter, "span", "", word.word());
                    }
                }
            }
        }
        // Leader lines and their notes belong to the picture that the page came with.
        let is_picture = at == home.picture as usize;
        for element in self.notes.iter().chain(&self.leader) {
            set_hidden(element, !is_picture);
        }
        self.numbers(home, stop);
        if let Some(answer) = &self.answer {
            answer.set_text_content(None);
            for part in &stop.answer {
                let class = match part.mark {
                    Mark::Plain => "",
                    Mark::Gain => "gain",
                    Mark::Cost => "cost",
                };
                append(answer, "span", class, &part.text);
            }
        }
        if let Some(next) = &self.next {
            next.set_text_content(None);
            append(next, "span", "", &verdict_on_the_knob(home));
            if let Some(door) = append(next, "a", "btn btn-first", "Try the other knobs in the lab") {
                door.set_attribute("href", &self.lab).ok();
            }
        }
    }

    fn numbers(&self, home: &Home, stop: &Stop) {
        let (used, wait) = (stop.used, stop.test_wait);
        let values = [format::percent_whole(used.median), wait.wait()];
        for (element, value) in self.values.iter().zip(values) {
            element.set_text_content(None);
            // Numbers large, their units small.
            let has_number = value.contains(|c: char| c.is_ascii_digit());
            let words: Vec<&str> = match has_number {
                true => value.split_inclusive([' ', format::NBSP]).collect(),
                false => vec![&value],
            };
            for word in words {
                let is_number = !has_number || word.starts_with(|c: char| c.is_ascii_digit());
                append(element, if is_number { "span" } else { "small" }, "", word);
            }
        }
        let runs = home.runs;
        let (low, high) = (format::percent_whole(used.q25), format::percent_whole(used.q75));
        let low = low.trim_end_matches([format::NBSP, '%']).to_owned();
        let between = [
            between(runs, low, high),
            between(runs, format::wait(wait.q25), format::wait(wait.q75)),
        ];
        for (element, words) in self.spreads.iter().zip(between) {
            element.set_text_content(Some(&words));
        }
    }
}

/// Half of the runs, in words.
fn between(runs: u32, low: String, high: String) -> String {
    if low == high {
        format!("the same in half of {runs} runs")
    } else {
        format!("half of {runs} runs between {low} and {high}")
    }
}

/// Whether any setting quietens both complaints, as the runs have it.
fn verdict_on_the_knob(home: &Home) -> String {
    let quiet = home
        .stops
        .iter()
        .find(|stop| stop.not_allowed == Often::Rarely && stop.all_taken == Often::Rarely);
    match quiet {
        Some(stop) => format!(
            "With “{}” both complaints are rarely said. There are other knobs. ",
            stop.setting
        ),
        None => "No setting of this knob quietens both. There are others. ".to_owned(),
    }
}

/// Appends an element with a text.
pub fn append(to: &Element, tag: &str, class: &str, text: &str) -> Option<Element> {
    let element = browser::document().create_element(tag).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.set_text_content(Some(text));
    to.append_child(&element).ok()?;
    Some(element)
}

/// Hides or shows an element.
pub fn set_hidden(element: &Element, is_hidden: bool) {
    if is_hidden {
        element.set_attribute("hidden", "").ok();
    } else {
        element.remove_attribute("hidden").ok();
    }
}
