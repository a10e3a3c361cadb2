//! A file → its TOML front matter, typed, and its Markdown with the line it begins on.

use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The two halves of a file.
pub(crate) struct Halves<'a> {
    /// TOML between the fences.
    pub(crate) front: &'a str,
    /// Markdown below them.
    pub(crate) body: &'a str,
    /// Line of the file on which the body begins, from 1.
    pub(crate) body_line: usize,
}

/// Splits at the `+++` lines.
pub(crate) fn split<'a>(file: &str, text: &'a str) -> Result<Halves<'a>, Problem> {
    let remedy = "begin the file with a line `+++`, the front matter in TOML, and a line `+++`";
    let rest = text
        .strip_prefix("+++\n")
        .ok_or_else(|| Problem::new(file, "no front matter", remedy).at(1))?;
    let end = rest
        .find("\n+++\n")
        .ok_or_else(|| Problem::new(file, "the front matter is never closed", remedy).at(1))?;
    let front = &rest[..end + 1];
    Ok(Halves {
        front,
        body: &rest[end + "\n+++\n".len()..],
        body_line: 3 + front.lines().count(),
    })
}

/// Reads front matter that begins on line `first_line` of a file; the error names the line of the file.
pub(crate) fn typed<T: DeserializeOwned>(file: &str, toml: &str, first_line: usize) -> Result<T, Problem> {
    typed_as(file, toml, first_line, "page.rs")
}

/// The same of TOML whose fields stand in `source` of this crate.
pub(crate) fn typed_as<T: DeserializeOwned>(
    file: &str,
    toml: &str,
    first_line: usize,
    source: &str,
) -> Result<T, Problem> {
    toml::from_str(toml).map_err(|error| {
        let line = error.span().map_or(first_line, |span| {
            first_line + toml[..span.start.min(toml.len())].matches('\n').count()
        });
        Problem::new(
            file,
            error.message().to_owned(),
            format!("compare with the fields in content/src/{source}"),
        )
        .at(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Two {
        #[allow(dead_code)]
        title: String,
        #[allow(dead_code)]
        minutes: u32,
    }

    #[test]
    fn the_error_names_the_line_of_the_file() {
        let file = "+++\ntitle = \"x\"\nminutes = \"many\"\n+++\nText\n";
        let halves = split("a.md", file).expect("is well formed");
        assert_eq!((halves.body, halves.body_line), ("Text\n", 5));
        let problem = typed::<Two>("a.md", halves.front, 2).expect_err("minutes is no number");
        assert_eq!(problem.line, Some(3));
        assert!(problem.to_string().starts_with("content/a.md:3: "), "{problem}");
    }

    #[test]
    fn an_unknown_field_is_a_problem() {
        let problem =
            typed::<Two>("a.md", "title = \"x\"\nminutes = 3\nmintues = 4\n", 2).expect_err("misspelt");
        assert!(problem.what.contains("mintues"), "{problem}");
    }

    #[test]
    fn a_file_without_front_matter_is_told_what_to_do() {
        assert!(split("a.md", "Text").is_err());
        assert!(split("a.md", "+++\nx = 1\nText").is_err());
    }
}
