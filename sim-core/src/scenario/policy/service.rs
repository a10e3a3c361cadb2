//! Which nodes change hands between jobs and a service, and when.

use serde::{Deserialize, Serialize};

use crate::units::{PerMille, Span};

/// The rule by which nodes go from jobs to a service and back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct ServiceRule {
    /// Who decides.
    pub rule: HandOver,
    /// Names of the node groups whose nodes may serve; empty means all nodes.
    pub nodes: Vec<String>,
    /// Nodes that serve at any time, if so many may.
    pub least: u32,
    /// Nodes that serve when most are wanted: all day where the split is fixed.
    pub most: u32,
    /// By clock: from this time of day.
    pub from: Span,
    /// By clock: until this time of day; an earlier one is of the next day.
    pub to: Span,
    /// By clock: whether also on the days that begin on Saturday and Sunday.
    pub weekends: bool,
    /// By demand: one node more is wanted where demand is above this share of what serves.
    pub full: PerMille,
    /// A node stays at least so long with whom it came to.
    pub min_stay: Span,
    /// What becomes of the jobs on a node that has to go.
    pub drain: Drain,
    /// By clock and with [`Drain::ShortJobs`]: so long before, only jobs that end in time start on nodes that have to go.
    pub notice: Span,
    /// With [`Drain::Preempt`]: how long jobs may still run after they were told to go.
    pub grace: Span,
    /// Whether people may ask it instead of keeping a model on a GPU of their own.
    pub shared: bool,
}

/// Who decides when nodes change hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandOver {
    /// There is no service.
    #[default]
    Off,
    /// Nobody: the same nodes serve all the time.
    Fixed,
    /// The clock.
    ByClock,
    /// The demand of the service.
    ByDemand,
}

/// What becomes of the jobs on a node that has to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drain {
    /// They run out, and nobody new starts: Slurm's state DRAIN.
    #[default]
    Wait,
    /// They run out, and meanwhile jobs start that end before the last of them: a reservation that begins then.
    ShortJobs,
    /// They are told to go and queued again, after a grace time if there is one.
    Preempt,
}

impl Default for ServiceRule {
    fn default() -> Self {
        ServiceRule {
            rule: HandOver::Off,
            nodes: Vec::new(),
            least: 0,
            most: 2,
            from: Span::hours(8),
            to: Span::hours(20),
            weekends: false,
            full: PerMille(800),
            min_stay: Span::hours(2),
            drain: Drain::Wait,
            notice: Span::days(1),
            grace: Span::mins(5),
            shared: false,
        }
    }
}
