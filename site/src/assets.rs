//! The files that pages share: style sheets, boot.js, and the names Trunk gave to the app's files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::language::Language;

/// The style sheet of every page, in cascade order.
const SHARED: [&str; 5] = [
    "tokens.css",
    "base.css",
    "frame.css",
    "figure.css",
    "controls.css",
];

/// The style sheet of a kind of page, which comes after it. Print is last, so that it overrules the rest.
const OWN: [(Kind, &[&str]); 9] = [
    (Kind::Home, &["home.css", "print.css"]),
    (Kind::Lab, &["lab.css", "lab-live.css", "print.css"]),
    (Kind::Sweep, &["sweep.css", "print.css"]),
    (Kind::Compare, &["compare.css", "print.css"]),
    (Kind::Embed, &["embed.css"]),
    (Kind::Cluster, &["cluster.css", "print.css"]),
    (Kind::Text, &["reading.css", "clusters.css", "print.css"]),
    (Kind::Search, &["reading.css", "print.css"]),
    (Kind::Present, &["reading.css", "present.css"]),
];

/// What a page is, and so which style sheet it has beside the shared one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The first page.
    Home,
    /// The lab.
    Lab,
    /// The page that sweeps.
    Sweep,
    /// The page that compares.
    Compare,
    /// The frame for other sites.
    Embed,
    /// The page that edits a cluster.
    Cluster,
    /// Something to read.
    Text,
    /// The page that finds others.
    Search,
    /// A lesson on a screen in a room.
    Present,
}

impl Kind {
    /// Its word in file names and in the class of `<body>`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Lab => "lab",
            Self::Sweep => "sweep",
            Self::Compare => "compare",
            Self::Embed => "embed",
            Self::Cluster => "cluster",
            Self::Text => "text",
            Self::Search => "search",
            Self::Present => "present",
        }
    }
}

/// Names of the shared files, relative to the top of the site.
pub struct Assets {
    /// The style sheet of every page.
    pub css: String,
    /// That of each kind of page.
    pub own: Vec<(Kind, String)>,
    /// `boot.js`.
    pub boot: String,
    /// The script of a kind of page that has one of its own.
    pub scripts: Vec<(Kind, String)>,
    /// The app, if Trunk has built it.
    pub app: Option<App>,
    /// What says an app's words on a page in another language.
    pub speak: String,
    /// The languages beside English.
    pub languages: Vec<Language>,
}

/// The app's files.
pub struct App {
    /// JavaScript.
    pub js: String,
    /// WASM.
    pub wasm: String,
    /// The address of the worker's loader, if there is a worker.
    pub worker: Option<String>,
    /// The same of the larger worker.
    pub larger: Option<String>,
    /// The same of the worker that explains.
    pub explainer: Option<String>,
    /// The app of the home page: JavaScript and WASM.
    pub home: Option<[String; 2]>,
    /// The same of the page that sweeps.
    pub sweep: Option<[String; 2]>,
    /// The same of the page that compares, and of the frame for other sites.
    pub compare: Option<[String; 2]>,
    /// That of the page that edits a cluster.
    pub cluster: Option<[String; 2]>,
    /// The words of other languages in the browser.
    pub words: Option<[String; 2]>,
    /// The same of the worker that writes.
    pub clerk: Option<String>,
    /// The same of the worker that builds set-ups.
    pub builder: Option<String>,
    /// The same of the worker that finds evidence.
    pub evidence: Option<String>,
    /// The same of the worker that runs texts on another cluster.
    pub text: Option<String>,
}

/// Writes style sheets, scripts and the words of other languages into `out`, and finds what Trunk put there.
pub fn write(root: &Path, out: &Path, languages: Vec<Language>) -> Result<Assets> {
    let sheet = |word: &str, files: &[&str]| -> Result<String> {
        let mut css = String::new();
        for name in files {
            let file = root.join("app/styles").join(name);
            let text =
                fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
            let rules = without_comments(&text);
            // A brace too few swallows all that follows, in silence.
            if rules.matches('{').count() != rules.matches('}').count() {
                bail!(
                    "{}: a brace has no partner; look for a `{{` or `}}` too many",
                    file.display()
                );
            }
            css.push_str(&rules);
        }
        let name = format!("{word}-{}.css", short_hash(css.as_bytes()));
        fs::write(out.join(&name), css)?;
        Ok(name)
    };
    let (boot, speak) = (include_str!("boot.js"), include_str!("speak.js"));
    let script = |kind: Kind, text: &str| -> Result<(Kind, String)> {
        let name = format!("{}-{}.js", kind.word(), short_hash(text.as_bytes()));
        fs::write(out.join(&name), text)?;
        Ok((kind, name))
    };
    let assets = Assets {
        css: sheet("site", &SHARED)?,
        own: OWN
            .into_iter()
            .map(|(kind, files)| Ok((kind, sheet(kind.word(), files)?)))
            .collect::<Result<_>>()?,
        boot: format!("boot-{}.js", short_hash(boot.as_bytes())),
        scripts: vec![
            script(
                Kind::Text,
                concat!(include_str!("terms.js"), include_str!("here.js")),
            )?,
            script(Kind::Present, include_str!("present.js"))?,
            script(Kind::Search, include_str!("search.js"))?,
        ],
        app: app(out)?,
        speak: format!("speak-{}.js", short_hash(speak.as_bytes())),
        languages,
    };
    fs::write(out.join(&assets.boot), boot)?;
    fs::write(out.join(&assets.speak), speak)?;
    for language in &assets.languages {
        language.write(out)?;
    }
    Ok(assets)
}

impl Assets {
    /// The language of a route, unless it is English.
    pub fn language(&self, route: &str) -> Option<&Language> {
        self.languages
            .iter()
            .find(|language| language.english(route).is_some())
    }

    /// The files that a page of a kind needs before anything is drawn.
    pub fn first(&self, kind: Kind) -> Vec<&str> {
        let own = self.own.iter().filter(|(of, _)| *of == kind);
        let scripts = self.scripts.iter().filter(|(of, _)| *of == kind);
        [self.css.as_str()]
            .into_iter()
            .chain(own.map(|(_, name)| name.as_str()))
            .chain([self.boot.as_str()])
            .chain(scripts.map(|(_, name)| name.as_str()))
            .collect()
    }
}

/// Copies `public/` for a preview; Trunk does it for a build.
pub fn copy_public(root: &Path, out: &Path) -> Result<()> {
    fn copy(from: &Path, to: &Path) -> Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
            let (source, target) = {
                let entry = entry?;
                (entry.path(), to.join(entry.file_name()))
            };
            if source.is_dir() {
                copy(&source, &target)?;
            } else {
                fs::copy(&source, &target)?;
            }
        }
        Ok(())
    }
    copy(&root.join("public"), out)
}

/// First eight hex digits of SHA-256.
pub fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Trunk hashes names: `app-1a2b3c.js`. They are found by their stems, whatever its index.html looks like.
fn app(out: &Path) -> Result<Option<App>> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(out)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    let find = |stem: &str, end: &str| {
        names
            .iter()
            .find(|name| name.starts_with(stem) && name.ends_with(end))
            .cloned()
    };
    let (Some(js), Some(wasm)) = (find("app-", ".js"), find("app-", "_bg.wasm")) else {
        return Ok(None);
    };
    tighten(&out.join(&js))?;
    Ok(Some(App {
        js,
        wasm,
        worker: worker_loader(out, "sim-worker")?,
        larger: worker_loader(out, "larger-worker")?,
        explainer: worker_loader(out, "explain-worker")?,
        home: other_app(out, "home")?,
        sweep: other_app(out, "sweep")?,
        compare: other_app(out, "compare")?,
        cluster: other_app(out, "cluster")?,
        words: other_app(out, "words")?,
        clerk: worker_loader(out, "clerk-worker")?,
        builder: worker_loader(out, "builder-worker")?,
        evidence: worker_loader(out, "evidence-worker")?,
        text: worker_loader(out, "text-worker")?,
    }))
}

/// Writes the script that starts a worker, in place of Trunk's, and returns its address; nothing, if there is no worker.
///
/// Trunk does not hash the names of a worker's files. They are asked for with a hash, so that the page and its workers
/// are always of one build, whatever a cache holds.
fn worker_loader(out: &Path, name: &str) -> Result<Option<String>> {
    let (script, module) = (format!("{name}.js"), format!("{name}_bg.wasm"));
    let loader = format!("{name}_loader.js");
    if !out.join(&module).is_file() {
        return Ok(None);
    }
    tighten(&out.join(&script))?;
    let hash = short_hash(&[fs::read(out.join(&script))?, fs::read(out.join(&module))?].concat());
    let text = format!(
        "importScripts(\"./{script}?{hash}\");\nwasm_bindgen({{ module_or_path: \"./{module}?{hash}\" }});\n"
    );
    fs::write(out.join(&loader), text)?;
    Ok(Some(format!("{loader}?{hash}")))
}

/// The addresses of an app beside the main one, whose files Trunk does not hash either; nothing, if there is none.
fn other_app(out: &Path, name: &str) -> Result<Option<[String; 2]>> {
    let files = [format!("{name}.js"), format!("{name}_bg.wasm")];
    if !out.join(&files[1]).is_file() {
        return Ok(None);
    }
    tighten(&out.join(&files[0]))?;
    let [script, module] = files.each_ref().map(|file| fs::read(out.join(file)));
    let hash = short_hash(&[script?, module?].concat());
    Ok(Some(files.map(|file| format!("{file}?{hash}"))))
}

/// Makes a script of wasm-bindgen's lighter: two kilobytes of a first visit are its comments and indents.
fn tighten(script: &Path) -> Result<()> {
    let text = fs::read_to_string(script).with_context(|| format!("could not read {}", script.display()))?;
    Ok(fs::write(script, without_remarks(&text))?)
}

/// A script without indents, empty lines, and comments that have lines of their own. Lines stay lines, so that no
/// statement grows together with the next.
fn without_remarks(script: &str) -> String {
    let mut made = String::with_capacity(script.len());
    let mut is_comment = false;
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            made.push_str(line);
            made.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    made
}

/// Comments and the white space around rules are for authors.
fn without_comments(css: &str) -> String {
    let mut made = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        made.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    made.push_str(rest);
    let mut tight = String::with_capacity(made.len());
    for line in made.lines().map(str::trim).filter(|line| !line.is_empty()) {
        tight.push_str(line);
        if !line.ends_with(['{', '}', ';', ',']) {
            tight.push(' ');
        }
        if line.ends_with('}') {
            tight.push('\n');
        }
    }
    tight
}

/// The folder that holds `content/` and `site/`, from where the command was started upwards.
pub fn root() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|folder| folder.join("content/glossary.toml").is_file())
        .map(Path::to_owned)
        .context("no content/glossary.toml here or above; start this command inside the repository")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_build_of_the_worker_has_another_address() {
        let out = std::env::temp_dir().join(format!("trilemma-worker-{}", std::process::id()));
        fs::create_dir_all(&out).unwrap();
        let loaded = |module: &str| {
            fs::write(out.join("sim-worker.js"), "js").unwrap();
            fs::write(out.join("sim-worker_bg.wasm"), module).unwrap();
            let name = worker_loader(&out, "sim-worker").unwrap().unwrap();
            let (file, hash) = name.split_once('?').unwrap();
            let text = fs::read_to_string(out.join(file)).unwrap();
            assert_eq!(text.matches(&format!("?{hash}\"")).count(), 2, "{text}");
            name
        };
        let (one, again, other) = (loaded("a"), loaded("a"), loaded("b"));
        fs::remove_dir_all(&out).unwrap();
        assert_eq!(one, again);
        assert_ne!(one, other);
    }

    #[test]
    fn remarks_go_and_statements_stay_apart() {
        let script = "/** a\n * b\n */\nexport class A {\n    b() {\n        // c\n        return \"//d\" // e\n    }\n}\n\n/* f */\ng()\n";
        assert_eq!(
            without_remarks(script),
            "export class A {\nb() {\nreturn \"//d\" // e\n}\n}\ng()\n"
        );
    }

    #[test]
    fn comments_go_and_rules_stay() {
        assert_eq!(
            without_comments("/* a */\na {\n  color: red;\n  /* b */\n}\na,\nb {\n  x: y;\n}\n"),
            "a {color: red;}\na,b {x: y;}\n"
        );
    }
}
