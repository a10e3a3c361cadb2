//! The editor as somebody uses it, without a page.

use super::*;
use crate::cluster::testing::university;
use sim_core::scenario::PreemptBy;
use sim_core::units::Span;

fn editor(preset: Scenario) -> Editor {
    Editor::open(Proposal::of(&preset), preset)
}

fn open() -> Editor {
    editor(university())
}

fn words(editor: &Editor) -> Vec<String> {
    let all = editor.differences().into_iter();
    all.map(|(it, _)| it.words.replace('\u{a0}', " ")).collect()
}

fn said(editor: &Editor) -> String {
    editor.said.replace('\u{a0}', " ")
}

#[test]
fn a_session_cuts_two_gpus_more_and_gives_debug_a_node_of_its_own() {
    let mut editor = open();
    editor.set("cut-gpus/1/0", "8");
    assert_eq!(editor.now().cluster.installed().slices, 16);
    editor.press("split/nodes/4");
    let names = Kind::Nodes.names(editor.now());
    assert_eq!((names[4], names[5]), ("v100", "v100-2"));
    assert!(
        editor.now().policy.partitions[0]
            .nodes
            .contains(&"v100-2".to_owned())
    );
    editor.press("host/nodes/5");
    assert_eq!(editor.tab, Kind::Partitions);
    editor.set("partitions/5/name", "tests");
    editor.set("partitions/5/meant-for", "tests");
    editor.set("partitions/5/max-time", "30 minutes");
    editor.set("cover/0/5", "");
    editor.set("cover/1/5", "");
    let tests = &editor.now().policy.partitions[5];
    assert_eq!(
        (tests.nodes.as_slice(), tests.max_time),
        (&["v100-2".to_owned()][..], Span::mins(30))
    );
    assert!(
        !editor.now().policy.partitions[1]
            .nodes
            .contains(&"v100-2".to_owned())
    );
    assert_eq!(
        words(&editor),
        [
            "Nodes h200-cut: cut into slices 8: 2x3g.71gb, was 6: 2x3g.71gb",
            "Nodes v100: nodes 5, was 6",
            "Nodes v100-2 is new",
            "Partition tests is new",
        ]
    );
    assert!(editor.can_run(), "{:?}", editor.problems());
    editor.press("undo");
    assert!(said(&editor).starts_with("Undone: "), "{}", said(&editor));
    assert!(
        editor.now().policy.partitions[1]
            .nodes
            .contains(&"v100-2".to_owned())
    );
    editor.press("redo");
    assert!(
        !editor.now().policy.partitions[1]
            .nodes
            .contains(&"v100-2".to_owned())
    );
    editor.press("reset");
    assert_eq!(words(&editor), [""; 0]);
    editor.press("undo");
    assert_eq!(words(&editor).len(), 4);
}

#[test]
fn a_button_or_field_that_the_page_does_not_have_changes_nothing() {
    let mut editor = open();
    let before = editor.sides.clone();
    for verb in [
        "",
        "remove",
        "remove/nodes",
        "remove/nodes/99",
        "copy/qos/99",
        "split/nodes/99",
        "split/partitions/99",
        "own/groups/99",
        "host/nodes/99",
        "cut/99",
        "uncut/1/9",
        "uncut/99/0",
        "slice/1/0/nothing-like-it",
        "unslice/99/0/0",
        "back/99",
        "go",
        "keep",
        "earlier/nodes/0",
        "later/nodes/99",
        "later/nodes/7",
        "tab/elsewhere",
        "add/elsewhere",
        "undo",
        "redo",
    ] {
        editor.press(verb);
        assert_eq!(editor.sides, before, "{verb}");
    }
    for address in [
        "",
        "nodes",
        "nodes/99/gpus",
        "nodes/1/elsewhere",
        "cover/99/0",
        "cover/0/99",
        "cut-gpus/99/0",
        "cut-layout/1/9",
        "tick/x/0/a/b",
    ] {
        editor.set(address, "3");
        assert_eq!(editor.sides, before, "{address}");
    }
}

#[test]
fn what_cannot_be_read_stays_in_its_field_and_the_link_stays() {
    let mut editor = open();
    let link = editor.link();
    editor.set("nodes/0/count", "many");
    let typed = &editor.typed["nodes/0/count"];
    assert_eq!(
        (typed.text.as_str(), typed.why.as_str()),
        ("many", "“many” is no whole number: write such as 8.")
    );
    assert!(!editor.can_run() && editor.link() == link);
    editor.set("nodes/0/count", "4");
    assert!(editor.typed.is_empty() && editor.can_run());
}

#[test]
fn a_new_name_reaches_everything_that_names_it() {
    let mut editor = open();
    editor.set("nodes/4/name", "old-v100");
    assert!(
        editor.now().policy.partitions[1]
            .nodes
            .contains(&"old-v100".to_owned())
    );
    editor.set("groups/0/name", "owners");
    assert_eq!(editor.now().policy.partitions[3].allow_accounts, ["owners"]);
    assert!(editor.can_run(), "{:?}", editor.problems());
    editor.set("partitions/1/name", "normal");
    assert!(
        editor.typed["partitions/1/name"]
            .why
            .contains("There is a partition normal already")
    );
    editor.set("partitions/1/name", "a b");
    assert!(
        editor.typed["partitions/1/name"]
            .why
            .contains("cannot stand in a name")
    );
    editor.set("partitions/1/name", "");
    assert!(editor.typed["partitions/1/name"].why.contains("needs a name"));
}

#[test]
fn a_partition_keeps_a_node_and_what_is_as_before_is_written_as_before() {
    let mut editor = editor(Scenario::default());
    editor.press("split/nodes/0");
    editor.set("cover/0/1", "");
    assert_eq!(editor.now().policy.partitions[0].nodes, ["node"]);
    editor.set("cover/0/0", "");
    assert!(editor.typed["cover/0/0"].why.contains("would be on no node"));
    editor.set("cover/0/1", "yes");
    assert_eq!(
        editor.now().policy.partitions[0].nodes,
        [""; 0],
        "all nodes, as before"
    );
}

#[test]
fn what_others_need_is_asked_about_and_goes_or_stays() {
    let mut editor = open();
    let bought = Kind::Nodes.find(editor.now(), "bought").unwrap();
    editor.press(&format!("remove/nodes/{bought}"));
    assert!(editor.asked.is_some() && editor.now().cluster.nodes.len() == 8);
    assert!(said(&editor).contains("Partition owner is on no other nodes"));
    editor.press("keep");
    assert!(editor.asked.is_none());
    editor.press(&format!("remove/nodes/{bought}"));
    editor.press("go");
    assert_eq!(
        (
            editor.now().cluster.nodes.len(),
            editor.now().policy.partitions.len()
        ),
        (7, 3)
    );
    assert!(
        said(&editor).starts_with("Nodes bought is gone"),
        "{}",
        said(&editor)
    );
}

#[test]
fn my_own_cluster_is_on_both_sides_and_proposes_nothing() {
    let mut editor = open();
    editor.set("scope", "both");
    editor.set("nodes/0/count", "5");
    editor.press("add/partitions");
    editor.set("partitions/5/name", "mine");
    assert_eq!(editor.sides.base, editor.sides.proposal);
    assert!(editor.differences().iter().all(|(_, is_theirs)| *is_theirs));
    editor.set("scope", "proposal");
    editor.set("nodes/0/count", "6");
    assert_eq!(editor.sides.base.cluster.nodes[0].count, 5);
    assert_eq!(words(&editor)[0], "Nodes h200: nodes 6, was 3");
    editor.press("back/0");
    assert_eq!(editor.now().cluster.nodes[0].count, 3);
}

#[test]
fn a_difference_is_undone_alone_and_what_came_asks_who_needs_it() {
    let mut editor = open();
    editor.press("add/nodes");
    editor.press("host/nodes/8");
    editor.set("cover/0/8", "yes");
    let at = words(&editor)
        .iter()
        .position(|it| it == "Nodes new is new")
        .unwrap();
    editor.press(&format!("back/{at}"));
    assert!(editor.asked.is_some(), "its partition is on no other nodes");
    editor.press("go");
    assert_eq!(words(&editor), [""; 0]);
}

#[test]
fn slices_come_and_go_and_one_without_room_says_why() {
    let mut editor = open();
    editor.press("slice/1/0/1g.18gb");
    assert!(
        said(&editor).contains("is not added") && said(&editor).contains("9 of 8 memory slots"),
        "{}",
        said(&editor)
    );
    editor.press("unslice/1/0/0");
    assert_eq!(editor.now().cluster.nodes[1].cut[0].layout, "3g.71gb");
    editor.press("slice/1/0/2g.35gb");
    assert_eq!(editor.now().cluster.nodes[1].cut[0].layout, "3g.71gb+2g.35gb");
    editor.press("unslice/1/0/0");
    editor.press("unslice/1/0/0");
    assert!(editor.now().cluster.nodes[1].cut.is_empty());
    editor.press("cut/1");
    assert_eq!(editor.now().cluster.nodes[1].cut[0].layout, "2x3g.71gb");
    editor.set("cut-layout/1/0", "5x3g.71gb");
    assert!(!editor.can_run());
    editor.set("nodes/1/gpu", "h100");
    editor.set("cut-layout/1/0", "7x1g.10gb");
    editor.set("nodes/1/gpu", "a100");
    assert_eq!(
        editor.now().cluster.nodes[1].cut[0].layout,
        "7x1g.5gb",
        "the same slices by their new names"
    );
}

#[test]
fn the_link_says_what_was_made_and_opens_as_the_same() {
    let mut editor = open();
    editor.set("cut-gpus/1/0", "8");
    editor.press("split/nodes/4");
    editor.press("host/nodes/5");
    editor.set("partitions/5/name", "tests");
    editor.set("qos/0/limits.max-tres-pu", "8");
    let link = editor.link();
    let read = link::decode_among(&link, &[university()]).unwrap();
    assert_eq!(read.notes, []);
    let again = Editor::open(read, university());
    assert_eq!(again.sides, editor.sides, "{link}");
    assert_eq!(again.link(), link);
    editor.press("reset");
    assert_eq!(
        editor.link(),
        Editor::open(Proposal::of(&university()), university()).link()
    );
}

#[test]
fn the_complaints_that_need_structure_can_be_said() {
    // How many GPUs to slice.
    let mut editor = open();
    editor.set("cut-gpus/1/0", "3");
    assert!(editor.can_run());
    // Tests on a node of their own, or on nobody's.
    editor.set("partitions/1/nodes", "v100-tests");
    editor.set("cover/0/5", "");
    assert!(editor.can_run());
    // The owners' nodes: closed, or for work that may be pushed off.
    editor.press("remove/partitions/4");
    editor.press("undo");
    editor.set("rules/0/by", "partition-prio");
    editor.set("rules/0/mode", "requeue");
    assert_eq!(editor.now().policy.preemption.by, PreemptBy::PartitionPrio);
    assert!(editor.can_run(), "{:?}", editor.problems());
    // Preempted and lost: notice before.
    editor.set("partitions/4/grace-time", "10m");
    // The week before a deadline: nodes kept for a group.
    editor.press("add/reservations");
    editor.set("reservations/0/name", "deadline");
    editor.set("reservations/0/start", "21d");
    editor.set("reservations/0/duration", "7d");
    editor.set("tick/reservations/0/nodes/h100", "yes");
    editor.set("tick/reservations/0/accounts/vision", "yes");
    editor.set("reservations/0/magnetic", "yes");
    assert!(editor.can_run(), "{:?}", editor.problems());
    assert_eq!(editor.now().policy.reservations[0].accounts, ["vision"]);
}
