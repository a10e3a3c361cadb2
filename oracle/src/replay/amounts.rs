//! `[limit, used]` of every limit that is set, as `scontrol show assoc_mgr` shows them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sim_core::cluster::{AssocKind, Check, Cluster, JobState, Owner, Who};
use sim_core::ids::{AccountId, AssocId, QosId, UserId};
use sim_core::reason::LimitKind;

use crate::experiment::Names;
use crate::observed::LimitSample;

/// What a limit is compared with.
#[derive(Clone, Copy)]
enum Used {
    Held,
    /// Minutes that running jobs may still use.
    Left,
    Running,
    Submitted,
    /// Minutes used up.
    Gone,
    /// Minutes of wall time used up.
    Wall,
}

/// Everything as it stands.
pub fn sample(t_s: f64, cluster: &Cluster, names: &Names) -> LimitSample {
    let there = There::of(cluster);
    let (mut assoc, mut qos) = (Map::new(), Map::new());
    let mut seen: Vec<&Check> = Vec::new();
    for check in cluster.limits.all() {
        let Some((name, used)) = words(check.kind) else {
            continue;
        };
        if seen.contains(&check) {
            continue;
        }
        seen.push(check);
        let write = |tree: &mut Map<String, Value>, path: &[&str], who: Who| {
            let mut path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
            path.push(name.to_owned());
            if matches!(used, Used::Held | Used::Left | Used::Gone) {
                path.push(cluster.amounts.table.name(check.tres).to_string());
            }
            put(
                tree,
                &path,
                json!([check.limit, amount(cluster, used, who, check)]),
            );
        };
        match check.owner {
            Owner::Assoc(id) => write(&mut assoc, &[&label(cluster, names, id)], Who::Assoc(id)),
            Owner::Qos(id) => {
                let name = names.qos[usize::from(id)].as_str();
                match check.who(UserId(0), AccountId(0)) {
                    Who::User(..) => {
                        for &(_, user) in there.users.iter().filter(|(of, _)| *of == id) {
                            let path = [name, "users", &names.users[usize::from(user)]];
                            write(&mut qos, &path, Who::User(id, user));
                        }
                    }
                    Who::Account(..) => {
                        for &(_, account) in there.accounts.iter().filter(|(of, _)| *of == id) {
                            let path = [name, "accounts", &names.accounts[usize::from(account)]];
                            write(&mut qos, &path, Who::Account(id, account));
                        }
                    }
                    Who::Qos(_) | Who::Assoc(_) => write(&mut qos, &[name], Who::Qos(id)),
                }
            }
        }
    }
    LimitSample {
        t_s,
        assoc: Value::Object(assoc),
        qos: Value::Object(qos),
    }
}

/// Who has handed in a job under which QOS: Slurm counts for nobody else.
struct There {
    users: BTreeSet<(QosId, UserId)>,
    accounts: BTreeSet<(QosId, AccountId)>,
}

impl There {
    fn of(cluster: &Cluster) -> There {
        let mut there = There {
            users: BTreeSet::new(),
            accounts: BTreeSet::new(),
        };
        for job in cluster.jobs.iter().filter(|job| job.state != JobState::Future) {
            let request = &job.request;
            let of_partitions = request
                .partitions()
                .filter_map(|id| cluster.amounts.partition_qos[id]);
            for qos in of_partitions.chain([request.qos]) {
                there.users.insert((qos, request.user));
                there.accounts.insert((qos, request.account));
            }
        }
        there
    }
}

/// What Slurm calls a limit, and what it is compared with; nothing for those that look at one job alone.
fn words(kind: LimitKind) -> Option<(&'static str, Used)> {
    Some(match kind {
        LimitKind::GrpTres(_) => ("GrpTRES", Used::Held),
        LimitKind::MaxTresPerUser(_) => ("MaxTRESPU", Used::Held),
        LimitKind::MaxTresPerAccount(_) => ("MaxTRESPA", Used::Held),
        LimitKind::GrpTresRunMins(_) => ("GrpTRESRunMins", Used::Left),
        LimitKind::MaxTresRunMinsPerUser(_) => ("MaxTRESRunMinsPU", Used::Left),
        LimitKind::MaxTresRunMinsPerAccount(_) => ("MaxTRESRunMinsPA", Used::Left),
        LimitKind::GrpTresMins(_) => ("GrpTRESMins", Used::Gone),
        LimitKind::GrpWall => ("GrpWall", Used::Wall),
        LimitKind::GrpJobs => ("GrpJobs", Used::Running),
        LimitKind::MaxJobs => ("MaxJobs", Used::Running),
        LimitKind::MaxJobsPerUser => ("MaxJobsPU", Used::Running),
        LimitKind::MaxJobsPerAccount => ("MaxJobsPA", Used::Running),
        LimitKind::GrpSubmitJobs => ("GrpSubmitJobs", Used::Submitted),
        LimitKind::MaxSubmitJobs => ("MaxSubmitJobs", Used::Submitted),
        LimitKind::MaxSubmitJobsPerUser => ("MaxSubmitJobsPU", Used::Submitted),
        LimitKind::MaxSubmitJobsPerAccount => ("MaxSubmitJobsPA", Used::Submitted),
        LimitKind::MaxTresPerJob(_)
        | LimitKind::MaxTresPerNode(_)
        | LimitKind::MaxTresMinsPerJob(_)
        | LimitKind::MinTresPerJob(_)
        | LimitKind::MaxWall => return None,
    })
}

/// How much is used; times in whole minutes.
fn amount(cluster: &Cluster, used: Used, who: Who, check: &Check) -> u64 {
    let (ledgers, usage) = (&cluster.ledgers, &cluster.usage);
    // A float-to-integer cast truncates toward zero, as Slurm prints.
    let minutes = |seconds: f64| (seconds / 60.0) as u64;
    match used {
        Used::Held => ledgers.held(who, check.tres).unwrap_or(0),
        Used::Left => ledgers.left(who, check.tres).unwrap_or(0) / 60,
        Used::Running => ledgers.running(who).unwrap_or(0),
        Used::Submitted => ledgers.submitted(who).unwrap_or(0),
        Used::Gone => minutes(match check.owner {
            Owner::Assoc(id) => usage.tres_seconds(id, check.tres),
            Owner::Qos(id) => usage.tres_seconds_of_qos(id, check.tres),
        }),
        Used::Wall => minutes(match check.owner {
            Owner::Assoc(id) => usage.wall_seconds(id),
            Owner::Qos(id) => usage.wall_seconds_of_qos(id),
        }),
    }
}

/// An account by its name, a person in it after a colon.
fn label(cluster: &Cluster, names: &Names, id: AssocId) -> String {
    let account = &names.accounts[usize::from(cluster.tree.account_of(id))];
    match cluster.tree.row(id).kind {
        AssocKind::Account(_) => account.clone(),
        AssocKind::User(user) => format!("{account}:{}", names.users[usize::from(user)]),
        AssocKind::RootUser => format!("{account}:root"),
    }
}

/// Writes a value at the end of a path of names.
fn put(tree: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [last] => drop(tree.insert(last.clone(), value)),
        [first, rest @ ..] => {
            let below = tree.entry(first.clone()).or_insert_with(|| json!({}));
            if let Value::Object(below) = below {
                put(below, rest, value);
            }
        }
    }
}
