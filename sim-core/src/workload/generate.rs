//! The generator: people, their hot phases, sessions, batches and jobs.

use super::Demand;
use crate::scenario::Checked;

/// The demand that `seed` makes of this scenario. The policy inside is not looked at.
pub fn generate(_scenario: &Checked, _seed: u64) -> Demand {
    Demand::default()
}
