//! What the scheduler does with *these* jobs: little stories, each named by the sentence it proves.

mod age;
mod as_one;
mod backfill;
mod by_hand;
mod checklist;
mod claims;
mod elsewhere;
mod limits;
mod order;
mod presets;
mod quotas;
mod reactions;
mod routes;
mod seconds;
mod service;
mod tables;
mod work;

use expect_test::Expect;

/// Runs a story and compares what happened. `UPDATE_EXPECT=1 cargo test` writes what happened into the file.
fn check(story: &str, expected: Expect) {
    expected.assert_eq(&tests::story::tell(story));
}
