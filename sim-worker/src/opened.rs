//! What somebody brings along, opened: a link that changes more of a set-up than knobs say, or a scenario file. It becomes
//! set-ups that every worker can be told, and the link that names them; or all that is wrong with it.

use serde::{Deserialize, Serialize};
use sim_core::scenario::link::{self, Note, Proposal};
use sim_core::scenario::structure::{self, Tree};
use sim_core::scenario::{Checked, Head, Horizon, Problem, Scenario, Severity};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::Brought;
use crate::asked::SetUps;
use crate::question::{Answer, Question};

/// What is to be opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Opening {
    /// A link, as it came.
    Link(String),
    /// The text of a scenario file.
    File(String),
}

/// What has been opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// The link that says it, without the `#`.
    pub link: String,
    /// What was odd about it, a sentence each.
    pub notes: Vec<String>,
    /// The set-ups there were and those that the link names: what [`Brought::of`] reads.
    pub set_ups: Vec<u8>,
}

/// Opens what it is given.
#[derive(Default)]
pub struct Builder {
    set_ups: SetUps,
}

impl Builder {
    /// The answer to a question, if it asks for one.
    pub fn answer(&mut self, question: Question) -> Option<Answer> {
        match question {
            Question::SetUps { bytes } => {
                self.set_ups = SetUps::of(&bytes);
                None
            }
            Question::Open { id, opening } => Some(match open(&opening, &self.set_ups) {
                Ok(opened) => Answer::Opened { id, opened },
                Err(problems) => Answer::Rejected { id, problems },
            }),
            // The explainer's and the clerk's.
            Question::Explain { .. } | Question::Write { .. } => None,
        }
    }
}

/// Opens it among these set-ups.
///
/// # Errors
/// Every problem, a sentence each: where, what, and what to do.
fn open(opening: &Opening, set_ups: &SetUps) -> Result<Opened, Vec<String>> {
    let presets = || set_ups.all().iter().map(Checked::scenario);
    match opening {
        Opening::Link(text) => {
            let known: Vec<Scenario> = presets().cloned().collect();
            let proposal = link::decode_among(text, &known).map_err(|error| vec![error.to_string()])?;
            let preset = known.iter().find(|preset| preset.name == proposal.profile);
            let preset = preset
                .ok_or_else(|| vec![String::from("this page does not know the set-up of this link")])?;
            opened(&proposal, preset, set_ups)
        }
        Opening::File(text) => {
            let (scenario, notes) = file(text)?;
            let preset = link::nearest(&scenario, presets()).ok_or_else(|| {
                vec![String::from(
                    "there is no set-up to hold it against; reload the page",
                )]
            })?;
            let proposal = Proposal::out_of(scenario, preset);
            link::travels(&proposal, preset).map_err(|error| vec![error.to_string()])?;
            let mut opened = opened(&proposal, preset, set_ups)?;
            opened.notes = notes;
            Ok(opened)
        }
    }
}

fn opened(proposal: &Proposal, preset: &Scenario, set_ups: &SetUps) -> Result<Opened, Vec<String>> {
    let mut all = set_ups.all().to_vec();
    for side in [&proposal.base, &proposal.proposal] {
        let untold = |error: structure::Untold| vec![error.to_string()];
        let (parts, set_up) = structure::split(preset, side).map_err(untold)?;
        let name = format!("{}{parts}", preset.name);
        if all.iter().any(|known| known.scenario().name == name) {
            continue;
        }
        let (checked, _) = Scenario { name, ..set_up }.check().map_err(sentences)?;
        all.push(checked);
    }
    Ok(Opened {
        link: link::encode(proposal, preset),
        notes: proposal.notes.iter().map(Note::to_string).collect(),
        set_ups: Brought::bytes(&all),
    })
}

fn sentences(problems: Vec<Problem>) -> Vec<String> {
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    errors.map(Problem::to_string).collect()
}

/// The scenario that a file's text holds, and what will surprise about it. A file that says nothing of window and seed is run
/// as pages run.
fn file(text: &str) -> Result<(Scenario, Vec<String>), Vec<String>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let line_at = |at: usize| {
        text.get(..at)
            .map_or(1, |before| before.matches('\n').count() + 1)
    };
    if !errors.is_empty() {
        let mut told: Vec<(usize, String)> = errors
            .iter()
            .map(|error| {
                let message = error.message().lines().collect::<Vec<_>>().join(" ");
                let line = error.span().map_or(1, |span| line_at(span.start));
                (line, message)
            })
            .collect();
        told.sort();
        let sentence =
            |(line, message)| format!("line {line}: {message}; a scenario file is written in TOML");
        return Err(told.into_iter().map(sentence).collect());
    }
    let mut places = Places {
        lines: Vec::new(),
        line_at: &line_at,
    };
    let tree = places.table(&mut Vec::new(), table.get_ref());
    let told = |path: &str, what: &str| match places.line_of(path) {
        Some(line) => format!("line {line}: {path}: {what}"),
        None => format!("{path}: {what}"),
    };
    if let Some(Tree::Bare(number)) = part(&tree, "schema")
        && let Ok(schema) = number.parse()
        && let Err(unknown) = (Head { schema }).readable()
    {
        return Err(vec![told("schema", &unknown.to_string())]);
    }
    let mut scenario = structure::from_file(&tree).map_err(|misfits| {
        misfits
            .iter()
            .map(|misfit| told(&misfit.path, &misfit.why))
            .collect::<Vec<_>>()
    })?;
    if part(&tree, "horizon").is_none() {
        scenario.horizon = Horizon::PAGE;
    }
    if part(&tree, "seed").is_none() {
        scenario.seed = link::PAGE_SEED;
    }
    let sentence = |problem: &Problem| told(&problem.path, &format!("{}; {}", problem.what, problem.remedy));
    match scenario.check() {
        Ok((checked, warnings)) => Ok((
            checked.scenario().clone(),
            warnings.iter().map(sentence).collect(),
        )),
        Err(problems) => {
            let errors = problems
                .iter()
                .filter(|problem| problem.severity == Severity::Error);
            Err(errors.map(sentence).collect())
        }
    }
}

fn part<'t>(tree: &'t Tree, key: &str) -> Option<&'t Tree> {
    match tree {
        Tree::Map(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, tree)| tree),
        Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::List(_) | Tree::Choice(..) | Tree::Word(_) => {
            None
        }
    }
}

/// On which lines of a file things stand.
struct Places<'a> {
    lines: Vec<(String, usize)>,
    line_at: &'a dyn Fn(usize) -> usize,
}

impl Places<'_> {
    /// Where it stands, or what it stands in.
    fn line_of(&self, path: &str) -> Option<usize> {
        let holds = |place: &str| {
            let rest = path.strip_prefix(place);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let found = self.lines.iter().filter(|(place, _)| holds(place));
        found.max_by_key(|(place, _)| place.len()).map(|(_, line)| *line)
    }

    fn table(&mut self, path: &mut Vec<String>, table: &DeTable<'_>) -> Tree {
        let mut fields = Vec::new();
        for (key, value) in table.iter() {
            path.push(key.get_ref().to_string());
            self.lines
                .push((path.join("."), (self.line_at)(key.span().start)));
            let value = self.value(path, value);
            fields.push((key.get_ref().to_string(), value));
            path.pop();
        }
        Tree::Map(fields)
    }

    fn array(&mut self, path: &mut Vec<String>, items: &DeArray<'_>) -> Tree {
        let mut list = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let name = match item.get_ref() {
                DeValue::Table(table) => table.get("name").and_then(|name| name.get_ref().as_str()),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => None,
            };
            path.push(structure::name_in_list(name, at));
            self.lines
                .push((path.join("."), (self.line_at)(item.span().start)));
            list.push(self.value(path, item));
            path.pop();
        }
        Tree::List(list)
    }

    fn value(&mut self, path: &mut Vec<String>, value: &Spanned<DeValue<'_>>) -> Tree {
        match value.get_ref() {
            DeValue::String(text) => Tree::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Tree::Bare(number.to_string()),
                Err(_) => Tree::Bare(number.to_string()),
            },
            DeValue::Float(number) => Tree::Bare(number.as_str().to_owned()),
            DeValue::Boolean(yes) => Tree::Bare(yes.to_string()),
            DeValue::Datetime(at) => Tree::Text(at.to_string()),
            DeValue::Array(items) => self.array(path, items),
            DeValue::Table(table) => self.table(path, table),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Case;
    use sim_core::scenario::knobs;

    fn known() -> SetUps {
        let small = Scenario {
            name: "small".to_owned(),
            ..Scenario::default()
        };
        let mut other = small.clone();
        other.name = "other".to_owned();
        other.policy.partitions[0].tier = 9;
        other.policy.qos[0].deny_on_limit = true;
        let checked = [small, other].map(|it| it.check().unwrap().0);
        SetUps::of(&SetUps::sealed(&checked))
    }

    fn whole(text: &str) -> Opening {
        Opening::Link(format!("{text}~{}", link::check_characters(text)))
    }

    #[test]
    fn a_link_that_rebuilds_a_cluster_becomes_set_ups_that_can_be_run() {
        let text = "p0?profile=small&.nodes.node.count=10&b..qos.normal.priority=3&cap=4gpu";
        let opened = open(&whole(text), &known()).unwrap();
        assert_eq!(opened.notes, Vec::<String>::new());
        let brought = Brought::of(&opened.set_ups).unwrap();
        let (terms, notes) = link::read_among(&opened.link, &brought.profiles).unwrap();
        assert_eq!(notes, []);
        assert_eq!(
            terms.set_ups,
            [
                "small&.workload.planned-for=32,16&.qos.normal.priority=3",
                "small&.nodes.node.count=10&.workload.planned-for=32,16"
            ]
        );
        let set_ups = SetUps::of(&brought.sealed);
        let sides = [&terms.base, &terms.proposal].map(|settings| settings.clone());
        let run = terms.set_ups.iter().zip(sides).map(|(name, settings)| {
            let case = Case {
                profile: name.clone(),
                settings,
                horizon: terms.horizon,
                seed: terms.seed,
            };
            let (checked, _) = set_ups.check(&case).unwrap();
            checked.scenario().clone()
        });
        let mut meant = link::decode_among(
            text,
            &known()
                .all()
                .iter()
                .map(|it| it.scenario().clone())
                .collect::<Vec<_>>(),
        )
        .unwrap();
        for (run, meant) in run.zip([&mut meant.base, &mut meant.proposal]) {
            meant.name.clone_from(&run.name);
            assert_eq!(run, *meant);
        }
        // Opened again among them, nothing is made anew.
        let again = open(&Opening::Link(opened.link.clone()), &set_ups).unwrap();
        assert_eq!(again, opened);
    }

    #[test]
    fn what_a_link_says_and_cannot_be_is_told() {
        let odd = open(&whole("p0?profile=small&.partitions.batch.teir=2"), &known()).unwrap();
        assert!(odd.notes[0].contains("there is no `teir`"), "{odd:?}");
        let broken = open(&whole("p0?profile=small&.partitions.batch.nodes=gone"), &known()).unwrap_err();
        assert!(
            broken[0].contains("policy.partitions.batch.nodes: there is no"),
            "{broken:?}"
        );
        let nowhere = open(&whole("p0?profile=gone&.qos.normal.priority=3"), &known()).unwrap_err();
        assert!(nowhere[0].contains("there are: small, other"), "{nowhere:?}");
    }

    #[test]
    fn a_saved_file_opens_as_the_proposal_that_it_was() {
        let known = known();
        let small = known.all()[0].scenario();
        let mut scenario = link::on_page(small);
        knobs::assign(&mut scenario, "cap=4gpu").unwrap();
        scenario.policy.qos[0].priority = 7;
        let text = structure::to_file(&scenario);
        let opened = open(&Opening::File(text), &known).unwrap();
        assert!(
            opened
                .link
                .starts_with("p0?profile=small&.qos.normal.priority=7&cap=4gpu~"),
            "{}",
            opened.link
        );
        assert_eq!(opened.notes, Vec::<String>::new());
        // A file of another name is a change of what it is most like.
        scenario.name = "ours".to_owned();
        scenario.policy.partitions[0].tier = 9;
        scenario.policy.qos[0].deny_on_limit = true;
        let opened = open(&Opening::File(structure::to_file(&scenario)), &known).unwrap();
        assert!(opened.link.starts_with("p0?profile=other&"), "{}", opened.link);
    }

    #[test]
    fn all_that_is_wrong_with_a_file_is_told_with_its_line() {
        let told = |text: &str| open(&Opening::File(text.to_owned()), &known()).unwrap_err();
        assert_eq!(
            told(
                "name = \"small\"\n\n[workload]\npeople = -3\n\n[[policy.partitions]]\nname = \"a\"\nmax-time = \"3\"\n"
            ),
            [
                "line 8: policy.partitions.a.max-time: `3` is not a length of time; write 30s, 15m, 12h, 3d, 2w or 1-12:00:00",
                "line 4: workload.people: invalid value: `-3`, expected u32",
            ]
        );
        let syntax = told("name = \n[workload\npeople = 3\n");
        assert!(
            syntax.len() > 1 && syntax[0].starts_with("line 1: "),
            "{syntax:?}"
        );
        let sense =
            told("[workload]\npeople = 0\n\n[[policy.partitions]]\nname = \"a\"\nnodes = [\"gone\"]\n");
        assert!(
            sense
                .iter()
                .any(|line| line.starts_with("line 2: workload.people: 0 people; write 1 to")),
            "{sense:?}"
        );
        assert!(
            sense
                .iter()
                .any(|line| line.starts_with("line 6: policy.partitions.a.nodes")),
            "{sense:?}"
        );
        assert_eq!(
            told("schema = 9\ncolour = 1"),
            [
                "line 1: schema: schema 9 is not known here, only 1 to 1; use a newer version of Trilemma, or write schema = 1"
            ]
        );
        assert!(!told("\u{0}").is_empty() && !told("[[[[").is_empty());
    }
}
