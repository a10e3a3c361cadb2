//! Identities: an index per kind of thing, never a string, and the table that they index.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($noun, " {}"), self.0)
            }
        }
        impl From<$name> for usize {
            fn from(id: $name) -> usize {
                id.0 as usize
            }
        }
        impl From<usize> for $name {
            fn from(index: usize) -> $name {
                $name(u32::try_from(index).expect("fewer than four thousand million of anything"))
            }
        }
    };
}

id!(/** One submission to the scheduler. A chain of segments has one per segment. */ JobId, "job");
id!(/** What somebody wants done; policy cannot change it. */ IntentId, "intent");
id!(/** A person with an account. */ UserId, "person");
id!(/** An inner node of the association tree; 0 is root. */ AccountId, "account");
id!(/** A node, in the order of the cluster's node groups: the order breaks ties. */ NodeId, "node");
id!(/** A partition, in the order of the policy. */ PartitionId, "partition");
id!(/** A quality of service, in the order of the policy. */ QosId, "qos");
id!(/** A node of the association tree: an account, or a person in an account; 0 is root. */ AssocId, "association");
id!(/** A type of device: a model of GPU, a slice of one, a shard. */ KindId, "type");
id!(/** A reservation, in the order of the policy. */ ReservationId, "reservation");
id!(/** A job array. */ ArrayId, "array");
id!(/** Requests that are alike in everything. */ ShapeId, "shape");

/// A set of partitions, one bit each: a cluster has 64 at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PartitionSet(u64);

impl PartitionSet {
    /// Most partitions that a set can hold.
    pub const MOST: usize = 64;

    /// The empty set.
    pub const fn empty() -> PartitionSet {
        PartitionSet(0)
    }
    /// Puts a partition in.
    pub fn insert(&mut self, id: PartitionId) {
        debug_assert!(
            (id.0 as usize) < PartitionSet::MOST,
            "the check counts partitions"
        );
        self.0 |= 1 << id.0;
    }
    /// Whether a partition is in.
    pub fn contains(self, id: PartitionId) -> bool {
        self.0 >> id.0 & 1 == 1
    }
    /// Whether all members are in the other too.
    pub fn is_within(self, other: PartitionSet) -> bool {
        self.0 & !other.0 == 0
    }
    /// Number of members.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }
    /// Whether there is no member.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The members, lowest first.
    pub fn iter(self) -> impl Iterator<Item = PartitionId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(PartitionId(bit))
        })
    }
}

/// A vector indexed by its own kind of id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Table<Id, T> {
    rows: Vec<T>,
    #[serde(skip)]
    id: PhantomData<Id>,
}

impl<Id, T> Default for Table<Id, T> {
    fn default() -> Self {
        Table {
            rows: Vec::new(),
            id: PhantomData,
        }
    }
}

impl<Id: From<usize> + Into<usize>, T> Table<Id, T> {
    /// Appends a row and returns its id.
    pub fn push(&mut self, row: T) -> Id {
        self.rows.push(row);
        Id::from(self.rows.len() - 1)
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The row of an id, if there is one.
    pub fn get(&self, id: Id) -> Option<&T> {
        self.rows.get(id.into())
    }
    /// Rows in order of id.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }
    /// Rows in order of id, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }
    /// Ids and rows, in order of id.
    pub fn entries(&self) -> impl Iterator<Item = (Id, &T)> {
        self.rows.iter().enumerate().map(|(i, row)| (Id::from(i), row))
    }
    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = Id> + use<Id, T> {
        (0..self.rows.len()).map(Id::from)
    }
}

impl<Id, T> FromIterator<T> for Table<Id, T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Table {
            rows: rows.into_iter().collect(),
            id: PhantomData,
        }
    }
}
impl<Id: Into<usize>, T> Index<Id> for Table<Id, T> {
    type Output = T;
    fn index(&self, id: Id) -> &T {
        &self.rows[id.into()]
    }
}
impl<Id: Into<usize>, T> IndexMut<Id> for Table<Id, T> {
    fn index_mut(&mut self, id: Id) -> &mut T {
        &mut self.rows[id.into()]
    }
}
