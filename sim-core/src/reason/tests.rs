//! Reasons as numbers, and as Slurm spells them (`docs/slurm.md`, *Reasons*).

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_reason_has_a_code_and_a_byte_of_its_own() {
    let codes: BTreeSet<&str> = Reason::all().map(Reason::code).collect();
    let bytes: BTreeSet<u8> = Reason::all().map(Reason::byte).collect();
    let count = Reason::all().count();
    assert_eq!((codes.len(), bytes.len()), (count, count));
    assert!(bytes.last() < Some(&240), "records add 16");
}

#[test]
fn reasons_that_are_no_limits_are_spelt_as_slurm_does_but_for_the_last() {
    let codes = Reason::PLAIN.map(Reason::code);
    assert_eq!(
        codes,
        [
            "None",
            "Priority",
            "Resources",
            "PartitionTimeLimit",
            "PartitionNodeLimit",
            "PartitionDown",
            "PartitionInactive",
            "PartitionConfig",
            "AccountNotAllowed",
            "QOSNotAllowed",
            "BeginTime",
            "Dependency",
            "DependencyNeverSatisfied",
            "JobHeldUser",
            "JobHeldAdmin",
            "Reservation",
            "ReservationDeleted",
            "ReqNodeNotAvail, Reserved for maintenance",
            "ReqNodeNotAvail, May be reserved for other job",
            "ReqNodeNotAvail, UnavailableNodes",
            "BadConstraints",
            "JobArrayTaskLimit",
            "MovingOut",
        ]
    );
}

#[test]
fn limits_of_gpus_are_spelt_as_slurm_does() {
    use TresClass::Gres;
    for (kind, expected) in [
        (LimitKind::GrpTres(Gres), ["AssocGrpGRES", "QOSGrpGRES"]),
        (
            LimitKind::GrpTresMins(Gres),
            ["AssocGrpGRESMinutes", "QOSGrpGRESMinutes"],
        ),
        (
            LimitKind::GrpTresRunMins(Gres),
            ["AssocGrpGRESRunMinutes", "QOSGrpGRESRunMinutes"],
        ),
        (
            LimitKind::MaxTresPerJob(Gres),
            ["AssocMaxGRESPerJob", "QOSMaxGRESPerJob"],
        ),
        (
            LimitKind::MaxTresPerNode(Gres),
            ["AssocMaxGRESPerNode", "QOSMaxGRESPerNode"],
        ),
        (
            LimitKind::MaxTresMinsPerJob(Gres),
            ["AssocMaxGRESMinutesPerJob", "QOSMaxGRESMinutesPerJob"],
        ),
        (LimitKind::MaxTresPerUser(Gres), ["", "QOSMaxGRESPerUser"]),
        (LimitKind::MaxTresPerAccount(Gres), ["", "MaxGRESPerAccount"]),
        (
            LimitKind::MaxTresRunMinsPerUser(Gres),
            ["", "MaxGRESRunMinsPerUser"],
        ),
        (
            LimitKind::MaxTresRunMinsPerAccount(Gres),
            ["", "MaxGRESRunMinsPerAccount"],
        ),
        (LimitKind::MinTresPerJob(Gres), ["", "QOSMinGRES"]),
    ] {
        assert_eq!([spelt(LimitOf::Assoc, kind), spelt(LimitOf::Qos, kind)], expected);
    }
}

#[test]
fn limits_that_count_no_resource_are_spelt_as_slurm_does() {
    for (kind, expected) in [
        (LimitKind::GrpJobs, ["AssocGrpJobsLimit", "QOSGrpJobsLimit"]),
        (LimitKind::MaxJobs, ["AssocMaxJobsLimit", ""]),
        (LimitKind::MaxJobsPerUser, ["", "QOSMaxJobsPerUserLimit"]),
        (LimitKind::MaxJobsPerAccount, ["", "MaxJobsPerAccount"]),
        (
            LimitKind::GrpSubmitJobs,
            ["AssocGrpSubmitJobsLimit", "QOSGrpSubmitJobsLimit"],
        ),
        (LimitKind::MaxSubmitJobs, ["AssocMaxSubmitJobLimit", ""]),
        (
            LimitKind::MaxSubmitJobsPerUser,
            ["", "QOSMaxSubmitJobPerUserLimit"],
        ),
        (
            LimitKind::MaxSubmitJobsPerAccount,
            ["", "MaxSubmitJobsPerAccount"],
        ),
        (LimitKind::GrpWall, ["AssocGrpWallLimit", "QOSGrpWallLimit"]),
        (
            LimitKind::MaxWall,
            ["AssocMaxWallDurationPerJobLimit", "QOSMaxWallDurationPerJobLimit"],
        ),
    ] {
        assert_eq!([spelt(LimitOf::Assoc, kind), spelt(LimitOf::Qos, kind)], expected);
    }
}

/// Limits of a kind on CPUs, nodes and billing.
type Row = (LimitOf, fn(TresClass) -> LimitKind, [&'static str; 3]);

#[test]
fn limits_of_cpus_nodes_and_billing_follow_no_one_pattern() {
    use LimitOf::{Assoc, Qos};
    let rows: [Row; 10] = [
        (
            Assoc,
            LimitKind::GrpTres,
            ["AssocGrpCpuLimit", "AssocGrpNodeLimit", "AssocGrpBilling"],
        ),
        (
            Assoc,
            LimitKind::GrpTresMins,
            [
                "AssocGrpCPUMinutesLimit",
                "AssocGrpNodeMinutes",
                "AssocGrpBillingMinutes",
            ],
        ),
        (
            Assoc,
            LimitKind::GrpTresRunMins,
            [
                "AssocGrpCPURunMinutesLimit",
                "AssocGrpNodeRunMinutes",
                "AssocGrpBillingRunMinutes",
            ],
        ),
        (
            Assoc,
            LimitKind::MaxTresPerJob,
            [
                "AssocMaxCpuPerJobLimit",
                "AssocMaxNodePerJobLimit",
                "AssocMaxBillingPerJob",
            ],
        ),
        (
            Qos,
            LimitKind::GrpTres,
            ["QOSGrpCpuLimit", "QOSGrpNodeLimit", "QOSGrpBilling"],
        ),
        (
            Qos,
            LimitKind::GrpTresMins,
            [
                "QOSGrpCPUMinutesLimit",
                "QOSGrpNodeMinutes",
                "QOSGrpBillingMinutes",
            ],
        ),
        (
            Qos,
            LimitKind::GrpTresRunMins,
            [
                "QOSGrpCPURunMinutesLimit",
                "QOSGrpNodeRunMinutes",
                "QOSGrpBillingRunMinutes",
            ],
        ),
        (
            Qos,
            LimitKind::MaxTresPerJob,
            [
                "QOSMaxCpuPerJobLimit",
                "QOSMaxNodePerJobLimit",
                "QOSMaxBillingPerJob",
            ],
        ),
        (
            Qos,
            LimitKind::MaxTresPerUser,
            [
                "QOSMaxCpuPerUserLimit",
                "QOSMaxNodePerUserLimit",
                "QOSMaxBillingPerUser",
            ],
        ),
        (
            Qos,
            LimitKind::MaxTresPerAccount,
            ["MaxCpuPerAccount", "MaxNodePerAccount", "MaxBillingPerAccount"],
        ),
    ];
    for (of, kind, expected) in rows {
        let classes = [TresClass::Cpu, TresClass::Node, TresClass::Billing];
        assert_eq!(classes.map(|tres| spelt(of, kind(tres))), expected);
    }
}

/// The code of a limit; empty if there is none of the kind.
fn spelt(of: LimitOf, kind: LimitKind) -> &'static str {
    if kind.exists(of) {
        LimitReason { of, kind }.code()
    } else {
        ""
    }
}

#[test]
fn reasons_are_one_byte_for_machines_and_their_code_for_people() {
    for reason in Reason::all() {
        let packed = postcard::to_allocvec(&reason).unwrap();
        assert_eq!(packed.len(), 1);
        assert_eq!(postcard::from_bytes::<Reason>(&packed).unwrap(), reason);
        let text = toml::Value::try_from(reason).unwrap();
        assert_eq!(text.as_str(), Some(reason.code()));
        assert_eq!(text.try_into::<Reason>().unwrap(), reason);
    }
}
