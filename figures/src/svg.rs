//! The still: an [`Ink`] that writes small, deterministic SVG whose colours are the page's custom properties.
//!
//! Nothing in it needs a style sheet or an inline style, so a strict content policy may stand. What follows each other in
//! one look becomes one `<path>` of relative moves, and rectangles of one height become strokes as wide as they are high:
//! a rectangle is then three short numbers, which keeps two weeks of jobs below 20 KiB, packed.

use std::collections::{BTreeMap, BTreeSet};
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
    /// The look of what is being drawn.
    look: Look,
    path: Path,
    /// Filled rectangles, by height.
    bars: BTreeMap<i32, Vec<Area>>,
}

/// How shapes are painted.
#[derive(Clone, PartialEq, Default)]
struct Look {
    /// Colour, or pattern.
    paint: String,
    /// The attribute that says how much shines through, after `fill` or `stroke`; empty if nothing does.
    opacity: String,
    /// Of a stroke; `None` for shapes that are filled.
    width: Option<u32>,
}

/// Path data.
#[derive(Default)]
struct Path {
    data: String,
    /// Where the pen stands.
    pen: BackendCoord,
    /// Where it was last put down: closing a shape takes it back there.
    down: BackendCoord,
}

impl Path {
    /// Puts the pen down elsewhere.
    fn go(&mut self, (x, y): BackendCoord) {
        let (x0, y0) = self.pen;
        if self.data.is_empty() {
            let _ = write!(self.data, "M{x} {y}");
        } else {
            self.data.push('m');
            self.by(x - x0, y - y0);
        }
        (self.pen, self.down) = ((x, y), (x, y));
    }

    /// Draws a straight line.
    fn line(&mut self, (x, y): BackendCoord) {
        let (x0, y0) = self.pen;
        if y0 == y {
            let _ = write!(self.data, "h{}", x - x0);
        } else if x0 == x {
            let _ = write!(self.data, "v{}", y - y0);
        } else {
            self.data.push('l');
            self.by(x - x0, y - y0);
        }
        self.pen = (x, y);
    }

    /// Two numbers; a minus sign parts them as well as a space.
    fn by(&mut self, x: i32, y: i32) {
        let _ = match y {
            ..0 => write!(self.data, "{x}{y}"),
            0.. => write!(self.data, "{x} {y}"),
        };
    }

    fn close(&mut self) {
        self.data.push('z');
        self.pen = self.down;
    }
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
            look: Look::default(),
            path: Path::default(),
            bars: BTreeMap::new(),
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
            number(tile.width),
            number(tile.height)
        );
        // Twice as large as the tile: the ground shows no seam where tiles meet.
        let _ = write!(
            out,
            "<path d=\"M{0} {1}h{2}v{3}h-{2}z\" fill=\"{4}\"/>",
            number(-tile.width / 2.0),
            number(-tile.height / 2.0),
            number(tile.width * 2.0),
            number(tile.height * 2.0),
            texture.ground().css()
        );
        let mut lines = String::new();
        for mark in tile.marks {
            match *mark {
                Mark::Line { from, to } => {
                    let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(number);
                    let _ = write!(lines, "M{x1} {y1}L{x2} {y2}");
                }
                Mark::Dot { at, radius } => {
                    let _ = write!(
                        out,
                        "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"/>",
                        number(at.0),
                        number(at.1),
                        number(radius),
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
                number(tile.stroke)
            );
        }
        out.push_str("</pattern>");
    }

    /// Writes what has been drawn in one look.
    fn flush(&mut self) {
        let Look {
            paint,
            opacity,
            width,
        } = &self.look;
        let faint = |of: &str| match opacity.as_str() {
            "" => String::new(),
            opacity => format!(" {of}-opacity=\"{opacity}\""),
        };
        for (height, mut bars) in std::mem::take(&mut self.bars) {
            bars.sort_unstable_by_key(|bar| (bar.y, bar.x));
            // The middle of a bar may lie half a unit down: all of one height do alike.
            let mut path = Path::default();
            for bar in &bars {
                path.go((bar.x, bar.y + height / 2));
                path.line((bar.x + bar.w, bar.y + height / 2));
            }
            let half = if height % 2 == 0 {
                ""
            } else {
                " transform=\"translate(0 .5)\""
            };
            let _ = write!(
                self.body,
                "<path stroke=\"{paint}\" stroke-width=\"{height}\"{}{half} d=\"{}\"/>",
                faint("stroke"),
                path.data
            );
        }
        let Path { data, .. } = std::mem::take(&mut self.path);
        let _ = match width {
            _ if data.is_empty() => Ok(()),
            None => write!(
                self.body,
                "<path fill=\"{paint}\"{} d=\"{data}\"/>",
                faint("fill")
            ),
            Some(width) => write!(
                self.body,
                "<path stroke=\"{paint}\" stroke-width=\"{width}\"{} d=\"{data}\"/>",
                faint("stroke")
            ),
        };
    }

    /// What follows is drawn in this look.
    fn look(&mut self, look: Look) {
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
                Look {
                    paint: format!("url(#{}-{})", self.prefix, texture.name()),
                    ..Look::default()
                }
            }
        };
        self.look(look);
    }

    fn points(&mut self, points: impl IntoIterator<Item = BackendCoord>) {
        let mut points = points.into_iter();
        if let Some(first) = points.next() {
            self.path.go(first);
            points.for_each(|point| self.path.line(point));
        }
    }

    fn bar(&mut self, area: Area) {
        self.bars.entry(area.h).or_default().push(area);
    }
}

/// Writes text so that it is only text.
pub(crate) fn escape(out: &mut String, text: &str) {
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

fn fill_of(style: &impl BackendStyle) -> Look {
    let color = style.color();
    Look {
        paint: css(color),
        opacity: if color.alpha < 1.0 {
            number((color.alpha * 100.0).round() / 100.0)
        } else {
            String::new()
        },
        width: None,
    }
}

fn stroke_of(style: &impl BackendStyle) -> Look {
    Look {
        width: Some(style.stroke_width()),
        ..fill_of(style)
    }
}

/// A real number as short as can be, to a thousandth. The standard library's own way would be several KiB of a worker.
fn number(x: f64) -> String {
    let thousandths = (x.abs() * 1_000.0).round() as u64;
    let minus = if x < 0.0 && thousandths > 0 { "-" } else { "" };
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    if rest == 0 {
        return format!("{minus}{whole}");
    }
    format!("{minus}{whole}.{}", format!("{rest:03}").trim_end_matches('0'))
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
        if fill {
            self.look(fill_of(style));
            let (w, h) = (right - x, bottom - y);
            self.bar(Area { x, y, w, h });
        } else {
            self.look(stroke_of(style));
            self.points([(x, y), (right, y), (right, bottom), (x, bottom)]);
            self.path.close();
        }
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
        self.path.go((x - r, y));
        let _ = write!(self.path.data, "a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0");
        self.path.close();
        Ok(())
    }
    fn fill_polygon<S: BackendStyle, P: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: P,
        style: &S,
    ) -> Drawn<Self> {
        self.look(fill_of(style));
        self.points(points);
        self.path.close();
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
            let _ = write!(self.body, " font-size=\"{}\"", number(size));
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
        self.bar(area);
        Ok(())
    }
    fn textured_shape(&mut self, points: &[BackendCoord], texture: Texture) -> Drawn<Self> {
        self.texture_look(texture);
        self.points(points.iter().copied());
        self.path.close();
        Ok(())
    }
}

#[cfg(test)]
#[path = "svg_size.rs"]
mod size;
