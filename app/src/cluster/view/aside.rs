//! What stands around the forms: what is edited, what differs, how simple it is, and the ways on.

use figures::format::{count, counted};
use figures::markup::escape;
use sim_core::metrics::{Simplicity, simplicity};

use super::View;
use crate::cluster::differences::capital;
use crate::cluster::editor::Scope;

/// What is edited, and which side of it.
pub fn around(view: &View<'_>) -> String {
    let preset = &view.editor.preset;
    let title = preset.title.split(": ").next().unwrap_or_default();
    let scope = |key: &str, is: Scope, words: &str, say: &str| {
        format!(
            "<label class=\"cl-scope\"><input type=\"radio\" name=\"scope\" id=\"scope-{key}\" value=\"{key}\" data-set=\"scope\"{}> \
             <span><b>{words}</b> <small>{say}</small></span></label>",
            if view.editor.scope == is { " checked" } else { "" }
        )
    };
    format!(
        "<div class=\"cl-around\"><p><b>{name}</b> {title}. <a href=\"{lab}site/\">Start from another</a></p>\
         <fieldset class=\"cl-scopes\"><legend class=\"sr\">What a change changes</legend>{one}{both}</fieldset></div>",
        name = escape(&preset.name),
        title = escape(title),
        lab = view.lab,
        one = scope(
            "proposal",
            Scope::Proposal,
            "A proposal.",
            "The lab holds it against the cluster as it is."
        ),
        both = scope(
            "both",
            Scope::Both,
            "My cluster.",
            "Changes hold on both sides; nothing is proposed yet."
        ),
    )
}

/// What differs from the preset, each with its way back, and how simple it all is.
pub fn aside(view: &View<'_>) -> String {
    let preset = &view.editor.preset;
    let line = |(n, (it, is_theirs)): (usize, (crate::cluster::differences::Difference, bool))| {
        let both = if is_theirs {
            " <span class=\"both\">on both sides</span>"
        } else {
            ""
        };
        let back = match it.way_back {
            Some(_) => format!(
                " <button type=\"button\" class=\"btn-quiet\" id=\"back-{n}\" data-do=\"back/{n}\">undo<span class=\"sr\">: {}</span></button>",
                escape(&it.words)
            ),
            None => String::new(),
        };
        format!(
            "<li><span>{}{both}</span>{back}</li>",
            escape(&capital(&it.words))
        )
    };
    let all: String = view
        .editor
        .differences()
        .into_iter()
        .enumerate()
        .map(line)
        .collect();
    let list = match all.is_empty() {
        true => {
            "<p class=\"quiet\">Nothing yet. Whatever you change stands here, each with its way back.</p>"
                .to_owned()
        }
        false => format!("<ul class=\"bare cl-list\">{all}</ul>"),
    };
    let (was, is) = (sum(simplicity(preset)), sum(simplicity(view.now)));
    let was_words = if was == is {
        String::new()
    } else {
        format!("was {was}")
    };
    let odd = view.notes(|place| place.is_none());
    let sweep = match view.editor.can_run() {
        true => format!(
            "<p class=\"cl-sweep\"><a id=\"to-sweep\" href=\"{lab}sweep/#{link}\">Compare with a sweep</a></p>",
            lab = view.lab,
            link = escape(&view.editor.link()),
        ),
        false => String::new(),
    };
    format!(
        "<aside class=\"cl-aside\" aria-label=\"What is different\">\
         <h2>What is different from {name}?</h2>{list}\
         <div class=\"cl-simple\"><p><b>{is}</b> <span>{rules} to know <small>{was_words}</small></span></p></div>{odd}{sweep}</aside>",
        name = escape(&preset.name),
        rules = if is == 1 {
            "rule or choice"
        } else {
            "rules and choices"
        },
    )
}

fn sum(of: Simplicity) -> u32 {
    of.rules + of.choices
}

/// The totals, always in view, and the ways on.
pub fn dock(view: &View<'_>) -> String {
    let all = view.now.cluster.installed();
    let lost = match all.lost {
        0 => String::new(),
        lost => format!(", {} lost", count(lost)),
    };
    let step = |verb: &str, word: &str, can: bool, keys: &str| {
        format!(
            "<button type=\"button\" class=\"btn-small\" id=\"{verb}\" data-do=\"{verb}\" aria-disabled=\"{}\"{keys}>{word}</button>",
            !can
        )
    };
    let is_changed = view.editor.sides.base.policy != view.editor.preset.policy
        || view.editor.sides.base.cluster != view.editor.preset.cluster
        || !view.editor.differences().is_empty();
    let link = view.editor.link();
    let wrong = view.wrong(|_| true)
        + view
            .troubles
            .iter()
            .filter(|it| it.is_error && it.place.is_none())
            .count();
    let on = if view.editor.can_run() {
        format!(
            "<a class=\"btn btn-first\" id=\"to-lab\" href=\"{lab}#{link}\">Try it in the lab</a>",
            lab = view.lab,
            link = escape(&link),
        )
    } else {
        let what = match wrong {
            0 => "The baseline cannot run".to_owned(),
            wrong => format!("{} to mend first", counted(wrong as u64, "thing", "things")),
        };
        format!("<span class=\"cl-wait\">{what}</span>")
    };
    format!(
        "<div class=\"cl-dock\" role=\"group\" aria-label=\"Totals, and ways on\"><p><b>{gpus}</b> <span>{nodes}</span> <span>{slices}</span> <span>{sevenths}{lost}</span></p>\
         <p class=\"cl-on\">{undo}{redo}{reset}{on}</p></div>",
        undo = step(
            "undo",
            "Undo",
            view.editor.can_undo(),
            " aria-keyshortcuts=\"Control+Z\""
        ),
        redo = step(
            "redo",
            "Redo",
            view.editor.can_redo(),
            " aria-keyshortcuts=\"Control+Y\""
        ),
        reset = step("reset", "Reset", is_changed, ""),
        gpus = counted(all.gpus, "GPU", "GPUs"),
        nodes = counted(all.nodes, "node", "nodes"),
        slices = counted(all.slices, "slice", "slices"),
        sevenths = counted(all.sevenths(), "seventh", "sevenths"),
    )
}
