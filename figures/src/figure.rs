//! What stands around a drawing: a question, a finding, and the same numbers as a table.

/// The words of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figure {
    /// A question.
    pub title: String,
    /// A sentence with a number in it.
    pub finding: String,
    /// The same numbers as rows, for readers who do not see the drawing.
    pub table: Table,
    /// What it is made from: "8 runs of 28 days".
    pub made_from: String,
}

/// A table of words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// What it holds, for its caption.
    pub caption: String,
    /// Column headings; the first heads the row names.
    pub headings: Vec<String>,
    /// Rows, each as long as the headings.
    pub rows: Vec<Vec<String>>,
    /// A last row of sums, if it has one.
    pub sums: Option<Vec<String>>,
}

impl Table {
    /// A row as a sentence, for a walk through a picture: "a limit: baseline 12 h, proposal 3 h." `unit` follows each number. The
    /// sums come after the rows; nothing comes after the sums.
    pub fn said(&self, at: usize, unit: &str) -> Option<String> {
        let row = self.rows.iter().chain(&self.sums).nth(at)?;
        let cells = self.headings.iter().zip(row).skip(1);
        let cells: Vec<String> = cells
            .map(|(heading, words)| [heading, " ", words, unit].concat())
            .collect();
        Some([row.first()?, ": ", &cells.join(", "), "."].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_sentence_and_the_sums_come_last() {
        let words = |row: [&str; 3]| row.map(str::to_owned).to_vec();
        let table = Table {
            headings: words(["cause", "baseline", "proposal"]),
            rows: vec![words(["a limit", "12", "3"])],
            sums: Some(words(["together", "12", "3"])),
            ..Table::default()
        };
        assert_eq!(
            [0, 1, 2].map(|at| table.said(at, " h")),
            [
                Some("a limit: baseline 12 h, proposal 3 h.".to_owned()),
                Some("together: baseline 12 h, proposal 3 h.".to_owned()),
                None
            ]
        );
    }
}
