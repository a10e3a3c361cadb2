//! A knob: its name and help, a slider over its stops with a field beside it, what it was, and its words.

use leptos::prelude::*;
use sim_core::scenario::knobs::{Knob, Setting, Unit};

use super::Piece;
use crate::model::draft::Edit;
use crate::session::Session;

const ROW: &str = r#"<div class="knob">
  <div class="knob-head"><label class="knob-name" data-at="name"></label>
    <button type="button" class="knob-help" data-at="help">?</button></div>
  <code class="knob-slurm" data-at="slurm"></code>
  <div class="knob-values">
    <input class="knob-number" type="text" autocomplete="off" spellcheck="false" data-at="field"> <span class="unit" data-at="unit"></span>
    <span class="knob-was" data-at="was"><span data-at="was-words"></span> <button type="button" class="reset" data-at="reset">reset</button></span>
  </div>
  <div class="knob-track"><span class="knob-bar"></span><span class="knob-base"></span><input type="range" min="0" step="1" data-at="range"></div>
  <div class="knob-words" aria-hidden="true"><span data-at="strict"></span><span data-at="usual"></span><span data-at="loose"></span></div>
  <p class="knob-note" data-at="note" hidden><span data-at="about"></span> <a data-at="page">More about this knob</a></p>
  <p class="knob-idle" data-at="idle">Has no effect here as things are set.</p>
  <p class="knob-error" role="alert" data-at="error"></p>
</div>"#;

/// One row of the form. Slider and field are native and move together. A knob may have rows in several `forms`; the phone
/// shows those rows of which it is said.
pub fn knob_row(
    session: Session,
    knob: &'static Knob,
    form: &str,
    is_on_phone: impl Fn() -> bool + 'static,
) -> Piece {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let was = move || session.draft.with(|draft| draft.was(knob));
    let is_changed = move || session.draft.with(|draft| draft.is_changed(knob));
    let error = RwSignal::new(String::new());
    let help_open = RwSignal::new(false);

    let row = Piece::of(ROW);
    let id = format!("{form}-{}", knob.key);
    let (note_id, error_id) = (format!("{id}-note"), format!("{id}-error"));
    let [strict, usual, loose] = knob.texts().words;
    row.mark(".", "data-knob", knob.key)
        .class(".", "knob-of-words", move || {
            matches!(knob.value.unit, Unit::Words(_))
        })
        .set(".", "data-state", move || {
            if !error.with(String::is_empty) {
                "invalid"
            } else if session.is_idle(knob) {
                "idle"
            } else if is_changed() {
                "changed"
            } else {
                "unchanged"
            }
            .to_owned()
        })
        .set(".", "data-phone", move || {
            if is_on_phone() {
                "shown".to_owned()
            } else {
                String::new()
            }
        })
        .style(".", "--at", move || place(knob, is()))
        .style(".", "--base", move || place(knob, was()));
    row.write("name", knob.texts().label)
        .mark("name", "for", &id)
        .write("slurm", knob.texts().slurm)
        .write("strict", strict)
        .write("usual", usual)
        .write("loose", loose)
        .say("about", move || session.about_knob(knob))
        .mark("page", "href", &["../knobs/", knob.key, "/"].concat())
        .mark("note", "id", &note_id)
        .hide("note", move || !help_open.get())
        .mark("help", "aria-label", &format!("About: {}", knob.texts().label))
        .mark("help", "aria-controls", &note_id)
        .tell("help", "aria-expanded", move || help_open.get())
        .on("help", "click", move |_| {
            session.ask_about_knobs();
            help_open.update(|open| *open = !*open);
        });
    row.say("unit", move || field_text(knob, is()).1)
        .hide("was", move || !is_changed())
        .say("was-words", move || format!("was {}", knob.say(was())))
        .mark("reset", "aria-label", &format!("Reset: {}", knob.texts().label))
        .on("reset", "click", move |_| {
            error.set(String::new());
            session.edit(Edit::Reset(knob));
        })
        .hide("idle", move || !session.is_idle(knob))
        .mark("error", "id", &error_id)
        .say("error", move || error.get());
    range(&row, session, knob, error, &id);
    field(&row, session, knob, error, &error_id);
    row
}

/// The native slider over the knob's stops.
fn range(row: &Piece, session: Session, knob: &'static Knob, error: RwSignal<String>, id: &str) {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let last = knob.stops().len().saturating_sub(1);
    let slider = row.input("range");
    row.mark("range", "id", id)
        .mark("range", "max", &last.to_string())
        .set("range", "aria-valuetext", move || knob.say(is()))
        .value("range", move || knob.nearest_stop(is()).to_string())
        .on("range", "input", move |_| {
            let at = slider.value().parse::<usize>().unwrap_or(0).min(last);
            error.set(String::new());
            session.edit(Edit::Set(knob, knob.stops()[at]));
        });
}

/// The field beside it. What cannot be read leaves the value as it was and says why.
fn field(row: &Piece, session: Session, knob: &'static Knob, error: RwSignal<String>, error_id: &str) {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let field = row.input("field");
    row.mark("field", "aria-label", &format!("{}, typed", knob.texts().label))
        .mark("field", "aria-describedby", error_id)
        .tell("field", "aria-invalid", move || {
            error.with(|text| !text.is_empty())
        })
        .value("field", move || field_text(knob, is()).0)
        .on("field", "change", move |_| {
            let now = session.draft.with_untracked(|draft| draft.is(knob));
            match read_field(knob, &field.value(), now) {
                Ok(setting) => {
                    error.set(String::new());
                    session.edit(Edit::Set(knob, setting));
                    // The field shows the value as it is written, also where the value stays the same.
                    field.set_value(&field_text(knob, setting).0);
                }
                Err(sentence) => error.set(sentence),
            }
        });
}

/// Where a setting stands on the slider, from 0 to 1, in thousandths.
fn place(knob: &Knob, setting: Setting) -> String {
    let last = knob.stops().len().saturating_sub(1).max(1);
    let thousandths = knob.nearest_stop(setting) * 1000 / last;
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// What stands in the field, and the unit beside it: ("7", "days"), ("off", "no limit").
fn field_text(knob: &Knob, setting: Setting) -> (String, String) {
    let said = knob.say(setting);
    match setting {
        Setting::Off => ("off".to_owned(), said),
        Setting::Word(word) => (word.to_owned(), String::new()),
        Setting::Span(_) | Setting::Count(_) => match said.split_once(' ') {
            Some((number, unit)) => (number.to_owned(), unit.to_owned()),
            None => (said, String::new()),
        },
    }
}

/// Reads what was typed; a bare number is in the unit that stands beside the field.
fn read_field(knob: &Knob, text: &str, now: Setting) -> Result<Setting, String> {
    let text = text.trim();
    let is_bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let with_unit = match (knob.value.unit, now) {
        (Unit::Time, Setting::Span(_)) if is_bare => format!("{text} {}", field_text(knob, now).1),
        (Unit::Time, _) if is_bare => format!("{text} days"),
        _ => text.to_owned(),
    };
    knob.parse(&with_unit)
        .map_err(|_| format!("“{text}” is not taken: write {}.", knob.expected()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs;
    use sim_core::units::Span;

    #[test]
    fn the_field_reads_back_what_it_shows() {
        for knob in knobs::KNOBS {
            for &stop in knob.stops() {
                let (number, _) = field_text(knob, stop);
                assert_eq!(read_field(knob, &number, stop), Ok(stop), "{} {number}", knob.key);
            }
        }
    }

    #[test]
    fn a_bare_number_is_in_the_unit_beside_the_field() {
        let knob = knobs::find("half-life").unwrap();
        let days = Setting::Span(Span::days(7));
        assert_eq!(read_field(knob, "3", days), Ok(Setting::Span(Span::days(3))));
        assert_eq!(read_field(knob, "36h", days), Ok(Setting::Span(Span::hours(36))));
        let sentence = read_field(knob, "soon", days).unwrap_err();
        assert!(
            sentence.contains("soon") && sentence.contains("write"),
            "{sentence}"
        );
    }
}
