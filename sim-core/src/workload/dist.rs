//! Distributions over `libm`, so that native and WASM draw the same bits.
