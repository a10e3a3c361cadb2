//! `trilemma evidence`: the pictures and tables beneath an answer, as files. They are those of the lab, made of the same runs.

use std::path::{Path, PathBuf};

use figures::evidence::{Found, Sight, above, csv, pictures, standalone};
use sim_core::engine::follow::Follow;
use sim_core::metrics::simplicity;
use sim_core::scenario::Checked;

use crate::text::fill;
use crate::{Outcome, compare};

/// What to show.
#[derive(clap::Args)]
pub struct Args {
    /// What is: a preset's name, a TOML file, or a share link in quotes
    base: String,
    /// What is proposed: the same
    proposal: String,
    /// Change a knob of the proposal, such as cap=16gpu
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Number of runs
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// The folder that the files are written into; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Days shown of the first run, such as 3-9
    #[arg(long, value_name = "FROM-TO", default_value = "1-14")]
    days: String,
}

/// Runs both sides and writes a drawing and a table for each picture.
pub fn run(args: &Args) -> Outcome {
    let sight = sight(&args.days)?;
    let (base, proposal, number) = compare::checked((&args.base, &args.proposal), &args.set, args.seeds)?;
    let found = find([&base, &proposal], number);
    std::fs::create_dir_all(&args.out).map_err(|error| cannot(&args.out, &error))?;
    let mut told = String::new();
    for picture in pictures(&found, &sight).into_iter().chain(above(&found)) {
        let figure = &picture.figure;
        let mut files = vec![(format!("{}.svg", picture.key), standalone(&picture.svg))];
        for (at, table) in std::iter::once(&figure.table).chain(&picture.more).enumerate() {
            let name = match at {
                0 => format!("{}.csv", picture.key),
                at => format!("{}-{}.csv", picture.key, at + 1),
            };
            files.push((name, csv(table)));
        }
        told += &fill(&format!("{} {}", figure.title, figure.finding));
        for (name, text) in files {
            let file = args.out.join(name);
            std::fs::write(&file, text).map_err(|error| cannot(&file, &error))?;
            told += &format!("  {}\n", file.display());
        }
    }
    Ok(told)
}

fn cannot(path: &Path, error: &std::io::Error) -> Vec<String> {
    vec![format!(
        "--out: could not write {}: {error}; name another folder",
        path.display()
    )]
}

fn sight(days: &str) -> Result<Sight, Vec<String>> {
    let ends = days.split_once('-').and_then(|(from, to)| {
        let [from, to] = [from, to].map(|end| end.trim().parse::<u32>().ok());
        Some((from.filter(|&from| from > 0)?, to?)).filter(|(from, to)| from <= to)
    });
    match ends {
        Some((from, to)) => Ok(Sight::of(&format!("from={from}\nto={to}"), None)),
        None => Err(vec![format!(
            "--days: `{days}` is no stretch of days; write the first and the last, such as 3-9"
        )]),
    }
}

/// What the lab finds of the same pair.
pub fn find(pair: [&Checked; 2], number: u32) -> Found {
    let mut found = Found::nothing(number, pair.map(|of| simplicity(of.scenario())));
    for n in 0..u64::from(number) {
        let seed = pair[0].scenario().seed.wrapping_add(n);
        let mut follows = pair.map(|of| Follow::new(of, seed));
        for follow in &mut follows {
            while follow.advance(u32::MAX) < 1.0 {}
        }
        let demand = follows[0].demand().clone();
        found.follow(follows.map(Follow::finish), pair, &demand);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::sight;

    #[test]
    fn days_are_read_or_refused_with_what_to_write() {
        assert_eq!(sight("3-9").unwrap().days, (2, 8));
        for days in ["", "9-3", "0-4", "3", "a-b"] {
            assert!(sight(days).unwrap_err()[0].contains("such as 3-9"), "{days}");
        }
    }
}
