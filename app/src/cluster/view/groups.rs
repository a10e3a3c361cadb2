//! QOS, groups of people, reservations: cards made from the table alone, with what each kind has to say.

use figures::format::counted;
use sim_core::units::Span;

use super::View;
use super::form::{Cards, all_of, cards, further, set_beyond};
use crate::cluster::fields::Rank;
use crate::cluster::kinds::Kind;

/// QOS, and who may push whom off.
pub fn qos(view: &View<'_>) -> String {
    let facts = |at| match set_beyond(view, Kind::Qos, at) {
        set if set.is_empty() => "no limits".to_owned(),
        set => set.join(" · "),
    };
    let cards = cards(
        view,
        &Cards {
            kind: Kind::Qos,
            add: "Add a QOS",
            none: "There is no QOS: a job needs one.",
            facts: &facts,
            apart: &|_| String::new(),
            verbs: &|_| Vec::new(),
        },
    );
    format!(
        "{cards}<div class=\"cl-rules\" role=\"group\" aria-labelledby=\"rules-head\"><h3 id=\"rules-head\">Who may push whom off?</h3>\
         <p class=\"cl-say\">What was not saved is lost: how much work saves its state is an assumption, set in the lab.</p>{notes}\
         <div class=\"cl-fields\">{usual}</div>{further}</div>",
        notes = view.notes(|place| matches!(place, Some((Kind::Rules, _, None)))),
        usual = all_of(view, Kind::Rules, 0, Rank::Usual),
        further = further(view, Kind::Rules, 0),
    )
}

/// Groups of people.
pub fn groups(view: &View<'_>) -> String {
    let of_people = view.now.workload.accounts as usize;
    let facts = |at: usize| {
        let mut facts = owns(view, at);
        facts.extend(set_beyond(view, Kind::Groups, at));
        if at >= of_people {
            facts.push("nobody’s own group: others can belong to it".to_owned());
        }
        match facts.is_empty() {
            true => "one share, no limits".to_owned(),
            false => facts.join(" · "),
        }
    };
    let named = Kind::Groups.names(view.now).len();
    let people = counted(u64::from(view.now.workload.people), "person", "people");
    let groups = counted(of_people as u64, "group", "groups");
    let add = match named < of_people {
        true => "Name a group",
        false => "Add a group above others",
    };
    let none = format!(
        "The {people} are in {groups} without a name. Name one to give it shares, limits, or nodes of its own."
    );
    cards(
        view,
        &Cards {
            kind: Kind::Groups,
            add,
            none: &none,
            facts: &facts,
            apart: &|_| String::new(),
            verbs: &|_| vec![("own", "Give it nodes of its own".to_owned())],
        },
    )
}

/// The partitions that let in this group alone.
fn owns(view: &View<'_>, at: usize) -> Vec<String> {
    let names = Kind::Groups.names(view.now);
    let Some(name) = names.get(at) else {
        return Vec::new();
    };
    let partitions = view.now.policy.partitions.iter();
    partitions
        .filter(|it| it.allow_accounts.as_slice() == [(*name).to_owned()])
        .map(|it| match it.nodes.is_empty() {
            true => format!("partition {} on all nodes", it.name),
            false => format!("partition {} on {}", it.name, it.nodes.join(", ")),
        })
        .collect()
}

/// Reservations.
pub fn reservations(view: &View<'_>) -> String {
    let facts = |at: usize| {
        let Some(it) = view.now.policy.reservations.get(at) else {
            return String::new();
        };
        let nodes = match it.nodes.is_empty() {
            true => "all nodes".to_owned(),
            false => it.nodes.join(", "),
        };
        let who = match (it.maint, it.accounts.is_empty() && it.people.is_empty()) {
            (true, _) => "for maintenance".to_owned(),
            (false, true) => "for nobody".to_owned(),
            (false, false) if it.accounts.is_empty() => "for some people".to_owned(),
            (false, false) => format!("for {}", it.accounts.join(", ")),
        };
        format!("{} · {nodes} · {who}", when(it.start))
    };
    cards(
        view,
        &Cards {
            kind: Kind::Reservations,
            add: "Add a reservation",
            none: "Nothing is set aside. Add one to keep nodes for a group before a deadline, for a course, or for maintenance.",
            facts: &facts,
            apart: &|at| {
                let start = view.now.policy.reservations.get(at).map(|it| when(it.start));
                let start = start.unwrap_or_default();
                format!(
                    "<p class=\"small quiet\">It begins on {start}. The first week or so is warm-up and is not measured.</p>"
                )
            },
            verbs: &|_| Vec::new(),
        },
    )
}

/// "Tuesday of week 3, 8:00".
fn when(start: Span) -> String {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let day = start.0 / 86_400;
    let (hour, minute) = (start.0 / 3_600 % 24, start.0 / 60 % 60);
    let name = DAYS[(day % 7) as usize];
    format!("{name} of week {}, {hour}:{minute:02}", day / 7 + 1)
}
