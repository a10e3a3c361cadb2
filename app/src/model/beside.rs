//! The proposals that stand beside each other: out of any text, in and out of the address, and which of them can be compared
//! run by run.
//!
//! The address is `?with=LINK&with=LINK&runs=12`, where a link's own `&` is written `;`: that needs no escapes, and reading
//! a link undoes it. The page reads its address as it reads whatever is pasted: by looking for links in it.

use figures::several::{MOST, letter};
use sim_core::scenario::knobs::{KNOBS, Kind, Settings};
use sim_core::scenario::link::{self, LinkError, Profile};
use sim_worker::Case;

use super::address::{self, Read};
use super::draft::{Draft, Pair};
use super::wish::{RUNS, USUAL};

/// What is said where a text holds nothing to compare.
const NOTHING: &str = "There is no link in this. A link looks like #p0?profile=group-32&cap=16gpu~xx; or say it: group-32, cap 8, \
                       half life 14 days. The name of the cluster comes first";

/// One proposal.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its link, without the `#`: as it was, where something in it was not understood.
    pub link: String,
    /// The set-up that it differs from.
    pub profile: Profile,
    /// What it says. Its baseline is not compared.
    pub pair: Pair,
    /// What was odd about its link, or how it was heard.
    pub notes: Vec<String>,
}

impl Entry {
    fn of(read: Read, link: String, heard: Vec<String>) -> Entry {
        let Read {
            pair,
            seeds,
            mut notes,
        } = read;
        let profile = pair.on[1].clone();
        let link = if notes.is_empty() {
            address::write(&pair, seeds)
        } else {
            link
        };
        notes.splice(0..0, heard);
        Entry {
            link,
            profile,
            pair,
            notes,
        }
    }

    /// A set-up as it is.
    pub fn unchanged(profile: &Profile) -> Entry {
        Entry {
            link: address::of_profile(&profile.name),
            pair: Pair::unchanged(profile),
            profile: profile.clone(),
            notes: Vec::new(),
        }
    }

    /// What it is held against in the lab, as an entry of its own.
    pub fn baseline(&self) -> Entry {
        let profile = self.pair.on[0].clone();
        let pair = Pair {
            on: [profile.clone(), profile.clone()],
            proposal: self.pair.baseline.clone(),
            baseline: profile.settings.clone(),
            ..self.pair.clone()
        };
        Entry {
            link: address::write(&pair, address::SEEDS),
            profile,
            pair,
            notes: Vec::new(),
        }
    }

    /// It in few words: "Cap 4 GPUs".
    pub fn title(&self) -> String {
        let pair = Pair {
            baseline: self.profile.settings.clone(),
            ..self.pair.clone()
        };
        Draft::new(pair).title()
    }

    /// Whether it can be held against another run by run: the same people, who plan for the same machine. The two sides of a
    /// link plan for its baseline's.
    pub fn is_beside(&self, first: &Entry) -> bool {
        self.profile == first.profile || self.pair.on[0] == first.pair.on[0]
    }

    /// What is run of it beside the first: its policy, with the first's demand, window and dice.
    pub fn case(&self, first: &Entry) -> Case {
        let mut settings = self.pair.proposal.clone();
        for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Assumption) {
            settings.set(knob, first.pair.proposal.get(knob));
        }
        Case {
            profile: self.profile.name.clone(),
            settings,
            horizon: first.pair.horizon,
            seed: first.pair.seed,
        }
    }

    /// Before and after, for the difference in words: against the first where they can be compared, else against its own
    /// set-up as it is.
    pub fn difference(&self, at: usize, first: &Entry) -> [Case; 2] {
        if at > 0 && self.is_beside(first) {
            return [first.case(first), self.case(first)];
        }
        let after = self.case(self);
        let before = Case {
            settings: self.profile.settings.clone(),
            ..after.clone()
        };
        [before, after]
    }

    /// What its difference is told against, in words.
    pub fn against(&self, at: usize, first: &Entry) -> String {
        if at > 0 && self.is_beside(first) {
            return "Against A:".to_owned();
        }
        format!("Against {} as it is:", self.profile.name)
    }

    /// All that a reader should know of how it is compared.
    pub fn remarks(&self, at: usize, first: &Entry) -> Vec<String> {
        let mut remarks = self.notes.clone();
        if at > 0 && !self.is_beside(first) {
            remarks.push(format!(
                "this is about {}, A is about {}: other people on another machine, so no run of one can be held against a run of the other",
                self.profile.name, first.profile.name
            ));
            return remarks;
        }
        let policy = |settings: &Settings| {
            let policy = KNOBS.iter().filter(|knob| knob.kind == Kind::Policy);
            policy.map(|knob| settings.get(knob)).collect::<Vec<_>>()
        };
        // In a pair of the lab the baseline stands beside it as A.
        let own = policy(&self.pair.baseline);
        if own != policy(&self.profile.settings) && own != policy(&first.pair.proposal) {
            let here = if at == 0 {
                "it does not stand on this page"
            } else {
                "here it is held against A"
            };
            remarks.push(format!("its link holds a baseline of its own; {here}"));
        }
        if at == 0 {
            return remarks;
        }
        for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Assumption) {
            let (own, firsts) = (self.pair.proposal.get(knob), first.pair.proposal.get(knob));
            if own != firsts {
                remarks.push(format!(
                    "its link supposes {} {}; here it meets what A supposes: {}",
                    knob.key.replace('-', " "),
                    knob.say(own),
                    knob.say(firsts)
                ));
            }
        }
        if (self.pair.horizon, self.pair.seed) != (first.pair.horizon, first.pair.seed) {
            remarks.push("its link asks for another window or other dice; here it has those of A".to_owned());
        }
        remarks
    }
}

/// What was found in a text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// Proposals, in order.
    pub entries: Vec<Entry>,
    /// What could not be read, as sentences.
    pub problems: Vec<String>,
    /// The first link among them that rebuilds a set-up: it can be read once that was made.
    pub rebuilt: Option<String>,
}

/// Everything in a text that can be compared: links, with whatever stands around them, and lines that say a proposal.
pub fn find(text: &str, profiles: &[Profile]) -> Found {
    let mut found = Found::default();
    let mut linked = String::new();
    let names = || profiles.iter().map(|profile| profile.name.as_str());
    for line in text.lines() {
        let is_said = link::all_in(line).is_empty();
        match link::spoken(line, names()).filter(|_| is_said) {
            Some(said) => {
                found.links(&std::mem::take(&mut linked), profiles);
                found.take(&said.link, said.notes, profiles);
            }
            // A link may be wrapped over lines.
            None => {
                linked += line;
                linked += "\n";
            }
        }
    }
    found.links(&linked, profiles);
    if found == Found::default() {
        found.problems.push(NOTHING.to_owned());
    }
    found
}

impl Found {
    fn links(&mut self, text: &str, profiles: &[Profile]) {
        for link in link::all_in(text) {
            self.take(&link, Vec::new(), profiles);
        }
    }

    fn take(&mut self, link: &str, heard: Vec<String>, profiles: &[Profile]) {
        match address::read(link, profiles) {
            Ok(read) => self.entries.push(Entry::of(read, link.to_owned(), heard)),
            Err(error) => {
                if matches!(&error, LinkError::UnknownProfile { name, .. } if name.contains('&')) {
                    self.rebuilt.get_or_insert_with(|| link.to_owned());
                }
                self.problems.push(error.to_string());
            }
        }
    }
}

/// Puts entries behind others, as many as there is room for, and says which are left out.
pub fn add(entries: &mut Vec<Entry>, more: Vec<Entry>) -> Option<String> {
    let room = MOST.saturating_sub(entries.len());
    let left_out: Vec<String> = more.iter().skip(room).map(Entry::title).collect();
    entries.extend(more.into_iter().take(room));
    (!left_out.is_empty()).then(|| {
        let left_out = left_out.join("; ");
        format!("There is room for {MOST} proposals. Left out: {left_out}. Remove one, then add it again")
    })
}

/// What the address says: the text with links, and the runs of each, with what of it was not understood.
pub fn read_query(query: &str) -> (String, u32, Vec<String>) {
    let (mut text, mut runs, mut notes) = (String::new(), USUAL, Vec::new());
    let mut is_over = false;
    for part in query
        .trim_start_matches('?')
        .split('&')
        .filter(|part| !part.is_empty())
    {
        let part = part.strip_prefix("amp;").unwrap_or(part);
        match part.split_once('=') {
            Some(("with", link)) => {
                text += "\n";
                text += link;
            }
            Some(("runs", number)) => {
                is_over = true;
                match number.parse().ok().filter(|runs| RUNS.contains(runs)) {
                    Some(number) => runs = number,
                    None => notes.push(format!("not understood: `{part}`; there are 8, 12 and 20 runs")),
                }
            }
            // Behind our own last word, as behind a link's check characters, trackers put their tails.
            Some(_) | None if is_over => {}
            // A link whose parts stand as they are in the lab's address.
            Some(_) | None if !text.is_empty() => {
                text += "&";
                text += part;
            }
            Some(_) | None => notes.push(format!("not understood: `{part}`")),
        }
    }
    (text, runs, notes)
}

/// The query that says it, with its question mark; nothing if there is nothing to say.
pub fn query(entries: &[Entry], runs: u32) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let links: Vec<String> = entries
        .iter()
        .map(|entry| format!("with={}", entry.link.replace('&', ";")))
        .collect();
    format!("?{}&runs={runs}", links.join("&"))
}

/// Which entries are compared run by run, the first of them first.
pub fn compared(entries: &[Entry]) -> Vec<usize> {
    let Some(first) = entries.first() else {
        return Vec::new();
    };
    let beside = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.is_beside(first));
    beside.map(|(at, _)| at).collect()
}

/// "B was moved before A", for those who listen.
pub fn moved(title: &str, to: usize) -> String {
    format!("{title} is now {}.", letter(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::{Scenario, knobs};

    fn profiles() -> Vec<Profile> {
        let named = |name: &str| {
            let mut scenario = Scenario {
                name: name.to_owned(),
                ..Scenario::default()
            };
            knobs::assign(&mut scenario, "cap=8gpu").unwrap();
            Profile::of(&scenario)
        };
        ["group-32", "uni-128"].map(named).to_vec()
    }

    fn checked(text: &str) -> String {
        format!("{text}~{}", link::check_characters(text))
    }

    fn found(text: &str) -> Vec<Entry> {
        let found = find(text, &profiles());
        assert_eq!(found.problems, Vec::<String>::new());
        found.entries
    }

    #[test]
    fn links_and_said_proposals_are_found_in_any_text_in_order() {
        let text = format!(
            "Dear all,\nhere is mine: https://example.org/lab/#{}\ngroup-32, cap 4, half life 7 days\nand hers\n> {}\nBest",
            checked("p0?profile=group-32&cap=16gpu"),
            checked("p0?profile=uni-128&cap=off").replace("uni", "uni\n")
        );
        let entries = found(&text);
        let titles: Vec<String> = entries.iter().map(Entry::title).collect();
        assert_eq!(
            titles,
            ["Cap 16 GPUs", "Cap 4 GPUs, half life 7 days", "Cap no limit"]
        );
        assert_eq!(
            entries[1].notes,
            [
                "“cap 4” is read as cap=4gpu",
                "“half life 7 days” is read as half-life=7d"
            ]
        );
        assert_eq!(
            entries[1].link,
            checked("p0?profile=group-32&cap=4gpu&half-life=7d")
        );
        let nothing = find("Dear all, what about the cap?", &profiles());
        assert!(nothing.entries.is_empty() && nothing.problems[0].starts_with("There is no link in this"));
        let unknown = find(&checked("p0?profile=moon-1"), &profiles());
        assert!(unknown.problems[0].contains("`moon-1`"), "{:?}", unknown.problems);
    }

    #[test]
    fn the_address_reads_back_as_the_same_proposals() {
        let mut entries = found(&format!(
            "{}\n{}",
            checked("p0?profile=group-32&cap=16gpu&b.cap=4gpu&days=5d"),
            checked("p0?profile=group-32&half-life=off")
        ));
        // One with a part that is not understood keeps it.
        entries.extend(found("p0?profile=group-32&cap=16gpu&colour=red"));
        let query = query(&entries, 20);
        assert!(
            query.starts_with("?with=p0?profile=group-32;cap=16gpu;b.cap=4gpu;days=5d~"),
            "{query}"
        );
        for posted in [
            query.clone(),
            query.replace("&with", "&amp;with"),
            format!("{query}&utm_source=x"),
        ] {
            let (text, runs, notes) = read_query(&posted);
            assert_eq!((runs, notes.len()), (20, 0), "{posted}");
            assert_eq!(found(&text), entries, "{posted}");
        }
        // As somebody writes it who copies two links from the lab.
        let by_hand = "?with=p0?profile=group-32&cap=16gpu&with=p0?profile=group-32&runs=7";
        let (text, runs, notes) = read_query(by_hand);
        assert_eq!((found(&text).len(), runs, notes.len()), (2, USUAL, 1));
        assert_eq!(self::query(&[], 12), "");
        assert_eq!(read_query("?colour=red").2, ["not understood: `colour=red`"]);
    }

    #[test]
    fn what_is_run_meets_the_demand_window_and_dice_of_the_first() {
        let entries = found(&format!(
            "{}\n{}\n{}",
            checked("p0?profile=group-32&load=110pct&days=5d&seed=3"),
            checked("p0?profile=group-32&cap=16gpu"),
            checked("p0?profile=uni-128"),
        ));
        let [first, other, elsewhere] = &entries[..] else {
            panic!("{entries:?}")
        };
        let (a, b) = (first.case(first), other.case(first));
        let load = knobs::find("load").unwrap();
        assert_eq!(
            (a.settings.get(load), a.horizon, a.seed),
            (b.settings.get(load), b.horizon, b.seed)
        );
        let remarks = other.remarks(1, first);
        assert!(
            remarks[0].starts_with("its link supposes load") && remarks[1].contains("those of A"),
            "{remarks:?}"
        );
        assert_eq!(compared(&entries), [0, 1]);
        assert!(elsewhere.remarks(2, first)[0].contains("other people on another machine"));
        assert_eq!(elsewhere.against(2, first), "Against uni-128 as it is:");
        assert_eq!(elsewhere.difference(2, first)[0].profile, "uni-128");
    }

    #[test]
    fn a_pair_of_the_lab_stands_beside_its_own_baseline() {
        let entry = found(&checked("p0?profile=group-32&cap=16gpu&load=110pct&b.cap=4gpu")).remove(0);
        let baseline = entry.baseline();
        assert_eq!(baseline.title(), "Cap 4 GPUs");
        assert_eq!(baseline.link, checked("p0?profile=group-32&cap=4gpu&load=110pct"));
        assert_eq!(entry.remarks(1, &baseline), Vec::<String>::new());
        assert_eq!(baseline.remarks(0, &baseline), Vec::<String>::new());
    }

    #[test]
    fn a_fifth_proposal_is_left_out_by_name() {
        let mut entries = vec![Entry::unchanged(&profiles()[0]); 3];
        let more = found("group-32 cap 2\ngroup-32 cap 4");
        let said = add(&mut entries, more).unwrap();
        assert!(
            entries.len() == 4 && said.contains("Left out: Cap 4 GPUs."),
            "{said}"
        );
    }
}
