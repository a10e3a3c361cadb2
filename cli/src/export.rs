//! `trilemma export`: the lines that would set a policy in a real Slurm, each explained, and what has no counterpart there.

use figures::slurm::{ASSUMED, Line, Without, changes, lines, text};
use serde_json::{Value, json};

use crate::Outcome;
use crate::rules::{pair, plain};

/// What to export.
#[derive(clap::Args)]
pub struct Args {
    /// A preset's name, a TOML file, or a share link in quotes
    scenario: String,
    /// Only what changes since this one
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
    /// Change a knob, such as cap=16gpu
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// Exports it.
pub fn run(args: &Args) -> Outcome {
    let (scenario, base) = pair(&args.scenario, &args.set, args.against.as_deref())?;
    let export = match &base {
        None => lines(&scenario),
        Some(base) => changes(base, &scenario),
    };
    let against = base.as_ref().map(|base| base.name.as_str());
    if !args.json {
        return Ok(text(&scenario, against, &export));
    }
    let told = json!({
        "scenario": scenario.name,
        "against": against,
        "slurm.conf": all(&export.slurm_conf),
        "gres.conf": all(&export.gres_conf),
        "commands": all(&export.commands),
        "no_counterpart": export.without.iter().map(without).collect::<Vec<_>>(),
        "assumptions": ASSUMED,
    });
    Ok(format!("{told}\n"))
}

fn all(lines: &[Line]) -> Vec<Value> {
    let one = |line: &Line| {
        let why: Vec<String> = line.why.iter().map(|why| plain(why)).collect();
        json!({ "line": line.text, "why": why, "back": line.back })
    };
    lines.iter().map(one).collect()
}

fn without(it: &Without) -> Value {
    json!({ "about": it.about, "what": plain(&it.what), "why": plain(&it.why) })
}
