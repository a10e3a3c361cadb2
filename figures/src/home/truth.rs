//! The home page says what its picture shows.
