//! Checks of reservations: that they take time, come at sensible times, and are for somebody who is there.

use super::Found;
use super::names::{accounts, all_known, groups, named, path_of};
use crate::scenario::{Repeats, ReservationSpec, Scenario};
use crate::units::Span;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    maintenance(scenario, found);
    let all = &scenario.policy.reservations;
    for (i, reservation) in all.iter().enumerate() {
        let path = path_of("policy.reservations", &reservation.name, i);
        let before = all[..i].iter().map(|other| other.name.as_str());
        let nouns = ("reservation", "reservations");
        named(&path, nouns, "maintenance", &reservation.name, before, found);
        let nodes = format!("{path}.nodes");
        all_known(&nodes, "node group", &reservation.nodes, groups(scenario), found);
        times(scenario, &path, reservation, found);
        access(scenario, &path, reservation, found);
        if let Some(other) = all[..i]
            .iter()
            .find(|other| collide(scenario, other, reservation))
        {
            let what = format!("it takes nodes that `{}` holds at the same time", other.name);
            let remedy =
                "Slurm refuses the second unless one of them is for maintenance: move it, or set maint";
            found.warning(&path, what, remedy);
        }
    }
}

/// A job that is longer than the time between two maintenances never starts.
fn maintenance(scenario: &Scenario, found: &mut Found) {
    let maintenance = scenario.policy.maintenance;
    let between = Span::days(7) * maintenance.every_weeks - maintenance.duration;
    for (i, partition) in scenario.policy.partitions.iter().enumerate() {
        if maintenance.every_weeks > 0 && partition.max_time > between {
            let path = path_of("policy.partitions", &partition.name, i);
            let what = format!(
                "{} is longer than the {between} between two maintenances: a job that asks for it never starts",
                partition.max_time
            );
            found.warning(
                format!("{path}.max-time"),
                what,
                "shorten it, or let maintenance come less often",
            );
        }
    }
}

fn times(scenario: &Scenario, path: &str, reservation: &ReservationSpec, found: &mut Found) {
    let ReservationSpec {
        start,
        duration,
        announced,
        ..
    } = *reservation;
    if duration == Span::ZERO {
        let remedy = "write a time such as \"8h\", or leave the reservation out";
        found.error(format!("{path}.duration"), "no time", remedy);
    }
    if let Some(period) = period(reservation.repeats)
        && duration > period
    {
        let what = format!("{duration} is longer than the {period} until it comes again");
        found.error(format!("{path}.duration"), what, "shorten it, or repeat it less");
    }
    if let Repeats::EveryWeeks(n) = reservation.repeats
        && !(1..=520).contains(&n)
    {
        let what = format!("every {n} weeks");
        found.error(format!("{path}.repeats"), what, "write 1 to 520");
    }
    if start >= scenario.horizon.whole() {
        let what = format!("{start} is after the simulated time");
        let remedy = "it never happens: let it begin earlier, or simulate longer";
        found.warning(format!("{path}.start"), what, remedy);
    }
    if announced > start {
        let what = format!("it is made known {} after it begins", announced - start);
        let remedy = "until then jobs start on its nodes: announce it earlier";
        found.warning(format!("{path}.announced"), what, remedy);
    }
}

/// Time from one to the next.
fn period(repeats: Repeats) -> Option<Span> {
    match repeats {
        Repeats::Never => None,
        Repeats::Daily | Repeats::Weekdays => Some(Span::days(1)),
        Repeats::Weekly => Some(Span::days(7)),
        // None is refused in another line.
        Repeats::EveryWeeks(n) => Some(Span::days(7) * n.clamp(1, 520)),
    }
}

fn access(scenario: &Scenario, path: &str, reservation: &ReservationSpec, found: &mut Found) {
    all_known(
        &format!("{path}.accounts"),
        "account",
        &reservation.accounts,
        accounts(scenario),
        found,
    );
    people(scenario, &format!("{path}.people"), &reservation.people, found);
    let nobody = reservation.accounts.is_empty() && reservation.people.is_empty();
    for (key, set) in [("magnetic", reservation.magnetic), ("flex", reservation.flex)] {
        if nobody && set {
            let what = "nobody may use the reservation, so this has no effect";
            found.warning(
                format!("{path}.{key}"),
                what,
                "name accounts or people, or leave it out",
            );
        }
    }
}

fn people(scenario: &Scenario, path: &str, people: &[u32], found: &mut Found) {
    for (i, person) in people.iter().enumerate() {
        if *person >= scenario.workload.people {
            found.error(path, super::tree::nobody(scenario, *person), super::tree::NUMBERS);
        } else if people[..i].contains(person) {
            found.error(
                path,
                format!("person {person} stands here twice"),
                "write it once",
            );
        }
    }
}

/// Whether two that are not for maintenance hold a node at the same time.
fn collide(scenario: &Scenario, a: &ReservationSpec, b: &ReservationSpec) -> bool {
    let everywhere = a.nodes.is_empty() || b.nodes.is_empty();
    let same_nodes = everywhere || a.nodes.iter().any(|group| b.nodes.contains(group));
    if a.maint || b.maint || !same_nodes {
        return false;
    }
    let of_b: Vec<(Span, Span)> = times_of(scenario, b).collect();
    let meets = |from: Span, to: Span| {
        let after = of_b.partition_point(|&(_, end)| end <= from);
        of_b.get(after).is_some_and(|&(start, _)| start < to)
    };
    times_of(scenario, a).any(|(from, to)| meets(from, to))
}

/// Beginnings and ends within the simulated time, in order.
fn times_of(scenario: &Scenario, reservation: &ReservationSpec) -> impl Iterator<Item = (Span, Span)> {
    let ReservationSpec {
        start,
        duration,
        repeats,
        ..
    } = *reservation;
    let end = scenario.horizon.whole();
    let step = period(repeats);
    std::iter::successors(Some(start), move |&at| Some(at + step?))
        .take_while(move |&at| at < end)
        .filter(move |&at| repeats != Repeats::Weekdays || at.0 / 86_400 % 7 < 5)
        .map(move |at| (at, at + duration))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, warning};
    use super::*;

    fn with(change: impl Fn(&mut ReservationSpec)) -> impl Fn(&mut Scenario) {
        move |s| {
            let mut reservation = ReservationSpec::default();
            change(&mut reservation);
            s.policy.reservations.push(reservation);
        }
    }

    #[test]
    fn a_reservation_takes_time_and_happens() {
        let at = |key: &str| format!("policy.reservations.maintenance.{key}");
        assert_eq!(error(with(|r| r.duration = Span::ZERO)), at("duration"));
        let daily = |r: &mut ReservationSpec| {
            r.repeats = Repeats::Daily;
            r.duration = Span::hours(25);
        };
        assert_eq!(error(with(daily)), at("duration"));
        assert_eq!(error(with(|r| r.repeats = Repeats::EveryWeeks(0))), at("repeats"));
        assert_eq!(warning(with(|r| r.start = Span::days(80))), at("start"));
        assert_eq!(warning(with(|r| r.announced = Span::days(8))), at("announced"));
    }

    #[test]
    fn jobs_must_fit_between_two_maintenances() {
        let weekly = |hours: u32| {
            move |s: &mut Scenario| {
                s.policy.partitions[0].max_time = Span::days(5);
                s.policy.maintenance.every_weeks = 1;
                s.policy.maintenance.duration = Span::hours(hours);
            }
        };
        fine(weekly(48));
        assert_eq!(warning(weekly(49)), "policy.partitions.batch.max-time");
        assert_eq!(error(weekly(0)), "policy.maintenance.duration");
    }

    #[test]
    fn those_who_may_use_it_are_there() {
        let at = |key: &str| format!("policy.reservations.maintenance.{key}");
        assert_eq!(error(with(|r| r.nodes = vec!["nodes".into()])), at("nodes"));
        assert_eq!(
            problem(with(|r| r.accounts = vec!["rot".into()])).to_string(),
            "policy.reservations.maintenance.accounts: there is no account `rot`; did you mean `root`?"
        );
        assert_eq!(error(with(|r| r.people = vec![40])), at("people"));
        assert_eq!(error(with(|r| r.people = vec![3, 3])), at("people"));
        assert_eq!(warning(with(|r| r.magnetic = true)), at("magnetic"));
        let open = |r: &mut ReservationSpec| {
            r.magnetic = true;
            r.people = vec![0, 39];
        };
        let mut scenario = Scenario::default();
        with(open)(&mut scenario);
        assert_eq!(scenario.check().unwrap().1, []);
    }

    #[test]
    fn two_at_the_same_time_are_told() {
        let two = |start: Span, maint: bool| {
            move |s: &mut Scenario| {
                for (name, start, repeats) in [
                    ("course", Span::hours(9), Repeats::Weekdays),
                    ("other", start, Repeats::Never),
                ] {
                    with(|r| {
                        r.name = name.into();
                        r.maint = maint;
                        (r.start, r.repeats) = (start, repeats);
                    })(s);
                }
            }
        };
        assert_eq!(
            warning(two(Span::days(8) + Span::hours(2), false)),
            "policy.reservations.other"
        );
        for (start, maint) in [(Span::days(8), true), (Span::days(8) + Span::hours(17), false)] {
            let mut scenario = Scenario::default();
            two(start, maint)(&mut scenario);
            assert_eq!(scenario.check().unwrap().1, [], "{start}");
        }
        // Nobody has a course on a Saturday.
        let mut scenario = Scenario::default();
        two(Span::days(5) + Span::hours(9), false)(&mut scenario);
        assert_eq!(scenario.check().unwrap().1, []);
    }
}
