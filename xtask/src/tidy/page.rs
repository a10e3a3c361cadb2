//! The lab holds settings of knobs and no scenario, so that it does not grow with the model. The page that edits a cluster is an
//! app of its own, which edits nothing else.

use super::{Problem, Source};

/// Places in the app, tests apart, that name the scenario itself.
pub fn problems(source: &Source) -> Vec<Problem> {
    let is_free = source.path.ends_with("tests.rs") || source.path.starts_with("app/src/cluster/");
    if !source.is_rust() || is_free || !source.path.starts_with("app/src/") {
        return Vec::new();
    }
    let ours = source.text.split("#[cfg(test)]").next().unwrap_or_default();
    ours.lines()
        .zip(1..)
        .filter(|(line, _)| names_it(line))
        .map(|(_, line)| {
            source.problem(
                line,
                "the app holds settings of knobs, no scenario: ask the worker, see decision 25",
            )
        })
        .collect()
}

fn names_it(line: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == "Scenario")
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
    fn a_scenario_in_the_page_is_found_and_one_in_its_tests_is_not() {
        let text = "use sim_core::scenario::Scenario;\n#[cfg(test)]\nmod tests { use sim_core::scenario::Scenario; }";
        assert_eq!(found("app/src/session.rs", text), 1);
        assert_eq!(found("app/src/model/runs/tests.rs", text), 0);
        assert_eq!(found("app/src/cluster/editor.rs", text), 0);
        assert_eq!(found("sim-worker/src/asked.rs", text), 0);
        assert_eq!(found("app/src/session.rs", "use sim_core::scenario::knobs;"), 0);
    }
}
