//! When people may take work to GPUs outside.

use serde::{Deserialize, Serialize};

use super::span_or_off;
use crate::units::Span;

/// The rule about an outside pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct OutsideRule {
    /// Work that can be moved goes outside after it has waited so long here. `None`: nothing does, written `off` in files.
    #[serde(with = "span_or_off")]
    pub after: Option<Span>,
    /// Whether the site tells how to move: setting it up the first time then takes half as long.
    pub documented: bool,
}
