//! The page as markup, made anew from the editor after every step. What is on the page already is kept where it is the same
//! (see [`super::morph`]), so focus, open parts and scrolling stay.
//!
//! Whatever a scenario says is escaped. A button says what it does in `data-do`, a field what it sets in `data-set`; the
//! words of both are those of [`super::editor::Editor::press`] and [`super::editor::Editor::set`].

mod aside;
mod form;
mod groups;
mod machine;
mod partitions;

use figures::machine as picture;
use figures::markup::escape;
use sim_core::scenario::Scenario;

use super::editor::Editor;
use super::kinds::Kind;
use super::troubles::{Trouble, troubles};

/// What the parts of the page are made from.
pub struct View<'a> {
    /// The editor.
    pub editor: &'a Editor,
    /// The scenario that is shown.
    pub now: &'a Scenario,
    /// What is wrong with it, and where.
    pub troubles: Vec<Trouble>,
    /// The way to the lab.
    pub lab: &'a str,
}

/// What stands on a tab.
const fn tab_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Nodes => "Machine",
        Kind::Partitions => "Partitions",
        Kind::Qos => "QOS",
        Kind::Groups => "Groups",
        Kind::Reservations => "Reservations",
        Kind::Rules => "Whole cluster",
    }
}

/// The whole live part.
pub fn page(editor: &Editor, lab: &str) -> String {
    let view = View {
        editor,
        now: editor.now(),
        troubles: troubles(editor.now(), &editor.problems()),
        lab,
    };
    let focus = match (&editor.asked, editor.opened) {
        (Some(_), _) => " data-focus=\"ask\"".to_owned(),
        (None, Some((kind, at))) => format!(" data-focus=\"{}\" data-shut", form::id(kind, at, "name")),
        (None, None) => String::new(),
    };
    format!(
        "<div class=\"cl\"{focus}>{notes}{around}{machine}<div class=\"cl-columns\"><div class=\"cl-main\">{tabs}{panel}</div>{aside}</div>{dock}\
         <p class=\"sr\" role=\"status\" id=\"cl-said\">{said}</p></div>",
        notes = notes(editor),
        around = aside::around(&view),
        machine = figure(&view),
        tabs = tabs(&view),
        panel = panel(&view),
        aside = aside::aside(&view),
        dock = aside::dock(&view),
        said = escape(&editor.said),
    )
}

/// What was odd about the link.
fn notes(editor: &Editor) -> String {
    if editor.notes.is_empty() {
        return String::new();
    }
    let list: String = editor
        .notes
        .iter()
        .map(|note| format!("<li>{}</li>", escape(note)))
        .collect();
    format!(
        "<section class=\"cl-notes\" aria-label=\"About this link\"><h2>This link may not be whole</h2><ul>{list}</ul>\
             <p>What was understood is loaded below.</p></section>"
    )
}

/// The machine with its words and its table.
fn figure(view: &View<'_>) -> String {
    let words = picture::figure(view.now);
    let table = {
        let row = |cells: &[String]| {
            let cells = cells.iter().enumerate().map(|(at, text)| match at {
                0 => format!("<th scope=\"row\">{}</th>", escape(text)),
                1 | 3..=5 => format!("<td class=\"num\">{}</td>", escape(text)),
                _ => format!("<td>{}</td>", escape(text)),
            });
            format!("<tr>{}</tr>", cells.collect::<String>())
        };
        let head: String = words
            .table
            .headings
            .iter()
            .enumerate()
            .map(|(at, word)| match at {
                1 | 3..=5 => format!("<th scope=\"col\" class=\"num\">{word}</th>"),
                _ => format!("<th scope=\"col\">{word}</th>"),
            })
            .collect();
        let rows: String = words.table.rows.iter().map(|cells| row(cells)).collect();
        let sums = words.table.sums.as_ref().map_or(String::new(), |cells| {
            row(cells).replacen("<tr>", "<tr class=\"sum\">", 1)
        });
        format!(
            "<details class=\"fig-table\" id=\"cl-table\"><summary>The same as a table</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" \
             aria-label=\"{caption}\"><table class=\"plain\"><caption class=\"sr\">{caption}</caption><thead><tr>{head}</tr></thead>\
             <tbody>{rows}{sums}</tbody></table></div></details>",
            caption = words.table.caption
        )
    };
    format!(
        "<figure class=\"fig cl-machine\"><div class=\"fig-top\"><h2 class=\"fig-title\">{title}</h2></div>{picture}\
         <figcaption class=\"fig-say\">{finding}</figcaption>{table}</figure>",
        title = words.title,
        picture = picture::picture(view.now, &view.editor.preset.cluster),
        finding = escape(&words.finding),
    )
}

/// One kind of thing at a time.
fn tabs(view: &View<'_>) -> String {
    let tab = |kind: Kind| {
        let is_on = view.editor.tab == kind;
        let wrong = view.wrong(|of| of == kind || (kind == Kind::Qos && of == Kind::Rules));
        let wrong = match wrong {
            0 => String::new(),
            wrong => format!(" <span class=\"wrong\">{wrong} to mend</span>"),
        };
        format!(
            "<button type=\"button\" role=\"tab\" id=\"tab-{key}\" aria-controls=\"cl-panel\" aria-selected=\"{is_on}\" tabindex=\"{index}\" \
             data-do=\"tab/{key}\">{word} <span class=\"how-many\">{many}</span>{wrong}</button>",
            key = kind.key(),
            index = if is_on { 0 } else { -1 },
            word = tab_word(kind),
            many = kind.names(view.now).len(),
        )
    };
    let tabs: String = Kind::ALL
        .into_iter()
        .filter(|kind| kind.is_list())
        .map(tab)
        .collect();
    format!("<div class=\"tabs cl-tabs\" role=\"tablist\" aria-label=\"What to change\">{tabs}</div>")
}

fn panel(view: &View<'_>) -> String {
    let kind = view.editor.tab;
    let (question, say, inside) = match kind {
        Kind::Nodes => (
            "Which nodes are there?",
            "Groups of equal nodes. Where several would do, the group that stands first is filled first.",
            machine::panel(view),
        ),
        Kind::Partitions => (
            "Who may go where, and for how long?",
            "Tick the nodes that each partition is on. Partitions may share nodes; the one with the higher tier is served first.",
            partitions::panel(view),
        ),
        Kind::Qos | Kind::Rules => (
            "How much may one hold?",
            "A QOS is a set of limits. The first is everybody’s, unless a job asks for another.",
            groups::qos(view),
        ),
        Kind::Groups => (
            "Whose share, whose nodes?",
            "Groups of people, accounts in Slurm: their shares, their limits, and the nodes that are theirs.",
            groups::groups(view),
        ),
        Kind::Reservations => (
            "What is kept, when, and for whom?",
            "Nodes that are set aside for an interval, for some groups or for nobody.",
            groups::reservations(view),
        ),
    };
    format!(
        "<section class=\"cl-panel\" role=\"tabpanel\" id=\"cl-panel\" aria-labelledby=\"tab-{key}\" data-key=\"{key}\">\
         <h2 class=\"cl-question\">{question}</h2><p class=\"cl-say\">{say}</p>{troubles}{inside}</section>",
        key = kind.key(),
        troubles = view.notes(|place| matches!(place, Some((of, None, _)) if of == kind)),
    )
}

impl View<'_> {
    /// How many errors there are at things of some kinds, fields that could not be read among them.
    fn wrong(&self, is: impl Fn(Kind) -> bool) -> usize {
        let of = |it: &&Trouble| it.is_error && it.place.is_some_and(|(kind, ..)| is(kind));
        let typed = self.editor.typed.keys().filter(|address| {
            let kind = match address.split('/').next() {
                Some("cover") => Some(Kind::Partitions),
                word => word.and_then(Kind::of_key),
            };
            kind.is_some_and(&is)
        });
        self.troubles.iter().filter(of).count() + typed.count()
    }

    /// Problems at a place, a line each.
    fn notes(&self, is: impl Fn(Option<(Kind, Option<usize>, Option<&'static str>)>) -> bool) -> String {
        self.troubles.iter().filter(|it| is(it.place)).map(note).collect()
    }
}

/// A problem in words.
fn note(trouble: &Trouble) -> String {
    let class = if trouble.is_error {
        "note-error"
    } else {
        "note-odd"
    };
    format!(
        "<span class=\"cl-note {class}\">{}</span>",
        escape(&trouble.words)
    )
}

#[cfg(test)]
mod tests;
