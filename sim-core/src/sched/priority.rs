//! Multifactor priority (`docs/slurm.md`, *Priority*), each factor kept so that it can be shown.
//!
//! What follows from the policy alone is worked out once, in [`Rules`]; what is left depends on the job and the clock.

use crate::cluster::{Cluster, Job, Record, Shapes, Steady, Tree, TresIx, TresTable};
use crate::ids::{AssocId, PartitionId, QosId, ShapeId, Table};
use crate::scenario::Policy;
use crate::units::{Span, Time};

/// Weights, and the factors that are the same for every job of a partition, a QOS or an association.
#[derive(Clone, Debug)]
pub struct Rules {
    /// PriorityWeightAge.
    pub weight_age: f64,
    /// PriorityWeightAssoc.
    pub weight_assoc: f64,
    /// PriorityWeightFairshare.
    pub weight_fairshare: f64,
    /// PriorityWeightJobSize.
    pub weight_job_size: f64,
    /// PriorityWeightPartition.
    pub weight_partition: f64,
    /// PriorityWeightQOS.
    pub weight_qos: f64,
    max_age: Span,
    partitions: Table<PartitionId, f64>,
    qos: Table<QosId, f64>,
    assoc: Table<AssocId, f64>,
    /// For each partition its weighted resources: weight, and what the amount is divided by.
    tres: Table<PartitionId, Vec<(TresIx, f64, f64)>>,
    job_size: JobSize,
    favor_small: bool,
    installed: Installed,
}

/// Nodes and CPUs of the whole cluster, which job size is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Installed {
    /// Nodes.
    pub nodes: u32,
    /// CPUs over all nodes.
    pub cpus: u32,
}

/// What job size is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum JobSize {
    /// Shares of the cluster's nodes and CPUs.
    OfCluster,
    /// SMALL_RELATIVE_TO_TIME: CPUs by minutes of the time limit.
    RelativeToTime,
}

/// What of a job decides its priority.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Subject<'a> {
    /// Time since it began to gain age; zero if it has not.
    pub age: Span,
    /// Its association.
    pub assoc: AssocId,
    /// Fair-share factor of its association as of the last tick.
    pub fairshare: f64,
    /// Where it is queued: a job in several partitions has a priority in each.
    pub partition: PartitionId,
    /// Its QOS.
    pub qos: QosId,
    /// Nodes, the fewest it asks for.
    pub nodes: u32,
    /// CPUs over all nodes; 0 if they are not known.
    pub cpus: u32,
    /// Time limit, or MaxTime of the partition if it has none.
    pub time_limit: Span,
    /// What it asks for by name.
    pub tres: &'a [(TresIx, u64)],
    /// Nice: lowers the priority.
    pub nice: i64,
}

/// The factors of one job, each 0 to 1 unless a NO_NORMAL flag is set. A factor without weight is 0, as in Slurm.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Factors {
    /// Age over PriorityMaxAge.
    pub age: f64,
    /// Priority of its association over the largest.
    pub assoc: f64,
    /// Rank of its user in the tree, as of the last tick.
    pub fairshare: f64,
    /// Nodes and CPUs over those of the cluster.
    pub job_size: f64,
    /// Its partition's PriorityJobFactor over the largest.
    pub partition: f64,
    /// Its QOS' priority over the largest.
    pub qos: f64,
    /// Sum over resources of weight times factor: already weighted.
    pub tres: f64,
    /// Nice: what is taken off.
    pub nice: i64,
}

impl Rules {
    /// The rules of a policy. `totals` holds what each partition has of each resource, in the order of the table; only
    /// PriorityWeightTRES asks for it.
    pub fn new(
        policy: &Policy,
        tree: &Tree,
        table: &TresTable,
        totals: &[Vec<u64>],
        installed: Installed,
    ) -> Rules {
        let p = &policy.priority;
        let top_part = policy.partitions.iter().map(|part| part.job_factor).max();
        let top_qos = policy.qos.iter().map(|qos| qos.priority).max();
        let weighted = table.weights(&p.weight_tres);
        let of_partition = |index: usize| {
            let total = |tres: TresIx| {
                totals
                    .get(index)
                    .and_then(|row| row.get(usize::from(tres)))
                    .map_or(0, |&total| total)
            };
            weighted
                .iter()
                .filter(|&&(tres, _)| total(tres) > 0)
                .map(|&(tres, weight)| {
                    let by = if p.no_normal_tres { 1.0 } else { total(tres) as f64 };
                    (tres, weight, by)
                })
                .collect()
        };
        Rules {
            weight_age: f64::from(p.weight_age),
            weight_assoc: f64::from(p.weight_assoc),
            weight_fairshare: f64::from(p.weight_fairshare),
            weight_job_size: f64::from(p.weight_job_size),
            weight_partition: f64::from(p.weight_partition),
            weight_qos: f64::from(p.weight_qos),
            max_age: p.max_age,
            partitions: policy
                .partitions
                .iter()
                .map(|part| of_top(part.job_factor, top_part.unwrap_or(1), p.no_normal_part))
                .collect(),
            qos: policy
                .qos
                .iter()
                .map(|qos| of_top(qos.priority, top_qos.unwrap_or(0), p.no_normal_qos))
                .collect(),
            assoc: tree
                .entries()
                .map(|(_, row)| of_top(row.priority, tree.top_priority(), p.no_normal_assoc))
                .collect(),
            tres: (0..policy.partitions.len()).map(of_partition).collect(),
            job_size: if p.small_relative_to_time {
                JobSize::RelativeToTime
            } else {
                JobSize::OfCluster
            },
            favor_small: p.favor_small,
            installed,
        }
    }

    /// The factors of a job.
    pub fn factors(&self, job: &Subject<'_>) -> Factors {
        Factors {
            age: weighed(self.weight_age, || self.age(job.age)),
            assoc: weighed(self.weight_assoc, || self.assoc[job.assoc]),
            fairshare: weighed(self.weight_fairshare, || job.fairshare),
            job_size: weighed(self.weight_job_size, || self.job_size(job)),
            partition: weighed(self.weight_partition, || self.partitions[job.partition]),
            qos: weighed(self.weight_qos, || self.qos[job.qos]),
            tres: self
                .tres_factors(job)
                .fold(0.0, |sum, (_, weight, factor)| sum + factor * weight),
            nice: job.nice,
        }
    }

    /// The factors of a waiting job some time after `before`: only age and fair share move while it waits.
    pub fn later(&self, before: &Factors, age: Span, fairshare: f64) -> Factors {
        Factors {
            age: weighed(self.weight_age, || self.age(age)),
            fairshare: weighed(self.weight_fairshare, || fairshare),
            ..*before
        }
    }

    /// Each weighted resource that a job asks for: weight and factor.
    pub fn tres_factors<'a>(&'a self, job: &'a Subject<'_>) -> impl Iterator<Item = (TresIx, f64, f64)> + 'a {
        self.tres[job.partition].iter().filter_map(|&(tres, weight, by)| {
            let &(_, amount) = job.tres.iter().find(|(other, _)| *other == tres)?;
            Some((tres, weight, amount as f64 / by))
        })
    }

    /// The weighted sum.
    pub fn sum(&self, f: &Factors) -> f64 {
        self.sum_of(f.age, f.fairshare, &self.steady(f))
    }

    /// The weighted sum, truncated toward zero, at least 1 (0 is for held jobs) and at most 32 bits.
    pub fn priority(&self, f: &Factors) -> u32 {
        truncated(self.sum(f))
    }

    fn steady(&self, f: &Factors) -> Steady {
        Steady {
            assoc: self.weight_assoc * f.assoc,
            job_size: self.weight_job_size * f.job_size,
            partition: self.weight_partition * f.partition,
            qos: self.weight_qos * f.qos,
            tres: f.tres,
            nice: f.nice as f64,
        }
    }

    /// In Slurm's order, which decides the last bit.
    #[inline]
    fn sum_of(&self, age: f64, fairshare: f64, steady: &Steady) -> f64 {
        self.weight_age * age
            + steady.assoc
            + self.weight_fairshare * fairshare
            + steady.job_size
            + steady.partition
            + steady.qos
            + steady.tres
            - steady.nice
    }

    fn age(&self, age: Span) -> f64 {
        if age < self.max_age {
            f64::from(age.0) / f64::from(self.max_age.0)
        } else {
            1.0
        }
    }

    fn job_size(&self, job: &Subject<'_>) -> f64 {
        let (nodes, cpus) = (f64::from(job.nodes), f64::from(job.cpus));
        let all_nodes = f64::from(self.installed.nodes.max(1));
        let all_cpus = f64::from(self.installed.cpus.max(1));
        let size = match self.job_size {
            JobSize::RelativeToTime => {
                let minutes = f64::from(job.time_limit.mins_up().max(1));
                let size = (nodes * all_cpus / all_nodes).max(cpus) / minutes / all_cpus;
                if self.favor_small { 1.0 - size } else { size }
            }
            JobSize::OfCluster => {
                let part = |own: f64, all: f64| {
                    let counted = if self.favor_small { all - own } else { own };
                    counted / all
                };
                if job.cpus == 0 {
                    part(nodes, all_nodes)
                } else {
                    (part(nodes, all_nodes) + part(cpus, all_cpus)) / 2.0
                }
            }
        };
        size.clamp(0.0, 1.0)
    }
}

#[inline]
fn truncated(sum: f64) -> u32 {
    // A float-to-integer cast truncates toward zero and saturates.
    (sum as u32).max(1)
}

/// A factor that counts, or 0.
fn weighed(weight: f64, factor: impl FnOnce() -> f64) -> f64 {
    if weight == 0.0 { 0.0 } else { factor() }
}

/// A number over the largest of its kind, or with NO_NORMAL the number itself.
fn of_top(own: u32, top: u32, no_normal: bool) -> f64 {
    if no_normal {
        f64::from(own)
    } else {
        f64::from(own) / f64::from(top.max(1))
    }
}

/// The rules of a cluster. Where CPUs are not counted GPUs stand for them in job size.
pub fn rules(cluster: &Cluster, policy: &Policy) -> Rules {
    let all = cluster.nodes.installed();
    let cpus = if all.counts_cpus() {
        (0..cluster.nodes.len())
            .map(|node| all.cpus(node))
            .fold(0, u32::saturating_add)
    } else {
        all.total()
    };
    let installed = Installed {
        nodes: u32::try_from(cluster.nodes.len()).unwrap_or(u32::MAX),
        cpus,
    };
    let totals = cluster.amounts.totals(&cluster.nodes, &cluster.partitions);
    Rules::new(policy, &cluster.tree, &cluster.amounts.table, &totals, installed)
}

/// The factors of a pending job in a partition at `now`, if it gains age since then.
pub fn factors(
    rules: &Rules,
    cluster: &Cluster,
    job: &Job,
    partition: PartitionId,
    accrues: Option<Time>,
    now: Time,
) -> Factors {
    let request = &job.request;
    let asked: Vec<(TresIx, u64)> = rules.tres[partition]
        .iter()
        .map(|&(tres, _, _)| (tres, cluster.amounts.requested(request, partition, tres)))
        .collect();
    rules.factors(&Subject {
        age: accrues.map_or(Span::ZERO, |since| now.since(since)),
        assoc: job.assoc,
        fairshare: cluster.usage.factor(job.assoc),
        partition,
        qos: request.qos,
        nodes: request.nodes,
        cpus: request.cpus(),
        time_limit: request.limit,
        tres: &asked,
        nice: i64::from(request.nice),
    })
}

/// Each weighted resource that a job asks for in a partition: weight and factor.
pub fn tres_factors<'a>(
    rules: &'a Rules,
    cluster: &'a Cluster,
    job: &'a Job,
    partition: PartitionId,
) -> impl Iterator<Item = (TresIx, f64, f64)> + 'a {
    rules.tres[partition].iter().map(move |&(tres, weight, by)| {
        let amount = cluster.amounts.requested(&job.request, partition, tres);
        (tres, weight, amount as f64 / by)
    })
}

/// The priority of a pending job in a partition at `now`, if it gains age since `accrues`: what an admin has set, or else
/// what the rules say.
#[inline]
pub fn priority(
    rules: &Rules,
    cluster: &Cluster,
    job: &Job,
    partition: PartitionId,
    accrues: Option<Time>,
    now: Time,
) -> u32 {
    let shape = Shapes::of_place(job.shape, &job.request, partition);
    let standing = Standing::of(rules, cluster, job, partition, shape);
    job.set_priority
        .unwrap_or_else(|| standing.since(rules, accrues, now))
}

/// What of a priority is the same for all that ask for the same, until the next tick.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Standing {
    steady: Steady,
    fairshare: f64,
}

impl Standing {
    fn of(rules: &Rules, cluster: &Cluster, job: &Job, partition: PartitionId, shape: ShapeId) -> Standing {
        // Only what does not change while a job waits is asked of the factors.
        let read = || rules.steady(&factors(rules, cluster, job, partition, None, Time::ZERO));
        Standing {
            steady: cluster.shapes.steady(shape, cluster.ledgers.rules_stamp(), read),
            fairshare: weighed(rules.weight_fairshare, || cluster.usage.factor(job.assoc)),
        }
    }

    /// The priority of one that gains age since then.
    #[inline]
    fn since(&self, rules: &Rules, accrues: Option<Time>, now: Time) -> u32 {
        let age = weighed(rules.weight_age, || {
            rules.age(accrues.map_or(Span::ZERO, |since| now.since(since)))
        });
        truncated(rules.sum_of(age, self.fairshare, &self.steady))
    }

    /// The priority of a place at a tick; notes there if only age is its own.
    #[inline]
    pub fn at_tick(&self, rules: &Rules, cluster: &Cluster, place: &mut Record, now: Time) -> u32 {
        if place.since.is_none() {
            let job = &cluster.jobs[place.job()];
            match job.set_priority {
                Some(set) => return set,
                None if job.accrues.is_none() => return self.since(rules, None, now),
                None => place.since = job.accrues,
            }
        }
        self.since(rules, place.since, now)
    }
}

/// How those stand who ask for the same as a place's job.
pub fn standing(rules: &Rules, cluster: &Cluster, place: &Record) -> Standing {
    let job = &cluster.jobs[place.job()];
    Standing::of(rules, cluster, job, place.partition, place.shape)
}

#[cfg(test)]
mod tests;
