//! Had it asked for something else: the same world with one request changed, run again.

use serde::{Deserialize, Serialize};

use crate::cluster::{Cluster, Nodes, nodes_of};
use crate::ids::{JobId, PartitionId, PartitionSet, QosId, Table};
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::{Arrival, JobSpec, Request};

/// What is changed of one request; what is `None` stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Change {
    /// Another time limit. How long the job truly runs stays, so that a shorter one may cut it.
    pub limit: Option<Span>,
    /// Another number of GPUs: on one node if they fit, else on whole nodes. The work stays the same, so that the job
    /// runs longer on fewer.
    pub gpus: Option<u32>,
    /// Another partition, and no other.
    pub partition: Option<PartitionId>,
    /// Another QOS.
    pub qos: Option<QosId>,
    /// Another time of submission.
    pub at: Option<Time>,
}

/// Why a request cannot be changed so.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CannotChange {
    /// There is no such job.
    #[error("there is no {job} here; the last one is {}", .jobs.saturating_sub(1))]
    NoSuchJob {
        /// What was asked for.
        job: JobId,
        /// How many there are.
        jobs: u32,
    },
    /// Its time of submission is not its own.
    #[error("{job} comes when {after} has ended, whatever the clock says")]
    Follows {
        /// Which.
        job: JobId,
        /// Its predecessor.
        after: JobId,
    },
    /// No shape has so many GPUs.
    #[error(
        "{gpus} GPUs are no whole number of nodes: a node there has {each}; ask for fewer or for a multiple of {each}"
    )]
    NoSuchShape {
        /// What was asked for.
        gpus: u32,
        /// GPUs of the widest nodes.
        each: u32,
    },
    /// A job has at least one GPU and one minute.
    #[error("a job asks for at least one GPU and one minute")]
    Nothing,
}

impl Change {
    /// Changes one of the submissions.
    pub fn apply(
        &self,
        scenario: &Scenario,
        specs: &mut Table<JobId, JobSpec>,
        job: JobId,
    ) -> Result<(), CannotChange> {
        let jobs = specs.len();
        if usize::from(job) >= jobs {
            return Err(CannotChange::NoSuchJob {
                job,
                jobs: u32::try_from(jobs).unwrap_or(u32::MAX),
            });
        }
        if self.gpus == Some(0) || self.limit.is_some_and(|limit| limit < Span::mins(1)) {
            return Err(CannotChange::Nothing);
        }
        let spec = &mut specs[job];
        if let Some(at) = self.at {
            match spec.arrival {
                Arrival::At(_) => spec.arrival = Arrival::At(at),
                Arrival::After(after) => return Err(CannotChange::Follows { job, after }),
            }
        }
        if let Some(partition) = self.partition {
            spec.request.partition = partition;
            spec.request.also = PartitionSet::empty();
        }
        spec.request.qos = self.qos.unwrap_or(spec.request.qos);
        spec.request.limit = self.limit.unwrap_or(spec.request.limit);
        if let Some(gpus) = self.gpus {
            let before = u64::from(spec.request.gpus().max(1));
            let each = most_on_a_node(scenario, &spec.request);
            spec.request =
                of_gpus(&spec.request, gpus, each).ok_or(CannotChange::NoSuchShape { gpus, each })?;
            let same_work = |span: Span| {
                let secs = (u64::from(span.0) * before).div_ceil(u64::from(gpus));
                Span(u32::try_from(secs).unwrap_or(u32::MAX))
            };
            spec.runtime = same_work(spec.runtime - spec.restart) + spec.restart;
        }
        Ok(())
    }
}

/// The same before there is a cluster, in its own partition.
fn most_on_a_node(scenario: &Scenario, request: &Request) -> u32 {
    let nodes = Nodes::new(&scenario.cluster);
    let groups = scenario
        .policy
        .partitions
        .get(usize::from(request.partition))
        .map_or(&[][..], |partition| &partition.nodes);
    nodes_of(&scenario.cluster, groups)
        .iter()
        .map(|node| nodes.installed().usable(node, request))
        .max()
        .unwrap_or(0)
}

/// The request with so many GPUs: on one node if they fit, else on whole nodes.
pub(super) fn of_gpus(request: &Request, gpus: u32, each: u32) -> Option<Request> {
    let (nodes, gpus_per_node) = if gpus <= each {
        (1, gpus)
    } else if each > 0 && gpus.is_multiple_of(each) {
        (gpus / each, each)
    } else {
        return None;
    };
    Some(Request {
        nodes,
        gpus_per_node,
        ..*request
    })
}

/// The most GPUs that a request could have on a node of a partition.
pub(super) fn widest(cluster: &Cluster, request: &Request, partition: PartitionId) -> u32 {
    let installed = cluster.nodes.installed();
    cluster.partitions[partition]
        .nodes
        .iter()
        .map(|node| installed.usable(node, request))
        .max()
        .unwrap_or(0)
}
