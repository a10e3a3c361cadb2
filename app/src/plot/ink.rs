//! The canvas ink: an [`Ink`] over a 2D context. It counts in tenths of a CSS pixel like every ink, scales them to the
//! device's pixels, and gives each token the colour of the theme.
//!
//! Fills and strokes that follow each other in one look become one path, which is what keeps two weeks of jobs quick.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

use figures::hatch::{Mark, Texture};
use figures::ink::{Area, Drawn, FONTS, Ink, PX};
use figures::palette::{Rgb, Theme, Token};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

use crate::browser;

/// A tile's picture holds so many repeats each way, so that its size in device pixels is close to whole.
const REPEATS: u32 = 10;

thread_local! {
    /// Pictures of tiles, by texture, theme and device pixels per thousand CSS pixels.
    static TILES: RefCell<BTreeMap<(Texture, bool, u32), HtmlCanvasElement>> = const { RefCell::new(BTreeMap::new()) };
}

/// A colour as it comes from a chart.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Paint {
    rgb: Rgb,
    alpha: f64,
}

impl From<BackendColor> for Paint {
    fn from(color: BackendColor) -> Paint {
        Paint {
            rgb: color.rgb,
            alpha: color.alpha,
        }
    }
}

/// How the path under way is to be painted.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Look {
    Nothing,
    Fill(Paint),
    Stroke(Paint, u32),
    Textured(Texture),
}

/// Draws on a canvas.
pub struct CanvasInk {
    context: CanvasRenderingContext2d,
    size: (u32, u32),
    dpr: f64,
    theme: Theme,
    look: Look,
    patterns: BTreeMap<Texture, (CanvasPattern, f64)>,
}

impl CanvasInk {
    /// Takes a canvas for a drawing of so many CSS pixels, sizes it for the device and clears it. `None` if the browser
    /// gives no 2D context.
    pub fn new(canvas: &HtmlCanvasElement, width: u32, height: u32, theme: Theme) -> Option<CanvasInk> {
        let dpr = browser::window().device_pixel_ratio().clamp(0.5, 4.0);
        canvas.set_width((f64::from(width) * dpr).round() as u32);
        canvas.set_height((f64::from(height) * dpr).round() as u32);
        let context = context_of(canvas)?;
        let ink = CanvasInk {
            context,
            size: (width * PX as u32, height * PX as u32),
            dpr,
            theme,
            look: Look::Nothing,
            patterns: BTreeMap::new(),
        };
        ink.in_tenths();
        Some(ink)
    }

    /// Coordinates are tenths of a CSS pixel.
    fn in_tenths(&self) {
        let scale = self.dpr / f64::from(PX);
        self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok();
    }

    /// Paints the path under way if the look changes, and begins another.
    fn look(&mut self, look: Look) {
        if look != self.look {
            self.flush();
            self.look = look;
            self.context.begin_path();
        }
    }

    fn flush(&mut self) {
        match std::mem::replace(&mut self.look, Look::Nothing) {
            Look::Nothing => {}
            Look::Fill(color) => {
                self.context.set_fill_style_str(&self.css(color));
                self.context.fill();
            }
            Look::Stroke(color, width) => {
                self.context.set_stroke_style_str(&self.css(color));
                self.context.set_line_width(f64::from(width));
                self.context.stroke();
            }
            Look::Textured(texture) => {
                if let Some((pattern, scale)) = self.pattern(texture) {
                    self.context.set_fill_style_canvas_pattern(&pattern);
                    // The path keeps its place; only the pattern is laid out by this transform.
                    self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0).ok();
                    self.context.fill();
                    self.in_tenths();
                }
            }
        }
    }

    fn css(&self, color: Paint) -> String {
        let (r, g, b) = Token::from_carrier(color.rgb).map_or(color.rgb, |token| token.rgb(self.theme));
        if color.alpha < 1.0 {
            format!("rgb({r} {g} {b} / {}%)", (color.alpha * 100.0) as u32)
        } else {
            hex((r, g, b))
        }
    }

    /// The pattern of a texture and the size of its picture's pixels in device pixels, which is about one.
    fn pattern(&mut self, texture: Texture) -> Option<(CanvasPattern, f64)> {
        if let Some(known) = self.patterns.get(&texture) {
            return Some(known.clone());
        }
        let picture = tile_picture(texture, self.theme, self.dpr)?;
        let pattern = self
            .context
            .create_pattern_with_html_canvas_element(&picture, "repeat")
            .ok()??;
        let tile = texture.tile()?;
        let device = tile.width / f64::from(PX) * self.dpr * f64::from(REPEATS);
        let known = (pattern, device / f64::from(picture.width()));
        self.patterns.insert(texture, known.clone());
        Some(known)
    }

    fn trace(&self, points: impl IntoIterator<Item = BackendCoord>) {
        let mut points = points.into_iter();
        if let Some((x, y)) = points.next() {
            self.context.move_to(f64::from(x), f64::from(y));
        }
        for (x, y) in points {
            self.context.line_to(f64::from(x), f64::from(y));
        }
    }
}

fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The picture of a texture's tile, several times repeated, in device pixels.
fn tile_picture(texture: Texture, theme: Theme, dpr: f64) -> Option<HtmlCanvasElement> {
    let key = (texture, theme == Theme::Dark, (dpr * 1000.0) as u32);
    if let Some(known) = TILES.with_borrow(|tiles| tiles.get(&key).cloned()) {
        return Some(known);
    }
    let tile = texture.tile()?;
    let canvas: HtmlCanvasElement = browser::document()
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    let in_device = |tenths: f64| {
        (tenths / f64::from(PX) * dpr * f64::from(REPEATS))
            .round()
            .max(1.0)
    };
    let (width, height) = (in_device(tile.width), in_device(tile.height));
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = context_of(&canvas)?;
    context.set_fill_style_str(&hex(texture.ground().rgb(theme)));
    context.fill_rect(0.0, 0.0, width, height);
    let repeats = f64::from(REPEATS);
    context
        .scale(width / (tile.width * repeats), height / (tile.height * repeats))
        .ok()?;
    let ink = hex(tile.ink.rgb(theme));
    context.set_fill_style_str(&ink);
    context.set_stroke_style_str(&ink);
    context.set_line_width(tile.stroke);
    context.begin_path();
    let mut dots = Vec::new();
    for column in 0..REPEATS {
        for row in 0..REPEATS {
            let (dx, dy) = (f64::from(column) * tile.width, f64::from(row) * tile.height);
            for mark in tile.marks {
                match *mark {
                    Mark::Line { from, to } => {
                        context.move_to(from.0 + dx, from.1 + dy);
                        context.line_to(to.0 + dx, to.1 + dy);
                    }
                    Mark::Dot { at, radius } => dots.push((at.0 + dx, at.1 + dy, radius)),
                }
            }
        }
    }
    context.stroke();
    context.begin_path();
    for (x, y, radius) in dots {
        context.move_to(x + radius, y);
        context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok()?;
    }
    context.fill();
    TILES.with_borrow_mut(|tiles| tiles.insert(key, canvas.clone()));
    Some(canvas)
}

fn painted(style: &impl BackendStyle, fill: bool) -> Look {
    if fill {
        Look::Fill(style.color().into())
    } else {
        Look::Stroke(style.color().into(), style.stroke_width())
    }
}

impl DrawingBackend for CanvasInk {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
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
        self.look(painted(style, fill));
        self.context.rect(
            f64::from(x),
            f64::from(y),
            f64::from(right - x),
            f64::from(bottom - y),
        );
        Ok(())
    }
    fn draw_path<S: BackendStyle, P: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: P,
        style: &S,
    ) -> Drawn<Self> {
        self.look(Look::Stroke(style.color().into(), style.stroke_width()));
        self.trace(path);
        Ok(())
    }
    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn<Self> {
        self.look(painted(style, fill));
        let (x, y, radius) = (f64::from(x), f64::from(y), f64::from(radius));
        self.context.move_to(x + radius, y);
        // Fails only for a negative radius.
        self.context.arc(x, y, radius, 0.0, std::f64::consts::TAU).ok();
        Ok(())
    }
    fn fill_polygon<S: BackendStyle, P: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: P,
        style: &S,
    ) -> Drawn<Self> {
        self.look(Look::Fill(style.color().into()));
        self.trace(points);
        self.context.close_path();
        Ok(())
    }
    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn<Self> {
        self.flush();
        let (size, color) = (style.size(), style.color().into());
        let weight = if matches!(style.style(), FontStyle::Bold) {
            640
        } else {
            400
        };
        self.context
            .set_font(&format!("{weight} {}px {FONTS}", size as u32));
        narrow(&self.context);
        self.context.set_fill_style_str(&self.css(color));
        self.context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.78,
            VPos::Center => 0.35,
            VPos::Bottom => -0.22,
        };
        self.context
            .fill_text(text, f64::from(x), f64::from(y) + size * drop)
            .ok();
        Ok(())
    }
    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((figures::ink::width_of(text).unsigned_abs(), style.size() as u32))
    }
}

/// Asks for the narrow cut of the grotesque; a browser that does not know how draws the normal one.
fn narrow(context: &CanvasRenderingContext2d) {
    js_sys::Reflect::set(
        context,
        &JsValue::from_str("fontStretch"),
        &JsValue::from_str("semi-condensed"),
    )
    .ok();
}

impl Ink for CanvasInk {
    fn textured_rect(&mut self, area: Area, texture: Texture) -> Drawn<Self> {
        self.look(Look::Textured(texture));
        self.context.rect(
            f64::from(area.x),
            f64::from(area.y),
            f64::from(area.w),
            f64::from(area.h),
        );
        Ok(())
    }
    fn textured_shape(&mut self, points: &[BackendCoord], texture: Texture) -> Drawn<Self> {
        self.look(Look::Textured(texture));
        self.trace(points.iter().copied());
        self.context.close_path();
        Ok(())
    }
}
