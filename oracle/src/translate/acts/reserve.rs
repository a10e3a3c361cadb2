//! Reservations by command.

use sim_core::scenario::{Repeats, ReservationSpec};
use sim_core::units::{Span, Time};

use super::super::Found;
use super::super::machine::node_names;
use super::{Acts, pairs, value_of};
use crate::experiment::Change;
use crate::words;

impl Acts<'_> {
    /// `scontrol create reservation` or `update reservation`.
    pub fn reserve(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let mut name = value_of(words, "reservation").to_owned();
        if name.is_empty() {
            name = format!("root_{}", self.reservations.len() + 1);
        }
        let known = self.reservations.iter().position(|(spec, _)| spec.name == name);
        let updates = known.is_some();
        let (mut spec, mut count) = match known {
            Some(index) => self.reservations.remove(index),
            None => (self.fresh(name.clone()), None),
        };
        let mut end = updates.then_some(spec.start + spec.duration);
        let mut of_partition = None;
        for (key, value) in pairs(words) {
            let (key, mode) = match key.strip_suffix(['+', '-']) {
                Some(plain) => (plain.to_owned(), key.chars().last()),
                None => (key, None),
            };
            match key.as_str() {
                "reservation" | "reservationname" | "res" => {}
                "starttime" => spec.start = instant(value, self.now, place, found) - Time::ZERO,
                "endtime" => end = Some(instant(value, self.now, place, found) - Time::ZERO),
                "duration" => {
                    let read = found
                        .take(place, words::time(value, 60))
                        .unwrap_or(Span::days(365));
                    spec.duration = match mode {
                        Some('+') => spec.duration + read,
                        Some(_) => spec.duration - read,
                        None => read,
                    };
                    end = None;
                }
                "nodes" => {
                    let named = node_names(place, value, self.names, found);
                    match mode {
                        Some('+') => spec.nodes.extend(named),
                        Some(_) => spec.nodes.retain(|node| !named.contains(node)),
                        None => spec.nodes = named,
                    }
                    count = None;
                }
                "nodecnt" | "nodecount" => count = Some(found.number(place, value)),
                "partitionname" | "partition" => of_partition = Some(value),
                "users" | "user" => {
                    let named = self.people(value, place, found);
                    match mode {
                        Some('+') => spec.people.extend(named),
                        Some(_) => spec.people.retain(|person| !named.contains(person)),
                        None => spec.people = named,
                    }
                }
                "accounts" | "account" => {
                    let named: Vec<String> = words::list(value).map(str::to_owned).collect();
                    match mode {
                        Some('+') => spec.accounts.extend(named),
                        Some(_) => spec.accounts.retain(|account| !named.contains(account)),
                        None => spec.accounts = named,
                    }
                }
                "flags" => words::list(value)
                    .for_each(|flag| set_flag(&mut spec, flag, mode != Some('-'), place, found)),
                _ => found.unknown(place, format!("`{key}={value}`")),
            }
        }
        if let Some(end) = end {
            spec.duration = end - spec.start.min(end);
        }
        if spec.duration == Span::ZERO {
            found.problem(place, "a reservation without length; write EndTime or Duration");
        }
        let all_of_partition = count.is_some() && spec.nodes.is_empty() || part_nodes(words);
        if all_of_partition {
            let index = match of_partition {
                Some(name) => self.names.partitions.iter().position(|other| other == name),
                None => Some(self.default_partition),
            };
            match index.and_then(|index| self.policy.partitions.get(index)) {
                Some(partition) => spec.nodes.clone_from(&partition.nodes),
                None => found.problem(place, "there is no such partition; list it in config.partitions"),
            }
        }
        self.reservations.push((spec.clone(), count));
        // Also one that was deleted since: a name of the policy is not given again.
        let used = |other: &ReservationSpec| other.name == name;
        if updates || count.is_some() || self.policy.reservations.iter().any(used) {
            self.act(Change::Reserve(spec, count));
        } else {
            self.policy.reservations.push(spec);
        }
    }

    fn fresh(&self, name: String) -> ReservationSpec {
        ReservationSpec {
            name,
            announced: self.now - Time::ZERO,
            start: self.now - Time::ZERO,
            duration: Span::ZERO,
            maint: false,
            ..ReservationSpec::default()
        }
    }

    /// `scontrol delete reservation`.
    pub fn unreserve(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let name = value_of(words, "reservation");
        match self.reservations.iter().position(|(spec, _)| spec.name == name) {
            Some(index) => {
                self.reservations.remove(index);
                self.act(Change::Unreserve(name.to_owned()));
            }
            None => found.problem(
                place,
                format!("there is no reservation `{name}`; create it before"),
            ),
        }
    }

    fn people(&self, text: &str, place: &str, found: &mut Found) -> Vec<u32> {
        let mut people = Vec::new();
        for user in words::list(text).filter(|user| *user != "root") {
            match self.names.users.iter().position(|name| name == user) {
                Some(index) => people.push(u32::try_from(index).unwrap_or(u32::MAX)),
                None => found.problem(place, format!("there is no user `{user}`; add an association")),
            }
        }
        people
    }
}

fn part_nodes(words: &[&str]) -> bool {
    let has = |value: &str| words::list(value).any(|flag| flag.eq_ignore_ascii_case("PART_NODES"));
    pairs(words).any(|(key, value)| key.starts_with("flags") && has(value))
}

fn set_flag(spec: &mut ReservationSpec, flag: &str, on: bool, place: &str, found: &mut Found) {
    let repeats = |repeats| if on { repeats } else { Repeats::Never };
    match flag.to_ascii_uppercase().as_str() {
        "MAINT" => spec.maint = on,
        "MAGNETIC" => spec.magnetic = on,
        "FLEX" => spec.flex = on,
        "DAILY" => spec.repeats = repeats(Repeats::Daily),
        "WEEKDAY" => spec.repeats = repeats(Repeats::Weekdays),
        "WEEKLY" => spec.repeats = repeats(Repeats::Weekly),
        // Nothing that is compared depends on these.
        "IGNORE_JOBS"
        | "OVERLAP"
        | "PART_NODES"
        | "SPEC_NODES"
        | "STATIC"
        | "STATIC_ALLOC"
        | "NO_HOLD_JOBS_AFTER"
        | "NO_HOLD_JOBS_AFTER_END" => {}
        _ => found.unknown(place, format!("flag `{flag}`")),
    }
}

/// `now`, `now+90`, `now+2minutes`.
pub fn instant(text: &str, now: Time, place: &str, found: &mut Found) -> Time {
    let Some(rest) = text.strip_prefix("now") else {
        found.problem(
            place,
            format!("`{text}` is no time from now; write such as now+100"),
        );
        return now;
    };
    let rest = rest.trim_start_matches('+');
    let cut = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, unit) = rest.split_at(cut);
    let factor = match unit {
        "" | "seconds" | "second" | "secs" | "sec" => 1,
        "minutes" | "minute" | "mins" | "min" => 60,
        "hours" | "hour" => 3_600,
        "days" | "day" => 86_400,
        _ => {
            found.problem(place, format!("`{text}`: write seconds, minutes, hours or days"));
            1
        }
    };
    let number = if number.is_empty() {
        0
    } else {
        found.number(place, number)
    };
    now + Span::secs(number.saturating_mul(factor))
}
