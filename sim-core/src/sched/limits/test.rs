//! One job against one limit (`docs/slurm.md`, *What each limit compares*, *Run-minutes*, *Budgets*).

use super::{Held, Scope, Unit};
use crate::cluster::{Allocation, Check, Cluster, Job, Owner, TresIx, Who};
use crate::ids::PartitionId;
use crate::reason::LimitKind;

/// What a job is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Against {
    /// All that is used now.
    Now,
    /// Nothing: it alone.
    Nothing,
}

/// A job that wants to start.
pub(super) struct Candidate<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) job: &'a Job,
    pub(super) partition: PartitionId,
    pub(super) against: Against,
    /// The nodes found for it, if any were.
    pub(super) on: Option<&'a Allocation>,
    /// Whether UsageFactorSafe is looked at.
    pub(super) factor: Factor,
}

/// Whether the time limit of a candidate counts by UsageFactor where its QOS says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Factor {
    /// It does.
    AsTheQosSays,
    /// It never does: at submission.
    Ignored,
}

/// The two sides of a comparison: used, asked, limit.
pub(super) type Sides = (u64, u64, u64);

impl<'a> Candidate<'a> {
    pub(super) fn new(
        cluster: &'a Cluster,
        job: &'a Job,
        partition: PartitionId,
        against: Against,
    ) -> Candidate<'a> {
        Candidate {
            cluster,
            job,
            partition,
            against,
            on: None,
            factor: Factor::AsTheQosSays,
        }
    }

    /// A comparison because of which the job may not start, told in full.
    #[cold]
    pub(super) fn tell(&self, check: &Check, (used, asked, limit): Sides) -> Held {
        let unit = match check.kind {
            LimitKind::GrpTres(_)
            | LimitKind::MaxTresPerUser(_)
            | LimitKind::MaxTresPerAccount(_)
            | LimitKind::MaxTresPerJob(_)
            | LimitKind::MaxTresPerNode(_)
            | LimitKind::MinTresPerJob(_) => Unit::Amount(check.tres),
            LimitKind::GrpTresMins(_)
            | LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_)
            | LimitKind::MaxTresMinsPerJob(_) => Unit::Minutes(check.tres),
            LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount
            | LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => Unit::Jobs,
            LimitKind::GrpWall | LimitKind::MaxWall => Unit::Time,
        };
        Held {
            reason: check.reason(),
            used,
            asked,
            limit,
            unit,
            scope: Scope::Jobs(self.who(check)),
        }
    }

    /// Whether a budget is used up on which the job runs.
    pub(super) fn has_spent(&self, check: &Check) -> bool {
        match check.kind {
            LimitKind::GrpTresMins(_) => {
                self.cluster.amounts.allocated(self.job, check.tres) > 0
                    && self.used_minutes(check) >= check.limit
            }
            LimitKind::GrpWall => self.used_wall(check) >= check.limit,
            _ => false,
        }
    }

    fn who(&self, check: &Check) -> Who {
        check.who(self.job.request.user, self.job.request.account)
    }

    /// Both sides of the comparison, if the job may not start because of it.
    pub(super) fn fails(&self, check: &Check) -> Option<Sides> {
        let limit = self.limit_of(check);
        // Nobody is held by a limit on what they do not ask for.
        let over =
            |used: u64, asked: u64| (asked > 0 && used + asked > limit).then_some((used, asked, limit));
        let alone = |asked: u64| (asked > limit).then_some((0, asked, limit));
        match check.kind {
            LimitKind::GrpTres(_) | LimitKind::MaxTresPerUser(_) | LimitKind::MaxTresPerAccount(_) => {
                let asked = match self.on {
                    Some(on) if check.tres == TresIx::NODE => {
                        self.cluster.ledgers.new_nodes(self.who(check), on.nodes())
                    }
                    Some(_) | None => self.asked(check.tres),
                };
                over(
                    self.count(|who| self.cluster.ledgers.held(who, check.tres), check),
                    asked,
                )
            }
            LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_) => {
                over(self.left_minutes(check), self.asked(check.tres) * self.minutes())
            }
            LimitKind::GrpTresMins(_) => {
                let asked = self.asked(check.tres) * self.minutes();
                let used = self.used_minutes(check);
                if asked > 0 && used >= limit {
                    Some((used, asked, limit))
                } else if self.cluster.limits.enforce.safe {
                    over(used + self.left_minutes(check), asked)
                } else {
                    None
                }
            }
            LimitKind::MaxTresPerJob(_) => alone(self.asked(check.tres)),
            LimitKind::MaxTresPerNode(_) => {
                alone(self.asked(check.tres) / u64::from(self.job.request.nodes.max(1)))
            }
            LimitKind::MaxTresMinsPerJob(_) => alone(self.asked(check.tres) * self.minutes()),
            LimitKind::MinTresPerJob(_) => {
                let asked = self.asked(check.tres);
                (asked < limit).then_some((0, asked, limit))
            }
            LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount => {
                over(self.count(|who| self.cluster.ledgers.running(who), check), 1)
            }
            LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => {
                over(self.count(|who| self.cluster.ledgers.submitted(who), check), 1)
            }
            LimitKind::GrpWall => {
                let used = self.used_wall(check);
                if used >= limit {
                    Some((used, self.minutes(), limit))
                } else if self.cluster.limits.enforce.safe {
                    over(used, self.minutes())
                } else {
                    None
                }
            }
            LimitKind::MaxWall => alone(self.minutes()),
        }
    }

    /// The most there may be; of GrpTRES and MaxTRES of an association by LimitFactor, the job's first QOS' that has one.
    fn limit_of(&self, check: &Check) -> u64 {
        let factor = match (check.owner, check.kind) {
            (Owner::Assoc(_), LimitKind::GrpTres(_) | LimitKind::MaxTresPerJob(_)) => {
                let rules = &self.cluster.limits;
                let (first, second) = rules.order(self.partition, self.job.request.qos);
                let of = |qos| rules.qos[qos].limit_factor;
                of(first).or_else(|| of(second?))
            }
            _ => None,
        };
        // A float-to-integer cast truncates toward zero.
        factor.map_or(check.limit, |factor| (check.limit as f64 * factor) as u64)
    }

    /// Its time limit; by UsageFactor if its QOS has UsageFactorSafe.
    fn minutes(&self) -> u64 {
        let minutes = u64::from(self.job.request.limit.mins_up());
        let qos = self.job.request.qos;
        match self.factor {
            Factor::AsTheQosSays if self.cluster.limits.qos[qos].usage_factor_safe => {
                // A float-to-integer cast truncates toward zero.
                (minutes as f64 * self.cluster.amounts.usage_factor[qos]) as u64
            }
            Factor::AsTheQosSays | Factor::Ignored => minutes,
        }
    }

    /// UsageFactor 0: what others used does not count for it.
    fn is_free(&self) -> bool {
        self.cluster.amounts.usage_factor[self.job.request.qos] == 0.0
    }

    /// What the job asks for: of CPUs, those of the whole nodes that it gets, if it gets any.
    fn asked(&self, tres: TresIx) -> u64 {
        match self.on {
            Some(on) if tres == TresIx::CPU => {
                u64::from(on.cpus(&self.job.request, self.cluster.nodes.kinds().len()))
            }
            Some(_) | None => self
                .cluster
                .amounts
                .requested(&self.job.request, self.partition, tres),
        }
    }

    fn count(&self, sum: impl Fn(Who) -> Option<u64>, check: &Check) -> u64 {
        match self.against {
            Against::Now => sum(self.who(check)).unwrap_or(0),
            Against::Nothing => 0,
        }
    }

    /// Whole minutes of a resource that running jobs may still use.
    fn left_minutes(&self, check: &Check) -> u64 {
        if self.is_free() {
            return 0;
        }
        self.count(|who| self.cluster.ledgers.left(who, check.tres), check) / 60
    }

    /// Whole minutes of a resource that have been used.
    fn used_minutes(&self, check: &Check) -> u64 {
        if self.is_free() || self.against == Against::Nothing {
            return 0;
        }
        let usage = &self.cluster.usage;
        let seconds = match check.owner {
            Owner::Qos(qos) => usage.tres_seconds_of_qos(qos, check.tres),
            Owner::Assoc(assoc) => usage.tres_seconds(assoc, check.tres),
        };
        (seconds / 60.0) as u64
    }

    /// Whole minutes of wall time that have been used.
    fn used_wall(&self, check: &Check) -> u64 {
        if self.against == Against::Nothing {
            return 0;
        }
        let usage = &self.cluster.usage;
        let seconds = match check.owner {
            Owner::Qos(qos) => usage.wall_seconds_of_qos(qos),
            Owner::Assoc(assoc) => usage.wall_seconds(assoc),
        };
        (seconds / 60.0) as u64
    }
}
