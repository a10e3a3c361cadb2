//! The limits of accounts, people and QOS as reasons of waiting, in Slurm's spelling, which follows no one pattern
//! (`docs/slurm.md`, *Reasons*; `job_state_reason.c` of 25.11).

use super::Reason;

/// A limit that holds a job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LimitReason {
    /// On what the limit is set.
    pub of: LimitOf,
    /// Which limit.
    pub kind: LimitKind,
}

/// On what a limit is set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LimitOf {
    /// A QOS: the job's or its partition's.
    Qos,
    /// An association: an account or a person in an account.
    Assoc,
}

/// Kinds of limit, by the names of `sacctmgr`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LimitKind {
    /// MaxTRESPerUser.
    MaxTresPerUser(TresClass),
    /// MaxTRESPerAccount.
    MaxTresPerAccount(TresClass),
    /// GrpTRES.
    GrpTres(TresClass),
    /// GrpTRESRunMins.
    GrpTresRunMins(TresClass),
    /// MaxTRESRunMinsPerUser.
    MaxTresRunMinsPerUser(TresClass),
    /// MaxTRESRunMinsPerAccount.
    MaxTresRunMinsPerAccount(TresClass),
    /// GrpTRESMins.
    GrpTresMins(TresClass),
    /// MaxTRESPerJob of a QOS, MaxTRES of an association.
    MaxTresPerJob(TresClass),
    /// MaxTRESPerNode.
    MaxTresPerNode(TresClass),
    /// MaxTRESMinsPerJob.
    MaxTresMinsPerJob(TresClass),
    /// MinTRESPerJob.
    MinTresPerJob(TresClass),
    /// GrpJobs.
    GrpJobs,
    /// MaxJobs of an association.
    MaxJobs,
    /// MaxJobsPerUser.
    MaxJobsPerUser,
    /// MaxJobsPerAccount.
    MaxJobsPerAccount,
    /// GrpSubmitJobs.
    GrpSubmitJobs,
    /// MaxSubmitJobs of an association.
    MaxSubmitJobs,
    /// MaxSubmitJobsPerUser.
    MaxSubmitJobsPerUser,
    /// MaxSubmitJobsPerAccount.
    MaxSubmitJobsPerAccount,
    /// GrpWall.
    GrpWall,
    /// MaxWall.
    MaxWall,
}

/// What a limit counts, as coarsely as reasons tell it: `gres/gpu` and its types read alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TresClass {
    /// `gres/…`.
    Gres,
    /// `cpu`.
    Cpu,
    /// `node`.
    Node,
    /// `billing`.
    Billing,
}

impl TresClass {
    /// All.
    pub const ALL: [TresClass; 4] = [
        TresClass::Gres,
        TresClass::Cpu,
        TresClass::Node,
        TresClass::Billing,
    ];
}

impl LimitOf {
    /// Both.
    pub const ALL: [LimitOf; 2] = [LimitOf::Qos, LimitOf::Assoc];
}

impl LimitKind {
    const BY_TRES: [fn(TresClass) -> LimitKind; 11] = [
        LimitKind::MaxTresPerUser,
        LimitKind::MaxTresPerAccount,
        LimitKind::GrpTres,
        LimitKind::GrpTresRunMins,
        LimitKind::MaxTresRunMinsPerUser,
        LimitKind::MaxTresRunMinsPerAccount,
        LimitKind::GrpTresMins,
        LimitKind::MaxTresPerJob,
        LimitKind::MaxTresPerNode,
        LimitKind::MaxTresMinsPerJob,
        LimitKind::MinTresPerJob,
    ];
    const OTHERS: [LimitKind; 10] = [
        LimitKind::GrpJobs,
        LimitKind::MaxJobs,
        LimitKind::MaxJobsPerUser,
        LimitKind::MaxJobsPerAccount,
        LimitKind::GrpSubmitJobs,
        LimitKind::MaxSubmitJobs,
        LimitKind::MaxSubmitJobsPerUser,
        LimitKind::MaxSubmitJobsPerAccount,
        LimitKind::GrpWall,
        LimitKind::MaxWall,
    ];

    /// All, in the order of tables.
    pub fn all() -> impl Iterator<Item = LimitKind> {
        LimitKind::BY_TRES
            .into_iter()
            .flat_map(|kind| TresClass::ALL.map(kind))
            .chain(LimitKind::OTHERS)
    }

    /// Whether this kind can be set on a QOS or on an association.
    pub fn exists(self, of: LimitOf) -> bool {
        match self {
            LimitKind::MaxTresPerUser(_)
            | LimitKind::MaxTresPerAccount(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_)
            | LimitKind::MinTresPerJob(_)
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => of == LimitOf::Qos,
            LimitKind::MaxJobs | LimitKind::MaxSubmitJobs => of == LimitOf::Assoc,
            LimitKind::GrpTres(_)
            | LimitKind::GrpTresRunMins(_)
            | LimitKind::GrpTresMins(_)
            | LimitKind::MaxTresPerJob(_)
            | LimitKind::MaxTresPerNode(_)
            | LimitKind::MaxTresMinsPerJob(_)
            | LimitKind::GrpJobs
            | LimitKind::GrpSubmitJobs
            | LimitKind::GrpWall
            | LimitKind::MaxWall => true,
        }
    }

    /// What it counts, if it counts a resource.
    pub fn tres(self) -> Option<TresClass> {
        match self {
            LimitKind::MaxTresPerUser(tres)
            | LimitKind::MaxTresPerAccount(tres)
            | LimitKind::GrpTres(tres)
            | LimitKind::GrpTresRunMins(tres)
            | LimitKind::MaxTresRunMinsPerUser(tres)
            | LimitKind::MaxTresRunMinsPerAccount(tres)
            | LimitKind::GrpTresMins(tres)
            | LimitKind::MaxTresPerJob(tres)
            | LimitKind::MaxTresPerNode(tres)
            | LimitKind::MaxTresMinsPerJob(tres)
            | LimitKind::MinTresPerJob(tres) => Some(tres),
            LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount
            | LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount
            | LimitKind::GrpWall
            | LimitKind::MaxWall => None,
        }
    }

    /// A number of its own, which never changes: below 54.
    fn number(self) -> u8 {
        let by_tres = |kind: u8, tres: TresClass| {
            let class = match tres {
                TresClass::Gres => 0,
                TresClass::Cpu => 1,
                TresClass::Node => 2,
                TresClass::Billing => 3,
            };
            10 + 4 * kind + class
        };
        match self {
            LimitKind::GrpJobs => 0,
            LimitKind::MaxJobs => 1,
            LimitKind::MaxJobsPerUser => 2,
            LimitKind::MaxJobsPerAccount => 3,
            LimitKind::GrpSubmitJobs => 4,
            LimitKind::MaxSubmitJobs => 5,
            LimitKind::MaxSubmitJobsPerUser => 6,
            LimitKind::MaxSubmitJobsPerAccount => 7,
            LimitKind::GrpWall => 8,
            LimitKind::MaxWall => 9,
            LimitKind::MaxTresPerUser(tres) => by_tres(0, tres),
            LimitKind::MaxTresPerAccount(tres) => by_tres(1, tres),
            LimitKind::GrpTres(tres) => by_tres(2, tres),
            LimitKind::GrpTresRunMins(tres) => by_tres(3, tres),
            LimitKind::MaxTresRunMinsPerUser(tres) => by_tres(4, tres),
            LimitKind::MaxTresRunMinsPerAccount(tres) => by_tres(5, tres),
            LimitKind::GrpTresMins(tres) => by_tres(6, tres),
            LimitKind::MaxTresPerJob(tres) => by_tres(7, tres),
            LimitKind::MaxTresPerNode(tres) => by_tres(8, tres),
            LimitKind::MaxTresMinsPerJob(tres) => by_tres(9, tres),
            LimitKind::MinTresPerJob(tres) => by_tres(10, tres),
        }
    }
}

impl LimitReason {
    /// All that can be, in the order of tables.
    pub fn all() -> impl Iterator<Item = LimitReason> {
        LimitOf::ALL.into_iter().flat_map(|of| {
            LimitKind::all()
                .filter(move |kind| kind.exists(of))
                .map(move |kind| LimitReason { of, kind })
        })
    }

    /// A number of its own, which never changes: below 108.
    pub(super) fn number(self) -> u8 {
        let of = match self.of {
            LimitOf::Qos => 0,
            LimitOf::Assoc => 1,
        };
        2 * self.kind.number() + of
    }

    /// Slurm's spelling.
    pub fn code(self) -> &'static str {
        match self.of {
            LimitOf::Qos => of_qos(self.kind),
            LimitOf::Assoc => of_association(self.kind),
        }
    }
}

impl From<LimitReason> for Reason {
    fn from(limit: LimitReason) -> Reason {
        Reason::Limit(limit)
    }
}

fn of_qos(kind: LimitKind) -> &'static str {
    use TresClass::{Billing, Cpu, Gres, Node};
    match kind {
        LimitKind::GrpTres(Cpu) => "QOSGrpCpuLimit",
        LimitKind::GrpTres(Node) => "QOSGrpNodeLimit",
        LimitKind::GrpTres(Billing) => "QOSGrpBilling",
        LimitKind::GrpTres(Gres) => "QOSGrpGRES",
        LimitKind::GrpTresMins(Cpu) => "QOSGrpCPUMinutesLimit",
        LimitKind::GrpTresMins(Node) => "QOSGrpNodeMinutes",
        LimitKind::GrpTresMins(Billing) => "QOSGrpBillingMinutes",
        LimitKind::GrpTresMins(Gres) => "QOSGrpGRESMinutes",
        LimitKind::GrpTresRunMins(Cpu) => "QOSGrpCPURunMinutesLimit",
        LimitKind::GrpTresRunMins(Node) => "QOSGrpNodeRunMinutes",
        LimitKind::GrpTresRunMins(Billing) => "QOSGrpBillingRunMinutes",
        LimitKind::GrpTresRunMins(Gres) => "QOSGrpGRESRunMinutes",
        LimitKind::MaxTresPerJob(Cpu) => "QOSMaxCpuPerJobLimit",
        LimitKind::MaxTresPerJob(Node) => "QOSMaxNodePerJobLimit",
        LimitKind::MaxTresPerJob(Billing) => "QOSMaxBillingPerJob",
        LimitKind::MaxTresPerJob(Gres) => "QOSMaxGRESPerJob",
        LimitKind::MaxTresPerNode(Cpu) => "QOSMaxCpuPerNode",
        LimitKind::MaxTresPerNode(Node) => "QOSMaxUnknownPerNode",
        LimitKind::MaxTresPerNode(Billing) => "QOSMaxBillingPerNode",
        LimitKind::MaxTresPerNode(Gres) => "QOSMaxGRESPerNode",
        LimitKind::MaxTresMinsPerJob(Cpu) => "QOSMaxCpuMinutesPerJobLimit",
        LimitKind::MaxTresMinsPerJob(Node) => "QOSMaxNodeMinutesPerJob",
        LimitKind::MaxTresMinsPerJob(Billing) => "QOSMaxBillingMinutesPerJob",
        LimitKind::MaxTresMinsPerJob(Gres) => "QOSMaxGRESMinutesPerJob",
        LimitKind::MaxTresPerUser(Cpu) => "QOSMaxCpuPerUserLimit",
        LimitKind::MaxTresPerUser(Node) => "QOSMaxNodePerUserLimit",
        LimitKind::MaxTresPerUser(Billing) => "QOSMaxBillingPerUser",
        LimitKind::MaxTresPerUser(Gres) => "QOSMaxGRESPerUser",
        LimitKind::MaxTresPerAccount(Cpu) => "MaxCpuPerAccount",
        LimitKind::MaxTresPerAccount(Node) => "MaxNodePerAccount",
        LimitKind::MaxTresPerAccount(Billing) => "MaxBillingPerAccount",
        LimitKind::MaxTresPerAccount(Gres) => "MaxGRESPerAccount",
        LimitKind::MaxTresRunMinsPerUser(Cpu) => "MaxCpuRunMinsPerUser",
        LimitKind::MaxTresRunMinsPerUser(Node) => "MaxNodeRunMinsPerUser",
        LimitKind::MaxTresRunMinsPerUser(Billing) => "MaxBillingRunMinsPerUser",
        LimitKind::MaxTresRunMinsPerUser(Gres) => "MaxGRESRunMinsPerUser",
        LimitKind::MaxTresRunMinsPerAccount(Cpu) => "MaxCpuRunMinsPerAccount",
        LimitKind::MaxTresRunMinsPerAccount(Node) => "MaxNodeRunMinsPerAccount",
        LimitKind::MaxTresRunMinsPerAccount(Billing) => "MaxBillingRunMinsPerAccount",
        LimitKind::MaxTresRunMinsPerAccount(Gres) => "MaxGRESRunMinsPerAccount",
        LimitKind::MinTresPerJob(Cpu) => "QOSMinCpuNotSatisfied",
        LimitKind::MinTresPerJob(Node) => "QOSMinNode",
        LimitKind::MinTresPerJob(Billing) => "QOSMinBilling",
        LimitKind::MinTresPerJob(Gres) => "QOSMinGRES",
        LimitKind::GrpJobs => "QOSGrpJobsLimit",
        LimitKind::MaxJobs | LimitKind::MaxJobsPerUser => "QOSMaxJobsPerUserLimit",
        LimitKind::MaxJobsPerAccount => "MaxJobsPerAccount",
        LimitKind::GrpSubmitJobs => "QOSGrpSubmitJobsLimit",
        LimitKind::MaxSubmitJobs | LimitKind::MaxSubmitJobsPerUser => "QOSMaxSubmitJobPerUserLimit",
        LimitKind::MaxSubmitJobsPerAccount => "MaxSubmitJobsPerAccount",
        LimitKind::GrpWall => "QOSGrpWallLimit",
        LimitKind::MaxWall => "QOSMaxWallDurationPerJobLimit",
    }
}

fn of_association(kind: LimitKind) -> &'static str {
    use TresClass::{Billing, Cpu, Gres, Node};
    match kind {
        LimitKind::GrpTres(Cpu) => "AssocGrpCpuLimit",
        LimitKind::GrpTres(Node) => "AssocGrpNodeLimit",
        LimitKind::GrpTres(Billing) => "AssocGrpBilling",
        LimitKind::GrpTres(Gres) => "AssocGrpGRES",
        LimitKind::GrpTresMins(Cpu) => "AssocGrpCPUMinutesLimit",
        LimitKind::GrpTresMins(Node) => "AssocGrpNodeMinutes",
        LimitKind::GrpTresMins(Billing) => "AssocGrpBillingMinutes",
        LimitKind::GrpTresMins(Gres) => "AssocGrpGRESMinutes",
        LimitKind::GrpTresRunMins(Cpu) => "AssocGrpCPURunMinutesLimit",
        LimitKind::GrpTresRunMins(Node) => "AssocGrpNodeRunMinutes",
        LimitKind::GrpTresRunMins(Billing) => "AssocGrpBillingRunMinutes",
        LimitKind::GrpTresRunMins(Gres) => "AssocGrpGRESRunMinutes",
        LimitKind::MaxTresPerJob(Cpu) => "AssocMaxCpuPerJobLimit",
        LimitKind::MaxTresPerJob(Node) => "AssocMaxNodePerJobLimit",
        LimitKind::MaxTresPerJob(Billing) => "AssocMaxBillingPerJob",
        LimitKind::MaxTresPerJob(Gres) => "AssocMaxGRESPerJob",
        LimitKind::MaxTresPerNode(Cpu) => "AssocMaxCpuPerNode",
        LimitKind::MaxTresPerNode(Node) => "AssocMaxUnknownPerNode",
        LimitKind::MaxTresPerNode(Billing) => "AssocMaxBillingPerNode",
        LimitKind::MaxTresPerNode(Gres) => "AssocMaxGRESPerNode",
        LimitKind::MaxTresMinsPerJob(Cpu) => "AssocMaxCpuMinutesPerJobLimit",
        LimitKind::MaxTresMinsPerJob(Node) => "AssocMaxNodeMinutesPerJob",
        LimitKind::MaxTresMinsPerJob(Billing) => "AssocMaxBillingMinutesPerJob",
        LimitKind::MaxTresMinsPerJob(Gres) => "AssocMaxGRESMinutesPerJob",
        LimitKind::GrpJobs => "AssocGrpJobsLimit",
        LimitKind::MaxJobs => "AssocMaxJobsLimit",
        LimitKind::GrpSubmitJobs => "AssocGrpSubmitJobsLimit",
        LimitKind::MaxSubmitJobs => "AssocMaxSubmitJobLimit",
        LimitKind::GrpWall => "AssocGrpWallLimit",
        LimitKind::MaxWall => "AssocMaxWallDurationPerJobLimit",
        // Only a QOS has these.
        LimitKind::MaxTresPerUser(_)
        | LimitKind::MaxTresPerAccount(_)
        | LimitKind::MaxTresRunMinsPerUser(_)
        | LimitKind::MaxTresRunMinsPerAccount(_)
        | LimitKind::MinTresPerJob(_)
        | LimitKind::MaxJobsPerUser
        | LimitKind::MaxJobsPerAccount
        | LimitKind::MaxSubmitJobsPerUser
        | LimitKind::MaxSubmitJobsPerAccount => of_qos(kind),
    }
}
