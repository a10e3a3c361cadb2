//! `sacctmgr modify`.

use sim_core::ids::{AccountId, QosId, UserId};
use sim_core::scenario::Shares;

use super::super::Found;
use super::super::tree::{association_setting, flag, no_flags, qos_setting};
use super::{Acts, refuse_notes};
use crate::experiment::Change;
use crate::words;

impl Acts<'_> {
    /// `modify qos|account|user [where] … set …`, or `set … where …`.
    pub fn modify(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let at = |wanted: &str| words.iter().position(|word| word.eq_ignore_ascii_case(wanted));
        let Some(set) = at("set") else {
            return found.problem(place, "sacctmgr modify without set; write what is set");
        };
        let after = at("where").filter(|&place| place > set).unwrap_or(words.len());
        let before = words.get(1..set).unwrap_or_default().iter();
        let whom: Vec<&str> = before
            .chain(words.get(after + 1..).unwrap_or_default())
            .copied()
            .filter(|word| !word.eq_ignore_ascii_case("where"))
            .collect();
        let settings = &words[set + 1..after];
        let kind = words
            .first()
            .map(|kind| kind.to_ascii_lowercase())
            .unwrap_or_default();
        let notes = found.notes.len();
        let done = match kind.as_str() {
            "qos" => self.modify_qos(&whom, settings, place, found),
            "account" | "acct" | "accounts" => self.modify_accounts(&whom, settings, place, found),
            "user" | "users" => self.modify_users(&whom, settings, place, found),
            _ => None,
        };
        refuse_notes(notes, found);
        match done {
            Some(()) => self.rules(),
            None => found.problem(place, format!("cannot do `sacctmgr modify {}`", words.join(" "))),
        }
    }

    fn modify_qos(&mut self, whom: &[&str], settings: &[&str], place: &str, found: &mut Found) -> Option<()> {
        for name in words::list(value(whom, &["qos"])?) {
            let index = self.names.qos.iter().position(|other| other == name)?;
            for word in settings {
                let (key, mode, text) = setting(word, place, found)?;
                let spec = self.policy.qos.get_mut(index)?;
                let place = format!("{place}, {word}");
                match (key.as_str(), mode) {
                    ("rawusage", None) => {
                        is_zero(text, &place, found);
                        self.act(Change::ForgetUsageOfQos(QosId::from(index)));
                    }
                    ("flags", mode) => {
                        if mode.is_none() {
                            no_flags(spec);
                        }
                        for word in words::list(text).filter(|word| *word != "-1") {
                            flag(spec, word, mode != Some('-'), &place, found);
                        }
                    }
                    ("preempt", mode) => {
                        let mut named: Vec<String> = words::list(text).map(str::to_owned).collect();
                        named.retain(|other| other != "-1");
                        for other in named.iter().filter(|other| !self.names.qos.contains(other)) {
                            found.problem(
                                &place,
                                format!("there is no QOS `{other}`; add it to accounting.qos"),
                            );
                        }
                        match mode {
                            Some('+') => spec.preempt.extend(named),
                            Some(_) => spec.preempt.retain(|other| !named.contains(other)),
                            None => spec.preempt = named,
                        }
                    }
                    (key, None) => qos_setting(spec, key, text, &place, found),
                    (_, Some(_)) => found.problem(&place, "is not modelled; write = and the whole value"),
                }
            }
        }
        Some(())
    }

    fn modify_accounts(
        &mut self,
        whom: &[&str],
        settings: &[&str],
        place: &str,
        found: &mut Found,
    ) -> Option<()> {
        for name in words::list(value(whom, &["account", "accounts"])?) {
            let index = self.names.accounts.iter().position(|other| other == name)?;
            for word in settings {
                let (key, mode, text) = setting(word, place, found)?;
                let place = format!("{place}, {word}");
                if mode.is_some() {
                    found.problem(&place, "is not modelled; write = and the whole value");
                } else if key == "rawusage" {
                    is_zero(text, &place, found);
                    self.act(Change::ForgetUsage(None, AccountId::from(index)));
                } else if let Some(row) = index.checked_sub(1) {
                    let row = self.policy.associations.accounts.get_mut(row)?;
                    let (shares, priority) = (&mut row.shares, &mut row.priority);
                    association_setting(&key, text, &place, shares, priority, &mut row.limits, found);
                } else {
                    // Nothing is compared with root's own share and priority.
                    let root = &mut self.policy.associations.root;
                    association_setting(&key, text, &place, &mut Shares::Of(1), &mut 0, root, found);
                }
            }
        }
        Some(())
    }

    fn modify_users(
        &mut self,
        whom: &[&str],
        settings: &[&str],
        place: &str,
        found: &mut Found,
    ) -> Option<()> {
        let account = keyed(whom, &["account", "accounts"]);
        for name in words::list(value(whom, &["user", "users"])?) {
            let person = self.names.users.iter().position(|other| other == name)?;
            let mut met = false;
            for index in 0..self.policy.associations.users.len() {
                let row = &self.policy.associations.users[index];
                let named = |account: &str| words::list(account).any(|name| name == row.account);
                if row.person as usize != person || !account.is_none_or(named) {
                    continue;
                }
                met = true;
                let of = self
                    .names
                    .accounts
                    .iter()
                    .position(|other| *other == row.account)?;
                for word in settings {
                    let (key, mode, text) = setting(word, place, found)?;
                    let place = format!("{place}, {word}");
                    if mode.is_some() {
                        found.problem(&place, "is not modelled; write = and the whole value");
                    } else if key == "rawusage" {
                        is_zero(text, &place, found);
                        self.act(Change::ForgetUsage(
                            Some(UserId::from(person)),
                            AccountId::from(of),
                        ));
                    } else {
                        let row = &mut self.policy.associations.users[index];
                        let (shares, priority) = (&mut row.shares, &mut row.priority);
                        association_setting(&key, text, &place, shares, priority, &mut row.limits, found);
                    }
                }
            }
            met.then_some(())?;
        }
        Some(())
    }
}

/// The value of one of these keys.
fn keyed<'a>(words: &[&'a str], keys: &[&str]) -> Option<&'a str> {
    let pair = |word: &&'a str| {
        let (key, value) = word.split_once('=')?;
        keys.iter()
            .any(|other| key.eq_ignore_ascii_case(other))
            .then_some(value)
    };
    words.iter().find_map(pair)
}

/// Who is meant: a bare word, `name=` or the kind's own key.
fn value<'a>(words: &[&'a str], keys: &[&str]) -> Option<&'a str> {
    let bare = || words.iter().copied().find(|word| !word.contains('='));
    keyed(words, &["name", "names"])
        .or_else(|| keyed(words, keys))
        .or_else(bare)
}

/// Key in small letters, `+` or `-` before the `=`, and value.
fn setting<'a>(word: &'a str, place: &str, found: &mut Found) -> Option<(String, Option<char>, &'a str)> {
    let Some((key, text)) = word.split_once('=') else {
        found.problem(place, format!("`{word}` sets nothing; write such as MaxJobs=2"));
        return None;
    };
    let mode = key.chars().last().filter(|last| "+-".contains(*last));
    let key = key.trim_end_matches(['+', '-']).to_ascii_lowercase();
    Some((key, mode, text.trim_matches(['"', '\''])))
}

fn is_zero(text: &str, place: &str, found: &mut Found) {
    if text.parse::<f64>() != Ok(0.0) {
        found.problem(place, "only 0 can be set");
    }
}
