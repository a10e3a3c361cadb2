//! The page as text.

use super::*;
use crate::cluster::testing::{full, university};
use sim_core::scenario::link::Proposal;

fn shown(editor: &Editor) -> String {
    page(editor, "../")
}

fn open(preset: Scenario) -> Editor {
    Editor::open(Proposal::of(&preset), preset)
}

/// Every tab's page.
fn all(editor: &mut Editor) -> String {
    let mut made = String::new();
    for kind in Kind::ALL {
        editor.tab = kind;
        made += &shown(editor);
    }
    made
}

/// Tags that are opened and closed again, in order.
fn is_whole(html: &str) -> bool {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let name: String = tag
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect();
        match name.strip_prefix('/') {
            Some(name) if open.pop().as_deref() != Some(name) => return false,
            Some(_) => {}
            None if matches!(name.as_str(), "input" | "rect") => {}
            None => open.push(name),
        }
    }
    open.is_empty()
}

#[test]
fn every_kind_of_page_is_whole_and_has_each_id_once() {
    for preset in [university(), full(), Scenario::default()] {
        let mut editor = open(preset);
        for kind in Kind::ALL {
            editor.tab = kind;
            let html = shown(&editor);
            assert!(is_whole(&html), "{kind:?}");
            let mut ids: Vec<&str> = html
                .split(" id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .collect();
            let many = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), many, "{kind:?}");
            assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"));
        }
    }
}

#[test]
fn whatever_a_scenario_says_is_words() {
    let mut preset = full();
    let bad = "<img src=x>\"'";
    preset.name = bad.to_owned();
    preset.title = bad.to_owned();
    for kind in Kind::ALL {
        for field in crate::cluster::fields::fields(kind) {
            drop((field.set)(&mut preset, 0, bad));
        }
    }
    preset.cluster.nodes[0].name = bad.to_owned();
    preset.cluster.nodes[0].cut[0].layout = bad.to_owned();
    preset.policy.partitions[0].name = bad.to_owned();
    preset.policy.associations.accounts[0].name = bad.to_owned();
    let mut editor = open(preset);
    editor.set("nodes/0/count", bad);
    editor.set("cut-gpus/0/0", bad);
    let html = all(&mut editor);
    assert!(!html.contains("<img") && html.contains("&lt;img"));
}

#[test]
fn a_layout_that_does_not_fit_says_why_at_its_place_and_the_way_on_is_closed() {
    let mut editor = open(university());
    assert!(shown(&editor).contains("Try it in the lab"));
    editor.set("cut-layout/1/0", "3x3g.71gb");
    let html = shown(&editor);
    assert!(
        html.contains("3×3g does not fit on one GPU, which takes 2 3g at most"),
        "the reason"
    );
    assert!(!html.contains("Try it in the lab") && html.contains("to mend first"));
    assert!(html.contains("1 to mend"), "the tab says where");
}

#[test]
fn the_grid_says_what_is_shared_and_what_nobody_has() {
    let mut editor = open(university());
    editor.tab = Kind::Partitions;
    let html = shown(&editor);
    assert!(html.contains("<td>by 2</td>") && html.contains("<td>no</td>"));
    editor.set("cover/0/0", "");
    assert!(shown(&editor).contains("<td>by none: idle</td>"));
}

#[test]
fn nothing_changed_says_so_and_a_change_has_its_way_back() {
    let mut editor = open(university());
    assert!(shown(&editor).contains("Nothing yet."));
    editor.set("partitions/1/tier", "1");
    let html = shown(&editor);
    assert!(html.contains("Partition debug: tier 1, was 2") && html.contains("data-do=\"back/0\""));
    assert!(html.contains("data-do=\"undo\" aria-disabled=\"false\""));
    assert!(html.contains(&format!(
        "href=\"../#{}\"",
        figures::markup::escape(&editor.link())
    )));
}
