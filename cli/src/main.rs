//! The trilemma command line: run, compare, replay.

fn main() {}
