//! What slurm.conf says of priority, fair share and billing.

use sim_core::scenario::{BillingRule, FairShare, PriorityPolicy, UsageReset};
use sim_core::units::Span;

use super::conf::{Options, set};
use super::{Export, accounts, time};

pub(super) fn write(of: &PriorityPolicy, out: &mut Export) {
    let PriorityPolicy {
        weight_fairshare,
        weight_age,
        weight_partition,
        weight_qos,
        weight_job_size,
        weight_assoc,
        weight_tres,
        max_age,
        half_life,
        calc_period,
        usage_reset,
        fairshare,
        dampening,
        favor_small,
        small_relative_to_time,
        accrue_always,
        no_normal_assoc,
        no_normal_part,
        no_normal_qos,
        no_normal_tres,
        billing,
    } = of;
    let fair = match fairshare {
        FairShare::FairTree | FairShare::Classic => *weight_fairshare,
        FairShare::Off => 0,
    };
    for (name, weight, why) in [
        (
            "PriorityWeightFairshare",
            fair,
            "points for having used little lately",
        ),
        (
            "PriorityWeightAge",
            *weight_age,
            "points for having waited as long as counts",
        ),
        (
            "PriorityWeightPartition",
            *weight_partition,
            "points for the partition with the largest PriorityJobFactor",
        ),
        (
            "PriorityWeightQOS",
            *weight_qos,
            "points for the QOS with the largest Priority",
        ),
        (
            "PriorityWeightJobSize",
            *weight_job_size,
            "points for size, in nodes and CPUs; GPUs are not looked at",
        ),
        (
            "PriorityWeightAssoc",
            *weight_assoc,
            "points for the association with the largest Priority",
        ),
    ] {
        set(out, name, &weight.to_string(), "0", why);
    }
    set(
        out,
        "PriorityWeightTRES",
        &accounts::weights(weight_tres),
        "",
        "points for what a job asks for, by its share of the partition",
    );
    set(
        out,
        "PriorityMaxAge",
        &time(*max_age),
        &time(Span::days(7)),
        "waiting longer than this counts no more",
    );
    match (half_life, usage_reset) {
        (Some(half), _) => set(
            out,
            "PriorityDecayHalfLife",
            &time(*half),
            &time(Span::days(7)),
            "past use is forgotten by half in this time",
        ),
        (None, UsageReset::None) => {
            set(
                out,
                "PriorityDecayHalfLife",
                "3650-00:00:00",
                &time(Span::days(7)),
                "ten years, which stands for never",
            );
            out.without(
                "policy.priority.half-life",
                "use that is never forgotten",
                "Slurm takes a half-life of 0 only together with a PriorityUsageResetPeriod; ten years come nearest",
            );
        }
        (None, _) => set(
            out,
            "PriorityDecayHalfLife",
            "0",
            &time(Span::days(7)),
            "past use does not fade; it goes at once when the period ends",
        ),
    }
    set(
        out,
        "PriorityCalcPeriod",
        &calc_period.mins_up().to_string(),
        "5",
        "minutes between two updates of usage and priorities",
    );
    let (reset, why) = match usage_reset {
        UsageReset::None => ("NONE", ""),
        UsageReset::Daily => (
            "DAILY",
            "all use is forgotten, and budgets begin anew, at midnight",
        ),
        UsageReset::Weekly => (
            "WEEKLY",
            "all use is forgotten, and budgets begin anew, on Sunday at midnight",
        ),
        UsageReset::Monthly => (
            "MONTHLY",
            "all use is forgotten, and budgets begin anew, on the first of the month; the model counts 30 days",
        ),
        UsageReset::Quarterly => (
            "QUARTERLY",
            "all use is forgotten, and budgets begin anew, with the quarter; the model counts 91 days",
        ),
        UsageReset::Yearly => (
            "YEARLY",
            "all use is forgotten, and budgets begin anew, with the year",
        ),
    };
    set(out, "PriorityUsageResetPeriod", reset, "NONE", why);
    set(
        out,
        "FairShareDampeningFactor",
        &dampening.to_string(),
        "1",
        "for the classic fair share: how much use it takes to be set back",
    );
    let small = if *favor_small { "YES" } else { "NO" };
    set(
        out,
        "PriorityFavorSmall",
        small,
        "NO",
        "size lifts small jobs, not large ones",
    );
    let mut flags = Options::default();
    flags.flag(
        "NO_FAIR_TREE",
        *fairshare == FairShare::Classic,
        "use against shares, as before Fair Tree",
    );
    flags.flag(
        "ACCRUE_ALWAYS",
        *accrue_always,
        "waiting counts from submission, whatever holds the job",
    );
    flags.flag(
        "SMALL_RELATIVE_TO_TIME",
        *small_relative_to_time,
        "size is taken against the time limit",
    );
    for (name, is_set) in [
        ("NO_NORMAL_ASSOC", *no_normal_assoc),
        ("NO_NORMAL_PART", *no_normal_part),
        ("NO_NORMAL_QOS", *no_normal_qos),
        ("NO_NORMAL_TRES", *no_normal_tres),
    ] {
        flags.flag(
            name,
            is_set,
            "the number itself, not its share of the largest, is multiplied by the weight",
        );
    }
    match billing {
        BillingRule::Sum => {}
        BillingRule::MaxTres => flags.add(
            "MAX_TRES",
            "billing is the largest product on the nodes, not the sum",
        ),
        BillingRule::MaxTresGres => flags.add(
            "MAX_TRES_GRES",
            "billing is the sum over GPUs and the largest product of the rest",
        ),
    }
    flags.write("PriorityFlags", out);
}
