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
            answer: one(".home-answer"),
            next: one(".home-next"),
        }
    }

    /// Says what a stop does.
    pub fn show(&self, home: &Home, at: usize) {
        let stop = &home.stops[at];
        if let Some(say) = &self.say {
            say.set_text_content(None);
            append(say, "b", "", &format!("{}. ", stop.setting));
            append(say, "span", "", &stop.caption);
        }
        for (meter, often) in self.meters.iter().zip([stop.not_allowed, stop.all_taken]) {
            if let Some(meter) = meter {
                meter.set_text_content(None);
                for word in Often::ALL {
                    append(meter, if word == often { "b" } else { "span" }, "", word.word());
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
            set_hidden(answer, false);
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
            set_hidden(next, false);
        }
    }

    fn numbers(&self, home: &Home, stop: &Stop) {
        let (used, wait) = (stop.used, stop.test_wait);
        let values = [format::percent_whole(used.median), wait.wait()];
        for (element, value) in self.values.iter().zip(values) {
            element.set_text_content(None);
            // Numbers large, their units small.
            for word in value.split_inclusive([' ', format::NBSP]) {
                let is_number = word.starts_with(|c: char| c.is_ascii_digit());
                append(element, if is_number { "span" } else { "small" }, "", word);
            }
        }
        let runs = home.runs;
        let between = [
            format!("half of {runs} runs between {} and {}", format::percent_whole(used.q25), format::percent_whole(used.q75)),
            format!("half of {runs} runs between {} and {}", format::wait(wait.q25), format::wait(wait.q75)),
        ];
        for (element, words) in self.spreads.iter().zip(between) {
            element.set_text_content(Some(&words));
        }
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
