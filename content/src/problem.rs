//! What is wrong with a text: where, what, and what to do.

use std::fmt;

/// One problem in the content folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// File, relative to the content folder.
    pub file: String,
    /// Line of the file, from 1, where one can be named.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn new(file: &str, what: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            file: file.to_owned(),
            line: None,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// The same, at a line.
    pub fn at(mut self, line: usize) -> Problem {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "content/{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; {}", self.what, self.remedy)
    }
}

impl std::error::Error for Problem {}
