//! "Whose run-minutes are used up?" For each ledger that held somebody: the GPU-hours that its running jobs may still use, against
//! its limit.

use sim_core::metrics::median_f64;
use sim_core::metrics::paths::{Ledger, LedgerPath};
use sim_core::order;
use sim_core::scenario::Policy;

use super::lines::{self, Panel};
use super::time::Scene;
use super::{Found, Picture, Sight, Walk, Who, account};
use crate::figure::{Figure, Table};
use crate::format;
use crate::ink::Drawn;
use crate::svg::SvgInk;

const KEY: &str = "ledgers";
/// More panels than this nobody compares.
const MOST: usize = 6;

/// One ledger under both policies, where it held somebody.
struct Row<'p> {
    of: Ledger,
    sides: [Option<&'p LedgerPath>; 2],
}

impl Row<'_> {
    fn holding(&self) -> u32 {
        self.sides.iter().flatten().map(|path| path.holding).sum()
    }
    /// Hours at which it held somebody, baseline or proposal.
    fn held(&self, side: usize) -> u32 {
        self.sides[side].map_or(0, |path| path.holding)
    }
    fn limit(&self) -> f64 {
        let limits = self.sides.iter().flatten().map(|path| hours(path.limit * 60));
        limits.fold(0.0, f64::max)
    }
}

fn hours(gpu_seconds: u64) -> f64 {
    gpu_seconds as f64 / 3_600.0
}

fn name(policy: &Policy, of: Ledger) -> String {
    let qos = |id| {
        policy
            .qos
            .get(usize::from(id))
            .map_or(String::from("a QOS"), |qos| qos.name.clone())
    };
    match of {
        Ledger::Qos(id) => format!("all in {}", qos(id)),
        Ledger::Person(id, user) => format!("person {} in {}", user.0, qos(id)),
        Ledger::AccountOfQos(id, of) => format!("{} in {}", account(policy, of), qos(id)),
        Ledger::Account(of) => account(policy, of),
        Ledger::Member(_, of, user) => format!("person {} in {}", user.0, account(policy, of)),
    }
}

/// The picture, if the first run is there and a ledger held somebody.
pub(super) fn picture(found: &Found, sight: &Sight) -> Option<Picture> {
    let scene = Scene::of(found, sight)?;
    let of = |side: usize| &scene.first[side].followed.paths.ledgers;
    let mut keys: Vec<Ledger> = of(0).iter().chain(of(1)).map(|path| path.of).collect();
    order::sort(&mut keys);
    keys.dedup();
    let number = keys.len();
    let mut rows: Vec<Row<'_>> = keys
        .into_iter()
        .map(|key| Row {
            of: key,
            sides: [0, 1].map(|side| of(side).iter().find(|path| path.of == key)),
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    order::sort_by_key(&mut rows, |row| (std::cmp::Reverse(row.holding()), row.of));
    // Whoever is chosen is among them, so that they can be seen.
    let own = rows.iter().position(|row| is_chosen(row.of, &scene));
    let added = own.filter(|&own| own >= MOST);
    added.into_iter().for_each(|own| rows.swap(MOST - 1, own));
    let and = if added.is_some() {
        ", and the one chosen"
    } else {
        ""
    };
    rows.truncate(MOST);
    let policy = &scene.first[1].policy;
    let panels: Vec<Panel> = rows
        .iter()
        .map(|row| {
            let path = |side: usize| {
                let left = row.sides[side].map_or(&[][..], |path| &path.left);
                left.iter().map(|&secs| hours(secs)).collect::<Vec<f64>>()
            };
            let end = super::time::round_up(row.limit() * 1.05);
            Panel {
                name: name(policy, row.of),
                beside: format!("limit {} GPU-hours", format::count(row.limit().round() as u64)),
                paths: [path(0), path(1)],
                thin: Vec::new(),
                line: row.limit(),
                word: "limit",
                end: (end, format::count(end as u64)),
                who: who(row.of),
                is_chosen: is_chosen(row.of, &scene),
            }
        })
        .collect();
    let mut ink = SvgInk::new(sight.width, lines::height(sight.width, panels.len()), KEY);
    let looked = sight.walk(KEY, panels.len());
    let _: Drawn<SvgInk> = lines::draw(&mut ink, sight.width, &scene, &panels, looked);
    let which = match number {
        all if all > rows.len() => format!("; {} of {all}: those that hold longest{and}", rows.len()),
        _ => String::new(),
    };
    let figure = figure(&scene, &rows, &which);
    let said = |row: &Row<'_>| {
        let at = |side: usize| {
            let left = row.sides[side].and_then(|path| path.left.get(scene.now));
            left.map_or(String::from("never held"), |&secs| {
                format!("{} GPU-hours", format::count(hours(secs).round() as u64))
            })
        };
        format!("{}: baseline {}, proposal {}", name(policy, row.of), at(0), at(1))
    };
    let now: Vec<String> = rows.iter().map(said).collect();
    let who = panels[looked].who;
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        marks: lines::marks(sight.width, &panels),
        chosen: lines::chosen(&panels),
        now: format!("{}: {}.", scene.hour(), now.join("; ")),
        walk: Walk {
            marks: panels.len(),
            said: format!("{}.", now[looked]),
            who: who.map(|who| (who, who.words(found))),
        },
        figure,
    })
}

/// For whom a ledger stands: a QOS is nobody's.
fn who(of: Ledger) -> Option<Who> {
    match of {
        Ledger::Qos(_) => None,
        Ledger::Person(_, user) | Ledger::Member(_, _, user) => Some(Who::Person(user)),
        Ledger::AccountOfQos(_, account) | Ledger::Account(account) => Some(Who::Account(account)),
    }
}

fn is_chosen(of: Ledger, scene: &Scene<'_>) -> bool {
    match of {
        Ledger::Qos(_) => false,
        Ledger::Person(_, user) | Ledger::Member(_, _, user) => scene.chosen.person == Some(user),
        Ledger::AccountOfQos(_, account) | Ledger::Account(account) => scene.chosen.account == Some(account),
    }
}

fn figure(scene: &Scene<'_>, rows: &[Row<'_>], which: &str) -> Figure {
    let policy = &scene.first[1].policy;
    let share = |hours: u32| f64::from(hours) / scene.course(1).steps.len().max(1) as f64;
    let say = |row: &Row<'_>, side: usize| {
        row.sides[side].map_or(String::from("never held"), |path| {
            let left: Vec<f64> = (path.left.iter())
                .skip(scene.steps.0)
                .take(scene.hours())
                .map(|&secs| hours(secs))
                .collect();
            format::count(median_f64(&left).unwrap_or(0.0).round() as u64)
        })
    };
    let first = rows.first().map_or(String::new(), |row| {
        format!(
            "Over the whole run, the run-minutes of {} hold somebody back in {} of the hours under the proposal, and in {} under the \
             baseline.",
            name(policy, row.of),
            format::percent_whole(share(row.held(1))),
            format::percent_whole(share(row.held(0)))
        )
    });
    let row = |row: &Row<'_>| {
        vec![
            name(policy, row.of),
            format::count(row.limit().round() as u64),
            say(row, 0),
            say(row, 1),
            format::count(u64::from(row.held(0))),
            format::count(u64::from(row.held(1))),
        ]
    };
    Figure {
        title: String::from("Whose run-minutes are used up?"),
        finding: first,
        table: Table {
            caption: format!(
                "GPU-hours that running jobs may still use, median hour of {}; hours at which the limit holds somebody, whole \
                 run{which}",
                scene.days()
            ),
            headings: [
                "ledger",
                "limit",
                "baseline",
                "proposal",
                "hours it holds: baseline",
                "proposal",
            ]
            .map(String::from)
            .to_vec(),
            rows: rows.iter().map(row).collect(),
            sums: None,
        },
        made_from: String::from("the first run"),
    }
}
