//! Words as HTML: whatever a scenario says goes through here before it becomes markup.

/// Text as HTML.
pub fn escape(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            other => made.push(other),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        assert_eq!(escape("<a b=\"c\">&d"), "&lt;a b=&quot;c&quot;&gt;&amp;d");
    }
}
