//! `trilemma link`: a scenario file as a link, which says what the file changes in a preset.

use sim_core::scenario::link::{Proposal, encode, nearest, on_page, travels};
use sim_core::scenario::structure::taken_apart;

use crate::{Outcome, input, say};

/// What to write as a link.
#[derive(clap::Args)]
pub struct Args {
    /// A TOML file, or a preset's name
    scenario: String,
    /// The preset that it is a change of: the one it is called after, or else the one it differs least from
    #[arg(long, value_name = "PRESET")]
    from: Option<String>,
    /// Change a knob, such as cap=16gpu, or any other part, such as .partitions.debug.max-time=30m
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
}

/// Writes it. A file that says nothing of window and seed is run as pages run.
pub fn run(args: &Args) -> Outcome {
    let given = input::read(&args.scenario, &args.set)?;
    if given.seeds.is_some() {
        return Err(vec![format!(
            "`{}`: a link already; give a TOML file",
            args.scenario
        )]);
    }
    let presets = input::all_presets().map_err(|problem| vec![problem])?;
    let preset = match &args.from {
        Some(name) => presets.iter().find(|preset| preset.name == *name).ok_or_else(|| {
            let known: Vec<&str> = input::presets().collect();
            format!("--from {name}: no preset; there are: {}", known.join(", "))
        }),
        None => nearest(&given.scenario, presets.iter()).ok_or_else(|| "there is no preset".to_owned()),
    };
    let preset = preset.map_err(|problem| vec![problem])?;
    let checked = input::check(given.scenario, &args.scenario)?;
    let scenario = match given.says_when {
        true => checked.scenario().clone(),
        false => on_page(checked.scenario()),
    };
    let proposal = Proposal::out_of(scenario, preset);
    travels(&proposal, preset).map_err(|untold| vec![format!("{}: {untold}", args.scenario)])?;
    if taken_apart(&args.scenario).0 != preset.name {
        say(&format!("note: told as a change of {}", preset.name));
    }
    Ok(format!("#{}\n", encode(&proposal, preset)))
}
