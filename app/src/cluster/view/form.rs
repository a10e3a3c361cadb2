//! Forms made from the table of fields: a card for each thing, a label and a control for each field.

use figures::markup::escape;
use sim_core::scenario::Scenario;

use super::View;
use crate::cluster::differences::capital;
use crate::cluster::fields::{Control, Field, Rank, fields};
use crate::cluster::kinds::Kind;
use crate::cluster::removal::Remedy;

/// The id of a field's control.
pub fn id(kind: Kind, at: usize, key: &str) -> String {
    format!("{}-{at}-{}", kind.key(), key.replace('.', "-"))
}

/// A card for each thing of a kind, and the button that adds one. `facts` is what a closed card says, `apart` what it has
/// besides its fields, `verbs` the buttons that only this kind has.
pub struct Cards<'a> {
    /// The kind.
    pub kind: Kind,
    /// What the button says that adds one.
    pub add: &'a str,
    /// What stands there if there is none.
    pub none: &'a str,
    /// What a closed card says.
    pub facts: &'a dyn Fn(usize) -> String,
    /// What it has besides its fields.
    pub apart: &'a dyn Fn(usize) -> String,
    /// Buttons of this kind alone: verb and words.
    pub verbs: &'a dyn Fn(usize) -> Vec<(&'static str, String)>,
}

/// All cards of a kind.
pub fn cards(view: &View<'_>, of: &Cards<'_>) -> String {
    let names = of.kind.names(view.now);
    let all: String = names
        .iter()
        .enumerate()
        .map(|(at, name)| card(view, of, at, name))
        .collect();
    let none = match names.is_empty() {
        true => format!("<p class=\"cl-none\">{}</p>", of.none),
        false => String::new(),
    };
    format!(
        "{none}<div class=\"cl-cards\">{all}</div><p class=\"cl-add\"><button type=\"button\" class=\"btn\" id=\"add-{key}\" \
         data-do=\"add/{key}\">{add}</button></p>",
        key = of.kind.key(),
        add = of.add
    )
}

fn card(view: &View<'_>, of: &Cards<'_>, at: usize, name: &str) -> String {
    let kind = of.kind;
    let here = |place: &(Kind, Option<usize>, Option<&'static str>)| place.0 == kind && place.1 == Some(at);
    let errors = view
        .troubles
        .iter()
        .filter(|it| it.is_error && it.place.as_ref().is_some_and(here))
        .count();
    let address = format!("{}/{at}/", kind.key());
    let typed = view
        .editor
        .typed
        .keys()
        .filter(|key| key.starts_with(&address))
        .count();
    let wrong = match errors + typed {
        0 => String::new(),
        wrong => format!(" <span class=\"wrong\">{wrong} to mend</span>"),
    };
    let mark = match since(view, kind, at, name) {
        "" => String::new(),
        word => format!(" <span class=\"cl-mark\">{word}</span>"),
    };
    let is_open = view.editor.opened == Some((kind, at));
    let asked = view
        .editor
        .asked
        .as_ref()
        .is_some_and(|it| it.kind == kind && it.at == at);
    format!(
        "<details class=\"thing\" id=\"thing-{key}-{at}\"{open}><summary><b>{name}</b>{mark} <span class=\"facts\">{facts}</span>{wrong}</summary>\
         <div class=\"thing-in\">{troubles}{ask}<div class=\"cl-fields\">{usual}</div>{apart}{further}{verbs}</div></details>",
        key = kind.key(),
        open = if is_open || asked { " open" } else { "" },
        name = if name.is_empty() {
            "without a name".to_owned()
        } else {
            escape(name)
        },
        facts = escape(&(of.facts)(at)),
        troubles = view.notes(|place| place.is_some_and(|place| here(&place) && place.2.is_none())),
        ask = if asked { ask(view) } else { String::new() },
        usual = all_of(view, kind, at, Rank::Usual),
        apart = (of.apart)(at),
        further = further(view, kind, at),
        verbs = verbs(view, of, at),
    )
}

/// What has become of a thing since the preset.
fn since(view: &View<'_>, kind: Kind, at: usize, name: &str) -> &'static str {
    let preset = &view.editor.preset;
    match kind.find(preset, name) {
        None => "new",
        Some(was) => {
            let differs = |field: &&Field| (field.get)(preset, was) != (field.get)(view.now, at);
            if fields(kind).iter().any(|field| differs(&field)) {
                "changed"
            } else {
                ""
            }
        }
    }
}

/// The fields that are met at once.
pub fn all_of(view: &View<'_>, kind: Kind, at: usize, rank: Rank) -> String {
    fields(kind)
        .iter()
        .filter(|field| field.rank == rank && field.control != Control::Apart)
        .map(|field| one(view, kind, at, field))
        .collect()
}

/// The fields behind a word, open if there is something to mend.
pub fn further(view: &View<'_>, kind: Kind, at: usize) -> String {
    let is_further = |key: &str| {
        fields(kind)
            .iter()
            .any(|it| it.key == key && it.rank == Rank::Further)
    };
    let troubled = view
        .troubles
        .iter()
        .filter_map(|it| it.place)
        .any(|(of, place, key)| of == kind && place == Some(at) && key.is_some_and(is_further));
    let fields = all_of(view, kind, at, Rank::Further);
    if fields.is_empty() {
        return String::new();
    }
    format!(
        "<details class=\"more cl-more\" id=\"more-{}-{at}\"{}><summary>All its settings</summary><div class=\"cl-fields\">{fields}</div></details>",
        kind.key(),
        if troubled { " open" } else { "" }
    )
}

/// A field with its label, its words, what it was, and what is wrong with it.
fn one(view: &View<'_>, kind: Kind, at: usize, field: &Field) -> String {
    let id = id(kind, at, field.key);
    let address = format!("{}/{at}/{}", kind.key(), field.key);
    let typed = view.editor.typed.get(&address);
    let text = typed.map_or_else(|| (field.get)(view.now, at), |typed| typed.text.clone());
    let mut notes = typed.map_or(String::new(), |typed| {
        format!("<span class=\"cl-note note-error\">{}</span>", escape(&typed.why))
    });
    notes += &view.notes(|place| place == Some((kind, Some(at), Some(field.key))));
    let is_wrong = notes.contains("note-error");
    let was = was(view, kind, at, field);
    let class = if was.is_some() {
        "cl-field is-changed"
    } else {
        "cl-field"
    };
    let was = was.map_or(String::new(), |was| {
        format!("<span class=\"was\">was {}</span>", escape(&was))
    });
    let slurm = match field.slurm {
        "" => String::new(),
        slurm => format!("<code>{slurm}</code>"),
    };
    let aria = format!(
        "aria-describedby=\"{id}-n\"{}",
        if is_wrong { " aria-invalid=\"true\"" } else { "" }
    );
    let note = format!("<span class=\"cl-under\" id=\"{id}-n\">{was}{notes}</span>");
    if let Control::Some(of) = field.control {
        return ticks(view, &address, &id, field, of, &text, &note, class);
    }
    if field.control == Control::Tick {
        let checked = if text.is_empty() { "" } else { " checked" };
        return format!(
            "<div class=\"{class} cl-tick\"><label><input type=\"checkbox\" id=\"{id}\" data-set=\"{address}\" {aria}{checked}> <span>{}</span></label>{slurm}{note}</div>",
            field.label
        );
    }
    let control = match field.control {
        Control::Choice(words) => select(
            &id,
            &address,
            &aria,
            &text,
            words
                .iter()
                .map(|(key, word)| ((*key).to_owned(), (*word).to_owned())),
        ),
        Control::One(of) => {
            let mut names = vec![(String::new(), field.empty.to_owned())];
            let own = (of == kind).then_some(at);
            let others = of
                .names(view.now)
                .into_iter()
                .enumerate()
                .filter(|(it, _)| Some(*it) != own);
            names.extend(others.map(|(_, name)| (name.to_owned(), name.to_owned())));
            select(&id, &address, &aria, &text, names.into_iter())
        }
        Control::Text
        | Control::Number
        | Control::Time
        | Control::Gpus
        | Control::Hours
        | Control::Some(_)
        | Control::Tick
        | Control::Apart => {
            let mode = if field.control == Control::Number {
                " inputmode=\"numeric\""
            } else {
                ""
            };
            let wide = if field.control == Control::Text {
                " class=\"wide\""
            } else {
                ""
            };
            format!(
                "<span class=\"cl-value\"><input type=\"text\" id=\"{id}\" data-set=\"{address}\" value=\"{}\" placeholder=\"{}\" autocomplete=\"off\" \
                 spellcheck=\"false\" {aria}{mode}{wide}>{}</span>",
                escape(&text),
                field.empty,
                unit(field, &text)
            )
        }
    };
    format!(
        "<div class=\"{class}\"><label for=\"{id}\">{} {slurm}</label>{control}{note}</div>",
        field.label
    )
}

/// What a value means, where the field does not say it by itself.
fn unit(field: &Field, text: &str) -> String {
    let said = field.say(text);
    let words = match field.control {
        Control::Time | Control::Gpus | Control::Hours if !text.is_empty() && said != text => said,
        _ => return String::new(),
    };
    // The number stands in the field; for other writings the words repeat it.
    let words = words.strip_prefix(text).map(str::to_owned).unwrap_or(words);
    format!(
        "<span class=\"unit\">{}</span>",
        escape(words.trim_start_matches('\u{a0}'))
    )
}

/// What the preset has in this field, in words, if that is something else.
fn was(view: &View<'_>, kind: Kind, at: usize, field: &Field) -> Option<String> {
    let preset = &view.editor.preset;
    let name = kind.names(view.now).get(at).copied()?;
    let was = (field.get)(preset, kind.find(preset, name)?);
    (was != (field.get)(view.now, at)).then(|| field.say(&was))
}

fn select(
    id: &str,
    address: &str,
    aria: &str,
    text: &str,
    words: impl Iterator<Item = (String, String)>,
) -> String {
    let mut found = false;
    let mut options: String = words
        .map(|(key, word)| {
            let is = key == text;
            found |= is;
            format!(
                "<option value=\"{}\"{}>{}</option>",
                escape(&key),
                if is { " selected" } else { "" },
                escape(&word)
            )
        })
        .collect();
    if !found {
        options += &format!("<option value=\"{0}\" selected>{0}</option>", escape(text));
    }
    format!("<select id=\"{id}\" data-set=\"{address}\" {aria}>{options}</select>")
}

/// Names to tick.
#[expect(
    clippy::too_many_arguments,
    reason = "all of them are words of one field, worked out by its only caller"
)]
fn ticks(
    view: &View<'_>,
    address: &str,
    id: &str,
    field: &Field,
    of: Kind,
    text: &str,
    note: &str,
    class: &str,
) -> String {
    let chosen: Vec<&str> = text.split(',').filter(|it| !it.is_empty()).collect();
    let mut names = of.names(view.now);
    // A name that is not there can still be taken away.
    names.extend(chosen.iter().filter(|name| !of.names(view.now).contains(name)));
    let tick = |(n, name): (usize, &&str)| {
        format!(
            "<label class=\"cl-name\"><input type=\"checkbox\" id=\"{id}-{n}\" data-set=\"tick/{address}/{name}\"{checked}> <span>{name}</span></label>",
            name = escape(name),
            checked = if chosen.contains(name) { " checked" } else { "" }
        )
    };
    let all: String = names.iter().enumerate().map(tick).collect();
    let none = match (names.is_empty(), chosen.is_empty()) {
        (true, _) => format!(
            "<span class=\"quiet small\">There is no {} to name.</span>",
            of.one()
        ),
        (false, true) => format!("<span class=\"quiet small\">None ticked: {}.</span>", field.empty),
        (false, false) => String::new(),
    };
    format!(
        "<fieldset class=\"{class} cl-names\"><legend>{} <code>{}</code></legend>{all}{none}{note}</fieldset>",
        field.label, field.slurm
    )
}

fn verbs(view: &View<'_>, of: &Cards<'_>, at: usize) -> String {
    let key = of.kind.key();
    let count = of.kind.names(view.now).len();
    let mut all = (of.verbs)(at);
    all.push(("copy", "Duplicate".to_owned()));
    if at > 0 {
        all.push(("earlier", "Move up".to_owned()));
    }
    if at + 1 < count {
        all.push(("later", "Move down".to_owned()));
    }
    all.push(("remove", "Remove".to_owned()));
    let name = of
        .kind
        .names(view.now)
        .get(at)
        .copied()
        .unwrap_or_default()
        .to_owned();
    let button = |(verb, words): (&str, String)| {
        format!(
            "<button type=\"button\" class=\"btn-small\" id=\"{verb}-{key}-{at}\" data-do=\"{verb}/{key}/{at}\">{words}<span class=\"sr\"> {}</span></button>",
            escape(&name)
        )
    };
    format!(
        "<p class=\"thing-do\">{}</p>",
        all.into_iter().map(button).collect::<String>()
    )
}

/// What would break, and what can be done.
fn ask(view: &View<'_>) -> String {
    let Some(asked) = &view.editor.asked else {
        return String::new();
    };
    let breaks: String = asked
        .breaks
        .iter()
        .map(|it| format!("<li>{}</li>", escape(it)))
        .collect();
    let (head, go) = match asked.remedy {
        Remedy::Refuse => (format!("{} stays", asked.name), String::new()),
        Remedy::Take(_) | Remedy::Clear => (
            format!("If {} goes", asked.name),
            format!(
                "<button type=\"button\" class=\"btn\" id=\"go\" data-do=\"go\">{}</button> ",
                escape(&asked.button())
            ),
        ),
    };
    format!(
        "<div class=\"cl-ask\" id=\"ask\" tabindex=\"-1\" role=\"group\" aria-labelledby=\"ask-head\"><h3 id=\"ask-head\">{}</h3><ul>{breaks}</ul>\
         <p>{go}<button type=\"button\" class=\"btn\" id=\"keep\" data-do=\"keep\">{}</button></p></div>",
        escape(&capital(&head)),
        if go.is_empty() { "Understood" } else { "Keep it" }
    )
}

/// What a thing has set beyond the usual, in words.
pub fn set_beyond(view: &View<'_>, kind: Kind, at: usize) -> Vec<String> {
    let mut usual = Scenario::default();
    let place = kind.names(&usual).len();
    kind.add(&mut usual, String::new());
    fields(kind)
        .iter()
        .filter(|field| field.key != "name" && field.control != Control::Apart)
        .filter(|field| (field.get)(view.now, at) != (field.get)(&usual, place))
        .map(|field| {
            let label = field.label.split([':', ';', ',']).next().unwrap_or_default();
            match field.control {
                Control::Tick => label.to_owned(),
                _ => format!("{label} {}", field.say(&(field.get)(view.now, at))),
            }
        })
        .collect()
}
