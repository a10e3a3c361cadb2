//! What also holds under a policy, and is not counted: nobody has to plan by it, or no knob counts it.

use sim_core::scenario::{
    AssocLimits, Backfill, BillingRule, ClusterSpec, Drain, FairShare, HandOver, Maintenance, PartitionSpec,
    Policy, PreemptBy, PriorityPolicy, Repeats, ReservationSpec, Scenario, Shares, UsageReset,
};
use sim_core::units::Span;

use super::choices::{partition, pushed_off, qos, types, with_clauses};
use super::counted::{period, scope};
use super::limits::{self, Counted};
use super::say::{and, devices, named, span, weights};
use super::{Rule, rule};
use crate::format::{self, NBSP};

/// All of it, a sentence each.
pub(super) fn beside(scenario: &Scenario) -> Vec<Rule> {
    let (policy, cluster) = (&scenario.policy, &scenario.cluster);
    let Policy {
        priority: _,
        partitions,
        qos: _,
        associations: _,
        // Counted.
        quota: _,
        enforce,
        preemption: _,
        reservations,
        maintenance,
        idle_cull: _,
        low_use: _,
        service,
        outside,
        backfill,
        // How often the scheduler looks is nobody's rule.
        passes: _,
    } = policy;
    let mut all = first(policy, cluster);
    default_times(partitions, &mut all);
    order(policy, &mut all);
    usage(policy, &mut all);
    associations(scenario, &mut all);
    preemption(policy, &mut all);
    match backfill {
        Backfill::Off => all.push(rule("backfill", "Nothing starts past a job that waits ahead of it.")),
        Backfill::Easy => all.push(rule(
            "backfill",
            "A job may start past others if that delays none but those behind the first in the queue.",
        )),
        Backfill::Slurm(bf) => all.push(rule(
            "backfill",
            format!(
                "A job may start past others if that delays none whose start is planned; plans reach {} ahead.",
                span(bf.window)
            ),
        )),
    }
    if enforce.part_limits {
        all.push(rule(
            "part-limits",
            "A job beyond a partition’s limits is refused at once.",
        ));
    }
    for it in reservations {
        all.push(rule(format!("reservation/{}", it.name), reservation(it)));
    }
    if maintenance.every_weeks > 0 {
        all.push(rule("maintenance", every_so_often(*maintenance)));
    }
    if policy.quota.show_cost {
        all.push(rule("show-cost", "Everybody is shown what their jobs cost."));
    }
    // Counted, where it is more than letting jobs run out.
    if service.rule != HandOver::Off && service.drain == Drain::Wait {
        all.push(rule(
            "service-drain",
            "On a node that goes to the service jobs run out, and nobody new starts.",
        ));
    }
    if outside.after.is_some() && outside.documented {
        all.push(rule("outside-guide", "The site tells how to move work outside."));
    }
    all
}

/// Where work goes if nobody says anything.
fn first(policy: &Policy, cluster: &ClusterSpec) -> Vec<Rule> {
    let mut all = Vec::new();
    if let Some(it) = policy.partitions.first() {
        let others = policy.partitions.len() > 1;
        let what = if others {
            format!("Work goes to partition {} unless it says otherwise", it.name)
        } else {
            format!("There is one partition, {}", it.name)
        };
        let clauses = partition(policy, cluster, it);
        all.push(rule(
            format!("partition/{}", it.name),
            with_clauses(&what, &clauses),
        ));
    }
    if let Some(it) = policy.qos.first() {
        for (number, clause) in qos(policy, it).iter().enumerate() {
            let words = format!("{}{clause}.", scope(policy, it));
            all.push(rule(format!("qos/{}/{number}", it.name), format::capital(&words)));
        }
    }
    if let [kind, _, ..] = types(cluster)[..] {
        all.push(rule(
            format!("type/{kind}"),
            format!("Whoever names no type of GPU takes what comes, of {kind} or another."),
        ));
    }
    for group in &cluster.nodes {
        for cut in group.cut.iter().filter(|cut| cut.gpus > 0 && group.count > 0) {
            let slices: Vec<String> = sliced(&group.gpu, &cut.layout);
            let each = if cut.gpus == group.gpus {
                String::from("every GPU is cut")
            } else {
                format!("{} of every {} GPUs are cut, each", cut.gpus, group.gpus)
            };
            all.push(rule(
                format!("slices/{}/{}", group.name, cut.layout),
                format!("In the nodes {} {each} into {}.", group.name, and(&slices)),
            ));
        }
    }
    all
}

/// What a cut makes of one GPU: "2 slices h200_3g.71gb".
fn sliced(gpu: &str, layout: &str) -> Vec<String> {
    let Ok(layout) = sim_core::scenario::mig::Layout::parse(gpu, layout) else {
        return vec![layout.to_owned()];
    };
    let mut kinds: Vec<(String, u64)> = Vec::new();
    for kind in layout.types(gpu) {
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, n)) => *n += 1,
            None => kinds.push((kind, 1)),
        }
    }
    kinds.iter().map(|(kind, n)| devices(*n, kind)).collect()
}

fn default_times(partitions: &[PartitionSpec], all: &mut Vec<Rule>) {
    let mut said: Vec<(Option<Span>, Vec<&str>)> = Vec::new();
    for it in partitions {
        match said.iter_mut().find(|(time, _)| *time == it.default_time) {
            Some((_, names)) => names.push(&it.name),
            None => said.push((it.default_time, vec![&it.name])),
        }
    }
    let only = said.len() == 1;
    for (time, names) in said {
        let place = if only {
            String::from("A job")
        } else {
            format!("In {} a job", named("partition", &names))
        };
        let gets = time.map_or(String::from("the longest there is"), span);
        all.push(rule(
            format!("default-time/{}", if only { "" } else { names[0] }),
            format!("{place} that asks for no time gets {gets}."),
        ));
    }
}

/// Who comes first.
fn order(policy: &Policy, all: &mut Vec<Rule>) {
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
        // When figures are brought up to date is nobody's rule.
        calc_period: _,
        usage_reset,
        fairshare,
        dampening: _,
        favor_small,
        small_relative_to_time: _,
        accrue_always: _,
        no_normal_assoc: _,
        no_normal_part: _,
        no_normal_qos: _,
        no_normal_tres: _,
        // Told with the partitions' weights.
        billing: _,
    } = &policy.priority;
    let points = |n: u32| format!("{}{NBSP}points", format::count(u64::from(n)));
    if *weight_fairshare > 0 {
        let words = match fairshare {
            FairShare::FairTree | FairShare::Classic => format!(
                "Whoever, and whose group, has used little lately comes first: up to {}.",
                points(*weight_fairshare)
            ),
            FairShare::Off => String::from("Nobody’s past use counts."),
        };
        all.push(rule("fairshare", words));
    }
    let half = match half_life {
        Some(time) => format!("What was used is forgotten by half in {}.", span(*time)),
        None => String::from("What was used is not forgotten."),
    };
    all.push(rule("half-life", half));
    let reset = match usage_reset {
        UsageReset::None => None,
        UsageReset::Daily => Some("every midnight"),
        UsageReset::Weekly => Some("every week"),
        UsageReset::Monthly => Some("every 30 days"),
        UsageReset::Quarterly => Some("every 91 days"),
        UsageReset::Yearly => Some("every year"),
    };
    if let Some(when) = reset {
        all.push(rule(
            "budget-period",
            format!("All use is forgotten at once {when}."),
        ));
    }
    if *weight_age > 0 {
        all.push(rule(
            "age",
            format!(
                "Waiting lifts a job, for {}, by up to {}.",
                span(*max_age),
                points(*weight_age)
            ),
        ));
    }
    let lifts = [
        (
            "weight-partition",
            *weight_partition,
            "The partition",
            differ(policy.partitions.iter().map(|it| it.job_factor)),
        ),
        (
            "weight-qos",
            *weight_qos,
            "The QOS",
            differ(policy.qos.iter().map(|it| it.priority)),
        ),
        (
            "weight-assoc",
            *weight_assoc,
            "The group’s or person’s own priority",
            differ(
                std::iter::once(0)
                    .chain(policy.associations.accounts.iter().map(|it| it.priority))
                    .chain(policy.associations.users.iter().map(|it| it.priority)),
            ),
        ),
    ];
    // What lifts all jobs alike lifts none.
    for (about, weight, what, _) in lifts.into_iter().filter(|lift| lift.1 > 0 && lift.3) {
        all.push(rule(
            about,
            format!("{what} lifts a job by up to {}.", points(weight)),
        ));
    }
    if *weight_job_size > 0 {
        let which = if *favor_small { "small" } else { "large" };
        let words = format!(
            "Jobs on {which} parts of the machine are lifted by up to {}.",
            points(*weight_job_size)
        );
        all.push(rule("weight-size", words));
    }
    if !weight_tres.is_empty() {
        let words = format!(
            "What a job asks for lifts it: points by share of the partition, {}.",
            weights(weight_tres)
        );
        all.push(rule("weight-tres", words));
    }
}

fn differ(mut all: impl Iterator<Item = u32>) -> bool {
    let first = all.next();
    all.any(|other| Some(other) != first)
}

/// What use counts.
fn usage(policy: &Policy, all: &mut Vec<Rule>) {
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    for it in policy.partitions.iter().filter(|it| !it.billing.is_empty()) {
        let words = weights(&it.billing);
        match said.iter_mut().find(|(other, _)| *other == words) {
            Some((_, names)) => names.push(&it.name),
            None => said.push((words, vec![&it.name])),
        }
    }
    let most = match policy.priority.billing {
        BillingRule::Sum => "",
        BillingRule::MaxTres => ", the largest of them alone",
        BillingRule::MaxTresGres => ", all GPUs and the largest of the rest",
    };
    for (words, names) in said {
        all.push(rule(
            format!("billing/{}", names[0]),
            format!(
                "An hour in {} counts as use: {words}{most}.",
                named("partition", &names)
            ),
        ));
    }
}

/// Shares and limits of groups and people.
fn associations(scenario: &Scenario, all: &mut Vec<Rule>) {
    let tree = &scenario.policy.associations;
    let mut limits = |about: &str, limits: &AssocLimits, who: (&str, &str), counted: &[Counted]| {
        for (number, clause) in limits::of_association(limits, who, counted).iter().enumerate() {
            let words = format!("{clause}.");
            all.push(rule(format!("{about}/{number}"), format::capital(&words)));
        }
    };
    let counted = [Counted::Budget, Counted::RunMinutes];
    limits("root", &tree.root, ("everybody together", "one person"), &[]);
    limits(
        "groups",
        &tree.each_account,
        ("each group", "one person"),
        &counted,
    );
    limits(
        "people",
        &tree.each_user,
        ("each person", "each person"),
        &counted[1..],
    );
    for account in &tree.accounts {
        let (who, each) = (
            format!("group {}", account.name),
            format!("one person of group {}", account.name),
        );
        limits(
            &format!("group/{}", account.name),
            &account.limits,
            (&who, &each),
            &[],
        );
    }
    for user in &tree.users {
        let who = format!("person {}", user.person);
        let about = format!("person/{}/{}", user.person, user.account);
        limits(&about, &user.limits, (&who, &who), &[]);
    }
    let uneven = tree
        .accounts
        .iter()
        .any(|account| account.shares != Shares::default());
    if uneven {
        let one = |shares: Shares| match shares {
            Shares::Of(n) => n.to_string(),
            Shares::Parent => String::from("its parent’s"),
        };
        let shares: Vec<String> = tree
            .accounts
            .iter()
            .map(|account| format!("{} {}", account.name, one(account.shares)))
            .collect();
        all.push(rule(
            "shares",
            format!("Shares of the machine: {}.", shares.join(", ")),
        ));
    }
    let budgets = tree.each_account.grp_tres_mins.is_empty()
        && tree
            .accounts
            .iter()
            .any(|account| !account.limits.grp_tres_mins.is_empty());
    if budgets {
        all.push(rule(
            "budgets",
            format!(
                "Groups’ budgets are for what they use {}.",
                period(&scenario.policy)
            ),
        ));
    }
}

fn preemption(policy: &Policy, all: &mut Vec<Rule>) {
    let of = &policy.preemption;
    if of.by == PreemptBy::None {
        return;
    }
    if of.exempt_time.0 > 0 && pushed_off(of.mode).is_some() {
        all.push(rule(
            "exempt-time",
            format!(
                "Nobody is pushed off within {} of starting.",
                span(of.exempt_time)
            ),
        ));
    }
}

fn reservation(of: &ReservationSpec) -> String {
    let nodes = if of.nodes.is_empty() {
        String::from("All nodes")
    } else {
        format!("The nodes {}", and(&of.nodes))
    };
    let whom = match (&of.accounts[..], &of.people[..]) {
        ([], []) => String::from("nobody"),
        (accounts, []) => named("group", accounts),
        (accounts, people) => {
            let people: Vec<String> = people.iter().map(|n| format!("person {n}")).collect();
            let mut all = people;
            if !accounts.is_empty() {
                all.insert(0, named("group", accounts));
            }
            and(&all)
        }
    };
    let again = match of.repeats {
        Repeats::Never => String::new(),
        Repeats::Daily => String::from(", every day"),
        Repeats::Weekdays => String::from(", from Monday to Friday"),
        Repeats::Weekly => String::from(", every week"),
        Repeats::EveryWeeks(n) => format!(", every {n} weeks"),
    };
    format!(
        "{nodes} are kept for {whom} for {}, from day {} at {}{again}.",
        span(of.duration),
        of.start.0 / 86_400 + 1,
        super::say::clock(Span(of.start.0 % 86_400))
    )
}

fn every_so_often(of: Maintenance) -> String {
    let weeks = if of.every_weeks == 1 {
        String::from("week")
    } else {
        format!("{} weeks", of.every_weeks)
    };
    format!(
        "Every {weeks} all nodes are maintained for {}; nothing runs then.",
        span(of.duration)
    )
}
