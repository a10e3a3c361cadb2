//! What is true of limits, worked out afresh from the list of running jobs and the text of the rules, without any of the
//! engine's running sums (`slurm-semantics` §1.4, §3.2 to §3.4).

use sim_core::cluster::{Cluster, Job};
use sim_core::ids::{QosId, UserId};
use sim_core::reason::Reason;
use sim_core::scenario::{Limits, Policy, TresCounts};
use sim_core::units::Time;
use sim_core::workload::Request;

/// A cluster at an instant, and its rules.
pub struct Facts<'a> {
    pub policy: &'a Policy,
    pub cluster: &'a Cluster,
    pub now: Time,
}

impl<'a> Facts<'a> {
    fn running(&self) -> impl Iterator<Item = &'a Job> {
        self.cluster.running.iter().map(|&(_, id)| &self.cluster.jobs[id])
    }

    /// GPU-seconds that a running job may still use, as they stood at the last tick (or at its start).
    fn left(&self, job: &Job) -> u64 {
        let tick = self.now.floor_to(self.policy.priority.calc_period);
        let spent = tick.since(job.started).0.min(job.request.limit.0);
        u64::from(job.request.gpus()) * u64::from(job.request.limit.0 - spent)
    }

    fn partition_qos(&self, request: &Request) -> Option<QosId> {
        let name = self.policy.partitions[usize::from(request.partition)]
            .qos
            .as_ref()?;
        self.policy
            .qos
            .iter()
            .position(|qos| &qos.name == name)
            .map(QosId::from)
    }

    /// Whether a request counts in a QOS: through its own, or through its partition's.
    fn counts_in(&self, request: &Request, qos: QosId) -> bool {
        request.qos == qos || self.partition_qos(request) == Some(qos)
    }

    pub fn left_in_qos(&self, qos: QosId) -> u64 {
        self.running()
            .filter(|job| self.counts_in(&job.request, qos))
            .map(|job| self.left(job))
            .sum()
    }
    pub fn left_of_user(&self, qos: QosId, user: UserId) -> u64 {
        self.running()
            .filter(|job| job.request.user == user && self.counts_in(&job.request, qos))
            .map(|job| self.left(job))
            .sum()
    }
    pub fn left_of_association(&self, user: UserId) -> u64 {
        self.running()
            .filter(|job| job.request.user == user)
            .map(|job| self.left(job))
            .sum()
    }
    pub fn left_of_account(&self, request: &Request) -> u64 {
        self.running()
            .filter(|job| job.request.account == request.account)
            .map(|job| self.left(job))
            .sum()
    }
    pub fn gpus_of_user(&self, qos: QosId, user: UserId) -> u32 {
        self.running()
            .filter(|job| job.request.user == user && self.counts_in(&job.request, qos))
            .map(|job| job.request.gpus())
            .sum()
    }
    pub fn tasks_of(&self, array: sim_core::ids::ArrayId) -> u32 {
        self.running()
            .filter(|job| job.request.array.is_some_and(|(other, _)| other == array))
            .count() as u32
    }

    /// The QOS to be asked, in order of precedence, each with the limits that count there: a kind of limit that an
    /// earlier QOS sets is not asked of a later one.
    fn sources(&self, request: &Request) -> Vec<(QosId, Limits)> {
        let own = request.qos;
        let of = |qos: QosId| self.policy.qos[usize::from(qos)].limits.clone();
        match self.partition_qos(request) {
            Some(first) if first != own => {
                let (before, mut after) = (of(first), of(own));
                let unless = |before: &TresCounts, after: &mut TresCounts| {
                    if !before.is_empty() {
                        *after = TresCounts::none();
                    }
                };
                unless(&before.max_tres_pu, &mut after.max_tres_pu);
                unless(&before.grp_tres_run_mins, &mut after.grp_tres_run_mins);
                unless(&before.max_tres_run_mins_pu, &mut after.max_tres_run_mins_pu);
                vec![(first, before), (own, after)]
            }
            Some(_) | None => vec![(own, of(own))],
        }
    }

    /// The first limit that keeps a request from starting now.
    pub fn held(&self, request: &Request) -> Option<Reason> {
        self.verdict(request, Running::AsNow)
    }

    /// Whether limits would keep it from starting even with nothing else running.
    pub fn never_starts(&self, request: &Request) -> bool {
        self.verdict(request, Running::Nothing).is_some()
    }

    fn verdict(&self, request: &Request, running: Running) -> Option<Reason> {
        let with = |used: u64| match running {
            Running::AsNow => used,
            Running::Nothing => 0,
        };
        if request.limit > self.policy.partitions[usize::from(request.partition)].max_time {
            return Some(Reason::PartitionTimeLimit);
        }
        if let Some((array, throttle)) = request.array
            && throttle > 0
            && with(self.tasks_of(array).into()) >= throttle.into()
        {
            return Some(Reason::JobArrayTaskLimit);
        }
        let own = u64::from(request.gpus()) * u64::from(request.limit.0.div_ceil(60));
        let run_minutes = |limit: &TresCounts, left: u64| {
            limit
                .of_gpus()
                .is_some_and(|most| with(left) / 60 + own > most.into())
        };
        let sources = self.sources(request);
        for (qos, limits) in &sources {
            if run_minutes(&limits.grp_tres_run_mins, self.left_in_qos(*qos)) {
                return Some(Reason::QOS_GRP_GRES_RUN_MINUTES);
            }
            let gpus = with(self.gpus_of_user(*qos, request.user).into()) + u64::from(request.gpus());
            if limits
                .max_tres_pu
                .of_gpus()
                .is_some_and(|most| gpus > most.into())
            {
                return Some(Reason::QOS_MAX_GRES_PER_USER);
            }
            if run_minutes(
                &limits.max_tres_run_mins_pu,
                self.left_of_user(*qos, request.user),
            ) {
                return Some(Reason::MAX_GRES_RUN_MINS_PER_USER);
            }
        }
        if sources
            .iter()
            .any(|(_, limits)| !limits.grp_tres_run_mins.is_empty())
        {
            return None;
        }
        let associations = &self.policy.associations;
        let user = run_minutes(
            &associations.each_user.grp_tres_run_mins,
            self.left_of_association(request.user),
        );
        let account = run_minutes(
            &associations.each_account.grp_tres_run_mins,
            self.left_of_account(request),
        );
        (user || account).then_some(Reason::ASSOC_GRP_GRES_RUN_MINUTES)
    }
}

/// What a limit is compared with.
#[derive(Clone, Copy)]
enum Running {
    AsNow,
    Nothing,
}
