//! Trackable resources as small indices, in the order in which Slurm tests limits (`docs/slurm.md`, *Resources*).
//!
//! Names are for files and people; ledgers and passes count by index.

use crate::order;
use crate::scenario::{TresCounts, TresName, TresWeights};

/// Place of a resource in its cluster's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TresIx(pub u8);

impl TresIx {
    /// `cpu`.
    pub const CPU: TresIx = TresIx(0);
    /// `node`.
    pub const NODE: TresIx = TresIx(1);
    /// `billing`.
    pub const BILLING: TresIx = TresIx(2);
    /// `gres/gpu`: every device of every type.
    pub const GPU: TresIx = TresIx(3);

    /// Whether this is a `gres/…`, of any type.
    pub fn is_gres(self) -> bool {
        self >= TresIx::GPU
    }
}

impl From<TresIx> for usize {
    fn from(index: TresIx) -> usize {
        usize::from(index.0)
    }
}

/// The resources of one cluster: `cpu`, `node`, `billing`, `gres/gpu`, each `gres/gpu:TYPE`, `gres/shard`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TresTable {
    /// At most 256, so that an index fits; the first four are those of [`TresIx`]'s constants.
    names: Vec<TresName>,
}

impl TresTable {
    /// The table of a cluster with these types of device, in the order of the cluster. A type named twice counts once;
    /// types beyond the 250th have no index, so nothing can limit or weight them.
    pub fn new<'a>(types: impl IntoIterator<Item = &'a str>) -> TresTable {
        let mut names = vec![TresName::Cpu, TresName::Node, TresName::Billing, TresName::Gpu];
        for name in types {
            let name = TresName::GpuType(name.to_owned());
            if names.len() < 254 && !names.contains(&name) {
                names.push(name);
            }
        }
        names.push(TresName::Shard);
        TresTable { names }
    }

    /// Number of resources.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none: never.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Where a resource stands; `None` if the cluster has no such type.
    pub fn index_of(&self, name: &TresName) -> Option<TresIx> {
        self.names
            .iter()
            .position(|other| other == name)
            .and_then(|at| u8::try_from(at).ok())
            .map(TresIx)
    }

    /// Where `gres/gpu:TYPE` stands.
    pub fn type_named(&self, kind: &str) -> Option<TresIx> {
        self.entries()
            .find(|(_, name)| matches!(name, TresName::GpuType(other) if other == kind))
            .map(|(index, _)| index)
    }

    /// Where `gres/shard` stands: last.
    pub fn shard(&self) -> TresIx {
        self.entries().last().map_or(TresIx::GPU, |(index, _)| index)
    }

    /// The name at an index of this table.
    pub fn name(&self, index: TresIx) -> &TresName {
        &self.names[usize::from(index)]
    }

    /// Names in the order of the table.
    pub fn names(&self) -> &[TresName] {
        &self.names
    }

    /// Indices and names, in the order of the table.
    pub fn entries(&self) -> impl Iterator<Item = (TresIx, &TresName)> {
        (0..=u8::MAX).map(TresIx).zip(&self.names)
    }

    /// Amounts in the order of the table; resources that the cluster lacks are left out.
    #[inline(never)]
    pub fn counts(&self, counts: &TresCounts) -> Vec<(TresIx, u64)> {
        self.compile(counts.iter())
    }

    /// Weights in the order of the table; resources that the cluster lacks are left out.
    pub fn weights(&self, weights: &TresWeights) -> Vec<(TresIx, f64)> {
        self.compile(weights.iter())
    }

    fn compile<'a, T>(&self, entries: impl Iterator<Item = (&'a TresName, T)>) -> Vec<(TresIx, T)> {
        let mut compiled: Vec<(TresIx, T)> = entries
            .filter_map(|(name, value)| Some((self.index_of(name)?, value)))
            .collect();
        order::sort_by_key(&mut compiled, |&(index, _)| index);
        compiled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_stand_in_the_order_of_the_cluster() {
        let table = TresTable::new(["h100", "a100", "h100"]);
        let names: Vec<String> = table.names().iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            [
                "cpu",
                "node",
                "billing",
                "gres/gpu",
                "gres/gpu:h100",
                "gres/gpu:a100",
                "gres/shard"
            ]
        );
        let counts = "gres/gpu:a100=2,gres/gpu:h100=1,gres/gpu:v100=9,cpu=4"
            .parse()
            .unwrap();
        assert_eq!(
            table.counts(&counts),
            [(TresIx::CPU, 4), (TresIx(4), 1), (TresIx(5), 2)]
        );
        assert_eq!(table.type_named("a100"), Some(TresIx(5)));
        assert_eq!(table.index_of(&TresName::Shard), Some(table.shard()));
        assert_eq!(table.index_of(&TresName::Billing), Some(TresIx::BILLING));
    }
}
