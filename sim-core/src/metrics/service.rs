//! What a service beside the jobs got.

use serde::{Deserialize, Serialize};

/// What a service got in the measured window. Amounts of GPU time are in sevenths of a GPU-second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ServiceFigures {
    /// What it needed.
    pub needed: u64,
    /// What of that it got.
    pub met: u64,
    /// What it had beyond its need.
    pub beyond: u64,
    /// The hour with the smallest share of need met: need and what was met of it.
    pub worst_hour: (u64, u64),
    /// Nodes that it was given.
    pub given: u32,
    /// Nodes on which jobs were still running when it needed them no more.
    pub in_vain: u32,
    /// Seconds from asking for a node until no job was on it any more, over all that it was given.
    pub drained: u64,
    /// The longest such time, of all that were asked for.
    pub longest: u32,
}

impl ServiceFigures {
    /// The share of its need that was met; 1 if it needed nothing.
    pub fn share(&self) -> f64 {
        share(self.met, self.needed)
    }
    /// The same of its worst hour.
    pub fn worst_share(&self) -> f64 {
        share(self.worst_hour.1, self.worst_hour.0)
    }
    /// One more hour.
    pub(crate) fn hour(&mut self, needed: u64, met: u64) {
        let (worst_needed, worst_met) = self.worst_hour;
        let both = |one: u64, other: u64| u128::from(one) * u128::from(other);
        if needed > 0 && (worst_needed == 0 || both(met, worst_needed) < both(worst_met, needed)) {
            self.worst_hour = (needed, met);
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_hour_is_the_one_with_the_smallest_share() {
        let mut figures = ServiceFigures::default();
        assert_eq!(figures.worst_share(), 1.0);
        for (needed, met) in [(10, 9), (0, 0), (100, 80), (5, 5)] {
            figures.hour(needed, met);
        }
        assert_eq!(figures.worst_hour, (100, 80));
    }
}
