//! Every knob says in a sentence what changes in the world if it is moved.

use super::{Problem, Source};

/// Knobs without help, or with a help that is no sentence.
pub fn problems(source: &Source) -> Vec<Problem> {
    if !source.path.starts_with("sim-core/src/scenario/knobs") {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let text = &source.text;
    for (start, opening) in text.match_indices("Row {") {
        let declared = text[..start].ends_with("struct ") || text[..start].ends_with("impl ");
        let line = text[..start].lines().count().max(1);
        let body = &text[start + opening.len()..];
        if declared || !body[..end_of_braces(body)].contains("key:") {
            continue;
        }
        let help = literal_after(&body[..end_of_braces(body)], "help:");
        let is_sentence = help.is_some_and(|help| help.len() >= 20 && help.ends_with(['.', '?']));
        if !is_sentence {
            problems.push(source.problem(
                line,
                "this knob's help is no whole sentence: say what changes in the world",
            ));
        }
    }
    problems
}

fn end_of_braces(body: &str) -> usize {
    let mut depth = 0;
    for (place, letter) in body.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return place,
            '}' => depth -= 1,
            _ => {}
        }
    }
    body.len()
}

fn literal_after<'t>(text: &'t str, field: &str) -> Option<&'t str> {
    let (_, after) = text.split_once(field)?;
    let (_, literal) = after.split_once('"')?;
    let mut escaped = false;
    let end = literal.char_indices().find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    })?;
    Some(&literal[..end.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        let path = "sim-core/src/scenario/knobs.rs".to_owned();
        problems(&Source {
            path,
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn a_knob_without_a_sentence_of_help_is_found() {
        assert_eq!(
            found("static K: &[Row] = &[Row { key: \"cap\", help: \"\", rule: true }];"),
            1
        );
        assert_eq!(found("Row { key: \"cap\", value: Dial { unit: \"\" } }"), 1);
        assert_eq!(
            found("Row { key: \"cap\", help: \"Stops one person from holding all.\", value: Dial {} }"),
            0
        );
    }

    #[test]
    fn the_type_itself_is_no_knob() {
        assert_eq!(
            found("pub struct Row {\n pub key: &'static str,\n pub help: &'static str,\n}"),
            0
        );
    }
}
