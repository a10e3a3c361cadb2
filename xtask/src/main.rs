//! The project own build commands: serve, test, build, size, bench, ci, tidy.

fn main() {}
