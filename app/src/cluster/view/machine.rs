//! Groups of nodes, and how their GPUs are cut.

use figures::format::{count, counted};
use figures::machine as picture;
use figures::markup::escape;
use sim_core::scenario::mig::{Layout, Model};
use sim_core::scenario::{CutGpus, NodeGroup};

use super::View;
use super::form::{Cards, cards};
use crate::cluster::kinds::Kind;
use crate::cluster::slices;

/// All groups of nodes.
pub fn panel(view: &View<'_>) -> String {
    let group = |at: usize| view.now.cluster.nodes.get(at);
    let facts = |at| {
        group(at).map_or(String::new(), |group| {
            let made = picture::makes(group);
            format!(
                "{} × {made} · {}",
                count(u64::from(group.count)),
                picture::covered_by(view.now, group)
            )
        })
    };
    let apart = |at| group(at).map_or(String::new(), |group| cuts(view, at, group));
    let verbs = |at| {
        let mut verbs = vec![("host", "New partition on these nodes".to_owned())];
        if group(at).is_some_and(|group| group.count > 1) {
            verbs.insert(0, ("split", "Split one node off".to_owned()));
        }
        verbs
    };
    cards(
        view,
        &Cards {
            kind: Kind::Nodes,
            add: "Add nodes",
            none: "There are no nodes: nothing can run.",
            facts: &facts,
            apart: &apart,
            verbs: &verbs,
        },
    )
}

/// How the GPUs of each node are cut.
fn cuts(view: &View<'_>, at: usize, group: &NodeGroup) -> String {
    let all: String = group
        .cut
        .iter()
        .enumerate()
        .map(|(part, it)| cut(view, (at, part), group, it))
        .collect();
    let installed = group.installed();
    let total = match installed.cut {
        0 => "No GPU is cut.".to_owned(),
        cut => format!(
            "{} of {} cut into {}, {} lost.",
            count(cut),
            counted(installed.gpus, "GPU", "GPUs"),
            counted(installed.slices, "slice", "slices"),
            counted(installed.lost, "seventh", "sevenths"),
        ),
    };
    let here = |place: Option<(Kind, Option<usize>, Option<&str>)>| {
        place == Some((Kind::Nodes, Some(at), Some("cut")))
    };
    let left = group.cut.iter().map(|it| u64::from(it.gpus)).sum::<u64>() < u64::from(group.gpus);
    let add = match (left, group.cut.is_empty()) {
        (false, _) => String::new(),
        (true, is_first) => format!(
            "<p><button type=\"button\" class=\"btn-small\" id=\"cut-{at}\" data-do=\"cut/{at}\">{}</button></p>",
            if is_first {
                "Cut GPUs into slices"
            } else {
                "Cut others another way"
            }
        ),
    };
    format!(
        "<div class=\"cuts\" role=\"group\" aria-labelledby=\"cuts-{at}\"><p class=\"cuts-head\"><b id=\"cuts-{at}\">Slices</b> <code>MIG</code> <span>{total}</span></p>\
         {all}<span class=\"cl-under\">{notes}</span>{add}</div>",
        notes = view.notes(here)
    )
}

/// One way in which some of the GPUs are cut.
fn cut(view: &View<'_>, (at, part): (usize, usize), group: &NodeGroup, it: &CutGpus) -> String {
    let place = format!("{at}/{part}");
    let id = format!("cut-{at}-{part}");
    let typed = view.editor.typed.get(&format!("cut-gpus/{place}"));
    let gpus = typed.map_or_else(|| it.gpus.to_string(), |typed| typed.text.clone());
    let wrong = typed.map_or(String::new(), |typed| {
        format!("<span class=\"cl-note note-error\">{}</span>", escape(&typed.why))
    });
    let layout = Layout::parse(&group.gpu, &it.layout);
    let drawing = match &layout {
        Ok(layout) => format!(
            "<div class=\"bar-room\">{}</div><p class=\"small\">{}</p>",
            picture::bar(layout),
            takes(layout)
        ),
        // Why it does not fit is told below, with what would.
        Err(_) => String::new(),
    };
    format!(
        "<div class=\"cut\"><div class=\"cl-fields\"><div class=\"cl-field\"><label for=\"{id}-gpus\">GPUs of each node cut so</label>\
         <span class=\"cl-value\"><input type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" id=\"{id}-gpus\" data-set=\"cut-gpus/{place}\" \
         value=\"{gpus}\"{invalid}><span class=\"unit\">of {all}</span></span>{wrong}</div>{whole}\
         <div class=\"cl-field\"><label for=\"{id}-text\">Layout of one GPU</label><span class=\"cl-value\"><input type=\"text\" class=\"wide\" autocomplete=\"off\" \
         spellcheck=\"false\" id=\"{id}-text\" data-set=\"cut-layout/{place}\" value=\"{text}\"></span></div></div>{drawing}{slices}\
         <p><button type=\"button\" class=\"btn-small\" id=\"un{id}\" data-do=\"uncut/{place}\">Leave these GPUs whole</button></p></div>",
        gpus = escape(&gpus),
        invalid = if wrong.is_empty() {
            ""
        } else {
            " aria-invalid=\"true\""
        },
        all = group.gpus,
        whole = whole_cuts(group, it, &id, &place),
        text = escape(&it.layout),
        slices = one_by_one(group, it, &id, &place),
    )
}

/// "3 + 3 of 7 compute slices; 1 is lost."
fn takes(layout: &Layout) -> String {
    let each: Vec<String> = layout
        .slices()
        .iter()
        .map(|slice| slice.compute.to_string())
        .collect();
    let lost = match layout.lost() {
        0 => "none is lost".to_owned(),
        1 => "1 is lost".to_owned(),
        lost => format!("{lost} are lost"),
    };
    format!(
        "{} of 7 compute slices; {lost}. Each box is one of the eight parts of the memory.",
        each.join(" + ")
    )
}

/// The cuts that leave no room, to choose from.
fn whole_cuts(group: &NodeGroup, it: &CutGpus, id: &str, place: &str) -> String {
    let all = slices::whole_cuts(&group.gpu);
    if all.is_empty() {
        return String::new();
    }
    let mut options: String = all
        .iter()
        .map(|cut| {
            let selected = if *cut == it.layout { " selected" } else { "" };
            format!("<option value=\"{cut}\"{selected}>{cut}</option>")
        })
        .collect();
    if !all.contains(&it.layout) {
        options = format!(
            "<option value=\"{}\" selected>another</option>{options}",
            escape(&it.layout)
        );
    }
    format!(
        "<div class=\"cl-field\"><label for=\"{id}-whole\">Cuts that leave no room</label>\
         <select id=\"{id}-whole\" data-set=\"cut-layout/{place}\">{options}</select></div>"
    )
}

/// The slices of one GPU, each to be taken away, and the profiles to add: those without room say why.
fn one_by_one(group: &NodeGroup, it: &CutGpus, id: &str, place: &str) -> String {
    let slices: String = slices::profiles(&group.gpu, &it.layout)
        .iter()
        .enumerate()
        .map(|(n, profile)| {
            let profile = escape(profile);
            format!(
                "<li>{profile} <button type=\"button\" class=\"btn-x\" id=\"{id}-x{n}\" data-do=\"unslice/{place}/{n}\" aria-label=\"Take {profile}, slice {}, away\">×</button></li>",
                n + 1
            )
        })
        .collect();
    let slices = match slices.is_empty() {
        true => String::new(),
        false => format!("<ul class=\"slice-list bare\" aria-label=\"Slices of one GPU\">{slices}</ul>"),
    };
    let offers = slices::offers(&group.gpu, &it.layout);
    let (Some(model), false) = (Model::of_type(&group.gpu), slices.is_empty()) else {
        return slices;
    };
    let buttons: String = offers
        .iter()
        .map(|offer| {
            let (off, why) = match &offer.why {
                None => ("false", "".to_owned()),
                Some(why) => ("true", format!("<span class=\"sr\"> does not fit: {}</span>", escape(why))),
            };
            format!(
                "<button type=\"button\" class=\"btn-small\" id=\"{id}-{0}\" data-do=\"slice/{place}/{0}\" aria-disabled=\"{off}\">+ {0}{why}</button>",
                offer.profile
            )
        })
        .collect();
    let without_room: Vec<&str> = offers
        .iter()
        .filter(|it| it.why.is_some())
        .map(|it| it.profile)
        .collect();
    let first = offers.iter().find_map(|it| it.why.as_deref());
    let why = match (without_room.len(), first) {
        (0, _) | (_, None) => String::new(),
        (n, Some(why)) if n == offers.len() => format!("No more fits: {why}."),
        (_, Some(why)) => format!("No room for {}: {why}.", without_room.join(", ")),
    };
    format!(
        "{slices}<p class=\"slice-add\" role=\"group\" aria-label=\"Add a slice of an {model}\">{buttons}</p><p class=\"small quiet\">{}</p>",
        escape(&why)
    )
}
