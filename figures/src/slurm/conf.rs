//! Parameters of slurm.conf, one to a line, and options that share a line.

use super::{Export, Line};

/// A parameter, if it is not Slurm's default.
pub(super) fn set(out: &mut Export, name: &str, value: &str, default: &str, why: impl Into<String>) {
    if value != default {
        out.slurm_conf.push(Line {
            about: name.to_owned(),
            text: format!("{name}={value}"),
            why: vec![why.into()],
            back: if default.is_empty() {
                gone(name)
            } else {
                format!("{name}={default}")
            },
        });
    }
}

/// What is to be done with a line whose default has no words.
fn gone(name: &str) -> String {
    format!("# take out the line {name}")
}

/// Options that share one line, each with its remark.
#[derive(Default)]
pub(super) struct Options {
    words: Vec<String>,
    why: Vec<String>,
}

impl Options {
    /// An option, in any case.
    pub(super) fn add(&mut self, word: impl Into<String>, why: &str) {
        let word = word.into();
        let name = word.split('=').next().unwrap_or(&word);
        self.why.push(format!("{name}: {why}"));
        self.words.push(word);
    }

    /// An option with a number, if it is not Slurm's default.
    pub(super) fn number(&mut self, name: &str, value: u64, default: u64, why: &str) {
        if value != default {
            self.add(format!("{name}={value}"), why);
        }
    }

    /// An option that is there or not.
    pub(super) fn flag(&mut self, name: &str, is_set: bool, why: &str) {
        if is_set {
            self.add(name, why);
        }
    }

    /// The parameter that holds them, if there is one option.
    pub(super) fn write(self, name: &str, out: &mut Export) {
        if !self.words.is_empty() {
            out.slurm_conf.push(Line {
                about: name.to_owned(),
                text: format!("{name}={}", self.words.join(",")),
                why: self.why,
                back: gone(name),
            });
        }
    }

    /// The words between spaces, and the remarks.
    pub(super) fn into_line(self) -> (String, Vec<String>) {
        (self.words.join(" "), self.why)
    }
}
