//! The words of another language, put in the place of the English ones.
//!
//! Every page, app and worker speaks English. A catalogue holds, for each piece of text that they put onto a page, the same in
//! another language; numbers and names are slots. The page maker asks it for the text of a page that it writes, the browser
//! for what an app writes later. What the catalogue does not know stays English, and is marked as such.

/// The words of one language.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Catalogue {
    point: char,
    group: char,
    /// Texts without slots, sorted.
    whole: Vec<(String, String)>,
    /// Texts with slots, the most exact first.
    forms: Vec<(Vec<Piece>, Vec<Piece>)>,
}

/// A part of a text with slots.
#[derive(Clone, PartialEq, Debug)]
enum Piece {
    Text(String),
    /// On the English side what a slot takes; on the other, `{2}` is the second of them.
    Slot {
        takes: Takes,
        at: usize,
    },
}

/// What fits into a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Takes {
    /// `{}`: any words, said in the language if they are known.
    Words,
    /// `{#}`: a number.
    Number,
    /// `{=}`: a name, which stays as it is.
    Name,
}

/// What a catalogue says of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// The same in its language.
    Known(String),
    /// There is nothing to translate: signs and digits that read the same.
    Same,
    /// It does not know all of it; this is as far as it comes.
    Partly(String),
    /// It does not know it.
    Unknown,
}

/// What is wrong with a catalogue: the English side, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong(pub String, pub &'static str);

impl Catalogue {
    /// A catalogue of pairs, English first. `point` parts whole numbers from tenths, `group` thousands.
    ///
    /// # Errors
    /// A side without words or with line breaks, a text that stands twice, or a slot on one side that the other does not have.
    pub fn new(
        point: char,
        group: char,
        pairs: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Wrong> {
        let mut made = Self {
            point,
            group,
            ..Self::default()
        };
        for (english, other) in pairs {
            let wrong = |why| Err(Wrong(english.clone(), why));
            if english.trim().is_empty() || other.trim().is_empty() {
                return wrong("one side is empty");
            }
            if [&english, &other]
                .iter()
                .any(|side| side.contains(['\n', '\r', '\t']))
            {
                return wrong("it holds a line break or a tab, where a space is meant");
            }
            if english.trim() != english {
                return wrong("it begins or ends with a space, which is kept apart");
            }
            let (from, to) = (pieces(&english), pieces(&other));
            let slots = |pieces: &[Piece]| {
                let mut at: Vec<usize> = pieces
                    .iter()
                    .filter_map(|piece| match piece {
                        Piece::Slot { at, .. } => Some(*at),
                        Piece::Text(_) => None,
                    })
                    .collect();
                at.sort_unstable();
                at
            };
            if slots(&to).iter().any(|at| !slots(&from).contains(at)) {
                return wrong("a slot of the translation is not in the English text");
            }
            if slots(&from).iter().any(|at| !slots(&to).contains(at)) {
                return wrong("a slot of the English text is not in the translation");
            }
            if slots(&from).is_empty() {
                made.whole.push((english, other));
            } else {
                made.forms.push((from, to));
            }
        }
        made.whole.sort();
        if let Some(twice) = made.whole.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(Wrong(twice[0].0.clone(), "it stands twice"));
        }
        // Whoever has more letters outside of slots says more exactly what is meant.
        let letters = |form: &[Piece]| -> usize {
            let text = form.iter().map(|piece| match piece {
                Piece::Text(text) => text.chars().count() * 4,
                Piece::Slot { takes, .. } => usize::from(*takes == Takes::Number),
            });
            text.sum()
        };
        made.forms.sort_by_key(|form| std::cmp::Reverse(letters(&form.0)));
        Ok(made)
    }

    /// As the browser reads it: a line with both signs, then a line for each pair, the sides parted by a tab.
    pub fn as_lines(point: char, group: char, pairs: &[(String, String)]) -> String {
        let mut lines = format!("{point}{group}\n");
        for (english, other) in pairs {
            lines.push_str(&format!("{english}\t{other}\n"));
        }
        lines
    }

    /// What [`Catalogue::as_lines`] wrote.
    ///
    /// # Errors
    /// As [`Catalogue::new`]; and a text that is none of its.
    pub fn read(lines: &str) -> Result<Self, Wrong> {
        let mut lines = lines.lines();
        let mut signs = lines.next().unwrap_or_default().chars();
        let (Some(point), Some(group), None) = (signs.next(), signs.next(), signs.next()) else {
            return Err(Wrong(
                String::new(),
                "the first line must be the two signs of numbers",
            ));
        };
        let pairs: Option<Vec<_>> = lines
            .map(|line| {
                line.split_once('\t')
                    .map(|(from, to)| (from.to_owned(), to.to_owned()))
            })
            .collect();
        match pairs {
            Some(pairs) => Self::new(point, group, pairs),
            None => Err(Wrong(String::new(), "a line has no tab")),
        }
    }

    /// A text in its language. Spaces before and after it stay as they are.
    pub fn say(&self, text: &str) -> Said {
        let core = text.trim();
        if !core.chars().any(char::is_alphabetic) {
            let local = self.number(core);
            return if local == core {
                Said::Same
            } else {
                Said::Known(text.replacen(core, &local, 1))
            };
        }
        let start = text.len() - text.trim_start().len();
        let around = |said: &str| format!("{}{said}{}", &text[..start], &text[start + core.len()..]);
        // On the page lines break where they may, and a number is bound to its unit; in the catalogue a space is a space.
        let plain = core.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_bound = core.contains('\u{a0}');
        let finished = |said: String| around(&if is_bound { bound(&said) } else { said });
        if let Some(said) = self.sentence(&plain) {
            return Said::Known(finished(said));
        }
        // Several sentences in one go.
        let (mut known, mut unknown, mut said) = (0, 0, Vec::new());
        for sentence in sentences(&plain) {
            match self.part(sentence) {
                Some(other) => {
                    known += 1;
                    said.push(other);
                }
                None => {
                    unknown += 1;
                    said.push(sentence.to_owned());
                }
            }
        }
        match (known, unknown) {
            (0, _) => Said::Unknown,
            (_, 0) => Said::Known(finished(said.join(" "))),
            (_, _) => Said::Partly(finished(said.join(" "))),
        }
    }

    /// The form that a text has, if it is one with slots: two texts of one form are one sentence with other words in it.
    pub fn form(&self, text: &str) -> Option<usize> {
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (self.forms.iter()).position(|(from, _)| fits(from, &plain, &mut Vec::new()))
    }

    fn sentence(&self, text: &str) -> Option<String> {
        if let Ok(at) = self
            .whole
            .binary_search_by(|(english, _)| english.as_str().cmp(text))
        {
            return Some(self.whole[at].1.clone());
        }
        self.forms.iter().find_map(|(from, to)| {
            let mut slots: Vec<(Takes, &str)> = Vec::new();
            fits(from, text, &mut slots).then(|| self.put(to, &slots))
        })
    }

    fn put(&self, form: &[Piece], slots: &[(Takes, &str)]) -> String {
        let parts = form.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Slot { at, .. } => slots.get(*at).map_or(String::new(), |slot| self.slot(*slot)),
        });
        parts.collect()
    }

    /// What stands in a slot: a number, words of the catalogue, or a name that is no word of any language.
    fn slot(&self, (takes, text): (Takes, &str)) -> String {
        if takes == Takes::Name {
            return text.to_owned();
        }
        self.part(text).unwrap_or_else(|| text.to_owned())
    }

    /// A sentence or the words in a slot; a full stop belongs to no word.
    fn part(&self, text: &str) -> Option<String> {
        if !text.chars().any(char::is_alphabetic) {
            return Some(self.number(text));
        }
        let stopped = || Some(format!("{}.", self.sentence(text.strip_suffix('.')?)?));
        self.sentence(text).or_else(stopped)
    }

    /// Digits with the signs of the language: a comma before a group of three, a point before tenths.
    fn number(&self, text: &str) -> String {
        let signs: Vec<char> = text.chars().collect();
        let digit = |at: Option<usize>| at.and_then(|at| signs.get(at)).is_some_and(char::is_ascii_digit);
        let local = |(at, sign): (usize, &char)| {
            let between = digit(at.checked_sub(1)) && digit(Some(at + 1));
            match sign {
                ',' if between => self.group,
                '.' if between => self.point,
                other => *other,
            }
        };
        signs.iter().enumerate().map(local).collect()
    }
}

/// Whether a text is a form with words in its slots, which are put into `slots` in their order.
fn fits<'text>(form: &[Piece], text: &'text str, slots: &mut Vec<(Takes, &'text str)>) -> bool {
    match form {
        [] => text.is_empty(),
        [Piece::Text(start), rest @ ..] => text
            .strip_prefix(start.as_str())
            .is_some_and(|after| fits(rest, after, slots)),
        [Piece::Slot { takes, .. }, rest @ ..] => {
            let until = match rest.first() {
                Some(Piece::Text(next)) => next.as_str(),
                Some(Piece::Slot { .. }) => return false,
                None => {
                    slots.push((*takes, text));
                    return takes.take(text);
                }
            };
            let held = slots.len();
            text.match_indices(until).any(|(at, _)| {
                slots.truncate(held);
                slots.push((*takes, &text[..at]));
                takes.take(&text[..at]) && fits(rest, &text[at..], slots)
            })
        }
    }
}

impl Takes {
    /// Whether a slot takes these words.
    fn take(self, text: &str) -> bool {
        let is_number = |sign: char| sign.is_ascii_digit() || " .,%+−±-–".contains(sign);
        let has_digit = || text.contains(|sign: char| sign.is_ascii_digit());
        !text.is_empty()
            && text.trim() == text
            && (self != Self::Number || text.chars().all(is_number) && has_digit())
    }
}

/// A text as pieces: `{}`, `{#}` and `{=}` count on, `{2}` is the second.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut made, mut rest, mut next) = (Vec::new(), text, 0);
    while let Some((before, mark, after)) = next_slot(rest) {
        if !before.is_empty() {
            made.push(Piece::Text(before.to_owned()));
        }
        let at = match mark.parse::<usize>() {
            Ok(at) => at.saturating_sub(1),
            Err(_) => next,
        };
        made.push(Piece::Slot {
            takes: match mark {
                "#" => Takes::Number,
                "=" => Takes::Name,
                _ => Takes::Words,
            },
            at,
        });
        next += 1;
        rest = after;
    }
    if !rest.is_empty() {
        made.push(Piece::Text(rest.to_owned()));
    }
    made
}

/// What stands before the next slot, in it, and after it. A brace with anything else is a brace.
fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('{').find_map(|(at, _)| {
        let (mark, after) = text[at + 1..].split_once('}')?;
        let is_slot = ["", "#", "="].contains(&mark) || mark.len() == 1 && mark.parse::<usize>().is_ok();
        is_slot.then(|| (&text[..at], mark, after))
    })
}

/// A text by its sentences.
fn sentences(text: &str) -> Vec<&str> {
    let (mut found, mut start) = (Vec::new(), 0);
    for (at, _) in text.match_indices(' ') {
        if at > start && text[..at].ends_with(['.', '!', '?', ';', ':']) {
            found.push(&text[start..at]);
            start = at + 1;
        }
    }
    found.push(&text[start..]);
    found
}

/// Numbers bound to what follows them, and hours to their minutes: neither `3 Tage` nor `1 h 5 min` breaks.
fn bound(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_number = |word: &str| word.ends_with(|sign: char| sign.is_ascii_digit());
    let mut made = String::with_capacity(text.len());
    for (at, word) in words.iter().enumerate() {
        made.push_str(word);
        let Some(next) = words.get(at + 1) else { break };
        let is_duration = ["h", "min", "s"].contains(word) && is_number(next);
        made.push(if is_number(word) || is_duration {
            '\u{a0}'
        } else {
            ' '
        });
    }
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn german() -> Catalogue {
        let pairs = [
            ("Undo", "Rückgängig"),
            ("{#} runs", "{} Läufe"),
            ("1 run", "1 Lauf"),
            ("{} of {#} runs", "von {2} Läufen {1}"),
            ("{#} h", "{} h"),
            ("{#} days {#} h", "{} Tage {} h"),
            ("Tests wait {} longer.", "Tests warten {} länger."),
            ("Nothing else differs.", "Sonst ändert sich nichts."),
            ("GPUs of {}", "GPUs von {}"),
            ("In partition {=}: {}", "In Partition {}: {}"),
            ("long", "lang"),
        ];
        let pairs = pairs.map(|(from, to)| (from.to_owned(), to.to_owned()));
        Catalogue::new(',', '.', pairs).expect("the pairs fit")
    }

    fn known(text: &str) -> String {
        match german().say(text) {
            Said::Known(said) => said,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_text_is_said_in_its_language_with_its_numbers() {
        assert_eq!(known("Undo"), "Rückgängig");
        assert_eq!(known("\n  Undo "), "\n  Rückgängig ");
        assert_eq!(known("1,024.5 runs"), "1.024,5 Läufe");
        assert_eq!(known("2 of 8 runs"), "von 8 Läufen 2");
        assert_eq!(
            known("Tests wait 3 days 4 h longer."),
            "Tests warten 3 Tage 4 h länger."
        );
        assert_eq!(known("GPUs of ada"), "GPUs von ada");
        assert_eq!(
            known("GPUs of long."),
            "GPUs von lang.",
            "a full stop belongs to no word"
        );
        assert_eq!(known("53.6 %"), "53,6 %");
        assert_eq!(known("In partition long: long"), "In Partition long: lang");
    }

    #[test]
    fn a_bound_number_stays_bound() {
        assert_eq!(known("3\u{a0}days\u{a0}4\u{a0}h"), "3\u{a0}Tage 4\u{a0}h");
        assert_eq!(bound("1 h 5 min länger"), "1\u{a0}h\u{a0}5\u{a0}min länger");
    }

    #[test]
    fn sentences_are_known_one_by_one_and_what_is_not_known_is_said() {
        assert_eq!(
            known("Tests wait 3.5 h longer. Nothing else differs."),
            "Tests warten 3,5 h länger. Sonst ändert sich nichts."
        );
        assert_eq!(
            german().say("Nothing else differs. A word."),
            Said::Partly("Sonst ändert sich nichts. A word.".into())
        );
        assert_eq!(german().say("A word."), Said::Unknown);
        assert_eq!(german().say("many runs"), Said::Unknown, "a number alone fits");
        assert_eq!(german().say(" – "), Said::Same);
    }

    #[test]
    fn texts_of_one_form_are_known_as_such() {
        let german = german();
        assert_eq!(german.form("GPUs of ada"), german.form("GPUs of\u{a0}bob"));
        assert!(german.form("GPUs of ada").is_some() && german.form("Undo").is_none());
    }

    #[test]
    fn a_pair_that_cannot_be_meant_is_refused() {
        let of = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
            Catalogue::new(',', '.', pairs).map_err(|wrong| wrong.1)
        };
        assert!(of(&[("a", "b")]).is_ok());
        assert!(of(&[("a", "")]).is_err());
        assert!(of(&[("a ", "b")]).is_err());
        assert!(of(&[("a\nb", "b")]).is_err());
        assert!(of(&[("a", "b"), ("a", "c")]).is_err());
        assert!(of(&[("{} a", "b")]).is_err());
        assert!(of(&[("a", "b {}")]).is_err());
        assert!(of(&[("{} a {}", "{2} b {1}")]).is_ok());
    }

    proptest! {
        #[test]
        fn anything_can_be_asked(text in "\\PC{0,60}") {
            german().say(&text);
        }

        #[test]
        fn anything_can_be_a_pair(from in "\\PC{0,20}", to in "\\PC{0,20}", text in "\\PC{0,40}") {
            if let Ok(catalogue) = Catalogue::new(',', '.', [(from, to)]) {
                catalogue.say(&text);
            }
        }

        #[test]
        fn what_is_written_for_the_browser_is_read_again(pairs in proptest::collection::btree_map("[a-z]{1,9}( \\{\\})?", "[a-z]{1,9}", 0..9)) {
            let pairs: Vec<(String, String)> = pairs
                .into_iter()
                .map(|(from, to)| { let slot = if from.ends_with('}') { " {}" } else { "" }; (from, format!("{to}{slot}")) })
                .collect();
            let lines = Catalogue::as_lines(',', '.', &pairs);
            prop_assert_eq!(Catalogue::read(&lines), Catalogue::new(',', '.', pairs));
        }
    }
}
