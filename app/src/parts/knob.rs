//! A knob: its name and help, a slider over its stops with a field beside it, what it was, and its words.

use leptos::html::Input;
use leptos::prelude::*;
use sim_core::scenario::knobs::{Knob, Setting, Unit};

use crate::model::draft::Edit;
use crate::session::Session;

/// One row of the form. Slider and field are native and move together.
#[component]
pub fn KnobRow(
    /// Which knob.
    knob: &'static Knob,
    /// Whether the phone shows it now.
    #[prop(into)]
    on_phone: Signal<bool>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let is = Memo::new(move |_| session.draft.with(|draft| draft.is(knob)));
    let was = Memo::new(move |_| session.draft.with(|draft| draft.was(knob)));
    let is_changed = move || is.get() != was.get();
    let error = RwSignal::new(None::<String>);
    let help_open = RwSignal::new(false);
    let field = NodeRef::<Input>::new();

    let last = knob.value.stops.len().saturating_sub(1);
    let place = move |setting: Setting| knob.value.nearest_stop(setting) as f64 / last.max(1) as f64;
    let state = move || {
        if error.with(Option::is_some) {
            "invalid"
        } else if is_changed() {
            "changed"
        } else {
            "unchanged"
        }
    };
    let slide = move |event| {
        let at = event_target_value(&event).parse::<usize>().unwrap_or(0).min(last);
        error.set(None);
        session.edit(Edit::Set(knob, knob.value.stops[at]));
    };
    let write = move |event| {
        let text = event_target_value(&event);
        match read_field(knob, &text, is.get_untracked()) {
            Ok(setting) => {
                error.set(None);
                session.edit(Edit::Set(knob, setting));
                // The field shows the value as it is written, also where it was already so.
                if let Some(field) = field.get_untracked() {
                    field.set_value(&field_text(knob, setting).0);
                }
            }
            Err(sentence) => error.set(Some(sentence)),
        }
    };
    let reset = move |_| {
        error.set(None);
        session.edit(Edit::Reset(knob));
    };
    let id = format!("knob-{}", knob.key);
    let (name_id, note_id, error_id) = (format!("{id}-name"), format!("{id}-note"), format!("{id}-error"));
    let [strict, usual, loose] = knob.value.words;
    let slurm = (!knob.slurm.is_empty()).then(|| view! { <code class="knob-slurm">{knob.slurm}</code> });

    view! {
        <div class="knob" data-knob=knob.key data-state=state
            data-shown=move || on_phone.get().then_some("")
            style:--at=move || place(is.get()).to_string()
            style:--base=move || place(was.get()).to_string()>
            <div class="knob-head">
                <label class="knob-name" id=name_id.clone() for=id.clone()>{knob.label}</label>
                <button type="button" class="knob-help" aria-label=format!("About: {}", knob.label)
                    aria-expanded=move || help_open.get().to_string() aria-controls=note_id.clone()
                    on:click=move |_| help_open.update(|open| *open = !*open)>"?"</button>
            </div>
            {slurm}
            <div class="knob-values">
                <input class="knob-number" type="text" autocomplete="off" spellcheck="false" node_ref=field
                    aria-label=format!("{}, typed", knob.label)
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    aria-describedby=error_id.clone()
                    prop:value=move || field_text(knob, is.get()).0
                    on:change=write/>
                <span class="unit">{move || field_text(knob, is.get()).1}</span>
                <Show when=is_changed>
                    <span class="knob-was">{move || format!("was {}", knob.say(was.get()))}
                        <button type="button" class="reset" on:click=reset
                            aria-label=format!("Reset: {}", knob.label)>"reset"</button></span>
                </Show>
            </div>
            <div class="knob-track">
                <span class="knob-bar"></span><span class="knob-base"></span>
                <input type="range" id=id min="0" max=last step="1"
                    aria-valuetext=move || knob.say(is.get())
                    prop:value=move || knob.value.nearest_stop(is.get()).to_string()
                    on:input=slide/>
            </div>
            <div class="knob-words" aria-hidden="true"><span>{strict}</span><span>{usual}</span><span>{loose}</span></div>
            <p class="knob-note" id=note_id hidden=move || !help_open.get()>{knob.help}</p>
            <p class="knob-error" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
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
    knob.parse(&with_unit).map_err(|_| format!("“{text}” is not taken: write {}.", knob.expected()))
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
        assert!(sentence.contains("soon") && sentence.contains("write"), "{sentence}");
    }
}
