//! The loop that stands for the machine: figures from different machines and days are held side by side as multiples of
//! it. It must never change.

use std::hint::black_box;
use std::time::Instant;

/// Its steps.
const STEPS: u64 = 100_000_000;

/// Seconds that it takes here and now: one chain of multiplications, no memory.
pub fn seconds() -> f64 {
    let began = Instant::now();
    let mut state = black_box(1_u64);
    for _ in 0..STEPS {
        // The shift keeps the compiler from folding several steps into one.
        state = (state ^ (state >> 29))
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
    }
    black_box(state);
    began.elapsed().as_secs_f64()
}
