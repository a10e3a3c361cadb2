//! Words and numbers for people: at most 80 columns, numbers to the right.

use sim_core::metrics::{Cause, Quantile, Waits, median_f64, quantile};
use sim_core::units::Span;
use sim_core::workload::Class;

/// What a class is called.
pub fn class(class: Class) -> &'static str {
    match class {
        Class::Debug => "ten-minute test",
        Class::Interactive => "notebook",
        Class::Infer => "batch inference",
        Class::Finetune => "fine-tuning",
        Class::Sweep => "sweep",
        Class::Train => "training",
        Class::Large => "training, several nodes",
        Class::Cpubound => "training, mostly CPU",
    }
}

/// Why a GPU stood idle.
pub fn cause(cause: Cause) -> String {
    match cause {
        Cause::Limit(reason) => format!("a limit, {reason}"),
        Cause::NotYetLookedAt => "not yet looked at".to_owned(),
        Cause::KeptForJobAhead => "kept for a job ahead".to_owned(),
        Cause::Fragments => "fragments".to_owned(),
        Cause::TooFewForNextJob => "too few for the next job".to_owned(),
        Cause::HandingOver => "handing over".to_owned(),
        Cause::Draining => "draining for the service".to_owned(),
        Cause::Reprovisioning => "being set up anew".to_owned(),
        Cause::Serving => "serving".to_owned(),
        Cause::SetAside => "set aside".to_owned(),
        Cause::NoDemand => "no demand".to_owned(),
    }
}

/// `0 s`, `45 s`, `12 min`, `3.4 h`, `2.1 d`: two figures are enough for a wait.
pub fn span(secs: f64) -> String {
    let size = secs.abs();
    if size < 60.0 {
        format!("{secs:.0} s")
    } else if size < 5_400.0 {
        format!("{:.0} min", secs / 60.0)
    } else if size < 172_800.0 {
        format!("{:.1} h", secs / 3_600.0)
    } else {
        format!("{:.1} d", secs / 86_400.0)
    }
}

/// A window such as `20 days`.
pub fn days(span: Span) -> String {
    let days = f64::from(span.0) / 86_400.0;
    let rounded = format!("{days:.1}");
    let plain = rounded.strip_suffix(".0").unwrap_or(&rounded);
    if plain == "1" {
        "1 day".to_owned()
    } else {
        format!("{plain} days")
    }
}

/// A share as `81.3 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// The middle of a quantile over seeds; `>` if it falls among the unfinished in at least half of them.
pub fn middle_quantile<'a>(waits: impl Iterator<Item = &'a Waits>, per_mille: u32) -> String {
    let found: Vec<Quantile> = waits.map(|waits| quantile(waits, per_mille)).collect();
    let secs: Vec<f64> = found
        .iter()
        .filter(|quantile| **quantile != Quantile::Nobody)
        .map(|quantile| f64::from(quantile.floor_secs()))
        .collect();
    let open = found
        .iter()
        .filter(|quantile| matches!(quantile, Quantile::MoreThan(_)))
        .count();
    match median_f64(&secs) {
        None => "–".to_owned(),
        Some(middle) if 2 * open >= secs.len() => format!("> {}", span(middle)),
        Some(middle) => span(middle),
    }
}

/// The middle over seeds.
pub fn middle(values: impl Iterator<Item = f64>) -> f64 {
    median_f64(&values.collect::<Vec<_>>()).unwrap_or(0.0)
}

/// Words filled into lines of at most 80 columns.
pub fn fill(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > 80 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += width;
    }
    out.push('\n');
    out
}

/// A table: a head, then rows; the first column to the left, the others to the right.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |text: &str| text.chars().count();
    let widths: Vec<usize> = (0..head.len())
        .map(|i| {
            rows.iter()
                .map(|row| wide(&row[i]))
                .chain([wide(head[i])])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: Vec<&str>| -> String {
        let mut out = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let space = " ".repeat(widths[i] - wide(cell));
            match i {
                0 => out += &format!("  {cell}{space}"),
                _ => out += &format!("  {space}{cell}"),
            }
        }
        out.trim_end().to_owned() + "\n"
    };
    let rule = format!(
        "  {}\n",
        "─".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1))
    );
    let body: String = rows
        .iter()
        .map(|row| line(row.iter().map(String::as_str).collect()))
        .collect();
    line(head.to_vec()) + &rule + &body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_said_in_the_unit_that_fits() {
        for (secs, said) in [
            (0.0, "0 s"),
            (59.0, "59 s"),
            (600.0, "10 min"),
            (7_200.0, "2.0 h"),
            (259_200.0, "3.0 d"),
            (-600.0, "-10 min"),
        ] {
            assert_eq!(span(secs), said);
        }
        assert_eq!(
            (days(Span::days(1)), days(Span::days(28)), days(Span::hours(36))),
            ("1 day".into(), "28 days".into(), "1.5 days".into())
        );
    }

    #[test]
    fn a_quantile_among_the_unfinished_says_more_than() {
        let waits = |started: &[u32], unfinished: &[u32]| Waits {
            started: started.to_vec(),
            unfinished: unfinished.to_vec(),
            given_up: 0,
        };
        let seeds = [waits(&[60], &[600, 700]), waits(&[60, 60], &[600, 660, 700])];
        assert_eq!(middle_quantile(seeds.iter(), 500), "> 10 min");
        assert_eq!(middle_quantile([waits(&[], &[])].iter(), 500), "–");
    }

    #[test]
    fn lines_are_filled_to_eighty_columns() {
        let filled = fill(&"word ".repeat(60));
        assert!(filled.lines().all(|line| line.chars().count() <= 80));
        assert_eq!(filled.split_whitespace().count(), 60);
    }
}
