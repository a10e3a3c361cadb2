//! From text to terms, and on to a proposal: what survives is loaded, what does not is named, nothing silently becomes something else.

use super::{
    LARGEST_SEED, LinkError, MOST_SEEDS, Note, PAGE_SEED, PAGE_SEEDS, Profile, Proposal, Terms, VERSION,
    check, check_characters, repair,
};
use crate::scenario::knobs::{self, KNOBS, Knob, KnobError, Settings};
use crate::scenario::structure::{self, Unread};
use crate::scenario::{Horizon, Scenario};
use crate::units::Span;

/// Keys of the run, in the order of links.
const RUN_KEYS: [&str; 4] = ["warm-up", "days", "seeds", "seed"];

/// Longest warm-up or window that a link may ask for.
const LONGEST: Span = Span::days(730);

/// Reads a link out of any text: a whole address, a fragment, `?s=…`, with what mail and chats do to it undone.
/// `profile` gives the preset of a name.
///
/// Where the two sides have other machines and the link does not say for which one people plan, they plan for the baseline's:
/// both sides meet the same demand.
pub fn decode(text: &str, profile: &dyn Fn(&str) -> Option<Scenario>) -> Result<Proposal, LinkError> {
    let set_up = |name: &str| {
        let (preset, parts) = structure::taken_apart(name);
        profile(preset).map(|preset| structure::read(&preset, parts))
    };
    let settings = |name: &str| set_up(name).map(|(set_up, _)| Settings::of(&set_up));
    let (terms, mut notes) = read(text, &settings)?;
    let [base, proposal] = &terms.set_ups;
    let find = |name| set_up(name).ok_or_else(|| unknown(name));
    let ((mut base_set_up, base_unread), (mut set_up, unread)) = (find(base)?, find(proposal)?);
    let sides = [("", unread), ("b.", base_unread)];
    for (prefix, unread) in sides {
        // What both sides are asked for is said of the proposal.
        let own = |it: &Unread| prefix.is_empty() || !structure::is_demand(&it.part);
        notes.extend(unread.into_iter().filter(own).map(|it| Note::NotUnderstood {
            text: format!("{prefix}{}", it.part),
            why: it.why,
        }));
    }
    if base_set_up.cluster != set_up.cluster && set_up.workload.planned_for == (0, 0) {
        let planned = base_set_up.planned_for();
        base_set_up.workload.planned_for = planned;
        set_up.workload.planned_for = planned;
    }
    let mut side = |prefix: &str, set_up: Scenario, settings: &Settings| {
        let mut scenario = Scenario {
            horizon: terms.horizon,
            seed: terms.seed,
            ..set_up
        };
        for knob in settings.apply(&mut scenario) {
            notes.push(Note::of_knob(prefix, &knob.has_no_effect(settings.get(knob))));
        }
        scenario
    };
    Ok(Proposal {
        proposal: side("", set_up, &terms.proposal),
        base: side("b.", base_set_up, &terms.base),
        profile: structure::taken_apart(proposal).0.to_owned(),
        seeds: terms.seeds,
        notes,
    })
}

/// As [`decode`], among these set-ups: an unknown name is answered with theirs.
pub fn decode_among(text: &str, profiles: &[Scenario]) -> Result<Proposal, LinkError> {
    let find = |name: &str| profiles.iter().find(|profile| profile.name == name).cloned();
    let known = || profiles.iter().map(|profile| profile.name.clone()).collect();
    decode(text, &find).map_err(|error| error.with_known(known))
}

/// Reads a link among these set-ups without their scenarios, as far as that goes: whether every setting has an effect is
/// for [`Settings::apply`] to say.
pub fn read_among(text: &str, profiles: &[Profile]) -> Result<(Terms, Vec<Note>), LinkError> {
    let find = |name: &str| profiles.iter().find(|profile| profile.name == name);
    let known = || profiles.iter().map(|profile| profile.name.clone()).collect();
    read(text, &|name| find(name).map(|profile| profile.settings.clone()))
        .map_err(|error| error.with_known(known))
}

fn unknown(name: &str) -> LinkError {
    LinkError::UnknownProfile {
        name: name.to_owned(),
        known: Vec::new(),
    }
}

fn read(text: &str, profile: &dyn Fn(&str) -> Option<Settings>) -> Result<(Terms, Vec<Note>), LinkError> {
    let link = repair::find(text).ok_or(LinkError::NotALink)?;
    let (version, rest) = link[1..].split_once('?').ok_or(LinkError::NotALink)?;
    match version.parse() {
        Ok(VERSION) => {}
        Ok(newer) => return Err(LinkError::Newer(newer)),
        Err(_) => return Err(LinkError::Newer(u32::MAX)),
    }
    let (body, end) = match rest.split_once('~') {
        Some((body, end)) => (body, Some(end)),
        None => (rest, None),
    };
    let ending = Ending::of(&link[..link.len() - rest.len() + body.len()], end);
    let body = match ending {
        Ending::Right { .. } => body,
        // Without check characters the punctuation of the sentence around it may stick to it.
        Ending::Missing | Ending::Wrong { .. } => body.trim_end_matches(['.', ',', ':', '?', '&']),
    };
    let mut parts: Vec<&str> = body.split('&').filter(|part| !part.is_empty()).collect();
    let name = take_profile(&mut parts)?;
    let (set_ups, meant_for_both) = take_structure(name, &mut parts);
    let settings = |name: &str| profile(name).ok_or_else(|| unknown(name));
    let mut reading = Reading {
        terms: Terms {
            base: settings(&set_ups[0])?,
            proposal: settings(&set_ups[1])?,
            set_ups,
            horizon: Horizon::PAGE,
            seed: PAGE_SEED,
            seeds: PAGE_SEEDS,
        },
        notes: Vec::new(),
    };
    for part in meant_for_both {
        let why = "both sides meet the same demand; write it without b.";
        reading.not_understood(part, why.to_owned());
    }
    for (knob, prefix) in in_table_order() {
        reading.knob(knob, prefix, &mut parts);
    }
    for key in RUN_KEYS {
        reading.run(key, &mut parts);
    }
    for part in parts {
        reading.not_understood(part, why_unknown(part));
    }
    Ok(reading.finish(ending, body))
}

/// How a link ends.
enum Ending {
    Missing,
    Wrong { found: String, expected: String },
    Right { after: Vec<String> },
}

impl Ending {
    /// `text` is everything before `~`, `end` everything after it.
    fn of(text: &str, end: Option<&str>) -> Ending {
        let Some(end) = end else {
            return Ending::Missing;
        };
        let found: String = end.chars().take(2).collect();
        let expected = check_characters(text);
        if check::as_meant(&found) != expected {
            return Ending::Wrong { found, expected };
        }
        // What follows is the sentence around the link or a tracker's tail, unless somebody added to it by hand.
        let after = end[2..].trim_end_matches(['.', ',', ':', '?', '&']).split('&');
        let is_ours = |part: &&str| part.split_once('=').is_some_and(|(key, _)| is_known(key));
        Ending::Right {
            after: after.filter(is_ours).map(str::to_owned).collect(),
        }
    }
}

fn is_known(key: &str) -> bool {
    let plain = key.strip_prefix("b.").unwrap_or(key);
    key == "profile" || RUN_KEYS.contains(&key) || structure::is_part(plain) || knobs::find(plain).is_ok()
}

fn in_table_order() -> impl Iterator<Item = (&'static Knob, &'static str)> {
    ["", "b."]
        .into_iter()
        .flat_map(|prefix| KNOBS.iter().map(move |knob| (knob, prefix)))
}

fn take_profile<'a>(parts: &mut Vec<&'a str>) -> Result<&'a str, LinkError> {
    let at = parts.iter().position(|part| part.starts_with("profile="));
    let part = at.map(|at| parts.remove(at)).ok_or(LinkError::ProfileMissing)?;
    match part.strip_prefix("profile=") {
        Some("") | None => Err(LinkError::ProfileMissing),
        Some(name) => Ok(name),
    }
}

/// Takes the parts that speak of structure out of the list: the names of the two set-ups they make of this one, the
/// baseline's first, and those that the baseline cannot have for itself.
fn take_structure<'a>(name: &str, parts: &mut Vec<&'a str>) -> ([String; 2], Vec<&'a str>) {
    let (mut base, mut proposal) = (name.to_owned(), name.to_owned());
    let mut odd = Vec::new();
    let add = |to: &mut String, part: &str| {
        to.push('&');
        to.push_str(part);
    };
    parts.retain(|&part| {
        let of_base = part.strip_prefix("b.").filter(|part| structure::is_part(part));
        match of_base {
            Some(own) if structure::is_demand(own) => odd.push(part),
            Some(own) => add(&mut base, own),
            None if !structure::is_part(part) => return true,
            None => {
                add(&mut proposal, part);
                if structure::is_demand(part) {
                    add(&mut base, part);
                }
            }
        }
        false
    });
    ([base, proposal], odd)
}

fn why_unknown(part: &str) -> String {
    let Some((key, _)) = part.split_once('=') else {
        return "there is no = in it".to_owned();
    };
    if is_known(key) {
        return "it stands there twice".to_owned();
    }
    let plain = key.strip_prefix("b.").unwrap_or(key);
    let known = KNOBS.iter().map(|knob| knob.key).chain(RUN_KEYS);
    match knobs::nearest_word(plain, known) {
        Some(near) => format!("no such knob; did you mean `{near}`?"),
        None => "no such knob".to_owned(),
    }
}

/// A link half read.
struct Reading {
    terms: Terms,
    notes: Vec<Note>,
}

impl Reading {
    fn not_understood(&mut self, text: &str, why: String) {
        let text = text.to_owned();
        self.notes.push(Note::NotUnderstood { text, why });
    }

    /// Takes the first part with this key out of the list and sets the knob.
    fn knob(&mut self, knob: &Knob, prefix: &str, parts: &mut Vec<&str>) {
        let Some((part, value)) = take(parts, prefix, knob.key) else {
            return;
        };
        let settings = match prefix {
            "" => &mut self.terms.proposal,
            _ => &mut self.terms.base,
        };
        match knob.parse(value) {
            Ok(setting) => settings.set(knob, setting),
            Err(error) => self.not_understood(part, why(&error)),
        }
    }

    fn run(&mut self, key: &str, parts: &mut Vec<&str>) {
        let Some((part, value)) = take(parts, "", key) else {
            return;
        };
        let days = || value.parse().ok().filter(|&days| days <= 730).map(Span::days);
        let span = || {
            value
                .parse()
                .ok()
                .or_else(days)
                .filter(|&span: &Span| span <= LONGEST)
        };
        let horizon = &mut self.terms.horizon;
        let expected = match key {
            "warm-up" => match span() {
                Some(span) => {
                    horizon.warm_up = span;
                    None
                }
                None => Some("write a time from 0s to 730d"),
            },
            "days" => match span().filter(|&span| span > Span::ZERO) {
                Some(span) => {
                    horizon.measured = span;
                    None
                }
                None => Some("write a time from 1s to 730d"),
            },
            "seeds" => match value.parse().ok().filter(|n| (1..=MOST_SEEDS).contains(n)) {
                Some(seeds) => {
                    self.terms.seeds = seeds;
                    None
                }
                None => Some("write 1 to 1000"),
            },
            _ => match value.parse().ok().filter(|&seed| seed <= LARGEST_SEED) {
                Some(seed) => {
                    self.terms.seed = seed;
                    None
                }
                None => Some("write a whole number from 0 to 9007199254740992"),
            },
        };
        if let Some(expected) = expected {
            self.not_understood(part, format!("out of range; {expected}"));
        }
    }

    fn finish(mut self, ending: Ending, body: &str) -> (Terms, Vec<Note>) {
        let note = match ending {
            Ending::Right { after } => {
                for part in after {
                    self.not_understood(&part, "it stands after the check characters".to_owned());
                }
                return (self.terms, self.notes);
            }
            Ending::Missing => Note::Unchecked {
                last: body.rsplit('&').next().unwrap_or_default().to_owned(),
            },
            Ending::Wrong { found, expected } => Note::Damaged { found, expected },
        };
        self.notes.insert(0, note);
        (self.terms, self.notes)
    }
}

/// What is wrong with a setting, without the setting.
fn why(error: &KnobError) -> String {
    let said = error.to_string();
    said.split_once("`: ")
        .map_or_else(|| said.clone(), |(_, why)| why.to_owned())
}

impl Note {
    /// A setting that was read, and is not taken; `prefix` is the side's.
    pub fn of_knob(prefix: &str, error: &KnobError) -> Note {
        let said = error.to_string();
        let setting = said.split('`').nth(1).unwrap_or_default();
        Note::NotUnderstood {
            text: format!("{prefix}{setting}"),
            why: why(error),
        }
    }
}

fn take<'a>(parts: &mut Vec<&'a str>, prefix: &str, key: &str) -> Option<(&'a str, &'a str)> {
    let value = |part: &'a str| part.strip_prefix(prefix)?.strip_prefix(key)?.strip_prefix('=');
    let at = parts.iter().position(|&part| value(part).is_some())?;
    let part = parts.remove(at);
    value(part).map(|value| (part, value))
}

/// The page's run is what a link means that says nothing of it.
const _: () = assert!(PAGE_SEEDS == 8 && PAGE_SEED == 1 && Horizon::PAGE.warm_up.0 == 7 * 86_400);
