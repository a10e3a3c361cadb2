//! A figure that a text asks for: curves of a measured number over the settings of a knob, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::problem::Problem;

/// Curves over a knob. The site runs it, draws it and finds its words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Figure {
    /// Name, unique in its page: `knee`.
    pub id: String,
    /// Its title: a question.
    pub title: String,
    /// What runs to the right, in words: "work asked for, as a share of what the machine could do".
    pub across: String,
    /// Preset: `group-32`.
    pub scenario: String,
    /// Knobs set the same way for every line: `cap = "off"`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Key of the knob that runs to the right: `load`.
    pub vary: String,
    /// Its settings, from left to right, as in links. Percentages stand where their numbers put them, others evenly.
    pub values: Vec<String>,
    /// Those of them that are named under the axis; all, if none is.
    #[serde(default)]
    pub named: Vec<String>,
    /// What is measured: `wait.p50.all`, `use`, …
    pub metric: String,
    /// How waits are spaced: evenly where the shape is the point, by orders of magnitude where short ones matter too.
    #[serde(default)]
    pub scale: Scale,
    /// One line or several.
    pub lines: Vec<FigureLine>,
}

/// How the axis of waits is spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Each hour as long as every other.
    #[default]
    Even,
    /// A minute, an hour and a day about equally far apart.
    Orders,
}

/// A line of a figure.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FigureLine {
    /// Its name, set at its right end.
    pub label: String,
    /// What is set for it alone.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// What is measured for it, if not what the figure measures: `wait.p90.debug`.
    pub metric: Option<String>,
    /// Whether it is what the others are compared with: grey and dashed.
    #[serde(default)]
    pub compared: bool,
}

impl Figure {
    /// More lines than these cannot be told apart.
    pub const LINES_LIMIT: usize = 3;

    pub(crate) fn problems(&self, file: &str, line: usize) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |what: String, remedy: &str| found.push(Problem::new(file, what, remedy).at(line));
        if !Claim::is_name(&self.id) {
            say(
                format!("`{}` is no name for a figure", self.id),
                "use small letters and hyphens",
            );
        }
        if self.values.len() < 2 {
            say(
                format!("figure `{}` varies nothing", self.id),
                "give at least two `values`",
            );
        }
        if self.lines.is_empty() || self.lines.len() > Figure::LINES_LIMIT {
            say(
                format!("figure `{}` has {} lines", self.id, self.lines.len()),
                "draw one to three",
            );
        }
        if !self.title.ends_with('?') {
            say(
                format!("the title of figure `{}` is no question", self.id),
                "ask what the picture answers",
            );
        }
        for value in self.named.iter().filter(|value| !self.values.contains(value)) {
            say(
                format!("figure `{}` names `{value}`, which it does not show", self.id),
                "name some of its `values`",
            );
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_all_that_is_wrong_with_it() {
        let figure: Figure = toml::from_str(
            "id = 'A'\ntitle = 'Waits'\nacross = 'load'\nscenario = 'group-32'\nvary = 'load'\nvalues = ['80pct']\n\
             named = ['90pct']\nmetric = 'use'\nlines = []",
        )
        .expect("is well formed");
        assert_eq!(figure.problems("a.md", 1).len(), 5);
    }
}
