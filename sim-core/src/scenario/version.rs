//! The number of the scenario format, and the way up from older ones.
//!
//! A reader looks at the number first ([`Head`]), so that a file of a later version is refused in one clear sentence
//! rather than by the first key it does not know.

use serde::Deserialize;

/// The scenario format that this version writes. Older numbers are read and brought up; newer ones are refused.
pub const SCHEMA: u32 = 1;

/// The part of a file that says which version it is; everything else is left for later.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Head {
    /// The number; a file without one is of today's version.
    #[serde(default = "today")]
    pub schema: u32,
}

fn today() -> u32 {
    SCHEMA
}

impl Head {
    /// Whether this version can read the rest.
    pub fn readable(self) -> Result<(), UnknownSchema> {
        if (1..=SCHEMA).contains(&self.schema) {
            Ok(())
        } else {
            Err(UnknownSchema(self.schema))
        }
    }
}

/// A file of a version that this one does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "schema {0} is not known here, only 1 to {SCHEMA}; use a newer version of Trilemma, or write schema = {SCHEMA}"
)]
pub struct UnknownSchema(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_looked_at_before_the_rest() {
        let newer: Head = toml::from_str("schema = 2\n[tomorrow]\nkey = 1").unwrap();
        assert_eq!(newer.readable(), Err(UnknownSchema(2)));
        let unnumbered: Head = toml::from_str("name = \"mine\"").unwrap();
        assert_eq!(unnumbered.readable(), Ok(()));
    }
}
