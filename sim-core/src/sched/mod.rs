//! What to do: functions of what is true now and of the policy. Nothing here moves time.

pub mod reason;

pub use reason::Reason;
