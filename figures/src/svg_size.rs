//! Stills are small, the same every time, and nothing but drawing.

use std::io::Write as _;

use super::*;
use crate::raster::{self, Look, Size};
use crate::testing;

fn raster_svg(days: u32, size: Size, width: u32) -> (usize, String) {
    let timeline = testing::timeline(8);
    let look = Look::first_days(&timeline, days, size);
    let mut ink = SvgInk::new(width, raster::height(&timeline, &look), "home-raster");
    raster::draw(&mut ink, width, &timeline, &look).unwrap();
    let jobs = timeline
        .jobs
        .iter()
        .filter(|job| job.asked < look.window.to)
        .count();
    (jobs, ink.finish("Fourteen days <of> \"32\" GPUs & more"))
}

fn gzipped(text: &str) -> usize {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap().len()
}

#[test]
fn a_raster_of_2500_jobs_stays_below_40_kib() {
    let (jobs, svg) = raster_svg(28, Size::Desktop, 1056);
    assert!(jobs >= 2500, "{jobs} jobs");
    assert!(
        gzipped(&svg) <= 40 * 1024,
        "{} bytes for {jobs} jobs",
        gzipped(&svg)
    );
}

#[test]
fn drawing_twice_gives_the_same_bytes() {
    assert_eq!(raster_svg(14, Size::Phone, 358), raster_svg(14, Size::Phone, 358));
}

#[test]
fn a_still_is_well_formed_needs_no_style_and_speaks_in_tokens() {
    let (_, svg) = raster_svg(14, Size::Desktop, 1056);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert!(svg.contains("aria-label=\"Fourteen days &lt;of&gt; &quot;32&quot; GPUs &amp; more\""));
    assert!(
        !svg.contains("style=") && !svg.contains("<style") && !svg.contains('#') || !svg.contains("fill=\"#")
    );
    assert!(svg.contains("id=\"home-raster-by-limit\"") && svg.contains("url(#home-raster-by-limit)"));
    for tag in ["defs", "pattern", "text", "svg"] {
        let open = svg.matches(&format!("<{tag}")).count();
        assert_eq!(open, svg.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}
