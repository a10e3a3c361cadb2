//! A regular maintenance of all nodes.

use serde::{Deserialize, Serialize};

use super::{Repeats, ReservationSpec};
use crate::units::Span;

/// All nodes are taken out of use every so many weeks, on a Tuesday from 8 h, and everybody knows it from the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Maintenance {
    /// Weeks from one to the next; 0: there is none.
    pub every_weeks: u32,
    /// How long it lasts.
    pub duration: Span,
}

impl Default for Maintenance {
    fn default() -> Self {
        Maintenance {
            every_weeks: 0,
            duration: Span::hours(8),
        }
    }
}

impl Maintenance {
    /// The reservation that it is, if there is one. The first comes after half a period.
    pub(crate) fn reservation(self) -> Option<ReservationSpec> {
        (self.every_weeks > 0).then(|| ReservationSpec {
            name: String::from("regular maintenance"),
            start: Span::days(self.every_weeks / 2 * 7 + 1) + Span::hours(8),
            duration: self.duration,
            repeats: Repeats::EveryWeeks(self.every_weeks),
            ..ReservationSpec::default()
        })
    }
}
