//! Whatever needs more than one crate: stories, properties, goldens, browser journeys.
