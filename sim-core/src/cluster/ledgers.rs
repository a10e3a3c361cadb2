//! The sums that limits are compared with: GPUs held now, and GPU-seconds that running jobs may still use.

use super::job::Job;
use crate::ids::{AccountId, ArrayId, PartitionId, QosId, UserId};
use crate::scenario::{Limits, Policy};
use crate::units::Span;
use crate::workload::Request;

/// The limits in force for a (partition, QOS) pair, after Slurm's precedence: partition QOS, then job QOS, then the
/// association, each kind for itself. Run-minutes are in GPU-minutes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EffectiveLimits {
    /// MaxTRESPerUser, and the QOS that counts.
    pub max_tres_pu: Option<(QosId, u32)>,
    /// GrpTRESRunMins, and the QOS that counts.
    pub grp_run_mins: Option<(QosId, u32)>,
    /// MaxTRESRunMinsPerUser, and the QOS that counts.
    pub max_run_mins_pu: Option<(QosId, u32)>,
    /// GrpTRESRunMins of the user's association; not in force if a QOS sets that kind.
    pub user_run_mins: Option<u32>,
    /// GrpTRESRunMins of the account's association; not in force if a QOS sets that kind.
    pub account_run_mins: Option<u32>,
}

/// Running sums by QOS, by user in a QOS, by association, and by array.
#[derive(Clone, Debug)]
pub struct Ledgers {
    users: usize,
    /// The partition QOS of each partition, if any.
    partition_qos: Vec<Option<QosId>>,
    effective: Vec<EffectiveLimits>,
    qos_count: usize,
    held_pu: Vec<u32>,
    left_qos: Vec<u64>,
    left_pu: Vec<u64>,
    left_user: Vec<u64>,
    left_account: Vec<u64>,
    running_tasks: Vec<u32>,
}

impl Ledgers {
    /// Empty ledgers for so many users and accounts (root included).
    pub fn new(policy: &Policy, users: usize, accounts: usize) -> Ledgers {
        let qos_count = policy.qos.len();
        let partition_qos: Vec<Option<QosId>> = policy
            .partitions
            .iter()
            .map(|p| {
                p.qos
                    .as_ref()
                    .and_then(|name| policy.qos.iter().position(|q| &q.name == name))
                    .map(QosId::from)
            })
            .collect();
        let effective = partition_qos
            .iter()
            .flat_map(|&part| (0..qos_count).map(move |job| effective(policy, part, QosId::from(job))))
            .collect();
        Ledgers {
            users,
            partition_qos,
            effective,
            qos_count,
            held_pu: vec![0; qos_count * users],
            left_qos: vec![0; qos_count],
            left_pu: vec![0; qos_count * users],
            left_user: vec![0; users],
            left_account: vec![0; accounts],
            running_tasks: Vec::new(),
        }
    }

    /// Whether any run-minutes limit is set: only then can the fall of a ledger at a tick let a job start.
    pub fn limit_run_minutes(&self) -> bool {
        self.effective.iter().any(|e| {
            e.grp_run_mins.is_some()
                || e.max_run_mins_pu.is_some()
                || e.user_run_mins.is_some()
                || e.account_run_mins.is_some()
        })
    }
    /// The limits in force for a job of this QOS in this partition.
    pub fn effective(&self, partition: PartitionId, qos: QosId) -> &EffectiveLimits {
        &self.effective[usize::from(partition) * self.qos_count + usize::from(qos)]
    }
    /// The QOS whose limits are asked, in this order: the partition's, then the job's.
    pub fn precedence(&self, partition: PartitionId, qos: QosId) -> impl Iterator<Item = QosId> + use<> {
        let part = self.partition_qos[usize::from(partition)].filter(|&part| part != qos);
        part.into_iter().chain(std::iter::once(qos))
    }
    /// GPUs that a user holds in a QOS.
    pub fn held_by_user(&self, qos: QosId, user: UserId) -> u32 {
        self.held_pu[usize::from(qos) * self.users + usize::from(user)]
    }
    /// GPU-seconds that all running jobs of a QOS may still use.
    pub fn left_in_qos(&self, qos: QosId) -> u64 {
        self.left_qos[usize::from(qos)]
    }
    /// GPU-seconds that a user's running jobs in a QOS may still use.
    pub fn left_of_user(&self, qos: QosId, user: UserId) -> u64 {
        self.left_pu[usize::from(qos) * self.users + usize::from(user)]
    }
    /// GPU-seconds that the running jobs of a user's association may still use.
    pub fn left_of_association(&self, user: UserId) -> u64 {
        self.left_user[usize::from(user)]
    }
    /// GPU-seconds that the running jobs below an account may still use.
    pub fn left_of_account(&self, account: AccountId) -> u64 {
        self.left_account[usize::from(account)]
    }
    /// Running tasks of an array.
    pub fn running_tasks(&self, array: ArrayId) -> u32 {
        self.running_tasks.get(usize::from(array)).copied().unwrap_or(0)
    }

    /// A job starts with its whole product of GPUs and time limit.
    pub fn start(&mut self, job: &Job) {
        let request = &job.request;
        let gpu_seconds = u64::from(request.gpus()) * u64::from(job.on_ledger.0);
        self.for_qos(job, |ledgers, qos| {
            let user = qos * ledgers.users + usize::from(request.user);
            ledgers.held_pu[user] += request.gpus();
            ledgers.left_qos[qos] += gpu_seconds;
            ledgers.left_pu[user] += gpu_seconds;
        });
        self.left_user[usize::from(request.user)] += gpu_seconds;
        for account in chain(request.account) {
            self.left_account[account] += gpu_seconds;
        }
        if let Some((array, _)) = request.array {
            let index = usize::from(array);
            if self.running_tasks.len() <= index {
                self.running_tasks.resize(index + 1, 0);
            }
            self.running_tasks[index] += 1;
        }
    }

    /// A tick: so much of a running job's limit has passed.
    pub fn fall(&mut self, job: &Job, passed: Span) {
        let request = &job.request;
        let gpu_seconds = u64::from(request.gpus()) * u64::from(passed.0);
        self.for_qos(job, |ledgers, qos| {
            ledgers.left_qos[qos] -= gpu_seconds;
            ledgers.left_pu[qos * ledgers.users + usize::from(request.user)] -= gpu_seconds;
        });
        self.left_user[usize::from(request.user)] -= gpu_seconds;
        for account in chain(request.account) {
            self.left_account[account] -= gpu_seconds;
        }
    }

    /// A job ends; what is left of its limit is freed at once.
    pub fn end(&mut self, job: &Job) {
        let request = &job.request;
        self.fall(job, job.on_ledger);
        self.for_qos(job, |ledgers, qos| {
            ledgers.held_pu[qos * ledgers.users + usize::from(request.user)] -= request.gpus();
        });
        if let Some((array, _)) = request.array {
            self.running_tasks[usize::from(array)] -= 1;
        }
    }

    /// The job's QOS, and the partition's if it is another one.
    fn for_qos(&mut self, job: &Job, mut change: impl FnMut(&mut Ledgers, usize)) {
        let own = job.request.qos;
        change(self, usize::from(own));
        if let Some(part) = self.partition_qos[usize::from(job.partition)]
            && part != own
        {
            change(self, usize::from(part));
        }
    }
}

/// An account and root above it.
fn chain(account: AccountId) -> impl Iterator<Item = usize> {
    let index = usize::from(account);
    std::iter::once(index).chain((index != 0).then_some(0))
}

/// Precedence, each kind of limit for itself.
fn effective(policy: &Policy, partition: Option<QosId>, job: QosId) -> EffectiveLimits {
    let sources = || partition.into_iter().chain(std::iter::once(job));
    let first = |kind: fn(&Limits) -> Option<u32>| {
        sources().find_map(|qos| kind(&policy.qos[usize::from(qos)].limits).map(|limit| (qos, limit)))
    };
    let grp_run_mins = first(|l| l.grp_tres_run_mins.of_gpus());
    let unless_qos = |limit: Option<u32>| if grp_run_mins.is_some() { None } else { limit };
    EffectiveLimits {
        max_tres_pu: first(|l| l.max_tres_pu.of_gpus()),
        grp_run_mins,
        max_run_mins_pu: first(|l| l.max_tres_run_mins_pu.of_gpus()),
        user_run_mins: unless_qos(policy.associations.each_user.grp_tres_run_mins.of_gpus()),
        account_run_mins: unless_qos(policy.associations.each_account.grp_tres_run_mins.of_gpus()),
    }
}

impl EffectiveLimits {
    /// Whether a request can never pass, whatever else runs.
    pub fn forbid(&self, request: &Request) -> bool {
        let gpus = request.gpus();
        let minutes = u64::from(gpus) * u64::from(request.limit.mins_up());
        self.max_tres_pu.is_some_and(|(_, most)| gpus > most)
            || [
                self.grp_run_mins.map(|(_, most)| most),
                self.max_run_mins_pu.map(|(_, most)| most),
                self.user_run_mins,
                self.account_run_mins,
            ]
            .into_iter()
            .flatten()
            .any(|most| minutes > u64::from(most))
    }
}
