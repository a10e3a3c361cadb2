//! Where problems belong: a problem's path leads to a thing and a field of it.

use sim_core::scenario::{Problem, Scenario, Severity};

use super::differences::capital;
use super::fields;
use super::kinds::Kind;

/// A problem and its place on the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// The kind and place of the thing, and the key of the field; nothing, where no part of the page shows it.
    pub place: Option<(Kind, Option<usize>, Option<&'static str>)>,
    /// What is wrong and what to do, as sentences.
    pub words: String,
    /// Whether nothing can run before it is mended.
    pub is_error: bool,
}

/// Problems with their places.
pub fn troubles(scenario: &Scenario, problems: &[Problem]) -> Vec<Trouble> {
    let trouble = |problem: &Problem| {
        let place = place(scenario, &problem.path);
        let words = format!("{}. {}.", capital(&problem.what), capital(&problem.remedy));
        Trouble {
            words: match place {
                Some((_, Some(_), _)) => words,
                Some((_, None, _)) | None => format!("{}: {words}", problem.path),
            },
            place,
            is_error: problem.severity == Severity::Error,
        }
    };
    problems.iter().map(trouble).collect()
}

fn place(scenario: &Scenario, path: &str) -> Option<(Kind, Option<usize>, Option<&'static str>)> {
    let below = |path: &'_ str, above: &str| -> Option<String> {
        match path.strip_prefix(above)? {
            "" => Some(String::new()),
            rest => rest.strip_prefix('.').map(str::to_owned),
        }
    };
    let (kind, rest) = Kind::ALL
        .into_iter()
        .find_map(|kind| Some((kind, below(path, kind.path())?)))?;
    if !kind.is_list() {
        return Some((kind, Some(0), key(kind, &rest)));
    }
    // The longest name that leads there, since names may begin alike; a thing without one goes by its number.
    let names = kind.names(scenario);
    let leads = |(at, name): (usize, &&str)| {
        let word = if name.is_empty() {
            (at + 1).to_string()
        } else {
            (*name).to_owned()
        };
        Some((word.len(), at, below(&rest, &word)?))
    };
    // Of two with one name, the later is the one that is told of.
    let (_, at, rest) = names
        .iter()
        .enumerate()
        .filter_map(leads)
        .max_by_key(|(long, at, _)| (*long, *at))?;
    Some((kind, Some(at), key(kind, &rest)))
}

/// The field that a path below a thing leads to.
fn key(kind: Kind, rest: &str) -> Option<&'static str> {
    let keys = fields::fields(kind).iter().map(|field| field.key);
    keys.filter(|key| rest == *key || rest.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
        .max_by_key(|key| key.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::university;

    fn of(edit: impl Fn(&mut Scenario)) -> Vec<Trouble> {
        let mut scenario = university();
        edit(&mut scenario);
        let problems = match scenario.clone().check() {
            Ok((_, warnings)) => warnings,
            Err(problems) => problems,
        };
        troubles(&scenario, &problems)
    }

    fn places(edit: impl Fn(&mut Scenario)) -> Vec<(Kind, Option<usize>, Option<&'static str>)> {
        of(edit).into_iter().filter_map(|it| it.place).collect()
    }

    #[test]
    fn a_problem_stands_at_the_field_it_is_about() {
        let cut = |s: &mut Scenario| s.cluster.nodes[1].cut[0].layout = "3x3g.71gb".to_owned();
        let found = of(cut);
        assert_eq!(found[0].place, Some((Kind::Nodes, Some(1), Some("cut"))));
        assert!(
            found[0].is_error && found[0].words.starts_with("3×3g does not fit on one GPU"),
            "{found:?}"
        );
        assert_eq!(
            places(|s| s.policy.partitions[1].default_time = Some(sim_core::units::Span::days(9))),
            [(Kind::Partitions, Some(1), Some("default-time"))]
        );
        let nobody =
            |s: &mut Scenario| s.policy.qos[0].limits.max_tres_pu = sim_core::scenario::TresCounts::gpus(0);
        assert_eq!(places(nobody), [(Kind::Qos, Some(0), Some("limits.max-tres-pu"))]);
    }

    #[test]
    fn names_that_begin_alike_are_told_apart_and_a_missing_one_goes_by_number() {
        assert_eq!(
            places(|s| s.policy.partitions[4].min_nodes = 0),
            [(Kind::Partitions, Some(4), Some("min-nodes"))],
            "owner-short, not owner"
        );
        assert_eq!(
            places(
                |s| s.policy.reservations.push(sim_core::scenario::ReservationSpec {
                    name: String::new(),
                    ..Default::default()
                })
            )[0],
            (Kind::Reservations, Some(0), None)
        );
    }

    #[test]
    fn what_no_part_of_the_page_shows_keeps_its_path() {
        let found = of(|s| s.horizon.measured = sim_core::units::Span::ZERO);
        assert_eq!(found[0].place, None);
        assert!(found[0].words.starts_with("horizon.measured: "), "{found:?}");
    }
}
