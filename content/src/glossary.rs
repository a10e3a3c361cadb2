//! The words of this site, each once, with Slurm's word beside it.

use serde::Deserialize;

use crate::front::typed_as;
use crate::markdown::{self, Text};
use crate::problem::Problem;

/// One word.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// Anchor and key of links: `backfill`.
    pub key: String,
    /// As it is written in a sentence: "backfill".
    pub word: String,
    /// Slurm's name, if it has one.
    pub slurm: Option<String>,
    /// What it means.
    pub text: Text,
    /// Keys of related terms.
    pub see: Vec<String>,
}

/// All words, by key.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Glossary {
    /// In alphabetical order of their words.
    pub terms: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGlossary {
    term: Vec<RawTerm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTerm {
    key: String,
    word: String,
    slurm: Option<String>,
    text: String,
    #[serde(default)]
    see: Vec<String>,
}

impl Glossary {
    /// The term of a key.
    pub fn term(&self, key: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.key == key)
    }

    pub(crate) fn read(file: &str, toml: &str) -> Result<Glossary, Vec<Problem>> {
        let raw: RawGlossary = typed_as(file, toml, 1, "glossary.rs").map_err(|problem| vec![problem])?;
        let mut problems = Vec::new();
        let mut terms: Vec<Term> = Vec::new();
        for raw in raw.term {
            let line = 1 + toml
                .find(&format!("key = \"{}\"", raw.key))
                .map_or(0, |at| toml[..at].matches('\n').count());
            if terms.iter().any(|term| term.key == raw.key) {
                problems.push(
                    Problem::new(file, format!("`{}` stands twice", raw.key), "keep one of them").at(line),
                );
            }
            if !markdown::is_key(&raw.key) {
                problems.push(
                    Problem::new(
                        file,
                        format!("`{}` is no key that `[[…]]` can name", raw.key),
                        "use small letters, digits and hyphens",
                    )
                    .at(line),
                );
            }
            terms.push(Term {
                text: markdown::text(file, &raw.text, line),
                key: raw.key,
                word: raw.word,
                slurm: raw.slurm,
                see: raw.see,
            });
        }
        terms.sort_by_key(|term| term.word.to_lowercase());
        let glossary = Glossary { terms };
        for term in &glossary.terms {
            for other in &term.see {
                if glossary.term(other).is_none() {
                    problems.push(Problem::new(
                        file,
                        format!("`{}` points to `{other}`, which is not explained", term.key),
                        "add the term or take the pointer out",
                    ));
                }
            }
        }
        if problems.is_empty() {
            Ok(glossary)
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_to_a_word_that_is_not_there_is_a_problem() {
        let problems = Glossary::read(
            "glossary.toml",
            "[[term]]\nkey = \"a\"\nword = \"a\"\ntext = \"t\"\nsee = [\"b\"]\n",
        )
        .expect_err("b is missing");
        assert!(problems[0].what.contains("`b`"));
    }

    #[test]
    fn a_key_that_no_link_can_name_is_a_problem() {
        let problems = Glossary::read(
            "glossary.toml",
            "[[term]]\nkey = \"max_time\"\nword = \"a\"\ntext = \"t\"\n",
        )
        .expect_err("there is a line under it");
        assert!(problems[0].what.contains("`max_time`"));
    }
}
