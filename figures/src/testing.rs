//! Made-up reports and timelines for tests.
