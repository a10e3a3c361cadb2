//! Every start in a wild world has the consent of every limit, checked from a list of running jobs kept here from what
//! happened, by the text of the rules (`docs/slurm.md`, *Limits* and *Run-minutes*): none of the engine's sums is used. Budgets
//! of past use (GrpTRESMins, GrpWall) are left out here; they have vectors of their own.

use proptest::prelude::*;
use sim_core::cluster::{AssocKind, Cluster, Job};
use sim_core::engine::Happened;
use sim_core::ids::{AssocId, JobId, NodeId, PartitionId, QosId};
use sim_core::scenario::{AssocLimits, Limits, Policy, TresCounts, TresName};
use sim_core::units::{Span, Time};
use tests::world::World;

use super::wild::{Holds, at_every_instant, in_wild_worlds};

/// A running job as this file knows it.
struct Runs {
    id: JobId,
    partition: PartitionId,
    nodes: Vec<NodeId>,
    since: Time,
    /// Devices by type: unknown if it started and went in one instant.
    devices: Option<Vec<u32>>,
}

/// Whose jobs count together.
#[derive(Clone, Copy)]
enum Scope {
    Qos(QosId),
    User(QosId),
    Account(QosId),
    Assoc(AssocId),
}

/// One limit on what is counted over running jobs, or on a job alone.
struct Rule<'a> {
    kind: &'static str,
    scope: Scope,
    on: On<'a>,
}

enum On<'a> {
    Counts(&'a TresCounts),
    Number(Option<u32>),
    Wall(Option<Span>),
}

fn rules_of_qos(l: &Limits, qos: QosId) -> Vec<Rule<'_>> {
    let all = Scope::Qos(qos);
    let rule = |kind, scope, on| Rule { kind, scope, on };
    vec![
        rule("GrpTRES", all, On::Counts(&l.grp_tres)),
        rule("GrpTRESRunMins", all, On::Counts(&l.grp_tres_run_mins)),
        rule("MaxTRES", all, On::Counts(&l.max_tres_pj)),
        rule("MaxTRESPerNode", all, On::Counts(&l.max_tres_pn)),
        rule("MinTRES", all, On::Counts(&l.min_tres_pj)),
        rule("MaxTRESPU", Scope::User(qos), On::Counts(&l.max_tres_pu)),
        rule("MaxTRESPA", Scope::Account(qos), On::Counts(&l.max_tres_pa)),
        rule("MaxTRESMins", all, On::Counts(&l.max_tres_mins_pj)),
        rule("RunMinsPU", Scope::User(qos), On::Counts(&l.max_tres_run_mins_pu)),
        rule(
            "RunMinsPA",
            Scope::Account(qos),
            On::Counts(&l.max_tres_run_mins_pa),
        ),
        rule("GrpJobs", all, On::Number(l.grp_jobs)),
        rule("MaxJobsPU", Scope::User(qos), On::Number(l.max_jobs_pu)),
        rule("MaxJobsPA", Scope::Account(qos), On::Number(l.max_jobs_pa)),
        rule("MaxWall", all, On::Wall(l.max_wall)),
    ]
}

fn rules_of_assoc(l: &AssocLimits, assoc: AssocId, leaf: bool) -> Vec<Rule<'_>> {
    let scope = Scope::Assoc(assoc);
    let rule = |kind, on| Rule { kind, scope, on };
    let mut rules = vec![
        rule("GrpTRES", On::Counts(&l.grp_tres)),
        rule("GrpTRESRunMins", On::Counts(&l.grp_tres_run_mins)),
        rule("GrpJobs", On::Number(l.grp_jobs)),
    ];
    if leaf {
        rules.extend([
            rule("MaxTRES", On::Counts(&l.max_tres)),
            rule("MaxTRESPerNode", On::Counts(&l.max_tres_pn)),
            rule("MaxTRESMins", On::Counts(&l.max_tres_mins)),
            rule("MaxJobs", On::Number(l.max_jobs)),
            rule("MaxWall", On::Wall(l.max_wall)),
        ]);
    }
    rules
}

/// The world at the start of one job.
struct At<'a> {
    policy: &'a Policy,
    cluster: &'a Cluster,
    running: &'a [Runs],
    now: Time,
}

impl<'a> At<'a> {
    fn job(&self, id: JobId) -> &'a Job {
        &self.cluster.jobs[id]
    }

    fn partition_qos(&self, partition: PartitionId) -> Option<QosId> {
        let name = self.policy.partitions[usize::from(partition)].qos.as_ref()?;
        let at = self.policy.qos.iter().position(|qos| qos.name == *name)?;
        Some(QosId::from(at))
    }

    fn counts(&self, scope: Scope, mine: &Job, other: &Runs) -> bool {
        let job = self.job(other.id);
        let in_qos = |qos: QosId| job.request.qos == qos || self.partition_qos(other.partition) == Some(qos);
        match scope {
            Scope::Qos(qos) => in_qos(qos),
            Scope::User(qos) => in_qos(qos) && job.request.user == mine.request.user,
            Scope::Account(qos) => in_qos(qos) && job.request.account == mine.request.account,
            Scope::Assoc(assoc) => self.cluster.tree.chain(job.assoc).contains(&assoc),
        }
    }

    /// What a running job holds of a resource; nothing where it is not known for sure.
    fn held(&self, runs: &Runs, tres: &TresName) -> u64 {
        let request = &self.job(runs.id).request;
        let kinds = self.cluster.nodes.kinds();
        match tres {
            TresName::Cpu => u64::from(request.cpus()),
            TresName::Node => runs.nodes.len() as u64,
            TresName::Gpu => u64::from(request.gpus()),
            TresName::GpuType(name) => runs.devices.as_ref().map_or(0, |devices| {
                let of = kinds.iter().zip(devices).find(|(kind, _)| kind.name == *name);
                of.map_or(0, |(_, &count)| u64::from(count))
            }),
            TresName::Billing | TresName::Shard => 0,
        }
    }

    fn asked(&self, job: &Job, tres: &TresName) -> u64 {
        let request = &job.request;
        match tres {
            TresName::Cpu => u64::from(request.cpus()),
            TresName::Node => u64::from(request.nodes),
            TresName::Gpu => u64::from(request.gpus()),
            TresName::GpuType(name) => match request.kind {
                Some(kind) if self.cluster.nodes.kinds()[kind].name == *name => u64::from(request.gpus()),
                Some(_) | None => 0,
            },
            TresName::Billing | TresName::Shard => 0,
        }
    }

    /// Seconds that a running job may still use, as of the last tick, by its usage factor.
    fn left(&self, runs: &Runs, tres: &TresName) -> f64 {
        let job = self.job(runs.id);
        let tick = self.now.floor_to(self.policy.priority.calc_period);
        let spent = tick.since(runs.since).0.min(job.request.limit.0);
        let factor = self.policy.qos[usize::from(job.request.qos)].usage_factor;
        self.held(runs, tres) as f64 * f64::from(job.request.limit.0 - spent) * factor
    }

    /// Whether one limit consents to a job on its nodes, all others of `running` being there.
    fn consents(&self, new: &Runs, rule: &Rule<'_>, tres: &TresName, most: u64) -> Holds {
        let job = self.job(new.id);
        let mine = || {
            self.running
                .iter()
                .filter(|other| self.counts(rule.scope, job, other))
        };
        let asked = self.asked(job, tres);
        let minutes = u64::from(job.request.limit.0.div_ceil(60));
        let name = rule.kind;
        if asked == 0 && name != "MinTRES" {
            return Ok(());
        }
        match name {
            "GrpTRES" | "MaxTRESPU" | "MaxTRESPA" if *tres == TresName::Node => {
                let mut nodes: Vec<NodeId> = mine().flat_map(|runs| runs.nodes.iter().copied()).collect();
                let before = count_of(&mut nodes);
                nodes.extend(&new.nodes);
                let after = count_of(&mut nodes);
                prop_assert!(
                    after == before || after as u64 <= most,
                    "{name} of nodes: {after} of {most}"
                );
            }
            "GrpTRES" | "MaxTRESPU" | "MaxTRESPA" => {
                let used: u64 = mine().map(|runs| self.held(runs, tres)).sum();
                prop_assert!(used + asked <= most, "{name} {tres}: {used} + {asked} of {most}");
            }
            "GrpTRESRunMins" | "RunMinsPU" | "RunMinsPA" => {
                let left: f64 = mine().map(|runs| self.left(runs, tres)).sum();
                let qos = &self.policy.qos[usize::from(job.request.qos)];
                let factor = if qos.usage_factor_safe {
                    qos.usage_factor
                } else {
                    1.0
                };
                // Each running job's seconds are whole.
                let used = if qos.usage_factor == 0.0 {
                    // To those who are charged nothing, what others have counts nothing.
                    0
                } else {
                    ((left - mine().count() as f64).max(0.0) / 60.0) as u64
                };
                let own = asked * ((minutes as f64 * factor) as u64);
                prop_assert!(
                    own == 0 || used + own <= most,
                    "{name} {tres}: {used} + {own} of {most}"
                );
            }
            "MaxTRES" => prop_assert!(asked <= most, "{name} {tres}: {asked} of {most}"),
            "MaxTRESPerNode" => prop_assert!(asked / u64::from(job.request.nodes) <= most, "{name} {tres}"),
            "MinTRES" => {
                let billing = matches!(tres, TresName::Billing | TresName::Shard);
                prop_assert!(billing || asked >= most, "{name} {tres}: {asked} of {most}");
            }
            "MaxTRESMins" => {
                let qos = &self.policy.qos[usize::from(job.request.qos)];
                let safe = qos.usage_factor_safe;
                prop_assert!(safe || asked * minutes <= most, "{name} {tres}");
            }
            other => unreachable!("no resource is counted by {other}"),
        }
        Ok(())
    }

    /// Every limit in force, those of a QOS in place of later ones of their kind and resource.
    fn every_limit_consents(&self, new: &Runs) -> Holds {
        let job = self.job(new.id);
        let own = job.request.qos;
        let part = self.partition_qos(new.partition).filter(|&part| part != own);
        let mut sources = vec![own];
        if let Some(part) = part {
            let at = usize::from(self.policy.qos[usize::from(own)].over_part_qos);
            sources.insert(at, part);
        }
        let of_qos = sources.len();
        let lists = sources
            .iter()
            .map(|&qos| rules_of_qos(&self.policy.qos[usize::from(qos)].limits, qos));
        let of_assoc = self.cluster.tree.chain(job.assoc).iter().map(|&assoc| {
            let row = self.cluster.tree.row(assoc);
            rules_of_assoc(&row.limits, assoc, matches!(row.kind, AssocKind::User(_)))
        });
        let mut set: Vec<(usize, &'static str, Option<TresName>)> = Vec::new();
        // What associations may hold is multiplied by the LimitFactor of the first QOS that has one.
        let factor = sources
            .iter()
            .find_map(|&qos| self.policy.qos[usize::from(qos)].limit_factor);
        for (source, rules) in lists.chain(of_assoc).enumerate() {
            for rule in &rules {
                let replaced = |tres: Option<&TresName>| {
                    set.iter().any(|(by, kind, of)| {
                        let same = *kind == rule.kind
                            || (rule.kind == "MaxJobs" && matches!(*kind, "MaxJobsPU" | "MaxJobsPA"));
                        *by != source && *by < of_qos && same && of.as_ref() == tres
                    })
                };
                match &rule.on {
                    On::Counts(counts) => {
                        for (tres, most) in counts.iter().filter(|(tres, _)| !replaced(Some(tres))) {
                            let most = match (rule.kind, factor) {
                                ("GrpTRES" | "MaxTRES", Some(factor)) if source >= of_qos => {
                                    (most as f64 * factor).floor() as u64
                                }
                                _ => most,
                            };
                            self.consents(new, rule, tres, most)?;
                        }
                    }
                    On::Number(Some(most)) if !replaced(None) => {
                        let used = self
                            .running
                            .iter()
                            .filter(|r| self.counts(rule.scope, job, r))
                            .count();
                        prop_assert!((used as u32) < *most, "{}: {used} of {most}", rule.kind);
                    }
                    On::Wall(Some(most)) if !replaced(None) => {
                        // UsageFactorSafe counts every minute of the limit by the usage factor.
                        let qos = &self.policy.qos[usize::from(own)];
                        let factor = if qos.usage_factor_safe {
                            qos.usage_factor
                        } else {
                            1.0
                        };
                        let own = (f64::from(job.request.limit.0.div_ceil(60)) * factor) as u32;
                        prop_assert!(own <= most.0.div_ceil(60), "{}", rule.kind);
                    }
                    On::Number(_) | On::Wall(_) => {}
                }
            }
            for rule in &rules {
                match &rule.on {
                    On::Counts(counts) => {
                        set.extend(
                            counts
                                .iter()
                                .map(|(tres, _)| (source, rule.kind, Some(tres.clone()))),
                        );
                    }
                    On::Number(Some(_)) | On::Wall(Some(_)) => set.push((source, rule.kind, None)),
                    On::Number(None) | On::Wall(None) => {}
                }
            }
        }
        Ok(())
    }
}

fn count_of(nodes: &mut Vec<NodeId>) -> usize {
    nodes.sort();
    nodes.dedup();
    nodes.len()
}

fn starts_have_consent(world: &World) -> Holds {
    let policy = &world.scenario.policy;
    let mut running: Vec<Runs> = Vec::new();
    at_every_instant(world, |now, happened, run| {
        let cluster = run.cluster();
        for (_, what) in happened {
            match what {
                Happened::Started {
                    job,
                    partition,
                    nodes,
                    ..
                } => {
                    let known = &cluster.jobs[*job];
                    let new = Runs {
                        id: *job,
                        partition: *partition,
                        nodes: nodes.to_vec(),
                        since: now,
                        devices: (known.on.nodes() == &nodes[..])
                            .then(|| known.on.devices(&known.request, cluster.nodes.kinds().len())),
                    };
                    let at = At {
                        policy,
                        cluster,
                        running: &running,
                        now,
                    };
                    at.every_limit_consents(&new)
                        .map_err(|error| TestCaseError::fail(format!("{now}, {job}: {error}")))?;
                    if let Some((array, throttle)) = known.request.array {
                        let tasks =
                            |id: JobId| cluster.jobs[id].request.array.is_some_and(|(a, _)| a == array);
                        let tasks = running.iter().filter(|runs| tasks(runs.id)).count();
                        prop_assert!(tasks < throttle as usize);
                    }
                    running.push(new);
                }
                Happened::Ended(job, _) => running.retain(|runs| runs.id != *job),
                Happened::Refused(..) | Happened::Preempted { .. } => {}
            }
        }
        Ok(())
    })
    .map(drop)
}

#[test]
fn every_start_in_a_wild_world_has_the_consent_of_every_limit() {
    in_wild_worlds(16, 1_500, starts_have_consent);
}
