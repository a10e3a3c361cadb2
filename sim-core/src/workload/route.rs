//! What a sensible person submits under a policy: partition, QOS, shape, limit, and a chain where the limit is too short.

use super::{Demand, Intent, JobSpec, Person};
use crate::ids::{JobId, Table};
use crate::scenario::Checked;

/// The segments that one intent becomes, without ids: `Arrival::After` counts segments of this route.
pub fn route(_intent: &Intent, _person: &Person, _scenario: &Checked) -> Vec<JobSpec> {
    Vec::new()
}

/// All submissions of a demand, in order of intent and segment.
pub fn jobs(_demand: &Demand, _scenario: &Checked) -> Table<JobId, JobSpec> {
    Table::default()
}
