//! The page and the command line come to the same records, in one browser's engine as in another's.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tests::browser::lab::answer;
use tests::browser::{journey, root};

/// Runs `trilemma`, freshly built, and reads its JSON.
pub fn trilemma(arguments: &[&str]) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "cli"])
        .current_dir(root())
        .status()?;
    ensure!(built.success(), "the command line could not be built");
    // This test's own program lies in target/…/deps; the command line lies beside that folder.
    let here = std::env::current_exe()?;
    let target = here.parent().and_then(|deps| deps.parent()).map(PathBuf::from);
    let program = target.context("a test lies in a folder")?.join("trilemma");
    let program = if program.is_file() {
        program
    } else {
        root().join("target/debug/trilemma")
    };
    let output = Command::new(&program).args(arguments).output()?;
    ensure!(
        output.status.success(),
        "trilemma {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("the command line's JSON")
}

#[test]
fn a_link_gives_the_command_line_the_digest_that_the_page_shows() {
    journey(async |page| {
        for place in [
            "lab/",
            "lab/#p0?profile=group-32&cap=5gpu&half-life=3d&load=110pct",
            // People react and budgets end: for that the page has a larger worker.
            "lab/#p0?profile=group-32&load=105pct&give-up=50pct&hoard=100pct&group-budget=4000h&budget-period=week&overdraft=25pct",
        ] {
            page.open(place).await?;
            let shown = answer(page).await?;
            let address = page.driver.current_url().await?;
            let run = trilemma(&["run", address.as_str(), "--json"])?;
            ensure!(
                run["digest"] == shown.digest.as_str(),
                "{address}: {} and {}",
                run["digest"],
                shown.digest
            );
            ensure!(
                run["seeds"].as_array().map(Vec::len) == Some(8),
                "{address}: not eight seeds"
            );
        }
        Ok(())
    });
}
