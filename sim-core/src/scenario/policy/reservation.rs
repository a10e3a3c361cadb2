//! Nodes set aside for an interval.

use serde::{Deserialize, Serialize};

use crate::units::Span;

/// Nodes kept for some people, or for nobody, during an interval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct ReservationSpec {
    /// Its name.
    pub name: String,
    /// Names of its node groups; empty means all nodes.
    pub nodes: Vec<String>,
    /// When it begins, from time zero (Monday, midnight).
    pub start: Span,
    /// How long it lasts.
    pub duration: Span,
    /// Whether it comes again.
    pub repeats: Repeats,
    /// When it is made known, from time zero: before that, jobs are planned without it.
    pub announced: Span,
    /// Accounts whose jobs may use it (with those below them).
    pub accounts: Vec<String>,
    /// Numbers of people whose jobs may use it.
    pub people: Vec<u32>,
    /// MAINT: for maintenance.
    pub maint: bool,
    /// MAGNETIC: jobs that may use it do so without naming it.
    pub magnetic: bool,
    /// FLEX: its jobs may begin before it and outlive it.
    pub flex: bool,
}

/// How often a reservation comes again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// Once.
    #[default]
    Never,
    /// DAILY.
    Daily,
    /// WEEKDAY: Monday to Friday.
    Weekdays,
    /// WEEKLY.
    Weekly,
    /// Every so many weeks. (Slurm has no word for it: there it is made anew each time.)
    EveryWeeks(u32),
}

impl Default for ReservationSpec {
    fn default() -> Self {
        ReservationSpec {
            name: String::from("maintenance"),
            nodes: Vec::new(),
            start: Span::days(7),
            duration: Span::hours(8),
            repeats: Repeats::Never,
            announced: Span::ZERO,
            accounts: Vec::new(),
            people: Vec::new(),
            maint: true,
            magnetic: false,
            flex: false,
        }
    }
}
