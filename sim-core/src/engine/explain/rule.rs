//! The rule that holds a job, with both sides of the comparison, and what would have to change.
//!
//! What a smaller request would do is not worked out from the rule: the smaller request is tested against all limits, so
//! that a remedy named here is one.

use serde::{Deserialize, Serialize};

use super::instead::{of_gpus, widest};
use crate::cluster::{AssocKind, Cluster, Job, Who};
use crate::ids::{AccountId, PartitionId};
use crate::reason::{LimitKind, Reason};
use crate::scenario::Policy;
use crate::sched::limits::{self, Held, Scope, Unit};
use crate::units::Span;
use crate::workload::Request;

/// A limit, or a partition's rule, that holds a job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Its name, as `squeue` would show it.
    pub reason: Reason,
    /// What is used already.
    pub used: u64,
    /// What the job would add.
    pub asked: u64,
    /// What there may be; for MinTRES the least that a job must ask for.
    pub limit: u64,
    /// In what the three are measured.
    pub measure: Measure,
    /// Whose limit it is, and whose jobs are counted together.
    pub of: Whose,
    /// Whether the job can never start like this, whatever ends.
    pub forever: bool,
    /// What would have to change: any one of these.
    pub ways: Vec<Way>,
}

/// What a rule is measured in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// So much of the resource of this name.
    Amount(String),
    /// So much of it, times minutes.
    Minutes(String),
    /// Minutes.
    Time,
    /// Jobs.
    Jobs,
    /// Nothing: a rule without a number.
    Nothing,
}

/// Whose rule it is, and whose jobs are counted together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// A partition's.
    Partition(String),
    /// An array's own.
    Array(u32),
    /// All jobs of a QOS.
    Qos(String),
    /// One person's jobs of a QOS.
    PersonInQos(String),
    /// One account's jobs of a QOS.
    AccountInQos {
        /// The QOS.
        qos: String,
        /// The account.
        account: String,
    },
    /// An account with all below it.
    Account(String),
    /// One person in an account.
    PersonInAccount(String),
}

/// What would have to change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// So much of what is counted has to be given back, in the rule's measure.
    GiveBack(u64),
    /// So much of what was used has to be forgotten, in the rule's measure.
    Fade(u64),
    /// So many GPUs at most.
    GpusAtMost(u32),
    /// So many GPUs at least.
    GpusAtLeast(u32),
    /// So long a time limit at most.
    LimitAtMost(Span),
    /// Another partition, of this name.
    Partition(String),
    /// An admin changes the rule.
    Admin,
}

/// More GPUs than that nobody looks for to please MinTRES.
const MOST_GPUS: u32 = 4096;

/// The rule that holds a job in a partition now, if any.
pub(super) fn rule(cluster: &Cluster, policy: &Policy, job: &Job, partition: PartitionId) -> Option<Rule> {
    let held = limits::explain(cluster, job, partition)?;
    let tres = |tres| cluster.amounts.table.name(tres).to_string();
    Some(Rule {
        reason: held.reason,
        used: held.used,
        asked: held.asked,
        limit: held.limit,
        measure: match held.unit {
            Unit::Amount(of) => Measure::Amount(tres(of)),
            Unit::Minutes(of) => Measure::Minutes(tres(of)),
            Unit::Time => Measure::Time,
            Unit::Jobs => Measure::Jobs,
            Unit::Nothing => Measure::Nothing,
        },
        of: whose(cluster, policy, held.scope),
        forever: limits::forbidden(cluster, job, partition),
        ways: ways(cluster, policy, job, partition, &held),
    })
}

/// Name of an account: accounts that the policy does not list have a number.
pub(super) fn account_name(policy: &Policy, id: AccountId) -> String {
    match usize::from(id).checked_sub(1) {
        None => String::from("root"),
        Some(at) => match policy.associations.accounts.get(at) {
            Some(spec) => spec.name.clone(),
            None => id.to_string(),
        },
    }
}

fn whose(cluster: &Cluster, policy: &Policy, scope: Scope) -> Whose {
    let qos = |id| policy.qos[usize::from(id)].name.clone();
    match scope {
        Scope::Partition(id) => Whose::Partition(policy.partitions[usize::from(id)].name.clone()),
        Scope::Array(id) => Whose::Array(id.0),
        Scope::Jobs(Who::Qos(id)) => Whose::Qos(qos(id)),
        Scope::Jobs(Who::User(id, _)) => Whose::PersonInQos(qos(id)),
        Scope::Jobs(Who::Account(id, account)) => Whose::AccountInQos {
            qos: qos(id),
            account: account_name(policy, account),
        },
        Scope::Jobs(Who::Assoc(id)) => match cluster.tree.row(id).kind {
            AssocKind::Account(account) => Whose::Account(account_name(policy, account)),
            AssocKind::User(_) | AssocKind::RootUser => {
                Whose::PersonInAccount(account_name(policy, cluster.tree.account_of(id)))
            }
        },
    }
}

/// How a limit can come to hold a job no more.
enum Relief {
    /// Others' jobs end.
    GiveBack,
    /// Past use is forgotten.
    Fade,
    /// Only by another request.
    Request,
}

fn relief(reason: Reason) -> Relief {
    match reason {
        Reason::JobArrayTaskLimit => Relief::GiveBack,
        Reason::Limit(limit) => match limit.kind {
            LimitKind::GrpTres(_)
            | LimitKind::MaxTresPerUser(_)
            | LimitKind::MaxTresPerAccount(_)
            | LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_)
            | LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount
            | LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => Relief::GiveBack,
            LimitKind::GrpTresMins(_) | LimitKind::GrpWall => Relief::Fade,
            LimitKind::MaxTresPerJob(_)
            | LimitKind::MaxTresPerNode(_)
            | LimitKind::MaxTresMinsPerJob(_)
            | LimitKind::MinTresPerJob(_)
            | LimitKind::MaxWall => Relief::Request,
        },
        Reason::None
        | Reason::Priority
        | Reason::Resources
        | Reason::PartitionTimeLimit
        | Reason::PartitionNodeLimit
        | Reason::PartitionDown
        | Reason::PartitionInactive
        | Reason::PartitionConfig
        | Reason::AccountNotAllowed
        | Reason::QosNotAllowed
        | Reason::BeginTime
        | Reason::Dependency
        | Reason::DependencyNeverSatisfied
        | Reason::JobHeldUser
        | Reason::JobHeldAdmin
        | Reason::Reservation
        | Reason::ReservationDeleted
        | Reason::ReqNodeNotAvail(_)
        | Reason::BadConstraints
        | Reason::MovingOut => Relief::Request,
    }
}

fn ways(cluster: &Cluster, policy: &Policy, job: &Job, partition: PartitionId, held: &Held) -> Vec<Way> {
    let mut ways = Vec::new();
    let over = (held.used + held.asked).saturating_sub(held.limit);
    match relief(held.reason) {
        Relief::GiveBack if held.asked <= held.limit => ways.push(Way::GiveBack(over)),
        Relief::Fade if held.asked <= held.limit && policy.priority.half_life.is_some() => {
            let least = if cluster.limits.enforce.safe {
                over
            } else {
                held.used + 1 - held.limit
            };
            ways.push(Way::Fade(least));
        }
        Relief::GiveBack | Relief::Fade | Relief::Request => {}
    }
    let mut trial = Trial {
        cluster,
        job: job.clone(),
        partition,
    };
    ways.extend(trial.fewer_gpus(&job.request).map(Way::GpusAtMost));
    ways.extend(trial.more_gpus(&job.request, held).map(Way::GpusAtLeast));
    ways.extend(trial.shorter(&job.request).map(Way::LimitAtMost));
    trial.job.request = job.request;
    for other in cluster.partitions.ids() {
        if !job.request.partitions().any(|own| own == other) && trial.goes_through(other) {
            ways.push(Way::Partition(policy.partitions[usize::from(other)].name.clone()));
        }
    }
    if ways.is_empty() {
        ways.push(Way::Admin);
    }
    ways
}

/// A job whose request is changed to see whether it goes through.
struct Trial<'a> {
    cluster: &'a Cluster,
    job: Job,
    partition: PartitionId,
}

impl Trial<'_> {
    /// Whether no limit would hold it in a partition that has such nodes.
    fn goes_through(&self, partition: PartitionId) -> bool {
        let installed = self.cluster.nodes.installed();
        let wanted = self.job.request.nodes as usize;
        let nodes = self.cluster.partitions[partition].nodes.iter();
        nodes
            .filter(|&node| installed.fits(node, &self.job.request))
            .take(wanted)
            .count()
            == wanted
            && limits::explain(self.cluster, &self.job, partition).is_none()
    }

    fn with(&mut self, request: Option<Request>) -> bool {
        let Some(request) = request else {
            return false;
        };
        self.job.request = request;
        self.goes_through(self.partition)
    }

    fn fewer_gpus(&mut self, request: &Request) -> Option<u32> {
        let each = widest(self.cluster, request, self.partition);
        let found = (1..request.gpus())
            .rev()
            .find(|&gpus| self.with(of_gpus(request, gpus, each)));
        self.job.request = *request;
        found
    }

    fn more_gpus(&mut self, request: &Request, held: &Held) -> Option<u32> {
        if held.asked >= held.limit || held.used > 0 {
            return None;
        }
        let each = widest(self.cluster, request, self.partition);
        let found = (request.gpus() + 1..=MOST_GPUS).find(|&gpus| self.with(of_gpus(request, gpus, each)));
        self.job.request = *request;
        found
    }

    /// The longest shorter time limit: what goes through with one goes through with any shorter one.
    fn shorter(&mut self, request: &Request) -> Option<Span> {
        let mut of_minutes = |minutes: u32| {
            let limit = Span::mins(minutes);
            self.with(Some(Request { limit, ..*request }))
        };
        let (mut goes, mut held) = (0, request.limit.mins_up());
        while goes + 1 < held {
            let middle = goes + (held - goes) / 2;
            if of_minutes(middle) {
                goes = middle;
            } else {
                held = middle;
            }
        }
        self.job.request = *request;
        (goes > 0).then_some(Span::mins(goes))
    }
}
