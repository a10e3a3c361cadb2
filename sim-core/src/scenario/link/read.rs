//! From text to a proposal: what survives is loaded, what does not is named, nothing silently becomes something else.

use super::{
    LARGEST_SEED, LinkError, MOST_SEEDS, Note, PAGE_SEED, PAGE_SEEDS, Proposal, VERSION, check,
    check_characters, repair,
};
use crate::scenario::knobs::{self, KNOBS, Knob};
use crate::scenario::{Horizon, Scenario};
use crate::units::Span;

/// Keys of the run, in the order of links.
const RUN_KEYS: [&str; 4] = ["warm-up", "days", "seeds", "seed"];

/// Longest warm-up or window that a link may ask for.
const LONGEST: Span = Span::days(730);

/// Reads a link out of any text: a whole address, a fragment, `?s=…`, with what mail and chats do to it undone.
/// `profile` gives the set-up of a name.
pub fn decode(text: &str, profile: &dyn Fn(&str) -> Option<Scenario>) -> Result<Proposal, LinkError> {
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
    let profile = profile(name).ok_or_else(|| LinkError::UnknownProfile {
        name: name.to_owned(),
        known: Vec::new(),
    })?;
    let mut reading = Reading::new(name, &profile);
    // A knob may need another one set first, and people write in any order: read in the order of the table.
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

/// As [`decode`], among these set-ups: an unknown name is answered with theirs.
pub fn decode_among(text: &str, profiles: &[Scenario]) -> Result<Proposal, LinkError> {
    let find = |name: &str| profiles.iter().find(|profile| profile.name == name).cloned();
    decode(text, &find).map_err(|error| match error {
        LinkError::UnknownProfile { name, .. } => LinkError::UnknownProfile {
            name,
            known: profiles.iter().map(|profile| profile.name.clone()).collect(),
        },
        LinkError::NotALink | LinkError::Newer(_) | LinkError::ProfileMissing => error,
    })
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
    key == "profile" || RUN_KEYS.contains(&key) || knobs::find(plain).is_ok()
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
    proposal: Proposal,
}

impl Reading {
    fn new(name: &str, profile: &Scenario) -> Reading {
        let mut proposal = Proposal::of(profile);
        name.clone_into(&mut proposal.profile);
        Reading { proposal }
    }

    fn not_understood(&mut self, text: &str, why: String) {
        let text = text.to_owned();
        self.proposal.notes.push(Note::NotUnderstood { text, why });
    }

    /// Takes the first part with this key out of the list and sets the knob.
    fn knob(&mut self, knob: &Knob, prefix: &str, parts: &mut Vec<&str>) {
        let Some((part, value)) = take(parts, prefix, knob.key) else {
            return;
        };
        let scenario = match prefix {
            "" => &mut self.proposal.proposal,
            _ => &mut self.proposal.base,
        };
        let outcome = knob
            .parse(value)
            .and_then(|setting| knob.apply(scenario, setting));
        if let Err(error) = outcome {
            let why = error.to_string();
            let why = why.split_once("`: ").map_or(why.as_str(), |(_, why)| why);
            self.not_understood(part, why.to_owned());
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
        let mut horizon = self.proposal.proposal.horizon;
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
                    self.proposal.seeds = seeds;
                    None
                }
                None => Some("write 1 to 1000"),
            },
            _ => match value.parse().ok().filter(|&seed| seed <= LARGEST_SEED) {
                Some(seed) => {
                    self.proposal.proposal.seed = seed;
                    self.proposal.base.seed = seed;
                    None
                }
                None => Some("write a whole number from 0 to 9007199254740992"),
            },
        };
        self.proposal.proposal.horizon = horizon;
        self.proposal.base.horizon = horizon;
        if let Some(expected) = expected {
            self.not_understood(part, format!("out of range; {expected}"));
        }
    }

    fn finish(mut self, ending: Ending, body: &str) -> Proposal {
        let note = match ending {
            Ending::Right { after } => {
                for part in after {
                    self.not_understood(&part, "it stands after the check characters".to_owned());
                }
                return self.proposal;
            }
            Ending::Missing => Note::Unchecked {
                last: body.rsplit('&').next().unwrap_or_default().to_owned(),
            },
            Ending::Wrong { found, expected } => Note::Damaged { found, expected },
        };
        self.proposal.notes.insert(0, note);
        self.proposal
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
