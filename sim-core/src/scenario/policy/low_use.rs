//! What happens to jobs that hold a GPU and hardly use it.

use serde::{Deserialize, Serialize};

use crate::units::{PerMille, Span};

/// The rule about jobs whose GPUs do little.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct LowUse {
    /// What is done about them.
    pub rule: LowUseRule,
    /// GPU activity below which it counts as little.
    pub below: PerMille,
    /// How long it has been so before something is done.
    pub after: Span,
}

/// What is done about a job whose GPUs do little.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LowUseRule {
    /// Nothing.
    #[default]
    Off,
    /// Its owner gets a mail.
    Warn,
    /// It is cancelled.
    Cancel,
    /// Somebody visits its owner and looks at the script.
    Help,
}

impl Default for LowUse {
    fn default() -> Self {
        LowUse {
            rule: LowUseRule::Off,
            below: PerMille(100),
            after: Span::hours(2),
        }
    }
}
