//! Stories: a world in a few lines of text, and its run told in words.
//!
//! ```text
//! cluster   2 nodes x 4 gpus
//! a  at 0m  gpus 4    limit 2h  runs 1h
//! b  at 1m  gpus 2x4  limit 1h              (two nodes with four each; runs as long as its limit)
//! c  at 2m  gpus 1    limit 30m  user bob
//! ```
//!
//! Lines that set rules begin with one of the words in `Teller::line`; all others are jobs. Without further lines there
//! is one partition and one QOS, nothing is limited, and all have the same priority: first come, first in line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sim_core::engine::{Passes, Run};
use sim_core::ids::JobId;
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{
    Backfill, NodeGroup, PartitionSpec, PassRhythm, PreemptBy, PreemptMode, PriorityPolicy, QosSpec,
    Scenario, SlurmBackfill, TresCounts,
};
use sim_core::units::{Span, Time};
use sim_core::workload::Arrival;

use crate::watch::{Seen, Watch};
use crate::world::{Ask, World};

/// A world whose people and jobs have names.
pub struct Story {
    /// The world.
    pub world: World,
    /// Name of each job.
    pub names: Vec<String>,
}

/// Runs a story to its end; one line for each thing that happened.
pub fn tell(text: &str) -> String {
    read(text).told()
}

impl Story {
    /// The run to its end; one line for each thing that happened.
    pub fn told(&self) -> String {
        self.told_of(self.world.start(Passes::WhereNeeded, Detail::Summary))
    }

    /// The same of a run of this story that somebody has started.
    pub fn told_of(&self, run: Run) -> String {
        let mut watch = Watch::new(run);
        let mut told = String::new();
        while let Some((now, seen)) = watch.step() {
            for (what, jobs) in in_words(&seen) {
                let names = self.list(&jobs);
                let _ = writeln!(told, "{now}  {names} {what}");
            }
        }
        told
    }
}

/// What happened, and to whom; neighbours to which the same happened stand together.
fn in_words(seen: &[Seen]) -> Vec<(String, Vec<JobId>)> {
    let mut lines: Vec<(String, Vec<JobId>)> = Vec::new();
    for one in seen {
        let (what, id) = match one {
            Seen::Ends(id) => (String::from("ends"), *id),
            Seen::Starts(id, on) => {
                let on: Vec<String> = on.iter().map(|node| node.0.to_string()).collect();
                (format!("starts on {}", on.join(",")), *id)
            }
            Seen::Waits(id, reason) => (format!("waits: {reason}"), *id),
        };
        match lines.last_mut() {
            Some((last, jobs)) if *last == what => jobs.push(id),
            Some(_) | None => lines.push((what, vec![id])),
        }
    }
    lines
}

impl Story {
    /// Names of jobs; long rows are cut to their ends.
    fn list(&self, jobs: &[JobId]) -> String {
        let name = |id: &JobId| self.names[usize::from(*id)].as_str();
        match jobs {
            [first, .., last] if jobs.len() > 3 => {
                format!("{}..{} ({} jobs)", name(first), name(last), jobs.len())
            }
            few => few.iter().map(name).collect::<Vec<_>>().join(", "),
        }
    }
}

/// Reads a story. Panics at a line it does not understand: a story is part of a test.
pub fn read(text: &str) -> Story {
    let mut teller = Teller::default();
    for line in text.lines() {
        let line = line.split_once('#').map_or(line, |(before, _)| before);
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some((first, rest)) = words.split_first() {
            teller.line(first, rest);
        }
    }
    teller.story()
}

/// A story as far as it has been read.
struct Teller {
    scenario: Scenario,
    people: BTreeMap<String, (u32, u32)>,
    asks: Vec<Ask>,
    names: Vec<String>,
    until: Time,
}

impl Default for Teller {
    fn default() -> Self {
        let mut scenario = Scenario::default();
        scenario.cluster.nodes.clear();
        scenario.policy.partitions.clear();
        scenario.policy.qos.clear();
        scenario.policy.priority = PriorityPolicy {
            weight_fairshare: 0,
            weight_age: 0,
            weight_partition: 0,
            ..PriorityPolicy::default()
        };
        Teller {
            scenario,
            people: BTreeMap::new(),
            asks: Vec::new(),
            names: Vec::new(),
            until: Time::ZERO + Span::days(30),
        }
    }
}

impl Teller {
    /// One line: a rule, or a job.
    fn line(&mut self, first: &str, rest: &[&str]) {
        match first {
            "cluster" => self.cluster(rest),
            "partition" => self.partition(rest),
            "qos" => self.qos(rest),
            "accounts" => self.accounts(rest),
            "backfill" => self.backfill(rest),
            "passes" => self.passes(rest),
            "priority" => self.priority(rest),
            "people" => self.people(rest),
            "until" => self.until = Time::ZERO + span(rest[0]),
            name => self.job(name, rest),
        }
    }

    /// `cluster 2 nodes x 4 gpus`, and `named fast` where there are several.
    fn cluster(&mut self, words: &[&str]) {
        let [count, "nodes", "x", gpus, "gpus", ..] = words else {
            panic!("write `cluster 2 nodes x 4 gpus`, not {words:?}");
        };
        let name = match words.get(5..) {
            Some(["named", name]) => *name,
            Some(_) | None => "node",
        };
        self.scenario.cluster.nodes.push(NodeGroup {
            name: name.to_owned(),
            count: number(count),
            gpus: number(gpus),
            ..NodeGroup::default()
        });
    }

    /// `partition debug nodes fast,slow tier 2 max-time 1h qos small factor 10 denies long`.
    fn partition(&mut self, words: &[&str]) {
        let mut partition = PartitionSpec {
            name: words[0].to_owned(),
            ..wide_open()
        };
        for (key, value) in pairs(&words[1..]) {
            match key {
                "nodes" => partition.nodes = value.split(',').map(str::to_owned).collect(),
                "tier" => partition.tier = number(value),
                "max-time" => partition.max_time = span(value),
                "qos" => partition.qos = Some(value.to_owned()),
                "factor" => partition.job_factor = number(value),
                "denies" => partition.deny_qos = value.split(',').map(str::to_owned).collect(),
                other => panic!("a partition has no `{other}`"),
            }
        }
        self.scenario.policy.partitions.push(partition);
    }

    /// `qos normal cap 8 run-minutes 7200 group-run-minutes 7200 priority 10 preempts low`.
    fn qos(&mut self, words: &[&str]) {
        let mut qos = QosSpec {
            name: words[0].to_owned(),
            ..QosSpec::default()
        };
        for (key, value) in pairs(&words[1..]) {
            match key {
                "cap" => qos.limits.max_tres_pu = TresCounts::gpus(number(value)),
                "run-minutes" => qos.limits.max_tres_run_mins_pu = TresCounts::gpus(number(value)),
                "group-run-minutes" => qos.limits.grp_tres_run_mins = TresCounts::gpus(number(value)),
                "priority" => qos.priority = number(value),
                "preempts" => {
                    qos.preempt = value.split(',').map(str::to_owned).collect();
                    self.scenario.policy.preemption.by = PreemptBy::Qos;
                    self.scenario.policy.preemption.mode = PreemptMode::Cancel;
                }
                other => panic!("a QOS has no `{other}`"),
            }
        }
        self.scenario.policy.qos.push(qos);
    }

    /// `accounts account-run-minutes 7200 user-run-minutes 3600`.
    fn accounts(&mut self, words: &[&str]) {
        let associations = &mut self.scenario.policy.associations;
        for (key, value) in pairs(words) {
            match key {
                "account-run-minutes" => {
                    associations.each_account.grp_tres_run_mins = TresCounts::gpus(number(value))
                }
                "user-run-minutes" => {
                    associations.each_user.grp_tres_run_mins = TresCounts::gpus(number(value))
                }
                other => panic!("associations have no `{other}`"),
            }
        }
    }

    /// `backfill off`, `backfill easy`, or `backfill slurm window 1h resolution 60s interval 30s tests 500 per-user 3
    /// per-association 3 per-user-and-partition 3 promises 10 linear 60s`.
    fn backfill(&mut self, words: &[&str]) {
        self.scenario.policy.backfill = match words[0] {
            "off" => Backfill::Off,
            "easy" => Backfill::Easy,
            "slurm" => {
                let mut slurm = SlurmBackfill::default();
                for (key, value) in pairs(&words[1..]) {
                    match key {
                        "window" => slurm.window = span(value),
                        "resolution" => slurm.resolution = span(value),
                        "interval" => slurm.interval = span(value),
                        "tests" => slurm.max_job_test = number(value),
                        "per-user" => slurm.max_job_user = number(value),
                        "per-association" => slurm.max_job_assoc = number(value),
                        "per-user-and-partition" => slurm.max_job_user_part = number(value),
                        "promises" => slurm.job_part_count_reserve = number(value),
                        "linear" => slurm.window_linear = span(value),
                        other => panic!("backfill has no `{other}`"),
                    }
                }
                Backfill::Slurm(slurm)
            }
            other => panic!("there is no backfill `{other}`"),
        };
    }

    /// `passes every instant` or `passes every event`; without the line, as slurmctld.
    fn passes(&mut self, words: &[&str]) {
        self.scenario.policy.passes = match words {
            ["every", "instant"] => PassRhythm::EveryInstant,
            ["every", "event"] => PassRhythm::EveryEvent,
            other => panic!("there is no rhythm {other:?}"),
        };
    }

    /// `priority fairshare 1000 age 10 half-life 7d calc-period 5m`.
    fn priority(&mut self, words: &[&str]) {
        let priority = &mut self.scenario.policy.priority;
        for (key, value) in pairs(words) {
            match key {
                "fairshare" => priority.weight_fairshare = number(value),
                "age" => priority.weight_age = number(value),
                "partition" => priority.weight_partition = number(value),
                "qos" => priority.weight_qos = number(value),
                "job-size" => priority.weight_job_size = number(value),
                "max-age" => priority.max_age = span(value),
                "half-life" => priority.half_life = (value != "off").then(|| span(value)),
                "calc-period" => priority.calc_period = span(value),
                other => panic!("priority has no `{other}`"),
            }
        }
    }

    /// `people ann 1 bob 2`: names and the number of their account. Others come into account 1 with their first job.
    fn people(&mut self, words: &[&str]) {
        for (name, account) in pairs(words) {
            self.person(name, number(account));
        }
    }

    fn person(&mut self, name: &str, account: u32) -> (u32, u32) {
        let next = self.people.len() as u32;
        *self.people.entry(name.to_owned()).or_insert((next, account))
    }

    /// `a at 5m gpus 2x4 limit 1h runs 30m user ann partition debug qos small array 1 throttle 2 after b`; `a*30` is
    /// thirty of them. Who saves adds `saves 30m write 1m restart 5m hears signals`; `runs` is then work without writes.
    fn job(&mut self, name: &str, words: &[&str]) {
        let (name, copies) = match name.split_once('*') {
            Some((name, copies)) => (name, number(copies)),
            None => (name, 1),
        };
        let mut ask = Ask::default();
        let mut runs = None;
        let mut user = "somebody";
        for (key, value) in pairs(words) {
            match key {
                "at" => ask.arrival = Arrival::At(Time::ZERO + span(value)),
                "after" => ask.arrival = Arrival::After(self.named(value)),
                "gpus" => {
                    let (nodes, each) = value.split_once('x').unwrap_or(("1", value));
                    (ask.nodes, ask.each) = (number(nodes), number(each));
                }
                "limit" => ask.limit = span(value),
                "runs" => runs = Some(span(value)),
                "user" => user = value,
                "partition" => {
                    ask.partition = place(value, self.scenario.policy.partitions.iter().map(|p| &p.name));
                }
                "qos" => ask.qos = place(value, self.scenario.policy.qos.iter().map(|q| &q.name)),
                "array" => ask.array = Some((number(value), 0)),
                "saves" => ask.saving.every = span(value),
                "write" => ask.saving.write = span(value),
                "restart" => ask.saving.restart = span(value),
                "hears" => ask.saving.on_signal = value == "signals",
                "throttle" => ask.array = ask.array.map(|(array, _)| (array, number(value))),
                other => panic!("a job has no `{other}`"),
            }
        }
        ask.runs = runs.unwrap_or(ask.limit);
        (ask.user, ask.account) = self.person(user, 1);
        for copy in 1..=copies {
            self.asks.push(ask.clone());
            self.names.push(if copies == 1 {
                name.to_owned()
            } else {
                format!("{name}{copy}")
            });
        }
    }

    fn named(&self, name: &str) -> JobId {
        JobId::from(place(name, self.names.iter()))
    }

    fn story(mut self) -> Story {
        let policy = &mut self.scenario.policy;
        if policy.partitions.is_empty() {
            policy.partitions.push(wide_open());
        }
        if policy.qos.is_empty() {
            policy.qos.push(QosSpec::default());
        }
        let mut people = vec![1; self.people.len()];
        for (user, account) in self.people.values() {
            people[*user as usize] = *account;
        }
        Story {
            world: World {
                scenario: self.scenario,
                people,
                jobs: self
                    .asks
                    .iter()
                    .enumerate()
                    .map(|(id, ask)| ask.spec(id))
                    .collect(),
                window: Window {
                    from: Time::ZERO,
                    to: self.until,
                },
            },
            names: self.names,
        }
    }
}

/// A partition of all nodes where any time limit may be asked for.
fn wide_open() -> PartitionSpec {
    PartitionSpec {
        max_time: Span::days(365),
        default_time: None,
        ..PartitionSpec::default()
    }
}

fn pairs<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    words.chunks(2).map(|pair| match pair {
        [key, value] => (*key, *value),
        other => panic!("{other:?} is a word without its value, or a value without its word"),
    })
}

fn place<'a>(name: &str, mut among: impl Iterator<Item = &'a String>) -> usize {
    among
        .position(|other| other == name)
        .unwrap_or_else(|| panic!("nothing before this line is called `{name}`"))
}

fn number(text: &str) -> u32 {
    text.parse()
        .unwrap_or_else(|_| panic!("`{text}` is not a number"))
}

fn span(text: &str) -> Span {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}
