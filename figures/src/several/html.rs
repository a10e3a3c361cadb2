//! The comparison as markup: the answers, the three corners, who starts sooner and who later, and the waits by kind of work.

use sim_core::metrics::{Paired, Verdict};

use super::{Several, bands};
use crate::answer::Mark;
use crate::kind::Kind;
use crate::svg::{SvgInk, escape};
use crate::table::{Corner, sure};
use crate::{dots, format, key, ruler};

/// Rulers and dots are drawn so wide: a phone has room for it.
const WIDTH: u32 = 280;

const WAITS: [(u32, &str, &str); 2] = [
    (50, "half", "How long does each kind of work wait?"),
    (90, "most", "And the longest waits?"),
];

impl Several {
    /// Everything that was found, as sections of a page.
    pub fn html(&self) -> String {
        let mut html = String::new();
        self.answers(&mut html);
        self.three_corners(&mut html);
        self.winners(&mut html);
        for wait in WAITS {
            self.waits(&mut html, wait);
        }
        html
    }

    fn answers(&self, html: &mut String) {
        top(
            html,
            "beside-answers",
            "What does each change against A?",
            &self.made_from(),
        );
        *html += "<ol class=\"bare beside-answers\">";
        for (at, against) in self.against.iter().enumerate() {
            *html += "<li>";
            self.name(html, at + 1);
            *html += "<p class=\"beside-answer\">";
            for part in &against.answer {
                let class = match part.mark {
                    Mark::Plain => "",
                    Mark::Gain => "gain",
                    Mark::Cost => "cost",
                };
                element(html, "span", class, &part.text);
            }
            *html += "</p></li>";
        }
        *html += "</ol></section>";
    }

    fn name(&self, html: &mut String, at: usize) {
        *html += "<p class=\"beside-name\">";
        badge(html, self.letter(at));
        *html += " ";
        element(html, "span", "", &self.named[at].title);
        *html += "</p>";
    }

    fn three_corners(&self, html: &mut String) {
        top(html, "beside-corners", "What becomes of the three corners?", "");
        *html += "<div class=\"beside-corners\">";
        for which in 0..3 {
            let first = &self.corners[0][which];
            *html += "<section>";
            element(html, "h3", "", first.name);
            element(html, "p", "small quiet", first.question);
            *html += "<ol class=\"bare\">";
            for (at, corners) in self.corners.iter().enumerate() {
                self.corner(html, at, &corners[which]);
            }
            *html += "</ol></section>";
        }
        *html += "</div><p class=\"small quiet\">On each ruler the open circle is A, the filled one the proposal; the band holds half of the runs, \
                  and the right end is the better end.</p></section>";
    }

    fn corner(&self, html: &mut String, at: usize, corner: &Corner) {
        *html += "<li><p class=\"beside-value\">";
        badge(html, self.letter(at));
        *html += " ";
        element(html, "b", "", &corner.value);
        *html += "</p>";
        let beside = match (corner.sure.as_str(), corner.beside.as_str()) {
            ("", only) | (only, "") => only.to_owned(),
            (sure, beside) => format!("{sure} · {beside}"),
        };
        element(html, "p", "small", &beside);
        if at > 0 {
            let mut ink = SvgInk::new(WIDTH, ruler::HEIGHT, "ruler");
            // Drawing into memory does not fail.
            ruler::draw(&mut ink, WIDTH, corner).ok();
            let label = format!(
                "{}, {}: {}, A has {}",
                corner.name,
                self.letter(at),
                corner.value,
                self.corners[0]
                    .iter()
                    .find(|first| first.name == corner.name)
                    .map_or("", |first| first.value.as_str())
            );
            *html += &ink.finish(&label);
        }
        *html += "</li>";
    }

    fn winners(&self, html: &mut String) {
        let all = self.against.first().map_or(0, |against| against.shifts.total());
        let of = format!(
            "{} pieces of work, each against itself under A",
            format::count(u64::from(all))
        );
        top(
            html,
            "beside-winners",
            "How many start sooner, how many later?",
            &of,
        );
        *html += "<ul class=\"legend bare\">";
        for (at, words) in bands::WORDS.iter().enumerate() {
            *html += "<li>";
            let mut ink = SvgInk::new(key::CAUSE.0, key::CAUSE.1, "band");
            bands::key(&mut ink, at).ok();
            *html += &classed(ink, "", "class=\"key cause\"");
            *html += " ";
            element(html, "span", "", words);
            *html += "</li>";
        }
        *html += "</ul><div class=\"beside-bands\">";
        for (at, against) in self.against.iter().enumerate() {
            let shifts = &against.shifts;
            self.name(html, at + 1);
            let mut ink = SvgInk::new(bands::SIZE.0, bands::SIZE.1, "bands");
            bands::draw(&mut ink, shifts).ok();
            let sooner = bands::share(shifts.much_sooner + shifts.sooner, shifts);
            let later = bands::share(shifts.much_later + shifts.later, shifts);
            let label = format!(
                "{}: {sooner} start sooner than under A, {later} later",
                self.letter(at + 1)
            );
            *html += &classed(ink, &label, "class=\"bands\" preserveAspectRatio=\"none\"");
            element(
                html,
                "p",
                "small",
                &format!(
                    "{sooner} start more than five minutes sooner, {later} more than five minutes later."
                ),
            );
        }
        *html += "</div>";
        table(
            html,
            "Pieces of work by how their wait changes against A",
            "",
            |html| {
                heads(
                    html,
                    "against A",
                    (1..self.named.len()).map(|at| self.letter(at).to_string()),
                );
            },
            |html| {
                for (which, words) in bands::WORDS.iter().enumerate() {
                    row(html, |html| element(html, "span", "", words));
                    for (at, against) in self.against.iter().enumerate() {
                        let count = bands::counts(&against.shifts)[which];
                        let words = format!(
                            "{} ({})",
                            format::count(u64::from(count)),
                            bands::share(count, &against.shifts)
                        );
                        cell(html, self.letter(at + 1), "num", |html| {
                            element(html, "span", "", &words)
                        });
                    }
                    *html += "</tr>";
                }
            },
        );
        *html += "</section>";
    }

    fn waits(&self, html: &mut String, (percentile, name, title): (u32, &str, &str)) {
        top(html, &format!("beside-{name}"), title, &self.made_from());
        let (caption, head) = match percentile {
            50 => (
                "Half of the jobs of a kind start within this time",
                "half start within",
            ),
            _ => (
                "Nine in ten jobs of a kind start within this time",
                "nine in ten start within",
            ),
        };
        let titles = self.named.iter().enumerate();
        let titles: Vec<String> = titles
            .map(|(at, named)| format!("{} {}", self.letter(at), named.title))
            .collect();
        table(
            html,
            caption,
            " beside-waits",
            |html| heads(html, head, titles.into_iter()),
            |html| {
                for kind in self.kinds() {
                    row(html, |html| {
                        let mut ink =
                            SvgInk::new(key::KIND.0, key::KIND.1, &format!("{name}-{}", kind.short()));
                        key::kind(&mut ink, kind).ok();
                        *html += &classed(ink, "", "class=\"key\"");
                        *html += " ";
                        element(html, "span", "", kind.word());
                    });
                    for at in 0..self.named.len() {
                        cell(html, self.letter(at), "", |html| {
                            self.waited(html, at, kind, percentile)
                        });
                    }
                    *html += "</tr>";
                }
            },
        );
        if percentile == 50 {
            *html += "<p class=\"small quiet\">One dot is one run against A’s: filled and left is sooner, open and right is later. The \
                      difference is the middle dot. Verdicts are corrected over everything on this page.</p>";
        }
        *html += "</section>";
    }

    fn waited(&self, html: &mut String, at: usize, kind: Kind, percentile: u32) {
        *html += "<span class=\"beside-wait\">";
        element(html, "b", "", &self.wait(at, kind, percentile));
        if let Some(paired) = self.paired(at, kind, percentile) {
            *html += " ";
            element(
                html,
                "span",
                later(paired),
                &format::difference(paired.median_difference),
            );
            let mut ink = SvgInk::new(WIDTH, dots::HEIGHT, "dots");
            dots::draw(&mut ink, WIDTH, paired).ok();
            *html += &ink.finish("");
            element(html, "span", "small", &sure(paired, ["sooner", "later"]));
        }
        *html += "</span>";
    }
}

/// The class of a difference that somebody pays for.
fn later(paired: &Paired) -> &'static str {
    match paired.verdict {
        Verdict::Worse => "cost",
        Verdict::TooFewSeeds if paired.worse > paired.better => "cost",
        Verdict::Identical | Verdict::TooFewSeeds | Verdict::NoClearDifference | Verdict::Better => "",
    }
}

/// The head of a section, which stays open.
fn top(html: &mut String, id: &str, title: &str, state: &str) {
    *html += &format!(
        "<section class=\"fig\" aria-labelledby=\"{id}\"><div class=\"fig-top\"><h2 class=\"fig-title\" id=\"{id}\">"
    );
    escape(html, title);
    *html += "</h2>";
    element(html, "p", "fig-state", state);
    *html += "</div>";
}

/// A finished drawing under another class than that of a figure.
fn classed(ink: SvgInk, label: &str, class: &str) -> String {
    ink.finish(label).replacen("class=\"drawing\"", class, 1)
}

fn badge(html: &mut String, letter: char) {
    *html += &format!("<b class=\"badge\">{letter}</b>");
}

/// An element with words; nothing without them.
fn element(html: &mut String, tag: &str, class: &str, words: &str) {
    if words.is_empty() {
        return;
    }
    *html += "<";
    *html += tag;
    if !class.is_empty() {
        *html += " class=\"";
        *html += class;
        *html += "\"";
    }
    *html += ">";
    escape(html, words);
    *html += "</";
    *html += tag;
    *html += ">";
}

/// A table whose rows are cards on a phone: laid out so, its parts need their roles said.
fn table(
    html: &mut String,
    caption: &str,
    class: &str,
    head: impl FnOnce(&mut String),
    body: impl FnOnce(&mut String),
) {
    *html += "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"";
    escape(html, caption);
    *html += "\"><table class=\"plain cards";
    *html += class;
    *html += "\" role=\"table\">";
    element(html, "caption", "sr", caption);
    *html += "<thead role=\"rowgroup\"><tr role=\"row\">";
    head(html);
    *html += "</tr></thead><tbody role=\"rowgroup\">";
    body(html);
    *html += "</tbody></table></div>";
}

fn heads(html: &mut String, first: &str, others: impl Iterator<Item = String>) {
    for words in std::iter::once(first.to_owned()).chain(others) {
        *html += "<th role=\"columnheader\" scope=\"col\">";
        escape(html, &words);
        *html += "</th>";
    }
}

/// Begins a row.
fn row(html: &mut String, head: impl FnOnce(&mut String)) {
    *html += "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">";
    head(html);
    *html += "</th>";
}

fn cell(html: &mut String, letter: char, class: &str, words: impl FnOnce(&mut String)) {
    *html += &format!("<td role=\"cell\" class=\"{class}\" data-label=\"{letter}\">");
    words(html);
    *html += "</td>";
}

#[cfg(test)]
mod tests {
    use super::super::tests::several;

    #[test]
    fn what_a_link_says_is_escaped_and_every_element_is_closed() {
        let html = several().html();
        assert!(html.contains("The same &lt;again&gt;") && !html.contains("<again>"));
        for tag in [
            "section", "div", "ol", "ul", "li", "table", "tr", "td", "th", "svg", "span", "p", "h2", "h3",
            "b",
        ] {
            let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
            assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(!html.contains(" style="));
    }

    #[test]
    fn the_three_corners_stand_together_and_the_bands_hold_every_piece_of_work() {
        let html = several().html();
        for words in [
            "<h3>Use</h3>",
            "<h3>Readiness</h3>",
            "<h3>Simplicity</h3>",
            "Nothing differs.",
            "within 5 min of A",
        ] {
            assert!(html.contains(words), "{words}");
        }
    }
}
