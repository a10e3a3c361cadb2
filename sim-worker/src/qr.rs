//! A text as a QR code, drawn as SVG. It has no colours of its own: the page's style gives them to its two classes.

use qrcodegen::{QrCode, QrCodeEcc};

/// Quiet squares around the code, as the standard wants them.
const QUIET: i32 = 4;

/// The picture, one unit to a square.
///
/// # Errors
/// What to do, if the text is longer than a code can hold.
pub fn svg(text: &str) -> Result<String, Vec<String>> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Err(vec![String::from(
            "this is too long for a QR code; share the link as text",
        )]);
    };
    let size = code.size();
    let whole = size + 2 * QUIET;
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let from = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                path += &format!("M{} {}h{}v1h-{}z", from + QUIET, y + QUIET, x - from, x - from);
            }
            x += 1;
        }
    }
    Ok(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"The link as a QR code\" viewBox=\"0 0 {whole} {whole}\" \
         shape-rendering=\"crispEdges\"><rect class=\"qr-paper\" width=\"{whole}\" height=\"{whole}\"/><path \
         class=\"qr-ink\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark squares that a picture draws.
    fn drawn(svg: &str) -> Vec<(i32, i32)> {
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut squares = Vec::new();
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length: i32 = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            squares.extend((0..length).map(|i| (x + i - QUIET, y - QUIET)));
        }
        squares
    }

    #[test]
    fn every_dark_square_is_drawn_and_no_other() {
        let link = "https://example.org/lab/#p0?profile=group-32&cap=16gpu~7f";
        let code = QrCode::encode_text(link, QrCodeEcc::Medium).unwrap();
        let drawn = drawn(&svg(link).unwrap());
        for y in 0..code.size() {
            for x in 0..code.size() {
                assert_eq!(drawn.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
            }
        }
        assert!(svg(&"x".repeat(900)).is_ok());
        assert!(svg(&"x".repeat(5_000)).unwrap_err()[0].contains("too long"));
    }
}
