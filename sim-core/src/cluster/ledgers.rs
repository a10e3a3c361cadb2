//! The sums that limits are compared with: what running jobs hold, what they may still use, and how many jobs there are.
//!
//! Only what some limit asks for is counted: the resources that are limited anywhere, for the people, accounts, QOS or
//! associations that have such limits.

use super::amounts::Amounts;
use super::job::{Job, JobState};
use super::limit_rules::{Check, Counted, LimitRules, Who};
use super::tree::Tree;
use super::tres::TresIx;
use crate::ids::{AccountId, ArrayId, AssocId, NodeId, PartitionId, QosId, Table, UserId};
use crate::reason::LimitKind;
use crate::units::Span;

/// Running sums.
#[derive(Clone, Debug)]
pub struct Ledgers {
    places: Places,
    held: Sums,
    /// In seconds of each resource.
    left: Sums,
    running: Sums,
    submitted: Sums,
    /// Jobs on each node by the rows of `held`, if nodes are limited.
    on_nodes: Option<OnNodes>,
    running_tasks: Vec<u32>,
    /// Whether past use is limited, which fades at ticks.
    budgets: bool,
    stamps: Stamps,
}

/// Numbers that grow whenever what limits compare with has moved.
#[derive(Clone, Debug, Default)]
struct Stamps {
    /// By person: one of their jobs started or ended.
    users: Vec<u64>,
    /// Something moved that people share.
    common: u64,
    /// Limits themselves were changed.
    rules: u64,
    /// Whether a limit counts jobs of several people together.
    shared: bool,
}

impl Stamps {
    fn moved(&mut self, job: &Job) {
        self.users[usize::from(job.request.user)] += 1;
        self.common += u64::from(self.shared);
    }
}

/// Where a job counts.
#[derive(Clone, Debug)]
struct Places {
    users: usize,
    accounts: usize,
    qos: usize,
    associations: usize,
    /// The QOS of each partition.
    partition_qos: Table<PartitionId, Option<QosId>>,
    /// From each association up to root.
    chains: Table<AssocId, Box<[AssocId]>>,
}

/// Sums of some resources for some of those that limits can count together.
#[derive(Clone, Debug, Default)]
struct Sums {
    /// The resources; one nameless column for numbers of jobs.
    columns: Vec<TresIx>,
    /// Where the rows of each kind of [`Who`] begin, for those that are counted.
    rows: [Option<usize>; 4],
    values: Vec<u64>,
}

/// Jobs on each node, row after row.
#[derive(Clone, Debug)]
struct OnNodes {
    nodes: usize,
    jobs: Vec<u32>,
}

impl Ledgers {
    /// Empty ledgers for these limits and a cluster of so many nodes.
    pub fn new(rules: &LimitRules, tree: &Tree, amounts: &Amounts, nodes: usize) -> Ledgers {
        let users = tree.people();
        let places = Places {
            users,
            accounts: tree.accounts(),
            qos: amounts.usage_factor.len(),
            associations: tree.len(),
            partition_qos: amounts.partition_qos.clone(),
            chains: tree.entries().map(|(id, _)| tree.chain(id).into()).collect(),
        };
        let sums = |counted: Counted| {
            Sums::new(
                &places,
                rules.all().filter(|check| check.counted() == Some(counted)),
            )
        };
        let held = sums(Counted::Held);
        Ledgers {
            left: sums(Counted::Left),
            running: sums(Counted::Running),
            submitted: sums(Counted::Submitted),
            on_nodes: held.columns.contains(&TresIx::NODE).then(|| OnNodes {
                nodes,
                jobs: vec![0; held.height() * nodes],
            }),
            held,
            running_tasks: Vec::new(),
            budgets: rules
                .all()
                .any(|check| matches!(check.kind, LimitKind::GrpTresMins(_) | LimitKind::GrpWall)),
            stamps: Stamps {
                users: vec![0; users],
                shared: rules.all().any(|check| is_shared(check, tree)),
                ..Stamps::default()
            },
            places,
        }
    }

    /// Something was changed from outside that limits or partitions ask for.
    pub fn rules_changed(&mut self) {
        self.stamps.rules += 1;
    }

    /// A number that is another one whenever a limit may say something else to a person's job than before.
    #[inline]
    pub fn stamp(&self, user: UserId) -> u64 {
        self.stamps.users[usize::from(user)] + self.stamps.common + self.stamps.rules
    }

    /// A number that is another one whenever limits were changed.
    pub fn rules_stamp(&self) -> u64 {
        self.stamps.rules
    }

    /// The same for other limits: everything is counted again, from the jobs as they stand.
    pub fn recount<'a>(
        &self,
        rules: &LimitRules,
        tree: &Tree,
        amounts: &Amounts,
        nodes: usize,
        jobs: impl Iterator<Item = &'a Job>,
    ) -> Ledgers {
        let mut ledgers = Ledgers::new(rules, tree, amounts, nodes);
        // Stamps only grow.
        ledgers.stamps.users.clone_from(&self.stamps.users);
        ledgers.stamps.common = self.stamps.common;
        ledgers.stamps.rules = self.stamps.rules + 1;
        for job in jobs {
            match job.state {
                JobState::Future | JobState::Completing | JobState::Ended => {}
                JobState::NotEligible | JobState::Pending => ledgers.submit(job),
                JobState::Running => {
                    ledgers.submit(job);
                    ledgers.start(job, amounts);
                }
            }
        }
        ledgers
    }

    /// Whether what falls at a tick, run-minutes or past use, can let a job start.
    pub fn limit_run_minutes(&self) -> bool {
        self.budgets || !self.left.columns.is_empty()
    }

    /// What the running jobs hold of a resource, if it is counted. Nodes that several jobs share count once.
    #[inline]
    pub fn held(&self, who: Who, tres: TresIx) -> Option<u64> {
        self.held.get(&self.places, who, tres)
    }

    /// Seconds of a resource that the running jobs may still use, if they are counted.
    #[inline]
    pub fn left(&self, who: Who, tres: TresIx) -> Option<u64> {
        self.left.get(&self.places, who, tres)
    }

    /// Running jobs, if they are counted.
    #[inline]
    pub fn running(&self, who: Who) -> Option<u64> {
        self.running.get(&self.places, who, TresIx::CPU)
    }

    /// Jobs that wait or run, if they are counted. A job in several partitions counts in the QOS of each.
    pub fn submitted(&self, who: Who) -> Option<u64> {
        self.submitted.get(&self.places, who, TresIx::CPU)
    }

    /// Of these nodes those on which none of the running jobs is.
    pub fn new_nodes(&self, who: Who, nodes: &[NodeId]) -> u64 {
        let row = self.held.row(&self.places, who);
        let (Some(on), Some(row)) = (&self.on_nodes, row) else {
            return nodes.len() as u64;
        };
        let is_new = |node: &&NodeId| on.jobs[row * on.nodes + usize::from(**node)] == 0;
        nodes.iter().filter(is_new).count() as u64
    }

    /// Running tasks of an array.
    #[inline]
    pub fn running_tasks(&self, array: ArrayId) -> u32 {
        self.running_tasks.get(usize::from(array)).copied().unwrap_or(0)
    }

    /// A job has come in.
    pub fn submit(&mut self, job: &Job) {
        if !self.submitted.columns.is_empty() {
            let submitted = &mut self.submitted;
            let places = &self.places;
            places.each_named(job, |who| submitted.change(places, who, 0, |value| value + 1));
        }
    }

    /// A job is gone for good.
    pub fn withdraw(&mut self, job: &Job) {
        if !self.submitted.columns.is_empty() {
            let submitted = &mut self.submitted;
            let places = &self.places;
            places.each_named(job, |who| submitted.change(places, who, 0, |value| value - 1));
        }
    }

    /// A job starts, with the whole product of what it holds and what of its time limit is left.
    pub fn start(&mut self, job: &Job, amounts: &Amounts) {
        self.stamps.moved(job);
        self.hold(job, amounts, 1);
        self.change_left(job, amounts, Span::ZERO, job.on_ledger);
        self.change_submitted_elsewhere(job, |value| value - 1);
        if let Some((array, _)) = job.request.array {
            let index = usize::from(array);
            if self.running_tasks.len() <= index {
                self.running_tasks.resize(index + 1, 0);
            }
            self.running_tasks[index] += 1;
        }
    }

    /// A tick: past use fades.
    pub fn tick(&mut self) {
        self.stamps.common += u64::from(self.limit_run_minutes());
    }

    /// At a tick, so much of a running job's limit has passed.
    pub fn fall(&mut self, job: &Job, passed: Span, amounts: &Amounts) {
        self.change_left(job, amounts, job.on_ledger, job.on_ledger - passed);
    }

    /// So much of a running job's limit is left from now on: the limit was changed.
    pub fn relimit(&mut self, job: &Job, left: Span, amounts: &Amounts) {
        self.change_left(job, amounts, job.on_ledger, left);
    }

    /// A job ends; what is left of its limit is freed at once.
    pub fn end(&mut self, job: &Job, amounts: &Amounts) {
        self.stamps.moved(job);
        self.hold(job, amounts, -1);
        self.change_left(job, amounts, job.on_ledger, Span::ZERO);
        self.change_submitted_elsewhere(job, |value| value + 1);
        if let Some((array, _)) = job.request.array {
            self.running_tasks[usize::from(array)] -= 1;
        }
    }

    /// Adds a job to what is held and to the number of running jobs, or takes it off.
    fn hold(&mut self, job: &Job, amounts: &Amounts, times: i64) {
        let places = &self.places;
        for column in 0..self.held.columns.len() {
            let tres = self.held.columns[column];
            if tres == TresIx::NODE {
                continue;
            }
            let amount = amounts.allocated(job, tres).cast_signed() * times;
            let held = &mut self.held;
            places.each(job, |who| {
                held.change(places, who, column, |value| value.wrapping_add_signed(amount));
            });
        }
        if let Some(on) = &mut self.on_nodes {
            let held = &mut self.held;
            places.each(job, |who| held.move_nodes(places, who, on, job.on.nodes(), times));
        }
        if !self.running.columns.is_empty() {
            let running = &mut self.running;
            places.each(job, |who| {
                running.change(places, who, 0, |value| value.wrapping_add_signed(times));
            });
        }
    }

    /// What a job may still use goes from one length of time to another. UsageFactor counts, without fractions of a second.
    fn change_left(&mut self, job: &Job, amounts: &Amounts, from: Span, to: Span) {
        if self.left.columns.is_empty() {
            return;
        }
        let factor = amounts.usage_factor[job.request.qos];
        let seconds = |span: Span| {
            if factor == 1.0 {
                u64::from(span.0)
            } else {
                // A float-to-integer cast truncates toward zero.
                (f64::from(span.0) * factor) as u64
            }
        };
        let change = seconds(to).cast_signed() - seconds(from).cast_signed();
        let places = &self.places;
        for column in 0..self.left.columns.len() {
            let amount = amounts.allocated(job, self.left.columns[column]).cast_signed() * change;
            let left = &mut self.left;
            places.each(job, |who| {
                left.change(places, who, column, |value| value.wrapping_add_signed(amount));
            });
        }
    }

    /// A job that runs counts no longer in the QOS of the other partitions that it named.
    fn change_submitted_elsewhere(&mut self, job: &Job, to: impl Fn(u64) -> u64) {
        if self.submitted.columns.is_empty() || job.request.also == crate::ids::PartitionSet::empty() {
            return;
        }
        let places = &self.places;
        let here = places.partition_qos[job.partition];
        let submitted = &mut self.submitted;
        places.each_named_qos(job, |qos| {
            if qos != job.request.qos && Some(qos) != here {
                for who in of_qos(job, qos) {
                    submitted.change(places, who, 0, &to);
                }
            }
        });
    }
}

/// Whether a limit counts the jobs of several people together.
fn is_shared(check: &Check, tree: &Tree) -> bool {
    // Used budgets of one person's association grow with that person's jobs alone, and at ticks.
    match check.who(UserId::default(), AccountId::default()) {
        Who::User(..) => false,
        Who::Assoc(id) => !tree.row(id).kind.is_user(),
        Who::Qos(_) | Who::Account(..) => true,
    }
}

/// Those that limits of a QOS count together with a job.
fn of_qos(job: &Job, qos: QosId) -> [Who; 3] {
    let request = &job.request;
    [
        Who::Qos(qos),
        Who::User(qos, request.user),
        Who::Account(qos, request.account),
    ]
}

impl Places {
    /// Everybody with whom a running job counts: its QOS and its partition's, and its associations.
    fn each(&self, job: &Job, mut count: impl FnMut(Who)) {
        let own = job.request.qos;
        let part = self.partition_qos[job.partition].filter(|&part| part != own);
        for qos in [Some(own), part].into_iter().flatten() {
            of_qos(job, qos).into_iter().for_each(&mut count);
        }
        for &assoc in &self.chains[job.assoc] {
            count(Who::Assoc(assoc));
        }
    }

    /// Everybody with whom a submitted job counts: also the QOS of every other partition that it named.
    fn each_named(&self, job: &Job, mut count: impl FnMut(Who)) {
        self.each_named_qos(job, |qos| of_qos(job, qos).into_iter().for_each(&mut count));
        for &assoc in &self.chains[job.assoc] {
            count(Who::Assoc(assoc));
        }
    }

    /// The job's QOS and those of its partitions, each once.
    fn each_named_qos(&self, job: &Job, mut count: impl FnMut(QosId)) {
        count(job.request.qos);
        for (index, partition) in job.request.partitions().enumerate() {
            let Some(qos) = self.partition_qos[partition] else {
                continue;
            };
            let mut earlier = job.request.partitions().take(index);
            if qos != job.request.qos && !earlier.any(|other| self.partition_qos[other] == Some(qos)) {
                count(qos);
            }
        }
    }

    /// How many rows there are of each kind of [`Who`].
    fn heights(&self) -> [usize; 4] {
        [
            self.qos,
            self.qos * self.users,
            self.qos * self.accounts,
            self.associations,
        ]
    }

    /// The kind of [`Who`], and the row within it.
    #[inline]
    fn row(&self, who: Who) -> (usize, usize) {
        match who {
            Who::Qos(qos) => (0, usize::from(qos)),
            Who::User(qos, user) => (1, usize::from(qos) * self.users + usize::from(user)),
            Who::Account(qos, account) => (2, usize::from(qos) * self.accounts + usize::from(account)),
            Who::Assoc(assoc) => (3, usize::from(assoc)),
        }
    }
}

impl Sums {
    /// Zero for whatever these checks ask for.
    fn new<'a>(places: &Places, checks: impl Iterator<Item = &'a Check>) -> Sums {
        let mut sums = Sums::default();
        let mut wanted = [false; 4];
        for check in checks {
            let who = check.who(Default::default(), Default::default());
            wanted[places.row(who).0] = true;
            if !sums.columns.contains(&check.tres) {
                sums.columns.push(check.tres);
            }
        }
        let mut height = 0;
        for (kind, wanted) in wanted.into_iter().enumerate() {
            if wanted {
                sums.rows[kind] = Some(height);
                height += places.heights()[kind];
            }
        }
        sums.values = vec![0; height * sums.columns.len()];
        sums
    }

    fn height(&self) -> usize {
        self.values.len().checked_div(self.columns.len()).unwrap_or(0)
    }

    #[inline]
    fn row(&self, places: &Places, who: Who) -> Option<usize> {
        let (kind, row) = places.row(who);
        Some(self.rows[kind]? + row)
    }

    #[inline]
    fn get(&self, places: &Places, who: Who, tres: TresIx) -> Option<u64> {
        let column = self.columns.iter().position(|&other| other == tres)?;
        Some(self.values[self.row(places, who)? * self.columns.len() + column])
    }

    fn change(&mut self, places: &Places, who: Who, column: usize, to: impl Fn(u64) -> u64) {
        if let Some(row) = self.row(places, who) {
            let value = &mut self.values[row * self.columns.len() + column];
            *value = to(*value);
        }
    }

    /// A job comes onto these nodes, or leaves them; a node counts while there is one.
    fn move_nodes(&mut self, places: &Places, who: Who, on: &mut OnNodes, nodes: &[NodeId], times: i64) {
        let Some(column) = self.columns.iter().position(|&tres| tres == TresIx::NODE) else {
            return;
        };
        let Some(row) = self.row(places, who) else { return };
        let value = &mut self.values[row * self.columns.len() + column];
        for &node in nodes {
            let jobs = &mut on.jobs[row * on.nodes + usize::from(node)];
            if times > 0 {
                *value += u64::from(*jobs == 0);
                *jobs += 1;
            } else {
                *jobs -= 1;
                *value -= u64::from(*jobs == 0);
            }
        }
    }
}
