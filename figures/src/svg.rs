//! The still: an [`Ink`] that writes small, deterministic SVG whose colours are the page's custom properties.
//!
//! Nothing in it needs a style sheet or an inline style, so a strict content policy may stand. Strokes and rectangles that
//! follow each other in one look become one `<path>`, which is what keeps two weeks of jobs below 40 KiB.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write as _;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use crate::hatch::{Mark, Texture};
use crate::ink::{Area, Drawn, FONTS, Ink, PX, WORDS};
use crate::palette::Token;

/// Writes SVG.
pub struct SvgInk {
    size: (u32, u32),
    /// Makes ids unique in a page that holds several drawings.
    prefix: String,
    body: String,
    textures: BTreeSet<Texture>,
    /// The look of the path that is being written, and its data.
    look: String,
    path: String,
}

impl SvgInk {
    /// A drawing of so many CSS pixels. `prefix` must differ between the drawings of one page: letters, digits, dashes.
    pub fn new(width: u32, height: u32, prefix: &str) -> SvgInk {
        SvgInk {
            size: (width, height),
            prefix: prefix
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect(),
            body: String::new(),
            textures: BTreeSet::new(),
            look: String::new(),
            path: String::new(),
        }
    }

    /// The finished drawing as an image with this label; hidden from screen readers if the label is empty.
    pub fn finish(mut self, label: &str) -> String {
        self.flush();
        let (w, h) = self.size;
        let (ws, hs) = (w * PX as u32, h * PX as u32);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {ws} {hs}\" \
             font-family=\"{FONTS}\" font-size=\"{WORDS}\" fill=\"none\""
        );
        if label.is_empty() {
            out.push_str(" aria-hidden=\"true\">");
        } else {
            out.push_str(" role=\"img\" aria-label=\"");
            escape(&mut out, label);
            out.push_str("\">");
        }
        if !self.textures.is_empty() {
            out.push_str("<defs>");
            for &texture in &self.textures {
                self.pattern(&mut out, texture);
            }
            out.push_str("</defs>");
        }
        out.push_str(&self.body);
        out.push_str("</svg>");
        out
    }

    fn pattern(&self, out: &mut String, texture: Texture) {
        let Some(tile) = texture.tile() else { return };
        let _ = write!(
            out,
            "<pattern id=\"{}-{}\" width=\"{}\" height=\"{}\" patternUnits=\"userSpaceOnUse\">",
            self.prefix,
            texture.name(),
            tile.width,
            tile.height
        );
        // Twice as large as the tile: the ground shows no seam where tiles meet.
        let _ = write!(
            out,
            "<path d=\"M{0} {1}h{2}v{3}h-{2}z\" fill=\"{4}\"/>",
            -tile.width / 2.0,
            -tile.height / 2.0,
            tile.width * 2.0,
            tile.height * 2.0,
            texture.ground().css()
        );
        let mut lines = String::new();
        for mark in tile.marks {
            match *mark {
                Mark::Line { from, to } => {
                    let _ = write!(lines, "M{} {}L{} {}", from.0, from.1, to.0, to.1);
                }
                Mark::Dot { at, radius } => {
                    let _ = write!(
                        out,
                        "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{}\"/>",
                        at.0,
                        at.1,
                        tile.ink.css()
                    );
                }
            }
        }
        if !lines.is_empty() {
            let _ = write!(
                out,
                "<path d=\"{lines}\" stroke=\"{}\" stroke-width=\"{}\"/>",
                tile.ink.css(),
                tile.stroke
            );
        }
        out.push_str("</pattern>");
    }

    /// Ends the path that is being written.
    fn flush(&mut self) {
        if !self.path.is_empty() {
            let _ = write!(self.body, "<path{} d=\"{}\"/>", self.look, self.path);
            self.path.clear();
        }
    }

    /// Path data follows in this look.
    fn look(&mut self, look: String) {
        if look != self.look {
            self.flush();
            self.look = look;
        }
    }

    fn texture_look(&mut self, texture: Texture) {
        let look = match texture.tile() {
            None => fill_of(&texture.ground().color()),
            Some(_) => {
                self.textures.insert(texture);
                format!(" fill=\"url(#{}-{})\"", self.prefix, texture.name())
            }
        };
        self.look(look);
    }

    fn points(&mut self, points: impl IntoIterator<Item = BackendCoord>) {
        let mut last: Option<BackendCoord> = None;
        for (x, y) in points {
            let _ = match last {
                None => write!(self.path, "M{x} {y}"),
                Some((_, y0)) if y0 == y => write!(self.path, "H{x}"),
                Some((x0, _)) if x0 == x => write!(self.path, "V{y}"),
                Some((x0, y0)) => write!(self.path, "l{} {}", x - x0, y - y0),
            };
            last = Some((x, y));
        }
    }
}

/// Writes text so that it is only text.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

/// A colour as the page writes it: the token's property, or plain RGB if it is no token.
fn css(color: BackendColor) -> String {
    match Token::from_carrier(color.rgb) {
        Some(token) => token.css().to_owned(),
        None => format!("#{:02x}{:02x}{:02x}", color.rgb.0, color.rgb.1, color.rgb.2),
    }
}

fn fill_of(style: &impl BackendStyle) -> String {
    let color = style.color();
    let mut look = format!(" fill=\"{}\"", css(color));
    if color.alpha < 1.0 {
        let _ = write!(look, " fill-opacity=\"{}\"", short(color.alpha));
    }
    look
}

fn stroke_of(style: &impl BackendStyle) -> String {
    let color = style.color();
    let mut look = format!(
        " stroke=\"{}\" stroke-width=\"{}\"",
        css(color),
        style.stroke_width()
    );
    if color.alpha < 1.0 {
        let _ = write!(look, " stroke-opacity=\"{}\"", short(color.alpha));
    }
    look
}

/// Two decimals are enough for an opacity.
fn short(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

impl DrawingBackend for SvgInk {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.size.0 * PX as u32, self.size.1 * PX as u32)
    }
    fn ensure_prepared(&mut self) -> Drawn<Self> {
        Ok(())
    }
    fn present(&mut self) -> Drawn<Self> {
        self.flush();
        Ok(())
    }
    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn<Self> {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }
    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn<Self> {
        self.draw_path([from, to], style)
    }
    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn<Self> {
        self.look(if fill { fill_of(style) } else { stroke_of(style) });
        let _ = write!(self.path, "M{x} {y}h{}v{}h{}z", right - x, bottom - y, x - right);
        Ok(())
    }
    fn draw_path<S: BackendStyle, P: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: P,
        style: &S,
    ) -> Drawn<Self> {
        self.look(stroke_of(style));
        self.points(path);
        Ok(())
    }
    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn<Self> {
        self.look(if fill { fill_of(style) } else { stroke_of(style) });
        let (r, d) = (radius as i32, 2 * radius as i32);
        let _ = write!(
            self.path,
            "M{} {y}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z",
            x - r
        );
        Ok(())
    }
    fn fill_polygon<S: BackendStyle, P: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: P,
        style: &S,
    ) -> Drawn<Self> {
        self.look(fill_of(style));
        self.points(points);
        self.path.push('z');
        Ok(())
    }
    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn<Self> {
        self.flush();
        let size = style.size();
        // Where the baseline lies: most browsers disagree on `dominant-baseline`, none on y.
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.78,
            VPos::Center => 0.35,
            VPos::Bottom => -0.22,
        };
        let y = y + (size * drop).round() as i32;
        let _ = write!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" fill=\"{}\"",
            css(style.color())
        );
        self.body.push_str(match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        });
        if matches!(style.style(), FontStyle::Bold) {
            self.body.push_str(" font-weight=\"640\"");
        }
        if size != f64::from(WORDS) {
            let _ = write!(self.body, " font-size=\"{size}\"");
        }
        self.body.push('>');
        escape(&mut self.body, text);
        self.body.push_str("</text>");
        Ok(())
    }
    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((crate::ink::width_of(text).unsigned_abs(), style.size() as u32))
    }
}

impl Ink for SvgInk {
    fn textured_rect(&mut self, area: Area, texture: Texture) -> Drawn<Self> {
        self.texture_look(texture);
        let _ = write!(
            self.path,
            "M{} {}h{}v{}h-{}z",
            area.x, area.y, area.w, area.h, area.w
        );
        Ok(())
    }
    fn textured_shape(&mut self, points: &[BackendCoord], texture: Texture) -> Drawn<Self> {
        self.texture_look(texture);
        self.points(points.iter().copied());
        self.path.push('z');
        Ok(())
    }
}

#[cfg(test)]
#[path = "svg_size.rs"]
mod size;
