//! A text on a cluster that its reader has chosen: the same questions, run there.

use std::cell::RefCell;
use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};
use content::{Claim, Figure, Goal};
use serde::{Deserialize, Serialize};
use sim_core::engine;
use sim_core::metrics::{Detail, Report, SeedReport, simplicity};
use sim_core::scenario::Scenario;

use crate::{Numbers, Outcome, Source, check, draw, facts, read_link, set, set_elsewhere};

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
    /// Runs by what was run, from seed 1 on.
    kept: RefCell<HashMap<String, Vec<SeedReport>>>,
}

impl<'f> Elsewhere<'f> {
    /// A preset by its name, or what a link proposes. `ran` is called after each run.
    ///
    /// # Errors
    /// No preset has that name, or not all of the link is understood: a sentence that says what to do.
    pub fn new(presets: &[Scenario], choice: &str, seeds: u32, ran: &'f dyn Fn()) -> Result<Elsewhere<'f>> {
        let (chosen, name) = match presets.iter().find(|preset| preset.name == choice) {
            Some(preset) => (preset.clone(), preset.name.clone()),
            None if choice.contains('?') || choice.contains('=') => {
                let found = read_link(choice, presets)?;
                (found.proposal, format!("the link’s {}", found.profile))
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
    fn scenario(&self, preset: &str, settings: &[String]) -> Result<Scenario> {
        // A preset chosen by its name may be the very one that the text speaks of.
        if preset == self.name {
            set(&self.chosen, settings)
        } else {
            set_elsewhere(&self.chosen, settings)
        }
    }

    fn report(&self, scenario: &Scenario, seeds: u32) -> Result<Report> {
        let checked = check(scenario)?;
        // Debug prints every field; a scenario that prints the same is the same.
        let key = format!("{scenario:?}");
        let mut kept = self.kept.borrow_mut();
        let runs = kept.entry(key).or_default();
        for at in 0..seeds as usize {
            if at == runs.len() {
                runs.push(engine::run(&checked, at as u64 + 1, Detail::Summary));
            }
            (self.ran)();
        }
        Ok(Report {
            seeds: runs.iter().take(seeds as usize).cloned().collect(),
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

    fn claim(id: &str, metric: &str, set: &str, expect: &str) -> Claim {
        let text = format!(
            "id = '{id}'\nsays = 'A <b> sentence.'\nscenario = 'elsewhere'\nset = {{ {set} }}\nvary = 'load'\n\
             values = ['50pct', '110pct']\nmetric = '{metric}'\nexpect = '{expect}'\nseeds = 20"
        );
        toml::from_str(&text).expect("is well formed")
    }

    fn asks(claims: Vec<Claim>) -> Asked {
        Asked {
            name: "text".into(),
            claims,
            figures: vec![],
            goal: None,
        }
    }

    fn asked() -> Asked {
        asks(vec![
            claim("busier", "use", "", "rises"),
            claim("emptier", "use", "", "falls"),
            claim("owned", "use", "'node.owned' = 'gold'", "rises"),
        ])
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
        let slip = Elsewhere::new(&presets, "#p0?profile=small&cpa=16gpu", 1, &|| ());
        assert!(slip.is_err_and(|why| why.to_string().contains("cpa=16gpu")));
    }

    #[test]
    fn a_text_sets_rules_on_another_cluster_and_leaves_its_machine_and_people_alone() {
        let presets = presets();
        let ruled = claim("ruled", "use", "cap = '2gpu'", "rises");
        let peopled = claim("peopled", "use", "'.workload.people' = '6'", "rises");
        let own = Claim {
            scenario: "small".into(),
            ..claim("own", "use", "'.nodes.node.count' = '4'", "rises")
        };
        let text = asks(vec![ruled, peopled, own]);
        let is_asked = |choice: &str| {
            let elsewhere = Elsewhere::new(&presets, choice, 1, &|| ()).expect("there is such a cluster");
            [0, 1, 2].map(|item| {
                let told = elsewhere.tell(&text, item).expect("is asked");
                assert_eq!(!told.asked, told.html.contains("of its own"), "{}", told.html);
                told.asked
            })
        };
        assert_eq!(is_asked("small"), [true, false, true], "it may be the text's own");
        assert_eq!(
            is_asked("#p0?profile=small&.nodes.node.count=6"),
            [true, false, false]
        );
    }

    #[test]
    fn a_wait_that_nobody_has_is_not_told_as_none() {
        let presets = presets();
        let text = asks(vec![claim("wait", "wait.p50.account.7", "", "at most 2 times")]);
        let elsewhere = Elsewhere::new(&presets, "small", 1, &|| ()).expect("there is such a cluster");
        let told = elsewhere.tell(&text, 0).expect("is asked");
        assert!(!told.asked && told.html.contains("nobody asks"), "{}", told.html);
    }

    #[test]
    fn a_text_travels_to_the_browser_whole() {
        let bytes = postcard::to_allocvec(&asked()).expect("is written");
        assert_eq!(postcard::from_bytes::<Asked>(&bytes), Ok(asked()));
    }
}
