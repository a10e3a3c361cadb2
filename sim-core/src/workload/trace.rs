//! The Standard Workload Format: text → submissions.
