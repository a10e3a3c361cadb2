//! The accounting of a case: accounts, people, QOS.

use sim_core::ids::AccountId;
use sim_core::scenario::{
    AccountSpec, AssocLimits, Associations, Persona, PreemptMode, QosSpec, Shares, UserSpec,
};
use sim_core::workload::Person;

use super::machine::preempt_mode;
use super::{Found, limits};
use crate::case::{Case, Settings};
use crate::experiment::Names;
use crate::words;

/// What the accounting says.
pub struct Tree {
    /// The tree, with every association written out.
    pub associations: Associations,
    /// Everybody but root's own user.
    pub people: Vec<Person>,
    /// `normal` first, which exists always.
    pub qos: Vec<QosSpec>,
}

/// Reads it.
pub fn tree(case: &Case, names: &mut Names, found: &mut Found) -> Tree {
    for key in case.accounting.others.keys() {
        found.unknown("accounting", format!("`{key}`"));
    }
    let mut root = AssocLimits::default();
    for (key, value) in case.accounting.root_limits.iter() {
        let place = format!("accounting.root_limits.{key}");
        limit(&mut root, key, value, &place, found);
    }
    for settings in case.accounting.accounts.iter().filter(|a| a.name() == "root") {
        // Nothing is compared with root's own share and priority.
        let AccountSpec {
            mut shares,
            mut priority,
            ..
        } = AccountSpec::default();
        association(
            settings,
            "accounting.accounts.root",
            &mut shares,
            &mut priority,
            &mut root,
            found,
        );
    }
    let accounts = accounts(case, names, found);
    let (people, users) = users(case, names, found);
    Tree {
        associations: Associations {
            root,
            accounts,
            users,
            ..Associations::default()
        },
        people,
        qos: qos(case, names, found),
    }
}

/// Accounts, parents first, otherwise in the order of the file.
fn accounts(case: &Case, names: &mut Names, found: &mut Found) -> Vec<AccountSpec> {
    names.accounts = vec![String::from("root")];
    let mut left: Vec<&Settings> = case
        .accounting
        .accounts
        .iter()
        .filter(|a| a.name() != "root")
        .collect();
    let mut specs = Vec::new();
    loop {
        let before = left.len();
        left.retain(|settings| {
            let parent = settings.get("parent").unwrap_or("root");
            if !names.accounts.iter().any(|name| name == parent) {
                return true;
            }
            let place = format!("accounting.accounts.{}", settings.name());
            if settings.name().is_empty() || names.accounts.iter().any(|name| name == settings.name()) {
                found.problem(
                    &place,
                    "this name is missing or given twice; name every account once",
                );
                return false;
            }
            let mut spec = AccountSpec {
                name: settings.name().to_owned(),
                parent: Some(parent.to_owned()).filter(|parent| parent != "root"),
                ..AccountSpec::default()
            };
            association(
                settings,
                &place,
                &mut spec.shares,
                &mut spec.priority,
                &mut spec.limits,
                found,
            );
            names.accounts.push(spec.name.clone());
            specs.push(spec);
            false
        });
        if left.len() == before {
            break;
        }
    }
    for settings in left {
        let parent = settings.get("parent").unwrap_or_default();
        found.problem(
            format!("accounting.accounts.{}.parent", settings.name()),
            format!("there is no account `{parent}` above it; add it, or write root"),
        );
    }
    specs
}

/// People in order of first appearance, and their associations. Root's own user is in every tree and not listed.
fn users(case: &Case, names: &mut Names, found: &mut Found) -> (Vec<Person>, Vec<UserSpec>) {
    let mut people: Vec<Person> = Vec::new();
    let mut specs: Vec<UserSpec> = Vec::new();
    for settings in &case.accounting.users {
        let name = settings.name();
        let account = settings.get("account").unwrap_or_default();
        let place = format!("accounting.users.{name}");
        if name == "root" && account == "root" {
            if settings.get("fairshare").is_some_and(|shares| shares != "1") {
                found.problem(&place, "root's own user has one share here; leave it at 1");
            }
            continue;
        }
        let Some(index) = names.accounts.iter().position(|other| other == account) else {
            found.problem(
                format!("{place}.account"),
                format!("there is no account `{account}`; add it to accounting.accounts"),
            );
            continue;
        };
        let person = names
            .users
            .iter()
            .position(|other| other == name)
            .unwrap_or_else(|| {
                names.users.push(name.to_owned());
                people.push(Person {
                    persona: Persona::Trainer,
                    account: AccountId::from(index),
                });
                people.len() - 1
            });
        let mut spec = UserSpec {
            person: u32::try_from(person).unwrap_or(u32::MAX),
            account: account.to_owned(),
            ..UserSpec::default()
        };
        if specs
            .iter()
            .any(|other| other.person == spec.person && other.account == spec.account)
        {
            found.problem(&place, format!("has two associations in `{account}`; write one"));
        }
        association(
            settings,
            &place,
            &mut spec.shares,
            &mut spec.priority,
            &mut spec.limits,
            found,
        );
        specs.push(spec);
    }
    (people, specs)
}

fn association(
    settings: &Settings,
    place: &str,
    shares: &mut Shares,
    priority: &mut u32,
    limits: &mut AssocLimits,
    found: &mut Found,
) {
    for (key, value) in settings.iter() {
        let place = format!("{place}.{key}");
        match key.to_ascii_lowercase().as_str() {
            "name" | "parent" | "account" => {}
            // Every user may use every QOS.
            "qos" | "defaultqos" | "qoslevel" => {}
            _ => association_setting(key, value, &place, shares, priority, limits, found),
        }
    }
}

/// One setting of an association, in the accounting or by `sacctmgr modify`.
pub fn association_setting(
    key: &str,
    value: &str,
    place: &str,
    shares: &mut Shares,
    priority: &mut u32,
    limits: &mut AssocLimits,
    found: &mut Found,
) {
    match key.to_ascii_lowercase().as_str() {
        "fairshare" | "shares" => {
            *shares = match value {
                "parent" | "2147483647" => Shares::Parent,
                _ => Shares::Of(found.number(place, value)),
            };
        }
        "priority" => *priority = found.number(place, value),
        _ => limit(limits, key, value, place, found),
    }
}

fn limit(limits: &mut AssocLimits, key: &str, value: &str, place: &str, found: &mut Found) {
    match limits::of_association(limits, key, value) {
        Ok(true) => {}
        Ok(false) => found.unknown(place, format!("`{value}`")),
        Err(what) => found.problem(place, what),
    }
}

fn qos(case: &Case, names: &mut Names, found: &mut Found) -> Vec<QosSpec> {
    let mut specs = vec![QosSpec::default()];
    for settings in &case.accounting.qos {
        let name = settings.name();
        let place = format!("accounting.qos.{name}");
        if name.is_empty() {
            found.problem(&place, "a QOS without a name; name it");
        }
        let known = specs.iter().position(|spec| spec.name == name);
        let index = known.unwrap_or_else(|| {
            specs.push(QosSpec {
                name: name.to_owned(),
                ..QosSpec::default()
            });
            specs.len() - 1
        });
        for (key, value) in settings.iter() {
            qos_setting(&mut specs[index], key, value, &format!("{place}.{key}"), found);
        }
    }
    names.qos = specs.iter().map(|spec| spec.name.clone()).collect();
    for spec in &specs {
        for other in spec.preempt.iter().filter(|other| !names.qos.contains(other)) {
            found.problem(
                format!("accounting.qos.{}.Preempt", spec.name),
                format!("there is no QOS `{other}`; add it"),
            );
        }
    }
    specs
}

/// One setting of a QOS, in the accounting or by `sacctmgr modify`.
pub fn qos_setting(spec: &mut QosSpec, key: &str, value: &str, place: &str, found: &mut Found) {
    match key.to_ascii_lowercase().as_str() {
        "name" => {}
        "priority" => spec.priority = found.number(place, value),
        "usagefactor" => {
            let read = value
                .parse::<f64>()
                .ok()
                .filter(|factor| factor.is_finite() && *factor >= 0.0);
            let read = read.ok_or_else(|| format!("`{value}` is no factor; write such as 0.5"));
            spec.usage_factor = found.take(place, read);
        }
        "limitfactor" => {
            let read = value.parse::<f64>().ok().filter(|factor| factor.is_finite());
            let read =
                read.ok_or_else(|| format!("`{value}` is no factor; write such as 2.0, or -1 for none"));
            // Whatever is not above zero is none to Slurm.
            spec.limit_factor = Some(found.take(place, read)).filter(|factor| *factor > 0.0);
        }
        "gracetime" => {
            let read = words::time(value, 1);
            spec.grace_time = found.take(place, read).unwrap_or_default();
        }
        "preempt" => spec.preempt = words::list(value).map(str::to_owned).collect(),
        "preemptmode" if value.eq_ignore_ascii_case("cluster") || value.is_empty() => {}
        "preemptmode" => {
            let (mode, within) = preempt_mode(place, value, found);
            spec.preempt_within = within;
            spec.preempt_mode = Some(mode).filter(|mode| *mode != PreemptMode::Off);
        }
        "preemptexempttime" => {
            let read = words::time(value, 60);
            spec.preempt_exempt_time = found.take(place, read);
        }
        "flags" => {
            for word in words::list(value) {
                flag(spec, word, true, place, found);
            }
        }
        _ => match limits::of_qos(&mut spec.limits, key, value) {
            Ok(true) => {}
            Ok(false) => found.unknown(place, format!("`{value}`")),
            Err(what) => found.problem(place, what),
        },
    }
}

/// Sets or takes away a flag of a QOS.
pub fn flag(spec: &mut QosSpec, word: &str, on: bool, place: &str, found: &mut Found) {
    match word.to_ascii_lowercase().as_str() {
        "denyonlimit" => spec.deny_on_limit = on,
        "overpartqos" => spec.over_part_qos = on,
        "noreserve" => spec.no_reserve = on,
        "nodecay" => spec.no_decay = on,
        "partitiontimelimit" => spec.partition_time_limit = on,
        "usagefactorsafe" => spec.usage_factor_safe = on,
        _ => found.unknown(place, format!("`{word}`")),
    }
}

/// Takes away every flag of a QOS.
pub fn no_flags(spec: &mut QosSpec) {
    *spec = QosSpec {
        deny_on_limit: false,
        over_part_qos: false,
        no_reserve: false,
        no_decay: false,
        partition_time_limit: false,
        usage_factor_safe: false,
        ..spec.clone()
    };
}
