//! What is kept of a comparison: comma-separated lines, and Markdown for a wiki, an issue or a mail.

use sim_core::metrics::{Verdict, median_f64, quantile_f64};

use super::{Several, bands};
use crate::answer;
use crate::table::sure;

impl Several {
    /// A head, then a line for each figure of each proposal but the first: waits in seconds, shares from 0 to 1.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "proposal,title,link,figure,runs,median_of_first,median,difference_median,difference_q25,difference_q75,better,worse,verdict\n",
        );
        for (at, against) in self.against.iter().enumerate() {
            let at = at + 1;
            let named = &self.named[at];
            let head = [&self.letter(at).to_string(), &named.title, &named.link].map(|cell| quoted(cell));
            let mut line = |cells: &[String]| {
                text += &head.join(",");
                for cell in cells {
                    text += ",";
                    text += cell;
                }
                text += "\n";
            };
            for row in &against.comparison.rows {
                let quartile = |q| quantile_f64(&row.difference, q).unwrap_or(0.0).to_string();
                let middle = |values: &[f64]| median_f64(values).unwrap_or(0.0).to_string();
                line(&[
                    row.key.clone(),
                    row.difference.len().to_string(),
                    middle(&row.base),
                    middle(&row.proposal),
                    row.median_difference.to_string(),
                    quartile(0.25),
                    quartile(0.75),
                    row.better.to_string(),
                    row.worse.to_string(),
                    word(row.verdict).to_owned(),
                ]);
            }
            let [first, this] = [0, at].map(|at| &self.reports[at].simplicity);
            for (key, before, after) in [
                ("rules", first.rules, this.rules),
                ("choices", first.choices, this.choices),
            ] {
                let difference = i64::from(after) - i64::from(before);
                let mut cells = vec![key.to_owned(), self.runs().to_string()];
                cells.extend([before.to_string(), after.to_string(), difference.to_string()]);
                cells.extend(["", "", "", "", "counted"].map(str::to_owned));
                line(&cells);
            }
        }
        text
    }

    /// Title, answers, the tables, the links and the digests. `lab` is the address of the lab, `here` that of this comparison.
    pub fn markdown(&self, lab: &str, here: &str) -> String {
        let mut text = String::from("## Proposals beside each other\n\n");
        for (at, named) in self.named.iter().enumerate() {
            text += &format!(
                "- **{}**: [{}]({lab}#{})\n",
                self.letter(at),
                cell(&named.title),
                named.link
            );
        }
        text += &format!("\n{}. Each is held against A.\n", self.made_from());
        for (at, against) in self.against.iter().enumerate() {
            text += &format!(
                "\n**{}**: {}\n",
                self.letter(at + 1),
                answer::text(&against.answer)
            );
        }
        let letters: String = (0..self.named.len())
            .map(|at| format!(" {} |", self.letter(at)))
            .collect();
        let rule = "---|".repeat(self.named.len() + 1);
        text += &format!("\n| corner |{letters}\n|{rule}\n");
        for which in 0..3 {
            text += &format!("| {} |", self.corners[0][which].name);
            for corners in &self.corners {
                let corner = &corners[which];
                text += &format!(" {} |", cell(&with(&corner.value, &corner.sure)));
            }
            text += "\n";
        }
        for (percentile, head) in [(50, "half start within"), (90, "nine in ten start within")] {
            text += &format!("\n| {head} |{letters}\n|{rule}\n");
            for kind in self.kinds() {
                text += &format!("| {} |", kind.word());
                for at in 0..self.named.len() {
                    let sure = self
                        .paired(at, kind, percentile)
                        .map(|row| sure(row, ["sooner", "later"]));
                    let words = with(&self.wait(at, kind, percentile), &sure.unwrap_or_default());
                    text += &format!(" {} |", cell(&words));
                }
                text += "\n";
            }
        }
        text += &format!("\n| of all pieces of work |{}\n|{}\n", &letters[4..], &rule[4..]);
        for (which, words) in bands::WORDS.iter().enumerate() {
            text += &format!("| {words} |");
            for against in &self.against {
                let count = bands::counts(&against.shifts)[which];
                text += &format!(" {count} ({}) |", bands::share(count, &against.shifts));
            }
            text += "\n";
        }
        let digests = self.reports.iter().enumerate();
        let digests: Vec<String> = digests
            .map(|(at, it)| format!("{} {}", self.letter(at), it.digest()))
            .collect();
        text + &format!("\n<{here}>\n\nDigests: {}.\n", digests.join(", "))
    }
}

fn with(value: &str, sure: &str) -> String {
    match sure {
        "" => value.to_owned(),
        sure => format!("{value} ({sure})"),
    }
}

/// A bar would end a cell, a bracket a link.
fn cell(text: &str) -> String {
    let mut made = String::new();
    for letter in text.chars() {
        if matches!(letter, '|' | '[' | ']' | '<' | '>' | '*' | '\\') {
            made.push('\\');
        }
        made.push(letter);
    }
    made
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// As the command line's JSON says it.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Identical => "identical",
        Verdict::TooFewSeeds => "too-few-seeds",
        Verdict::NoClearDifference => "no-clear-difference",
        Verdict::Better => "better",
        Verdict::Worse => "worse",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::several;

    #[test]
    fn every_line_of_the_file_has_as_many_cells_as_its_head() {
        let text = several().csv();
        let cells = |line: &str| line.split(',').count();
        let mut lines = text.lines();
        let head = cells(lines.next().unwrap());
        assert!(text.lines().count() > 2 * 20);
        for line in lines {
            assert_eq!(cells(line), head, "{line}");
        }
        assert!(text.contains("C,The same <again>,"));
        assert!(text.contains(",wait.p90.debug,12,") && text.contains(",rules,12,"));
    }

    #[test]
    fn the_text_for_a_wiki_names_links_and_digests_and_its_tables_are_whole() {
        let text = several().markdown(
            "https://example.org/lab/",
            "https://example.org/lab/compare/?with=x",
        );
        assert!(
            text.contains("[The same \\<again\\>](https://example.org/lab/#p0?profile=group-32"),
            "{text}"
        );
        assert!(text.contains("**C**: Nothing differs.") && text.contains("Digests: A "));
        let bars = |line: &&str| line.starts_with('|');
        for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
            let counts: Vec<usize> = table
                .lines()
                .filter(bars)
                .map(|line| line.matches('|').count())
                .collect();
            assert!(counts.iter().all(|n| n == &counts[0]), "{table}");
        }
    }
}
