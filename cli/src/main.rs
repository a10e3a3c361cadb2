//! The trilemma command line: run, compare, evidence, sweep, presets, replay, explain, oracle, diff, rules, export, link.
//!
//! Results go to standard output, everything else to standard error. Bad input ends with status 2 and one line per
//! problem; a closed pipe ends quietly.

mod compare;
mod evidence;
mod explain;
mod export;
mod input;
mod link;
mod oracle;
mod presets;
mod replay;
mod rules;
mod run;
mod seeds;
mod sweep;
mod text;

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

/// A policy playground for shared GPU clusters: same jobs, same dice, another rule.
#[derive(Parser)]
#[command(name = "trilemma", version, disable_help_subcommand = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Simulate a scenario: how busy, how ready, how simple, who waits how long and why
    Run(run::Args),
    /// Simulate two scenarios on the same jobs and say what differs, and how sure that is
    Compare(compare::Args),
    /// Draw what stands beneath a comparison: who wins and loses, and what happened when, as SVG and CSV
    Evidence(evidence::Args),
    /// Try one or more knobs over a range: which settings nothing beats, and at what cost
    Sweep(sweep::Args),
    /// Run every preset as it is, and lay the figures beside each other
    Presets(presets::Args),
    /// Replay a job trace in the Standard Workload Format
    Replay(replay::Args),
    /// Say why a job waits, and what would have become of it had it asked for something else
    Explain(explain::Args),
    /// Compare with what a real Slurm was seen to do
    Oracle(oracle::Args),
    /// Say the difference between two scenarios in words
    Diff(Diff),
    /// Read a policy aloud: what a person must know under it, a sentence each
    Rules(rules::Args),
    /// The link of a scenario file: what it changes in a preset, as the lab opens it
    Link(link::Args),
    /// The slurm.conf lines and sacctmgr commands that would set a policy, each explained
    Export(export::Args),
}

#[derive(clap::Args)]
struct Diff {
    /// A preset's name, a TOML file, or a share link in quotes
    a: String,
    /// The same; what has changed from A to here is told
    b: String,
}

/// What a command ends with: the text for standard output, or what is wrong with its input, a line each.
type Outcome = Result<String, Vec<String>>;

fn main() -> ExitCode {
    let outcome = match Args::try_parse() {
        Ok(args) => match args.command {
            Command::Run(args) => run::run(&args),
            Command::Compare(args) => compare::run(&args),
            Command::Evidence(args) => evidence::run(&args),
            Command::Sweep(args) => sweep::run(&args),
            Command::Presets(args) => presets::run(&args),
            Command::Replay(args) => replay::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Oracle(args) => return compare_with_real(&args),
            Command::Diff(args) => diff(&args),
            Command::Rules(args) => rules::run(&args),
            Command::Export(args) => export::run(&args),
            Command::Link(args) => link::run(&args),
        },
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Err(vec![
            "no command; write run, compare, evidence, sweep, presets, replay, explain, oracle, diff, rules, export or link, or see trilemma --help"
                .to_owned(),
        ]),
        // Help and version are results, not errors.
        Err(error) if error.exit_code() == 0 => Ok(error.render().to_string()),
        Err(error) => Err(vec![in_one_line(&error.render().to_string())]),
    };
    finish(outcome)
}

/// Prints what a command ended with.
fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(text) => print(&text),
        Err(problems) => {
            for problem in problems {
                say(&problem);
            }
            ExitCode::from(2)
        }
    }
}

/// Status 1 where ours and the real one disagree.
fn compare_with_real(args: &oracle::Args) -> ExitCode {
    match oracle::run(args) {
        Err(problems) => finish(Err(problems)),
        Ok(compared) => {
            for note in &compared.notes {
                say(note);
            }
            let printed = print(&compared.text);
            if !compared.problems.is_empty() {
                finish(Err(compared.problems))
            } else if compared.agree {
                printed
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn diff(args: &Diff) -> Outcome {
    let (a, b) = input::both(input::read(&args.a, &[]), input::read(&args.b, &[]))?;
    let lines = sim_core::scenario::knobs::diff_in_words(&a.scenario, &b.scenario);
    if lines.is_empty() {
        Ok("No difference.\n".to_owned())
    } else {
        Ok(lines.join("\n") + "\n")
    }
}

/// Writes the result. Whoever reads it may stop reading: that is no failure of ours.
fn print(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("standard output: {error}; check where it goes"));
            ExitCode::FAILURE
        }
    }
}

/// One line on standard error. If even that is closed, nobody is there to be told.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The command-line parser explains itself in paragraphs; a problem is one line here.
fn in_one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let told: Vec<&str> = lines
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"))
        .collect();
    let told = told.join("; ").replace(":; ", ": ");
    let told = told.strip_prefix("error: ").unwrap_or(&told);
    format!("{told}; see trilemma --help")
}
