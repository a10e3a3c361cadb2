//! How many places a walk has looked at, and promised, where that is limited (bf_max_job_user and its like).

use crate::cluster::Job;
use crate::ids::{AssocId, PartitionId, UserId};
use crate::scenario::SlurmBackfill;

/// What is counted in a walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counted {
    /// Places of an association.
    Assoc(AssocId),
    /// Places of a person.
    User(UserId),
    /// Places of a partition.
    Partition(PartitionId),
    /// Places of a person in a partition.
    UserIn(UserId, PartitionId),
    /// Promises in a partition.
    Promised(PartitionId),
}

/// How many places of whom were looked at or promised.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    all: Vec<(Counted, u32)>,
}

impl Counts {
    /// A walk begins.
    pub fn forget(&mut self) {
        self.all.clear();
    }

    /// Whether as many jobs of its owner or of its partition as may be were looked at; if not, counts this one.
    pub fn too_many(&mut self, policy: &SlurmBackfill, job: &Job, partition: PartitionId) -> bool {
        let user = job.request.user;
        let of_person = if policy.max_job_assoc > 0 {
            (policy.max_job_assoc, Counted::Assoc(job.assoc))
        } else {
            (policy.max_job_user, Counted::User(user))
        };
        let counted = [
            of_person,
            (policy.max_job_part, Counted::Partition(partition)),
            (policy.max_job_user_part, Counted::UserIn(user, partition)),
        ];
        if counted.iter().any(|&(most, of)| self.is_full(of, most)) {
            return true;
        }
        for (most, of) in counted {
            self.count(of, most);
        }
        false
    }

    /// Whether so many were counted (0: no limit).
    pub fn is_full(&self, of: Counted, most: u32) -> bool {
        most > 0
            && self
                .all
                .iter()
                .any(|&(other, count)| other == of && count >= most)
    }

    /// Counts one more, where that is limited.
    pub fn count(&mut self, of: Counted, most: u32) {
        match self.all.iter_mut().find(|(other, _)| *other == of) {
            _ if most == 0 => {}
            Some((_, count)) => *count += 1,
            None => self.all.push((of, 1)),
        }
    }
}
