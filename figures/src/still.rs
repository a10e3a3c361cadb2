//! Pictures drawn when the page is made: an SVG per width, the words around it, the same numbers as a table.

use crate::figure::{Figure, Table};
use crate::ink::Drawn;
use crate::markup::escape;
use crate::svg::SvgInk;

/// A still that is drawn once for wide and once for narrow screens.
pub struct Still {
    /// Name, unique in its page; letters and dashes.
    pub name: String,
    /// What a screen reader says of it.
    pub label: String,
}

impl Still {
    /// A still with a name and a label.
    pub fn new(name: &str, label: &str) -> Still {
        Still {
            name: name.to_owned(),
            label: label.to_owned(),
        }
    }

    /// Draws a variant for wide and one for narrow screens, (width, height) in CSS pixels each.
    pub fn draw(
        &self,
        wide: (u32, u32),
        phone: (u32, u32),
        draw: impl FnMut(&mut SvgInk, Width, (u32, u32)) -> Drawn<SvgInk>,
    ) -> String {
        self.variants(
            &[
                (Width::Wide, wide, "wide-only"),
                (Width::Phone, phone, "phone-only"),
            ],
            draw,
        )
    }

    /// The same with a third one for tablets, so that words are never scaled.
    pub fn draw_three(
        &self,
        full: (u32, u32),
        middle: (u32, u32),
        phone: (u32, u32),
        draw: impl FnMut(&mut SvgInk, Width, (u32, u32)) -> Drawn<SvgInk>,
    ) -> String {
        self.variants(
            &[
                (Width::Wide, full, "full-only"),
                (Width::Wide, middle, "middle-only"),
                (Width::Phone, phone, "phone-only"),
            ],
            draw,
        )
    }

    fn variants(
        &self,
        variants: &[(Width, (u32, u32), &str)],
        mut draw: impl FnMut(&mut SvgInk, Width, (u32, u32)) -> Drawn<SvgInk>,
    ) -> String {
        let mut html = String::new();
        for &(which, size, class) in variants {
            let mut ink = SvgInk::new(size.0, size.1, &format!("{}-{class}", self.name));
            // Drawing into memory does not fail.
            draw(&mut ink, which, size).ok();
            html.push_str(&format!(
                "<!-- still --><div class=\"drawing {class}\">{}</div><!-- /still -->",
                ink.finish(&self.label)
            ));
        }
        html
    }
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// From 760 px.
    Wide,
    /// Below.
    Phone,
}

/// A figure with its title, finding and table around a drawing. Before the finding may stand a head, such as "Load 95 %.".
pub fn framed(figure: &Figure, drawing: &str) -> String {
    let made_from = if figure.made_from.is_empty() {
        String::new()
    } else {
        format!("<p class=\"fig-state\">{}</p>", escape(&figure.made_from))
    };
    format!(
        "<figure class=\"fig\"><div class=\"fig-top\"><h2 class=\"fig-title\">{}</h2>{made_from}</div>{drawing}\
         <figcaption class=\"fig-say\">{}</figcaption>{}</figure>",
        escape(&figure.title),
        escape(&figure.finding),
        folded(&figure.table),
    )
}

/// A table folded away under the words "The same as a table".
pub fn folded(of: &Table) -> String {
    if of.rows.is_empty() {
        return String::new();
    }
    format!(
        "<details class=\"fig-table\"><summary>The same as a table</summary>{}</details>",
        table(of)
    )
}

/// A table of words.
pub fn table(of: &Table) -> String {
    let cell = |column: usize, text: &str| {
        let class = if column == 0 { "" } else { " class=\"num\"" };
        if column == 0 {
            format!("<th scope=\"row\">{}</th>", escape(text))
        } else {
            format!("<td{class}>{}</td>", escape(text))
        }
    };
    let row = |class: &str, cells: &[String]| {
        let cells: String = cells
            .iter()
            .enumerate()
            .map(|(column, text)| cell(column, text))
            .collect();
        format!("<tr{class}>{cells}</tr>")
    };
    let heads: String = of
        .headings
        .iter()
        .enumerate()
        .map(|(column, text)| {
            let class = if column == 0 { "" } else { " class=\"num\"" };
            format!("<th scope=\"col\"{class}>{}</th>", escape(text))
        })
        .collect();
    let rows: String = of.rows.iter().map(|cells| row("", cells)).collect();
    let sums = of
        .sums
        .as_ref()
        .map_or(String::new(), |cells| row(" class=\"sum\"", cells));
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\"><table class=\"plain\">\
         <caption class=\"sr\">{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}{sums}</tbody></table></div>",
        caption = escape(&of.caption)
    )
}
