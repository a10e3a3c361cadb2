//! Checks of partitions and QOS: names that must be there, times that must pass, bounds that would keep everybody out.

use super::Found;
use super::limits;
use super::names::{
    accounts, all_known, did_you_mean, groups, named, nodes_in, path_of, qos as qos_names, resources,
};
use crate::scenario::{AccountSpec, PartitionSpec, PartitionState, Scenario, TresName};
use crate::units::Span;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    partitions(scenario, found);
    settable(scenario, found);
    qos(scenario, found);
}

fn partitions(scenario: &Scenario, found: &mut Found) {
    let partitions = &scenario.policy.partitions;
    if partitions.is_empty() {
        return found.error(
            "policy.partitions",
            "there is no partition",
            "add one, such as name = \"batch\"",
        );
    }
    for (i, partition) in partitions.iter().enumerate() {
        let path = path_of("policy.partitions", &partition.name, i);
        let before = partitions[..i].iter().map(|other| other.name.as_str());
        let nouns = ("partition", "partitions");
        named(&path, nouns, "batch", &partition.name, before, found);
        node_limits(scenario, &path, partition, found);
        references(scenario, &path, partition, found);
        weights(scenario, &format!("{path}.billing"), partition, found);
    }
    let starts = |state: PartitionState| match state {
        PartitionState::Up => true,
        PartitionState::Down | PartitionState::Drain | PartitionState::Inactive => false,
    };
    if !partitions.iter().any(|partition| starts(partition.state)) {
        let remedy = "no job ever runs: set the state of one to up";
        found.warning("policy.partitions", "no partition is up", remedy);
    }
    left_out(scenario, found);
}

fn references(scenario: &Scenario, path: &str, partition: &PartitionSpec, found: &mut Found) {
    let at = |key: &str| format!("{path}.{key}");
    all_known(
        &at("nodes"),
        "node group",
        &partition.nodes,
        groups(scenario),
        found,
    );
    let lists = [
        ("accounts", &partition.allow_accounts, &partition.deny_accounts),
        ("qos", &partition.allow_qos, &partition.deny_qos),
    ];
    for (of, allowed, denied) in lists {
        for (key, names) in [("allow", allowed), ("deny", denied)] {
            let path = at(&format!("{key}-{of}"));
            match of {
                "accounts" => all_known(&path, "account", names, accounts(scenario), found),
                _ => all_known(&path, "QOS", names, qos_names(scenario), found),
            }
        }
        if !allowed.is_empty() && !denied.is_empty() {
            let what = format!("Slurm does not ask it where allow-{of} names any");
            let remedy = "leave one of the two out";
            found.warning(at(&format!("deny-{of}")), what, remedy);
        }
    }
    let known = |name: &&str| qos_names(scenario).any(|qos| qos == *name);
    if let Some(name) = partition.qos.as_deref().filter(|name| !known(name)) {
        let what = format!("there is no QOS `{name}`");
        found.error(at("qos"), what, did_you_mean(name, qos_names(scenario)));
    }
}

/// What settings of knobs can make wrong here.
pub(super) fn settable(scenario: &Scenario, found: &mut Found) {
    for (i, partition) in scenario.policy.partitions.iter().enumerate() {
        time_limits(
            &path_of("policy.partitions", &partition.name, i),
            partition,
            found,
        );
    }
}

fn time_limits(path: &str, partition: &PartitionSpec, found: &mut Found) {
    let whole_minutes = |span: Span| span > Span::ZERO && span.0.is_multiple_of(60);
    if !whole_minutes(partition.max_time) {
        let what = format!("{} is not whole minutes", partition.max_time);
        found.error(
            format!("{path}.max-time"),
            what,
            "Slurm keeps limits in minutes: write such as \"3d\"",
        );
    }
    let Some(default_time) = partition.default_time else {
        return;
    };
    if !whole_minutes(default_time) {
        let what = format!("{default_time} is not whole minutes");
        found.error(
            format!("{path}.default-time"),
            what,
            "Slurm keeps limits in minutes: write such as \"1h\"",
        );
    } else if default_time > partition.max_time {
        let what = format!(
            "{default_time} is longer than the longest limit, {}",
            partition.max_time
        );
        let remedy = "jobs that ask for none could never start: shorten it, or leave it out";
        found.error(format!("{path}.default-time"), what, remedy);
    }
}

fn node_limits(scenario: &Scenario, path: &str, partition: &PartitionSpec, found: &mut Found) {
    let PartitionSpec {
        min_nodes, max_nodes, ..
    } = *partition;
    let nodes = nodes_in(&scenario.cluster, &partition.nodes);
    if min_nodes == 0 {
        let remedy = "every job has a node: write 1 or more";
        found.error(format!("{path}.min-nodes"), "0 nodes", remedy);
    } else if let Some(most) = max_nodes.filter(|&most| most < min_nodes) {
        let what = format!("{most} is less than min-nodes, {min_nodes}");
        found.error(
            format!("{path}.max-nodes"),
            what,
            "raise it, or leave it out for no limit",
        );
    } else if nodes > 0 && min_nodes > nodes {
        let what = format!("{min_nodes} nodes per job, and the partition has {nodes}");
        found.warning(format!("{path}.min-nodes"), what, "no job can start: lower it");
    }
}

fn weights(scenario: &Scenario, path: &str, partition: &PartitionSpec, found: &mut Found) {
    let names = || partition.billing.iter().map(|(name, _)| name);
    resources(path, &scenario.cluster.types(), names(), found);
    if names().any(|name| *name == TresName::Billing) {
        let remedy = "weigh cpu, node or gres/gpu";
        found.error(path, "billing is made of the weights and has none itself", remedy);
    }
}

/// Accounts whose people no partition lets in. An account stands for those below it.
fn left_out(scenario: &Scenario, found: &mut Found) {
    let listed = &scenario.policy.associations.accounts;
    let above = |account: &&AccountSpec| {
        let name = account.parent.as_deref()?;
        listed.iter().find(|other| other.name == name)
    };
    let lets_in = |partition: &PartitionSpec, account: Option<&AccountSpec>| {
        let (names, named) = match partition.allow_accounts.as_slice() {
            [] => (partition.deny_accounts.as_slice(), false),
            names => (names, true),
        };
        let is_named = |name: &str| names.iter().any(|other| other == name);
        // No more steps than accounts, in case they go in a circle.
        let mut line = std::iter::successors(account, |account| above(account)).take(listed.len());
        // A misspelt name is told of elsewhere, and means somebody.
        let misspelt = || {
            let known = |name: &String| accounts(scenario).any(|other| other == name);
            !names.iter().all(known)
        };
        let meant = is_named("root") || line.any(|account| is_named(&account.name));
        names.is_empty() || meant == named || misspelt()
    };
    let outside = |account: Option<&AccountSpec>| {
        !scenario
            .policy
            .partitions
            .iter()
            .any(|partition| lets_in(partition, account))
    };
    let remedy =
        "their jobs never start: change an allow-accounts or a deny-accounts, or add a partition for all";
    let of_people = scenario.workload.accounts as usize;
    for account in listed
        .iter()
        .take(of_people)
        .filter(|account| outside(Some(account)))
    {
        let what = format!("no partition lets in the people of account `{}`", account.name);
        found.warning("policy.partitions", what, remedy);
    }
    if of_people > listed.len() && outside(None) {
        let what = format!(
            "no partition lets in the people of {} accounts that have no name",
            of_people - listed.len()
        );
        found.warning("policy.partitions", what, remedy);
    }
}

fn qos(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.policy.qos;
    if all.is_empty() {
        found.error(
            "policy.qos",
            "there is no QOS",
            "add one, such as name = \"normal\"",
        );
    }
    for (i, qos) in all.iter().enumerate() {
        let path = path_of("policy.qos", &qos.name, i);
        let before = all[..i].iter().map(|other| other.name.as_str());
        named(&path, ("QOS", "QOS"), "normal", &qos.name, before, found);
        if !(qos.usage_factor.is_finite() && qos.usage_factor >= 0.0) {
            let what = format!("{} is no factor", qos.usage_factor);
            let remedy = "write 0.0 for no charge, 1.0 for the usual one";
            found.error(format!("{path}.usage-factor"), what, remedy);
        }
        if let Some(factor) = qos.limit_factor.filter(|f| !f.is_finite() || *f <= 0.0) {
            let what = format!("{factor} is no factor");
            let remedy = "write such as 2.0 for twice as much, or leave it out";
            found.error(format!("{path}.limit-factor"), what, remedy);
        }
        let path = format!("{path}.limits");
        limits::of_qos(scenario, &path, &qos.limits, qos.no_decay, found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, problems, warning};
    use super::*;
    use crate::scenario::QosSpec;

    #[test]
    fn names_in_rules_must_be_there_and_be_unique() {
        assert_eq!(error(|s| s.policy.partitions.clear()), "policy.partitions");
        assert_eq!(error(|s| s.policy.qos.clear()), "policy.qos");
        assert_eq!(
            error(|s| s.policy.qos.push(QosSpec::default())),
            "policy.qos.normal"
        );
        assert_eq!(
            error(|s| s.policy.partitions.push(PartitionSpec::default())),
            "policy.partitions.batch"
        );
        let batch = |change: fn(&mut PartitionSpec)| error(|s| change(&mut s.policy.partitions[0]));
        assert_eq!(
            batch(|p| p.qos = Some("norml".into())),
            "policy.partitions.batch.qos"
        );
        assert_eq!(
            batch(|p| p.allow_qos = vec!["norml".into()]),
            "policy.partitions.batch.allow-qos"
        );
        assert_eq!(
            batch(|p| p.deny_qos = vec!["norml".into()]),
            "policy.partitions.batch.deny-qos"
        );
        assert_eq!(
            warning(|s| {
                s.policy.partitions[0].allow_qos = vec!["normal".into()];
                s.policy.partitions[0].deny_qos = vec!["normal".into()];
            }),
            "policy.partitions.batch.deny-qos"
        );
        let unknown = problem(|s| s.policy.partitions[0].nodes = vec!["nodes".into()]);
        assert_eq!(
            unknown.to_string(),
            "policy.partitions.batch.nodes: there is no node group `nodes`; did you mean `node`?"
        );
    }

    #[test]
    fn a_partition_lets_some_job_start() {
        let at = |key: &str| format!("policy.partitions.batch{key}");
        assert_eq!(error(|s| s.policy.partitions[0].min_nodes = 0), at(".min-nodes"));
        assert_eq!(
            error(|s| s.policy.partitions[0].max_nodes = Some(0)),
            at(".max-nodes")
        );
        assert_eq!(
            warning(|s| s.policy.partitions[0].min_nodes = 9),
            at(".min-nodes")
        );
        assert_eq!(
            warning(|s| s.policy.partitions[0].state = PartitionState::Drain),
            "policy.partitions"
        );
    }

    #[test]
    fn nobody_is_left_without_a_partition() {
        let lab = |parent: &'static str, allowed: &'static str| {
            move |s: &mut Scenario| {
                s.policy.associations.accounts = ["bio", "lab"]
                    .map(|name| AccountSpec {
                        name: name.into(),
                        parent: (name == "lab").then(|| parent.into()),
                        ..AccountSpec::default()
                    })
                    .into();
                s.policy.partitions[0].allow_accounts = vec![allowed.into()];
                s.workload.accounts = 2;
            }
        };
        fine(lab("bio", "bio"));
        fine(lab("root", "root"));
        let text = problem(lab("root", "bio")).to_string();
        assert!(
            text.contains("no partition lets in the people of account `lab`"),
            "{text}"
        );
        assert_eq!(error(lab("bio", "bip")), "policy.partitions.batch.allow-accounts");
        let denied = |parent: &'static str, denied: &'static str| {
            move |s: &mut Scenario| {
                lab(parent, "root")(s);
                s.policy.partitions[0].allow_accounts.clear();
                s.policy.partitions[0].deny_accounts = vec![denied.into()];
            }
        };
        assert_eq!(
            error(denied("bio", "bip")),
            "policy.partitions.batch.deny-accounts"
        );
        assert_eq!(warning(denied("root", "lab")), "policy.partitions");
        let unnamed = |s: &mut Scenario| {
            lab("bio", "bio")(s);
            s.workload.accounts = 5;
        };
        assert_eq!(warning(unnamed), "policy.partitions");
    }

    #[test]
    fn weights_and_factors_make_sense() {
        let billing = |text: &'static str| {
            move |s: &mut Scenario| s.policy.partitions[0].billing = text.parse().unwrap()
        };
        fine(billing("cpu=1,gres/gpu=16,gres/gpu:gpu=2"));
        assert_eq!(error(billing("billing=1")), "policy.partitions.batch.billing");
        assert_eq!(
            error(billing("gres/gpu:a100=1")),
            "policy.partitions.batch.billing"
        );
        for factor in [f64::NAN, f64::INFINITY, -0.5] {
            assert_eq!(
                error(|s| s.policy.qos[0].usage_factor = factor),
                "policy.qos.normal.usage-factor"
            );
        }
        assert_eq!(problems(|s| s.policy.qos[0].usage_factor = 0.0), []);
        for factor in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            assert_eq!(
                error(|s| s.policy.qos[0].limit_factor = Some(factor)),
                "policy.qos.normal.limit-factor"
            );
        }
        assert_eq!(problems(|s| s.policy.qos[0].limit_factor = Some(0.5)), []);
    }
}
