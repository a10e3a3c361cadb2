//! Colours as tokens: a name, a light and a dark value. Drawing code never says a colour, it says a token.
//!
//! Drawing backends pass RGB around, so a token travels as its [`Token::carrier`]: the light value, moved by a unit or two
//! in blue where two tokens share a light value but differ in the dark. [`Token::from_carrier`] brings it home; the SVG
//! ink then writes `var(--token)`, the canvas ink takes the value of its theme.

use plotters_backend::BackendColor;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// The theme a page is shown in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// The station board.
    Dark,
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident = $css:literal $light:literal $dark:literal;)*) => {
        /// A named colour.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Token { $($(#[$doc])* $name,)* }

        impl Token {
            /// All, in the order of the style sheet.
            pub const ALL: &'static [Token] = &[$(Token::$name,)*];

            /// Its name in style sheets, without the dashes: `train`.
            pub const fn name(self) -> &'static str {
                match self { $(Token::$name => $css,)* }
            }
            /// As a fill: `var(--train)`.
            pub const fn css(self) -> &'static str {
                match self { $(Token::$name => concat!("var(--", $css, ")"),)* }
            }
            /// Its value by day.
            pub const fn light(self) -> Rgb {
                match self { $(Token::$name => rgb($light),)* }
            }
            /// Its value by night.
            pub const fn dark(self) -> Rgb {
                match self { $(Token::$name => rgb($dark),)* }
            }
        }
    };
}

tokens! {
    /// Ground.
    Paper = "paper" 0xFBFBF9 0x0E131B;
    /// The only tinted surface: prediction panel, code.
    Paper2 = "paper2" 0xF0F1EE 0x171E29;
    /// 22 to 6 h in time charts.
    Night = "night" 0xF1F2F0 0x121924;
    /// Hairlines; never carries meaning alone.
    Hair = "hair" 0xD6DAD8 0x2C3643;
    /// Borders of controls, slider track, grey dots.
    Rule = "rule" 0x7C838A 0x768391;
    /// Headings, values, axes.
    Ink = "ink" 0x14181F 0xF1F3F2;
    /// Prose captions, baseline.
    Ink2 = "ink2" 0x444B54 0xBAC2CA;
    /// Axis words, hints.
    Ink3 = "ink3" 0x5D656E 0x98A3AE;
    /// The change you are looking at.
    Yellow = "yellow" 0xFFD400 0xFFD21A;
    /// Text and outlines on yellow, in both themes.
    Yink = "yink" 0x14181F 0x14181F;
    /// Spread over runs, always with a line through it.
    Band = "band" 0xFFEB94 0x4D430F;
    /// The proposal's line.
    Prop = "prop" 0x14181F 0xFFD21A;
    /// Who pays.
    Red = "red" 0xBE2419 0xFF7D69;
    /// Assumptions.
    Sepia = "sepia" 0x7A4F14 0xD6B28B;
    /// Ground of assumptions.
    Sepia2 = "sepia2" 0xF7F1E4 0x1F1D1C;
    /// Pencil of the idle hatches.
    Hatch = "hatch" 0x7C838A 0x768391;
    /// Pencil of *held by a limit* alone.
    Hatch1 = "hatch1" 0x30373F 0xC9D0D6;
    /// Others come first.
    Queue = "queue" 0xC3C8C9 0x414D5B;
    /// Words inside training blocks, in both themes.
    White = "white" 0xFFFFFF 0xFFFFFF;
    /// Training.
    Train = "train" 0x3B6DB0 0x3D73C0;
    /// Fine-tuning.
    Tune = "tune" 0x5A9A86 0x55CBAB;
    /// Batch inference.
    Infer = "infer" 0x96461D 0xC46C2E;
    /// Sweep.
    Sweep = "sweep" 0x887E48 0xE6D67C;
    /// Ten-minute test.
    Test = "test" 0x14181F 0xF1F3F2;
    /// Notebook.
    Notebook = "notebook" 0x78307B 0xC493D5;
    /// Service.
    Service = "service" 0x333C41 0x87949C;
}

const fn rgb(hex: u32) -> Rgb {
    ((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Token {
    /// Its value in a theme.
    pub const fn rgb(self, theme: Theme) -> Rgb {
        match theme {
            Theme::Light => self.light(),
            Theme::Dark => self.dark(),
        }
    }

    /// The RGB by which it travels through a drawing backend: its light value, told apart from its twins.
    pub const fn carrier(self) -> Rgb {
        let (r, g, b) = self.light();
        match self {
            Token::Yink | Token::Hatch => (r, g, b + 1),
            Token::Prop => (r, g, b + 2),
            Token::Test => (r, g, b + 3),
            Token::Paper
            | Token::Paper2
            | Token::Night
            | Token::Hair
            | Token::Rule
            | Token::Ink
            | Token::Ink2
            | Token::Ink3
            | Token::Yellow
            | Token::Band
            | Token::Red
            | Token::Sepia
            | Token::Sepia2
            | Token::Hatch1
            | Token::Queue
            | Token::White
            | Token::Train
            | Token::Tune
            | Token::Infer
            | Token::Sweep
            | Token::Notebook
            | Token::Service => (r, g, b),
        }
    }

    /// The token that travels as this RGB, if it is one.
    pub fn from_carrier(rgb: Rgb) -> Option<Token> {
        Token::ALL.iter().copied().find(|token| token.carrier() == rgb)
    }

    /// As a colour of drawing backends, opaque.
    pub fn color(self) -> BackendColor {
        BackendColor {
            alpha: 1.0,
            rgb: self.carrier(),
        }
    }
}

/// All tokens as declarations of a style sheet, for `:root`: `--paper:#fbfbf9;--paper2:…`.
pub fn declarations(theme: Theme) -> String {
    Token::ALL.iter().fold(String::new(), |mut css, token| {
        let (r, g, b) = token.rgb(theme);
        css.push_str(&format!("--{}:#{r:02x}{g:02x}{b:02x};", token.name()));
        css
    })
}

#[cfg(test)]
#[path = "palette_gate.rs"]
mod gate;
