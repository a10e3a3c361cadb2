//! The number of the scenario format, and the way up from older ones.

/// The scenario format that this version writes. Older numbers are read and brought up; newer ones are refused.
pub const SCHEMA: u32 = 1;
