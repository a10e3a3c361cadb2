//! Sentences say what the runs say.
