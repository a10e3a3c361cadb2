//! What a page asks to have written, ready to be shown: a policy read aloud, Slurm's lines for it, a difference in words, a
//! link as a picture for a phone. No engine is needed for it.

use figures::aloud::{Aloud, Change, Rule, aloud, marked};
use figures::slurm;
use serde::{Deserialize, Serialize};
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::diff_in_words;
use sim_core::scenario::{link, structure};

use crate::asked::{Case, SetUps};
use crate::qr;
use crate::question::{Answer, Question};

/// What is to be written. Each makes a fixed number of sheets of HTML, in which whatever a scenario says is escaped.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Errand {
    /// Two sheets: the rules read aloud, with what changed since the first case; Slurm's lines.
    Policy {
        /// Baseline and proposal.
        pair: [Case; 2],
    },
    /// One sheet: the difference from the first case to the second, in words.
    Difference {
        /// Before and after.
        pair: [Case; 2],
    },
    /// One sheet: what was changed in a set-up beyond what knobs say, in words; empty if nothing was.
    Rebuilt {
        /// Baseline and proposal.
        pair: [Case; 2],
    },
    /// Two sheets: a link as a QR code, in SVG; and the proposal as a file to save.
    Share {
        /// The link.
        text: String,
        /// The proposal.
        case: Box<Case>,
    },
}

/// Writes.
#[derive(Default)]
pub struct Clerk {
    set_ups: SetUps,
}

impl Clerk {
    /// The answer to a question, if it asks for one.
    pub fn answer(&mut self, question: Question) -> Option<Answer> {
        match question {
            Question::SetUps { bytes } => {
                self.set_ups = SetUps::of(&bytes);
                None
            }
            Question::Write { id, errand } => {
                let sheets = self
                    .write(&errand)
                    .unwrap_or_else(|problems| refused(&errand, &problems));
                Some(Answer::Written { id, sheets })
            }
            // The explainer's and the builder's.
            Question::Explain { .. } | Question::Open { .. } => None,
        }
    }

    fn write(&self, errand: &Errand) -> Result<Vec<String>, Vec<String>> {
        match errand {
            Errand::Policy { pair } => {
                let [before, after] = self.both(pair)?;
                let [was, is] = [&before, &after].map(aloud);
                Ok(vec![rules(&was, &is), lines(&before, &after)])
            }
            Errand::Difference { pair } => {
                let [before, after] = self.both(pair)?;
                Ok(vec![difference(&diff_in_words(&before, &after))])
            }
            Errand::Rebuilt { pair } => {
                let sides = [self.rebuilt(&pair[0])?, self.rebuilt(&pair[1])?];
                Ok(vec![rebuilt(pair, &sides)])
            }
            Errand::Share { text, case } => {
                let (checked, _) = self.set_ups.check(case)?;
                let code = qr::svg(text).unwrap_or_else(|problems| paragraphs(&problems));
                Ok(vec![code, save(checked.scenario())])
            }
        }
    }

    /// What is changed in a side's set-up beyond what its knobs say.
    fn rebuilt(&self, case: &Case) -> Result<Vec<String>, Vec<String>> {
        let preset = Case {
            profile: structure::taken_apart(&case.profile).0.to_owned(),
            ..case.clone()
        };
        let [before, after] = self.both(&[preset, case.clone()])?;
        Ok(diff_in_words(&before, &after))
    }

    fn both(&self, [before, after]: &[Case; 2]) -> Result<[Scenario; 2], Vec<String>> {
        let one = |case| {
            self.set_ups
                .check(case)
                .map(|(checked, _)| checked.scenario().clone())
        };
        Ok([one(before)?, one(after)?])
    }
}

/// Why there is nothing to show, on each sheet that was asked for.
fn refused(errand: &Errand, problems: &[String]) -> Vec<String> {
    let sheets = match errand {
        Errand::Policy { .. } | Errand::Share { .. } => 2,
        Errand::Difference { .. } | Errand::Rebuilt { .. } => 1,
    };
    vec![paragraphs(problems); sheets]
}

fn paragraphs(problems: &[String]) -> String {
    let mut html = String::new();
    for problem in problems {
        html += "<p role=\"status\">";
        escape(&mut html, problem);
        html += "</p>";
    }
    html
}

/// What was changed on each side, once if it is the same; and the way back to the preset.
fn rebuilt(pair: &[Case; 2], [base, proposal]: &[Vec<String>; 2]) -> String {
    let mut html = String::new();
    let mut told = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            html += "<p class=\"small\">";
            html += title;
            html += "</p>";
            html += &difference(lines);
        }
    };
    let only = |lines: &[String], others: &[String]| -> Vec<String> {
        lines
            .iter()
            .filter(|line| !others.contains(line))
            .cloned()
            .collect()
    };
    let both = only(proposal, &only(proposal, base));
    told("Changed by the proposal:", &only(proposal, base));
    told("Changed in the baseline:", &only(base, proposal));
    told("On both sides:", &both);
    if !html.is_empty() {
        let preset = structure::taken_apart(&pair[1].profile).0;
        let link = format!("p{}?profile={preset}", link::VERSION);
        html += "<p class=\"small\"><a href=\"#";
        escape(&mut html, &format!("{link}~{}", link::check_characters(&link)));
        html += "\">Back to ";
        escape(&mut html, preset);
        html += " as it is</a></p>";
    }
    html
}

/// A link that saves a scenario as a file under the name of its preset.
fn save(scenario: &Scenario) -> String {
    let name = structure::taken_apart(&scenario.name).0.to_owned();
    let mut html = String::from("<a class=\"btn\" download=\"");
    escape(&mut html, &name);
    html += ".toml\" href=\"data:application/toml;charset=utf-8,";
    let file = structure::to_file(&Scenario {
        name,
        ..scenario.clone()
    });
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte) {
            html.push(char::from(byte));
        } else {
            html += &format!("%{byte:02X}");
        }
    }
    html + "\">Save the proposal as a file</a>"
}

/// The rules as lists: those that are counted, those that are no longer, and what else holds.
fn rules(was: &Aloud, is: &Aloud) -> String {
    let (counted, gone): (Vec<_>, Vec<_>) = marked(was.counted(), is.counted())
        .into_iter()
        .partition(|(change, _)| *change != Change::Dropped);
    let mut html = String::from("<ol>");
    counted.iter().for_each(|of| item(&mut html, of));
    html += "</ol>";
    if !gone.is_empty() {
        html += "<ul>";
        gone.iter().for_each(|of| item(&mut html, of));
        html += "</ul>";
    }
    html += "<h3>Also in force, not counted</h3><ul>";
    marked(&was.beside, &is.beside)
        .iter()
        .for_each(|of| item(&mut html, of));
    html + "</ul>"
}

fn item(html: &mut String, (change, rule): &(Change, &Rule)) {
    *html += match change {
        Change::Kept => "<li>",
        Change::New | Change::Changed => "<li class=\"new\">",
        Change::Dropped => "<li class=\"gone\">",
    };
    if *change != Change::Kept {
        *html += "<b>";
        *html += change.word();
        *html += ":</b> ";
    }
    escape(html, &rule.words);
    *html += "</li>";
}

/// Slurm's lines: what changes first, if anything does, then all of them.
fn lines(before: &Scenario, after: &Scenario) -> String {
    let all = slurm::text(after, None, &slurm::lines(after));
    let change = slurm::changes(before, after);
    let mut html = String::new();
    if change == slurm::Export::default() {
        sheet(&mut html, "Copy the lines", &all);
    } else {
        html += "<p class=\"small\">What changes against the baseline:</p>";
        let text = slurm::text(after, Some("the baseline"), &change);
        sheet(&mut html, "Copy what changes", &text);
        html += "<details class=\"more\"><summary>All lines of the proposal</summary>";
        sheet(&mut html, "Copy all lines", &all);
        html += "</details>";
    }
    html
}

/// A text to copy: the button stands right before what it copies.
fn sheet(html: &mut String, copy: &str, text: &str) {
    *html += "<button type=\"button\" class=\"btn-quiet\" aria-live=\"polite\" data-copy>";
    *html += copy;
    *html += "</button><pre class=\"job-slurm scroll\" tabindex=\"0\">";
    escape(html, text);
    *html += "</pre>";
}

fn difference(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::from("<p>No difference.</p>");
    }
    let mut html = String::from("<ul>");
    for line in lines {
        html += "<li>";
        // Names stand between marks: as many as open close.
        for (at, piece) in line.split('`').enumerate() {
            if at > 0 {
                html += if at % 2 == 1 { "<code>" } else { "</code>" };
            }
            escape(&mut html, piece);
        }
        if line.matches('`').count() % 2 == 1 {
            html += "</code>";
        }
        html += "</li>";
    }
    html + "</ul>"
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => *html += "&amp;",
            '<' => *html += "&lt;",
            '>' => *html += "&gt;",
            '"' => *html += "&quot;",
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs::{self, Settings};
    use sim_core::scenario::{Horizon, link};

    fn set_up() -> Scenario {
        let mut scenario = Scenario {
            name: "group-32".to_owned(),
            title: "A <b>small</b> & quiet cluster".to_owned(),
            ..Scenario::default()
        };
        knobs::assign(&mut scenario, "cap=8gpu").unwrap();
        scenario
    }

    fn clerk() -> Clerk {
        let (checked, _) = set_up().check().unwrap();
        let mut clerk = Clerk::default();
        let bytes = SetUps::sealed(&[checked]);
        assert_eq!(clerk.answer(Question::SetUps { bytes }), None);
        clerk
    }

    fn case(changes: &[&str]) -> Case {
        let mut scenario = set_up();
        for change in changes {
            knobs::assign(&mut scenario, change).unwrap();
        }
        Case {
            profile: "group-32".to_owned(),
            settings: Settings::of(&scenario),
            horizon: Horizon::PAGE,
            seed: link::PAGE_SEED,
        }
    }

    fn written(errand: Errand) -> Vec<String> {
        match clerk().answer(Question::Write { id: 7, errand }) {
            Some(Answer::Written { id: 7, sheets }) => sheets,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_policy_is_written_as_the_command_line_says_it() {
        let pair = [case(&[]), case(&["cap=16gpu", "idle-cull=1h"])];
        let sheets = written(Errand::Policy { pair });
        let [rules, lines] = &sheets[..] else {
            panic!("{sheets:?}")
        };
        assert!(
            rules.starts_with(
                "<ol><li class=\"new\"><b>changed:</b> One person may hold at most 16\u{a0}GPUs at once.</li><li>A job may \
                 run for 3\u{a0}days at most.</li><li class=\"new\"><b>new:</b> A session that stands idle"
            ),
            "{rules}"
        );
        let (change, all) = lines.split_once("<details").unwrap();
        assert!(change.contains("set MaxTRESPerUser=gres/gpu=16\n") && !change.contains("PartitionName"));
        assert!(
            all.contains("PartitionName=batch") && all.contains("A &lt;b&gt;small&lt;/b&gt; &amp; quiet")
        );
    }

    #[test]
    fn rules_that_go_are_named_and_equal_policies_change_nothing() {
        let [rules, _] = &written(Errand::Policy {
            pair: [case(&[]), case(&["cap=off"])],
        })[..] else {
            panic!("two sheets")
        };
        assert!(rules.contains("<li class=\"gone\"><b>dropped:</b> One person may hold at most 8"));
        let [rules, lines] = &written(Errand::Policy {
            pair: [case(&[]), case(&[])],
        })[..] else {
            panic!("two sheets")
        };
        assert!(!rules.contains("<b>") && !lines.contains("<details"), "{lines}");
    }

    #[test]
    fn a_difference_is_told_in_the_words_of_the_command_line() {
        let pair = [case(&[]), case(&["cap=off"])];
        let sheets = written(Errand::Difference { pair });
        assert_eq!(
            sheets,
            ["<ul><li>Most GPUs one person may hold at once: 8 GPUs → no limit</li></ul>"]
        );
        let pair = [case(&[]), case(&[])];
        assert_eq!(written(Errand::Difference { pair }), ["<p>No difference.</p>"]);
    }

    #[test]
    fn what_was_rebuilt_is_told_by_side_with_the_way_back() {
        let mut base = set_up();
        base.name = "group-32&.workload.planned-for=32,16".to_owned();
        base.workload.planned_for = (32, 16);
        let mut grown = base.clone();
        grown.name = "group-32&.nodes.node.count=9&.workload.planned-for=32,16".to_owned();
        grown.cluster.nodes[0].count = 9;
        let set_ups = [set_up(), base, grown].map(|it| it.check().unwrap().0);
        let mut clerk = Clerk::default();
        let bytes = SetUps::sealed(&set_ups);
        clerk.answer(Question::SetUps { bytes });
        let on = |name: &str| Case {
            profile: name.to_owned(),
            ..case(&["cap=16gpu"])
        };
        let names = [1, 2].map(|at: usize| set_ups[at].scenario().name.clone());
        let pair = names.each_ref().map(|name| on(name));
        let errand = Errand::Rebuilt { pair };
        let Some(Answer::Written { sheets, .. }) = clerk.answer(Question::Write { id: 7, errand }) else {
            panic!("it is written")
        };
        assert_eq!(
            sheets,
            [
                "<p class=\"small\">Changed by the proposal:</p><ul><li>The machine: 32 GPUs in 8 nodes → 36 GPUs in 9 \
                 nodes</li><li>Node group <code>node</code>, count: 8 → 9</li></ul><p class=\"small\">On both sides:</p>\
                 <ul><li>People ask for work as on a machine of 32 GPUs, in jobs of 16 GPUs at most</li></ul>\
                 <p class=\"small\"><a href=\"#p0?profile=group-32~dy\">Back to group-32 as it is</a></p>"
            ]
        );
        let pair = [on("group-32"), on("group-32")];
        let errand = Errand::Rebuilt { pair };
        let nothing = clerk.answer(Question::Write { id: 8, errand });
        assert_eq!(
            nothing,
            Some(Answer::Written {
                id: 8,
                sheets: vec![String::new()]
            })
        );
    }

    #[test]
    fn what_cannot_be_written_says_why_on_every_sheet() {
        let mut case = case(&[]);
        case.profile = "<elsewhere>".to_owned();
        let pair = [case.clone(), case];
        let why = "<p role=\"status\">there is no set-up `&lt;elsewhere&gt;`; reload the page</p>";
        assert_eq!(written(Errand::Policy { pair: pair.clone() }), [why, why]);
        assert_eq!(written(Errand::Difference { pair }), [why]);
        let (text, case) = ("x".repeat(5_000), Box::new(self::case(&[])));
        let sheets = written(Errand::Share { text, case });
        assert!(sheets[0].contains("too long for a QR code"));
        assert!(sheets[1].contains("download=\"group-32.toml\""), "{}", sheets[1]);
    }
}
