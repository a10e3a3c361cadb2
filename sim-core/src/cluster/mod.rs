//! What is true now: nodes, jobs, usage.
