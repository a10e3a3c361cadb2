//! Knobs by what they are about: the order of long forms and of the pages of knobs.

use super::{Kind, Knob, find};

/// Knobs that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Heading: "Limits".
    pub title: &'static str,
    /// Policy or assumption: that of all its knobs.
    pub kind: Kind,
    /// Their keys, as a form shows them.
    keys: &'static [&'static str],
}

impl Group {
    /// Its knobs, as a form shows them.
    pub fn knobs(&self) -> impl Iterator<Item = &'static Knob> {
        self.keys.iter().filter_map(|key| find(key).ok())
    }
}

const fn policy(title: &'static str, keys: &'static [&'static str]) -> Group {
    Group {
        title,
        kind: Kind::Policy,
        keys,
    }
}

const fn assumption(title: &'static str, keys: &'static [&'static str]) -> Group {
    Group {
        title,
        kind: Kind::Assumption,
        keys,
    }
}

/// All groups, policy first. Every knob is in one of them.
pub const GROUPS: &[Group] = &[
    policy(
        "Limits",
        &[
            "cap",
            "run-minutes",
            "user-run-minutes",
            "group-run-minutes",
            "pool-run-minutes",
            "max-time",
            "default-time",
        ],
    ),
    policy(
        "Whose turn it is",
        &[
            "fairshare",
            "half-life",
            "weight-fairshare",
            "weight-age",
            "max-age",
            "weight-partition",
            "weight-size",
            "calc-period",
        ],
    ),
    policy(
        "Filling gaps",
        &[
            "backfill",
            "bf-interval",
            "bf-window",
            "bf-resolution",
            "bf-max-job-test",
        ],
    ),
    policy(
        "Budgets",
        &[
            "group-budget",
            "budget-period",
            "overdraft",
            "carry-over",
            "points",
            "share-out",
            "lose-it",
            "show-cost",
        ],
    ),
    policy("Newcomers", &["newcomer-cap", "newcomer-for", "mentor"]),
    policy(
        "Idle and little used",
        &["idle-cull", "low-use", "low-use-below", "low-use-after"],
    ),
    policy("Maintenance", &["maintenance", "maintenance-time"]),
    policy(
        "A service on the nodes",
        &[
            "service",
            "service-most",
            "service-least",
            "service-from",
            "service-to",
            "service-full",
            "service-stay",
            "service-drain",
            "service-notice",
            "service-grace",
            "shared-model",
        ],
    ),
    policy("GPUs elsewhere", &["outside", "outside-guide"]),
    assumption(
        "Demand",
        &["load", "padding", "burstiness", "deadline-surge", "intern-season"],
    ),
    assumption(
        "Which place people choose",
        &["routing", "type-choosers", "opt-in"],
    ),
    assumption(
        "How people react",
        &[
            "give-up", "split", "inflate", "hoard", "climb", "talk", "learn", "thrift",
        ],
    ),
    assumption("Guessed needs", &["need-error"]),
    assumption(
        "Saved states",
        &["checkpoint-share", "checkpoint-interval", "signal-share"],
    ),
    assumption(
        "Idle sessions and low use",
        &["weekend-notebooks", "culled-return", "warn-answer", "help-answer"],
    ),
    assumption("Failures", &["node-failures", "repair-time"]),
    assumption(
        "The service",
        &[
            "service-need",
            "service-noise",
            "service-change",
            "service-sharers",
        ],
    ),
    assumption(
        "Work elsewhere",
        &[
            "portable",
            "outside-data",
            "outside-speed",
            "outside-set-up",
            "outside-price",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::KNOBS;
    use super::*;

    #[test]
    fn every_knob_is_in_one_group_of_its_kind() {
        for knob in KNOBS {
            let groups = GROUPS.iter().filter(|group| group.keys.contains(&knob.key));
            let kinds: Vec<Kind> = groups.map(|group| group.kind).collect();
            assert_eq!(kinds, [knob.kind], "{}", knob.key);
        }
        for group in GROUPS {
            assert_eq!(group.knobs().count(), group.keys.len(), "{}", group.title);
        }
    }
}
