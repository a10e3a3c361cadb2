//! Engine runs for the pages, kept on disk by the hash of what they depend on, so that a second build is quick.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, anyhow, bail};
use claims::{Source, check};
use content::Claim;
use sha2::{Digest as _, Sha256};
use sim_core::engine;
use sim_core::metrics::{Detail, Report, SeedReport, simplicity};
use sim_core::scenario::{Checked, Scenario};

/// The preset that the lab begins with.
pub const DEFAULT: &str = "group-32";

/// What the engine is made of: its source, the crates that it draws and calculates with, the compiler.
const ENGINE: [&str; 4] = [
    "sim-core/src",
    "sim-core/Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// Runs scenarios, or finds that they have been run.
pub struct Runs {
    cache: PathBuf,
    /// Hash of what the engine is made of: another engine, another answer.
    engine: String,
    presets: Vec<Scenario>,
    /// At most so many seeds for what a text claims or draws.
    seeds: u32,
    /// What each preset is like, a line each.
    lines: Vec<String>,
}

/// Which runs carry a raster.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rasters {
    /// None.
    None,
    /// That of the first seed.
    First,
}

impl Runs {
    /// Reads the presets and opens the cache under `target/`. What texts ask for is run over at most `seeds`.
    pub fn open(root: &Path, seeds: u32) -> Result<Runs> {
        let cache = root.join("target/site-runs");
        fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
        let (presets, lines) = presets(&root.join("content/scenarios"))?.into_iter().unzip();
        Ok(Runs {
            cache,
            engine: hash_of(root, &ENGINE)?,
            presets,
            seeds,
            lines,
        })
    }

    /// What a preset is like: the first sentence of its file.
    pub fn line(&self, preset: &str) -> &str {
        let at = self.presets.iter().position(|it| it.name == preset);
        at.map_or("", |at| self.lines[at].as_str())
    }

    /// All presets, the default of the lab first.
    pub fn presets(&self) -> &[Scenario] {
        &self.presets
    }

    /// A preset with the page's horizon and knobs set as in links: `load=85pct`.
    pub fn scenario(&self, preset: &str, set: &[String]) -> Result<Scenario> {
        let found = self.presets.iter().find(|scenario| scenario.name == preset);
        claims::set(
            found.with_context(|| format!("no preset `{preset}` in content/scenarios"))?,
            set,
        )
    }

    /// Runs seeds 1 to `seeds`.
    pub fn report(&self, scenario: &Scenario, seeds: u32, rasters: Rasters) -> Result<Report> {
        let checked = check(scenario)?;
        let wanted: Vec<(u64, Detail)> = (1..=u64::from(seeds))
            .map(|seed| {
                let raster = rasters == Rasters::First && seed == 1;
                (seed, if raster { Detail::Timeline } else { Detail::Summary })
            })
            .collect();
        let next = AtomicUsize::new(0);
        let made: Mutex<Vec<SeedReport>> = Mutex::new(Vec::new());
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(&(seed, detail)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let report = self.seed(&checked, seed, detail);
                        if let Ok(mut made) = made.lock() {
                            made.push(report);
                        }
                    }
                });
            }
        });
        let mut seeds = made.into_inner().map_err(|_| anyhow!("a run broke off"))?;
        seeds.sort_by_key(|report| report.seed);
        Ok(Report {
            seeds,
            simplicity: simplicity(scenario),
        })
    }

    fn seed(&self, checked: &Checked, seed: u64, detail: Detail) -> SeedReport {
        let mut hasher = Sha256::new();
        hasher.update(&self.engine);
        hasher.update(format!("{seed} {detail:?} "));
        // Debug prints every field; a scenario that prints the same is the same.
        hasher.update(format!("{:?}", checked.scenario()));
        let name: String = hasher
            .finalize()
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = self.cache.join(name);
        if let Some(report) = fs::read(&file)
            .ok()
            .and_then(|bytes| postcard::from_bytes(&bytes).ok())
        {
            return report;
        }
        let report = engine::run(checked, seed, detail);
        if let Ok(bytes) = postcard::to_allocvec(&report) {
            // A run that can't be kept is run again next time.
            fs::write(&file, bytes).ok();
        }
        report
    }
}

impl Source for Runs {
    fn scenario(&self, preset: &str, set: &[String]) -> Result<Scenario> {
        Runs::scenario(self, preset, set)
    }

    fn report(&self, scenario: &Scenario, seeds: u32) -> Result<Report> {
        Runs::report(self, scenario, seeds, Rasters::None)
    }

    fn seeds(&self, wanted: u32) -> u32 {
        wanted.min(self.seeds)
    }

    fn seeds_of(&self, claim: &Claim) -> u32 {
        if claim.whole {
            claim.seeds
        } else {
            self.seeds(claim.seeds)
        }
    }
}

/// `SITE_SEEDS`, for a quick look: 5 are enough to see a sentence turn over, all are run for what is published.
pub fn most_seeds() -> Result<u32> {
    match std::env::var("SITE_SEEDS") {
        Err(_) => Ok(u32::MAX),
        Ok(text) => match text.parse() {
            Ok(seeds) if seeds > 0 => Ok(seeds),
            Ok(_) | Err(_) => bail!("SITE_SEEDS is `{text}`: give a number of seeds from 1, or leave it out"),
        },
    }
}

fn presets(folder: &Path) -> Result<Vec<(Scenario, String)>> {
    let mut found = Vec::new();
    for file in files(folder)? {
        if file.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        let text = fs::read_to_string(&file)?;
        let scenario: Scenario = toml::from_str(&text).with_context(|| format!("{}", file.display()))?;
        check(&scenario)?;
        let line = first_sentence(&text).with_context(|| {
            format!(
                "{}: no first line; begin with `# What it is like.`",
                file.display()
            )
        })?;
        found.push((scenario, line.to_owned()));
    }
    found.sort_by_key(|(scenario, _)| (scenario.name != DEFAULT, scenario.name.clone()));
    if let Some(pair) = found.windows(2).find(|pair| pair[0].0.name == pair[1].0.name) {
        bail!(
            "two presets in {} are called `{}`; rename one",
            folder.display(),
            pair[0].0.name
        );
    }
    match found.first() {
        Some((first, _)) if first.name == DEFAULT => Ok(found),
        Some(_) | None => bail!("no preset `{DEFAULT}` in {}", folder.display()),
    }
}

/// The first sentence of the comment that a file begins with.
fn first_sentence(text: &str) -> Option<&str> {
    let line = text.lines().next()?.strip_prefix("# ")?.trim();
    Some(line.find(". ").map_or(line, |end| &line[..=end]))
}

/// One hash of files, and of all files in folders, below `root`.
fn hash_of(root: &Path, parts: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for part in parts {
        let part = root.join(part);
        let inside = if part.is_dir() { files(&part)? } else { vec![part] };
        for file in inside {
            hasher.update(fs::read(&file).with_context(|| format!("could not read {}", file.display()))?);
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("trilemma-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        folder
    }

    #[test]
    fn other_crates_or_another_compiler_are_another_engine() {
        let root = folder("engine");
        let hash = |crates: &str, source: &str| {
            fs::write(root.join("Cargo.lock"), crates).unwrap();
            fs::write(root.join("src/lib.rs"), source).unwrap();
            hash_of(&root, &["src", "Cargo.lock"]).unwrap()
        };
        let (one, again, crates, source) = (hash("a", "b"), hash("a", "b"), hash("c", "b"), hash("a", "d"));
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(one, again);
        assert!(one != crates && one != source);
    }

    #[test]
    fn two_presets_of_one_name_are_refused() {
        let root = folder("presets");
        let text = fs::read_to_string(
            crate::assets::root()
                .unwrap()
                .join("content/scenarios/group-32.toml"),
        )
        .unwrap();
        fs::write(root.join("src/a.toml"), &text).unwrap();
        let one = presets(&root).map(|found| found.len());
        fs::write(root.join("src/b.toml"), &text).unwrap();
        let two = presets(&root).map(|found| found.len());
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(one.unwrap(), 1);
        assert!(two.unwrap_err().to_string().contains("`group-32`"));
    }
}
