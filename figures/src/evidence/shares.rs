//! "Who has used more than their share?" Per account, of late: its part of what all have used, which fades, its share, and the
//! fair-share factor in the middle of its people.

use sim_core::metrics::paths::AccountPath;
use sim_core::metrics::quantile_f64;
use sim_core::order;

use super::lines::{self, Panel};
use super::time::Scene;
use super::{Found, Picture, Sight, Walk, Who, account};
use crate::figure::{Figure, Table};
use crate::format;
use crate::ink::Drawn;
use crate::svg::SvgInk;

const KEY: &str = "shares";
/// More panels than this nobody compares.
const MOST: usize = 6;

/// What an account used of late in the middle of the hours shown.
fn middle(scene: &Scene<'_>, path: &[f64]) -> f64 {
    let shown = path
        .get(scene.steps.0..scene.steps.1.min(path.len()))
        .unwrap_or_default();
    quantile_f64(shown, 0.5).unwrap_or(0.0)
}

/// The picture, if the first run is there and has more than one account.
pub(super) fn picture(found: &Found, sight: &Sight) -> Option<Picture> {
    let scene = Scene::of(found, sight)?;
    let of = |side: usize| &scene.first[side].followed.paths.accounts;
    // Those who used most over the whole run, so that the choice stays while days change; in order of accounts.
    let whole = |path: &AccountPath| path.used.iter().sum::<f64>();
    let mut chosen: Vec<usize> = (0..of(1).len()).collect();
    order::sort_by(&mut chosen, |&a, &b| {
        whole(&of(1)[b]).total_cmp(&whole(&of(1)[a])).then(a.cmp(&b))
    });
    // Whoever is chosen is among them, so that they can be seen.
    let own = chosen
        .iter()
        .position(|&at| Some(of(1)[at].account) == scene.chosen.account);
    let added = own.filter(|&own| own >= MOST);
    added.into_iter().for_each(|own| chosen.swap(MOST - 1, own));
    let is_added = added.is_some();
    chosen.truncate(MOST);
    order::sort(&mut chosen);
    if of(1).len() < 2 {
        return None;
    }
    let policy = &scene.first[1].policy;
    let rows: Vec<(&AccountPath, &AccountPath)> = (chosen.iter())
        .filter_map(|&at| Some((of(0).get(at)?, of(1).get(at)?)))
        .collect();
    let panels: Vec<Panel> = rows
        .iter()
        .map(|(base, proposal)| Panel {
            name: account(policy, proposal.account),
            beside: format!("factor {}", say_factor(middle(&scene, &proposal.factor))),
            paths: [base.used.clone(), proposal.used.clone()],
            thin: proposal.factor.clone(),
            line: proposal.share,
            word: "share",
            end: (1.0, String::from("100\u{a0}%")),
            who: Some(Who::Account(proposal.account)),
            is_chosen: scene.chosen.account == Some(proposal.account),
        })
        .collect();
    let mut ink = SvgInk::new(sight.width, lines::height(sight.width, panels.len()), KEY);
    let looked = sight.walk(KEY, panels.len());
    let _: Drawn<SvgInk> = lines::draw(&mut ink, sight.width, &scene, &panels, looked);
    let and = if is_added { ", and the one chosen" } else { "" };
    let shown = match of(1).len() {
        all if all > rows.len() => {
            format!(", {} of {all} accounts: those with the most use{and}", rows.len())
        }
        _ => String::new(),
    };
    let figure = figure(&scene, &rows, &shown);
    let said = |path: &AccountPath| {
        let at = |values: &[f64]| values.get(scene.now).copied().unwrap_or(0.0);
        format!(
            "{} has {} of the use, share {}, factor {}",
            account(policy, path.account),
            format::percent_whole(at(&path.used)),
            format::percent_whole(path.share),
            say_factor(at(&path.factor))
        )
    };
    let now: Vec<String> = rows.iter().map(|(_, path)| said(path)).collect();
    let who = panels[looked].who;
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        marks: lines::marks(sight.width, &panels),
        chosen: lines::chosen(&panels),
        now: format!("{}, proposal: {}.", scene.hour(), now.join("; ")),
        walk: Walk {
            marks: panels.len(),
            said: format!("{}.", now[looked]),
            who: who.map(|who| (who, who.words(found))),
        },
        figure,
    })
}

fn say_factor(factor: f64) -> String {
    format::decimals(factor, 2)
}

fn figure(scene: &Scene<'_>, rows: &[(&AccountPath, &AccountPath)], shown: &str) -> Figure {
    let policy = &scene.first[1].policy;
    let over = |path: &AccountPath| middle(scene, &path.used) - path.share;
    let most = rows.iter().max_by(|a, b| over(a.1).total_cmp(&over(b.1)));
    let finding = match most.filter(|(_, path)| over(path) > 0.005) {
        Some((base, path)) => {
            let (was, is) = (
                format::percent_whole(middle(scene, &base.used)),
                format::percent_whole(middle(scene, &path.used)),
            );
            let was = if was == is {
                String::new()
            } else {
                format!(", was {was}")
            };
            format!(
                "{}, {} is furthest above its share: {is} of what is remembered of all use{was}, with a share of {}.",
                scene.in_these_days(),
                account(policy, path.account),
                format::percent_whole(path.share)
            )
        }
        None => format!("{}, no account shown is above its share.", scene.in_these_days()),
    };
    let weight = match policy.priority.weight_fairshare {
        0 => " Fair share has no weight here: the factor moves nobody in the queue.",
        _ => "",
    };
    let row = |(base, path): &(&AccountPath, &AccountPath)| {
        vec![
            account(policy, path.account),
            format::percent(path.share),
            format::percent(middle(scene, &base.used)),
            format::percent(middle(scene, &path.used)),
            say_factor(middle(scene, &base.factor)),
            say_factor(middle(scene, &path.factor)),
        ]
    };
    Figure {
        title: String::from("Who has used more than their share?"),
        finding: finding + weight,
        table: Table {
            caption: format!("Use against share, median hour of {}{shown}", scene.days()),
            headings: [
                "account",
                "share",
                "use: baseline",
                "proposal",
                "factor: baseline",
                "proposal",
            ]
            .map(String::from)
            .to_vec(),
            rows: rows.iter().map(row).collect(),
            sums: None,
        },
        made_from: String::from("the first run"),
    }
}
