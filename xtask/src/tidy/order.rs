//! The one line data walks: inside `sim-core`, a module imports only from its left.

use super::{Problem, Source};

/// The order as the core's own header states it: a line like `` `units < ids < scenario` ``.
pub fn declared(sources: &[Source]) -> Vec<String> {
    let header = sources.iter().find(|source| source.path == "sim-core/src/lib.rs");
    let lines = header.into_iter().flat_map(|source| source.text.lines());
    let stated = lines
        .take_while(|line| line.starts_with("//!"))
        .find(|line| line.contains(" < "));
    let names = stated
        .unwrap_or_default()
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Imports that point to the right. Tests may look anywhere: a story needs the whole engine.
pub fn problems(source: &Source, order: &[String]) -> Vec<Problem> {
    let Some(inside) = source.path.strip_prefix("sim-core/src/") else {
        return Vec::new();
    };
    let own = inside.split(['/', '.']).next().unwrap_or_default();
    if inside == "lib.rs" {
        return if order.is_empty() {
            vec![source.problem(1, "state the order of modules here: `a < b < c`")]
        } else {
            Vec::new()
        };
    }
    let Some(place) = order.iter().position(|module| module == own) else {
        return Vec::new();
    };
    let code = without_comments(&source.text);
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut problems = Vec::new();
    for (start, word) in code.match_indices("crate::") {
        let line = code[..start].lines().count().max(1);
        for module in modules_after(&code[start + word.len()..]) {
            match order.iter().position(|known| known == module) {
                Some(other) if other > place => {
                    problems.push(source.problem(
                        line,
                        &format!("`{own}` uses `{module}`, which stands to its right"),
                    ));
                }
                // Its left, itself, or something the crate exports at its root.
                Some(_) | None => {}
            }
        }
    }
    problems
}

/// The first names of `units::Time` or of `{units::Time, ids::{JobId, UserId}}`.
fn modules_after(path: &str) -> Vec<&str> {
    let first_name = |text: &'_ str| -> usize {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![&path[..first_name(path)]];
    };
    let mut modules = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    for (place, letter) in group.char_indices() {
        let ends = matches!(letter, ',' | '}') && depth == 0;
        if ends {
            let item = group[start..place].trim_start();
            modules.push(&item[..first_name(item)]);
            start = place + 1;
        }
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    modules
}

fn without_comments(text: &str) -> String {
    let keep = |line: &str| {
        if line.trim_start().starts_with("//") {
            String::new()
        } else {
            line.to_owned()
        }
    };
    text.lines().map(keep).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let header = "//! Order:\n//! `units < ids < cluster < sched < engine`.\n";
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let order = declared(&[source("sim-core/src/lib.rs", header)]);
        problems(&source(path, text), &order).len()
    }

    #[test]
    fn an_import_from_the_right_is_found_in_every_form() {
        assert_eq!(
            found("sim-core/src/sched/pass.rs", "use crate::engine::Record;"),
            1
        );
        assert_eq!(
            found(
                "sim-core/src/units.rs",
                "use crate::{\n    ids::{JobId},\n    units::Time,\n};"
            ),
            1
        );
        assert_eq!(
            found("sim-core/src/cluster/mod.rs", "fn f(_: crate::engine::Run) {}"),
            1
        );
    }

    #[test]
    fn imports_from_the_left_comments_and_tests_are_left_alone() {
        assert_eq!(
            found(
                "sim-core/src/engine/mod.rs",
                "use crate::{units::Time, sched::Reason};"
            ),
            0
        );
        assert_eq!(
            found(
                "sim-core/src/units.rs",
                "//! See [`crate::engine`].\n// crate::engine"
            ),
            0
        );
        assert_eq!(
            found(
                "sim-core/src/sched/a.rs",
                "\n#[cfg(test)]\nmod tests {\n use crate::engine::Run;\n}"
            ),
            0
        );
        assert_eq!(found("app/src/lib.rs", "use crate::engine::X;"), 0);
    }
}
