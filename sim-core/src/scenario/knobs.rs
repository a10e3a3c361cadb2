//! The one table of everything that can be adjusted: form, link, `--set`, sweep and pages all read it.

use super::Scenario;
use crate::units::Span;

/// One adjustable parameter.
#[derive(Debug)]
pub struct Knob {
    /// Key in links and in `--set`: `half-life`.
    pub key: &'static str,
    /// Name in the form: "Past use is forgotten by half in".
    pub label: &'static str,
    /// Slurm's name, empty if it has none: `PriorityDecayHalfLife`.
    pub slurm: &'static str,
    /// What changes in the world if it is moved, in a sentence or two.
    pub help: &'static str,
    /// Policy or assumption.
    pub kind: Kind,
    /// Whether a person must know it to plan their work: such knobs count for simplicity when they differ from "off".
    pub rule: bool,
    /// Its type, range, and how it is read and set.
    pub value: Dial,
}

/// Who can set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An admin.
    Policy,
    /// Nobody: it is what we suppose.
    Assumption,
}

/// A setting of a knob, in its own unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Setting {
    /// The limit is not set, the memory never fades: written `off`.
    Off,
    /// A length of time: written `14d`.
    Span(Span),
    /// A number with the knob's unit: written `8gpu`, `120h`, `85pct`, `500`.
    Count(u32),
}

/// Type and range of a knob.
#[derive(Debug)]
pub struct Dial {
    /// Unit that follows a number: `gpu`, `h` (GPU-hours), `pct`, or empty. Ignored for spans.
    pub unit: &'static str,
    /// Whether [`Setting::Off`] is allowed.
    pub may_be_off: bool,
    /// Whether it is a length of time rather than a number.
    pub is_span: bool,
    /// Smallest and largest value (seconds if a span).
    pub range: (u32, u32),
    /// Stops of the slider in order, loosest meaning last; values between them are allowed in the number field.
    pub stops: &'static [Setting],
    /// Words under the slider: strict, usual, loose (or their like).
    pub words: [&'static str; 3],
    /// Reads it.
    pub get: fn(&Scenario) -> Setting,
    /// Sets it. The value has been checked against the range.
    pub set: fn(&mut Scenario, Setting),
}

/// All knobs, in the order of links and forms.
pub static KNOBS: &[Knob] = &[];
