//! Pictures and tables as files of their own.

use crate::figure::Table;
use crate::format::{NBSP, THIN};
use crate::palette::{Theme, Token};

/// A table as comma-separated lines, the sums last. Numbers lose the marks that part their thousands.
pub fn csv(table: &Table) -> String {
    let mut text = String::new();
    for row in std::iter::once(&table.headings)
        .chain(&table.rows)
        .chain(&table.sums)
    {
        for (at, words) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            field(&mut text, words);
        }
        text.push('\n');
    }
    text
}

fn field(text: &mut String, words: &str) {
    let is_plain = !words.contains([',', '"', '\n', '\r']);
    if !is_plain {
        text.push('"');
    }
    for letter in words.chars() {
        match letter {
            THIN => {}
            NBSP => text.push(' '),
            '"' => text.push_str("\"\""),
            letter => text.push(letter),
        }
    }
    if !is_plain {
        text.push('"');
    }
}

/// A drawing whose colours do not need the page: those of the light theme, on paper.
pub fn standalone(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("var(--") {
        out.push_str(before);
        let Some((name, after)) = after.split_once(')') else {
            rest = after;
            break;
        };
        let token = Token::ALL.iter().find(|token| token.name() == name);
        let (r, g, b) = token.unwrap_or(&Token::Ink).rgb(Theme::Light);
        out.push_str(&format!("#{r:02x}{g:02x}{b:02x}"));
        rest = after;
    }
    out.push_str(rest);
    let (r, g, b) = Token::Paper.rgb(Theme::Light);
    // Right after the root element's own tag: under everything else.
    match out.find('>') {
        Some(at) => {
            let ground = format!("<path d=\"M0 0h99999v99999h-99999z\" fill=\"#{r:02x}{g:02x}{b:02x}\"/>");
            out.insert_str(at + 1, &ground);
            out
        }
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_becomes_lines_with_plain_numbers() {
        let table = Table {
            headings: vec!["what".to_owned(), "a, b".to_owned()],
            rows: vec![vec!["say \"no\"".to_owned(), format!("25{THIN}458{NBSP}h")]],
            sums: Some(vec!["together".to_owned(), "1".to_owned()]),
            ..Table::default()
        };
        assert_eq!(
            csv(&table),
            "what,\"a, b\"\n\"say \"\"no\"\"\",25458 h\ntogether,1\n"
        );
    }

    #[test]
    fn a_drawing_by_itself_names_no_property_of_the_page() {
        let svg =
            standalone("<svg viewBox=\"0 0 1 1\"><path fill=\"var(--ink)\" stroke=\"var(--red)\"/></svg>");
        assert!(!svg.contains("var("), "{svg}");
        assert!(
            svg.contains("fill=\"#14181f\"") && svg.contains("stroke=\"#be2419\""),
            "{svg}"
        );
        assert!(svg.starts_with("<svg viewBox=\"0 0 1 1\"><path d="), "{svg}");
    }
}
