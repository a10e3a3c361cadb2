//! What a reader downloads before the pictures, against the budget; and whether every link of a page leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::assets::Assets;
use crate::shell::{LOST, Sheet, page};

/// HTML, style sheets and boot.js of a page, gzipped, without stills.
const READING: usize = 60 * 1024;
/// One still, gzipped.
const STILL: usize = 40 * 1024;

/// Stops the build at a page that is too heavy or has a dead link.
pub fn check(out: &Path, assets: &Assets, sheets: &[Sheet]) -> Result<()> {
    let mut problems = Vec::new();
    for sheet in sheets {
        let html = page(sheet, assets);
        let (words, stills) = apart(&html);
        let mut weight = gzip(words.as_bytes())?;
        for file in assets.first(sheet.kind) {
            weight += gzip(&fs::read(out.join(file))?)?;
        }
        if weight > READING {
            problems.push(format!(
                "{} weighs {weight} bytes without stills, more than {READING}",
                sheet.route
            ));
        }
        for (number, still) in stills.iter().enumerate() {
            let weight = gzip(still.as_bytes())?;
            if weight > STILL {
                problems.push(format!(
                    "{}: still {} weighs {weight} bytes, more than {STILL}",
                    sheet.route,
                    number + 1
                ));
            }
        }
        problems.extend(dead_links(out, &sheet.route, &html));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        bail!(
            "the pages do not keep their promises:\n  {}",
            problems.join("\n  ")
        )
    }
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?.len())
}

/// A page without its stills, and the stills.
fn apart(html: &str) -> (String, Vec<&str>) {
    let (mut words, mut stills, mut rest) = (String::new(), Vec::new(), html);
    while let Some((before, after)) = rest.split_once("<!-- still -->") {
        words.push_str(before);
        let (still, after) = after.split_once("<!-- /still -->").unwrap_or((after, ""));
        stills.push(still);
        rest = after;
    }
    words.push_str(rest);
    (words, stills)
}

/// Relative links of a page to files that were not written, and to places of the page itself that are not there.
fn dead_links(out: &Path, route: &str, html: &str) -> Vec<String> {
    let folder = match route.rsplit_once('/') {
        Some((folder, _)) => out.join(folder.trim_start_matches('/')),
        None => out.to_owned(),
    };
    let links: BTreeSet<&str> = html
        .match_indices(" href=\"")
        .map(|(at, mark)| html[at + mark.len()..].split('"').next().unwrap_or_default())
        .collect();
    let mut dead = Vec::new();
    for link in links {
        // The page that is not there looks upwards for its style sheet.
        if link.starts_with("http") || (route == LOST && link.starts_with("../")) {
            continue;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        // What stands behind a question mark tells builds apart.
        let path = path.split('?').next().unwrap_or(path);
        let file = match path {
            "" if route.ends_with('/') => folder.join("index.html"),
            "" => out.join(route.trim_start_matches('/')),
            path if path.ends_with('/') => folder.join(path).join("index.html"),
            path => folder.join(path),
        };
        match fs::read_to_string(&file) {
            // What begins like a link to a proposal is for the lab to read.
            Ok(text)
                if !anchor.is_empty()
                    && !anchor.starts_with("p0?")
                    && !text.contains(&format!("id=\"{anchor}\"")) =>
            {
                dead.push(format!("{route} links to {link}, where no such place is"));
            }
            Ok(_) => {}
            Err(_) if file.is_file() => {}
            Err(_) => dead.push(format!("{route} links to {link}, which was not written")),
        }
    }
    dead
}
