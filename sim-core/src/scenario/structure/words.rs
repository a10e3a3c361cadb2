//! How what a file may hold is written with the few characters that a link has, and read back.
//!
//! Small letters, digits and `-` stand for themselves; `_` says that something else follows: `_g` a capital G, `__` the sign
//! itself, `_2b` the ASCII character of that number, `_0e9_` any other. In values `.`, `:`, `=` and `,` stand for themselves too.
//! A length of time is written as knobs write it, and `gres/gpu=8` as `8`.

use std::fmt::Write as _;

use super::tree::{Tree, Unfit};
use crate::scenario::knobs::write_span;
use crate::units::Span;

/// Not set, an empty list, an empty text; of a thing: that it is gone.
pub(super) const NOTHING: &str = "-";
/// Of a thing: that it is new.
pub(super) const NEW: &str = "new";

/// A name as a piece of a key.
pub(super) fn key(name: &str) -> String {
    escaped(name, "")
}

/// A value, if it can be written as one.
pub(super) fn value(tree: &Tree) -> Result<String, Unfit> {
    Ok(match tree {
        Tree::Nothing => NOTHING.to_owned(),
        Tree::Bare(word) => escaped(word, ".:=,"),
        Tree::Text(text) => text_value(text),
        Tree::List(items) if items.is_empty() => NOTHING.to_owned(),
        Tree::List(items) => {
            let items: Result<Vec<String>, Unfit> = items.iter().map(item).collect();
            items?.join(",")
        }
        Tree::Word(word) => word.clone(),
        Tree::Map(_) | Tree::Choice(..) => return Err(Unfit(String::from("a link has no words for it"))),
    })
}

fn text_value(text: &str) -> String {
    if text.is_empty() {
        return NOTHING.to_owned();
    }
    if let Some(span) = span(text) {
        return span;
    }
    let alone = text.strip_prefix("gres/gpu=");
    if let Some(count) = alone.filter(|count| count.bytes().all(|b| b.is_ascii_digit())) {
        return count.to_owned();
    }
    let short = text.replace("gres/", "");
    match escaped(&short, ".:=,").as_str() {
        // It would be read as nothing.
        NOTHING => String::from("_2d"),
        written => written.to_owned(),
    }
}

/// A length of time that is displayed so, as knobs write it.
pub(super) fn span(text: &str) -> Option<String> {
    as_displayed(text).map(write_span)
}

fn item(tree: &Tree) -> Result<String, Unfit> {
    match tree {
        Tree::Bare(word) => Ok(escaped(word, ".:=")),
        Tree::Text(text) if text == NOTHING => Ok(String::from("_2d")),
        Tree::Text(text) if !text.is_empty() => Ok(escaped(text, ".:=")),
        Tree::Text(_) | Tree::Nothing | Tree::List(_) | Tree::Map(_) | Tree::Choice(..) | Tree::Word(_) => {
            Err(Unfit(String::from("a link has no words for it")))
        }
    }
}

/// The length of time that is displayed so, and only so.
fn as_displayed(text: &str) -> Option<Span> {
    let is_one = text.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'-') && text.contains(':');
    let span: Span = text.parse().ok().filter(|_| is_one)?;
    (span.to_string() == text).then_some(span)
}

fn escaped(text: &str, as_they_are: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' | '-' => out.push(c),
            'A'..='Z' => {
                out.push('_');
                out.push(c.to_ascii_lowercase());
            }
            '_' => out += "__",
            c if as_they_are.contains(c) => out.push(c),
            // Writing to a text does not fail.
            ' '..='~' => write!(out, "_{:02x}", u32::from(c)).unwrap_or_default(),
            c => write!(out, "_0{:x}_", u32::from(c)).unwrap_or_default(),
        }
    }
    out
}

/// What is written so.
pub(super) fn plain(word: &str) -> Result<String, Unfit> {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('_') {
        out += &rest[..at];
        rest = &rest[at + 1..];
        let (c, length) = unescaped(rest).ok_or_else(|| {
            Unfit(String::from(
                "what follows `_` cannot be read: `__` is the sign itself, `_a` a capital letter",
            ))
        })?;
        out.push(c);
        rest = &rest[length..];
    }
    Ok(out + rest)
}

/// The character that stands behind a `_`, and how many are used up.
fn unescaped(rest: &str) -> Option<(char, usize)> {
    match rest.bytes().next()? {
        b'_' => Some(('_', 1)),
        letter @ b'a'..=b'z' => Some((char::from(letter.to_ascii_uppercase()), 1)),
        b'0' => {
            let end = rest.find('_')?;
            let code = u32::from_str_radix(rest.get(1..end)?, 16).ok()?;
            Some((char::from_u32(code)?, end + 1))
        }
        b'2'..=b'7' => {
            let code = u8::from_str_radix(rest.get(..2)?, 16).ok()?;
            Some((char::from(code), 2))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_written_with_the_characters_of_a_link_and_read_back() {
        for name in [
            "debug",
            "GPU-long",
            "a100_3g.20gb",
            "2x3g.71gb+1g.18gb",
            "with space, comma=and:more",
            "é€𝄞_~&%?#;/",
            "-",
            "_",
        ] {
            let written = key(name);
            assert!(
                written
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b)),
                "{written}"
            );
            assert_eq!(plain(&written).unwrap(), name);
        }
        assert_eq!(key("GPU_a.b"), "_g_p_u__a_2eb");
        for damaged in ["_", "a_", "_!", "_0", "_0zz_", "_0110000_", "_2", "_2z"] {
            assert!(plain(damaged).is_err(), "{damaged}");
        }
    }

    #[test]
    fn values_are_short() {
        let text = |text: &str| value(&Tree::Text(text.to_owned())).unwrap();
        assert_eq!(text("00:30:00"), "30m");
        assert_eq!(text("5-00:00:00"), "5d");
        assert_eq!(
            text("0:30:00"),
            "0:30:00",
            "nobody displays half an hour like this"
        );
        assert_eq!(text("gres/gpu=8"), "8");
        assert_eq!(text("gres/gpu=8,gres/gpu:h200=4"), "gpu=8,gpu:h200=4");
        assert_eq!((text(""), text("-")), ("-".to_owned(), "_2d".to_owned()));
        let list = ["a,b", "c"].map(|name| Tree::Text(name.to_owned()));
        assert_eq!(value(&Tree::List(list.to_vec())).unwrap(), "a_2cb,c");
    }
}
