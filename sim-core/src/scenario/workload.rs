//! Who is there and what they run, and what we suppose about them.

use serde::{Deserialize, Serialize};

use crate::units::{PerMille, Span};

/// The people and their mix of work: part of the place, not of the policy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct WorkloadSpec {
    /// Number of people with an account.
    pub people: u32,
    /// Number of accounts (groups) they are spread over.
    pub accounts: u32,
    /// How many people each account has, against the others; empty: all as many.
    pub group_sizes: Vec<u32>,
    /// Spread of people's activity: sigma of a lognormal. 2.0 fits clusters of hundreds of people.
    pub activity_sigma: f64,
    /// Largest normal deviate of activity, so that no one person is most of the cluster.
    pub activity_z_max: f64,
    /// Dials on the mix of classes.
    pub mix: ClassMix,
    /// The machine that people have in mind, if it is not the cluster itself: its GPUs, against which the load is measured, and
    /// the GPUs of the widest job that anybody plans. Two machines that are given the same are asked for the same work. `[0, 0]`:
    /// the cluster itself.
    pub planned_for: (u32, u32),
}

/// Multipliers on the usual share of some classes; 1.0 is the mixed university cluster.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct ClassMix {
    /// Jobs over several nodes.
    pub large_x: f64,
    /// Hyper-parameter sweeps.
    pub sweep_x: f64,
    /// Notebooks and other interactive sessions.
    pub interactive_x: f64,
}

/// What we suppose; every field is a knob on the assumptions panel.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Assumptions {
    /// GPU time asked for over GPU time there is, over the whole horizon. 850 is a normal load, 1100 a crunch.
    pub load: PerMille,
    /// How much more people ask for the longest limit and pad their limits; 1000 is as measured, 0 is honest
    /// (every limit fits the work), 2000 doubles the share that asks for the maximum.
    pub padding: PerMille,
    /// How bursty demand is from week to week; 1000 is as measured, 0 is even weeks.
    pub burstiness: PerMille,
    /// Share of training-like work whose scripts save their state. 0: whatever is broken off is lost from its start. (J) 650
    pub checkpoint_share: PerMille,
    /// Median of the work between two saved states. (M) half an hour to an hour
    pub checkpoint_interval: Span,
    /// Of scripts that save, the share that also does so when told to stop (SIGTERM), in a grace time or before the limit. (J)
    pub signal_share: PerMille,
    /// Failures of nodes in a thousand days of one node. 0: none. (M) 3 to 7
    pub node_failures: u32,
    /// Median time until a failed node is back. (J)
    pub repair_time: Span,
    /// Of those whose idle session was ended while they still wanted it, the share that opens another. (J)
    pub culled_return: PerMille,
    /// Of notebooks opened on a Friday from noon that would be left open to their limit, the share left open till Monday. (J)
    pub weekend_notebooks: PerMille,
    /// Of people who are told by mail that their job hardly uses its GPU, the share that ends or shrinks it. (J)
    pub warn_answer: PerMille,
    /// Of jobs that hardly use their GPUs, the share that is improved when somebody comes to help. (J)
    pub help_answer: PerMille,
    /// How often people open sessions just before a deadline, against the usual; 1000: deadlines change nothing. (J) 3000
    pub deadline_surge: PerMille,
    /// Deadlines: days of the measured window. (J)
    pub deadline_days: Vec<u32>,
    /// How many interns there are in their season, against the rest of the year; 1000: as many. (J) 3000
    pub intern_season: PerMille,
    /// First and last day of that season, in days of the measured window. (J) 92 days, June to August
    pub intern_days: (u32, u32),
    /// How many times more, or less, than it will ask for a group is thought to need: e to the sigma of a lognormal. 1000: what
    /// groups need is known. (J) 2000
    pub need_error: PerMille,
    /// Share of people who send work that saves its state where it may be pushed off; the others never do.
    pub opt_in: PerMille,
    /// Share of batches for whole GPUs that name a type, each type as often as the cluster has GPUs of it.
    pub type_choosers: PerMille,
    /// How well people know the partitions.
    pub routing: Routing,
    /// Of those whose work does not start in time, how many give up and leave. How people react is off unless it is set.
    pub give_up: PerMille,
    /// How many cut work that saves its state into short jobs, once a limit has held one of theirs.
    pub split: PerMille,
    /// How many ask for twice the time, and after long waits for twice the GPUs, once they had to wait or while they are new.
    pub inflate: PerMille,
    /// How many of a group's jobs come in up to three times over when a period ends and its budget is not used.
    pub hoard: PerMille,
    /// How many jobs of newcomers ask for twice the GPUs of the one before, until that is refused.
    pub climb: PerMille,
    /// How often somebody who holds most of a machine of few people makes room when asked.
    pub talk: PerMille,
    /// How many save their work once some of theirs was lost.
    pub learn: PerMille,
    /// How many ask for no more than they need once they are shown what it costs.
    pub thrift: PerMille,
    /// What a service beside the jobs needs.
    pub service: ServiceDemand,
    /// GPUs outside, and what it takes to move work there.
    pub outside: OutsidePool,
}

/// GPUs outside, and what it takes to move work there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct OutsidePool {
    /// Share of batches that can be moved: in a container, with a licence and data that may leave. (J)
    pub portable: PerMille,
    /// Median of the data that has to move with a batch, in GB. (J)
    pub data: u32,
    /// GB that are moved in an hour. (J)
    pub speed: u32,
    /// How long somebody takes to set up their first move. (J)
    pub set_up: Span,
    /// Price of a GPU-hour, in hundredths of the unit of money. (J)
    pub price: u32,
}

/// What a service that answers requests needs, and what it takes to give it a node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct ServiceDemand {
    /// GPUs that it needs in its busiest hour: requests a second over what one GPU answers.
    pub gpus: u32,
    /// Its need by hour of the day, from midnight, in hundredths of its busiest.
    pub hours: Vec<u32>,
    /// The same by day of the week, from Monday.
    pub days: Vec<u32>,
    /// Spread of the hours around that: thousandths of the logarithm. 0: every week is alike. (J)
    pub noise: PerMille,
    /// How long a node is set up anew when it changes hands, either way. (J)
    pub change_time: Span,
    /// Share of sessions on one GPU that only keep a model to ask it, and would do with a shared one. (J)
    pub sharers: PerMille,
}

/// How people choose among partitions that would all do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// They take the first one, and for the longest limit the longest one.
    #[default]
    First,
    /// They name several at once, and ask for the longest limit where their work fits in.
    Informed,
}

/// A kind of person by what they do; see the table of personas in the model page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Persona {
    /// Trains new models.
    Trainer,
    /// Adapts models.
    FineTuner,
    /// Only runs models.
    InferenceOnly,
    /// Works in notebooks and shells.
    Notebook,
    /// Searches hyper-parameters.
    Sweeper,
    /// New here.
    Intern,
    /// Runs over several nodes.
    LargeRunTeam,
    /// Holds a GPU and mostly uses CPUs.
    LowEfficiency,
}

impl Persona {
    /// All, in the order of tables.
    pub const ALL: [Persona; 8] = [
        Persona::Trainer,
        Persona::FineTuner,
        Persona::InferenceOnly,
        Persona::Notebook,
        Persona::Sweeper,
        Persona::Intern,
        Persona::LargeRunTeam,
        Persona::LowEfficiency,
    ];
}

impl Default for WorkloadSpec {
    fn default() -> Self {
        WorkloadSpec {
            people: 40,
            accounts: 1,
            group_sizes: Vec::new(),
            activity_sigma: 2.0,
            activity_z_max: 2.6,
            mix: ClassMix::default(),
            planned_for: (0, 0),
        }
    }
}
impl Default for ClassMix {
    fn default() -> Self {
        ClassMix {
            large_x: 1.0,
            sweep_x: 1.0,
            interactive_x: 1.0,
        }
    }
}
impl Default for Assumptions {
    fn default() -> Self {
        Assumptions {
            load: PerMille(850),
            padding: PerMille(1000),
            burstiness: PerMille(1000),
            checkpoint_share: PerMille(0),
            checkpoint_interval: Span::mins(45),
            signal_share: PerMille(500),
            node_failures: 0,
            repair_time: Span::days(1),
            culled_return: PerMille(1000),
            weekend_notebooks: PerMille(0),
            warn_answer: PerMille(300),
            help_answer: PerMille(600),
            deadline_surge: PerMille(1000),
            deadline_days: vec![21],
            intern_season: PerMille(1000),
            intern_days: (14, 106),
            need_error: PerMille(1000),
            opt_in: PerMille(0),
            type_choosers: PerMille(0),
            routing: Routing::First,
            give_up: PerMille(0),
            split: PerMille(0),
            inflate: PerMille(0),
            hoard: PerMille(0),
            climb: PerMille(0),
            talk: PerMille(0),
            learn: PerMille(0),
            thrift: PerMille(0),
            service: ServiceDemand::default(),
            outside: OutsidePool::default(),
        }
    }
}
impl Default for OutsidePool {
    fn default() -> Self {
        OutsidePool {
            portable: PerMille(300),
            data: 50,
            speed: 200,
            set_up: Span::hours(16),
            price: 250,
        }
    }
}
impl Default for ServiceDemand {
    /// No need; the rhythm is that in which people send jobs (C, Helios Venus), over its busiest hour and day.
    fn default() -> Self {
        ServiceDemand {
            gpus: 0,
            hours: vec![
                52, 38, 35, 22, 16, 12, 11, 13, 21, 46, 75, 85, //
                67, 75, 90, 96, 100, 100, 74, 76, 77, 79, 66, 60,
            ],
            days: vec![80, 87, 100, 94, 75, 54, 61],
            noise: PerMille(0),
            change_time: Span::mins(30),
            sharers: PerMille(250),
        }
    }
}
