//! Known digests.
