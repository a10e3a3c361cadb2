//! What is true of limits, worked out afresh from the list of running jobs and the text of the rules, without any of the
//! engine's running sums (`docs/slurm.md`, *Limits* and *Run-minutes*).

use sim_core::cluster::{Cluster, Job};
use sim_core::ids::{QosId, UserId};
use sim_core::reason::{LimitKind, Reason, TresClass};
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
    fn gpus_where(&self, counts: impl Fn(&Request) -> bool) -> u32 {
        let requests = self.running().map(|job| &job.request);
        requests.filter(|other| counts(other)).map(Request::gpus).sum()
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
                unless(&before.grp_tres, &mut after.grp_tres);
                unless(&before.max_tres_pa, &mut after.max_tres_pa);
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
        let gpus = |limit: &TresCounts, held: u32| {
            let own = u64::from(request.gpus());
            limit
                .of_gpus()
                .is_some_and(|most| with(held.into()) + own > most.into())
        };
        for (qos, limits) in &sources {
            if gpus(
                &limits.grp_tres,
                self.gpus_where(|other| self.counts_in(other, *qos)),
            ) {
                return Some(Reason::qos(LimitKind::GrpTres(TresClass::Gres)));
            }
            if run_minutes(&limits.grp_tres_run_mins, self.left_in_qos(*qos)) {
                return Some(Reason::QOS_GRP_GRES_RUN_MINUTES);
            }
            let of_account =
                |other: &Request| other.account == request.account && self.counts_in(other, *qos);
            if gpus(&limits.max_tres_pa, self.gpus_where(of_account)) {
                return Some(Reason::qos(LimitKind::MaxTresPerAccount(TresClass::Gres)));
            }
            if gpus(&limits.max_tres_pu, self.gpus_of_user(*qos, request.user)) {
                return Some(Reason::QOS_MAX_GRES_PER_USER);
            }
            if run_minutes(
                &limits.max_tres_run_mins_pu,
                self.left_of_user(*qos, request.user),
            ) {
                return Some(Reason::MAX_GRES_RUN_MINS_PER_USER);
            }
        }
        // What a QOS limits, no association does.
        let any =
            |kind: fn(&Limits) -> &TresCounts| sources.iter().any(|(_, limits)| !kind(limits).is_empty());
        let (gpus_of_qos, minutes_of_qos) = (any(|l| &l.grp_tres), any(|l| &l.grp_tres_run_mins));
        let associations = &self.policy.associations;
        let user = |other: &Request| other.user == request.user;
        let account = |other: &Request| other.account == request.account;
        let levels = [
            (
                &associations.each_user,
                self.gpus_where(user),
                self.left_of_association(request.user),
            ),
            (
                &associations.each_account,
                self.gpus_where(account),
                self.left_of_account(request),
            ),
        ];
        for (limits, held, left) in levels {
            if !gpus_of_qos && gpus(&limits.grp_tres, held) {
                return Some(Reason::assoc(LimitKind::GrpTres(TresClass::Gres)));
            }
            if !minutes_of_qos && run_minutes(&limits.grp_tres_run_mins, left) {
                return Some(Reason::ASSOC_GRP_GRES_RUN_MINUTES);
            }
        }
        None
    }
}

/// What a limit is compared with.
#[derive(Clone, Copy)]
enum Running {
    AsNow,
    Nothing,
}
