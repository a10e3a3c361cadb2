//! How much of each resource a request names, a job holds, and a partition has.

use super::billing::{billing, billing_tres};
use super::job::Job;
use super::nodes::Nodes;
use super::partition::Partition;
use super::tres::{TresIx, TresTable};
use crate::ids::{KindId, PartitionId, QosId, Table};
use crate::scenario::{BillingRule, Policy};
use crate::workload::Request;

/// What turns requests and allocations into amounts of resources.
#[derive(Clone, Debug)]
pub struct Amounts {
    /// The resources there are.
    pub table: TresTable,
    /// The resource that each type of device counts in, besides `gres/gpu`.
    kinds: Table<KindId, TresIx>,
    /// TRESBillingWeights of each partition.
    weights: Table<PartitionId, Vec<(TresIx, f64)>>,
    rule: BillingRule,
    /// UsageFactor of each QOS.
    pub usage_factor: Table<QosId, f64>,
    /// The QOS of each partition.
    pub partition_qos: Table<PartitionId, Option<QosId>>,
}

impl Amounts {
    /// Of a cluster with these nodes, under this policy.
    pub fn new(policy: &Policy, nodes: &Nodes) -> Amounts {
        let table = TresTable::new(nodes.kinds().iter().map(|kind| kind.name.as_str()));
        Amounts {
            kinds: nodes
                .kinds()
                .iter()
                .map(|kind| table.type_named(&kind.name).unwrap_or(TresIx::GPU))
                .collect(),
            weights: policy
                .partitions
                .iter()
                .map(|partition| table.weights(&partition.billing))
                .collect(),
            rule: policy.priority.billing,
            usage_factor: policy.qos.iter().map(|qos| qos.usage_factor).collect(),
            partition_qos: policy
                .partitions
                .iter()
                .map(|partition| {
                    let name = partition.qos.as_ref()?;
                    let at = policy.qos.iter().position(|qos| &qos.name == name)?;
                    Some(QosId::from(at))
                })
                .collect(),
            table,
        }
    }

    /// What a request names of a resource. A type counts only if it is named; `billing` follows from the rest.
    #[inline]
    pub fn requested(&self, request: &Request, partition: PartitionId, tres: TresIx) -> u64 {
        match tres {
            TresIx::CPU => u64::from(request.cpus()),
            TresIx::NODE => u64::from(request.nodes),
            TresIx::GPU => u64::from(request.gpus()),
            TresIx::BILLING => {
                let amount = |tres| (tres, self.requested(request, partition, tres));
                let mut named = [
                    amount(TresIx::CPU),
                    amount(TresIx::NODE),
                    amount(TresIx::GPU),
                    (TresIx::BILLING, 0),
                ];
                if let Some(kind) = request.kind {
                    named[3] = amount(self.kinds[kind]);
                }
                billing_tres(self.billing_of(partition, &named))
            }
            _ if request.kind.is_some_and(|kind| self.kinds[kind] == tres) => u64::from(request.gpus()),
            _ => 0,
        }
    }

    /// What a running job holds of a resource: devices count in their type, whatever was named.
    pub fn allocated(&self, job: &Job, tres: TresIx) -> u64 {
        match tres {
            TresIx::CPU => u64::from(job.on.cpus(&job.request, self.kinds.len())),
            TresIx::NODE => job.on.nodes().len() as u64,
            TresIx::GPU if !job.on.is_split() => u64::from(job.request.gpus()),
            TresIx::BILLING => billing_tres(job.billing),
            TresIx::GPU => self.devices(job).map(|(_, count)| count).sum(),
            _ => self
                .devices(job)
                .filter(|&(kind, _)| self.kinds[kind] == tres)
                .map(|(_, count)| count)
                .sum(),
        }
    }

    fn devices(&self, job: &Job) -> impl Iterator<Item = (KindId, u64)> + use<> {
        job.on
            .devices(&job.request, self.kinds.len())
            .into_iter()
            .enumerate()
            .map(|(kind, count)| (KindId::from(kind), u64::from(count)))
    }

    /// Every resource that a running job holds some of.
    pub fn all_allocated(&self, job: &Job) -> Vec<(TresIx, u64)> {
        self.table
            .entries()
            .map(|(tres, _)| (tres, self.allocated(job, tres)))
            .filter(|&(_, amount)| amount > 0)
            .collect()
    }

    /// Billing in each second of a job that has just been given its nodes.
    pub fn billing(&self, job: &Job) -> f64 {
        if self.weights[job.partition].is_empty() {
            let named = |tres| (tres, self.allocated(job, tres));
            return self.billing_of(job.partition, &[named(TresIx::CPU), named(TresIx::GPU)]);
        }
        let amounts: Vec<(TresIx, u64)> = self
            .table
            .entries()
            .map(|(tres, _)| tres)
            .filter(|&tres| tres != TresIx::BILLING)
            .map(|tres| (tres, self.allocated(job, tres)))
            .collect();
        self.billing_of(job.partition, &amounts)
    }

    fn billing_of(&self, partition: PartitionId, amounts: &[(TresIx, u64)]) -> f64 {
        billing(&self.weights[partition], self.rule, amounts)
    }

    /// What each partition has of each resource, in the order of the table; `billing` of everything it has.
    pub fn totals(&self, nodes: &Nodes, partitions: &Table<PartitionId, Partition>) -> Vec<Vec<u64>> {
        let installed = nodes.installed();
        partitions
            .entries()
            .map(|(id, partition)| {
                let mut totals = vec![0; self.table.len()];
                for node in partition.nodes.iter() {
                    let gpus = installed.gpus()[node];
                    let cpus = if installed.counts_cpus() {
                        installed.cpus(node)
                    } else {
                        gpus
                    };
                    totals[usize::from(TresIx::CPU)] += u64::from(cpus);
                    totals[usize::from(TresIx::NODE)] += 1;
                    totals[usize::from(TresIx::GPU)] += u64::from(gpus);
                    for (kind, &tres) in self.kinds.entries() {
                        totals[usize::from(tres)] += u64::from(installed.of_kind(node, kind));
                    }
                }
                let amounts: Vec<(TresIx, u64)> = self
                    .table
                    .entries()
                    .map(|(tres, _)| (tres, totals[usize::from(tres)]))
                    .collect();
                totals[usize::from(TresIx::BILLING)] = billing_tres(self.billing_of(id, &amounts));
                totals
            })
            .collect()
    }
}
