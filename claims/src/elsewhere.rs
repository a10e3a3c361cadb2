//! A text on a cluster that its reader has chosen: the same questions, run there.

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Context as _, Result, anyhow, bail};
use content::{Claim, Figure, Goal};
use serde::{Deserialize, Serialize};
use sim_core::engine;
use sim_core::metrics::{Detail, Report, SeedReport, simplicity};
use sim_core::scenario::Scenario;
use sim_core::scenario::link::decode_among;

use crate::goal::preset_of;
use crate::{Numbers, Outcome, Source, check, draw, facts, set};

/// All that a text asks of the engine.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The text's name, which its figures' names begin with.
    pub name: String,
    /// Its claims.
    pub claims: Vec<Claim>,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// What an answer to its exercise has to reach.
    pub goal: Option<Goal>,
}

impl Asked {
    /// How many things it asks.
    #[must_use]
    pub fn items(&self) -> usize {
        self.claims.len() + self.figures.len()
    }

    /// Most runs that they take.
    #[must_use]
    pub fn runs(&self, seeds: u32) -> u32 {
        let claims = self.claims.iter().map(|claim| claim.settings().len());
        let figures = self.figures.iter().map(|it| it.values.len() * it.lines.len());
        claims.chain(figures).map(|settings| settings as u32).sum::<u32>() * seeds
    }
}

/// What came of one thing that a text asks.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// The name of the claim or figure.
    pub id: String,
    /// Whether it is a figure.
    pub is_figure: bool,
    /// Whether the sentence holds; of a figure, whether it could be drawn.
    pub holds: bool,
    /// Whether it could be asked there at all.
    pub asked: bool,
    /// The evidence, or the figure, or why there is neither.
    pub html: String,
    /// The numbers for the text.
    pub numbers: Numbers,
}

/// A cluster in the place of those that a text speaks of.
pub struct Elsewhere<'f> {
    chosen: Scenario,
    name: String,
    seeds: u32,
    ran: &'f dyn Fn(),
    /// Runs by what was run.
    kept: RefCell<HashMap<String, SeedReport>>,
}

impl<'f> Elsewhere<'f> {
    /// A preset by its name, or what a link proposes. `ran` is called after each run.
    ///
    /// # Errors
    /// No preset has that name, or the link cannot be read: a sentence that says what to do.
    pub fn new(presets: &[Scenario], choice: &str, seeds: u32, ran: &'f dyn Fn()) -> Result<Elsewhere<'f>> {
        let (chosen, name) = match presets.iter().find(|preset| preset.name == choice) {
            Some(preset) => (preset.clone(), preset.name.clone()),
            None if choice.contains('?') || choice.contains('=') => {
                let found = decode_among(choice, presets).map_err(|error| anyhow!("{error}"))?;
                let name = format!("the link’s {}", preset_of(&found.profile));
                (found.proposal, name)
            }
            None => bail!("there is no cluster “{choice}”; choose one from the list, or paste a whole link"),
        };
        check(&chosen)?;
        Ok(Elsewhere {
            chosen,
            name,
            seeds,
            ran,
            kept: RefCell::default(),
        })
    }

    /// The cluster's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What texts say of the cluster without running it.
    #[must_use]
    pub fn facts(&self) -> Numbers {
        facts(&self.chosen)
    }

    /// Asks one thing of a text: its claims come first, then its figures.
    ///
    /// # Errors
    /// The text asks fewer things than that.
    pub fn tell(&self, asked: &Asked, item: usize) -> Result<Told> {
        let name = &self.name;
        if let Some(claim) = asked.claims.get(item) {
            return Ok(match Outcome::of(claim, self) {
                Ok(outcome) => Told {
                    id: claim.id.clone(),
                    is_figure: false,
                    holds: outcome.holds,
                    asked: true,
                    html: outcome.evidence_on(name),
                    numbers: outcome.numbers(),
                },
                Err(why) => Told {
                    id: claim.id.clone(),
                    is_figure: false,
                    holds: false,
                    asked: false,
                    html: format!(
                        "<p data-claim=\"{}\" class=\"fails\">“{}” <b>This cannot be asked of {name}:</b> {}.</p>",
                        claim.id,
                        figures::markup::escape(&claim.says),
                        figures::markup::escape(&why.to_string()),
                    ),
                    numbers: Numbers::new(),
                },
            });
        }
        let figure = (asked.figures)
            .get(item - asked.claims.len())
            .context("the text asks fewer things than that")?;
        let drawn = draw(&asked.name, figure, self);
        Ok(Told {
            id: figure.id.clone(),
            is_figure: true,
            holds: drawn.is_ok(),
            asked: drawn.is_ok(),
            html: drawn.unwrap_or_else(|why| {
                format!(
                    "<p class=\"fails\" role=\"note\"><b>“{}” cannot be drawn for {name}:</b> {}.</p>",
                    figures::markup::escape(&figure.title),
                    figures::markup::escape(&why.to_string())
                )
            }),
            numbers: Numbers::new(),
        })
    }
}

impl Source for Elsewhere<'_> {
    fn scenario(&self, _preset: &str, settings: &[String]) -> Result<Scenario> {
        set(&self.chosen, settings)
    }

    fn report(&self, scenario: &Scenario, seeds: u32) -> Result<Report> {
        let checked = check(scenario)?;
        // Debug prints every field; a scenario that prints the same is the same.
        let key = format!("{scenario:?}");
        let mut reports = Vec::new();
        for seed in 1..=u64::from(seeds) {
            let key = format!("{seed} {key}");
            let kept = self.kept.borrow().get(&key).cloned();
            let report = kept.unwrap_or_else(|| {
                let report = engine::run(&checked, seed, Detail::Summary);
                self.kept.borrow_mut().insert(key, report.clone());
                report
            });
            (self.ran)();
            reports.push(report);
        }
        Ok(Report {
            seeds: reports,
            simplicity: simplicity(scenario),
        })
    }

    fn seeds(&self, wanted: u32) -> u32 {
        wanted.min(self.seeds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn presets() -> Vec<Scenario> {
        let small = Scenario {
            name: "small".into(),
            ..Scenario::default()
        };
        vec![small]
    }

    fn asked() -> Asked {
        let claim = |id: &str, metric: &str, set: &str, expect: &str| {
            format!(
                "id = '{id}'\nsays = 'A <b> sentence.'\nscenario = 'elsewhere'\nset = {{ {set} }}\nvary = 'load'\n\
                 values = ['50pct', '110pct']\nmetric = '{metric}'\nexpect = '{expect}'\nseeds = 20"
            )
        };
        let read = |text: String| toml::from_str(&text).expect("is well formed");
        Asked {
            name: "text".into(),
            claims: vec![
                read(claim("busier", "use", "", "rises")),
                read(claim("emptier", "use", "", "falls")),
                read(claim("owned", "use", "'node.owned' = 'gold'", "rises")),
            ],
            figures: vec![],
            goal: None,
        }
    }

    #[test]
    fn a_text_is_asked_anew_and_says_where_it_fails() {
        let count = Cell::new(0);
        let ran = || count.set(count.get() + 1);
        let (presets, asked) = (presets(), asked());
        let elsewhere = Elsewhere::new(&presets, "small", 4, &ran).expect("there is such a cluster");
        let busier = elsewhere.tell(&asked, 0).expect("is asked");
        assert!(busier.holds && busier.asked, "{}", busier.html);
        assert!(busier.html.contains("holds on small") && busier.html.contains("&lt;b&gt;"));
        assert!(busier.numbers.contains_key("busier.110pct"));
        let emptier = elsewhere.tell(&asked, 1).expect("is asked");
        assert!(!emptier.holds && emptier.html.contains("does not hold on small"));
        assert_eq!(count.get(), 16, "counted, though the second eight were kept");
        let owned = elsewhere.tell(&asked, 2).expect("is asked");
        assert!(
            !owned.asked && owned.html.contains("cannot be asked of small"),
            "{}",
            owned.html
        );
        assert!(elsewhere.tell(&asked, 3).is_err());
        assert_eq!(asked.runs(4), 24);
    }

    #[test]
    fn a_link_is_a_cluster_too_and_nonsense_is_none() {
        let presets = presets();
        let linked = Elsewhere::new(&presets, "#p0?profile=small&load=50pct", 1, &|| ()).expect("is a link");
        assert_ne!(linked.chosen, presets[0]);
        assert_eq!(linked.name(), "the link’s small");
        let nonsense = Elsewhere::new(&presets, "mine", 1, &|| ());
        assert!(nonsense.is_err_and(|why| why.to_string().contains("mine")));
    }

    #[test]
    fn a_text_travels_to_the_browser_whole() {
        let bytes = postcard::to_allocvec(&asked()).expect("is written");
        assert_eq!(postcard::from_bytes::<Asked>(&bytes), Ok(asked()));
    }
}
