//! The ways into the cluster as somebody sees them who is about to submit: each partition under each QOS it takes, with
//! whom it lets in, what it is meant for, what it offers and the limits that hold there.

use super::shape::{Shape, Widths};
use super::{Class, Intent};
use crate::ids::{AccountId, KindId, PartitionId, QosId};
use crate::scenario::{
    AccountSpec, Limits, MeantFor, NodeGroup, PartitionSpec, PartitionState, Policy, PreemptBy, PreemptMode,
    QosSpec, Routing, Scenario, TresCounts, TresName,
};
use crate::units::Span;

/// A partition under one QOS.
pub(super) struct Hall {
    pub partition: PartitionId,
    pub qos: QosId,
    /// The longest limit in whole minutes, at least one: MaxTime, or MaxWall of the QOS.
    pub max_time: Span,
    /// The limit of those who give none.
    pub default_time: Span,
    /// The most GPU-minutes a job may promise to use, by any rule.
    pub most_gpu_minutes: u32,
    /// The most node-minutes.
    pub most_node_minutes: u32,
    pub tier: u32,
    /// Jobs get whole nodes.
    pub exclusive: bool,
    /// Jobs may be pushed off.
    pub preemptible: bool,
    /// How people choose.
    pub routing: Routing,
    is_up: bool,
    meant_for: MeantFor,
    min_nodes: u32,
    /// Its node groups, by their numbers.
    groups: Vec<usize>,
    /// By account, whether it lets their people in, and whether it names them; `None`: it asks nobody.
    accounts: Option<Vec<(bool, bool)>>,
    /// Whole GPUs of any type, then each type.
    offers: Vec<Offer>,
    /// Whole GPUs are asked for by type: there are slices too, or limits go by type.
    by_type: bool,
}

/// GPUs that can be asked for.
pub(super) struct Offer {
    pub kind: Option<KindId>,
    /// Memory in GB of slices; 0: they are whole.
    slice: u32,
    /// The most one person may hold.
    pub held: u32,
    /// The most one job may ever hold.
    pub at_once: u32,
    /// How many there are.
    count: u32,
    widths: Widths,
}

impl Offer {
    /// The widest shape of at most so many GPUs.
    pub(super) fn shape(&self, gpus: u32) -> Shape {
        self.widths.shape(gpus)
    }

    /// How many of so many GPUs it can give one job.
    pub(super) fn width(&self, gpus: u32) -> u32 {
        if self.widths.is_empty() || self.held.min(self.at_once) == 0 {
            return 0;
        }
        self.shape(gpus.min(self.at_once)).gpus()
    }
}

/// The devices of the cluster: their types in the order of `KindId`, and how many of each a node of each group has.
struct Machine {
    kinds: Vec<String>,
    each: Vec<Vec<u32>>,
}

impl Machine {
    fn new(groups: &[NodeGroup]) -> Machine {
        let mut kinds: Vec<String> = Vec::new();
        let mut each = Vec::new();
        for group in groups {
            let mut counts = Vec::new();
            for device in group.devices() {
                let known = kinds.iter().position(|kind| *kind == device.kind);
                let kind = known.unwrap_or(kinds.len());
                if known.is_none() {
                    kinds.push(device.kind);
                }
                if counts.len() <= kind {
                    counts.resize(kind + 1, 0);
                }
                counts[kind] += 1;
            }
            each.push(counts);
        }
        Machine { kinds, each }
    }

    /// GPUs of a type, or whole ones of any, on each node of a group.
    fn count(&self, group: usize, kind: Option<usize>) -> u32 {
        let of = |(at, &count): (usize, &u32)| {
            let counts = kind.map_or_else(|| memory(&self.kinds[at]) == 0, |kind| kind == at);
            if counts { count } else { 0 }
        };
        self.each[group].iter().enumerate().map(of).sum()
    }
}

/// All ways in, in the order of partitions, then of QOS.
pub(super) fn halls(scenario: &Scenario) -> Vec<Hall> {
    let policy = &scenario.policy;
    let machine = Machine::new(&scenario.cluster.nodes);
    let mut halls = Vec::new();
    // Where no partition takes any QOS, jobs are sent in all the same, and told so.
    for all in [false, true] {
        if !halls.is_empty() {
            break;
        }
        for (number, partition) in policy.partitions.iter().enumerate() {
            let (names, named) = asked(&partition.allow_qos, &partition.deny_qos);
            for (of_qos, qos) in policy.qos.iter().enumerate() {
                // Nobody asks for the QOS of those whose budget is used up.
                let on_overdraft = policy.quota.overdraft_qos.as_ref() == Some(&qos.name);
                if all || !on_overdraft && (names.is_empty() || names.contains(&qos.name) == named) {
                    halls.push(hall(scenario, &machine, number, of_qos));
                }
            }
        }
    }
    halls
}

/// The list that is asked, and whether those whom it names come in.
fn asked<'a>(allowed: &'a [String], denied: &'a [String]) -> (&'a [String], bool) {
    if allowed.is_empty() {
        (denied, false)
    } else {
        (allowed, true)
    }
}

#[inline(never)]
fn hall(scenario: &Scenario, machine: &Machine, partition: usize, qos: usize) -> Hall {
    let policy = &scenario.policy;
    let (part, of_job) = (&policy.partitions[partition], &policy.qos[qos]);
    let rules = Rules::new(policy, part, of_job);
    let nodes = &scenario.cluster.nodes;
    let groups: Vec<usize> = (0..nodes.len()).filter(|&at| has(part, &nodes[at])).collect();
    // With one type of GPU there is nothing to name.
    let named = if machine.kinds.len() > 1 {
        machine.kinds.len()
    } else {
        0
    };
    let mut offers = Vec::with_capacity(1 + named);
    for kind in std::iter::once(None).chain((0..named).map(Some)) {
        let name = kind.map(|kind| machine.kinds[kind].as_str());
        let each: Vec<(u32, u32)> = groups
            .iter()
            .map(|&at| (machine.count(at, kind), nodes[at].count))
            .collect();
        let (held, at_once) = rules.most(name);
        offers.push(Offer {
            kind: kind.map(KindId::from),
            slice: name.map_or(0, memory),
            held,
            at_once,
            count: each.iter().map(|&(gpus, nodes)| gpus.saturating_mul(nodes)).sum(),
            widths: Widths::of(&each, part.max_nodes.unwrap_or(u32::MAX)),
        });
    }
    let max_time = whole_minutes(part.max_time.min(rules.max_wall()));
    Hall {
        partition: PartitionId::from(partition),
        qos: QosId::from(qos),
        max_time,
        default_time: part
            .default_time
            .map_or(max_time, |time| whole_minutes(time).min(max_time)),
        most_gpu_minutes: rules.gpu_minutes(),
        most_node_minutes: rules.least(&[|l| &l.max_tres_mins_pj], &TresName::Node),
        tier: part.tier,
        exclusive: part.exclusive,
        preemptible: is_preemptible(policy, part, of_job, nodes),
        routing: scenario.assumptions.routing,
        meant_for: match part.meant_for {
            MeantFor::Anything => of_job.meant_for,
            MeantFor::Tests | MeantFor::Sessions | MeantFor::TestsAndSessions => part.meant_for,
        },
        min_nodes: part.min_nodes,
        is_up: part.state == PartitionState::Up,
        by_type: rules.go_by_type() || offers.iter().any(|offer| offer.slice > 0 && offer.count > 0),
        accounts: lets_in(scenario, part),
        groups,
        offers,
    }
}

fn has(part: &PartitionSpec, group: &NodeGroup) -> bool {
    part.nodes.is_empty() || part.nodes.contains(&group.name)
}

/// GB of a slice of this type: `h200_3g.71gb` has 71. 0: it is a whole GPU.
fn memory(kind: &str) -> u32 {
    let digits = kind.bytes().skip_while(|&byte| byte != b'.').skip(1);
    let digits = digits.take_while(u8::is_ascii_digit);
    digits.fold(0, |number: u32, digit| {
        number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
    })
}

/// Rounded down to minutes, which is how Slurm keeps limits, and at least one.
fn whole_minutes(time: Span) -> Span {
    Span::mins((time.0 / 60).max(1))
}

/// The limits of the partition's QOS and of the job's.
struct Rules<'a> {
    policy: &'a Policy,
    of_partition: Option<&'a Limits>,
    of_job: &'a QosSpec,
}

type Field = fn(&Limits) -> &TresCounts;

impl<'a> Rules<'a> {
    fn new(policy: &'a Policy, part: &PartitionSpec, of_job: &'a QosSpec) -> Rules<'a> {
        let named = |qos: &&QosSpec| part.qos.as_ref() == Some(&qos.name);
        Rules {
            policy,
            of_partition: policy.qos.iter().find(named).map(|qos| &qos.limits),
            of_job,
        }
    }

    /// A limit of the partition's QOS takes the place of the same limit of the job's QOS (Slurm, resource limits page).
    fn limit(&self, field: Field, of: &TresName) -> Option<u32> {
        let own = |limits: &Limits| {
            field(limits)
                .get(of)
                .map(|most| u32::try_from(most).unwrap_or(u32::MAX))
        };
        self.of_partition.and_then(own).or(own(&self.of_job.limits))
    }

    fn least(&self, fields: &[Field], of: &TresName) -> u32 {
        let set = fields.iter().filter_map(|&field| self.limit(field, of));
        set.min().unwrap_or(u32::MAX)
    }

    /// The most GPUs, in all and of this type, that one person may hold, and that one job may ever hold.
    fn most(&self, kind: Option<&str>) -> (u32, u32) {
        let person: &[Field] = &[|l| &l.max_tres_pu];
        let job: &[Field] = &[|l| &l.max_tres_pj, |l| &l.max_tres_pa, |l| &l.grp_tres];
        let of_kind = kind.map(|kind| TresName::GpuType(kind.to_owned()));
        let both = |fields: &[Field]| {
            let of_kind = of_kind.as_ref().map_or(u32::MAX, |kind| self.least(fields, kind));
            self.least(fields, &TresName::Gpu).min(of_kind)
        };
        (both(person), both(job))
    }

    /// Whether some limit is on a type.
    fn go_by_type(&self) -> bool {
        let by_type = |limits: &Limits| {
            [&limits.max_tres_pu, &limits.grp_tres]
                .into_iter()
                .flat_map(TresCounts::iter)
                .any(|(name, _)| matches!(name, TresName::GpuType(_)))
        };
        self.of_partition.is_some_and(by_type) || by_type(&self.of_job.limits)
    }

    fn max_wall(&self) -> Span {
        let of_partition = self.of_partition.and_then(|limits| limits.max_wall);
        of_partition
            .or(self.of_job.limits.max_wall)
            .unwrap_or(Span(u32::MAX))
    }

    /// Once a QOS sets GrpTRESRunMins, the associations' own are not in force.
    fn gpu_minutes(&self) -> u32 {
        let associations = &self.policy.associations;
        let of_all = self.limit(|l| &l.grp_tres_run_mins, &TresName::Gpu);
        let of_tree = |own: Option<u32>| if of_all.is_some() { None } else { own };
        let budgets = [
            of_all,
            self.limit(|l| &l.max_tres_run_mins_pu, &TresName::Gpu),
            of_tree(associations.each_account.grp_tres_run_mins.of_gpus()),
            of_tree(associations.each_user.grp_tres_run_mins.of_gpus()),
            self.limit(|l| &l.max_tres_mins_pj, &TresName::Gpu),
        ];
        budgets.into_iter().flatten().min().unwrap_or(u32::MAX)
    }
}

/// Whether jobs there may be pushed off by others.
fn is_preemptible(policy: &Policy, part: &PartitionSpec, qos: &QosSpec, groups: &[NodeGroup]) -> bool {
    let cluster = policy.preemption.mode;
    match policy.preemption.by {
        PreemptBy::None => false,
        PreemptBy::Qos => policy.qos.iter().any(|above| above.preempt.contains(&qos.name)),
        PreemptBy::PartitionPrio => {
            let above = |other: &PartitionSpec| {
                other.tier > part.tier && groups.iter().any(|group| has(part, group) && has(other, group))
            };
            part.preempt_mode.unwrap_or(cluster) != PreemptMode::Off && policy.partitions.iter().any(above)
        }
    }
}

/// AllowAccounts and DenyAccounts hold for the accounts below those that they name (`slurm.conf`).
fn lets_in(scenario: &Scenario, part: &PartitionSpec) -> Option<Vec<(bool, bool)>> {
    let (names, named) = asked(&part.allow_accounts, &part.deny_accounts);
    if names.is_empty() {
        return None;
    }
    let listed = &scenario.policy.associations.accounts;
    let is_named = |name: &str| names.iter().any(|other| other == name);
    // Parents stand before their children.
    let mut marked: Vec<bool> = Vec::new();
    for AccountSpec { name, parent, .. } in listed {
        let above = listed
            .iter()
            .position(|other| Some(&other.name) == parent.as_ref());
        let above = above.is_some_and(|at| marked.get(at).copied().unwrap_or(false));
        marked.push(above || is_named(name) || is_named("root"));
    }
    marked.resize(
        marked.len().max(scenario.workload.accounts as usize),
        is_named("root"),
    );
    let opens = |&mark: &bool| (mark == named, mark && named);
    Some(marked.iter().map(opens).collect())
}

impl Hall {
    /// Whether it lets the people of this account in, and whether it names them.
    fn opens(&self, account: AccountId) -> (bool, bool) {
        let of = usize::from(account).checked_sub(1);
        match (&self.accounts, of) {
            (Some(accounts), Some(at)) => accounts.get(at).copied().unwrap_or((false, false)),
            (Some(_) | None, _) => (true, false),
        }
    }

    /// Whether it lets them in now.
    pub(super) fn lets_in(&self, account: AccountId) -> bool {
        self.is_up && self.opens(account).0
    }

    /// Whether it is there for the people of some accounts, and these among them.
    pub(super) fn is_own(&self, account: AccountId) -> bool {
        self.opens(account).1
    }

    /// Whether it is meant for this class and not for all; `None`: it is meant for others.
    pub(super) fn is_meant_for(&self, class: Class) -> Option<bool> {
        let meant = match class {
            Class::Debug => matches!(self.meant_for, MeantFor::Tests | MeantFor::TestsAndSessions),
            Class::Interactive => matches!(self.meant_for, MeantFor::Sessions | MeantFor::TestsAndSessions),
            Class::Infer | Class::Finetune | Class::Sweep | Class::Train | Class::Large | Class::Cpubound => {
                false
            }
        };
        (meant || self.meant_for == MeantFor::Anything).then_some(meant)
    }

    /// Whether it has nodes that this one has not, or comes before it on them.
    pub(super) fn adds_to(&self, other: &Hall) -> bool {
        self.tier > other.tier || self.groups.iter().any(|group| !other.groups.contains(group))
    }

    /// What it offers for this work: the smallest slice that does, else whole GPUs.
    pub(super) fn offer(&self, intent: &Intent) -> Option<&Offer> {
        let offer = self.slice(intent).or_else(|| self.whole(intent))?;
        let fits = offer.width(intent.gpus) > 0 && offer.shape(intent.gpus).nodes >= self.min_nodes;
        fits.then_some(offer)
    }

    /// Among slices and whole GPUs people whom both serve spread as there are devices, and take the smallest slice that does.
    fn slice(&self, intent: &Intent) -> Option<&Offer> {
        let needed = intent.needs.slice.filter(|_| intent.gpus == 1)?.max(1);
        let doing = || {
            let offers = self.offers.iter();
            offers.filter(|offer| offer.slice >= needed && offer.width(1) > 0)
        };
        let slices: u64 = doing().map(|offer| u64::from(offer.count)).sum();
        let all = slices + u64::from(self.any().count);
        let lot = (u64::from(intent.needs.lot) * all) >> 16;
        let smallest = doing().min_by_key(|offer| offer.slice)?;
        (lot < slices).then_some(smallest)
    }

    /// Where a type is named, each of those on which the work is widest as often as there are GPUs of it.
    fn whole(&self, intent: &Intent) -> Option<&Offer> {
        if !(self.by_type || intent.needs.names_type) || self.offers.len() == 1 {
            return Some(self.any());
        }
        let width = |offer: &Offer| offer.width(intent.gpus);
        let wholes = || self.offers[1..].iter().filter(|offer| offer.slice == 0);
        let widest = wholes().map(width).max()?;
        let best = || wholes().filter(|offer| width(offer) == widest);
        let all: u64 = best().map(|offer| u64::from(offer.count)).sum();
        // The lower bits: the upper ones have chosen between slices and whole GPUs.
        let mut lot = (u64::from(intent.needs.lot & 0xff) * all) >> 8;
        best().find(|offer| {
            let here = lot < u64::from(offer.count);
            lot = lot.saturating_sub(u64::from(offer.count));
            here
        })
    }

    /// Whole GPUs, whoever asks.
    pub(super) fn any(&self) -> &Offer {
        &self.offers[0]
    }

    /// The same GPUs here, if it has them.
    pub(super) fn same(&self, offer: &Offer) -> Option<&Offer> {
        let same = |here: &&Offer| here.kind == offer.kind && here.count > 0;
        let may_be_any = offer.kind.is_some() || !self.by_type;
        self.offers.iter().find(same).filter(|_| may_be_any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_tells_its_memory() {
        let of = ["h200_3g.71gb", "a100_1g.5gb", "a100", "rtx-2.x"].map(memory);
        assert_eq!(of, [71, 5, 0, 0]);
    }
}
