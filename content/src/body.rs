//! The body of a file: Markdown between directives → parts in reading order.

use std::collections::BTreeSet;

use crate::claim::Claim;
use crate::figure::Figure;
use crate::front::typed_as;
use crate::markdown::{AsideKind, Part, text};
use crate::problem::Problem;

/// The body of a page as parts.
pub(crate) fn parts(file: &str, body: &str, first_line: usize) -> (Vec<Part>, Vec<Problem>) {
    let mut reader = Reader {
        file,
        lines: body.lines().collect(),
        first_line,
        at: 0,
        problems: Vec::new(),
    };
    let parts = reader.until_end(false);
    let mut problems = reader.problems;
    problems.extend(shared_places(file, &parts));
    (parts, problems)
}

/// Ids that a page has beside those of its headings.
const OWN_IDS: [&str; 7] = ["main", "here", "here-link", "goal", "goal-link", "check", "next"];

/// Headings that no link can lead to.
fn shared_places(file: &str, parts: &[Part]) -> Vec<Problem> {
    let mut seen = BTreeSet::from(OWN_IDS);
    let mut found = anchors(parts);
    found.retain(|&anchor| anchor.is_empty() || !seen.insert(anchor));
    let problem = |anchor: &str| {
        Problem::new(
            file,
            format!("the id of a heading is `{anchor}`, which is empty or something else’s on the page"),
            "give it other words",
        )
    };
    found.into_iter().map(problem).collect()
}

/// The ids of all headings, in reading order.
fn anchors(parts: &[Part]) -> Vec<&str> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Prose(text) | Part::Aside { text, .. } => {
                found.extend(text.anchors.iter().map(String::as_str));
            }
            Part::Reveal(hidden) => found.extend(anchors(hidden)),
            Part::Figure(_) | Part::Predict | Part::Claim(_) => {}
        }
    }
    found
}

struct Reader<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    first_line: usize,
    at: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, what: String, remedy: &str) {
        self.problems.push(Problem::new(self.file, what, remedy).at(line));
    }

    fn until_end(&mut self, inside: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        let (mut prose, mut prose_line) = (String::new(), self.first_line + self.at);
        let mut fenced = false;
        // Inside, the directive that opened it stands on the line before.
        let opened = (self.first_line + self.at).saturating_sub(1);
        while self.at < self.lines.len() {
            let (raw, line) = (self.lines[self.at], self.first_line + self.at);
            self.at += 1;
            let block = match raw.trim() {
                "```claim" if !fenced => Some(Block::Claim),
                "```figure" if !fenced => Some(Block::Figure),
                _ => None,
            };
            if block.is_none() && raw.starts_with("```") {
                fenced = !fenced;
            }
            if fenced || !(block.is_some() || raw.starts_with(":::")) {
                if prose.is_empty() {
                    prose_line = line;
                }
                prose.push_str(raw);
                prose.push('\n');
                continue;
            }
            if !prose.trim().is_empty() {
                parts.push(Part::Prose(text(self.file, &prose, prose_line)));
            }
            prose.clear();
            if let Some(block) = block {
                parts.extend(self.block(block, line + 1));
                continue;
            }
            let words: Vec<&str> = raw[3..].split_whitespace().collect();
            match words[..] {
                ["end"] if inside => return parts,
                ["predict"] => parts.push(Part::Predict),
                ["reveal"] if !inside => {
                    let hidden = self.until_end(true);
                    parts.push(Part::Reveal(hidden));
                }
                ["aside", kind, ref title @ ..] => parts.extend(self.aside(kind, &title.join(" "), line)),
                [..] => self.problem(
                    line,
                    format!("`{raw}` is no directive that fits here"),
                    "see the head of content/src/lib.rs for the directives",
                ),
            }
        }
        if !prose.trim().is_empty() {
            parts.push(Part::Prose(text(self.file, &prose, prose_line)));
        }
        if inside {
            self.problem(
                opened,
                "`:::reveal` is never closed".into(),
                "add a line `:::end`",
            );
        }
        parts
    }

    fn aside(&mut self, kind: &str, title: &str, line: usize) -> Option<Part> {
        let start = self.at;
        let end = (start..self.lines.len()).find(|&at| self.lines[at].trim() == ":::end");
        let Some(end) = end else {
            self.problem(line, "`:::aside` is never closed".into(), "add a line `:::end`");
            return None;
        };
        self.at = end + 1;
        let kind = match kind {
            "slurm" => AsideKind::Slurm,
            "mistaken" => AsideKind::Mistaken,
            "assumption" => AsideKind::Assumption,
            "voice" => AsideKind::Voice,
            _ => {
                self.problem(
                    line,
                    format!("`{kind}` is no kind of note"),
                    "write `slurm`, `mistaken`, `assumption` or `voice`",
                );
                return None;
            }
        };
        Some(Part::Aside {
            kind,
            title: title.to_owned(),
            text: text(
                self.file,
                &self.lines[start..end].join("\n"),
                self.first_line + start,
            ),
        })
    }

    /// `line` is the first within it.
    fn block(&mut self, block: Block, line: usize) -> Option<Part> {
        let start = self.at;
        let end = (start..self.lines.len()).find(|&at| self.lines[at].trim() == "```");
        let Some(end) = end else {
            self.problem(
                line - 1,
                format!("a {} is never closed", block.word()),
                "add a line of three backticks",
            );
            return None;
        };
        self.at = end + 1;
        let toml = self.lines[start..end].join("\n");
        let read = match block {
            Block::Claim => typed_as::<Claim>(self.file, &toml, line, "claim.rs").map(|claim| {
                let problems = claim.problems(self.file, line);
                (Part::Claim(Box::new(claim)), problems)
            }),
            Block::Figure => typed_as::<Figure>(self.file, &toml, line, "figure.rs").map(|figure| {
                let problems = figure.problems(self.file, line);
                (Part::Figure(Box::new(figure)), problems)
            }),
        };
        match read {
            Ok((part, problems)) => {
                self.problems.extend(problems);
                Some(part)
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}

/// A fenced block that is more than code.
#[derive(Clone, Copy)]
enum Block {
    Claim,
    Figure,
}

impl Block {
    fn word(self) -> &'static str {
        match self {
            Block::Claim => "claim",
            Block::Figure => "figure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_falls_into_parts_in_reading_order() {
        let body = "One.\n\n:::aside slurm In Slurm\n`MaxTime`\n:::end\n\n:::predict\n:::reveal\n```figure\nid = 'knee'\ntitle = 'How?'\nacross = 'load'\nscenario = 'group-32'\nvary = 'load'\n\
                    values = ['80pct', '90pct']\nmetric = 'use'\nlines = [{ label = 'all' }]\n```\nTwo.\n:::end\nThree.\n";
        let (parts, problems) = parts("a.md", body, 5);
        assert!(problems.is_empty(), "{problems:?}");
        assert!(matches!(
            &parts[..],
            [
                Part::Prose(_),
                Part::Aside {
                    kind: AsideKind::Slurm,
                    ..
                },
                Part::Predict,
                Part::Reveal(_),
                Part::Prose(_)
            ]
        ));
        let Part::Reveal(hidden) = &parts[3] else {
            unreachable!("matched above")
        };
        assert!(matches!(&hidden[..], [Part::Figure(figure), Part::Prose(_)] if figure.id == "knee"));
    }

    #[test]
    fn what_is_never_closed_is_named_with_its_line() {
        let (_, problems) = parts("a.md", "x\n:::aside voice Somebody\nno end\n", 4);
        assert_eq!(problems[0].line, Some(5));
        let (_, problems) = parts("a.md", "```claim\nid = 'a'\n", 4);
        assert_eq!((problems.len(), problems[0].line), (1, Some(4)));
        let (_, problems) = parts("a.md", "x\n:::reveal\nno end\n", 4);
        assert_eq!(problems[0].line, Some(5));
    }

    #[test]
    fn headings_of_one_page_have_places_of_their_own() {
        let of = |body: &str| parts("a.md", body, 1).1.len();
        assert_eq!(of("## Why\n\n:::aside slurm In Slurm\nx\n:::end\n\n## How\n"), 0);
        assert_eq!(of("## Why\n\n:::reveal\n## Why\n:::end\n"), 1);
        assert_eq!(of("## …\n\n## Goal\n"), 2);
    }
}
