//! Journeys of readers through the built site in a real browser.
#![cfg(not(target_arch = "wasm32"))]

mod access;
mod clusters;
mod digests;
mod evidence;
mod firefox;
mod guesses;
mod hurry;
mod jobs;
mod keyboard;
mod links;
mod plain;
mod policy;
mod quiet;
mod sweep;
