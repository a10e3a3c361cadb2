//! The script that keeps the site on the device of whoever visited: which files, and what each must be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use crate::assets::short_hash;

/// Its name. It stands at the top, since a page may only be kept by a script that stands above it, and its name never
/// changes, since browsers look there for a newer one.
const NAME: &str = "sw.js";

/// What robots read and no reader asks for.
const NOT_KEPT: [&str; 3] = [NAME, "robots.txt", "sitemap.xml"];

/// Writes it, once everything else is in `out`.
pub fn write(out: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    gather(out, "", &mut files)?;
    let asked = asked(&files);
    let mut kept = BTreeMap::new();
    for (path, bytes) in &files {
        let digest = short_hash(bytes);
        for address in addresses(path, &asked) {
            kept.insert(address, digest.clone());
        }
    }
    let list = serde_json::to_string(&kept).map_err(|error| anyhow!("{NAME}: {error}"))?;
    let script = include_str!("sw.js");
    let build = short_hash(format!("{list}{script}").as_bytes());
    fs::write(
        out.join(NAME),
        format!("const BUILD = \"{build}\";\nconst FILES = {list};\n{script}"),
    )
    .with_context(|| format!("could not write {NAME}"))
}

/// Every file of a folder that readers may ask for, by its path.
fn gather(folder: &Path, path: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{path}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &format!("{path}/"), files)?;
        } else if !NOT_KEPT.contains(&path.as_str()) {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// The hashes in queries with which pages and loaders ask for files, by the files' names.
fn asked(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let texts = files
        .iter()
        .filter(|(name, _)| name.ends_with(".html") || name.ends_with("_loader.js"))
        .filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    for text in texts {
        for (at, _) in text.match_indices('?') {
            let hash = text.get(at + 1..at + 9).unwrap_or_default();
            if hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let name = text[..at]
                    .rsplit(|c: char| !is_of_name(c))
                    .next()
                    .unwrap_or_default();
                found.entry(name).or_default().insert(hash);
            }
        }
    }
    found
}

/// How the site itself asks for a file: a page by its folder, a file whose name has no hash with one in the query.
fn addresses(path: &str, asked: &BTreeMap<&str, BTreeSet<&str>>) -> BTreeSet<String> {
    let (folder, name) = path
        .rsplit_once('/')
        .map_or(("", path), |(_, name)| (&path[..path.len() - name.len()], name));
    if name == "index.html" {
        return BTreeSet::from([folder.to_owned()]);
    }
    match asked.get(name) {
        Some(hashes) => hashes.iter().map(|hash| format!("{path}?{hash}")).collect(),
        None => BTreeSet::from([path.to_owned()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn files_are_kept_under_the_addresses_that_pages_ask_for() {
        let files = files(&[
            ("index.html", "<html data-worker=\"./a_loader.js?0123abcd\">"),
            ("lab/index.html", "<link href=\"../site-1.css\">"),
            ("a_loader.js", "importScripts(\"./a.js?89abcdef\");"),
            ("a.js", ""),
            ("data.js", ""),
            ("lab/x-index.html", "<script src=\"../data.js?76543210\">"),
            ("site-1.css", ""),
        ]);
        let of = |path| addresses(path, &asked(&files)).into_iter().collect::<Vec<_>>();
        assert_eq!(of("index.html"), [""]);
        assert_eq!(of("lab/index.html"), ["lab/"]);
        assert_eq!(of("a_loader.js"), ["a_loader.js?0123abcd"]);
        assert_eq!(of("a.js"), ["a.js?89abcdef"]);
        assert_eq!(of("data.js"), ["data.js?76543210"]);
        assert_eq!(of("lab/x-index.html"), ["lab/x-index.html"]);
        assert_eq!(of("site-1.css"), ["site-1.css"]);
    }

    #[test]
    fn another_file_makes_another_build_and_robots_are_left_alone() {
        let out = std::env::temp_dir().join(format!("trilemma-offline-{}", std::process::id()));
        fs::create_dir_all(out.join("lab")).unwrap();
        fs::write(out.join("robots.txt"), "").unwrap();
        let written = |text: &str| {
            fs::write(out.join("lab/index.html"), text).unwrap();
            write(&out).unwrap();
            fs::read_to_string(out.join(NAME)).unwrap()
        };
        let (one, again, other) = (written("a"), written("a"), written("b"));
        fs::remove_dir_all(&out).unwrap();
        assert_eq!(one, again);
        assert_ne!(one.lines().next(), other.lines().next());
        assert!(one.contains("FILES = {\"lab/\":\"ca978112\"}"), "{one}");
    }
}
