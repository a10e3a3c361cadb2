//! Reservations and the regular maintenance, as scontrol commands.

use sim_core::scenario::{ClusterSpec, Maintenance, Repeats, ReservationSpec, Scenario};
use sim_core::units::Span;

use super::machine::hosts_of;
use super::{Export, Line, list, safe, time};
use crate::aloud::length;

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    for reservation in &scenario.policy.reservations {
        one(&scenario.cluster, reservation, out);
    }
    let Maintenance {
        every_weeks,
        duration,
    } = scenario.policy.maintenance;
    if every_weeks > 0 {
        let of_all = ReservationSpec {
            name: String::from("regular-maintenance"),
            start: Span::days(every_weeks / 2 * 7 + 1) + Span::hours(8),
            duration,
            repeats: Repeats::EveryWeeks(every_weeks),
            ..ReservationSpec::default()
        };
        one(&scenario.cluster, &of_all, out);
    }
}

/// An instant from now on, in the largest unit that divides it.
fn from_now(start: Span) -> String {
    let units = [
        (86_400, "days"),
        (3_600, "hours"),
        (60, "minutes"),
        (1, "seconds"),
    ];
    let unit = units.into_iter().find(|(secs, _)| start.0.is_multiple_of(*secs));
    match unit {
        Some((secs, unit)) if start.0 > 0 => format!("now+{}{unit}", start.0 / secs),
        Some(_) | None => String::from("now"),
    }
}

fn one(cluster: &ClusterSpec, of: &ReservationSpec, out: &mut Export) {
    let ReservationSpec {
        name,
        nodes,
        start,
        duration,
        repeats,
        announced,
        accounts,
        people,
        maint,
        magnetic,
        flex,
    } = of;
    let name = safe(name);
    let mut flags: Vec<&str> = Vec::new();
    if *maint {
        flags.push("MAINT");
    }
    if *magnetic {
        flags.push("MAGNETIC");
    }
    if *flex {
        flags.push("FLEX");
    }
    match repeats {
        Repeats::Never => {}
        Repeats::Daily => flags.push("DAILY"),
        Repeats::Weekdays => flags.push("WEEKDAY"),
        Repeats::Weekly | Repeats::EveryWeeks(1) => flags.push("WEEKLY"),
        Repeats::EveryWeeks(weeks) => out.without(
            format!("{name}/repeats"),
            format!("{name} every {weeks} weeks"),
            "Slurm has no word for it: make the reservation anew each time, by cron or by hand",
        ),
    }
    let mut text = format!(
        "scontrol create reservation ReservationName={name} StartTime={} Duration={} Nodes={}",
        from_now(Span(start.0.saturating_sub(announced.0))),
        time(*duration),
        hosts_of(cluster, nodes)
    );
    if !accounts.is_empty() {
        text += &format!(" Accounts={}", list(accounts));
    }
    if !people.is_empty() {
        let people: Vec<String> = people.iter().map(|person| format!("person{person}")).collect();
        text += &format!(" Users={}", people.join(","));
    }
    if accounts.is_empty() && people.is_empty() {
        text += " Users=root";
    }
    if !flags.is_empty() {
        text += &format!(" Flags={}", flags.join(","));
    }
    let when = if announced.0 > 0 {
        format!(
            "give this command {} after the Monday on which the model begins: before, jobs are planned without it",
            length(*announced)
        )
    } else {
        String::from("\"now\" stands for a Monday at midnight, when the model begins")
    };
    let why = vec![format!("nodes kept free of everybody else; {when}")];
    out.commands.push(Line {
        about: format!("reservation/{name}"),
        text,
        why,
        back: format!("scontrol delete ReservationName={name}"),
    });
}
