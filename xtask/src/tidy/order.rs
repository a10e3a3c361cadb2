//! The one line data walks: inside `sim-core`, a module imports only from its left.

use super::{Problem, Source};

const ORDER: [&str; 8] = [
    "units", "ids", "scenario", "workload", "cluster", "sched", "engine", "metrics",
];

/// Imports that point to the right. Tests may look anywhere: a story needs the whole engine.
pub fn problems(source: &Source) -> Vec<Problem> {
    let Some(inside) = source.path.strip_prefix("sim-core/src/") else {
        return Vec::new();
    };
    let own = inside.split(['/', '.']).next().unwrap_or_default();
    let Some(place) = ORDER.iter().position(|module| *module == own) else {
        return Vec::new();
    };
    let code = without_comments(&source.text);
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut problems = Vec::new();
    for (start, word) in code.match_indices("crate::") {
        let line = code[..start].lines().count().max(1);
        for module in modules_after(&code[start + word.len()..]) {
            match ORDER.iter().position(|known| *known == module) {
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
        problems(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
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
            found(
                "sim-core/src/cluster/mod.rs",
                "fn f(_: crate::metrics::Report) {}"
            ),
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
        assert_eq!(found("app/src/lib.rs", "use crate::metrics::X;"), 0);
    }
}
