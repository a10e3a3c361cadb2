//! A result as Markdown, ready for a wiki, an issue or a mail: what is proposed, the answer, the three corners, and the link.

use figures::answer;

use super::shown::Shown;

/// The text. `title` and `against` are those of the page, `address` is the whole link, `receipt` tells the same result.
pub fn markdown(shown: &Shown, title: &str, against: &str, address: &str, receipt: &str) -> String {
    let mut text = format!("## {title}\n\n{against}\n\n{}\n\n", answer::text(&shown.answer));
    text += "| corner | now | proposed | how sure |\n|---|---|---|---|\n";
    for corner in &shown.corners {
        let was = corner.was.strip_prefix("was ").unwrap_or(&corner.value);
        text += &format!(
            "| {} | {was} | {} | {} |\n",
            corner.name, corner.value, corner.sure
        );
    }
    text + &format!("\n<{address}>\n\n{receipt}\n")
}
