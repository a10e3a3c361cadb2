//! The gate of the palette: words and marks stand out, and no two kinds of work are mistaken for each other, with every
//! kind of eye and in grey.

use super::*;
use crate::kind::Kind;

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

type Lin = [f64; 3];

fn linear((r, g, b): Rgb) -> Lin {
    [r, g, b].map(|byte| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn times(matrix: &[Lin; 3], c: Lin) -> Lin {
    matrix.map(|row| row[0] * c[0] + row[1] * c[1] + row[2] * c[2])
}

fn luminance(c: Lin) -> f64 {
    0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(linear(a)), luminance(linear(b)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn oklab(c: Lin) -> Lin {
    let lms = times(
        &[
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ],
        c,
    );
    times(
        &[
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ],
        lms.map(f64::cbrt),
    )
}

/// How a colour is seen.
#[derive(Clone, Copy, Debug)]
enum Eye {
    Normal,
    Protan,
    Deutan,
    Tritan,
    Grey,
}

/// Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
fn seen(eye: Eye, rgb: Rgb) -> Lin {
    let c = linear(rgb);
    let simulated = match eye {
        Eye::Normal => c,
        Eye::Protan => times(
            &[
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            c,
        ),
        Eye::Deutan => times(
            &[
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            c,
        ),
        Eye::Tritan => times(
            &[
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
            c,
        ),
        Eye::Grey => [luminance(c); 3],
    };
    oklab(simulated.map(|x| x.clamp(0.0, 1.0)))
}

/// The smallest OKLab distance, times 100, between any two kinds.
fn nearest(theme: Theme, eye: Eye) -> f64 {
    let mut least = f64::MAX;
    for (i, a) in Kind::LEGEND.iter().enumerate() {
        for b in &Kind::LEGEND[i + 1..] {
            let (a, b) = (seen(eye, a.token().rgb(theme)), seen(eye, b.token().rgb(theme)));
            let squares: f64 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
            least = least.min(100.0 * squares.sqrt());
        }
    }
    least
}

#[test]
fn no_two_kinds_are_mistaken_for_each_other_by_any_eye() {
    for theme in THEMES {
        for eye in [Eye::Normal, Eye::Protan, Eye::Deutan, Eye::Tritan] {
            let least = nearest(theme, eye);
            assert!(least >= 8.0, "{theme:?} {eye:?}: {least:.2}");
        }
        let least = nearest(theme, Eye::Grey);
        assert!(least >= 5.0, "{theme:?} in grey: {least:.2}");
    }
}

#[test]
fn words_stand_out_from_the_paper() {
    let on = [
        (Token::Ink, Token::Paper),
        (Token::Ink2, Token::Paper),
        (Token::Ink3, Token::Paper),
        (Token::Red, Token::Paper),
        (Token::Sepia, Token::Sepia2),
        (Token::Yink, Token::Yellow),
        (Token::White, Token::Train),
        (Token::Ink, Token::Paper2),
        (Token::Ink2, Token::Paper2),
    ];
    for theme in THEMES {
        for (word, ground) in on {
            let ratio = contrast(word.rgb(theme), ground.rgb(theme));
            assert!(ratio >= 4.5, "{theme:?} {word:?} on {ground:?}: {ratio:.2}");
        }
    }
}

#[test]
fn marks_stand_out_from_the_paper() {
    let marks = [Token::Rule, Token::Prop, Token::Hatch, Token::Hatch1];
    for theme in THEMES {
        for mark in marks.into_iter().chain(Kind::LEGEND.map(Kind::token)) {
            let ratio = contrast(mark.rgb(theme), Token::Paper.rgb(theme));
            assert!(ratio >= 3.0, "{theme:?} {mark:?}: {ratio:.2}");
        }
        let line = contrast(Token::Prop.rgb(theme), Token::Band.rgb(theme));
        assert!(line >= 4.5, "{theme:?} the proposal on its band: {line:.2}");
    }
}

#[test]
fn tokens_come_home_from_their_carriers() {
    for &token in Token::ALL {
        assert_eq!(Token::from_carrier(token.carrier()), Some(token));
    }
    assert_eq!(Token::from_carrier((1, 2, 3)), None);
}

#[test]
fn a_style_sheet_declares_every_token_once() {
    for theme in THEMES {
        let css = declarations(theme);
        for token in Token::ALL {
            assert_eq!(
                css.matches(&format!("--{}:#", token.name())).count(),
                1,
                "{token:?}"
            );
        }
    }
    assert!(declarations(Theme::Dark).starts_with("--paper:#0e131b;"));
}
