//! Journeys of readers through the built site in a real browser.
#![cfg(not(target_arch = "wasm32"))]

mod access;
mod adapt;
mod cluster;
mod clusters;
mod compare;
mod digests;
mod evidence;
mod find;
mod guesses;
mod here;
mod hurry;
mod jobs;
mod keyboard;
mod language;
mod links;
mod marks;
mod offline;
mod plain;
mod policy;
mod print;
mod quiet;
mod reconcile;
mod room;
mod routes;
mod structure;
mod sweep;
mod terms;
mod trace;
