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
