//! The parts of a text as HTML: prose beside its notes, figures, claims, what is withheld until a guess.

use std::collections::BTreeMap;

use content::{AsideKind, Part};

use claims::Outcome;

/// What a text refers to by name, ready to be put in.
#[derive(Default)]
pub struct Pieces {
    /// Figures by name.
    pub figures: BTreeMap<String, String>,
    /// Claims, run.
    pub outcomes: Vec<Outcome>,
    /// The prediction panel.
    pub predict: String,
    /// What stands in the place of what is withheld; empty where nothing is.
    pub cover: String,
    /// What is said to each guess, at the head of what is withheld.
    pub replies: String,
    /// What to take away: it gives the answer, so it is withheld with it.
    pub points: String,
    /// For who teaches: what is said while people guess, and when they see the result.
    pub notes: [String; 2],
    /// Where the reader chooses another cluster; empty where nothing would change.
    pub here: String,
    /// Name of the prediction, for the template.
    pub id: String,
}

/// The parts in reading order. `Err` names a figure that was not drawn.
pub fn html(parts: &[Part], pieces: &Pieces) -> Result<String, String> {
    let mut made = String::new();
    let mut at = 0;
    while at < parts.len() {
        match &parts[at] {
            Part::Prose(text) => {
                let notes: String = parts[at + 1..].iter().map_while(note).collect();
                at += parts[at + 1..]
                    .iter()
                    .take_while(|part| matches!(part, Part::Aside { .. }))
                    .count();
                let notes = if notes.is_empty() {
                    notes
                } else {
                    format!("<div class=\"notes\">{notes}</div>")
                };
                made.push_str(&format!(
                    "<div class=\"row\"><div class=\"prose\">{}</div>{notes}</div>\n",
                    text.html
                ));
            }
            aside @ Part::Aside { .. } => {
                let notes = note(aside).unwrap_or_default();
                made.push_str(&format!(
                    "<div class=\"row\"><div class=\"notes\">{notes}</div></div>\n"
                ));
            }
            Part::Figure(figure) => {
                let drawn = pieces.figures.get(&figure.id);
                let drawn = drawn.ok_or_else(|| format!("the figure `{}` was not drawn", figure.id))?;
                let named = format!("<figure data-figure=\"{}\"", figure.id);
                made.push_str(&drawn.replacen("<figure", &named, 1));
            }
            Part::Predict => {
                made.push_str(&pieces.predict);
                made.push_str(&pieces.notes[0]);
            }
            Part::Reveal(hidden) if pieces.cover.is_empty() => {
                made.push_str(&pieces.notes[1]);
                made.push_str(&pieces.replies);
                made.push_str(&html(hidden, pieces)?);
                made.push_str(&pieces.points);
            }
            Part::Reveal(hidden) => {
                let inside = format!("{}{}{}", pieces.replies, html(hidden, pieces)?, pieces.points);
                made.push_str(&format!(
                    "{cover}<template data-reveal=\"{id}\">{inside}</template>\
                     <noscript><p class=\"withheld\">Without scripts nothing is covered: here is the result.</p>{inside}</noscript>\n",
                    cover = pieces.cover,
                    id = pieces.id,
                ));
            }
            Part::Claim(_) => {
                // Claims that follow each other are one piece of evidence.
                let outcomes: Vec<&Outcome> = parts[at..]
                    .iter()
                    .map_while(|part| match part {
                        Part::Claim(claim) => Some(claim),
                        Part::Prose(_)
                        | Part::Aside { .. }
                        | Part::Figure(_)
                        | Part::Predict
                        | Part::Reveal(_) => None,
                    })
                    .filter_map(|claim| {
                        pieces
                            .outcomes
                            .iter()
                            .find(|outcome| outcome.claim.id == claim.id)
                    })
                    .collect();
                at += parts[at + 1..]
                    .iter()
                    .take_while(|part| matches!(part, Part::Claim(_)))
                    .count();
                let runs = |outcome: &&Outcome| outcome.runs.first().map_or(0, Vec::len);
                let seeds = outcomes.iter().map(runs).min().unwrap_or(0);
                let claims: String = outcomes.into_iter().map(Outcome::evidence).collect();
                made.push_str(&format!(
                    "<details class=\"evidence\"><summary data-runs=\"{seeds}\"><b>Run when this page was made</b>: the middle of {seeds} runs at \
                     each setting, with the same seeds</summary>{claims}</details>"
                ));
            }
        }
        at += 1;
    }
    Ok(made)
}

fn note(part: &Part) -> Option<String> {
    let Part::Aside { kind, title, text } = part else {
        return None;
    };
    let title = content::inline(title);
    Some(match kind {
        AsideKind::Voice => format!(
            "<div class=\"note note-voice\" role=\"note\"><blockquote>{}</blockquote><p class=\"note-title\">{title}</p></div>",
            text.html
        ),
        AsideKind::Slurm | AsideKind::Mistaken | AsideKind::Assumption => {
            let class = match kind {
                AsideKind::Slurm => "note-slurm",
                AsideKind::Mistaken => "note-mistaken",
                AsideKind::Assumption | AsideKind::Voice => "note-assumption",
            };
            format!(
                "<div class=\"note {class}\" role=\"note\"><p class=\"note-title\">{title}</p>{}</div>",
                text.html
            )
        }
    })
}
