//! What mail, chats and editors do to a link, undone: wrapped lines, escapes, entities, quotes and brackets around it.

/// Finds a link in any text: a whole address, a fragment, a line of mail. The result begins with `p0?` (or the version it
/// has), is in small letters, and ends where the link's own characters end.
pub(super) fn find(text: &str) -> Option<String> {
    let plain = undone(plain(text));
    // A space may have come out of an escape. No value of ours holds `+` or `;`: the first is a space in an address, the
    // second what some write between parts.
    let plain = self::plain(&plain)
        .to_ascii_lowercase()
        .replace('+', "")
        .replace(';', "&");
    let start = start_of(&plain)?;
    let link = &plain[start..];
    let end = link.find(|c: char| !is_ours(c)).unwrap_or(link.len());
    Some(link[..end].to_owned())
}

/// Every link in a text, in order, as [`super::decode`] reads it: whatever stands around links is left out.
pub fn all_in(text: &str) -> Vec<String> {
    let text = undone(text.to_owned()).to_ascii_lowercase();
    let starts: Vec<usize> = starts(&text).collect();
    // An address belongs to the link that it leads to, not to the one before.
    let word_of = |at: usize| {
        let before = text[..at].char_indices().rev().find(|(_, c)| c.is_whitespace());
        before.map_or(0, |(at, space)| at + space.len_utf8())
    };
    let end_of = |place: usize, start: usize| match starts.get(place + 1) {
        Some(&next) if word_of(next) > start => word_of(next),
        Some(&next) => next,
        None => text.len(),
    };
    let piece = |(place, &start): (usize, &usize)| find(&text[start..end_of(place, start)]);
    starts.iter().enumerate().filter_map(piece).collect()
}

/// Escapes are undone until there are none: some posts escape twice, some entities hide behind escapes.
fn undone(mut text: String) -> String {
    for _ in 0..4 {
        let undone = undo_escapes(&undo_entities(&text));
        if undone == text {
            break;
        }
        text = undone;
    }
    text
}

/// Letters, digits, and the signs that a link is made of; `|`, brackets and quotes end it.
fn is_ours(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~=?&:,%".contains(c)
}

/// Without spaces, line breaks and invisible characters; typographers' dashes and tildes as typed.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{223c}' | '\u{2dc}' | '\u{ff5e}' => '~',
            c => c,
        })
        .collect()
}

/// `%23` becomes `#`. What is no escape of a printable ASCII character stays.
fn undo_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out += &rest[..at];
        let code = rest
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(|code| (b' '..=b'~').contains(code)) {
            Some(code) => {
                out.push(char::from(code));
                rest = &rest[at + 3..];
            }
            None => {
                out.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// `&amp;` becomes `&`, `&#126;` and `&#x7e;` become `~`.
fn undo_entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        rest = &rest[at + 1..];
        let entity = rest
            .find(';')
            .filter(|&end| end <= 6)
            .map(|end| (&rest[..end], end));
        match entity.and_then(|(name, end)| Some((character(name)?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    let code = match entity {
        "amp" | "AMP" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "nbsp" => return Some(' '),
        _ => entity.strip_prefix('#')?,
    };
    let code = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u8::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    (b' '..=b'~').contains(&code).then(|| char::from(code))
}

/// Where `p0?` begins: the last such place, since the address of a page stands before its fragment.
fn start_of(text: &str) -> Option<usize> {
    starts(text).last()
}

/// Where links begin: a `p`, digits and `?`, not in the middle of a word.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let starts_here = |at: usize| {
        let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let is_word = text[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_ascii_alphanumeric());
        digits > 0 && !is_word && text[at + 1 + digits..].starts_with('?')
    };
    text.match_indices('p')
        .map(|(at, _)| at)
        .filter(move |&at| starts_here(at))
}
