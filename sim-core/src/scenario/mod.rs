//! What is asked: the one serialisable input of a run.
//!
//! A [`Scenario`] is cluster + people + assumptions + policy + horizon + seed. Policy is what an admin can set in Slurm;
//! assumptions are what nobody can set. [`Scenario::check`] turns it into a [`Checked`] one, after which nothing fails.

mod check;
mod cluster;
mod devices;
pub mod knobs;
pub mod link;
pub mod mig;
mod policy;
pub mod structure;
mod tres;
mod version;
mod workload;

use serde::{Deserialize, Serialize};

use crate::units::Span;

pub use check::{Checked, Problem, Severity};
pub use cluster::{ClusterSpec, CutGpus, Devices, NodeGroup, Outage};
pub use devices::{Device, Installed};
pub use policy::{
    AccountSpec, AssocLimits, Associations, Backfill, BillingRule, Drain, Enforce, FairShare, HandOver,
    Limits, LoseIt, LowUse, LowUseRule, Maintenance, MeantFor, Newcomers, OutsideRule, PartitionSpec,
    PartitionState, PassRhythm, Policy, PreemptBy, PreemptMode, Preemption, PriorityPolicy, QosSpec, Quota,
    Repeats, ReservationSpec, ServiceRule, ShareOut, Shares, SlurmBackfill, SlurmPasses, UsageReset,
    UserSpec,
};
pub use tres::{TresCounts, TresName, TresWeights, UnknownTres};
pub use version::{Head, SCHEMA, UnknownSchema};
pub use workload::{Assumptions, ClassMix, OutsidePool, Persona, Routing, ServiceDemand, WorkloadSpec};

/// One question to the model: who has what, who wants what, and by which rules.
///
/// In TOML every field may be left out; [`Default`] says what then holds. Unknown keys are an error.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Scenario {
    /// Version of this format; see [`SCHEMA`].
    pub schema: u32,
    /// Short name, as in links: `group-32`.
    pub name: String,
    /// One line for people: "A group's cluster: 32 GPUs, 40 people".
    pub title: String,
    /// Where the figures come from, and which are judgement.
    pub source: String,
    /// What is worth moving first.
    #[serde(rename = "try", with = "for_people")]
    pub to_try: Vec<Try>,
    /// Seed of the first run; run `i` of several uses `seed + i`.
    pub seed: u64,
    /// What is simulated, and what of it is measured.
    pub horizon: Horizon,
    /// The machine.
    pub cluster: ClusterSpec,
    /// The people and what they run.
    pub workload: WorkloadSpec,
    /// What we suppose about demand and habits; nobody can set these in Slurm.
    pub assumptions: Assumptions,
    /// What an admin can set.
    pub policy: Policy,
}

impl Scenario {
    /// Whether anybody reacts to what they see, or a quota acts beyond Slurm's own rules: only then is a run not the plain one.
    pub fn has_people_who_react(&self) -> bool {
        let a = &self.assumptions;
        let shares = [
            a.give_up, a.split, a.inflate, a.hoard, a.climb, a.talk, a.learn, a.thrift,
        ];
        shares.iter().any(|share| share.0 > 0) || self.policy.quota.acts()
    }

    /// The machine that people have in mind when they plan their work: its GPUs, and those of the widest job.
    pub fn planned_for(&self) -> (u32, u32) {
        match self.workload.planned_for {
            (0, _) => (self.cluster.gpus(), self.cluster.widest_job()),
            planned => planned,
        }
    }

    /// Whether nothing goes on beside jobs and scheduler: nobody reacts, nodes serve nobody else, and nothing goes outside.
    pub fn is_plain(&self) -> bool {
        !self.has_people_who_react()
            && self.policy.service.rule == HandOver::Off
            && self.policy.outside.after.is_none()
    }
}

/// Something worth moving first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Try {
    /// Key of the knob; empty: no knob does it, the file has to be changed.
    pub knob: String,
    /// From what to what, in a line.
    pub line: String,
}

/// What only people read stands in files and does not cross to a worker.
mod for_people {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::Try;

    pub(super) fn serialize<S: Serializer>(list: &Vec<Try>, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            list.serialize(to)
        } else {
            ().serialize(to)
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Try>, D::Error> {
        if from.is_human_readable() {
            Vec::deserialize(from)
        } else {
            <()>::deserialize(from).map(|()| Vec::new())
        }
    }
}

/// The simulated time: a warm-up that is not measured, then the measured window, then the simulation stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Horizon {
    /// Simulated before anything is measured.
    pub warm_up: Span,
    /// Measured.
    pub measured: Span,
}

impl Horizon {
    /// The window of a page: a week of warm-up, four weeks measured.
    pub const PAGE: Horizon = Horizon {
        warm_up: Span::days(7),
        measured: Span::days(28),
    };
    /// The window of the command line: 20 days of warm-up, 60 measured.
    pub const COMMAND_LINE: Horizon = Horizon {
        warm_up: Span::days(20),
        measured: Span::days(60),
    };

    /// Warm-up and measured window together.
    pub fn whole(self) -> Span {
        self.warm_up + self.measured
    }
}

impl Default for Horizon {
    fn default() -> Self {
        Horizon::COMMAND_LINE
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            schema: SCHEMA,
            name: String::from("unnamed"),
            title: String::new(),
            source: String::new(),
            to_try: Vec::new(),
            seed: 1,
            horizon: Horizon::default(),
            cluster: ClusterSpec::default(),
            workload: WorkloadSpec::default(),
            assumptions: Assumptions::default(),
            policy: Policy::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_set_up_is_as_written_and_has_no_problem() {
        let text = include_str!("../../../content/scenarios/group-32.toml");
        let scenario: Scenario = toml::from_str(text).unwrap();
        assert_eq!((scenario.cluster.gpus(), scenario.workload.people), (32, 40));
        assert_eq!(scenario.policy.qos[0].limits.max_tres_pu, TresCounts::gpus(8));
        assert_eq!(scenario.policy.backfill, Backfill::default());
        assert_eq!(scenario.policy.priority, PriorityPolicy::default());
        let (_, warnings) = scenario.check().unwrap();
        assert_eq!(warnings, []);
    }

    #[test]
    fn whatever_acts_beside_jobs_and_scheduler_makes_a_scenario_more_than_plain() {
        let with = |setting: &str| {
            let mut scenario = Scenario::default();
            knobs::assign(&mut scenario, setting).unwrap();
            scenario.is_plain()
        };
        assert!(Scenario::default().is_plain() && with("service-need=24gpu") && with("cap=8"));
        for setting in ["service=fixed", "outside=4h", "give-up=50pct", "points=50pct"] {
            assert!(!with(setting), "{setting}");
        }
    }

    #[test]
    fn what_only_people_read_stays_in_the_file() {
        let mut scenario = Scenario::default();
        scenario.to_try.push(Try {
            knob: String::from("cap"),
            line: String::from("8 or 16"),
        });
        let file: Scenario = toml::from_str(&toml::to_string(&scenario).unwrap()).unwrap();
        assert_eq!(file, scenario);
        let bytes = postcard::to_allocvec(&scenario).unwrap();
        let back: Scenario = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(back, Scenario::default());
    }

    #[test]
    fn a_scenario_survives_file_and_wire_with_every_knob_moved() {
        for knob in knobs::KNOBS {
            for &stop in knob.stops() {
                let mut scenario = Scenario::default();
                knob.apply(&mut scenario, stop).unwrap();
                let file: Scenario = toml::from_str(&toml::to_string(&scenario).unwrap()).unwrap();
                let bytes = postcard::to_allocvec(&file).unwrap();
                let back: Scenario = postcard::from_bytes(&bytes).unwrap();
                assert_eq!(back, scenario, "{} {stop:?}", knob.key);
            }
        }
    }
}
