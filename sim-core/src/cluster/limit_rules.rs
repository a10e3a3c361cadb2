//! All limits of a policy as flat lists of checks, in the order in which Slurm makes them (`docs/slurm.md`, *Which limit counts*
//! and *Order of the tests*).
//!
//! Compiled once; what the checks compare with is counted in the ledgers, and `sched::limits` makes them.

use super::accrual::Accrual;
use super::amounts::Amounts;
use super::tree::Tree;
use super::tres::{TresIx, TresTable};
use crate::ids::{AccountId, AssocId, PartitionId, QosId, Table, UserId};
use crate::order;
use crate::reason::{LimitKind, LimitOf, LimitReason, Reason, TresClass};
use crate::scenario::{AssocLimits, Enforce, Limits, PartitionSpec, Policy, TresCounts};
use crate::units::Span;

/// One limit that a job is tested against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Check {
    /// What it is set on.
    pub owner: Owner,
    /// Which limit.
    pub kind: LimitKind,
    /// The resource that it counts; `cpu` where it counts none.
    pub tres: TresIx,
    /// The most there may be, or the least: an amount, a number of jobs, or minutes.
    pub limit: u64,
}

/// What a limit is set on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A QOS.
    Qos(QosId),
    /// An association.
    Assoc(AssocId),
}

/// Whose jobs a limit counts together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// All jobs of a QOS.
    Qos(QosId),
    /// One person's jobs of a QOS.
    User(QosId, UserId),
    /// One account's jobs of a QOS, without those of accounts below it.
    Account(QosId, AccountId),
    /// All jobs of an association and of those below it.
    Assoc(AssocId),
}

/// What is counted for limits of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// What running jobs hold.
    Held,
    /// What running jobs may still use.
    Left,
    /// Running jobs.
    Running,
    /// Jobs that wait or run.
    Submitted,
}

/// When a check is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before nodes are looked for.
    Before,
    /// After that, whether or not they were found.
    After,
    /// At submission.
    Submission,
}

/// Flags and numbers of a QOS that are no sums.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QosFlags {
    /// DenyOnLimit.
    pub deny_on_limit: bool,
    /// NoReserve.
    pub no_reserve: bool,
    /// PartitionTimeLimit.
    pub partition_time_limit: bool,
    /// UsageFactorSafe.
    pub usage_factor_safe: bool,
    /// MinPrioThreshold.
    pub min_prio_threshold: Option<u32>,
    /// LimitFactor.
    pub limit_factor: Option<f64>,
}

/// Every limit of a policy.
#[derive(Clone, Debug)]
pub struct LimitRules {
    /// By partition, then QOS, then phase.
    of_qos: Lists,
    /// By association, then phase.
    of_assoc: Lists,
    /// Whether any limit counts nodes: those where a job's fellows run already cost nothing.
    pub counts_nodes: bool,
    /// By phase, whether any association has a limit.
    any_of_assoc: [bool; 3],
    qos_count: usize,
    /// By partition and QOS: whose limits come first, and next.
    order: Vec<(QosId, Option<QosId>)>,
    /// Flags by QOS.
    pub qos: Table<QosId, QosFlags>,
    /// MinPrioThreshold of each association.
    pub threshold: Table<AssocId, Option<u32>>,
    /// Whom each partition lets in, if not everybody.
    doors: Table<PartitionId, Option<Door>>,
    /// Who gains age.
    pub accrual: Accrual,
    /// What is enforced.
    pub enforce: Enforce,
}

/// Whom a partition lets in.
#[derive(Clone, Debug)]
struct Door {
    /// By account, with those below the ones that are named; `None` is all.
    accounts: Option<Vec<bool>>,
    /// By QOS; `None` is all.
    qos: Option<Vec<bool>>,
}

impl Door {
    fn new(policy: &Policy, tree: &Tree, part: &PartitionSpec) -> Option<Door> {
        let of_qos = |(names, named): (&[String], bool)| {
            (policy.qos.iter())
                .map(|qos| names.contains(&qos.name) == named)
                .collect()
        };
        let door = Door {
            accounts: asked(&part.allow_accounts, &part.deny_accounts)
                .map(|(names, named)| accounts_let_in(policy, tree, names, named)),
            qos: asked(&part.allow_qos, &part.deny_qos).map(of_qos),
        };
        (door.accounts.is_some() || door.qos.is_some()).then_some(door)
    }
}

/// Lists of checks, one after the other.
#[derive(Clone, Debug, Default)]
struct Lists {
    checks: Vec<Check>,
    ends: Vec<u32>,
}

impl Lists {
    fn push(&mut self, list: Vec<Check>) {
        self.checks.extend(list);
        self.ends.push(self.checks.len() as u32);
    }

    #[inline]
    fn get(&self, index: usize) -> &[Check] {
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.checks[from as usize..self.ends[index] as usize]
    }
}

impl LimitRules {
    /// Those of a policy, for the associations of this tree.
    pub fn new(policy: &Policy, tree: &Tree, amounts: &Amounts) -> LimitRules {
        let table = &amounts.table;
        let qos_ids = || (0..policy.qos.len()).map(QosId::from);
        let order: Vec<(QosId, Option<QosId>)> = amounts
            .partition_qos
            .iter()
            .flat_map(|&part| qos_ids().map(move |own| (part, own)))
            .map(|(part, own)| match part.filter(|&part| part != own) {
                None => (own, None),
                Some(part) if policy.qos[usize::from(own)].over_part_qos => (own, Some(part)),
                Some(part) => (part, Some(own)),
            })
            .collect();
        let mut of_qos = Lists::default();
        for &(first, second) in &order {
            for phase in Phase::ALL {
                let mut list = Vec::new();
                for qos in [Some(first), second].into_iter().flatten() {
                    let limits = &policy.qos[usize::from(qos)].limits;
                    for check in checks_of_qos(limits, qos, phase, table) {
                        // The first QOS that sets a kind for a resource is asked, no later one.
                        if !list.iter().any(|before| replaces(before, &check)) {
                            list.push(check);
                        }
                    }
                }
                of_qos.push(list);
            }
        }
        let mut of_assoc = Lists::default();
        for (id, row) in tree.entries() {
            for phase in Phase::ALL {
                of_assoc.push(checks_of_assoc(&row.limits, id, row.kind.is_user(), phase, table));
            }
        }
        let counts_nodes = |lists: &Lists| lists.checks.iter().any(|check| check.tres == TresIx::NODE);
        LimitRules {
            counts_nodes: counts_nodes(&of_qos) || counts_nodes(&of_assoc),
            any_of_assoc: Phase::ALL
                .map(|phase| (0..tree.len()).any(|at| !of_assoc.get(3 * at + phase.index()).is_empty())),
            of_qos,
            of_assoc,
            qos_count: policy.qos.len(),
            order,
            qos: policy
                .qos
                .iter()
                .map(|qos| QosFlags {
                    deny_on_limit: qos.deny_on_limit,
                    no_reserve: qos.no_reserve,
                    partition_time_limit: qos.partition_time_limit,
                    usage_factor_safe: qos.usage_factor_safe,
                    min_prio_threshold: qos.limits.min_prio_threshold,
                    limit_factor: qos.limit_factor,
                })
                .collect(),
            threshold: tree
                .entries()
                .map(|(_, row)| row.limits.min_prio_threshold)
                .collect(),
            doors: policy
                .partitions
                .iter()
                .map(|part| Door::new(policy, tree, part))
                .collect(),
            accrual: Accrual::new(policy, tree),
            enforce: policy.enforce,
        }
    }

    /// The checks of the QOS that count for a job of this QOS in this partition.
    #[inline]
    pub fn of_qos(&self, partition: PartitionId, qos: QosId, phase: Phase) -> &[Check] {
        self.of_qos.get(3 * self.pair(partition, qos) + phase.index())
    }

    /// The checks of one association.
    #[inline]
    pub fn of_assoc(&self, assoc: AssocId, phase: Phase) -> &[Check] {
        self.of_assoc.get(3 * usize::from(assoc) + phase.index())
    }

    /// Whether any association has a limit that is tested in a phase.
    #[inline]
    pub fn any_of_assoc(&self, phase: Phase) -> bool {
        self.any_of_assoc[phase.index()]
    }

    /// Whose limits are asked first for a job of this QOS in this partition, and whose next.
    pub fn order(&self, partition: PartitionId, qos: QosId) -> (QosId, Option<QosId>) {
        self.order[self.pair(partition, qos)]
    }

    /// Why a partition does not let a job in, if it does not.
    #[inline]
    pub fn shut_out(&self, partition: PartitionId, account: AccountId, qos: QosId) -> Option<Reason> {
        let door = self.doors[partition].as_ref()?;
        let lets_in = |list: &Option<Vec<bool>>, at: usize| {
            list.as_ref()
                .is_none_or(|allowed| allowed.get(at).copied().unwrap_or(false))
        };
        if !lets_in(&door.accounts, account.into()) {
            Some(Reason::AccountNotAllowed)
        } else if !lets_in(&door.qos, qos.into()) {
            Some(Reason::QosNotAllowed)
        } else {
            None
        }
    }

    /// Every check there is, some of them several times.
    pub fn all(&self) -> impl Iterator<Item = &Check> {
        self.of_qos.checks.iter().chain(&self.of_assoc.checks)
    }

    #[inline]
    fn pair(&self, partition: PartitionId, qos: QosId) -> usize {
        usize::from(partition) * self.qos_count + usize::from(qos)
    }
}

impl Check {
    /// The reason that it gives.
    pub fn reason(&self) -> Reason {
        let of = match self.owner {
            Owner::Qos(_) => LimitOf::Qos,
            Owner::Assoc(_) => LimitOf::Assoc,
        };
        Reason::Limit(LimitReason { of, kind: self.kind })
    }

    /// Whose jobs it counts together, for a job of this person in this account.
    #[inline]
    pub fn who(&self, user: UserId, account: AccountId) -> Who {
        match (self.owner, self.kind) {
            (Owner::Assoc(assoc), _) => Who::Assoc(assoc),
            (
                Owner::Qos(qos),
                LimitKind::MaxTresPerUser(_)
                | LimitKind::MaxTresRunMinsPerUser(_)
                | LimitKind::MaxJobsPerUser
                | LimitKind::MaxSubmitJobsPerUser,
            ) => Who::User(qos, user),
            (
                Owner::Qos(qos),
                LimitKind::MaxTresPerAccount(_)
                | LimitKind::MaxTresRunMinsPerAccount(_)
                | LimitKind::MaxJobsPerAccount
                | LimitKind::MaxSubmitJobsPerAccount,
            ) => Who::Account(qos, account),
            (Owner::Qos(qos), _) => Who::Qos(qos),
        }
    }

    /// What has to be counted for it.
    pub fn counted(&self) -> Option<Counted> {
        match self.kind {
            LimitKind::GrpTres(_) | LimitKind::MaxTresPerUser(_) | LimitKind::MaxTresPerAccount(_) => {
                Some(Counted::Held)
            }
            // With `safe`, a budget has to suffice for what runs as well.
            LimitKind::GrpTresMins(_)
            | LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_) => Some(Counted::Left),
            LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount => Some(Counted::Running),
            LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => Some(Counted::Submitted),
            LimitKind::MaxTresPerJob(_)
            | LimitKind::MaxTresPerNode(_)
            | LimitKind::MaxTresMinsPerJob(_)
            | LimitKind::MinTresPerJob(_)
            | LimitKind::GrpWall
            | LimitKind::MaxWall => None,
        }
    }
}

impl Phase {
    const ALL: [Phase; 3] = [Phase::Before, Phase::After, Phase::Submission];

    #[inline]
    fn index(self) -> usize {
        match self {
            Phase::Before => 0,
            Phase::After => 1,
            Phase::Submission => 2,
        }
    }
}

/// Whether a check takes the place of a later one: the same kind for the same resource. MaxJobs and MaxSubmitJobs of an
/// association give way to either of their kinds of a QOS.
pub fn replaces(earlier: &Check, later: &Check) -> bool {
    if earlier.owner == later.owner {
        return false;
    }
    match (earlier.kind, later.kind) {
        (LimitKind::MaxJobsPerUser | LimitKind::MaxJobsPerAccount, LimitKind::MaxJobs)
        | (LimitKind::MaxSubmitJobsPerUser | LimitKind::MaxSubmitJobsPerAccount, LimitKind::MaxSubmitJobs) => {
            true
        }
        (first, second) => first == second && earlier.tres == later.tres,
    }
}

/// Writes down the checks of one owner.
struct Writer<'a> {
    owner: Owner,
    table: &'a TresTable,
    list: Vec<Check>,
}

impl Writer<'_> {
    #[inline(never)]
    fn amounts(&mut self, kind: fn(TresClass) -> LimitKind, counts: &TresCounts) {
        for (tres, limit) in self.table.counts(counts) {
            self.list.push(Check {
                owner: self.owner,
                kind: kind(class(tres)),
                tres,
                limit,
            });
        }
    }

    #[inline(never)]
    fn number(&mut self, kind: LimitKind, limit: Option<u32>) {
        if let Some(limit) = limit {
            self.list.push(Check {
                owner: self.owner,
                kind,
                tres: TresIx::CPU,
                limit: u64::from(limit),
            });
        }
    }

    fn time(&mut self, kind: LimitKind, limit: Option<Span>) {
        self.number(kind, limit.map(Span::mins_up));
    }
}

/// How coarsely reasons tell a resource.
fn class(tres: TresIx) -> TresClass {
    match tres {
        TresIx::CPU => TresClass::Cpu,
        TresIx::NODE => TresClass::Node,
        TresIx::BILLING => TresClass::Billing,
        _ => TresClass::Gres,
    }
}

fn checks_of_qos(l: &Limits, qos: QosId, phase: Phase, table: &TresTable) -> Vec<Check> {
    let owner = Owner::Qos(qos);
    let list = Vec::new();
    let mut write = Writer { owner, table, list };
    match phase {
        Phase::Before => {
            write.number(LimitKind::GrpJobs, l.grp_jobs);
            write.time(LimitKind::GrpWall, l.grp_wall);
            write.number(LimitKind::MaxJobsPerAccount, l.max_jobs_pa);
            write.number(LimitKind::MaxJobsPerUser, l.max_jobs_pu);
            write.time(LimitKind::MaxWall, l.max_wall);
        }
        Phase::After => {
            write.amounts(LimitKind::GrpTresMins, &l.grp_tres_mins);
            write.amounts(LimitKind::GrpTres, &l.grp_tres);
            write.amounts(LimitKind::GrpTresRunMins, &l.grp_tres_run_mins);
            write.amounts(LimitKind::MaxTresMinsPerJob, &l.max_tres_mins_pj);
            write.amounts(LimitKind::MaxTresPerJob, &l.max_tres_pj);
            write.amounts(LimitKind::MaxTresPerNode, &l.max_tres_pn);
            write.amounts(LimitKind::MinTresPerJob, &l.min_tres_pj);
            write.amounts(LimitKind::MaxTresPerAccount, &l.max_tres_pa);
            write.amounts(LimitKind::MaxTresPerUser, &l.max_tres_pu);
            write.amounts(LimitKind::MaxTresRunMinsPerAccount, &l.max_tres_run_mins_pa);
            write.amounts(LimitKind::MaxTresRunMinsPerUser, &l.max_tres_run_mins_pu);
        }
        Phase::Submission => {
            write.amounts(LimitKind::MaxTresPerAccount, &l.max_tres_pa);
            // Of these two the resource comes first, then the person's limit.
            let from = write.list.len();
            write.amounts(LimitKind::MaxTresPerUser, &l.max_tres_pu);
            write.amounts(LimitKind::GrpTres, &l.grp_tres);
            order::sort_by_key(&mut write.list[from..], |check| check.tres);
            write.number(LimitKind::GrpSubmitJobs, l.grp_submit_jobs);
            write.amounts(LimitKind::MaxTresMinsPerJob, &l.max_tres_mins_pj);
            write.amounts(LimitKind::GrpTresMins, &l.grp_tres_mins);
            write.amounts(LimitKind::GrpTresRunMins, &l.grp_tres_run_mins);
            write.time(LimitKind::MaxWall, l.max_wall);
            write.time(LimitKind::GrpWall, l.grp_wall);
            write.amounts(LimitKind::MaxTresPerJob, &l.max_tres_pj);
            write.amounts(LimitKind::MaxTresPerNode, &l.max_tres_pn);
            write.number(LimitKind::MaxSubmitJobsPerAccount, l.max_submit_jobs_pa);
            write.number(LimitKind::MaxSubmitJobsPerUser, l.max_submit_jobs_pu);
            write.amounts(LimitKind::MinTresPerJob, &l.min_tres_pj);
        }
    }
    write.list
}

/// Limits that are not named Grp are tested at the leaf, which has inherited them.
fn checks_of_assoc(
    l: &AssocLimits,
    assoc: AssocId,
    leaf: bool,
    phase: Phase,
    table: &TresTable,
) -> Vec<Check> {
    let owner = Owner::Assoc(assoc);
    let list = Vec::new();
    let mut write = Writer { owner, table, list };
    match phase {
        Phase::Before => {
            write.number(LimitKind::GrpJobs, l.grp_jobs);
            write.time(LimitKind::GrpWall, l.grp_wall);
            if leaf {
                write.number(LimitKind::MaxJobs, l.max_jobs);
                write.time(LimitKind::MaxWall, l.max_wall);
            }
        }
        Phase::After => {
            write.amounts(LimitKind::GrpTresMins, &l.grp_tres_mins);
            write.amounts(LimitKind::GrpTres, &l.grp_tres);
            write.amounts(LimitKind::GrpTresRunMins, &l.grp_tres_run_mins);
            if leaf {
                write.amounts(LimitKind::MaxTresMinsPerJob, &l.max_tres_mins);
                write.amounts(LimitKind::MaxTresPerJob, &l.max_tres);
                write.amounts(LimitKind::MaxTresPerNode, &l.max_tres_pn);
            }
        }
        Phase::Submission => {
            write.amounts(LimitKind::GrpTres, &l.grp_tres);
            write.number(LimitKind::GrpSubmitJobs, l.grp_submit_jobs);
            write.amounts(LimitKind::GrpTresMins, &l.grp_tres_mins);
            write.amounts(LimitKind::GrpTresRunMins, &l.grp_tres_run_mins);
            write.time(LimitKind::GrpWall, l.grp_wall);
            if leaf {
                write.amounts(LimitKind::MaxTresPerJob, &l.max_tres);
                write.amounts(LimitKind::MaxTresPerNode, &l.max_tres_pn);
                write.number(LimitKind::MaxSubmitJobs, l.max_submit_jobs);
                write.amounts(LimitKind::MaxTresMinsPerJob, &l.max_tres_mins);
                write.time(LimitKind::MaxWall, l.max_wall);
            }
        }
    }
    write.list
}

/// The list that is asked, and whether those whom it names come in: who is allowed, or else who is denied.
fn asked<'a>(allowed: &'a [String], denied: &'a [String]) -> Option<(&'a [String], bool)> {
    match (allowed, denied) {
        ([], []) => None,
        ([], denied) => Some((denied, false)),
        (allowed, _) => Some((allowed, true)),
    }
}

/// AllowAccounts and DenyAccounts hold for the accounts below those that they name (`slurm.conf`).
fn accounts_let_in(policy: &Policy, tree: &Tree, names: &[String], allowed: bool) -> Vec<bool> {
    let listed = &policy.associations.accounts;
    let named = |account: AccountId| match usize::from(account).checked_sub(1) {
        None => names.iter().any(|name| name == "root"),
        Some(at) => listed.get(at).is_some_and(|spec| names.contains(&spec.name)),
    };
    let lets_in = |account: AccountId| {
        tree.chain(tree.account(account))
            .iter()
            .any(|&above| named(tree.account_of(above)))
            == allowed
    };
    (0..tree.accounts()).map(AccountId::from).map(lets_in).collect()
}
