//! A knob: its name and help, a slider over its stops with a field beside it, what it was, and its words.

use leptos::prelude::*;
use sim_core::scenario::knobs::{Knob, Setting, Unit};
use web_sys::HtmlInputElement;

use super::{Flag, flag, say, yes_no};
use crate::model::draft::Edit;
use crate::session::Session;

/// One row of the form. Slider and field are native and move together. The phone shows one row at a time.
pub fn knob_row(session: Session, knob: &'static Knob, is_on_phone: Flag) -> AnyView {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let was = move || session.draft.with(|draft| draft.was(knob));
    let is_changed = move || session.draft.with(|draft| draft.is_changed(knob));
    let error = RwSignal::new(String::new());
    let help_open = RwSignal::new(false);

    let state = say(move || {
        let state = match (error.with(String::is_empty), is_changed()) {
            (false, _) => "invalid",
            (true, true) => "changed",
            (true, false) => "unchanged",
        };
        Some(state.to_owned())
    });
    let shown = say(move || Some(if is_on_phone() { "shown" } else { "" }.to_owned()));
    let id = format!("knob-{}", knob.key);
    let (note_id, error_id) = (format!("{id}-note"), format!("{id}-error"));
    let reset = move |_| {
        error.set(String::new());
        session.edit(Edit::Reset(knob));
    };
    let [strict, usual, loose] = knob.value.words;
    let (at, base) = (
        say(move || Some(place(knob, is()))),
        say(move || Some(place(knob, was()))),
    );
    let head = view! {
        <div class="knob-head">
            <label class="knob-name" for=id.clone()>{knob.label}</label>
            <button type="button" class="knob-help" aria-label=format!("About: {}", knob.label)
                aria-expanded=yes_no(move || help_open.get()) aria-controls=note_id.clone()
                on:click=move |_| help_open.update(|open| *open = !*open)>"?"</button>
        </div>
        <code class="knob-slurm" hidden=knob.slurm.is_empty()>{knob.slurm}</code>
    };
    view! {
        <div class="knob" data-knob=knob.key data-state=state data-phone=shown style:--at=at style:--base=base>
            {head.into_any()}
            <div class="knob-values">
                {field(session, knob, error, error_id.clone())}
                <span class="unit">{say(move || Some(field_text(knob, is()).1))}</span>
                <span class="knob-was" hidden=flag(move || !is_changed())>{say(move || Some(format!("was {}", knob.say(was()))))}
                    <button type="button" class="reset" on:click=reset aria-label=format!("Reset: {}", knob.label)>"reset"</button></span>
            </div>
            <div class="knob-track"><span class="knob-bar"></span><span class="knob-base"></span>{range(session, knob, error, id)}</div>
            <div class="knob-words" aria-hidden="true"><span>{strict}</span><span>{usual}</span><span>{loose}</span></div>
            <p class="knob-note" id=note_id hidden=flag(move || !help_open.get())>{knob.help}</p>
            <p class="knob-error" id=error_id role="alert">{say(move || Some(error.get()))}</p>
        </div>
    }
    .into_any()
}

/// The native slider over the knob's stops.
fn range(session: Session, knob: &'static Knob, error: RwSignal<String>, id: String) -> AnyView {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let last = knob.value.stops.len().saturating_sub(1);
    let slide = move |event| {
        let at = event_target_value(&event).parse::<usize>().unwrap_or(0).min(last);
        error.set(String::new());
        session.edit(Edit::Set(knob, knob.value.stops[at]));
    };
    let stop = say(move || Some(knob.value.nearest_stop(is()).to_string()));
    let words = say(move || Some(knob.say(is())));
    view! { <input type="range" id=id min="0" max=last step="1" aria-valuetext=words prop:value=stop on:input=slide/> }
        .into_any()
}

/// The field beside it. What cannot be read leaves the value as it was and says why.
fn field(session: Session, knob: &'static Knob, error: RwSignal<String>, error_id: String) -> AnyView {
    let is = move || session.draft.with(|draft| draft.is(knob));
    let write = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let now = session.draft.with_untracked(|draft| draft.is(knob));
        match read_field(knob, &text, now) {
            Ok(setting) => {
                error.set(String::new());
                session.edit(Edit::Set(knob, setting));
                // The field shows the value as it is written, also where the value stays the same.
                event_target::<HtmlInputElement>(&event).set_value(&field_text(knob, setting).0);
            }
            Err(sentence) => error.set(sentence),
        }
    };
    let value = say(move || Some(field_text(knob, is()).0));
    view! {
        <input class="knob-number" type="text" autocomplete="off" spellcheck="false"
            aria-label=format!("{}, typed", knob.label) aria-invalid=yes_no(move || error.with(|text| !text.is_empty()))
            aria-describedby=error_id prop:value=value on:change=write/>
    }
    .into_any()
}

/// Where a setting stands on the slider, from 0 to 1.
fn place(knob: &Knob, setting: Setting) -> String {
    let last = knob.value.stops.len().saturating_sub(1).max(1);
    format!("{:.3}", knob.value.nearest_stop(setting) as f32 / last as f32)
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
            for &stop in knob.value.stops {
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
